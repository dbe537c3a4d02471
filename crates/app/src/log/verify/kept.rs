//! Papers, evidence and the record of the process: each row and file against the event that names
//! its hash, and no row without an event.

use std::collections::BTreeSet;

use kernel::{Event, Happening};
use store::{Db, KEPT_TABLES, StoreError};

use super::LogReport;
use crate::{
    App,
    entry::event_of,
    error::Result,
    kept::{evidence::hash_of, sha256},
};

/// Says whether an event keeps something beside itself.
pub(super) fn keeps(what: &Happening) -> bool {
    matches!(
        what,
        Happening::PaperWritten(_)
            | Happening::PaperSigned(_)
            | Happening::EvidenceAdded(_)
            | Happening::ProcessRecorded(_)
    )
}

pub(super) fn compare(
    app: &App,
    db: &Db,
    organ: &str,
    entry: &str,
    events: &[Event],
    report: &mut LogReport,
) -> Result<()> {
    papers(db, organ, entry, events, report)?;
    evidence(app, db, organ, entry, events, report)?;
    records(db, organ, entry, events, report)
}

/// Rows of entries that keep nothing by their events: put there behind the system's back. They are
/// looked for entry by entry only where more entries have rows than have such events.
pub(super) fn surplus(db: &Db, keeping: u64, report: &mut LogReport) -> Result<()> {
    let mut entries = BTreeSet::new();
    for table in KEPT_TABLES {
        let scanned = db.scan_keeping(table, |organ, entry| {
            entries.insert((organ, entry));
            Ok::<_, StoreError>(())
        });
        report.readable(table, "某行", scanned)?;
    }
    if entries.len() as u64 <= keeping {
        return Ok(());
    }
    for (organ, entry) in entries {
        let events = report.readable("event", &entry, db.events(&organ, &entry))?;
        let Some(events) = events else { continue };
        // An event that cannot be read was named when its leaf was derived.
        let parsed = events.iter().filter_map(|row| event_of(row).ok());
        let parsed: Vec<Event> = parsed.collect();
        if parsed.iter().any(|event| keeps(&event.what)) {
            continue;
        }
        papers(db, &organ, &entry, &parsed, report)?;
        records(db, &organ, &entry, &parsed, report)?;
        let name = format!("记录 {entry}");
        let rows = report.readable("evidence", &name, db.evidence(&organ, &entry))?;
        if rows.is_some_and(|rows| !rows.is_empty()) {
            report.find("evidence", name, "多出没有事件的证据");
        }
    }
    Ok(())
}

fn papers(
    db: &Db,
    organ: &str,
    entry: &str,
    events: &[Event],
    report: &mut LogReport,
) -> Result<()> {
    let name = format!("记录 {entry}");
    let Some(rows) = report.readable("paper", &name, db.papers(organ, entry))? else {
        return Ok(());
    };
    let mut proved = 0;
    for event in events {
        let (paper, signed) = match &event.what {
            Happening::PaperWritten(paper) => (paper, false),
            Happening::PaperSigned(paper) => (paper, true),
            _ => continue,
        };
        let place = format!("{name}，文书 {} 第 {} 稿", paper.paper, paper.version);
        let row = rows
            .iter()
            .find(|r| r.paper_id == paper.paper && r.version == paper.version);
        let Some(row) = row else {
            report.find("paper", place, "日志中有，库中没有");
            continue;
        };
        proved += 1;
        let same = row.hash == paper.hash
            && sha256(row.body.as_bytes()) == paper.hash
            && row.number == paper.number
            && row.document == paper.document
            && row.account_id == event.actor
            && row.signed == signed;
        if !same {
            report.find("paper", place, "与事件不符");
        }
    }
    if proved < rows.len() {
        report.find("paper", name, "多出没有事件的文书");
    }
    Ok(())
}

fn evidence(
    app: &App,
    db: &Db,
    organ: &str,
    entry: &str,
    events: &[Event],
    report: &mut LogReport,
) -> Result<()> {
    let name = format!("记录 {entry}");
    let Some(rows) = report.readable("evidence", &name, db.evidence(organ, entry))? else {
        return Ok(());
    };
    let mut proved = 0;
    for event in events {
        let Happening::EvidenceAdded(one) = &event.what else {
            continue;
        };
        let place = format!("{name}，证据 {}", one.evidence);
        let Some(row) = rows.iter().find(|r| r.evidence_id == one.evidence) else {
            report.find("evidence", place, "日志中有，库中没有");
            continue;
        };
        proved += 1;
        let same = row.hash == one.hash
            && row.size == one.size
            && row.media_type == one.media_type
            && row.account_id == event.actor
            && sha256(row.about.as_bytes()) == one.about;
        if !same {
            report.find("evidence", place.clone(), "与事件不符");
        }
        match app.files.open(organ, &one.hash)? {
            None => report.find("证据文件", place, "文件不见了"),
            Some(file) => {
                if hash_of(file)? != one.hash {
                    report.find("证据文件", place, "内容与校验值不符");
                }
            }
        }
    }
    if proved < rows.len() {
        report.find("evidence", name, "多出没有事件的证据");
    }
    Ok(())
}

fn records(
    db: &Db,
    organ: &str,
    entry: &str,
    events: &[Event],
    report: &mut LogReport,
) -> Result<()> {
    let name = format!("记录 {entry}");
    let rows = report.readable("process_record", &name, db.process_records(organ, entry))?;
    let Some(rows) = rows else {
        return Ok(());
    };
    let mut proved = 0;
    for event in events {
        let Happening::ProcessRecorded(one) = &event.what else {
            continue;
        };
        let place = format!("{name}，全过程记录 {}", one.record);
        let Some(row) = rows.iter().find(|r| r.record_id == one.record) else {
            report.find("process_record", place, "日志中有，库中没有");
            continue;
        };
        proved += 1;
        let said = sha256(row.body.as_bytes());
        if said != one.hash || row.hash != one.hash || row.account_id != event.actor {
            report.find("process_record", place, "与事件不符");
        }
    }
    if proved < rows.len() {
        report.find("process_record", name, "多出没有事件的记录");
    }
    Ok(())
}

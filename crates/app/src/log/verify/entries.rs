//! Entries: the rows of each against its events.

use std::collections::BTreeSet;

use kernel::{Event, State};
use proof::hash::Hash;
use store::{ContributionRow, Db, EntryRow, EventRow, KeyRow, ValueRow};

use super::{
    LogReport, kept,
    leaves::place,
    rollups::Rollups,
    together::{Together, Traced, trace},
};
use crate::{
    App,
    append::{self, Change},
    entry::event_of,
    error::Result,
};

/// Entries read at a time.
const BATCH: usize = 128;

/// Entries verified so far, and what they add up to.
pub(super) struct Entries<'a> {
    app: &'a App,
    db: &'a Db,
    rollups: Rollups,
    rows: u64,
    lines: u64,
    values: u64,
    keys: u64,
    deadlines: u64,
    /// Entries whose events say that something is kept with them.
    keeping: u64,
    /// Something was missing or unreadable: counting rows does not tell whether there are too many.
    uncounted: bool,
}

impl<'a> Entries<'a> {
    pub fn new(app: &'a App, db: &'a Db) -> Self {
        Self {
            app,
            db,
            rollups: Rollups::default(),
            rows: 0,
            lines: 0,
            values: 0,
            keys: 0,
            deadlines: 0,
            keeping: 0,
            uncounted: false,
        }
    }

    /// Verifies the entries that a stretch of the log opens: organ and id.
    pub fn verify(&mut self, opened: &[(String, String)], report: &mut LogReport) -> Result<()> {
        for chunk in opened.chunk_by(|a, b| a.0 == b.0) {
            for chunk in chunk.chunks(BATCH) {
                let organ = chunk[0].0.as_str();
                let ids: Vec<&str> = chunk.iter().map(|(_, id)| id.as_str()).collect();
                // A damaged row spoils its batch.
                let together = Together::read(self.app, self.db, organ, &ids).unwrap_or_default();
                for id in ids {
                    let known = together.entries.get(id).zip(together.traced.get(id));
                    match known {
                        Some((row, traced)) => {
                            report.entries += 1;
                            self.rows += 1;
                            self.compare(organ, Some(row), traced, Some(&together), report)?;
                        }
                        None => self.alone(organ, id, report)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Verifies an entry whose rows are read one by one, and says which of them cannot be.
    fn alone(&mut self, organ: &str, id: &str, report: &mut LogReport) -> Result<()> {
        let name = format!("记录 {id}");
        let row = report.readable("entry", &name, self.db.entry(organ, id))?;
        if let Some(None) = row {
            report.find("entry", name, "日志中有，库中没有");
        }
        self.entry(organ, id, row.flatten().as_ref(), report)
    }

    fn entry(
        &mut self,
        organ: &str,
        id: &str,
        row: Option<&EntryRow>,
        report: &mut LogReport,
    ) -> Result<()> {
        report.entries += 1;
        match row {
            Some(_) => self.rows += 1,
            None => self.uncounted = true,
        }
        let name = format!("记录 {id}");
        let history = report.readable("event", &name, self.db.events(organ, id))?;
        let Some(history) = history.filter(|h| is_whole(id, h, report)) else {
            self.uncounted = true;
            return Ok(());
        };
        if history.iter().any(|row| event_of(row).is_err()) {
            // The event itself was named when its leaf was derived.
            self.uncounted = true;
            return Ok(());
        }
        let Some(traced) = trace(self.app, organ, id, &history) else {
            let (ledger, version) = history
                .first()
                .map_or(("", ""), |first| (&first.ledger, &first.version));
            let what = format!("目录中没有台账 {ledger} 的 {version} 版");
            report.find("entry", name, what);
            self.uncounted = true;
            return Ok(());
        };
        self.compare(organ, row, &traced, None, report)
    }

    /// The rows of an entry against what its events must have left.
    fn compare(
        &mut self,
        organ: &str,
        row: Option<&EntryRow>,
        traced: &Traced,
        together: Option<&Together>,
        report: &mut LogReport,
    ) -> Result<()> {
        let Traced { change, state, .. } = traced;
        let id = change.entry.as_str();
        let derived = &traced.row;
        if let Some(column) = row.and_then(|row| differing_column(row, derived)) {
            report.find(
                "entry",
                format!("记录 {id}"),
                format!("{column} 列与事件不符"),
            );
        }
        self.rollups.count(derived);
        self.compare_values(id, &traced.values, together, report)?;
        self.compare_key(derived, change, state, together, report)?;
        self.compare_lines(organ, id, traced.lines.clone(), together, report)?;
        self.compare_clocks(organ, change, state, together, report)?;
        self.compare_kept(organ, id, &traced.events, report)?;
        self.compare_files(organ, change, state, report)
    }

    /// Papers, evidence and records against the events that name their hashes.
    fn compare_kept(
        &mut self,
        organ: &str,
        id: &str,
        events: &[Event],
        report: &mut LogReport,
    ) -> Result<()> {
        if events.iter().any(|event| kept::keeps(&event.what)) {
            self.keeping += 1;
            kept::compare(self.app, self.db, organ, id, events, report)?;
        }
        Ok(())
    }

    fn compare_values(
        &mut self,
        id: &str,
        derived: &[ValueRow],
        together: Option<&Together>,
        report: &mut LogReport,
    ) -> Result<()> {
        let asked;
        let there = match together {
            Some(rows) => &rows.values,
            None => {
                let name = format!("记录 {id}");
                let found = self.db.values_there(derived);
                let Some(found) = report.readable("entry_value", name, found)? else {
                    self.uncounted = true;
                    return Ok(());
                };
                asked = found;
                &asked
            }
        };
        for value in derived {
            if there.contains(value) {
                self.values += 1;
            } else {
                let name = format!("记录 {id}，字段 {}", value.field);
                report.find("entry_value", name, "索引值与事件不符");
            }
        }
        Ok(())
    }

    fn compare_key(
        &mut self,
        entry: &EntryRow,
        change: &Change,
        state: &State,
        together: Option<&Together>,
        report: &mut LogReport,
    ) -> Result<()> {
        let key = append::natural_key(&change.ledger, &state.fields);
        let Some(key) = key.filter(|_| !state.voided) else {
            return Ok(());
        };
        self.keys += 1;
        let name = format!("记录 {}", entry.entry_id);
        let stored = match together {
            Some(rows) => Ok(rows.entry_by_key(entry, &key)),
            None => self.db.entry_by_key(&entry.organ_id, &entry.ledger, &key),
        };
        let stored = report.readable("entry_key", &name, stored)?.flatten();
        if stored.as_deref() != Some(&entry.entry_id) {
            self.uncounted = true;
            report.find("entry_key", name, "编号索引与事件不符");
        }
        Ok(())
    }

    fn compare_lines(
        &mut self,
        organ: &str,
        id: &str,
        mut derived: Vec<ContributionRow>,
        together: Option<&Together>,
        report: &mut LogReport,
    ) -> Result<()> {
        for line in &derived {
            self.rollups.add(line);
        }
        let name = format!("记录 {id}");
        let place = |line: &ContributionRow| (line.figure.clone(), line.happened_on.clone());
        let stored = match together {
            Some(rows) => Ok(rows.lines(id)),
            None => {
                let places = derived.iter().map(place).collect();
                self.db.contributions_of(organ, id, &places)
            }
        };
        let Some(mut stored) = report.readable("contribution", name, stored)? else {
            self.uncounted = true;
            return Ok(());
        };
        self.lines += stored.len() as u64;
        report.contributions += stored.len() as u64;
        derived.sort();
        stored.sort();
        if let Some(odd) = odd_one(&stored, &derived) {
            report.find("contribution", line_name(odd), "与事件不符");
        }
        Ok(())
    }

    /// The open clocks, as the calendar counts them now; the stopped ones are added up.
    fn compare_clocks(
        &mut self,
        organ: &str,
        change: &Change,
        state: &State,
        together: Option<&Together>,
        report: &mut LogReport,
    ) -> Result<()> {
        let (mut derived, outcomes) = self.app.clock_rows(organ, change, state);
        let name = format!("记录 {}", change.entry);
        if !derived.is_empty() {
            let kept = self.db.keeper(organ, &change.entry);
            let kept = report.readable("keeper", &name, kept)?.flatten();
            for row in &mut derived {
                if let Some(kept) = &kept {
                    row.account_id.clone_from(&kept.account_id);
                }
            }
        }
        outcomes.iter().for_each(|row| self.rollups.stopped(row));
        let stored = match together {
            Some(rows) => Ok(rows.deadlines(&change.entry)),
            None => self.db.deadlines_of(organ, &change.entry),
        };
        let Some(mut stored) = report.readable("deadline", &name, stored)? else {
            self.uncounted = true;
            return Ok(());
        };
        self.deadlines += stored.len() as u64;
        derived.sort();
        stored.sort();
        if let Some(odd) = odd_one(&stored, &derived) {
            let row = format!("{name}，期限 {}", odd.clock);
            report.find("deadline", row, "与事件和现行日历不符");
        }
        Ok(())
    }

    /// Kept files against the hashes by which the entry names them.
    fn compare_files(
        &self,
        organ: &str,
        change: &Change,
        state: &State,
        report: &mut LogReport,
    ) -> Result<()> {
        for hash in crate::report::files_of(&change.ledger, state) {
            let name = format!("文件 {hash}");
            let blob = report.readable("blob", &name, self.db.blob(organ, &hash))?;
            let Some(blob) = blob else { continue };
            match blob {
                None => report.find(
                    "blob",
                    name,
                    format!("记录 {} 的文件不在库中", change.entry),
                ),
                Some(blob) if Hash::of(&blob.bytes).to_hex() != hash => {
                    report.find("blob", name, "内容与摘要不符");
                }
                Some(blob) => {
                    let size = self.db.blob_size(organ, &hash);
                    let size = report.readable("blob", &name, size)?;
                    if size.is_some_and(|size| size != Some(blob.bytes.len() as u64)) {
                        report.find("blob", &name, "size 列与内容不符");
                    }
                    let media_type = crate::report::SNAPSHOT_TYPE;
                    if *change.ledger.id == *crate::report::LEDGER && blob.media_type != media_type
                    {
                        report.find("blob", &name, "media_type 列与内容不符");
                    }
                }
            }
        }
        Ok(())
    }

    /// What all entries add up to, and whether there are rows that belong to none.
    pub fn finish(self, report: &mut LogReport) -> Result<()> {
        self.surplus(report)?;
        kept::surplus(self.db, self.keeping, report)?;
        self.rollups.compare(self.db, report)
    }

    /// Rows that no event explains. They are looked for one by one only where there are more than
    /// the entries have.
    fn surplus(&self, report: &mut LogReport) -> Result<()> {
        let db = self.db;
        let mut entries = 0;
        let scanned = db.scan_entries(|_| count(&mut entries));
        report.readable("entry", "某行", scanned)?;
        if self.uncounted || entries != self.rows {
            let scanned = db.scan_entries(|row| {
                if db.events(&row.organ_id, &row.entry_id)?.is_empty() {
                    report.find("entry", format!("记录 {}", row.entry_id), "没有事件");
                }
                Ok::<_, store::StoreError>(())
            });
            report.readable("entry", "某行", scanned)?;
        }
        let mut lines = 0;
        let scanned = db.scan_contributions(|_| count(&mut lines));
        report.readable("contribution", "某行", scanned)?;
        if self.uncounted || lines != self.lines {
            let scanned = db.scan_contributions(|row| {
                if !self.explains(&row)? {
                    report.find("contribution", line_name(&row), "没有对应的事件");
                }
                Ok::<_, store::StoreError>(())
            });
            report.readable("contribution", "某行", scanned)?;
        }
        self.surplus_values(report)?;
        self.surplus_deadlines(report)?;
        self.surplus_keys(report)
    }

    /// Whether a line comes from an event of its entry. Where the events cannot be read, that was
    /// said of them, and nothing is said of what they contributed.
    fn explains(&self, row: &ContributionRow) -> std::result::Result<bool, store::StoreError> {
        let history = self.db.events(&row.organ_id, &row.entry_id)?;
        if !history.iter().any(|e| e.leaf_index == row.leaf_index) {
            return Ok(false);
        }
        let derived = trace(self.app, &row.organ_id, &row.entry_id, &history);
        Ok(derived.is_none_or(|traced| traced.lines.contains(row)))
    }

    fn surplus_deadlines(&self, report: &mut LogReport) -> Result<()> {
        let db = self.db;
        let mut deadlines = 0;
        let scanned = db.scan_deadlines(|_| count(&mut deadlines));
        report.readable("deadline", "某行", scanned)?;
        if self.uncounted || deadlines != self.deadlines {
            let scanned = db.scan_deadlines(|row| {
                if db.events(&row.organ_id, &row.entry_id)?.is_empty() {
                    let name = format!("记录 {}，期限 {}", row.entry_id, row.clock);
                    report.find("deadline", name, "没有对应的事件");
                }
                Ok::<_, store::StoreError>(())
            });
            report.readable("deadline", "某行", scanned)?;
        }
        Ok(())
    }

    fn surplus_values(&self, report: &mut LogReport) -> Result<()> {
        let mut values = 0;
        let scanned = self.db.scan_values(|_| count(&mut values));
        report.readable("entry_value", "某行", scanned)?;
        if !self.uncounted && values == self.values {
            return Ok(());
        }
        let mut odd = Vec::new();
        let scanned = self.db.scan_values(|row| {
            if !self.must_have(&row)? {
                odd.push(row);
            }
            Ok::<_, crate::AppError>(())
        });
        if let Err(crate::AppError::Store(error)) = scanned {
            report.readable::<()>("entry_value", "某行", Err(error))?;
        }
        for row in odd {
            let name = format!("记录 {}，字段 {}", row.entry_id, row.field);
            report.find("entry_value", name, "没有对应的事件");
        }
        Ok(())
    }

    /// Whether an entry has this value by its events, or by its row, which was compared with them.
    fn must_have(&self, row: &ValueRow) -> Result<bool> {
        let (organ, id) = (row.organ_id.as_str(), row.entry_id.as_str());
        if self
            .db
            .values_named(organ, id)
            .is_ok_and(|named| named.contains(row))
        {
            return Ok(true);
        }
        let history = self.db.events(organ, id)?;
        if history.is_empty() {
            return Ok(false);
        }
        // What cannot be read was named when its leaf was derived.
        let Some(traced) = trace(self.app, organ, id, &history) else {
            return Ok(true);
        };
        Ok(traced.values.contains(row))
    }

    fn surplus_keys(&self, report: &mut LogReport) -> Result<()> {
        let mut keys = 0;
        let scanned = self.db.scan_keys(|_| count(&mut keys));
        report.readable("entry_key", "某行", scanned)?;
        if !self.uncounted && keys == self.keys {
            return Ok(());
        }
        let mut odd = Vec::new();
        let scanned = self.db.scan_keys(|row| {
            if !self.has_key(&row)? {
                odd.push(row);
            }
            Ok::<_, crate::AppError>(())
        });
        if let Err(crate::AppError::Store(error)) = scanned {
            report.readable::<()>("entry_key", "某行", Err(error))?;
        }
        for row in odd {
            let name = format!("记录 {}，编号 {}", row.entry_id, row.natural_key);
            report.find("entry_key", name, "没有对应的事件");
        }
        Ok(())
    }

    fn has_key(&self, row: &KeyRow) -> Result<bool> {
        let Some(entry) = self.db.entry(&row.organ_id, &row.entry_id)? else {
            return Ok(false);
        };
        let entry = self.app.entry_of(entry)?;
        let key = append::natural_key(&entry.ledger, &entry.state.fields);
        Ok(!entry.state.voided && key.as_ref() == Some(&row.natural_key))
    }
}

fn count(n: &mut u64) -> std::result::Result<(), store::StoreError> {
    *n += 1;
    Ok(())
}

/// Whether the events of an entry are numbered without a gap; names those that are missing.
fn is_whole(id: &str, history: &[EventRow], report: &mut LogReport) -> bool {
    let mut whole = !history.is_empty();
    let mut next = 1;
    for row in history {
        for seq in next..row.seq.min(next + 100) {
            report.find("event", place(id, seq), "缺少这一条");
            whole = false;
        }
        whole &= row.seq >= next;
        next = row.seq.saturating_add(1);
    }
    whole
}

/// A row that only one side has; both are sorted.
fn odd_one<'r, T: Ord>(stored: &'r [T], derived: &'r [T]) -> Option<&'r T> {
    if stored == derived {
        return None;
    }
    let (have, want): (BTreeSet<_>, BTreeSet<_>) =
        (stored.iter().collect(), derived.iter().collect());
    let odd = have.difference(&want).chain(want.difference(&have)).next();
    odd.copied().or(stored.first()).or(derived.first())
}

fn line_name(line: &ContributionRow) -> String {
    format!(
        "记录 {}，数据 {}，日志第 {} 条第 {} 项",
        line.entry_id, line.figure, line.leaf_index, line.ordinal
    )
}

fn differing_column(stored: &EntryRow, derived: &EntryRow) -> Option<&'static str> {
    let columns: [(&'static str, bool); 15] = [
        ("number", stored.number == derived.number),
        ("ledger", stored.ledger == derived.ledger),
        ("version", stored.version == derived.version),
        ("title", stored.title == derived.title),
        ("stage", stored.stage == derived.stage),
        ("section_id", stored.section_id == derived.section_id),
        ("happened_on", stored.happened_on == derived.happened_on),
        ("revision", stored.revision == derived.revision),
        ("opened_at", stored.opened_at == derived.opened_at),
        ("changed_at", stored.changed_at == derived.changed_at),
        ("voided", stored.voided == derived.voided),
        ("fields", stored.fields == derived.fields),
        ("history", stored.history == derived.history),
        ("content_hash", stored.content_hash == derived.content_hash),
        ("indexed", stored.indexed == derived.indexed),
    ];
    let differing = columns.into_iter().find(|(_, same)| !same);
    differing.map(|(column, _)| column)
}

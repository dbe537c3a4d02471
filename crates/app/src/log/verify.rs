//! Verify: derive everything again and name every row that differs.
//!
//! What is trusted: the key of the log. What is derived: each leaf from its event, values and
//! salts; the tree from the leaves; the state, index values and contributions of each entry from
//! its events; the roll-ups from the contributions. Any byte changed behind the system's back in
//! one of these rows makes a finding with table and row. What only helps finding things (the
//! full-text index) is not evidence and is not verified.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Event, State, replay};
use proof::{checkpoint, hash::Hash, merkle::Appender, note::KeyKind};
use store::{ContributionRow, Db, EntryRow, EventRow, LeafRow, ValueRow};

use crate::{
    App,
    append::{self, Change},
    entry::event_of,
    envelope::{self, Envelope, Salts},
    error::{AppError, Result},
};

/// Something that is not as the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFinding {
    /// The table.
    pub table: &'static str,
    /// The row.
    pub row: String,
    /// What is wrong.
    pub what: String,
}

/// The result of a verification.
#[derive(Clone, Debug, Default)]
pub struct LogReport {
    /// Leaves verified.
    pub leaves: u64,
    /// Entries verified.
    pub entries: u64,
    /// Contributions verified.
    pub contributions: u64,
    /// Checkpoints verified.
    pub checkpoints: u64,
    /// Events whose personal values were erased (not a fault).
    pub erased: u64,
    /// Everything that is wrong; at most [`FINDINGS_MAX`] are kept.
    pub findings: Vec<LogFinding>,
}

/// No more findings than this are kept: beyond it, the database is not the one that was signed.
pub const FINDINGS_MAX: usize = 1000;

const BATCH: usize = 4096;

impl LogReport {
    fn find(&mut self, table: &'static str, row: impl Into<String>, what: impl Into<String>) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(LogFinding {
                table,
                row: row.into(),
                what: what.into(),
            });
        }
    }
    /// Says whether everything is as the log says.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl App {
    /// Verifies the whole system against its log. `progress` is told the leaves done so far.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn verify_log(&self, mut progress: impl FnMut(u64, u64)) -> Result<LogReport> {
        self.store.read(|db| {
            let mut report = LogReport::default();
            let roots = self.verify_leaves(db, &mut report, &mut progress)?;
            self.verify_checkpoints(db, &mut report, &roots)?;
            let mut rollups = Rollups::default();
            self.verify_entries(db, &mut report, &mut rollups)?;
            verify_rollups(db, &mut report, rollups)?;
            Ok(report)
        })
    }

    /// Leaves against events and tiles; answers the roots at the sizes of the checkpoints.
    fn verify_leaves(
        &self,
        db: &Db,
        report: &mut LogReport,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<BTreeMap<u64, Hash>> {
        let size = db.log_size()?;
        let mut wanted: BTreeSet<u64> = db
            .checkpoints(0, usize::MAX)?
            .into_iter()
            .map(|c| c.size)
            .collect();
        let mut roots = BTreeMap::new();
        if wanted.remove(&0) {
            roots.insert(0, Appender::new().root());
        }
        let mut appender = Appender::new();
        let mut tiles: BTreeMap<(u8, u64), Vec<u8>> = BTreeMap::new();
        let mut next = 0u64;
        while next < size {
            let leaves = db.leaves(next, BATCH)?;
            let events = db.events_from(next, BATCH)?;
            if leaves.is_empty() {
                break;
            }
            let by_leaf: BTreeMap<u64, &EventRow> =
                events.iter().map(|e| (e.leaf_index, e)).collect();
            for leaf in &leaves {
                if leaf.leaf_index != next {
                    report.find("log_leaf", format!("第 {next} 条"), "缺少这一条");
                    return Ok(roots);
                }
                match by_leaf.get(&leaf.leaf_index) {
                    Some(event) => self.verify_event(event, leaf, report),
                    None => report.find(
                        "event",
                        format!("记录 {} 第 {} 条", leaf.entry_id, leaf.seq),
                        "日志中有，库中没有",
                    ),
                }
                let appended = appender.append([envelope::hash_of(&leaf.data)]);
                for tile in appended.tiles {
                    tiles.insert((tile.level, tile.index), tile.bytes);
                }
                next += 1;
                if wanted.remove(&next) {
                    roots.insert(next, appender.root());
                }
            }
            report.leaves = next;
            // Tiles that are full will not change any more: compare and forget them.
            let full: Vec<_> = tiles
                .iter()
                .filter(|(_, b)| b.len() == 8192)
                .map(|(k, _)| *k)
                .collect();
            for key in full {
                if let Some(bytes) = tiles.remove(&key) {
                    verify_tile(db, report, key, &bytes)?;
                }
            }
            progress(next, size);
        }
        for (key, bytes) in tiles {
            verify_tile(db, report, key, &bytes)?;
        }
        for size in wanted {
            report.find(
                "log_leaf",
                format!("第 {next} 条起"),
                format!("存证点称有 {size} 条"),
            );
        }
        Ok(roots)
    }

    fn verify_event(&self, row: &EventRow, leaf: &LeafRow, report: &mut LogReport) {
        let place = format!("记录 {} 第 {} 条", row.entry_id, row.seq);
        let same = row.organ_id == leaf.organ_id
            && row.ledger == leaf.ledger
            && row.entry_id == leaf.entry_id
            && row.seq == leaf.seq;
        if !same {
            report.find(
                "log_leaf",
                format!("第 {} 条", leaf.leaf_index),
                "与事件对不上",
            );
        }
        let derived = (|| {
            let event = event_of(row).map_err(|e| e.to_string())?;
            if event.what.kind() != row.kind {
                return Err(format!(
                    "kind 列是 {}，内容是 {}",
                    row.kind,
                    event.what.kind()
                ));
            }
            let version = row.version.parse().ok();
            let ledger = version
                .and_then(|v| self.catalogue().version(&row.ledger, v))
                .or_else(|| self.catalogue().ledger(&row.ledger))
                .ok_or_else(|| format!("目录中没有台账 {}", row.ledger))?;
            let salts: Salts = serde_json::from_str(&row.salts).map_err(|e| e.to_string())?;
            let envelope = Envelope {
                organ: &row.organ_id,
                ledger: &row.ledger,
                entry: &row.entry_id,
                version: &row.version,
                recorded_at: &row.recorded_at,
            };
            // The stored text itself is compared too: a second spelling of the same body would
            // otherwise pass.
            if append::to_json(&event.what).ok().as_deref() != Some(row.body.as_str()) {
                return Err("内容不是原样保存的写法".to_owned());
            }
            if append::to_json(&salts).ok().as_deref() != Some(row.salts.as_str()) {
                return Err("盐值不是原样保存的写法".to_owned());
            }
            envelope::leaf(ledger, &envelope, &event, &salts)
        })();
        match derived {
            Ok(data) if data == leaf.data => {}
            Ok(_) => report.find("event", place, "内容与日志中的存证不符"),
            Err(what) => report.find("event", place, what),
        }
    }

    fn verify_checkpoints(
        &self,
        db: &Db,
        report: &mut LogReport,
        roots: &BTreeMap<u64, Hash>,
    ) -> Result<()> {
        let key = self.signer.verifier(KeyKind::Note);
        for row in db.checkpoints(0, usize::MAX)? {
            report.checkpoints += 1;
            let place = format!("大小 {}", row.size);
            match checkpoint::open(row.note.as_bytes(), &key, &[]) {
                Err(error) => report.find("log_checkpoint", place, error.to_string()),
                Ok(signed) if signed.checkpoint.size != row.size => {
                    report.find("log_checkpoint", place, "大小与签名内容不符");
                }
                Ok(signed) => {
                    if let Some(root) = roots.get(&row.size)
                        && *root != signed.checkpoint.root
                    {
                        report.find("log_leaf", format!("前 {} 条", row.size), "与签名的根不符");
                    }
                }
            }
        }
        Ok(())
    }

    fn verify_entries(&self, db: &Db, report: &mut LogReport, rollups: &mut Rollups) -> Result<()> {
        let (mut events, mut lines) = (0u64, 0u64);
        db.scan_entries(|row| {
            let row = &row;
            {
                report.entries += 1;
                let history = db.events(&row.organ_id, &row.entry_id)?;
                events += history.len() as u64;
                let stored = db.contributions_of(&row.organ_id, &row.entry_id)?;
                lines += stored.len() as u64;
                report.contributions += stored.len() as u64;
                if let Err(what) = self.verify_entry(db, row, &history, stored, report, rollups)? {
                    report.find("entry", format!("记录 {}", row.entry_id), what);
                }
            }
            Ok::<_, AppError>(())
        })?;
        let all_events = db.log_size()?;
        let mut all_lines = 0u64;
        db.scan_contributions(0, |_| {
            all_lines += 1;
            Ok::<_, AppError>(())
        })?;
        if all_events != events {
            report.find(
                "entry",
                "全部",
                format!("日志有 {all_events} 条，记录的事件有 {events} 条"),
            );
        }
        if all_lines != lines {
            let what = format!("共 {all_lines} 条，属于现有记录的有 {lines} 条");
            report.find("contribution", "全部", what);
        }
        Ok(())
    }

    /// One entry against its events. The outer error is the database's, the inner a finding.
    fn verify_entry(
        &self,
        db: &Db,
        row: &EntryRow,
        history: &[EventRow],
        mut stored: Vec<ContributionRow>,
        report: &mut LogReport,
        rollups: &mut Rollups,
    ) -> Result<std::result::Result<(), String>> {
        let version = row.version.parse().ok();
        let Some(ledger) = version.and_then(|v| self.catalogue().version(&row.ledger, v)) else {
            return Ok(Err(format!(
                "目录中没有台账 {} 的 {} 版",
                row.ledger, row.version
            )));
        };
        let parsed: Result<Vec<Event>> = history.iter().map(event_of).collect();
        let Ok(events) = parsed else {
            return Ok(Err("事件读不出来".to_owned()));
        };
        let first_stage = ledger.first_stage().map(|s| s.id.as_str());
        let Some(state) = replay(&events, first_stage) else {
            return Ok(Err("没有事件".to_owned()));
        };
        let change = Change {
            ledger: ledger.clone(),
            entry: row.entry_id.clone(),
            opened_at: history
                .first()
                .map(|e| e.recorded_at.clone())
                .unwrap_or_default(),
            recorded_at: String::new(),
            before: Some(state.clone()),
            events: Vec::new(),
        };
        let changed_at = history.last().map_or("", |e| e.recorded_at.as_str());
        let (entry, mut values) = append::entry_row(&row.organ_id, changed_at, &change, &state)?;
        if let Some(column) = differing_column(row, &entry) {
            return Ok(Err(format!("{column} 列与事件不符")));
        }
        let sort = |v: &ValueRow| (v.field.clone(), v.value.clone(), v.happened_on.clone());
        let mut stored_values = db.values(&row.organ_id, &row.entry_id)?;
        values.sort_by_key(sort);
        stored_values.sort_by_key(sort);
        if values != stored_values {
            report.find(
                "entry_value",
                format!("记录 {}", row.entry_id),
                "索引值与事件不符",
            );
        }
        let mut expected = expected_lines(&row.organ_id, &change, &events, history, first_stage);
        let place = |r: &ContributionRow| (r.leaf_index, r.ordinal);
        expected.sort_by_key(place);
        stored.sort_by_key(place);
        for line in &mut stored {
            // Not a column: it says how the row is rolled up.
            line.distinct = expected
                .iter()
                .any(|e| e.figure == line.figure && e.distinct);
        }
        if expected != stored {
            let odd = stored.iter().find(|s| !expected.contains(s));
            let odd = odd.or_else(|| expected.iter().find(|e| !stored.contains(e)));
            let name = odd.map_or_else(String::new, |o| {
                format!(
                    "记录 {}，数据 {}，第 {} 条第 {} 项",
                    o.entry_id, o.figure, o.leaf_index, o.ordinal
                )
            });
            report.find("contribution", name, "与事件不符");
        }
        for line in &expected {
            rollups.add(line);
        }
        Ok(Ok(()))
    }
}

fn verify_tile(
    db: &Db,
    report: &mut LogReport,
    (level, index): (u8, u64),
    bytes: &[u8],
) -> Result<()> {
    if db.tile(level, index)?.as_deref() != Some(bytes) {
        report.find(
            "log_tile",
            format!("第 {level} 层第 {index} 块"),
            "与日志内容不符",
        );
    }
    Ok(())
}

/// Every line that the events of an entry must have left.
fn expected_lines(
    organ: &str,
    change: &Change,
    events: &[Event],
    history: &[EventRow],
    first_stage: Option<&str>,
) -> Vec<ContributionRow> {
    let mut lines: Vec<ContributionRow> = Vec::new();
    let mut state: Option<State> = None;
    for (event, row) in events.iter().zip(history) {
        let after = kernel::apply(state.clone(), event, first_stage);
        let mut standing = append::standing(lines.clone());
        lines.extend(append::lines_of(
            organ,
            change,
            state.as_ref(),
            &after,
            row.leaf_index,
            &mut standing,
        ));
        state = Some(after);
    }
    lines
}

fn differing_column(stored: &EntryRow, derived: &EntryRow) -> Option<&'static str> {
    let columns: [(&'static str, bool); 14] = [
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
    ];
    columns
        .into_iter()
        .find(|(_, same)| !same)
        .map(|(column, _)| column)
}

/// Roll-ups derived from contributions.
#[derive(Default)]
struct Rollups {
    sums: BTreeMap<(String, String, String, String), (i64, i64)>,
}

impl Rollups {
    fn add(&mut self, line: &ContributionRow) {
        let month = line.happened_on.get(..7).unwrap_or_default().to_owned();
        let key = (
            line.organ_id.clone(),
            line.figure.clone(),
            month,
            line.dims.clone(),
        );
        let sum = self.sums.entry(key).or_default();
        sum.0 += line.value;
        sum.1 += if line.negates_leaf.is_some() { -1 } else { 1 };
    }
}

fn verify_rollups(db: &Db, report: &mut LogReport, rollups: Rollups) -> Result<()> {
    let mut sums = rollups.sums;
    db.scan_rollups(|row| {
        let key = (row.organ_id, row.figure, row.month, row.dims);
        let place = format!("数据 {}，{}，{}", key.1, key.2, key.3);
        match sums.remove(&key) {
            Some((value, _)) if value == row.value => {}
            None if row.value == 0 => {}
            _ => report.find("rollup", place, "与明细不符"),
        }
        Ok::<_, AppError>(())
    })?;
    for (key, (value, _)) in sums {
        if value != 0 {
            report.find(
                "rollup",
                format!("数据 {}，{}，{}", key.1, key.2, key.3),
                "缺少",
            );
        }
    }
    Ok(())
}

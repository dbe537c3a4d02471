//! The log: leaves against events, tiles and signed checkpoints; every entry that it opens.

use std::collections::BTreeMap;

use proof::{checkpoint, hash::Hash, leaf::Leaf, merkle::Appender, note::KeyKind};
use store::{AuditRow, Db, DrawEventRow, EventRow, LeafRow, StoreError};

use super::{LogReport, entries::Entries, is_in_the_row};
use crate::{
    App, append,
    draw::log as draw_log,
    entry::event_of,
    envelope::{self, Envelope, Salts},
    error::Result,
};

/// Leaves read at a time.
const BATCH: usize = 2_048;
/// Hashes in a full tile.
const TILE_WIDTH: u64 = 256;

/// A verification under way.
pub(super) struct Verifier<'a> {
    app: &'a App,
    db: &'a Db,
    report: LogReport,
    appender: Appender,
    /// Tiles that may still grow.
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    /// The stored hashes of the tile that the present leaf belongs to.
    tile: Option<(u64, Option<Vec<u8>>)>,
    /// Roots that checkpoints have signed, by size.
    signed: BTreeMap<u64, Hash>,
    /// Size of the last checkpoint that was right.
    sound: u64,
    /// A checkpoint was not right: those after it say nothing new.
    broken: bool,
    /// Leaves that agree with their event but not with their tile: the next checkpoint tells who
    /// is right.
    doubtful: Vec<(u64, String)>,
    entries: Entries<'a>,
}

impl<'a> Verifier<'a> {
    pub fn new(app: &'a App, db: &'a Db) -> Self {
        Self {
            app,
            db,
            report: LogReport::default(),
            appender: Appender::new(),
            tiles: BTreeMap::new(),
            tile: None,
            signed: BTreeMap::new(),
            sound: 0,
            broken: false,
            doubtful: Vec::new(),
            entries: Entries::new(app, db),
        }
    }

    pub fn run(mut self, progress: &mut impl FnMut(u64, u64)) -> Result<LogReport> {
        self.open_checkpoints()?;
        let size = self.db.log_size()?;
        self.compare_root(0);
        let mut next = 0;
        while next < size {
            let end = (next + BATCH as u64).min(size);
            self.batch(next, end)?;
            next = end;
            self.report.leaves = next;
            progress(next, size);
        }
        self.settle_doubts(true);
        self.compare_tiles(true)?;
        for signed in std::mem::take(&mut self.signed).into_keys() {
            let what = format!("存证点称有 {signed} 条");
            self.report
                .find("log_leaf", format!("第 {size} 条起"), what);
        }
        for row in self.events_between(size, u64::MAX)? {
            let what = "日志中没有这一条";
            self.report
                .find("event", place(&row.entry_id, row.seq), what);
        }
        for row in self.draws_between(size, u64::MAX)? {
            let what = "日志中没有这一条";
            self.report.find("draw_event", draw_place(&row), what);
        }
        let mut report = self.report;
        self.entries.finish(&mut report)?;
        Ok(report)
    }

    /// Reads every checkpoint and keeps what its signature vouches for.
    fn open_checkpoints(&mut self) -> Result<()> {
        for size in self.db.impossible_checkpoints()? {
            self.report.checkpoints += 1;
            let what = "没有这样的大小";
            self.report
                .find("log_checkpoint", format!("大小 {size}"), what);
        }
        let key = self.app.signer.verifier(KeyKind::Note);
        let rows = self.db.checkpoints(0, usize::MAX);
        let rows = self.report.readable("log_checkpoint", "全部", rows)?;
        for row in rows.unwrap_or_default() {
            self.report.checkpoints += 1;
            let place = format!("大小 {}", row.size);
            match checkpoint::open(row.note.as_bytes(), &key, &[]) {
                Err(error) => {
                    let what = format!("签名不成立：{error}");
                    self.report.find("log_checkpoint", place, what);
                }
                Ok(open) if open.checkpoint.size != row.size => {
                    let what = "大小与签名内容不符";
                    self.report.find("log_checkpoint", place, what);
                }
                Ok(open) => drop(self.signed.insert(row.size, open.checkpoint.root)),
            }
        }
        Ok(())
    }

    fn batch(&mut self, from: u64, end: u64) -> Result<()> {
        let leaves: BTreeMap<u64, LeafRow> = self
            .leaves_between(from, end)?
            .into_iter()
            .map(|l| (l.leaf_index, l))
            .collect();
        let events: BTreeMap<u64, EventRow> = self
            .events_between(from, end)?
            .into_iter()
            .map(|e| (e.leaf_index, e))
            .collect();
        let draws: BTreeMap<u64, DrawEventRow> = self
            .draws_between(from, end)?
            .into_iter()
            .map(|e| (e.leaf_index, e))
            .collect();
        let audit = self.audit_between(from, end)?;
        let mut opened = Vec::new();
        let mut hashes = Vec::new();
        for index in from..end {
            let (leaf, event) = (leaves.get(&index), events.get(&index));
            let line = audit.get(&index);
            let is_line = leaf.is_some_and(|leaf| leaf.ledger == crate::audit::LEDGER);
            hashes.push(match event {
                None if line.is_some() || is_line => self.audit_leaf(index, leaf, line)?,
                _ => self.leaf(index, leaf, event, draws.get(&index))?,
            });
            opened.extend(opens(leaf, event));
            if self.signed.contains_key(&(index + 1)) {
                self.append(std::mem::take(&mut hashes));
                self.compare_root(index + 1);
            }
        }
        self.append(hashes);
        self.compare_tiles(false)?;
        self.entries.verify(&opened, &mut self.report)
    }

    fn append(&mut self, hashes: Vec<Hash>) {
        for tile in self.appender.append(hashes).tiles {
            self.tiles.insert((tile.level, tile.index), tile.bytes);
        }
    }

    /// The leaf of an event; where personal values were erased as written down, their commitments
    /// are taken from the leaf that is there.
    fn derived(
        &mut self,
        event: &EventRow,
        leaf: Option<&LeafRow>,
    ) -> Result<std::result::Result<Vec<u8>, String>> {
        let derived = derive(self.app, event);
        let (Ok(data), Some(leaf)) = (&derived, leaf) else {
            return Ok(derived);
        };
        if *data == leaf.data {
            return Ok(derived);
        }
        let erased = self.db.erasures(&event.organ_id, &event.entry_id)?;
        let erased: Vec<_> = erased.into_iter().filter(|e| e.seq == event.seq).collect();
        let (Ok(mut rest), Ok(whole)) = (Leaf::decode(data), Leaf::decode(&leaf.data)) else {
            return Ok(derived);
        };
        for one in &erased {
            if let Some(hash) = whole.private.get(&one.pointer) {
                rest.private.entry(one.pointer.clone()).or_insert(*hash);
            }
        }
        self.report.erased += erased.len() as u64;
        Ok(rest.encode().map_err(|e| e.to_string()))
    }

    /// One leaf against its event and its tile. Answers the hash that most of them agree on, so
    /// that one changed row does not make the whole tree differ.
    fn leaf(
        &mut self,
        index: u64,
        leaf: Option<&LeafRow>,
        event: Option<&EventRow>,
        draw: Option<&DrawEventRow>,
    ) -> Result<Hash> {
        let stored = self.tile_hash(index)?;
        let derived = match event {
            Some(event) => Some(self.derived(event, leaf)?),
            None => None,
        };
        let derived = derived.or_else(|| draw.map(|row| draw_log::derive(self.db, row)));
        let table = if draw.is_some() {
            "draw_event"
        } else {
            "event"
        };
        let place = match (event, draw, leaf) {
            (Some(event), ..) => place(&event.entry_id, event.seq),
            (None, Some(draw), _) => draw_place(draw),
            (None, None, Some(leaf)) => place(&leaf.entry_id, leaf.seq),
            (None, None, None) => format!("第 {index} 条"),
        };
        if event.is_none() && draw.is_none() {
            let what = "日志中有，库中没有或读不出来";
            self.report.find("event", &place, what);
        }
        let Some(leaf) = leaf else {
            self.report
                .find("log_leaf", format!("第 {index} 条"), "缺少或读不出来");
            let derived = derived.and_then(|d| d.ok()).map(|d| envelope::hash_of(&d));
            return Ok(stored.or(derived).unwrap_or(Hash([0; 32])));
        };
        self.columns(leaf, draw);
        let hash = envelope::hash_of(&leaf.data);
        match derived {
            Some(Ok(data)) if data == leaf.data => {
                if stored.is_some_and(|s| s != hash) {
                    self.doubtful.push((index, place));
                }
                return Ok(hash);
            }
            Some(Ok(data)) if Some(envelope::hash_of(&data)) == stored => {
                let what = "与事件和存证块不符";
                self.report.find("log_leaf", format!("第 {index} 条"), what);
                return Ok(stored.unwrap_or(hash));
            }
            Some(Ok(_)) => self.report.find(table, place, "内容与日志中的存证不符"),
            Some(Err(what)) => self.report.find(table, place, what),
            None => {}
        }
        if stored.is_some_and(|s| s != hash) {
            self.report
                .find("log_leaf", format!("第 {index} 条"), "与存证块不符");
        }
        Ok(stored.unwrap_or(hash))
    }

    /// One leaf of the audit trail against its line and its tile.
    fn audit_leaf(
        &mut self,
        index: u64,
        leaf: Option<&LeafRow>,
        line: Option<&AuditRow>,
    ) -> Result<Hash> {
        let stored = self.tile_hash(index)?;
        let place = format!("日志第 {index} 条的审计记录");
        let derived = line.map(crate::audit::leaf);
        let Some(leaf) = leaf else {
            self.report
                .find("log_leaf", format!("第 {index} 条"), "缺少或读不出来");
            let derived = derived.and_then(|d| d.ok()).map(|d| envelope::hash_of(&d));
            return Ok(stored.or(derived).unwrap_or(Hash([0; 32])));
        };
        self.columns(leaf, None);
        let hash = envelope::hash_of(&leaf.data);
        match derived {
            None => self.report.find("audit", &place, "日志中有，库中没有"),
            Some(Err(what)) => self.report.find("audit", &place, what),
            Some(Ok(data)) if data != leaf.data && Some(envelope::hash_of(&data)) == stored => {
                let what = "与审计记录和存证块不符";
                self.report.find("log_leaf", format!("第 {index} 条"), what);
            }
            Some(Ok(data)) if data != leaf.data => {
                self.report.find("audit", &place, "内容与日志中的存证不符");
            }
            Some(Ok(_)) => {
                if stored.is_some_and(|s| s != hash) {
                    self.doubtful.push((index, place));
                }
                return Ok(hash);
            }
        }
        Ok(stored.unwrap_or(hash))
    }

    fn audit_between(&mut self, from: u64, end: u64) -> Result<BTreeMap<u64, AuditRow>> {
        let rows = self.db.audit_leaves(from, end);
        let place = format!("日志第 {from} 条起");
        let rows = self.report.readable("audit", place, rows)?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.filter_map(|r| Some((r.leaf_index?, r))).collect())
    }

    /// The columns of a leaf's row against the leaf itself.
    fn columns(&mut self, leaf: &LeafRow, draw: Option<&DrawEventRow>) {
        let data = Leaf::decode(&leaf.data).map(|l| l.data);
        let of_the_draw = draw.map(|draw| {
            leaf.ledger == draw_log::DRAW_LEDGER
                && (&leaf.organ_id, &leaf.entry_id) == (&draw.organ_id, &draw.draw_id)
                && leaf.seq == draw.seq
        });
        let same = of_the_draw.unwrap_or(false)
            || data.is_ok_and(|data| {
                let text = |name: &str| data.get(name).and_then(|v| v.as_str());
                text("organ") == Some(&leaf.organ_id)
                    && text("ledger") == Some(&leaf.ledger)
                    && text("entry") == Some(&leaf.entry_id)
                    && data.get("seq").and_then(serde_json::Value::as_u64) == Some(leaf.seq)
            });
        if !same {
            let what = "各列与存证内容不符";
            self.report
                .find("log_leaf", format!("第 {} 条", leaf.leaf_index), what);
        }
    }

    /// The hash that the stored tile has for a leaf.
    fn tile_hash(&mut self, index: u64) -> Result<Option<Hash>> {
        let at = index / TILE_WIDTH;
        if self.tile.as_ref().is_none_or(|(known, _)| *known != at) {
            let place = format!("第 0 层第 {at} 块");
            let tile = self
                .report
                .readable("log_tile", place, self.db.tile(0, at))?;
            self.tile = Some((at, tile.flatten()));
        }
        let bytes = self.tile.as_ref().and_then(|(_, tile)| tile.as_deref());
        let from = (index % TILE_WIDTH) as usize * 32;
        Ok(bytes
            .and_then(|b| b.get(from..from + 32))
            .and_then(Hash::from_slice))
    }

    /// The root over the first `size` leaves against the checkpoint of that size, if there is one.
    fn compare_root(&mut self, size: u64) {
        let Some(signed) = self.signed.remove(&size) else {
            return;
        };
        let right = signed == self.appender.root();
        self.settle_doubts(right);
        if right {
            self.sound = size;
            self.broken = false;
        } else if !self.broken {
            self.broken = true;
            let place = format!("第 {} 至 {} 条", self.sound, size.saturating_sub(1));
            self.report.find(
                "log_leaf",
                place,
                format!("与大小 {size} 的存证点签名的根不符"),
            );
        }
    }

    /// Leaf and event agreed against the tile: with a right root the tile was changed, otherwise
    /// the two were changed together.
    fn settle_doubts(&mut self, root_is_right: bool) {
        for (index, place) in std::mem::take(&mut self.doubtful) {
            if root_is_right {
                let (block, at) = (index / TILE_WIDTH, index % TILE_WIDTH);
                let place = format!("第 0 层第 {block} 块");
                let what = format!("其中第 {at} 个与日志内容不符");
                self.report.find("log_tile", place, what);
            } else {
                let what = "与存证块和签名的根不符";
                self.report.find("log_leaf", format!("第 {index} 条"), what);
                self.report.find("event", place, what);
            }
        }
    }

    /// Compares the tiles that will not change any more, or all.
    fn compare_tiles(&mut self, all: bool) -> Result<()> {
        let full = TILE_WIDTH as usize * 32;
        let done = |_: &(u8, u64), bytes: &mut Vec<u8>| all || bytes.len() == full;
        let done: Vec<_> = self.tiles.extract_if(.., done).collect();
        for ((level, index), bytes) in done {
            let place = format!("第 {level} 层第 {index} 块");
            let tile = self.db.tile(level, index);
            let Some(tile) = self.report.readable("log_tile", &place, tile)? else {
                continue;
            };
            match tile {
                Some(tile) if tile == bytes => {}
                Some(_) => self.report.find("log_tile", place, "与日志内容不符"),
                None => self.report.find("log_tile", place, "缺少这一块"),
            }
        }
        Ok(())
    }

    fn leaves_between(&mut self, from: u64, end: u64) -> Result<Vec<LeafRow>> {
        let db = self.db;
        let read = |at, limit| db.leaves(at, limit);
        between(
            from,
            end,
            read,
            |l: &LeafRow| l.leaf_index,
            |index, e| {
                let what = format!("读不出来：{e}");
                self.report.find("log_leaf", format!("第 {index} 条"), what);
            },
        )
    }

    fn draws_between(&mut self, from: u64, end: u64) -> Result<Vec<DrawEventRow>> {
        let db = self.db;
        let read = |at, limit| db.draw_events_from(at, limit);
        between(
            from,
            end,
            read,
            |e: &DrawEventRow| e.leaf_index,
            |index, e| {
                let what = format!("读不出来：{e}");
                self.report
                    .find("draw_event", format!("日志第 {index} 条"), what);
            },
        )
    }

    fn events_between(&mut self, from: u64, end: u64) -> Result<Vec<EventRow>> {
        let db = self.db;
        let read = |at, limit| db.events_from(at, limit);
        between(
            from,
            end,
            read,
            |e: &EventRow| e.leaf_index,
            |index, e| {
                let what = format!("读不出来：{e}");
                self.report
                    .find("event", format!("日志第 {index} 条的事件"), what);
            },
        )
    }
}

/// Rows from `from` to before `end`. Where one of them cannot be read, they are read one by one
/// and the damaged ones told.
fn between<T>(
    from: u64,
    end: u64,
    read: impl Fn(u64, usize) -> std::result::Result<Vec<T>, StoreError>,
    index: impl Fn(&T) -> u64,
    mut damaged: impl FnMut(u64, &StoreError),
) -> Result<Vec<T>> {
    let limit = usize::try_from(end - from).unwrap_or(BATCH).min(BATCH);
    let mut rows = match read(from, limit) {
        Ok(rows) => rows,
        Err(error) if is_in_the_row(&error) => {
            let mut rows = Vec::new();
            for at in from..end.min(from.saturating_add(limit as u64)) {
                match read(at, 1) {
                    Ok(one) => rows.extend(one.into_iter().filter(|row| index(row) == at)),
                    Err(error) if is_in_the_row(&error) => damaged(at, &error),
                    Err(error) => return Err(error.into()),
                }
            }
            rows
        }
        Err(error) => return Err(error.into()),
    };
    rows.retain(|row| index(row) < end);
    Ok(rows)
}

fn draw_place(row: &DrawEventRow) -> String {
    format!("抽取 {} 第 {} 条", row.draw_id, row.seq)
}

pub(super) fn place(entry: &str, seq: u64) -> String {
    format!("记录 {entry} 第 {seq} 条")
}

/// The entry that a leaf opens: organ and id, as the leaf says, else as its event does.
fn opens(leaf: Option<&LeafRow>, event: Option<&EventRow>) -> Option<(String, String)> {
    let said = leaf.and_then(|leaf| {
        let data = Leaf::decode(&leaf.data).ok()?.data;
        let text = |name: &str| data.get(name)?.as_str().map(str::to_owned);
        Some((text("organ")?, text("entry")?, data.get("seq")?.as_u64()?))
    });
    let said = said.or_else(|| event.map(|e| (e.organ_id.clone(), e.entry_id.clone(), e.seq)));
    said.filter(|(_, _, seq)| *seq == 1)
        .map(|(organ, entry, _)| (organ, entry))
}

/// The leaf of an event, derived from its row.
fn derive(app: &App, row: &EventRow) -> std::result::Result<Vec<u8>, String> {
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
        .and_then(|v| app.catalogue().version(&row.ledger, v))
        .or_else(|| app.catalogue().ledger(&row.ledger))
        .ok_or_else(|| format!("目录中没有台账 {}", row.ledger))?;
    let salts: Salts = serde_json::from_str(&row.salts).map_err(|e| e.to_string())?;
    let envelope = Envelope {
        organ: &row.organ_id,
        ledger: &row.ledger,
        entry: &row.entry_id,
        version: &row.version,
        recorded_at: &row.recorded_at,
    };
    // The stored texts themselves are compared too: a second spelling of the same body, or a salt
    // that belongs to nothing, would otherwise pass.
    if append::to_json(&event.what).ok().as_deref() != Some(row.body.as_str()) {
        return Err("内容不是原样保存的写法".to_owned());
    }
    if append::to_json(&salts).ok().as_deref() != Some(row.salts.as_str())
        || !salts
            .keys()
            .eq(envelope::pointers(ledger, &event.what).iter())
    {
        return Err("盐值不是原样保存的写法".to_owned());
    }
    // As the office's date is kept as text, its spelling counts as well.
    if event.happened_on.to_string() != row.happened_on {
        return Err("happened_on 列不是原样保存的写法".to_owned());
    }
    envelope::leaf(ledger, &envelope, &event, &salts)
}

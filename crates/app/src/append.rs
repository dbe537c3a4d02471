//! Append: the one way in which anything is written.
//!
//! Within one transaction: leaves and tiles of the log, events, the entry's state, its index
//! values, its contributions and their roll-ups. Either all of it is there afterwards or nothing.

use std::{collections::BTreeSet, sync::Arc};

use catalogue::{
    definition::{Field, Figure, FigureKind, Ledger},
    id::FieldId,
    value::{Fields, Value},
};
use kernel::{Contribution, Event, State, apply_owned, contribution, contributions};
use proof::{hash::Hash, merkle::Appender};
use sha2::{Digest, Sha256};
use store::{
    ContributionRow, Db, DeadlineRow, EntryRow, EventRow, KeyRow, LeafRow, OutcomeRow, StoreError,
    Sums, UNIT_FIELD, ValueRow, encode_integer,
};

use crate::{
    App,
    envelope::{self, Envelope},
    error::{AppError, Result},
};

/// An entry and the events to append to it.
#[derive(Clone, Debug)]
pub struct Change {
    /// The definition it was opened under.
    pub ledger: Arc<Ledger>,
    /// The entry.
    pub entry: String,
    /// When it was opened, RFC 3339; empty for a new one.
    pub opened_at: String,
    /// When this is recorded, RFC 3339.
    pub recorded_at: String,
    /// Its state before; `None` for a new one.
    pub before: Option<State>,
    /// What happened.
    pub events: Vec<Event>,
}

/// A change on its way into the store: what does not need the database is done beforehand, on any
/// thread.
pub(crate) struct Job {
    pub change: Change,
    /// The entry's contributions as they are stored, and what was taken back at the same days; none
    /// for a new entry.
    pub stored: Vec<ContributionRow>,
    /// The place of its first event in the log.
    pub first_leaf: u64,
}

/// The rows of changes.
#[derive(Default)]
pub(crate) struct Rows {
    /// Entries that were there before: their derived rows are written anew.
    changed: Vec<String>,
    hashes: Vec<Hash>,
    leaves: Vec<LeafRow>,
    events: Vec<EventRow>,
    /// Entries that were not there before.
    opened: Vec<EntryRow>,
    entries: Vec<EntryRow>,
    values: Vec<ValueRow>,
    /// Keys of entries that were not there before.
    new_keys: Vec<KeyRow>,
    keys: Vec<KeyRow>,
    contributions: Vec<ContributionRow>,
    deadlines: Vec<DeadlineRow>,
    outcomes: Vec<OutcomeRow>,
}

impl Rows {
    /// How many entries they are of.
    pub fn len(&self) -> usize {
        self.opened.len() + self.entries.len()
    }

    /// Sorts what the tables have sorted, and adds the contributions up, once all rows are there.
    /// They are mostly of one ledger, of which the tables need not be told: what is left in another
    /// order, the store sorts.
    pub fn settle(&mut self, sums: &mut Sums) -> Result<()> {
        self.values.sort_unstable_by(|a, b| {
            fn place(v: &ValueRow) -> (&str, &str, &str, &str) {
                (&v.field, &v.value, &v.happened_on, &v.entry_id)
            }
            place(a).cmp(&place(b))
        });
        self.contributions.sort_unstable_by(|a, b| {
            fn place(c: &ContributionRow) -> (&str, &str, u64, u32) {
                (&c.figure, &c.happened_on, c.leaf_index, c.ordinal)
            }
            place(a).cmp(&place(b))
        });
        Ok(sums.take(&self.contributions)?)
    }
}

/// The end of the log while it grows within one transaction.
pub(crate) struct LogEnd {
    appender: Appender,
    /// The place of the next event that is prepared.
    next_leaf: u64,
}

impl LogEnd {
    pub fn load(db: &Db) -> Result<Self> {
        let size = db.log_size()?;
        Ok(Self {
            appender: load_appender(db, size)?,
            next_leaf: size,
        })
    }

    /// Gives a change its place in the log, with what is stored of its entry.
    pub fn place(&mut self, db: &Db, organ: &str, change: Change) -> Result<Job> {
        let stored = match &change.before {
            Some(before) => {
                let lines = contributions(&change.ledger, before);
                let places = lines
                    .iter()
                    .map(|l| (l.figure.to_string(), l.on.to_string()));
                db.contributions_of(organ, &change.entry, &places.collect())?
            }
            None => Vec::new(),
        };
        let first_leaf = self.next_leaf;
        self.next_leaf += change.events.len() as u64;
        Ok(Job {
            change,
            stored,
            first_leaf,
        })
    }

    /// Appends one leaf that is no entry's; answers its place.
    pub fn write_leaf(&mut self, db: &Db, leaf: impl FnOnce(u64) -> LeafRow) -> Result<u64> {
        let place = self.next_leaf;
        let leaf = leaf(place);
        let tiles = self.appender.append([envelope::hash_of(&leaf.data)]).tiles;
        let tiles: Vec<_> = tiles
            .into_iter()
            .map(|t| (t.level, t.index, t.bytes))
            .collect();
        db.put_leaves(&[leaf])?;
        db.put_tiles(&tiles)?;
        self.next_leaf += 1;
        Ok(place)
    }

    /// Writes prepared rows. They come in the order in which they were placed, and
    /// [`LogEnd::finish`] follows in the same transaction.
    pub fn write(&mut self, db: &Db, organ: &str, rows: &Rows) -> Result<()> {
        for entry in &rows.changed {
            db.delete_values(organ, entry)?;
            db.delete_key(organ, entry)?;
        }
        let tiles = self.appender.append(rows.hashes.iter().copied()).tiles;
        let tiles: Vec<_> = tiles
            .into_iter()
            .map(|t| (t.level, t.index, t.bytes))
            .collect();
        db.put_leaves(&rows.leaves)?;
        db.put_tiles(&tiles)?;
        db.put_events(&rows.events)?;
        db.open_entries(&rows.opened)?;
        db.put_entries(&rows.entries)?;
        db.put_values(&rows.values)?;
        db.new_keys(&rows.new_keys).map_err(taken_key)?;
        db.put_keys(&rows.keys).map_err(taken_key)?;
        db.put_lines(&rows.contributions)?;
        // A new entry has no deadlines yet that would have to go.
        let changed: Vec<&str> = rows.changed.iter().map(String::as_str).collect();
        db.put_deadlines(organ, &changed, &rows.deadlines)?;
        db.add_outcomes(&rows.outcomes)?;
        let entries = rows.opened.iter().chain(&rows.entries);
        let ledgers: BTreeSet<&str> = entries.map(|e| e.ledger.as_str()).collect();
        Ok(db.put_ledger_changes(organ, ledgers, db.log_size()?)?)
    }

    /// Writes what everything adds up to: each sum once, however many rows there were.
    pub fn finish(self, db: &Db, sums: &Sums) -> Result<()> {
        Ok(db.add_sums(sums)?)
    }
}

/// Two entries of one key: the words for the second one.
fn taken_key(error: StoreError) -> AppError {
    match error {
        StoreError::Constraint(name) if name == store::constraint::NATURAL_KEY => {
            AppError::Input("另一条记录已用这个编号，请改正编号。".to_owned())
        }
        other => other.into(),
    }
}

impl App {
    /// Appends changes in order, within the transaction of `db`.
    pub(crate) fn append(&self, db: &Db, organ: &str, changes: &[Change]) -> Result<()> {
        let mut end = LogEnd::load(db)?;
        let mut rows = Rows::default();
        for change in changes {
            let job = end.place(db, organ, change.clone())?;
            self.prepare(organ, job, &mut rows)?;
        }
        let mut sums = Sums::default();
        rows.settle(&mut sums)?;
        end.write(db, organ, &rows)?;
        end.finish(db, &sums)
    }

    /// Works out the rows of a change.
    pub(crate) fn prepare(&self, organ: &str, job: Job, rows: &mut Rows) -> Result<()> {
        let Job {
            mut change,
            stored,
            first_leaf,
        } = job;
        let mut state = change.before.take();
        let mut lines = EntryLines::default();
        if let Some(before) = &state {
            lines = EntryLines::standing(&change.ledger, before, stored);
            rows.changed.push(change.entry.clone());
        }
        let before = state.clone();
        let stage = change.ledger.first_stage().map(|s| s.id.as_str());
        let last = change.events.len();
        let events = std::mem::take(&mut change.events);
        for (n, (event, leaf_index)) in (1..).zip(events.into_iter().zip(first_leaf..)) {
            let leaf = self.event_rows(organ, &change, &event, leaf_index, rows)?;
            rows.hashes.push(envelope::hash_of(&leaf.data));
            rows.leaves.push(leaf);
            let after = apply_owned(state, event, stage);
            let step = lines.step(organ, &change, &after, leaf_index, n < last);
            rows.contributions.extend(step);
            state = Some(after);
        }
        change.before = before;
        if let Some(state) = &state {
            entry_rows(organ, &change, state, rows)?;
            let (open, outcomes) = self.clock_rows(organ, &change, state);
            rows.deadlines.extend(open);
            rows.outcomes.extend(outcomes);
        }
        Ok(())
    }

    fn event_rows(
        &self,
        organ: &str,
        change: &Change,
        event: &Event,
        leaf_index: u64,
        rows: &mut Rows,
    ) -> Result<LeafRow> {
        let version = change.ledger.effective.to_string();
        let envelope = Envelope {
            organ,
            ledger: &change.ledger.id,
            entry: &change.entry,
            version: &version,
            recorded_at: &change.recorded_at,
        };
        let salts = envelope::fresh_salts(&change.ledger, &event.what, &self.chance);
        let data = envelope::leaf(&change.ledger, &envelope, event, &salts).map_err(|e| {
            AppError::Input(format!(
                "内容无法留痕（{e}）：请检查是否有不可见字符或过大的数。"
            ))
        })?;
        rows.events.push(EventRow {
            organ_id: organ.to_owned(),
            entry_id: change.entry.clone(),
            seq: u64::from(event.seq),
            ledger: change.ledger.id.to_string(),
            kind: event.what.kind().to_owned(),
            version,
            actor: event.actor.clone(),
            happened_on: event.happened_on.to_string(),
            recorded_at: change.recorded_at.clone(),
            body: to_json(&event.what)?,
            salts: to_json(&salts)?,
            leaf_index,
        });
        Ok(LeafRow {
            leaf_index,
            organ_id: organ.to_owned(),
            ledger: change.ledger.id.to_string(),
            entry_id: change.entry.clone(),
            seq: u64::from(event.seq),
            data,
        })
    }
}

/// Appends a leaf that belongs to no entry. `make` is told its place in the log.
pub(crate) fn append_leaf(db: &Db, make: impl FnOnce(u64) -> LeafRow) -> Result<u64> {
    let mut end = LogEnd::load(db)?;
    let index = end.next_leaf;
    let leaf = make(index);
    let tiles = end
        .appender
        .append(vec![envelope::hash_of(&leaf.data)])
        .tiles;
    let tiles: Vec<_> = tiles
        .into_iter()
        .map(|t| (t.level, t.index, t.bytes))
        .collect();
    db.put_leaves(&[leaf])?;
    db.put_tiles(&tiles)?;
    Ok(index)
}

/// Loads the right edge of the tree.
pub(crate) fn load_appender(db: &Db, size: u64) -> Result<Appender> {
    let mut failed = None;
    let appender = Appender::load(size, |level, index| match db.tile(level, index) {
        Ok(tile) => tile,
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    match (failed, appender) {
        (Some(error), _) => Err(error.into()),
        (None, appender) => appender.map_err(|e| AppError::Fault(format!("存证日志不完整：{e}"))),
    }
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| AppError::Fault(e.to_string()))
}

/// The lines of one entry while its events are applied one by one.
#[derive(Default)]
pub(crate) struct EntryLines {
    /// What the entry contributes in its present state.
    present: Vec<Contribution>,
    /// The rows of it: those that nothing has negated yet.
    standing: Vec<ContributionRow>,
}

impl EntryLines {
    /// The lines of an entry as they are stored.
    fn standing(ledger: &Ledger, state: &State, mut stored: Vec<ContributionRow>) -> Self {
        let negated: BTreeSet<_> = stored
            .iter()
            .filter_map(|r| Some((r.negates_leaf?, r.negates_ordinal?)))
            .collect();
        stored
            .retain(|r| r.negates_leaf.is_none() && !negated.contains(&(r.leaf_index, r.ordinal)));
        stored.sort_by_key(|r| (r.leaf_index, r.ordinal));
        Self {
            present: contributions(ledger, state),
            standing: stored,
        }
    }

    /// The rows of an event that leads to the state `after`: what it takes away, as negations, and
    /// what it adds. `goes_on`: another event follows, for which it has to be remembered.
    pub(crate) fn step(
        &mut self,
        organ: &str,
        change: &Change,
        after: &State,
        leaf_index: u64,
        goes_on: bool,
    ) -> Vec<ContributionRow> {
        let mut after = contributions(&change.ledger, after);
        let (removed, added) = if !self.present.is_empty() {
            contribution::difference(&self.present, &after)
        } else if goes_on {
            (Vec::new(), after.clone())
        } else {
            (Vec::new(), std::mem::take(&mut after))
        };
        let mut rows = Vec::with_capacity(removed.len() + added.len());
        for line in removed {
            let place = self.standing.iter().position(|row| is_line(row, &line));
            let origin = place.map(|at| self.standing.remove(at));
            let value = line.value;
            let mut row = line_row(organ, change, line, leaf_index, rows.len());
            row.value = -value;
            row.negates_leaf = origin.as_ref().map(|o| o.leaf_index);
            row.negates_ordinal = origin.as_ref().map(|o| o.ordinal);
            rows.push(row);
        }
        for line in added {
            let row = line_row(organ, change, line, leaf_index, rows.len());
            if goes_on {
                self.standing.push(row.clone());
            }
            rows.push(row);
        }
        self.present = after;
        rows
    }
}

fn is_line(row: &ContributionRow, line: &Contribution) -> bool {
    row.figure == *line.figure
        && row.value == line.value
        && row.dims == line.dims
        && row.item == line.item
        && row.happened_on == line.on.to_string()
}

fn line_row(
    organ: &str,
    change: &Change,
    line: Contribution,
    leaf_index: u64,
    ordinal: usize,
) -> ContributionRow {
    let mut figures = change.ledger.figures.iter();
    ContributionRow {
        organ_id: organ.to_owned(),
        distinct: figures.any(|f| f.id == line.figure && is_distinct(f)),
        figure: line.figure.to_string(),
        happened_on: line.on.to_string(),
        leaf_index,
        ordinal: ordinal as u32,
        ledger: change.ledger.id.to_string(),
        entry_id: change.entry.clone(),
        value: line.value,
        dims: line.dims,
        item: line.item,
        negates_leaf: None,
        negates_ordinal: None,
    }
}

fn is_distinct(figure: &Figure) -> bool {
    matches!(
        figure.kind,
        FigureKind::Distinct(_) | FigureKind::DistinctStock(_)
    )
}

/// The name under which the stage is indexed; no field has such an id.
pub(crate) const STAGE_FIELD: &str = "@stage";

/// Index values kept at most this long: they are for finding, not for reading.
const INDEXED_CHARS_MAX: usize = 120;

/// The row of an entry and its index values.
pub(crate) fn entry_row(
    organ: &str,
    recorded_at: &str,
    change: &Change,
    state: &State,
) -> Result<(EntryRow, Vec<ValueRow>)> {
    let ledger = &change.ledger;
    let happened_on = state.happened_on(ledger).to_string();
    let new = change.before.is_none();
    let key = natural_key(ledger, &state.fields);
    let values = if state.voided {
        Vec::new()
    } else {
        indexed(ledger, state)
    };
    let row = EntryRow {
        organ_id: organ.to_owned(),
        entry_id: change.entry.clone(),
        ledger: ledger.id.to_string(),
        version: ledger.effective.to_string(),
        number: key
            .as_ref()
            .map(|_| number(ledger, &state.fields))
            .filter(|n| !n.is_empty()),
        title: ledger.title_of(&state.fields),
        stage: state.stage.clone(),
        section_id: Some(ledger.section.to_string()),
        happened_on: happened_on.clone(),
        revision: u64::from(state.revision),
        opened_at: if new {
            recorded_at.to_owned()
        } else {
            change.opened_at.clone()
        },
        changed_at: recorded_at.to_owned(),
        voided: state.voided,
        fields: to_json(&state.fields)?,
        history: to_json(&state.history)?,
        content_hash: match key {
            Some(_) => None,
            None => Some(content_hash(&state.fields)?),
        },
        indexed: store::indexed_text(values.iter().map(|(f, v)| (f.as_str(), v.as_str()))),
    };
    let values = values.into_iter().map(|(field, value)| ValueRow {
        organ_id: organ.to_owned(),
        ledger: ledger.id.to_string(),
        field,
        value,
        happened_on: happened_on.clone(),
        entry_id: change.entry.clone(),
    });
    Ok((row, values.collect()))
}

fn entry_rows(organ: &str, change: &Change, state: &State, rows: &mut Rows) -> Result<()> {
    let ledger = &change.ledger;
    let (entry, values) = entry_row(organ, &change.recorded_at, change, state)?;
    let (entries, keys) = match change.before {
        None => (&mut rows.opened, &mut rows.new_keys),
        Some(_) => (&mut rows.entries, &mut rows.keys),
    };
    entries.push(entry);
    rows.values.extend(values);
    // A void entry frees its key: the same thing may be registered anew.
    if let Some(natural_key) = natural_key(ledger, &state.fields).filter(|_| !state.voided) {
        keys.push(KeyRow {
            organ_id: organ.to_owned(),
            ledger: ledger.id.to_string(),
            natural_key,
            entry_id: change.entry.clone(),
        });
    }
    Ok(())
}

/// The hash by which an import recognises the same row; only entries without a key need one.
pub(crate) fn content_hash(fields: &Fields) -> Result<String> {
    Ok(hex::encode(Sha256::digest(to_json(fields)?.as_bytes())))
}

/// The natural key of an entry; `None` when the ledger has none or a part of it is absent.
pub(crate) fn natural_key(ledger: &Ledger, fields: &Fields) -> Option<String> {
    if ledger.key.is_empty() {
        return None;
    }
    let parts: Option<Vec<_>> = ledger
        .key
        .iter()
        .map(|id| fields.get(id.as_str()).map(contribution::text_of))
        .collect();
    Some(parts?.join(KEY_SEPARATOR))
}

/// Between the parts of a natural key.
const KEY_SEPARATOR: &str = "\u{1f}";
/// Between the parts of a number, for people.
const NUMBER_SEPARATOR: &str = " · ";

/// The natural key that a number stands for, where no part of it is left out.
pub(crate) fn key_of_number(number: &str) -> String {
    number.replace(NUMBER_SEPARATOR, KEY_SEPARATOR)
}

/// What an entry with a natural key is numbered by in lists: that key.
fn number(ledger: &Ledger, fields: &Fields) -> String {
    // Lists show the number to whoever may read the ledger: no personal value may stand in it.
    let shown = ledger.key.iter().filter(|id| {
        let field = ledger.field(id.as_str());
        !field.is_some_and(envelope::is_personal)
    });
    let parts: Vec<String> = shown
        .filter_map(|id| fields.get(id.as_str()).map(contribution::text_of))
        .collect();
    parts.join(NUMBER_SEPARATOR)
}

/// The fields that lists can be filtered and sorted by: those marked `index`, and what an entry is
/// recognised, called, dated and counted by.
pub fn indexed_fields(ledger: &Ledger) -> impl Iterator<Item = &Field> {
    let named = |id: &FieldId| {
        ledger.key.contains(id)
            || ledger.title.contains(id)
            || ledger.date.as_ref() == Some(id)
            || ledger
                .figures
                .iter()
                .any(|f| f.by.iter().any(|d| d.field == *id))
    };
    ledger.fields.iter().filter(move |f| {
        // What refers to another entry is looked for from there.
        let refers = matches!(f.kind, catalogue::definition::FieldType::Reference { .. });
        f.index || refers || named(&f.id)
    })
}

/// The index values of an entry: one for each item of a list.
fn indexed(ledger: &Ledger, state: &State) -> Vec<(String, String)> {
    let mut values = Vec::new();
    if let Some(stage) = &state.stage {
        values.push((STAGE_FIELD.to_owned(), stage.clone()));
    }
    if let Some(unit) = crate::entry::unit_of(ledger, &state.fields) {
        values.push((UNIT_FIELD.to_owned(), unit.to_owned()));
    }
    for field in indexed_fields(ledger) {
        let Some(value) = state.fields.get(field.id.as_str()) else {
            continue;
        };
        match value {
            Value::List(items) => {
                let different: BTreeSet<String> = items.iter().map(index_value).collect();
                let of_field = |value| (field.id.to_string(), value);
                values.extend(different.into_iter().map(of_field));
            }
            one => values.push((field.id.to_string(), index_value(one))),
        }
    }
    values
}

/// A value as it is indexed: order-preserving.
pub(crate) fn index_value(value: &Value) -> String {
    match value {
        Value::Integer(number) => encode_integer(*number),
        other => {
            let mut text = contribution::text_of(other);
            if let Some((end, _)) = text.char_indices().nth(INDEXED_CHARS_MAX) {
                text.truncate(end);
            }
            text
        }
    }
}

/// What a search finds an entry by: its number and its words, and apart from them persons' names,
/// which find for whoever sees them. Telephone numbers, addresses, identity numbers and minors'
/// names find nothing for anybody.
pub(crate) fn search_row(ledger: &Ledger, fields: &Fields) -> (String, String) {
    use catalogue::definition::FieldType::{
        Choice, Choices, District, LongText, Officer, Person, Reference, Subject, Text, Unit,
    };
    let mut text = match natural_key(ledger, fields) {
        Some(_) => number(ledger, fields),
        None => String::new(),
    };
    let mut names = String::new();
    for field in ledger.fields.iter().filter(|f| !f.is_sensitive()) {
        let into = match &field.kind {
            Text { .. } | LongText | Choice { .. } | Choices { .. } | District => &mut text,
            Subject | Unit | Officer | Reference { .. } => &mut text,
            Person => &mut names,
            _ => continue,
        };
        if let Some(value) = fields.get(field.id.as_str()) {
            into.push('\n');
            into.push_str(&contribution::text_of(value));
        }
    }
    (text, names)
}

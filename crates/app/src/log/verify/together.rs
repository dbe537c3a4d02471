//! The rows of many entries, read by few questions: a question for each row of a million entries
//! is most of the time of a verification, above all where a server answers it.
//!
//! Nothing is judged here. Where rows cannot be read, or an entry is not as it should be at first
//! sight, its rows are read one by one ([`super::entries`]), and that is where it is said.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Event, State, apply};
use store::{ContributionRow, Db, DeadlineRow, EntryRow, EventRow, KeyRow, StoreError, ValueRow};

use crate::{
    App,
    append::{self, Change, EntryLines},
    entry::event_of,
};

/// What the events of an entry must have left.
pub(super) struct Traced {
    pub change: Change,
    pub events: Vec<Event>,
    pub state: State,
    pub lines: Vec<ContributionRow>,
    /// The entry's row, and what it is found by: sorted, each once.
    pub row: EntryRow,
    pub values: Vec<ValueRow>,
    /// Where in the log the events stand.
    pub leaves: Vec<u64>,
}

/// Follows an entry through its events; none where one of them cannot be read, or their definition
/// is not known.
pub(super) fn trace(app: &App, organ: &str, id: &str, history: &[EventRow]) -> Option<Traced> {
    let first = history.first()?;
    let events: Result<Vec<Event>, _> = history.iter().map(event_of).collect();
    let events = events.ok()?;
    let version = first.version.parse().ok()?;
    let ledger = app.catalogue().version(&first.ledger, version)?;
    let change = Change {
        ledger: ledger.clone(),
        entry: id.to_owned(),
        opened_at: first.recorded_at.clone(),
        recorded_at: String::new(),
        before: None,
        events: Vec::new(),
    };
    let first_stage = ledger.first_stage().map(|s| s.id.as_str());
    let mut state: Option<State> = None;
    let (mut lines, mut rows) = (EntryLines::default(), Vec::new());
    for (event, row) in events.iter().zip(history) {
        let after = apply(state, event, first_stage);
        rows.extend(lines.step(organ, &change, &after, row.leaf_index, true));
        state = Some(after);
    }
    let state = state?;
    let changed_at = &history.last()?.recorded_at;
    let (mut row, mut values) = append::entry_row(organ, changed_at, &change, &state).ok()?;
    row.opened_at.clone_from(&change.opened_at);
    values.sort();
    values.dedup();
    Some(Traced {
        events,
        state,
        row,
        values,
        lines: rows,
        leaves: history.iter().map(|row| row.leaf_index).collect(),
        change,
    })
}

/// The rows of some entries.
#[derive(Default)]
pub(super) struct Together {
    pub entries: BTreeMap<String, EntryRow>,
    pub traced: HashMap<String, Traced>,
    keys: HashMap<String, KeyRow>,
    deadlines: HashMap<String, Vec<DeadlineRow>>,
    lines: HashMap<String, Vec<ContributionRow>>,
    /// Of the values that the entries must have, those that are there.
    pub values: BTreeSet<ValueRow>,
}

impl Together {
    /// Reads them; an error where one of the rows cannot be read.
    pub fn read(app: &App, db: &Db, organ: &str, ids: &[&str]) -> Result<Self, StoreError> {
        let mut rows = Together::default();
        for entry in db.entries(organ, ids)? {
            rows.entries.insert(entry.entry_id.clone(), entry);
        }
        for history in db
            .events_of(organ, ids)?
            .chunk_by(|a, b| a.entry_id == b.entry_id)
        {
            let id = history[0].entry_id.as_str();
            let whole = (1..).zip(history).all(|(seq, row)| row.seq == seq);
            if let Some(traced) = trace(app, organ, id, history).filter(|_| whole) {
                rows.traced.insert(id.to_owned(), traced);
            }
        }
        for key in db.keys_of(organ, ids)? {
            rows.keys.insert(key.entry_id.clone(), key);
        }
        for clock in db.deadlines_of_many(organ, ids)? {
            let of_entry = rows.deadlines.entry(clock.entry_id.clone());
            of_entry.or_default().push(clock);
        }
        rows.read_lines(db, organ)?;
        let values = rows.traced.values().flat_map(|traced| &traced.values);
        rows.values = db.values_there(values)?;
        Ok(rows)
    }

    /// The contributions, by figure and day of all of them.
    fn read_lines(&mut self, db: &Db, organ: &str) -> Result<(), StoreError> {
        let mut places: BTreeMap<(&str, &str), BTreeSet<u64>> = BTreeMap::new();
        let mut entry_at: HashMap<u64, &str> = HashMap::new();
        for (id, traced) in &self.traced {
            entry_at.extend(traced.leaves.iter().map(|leaf| (*leaf, id.as_str())));
            for line in &traced.lines {
                let place = places.entry((&line.figure, &line.happened_on));
                place.or_default().extend(&traced.leaves);
            }
        }
        let mut lines: HashMap<String, Vec<ContributionRow>> = HashMap::new();
        for (place, leaves) in places {
            let leaves: Vec<u64> = leaves.into_iter().collect();
            for line in db.contributions_at(organ, place, &leaves)? {
                if let Some(id) = entry_at.get(&line.leaf_index) {
                    lines.entry((*id).to_owned()).or_default().push(line);
                }
            }
        }
        self.lines = lines;
        Ok(())
    }

    pub fn deadlines(&self, id: &str) -> Vec<DeadlineRow> {
        self.deadlines.get(id).cloned().unwrap_or_default()
    }

    pub fn lines(&self, id: &str) -> Vec<ContributionRow> {
        self.lines.get(id).cloned().unwrap_or_default()
    }

    /// The entry that has a natural key, among these.
    pub fn entry_by_key(&self, entry: &EntryRow, key: &str) -> Option<String> {
        let kept = self.keys.get(&entry.entry_id);
        let same = kept.filter(|kept| kept.ledger == entry.ledger && kept.natural_key == key);
        same.map(|kept| kept.entry_id.clone())
    }
}

//! Events, as they were appended.

use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{Db, StoreError};

/// One thing that happened to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// Number within the entry.
    pub seq: u64,
    /// The ledger.
    pub ledger: String,
    /// What kind of event.
    pub kind: String,
    /// Version of the definition.
    pub version: String,
    /// Who did it.
    pub actor: String,
    /// The office's date.
    pub happened_on: String,
    /// The system's instant.
    pub recorded_at: String,
    /// The event, as JSON.
    pub body: String,
    /// The salts of its commitments, as JSON; empty object once erased.
    pub salts: String,
    /// Position in the log.
    pub leaf_index: u64,
}

/// Row id; `event_by_entry` guards the sequence.
const PUT: &str = "INSERT INTO event (organ_id, ledger, kind, version, actor, recorded_at,
    entry_id, seq, happened_on, body, salts, leaf_index)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
/// Index `event_by_entry`.
const OF_ENTRY: &str = "SELECT organ_id, entry_id, seq, ledger, kind, version, actor, happened_on,
    recorded_at, body, salts, leaf_index FROM event
    WHERE organ_id = $1 AND entry_id = $2 ORDER BY seq";
/// Index `event_by_entry`.
const OF_ENTRIES: &str = "SELECT organ_id, entry_id, seq, ledger, kind, version, actor,
    happened_on, recorded_at, body, salts, leaf_index FROM event WHERE organ_id = ";
/// Row id.
pub(crate) const FROM_LEAF: &str = "SELECT organ_id, entry_id, seq, ledger, kind, version, actor,
    happened_on, recorded_at, body, salts, leaf_index FROM event
    WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
/// Index `event_by_entry`.
const ERASE: &str = "UPDATE event SET body = $1, salts = $2
    WHERE organ_id = $3 AND entry_id = $4 AND seq = $5";
/// Unique index `event_by_entry`.
const OPENER: &str = "SELECT actor FROM event
    WHERE organ_id = $1 AND entry_id = $2 AND seq = 1";

pub(crate) fn event(row: &Row<'_>) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        seq: row.natural(2)?,
        ledger: row.text(3)?,
        kind: row.text(4)?,
        version: row.text(5)?,
        actor: row.text(6)?,
        happened_on: row.text(7)?,
        recorded_at: row.text(8)?,
        body: row.text(9)?,
        salts: row.text(10)?,
        leaf_index: row.natural(11)?,
    })
}

impl Db {
    /// Append events. A sequence number that is taken gives [`crate::constraint::EVENT_SEQUENCE`].
    pub fn put_events(&self, events: &[EventRow]) -> Result<(), StoreError> {
        self.insert_all(
            PUT,
            events.iter().map(|e| {
                args![
                    &e.organ_id,
                    &e.ledger,
                    &e.kind,
                    &e.version,
                    &e.actor,
                    &e.recorded_at,
                    &e.entry_id,
                    e.seq,
                    &e.happened_on,
                    &e.body,
                    &e.salts,
                    e.leaf_index
                ]
            }),
        )
    }

    /// The events of an entry, in order.
    pub fn events(&self, organ_id: &str, entry_id: &str) -> Result<Vec<EventRow>, StoreError> {
        self.query(OF_ENTRY, &args![organ_id, entry_id], event)
    }

    /// The events of several entries (at most 128), by entry, oldest first.
    pub fn events_of(
        &self,
        organ_id: &str,
        entry_ids: &[&str],
    ) -> Result<Vec<EventRow>, StoreError> {
        let mut sql = SqlText::new(OF_ENTRIES);
        sql.bind(organ_id).push(" AND entry_id IN (");
        sql.bind_list(entry_ids.iter().copied());
        sql.push(") ORDER BY entry_id, seq");
        self.query(sql.text(), sql.args(), event)
    }

    /// Who opened an entry.
    pub fn opener(&self, organ_id: &str, entry_id: &str) -> Result<Option<String>, StoreError> {
        self.query_one(OPENER, &args![organ_id, entry_id], |row| row.text(0))
    }

    /// Events from a position of the log on, in order.
    pub fn events_from(&self, leaf_index: u64, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        self.query(FROM_LEAF, &args![leaf_index, limit], event)
    }

    /// Replace body and salts of an event where the law asks for erasure; the leaf stays.
    pub fn erase_event(
        &self,
        organ_id: &str,
        entry_id: &str,
        seq: u64,
        body: &str,
        salts: &str,
    ) -> Result<(), StoreError> {
        self.execute(ERASE, &args![body, salts, organ_id, entry_id, seq])
            .map(drop)
    }
}

//! Hand-ins: what each unit did about a collection.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// The hand-in of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandInRow {
    /// The organ.
    pub organ_id: String,
    /// The collection.
    pub collection_id: String,
    /// The unit.
    pub unit_id: String,
    /// State, in words of `app`.
    pub state: String,
    /// Entries handed in.
    pub entry_count: u64,
    /// Size of the log at that moment.
    pub log_size: u64,
    /// When the state last changed.
    pub changed_at: String,
    /// Who changed it.
    pub changed_by: String,
    /// What was said about it.
    pub note: String,
    /// When the unit was last reminded.
    pub reminded_at: Option<String>,
}

/// Primary key.
const PUT: &str = "INSERT INTO hand_in (organ_id, collection_id, unit_id, state, entry_count, log_size, changed_at, changed_by, note, reminded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (organ_id, collection_id, unit_id)
    DO UPDATE SET state = excluded.state, entry_count = excluded.entry_count, log_size = excluded.log_size, changed_at = excluded.changed_at, changed_by = excluded.changed_by, note = excluded.note, reminded_at = excluded.reminded_at";
/// Primary key.
const OF_COLLECTION: &str = "SELECT organ_id, collection_id, unit_id, state, entry_count, log_size, changed_at, changed_by, note, reminded_at FROM hand_in
    WHERE organ_id = $1 AND collection_id = $2 ORDER BY unit_id";
/// Index `hand_in_by_unit`.
const OF_UNIT: &str = "SELECT organ_id, collection_id, unit_id, state, entry_count, log_size, changed_at, changed_by, note, reminded_at FROM hand_in
    WHERE organ_id = $1 AND unit_id = $2 ORDER BY collection_id";

fn hand_in(row: &Row<'_>) -> Result<HandInRow, StoreError> {
    Ok(HandInRow {
        organ_id: row.text(0)?,
        collection_id: row.text(1)?,
        unit_id: row.text(2)?,
        state: row.text(3)?,
        entry_count: row.natural(4)?,
        log_size: row.natural(5)?,
        changed_at: row.text(6)?,
        changed_by: row.text(7)?,
        note: row.text(8)?,
        reminded_at: row.text_opt(9)?,
    })
}

impl Db {
    /// Write down what units did.
    pub fn put_hand_ins(&self, rows: &[HandInRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.collection_id,
                &r.unit_id,
                &r.state,
                r.entry_count,
                r.log_size,
                &r.changed_at,
                &r.changed_by,
                &r.note,
                &r.reminded_at
            ])?;
        }
        Ok(())
    }

    /// The hand-ins of a collection, by unit.
    pub fn hand_ins(
        &self,
        organ_id: &str,
        collection_id: &str,
    ) -> Result<Vec<HandInRow>, StoreError> {
        self.query(OF_COLLECTION, &args![organ_id, collection_id], hand_in)
    }

    /// The hand-ins of a unit, oldest first.
    pub fn hand_ins_of(&self, organ_id: &str, unit_id: &str) -> Result<Vec<HandInRow>, StoreError> {
        self.query(OF_UNIT, &args![organ_id, unit_id], hand_in)
    }
}

//! Erasures: which personal values were erased from which events, on what ground. The leaves of the
//! log stay; what is missing under a commitment is explained here.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// One erased value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// The event.
    pub seq: u64,
    /// Where in the event the value stood.
    pub pointer: String,
    /// When it was erased.
    pub at: String,
    /// Who erased it.
    pub account_id: String,
    /// Why.
    pub ground: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO erasure (organ_id, entry_id, seq, pointer, at, account_id, ground)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organ_id, entry_id, seq, pointer)
    DO UPDATE SET at = excluded.at";
/// Primary key.
const OF_ENTRY: &str =
    "SELECT organ_id, entry_id, seq, pointer, at, account_id, ground FROM erasure
    WHERE organ_id = $1 AND entry_id = $2 ORDER BY seq, pointer";

fn erasure(row: &Row<'_>) -> Result<ErasureRow, StoreError> {
    Ok(ErasureRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        seq: row.natural(2)?,
        pointer: row.text(3)?,
        at: row.text(4)?,
        account_id: row.text(5)?,
        ground: row.text(6)?,
    })
}

impl Db {
    /// Write erasures down.
    pub fn put_erasures(&self, rows: &[ErasureRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.entry_id,
                r.seq,
                &r.pointer,
                &r.at,
                &r.account_id,
                &r.ground
            ])?;
        }
        Ok(())
    }

    /// What was erased from an entry, by event.
    pub fn erasures(&self, organ_id: &str, entry_id: &str) -> Result<Vec<ErasureRow>, StoreError> {
        self.query(OF_ENTRY, &args![organ_id, entry_id], erasure)
    }
}

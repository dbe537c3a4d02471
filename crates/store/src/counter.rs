//! Numbers without gaps: a number is taken in the transaction that uses it, and given back with it.

use crate::sql::args;
use crate::{Db, StoreError};

/// Primary key.
const NEXT: &str = "INSERT INTO counter (organ_id, kind, year, value) VALUES ($1, $2, $3, 1)
    ON CONFLICT (organ_id, kind, year) DO UPDATE SET value = counter.value + 1 RETURNING value";

/// Primary key.
const LAST: &str = "SELECT value FROM counter WHERE organ_id = $1 AND kind = $2 AND year = $3";

impl Db {
    /// The last number taken of its kind in a year; 0 where none was.
    pub fn last_number(&self, organ_id: &str, kind: &str, year: u32) -> Result<u64, StoreError> {
        let last = self.query_one(LAST, &args![organ_id, kind, year], |row| row.natural(0))?;
        Ok(last.unwrap_or(0))
    }

    /// The next number of its kind in a year, from 1. Call within [`crate::Store::write`].
    pub fn next_number(&self, organ_id: &str, kind: &str, year: u32) -> Result<u64, StoreError> {
        self.query_one(NEXT, &args![organ_id, kind, year], |row| row.natural(0))?
            .ok_or_else(|| StoreError::other("no number was returned"))
    }
}

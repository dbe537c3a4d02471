//! What witnesses said of the log: one line per checkpoint and witness.

use crate::sql::args;
use crate::{Db, StoreError};

/// Primary key.
const PUT: &str = "INSERT INTO log_cosignature (size, witness, line) VALUES ($1, $2, $3)
    ON CONFLICT (size, witness) DO NOTHING";
/// Primary key.
const FROM: &str = "SELECT size, witness, line FROM log_cosignature
    WHERE size >= $1 ORDER BY size, witness LIMIT $2";

impl Db {
    /// Keep a cosignature; the first of a witness for a size stands, as it has the earliest time.
    pub fn put_cosignature(&self, size: u64, witness: &str, line: &str) -> Result<(), StoreError> {
        self.execute(PUT, &args![size, witness, line]).map(drop)
    }

    /// Cosignatures of checkpoints of at least this size: size, witness, line.
    pub fn cosignatures(
        &self,
        from_size: u64,
        limit: usize,
    ) -> Result<Vec<(u64, String, String)>, StoreError> {
        self.query(FROM, &args![from_size, limit], |row| {
            Ok((row.natural(0)?, row.text(1)?, row.text(2)?))
        })
    }
}

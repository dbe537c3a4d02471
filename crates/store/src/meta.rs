//! Facts about the deployment: one text per key.

use crate::sql::args;
use crate::{Db, StoreError};

/// Primary key.
const GET: &str = "SELECT value FROM meta WHERE key = $1";
/// Primary key.
const PUT: &str = "INSERT INTO meta (key, value) VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value";
/// Primary key.
const DROP: &str = "DELETE FROM meta WHERE key = $1";

impl Db {
    /// The text kept under a key.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.query_one(GET, &args![key], |row| row.text(0))
    }

    /// Keep a text under a key.
    pub fn put_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.execute(PUT, &args![key, value]).map(drop)
    }

    /// Forget the text kept under a key.
    pub(crate) fn drop_meta(&self, key: &str) -> Result<(), StoreError> {
        self.execute(DROP, &args![key]).map(drop)
    }
}

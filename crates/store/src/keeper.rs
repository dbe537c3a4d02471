//! Keepers: whose work an entry is, where it is not whoever opened it.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// The keeper of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// Whose work it is.
    pub account_id: String,
    /// Since when.
    pub since: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO keeper (organ_id, entry_id, account_id, since)
    VALUES ($1, $2, $3, $4) ON CONFLICT (organ_id, entry_id)
    DO UPDATE SET account_id = excluded.account_id, since = excluded.since";
/// Index `keeper_by_account`.
const OF_ACCOUNT: &str = "SELECT organ_id, entry_id, account_id, since FROM keeper
    WHERE organ_id = $1 AND account_id = $2 ORDER BY entry_id";
/// Primary key.
const OF_ENTRY: &str = "SELECT organ_id, entry_id, account_id, since FROM keeper
    WHERE organ_id = $1 AND entry_id = $2";

fn keeper(row: &Row<'_>) -> Result<KeeperRow, StoreError> {
    Ok(KeeperRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        account_id: row.text(2)?,
        since: row.text(3)?,
    })
}

impl Db {
    /// Give entries to somebody.
    pub fn put_keepers(&self, rows: &[KeeperRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![&r.organ_id, &r.entry_id, &r.account_id, &r.since])?;
        }
        Ok(())
    }

    /// The entries that were given to an account.
    pub fn keepers_of(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Vec<KeeperRow>, StoreError> {
        self.query(OF_ACCOUNT, &args![organ_id, account_id], keeper)
    }

    /// To whom an entry was given.
    pub fn keeper(&self, organ_id: &str, entry_id: &str) -> Result<Option<KeeperRow>, StoreError> {
        self.query_one(OF_ENTRY, &args![organ_id, entry_id], keeper)
    }
}

//! Imports: what came in with one file.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportBatchRow {
    /// The organ.
    pub organ_id: String,
    /// Id of the import.
    pub batch_id: String,
    /// The ledger.
    pub ledger: String,
    /// Who imported.
    pub account_id: String,
    /// When.
    pub created_at: String,
    /// State, in words of `app`.
    pub state: String,
    /// Name of the file.
    pub file_name: String,
    /// Hash of the file.
    pub file_hash: String,
    /// What came of it, as JSON.
    pub summary: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO import_batch (organ_id, batch_id, ledger, account_id, created_at,
    state, file_name, file_hash, summary) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (organ_id, batch_id) DO UPDATE SET state = excluded.state,
    summary = excluded.summary";
/// Primary key.
const GET: &str = "SELECT organ_id, batch_id, ledger, account_id, created_at, state, file_name,
    file_hash, summary FROM import_batch WHERE organ_id = $1 AND batch_id = $2";
/// Index `import_batch_by_time`.
const LATEST: &str = "SELECT organ_id, batch_id, ledger, account_id, created_at, state, file_name,
    file_hash, summary FROM import_batch WHERE organ_id = $1
    ORDER BY created_at DESC, batch_id DESC LIMIT $2";

fn import_batch(row: &Row<'_>) -> Result<ImportBatchRow, StoreError> {
    Ok(ImportBatchRow {
        organ_id: row.text(0)?,
        batch_id: row.text(1)?,
        ledger: row.text(2)?,
        account_id: row.text(3)?,
        created_at: row.text(4)?,
        state: row.text(5)?,
        file_name: row.text(6)?,
        file_hash: row.text(7)?,
        summary: row.text(8)?,
    })
}

impl Db {
    /// Note an import, or its new state and summary.
    pub fn put_import_batch(&self, b: &ImportBatchRow) -> Result<(), StoreError> {
        let args = args![
            &b.organ_id,
            &b.batch_id,
            &b.ledger,
            &b.account_id,
            &b.created_at,
            &b.state,
            &b.file_name,
            &b.file_hash,
            &b.summary
        ];
        self.execute(PUT, &args).map(drop)
    }

    /// One import.
    pub fn import_batch(
        &self,
        organ_id: &str,
        batch_id: &str,
    ) -> Result<Option<ImportBatchRow>, StoreError> {
        self.query_one(GET, &args![organ_id, batch_id], import_batch)
    }

    /// The latest imports of an organ, newest first.
    pub fn import_batches(
        &self,
        organ_id: &str,
        limit: usize,
    ) -> Result<Vec<ImportBatchRow>, StoreError> {
        self.query(LATEST, &args![organ_id, limit], import_batch)
    }
}

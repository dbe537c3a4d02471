//! Files that arrive in pieces: who sends what, so that an interrupted upload goes on.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRow {
    /// The organ.
    pub organ_id: String,
    /// Its id.
    pub upload_id: String,
    /// The entry that it is for.
    pub entry_id: String,
    /// Who sends it.
    pub account_id: String,
    /// What the file is called.
    pub file_name: String,
    /// Bytes in all.
    pub size: u64,
    /// By which the same file is known again.
    pub fingerprint: String,
    /// When it began.
    pub created_at: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO upload (organ_id, upload_id, entry_id, account_id, file_name, size,
    fingerprint, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// Primary key.
const GET: &str = "SELECT organ_id, upload_id, entry_id, account_id, file_name, size, fingerprint,
    created_at FROM upload WHERE organ_id = $1 AND upload_id = $2";
/// Index `upload_by_file`.
const OF_FILE: &str = "SELECT organ_id, upload_id, entry_id, account_id, file_name, size,
    fingerprint, created_at FROM upload WHERE organ_id = $1 AND entry_id = $2 AND account_id = $3
    AND fingerprint = $4 ORDER BY upload_id LIMIT 1";
/// Primary key.
const DELETE: &str = "DELETE FROM upload WHERE organ_id = $1 AND upload_id = $2";
/// Index `upload_by_time`.
const BEFORE: &str = "SELECT organ_id, upload_id, entry_id, account_id, file_name, size,
    fingerprint, created_at FROM upload WHERE organ_id = $1 AND created_at < $2
    ORDER BY created_at, upload_id";

impl Db {
    /// Note an upload.
    pub fn put_upload(&self, r: &UploadRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.upload_id,
            &r.entry_id,
            &r.account_id,
            &r.file_name,
            r.size,
            &r.fingerprint,
            &r.created_at
        ];
        self.execute(PUT, &args).map(drop)
    }

    /// An upload.
    pub fn upload(&self, organ_id: &str, id: &str) -> Result<Option<UploadRow>, StoreError> {
        self.query_one(GET, &args![organ_id, id], upload)
    }

    /// The upload of the same file by the same person to the same entry.
    pub fn upload_of_file(
        &self,
        organ_id: &str,
        entry_id: &str,
        account_id: &str,
        fingerprint: &str,
    ) -> Result<Option<UploadRow>, StoreError> {
        let args = args![organ_id, entry_id, account_id, fingerprint];
        self.query_one(OF_FILE, &args, upload)
    }

    /// Forget an upload.
    pub fn delete_upload(&self, organ_id: &str, id: &str) -> Result<(), StoreError> {
        self.execute(DELETE, &args![organ_id, id]).map(drop)
    }

    /// Uploads that began before an instant.
    pub fn uploads_before(
        &self,
        organ_id: &str,
        created_at: &str,
    ) -> Result<Vec<UploadRow>, StoreError> {
        self.query(BEFORE, &args![organ_id, created_at], upload)
    }
}

fn upload(row: &Row<'_>) -> Result<UploadRow, StoreError> {
    Ok(UploadRow {
        organ_id: row.text(0)?,
        upload_id: row.text(1)?,
        entry_id: row.text(2)?,
        account_id: row.text(3)?,
        file_name: row.text(4)?,
        size: row.natural(5)?,
        fingerprint: row.text(6)?,
        created_at: row.text(7)?,
    })
}

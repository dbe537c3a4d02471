//! Files, addressed by their hash.

use crate::sql::args;
use crate::{Db, StoreError};

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRow {
    /// The organ that keeps it.
    pub organ_id: String,
    /// Hash of the bytes.
    pub hash: String,
    /// Media type, as found out when it came in.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Primary key.
const PUT: &str = "INSERT INTO blob (organ_id, hash, media_type, size, bytes)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organ_id, hash) DO NOTHING";
/// Primary key.
const GET: &str =
    "SELECT organ_id, hash, media_type, bytes FROM blob WHERE organ_id = $1 AND hash = $2";
/// Primary key.
const SIZE: &str = "SELECT size FROM blob WHERE organ_id = $1 AND hash = $2";
/// Primary key.
const DROP: &str = "DELETE FROM blob WHERE organ_id = $1 AND hash = $2";

impl Db {
    /// Keep a file; the same bytes are kept once.
    pub fn put_blob(&self, b: &BlobRow) -> Result<(), StoreError> {
        let args = args![&b.organ_id, &b.hash, &b.media_type, b.bytes.len(), &b.bytes];
        self.execute(PUT, &args).map(drop)
    }

    /// A file.
    pub fn blob(&self, organ_id: &str, hash: &str) -> Result<Option<BlobRow>, StoreError> {
        self.query_one(GET, &args![organ_id, hash], |row| {
            Ok(BlobRow {
                organ_id: row.text(0)?,
                hash: row.text(1)?,
                media_type: row.text(2)?,
                bytes: row.blob(3)?,
            })
        })
    }

    /// Forget a file that lies elsewhere now; of the in-box only, whose files have keys of their own.
    pub fn drop_blob(&self, organ_id: &str, hash: &str) -> Result<(), StoreError> {
        self.execute(DROP, &args![organ_id, hash]).map(drop)
    }

    /// The size of a file in bytes, without reading it.
    pub fn blob_size(&self, organ_id: &str, hash: &str) -> Result<Option<u64>, StoreError> {
        self.query_one(SIZE, &args![organ_id, hash], |row| row.natural(0))
    }
}

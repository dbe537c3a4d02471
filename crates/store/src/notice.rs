//! Notices: what each person is told, and where the daily digest goes.

use crate::sql::args;
use crate::{Db, StoreError};

/// Something that somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// The organ.
    pub organ_id: String,
    /// Who is told.
    pub account_id: String,
    /// Id: later ones sort later.
    pub notice_id: String,
    /// What kind.
    pub kind: String,
    /// What it is about: one notice for each.
    pub about: String,
    /// The entry that it leads to.
    pub entry_id: Option<String>,
    /// The words.
    pub text: String,
    /// When it was made.
    pub made_at: String,
    /// When it was read.
    pub read_at: Option<String>,
}

/// Where somebody gets the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestRow {
    /// The organ.
    pub organ_id: String,
    /// Whose.
    pub account_id: String,
    /// The mail address.
    pub address: String,
    /// The last day for which one was sent; empty before the first.
    pub sent_for: String,
}

/// Unique index `notice_by_about`.
const PUT: &str =
    "INSERT INTO notice (organ_id, account_id, notice_id, kind, about, entry_id, text,
    made_at, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (organ_id, account_id, about) DO NOTHING";
/// Primary key, from its end.
const NEWEST: &str = "SELECT organ_id, account_id, notice_id, kind, about, entry_id, text, made_at,
    read_at FROM notice WHERE organ_id = $1 AND account_id = $2 ORDER BY notice_id DESC LIMIT $3";
/// Index `notice_unread`.
const UNREAD: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM notice
    WHERE organ_id = $1 AND account_id = $2 AND read_at IS NULL LIMIT $3) part";
/// Index `notice_unread`.
const READ: &str = "UPDATE notice SET read_at = $1
    WHERE organ_id = $2 AND account_id = $3 AND read_at IS NULL";
/// Primary key.
const PUT_DIGEST: &str = "INSERT INTO digest_address (organ_id, account_id, address, sent_for)
    VALUES ($1, $2, $3, $4) ON CONFLICT (organ_id, account_id)
    DO UPDATE SET address = excluded.address, sent_for = excluded.sent_for";
/// Primary key.
const DIGESTS: &str = "SELECT organ_id, account_id, address, sent_for FROM digest_address
    WHERE organ_id = $1 ORDER BY account_id";
/// Primary key.
const DELETE_DIGEST: &str = "DELETE FROM digest_address WHERE organ_id = $1 AND account_id = $2";

impl Db {
    /// Tell somebody something, unless it was told before. Whether it was new.
    pub fn put_notice(&self, r: &NoticeRow) -> Result<bool, StoreError> {
        let args = args![
            &r.organ_id,
            &r.account_id,
            &r.notice_id,
            &r.kind,
            &r.about,
            &r.entry_id,
            &r.text,
            &r.made_at,
            &r.read_at
        ];
        Ok(self.execute(PUT, &args)? > 0)
    }

    /// The newest notices of somebody.
    pub fn notices(
        &self,
        organ_id: &str,
        account_id: &str,
        limit: usize,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        self.query(NEWEST, &args![organ_id, account_id, limit], |row| {
            Ok(NoticeRow {
                organ_id: row.text(0)?,
                account_id: row.text(1)?,
                notice_id: row.text(2)?,
                kind: row.text(3)?,
                about: row.text(4)?,
                entry_id: row.text_opt(5)?,
                text: row.text(6)?,
                made_at: row.text(7)?,
                read_at: row.text_opt(8)?,
            })
        })
    }

    /// How many notices somebody has not read, at most `cap`.
    pub fn unread(&self, organ_id: &str, account_id: &str, cap: usize) -> Result<u64, StoreError> {
        let count = self.query_one(UNREAD, &args![organ_id, account_id, cap], |r| r.natural(0))?;
        Ok(count.unwrap_or(0))
    }

    /// Mark all as read.
    pub fn mark_read(&self, organ_id: &str, account_id: &str, at: &str) -> Result<(), StoreError> {
        self.execute(READ, &args![at, organ_id, account_id])
            .map(drop)
    }

    /// Set where somebody gets the digest.
    pub fn put_digest_address(&self, r: &DigestRow) -> Result<(), StoreError> {
        let args = args![&r.organ_id, &r.account_id, &r.address, &r.sent_for];
        self.execute(PUT_DIGEST, &args).map(drop)
    }

    /// Where the digests of an organ go.
    pub fn digest_addresses(&self, organ_id: &str) -> Result<Vec<DigestRow>, StoreError> {
        self.query(DIGESTS, &args![organ_id], |row| {
            Ok(DigestRow {
                organ_id: row.text(0)?,
                account_id: row.text(1)?,
                address: row.text(2)?,
                sent_for: row.text(3)?,
            })
        })
    }

    /// Send no digest to somebody any more.
    pub fn delete_digest_address(&self, organ_id: &str, account: &str) -> Result<(), StoreError> {
        self.execute(DELETE_DIGEST, &args![organ_id, account])
            .map(drop)
    }
}

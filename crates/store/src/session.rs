//! Sessions: who is signed in. The token itself is never kept, only its hash.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Hash of the token in the cookie.
    pub token_hash: String,
    /// The organ of the account.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// Token that forms must carry.
    pub csrf: String,
    /// When it began.
    pub created_at: String,
    /// When it was last used.
    pub seen_at: String,
    /// When it ends at the latest.
    pub expires_at: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO session
    (token_hash, organ_id, account_id, csrf, created_at, seen_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// Primary key.
const GET: &str = "SELECT token_hash, organ_id, account_id, csrf, created_at, seen_at, expires_at
    FROM session WHERE token_hash = $1";
/// Primary key.
const TOUCH: &str = "UPDATE session SET seen_at = $1, expires_at = $2 WHERE token_hash = $3";
/// Primary key.
const DELETE: &str = "DELETE FROM session WHERE token_hash = $1";
/// Index `session_by_account`.
const OF_ACCOUNT: &str = "SELECT token_hash, organ_id, account_id, csrf, created_at, seen_at,
    expires_at FROM session WHERE organ_id = $1 AND account_id = $2 ORDER BY token_hash";
/// Index `session_by_account`.
const DELETE_OF_ACCOUNT: &str = "DELETE FROM session WHERE organ_id = $1 AND account_id = $2";
/// Index `session_by_expiry`.
const DELETE_EXPIRED: &str = "DELETE FROM session WHERE expires_at <= $1";

fn session(row: &Row<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        token_hash: row.text(0)?,
        organ_id: row.text(1)?,
        account_id: row.text(2)?,
        csrf: row.text(3)?,
        created_at: row.text(4)?,
        seen_at: row.text(5)?,
        expires_at: row.text(6)?,
    })
}

impl Db {
    /// Begin a session.
    pub fn put_session(&self, s: &SessionRow) -> Result<(), StoreError> {
        let args = args![
            &s.token_hash,
            &s.organ_id,
            &s.account_id,
            &s.csrf,
            &s.created_at,
            &s.seen_at,
            &s.expires_at
        ];
        self.execute(PUT, &args).map(drop)
    }

    /// The session of a token, expired or not.
    pub fn session(&self, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
        self.query_one(GET, &args![token_hash], session)
    }

    /// Note that a session was used.
    pub fn touch_session(
        &self,
        token_hash: &str,
        seen_at: &str,
        expires_at: &str,
    ) -> Result<(), StoreError> {
        self.execute(TOUCH, &args![seen_at, expires_at, token_hash])
            .map(drop)
    }

    /// End a session.
    pub fn delete_session(&self, token_hash: &str) -> Result<(), StoreError> {
        self.execute(DELETE, &args![token_hash]).map(drop)
    }

    /// The sessions of an account.
    pub fn sessions(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Vec<SessionRow>, StoreError> {
        self.query(OF_ACCOUNT, &args![organ_id, account_id], session)
    }

    /// End all sessions of an account; how many there were.
    pub fn delete_sessions(&self, organ_id: &str, account_id: &str) -> Result<usize, StoreError> {
        self.execute(DELETE_OF_ACCOUNT, &args![organ_id, account_id])
    }

    /// Forget sessions that ended at or before an instant; how many there were.
    pub fn delete_expired_sessions(&self, now: &str) -> Result<usize, StoreError> {
        self.execute(DELETE_EXPIRED, &args![now])
    }
}

//! Grants: who holds which role, since when, given by whom and why. The roles that count stand in the
//! account; here is their history.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A role given to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// The organ.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// The role.
    pub role: String,
    /// When it was given.
    pub granted_at: String,
    /// Who gave it.
    pub granted_by: String,
    /// Why.
    pub reason: String,
    /// When it was last reviewed.
    pub reviewed_at: Option<String>,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// Who took it back.
    pub revoked_by: Option<String>,
}

/// Primary key.
const PUT: &str = "INSERT INTO role_grant (organ_id, account_id, role, granted_at, granted_by, reason, reviewed_at, reviewed_by, revoked_at, revoked_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (organ_id, account_id, role, granted_at)
    DO UPDATE SET reviewed_at = excluded.reviewed_at, reviewed_by = excluded.reviewed_by, revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by";
/// Primary key.
const OF_ORGAN: &str = "SELECT organ_id, account_id, role, granted_at, granted_by, reason, reviewed_at, reviewed_by, revoked_at, revoked_by FROM role_grant
    WHERE organ_id = $1 ORDER BY account_id, role, granted_at";

fn role_grant(row: &Row<'_>) -> Result<GrantRow, StoreError> {
    Ok(GrantRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        role: row.text(2)?,
        granted_at: row.text(3)?,
        granted_by: row.text(4)?,
        reason: row.text(5)?,
        reviewed_at: row.text_opt(6)?,
        reviewed_by: row.text_opt(7)?,
        revoked_at: row.text_opt(8)?,
        revoked_by: row.text_opt(9)?,
    })
}

impl Db {
    /// Write grants down, their review and their end.
    pub fn put_grants(&self, rows: &[GrantRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.account_id,
                &r.role,
                &r.granted_at,
                &r.granted_by,
                &r.reason,
                &r.reviewed_at,
                &r.reviewed_by,
                &r.revoked_at,
                &r.revoked_by
            ])?;
        }
        Ok(())
    }

    /// The grants of an organ, by account, role and time.
    pub fn grants(&self, organ_id: &str) -> Result<Vec<GrantRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], role_grant)
    }
}

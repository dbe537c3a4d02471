//! What people did with the system (signing in, reading, exporting): appended, never changed.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; given by the store, ignored by [`Db::put_audit`].
    pub audit_id: u64,
    /// The organ.
    pub organ_id: String,
    /// When.
    pub at: String,
    /// Who; empty when nobody was signed in.
    pub account_id: String,
    /// What kind of act.
    pub kind: String,
    /// On what.
    pub subject: String,
    /// More about it.
    pub detail: String,
    /// The leaf of the log that it led to.
    pub leaf_index: Option<u64>,
}

/// Row id.
const PUT: &str = "INSERT INTO audit
    (organ_id, at, account_id, kind, subject, detail, leaf_index)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// Index `audit_by_organ`.
const LIST: &str = "SELECT audit_id, organ_id, at, account_id, kind, subject, detail, leaf_index
    FROM audit WHERE organ_id = $1 AND audit_id < $2 ORDER BY audit_id DESC LIMIT $3";

fn audit(row: &Row<'_>) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        audit_id: row.natural(0)?,
        organ_id: row.text(1)?,
        at: row.text(2)?,
        account_id: row.text(3)?,
        kind: row.text(4)?,
        subject: row.text(5)?,
        detail: row.text(6)?,
        leaf_index: row.natural_opt(7)?,
    })
}

impl Db {
    /// Append lines.
    pub fn put_audit(&self, rows: &[AuditRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.at,
                &r.account_id,
                &r.kind,
                &r.subject,
                &r.detail,
                r.leaf_index
            ])?;
        }
        Ok(())
    }

    /// Lines of an organ, newest first; `before` is the last `audit_id` of the page before.
    pub fn audit(
        &self,
        organ_id: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.query(
            LIST,
            &args![organ_id, before.unwrap_or(u64::MAX), limit],
            audit,
        )
    }
}

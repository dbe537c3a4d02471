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
    /// Its leaf in the log; none for lines from before there were any.
    pub leaf_index: Option<u64>,
    /// The salt of its commitment, in hex.
    pub salt: String,
}

/// Which lines of the audit.
#[derive(Clone, Debug)]
pub struct AuditQuery<'a> {
    /// The organ.
    pub organ_id: &'a str,
    /// First instant, RFC 3339.
    pub from: &'a str,
    /// Last instant, RFC 3339.
    pub to: &'a str,
    /// Only of this account, if not empty.
    pub account_id: &'a str,
    /// Only of this kind, if not empty.
    pub kind: &'a str,
    /// Only where the subject or the detail holds these words, if not empty.
    pub words: &'a str,
    /// The last `audit_id` of the page before.
    pub before: Option<u64>,
    /// Lines at most.
    pub limit: usize,
}

/// Row id.
const PUT: &str = "INSERT INTO audit
    (organ_id, at, account_id, kind, subject, detail, leaf_index, salt)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// Index `audit_by_organ`.
const LIST: &str = "SELECT audit_id, organ_id, at, account_id, kind, subject, detail, leaf_index,
    salt FROM audit WHERE organ_id = $1 AND audit_id < $2 ORDER BY audit_id DESC LIMIT $3";
/// Index `audit_by_organ`, newest first, each line asked.
const FIND: &str = "SELECT audit_id, organ_id, at, account_id, kind, subject, detail, leaf_index,
    salt FROM audit WHERE organ_id = $1 AND audit_id < $2 AND at >= $3 AND at <= $4
    AND ($5 = '' OR account_id = $5) AND ($6 = '' OR kind = $6)
    AND ($7 = '' OR subject LIKE $8 ESCAPE '!' OR detail LIKE $8 ESCAPE '!')
    ORDER BY audit_id DESC LIMIT $9";
/// Index `audit_by_leaf`.
const BY_LEAF: &str =
    "SELECT audit_id, organ_id, at, account_id, kind, subject, detail, leaf_index,
    salt FROM audit WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index";

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
        salt: row.text(8)?,
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
                r.leaf_index,
                &r.salt
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

    /// Lines that fit a question, newest first.
    pub fn find_audit(&self, q: &AuditQuery<'_>) -> Result<Vec<AuditRow>, StoreError> {
        let escaped: String = q
            .words
            .chars()
            .flat_map(|c| {
                ["!", ""][usize::from(!matches!(c, '!' | '%' | '_'))]
                    .chars()
                    .chain([c])
            })
            .collect();
        let like = format!("%{escaped}%");
        self.query(
            FIND,
            &args![
                q.organ_id,
                q.before.unwrap_or(u64::MAX),
                q.from,
                q.to,
                q.account_id,
                q.kind,
                q.words,
                &like,
                q.limit
            ],
            audit,
        )
    }

    /// The lines whose leaves stand from one position of the log to before another.
    pub fn audit_leaves(&self, from: u64, end: u64) -> Result<Vec<AuditRow>, StoreError> {
        self.query(BY_LEAF, &args![from, end], audit)
    }
}

//! Posts that people held before: acts done then keep the name and post of then.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// What an account was called until an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// The organ.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// Until when.
    pub until: String,
    /// Name of the person then.
    pub name: String,
    /// Post then.
    pub post: String,
    /// Section then.
    pub section_id: Option<String>,
}

/// Primary key.
const PUT: &str = "INSERT INTO post (organ_id, account_id, until, name, post, section_id)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, account_id, until)
    DO UPDATE SET name = excluded.name, post = excluded.post, section_id = excluded.section_id";
/// Primary key.
const OF_ORGAN: &str = "SELECT organ_id, account_id, until, name, post, section_id FROM post
    WHERE organ_id = $1 ORDER BY account_id, until";

fn post(row: &Row<'_>) -> Result<PostRow, StoreError> {
    Ok(PostRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        until: row.text(2)?,
        name: row.text(3)?,
        post: row.text(4)?,
        section_id: row.text_opt(5)?,
    })
}

impl Db {
    /// Write down what accounts were called until now.
    pub fn put_posts(&self, rows: &[PostRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.account_id,
                &r.until,
                &r.name,
                &r.post,
                &r.section_id
            ])?;
        }
        Ok(())
    }

    /// The former posts of an organ's people, by account, oldest first.
    pub fn posts(&self, organ_id: &str) -> Result<Vec<PostRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], post)
    }
}

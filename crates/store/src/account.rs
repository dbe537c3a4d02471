//! Accounts: who may sign in.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A person's account at an organ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The organ.
    pub organ_id: String,
    /// Id of the account.
    pub account_id: String,
    /// What is typed to sign in; one of a kind in the deployment.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Post, for documents.
    pub post: String,
    /// The section the person works in.
    pub section_id: Option<String>,
    /// Roles, separated by spaces.
    pub roles: String,
    /// Hash of the password, in the text form of its algorithm.
    pub password_hash: String,
    /// State, in words of `app`.
    pub state: String,
    /// Wrong passwords since the last right one.
    pub failed_count: u32,
    /// Locked until then.
    pub locked_until: Option<String>,
}

/// Primary key; `account_login` guards the login.
const PUT: &str = "INSERT INTO account (organ_id, account_id, login, name, post, section_id, roles,
    password_hash, state, failed_count, locked_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (organ_id, account_id) DO UPDATE SET login = excluded.login, name = excluded.name,
    post = excluded.post, section_id = excluded.section_id, roles = excluded.roles,
    password_hash = excluded.password_hash, state = excluded.state,
    failed_count = excluded.failed_count, locked_until = excluded.locked_until";
/// Primary key.
const BY_ID: &str = "SELECT organ_id, account_id, login, name, post, section_id, roles,
    password_hash, state, failed_count, locked_until FROM account
    WHERE organ_id = $1 AND account_id = $2";
/// Index `account_login`.
const BY_LOGIN: &str = "SELECT organ_id, account_id, login, name, post, section_id, roles,
    password_hash, state, failed_count, locked_until FROM account WHERE login = $1";
/// Primary key.
const OF_ORGAN: &str = "SELECT organ_id, account_id, login, name, post, section_id, roles,
    password_hash, state, failed_count, locked_until FROM account
    WHERE organ_id = $1 ORDER BY account_id";

fn account(row: &Row<'_>) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        login: row.text(2)?,
        name: row.text(3)?,
        post: row.text(4)?,
        section_id: row.text_opt(5)?,
        roles: row.text(6)?,
        password_hash: row.text(7)?,
        state: row.text(8)?,
        failed_count: row.small(9)?,
        locked_until: row.text_opt(10)?,
    })
}

impl Db {
    /// Create or change accounts. A login that is taken gives [`crate::constraint::LOGIN`].
    pub fn put_accounts(&self, accounts: &[AccountRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for a in accounts {
            statement.execute(&args![
                &a.organ_id,
                &a.account_id,
                &a.login,
                &a.name,
                &a.post,
                &a.section_id,
                &a.roles,
                &a.password_hash,
                &a.state,
                a.failed_count,
                &a.locked_until
            ])?;
        }
        Ok(())
    }

    /// One account.
    pub fn account(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Option<AccountRow>, StoreError> {
        self.query_one(BY_ID, &args![organ_id, account_id], account)
    }

    /// The account with a login.
    pub fn account_by_login(&self, login: &str) -> Result<Option<AccountRow>, StoreError> {
        self.query_one(BY_LOGIN, &args![login], account)
    }

    /// The accounts of an organ, by id.
    pub fn accounts(&self, organ_id: &str) -> Result<Vec<AccountRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], account)
    }
}

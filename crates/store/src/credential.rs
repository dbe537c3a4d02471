//! What belongs to an account's signing in, beside its password: the unit that it speaks for, first
//! sign-in, second factor.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// The credential of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRow {
    /// The organ.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// The unit that the account speaks for.
    pub unit_id: Option<String>,
    /// The password must be changed before anything else.
    pub must_change: bool,
    /// The password is a one-time code, valid until then.
    pub one_time_until: Option<String>,
    /// When the password was last changed.
    pub changed_at: String,
    /// Hashes of earlier passwords, one a line.
    pub former_hashes: String,
    /// Secret of the second factor, in hex.
    pub second_factor: Option<String>,
    /// The last step at which a code was taken: none is taken twice.
    pub second_step: u64,
    /// Hashes of the recovery codes that are left, one a line.
    pub recovery_codes: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO credential (organ_id, account_id, unit_id, must_change,
    one_time_until, changed_at, former_hashes, second_factor, second_step, recovery_codes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (organ_id, account_id) DO UPDATE SET unit_id = excluded.unit_id,
    must_change = excluded.must_change, one_time_until = excluded.one_time_until,
    changed_at = excluded.changed_at, former_hashes = excluded.former_hashes,
    second_factor = excluded.second_factor, second_step = excluded.second_step,
    recovery_codes = excluded.recovery_codes";
/// Primary key.
const GET: &str = "SELECT organ_id, account_id, unit_id, must_change, one_time_until, changed_at,
    former_hashes, second_factor, second_step, recovery_codes FROM credential
    WHERE organ_id = $1 AND account_id = $2";
/// Primary key.
const OF_ORGAN: &str = "SELECT organ_id, account_id, unit_id, must_change, one_time_until,
    changed_at, former_hashes, second_factor, second_step, recovery_codes FROM credential
    WHERE organ_id = $1 ORDER BY account_id";

fn credential(row: &Row<'_>) -> Result<CredentialRow, StoreError> {
    Ok(CredentialRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        unit_id: row.text_opt(2)?,
        must_change: row.flag(3)?,
        one_time_until: row.text_opt(4)?,
        changed_at: row.text(5)?,
        former_hashes: row.text(6)?,
        second_factor: row.text_opt(7)?,
        second_step: row.natural(8)?,
        recovery_codes: row.text(9)?,
    })
}

impl Db {
    /// Create or change credentials.
    pub fn put_credentials(&self, credentials: &[CredentialRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for c in credentials {
            statement.execute(&args![
                &c.organ_id,
                &c.account_id,
                &c.unit_id,
                c.must_change,
                &c.one_time_until,
                &c.changed_at,
                &c.former_hashes,
                &c.second_factor,
                c.second_step,
                &c.recovery_codes
            ])?;
        }
        Ok(())
    }

    /// The credential of an account; none for accounts made before there were any.
    pub fn credential(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Option<CredentialRow>, StoreError> {
        self.query_one(GET, &args![organ_id, account_id], credential)
    }

    /// The credentials of an organ, by account.
    pub fn credentials(&self, organ_id: &str) -> Result<Vec<CredentialRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], credential)
    }
}

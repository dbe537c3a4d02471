//! Units: schools, kindergartens and training institutions that belong to an organ.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// The organ that it belongs to.
    pub organ_id: String,
    /// Its id.
    pub unit_id: String,
    /// Its name, one of a kind in the organ.
    pub name: String,
    /// Earlier names, one a line.
    pub former_names: String,
    /// What kind of unit it is, in words.
    pub kind: String,
    /// Its district, by name.
    pub district: String,
    /// Its code, as it gives it itself.
    pub code: String,
    /// State, in words of `app`.
    pub state: String,
}

/// Primary key; `unit_by_name` guards the name.
const PUT: &str = "INSERT INTO unit
    (organ_id, unit_id, name, former_names, kind, district, code, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (organ_id, unit_id) DO UPDATE SET name = excluded.name,
    former_names = excluded.former_names, kind = excluded.kind, district = excluded.district,
    code = excluded.code, state = excluded.state";
/// Primary key; a few thousand rows at most.
const OF_ORGAN: &str = "SELECT organ_id, unit_id, name, former_names, kind, district, code, state
    FROM unit WHERE organ_id = $1 ORDER BY unit_id";
/// Primary keys of both.
const OF_ACCOUNT: &str = "SELECT u.organ_id, u.unit_id, u.name, u.former_names, u.kind, u.district,
    u.code, u.state FROM credential c JOIN unit u
    ON u.organ_id = c.organ_id AND u.unit_id = c.unit_id
    WHERE c.organ_id = $1 AND c.account_id = $2";
/// Index `unit_by_name`.
const BY_NAME: &str = "SELECT organ_id, unit_id, name, former_names, kind, district, code, state
    FROM unit WHERE organ_id = $1 AND name = $2";

fn unit(row: &Row<'_>) -> Result<UnitRow, StoreError> {
    Ok(UnitRow {
        organ_id: row.text(0)?,
        unit_id: row.text(1)?,
        name: row.text(2)?,
        former_names: row.text(3)?,
        kind: row.text(4)?,
        district: row.text(5)?,
        code: row.text(6)?,
        state: row.text(7)?,
    })
}

impl Db {
    /// Create or change units.
    pub fn put_units(&self, units: &[UnitRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for u in units {
            statement.execute(&args![
                &u.organ_id,
                &u.unit_id,
                &u.name,
                &u.former_names,
                &u.kind,
                &u.district,
                &u.code,
                &u.state
            ])?;
        }
        Ok(())
    }

    /// The units of an organ, by id.
    pub fn units(&self, organ_id: &str) -> Result<Vec<UnitRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], unit)
    }

    /// The unit with a name.
    pub fn unit_by_name(&self, organ_id: &str, name: &str) -> Result<Option<UnitRow>, StoreError> {
        self.query_one(BY_NAME, &args![organ_id, name], unit)
    }

    /// The unit that an account speaks for.
    pub fn unit_of_account(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Option<UnitRow>, StoreError> {
        self.query_one(OF_ACCOUNT, &args![organ_id, account_id], unit)
    }
}

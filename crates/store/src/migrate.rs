//! The schema and its history: numbered files, forward only.
//!
//! Each file opens with its reason and expected duration and is never changed once merged.
//! The number of the last one stands in the file's header, beside a mark that the file is ours.

use crate::{Db, StoreError};

/// `YIFA` in the header of each of our files.
const APPLICATION_ID: i64 = 0x5949_4641;

/// All migrations, in order; the position (from 1) is the schema's number.
pub(crate) const SQLITE: &[&str] = &[
    include_str!("../migrations/sqlite/0001_foundation.sql"),
    include_str!("../migrations/sqlite/0002_deadlines.sql"),
    include_str!("../migrations/sqlite/0003_papers.sql"),
    include_str!("../migrations/sqlite/0004_people.sql"),
];

/// Bring the schema up to date.
pub(crate) fn run(db: &Db) -> Result<(), StoreError> {
    run_list(db, SQLITE)
}

pub(crate) fn run_list(db: &Db, migrations: &[&str]) -> Result<(), StoreError> {
    // An up-to-date file is opened without waiting for whoever writes in it.
    let current = number(db, "PRAGMA user_version")? == migrations.len() as i64;
    if current && number(db, "PRAGMA application_id")? == APPLICATION_ID {
        return Ok(());
    }
    // One transaction: a second program waits, then finds the work done; an interruption leaves nothing.
    batch(db, "BEGIN IMMEDIATE")?;
    let result = upgrade(db, migrations);
    batch(db, if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

fn upgrade(db: &Db, migrations: &[&str]) -> Result<(), StoreError> {
    let found = number(db, "PRAGMA user_version")?;
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    let tables = number(db, "SELECT COUNT(*) FROM sqlite_schema")?;
    if tables > 0 && number(db, "PRAGMA application_id")? != APPLICATION_ID {
        return Err(StoreError::Corrupt {
            detail: "a database of another program".into(),
        });
    }
    let known = migrations.len() as u32;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (number, sql) in (1u32..).zip(migrations).skip(found as usize) {
        batch(db, sql)?;
        batch(db, &format!("PRAGMA user_version = {number}"))?;
    }
    if found == 0 {
        batch(db, &format!("PRAGMA application_id = {APPLICATION_ID}"))?;
    }
    Ok(())
}

fn number(db: &Db, sql: &str) -> Result<i64, StoreError> {
    db.connection
        .query_row(sql, [], |row| row.get(0))
        .map_err(|e| db.fault(e))
}

fn batch(db: &Db, sql: &str) -> Result<(), StoreError> {
    db.connection.execute_batch(sql).map_err(|e| db.fault(e))
}

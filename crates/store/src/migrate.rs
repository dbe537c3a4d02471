//! The schema and its history: numbered files, forward only.
//!
//! Each file opens with its reason and expected duration and is never changed once merged. It is
//! written for SQLite; [`translated`] makes the same tables for PostgreSQL of it. Where the engines
//! must differ, a file of the same name in `migrations/postgres/` takes its place there.
//!
//! The number of the last one stands in the file's header (SQLite) or in the table `yifa_schema`
//! (PostgreSQL), beside a mark that the database is ours.

mod translate;

pub(crate) use translate::translated;

use crate::engine::{Engine, Role};
use crate::{Db, StoreError};

/// `YIFA` in the header of each of our files.
const APPLICATION_ID: i64 = 0x5949_4641;

/// All migrations, in order; the position (from 1) is the schema's number.
pub(crate) const SQLITE: &[&str] = &[
    FOUNDATION,
    include_str!("../migrations/sqlite/0002_deadlines.sql"),
    include_str!("../migrations/sqlite/0003_papers.sql"),
    include_str!("../migrations/sqlite/0004_people.sql"),
    include_str!("../migrations/sqlite/0005_draws.sql"),
    include_str!("../migrations/sqlite/0006_administration.sql"),
    include_str!("../migrations/sqlite/0007_portal.sql"),
    include_str!("../migrations/sqlite/0008_deadline_person.sql"),
    include_str!("../migrations/sqlite/0009_security_keys.sql"),
    include_str!("../migrations/sqlite/0010_speed.sql"),
    include_str!("../migrations/sqlite/0011_identity.sql"),
    include_str!("../migrations/sqlite/0012_distinct.sql"),
    IMPORT,
    include_str!("../migrations/sqlite/0014_ended.sql"),
];

const FOUNDATION: &str = include_str!("../migrations/sqlite/0001_foundation.sql");
const IMPORT: &str = include_str!("../migrations/sqlite/0013_import.sql");

/// Migrations that PostgreSQL has a text of its own for, each beside that for SQLite.
const POSTGRES_OWN: &[(&str, &str)] = &[
    (
        FOUNDATION,
        include_str!("../migrations/postgres/0001_foundation.sql"),
    ),
    (
        IMPORT,
        include_str!("../migrations/postgres/0013_import.sql"),
    ),
];

/// The migrations as PostgreSQL reads them.
pub(crate) fn for_postgres(migrations: &[&str]) -> Vec<String> {
    migrations
        .iter()
        .map(|sql| {
            let own = POSTGRES_OWN.iter().find(|(sqlite, _)| sqlite == sql);
            own.map_or_else(|| translated(sql), |(_, sql)| (*sql).to_owned())
        })
        .collect()
}

/// Bring the schema up to date.
pub(crate) fn run(db: &Db) -> Result<(), StoreError> {
    run_list(db, SQLITE)
}

pub(crate) fn run_list(db: &Db, migrations: &[&str]) -> Result<(), StoreError> {
    // An up-to-date database is opened without waiting for whoever writes in it.
    if is_ours(db)? && found(db)? == migrations.len() as u32 {
        return Ok(());
    }
    // One transaction: a second program waits, then finds the work done; an interruption leaves nothing.
    db.begin(Role::Writer)?;
    let result = upgrade(db, migrations).and_then(|()| db.commit());
    db.roll_back();
    result
}

fn upgrade(db: &Db, migrations: &[&str]) -> Result<(), StoreError> {
    let ours = is_ours(db)?;
    if !ours && !is_empty(db)? {
        return Err(StoreError::Corrupt {
            detail: "a database of another program".into(),
        });
    }
    let known = migrations.len() as u32;
    let found = found(db)?;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    let texts: Vec<String> = match &db.engine {
        Engine::Sqlite(_) => migrations.iter().map(|sql| (*sql).to_owned()).collect(),
        Engine::Postgres(_) => for_postgres(migrations),
    };
    for sql in &texts[found as usize..] {
        db.batch(sql)?;
    }
    count_items(db)?;
    set_found(db, known)
}

/// The note of a migration that has made room for counts that SQL alone cannot fill.
const COUNT_ITEMS: &str = "count_items";

fn count_items(db: &Db) -> Result<(), StoreError> {
    if db.meta(COUNT_ITEMS)?.is_some() {
        db.rebuild_distinct()?;
        db.drop_meta(COUNT_ITEMS)?;
    }
    Ok(())
}

fn is_ours(db: &Db) -> Result<bool, StoreError> {
    Ok(match &db.engine {
        Engine::Sqlite(_) => number(db, "PRAGMA application_id")? == APPLICATION_ID,
        Engine::Postgres(_) => {
            number(
                db,
                "SELECT COUNT(*) FROM pg_tables
            WHERE schemaname = current_schema() AND tablename = 'yifa_schema'",
            )? > 0
        }
    })
}

/// Whether there is no table at all.
pub(crate) fn is_empty(db: &Db) -> Result<bool, StoreError> {
    let tables = match &db.engine {
        Engine::Sqlite(_) => number(db, "SELECT COUNT(*) FROM sqlite_schema")?,
        Engine::Postgres(_) => number(
            db,
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()",
        )?,
    };
    Ok(tables == 0)
}

/// The number of the schema that is there; 0 for an empty database.
pub(crate) fn found(db: &Db) -> Result<u32, StoreError> {
    let found = match &db.engine {
        Engine::Sqlite(_) => number(db, "PRAGMA user_version")?,
        Engine::Postgres(_) if !is_ours(db)? => 0,
        Engine::Postgres(_) => number(db, "SELECT number FROM yifa_schema")?,
    };
    Ok(u32::try_from(found).unwrap_or(u32::MAX))
}

fn set_found(db: &Db, number: u32) -> Result<(), StoreError> {
    match &db.engine {
        Engine::Sqlite(_) => db.batch(&format!(
            "PRAGMA user_version = {number}; PRAGMA application_id = {APPLICATION_ID}"
        )),
        Engine::Postgres(_) => db.batch(&format!(
            "CREATE TABLE IF NOT EXISTS yifa_schema (number BIGINT NOT NULL);
             DELETE FROM yifa_schema; INSERT INTO yifa_schema VALUES ({number})"
        )),
    }
}

/// Asked outside of the nouns: not kept prepared, for it is asked once.
fn number(db: &Db, sql: &str) -> Result<i64, StoreError> {
    match &db.engine {
        Engine::Sqlite(sqlite) => sqlite
            .connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(|e| sqlite.fault(e)),
        Engine::Postgres(_) => Ok(db.query_one(sql, &[], |row| row.int(0))?.unwrap_or(0)),
    }
}

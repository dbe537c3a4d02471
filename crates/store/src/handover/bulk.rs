//! Loading a whole system at once: what is done otherwise than when people work.
//!
//! Indexes are made after the rows, in one sorting pass each, instead of being kept in order row by
//! row. A new file is written by a rollback journal: its pages are all new, so there is nothing to
//! keep of what was, and no second copy of everything in a write-ahead log. Either engine undoes a
//! load that breaks off.

use super::tables;
use crate::engine::Engine;
use crate::sql::args;
use crate::{Db, StoreError};

/// An index that is made anew after the rows.
pub(super) struct Index {
    name: String,
    /// The statement that makes it.
    sql: String,
}

/// What the planner of a file is told of tables; it forgets it with an index.
struct Stat {
    table: Option<String>,
    index: Option<String>,
    stat: Option<String>,
}

/// Indexes with what the planner was told of all tables.
pub(super) struct Indexes {
    indexes: Vec<Index>,
    stats: Vec<Stat>,
}

/// Indexes that a statement of ours has made; those of primary keys stay.
const OF_SQLITE: &str = "SELECT name, sql FROM sqlite_schema
    WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
const OF_POSTGRES: &str = "SELECT i.indexname::text COLLATE \"C\", i.indexdef FROM pg_indexes i
    WHERE i.schemaname = current_schema() AND NOT EXISTS (
        SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname
        AND c.connamespace = current_schema()::regnamespace)
    ORDER BY 1";

/// Before the transaction of the load.
pub(super) fn prepare(db: &Db) -> Result<(), StoreError> {
    match db.engine {
        // Sorting millions of rows goes through a temporary file.
        Engine::Sqlite(_) => db.batch("PRAGMA journal_mode = DELETE; PRAGMA temp_store = FILE"),
        Engine::Postgres(_) => Ok(()),
    }
}

/// Within the transaction, before the rows.
pub(super) fn take_indexes_away(db: &Db) -> Result<Indexes, StoreError> {
    let of_engine = match db.engine {
        Engine::Sqlite(_) => OF_SQLITE,
        Engine::Postgres(_) => OF_POSTGRES,
    };
    let indexes = db.query(of_engine, &[], |row| {
        Ok(Index {
            name: row.text(0)?,
            sql: row.text(1)?,
        })
    })?;
    let stats = match db.engine {
        Engine::Sqlite(_) => db.query("SELECT tbl, idx, stat FROM sqlite_stat1", &[], |row| {
            Ok(Stat {
                table: row.text_opt(0)?,
                index: row.text_opt(1)?,
                stat: row.text_opt(2)?,
            })
        })?,
        Engine::Postgres(_) => Vec::new(),
    };
    for index in &indexes {
        db.batch(&format!("DROP INDEX {}", index.name))?;
    }
    Ok(Indexes { indexes, stats })
}

/// Within the transaction, after the rows.
pub(super) fn put_indexes_back(db: &Db, taken: &Indexes) -> Result<(), StoreError> {
    if let Engine::Postgres(_) = db.engine {
        // A table that still waits for its references to be checked takes no index.
        db.batch("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL maintenance_work_mem = '256MB'")?;
    }
    for index in &taken.indexes {
        db.batch(&index.sql)?;
    }
    if let Engine::Sqlite(_) = db.engine {
        db.batch("DELETE FROM sqlite_stat1")?;
        for stat in &taken.stats {
            db.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)",
                &args![&stat.table, &stat.index, &stat.stat],
            )?;
        }
    }
    Ok(())
}

/// After the transaction: as people work again, and what the engine wants to know after so many
/// new rows.
pub(super) fn settle(db: &Db) -> Result<(), StoreError> {
    match &db.engine {
        Engine::Sqlite(sqlite) => {
            db.batch("PRAGMA temp_store = MEMORY; ANALYZE sqlite_schema")?;
            match sqlite.path.as_os_str().is_empty() {
                true => Ok(()),
                false => sqlite.write_ahead(),
            }
        }
        Engine::Postgres(_) => {
            tables::advance_identities(db)?;
            db.batch("ANALYZE")
        }
    }
}

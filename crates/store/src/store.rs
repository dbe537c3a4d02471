//! Opening a database, and the two kinds of transaction.
//!
//! Guarantees: what [`Store::write`] returned `Ok` for is on the disk (WAL with `synchronous=FULL`);
//! a failed or panicking closure leaves nothing behind; [`Store::read`] sees one moment throughout.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{Db, StoreError, migrate};

/// Readers kept open between uses.
const READERS_IDLE_MAX: usize = 16;
/// How long another program may hold the database before we say "busy".
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 256;

/// Where the rows live.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file of SQLite, created when absent.
    SqliteFile(PathBuf),
    /// A database in memory, for tests and trials: gone with the last clone of the store.
    SqliteMemory,
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    writer: Mutex<Db>,
    /// Idle readers; a database in memory has one connection, the writer's.
    readers: Mutex<Vec<Db>>,
}

impl Store {
    /// Open or create a database and bring its schema up to date.
    pub fn open(target: &Target) -> Result<Store, StoreError> {
        let writer = match target {
            Target::SqliteFile(path) => open_file(path, Role::Writer)?,
            Target::SqliteMemory => open_memory()?,
        };
        migrate::run(&writer)?;
        let inner = Inner {
            target: target.clone(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        };
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// Run `work` on one consistent snapshot.
    ///
    /// Never call `read` or `write` within: a database in memory has one connection and would wait
    /// for itself.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let Target::SqliteFile(path) = &self.inner.target else {
            return transaction(&lock(&self.inner.writer), "BEGIN", work);
        };
        let idle = lock(&self.inner.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => open_file(path, Role::Reader)?,
        };
        let result = transaction(&reader, "BEGIN", work);
        let mut readers = lock(&self.inner.readers);
        if readers.len() < READERS_IDLE_MAX {
            readers.push(reader);
        }
        result
    }

    /// Run `work` as the only writer; all of it is kept on `Ok`, nothing otherwise.
    ///
    /// Never call `read` or `write` within.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, E>,
    ) -> Result<T, E> {
        transaction(&lock(&self.inner.writer), "BEGIN IMMEDIATE", work)
    }
}

#[cfg(test)]
impl Store {
    /// The writer outside of a transaction.
    pub(crate) fn inner_writer<T>(&self, work: impl FnOnce(&Db) -> T) -> T {
        work(&lock(&self.inner.writer))
    }
}

/// A panic of a closure is undone by the transaction's guard, so a poisoned lock guards sound data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn transaction<T, E: From<StoreError>>(
    db: &Db,
    begin: &str,
    work: impl FnOnce(&Db) -> Result<T, E>,
) -> Result<T, E> {
    db.connection
        .execute_batch(begin)
        .map_err(|e| db.fault(e))?;
    let guard = Rollback(db);
    let value = work(db)?;
    db.connection
        .execute_batch("COMMIT")
        .map_err(|e| db.fault(e))?;
    drop(guard);
    Ok(value)
}

/// Undoes what is not committed, on an error as on a panic.
struct Rollback<'d>(&'d Db);

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        if self.0.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.0.connection.execute_batch("ROLLBACK") {
            tracing::error!(error = %error, "Cannot roll back");
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Writer,
    Reader,
}

fn open_file(path: &Path, role: Role) -> Result<Db, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if role == Role::Writer {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection =
        Connection::open_with_flags(path, flags).map_err(|e| StoreError::from_sqlite(e, path))?;
    let db = Db {
        connection,
        path: path.to_owned(),
    };
    db.connection
        .busy_timeout(BUSY_WAIT)
        .map_err(|e| db.fault(e))?;
    let pragmas = match role {
        Role::Writer => {
            write_ahead(&db)?;
            // FULL: a commit survives a power cut. The cache is in KiB; the log file is cut back to
            // 64 MiB after a large import.
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
             PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 8192;"
        }
        Role::Reader => {
            "PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
        }
    };
    db.connection
        .execute_batch(pragmas)
        .map_err(|e| db.fault(e))?;
    settle(&db)?;
    Ok(db)
}

/// With a write-ahead log, readers and the writer do not wait for each other. A file system that
/// cannot share memory (some network drives) refuses it in silence; that must not pass for success.
///
/// Two processes that open a new file at once may each hold what the other waits for; the engine
/// then answers "busy" at once, whatever the patience asked for, so the waiting is done here.
fn write_ahead(db: &Db) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(10);
    let mut patience = BUSY_WAIT;
    let mode: String = loop {
        let answer = db
            .connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(|e| db.fault(e));
        match answer {
            Err(StoreError::Busy) if !patience.is_zero() => {
                std::thread::sleep(PAUSE);
                patience = patience.saturating_sub(PAUSE);
            }
            other => break other?,
        }
    };
    if mode != "wal" {
        return Err(StoreError::other(
            "this file system cannot hold a database; use a local disk",
        ));
    }
    Ok(())
}

/// What every connection needs. The bundled engine is built to look at bound values while planning
/// (STAT4), and so prepares a statement anew whenever other values are bound: half of the time of
/// short questions. Plans are settled by the migrations, so it need not look.
fn settle(db: &Db) -> Result<(), StoreError> {
    db.connection
        .set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    db.connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|e| db.fault(e))?;
    Ok(())
}

fn open_memory() -> Result<Db, StoreError> {
    let path = PathBuf::new();
    let connection = Connection::open_in_memory().map_err(|e| StoreError::from_sqlite(e, &path))?;
    let db = Db { connection, path };
    db.connection
        .execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")
        .map_err(|e| db.fault(e))?;
    settle(&db)?;
    Ok(db)
}

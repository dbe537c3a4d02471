//! Opening a database, and the two kinds of transaction.
//!
//! Guarantees: what [`Store::write`] returned `Ok` for is on the disk (SQLite: WAL with
//! `synchronous=FULL`; PostgreSQL: `synchronous_commit=on`); a failed or panicking closure leaves
//! nothing behind; [`Store::read`] sees one moment throughout.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::postgres::Postgres;
use crate::engine::sqlite::Sqlite;
use crate::engine::{Engine, Role};
use crate::homing::Homing;
use crate::pool::Pool;
use crate::{Db, StoreError, handover, migrate};

/// Where the rows live.
#[derive(Clone)]
pub enum Target {
    /// A file of SQLite, created when absent.
    SqliteFile(PathBuf),
    /// A database in memory, for tests and trials: gone with the last clone of the store.
    SqliteMemory,
    /// A PostgreSQL server: `postgres://user:password@host/database`. A schema may be chosen with
    /// `?options=-csearch_path%3Dname`; it is made when absent.
    Postgres(String),
}

impl Target {
    /// Reads what somebody typed: an address of a server, or the path of a file.
    pub fn parse(text: &str) -> Target {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Target::Postgres(text.to_owned())
        } else {
            Target::SqliteFile(PathBuf::from(text))
        }
    }
}

impl Target {
    /// A new place for a test or a trial: a memory; or, with `YIFA_TEST_ENGINE=postgres`, a schema
    /// of its own in the database that `YIFA_TEST_POSTGRES` names, so that whole suites run on
    /// either engine. Whoever gives a database for this throws it away afterwards.
    ///
    /// # Panics
    /// When PostgreSQL is asked for and no database is named: such a test must not pass.
    pub fn scratch() -> Target {
        if std::env::var_os("YIFA_TEST_ENGINE").is_none_or(|engine| engine != "postgres") {
            return Target::SqliteMemory;
        }
        let address = std::env::var("YIFA_TEST_POSTGRES");
        #[expect(clippy::expect_used, reason = "documented: such a test must not pass")]
        let address = address.expect("YIFA_TEST_POSTGRES must name a database");
        Target::Postgres(address).in_schema(&scratch_name())
    }

    /// The same server, in a schema of its own (lower-case letters, digits, `_`), which is made
    /// when absent. Files have no schemas.
    #[must_use]
    pub fn in_schema(&self, schema: &str) -> Target {
        let Target::Postgres(address) = self else {
            return self.clone();
        };
        let sign = if address.contains('?') { '&' } else { '?' };
        Target::Postgres(format!("{address}{sign}options=-csearch_path%3D{schema}"))
    }
}

/// A name that no other test has.
pub(crate) fn scratch_name() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("t_{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// For people and logs: without the password.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::SqliteFile(path) => write!(f, "{}", path.display()),
            Target::SqliteMemory => f.write_str("memory"),
            Target::Postgres(address) => {
                match (address.split_once("://"), address.rsplit_once('@')) {
                    (Some((scheme, _)), Some((_, place))) => write!(f, "{scheme}://{place}"),
                    _ => f.write_str(address),
                }
            }
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    writer: Mutex<Db>,
    /// A database in memory has one connection, the writer's.
    readers: Pool,
    homing: Homing,
}

impl Store {
    /// Open or create a database and bring its schema up to date.
    pub fn open(target: &Target) -> Result<Store, StoreError> {
        let store = Store::over(target, connect(target, Role::Writer)?)?;
        if lock(&store.inner.writer).meta(handover::MARK)?.is_some() {
            return Err(StoreError::Unaccepted);
        }
        Ok(store)
    }

    /// The store over a connection; its schema is brought up to date.
    pub(crate) fn over(target: &Target, writer: Db) -> Result<Store, StoreError> {
        migrate::run(&writer)?;
        let inner = Inner {
            target: target.clone(),
            writer: Mutex::new(writer),
            readers: Pool::new(target),
            homing: Homing::default(),
        };
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// Open a database that somebody else keeps, only to read: every write fails.
    pub fn open_to_read(target: &Target) -> Result<Store, StoreError> {
        let inner = Inner {
            target: target.clone(),
            writer: Mutex::new(connect(target, Role::Reader)?),
            readers: Pool::new(target),
            homing: Homing::default(),
        };
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// Where the rows live.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// Run `work` on one consistent snapshot.
    ///
    /// Never call `read` or `write` within: a database in memory has one connection and would wait
    /// for itself.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, E>,
    ) -> Result<T, E> {
        if matches!(self.inner.target, Target::SqliteMemory) {
            let db = lock(&self.inner.writer);
            db.begin(Role::Reader)?;
            return finish(&db, work);
        }
        let target = &self.inner.target;
        let (place, idle) = self.inner.readers.place()?;
        let mut reader = match idle {
            Some(reader) => reader,
            None => connect(target, Role::Reader)?,
        };
        reader.begin_anew(target, Role::Reader)?;
        let result = finish(&reader, work);
        place.keep(reader);
        result
    }

    /// Run `work` as the only writer; all of it is kept on `Ok`, nothing otherwise.
    ///
    /// Never call `read` or `write` within.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.inner.writer);
        writer.begin_anew(&self.inner.target, Role::Writer)?;
        let value = finish(&writer, work)?;
        self.inner.homing.look(&self.inner.target);
        Ok(value)
    }

    /// Leave nothing of what was erased in the write-ahead log of a file; in the file itself it is
    /// overwritten at once. A server does the same when it cleans up.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn bring_home(&self) -> Result<(), StoreError> {
        let writer = lock(&self.inner.writer);
        match &writer.engine {
            Engine::Sqlite(sqlite) => sqlite.batch("PRAGMA wal_checkpoint(TRUNCATE)"),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Leave nothing of what stood in these tables before: not in free space, not in the
    /// write-ahead log. Takes as long as copying them (a file: all of it).
    ///
    /// # Errors
    /// When there is no room for the copy, or somebody reads for too long.
    pub fn forget_former(&self, tables: &[&'static str]) -> Result<(), StoreError> {
        let writer = lock(&self.inner.writer);
        match &writer.engine {
            Engine::Sqlite(sqlite) => sqlite.batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"),
            Engine::Postgres(postgres) => {
                postgres.batch(&format!("VACUUM (FULL) {}", tables.join(", ")))
            }
        }
    }
}

#[cfg(test)]
impl Store {
    pub(crate) fn homing(&self) -> &Homing {
        &self.inner.homing
    }

    /// The writer outside of a transaction.
    pub(crate) fn inner_writer<T>(&self, work: impl FnOnce(&Db) -> T) -> T {
        work(&lock(&self.inner.writer))
    }
}

/// A panic of a closure is undone by the transaction's guard, so a poisoned lock guards sound data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn connect(target: &Target, role: Role) -> Result<Db, StoreError> {
    let engine = match target {
        Target::SqliteFile(path) => Engine::Sqlite(Sqlite::open_file(path, role)?),
        Target::SqliteMemory => Engine::Sqlite(Sqlite::open_memory()?),
        Target::Postgres(address) => Engine::Postgres(Box::new(Postgres::connect(address)?)),
    };
    Ok(Db { engine })
}

impl Db {
    pub(crate) fn begin(&self, role: Role) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.begin(role),
            Engine::Postgres(postgres) => postgres.begin(role),
        }
    }

    /// Begin; where the server was restarted since the last time, on a new connection.
    fn begin_anew(&mut self, target: &Target, role: Role) -> Result<(), StoreError> {
        let begun = self.begin(role);
        if begun.is_err() {
            self.roll_back();
            if self.is_lost() {
                *self = connect(target, role)?;
                return self.begin(role);
            }
        }
        begun
    }

    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.batch("COMMIT"),
            Engine::Postgres(postgres) => postgres.commit(),
        }
    }

    /// Undo what is not committed, if there is something.
    pub(crate) fn roll_back(&self) {
        let undone = match &self.engine {
            Engine::Sqlite(sqlite) if sqlite.connection.is_autocommit() => Ok(()),
            Engine::Sqlite(sqlite) => sqlite.batch("ROLLBACK"),
            Engine::Postgres(postgres) if !postgres.in_transaction() => Ok(()),
            Engine::Postgres(postgres) => postgres.roll_back(),
        };
        if let Err(error) = undone {
            tracing::error!(error = %error, "Cannot roll back");
        }
    }

    /// Whether the connection is of no more use.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(&self.engine, Engine::Postgres(postgres) if postgres.is_lost())
    }

    /// Run statements without arguments or answers.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.batch(sql),
            Engine::Postgres(postgres) => postgres.batch(sql),
        }
    }
}

/// The rest of a transaction that has begun.
pub(crate) fn finish<T, E: From<StoreError>>(
    db: &Db,
    work: impl FnOnce(&Db) -> Result<T, E>,
) -> Result<T, E> {
    let guard = Rollback(db);
    let value = work(db)?;
    db.commit()?;
    drop(guard);
    Ok(value)
}

/// Undoes what is not committed, on an error as on a panic.
struct Rollback<'d>(&'d Db);

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        self.0.roll_back();
    }
}

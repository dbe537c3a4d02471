//! SQLite: a file in WAL mode, or a memory.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, config::DbConfig};

use super::Role;
use crate::sql::Arg;
use crate::{StoreError, constraint};

/// How long another program may hold the database before we say "busy".
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 256;

/// Rows inserted by one statement: each run of a statement has a price of its own.
pub(crate) const AT_ONCE: usize = 16;

/// A connection.
pub(crate) struct Sqlite {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

impl Sqlite {
    /// Open a file; only a writer creates it.
    pub(crate) fn open_file(path: &Path, role: Role) -> Result<Sqlite, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if role == Role::Writer {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags).map_err(|e| fault(e, path))?;
        let sqlite = Sqlite {
            connection,
            path: path.to_owned(),
        };
        sqlite
            .connection
            .busy_timeout(BUSY_WAIT)
            .map_err(|e| sqlite.fault(e))?;
        let pragmas = match role {
            Role::Writer => {
                // Of a new file; rows of entries and events are long. An eighth of an import's time.
                sqlite.batch("PRAGMA page_size = 8192")?;
                sqlite.write_ahead()?;
                // FULL: a commit survives a power cut. The cache is in KiB; the log file is cut
                // back to 16 MiB after a large import, and brought home by `homing`, or by the
                // engine when it has become very large (1 GiB).
                // What is erased is overwritten.
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
                 PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
                 PRAGMA journal_size_limit = 16777216; PRAGMA wal_autocheckpoint = 131072;"
            }
            Role::Reader => {
                "PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
            }
        };
        sqlite.batch(pragmas)?;
        sqlite.settle()?;
        Ok(sqlite)
    }

    /// A new database in memory.
    pub(crate) fn open_memory() -> Result<Sqlite, StoreError> {
        let path = PathBuf::new();
        let connection = Connection::open_in_memory().map_err(|e| fault(e, &path))?;
        let sqlite = Sqlite { connection, path };
        sqlite.batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
        sqlite.settle()?;
        Ok(sqlite)
    }

    /// With a write-ahead log, readers and the writer do not wait for each other. A file system
    /// that cannot share memory (some network drives) refuses it in silence; that must not pass for
    /// success.
    ///
    /// Two processes that open a new file at once may each hold what the other waits for; the
    /// engine then answers "busy" at once, whatever the patience asked for, so the waiting is done
    /// here.
    pub(crate) fn write_ahead(&self) -> Result<(), StoreError> {
        const PAUSE: Duration = Duration::from_millis(10);
        let mut patience = BUSY_WAIT;
        let mode: String = loop {
            let answer = self
                .connection
                .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
                .map_err(|e| self.fault(e));
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

    /// What every connection needs. The bundled engine is built to look at bound values while
    /// planning (STAT4), and so prepares a statement anew whenever other values are bound: half of
    /// the time of short questions. Plans are settled by the migrations, so it need not look.
    fn settle(&self) -> Result<(), StoreError> {
        self.connection
            .set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        self.connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|e| self.fault(e))?;
        Ok(())
    }

    pub(crate) fn begin(&self, role: Role) -> Result<(), StoreError> {
        self.batch(match role {
            Role::Writer => "BEGIN IMMEDIATE",
            Role::Reader => "BEGIN",
        })
    }

    /// Run statements without arguments or answers.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.connection
            .execute_batch(sql)
            .map_err(|e| self.fault(e))
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>, StoreError> {
        self.connection
            .prepare_cached(&numbered(sql))
            .map_err(|e| self.fault(e))
    }

    /// Run an `INSERT … VALUES ($1, …, $n) …`, written for one row, for [`AT_ONCE`] rows at a time.
    /// What stands in the first columns of all of them is told once, as telling a text costs a copy.
    pub(crate) fn insert_many<'a>(
        &self,
        sql: &str,
        columns: usize,
        rows: impl Iterator<Item = &'a [Arg<'a>]>,
    ) -> Result<(), StoreError> {
        // Prepared as they are met, by how many columns are told once.
        let mut statements: Vec<Option<rusqlite::CachedStatement<'_>>> = Vec::new();
        statements.resize_with(columns + 1, || None);
        for args in rows {
            let first = &args[..columns];
            let is_shared = |at: &usize| {
                args[*at..]
                    .iter()
                    .step_by(columns)
                    .all(|a| *a == first[*at])
            };
            let shared = (0..columns).take_while(is_shared).count();
            let statement = match &mut statements[shared] {
                Some(statement) => statement,
                none => none.insert(self.prepare_many(sql, columns, shared)?),
            };
            let own = args.chunks(columns).flat_map(|row| &row[shared..]);
            statement
                .execute(rusqlite::params_from_iter(
                    first[..shared].iter().chain(own),
                ))
                .map_err(|e| self.fault(e))?;
        }
        Ok(())
    }

    fn prepare_many(
        &self,
        sql: &str,
        columns: usize,
        shared: usize,
    ) -> Result<rusqlite::CachedStatement<'_>, StoreError> {
        let sql = for_many(sql, columns, shared)
            .ok_or_else(|| StoreError::other(format!("no statement for many rows: {sql}")))?;
        self.connection
            .prepare_cached(&sql)
            .map_err(|e| self.fault(e))
    }

    pub(crate) fn fault(&self, error: rusqlite::Error) -> StoreError {
        fault(error, &self.path)
    }
}

/// The statement for many rows, of which the first columns are shared by all. A row that fails need
/// not undo the others, as the transaction is given up: so the engine need not remember how the
/// pages were.
fn for_many(sql: &str, columns: usize, shared: usize) -> Option<String> {
    let start = sql.trim_start().strip_prefix("INSERT INTO ")?;
    let (head, rest) = start.split_once("VALUES (")?;
    let (values, tail) = rest.split_once(')')?;
    let numbers = (1..=columns).map(|n| format!("${n}"));
    if !values.split(',').map(str::trim).eq(numbers) || tail.contains('$') {
        return None;
    }
    let own = columns - shared;
    let row = |row: usize| {
        let of_row = shared + row * own;
        let numbers = (1..=shared).chain(of_row + 1..=of_row + own);
        let numbers: Vec<String> = numbers.map(|n| format!("?{n}")).collect();
        format!("({})", numbers.join(","))
    };
    let rows: Vec<String> = (0..AT_ONCE).map(row).collect();
    let rows = rows.join(",");
    Some(format!("INSERT OR FAIL INTO {head}VALUES {rows}{tail}"))
}

/// To SQLite `$2` is a name, and names are numbered as they come: where they come in another order
/// than their numbers say, they are told as `?2`.
fn numbered(sql: &str) -> Cow<'_, str> {
    let mut seen = 0;
    let in_order = sql.split('$').skip(1).all(|rest| {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = rest[..digits].parse().unwrap_or(0);
        seen = seen.max(number.min(seen + 1));
        number <= seen
    });
    if in_order {
        Cow::Borrowed(sql)
    } else {
        Cow::Owned(sql.replace('$', "?"))
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Arg::Null => ValueRef::Null,
            Arg::Int(value) => ValueRef::Integer(value),
            Arg::Text(value) => ValueRef::Text(value.as_bytes()),
            Arg::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// What an error of the engine means to somebody who can do something about it.
pub(crate) fn fault(error: rusqlite::Error, path: &Path) -> StoreError {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(failure, ref message) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            ErrorCode::DiskFull => StoreError::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                StoreError::Unwritable {
                    path: path.to_owned(),
                }
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt {
                detail: text(&failure, message),
            },
            ErrorCode::ConstraintViolation => {
                StoreError::Constraint(constraint_name(&text(&failure, message)))
            }
            _ => StoreError::Other(Box::new(error)),
        },
        // A column of the wrong type or text that is not UTF-8: written behind our back.
        E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::Utf8Error(..) => {
            StoreError::Corrupt {
                detail: error.to_string(),
            }
        }
        other => StoreError::Other(Box::new(other)),
    }
}

fn text(failure: &rusqlite::ffi::Error, message: &Option<String>) -> String {
    message.clone().unwrap_or_else(|| failure.to_string())
}

/// `UNIQUE constraint failed: entry_key.organ_id, …` becomes a stable name; unknown ones stay as they are.
fn constraint_name(message: &str) -> String {
    if message.starts_with("FOREIGN KEY") {
        return constraint::REFERENCE.to_owned();
    }
    let columns = message
        .split_once(": ")
        .map_or(message, |(_, columns)| columns);
    match columns {
        "entry_key.organ_id, entry_key.ledger, entry_key.natural_key" => constraint::NATURAL_KEY,
        "event.organ_id, event.entry_id, event.seq" => constraint::EVENT_SEQUENCE,
        c if c.contains("contribution.negates_leaf") => constraint::NEGATED_TWICE,
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_for_one_row_becomes_one_for_many() {
        let sql = "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO NOTHING";
        let many = for_many(sql, 2, 0).unwrap();
        assert!(many.starts_with("INSERT OR FAIL INTO t (a, b) VALUES (?1,?2),(?3,?4),"));
        assert!(many.ends_with(",(?31,?32) ON CONFLICT (a) DO NOTHING"));
        let shared = for_many(sql, 2, 1).unwrap();
        assert!(shared.contains("VALUES (?1,?2),(?1,?3),"));
        assert!(shared.contains(",(?1,?17) ON"));
        let same = for_many(sql, 2, 2).unwrap();
        assert_eq!(same.matches("(?1,?2)").count(), AT_ONCE);
    }

    #[test]
    fn rows_that_share_columns_arrive_whole() {
        let sqlite = Sqlite::open_memory().unwrap();
        sqlite.batch("CREATE TABLE t (a, b, c)").unwrap();
        // Two columns shared, then one, then none, then all.
        let rows: Vec<[Arg<'_>; 3]> = (0..4 * AT_ONCE as i64)
            .map(|n| match n / AT_ONCE as i64 {
                0 => [Arg::Text("x"), Arg::Int(1), Arg::Int(n)],
                1 => [Arg::Text("x"), Arg::Int(n), Arg::Null],
                2 => [Arg::Int(n), Arg::Int(1), Arg::Int(1)],
                _ => [Arg::Text("y"), Arg::Null, Arg::Blob(b"z")],
            })
            .collect();
        let (many, _) = rows.as_chunks::<AT_ONCE>();
        let many = many.iter().map(|rows| rows.as_flattened());
        let sql = "INSERT INTO t (a, b, c) VALUES ($1, $2, $3)";
        sqlite.insert_many(sql, 3, many).unwrap();
        let mut found = sqlite
            .connection
            .prepare("SELECT a, b, c FROM t ORDER BY rowid")
            .unwrap();
        let mut found = found.query([]).unwrap();
        let mut n = 0;
        while let Some(row) = found.next().unwrap() {
            for (at, arg) in rows[n].iter().enumerate() {
                let told = row.get_ref(at).unwrap();
                assert_eq!(
                    ToSqlOutput::Borrowed(told),
                    arg.to_sql().unwrap(),
                    "{n} {at}"
                );
            }
            n += 1;
        }
        assert_eq!(n, rows.len());
    }

    #[test]
    fn a_statement_that_says_more_of_its_arguments_is_left_alone() {
        for sql in [
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1",
            "INSERT INTO t (a) VALUES (lower($1))",
            "UPDATE t SET a = $1",
        ] {
            assert_eq!(for_many(sql, 1, 0), None, "{sql}");
        }
    }
}

//! The one thin layer between the nouns and the engines: arguments, rows, running a statement.
//!
//! The nouns name no driver: they hand over SQL text that both engines read (`$1, $2, …` numbered
//! in order of first appearance) and [`Arg`]s, and read [`Row`]s. Where the engines must be told
//! differently, the two texts stand side by side in an [`Sql`].

use std::path::Path;

use crate::StoreError;
use crate::engine::postgres::{Int, Postgres};
use crate::engine::sqlite::{self, Sqlite};
use crate::engine::{Engine, Sql};

/// One connection inside a transaction: all that can be read and written.
///
/// Given out by [`crate::Store::read`] and [`crate::Store::write`] only.
/// The methods are in one file per noun.
pub struct Db {
    pub(crate) engine: Engine,
}

/// An argument of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Arg<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// The arguments of a statement, each by its `From`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::sql::Arg::from($value)),*] };
}
pub(crate) use args;

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Arg::Text(value)
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Arg::Text(value)
    }
}
impl<'a> From<&'a Vec<u8>> for Arg<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Arg::Blob(value)
    }
}
impl<'a> From<&'a Option<String>> for Arg<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().map_or(Arg::Null, Arg::Text)
    }
}
impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Arg::Int(value)
    }
}
impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Arg::Int(value.into())
    }
}
impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Arg::Int(value.into())
    }
}
impl From<u64> for Arg<'_> {
    /// Numbers beyond the engine's do not occur (leaf indexes, sizes); they would meet no row.
    fn from(value: u64) -> Self {
        Arg::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}
impl From<usize> for Arg<'_> {
    fn from(value: usize) -> Self {
        Arg::from(value as u64)
    }
}
impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Arg::Null, Into::into)
    }
}

/// A row of an answer; columns by position.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => of_server(row, column),
        }
    }
    pub(crate) fn text_opt(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => of_server(row, column),
        }
    }
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => of_server(row, column).map(|Int(value)| value),
        }
    }
    pub(crate) fn int_opt(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => {
                let value: Option<Int> = of_server(row, column)?;
                Ok(value.map(|Int(value)| value))
            }
        }
    }
    /// A count or an index: a negative one is damage.
    pub(crate) fn natural(&self, column: usize) -> Result<u64, StoreError> {
        natural(self.int(column)?)
    }
    pub(crate) fn natural_opt(&self, column: usize) -> Result<Option<u64>, StoreError> {
        self.int_opt(column)?.map(natural).transpose()
    }
    pub(crate) fn small(&self, column: usize) -> Result<u32, StoreError> {
        small(self.int(column)?)
    }
    pub(crate) fn small_opt(&self, column: usize) -> Result<Option<u32>, StoreError> {
        self.int_opt(column)?.map(small).transpose()
    }
    /// Nought or one: anything else was written behind our back.
    pub(crate) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(StoreError::Corrupt {
                detail: format!("no flag: {other}"),
            }),
        }
    }
    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => of_server(row, column),
        }
    }
    pub(crate) fn blob_opt(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Row::Sqlite(row) => of_file(row, column),
            Row::Postgres(row) => of_server(row, column),
        }
    }
}

fn of_file<T: rusqlite::types::FromSql>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> Result<T, StoreError> {
    row.get(column).map_err(|e| sqlite::fault(e, Path::new("")))
}

/// What does not fit its column was written behind our back.
fn of_server<'r, T: postgres::types::FromSql<'r>>(
    row: &'r postgres::Row,
    column: usize,
) -> Result<T, StoreError> {
    row.try_get(column).map_err(|e| StoreError::Corrupt {
        detail: e.to_string(),
    })
}

fn natural(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt {
        detail: format!("negative {value}"),
    })
}

fn small(value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Corrupt {
        detail: format!("no u32: {value}"),
    })
}

/// A prepared statement for many rows.
pub(crate) enum Statement<'d> {
    Sqlite(rusqlite::CachedStatement<'d>, &'d Sqlite),
    Postgres(postgres::Statement, &'d Postgres),
}

impl Statement<'_> {
    /// Run for one row; how many rows changed.
    pub(crate) fn execute(&mut self, args: &[Arg<'_>]) -> Result<usize, StoreError> {
        match self {
            Statement::Sqlite(statement, sqlite) => statement
                .execute(rusqlite::params_from_iter(args))
                .map_err(|e| sqlite.fault(e)),
            Statement::Postgres(statement, postgres) => postgres.execute(statement, args),
        }
    }

    /// Rows of the answer in turn, until `each` says that it has enough.
    fn visit<E: From<StoreError>>(
        &mut self,
        args: &[Arg<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let (statement, sqlite) = match self {
            Statement::Postgres(statement, postgres) => {
                return postgres.visit(statement, args, each);
            }
            Statement::Sqlite(statement, sqlite) => (statement, sqlite),
        };
        let mut rows = statement
            .query(rusqlite::params_from_iter(args))
            .map_err(|e| sqlite.fault(e))?;
        while let Some(row) = rows.next().map_err(|e| sqlite.fault(e))? {
            if !each(&Row::Sqlite(row))? {
                break;
            }
        }
        Ok(())
    }
}

impl Db {
    /// The text of a statement for this engine.
    pub(crate) fn text_of(&self, sql: &Sql) -> &'static str {
        sql.of(&self.engine)
    }

    /// A statement kept prepared between uses.
    pub(crate) fn prepare(&self, sql: &str) -> Result<Statement<'_>, StoreError> {
        #[cfg(test)]
        crate::tests::explain::note(sql);
        tracing::trace!(target: "yifa::statement", sql);
        Ok(match &self.engine {
            Engine::Sqlite(sqlite) => Statement::Sqlite(sqlite.prepare(sql)?, sqlite),
            Engine::Postgres(postgres) => Statement::Postgres(postgres.prepare(sql)?, postgres),
        })
    }

    /// Run a statement without an answer; how many rows changed.
    pub(crate) fn execute(&self, sql: &str, args: &[Arg<'_>]) -> Result<usize, StoreError> {
        self.prepare(sql)?.execute(args)
    }

    /// Run an `INSERT … VALUES ($1, …, $n) …` for many rows, in the order of its arguments; what
    /// neighbours mostly have in common stands best in the first columns. No row
    /// may meet another of them in an `ON CONFLICT … DO UPDATE`. After an error some of the rows may
    /// be there: whoever asked gives up the transaction.
    pub(crate) fn insert_all<'a, const N: usize>(
        &self,
        sql: &str,
        rows: impl Iterator<Item = [Arg<'a>; N]>,
    ) -> Result<(), StoreError> {
        match (&self.engine, self.prepare(sql)?) {
            (Engine::Postgres(postgres), _) => {
                let rows: Vec<[Arg<'a>; N]> = rows.collect();
                let rows: Vec<&[Arg<'_>]> = rows.iter().map(<[Arg<'a>; N]>::as_slice).collect();
                postgres.insert_all(sql, &rows)
            }
            (Engine::Sqlite(sqlite), mut statement) => {
                let rows: Vec<[Arg<'a>; N]> = rows.collect();
                let (many, rest) = rows.as_chunks::<{ sqlite::AT_ONCE }>();
                if !many.is_empty() {
                    sqlite.insert_many(sql, N, many.iter().map(|rows| rows.as_flattened()))?;
                }
                for row in rest {
                    statement.execute(row)?;
                }
                Ok(())
            }
        }
    }

    /// All rows of an answer.
    pub(crate) fn query<T>(
        &self,
        sql: &str,
        args: &[Arg<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut out = Vec::new();
        self.visit(sql, args, |row| {
            out.push(read(row)?);
            Ok::<(), StoreError>(())
        })?;
        Ok(out)
    }

    /// The first row of an answer.
    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        args: &[Arg<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let (mut read, mut out) = (Some(read), None);
        self.prepare(sql)?.visit(args, |row| {
            out = read.take().map(|read| read(row)).transpose()?;
            Ok::<bool, StoreError>(false)
        })?;
        Ok(out)
    }

    /// Each row of an answer in turn, one at a time in memory. No other question may be asked of
    /// the same [`Db`] meanwhile.
    pub(crate) fn visit<E: From<StoreError>>(
        &self,
        sql: &str,
        args: &[Arg<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.prepare(sql)?
            .visit(args, |row| each(row).map(|()| true))
    }
}

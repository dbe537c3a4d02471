//! The one thin layer between the nouns and the engine: arguments, rows, running a statement.
//!
//! The nouns name no driver: they hand over SQL text that both engines read (`$1, $2, …` numbered
//! in order of first appearance) and [`Arg`]s, and read [`Row`]s. A second engine is added here.

use std::path::PathBuf;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use crate::StoreError;

/// One connection inside a transaction: all that can be read and written.
///
/// Given out by [`crate::Store::read`] and [`crate::Store::write`] only.
/// The methods are in one file per noun.
pub struct Db {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

/// An argument of a statement.
#[derive(Clone, Copy, Debug)]
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
pub(crate) struct Row<'r>(&'r rusqlite::Row<'r>);

impl Row<'_> {
    fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T, StoreError> {
        self.0
            .get(column)
            .map_err(|e| StoreError::from_sqlite(e, std::path::Path::new("")))
    }
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.get(column)
    }
    pub(crate) fn text_opt(&self, column: usize) -> Result<Option<String>, StoreError> {
        self.get(column)
    }
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.get(column)
    }
    /// A count or an index: a negative one is damage.
    pub(crate) fn natural(&self, column: usize) -> Result<u64, StoreError> {
        natural(self.get(column)?)
    }
    pub(crate) fn natural_opt(&self, column: usize) -> Result<Option<u64>, StoreError> {
        self.get::<Option<i64>>(column)?.map(natural).transpose()
    }
    pub(crate) fn small(&self, column: usize) -> Result<u32, StoreError> {
        small(self.get(column)?)
    }
    pub(crate) fn small_opt(&self, column: usize) -> Result<Option<u32>, StoreError> {
        self.get::<Option<i64>>(column)?.map(small).transpose()
    }
    pub(crate) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }
    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.get(column)
    }
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
pub(crate) struct Statement<'d> {
    inner: rusqlite::CachedStatement<'d>,
    db: &'d Db,
}

impl Statement<'_> {
    /// Run for one row; how many rows changed.
    pub(crate) fn execute(&mut self, args: &[Arg<'_>]) -> Result<usize, StoreError> {
        self.inner
            .execute(rusqlite::params_from_iter(args))
            .map_err(|e| self.db.fault(e))
    }
}

impl Db {
    pub(crate) fn fault(&self, error: rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(error, &self.path)
    }

    /// A statement kept prepared between uses.
    pub(crate) fn prepare(&self, sql: &str) -> Result<Statement<'_>, StoreError> {
        #[cfg(test)]
        crate::tests::explain::note(sql);
        let inner = self
            .connection
            .prepare_cached(sql)
            .map_err(|e| self.fault(e))?;
        Ok(Statement { inner, db: self })
    }

    /// Run a statement without an answer; how many rows changed.
    pub(crate) fn execute(&self, sql: &str, args: &[Arg<'_>]) -> Result<usize, StoreError> {
        self.prepare(sql)?.execute(args)
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
        let mut statement = self.prepare(sql)?;
        let mut rows = statement
            .inner
            .query(rusqlite::params_from_iter(args))
            .map_err(|e| self.fault(e))?;
        rows.next()
            .map_err(|e| self.fault(e))?
            .map(|row| read(&Row(row)))
            .transpose()
    }

    /// Each row of an answer in turn, one at a time in memory.
    pub(crate) fn visit<E: From<StoreError>>(
        &self,
        sql: &str,
        args: &[Arg<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement
            .inner
            .query(rusqlite::params_from_iter(args))
            .map_err(|e| self.fault(e))?;
        while let Some(row) = rows.next().map_err(|e| self.fault(e))? {
            each(&Row(row))?;
        }
        Ok(())
    }
}

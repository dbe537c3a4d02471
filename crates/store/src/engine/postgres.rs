//! PostgreSQL 15 or later, through its blocking client.
//!
//! Guarantees the same as the file: one writer at a time (an advisory lock of the schema, taken
//! first in the transaction, also across programs), readers see one moment (repeatable read), a
//! commit is on the disk before it is acknowledged, and texts sort as bytes (every column is
//! declared `COLLATE "C"`). A transaction in which a statement failed cannot be committed.
//!
//! Encryption on the way is as the address asks for it ([`super::tls`]); without it, use a Unix
//! socket, the same machine or a protected network.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::Duration;

use bytes::BytesMut;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};

use super::{Role, tls};
use crate::sql::{Arg, Row};
use crate::{StoreError, constraint};

/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 256;
/// How long to wait for a server that does not answer.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// How every connection is set up: a commit waits for the disk, another program may hold the
/// writer's lock for five seconds before we say "busy", short questions are not compiled.
const SETTLE: &str = "SET synchronous_commit = on; SET lock_timeout = '5s'; SET jit = off;
    SET client_min_messages = warning";

/// One writer per schema, across programs: `YIFA`, and the schema's name.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT pg_advisory_xact_lock(1498760769, hashtext(current_schema()))";
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A connection.
pub(crate) struct Postgres {
    /// Invariant: there until dropped.
    client: RefCell<Option<Client>>,
    statements: RefCell<HashMap<String, Statement>>,
    /// Whether a statement of the transaction has failed: the server would turn a commit into a
    /// roll-back in silence.
    failed: Cell<bool>,
    in_transaction: Cell<bool>,
}

impl Postgres {
    /// Connect. A schema that is named by the address (`options=-csearch_path=…`) and is not there
    /// is made.
    pub(crate) fn connect(address: &str) -> Result<Postgres, StoreError> {
        let asked = tls::asked(address)?;
        let mut config: postgres::Config =
            asked.address.parse().map_err(|_| StoreError::Unreachable {
                detail: "the address of the database cannot be read".to_owned(),
            })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WAIT);
        }
        if config.get_application_name().is_none() {
            config.application_name("yifa");
        }
        let client = match asked.tls {
            Some(tls) => config.ssl_mode(SslMode::Require).connect(tls),
            None => config.connect(NoTls),
        };
        let client = client.map_err(unconnected)?;
        let postgres = Postgres {
            client: RefCell::new(Some(client)),
            statements: RefCell::default(),
            failed: Cell::new(false),
            in_transaction: Cell::new(false),
        };
        postgres.batch(SETTLE)?;
        postgres.make_schema()?;
        Ok(postgres)
    }

    /// `current_schema()` is nothing when no schema of the search path exists.
    fn make_schema(&self) -> Result<(), StoreError> {
        const ASK: &str = "SELECT current_schema()::text,
            (string_to_array(current_setting('search_path'), ','))[1]";
        let row = self.client().query_one(ASK, &[]).map_err(fault)?;
        let current: Option<String> = row.try_get(0).map_err(fault)?;
        let wanted: Option<String> = row.try_get(1).map_err(fault)?;
        let Some(wanted) = wanted.filter(|_| current.is_none()) else {
            return Ok(());
        };
        let name = wanted.trim().trim_matches('"');
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(StoreError::Unreachable {
                detail: format!("the schema {wanted} of the address does not exist"),
            });
        }
        match self.batch(&format!("CREATE SCHEMA IF NOT EXISTS {name}")) {
            // Two programs at once: the other one made it.
            Err(StoreError::Constraint(_)) => Ok(()),
            other => other,
        }
    }

    fn client(&self) -> RefMut<'_, Client> {
        RefMut::map(self.client.borrow_mut(), |client| {
            client.as_mut().expect("the invariant of the field")
        })
    }

    /// Whether the connection is of no more use.
    pub(crate) fn is_lost(&self) -> bool {
        self.client().is_closed()
    }

    pub(crate) fn begin(&self, role: Role) -> Result<(), StoreError> {
        self.failed.set(false);
        // Set first: of two statements, the second may fail.
        self.in_transaction.set(true);
        self.batch(match role {
            Role::Writer => BEGIN_WRITE,
            Role::Reader => BEGIN_READ,
        })
    }

    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        if self.failed.get() {
            return Err(StoreError::other(
                "a statement of the transaction has failed; nothing was kept",
            ));
        }
        self.batch("COMMIT")?;
        self.in_transaction.set(false);
        Ok(())
    }

    /// Whether something waits for a commit or a roll-back.
    pub(crate) fn in_transaction(&self) -> bool {
        self.in_transaction.get()
    }

    pub(crate) fn roll_back(&self) -> Result<(), StoreError> {
        self.in_transaction.set(false);
        if self.is_lost() {
            return Ok(());
        }
        self.batch("ROLLBACK")
    }

    /// Run statements without arguments or answers.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let done = self.client().batch_execute(sql);
        done.map_err(|e| self.fault(e))
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client().prepare(sql);
        let statement = prepared.map_err(|e| self.fault(e))?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= STATEMENTS_MAX {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Run for one row; how many rows changed.
    pub(crate) fn execute(
        &self,
        statement: &Statement,
        args: &[Arg<'_>],
    ) -> Result<usize, StoreError> {
        let done = self.client().execute(statement, &by_reference(args));
        done.map(|n| n as usize).map_err(|e| self.fault(e))
    }

    /// Run an `INSERT … VALUES ($1, …, $n) …` for many rows, a thousand in one round trip: each
    /// argument becomes an array of its column.
    pub(crate) fn insert_all(&self, sql: &str, rows: &[&[Arg<'_>]]) -> Result<(), StoreError> {
        const AT_ONCE: usize = 1_000;
        const WORTH_IT: usize = 8;
        let one = self.prepare(sql)?;
        if rows.len() < WORTH_IT {
            return rows
                .iter()
                .try_for_each(|row| self.execute(&one, row).map(drop));
        }
        let Some(many) = for_arrays(sql, one.params()) else {
            return Err(StoreError::other("no statement for many rows"));
        };
        let many = self.prepare(&many)?;
        for rows in rows.chunks(AT_ONCE) {
            let columns: Vec<Column<'_>> = (0..one.params().len())
                .map(|at| Column { rows, at })
                .collect();
            let columns: Vec<&(dyn ToSql + Sync)> =
                columns.iter().map(|column| column as _).collect();
            let done = self.client().execute(&many, &columns);
            done.map_err(|e| self.fault(e))?;
        }
        Ok(())
    }

    /// Each row of an answer in turn, as it comes from the server.
    pub(crate) fn visit<E: From<StoreError>>(
        &self,
        statement: &Statement,
        args: &[Arg<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut client = self.client();
        let mut rows = client
            .query_raw(statement, args)
            .map_err(|e| self.fault(e))?;
        while let Some(row) = rows.next().map_err(|e| self.fault(e))? {
            if !each(&Row::Postgres(&row))? {
                break;
            }
        }
        Ok(())
    }

    /// Take rows into a table by the server's own bulk way; all columns are given.
    pub(crate) fn copy_in<E: From<StoreError>>(
        &self,
        sql: &str,
        types: &[Type],
        rows: impl FnOnce(&mut dyn FnMut(&[Arg<'_>]) -> Result<(), StoreError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut client = self.client();
        let writer = client.copy_in(sql).map_err(|e| self.fault(e))?;
        let mut writer = BinaryCopyInWriter::new(writer, types);
        rows(&mut |args| {
            let row = by_reference(args);
            writer.write(&row).map_err(|e| self.fault(e))
        })?;
        writer.finish().map_err(|e| self.fault(e))?;
        Ok(())
    }

    fn fault(&self, error: postgres::Error) -> StoreError {
        self.failed.set(true);
        fault(error)
    }
}

/// Taking leave waits for the server, which a thread that runs asynchronous work may not do; and
/// nobody needs to wait for it.
impl Drop for Postgres {
    fn drop(&mut self) {
        let client = self.client.take();
        let leave = std::thread::Builder::new().spawn(move || drop(client));
        if let Err(error) = leave {
            tracing::warn!(error = %error, "Cannot take leave of the server");
        }
    }
}

fn by_reference<'a>(args: &'a [Arg<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Arg<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match *self {
            Arg::Null => Ok(IsNull::Yes),
            Arg::Int(value) => match *ty {
                Type::INT8 => value.to_sql(ty, out),
                Type::INT4 => i32::try_from(value)?.to_sql(ty, out),
                _ => Err(format!("a number for {ty}").into()),
            },
            Arg::Text(value) if <&str as ToSql>::accepts(ty) => value.to_sql(ty, out),
            Arg::Text(_) => Err(format!("a text for {ty}").into()),
            Arg::Blob(value) if *ty == Type::BYTEA => value.to_sql(ty, out),
            Arg::Blob(_) => Err(format!("bytes for {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One column of many rows, as an array.
#[derive(Debug)]
struct Column<'r> {
    rows: &'r [&'r [Arg<'r>]],
    at: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let values: Vec<Arg<'_>> = self.rows.iter().map(|row| row[self.at]).collect();
        values.to_sql(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// `VALUES ($1, …)` as `SELECT * FROM unnest($1::type[], …)`.
fn for_arrays(sql: &str, types: &[Type]) -> Option<String> {
    let (before, rest) = sql.split_once("VALUES (")?;
    let (_, after) = rest.split_once(')')?;
    let arrays: Vec<String> = (1..)
        .zip(types)
        .map(|(n, ty)| format!("${n}::{ty}[]"))
        .collect();
    let arrays = arrays.join(", ");
    Some(format!("{before}SELECT * FROM unnest({arrays}){after}"))
}

/// A whole number of any of the server's types; sums of `BIGINT` come as `NUMERIC`.
pub(crate) struct Int(pub(crate) i64);

impl<'a> FromSql<'a> for Int {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Int(match *ty {
            Type::INT8 => i64::from_sql(ty, raw)?,
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::BOOL => bool::from_sql(ty, raw)?.into(),
            _ => numeric(raw).ok_or("a sum is beyond 64 bits or no whole number")?,
        }))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC
        )
    }
}

/// `NUMERIC` on the wire: count of digits, weight of the first, sign, scale, then digits to the
/// base of 10 000; trailing zeros are left out.
fn numeric(raw: &[u8]) -> Option<i64> {
    let word = |at: usize| -> Option<i16> {
        Some(i16::from_be_bytes([
            *raw.get(2 * at)?,
            *raw.get(2 * at + 1)?,
        ]))
    };
    let (count, weight, sign) = (word(0)?, word(1)?, word(2)? as u16);
    if count > weight.checked_add(1)? || !matches!(sign, 0 | 0x4000) {
        return None;
    }
    let mut value: i128 = 0;
    for at in 0..=weight {
        let digit = if at < count {
            word(4 + at as usize)?
        } else {
            0
        };
        value = value.checked_mul(10_000)?.checked_add(digit.into())?;
    }
    i64::try_from(if sign == 0 { value } else { -value }).ok()
}

/// What keeps a connection from being made.
fn unconnected(error: postgres::Error) -> StoreError {
    match fault(error) {
        StoreError::Other(error) => StoreError::Unreachable {
            detail: chain(error.as_ref()),
        },
        other => other,
    }
}

/// What an error of the server means to somebody who can do something about it.
pub(crate) fn fault(error: postgres::Error) -> StoreError {
    let Some(told) = error.as_db_error() else {
        if error.is_closed() || error.source().is_some_and(|s| s.is::<std::io::Error>()) {
            return StoreError::Unreachable {
                detail: chain(&error),
            };
        }
        return StoreError::Other(Box::new(error));
    };
    match told.code() {
        &SqlState::UNIQUE_VIOLATION
        | &SqlState::CHECK_VIOLATION
        | &SqlState::NOT_NULL_VIOLATION => StoreError::Constraint(constraint_name(told)),
        &SqlState::FOREIGN_KEY_VIOLATION => {
            StoreError::Constraint(constraint::REFERENCE.to_owned())
        }
        &SqlState::LOCK_NOT_AVAILABLE
        | &SqlState::T_R_SERIALIZATION_FAILURE
        | &SqlState::T_R_DEADLOCK_DETECTED
        | &SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy,
        &SqlState::DISK_FULL => StoreError::DiskFull,
        &SqlState::READ_ONLY_SQL_TRANSACTION | &SqlState::INSUFFICIENT_PRIVILEGE => {
            StoreError::Unwritable {
                path: "PostgreSQL".into(),
            }
        }
        &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => StoreError::Corrupt {
            detail: told.message().to_owned(),
        },
        &SqlState::ADMIN_SHUTDOWN
        | &SqlState::CRASH_SHUTDOWN
        | &SqlState::CANNOT_CONNECT_NOW
        | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        | &SqlState::INVALID_CATALOG_NAME
        | &SqlState::INVALID_PASSWORD
        | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => StoreError::Unreachable {
            detail: told.message().to_owned(),
        },
        _ => StoreError::Other(Box::new(error)),
    }
}

/// The name of a broken rule, the same as with the other engine where a user can cause it.
fn constraint_name(told: &postgres::error::DbError) -> String {
    match told.constraint().unwrap_or_default() {
        "account_login" => constraint::LOGIN.to_owned(),
        "entry_key_pkey" => constraint::NATURAL_KEY.to_owned(),
        "event_by_entry" | "event_pkey" => constraint::EVENT_SEQUENCE.to_owned(),
        "contribution_negated" => constraint::NEGATED_TWICE.to_owned(),
        // As the other engine says it: `table.column, table.column`, from "Key (a, b)=(…) …".
        other => columns(told).unwrap_or_else(|| other.to_owned()),
    }
}

fn columns(told: &postgres::error::DbError) -> Option<String> {
    let table = told.table()?;
    let columns = match told.column() {
        Some(column) => column,
        None => told.detail()?.split_once('(')?.1.split_once(")=")?.0,
    };
    let named: Vec<String> = columns
        .split(", ")
        .map(|column| format!("{table}.{column}"))
        .collect();
    Some(named.join(", "))
}

/// An error with its causes; the client's own texts name no password.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(weight: i16, sign: u16, digits: &[i16]) -> Vec<u8> {
        let words = [digits.len() as i16, weight, sign as i16, 0];
        let all = words.iter().chain(digits);
        all.flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_read_exactly_to_the_last_of_64_bits() {
        assert_eq!(numeric(&wire(0, 0, &[])), Some(0));
        assert_eq!(numeric(&wire(0, 0, &[42])), Some(42));
        assert_eq!(numeric(&wire(0, 0x4000, &[42])), Some(-42));
        // Trailing zeros are left out on the wire.
        assert_eq!(numeric(&wire(2, 0, &[5])), Some(500_000_000));
        let max = [922, 3372, 368, 5477, 5807];
        assert_eq!(numeric(&wire(4, 0, &max)), Some(i64::MAX));
        let min = [922, 3372, 368, 5477, 5808];
        assert_eq!(numeric(&wire(4, 0x4000, &min)), Some(i64::MIN));
        assert_eq!(numeric(&wire(4, 0, &min)), None);
        // A fraction, not a number, an end too early.
        assert_eq!(numeric(&wire(0, 0, &[1, 5000])), None);
        assert_eq!(numeric(&wire(0, 0xC000, &[])), None);
        assert_eq!(numeric(&[0, 1, 0, 0]), None);
    }
}

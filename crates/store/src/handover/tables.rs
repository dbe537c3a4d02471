//! All tables of a database, as its engine describes them.

use crate::engine::Engine;
use crate::sql::{Arg, Row, args};
use crate::{Db, StoreError};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

impl Kind {
    pub(super) fn letter(self) -> u8 {
        match self {
            Kind::Int => b'i',
            Kind::Text => b't',
            Kind::Blob => b'b',
        }
    }

    pub(super) fn of_letter(letter: u8) -> Option<Kind> {
        [Kind::Int, Kind::Text, Kind::Blob]
            .into_iter()
            .find(|kind| kind.letter() == letter)
    }

    fn of_type(name: &str) -> Result<Kind, StoreError> {
        match name {
            "INTEGER" | "bigint" => Ok(Kind::Int),
            "TEXT" | "text" => Ok(Kind::Text),
            "BLOB" | "bytea" => Ok(Kind::Blob),
            other => Err(StoreError::other(format!("a column of type {other}"))),
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The columns that its rows are handed over by.
    pub(crate) order: Vec<String>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    pub(super) fn arg(&self) -> Arg<'_> {
        match self {
            Value::Null => Arg::Null,
            Value::Int(value) => Arg::Int(*value),
            Value::Text(value) => Arg::Text(value),
            Value::Blob(value) => Arg::Blob(value),
        }
    }
}

/// Tables whose primary key is not the same on both engines, with the order of their rows.
const ORDERS: [(&str, &[&str]); 3] = [
    ("audit", &["organ_id", "audit_id"]),
    ("event", &["leaf_index"]),
    ("search_entry", &["organ_id", "entry_id"]),
];

/// Name, column, type, place in the primary key (or 0), table by table. Virtual tables and what
/// stands behind them are the full-text index.
const OF_SQLITE: &str = "SELECT m.name, c.name, c.type, c.pk
    FROM sqlite_schema m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%'
        AND (m.name = v.name OR m.name LIKE v.name || '!_%' ESCAPE '!'))
    ORDER BY m.name, c.cid";
const OF_POSTGRES: &str = "SELECT t.relname::text COLLATE \"C\", c.attname::text,
    format_type(c.atttypid, c.atttypmod),
    COALESCE(array_position(i.indkey::int2[], c.attnum) + 1, 0)
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
    AND c.attnum > 0 AND NOT c.attisdropped
    AND t.relname NOT IN ('yifa_schema', 'search_text')
    ORDER BY 1, c.attnum";

/// All tables but the full-text index, by name.
pub(crate) fn all(db: &Db) -> Result<Vec<Table>, StoreError> {
    let sql = match db.engine {
        Engine::Sqlite(_) => OF_SQLITE,
        Engine::Postgres(_) => OF_POSTGRES,
    };
    let columns = db.query(sql, &[], |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?))
    })?;
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: Vec<Vec<(i64, String)>> = Vec::new();
    for (table, name, type_name, key) in columns {
        if tables.last().is_none_or(|last| last.name != table) {
            keys.push(Vec::new());
            tables.push(Table {
                name: table,
                columns: Vec::new(),
                order: Vec::new(),
            });
        }
        if let (true, Some(keys)) = (key > 0, keys.last_mut()) {
            keys.push((key, name.clone()));
        }
        if let Some(table) = tables.last_mut() {
            let kind = Kind::of_type(&type_name)?;
            table.columns.push(Column { name, kind });
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort();
        let own = ORDERS.iter().find(|(name, _)| *name == table.name);
        table.order = match own {
            Some((_, order)) => order.iter().map(|column| (*column).to_owned()).collect(),
            None => key.into_iter().map(|(_, column)| column).collect(),
        };
    }
    Ok(tables)
}

/// Notes about the search index: they go with it, and it is made anew.
const NOTES_OF_THE_INDEX: [&str; 2] = ["searched_to", crate::search::SEARCHED_TO];

/// Whether a row is a note about what is not handed over. A note is a key and a value.
fn is_left_out(table: &Table, row: &[Value]) -> bool {
    let key = row.first();
    let key = key.filter(|_| table.name == "meta");
    matches!(key, Some(Value::Text(key)) if NOTES_OF_THE_INDEX.contains(&key.as_str()))
}

/// What is handed over: all but the search index and its queue, which are made anew.
pub(super) fn handed_over(db: &Db) -> Result<Vec<Table>, StoreError> {
    let mut tables = all(db)?;
    tables.retain(|table| !["search_entry", "search_pending"].contains(&&*table.name));
    Ok(tables)
}

/// Each row of a table in its order.
pub(super) fn visit<E: From<StoreError>>(
    db: &Db,
    table: &Table,
    mut each: impl FnMut(&[Value]) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {}",
        names(table),
        table.name,
        table.order.join(", ")
    );
    let mut values = Vec::with_capacity(table.columns.len());
    db.visit(&sql, &[], |row| {
        values.clear();
        for (at, column) in table.columns.iter().enumerate() {
            values.push(value(row, at, column.kind)?);
        }
        if is_left_out(table, &values) {
            return Ok(());
        }
        each(&values)
    })
}

fn value(row: &Row<'_>, at: usize, kind: Kind) -> Result<Value, StoreError> {
    let found = match kind {
        Kind::Int => row.int_opt(at)?.map(Value::Int),
        Kind::Text => row.text_opt(at)?.map(Value::Text),
        Kind::Blob => row.blob_opt(at)?.map(Value::Blob),
    };
    Ok(found.unwrap_or(Value::Null))
}

fn names(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    names.join(", ")
}

/// Put rows into a table, in the quickest way of the engine. `rows` is handed what takes one row.
pub(super) fn fill<E: From<StoreError>>(
    db: &Db,
    table: &Table,
    rows: impl FnOnce(&mut dyn FnMut(&[Arg<'_>]) -> Result<(), StoreError>) -> Result<(), E>,
) -> Result<(), E> {
    match &db.engine {
        Engine::Sqlite(_) => {
            let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                table.name,
                names(table),
                places.join(", ")
            );
            let mut statement = db.prepare(&sql)?;
            rows(&mut |row| statement.execute(row).map(drop))
        }
        Engine::Postgres(postgres) => {
            let sql = format!("COPY {} ({}) FROM STDIN BINARY", table.name, names(table));
            let kinds = table.columns.iter().map(|column| column.kind);
            let types: Vec<postgres::types::Type> = kinds
                .map(|kind| match kind {
                    Kind::Int => postgres::types::Type::INT8,
                    Kind::Text => postgres::types::Type::TEXT,
                    Kind::Blob => postgres::types::Type::BYTEA,
                })
                .collect();
            postgres.copy_in(&sql, &types, rows)
        }
    }
}

/// Columns that a server numbers by itself.
const IDENTITIES: &str = "SELECT t.relname::text, c.attname::text
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
    WHERE t.relnamespace = current_schema()::regnamespace AND c.attidentity <> ''
    ORDER BY 1, 2";

/// The next number that a server gives comes after those that are there.
pub(super) fn advance_identities(db: &Db) -> Result<(), StoreError> {
    let columns = db.query(IDENTITIES, &[], |row| Ok((row.text(0)?, row.text(1)?)))?;
    for (table, column) in columns {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence($1, $2), COALESCE(MAX({column}), 0) + 1, false)
             FROM {table}"
        );
        db.query_one(&sql, &args![&table, &column], |row| row.int(0))?;
    }
    Ok(())
}

/// Drop every table of ours on a server.
pub(super) fn drop_all(db: &Db) -> Result<(), StoreError> {
    let mut names: Vec<String> = all(db)?.into_iter().map(|table| table.name).collect();
    names.extend(["search_text".to_owned(), "yifa_schema".to_owned()]);
    db.batch(&format!(
        "DROP TABLE IF EXISTS {} CASCADE",
        names.join(", ")
    ))
}

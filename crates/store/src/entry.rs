//! Entries with their natural keys and counts.
//!
//! The store does not read `fields` and `history`: what is filtered or sorted, the caller also
//! writes as values ([`crate::value`]).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::sql::{Arg, Row, args};
use crate::text::SqlText;
use crate::{Db, StoreError};

/// Entries asked for at once by their ids.
pub(crate) const IDS_PER_STATEMENT: usize = 128;

/// One entry: its present state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The organ.
    pub organ_id: String,
    /// Id (UUIDv7 text: later ones sort later).
    pub entry_id: String,
    /// The ledger.
    pub ledger: String,
    /// Version of the definition it was opened under.
    pub version: String,
    /// Number for people.
    pub number: Option<String>,
    /// What lists show.
    pub title: String,
    /// Stage of the procedure, if there is one.
    pub stage: Option<String>,
    /// The section in charge.
    pub section_id: Option<String>,
    /// The office's date, ISO.
    pub happened_on: String,
    /// How many events made it.
    pub revision: u64,
    /// When it was opened.
    pub opened_at: String,
    /// When it was last changed.
    pub changed_at: String,
    /// Whether it was declared void.
    pub voided: bool,
    /// All fields, as JSON.
    pub fields: String,
    /// What the state needs to know of the past, as JSON.
    pub history: String,
    /// Hash of the content as imported, for matching rows without a key.
    pub content_hash: Option<String>,
    /// The entry's [`crate::ValueRow`]s, by [`crate::indexed_text`]: they are found from the entry by this, and
    /// need no index of their own.
    pub indexed: String,
}

/// The natural key of an entry. Sorts as its table does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyRow {
    /// The organ.
    pub organ_id: String,
    /// The ledger.
    pub ledger: String,
    /// The key, one of a kind in the ledger.
    pub natural_key: String,
    /// The entry.
    pub entry_id: String,
}

/// Primary key.
const INSERT: &str = "INSERT INTO entry (organ_id, ledger, version, stage, section_id, revision,
    opened_at, changed_at, voided, entry_id, number, title, happened_on, fields, history,
    content_hash, indexed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (organ_id, entry_id) DO NOTHING";
/// Primary key.
const OPEN: &str = "INSERT INTO entry (organ_id, ledger, version, stage, section_id, revision,
    opened_at, changed_at, voided, entry_id, number, title, happened_on, fields, history,
    content_hash, indexed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
/// Primary key. The same arguments as `INSERT`, so that the two stand side by side.
const UPDATE: &str = "UPDATE entry SET organ_id = $1, ledger = $2, version = $3, stage = $4,
    section_id = $5, revision = $6, opened_at = $7, changed_at = $8, voided = $9, entry_id = $10,
    number = $11, title = $12, happened_on = $13, fields = $14, history = $15,
    content_hash = $16, indexed = $17 WHERE organ_id = $1 AND entry_id = $10";
/// Primary key.
const COUNTED_AS: &str = "SELECT ledger, happened_on, voided FROM entry
    WHERE organ_id = $1 AND entry_id = $2";
/// Primary key.
const ADD_COUNT: &str = "INSERT INTO ledger_count (organ_id, ledger, year, open_count)
    VALUES ($1, $2, $3, $4) ON CONFLICT (organ_id, ledger, year)
    DO UPDATE SET open_count = ledger_count.open_count + excluded.open_count";
/// Primary key.
const COUNTS: &str = "SELECT year, open_count FROM ledger_count
    WHERE organ_id = $1 AND ledger = $2 AND open_count <> 0 ORDER BY year";
/// The whole table: a rebuild.
const CLEAR_COUNTS: &str = "DELETE FROM ledger_count";
/// All entries in the order of `entry_by_date`: a rebuild.
const REBUILD_COUNTS: &str = "INSERT INTO ledger_count (organ_id, ledger, year, open_count)
    SELECT organ_id, ledger, CAST(substr(happened_on, 1, 4) AS INTEGER), COUNT(*) FROM entry
    WHERE voided = 0 GROUP BY organ_id, ledger, CAST(substr(happened_on, 1, 4) AS INTEGER)";
/// The columns of [`entry`]; completed by a condition on the primary key.
const COLUMNS: &str =
    "SELECT organ_id, entry_id, ledger, version, number, title, stage, section_id,
    happened_on, revision, opened_at, changed_at, voided, fields, history, content_hash, indexed
    FROM entry WHERE organ_id = ";
/// Primary key, in its order.
pub(crate) const SCAN: &str = "SELECT organ_id, entry_id, ledger, version, number, title, stage,
    section_id, happened_on, revision, opened_at, changed_at, voided, fields, history, content_hash,
    indexed FROM entry WHERE (organ_id, entry_id) > ($1, $2) ORDER BY organ_id, entry_id LIMIT $3";
/// Index `entry_key_by_entry`.
const KEYS_OF: &str = "SELECT organ_id, ledger, natural_key, entry_id FROM entry_key
    WHERE organ_id = ";
/// Index `entry_key_by_entry`; the primary key guards the ledger.
const PUT_KEY: &str = "INSERT INTO entry_key (organ_id, ledger, natural_key, entry_id)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (organ_id, entry_id) DO UPDATE SET natural_key = excluded.natural_key";
/// Primary key.
const NEW_KEY: &str = "INSERT INTO entry_key (organ_id, ledger, natural_key, entry_id)
    VALUES ($1, $2, $3, $4)";
/// Index `entry_key_by_entry`.
const DELETE_KEY: &str = "DELETE FROM entry_key WHERE organ_id = $1 AND entry_id = $2";
/// Primary key.
const BY_KEY: &str = "SELECT entry_id FROM entry_key
    WHERE organ_id = $1 AND ledger = $2 AND natural_key = $3";
/// Index `entry_by_content`.
const BY_CONTENT: &str = "SELECT entry_id FROM entry
    WHERE organ_id = $1 AND ledger = $2 AND content_hash = $3 AND voided = 0 ORDER BY entry_id";

pub(crate) fn entry(row: &Row<'_>) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        ledger: row.text(2)?,
        version: row.text(3)?,
        number: row.text_opt(4)?,
        title: row.text(5)?,
        stage: row.text_opt(6)?,
        section_id: row.text_opt(7)?,
        happened_on: row.text(8)?,
        revision: row.natural(9)?,
        opened_at: row.text(10)?,
        changed_at: row.text(11)?,
        voided: row.flag(12)?,
        fields: row.text(13)?,
        history: row.text(14)?,
        content_hash: row.text_opt(15)?,
        indexed: row.text(16)?,
    })
}

fn columns(e: &EntryRow) -> [Arg<'_>; 17] {
    args![
        &e.organ_id,
        &e.ledger,
        &e.version,
        &e.stage,
        &e.section_id,
        e.revision,
        &e.opened_at,
        &e.changed_at,
        e.voided,
        &e.entry_id,
        &e.number,
        &e.title,
        &e.happened_on,
        &e.fields,
        &e.history,
        &e.content_hash,
        &e.indexed
    ]
}

/// Changes of `ledger_count`, gathered over a slice of entries.
#[derive(Default)]
struct Counts<'e>(BTreeMap<(&'e str, Cow<'e, str>, i64), i64>);

impl<'e> Counts<'e> {
    fn add(
        &mut self,
        organ_id: &'e str,
        ledger: impl Into<Cow<'e, str>>,
        happened_on: &str,
        voided: bool,
        n: i64,
    ) {
        if !voided {
            *self
                .0
                .entry((organ_id, ledger.into(), year(happened_on)))
                .or_default() += n;
        }
    }
}

pub(crate) fn year(date: &str) -> i64 {
    date.get(..4)
        .and_then(|year| year.parse().ok())
        .unwrap_or(0)
}

impl Db {
    /// One entry.
    pub fn entry(&self, organ_id: &str, entry_id: &str) -> Result<Option<EntryRow>, StoreError> {
        Ok(self.entries(organ_id, &[entry_id])?.pop())
    }

    /// Entries by their ids, in the order of the ids; those that do not exist are left out.
    pub fn entries<S: AsRef<str>>(
        &self,
        organ_id: &str,
        entry_ids: &[S],
    ) -> Result<Vec<EntryRow>, StoreError> {
        let mut out = Vec::with_capacity(entry_ids.len());
        for chunk in entry_ids.chunks(IDS_PER_STATEMENT) {
            let mut sql = SqlText::new(COLUMNS);
            sql.bind(organ_id).push(" AND entry_id IN (");
            sql.bind_list(chunk.iter().map(AsRef::as_ref)).push(")");
            let mut found: BTreeMap<String, EntryRow> = self
                .query(sql.text(), sql.args(), entry)?
                .into_iter()
                .map(|row| (row.entry_id.clone(), row))
                .collect();
            out.extend(chunk.iter().filter_map(|id| found.remove(id.as_ref())));
        }
        Ok(out)
    }

    /// Create entries that are not there yet; the counts of their ledgers follow.
    pub fn open_entries(&self, entries: &[EntryRow]) -> Result<(), StoreError> {
        let mut counts = Counts::default();
        for e in entries {
            counts.add(&e.organ_id, &e.ledger, &e.happened_on, e.voided, 1);
        }
        // As they come: ids count on, and grow the end of their index.
        self.insert_all(OPEN, entries.iter().map(columns))?;
        self.add_counts(&counts)
    }

    /// Create or replace entries; the counts of their ledgers follow.
    pub fn put_entries(&self, entries: &[EntryRow]) -> Result<(), StoreError> {
        let mut counts = Counts::default();
        let mut insert = self.prepare(INSERT)?;
        for e in entries {
            if insert.execute(&columns(e))? == 0 {
                let old = self.query_one(COUNTED_AS, &args![&e.organ_id, &e.entry_id], |row| {
                    Ok((row.text(0)?, row.text(1)?, row.flag(2)?))
                })?;
                if let Some((ledger, happened_on, voided)) = old {
                    counts.add(&e.organ_id, ledger, &happened_on, voided, -1);
                }
                self.execute(UPDATE, &columns(e))?;
            }
            counts.add(&e.organ_id, &e.ledger, &e.happened_on, e.voided, 1);
        }
        self.add_counts(&counts)
    }

    fn add_counts(&self, counts: &Counts<'_>) -> Result<(), StoreError> {
        let mut add = self.prepare(ADD_COUNT)?;
        for ((organ_id, ledger, year), n) in counts.0.iter().filter(|(_, n)| **n != 0) {
            add.execute(&args![*organ_id, &**ledger, *year, *n])?;
        }
        Ok(())
    }

    /// Entries of a ledger that are not void, by year.
    pub fn ledger_counts(
        &self,
        organ_id: &str,
        ledger: &str,
    ) -> Result<Vec<(u32, u64)>, StoreError> {
        self.query(COUNTS, &args![organ_id, ledger], |row| {
            Ok((row.small(0)?, row.natural(1)?))
        })
    }

    /// Count the entries of all ledgers anew.
    pub fn rebuild_counts(&self) -> Result<(), StoreError> {
        self.execute(CLEAR_COUNTS, &[])?;
        self.execute(REBUILD_COUNTS, &[]).map(drop)
    }

    /// The natural keys of several entries (at most 128).
    pub fn keys_of(&self, organ_id: &str, entry_ids: &[&str]) -> Result<Vec<KeyRow>, StoreError> {
        let mut sql = SqlText::new(KEYS_OF);
        sql.bind(organ_id).push(" AND entry_id IN (");
        sql.bind_list(entry_ids.iter().copied());
        sql.push(") ORDER BY entry_id");
        self.query(sql.text(), sql.args(), |row| {
            Ok(KeyRow {
                organ_id: row.text(0)?,
                ledger: row.text(1)?,
                natural_key: row.text(2)?,
                entry_id: row.text(3)?,
            })
        })
    }

    /// Set the natural key of entries, in place of the one before.
    /// A key of another entry gives [`crate::constraint::NATURAL_KEY`].
    pub fn put_keys(&self, keys: &[KeyRow]) -> Result<(), StoreError> {
        let mut keys: Vec<&KeyRow> = keys.iter().collect();
        keys.sort_unstable();
        let mut statement = self.prepare(PUT_KEY)?;
        for k in keys {
            statement.execute(&args![&k.organ_id, &k.ledger, &k.natural_key, &k.entry_id])?;
        }
        Ok(())
    }

    /// Set the natural key of entries that have none.
    /// A key of another entry gives [`crate::constraint::NATURAL_KEY`].
    pub fn new_keys(&self, keys: &[KeyRow]) -> Result<(), StoreError> {
        let mut keys: Vec<&KeyRow> = keys.iter().collect();
        keys.sort_unstable();
        self.insert_all(
            NEW_KEY,
            keys.into_iter()
                .map(|k| args![&k.organ_id, &k.ledger, &k.natural_key, &k.entry_id]),
        )
    }

    /// Free the natural key of an entry (it was declared void, say).
    pub fn delete_key(&self, organ_id: &str, entry_id: &str) -> Result<(), StoreError> {
        self.execute(DELETE_KEY, &args![organ_id, entry_id])
            .map(drop)
    }

    /// The id of the entry with a natural key.
    pub fn entry_by_key(
        &self,
        organ_id: &str,
        ledger: &str,
        natural_key: &str,
    ) -> Result<Option<String>, StoreError> {
        self.query_one(BY_KEY, &args![organ_id, ledger, natural_key], |row| {
            row.text(0)
        })
    }

    /// For each natural key that is taken, the id of its entry.
    pub fn entries_by_keys<S: AsRef<str>>(
        &self,
        organ_id: &str,
        ledger: &str,
        natural_keys: &[S],
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let mut out = BTreeMap::new();
        for key in natural_keys.iter().map(AsRef::as_ref) {
            if let Some(entry_id) = self.entry_by_key(organ_id, ledger, key)? {
                out.insert(key.to_owned(), entry_id);
            }
        }
        Ok(out)
    }

    /// The ids of the entries, not void, with a content; oldest first.
    pub fn entries_by_content(
        &self,
        organ_id: &str,
        ledger: &str,
        content_hash: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.query(BY_CONTENT, &args![organ_id, ledger, content_hash], |row| {
            row.text(0)
        })
    }

    /// For each content that is there, the ids of its entries, not void; oldest first.
    pub fn entries_by_contents<S: AsRef<str>>(
        &self,
        organ_id: &str,
        ledger: &str,
        content_hashes: &[S],
    ) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let mut out = BTreeMap::new();
        for hash in content_hashes.iter().map(AsRef::as_ref) {
            let ids = self.entries_by_content(organ_id, ledger, hash)?;
            if !ids.is_empty() {
                out.insert(hash.to_owned(), ids);
            }
        }
        Ok(out)
    }
}

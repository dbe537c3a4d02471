//! Entries with their indexed values, natural keys and counts.
//!
//! The store does not read `fields` and `history`: what is filtered or sorted, the caller also
//! writes as [`ValueRow`]s. They carry the entry's date: whoever changes it writes the values anew,
//! after those that its row names ([`EntryRow::indexed`]) were removed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::sql::{Arg, Row, args};
use crate::text::SqlText;
use crate::{Db, StoreError};

/// The field under which the unit of an entry is written as a [`ValueRow`], so that
/// [`crate::RowFilter::units`] finds it. An entry without it belongs to no unit.
pub const UNIT_FIELD: &str = "@unit";

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
    /// The entry's [`ValueRow`]s, by [`indexed_text`]: they are found from the entry by this, and
    /// need no index of their own.
    pub indexed: String,
}

/// One indexed value of an entry. Sorts as its table does. A void entry has none: whoever declares
/// one void removes them ([`Db::delete_values`]). The
/// entry's row names its values too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueRow {
    /// The organ.
    pub organ_id: String,
    /// The ledger.
    pub ledger: String,
    /// The field.
    pub field: String,
    /// Text that sorts as the value does; integers by [`encode_integer`].
    pub value: String,
    /// The entry's date.
    pub happened_on: String,
    /// The entry.
    pub entry_id: String,
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

/// What an entry is indexed by, as it stands in its row: `{"field":["value",…],…}`, sorted.
pub fn indexed_text<'v>(values: impl Iterator<Item = (&'v str, &'v str)>) -> String {
    let mut values: Vec<(&str, &str)> = values.collect();
    values.sort_unstable();
    values.dedup();
    // Texts by texts: there is nothing that could not be written.
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut text = String::with_capacity(256);
    for of_field in values.chunk_by(|a, b| a.0 == b.0) {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push_str(&quoted(of_field[0].0));
        for (at, (_, value)) in of_field.iter().enumerate() {
            text.push_str(if at == 0 { ":[" } else { "," });
            text.push_str(&quoted(value));
        }
        text.push(']');
    }
    text.push_str(if text.is_empty() { "{}" } else { "}" });
    text
}

/// Text of fixed width that sorts as the integers do.
pub fn encode_integer(value: i64) -> String {
    // Shifted to start at 0, so that negative numbers come first.
    format!("{:020}", (value as u64) ^ (1 << 63))
}

/// The integer of [`encode_integer`], if it is one.
pub fn decode_integer(text: &str) -> Option<i64> {
    if text.len() != 20 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((text.parse::<u64>().ok()? ^ (1 << 63)) as i64)
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
/// Primary key.
const PUT_VALUE: &str = "INSERT INTO entry_value
    (organ_id, ledger, field, value, happened_on, entry_id) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organ_id, ledger, field, value, happened_on, entry_id) DO NOTHING";
/// Index `entry_key_by_entry`.
const KEYS_OF: &str = "SELECT organ_id, ledger, natural_key, entry_id FROM entry_key
    WHERE organ_id = ";
/// Primary key of `entry`.
const INDEXED: &str = "SELECT organ_id, ledger, field, value, happened_on, entry_id
    FROM entry_indexed WHERE organ_id = $1 AND entry_id = $2 ORDER BY field, value";
/// Primary key.
const DELETE_VALUE: &str = "DELETE FROM entry_value WHERE organ_id = $1 AND ledger = $2
    AND field = $3 AND value = $4 AND happened_on = $5 AND entry_id = $6";
/// Primary key.
const HAS_VALUE: &str = "SELECT 1 FROM entry_value WHERE organ_id = $1 AND ledger = $2
    AND field = $3 AND value = $4 AND happened_on = $5 AND entry_id = $6";
/// Primary key, one step to the next value.
pub(crate) const NEXT_VALUE: &str = "SELECT value FROM entry_value
    WHERE organ_id = $1 AND ledger = $2 AND field = $3 AND value > $4 ORDER BY value LIMIT 1";
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

pub(crate) fn value(row: &Row<'_>) -> Result<ValueRow, StoreError> {
    Ok(ValueRow {
        organ_id: row.text(0)?,
        ledger: row.text(1)?,
        field: row.text(2)?,
        value: row.text(3)?,
        happened_on: row.text(4)?,
        entry_id: row.text(5)?,
    })
}

fn value_columns(v: &ValueRow) -> [Arg<'_>; 6] {
    args![
        &v.organ_id,
        &v.ledger,
        &v.field,
        &v.value,
        &v.happened_on,
        &v.entry_id
    ]
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

    /// Write indexed values; those that are there already stay.
    pub fn put_values(&self, values: &[ValueRow]) -> Result<(), StoreError> {
        // In the order of the table: neighbours fall on one page. Half the time for many rows. What
        // was sorted in parts is merged.
        let mut values: Vec<&ValueRow> = values.iter().collect();
        values.sort();
        self.insert_all(PUT_VALUE, values.into_iter().map(value_columns))
    }

    /// Remove the indexed values of an entry, before its row and they are written anew.
    pub fn delete_values(&self, organ_id: &str, entry_id: &str) -> Result<(), StoreError> {
        let mut delete = self.prepare(DELETE_VALUE)?;
        for v in self.values_named(organ_id, entry_id)? {
            delete.execute(&value_columns(&v))?;
        }
        Ok(())
    }

    /// Whether an indexed value is there.
    pub fn has_value(&self, v: &ValueRow) -> Result<bool, StoreError> {
        let found = self.query_one(HAS_VALUE, &value_columns(v), |row| row.flag(0))?;
        Ok(found == Some(true))
    }

    /// The indexed values that the row of an entry names.
    pub fn values_named(
        &self,
        organ_id: &str,
        entry_id: &str,
    ) -> Result<Vec<ValueRow>, StoreError> {
        self.query(INDEXED, &args![organ_id, entry_id], value)
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

    /// The different values of a field in their order, for the menu of a filter.
    pub fn distinct_values(
        &self,
        organ_id: &str,
        ledger: &str,
        field: &str,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let mut out: Vec<String> = Vec::new();
        while out.len() < limit {
            // The empty text sorts first and means "nothing": it is never in a menu.
            let last = out.last().map_or("", String::as_str);
            let args = args![organ_id, ledger, field, last];
            let Some(next) = self.query_one(NEXT_VALUE, &args, |row| row.text(0))? else {
                break;
            };
            out.push(next);
        }
        Ok(out)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_integers_sort_as_numbers() {
        let numbers = [
            i64::MIN,
            -10_000,
            -9,
            -1,
            0,
            1,
            9,
            10,
            10_000_000_000,
            i64::MAX,
        ];
        let texts: Vec<String> = numbers.iter().map(|n| encode_integer(*n)).collect();
        assert!(texts.is_sorted());
        assert!(texts.iter().all(|t| t.len() == 20));
        for (number, text) in numbers.iter().zip(&texts) {
            assert_eq!(decode_integer(text), Some(*number));
        }
    }

    #[test]
    fn what_is_no_encoded_integer_is_not_decoded() {
        for text in [
            "",
            "12",
            "+0000000000000000012",
            "99999999999999999999",
            "一二",
        ] {
            assert_eq!(decode_integer(text), None, "{text}");
        }
    }
}

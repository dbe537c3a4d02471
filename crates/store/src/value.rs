//! The values by which entries are filtered and sorted.
//!
//! They carry the entry's date: whoever changes it writes the values anew, after those that the
//! entry's row names ([`crate::EntryRow::indexed`]) were removed.

use std::collections::BTreeSet;

use crate::sql::{Arg, Row, args};
use crate::text::SqlText;
use crate::{Db, StoreError};

/// The field under which the unit of an entry is written as a [`ValueRow`], so that
/// [`crate::RowFilter::units`] finds it. An entry without it belongs to no unit.
pub const UNIT_FIELD: &str = "@unit";

/// Values asked for at once.
const VALUES_PER_STATEMENT: usize = 64;

/// One indexed value of an entry. Sorts as its table does. A void entry has none: whoever declares
/// one void removes them ([`Db::delete_values`]). The entry's row
/// names its values too.
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

impl ValueRow {
    /// The field that it is a value of.
    fn place(&self) -> (&str, &str, &str) {
        (&self.organ_id, &self.ledger, &self.field)
    }
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
const PUT_VALUE: &str = "INSERT INTO entry_value
    (organ_id, ledger, field, value, happened_on, entry_id) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organ_id, ledger, field, value, happened_on, entry_id) DO NOTHING";
/// Primary key of `entry`.
const INDEXED: &str = "SELECT organ_id, ledger, field, value, happened_on, entry_id
    FROM entry_indexed WHERE organ_id = $1 AND entry_id = $2 ORDER BY field, value";
/// Primary key.
const DELETE_VALUE: &str = "DELETE FROM entry_value WHERE organ_id = $1 AND ledger = $2
    AND field = $3 AND value = $4 AND happened_on = $5 AND entry_id = $6";
/// Primary key; completed by field and a list of the rest of it.
const THERE: &str = "SELECT organ_id, ledger, field, value, happened_on, entry_id FROM entry_value
    WHERE organ_id = ";
/// Primary key, one step to the next value.
pub(crate) const NEXT_VALUE: &str = "SELECT value FROM entry_value
    WHERE organ_id = $1 AND ledger = $2 AND field = $3 AND value > $4 ORDER BY value LIMIT 1";
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

impl Db {
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

    /// Which of these values are there.
    pub fn values_there<'v>(
        &self,
        values: impl IntoIterator<Item = &'v ValueRow>,
    ) -> Result<BTreeSet<ValueRow>, StoreError> {
        let mut sought: Vec<&ValueRow> = values.into_iter().collect();
        sought.sort();
        let mut there = BTreeSet::new();
        for of_field in sought.chunk_by(|a, b| a.place() == b.place()) {
            for chunk in of_field.chunks(VALUES_PER_STATEMENT) {
                let first = chunk[0];
                let mut sql = SqlText::new(THERE);
                sql.bind(&first.organ_id);
                sql.push(" AND ledger = ").bind(&first.ledger);
                sql.push(" AND field = ").bind(&first.field);
                sql.push(" AND (value, happened_on, entry_id) IN (VALUES ");
                // Rounded up with the last one, so that few different statements are prepared.
                let last = chunk[chunk.len() - 1];
                for at in 0..chunk.len().next_power_of_two() {
                    let value = chunk.get(at).copied().unwrap_or(last);
                    sql.push(if at == 0 { "(" } else { ", (" });
                    sql.bind(&value.value).push(", ");
                    sql.bind(&value.happened_on).push(", ");
                    sql.bind(&value.entry_id).push(")");
                }
                sql.push(")");
                there.extend(self.query(sql.text(), sql.args(), value)?);
            }
        }
        Ok(there)
    }

    /// The indexed values that the row of an entry names.
    pub fn values_named(
        &self,
        organ_id: &str,
        entry_id: &str,
    ) -> Result<Vec<ValueRow>, StoreError> {
        self.query(INDEXED, &args![organ_id, entry_id], value)
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

//! How many different items a period has, without reading them.
//!
//! Numbers of different items do not add up over months, but this does: how many items occur in a
//! month and did so last in which earlier one. An item counts once in a period: in the first of its
//! months in which it occurs, and that is the one before which it last occurred before the period. So
//! a period of whole months is a sum over few rows, however many items there are, and the parts of
//! months at its ends ask only for the items that occur in them.
//!
//! Items whose values also fall (those that stand until a day) are counted when they begin and end to
//! stand instead, which answers for every period that is open at its start; a mark says that there
//! are such, and for other periods they are counted one by one.
//!
//! The rows are a function of those of `rollup_item`; [`rows_of`] is that function.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::period::{FIRST_MONTH, Parts};
use crate::sql::args;
use crate::text::SqlText;
use crate::{Db, FigureQuery, RollupItemRow, StoreError};

/// Items asked for by one statement.
const ITEMS_AT_ONCE: usize = 256;
/// A line with more dimensions stands under too many combinations of them: its item is counted one
/// by one.
const DIMENSIONS_MAX: usize = 6;

/// The sums of one item, each by its dimensions and month.
pub type ItemSums<'a> = BTreeMap<(&'a str, &'a str), i64>;

/// How many items do something in a month: the key is a combination of dimensions, the month and an
/// earlier one. See [`rows_of`].
type Rows = BTreeMap<[String; 3], i64>;

/// Primary key.
const ITEMS: &str = "SELECT item, dims, month, value FROM rollup_item WHERE organ_id = ";
/// Primary key.
const PUT_ITEM: &str = "INSERT INTO rollup_item (organ_id, figure, item, dims, month, value)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, item, dims, month)
    DO UPDATE SET value = excluded.value";
/// Primary key.
const DROP_ITEM: &str = "DELETE FROM rollup_item
    WHERE organ_id = $1 AND figure = $2 AND item = $3 AND dims = $4 AND month = $5";
/// Primary key.
const ADD: &str = "INSERT INTO rollup_distinct (organ_id, figure, dims, month, previous, items)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, dims, month, previous)
    DO UPDATE SET items = rollup_distinct.items + excluded.items RETURNING items";
/// Primary key.
const DROP: &str = "DELETE FROM rollup_distinct
    WHERE organ_id = $1 AND figure = $2 AND dims = $3 AND month = $4 AND previous = $5";
/// The whole table: a rebuild.
const CLEAR: &str = "DELETE FROM rollup_distinct";
/// Primary key.
const DELETE_FIGURE: &str = "DELETE FROM rollup_distinct WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const COUNT: &str = "SELECT COALESCE(SUM(items), 0) FROM rollup_distinct
    WHERE organ_id = $1 AND figure = $2 AND dims = $3 AND month >= $4 AND month <= $5
    AND previous < $4";
/// Primary key.
const MARKS: &str = "SELECT dims FROM rollup_distinct
    WHERE organ_id = $1 AND figure = $2 AND dims IN ($3, '') AND month = ''";
/// Primary key of `contribution`, twice.
const OF_PARTS: &str = "SELECT item, dims, SUM(value) FROM (
    SELECT item, dims, value FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3 AND happened_on <= $4
    UNION ALL
    SELECT item, dims, value FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $5 AND happened_on <= $6
    ) part GROUP BY item, dims HAVING SUM(value) <> 0 ORDER BY item, dims";

/// The text of fixed dimensions, as that of all dimensions of a contribution is written.
fn text_of(dims: &BTreeMap<&str, &str>) -> String {
    // Texts by text: there is nothing that could not be written.
    serde_json::to_string(dims).unwrap_or_default()
}

/// All combinations of some of the dimensions of a line, none and all of them among them; `None`
/// where they are too many. What is no set of dimensions has none.
fn combinations(dims: &str) -> Option<Vec<String>> {
    let all: BTreeMap<String, String> = serde_json::from_str(dims).unwrap_or_default();
    if all.len() > DIMENSIONS_MAX {
        return None;
    }
    let chosen = |mask: usize| {
        let some = (0..).zip(&all).filter(|(n, _)| mask >> n & 1 == 1);
        text_of(&some.map(|(_, (d, v))| (d.as_str(), v.as_str())).collect())
    };
    Some((0..1 << all.len()).map(chosen).collect())
}

/// The combinations of the texts that were met so far.
#[derive(Default)]
struct Combinations(HashMap<String, Option<Vec<String>>>);

impl Combinations {
    fn learn(&mut self, dims: &str) {
        if !self.0.contains_key(dims) {
            self.0.insert(dims.to_owned(), combinations(dims));
        }
    }

    fn of(&self, dims: &str) -> Option<&[String]> {
        self.0.get(dims)?.as_deref()
    }
}

/// The rows by which one item is counted: combination of dimensions, month, earlier month, number.
///
/// - It occurs in `month` and did last in the earlier one (empty: never before): 1.
/// - Its values also fall, and in `month` it begins (1) or ends (−1) to stand; the earlier month is
///   empty. Then there is a mark as well, without a month.
/// - A mark without dimensions and month: it is in no count.
pub fn rows_of(sums: &ItemSums<'_>) -> Vec<([String; 3], i64)> {
    let mut known = Combinations::default();
    sums.keys().for_each(|(dims, _)| known.learn(dims));
    let mut rows = Rows::new();
    count_item(sums, &known, 1, &mut rows);
    rows.into_iter().collect()
}

fn count_item(sums: &ItemSums<'_>, known: &Combinations, sign: i64, rows: &mut Rows) {
    let mut add = |dims: &str, month: &str, previous: &str, n: i64| {
        *rows
            .entry([dims, month, previous].map(str::to_owned))
            .or_default() += n;
    };
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for (dims, _) in sums.keys() {
        match known.of(dims) {
            Some(all) => wanted.extend(all.iter().map(String::as_str)),
            None => return add("", "", "", sign),
        }
    }
    let falls = sums.values().any(|value| *value < 0);
    for only in wanted {
        let has = |dims: &str| {
            known
                .of(dims)
                .is_some_and(|all| all.iter().any(|o| o == only))
        };
        let fitting = sums.iter().filter(|((dims, _), _)| has(dims));
        if falls {
            let mut by_month: BTreeMap<&str, Vec<(&str, i64)>> = BTreeMap::new();
            for ((dims, month), value) in fitting {
                by_month.entry(*month).or_default().push((*dims, *value));
            }
            let mut standing: HashMap<&str, i128> = HashMap::new();
            let mut before = false;
            for (month, values) in by_month {
                for (dims, value) in values {
                    *standing.entry(dims).or_default() += i128::from(value);
                }
                let now = standing.values().any(|sum| *sum > 0);
                if now != before {
                    add(only, month, "", if now { sign } else { -sign });
                }
                before = now;
            }
            add(only, "", "", sign);
        } else {
            let months: BTreeSet<&str> = fitting.map(|((_, month), _)| *month).collect();
            let mut previous = "";
            for month in months {
                add(only, month, previous, sign);
                previous = month;
            }
        }
    }
}

/// An item with what it has under each dimensions and month.
struct StoredItem {
    item: String,
    dims: String,
    month: String,
    value: i64,
}

impl Db {
    /// Bring changes of items in: organ, figure, item, dimensions and month, in their order.
    pub(crate) fn add_items(&self, changes: &BTreeMap<[String; 5], i64>) -> Result<(), StoreError> {
        let changes: Vec<(&[String; 5], i64)> = changes
            .iter()
            .map(|(key, n)| (key, *n))
            .filter(|(_, n)| *n != 0)
            .collect();
        for figure in changes.chunk_by(|(a, _), (b, _)| a[..2] == b[..2]) {
            let mut known = Combinations::default();
            let mut rows = Rows::new();
            let items: Vec<_> = figure.chunk_by(|(a, _), (b, _)| a[2] == b[2]).collect();
            for some in items.chunks(ITEMS_AT_ONCE) {
                self.change_items(some, &mut known, &mut rows)?;
            }
            if let Some(([organ_id, name, ..], _)) = figure.first() {
                self.add_distinct(organ_id, name, &rows)?;
            }
        }
        Ok(())
    }

    /// Change some items of one figure; `rows` gets the difference that this makes.
    fn change_items(
        &self,
        items: &[&[(&[String; 5], i64)]],
        known: &mut Combinations,
        rows: &mut Rows,
    ) -> Result<(), StoreError> {
        let Some(([organ_id, figure, ..], _)) = items.first().and_then(|item| item.first()) else {
            return Ok(());
        };
        let names = items.iter().map(|item| item[0].0[2].as_str());
        let stored = self.items(organ_id, figure, names, None)?;
        let mut sums: HashMap<&str, ItemSums<'_>> = HashMap::new();
        for row in &stored {
            known.learn(&row.dims);
            let item = sums.entry(&row.item).or_default();
            item.insert((row.dims.as_str(), row.month.as_str()), row.value);
        }
        let (mut put, mut gone) = (Vec::new(), Vec::new());
        for item in items {
            let mut now = sums.remove(item[0].0[2].as_str()).unwrap_or_default();
            count_item(&now, known, -1, rows);
            for ([.., name, dims, month], change) in *item {
                known.learn(dims);
                let before = now.remove(&(dims.as_str(), month.as_str()));
                let value = before.unwrap_or(0).checked_add(*change);
                let value = value.ok_or_else(crate::contribution::beyond)?;
                if value == 0 {
                    gone.push([name.as_str(), dims.as_str(), month.as_str()]);
                } else {
                    now.insert((dims.as_str(), month.as_str()), value);
                    put.push((name.as_str(), dims.as_str(), month.as_str(), value));
                }
            }
            count_item(&now, known, 1, rows);
        }
        for [item, dims, month] in gone {
            self.execute(DROP_ITEM, &args![organ_id, figure, item, dims, month])?;
        }
        let put = put.into_iter();
        self.insert_all(
            PUT_ITEM,
            put.map(|(item, dims, month, value)| args![organ_id, figure, item, dims, month, value]),
        )
    }

    fn add_distinct(&self, organ_id: &str, figure: &str, rows: &Rows) -> Result<(), StoreError> {
        for ([dims, month, previous], n) in rows.iter().filter(|(_, n)| **n != 0) {
            let args = args![organ_id, figure, dims, month, previous, *n];
            let items = self.query_one(ADD, &args, |row| row.int(0))?;
            if items == Some(0) {
                self.execute(DROP, &args[..5])?;
            }
        }
        Ok(())
    }

    /// What items have, of some months or all.
    fn items<'i>(
        &self,
        organ_id: &'i str,
        figure: &'i str,
        items: impl Iterator<Item = &'i str>,
        months: Option<&'i (String, String)>,
    ) -> Result<Vec<StoredItem>, StoreError> {
        let mut sql = SqlText::new(ITEMS);
        sql.bind(organ_id).push(" AND figure = ").bind(figure);
        sql.push(" AND item IN (").bind_list(items).push(")");
        if let Some((first, last)) = months {
            sql.push(" AND month >= ").bind(first);
            sql.push(" AND month <= ").bind(last);
        }
        sql.push(" ORDER BY item, dims, month");
        self.query(sql.text(), sql.args(), |row| {
            Ok(StoredItem {
                item: row.text(0)?,
                dims: row.text(1)?,
                month: row.text(2)?,
                value: row.int(3)?,
            })
        })
    }

    /// Forget how the items of a figure are counted.
    pub(crate) fn delete_distinct(&self, organ_id: &str, figure: &str) -> Result<(), StoreError> {
        self.execute(DELETE_FIGURE, &args![organ_id, figure])
            .map(drop)
    }

    /// Count all items anew.
    pub(crate) fn rebuild_distinct(&self) -> Result<(), StoreError> {
        self.execute(CLEAR, &[])?;
        let mut counting = Counting::default();
        self.scan_rollup_items(|row| {
            if let Some((organ_id, figure, rows)) = counting.take(row) {
                self.add_distinct(&organ_id, &figure, &rows)?;
            }
            Ok::<(), StoreError>(())
        })?;
        counting.end_item();
        self.add_distinct(&counting.organ_id, &counting.figure, &counting.rows)
    }

    /// How many different items a period has, with some dimensions fixed. An item is there while
    /// the values under the same dimensions add up to more than nothing.
    pub fn figure_items(
        &self,
        query: &FigureQuery<'_>,
        only: &BTreeMap<String, String>,
    ) -> Result<u64, StoreError> {
        let texts = only.iter().map(|(d, v)| (d.as_str(), v.as_str()));
        let only = text_of(&texts.collect());
        match self.counted_items(query, &only)? {
            Some(n) => Ok(n),
            None => self.items_one_by_one(query, &only),
        }
    }

    fn items_one_by_one(&self, query: &FigureQuery<'_>, only: &str) -> Result<u64, StoreError> {
        let mut fitting = Fitting::to(only);
        let mut items = BTreeSet::new();
        for row in self.figure_distinct(query)? {
            // The same item may stand under several dimensions: it counts once.
            if fitting.has(&row.dims) {
                items.insert(row.item);
            }
        }
        Ok(items.len() as u64)
    }

    /// The number from the counts that are kept; `None` where they do not tell it.
    fn counted_items(
        &self,
        query: &FigureQuery<'_>,
        only: &str,
    ) -> Result<Option<u64>, StoreError> {
        if query.as_of.is_some() {
            return Ok(None);
        }
        let FigureQuery {
            organ_id, figure, ..
        } = *query;
        let parts = query.parts()?;
        let (first, last) = &parts.months;
        let from_the_start = first == FIRST_MONTH;
        let marks = self.query(MARKS, &args![organ_id, figure, only], |row| row.text(0))?;
        if marks.iter().any(|dims| dims.is_empty() || !from_the_start) {
            return Ok(None);
        }
        let args = args![organ_id, figure, only, first, last];
        let whole = self.query_one(COUNT, &args, |row| row.int(0))?.unwrap_or(0);
        let all = whole + self.items_of_parts(query, &parts, only)?;
        u64::try_from(all)
            .map(Some)
            .map_err(|_| StoreError::Corrupt {
                detail: format!("{all} items of {figure}"),
            })
    }

    /// What the parts of months add to the number of items of the whole months, or take from it.
    fn items_of_parts(
        &self,
        query: &FigureQuery<'_>,
        parts: &Parts,
        only: &str,
    ) -> Result<i64, StoreError> {
        let (organ_id, figure) = (query.organ_id, query.figure);
        let Parts { months, head, tail } = parts;
        if head.0 > head.1 && tail.0 > tail.1 {
            return Ok(0);
        }
        let args = args![organ_id, figure, &head.0, &head.1, &tail.0, &tail.1];
        let changes = self.query(OF_PARTS, &args, |row| {
            Ok((row.text(0)?, row.text(1)?, row.int(2)?))
        })?;
        let mut fitting = Fitting::to(only);
        let mut items: BTreeMap<&str, Vec<(&str, i64)>> = BTreeMap::new();
        for (item, dims, value) in changes.iter().filter(|(_, dims, _)| fitting.has(dims)) {
            items.entry(item).or_default().push((dims.as_str(), *value));
        }
        let names: Vec<&str> = items.keys().copied().collect();
        let mut more = 0;
        for some in names.chunks(ITEMS_AT_ONCE) {
            let stored = self.items(organ_id, figure, some.iter().copied(), Some(months))?;
            let mut sums: HashMap<&str, HashMap<&str, i128>> = HashMap::new();
            for row in stored.iter().filter(|row| fitting.has(&row.dims)) {
                let sum = sums
                    .entry(&row.item)
                    .or_default()
                    .entry(&row.dims)
                    .or_default();
                *sum += i128::from(row.value);
            }
            for item in some {
                let mut sums = sums.remove(item).unwrap_or_default();
                more -= i64::from(sums.values().any(|sum| *sum > 0));
                for (dims, value) in items.get(item).into_iter().flatten() {
                    *sums.entry(dims).or_default() += i128::from(*value);
                }
                more += i64::from(sums.values().any(|sum| *sum > 0));
            }
        }
        Ok(more)
    }
}

/// Which dimensions fit those that a question fixes; each text is read once.
struct Fitting {
    only: BTreeMap<String, String>,
    known: HashMap<String, bool>,
}

impl Fitting {
    fn to(only: &str) -> Fitting {
        Fitting {
            only: serde_json::from_str(only).unwrap_or_default(),
            known: HashMap::new(),
        }
    }

    fn has(&mut self, dims: &str) -> bool {
        if let Some(fits) = self.known.get(dims) {
            return *fits;
        }
        let all: BTreeMap<String, String> = serde_json::from_str(dims).unwrap_or_default();
        let fits = self.only.iter().all(|(d, v)| all.get(d) == Some(v));
        self.known.insert(dims.to_owned(), fits);
        fits
    }
}

/// Counting all items anew: their sums come in the order of the table.
#[derive(Default)]
struct Counting {
    organ_id: String,
    figure: String,
    item: String,
    sums: BTreeMap<(String, String), i64>,
    known: Combinations,
    rows: Rows,
}

impl Counting {
    /// Takes one sum in; gives the rows of the figure before, when it belongs to another one.
    fn take(&mut self, row: RollupItemRow) -> Option<(String, String, Rows)> {
        let other_figure = (&row.organ_id, &row.figure) != (&self.organ_id, &self.figure);
        if other_figure || row.item != self.item {
            self.end_item();
            self.item = row.item;
        }
        self.known.learn(&row.dims);
        self.sums.insert((row.dims, row.month), row.value);
        other_figure.then(|| {
            let organ_id = std::mem::replace(&mut self.organ_id, row.organ_id);
            let figure = std::mem::replace(&mut self.figure, row.figure);
            (organ_id, figure, std::mem::take(&mut self.rows))
        })
    }

    fn end_item(&mut self) {
        let sums = std::mem::take(&mut self.sums);
        let sums: ItemSums<'_> = sums.iter().map(|((d, m), v)| ((&**d, &**m), *v)).collect();
        count_item(&sums, &self.known, 1, &mut self.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(sums: &[(&str, &str, i64)]) -> Vec<String> {
        let sums = sums.iter().map(|(d, m, v)| ((*d, *m), *v)).collect();
        let line = |([dims, month, previous], n): ([String; 3], i64)| {
            format!("{dims}|{month}|{previous}|{n}")
        };
        rows_of(&sums).into_iter().map(line).collect()
    }

    #[test]
    fn an_item_is_counted_by_month_and_the_month_before_in_which_it_occurred() {
        assert_eq!(
            rows(&[("{}", "2024-01", 2), ("{}", "2024-03", 1)]),
            ["{}|2024-01||1", "{}|2024-03|2024-01|1"]
        );
    }

    #[test]
    fn it_is_counted_under_every_combination_of_its_dimensions() {
        let both = r#"{"a":"x","b":"y"}"#;
        let found = rows(&[(both, "2024-01", 1), (r#"{"a":"x"}"#, "2024-02", 1)]);
        assert_eq!(
            found,
            [
                r#"{"a":"x","b":"y"}|2024-01||1"#,
                r#"{"a":"x"}|2024-01||1"#,
                r#"{"a":"x"}|2024-02|2024-01|1"#,
                r#"{"b":"y"}|2024-01||1"#,
                "{}|2024-01||1",
                "{}|2024-02|2024-01|1",
            ]
        );
    }

    #[test]
    fn one_that_ends_is_counted_when_it_begins_and_when_it_ends_and_marked() {
        assert_eq!(
            rows(&[("{}", "2024-01", 1), ("{}", "2024-05", -1)]),
            ["{}|||1", "{}|2024-01||1", "{}|2024-05||-1"]
        );
    }

    #[test]
    fn one_of_too_many_dimensions_is_only_marked() {
        let dims: BTreeMap<String, &str> =
            (0..=DIMENSIONS_MAX).map(|n| (n.to_string(), "x")).collect();
        let dims = serde_json::to_string(&dims).unwrap();
        assert_eq!(rows(&[(&dims, "2024-01", 1)]), ["|||1"]);
    }
}

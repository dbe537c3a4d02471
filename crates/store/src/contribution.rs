//! Contributions of events to figures, with their roll-ups by month and by day.
//!
//! Contributions are appended. A correction appends a negation: it repeats figure, date, dimensions
//! and item of the one it takes back, with the opposite value, and names it. Roll-ups follow in the
//! same call and are always what [`Db::rebuild_rollups`] would make of the contributions.

use std::collections::{BTreeMap, HashMap};

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// What one event adds to one figure. Sorts as its table does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContributionRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// The date it counts under, ISO.
    pub happened_on: String,
    /// The event's position in the log.
    pub leaf_index: u64,
    /// Number within the event and figure.
    pub ordinal: u32,
    /// The ledger.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
    /// How much.
    pub value: i64,
    /// Dimensions, in one canonical text; empty when there are none.
    pub dims: String,
    /// What is counted once (*distinct*) or kept last (*latest*); empty when there is nothing such.
    pub item: String,
    /// Whether the figure counts different items (*distinct*): an item is there while the values
    /// under it add up to more than zero.
    pub distinct: bool,
    /// The leaf of the contribution that this one takes back.
    pub negates_leaf: Option<u64>,
    /// Its number within event and figure.
    pub negates_ordinal: Option<u32>,
}

impl ContributionRow {
    /// +1, or −1 for a negation.
    fn count(&self) -> i64 {
        if self.negates_leaf.is_some() { -1 } else { 1 }
    }
}

/// Primary key; `contribution_negated` guards against a second negation.
const PUT: &str = "INSERT INTO contribution (organ_id, figure, happened_on, leaf_index, ordinal,
    ledger, entry_id, value, dims, item, counts_items, negates_leaf, negates_ordinal)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
/// Primary key.
const ADD_ROLLUP: &str = "INSERT INTO rollup (organ_id, figure, month, dims, value, entries)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, month, dims)
    DO UPDATE SET value = rollup.value + excluded.value,
    entries = rollup.entries + excluded.entries";
/// Primary key.
const ADD_DAY: &str = "INSERT INTO rollup_day (organ_id, figure, day, dims, value, entries)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, day, dims)
    DO UPDATE SET value = rollup_day.value + excluded.value,
    entries = rollup_day.entries + excluded.entries";
/// Primary key.
const ADD_ITEM: &str = "INSERT INTO rollup_item (organ_id, figure, month, dims, item, value)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, month, dims, item)
    DO UPDATE SET value = rollup_item.value + excluded.value RETURNING value";
/// Primary key.
const DROP_ITEM: &str = "DELETE FROM rollup_item
    WHERE organ_id = $1 AND figure = $2 AND month = $3 AND dims = $4 AND item = $5";
/// Index `event_by_entry`, then `contribution_by_leaf`.
const OF_ENTRY: &str = "SELECT c.organ_id, c.figure, c.happened_on, c.leaf_index, c.ordinal,
    c.ledger, c.entry_id, c.value, c.dims, c.item, c.counts_items, c.negates_leaf,
    c.negates_ordinal
    FROM event v JOIN contribution c ON c.leaf_index = v.leaf_index AND c.organ_id = v.organ_id
    WHERE v.organ_id = $1 AND v.entry_id = $2 ORDER BY c.leaf_index, c.figure, c.ordinal";
/// Index `contribution_by_leaf`.
pub(crate) const FROM_LEAF: &str = "SELECT organ_id, figure, happened_on, leaf_index, ordinal,
    ledger, entry_id, value, dims, item, counts_items, negates_leaf, negates_ordinal
    FROM contribution WHERE (leaf_index, ordinal, organ_id, figure, happened_on)
    > ($1, $2, $3, $4, $5)
    ORDER BY leaf_index, ordinal, organ_id, figure, happened_on LIMIT $6";
/// Primary key.
const DELETE_FIGURE: &str = "DELETE FROM contribution WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_ROLLUP: &str = "DELETE FROM rollup WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_DAYS: &str = "DELETE FROM rollup_day WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_ITEMS: &str = "DELETE FROM rollup_item WHERE organ_id = $1 AND figure = $2";
/// The whole table: a rebuild.
const CLEAR_ROLLUP: &str = "DELETE FROM rollup";
/// The whole table: a rebuild.
const CLEAR_DAYS: &str = "DELETE FROM rollup_day";
/// The whole table: a rebuild.
const CLEAR_ITEMS: &str = "DELETE FROM rollup_item";
/// The whole table in the order of its primary key: a rebuild.
const REBUILD_ROLLUP: &str = "INSERT INTO rollup (organ_id, figure, month, dims, value, entries)
    SELECT organ_id, figure, substr(happened_on, 1, 7), dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
    FROM contribution GROUP BY organ_id, figure, substr(happened_on, 1, 7), dims";
/// The whole table in the order of its primary key: a rebuild.
const REBUILD_DAYS: &str = "INSERT INTO rollup_day (organ_id, figure, day, dims, value, entries)
    SELECT organ_id, figure, happened_on, dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
    FROM contribution GROUP BY organ_id, figure, happened_on, dims";
/// The whole table in the order of its primary key: a rebuild.
const REBUILD_ITEMS: &str = "INSERT INTO rollup_item (organ_id, figure, month, dims, item, value)
    SELECT organ_id, figure, substr(happened_on, 1, 7), dims, item,
    SUM(value)
    FROM contribution WHERE counts_items = 1
    GROUP BY organ_id, figure, substr(happened_on, 1, 7), dims, item
    HAVING SUM(value) <> 0";

pub(crate) fn contribution(row: &Row<'_>) -> Result<ContributionRow, StoreError> {
    Ok(ContributionRow {
        organ_id: row.text(0)?,
        figure: row.text(1)?,
        happened_on: row.text(2)?,
        leaf_index: row.natural(3)?,
        ordinal: row.small(4)?,
        ledger: row.text(5)?,
        entry_id: row.text(6)?,
        value: row.int(7)?,
        dims: row.text(8)?,
        item: row.text(9)?,
        distinct: row.flag(10)?,
        negates_leaf: row.natural_opt(11)?,
        negates_ordinal: row.small_opt(12)?,
    })
}

/// What contributions add to the roll-ups: gathered over any number of them, written once.
#[derive(Debug, Default)]
pub struct Sums {
    /// Value and number of lines by organ, figure, day and dimensions.
    days: BTreeMap<[String; 4], (i64, i64)>,
    /// Value by organ, figure, month, dimensions and item.
    items: BTreeMap<[String; 5], i64>,
}

fn month_of(day: &str) -> &str {
    day.get(..7).unwrap_or(day)
}

fn beyond() -> StoreError {
    StoreError::other("a sum is beyond 64 bits")
}

impl Sums {
    /// Add contributions.
    pub fn take(&mut self, rows: &[ContributionRow]) -> Result<(), StoreError> {
        // Gathered without copying their names: many lines come to few sums.
        let mut days: HashMap<[&str; 4], (i64, i64)> = HashMap::new();
        let mut items: HashMap<[&str; 5], i64> = HashMap::new();
        for r in rows {
            let (organ, figure, day) = (&*r.organ_id, &*r.figure, &*r.happened_on);
            if r.distinct {
                let place = [organ, figure, month_of(day), &r.dims, &r.item];
                let sum = items.entry(place).or_default();
                *sum = sum.checked_add(r.value).ok_or_else(beyond)?;
            }
            let sum = days.entry([organ, figure, day, &r.dims]).or_default();
            sum.0 = sum.0.checked_add(r.value).ok_or_else(beyond)?;
            sum.1 += r.count();
        }
        for (place, sum) in days {
            self.add_day(place.map(str::to_owned), sum)?;
        }
        for (place, sum) in items {
            self.add_item(place.map(str::to_owned), sum)?;
        }
        Ok(())
    }

    /// Add what other contributions add up to.
    pub fn merge(&mut self, other: Sums) -> Result<(), StoreError> {
        for (place, sum) in other.days {
            self.add_day(place, sum)?;
        }
        for (place, sum) in other.items {
            self.add_item(place, sum)?;
        }
        Ok(())
    }

    fn add_day(&mut self, place: [String; 4], by: (i64, i64)) -> Result<(), StoreError> {
        let sum = self.days.entry(place).or_default();
        sum.0 = sum.0.checked_add(by.0).ok_or_else(beyond)?;
        sum.1 += by.1;
        Ok(())
    }

    fn add_item(&mut self, place: [String; 5], by: i64) -> Result<(), StoreError> {
        let sum = self.items.entry(place).or_default();
        *sum = sum.checked_add(by).ok_or_else(beyond)?;
        Ok(())
    }

    /// By organ, figure, month and dimensions.
    fn months(&self) -> Result<BTreeMap<[&str; 4], (i64, i64)>, StoreError> {
        let mut months: BTreeMap<[&str; 4], (i64, i64)> = BTreeMap::new();
        for ([organ, figure, day, dims], (value, lines)) in &self.days {
            let sum = months
                .entry([organ, figure, month_of(day), dims])
                .or_default();
            sum.0 = sum.0.checked_add(*value).ok_or_else(beyond)?;
            sum.1 += lines;
        }
        Ok(months)
    }
}

impl Db {
    /// Append contributions; the roll-ups follow.
    pub fn put_contributions(&self, rows: &[ContributionRow]) -> Result<(), StoreError> {
        let mut sums = Sums::default();
        sums.take(rows)?;
        self.put_lines(rows)?;
        self.add_sums(&sums)
    }

    /// Append contributions without their roll-ups: the caller adds them up and calls
    /// [`Db::add_sums`] in the same transaction.
    pub fn put_lines(&self, rows: &[ContributionRow]) -> Result<(), StoreError> {
        let mut sorted: Vec<&ContributionRow> = rows.iter().collect();
        // What was sorted in parts is merged.
        sorted.sort();
        self.insert_all(
            PUT,
            sorted.into_iter().map(|r| {
                args![
                    &r.organ_id,
                    &r.figure,
                    &r.happened_on,
                    r.leaf_index,
                    r.ordinal,
                    &r.ledger,
                    &r.entry_id,
                    r.value,
                    &r.dims,
                    &r.item,
                    r.distinct,
                    r.negates_leaf,
                    r.negates_ordinal
                ]
            }),
        )
    }

    /// Add what contributions add up to.
    pub fn add_sums(&self, sums: &Sums) -> Result<(), StoreError> {
        let mut statement = self.prepare(ADD_ROLLUP)?;
        for ([organ_id, figure, month, dims], (value, entries)) in sums.months()? {
            statement.execute(&args![organ_id, figure, month, dims, value, entries])?;
        }
        let mut statement = self.prepare(ADD_DAY)?;
        for ([organ_id, figure, day, dims], (value, entries)) in &sums.days {
            statement.execute(&args![organ_id, figure, day, dims, *value, *entries])?;
        }
        for ([organ_id, figure, month, dims, item], n) in
            sums.items.iter().filter(|(_, n)| **n != 0)
        {
            let args = args![organ_id, figure, month, dims, item, *n];
            let value = self.query_one(ADD_ITEM, &args, |row| row.int(0))?;
            if value == Some(0) {
                self.execute(DROP_ITEM, &args[..5])?;
            }
        }
        Ok(())
    }

    /// What the events of an entry contributed, in log order.
    pub fn contributions_of(
        &self,
        organ_id: &str,
        entry_id: &str,
    ) -> Result<Vec<ContributionRow>, StoreError> {
        self.query(OF_ENTRY, &args![organ_id, entry_id], contribution)
    }

    /// Forget the contributions to a figure with their roll-ups, before they are derived anew from
    /// the events (the figure is new, or its definition was wrong).
    pub fn delete_figure(&self, organ_id: &str, figure: &str) -> Result<(), StoreError> {
        for sql in [DELETE_FIGURE, DELETE_ROLLUP, DELETE_DAYS, DELETE_ITEMS] {
            self.execute(sql, &args![organ_id, figure])?;
        }
        Ok(())
    }

    /// Make all roll-ups anew from the contributions.
    pub fn rebuild_rollups(&self) -> Result<(), StoreError> {
        for sql in [
            CLEAR_ROLLUP,
            CLEAR_DAYS,
            CLEAR_ITEMS,
            REBUILD_ROLLUP,
            REBUILD_DAYS,
            REBUILD_ITEMS,
        ] {
            self.execute(sql, &[])?;
        }
        Ok(())
    }
}

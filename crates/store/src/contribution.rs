//! Contributions of events to figures, with their roll-ups by year, by month and by day.
//!
//! Contributions are appended. A correction appends a negation: it repeats figure, date, dimensions
//! and item of the one it takes back, with the opposite value, and names it. Roll-ups follow in the
//! same call and are always what [`Db::rebuild_rollups`] would make of the contributions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::entry::IDS_PER_STATEMENT;
use crate::sql::{Row, args};
use crate::text::SqlText;
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
const PUT: &str = "INSERT INTO contribution (organ_id, figure, ledger, counts_items, item, dims,
    happened_on, leaf_index, ordinal, entry_id, value, negates_leaf, negates_ordinal)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
/// Primary key.
const ADD_ROLLUP: &str = "INSERT INTO rollup (organ_id, figure, month, dims, value, entries)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, month, dims)
    DO UPDATE SET value = rollup.value + excluded.value,
    entries = rollup.entries + excluded.entries";
/// Primary key.
const ADD_YEAR: &str = "INSERT INTO rollup_year (organ_id, figure, year, dims, value, entries)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, year, dims)
    DO UPDATE SET value = rollup_year.value + excluded.value,
    entries = rollup_year.entries + excluded.entries";
/// Primary key.
const ADD_DAY: &str = "INSERT INTO rollup_day (organ_id, figure, day, dims, value, entries)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, figure, day, dims)
    DO UPDATE SET value = rollup_day.value + excluded.value,
    entries = rollup_day.entries + excluded.entries";
/// Index `event_by_entry`, then the primary key.
const OF_ENTRY: &str = "SELECT c.organ_id, c.figure, c.happened_on, c.leaf_index, c.ordinal,
    c.ledger, c.entry_id, c.value, c.dims, c.item, c.counts_items, c.negates_leaf,
    c.negates_ordinal
    FROM event v JOIN contribution c ON c.organ_id = v.organ_id AND c.figure = $3
    AND c.happened_on = $4 AND c.leaf_index = v.leaf_index
    WHERE v.organ_id = $1 AND v.entry_id = $2 ORDER BY c.leaf_index, c.ordinal";
/// Primary key.
const AT: &str = "SELECT organ_id, figure, happened_on, leaf_index, ordinal, ledger, entry_id,
    value, dims, item, counts_items, negates_leaf, negates_ordinal FROM contribution
    WHERE organ_id = ";
/// Primary key, in its order.
pub(crate) const SCAN: &str = "SELECT organ_id, figure, happened_on, leaf_index, ordinal,
    ledger, entry_id, value, dims, item, counts_items, negates_leaf, negates_ordinal
    FROM contribution WHERE (organ_id, figure, happened_on, leaf_index, ordinal)
    > ($1, $2, $3, $4, $5)
    ORDER BY organ_id, figure, happened_on, leaf_index, ordinal LIMIT $6";
/// Primary key.
const DELETE_FIGURE: &str = "DELETE FROM contribution WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_ROLLUP: &str = "DELETE FROM rollup WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_YEARS: &str = "DELETE FROM rollup_year WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_DAYS: &str = "DELETE FROM rollup_day WHERE organ_id = $1 AND figure = $2";
/// Primary key.
const DELETE_ITEMS: &str = "DELETE FROM rollup_item WHERE organ_id = $1 AND figure = $2";
/// The whole table: a rebuild.
const CLEAR_ROLLUP: &str = "DELETE FROM rollup";
/// The whole table: a rebuild.
const CLEAR_YEARS: &str = "DELETE FROM rollup_year";
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
const REBUILD_YEARS: &str = "INSERT INTO rollup_year (organ_id, figure, year, dims, value, entries)
    SELECT organ_id, figure, substr(happened_on, 1, 4), dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
    FROM contribution GROUP BY organ_id, figure, substr(happened_on, 1, 4), dims";
/// The whole table in the order of its primary key: a rebuild.
const REBUILD_DAYS: &str = "INSERT INTO rollup_day (organ_id, figure, day, dims, value, entries)
    SELECT organ_id, figure, happened_on, dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
    FROM contribution GROUP BY organ_id, figure, happened_on, dims";
/// The whole table in the order of its primary key: a rebuild.
const REBUILD_ITEMS: &str = "INSERT INTO rollup_item (organ_id, figure, item, dims, month, value)
    SELECT organ_id, figure, item, dims, substr(happened_on, 1, 7), SUM(value)
    FROM contribution WHERE counts_items = 1
    GROUP BY organ_id, figure, item, dims, substr(happened_on, 1, 7)
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
    /// Value by organ, figure, item, dimensions and month.
    items: BTreeMap<[String; 5], i64>,
}

fn month_of(day: &str) -> &str {
    day.get(..7).unwrap_or(day)
}

pub(crate) fn beyond() -> StoreError {
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
                let place = [organ, figure, &*r.item, &*r.dims, month_of(day)];
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

    /// By organ, figure, the first so many letters of the day (`YYYY-MM`, `YYYY`) and dimensions.
    fn by(&self, letters: usize) -> Result<BTreeMap<[&str; 4], (i64, i64)>, StoreError> {
        let mut sums: BTreeMap<[&str; 4], (i64, i64)> = BTreeMap::new();
        for ([organ, figure, day, dims], (value, lines)) in &self.days {
            let part = day.get(..letters).unwrap_or(day);
            let sum = sums.entry([organ, figure, part, dims]).or_default();
            sum.0 = sum.0.checked_add(*value).ok_or_else(beyond)?;
            sum.1 += lines;
        }
        Ok(sums)
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
                    &r.ledger,
                    r.distinct,
                    &r.item,
                    &r.dims,
                    &r.happened_on,
                    r.leaf_index,
                    r.ordinal,
                    &r.entry_id,
                    r.value,
                    r.negates_leaf,
                    r.negates_ordinal
                ]
            }),
        )
    }

    /// Add what contributions add up to.
    pub fn add_sums(&self, sums: &Sums) -> Result<(), StoreError> {
        for (sql, letters) in [(ADD_YEAR, "YYYY".len()), (ADD_ROLLUP, "YYYY-MM".len())] {
            let mut statement = self.prepare(sql)?;
            for ([organ_id, figure, part, dims], (value, entries)) in sums.by(letters)? {
                statement.execute(&args![organ_id, figure, part, dims, value, entries])?;
            }
        }
        let mut statement = self.prepare(ADD_DAY)?;
        for ([organ_id, figure, day, dims], (value, entries)) in &sums.days {
            statement.execute(&args![organ_id, figure, day, dims, *value, *entries])?;
        }
        self.add_items(&sums.items)
    }

    /// What the events of an entry contributed to figures, each at a day: in log order for each of
    /// them. Whoever asks knows the days from the state of the entry.
    pub fn contributions_of(
        &self,
        organ_id: &str,
        entry_id: &str,
        places: &BTreeSet<(String, String)>,
    ) -> Result<Vec<ContributionRow>, StoreError> {
        let mut rows = Vec::new();
        for (figure, day) in places {
            let args = args![organ_id, entry_id, figure, day];
            rows.extend(self.query(OF_ENTRY, &args, contribution)?);
        }
        Ok(rows)
    }

    /// What events at some places of the log contributed to a figure at a day.
    pub fn contributions_at(
        &self,
        organ_id: &str,
        (figure, day): (&str, &str),
        leaves: &[u64],
    ) -> Result<Vec<ContributionRow>, StoreError> {
        let mut rows = Vec::new();
        for chunk in leaves.chunks(IDS_PER_STATEMENT) {
            let mut sql = SqlText::new(AT);
            sql.bind(organ_id).push(" AND figure = ").bind(figure);
            sql.push(" AND happened_on = ").bind(day);
            sql.push(" AND leaf_index IN (");
            sql.bind_numbers(chunk).push(")");
            rows.extend(self.query(sql.text(), sql.args(), contribution)?);
        }
        Ok(rows)
    }

    /// Forget the contributions to a figure with their roll-ups, before they are derived anew from
    /// the events (the figure is new, or its definition was wrong).
    pub fn delete_figure(&self, organ_id: &str, figure: &str) -> Result<(), StoreError> {
        for sql in [
            DELETE_FIGURE,
            DELETE_ROLLUP,
            DELETE_YEARS,
            DELETE_DAYS,
            DELETE_ITEMS,
        ] {
            self.execute(sql, &args![organ_id, figure])?;
        }
        self.delete_distinct(organ_id, figure)
    }

    /// Make all roll-ups anew from the contributions.
    pub fn rebuild_rollups(&self) -> Result<(), StoreError> {
        for sql in [
            CLEAR_ROLLUP,
            CLEAR_YEARS,
            CLEAR_DAYS,
            CLEAR_ITEMS,
            REBUILD_ROLLUP,
            REBUILD_YEARS,
            REBUILD_DAYS,
            REBUILD_ITEMS,
        ] {
            self.execute(sql, &[])?;
        }
        self.rebuild_distinct()
    }
}

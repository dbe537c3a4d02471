//! Figures: what the contributions of a period come to.
//!
//! Whole years are read from the roll-ups by year, whole months from those by month, parts of months
//! from those by day, and where different items are named, from the contributions (their number:
//! [`crate::distinct`]). A question "as of" an earlier size of the log reads contributions alone:
//! slower, and rarely asked.

use std::collections::{HashMap, HashSet};

use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{ContributionRow, Count, Db, RowFilter, StoreError};

/// A figure and the period asked for.
#[derive(Clone, Copy, Debug)]
pub struct FigureQuery<'a> {
    /// The organ.
    pub organ_id: &'a str,
    /// The figure.
    pub figure: &'a str,
    /// First day, ISO; open when absent.
    pub from: Option<&'a str>,
    /// Last day, ISO; open when absent.
    pub to: Option<&'a str>,
    /// Count only the first so many leaves of the log.
    pub as_of: Option<u64>,
}

/// The sum of a period under one combination of dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumRow {
    /// The dimensions.
    pub dims: String,
    /// The sum.
    pub value: i64,
    /// How many contributions stand behind it, less those taken back.
    pub entries: i64,
}

/// The sum of a month under one combination of dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthRow {
    /// `YYYY-MM`.
    pub month: String,
    /// The dimensions.
    pub dims: String,
    /// The sum.
    pub value: i64,
    /// How many contributions stand behind it, less those taken back.
    pub entries: i64,
}

/// An item that occurs in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinctRow {
    /// The dimensions.
    pub dims: String,
    /// The item.
    pub item: String,
}

/// The last state of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatestRow {
    /// The item.
    pub item: String,
    /// The dimensions it had last.
    pub dims: String,
    /// The value it had last.
    pub value: i64,
    /// Since when.
    pub happened_on: String,
    /// The entry that says so.
    pub entry_id: String,
    /// The event's position in the log.
    pub leaf_index: u64,
    /// Number within event and figure.
    pub ordinal: u32,
}

/// Which lines of a figure are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listed<'a> {
    /// The combinations of dimensions wanted; all when absent.
    pub dims: Option<&'a [String]>,
    /// Of a figure whose entries come to an end: only those that have not by the last day. Lines
    /// that end something have values below nought.
    pub standing: bool,
}

/// One contribution that still counts, with the entry it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureEntry {
    /// The date it counts under.
    pub happened_on: String,
    /// The event's position in the log.
    pub leaf_index: u64,
    /// Number within event and figure.
    pub ordinal: u32,
    /// The ledger.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
    /// How much.
    pub value: i64,
    /// The dimensions.
    pub dims: String,
    /// The item, if any.
    pub item: String,
    /// The entry's title.
    pub title: String,
    /// The entry's number.
    pub number: Option<String>,
}

/// Where the next page of [`Db::figure_entries`] begins: after this contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureCursor {
    /// Its date.
    pub happened_on: String,
    /// Its position in the log.
    pub leaf_index: u64,
    /// Its number within event and figure.
    pub ordinal: u32,
}

impl LatestRow {
    /// Its place in the order of lines: by date, then as in the log.
    pub fn place(&self) -> (&str, u64, u32) {
        (&self.happened_on, self.leaf_index, self.ordinal)
    }
}

impl FigureCursor {
    /// Its place in the order of lines.
    pub fn place(&self) -> (&str, u64, u32) {
        (&self.happened_on, self.leaf_index, self.ordinal)
    }
}

impl FigureEntry {
    /// The cursor that continues after this one.
    pub fn cursor(&self) -> FigureCursor {
        FigureCursor {
            happened_on: self.happened_on.clone(),
            leaf_index: self.leaf_index,
            ordinal: self.ordinal,
        }
    }
}

/// Primary key of `rollup_year`.
const SUM_OF_YEAR: &str = "SELECT dims, value, entries FROM rollup_year
    WHERE organ_id = $1 AND figure = $2 AND year = $3 AND (value <> 0 OR entries <> 0)
    ORDER BY dims";
/// Around the roll-ups that a period is made of: see [`Db::figure_sum`].
const SUM: [&str; 2] = [
    "SELECT dims, SUM(value), SUM(entries) FROM (",
    ") part GROUP BY dims HAVING SUM(value) <> 0 OR SUM(entries) <> 0 ORDER BY dims",
];
/// Primary keys of `rollup_year`, `rollup`, `rollup_day`: each between two ends.
const SUM_PARTS: [[&str; 2]; 3] = [
    [
        "SELECT dims, value, entries FROM rollup_year WHERE organ_id = $1 AND figure = $2
    AND year >= ",
        " AND year <= ",
    ],
    [
        "SELECT dims, value, entries FROM rollup WHERE organ_id = $1 AND figure = $2
    AND month >= ",
        " AND month <= ",
    ],
    [
        "SELECT dims, value, entries FROM rollup_day WHERE organ_id = $1 AND figure = $2
    AND day >= ",
        " AND day <= ",
    ],
];
/// Primary key of `contribution`.
const SUM_AS_OF: &str = "SELECT dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END) FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3 AND happened_on <= $4
    AND leaf_index < $5 GROUP BY dims HAVING SUM(value) <> 0
    OR SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END) <> 0 ORDER BY dims";
/// Primary keys of `rollup` and (twice, the parts of months) of `rollup_day`.
const MONTHS: &str = "SELECT month, dims, SUM(value), SUM(entries) FROM (
    SELECT month, dims, value, entries FROM rollup
    WHERE organ_id = $1 AND figure = $2 AND month >= $3 AND month <= $4
    UNION ALL
    SELECT substr(day, 1, 7), dims, value, entries FROM rollup_day
    WHERE organ_id = $1 AND figure = $2 AND day >= $5 AND day <= $6
    UNION ALL
    SELECT substr(day, 1, 7), dims, value, entries FROM rollup_day
    WHERE organ_id = $1 AND figure = $2 AND day >= $7 AND day <= $8
    ) part GROUP BY month, dims HAVING SUM(value) <> 0 OR SUM(entries) <> 0
    ORDER BY month, dims";
/// Primary key of `contribution`.
const MONTHS_AS_OF: &str = "SELECT substr(happened_on, 1, 7), dims, SUM(value),
    SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END) FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3 AND happened_on <= $4
    AND leaf_index < $5 GROUP BY substr(happened_on, 1, 7), dims HAVING SUM(value) <> 0
    OR SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END) <> 0
    ORDER BY substr(happened_on, 1, 7), dims";
/// Primary keys of `rollup_item` and (twice, the parts of months) of `contribution`.
const DISTINCT: &str = "SELECT dims, item FROM (
    SELECT dims, item, value AS n FROM rollup_item
    WHERE organ_id = $1 AND figure = $2 AND month >= $3 AND month <= $4
    UNION ALL
    SELECT dims, item, value FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $5 AND happened_on <= $6
    UNION ALL
    SELECT dims, item, value FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $7 AND happened_on <= $8
    ) part GROUP BY dims, item HAVING SUM(n) > 0 ORDER BY dims, item";
/// Primary key of `contribution`.
const DISTINCT_AS_OF: &str = "SELECT dims, item FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3 AND happened_on <= $4
    AND leaf_index < $5 GROUP BY dims, item
    HAVING SUM(value) > 0 ORDER BY dims, item";
/// Primary key of `contribution`, in its order.
const LINES: &str = "SELECT item, dims, value, happened_on, entry_id, leaf_index, ordinal,
    negates_leaf, negates_ordinal FROM contribution
    WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3 AND happened_on <= $4
    AND leaf_index < $5 ORDER BY happened_on, leaf_index, ordinal";
/// Primary key of `contribution`.
const SINCE: &str = "SELECT organ_id, figure, happened_on, leaf_index, ordinal,
    ledger, entry_id, value, dims, item, counts_items, negates_leaf, negates_ordinal
    FROM contribution WHERE organ_id = $1 AND figure = $2 AND happened_on >= $3
    AND happened_on <= $4 AND leaf_index >= $5 ORDER BY leaf_index, ordinal";
/// What still counts: primary key of `contribution`, `contribution_negated`, `contribution_ended`,
/// primary key of `entry`.
const ENTRIES: &str =
    "SELECT c.happened_on, c.leaf_index, c.ordinal, c.ledger, c.entry_id, c.value,
    c.dims, c.item, e.title, e.number
    FROM contribution c JOIN entry e ON e.organ_id = c.organ_id AND e.entry_id = c.entry_id
    WHERE c.organ_id = ";

fn sum_row(row: &Row<'_>) -> Result<SumRow, StoreError> {
    Ok(SumRow {
        dims: row.text(0)?,
        value: row.int(1)?,
        entries: row.int(2)?,
    })
}

fn month_row(row: &Row<'_>) -> Result<MonthRow, StoreError> {
    Ok(MonthRow {
        month: row.text(0)?,
        dims: row.text(1)?,
        value: row.int(2)?,
        entries: row.int(3)?,
    })
}

fn distinct_row(row: &Row<'_>) -> Result<DistinctRow, StoreError> {
    Ok(DistinctRow {
        dims: row.text(0)?,
        item: row.text(1)?,
    })
}

fn figure_entry(row: &Row<'_>) -> Result<FigureEntry, StoreError> {
    Ok(FigureEntry {
        happened_on: row.text(0)?,
        leaf_index: row.natural(1)?,
        ordinal: row.small(2)?,
        ledger: row.text(3)?,
        entry_id: row.text(4)?,
        value: row.int(5)?,
        dims: row.text(6)?,
        item: row.text(7)?,
        title: row.text(8)?,
        number: row.text_opt(9)?,
    })
}

impl Db {
    /// Sums per combination of dimensions.
    pub fn figure_sum(&self, query: &FigureQuery<'_>) -> Result<Vec<SumRow>, StoreError> {
        let FigureQuery {
            organ_id, figure, ..
        } = *query;
        let parts = query.parts()?;
        if let Some(leaves) = query.as_of {
            let (from, to) = query.days();
            let args = args![organ_id, figure, from, to, leaves];
            return self.query(SUM_AS_OF, &args, sum_row);
        }
        let parts = parts.with_years();
        let [years, months, days] = &parts;
        if let ([(first, last)], [], []) = (&years[..], &months[..], &days[..])
            && first == last
        {
            return self.query(SUM_OF_YEAR, &args![organ_id, figure, first], sum_row);
        }
        let mut sql = SqlText::new(SUM[0]);
        sql.args_of_start(&args![organ_id, figure]);
        let mut is_first = true;
        for ([start, middle], spans) in SUM_PARTS.iter().zip([years, months, days]) {
            for (from, to) in spans {
                sql.push(if is_first { "" } else { " UNION ALL " });
                is_first = false;
                sql.push(start).bind(from).push(middle).bind(to);
            }
        }
        if is_first {
            return Ok(Vec::new());
        }
        sql.push(SUM[1]);
        self.query(sql.text(), sql.args(), sum_row)
    }

    /// Sums per month and combination of dimensions.
    pub fn figure_months(&self, query: &FigureQuery<'_>) -> Result<Vec<MonthRow>, StoreError> {
        self.by_parts(query, MONTHS, MONTHS_AS_OF, month_row)
    }

    /// The different items per combination of dimensions.
    pub fn figure_distinct(&self, query: &FigureQuery<'_>) -> Result<Vec<DistinctRow>, StoreError> {
        self.by_parts(query, DISTINCT, DISTINCT_AS_OF, distinct_row)
    }

    fn by_parts<T>(
        &self,
        query: &FigureQuery<'_>,
        now: &str,
        as_of: &str,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let FigureQuery {
            organ_id, figure, ..
        } = *query;
        let p = query.parts()?;
        let Some(leaves) = query.as_of else {
            let args = args![
                organ_id,
                figure,
                &p.months.0,
                &p.months.1,
                &p.head.0,
                &p.head.1,
                &p.tail.0,
                &p.tail.1
            ];
            return self.query(now, &args, read);
        };
        let (from, to) = query.days();
        self.query(as_of, &args![organ_id, figure, from, to, leaves], read)
    }

    /// The last state of each item: last by date, then by position in the log, if not taken back.
    pub fn figure_latest(&self, query: &FigureQuery<'_>) -> Result<Vec<LatestRow>, StoreError> {
        let (from, to) = query.days();
        let args = args![query.organ_id, query.figure, from, to, query.leaves()];
        let mut latest: HashMap<String, LatestRow> = HashMap::new();
        // A line is taken back under its own date: of a day, everything is known at its end.
        let mut day: Vec<LatestRow> = Vec::new();
        let mut gone: HashSet<(u64, u32)> = HashSet::new();
        let mut end_day = |day: &mut Vec<LatestRow>, gone: &mut HashSet<(u64, u32)>| {
            let lines = day.drain(..);
            for row in lines.filter(|row| !gone.contains(&(row.leaf_index, row.ordinal))) {
                match latest.get_mut(&row.item) {
                    Some(last) => *last = row,
                    None => drop(latest.insert(row.item.clone(), row)),
                }
            }
            gone.clear();
        };
        self.visit(LINES, &args, |row| {
            let happened_on = row.text(3)?;
            if day
                .first()
                .is_some_and(|first| first.happened_on != happened_on)
            {
                end_day(&mut day, &mut gone);
            }
            if let (Some(leaf), Some(ordinal)) = (row.natural_opt(7)?, row.small_opt(8)?) {
                gone.insert((leaf, ordinal));
                return Ok::<(), StoreError>(());
            }
            day.push(LatestRow {
                item: row.text(0)?,
                dims: row.text(1)?,
                value: row.int(2)?,
                happened_on,
                entry_id: row.text(4)?,
                leaf_index: row.natural(5)?,
                ordinal: row.small(6)?,
            });
            Ok(())
        })?;
        end_day(&mut day, &mut gone);
        let mut latest: Vec<LatestRow> = latest.into_values().collect();
        latest.sort_unstable_by(|a, b| a.item.cmp(&b.item));
        Ok(latest)
    }

    /// The contributions of a period that came after the first so many leaves of the log, in its
    /// order.
    pub fn figure_since(
        &self,
        query: &FigureQuery<'_>,
        leaves: u64,
    ) -> Result<Vec<ContributionRow>, StoreError> {
        let (from, to) = query.days();
        let args = args![query.organ_id, query.figure, from, to, leaves];
        self.query(SINCE, &args, crate::contribution::contribution)
    }

    /// The contributions that count, with their entries, oldest first; only those in scope.
    pub fn figure_entries(
        &self,
        query: &FigureQuery<'_>,
        listed: Listed<'_>,
        scope: &RowFilter,
        after: Option<&FigureCursor>,
        limit: usize,
    ) -> Result<Vec<FigureEntry>, StoreError> {
        if !scope.admits(query.organ_id) {
            return Ok(Vec::new());
        }
        let mut sql = SqlText::new(ENTRIES);
        push_counting(&mut sql, query, listed, scope);
        if let Some(after) = after {
            sql.push(" AND (c.happened_on, c.leaf_index, c.ordinal) > (");
            sql.bind(&after.happened_on)
                .push(", ")
                .bind(after.leaf_index)
                .push(", ");
            sql.bind(after.ordinal).push(")");
        }
        sql.push(" ORDER BY c.happened_on, c.leaf_index, c.ordinal LIMIT ")
            .bind(limit);
        self.query(sql.text(), sql.args(), figure_entry)
    }

    /// How many rows [`Db::figure_entries`] has in all, counted up to `cap`.
    pub fn figure_entry_count(
        &self,
        query: &FigureQuery<'_>,
        listed: Listed<'_>,
        scope: &RowFilter,
        cap: usize,
    ) -> Result<Count, StoreError> {
        if !scope.admits(query.organ_id) {
            return Ok(Count::default());
        }
        let mut sql = SqlText::new("SELECT COUNT(*) FROM (");
        sql.push(ENTRIES);
        push_counting(&mut sql, query, listed, scope);
        sql.push(" LIMIT ")
            .bind(cap.saturating_add(1))
            .push(") counted");
        let n = self.query_one(sql.text(), sql.args(), |row| row.natural(0))?;
        Ok(Count::capped_at(n.unwrap_or(0), cap))
    }
}

/// Complete [`ENTRIES`] with the conditions of what still counts.
fn push_counting<'a>(
    sql: &mut SqlText<'a>,
    query: &FigureQuery<'a>,
    listed: Listed<'a>,
    scope: &'a RowFilter,
) {
    let (from, to) = query.days();
    sql.bind(query.organ_id)
        .push(" AND c.figure = ")
        .bind(query.figure);
    sql.push(" AND c.happened_on >= ")
        .bind(from)
        .push(" AND c.happened_on <= ")
        .bind(to);
    sql.push(" AND c.leaf_index < ").bind(query.leaves());
    sql.push(
        " AND c.negates_leaf IS NULL
        AND NOT EXISTS (SELECT 1 FROM contribution n WHERE n.organ_id = c.organ_id
        AND n.figure = c.figure AND n.negates_leaf = c.leaf_index
        AND n.negates_ordinal = c.ordinal AND n.leaf_index < ",
    );
    sql.bind(query.leaves()).push(")");
    if listed.standing {
        // The day is no way to the few lines that end something: they are found by their entry.
        sql.push(
            " AND c.value > 0 AND NOT EXISTS (SELECT 1 FROM contribution l
            WHERE l.organ_id = c.organ_id AND l.figure = c.figure AND l.entry_id = c.entry_id
            AND l.value < 0 AND l.value = -c.value AND l.dims = c.dims AND l.item = c.item
            AND l.negates_leaf IS NULL AND l.happened_on || '' <= ",
        );
        sql.bind(to)
            .push(" AND l.leaf_index < ")
            .bind(query.leaves());
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM contribution m WHERE m.organ_id = l.organ_id
            AND m.figure = l.figure AND m.negates_leaf = l.leaf_index
            AND m.negates_ordinal = l.ordinal AND m.leaf_index < ",
        );
        sql.bind(query.leaves()).push("))");
    }
    if let Some(dims) = listed.dims {
        sql.push(" AND c.dims IN (")
            .bind_list(dims.iter().map(String::as_str))
            .push(")");
    }
    scope.push_conditions(sql);
}

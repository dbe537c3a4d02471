//! Figures: what the contributions of a period come to.
//!
//! Whole months are read from the roll-ups by month, parts of months from those by day, and where
//! different items are counted, from the contributions. A question
//! "as of" an earlier size of the log reads contributions alone: slower, and rarely asked.

use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{Count, Db, RowFilter, StoreError};

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

/// Primary keys of `rollup` and (twice, the parts of months) of `rollup_day`.
const SUM: &str = "SELECT dims, SUM(value), SUM(entries) FROM (
    SELECT dims, value, entries FROM rollup
    WHERE organ_id = $1 AND figure = $2 AND month >= $3 AND month <= $4
    UNION ALL
    SELECT dims, value, entries FROM rollup_day
    WHERE organ_id = $1 AND figure = $2 AND day >= $5 AND day <= $6
    UNION ALL
    SELECT dims, value, entries FROM rollup_day
    WHERE organ_id = $1 AND figure = $2 AND day >= $7 AND day <= $8
    ) part GROUP BY dims HAVING SUM(value) <> 0 OR SUM(entries) <> 0 ORDER BY dims";
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
/// Primary key of `contribution`, `contribution_negated` for what was taken back.
const LATEST: &str = "SELECT item, dims, value, happened_on, entry_id FROM (
    SELECT c.item, c.dims, c.value, c.happened_on, c.entry_id, ROW_NUMBER() OVER (
        PARTITION BY c.item ORDER BY c.happened_on DESC, c.leaf_index DESC, c.ordinal DESC
    ) AS place
    FROM contribution c
    WHERE c.organ_id = $1 AND c.figure = $2 AND c.happened_on >= $3 AND c.happened_on <= $4
    AND c.leaf_index < $5 AND c.negates_leaf IS NULL
    AND NOT EXISTS (SELECT 1 FROM contribution n WHERE n.organ_id = c.organ_id
        AND n.figure = c.figure AND n.negates_leaf = c.leaf_index
        AND n.negates_ordinal = c.ordinal AND n.leaf_index < $5)
    ) ranked WHERE place = 1 ORDER BY item";
/// What still counts: primary key of `contribution`, `contribution_negated`, primary key of `entry`.
const ENTRIES: &str =
    "SELECT c.happened_on, c.leaf_index, c.ordinal, c.ledger, c.entry_id, c.value,
    c.dims, c.item, e.title, e.number
    FROM contribution c JOIN entry e ON e.organ_id = c.organ_id AND e.entry_id = c.entry_id
    WHERE c.organ_id = ";

/// A period cut into whole months and the parts of months before and after. Ends are inclusive; an
/// empty part ends before it begins.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    months: (String, String),
    head: (String, String),
    tail: (String, String),
}

const FIRST_DAY: &str = "0000-01-01";
const LAST_DAY: &str = "9999-12-31";

impl<'a> FigureQuery<'a> {
    fn days(&self) -> (&'a str, &'a str) {
        (self.from.unwrap_or(FIRST_DAY), self.to.unwrap_or(LAST_DAY))
    }

    fn leaves(&self) -> u64 {
        self.as_of.unwrap_or(u64::MAX)
    }

    fn parts(&self) -> Result<Parts, StoreError> {
        let (from, to) = self.days();
        let first = Day::parse(from)?;
        let last = Day::parse(to)?;
        let nothing = || ("1".to_owned(), "0".to_owned());
        let whole_start = first.day == 1;
        let whole_end = last.day >= last.days_in_month();
        if first.month == last.month && !(whole_start && whole_end) {
            let head = (from.to_owned(), to.to_owned());
            return Ok(Parts {
                months: nothing(),
                head,
                tail: nothing(),
            });
        }
        let (month_first, head) = if whole_start {
            (first.month_text(), nothing())
        } else {
            (
                first.next_month(),
                (from.to_owned(), format!("{}-31", first.month_text())),
            )
        };
        let (month_last, tail) = if whole_end {
            (last.month_text(), nothing())
        } else {
            (
                last.previous_month(),
                (format!("{}-01", last.month_text()), to.to_owned()),
            )
        };
        // From after to: nothing, and no part of it either.
        if from > to {
            return Ok(Parts {
                months: nothing(),
                head: nothing(),
                tail: nothing(),
            });
        }
        Ok(Parts {
            months: (month_first, month_last),
            head,
            tail,
        })
    }
}

/// A day as year × 12 + month and day of the month.
struct Day {
    month: u32,
    day: u32,
}

impl Day {
    fn parse(text: &str) -> Result<Day, StoreError> {
        let number = |range: std::ops::Range<usize>| -> Option<u32> {
            text.get(range)
                .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()
        };
        let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        match (number(0..4), number(5..7), number(8..10)) {
            (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) if shaped => Ok(Day {
                month: year * 12 + month - 1,
                day,
            }),
            _ => Err(StoreError::other(format!("{text:?} is no date"))),
        }
    }

    fn days_in_month(&self) -> u32 {
        let year = self.month / 12;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        match self.month % 12 {
            1 if leap => 29,
            1 => 28,
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        }
    }

    fn month_text(&self) -> String {
        month_text(self.month)
    }

    fn next_month(&self) -> String {
        month_text(self.month + 1)
    }

    fn previous_month(&self) -> String {
        month_text(self.month.saturating_sub(1))
    }
}

fn month_text(month: u32) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

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
        self.by_parts(query, SUM, SUM_AS_OF, sum_row)
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
        self.query(LATEST, &args, |row| {
            Ok(LatestRow {
                item: row.text(0)?,
                dims: row.text(1)?,
                value: row.int(2)?,
                happened_on: row.text(3)?,
                entry_id: row.text(4)?,
            })
        })
    }

    /// The contributions that count, with their entries, oldest first; only those in scope.
    /// `dims` are the combinations wanted, all when absent.
    pub fn figure_entries(
        &self,
        query: &FigureQuery<'_>,
        dims: Option<&[String]>,
        scope: &RowFilter,
        after: Option<&FigureCursor>,
        limit: usize,
    ) -> Result<Vec<FigureEntry>, StoreError> {
        if !scope.admits(query.organ_id) {
            return Ok(Vec::new());
        }
        let mut sql = SqlText::new(ENTRIES);
        push_counting(&mut sql, query, dims, scope);
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
        dims: Option<&[String]>,
        scope: &RowFilter,
        cap: usize,
    ) -> Result<Count, StoreError> {
        if !scope.admits(query.organ_id) {
            return Ok(Count::default());
        }
        let mut sql = SqlText::new("SELECT COUNT(*) FROM (");
        sql.push(ENTRIES);
        push_counting(&mut sql, query, dims, scope);
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
    dims: Option<&'a [String]>,
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
    if let Some(dims) = dims {
        sql.push(" AND c.dims IN (")
            .bind_list(dims.iter().map(String::as_str))
            .push(")");
    }
    scope.push_conditions(sql);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: Option<&str>, to: Option<&str>, expected: [&str; 3]) {
        let query = FigureQuery {
            organ_id: "",
            figure: "",
            from,
            to,
            as_of: None,
        };
        let p = query.parts().unwrap();
        let show = |(a, b): &(String, String)| match a > b {
            true => String::new(),
            false => format!("{a}..{b}"),
        };
        assert_eq!(
            [show(&p.head), show(&p.months), show(&p.tail)],
            expected,
            "{from:?} {to:?}"
        );
    }

    #[test]
    fn a_period_is_cut_into_whole_months_and_parts() {
        check(
            Some("2024-01-01"),
            Some("2024-12-31"),
            ["", "2024-01..2024-12", ""],
        );
        check(
            Some("2024-02-01"),
            Some("2024-02-29"),
            ["", "2024-02..2024-02", ""],
        );
        check(
            Some("2023-02-01"),
            Some("2023-02-28"),
            ["", "2023-02..2023-02", ""],
        );
        check(
            Some("2024-02-01"),
            Some("2024-02-28"),
            ["2024-02-01..2024-02-28", "", ""],
        );
        check(
            Some("2024-03-05"),
            Some("2024-03-05"),
            ["2024-03-05..2024-03-05", "", ""],
        );
        check(
            Some("2023-12-05"),
            Some("2024-02-10"),
            [
                "2023-12-05..2023-12-31",
                "2024-01..2024-01",
                "2024-02-01..2024-02-10",
            ],
        );
        check(
            Some("2023-12-05"),
            Some("2024-01-10"),
            ["2023-12-05..2023-12-31", "", "2024-01-01..2024-01-10"],
        );
        check(None, Some("2024-06-30"), ["", "0000-01..2024-06", ""]);
        check(
            Some("2024-06-02"),
            None,
            ["2024-06-02..2024-06-31", "2024-07..9999-12", ""],
        );
        check(None, None, ["", "0000-01..9999-12", ""]);
        check(Some("2024-06-02"), Some("2024-05-01"), ["", "", ""]);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2024-00-10",
            "2024-01-32",
            "2024/01/01",
            "二〇二四年",
        ] {
            let query = FigureQuery {
                organ_id: "",
                figure: "",
                from: Some(text),
                to: None,
                as_of: None,
            };
            assert!(query.parts().is_err(), "{text}");
        }
    }
}

//! Reading a whole table in order with bounded memory: for verification and rebuilding.
//!
//! A visitor may stop with its own error. Rows are fetched in pages, so that a visitor may use the
//! same [`Db`] for other questions meanwhile.

use crate::sql::args;
use crate::{
    ContributionRow, Db, DeadlineRow, EntryRow, EventRow, KeyRow, LeafRow, OutcomeRow, StoreError,
    ValueRow,
};

/// Rows per page; tests turn pages too.
const PAGE: usize = if cfg!(test) { 3 } else { 1_000 };

/// One row of the roll-ups by month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// `YYYY-MM`.
    pub month: String,
    /// The dimensions.
    pub dims: String,
    /// The sum.
    pub value: i64,
    /// How many contributions, less those taken back.
    pub entries: i64,
}

/// One row of the roll-ups by year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupYearRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// `YYYY`.
    pub year: String,
    /// The dimensions.
    pub dims: String,
    /// The sum.
    pub value: i64,
    /// How many contributions, less those taken back.
    pub entries: i64,
}

/// One row of the roll-ups by day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupDayRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// `YYYY-MM-DD`.
    pub day: String,
    /// The dimensions.
    pub dims: String,
    /// The sum.
    pub value: i64,
    /// How many contributions, less those taken back.
    pub entries: i64,
}

/// One row of the roll-ups by month and item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupItemRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// `YYYY-MM`.
    pub month: String,
    /// The dimensions.
    pub dims: String,
    /// The item.
    pub item: String,
    /// How often it occurs, less what was taken back; never 0.
    pub value: i64,
}

/// One row by which different items are counted; see [`crate::distinct_rows_of`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupDistinctRow {
    /// The organ.
    pub organ_id: String,
    /// The figure.
    pub figure: String,
    /// A combination of dimensions.
    pub dims: String,
    /// `YYYY-MM`, or empty for a mark.
    pub month: String,
    /// An earlier month, or empty.
    pub previous: String,
    /// How many items; never 0.
    pub items: i64,
}

/// How many entries of a ledger and year are not void.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerCountRow {
    /// The organ.
    pub organ_id: String,
    /// The ledger.
    pub ledger: String,
    /// The year of their dates.
    pub year: u32,
    /// How many; never 0.
    pub open_count: i64,
}

/// Primary key, in its order: in that of an index that ends earlier, a server would sort everything
/// for each page.
const VALUES: &str = "SELECT organ_id, ledger, field, value, happened_on, entry_id FROM entry_value
    WHERE (organ_id, ledger, field, value, happened_on, entry_id) > ($1, $2, $3, $4, $5, $6)
    ORDER BY organ_id, ledger, field, value, happened_on, entry_id LIMIT $7";
/// Index `entry_key_by_entry`, in its order.
const KEYS: &str = "SELECT organ_id, ledger, natural_key, entry_id FROM entry_key
    WHERE (organ_id, entry_id) > ($1, $2) ORDER BY organ_id, entry_id LIMIT $3";
/// Primary key, in its order.
const COUNTS: &str = "SELECT organ_id, ledger, year, open_count FROM ledger_count
    WHERE (organ_id, ledger, year) > ($1, $2, $3) AND open_count <> 0
    ORDER BY organ_id, ledger, year LIMIT $4";
/// Primary key, in its order.
const ROLLUPS: &str = "SELECT organ_id, figure, month, dims, value, entries FROM rollup
    WHERE (organ_id, figure, month, dims) > ($1, $2, $3, $4)
    ORDER BY organ_id, figure, month, dims LIMIT $5";
/// Primary key, in its order.
const ROLLUP_YEARS: &str = "SELECT organ_id, figure, year, dims, value, entries FROM rollup_year
    WHERE (organ_id, figure, year, dims) > ($1, $2, $3, $4)
    ORDER BY organ_id, figure, year, dims LIMIT $5";
/// Primary key, in its order.
const ROLLUP_DAYS: &str = "SELECT organ_id, figure, day, dims, value, entries FROM rollup_day
    WHERE (organ_id, figure, day, dims) > ($1, $2, $3, $4)
    ORDER BY organ_id, figure, day, dims LIMIT $5";
/// Primary key, in its order.
const ROLLUP_ITEMS: &str = "SELECT organ_id, figure, item, dims, month, value FROM rollup_item
    WHERE (organ_id, figure, item, dims, month) > ($1, $2, $3, $4, $5)
    ORDER BY organ_id, figure, item, dims, month LIMIT $6";
/// Primary key, in its order.
const ROLLUP_DISTINCT: &str = "SELECT organ_id, figure, dims, month, previous, items
    FROM rollup_distinct WHERE (organ_id, figure, dims, month, previous) > ($1, $2, $3, $4, $5)
    ORDER BY organ_id, figure, dims, month, previous LIMIT $6";

impl Db {
    /// All leaves of the log from a position on, in order.
    pub fn scan_leaves<E: From<StoreError>>(
        &self,
        from: u64,
        visit: impl FnMut(LeafRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next =
            |last: Option<&LeafRow>| self.leaves(last.map_or(from, |l| l.leaf_index + 1), PAGE);
        pages(next, visit)
    }

    /// All events from a position of the log on, in order.
    pub fn scan_events<E: From<StoreError>>(
        &self,
        from: u64,
        visit: impl FnMut(EventRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&EventRow>| {
            self.events_from(last.map_or(from, |e| e.leaf_index + 1), PAGE)
        };
        pages(next, visit)
    }

    /// All entries, by organ and id.
    pub fn scan_entries<E: From<StoreError>>(
        &self,
        visit: impl FnMut(EntryRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&EntryRow>| {
            let (organ_id, entry_id) = last.map_or(("", ""), |e| (&e.organ_id, &e.entry_id));
            self.entries_after(organ_id, entry_id, PAGE)
        };
        pages(next, visit)
    }

    /// Entries that come after one, by organ and id.
    pub fn entries_after(
        &self,
        organ_id: &str,
        entry_id: &str,
        limit: usize,
    ) -> Result<Vec<EntryRow>, StoreError> {
        self.query(
            crate::entry::SCAN,
            &args![organ_id, entry_id, limit],
            crate::entry::entry,
        )
    }

    /// All indexed values, by organ, ledger and field.
    pub fn scan_values<E: From<StoreError>>(
        &self,
        visit: impl FnMut(ValueRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&ValueRow>| {
            let [a, b, c, d, e, f] = last.map_or([""; 6], |v| {
                [
                    &v.organ_id,
                    &v.ledger,
                    &v.field,
                    &v.value,
                    &v.happened_on,
                    &v.entry_id,
                ]
                .map(String::as_str)
            });
            self.query(VALUES, &args![a, b, c, d, e, f, PAGE], crate::value::value)
        };
        pages(next, visit)
    }

    /// All natural keys, by organ and entry (as entries are scanned).
    pub fn scan_keys<E: From<StoreError>>(
        &self,
        visit: impl FnMut(KeyRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&KeyRow>| {
            let (organ_id, entry_id) = last.map_or(("", ""), |k| (&k.organ_id, &k.entry_id));
            self.query(KEYS, &args![organ_id, entry_id, PAGE], |row| {
                Ok(KeyRow {
                    organ_id: row.text(0)?,
                    ledger: row.text(1)?,
                    natural_key: row.text(2)?,
                    entry_id: row.text(3)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All counts of ledgers by year, in the order of their key.
    pub fn scan_counts<E: From<StoreError>>(
        &self,
        visit: impl FnMut(LedgerCountRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&LedgerCountRow>| {
            let (organ_id, ledger, year) =
                last.map_or(("", "", 0), |c| (&*c.organ_id, &*c.ledger, c.year));
            self.query(COUNTS, &args![organ_id, ledger, year, PAGE], |row| {
                Ok(LedgerCountRow {
                    organ_id: row.text(0)?,
                    ledger: row.text(1)?,
                    // A year that is none is no fault of reading: its row is said to be wrong.
                    year: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
                    open_count: row.int(3)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All contributions, in the order of their key: by figure and day.
    pub fn scan_contributions<E: From<StoreError>>(
        &self,
        visit: impl FnMut(ContributionRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&ContributionRow>| {
            let args = match last {
                Some(c) => args![
                    &c.organ_id,
                    &c.figure,
                    &c.happened_on,
                    c.leaf_index,
                    c.ordinal,
                    PAGE
                ],
                None => args!["", "", "", 0u32, 0u32, PAGE],
            };
            self.query(
                crate::contribution::SCAN,
                &args,
                crate::contribution::contribution,
            )
        };
        pages(next, visit)
    }

    /// All roll-ups by month, in the order of their key.
    pub fn scan_rollups<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupRow>| {
            let [a, b, c, d] = last.map_or(["", "", "", ""], |r| {
                [&r.organ_id, &r.figure, &r.month, &r.dims].map(String::as_str)
            });
            self.query(ROLLUPS, &args![a, b, c, d, PAGE], |row| {
                Ok(RollupRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    month: row.text(2)?,
                    dims: row.text(3)?,
                    value: row.int(4)?,
                    entries: row.int(5)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All roll-ups by year, in the order of their key.
    pub fn scan_rollup_years<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupYearRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupYearRow>| {
            let [a, b, c, d] = last.map_or(["", "", "", ""], |r| {
                [&r.organ_id, &r.figure, &r.year, &r.dims].map(String::as_str)
            });
            self.query(ROLLUP_YEARS, &args![a, b, c, d, PAGE], |row| {
                Ok(RollupYearRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    year: row.text(2)?,
                    dims: row.text(3)?,
                    value: row.int(4)?,
                    entries: row.int(5)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All roll-ups by day, in the order of their key.
    pub fn scan_rollup_days<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupDayRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupDayRow>| {
            let [a, b, c, d] = last.map_or(["", "", "", ""], |r| {
                [&r.organ_id, &r.figure, &r.day, &r.dims].map(String::as_str)
            });
            self.query(ROLLUP_DAYS, &args![a, b, c, d, PAGE], |row| {
                Ok(RollupDayRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    day: row.text(2)?,
                    dims: row.text(3)?,
                    value: row.int(4)?,
                    entries: row.int(5)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All roll-ups by month and item, in the order of their key.
    pub fn scan_rollup_items<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupItemRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupItemRow>| {
            let [a, b, c, d, e] = last.map_or([""; 5], |r| {
                [&r.organ_id, &r.figure, &r.item, &r.dims, &r.month].map(String::as_str)
            });
            self.query(ROLLUP_ITEMS, &args![a, b, c, d, e, PAGE], |row| {
                Ok(RollupItemRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    item: row.text(2)?,
                    dims: row.text(3)?,
                    month: row.text(4)?,
                    value: row.int(5)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All rows by which different items are counted, in the order of their key.
    pub fn scan_rollup_distinct<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupDistinctRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupDistinctRow>| {
            let [a, b, c, d, e] = last.map_or([""; 5], |r| {
                [&r.organ_id, &r.figure, &r.dims, &r.month, &r.previous].map(String::as_str)
            });
            self.query(ROLLUP_DISTINCT, &args![a, b, c, d, e, PAGE], |row| {
                Ok(RollupDistinctRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    dims: row.text(2)?,
                    month: row.text(3)?,
                    previous: row.text(4)?,
                    items: row.int(5)?,
                })
            })
        };
        pages(next, visit)
    }

    /// All open clocks, by organ and entry.
    pub fn scan_deadlines<E: From<StoreError>>(
        &self,
        visit: impl FnMut(DeadlineRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&DeadlineRow>| {
            let [a, b, c] = last.map_or([""; 3], |d| {
                [&d.organ_id, &d.entry_id, &d.clock].map(String::as_str)
            });
            self.query(
                crate::deadline::SCAN,
                &args![a, b, c, PAGE],
                crate::deadline::deadline,
            )
        };
        pages(next, visit)
    }

    /// All outcomes of clocks, in the order of their key.
    pub fn scan_outcomes<E: From<StoreError>>(
        &self,
        visit: impl FnMut(OutcomeRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&OutcomeRow>| {
            let [a, b, c, d, e] = last.map_or([""; 5], |o| {
                [&o.organ_id, &o.section_id, &o.ledger, &o.clock, &o.month].map(String::as_str)
            });
            self.query(
                crate::deadline::SCAN_OUTCOMES,
                &args![a, b, c, d, e, PAGE],
                crate::deadline::outcome,
            )
        };
        pages(next, visit)
    }
}

/// Visit page after page, each asked for after the last row of the one before.
fn pages<T, E: From<StoreError>>(
    next: impl Fn(Option<&T>) -> Result<Vec<T>, StoreError>,
    mut visit: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let mut page = next(None)?;
    while let Some(last) = page.last() {
        let following = if page.len() < PAGE {
            Vec::new()
        } else {
            next(Some(last))?
        };
        for row in std::mem::replace(&mut page, following) {
            visit(row)?;
        }
    }
    Ok(())
}

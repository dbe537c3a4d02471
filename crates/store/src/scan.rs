//! Reading a whole table in order with bounded memory: for verification and rebuilding.
//!
//! A visitor may stop with its own error. Rows are fetched in pages, so that a visitor may use the
//! same [`Db`] for other questions meanwhile.

use crate::sql::args;
use crate::{ContributionRow, Db, EntryRow, EventRow, LeafRow, StoreError};

/// Rows per page.
const PAGE: usize = 1_000;

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

/// Primary key, in its order.
const ROLLUPS: &str = "SELECT organ_id, figure, month, dims, value, entries FROM rollup
    WHERE (organ_id, figure, month, dims) > ($1, $2, $3, $4)
    ORDER BY organ_id, figure, month, dims LIMIT $5";
/// Primary key, in its order.
const ROLLUP_ITEMS: &str = "SELECT organ_id, figure, month, dims, item, value FROM rollup_item
    WHERE (organ_id, figure, month, dims, item) > ($1, $2, $3, $4, $5)
    ORDER BY organ_id, figure, month, dims, item LIMIT $6";

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
            self.query(
                crate::entry::SCAN,
                &args![organ_id, entry_id, PAGE],
                crate::entry::entry,
            )
        };
        pages(next, visit)
    }

    /// All contributions from a position of the log on, in order.
    pub fn scan_contributions<E: From<StoreError>>(
        &self,
        from: u64,
        visit: impl FnMut(ContributionRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&ContributionRow>| {
            let args = match last {
                Some(c) => args![
                    c.leaf_index,
                    c.ordinal,
                    &c.organ_id,
                    &c.figure,
                    &c.happened_on,
                    PAGE
                ],
                // No organ has an empty id: this stands before the first row of the leaf.
                None => args![from, 0u32, "", "", "", PAGE],
            };
            self.query(
                crate::contribution::FROM_LEAF,
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

    /// All roll-ups by month and item, in the order of their key.
    pub fn scan_rollup_items<E: From<StoreError>>(
        &self,
        visit: impl FnMut(RollupItemRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = |last: Option<&RollupItemRow>| {
            let [a, b, c, d, e] = last.map_or([""; 5], |r| {
                [&r.organ_id, &r.figure, &r.month, &r.dims, &r.item].map(String::as_str)
            });
            self.query(ROLLUP_ITEMS, &args![a, b, c, d, e, PAGE], |row| {
                Ok(RollupItemRow {
                    organ_id: row.text(0)?,
                    figure: row.text(1)?,
                    month: row.text(2)?,
                    dims: row.text(3)?,
                    item: row.text(4)?,
                    value: row.int(5)?,
                })
            })
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

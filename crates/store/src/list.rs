//! Lists of entries: filtered, sorted, page by page, at the same speed on the last page of a million.
//!
//! Two ways to a page. To *walk* an index that already has the wanted order, asking of each row
//! whether it meets the other conditions, until the page is full; several walks (two values of a
//! filter, say) are merged. Or to *collect* the few rows of a selective condition and sort them.
//! Which one is decided by counting, up to a cap, how many rows each condition has.

mod statement;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use self::statement::{Listing, Walk};
use crate::entry::IDS_PER_STATEMENT;
use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::value::NEXT_VALUE;
use crate::{Db, EntryRow, RowFilter, StoreError};

/// Rows of a condition are counted up to the first cap; when all have more, up to the next.
const COUNT_CAPS: [usize; 3] = [COLLECT_BY_FIELD_MAX, 8_000 / SCALE, COLLECT_MAX];
/// Rows collected and sorted by date at most; at this number, walking costs about as much.
const COLLECT_MAX: usize = 30_000 / SCALE;
/// Rows collected and sorted by a field at most: each needs its value looked up.
const COLLECT_BY_FIELD_MAX: usize = 2_000 / SCALE;
/// Rows looked at to count those that meet several conditions at once.
const LOOK_AT_MAX: usize = if cfg!(test) { 1_000_000 } else { 3_000 };
/// Values of a field stepped through on the way to a page.
const STEPS_MAX: usize = 50 / SCALE + 2;
/// Tests see all ways to a page with a few hundred rows.
const SCALE: usize = if cfg!(test) { 300 } else { 1 };

/// Which entries, in which order.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// The organ.
    pub organ: String,
    /// The ledger.
    pub ledger: String,
    /// What the asker may see.
    pub scope: RowFilter,
    /// Conditions on indexed fields; all must hold.
    pub filters: Vec<Filter>,
    /// First day of `happened_on`, ISO.
    pub from: Option<String>,
    /// Last day of `happened_on`, ISO.
    pub to: Option<String>,
    /// Only these entries (found by a search).
    pub ids: Option<Vec<String>>,
    /// The order.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Rows of a page.
    pub limit: usize,
    /// Whether void entries are shown too.
    pub include_voided: bool,
}

impl ListQuery {
    /// The newest fifty entries of a ledger.
    pub fn new(organ: &str, ledger: &str, scope: RowFilter) -> ListQuery {
        ListQuery {
            organ: organ.to_owned(),
            ledger: ledger.to_owned(),
            scope,
            filters: Vec::new(),
            from: None,
            to: None,
            ids: None,
            sort: Sort::ByDate,
            descending: true,
            after: None,
            limit: 50,
            include_voided: false,
        }
    }
}

/// A condition on an indexed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The field.
    pub field: String,
    /// The condition.
    pub op: FilterOp,
}

/// The condition of a [`Filter`]. Values are written as in [`crate::ValueRow`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterOp {
    /// Has this value.
    Eq(String),
    /// Has a value from the first to the second, both included; open where absent.
    Range(Option<String>, Option<String>),
    /// Has one of these values.
    OneOf(Vec<String>),
}

/// The order of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By `happened_on`, then id.
    ByDate,
    /// By an indexed field with one value, then as by date. Entries without a value come last,
    /// whichever way the list is turned.
    ByField(String),
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    value: Option<String>,
    happened_on: String,
    entry_id: String,
}

impl Cursor {
    /// A text for links.
    pub fn encode(&self) -> String {
        let value = self
            .value
            .as_ref()
            .map_or(String::new(), |v| format!("={v}"));
        let text = format!("{}\n{}\n{value}", self.happened_on, self.entry_id);
        text.bytes().map(|b| format!("{b:02x}")).collect()
    }

    /// The cursor of a text from a link, if it is one.
    pub fn decode(text: &str) -> Option<Cursor> {
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let text = String::from_utf8(bytes?).ok()?;
        let mut parts = text.splitn(3, '\n');
        let happened_on = parts.next()?.to_owned();
        let entry_id = parts.next()?.to_owned();
        let value = match parts.next()? {
            "" => None,
            value => Some(value.strip_prefix('=')?.to_owned()),
        };
        Some(Cursor {
            value,
            happened_on,
            entry_id,
        })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub rows: Vec<EntryRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A number that was counted up to a cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The number, or the cap.
    pub n: u64,
    /// Whether there are more.
    pub capped: bool,
}

impl Count {
    pub(crate) fn capped_at(n: u64, cap: usize) -> Count {
        let cap = cap as u64;
        Count {
            n: n.min(cap),
            capped: n > cap,
        }
    }
}

/// Primary key of `ledger_count`.
const COUNT_ALL: &str = "SELECT COALESCE(SUM(open_count), 0) FROM ledger_count
    WHERE organ_id = $1 AND ledger = $2";
/// What to do for a page.
enum Plan<'q> {
    Walk(Vec<Walk<'q>>),
    CollectIds(&'q [String]),
    CollectFilter(usize),
}

/// The filter with the fewest rows; their number, if it is below the caps.
struct Smallest {
    filter: usize,
    n: Option<usize>,
}

impl Db {
    /// One page of a list.
    pub fn list(&self, query: &ListQuery) -> Result<Page, StoreError> {
        let listing = Listing::new(query);
        if !query.scope.admits(&query.organ) {
            return Ok(Page {
                rows: Vec::new(),
                next: None,
            });
        }
        let mut keys = self.keys(&listing, query.limit.saturating_add(1))?;
        let more = keys.len() > query.limit;
        keys.truncate(query.limit);
        let next = if more { keys.last().cloned() } else { None };
        let ids: Vec<&str> = keys.iter().map(|key| key.entry_id.as_str()).collect();
        Ok(Page {
            rows: self.entries(&query.organ, &ids)?,
            next,
        })
    }

    /// Day and id of the entries of a page, without reading them.
    pub fn list_keys(&self, query: &ListQuery) -> Result<Vec<(String, String)>, StoreError> {
        if !query.scope.admits(&query.organ) {
            return Ok(Vec::new());
        }
        let keys = self.keys(&Listing::new(query), query.limit)?;
        let pair = |key: Cursor| (key.happened_on, key.entry_id);
        Ok(keys.into_iter().map(pair).collect())
    }

    fn keys(&self, listing: &Listing<'_>, wanted: usize) -> Result<Vec<Cursor>, StoreError> {
        match self.plan(listing)? {
            Plan::Walk(walks) => self.walk(listing, &walks, wanted),
            Plan::CollectIds(ids) => {
                let keys = self.keys_of_ids(listing, ids)?;
                self.collect(listing, keys, wanted)
            }
            Plan::CollectFilter(filter) if listing.query.sort == Sort::ByDate => {
                self.collect_by_date(listing, filter, wanted)
            }
            Plan::CollectFilter(filter) => {
                let keys = self.keys_of_filter(listing, filter)?;
                self.collect(listing, keys, wanted)
            }
        }
    }

    /// How many entries a list has in all, counted up to `cap`; order and page do not matter.
    pub fn count(&self, query: &ListQuery, cap: usize) -> Result<Count, StoreError> {
        let listing = Listing::new(query);
        if !query.scope.admits(&query.organ) {
            return Ok(Count::default());
        }
        if let Some(ids) = &query.ids {
            let n = self.keys_of_ids(&listing, ids)?.len();
            return Ok(Count::capped_at(n as u64, cap));
        }
        if listing.is_everything() {
            let all = self.query_one(COUNT_ALL, &args![&query.organ, &query.ledger], |row| {
                row.natural(0)
            })?;
            return Ok(Count {
                n: all.unwrap_or(0),
                capped: false,
            });
        }
        if let Some(smallest) = self.smallest(&listing)? {
            return self.count_filter(&listing, smallest.filter, cap);
        }
        if let Some(year) = listing.is_everything_of_a_year() {
            let counts = self.ledger_counts(&query.organ, &query.ledger)?;
            let of_year = counts.into_iter().find(|(y, _)| y.to_string() == year);
            return Ok(Count {
                n: of_year.map_or(0, |(_, n)| n),
                capped: false,
            });
        }
        let wanted = cap.saturating_add(1);
        let mut n = 0;
        for walk in listing.walks_by_date() {
            let mut sql = listing.walk_conditions(walk);
            sql.push(" LIMIT ").bind(wanted);
            n += self.count_of(&sql)?;
        }
        Ok(Count::capped_at(n, cap))
    }

    fn plan<'q>(&self, listing: &'q Listing<'q>) -> Result<Plan<'q>, StoreError> {
        let query = listing.query;
        if let Some(ids) = &query.ids {
            return Ok(Plan::CollectIds(ids));
        }
        let smallest = self.smallest(listing)?;
        if let Sort::ByField(field) = &query.sort {
            return Ok(match smallest {
                Some(Smallest { filter, n: Some(n) }) if n < COLLECT_BY_FIELD_MAX => {
                    Plan::CollectFilter(filter)
                }
                _ => Plan::Walk(listing.walks_by_field(field)),
            });
        }
        let Some(Smallest { filter, n }) = smallest else {
            return Ok(Plan::Walk(listing.walks_by_date()));
        };
        Ok(match (listing.walks_by_value(filter), n) {
            (Some(walks), _) => Plan::Walk(walks),
            (None, Some(_)) => Plan::CollectFilter(filter),
            (None, None) => Plan::Walk(listing.walks_by_date()),
        })
    }

    /// The filter with the fewest rows, if there are filters.
    fn smallest(&self, listing: &Listing<'_>) -> Result<Option<Smallest>, StoreError> {
        let only_one_to_walk = listing.query.sort == Sort::ByDate
            && listing.filters.len() == 1
            && !listing.is_range(0);
        if only_one_to_walk {
            return Ok(Some(Smallest { filter: 0, n: None }));
        }
        // The last cap is for ranges alone: it tells whether to collect one.
        let only_ranges = (0..listing.filters.len()).all(|filter| listing.is_range(filter));
        let caps = if only_ranges {
            &COUNT_CAPS[..]
        } else {
            &COUNT_CAPS[..2]
        };
        for &cap in caps {
            let mut best = None;
            let mut fewest = cap;
            for filter in 0..listing.filters.len() {
                let mut sql = listing.filter_rows("SELECT 1 FROM entry_value k", filter);
                sql.push(" LIMIT ").bind(fewest);
                let n = self.count_of(&sql)? as usize;
                if n < fewest {
                    fewest = n;
                    best = Some(Smallest { filter, n: Some(n) });
                }
            }
            if best.is_some() {
                return Ok(best);
            }
        }
        // All are wide. A filter by value still narrows more than a range does.
        let by_value = (0..listing.filters.len()).find(|&filter| !listing.is_range(filter));
        let filter = by_value.or((!listing.filters.is_empty()).then_some(0));
        Ok(filter.map(|filter| Smallest { filter, n: None }))
    }

    fn count_of(&self, sql: &SqlText<'_>) -> Result<u64, StoreError> {
        let text = format!("SELECT COUNT(*) FROM ({}) counted", sql.text());
        Ok(self
            .query_one(&text, sql.args(), |row| row.natural(0))?
            .unwrap_or(0))
    }

    /// Counts the rows of one filter that meet the others. Where they have to be asked of each row,
    /// not only what is found is bounded but what is looked at.
    fn count_filter(
        &self,
        listing: &Listing<'_>,
        filter: usize,
        cap: usize,
    ) -> Result<Count, StoreError> {
        let is_alone = listing.filters.len() == 1 && listing.query.scope.sections.is_none();
        let most = if is_alone { cap } else { cap.min(LOOK_AT_MAX) };
        let sql = listing.count(filter, most.saturating_add(1));
        let text = format!(
            "SELECT COUNT(*), COALESCE(SUM(meets), 0) FROM ({}) counted",
            sql.text()
        );
        let counted = self.query_one(&text, sql.args(), |row| {
            Ok((row.natural(0)?, row.natural(1)?))
        })?;
        let (seen, n) = counted.unwrap_or_default();
        if seen <= most as u64 {
            return Ok(Count { n, capped: false });
        }
        Ok(Count {
            n: n.min(most as u64),
            capped: true,
        })
    }

    /// The first `wanted` keys of walks, merged.
    fn walk(
        &self,
        listing: &Listing<'_>,
        walks: &[Walk<'_>],
        wanted: usize,
    ) -> Result<Vec<Cursor>, StoreError> {
        let mut keys: Vec<Cursor> = Vec::new();
        let mut with_value = 0;
        let past_values = listing
            .query
            .after
            .as_ref()
            .is_some_and(|c| c.value.is_none());
        for walk in walks {
            let needless = match walk {
                Walk::Field { .. } => past_values,
                Walk::Missing { .. } => with_value >= wanted,
                _ => false,
            };
            if needless {
                continue;
            }
            if let Walk::Field { field } = walk
                && let Some(stepped) = self.step_through(listing, field, wanted)?
            {
                with_value = stepped.len();
                keys.extend(stepped);
                continue;
            }
            let mut sql = listing.walk_conditions(*walk);
            listing.push_after(&mut sql, *walk, listing.query.after.as_ref());
            listing.push_order(&mut sql, *walk);
            sql.push(" LIMIT ").bind(wanted);
            keys.extend(self.query(sql.text(), sql.args(), key)?);
            if matches!(walk, Walk::Field { .. }) {
                with_value = keys.len();
            }
        }
        keys.sort_by(|a, b| listing.order(a, b));
        keys.dedup();
        keys.truncate(wanted);
        Ok(keys)
    }

    /// A walk by a field within a period, value by value: of each value only the rows of the period
    /// are read. None where there are too many values for that.
    fn step_through(
        &self,
        listing: &Listing<'_>,
        field: &str,
        wanted: usize,
    ) -> Result<Option<Vec<Cursor>>, StoreError> {
        let query = listing.query;
        if query.from.is_none() && query.to.is_none() {
            return Ok(None);
        }
        let after = query.after.as_ref().and_then(|after| after.value.clone());
        let mut keys = Vec::new();
        let mut value = match after {
            Some(value) => Some(value),
            None => self.value_beside(query, field, None)?,
        };
        for _ in 0..STEPS_MAX {
            let Some(at) = value else {
                return Ok(Some(keys));
            };
            let walk = Walk::FieldAt { field, value: &at };
            let mut sql = listing.walk_conditions(walk);
            listing.push_after(&mut sql, walk, query.after.as_ref());
            listing.push_order(&mut sql, walk);
            sql.push(" LIMIT ").bind(wanted - keys.len());
            keys.extend(self.query(sql.text(), sql.args(), key)?);
            if keys.len() >= wanted {
                return Ok(Some(keys));
            }
            value = self.value_beside(query, field, Some(&at))?;
        }
        Ok(None)
    }

    /// The value of a field that comes next in the order of a list.
    fn value_beside(
        &self,
        query: &ListQuery,
        field: &str,
        at: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        let (organ, ledger) = (query.organ.as_str(), query.ledger.as_str());
        match (query.descending, at) {
            (true, None) => {
                self.query_one(LAST_VALUE, &args![organ, ledger, field], |row| row.text(0))
            }
            (true, Some(at)) => {
                let args = args![organ, ledger, field, at];
                self.query_one(PREVIOUS_VALUE, &args, |row| row.text(0))
            }
            (false, at) => {
                let args = args![organ, ledger, field, at.unwrap_or("")];
                self.query_one(NEXT_VALUE, &args, |row| row.text(0))
            }
        }
    }

    /// The entries of given ids that meet all conditions, in no order.
    fn keys_of_ids(
        &self,
        listing: &Listing<'_>,
        ids: &[String],
    ) -> Result<Vec<Cursor>, StoreError> {
        let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut keys = Vec::new();
        for chunk in ids.chunks(IDS_PER_STATEMENT) {
            let sql = listing.check(chunk);
            keys.extend(self.query(sql.text(), sql.args(), key)?);
        }
        if let Sort::ByField(field) = &listing.query.sort {
            self.add_sort_values(listing, field, &mut keys)?;
        }
        Ok(keys)
    }

    /// The entries that meet one filter, in no order; the other conditions are not asked yet.
    fn keys_of_filter(
        &self,
        listing: &Listing<'_>,
        filter: usize,
    ) -> Result<Vec<Cursor>, StoreError> {
        let sql = listing.collection(filter, None, COLLECT_BY_FIELD_MAX);
        let mut keys = self.query(sql.text(), sql.args(), key)?;
        keys.dedup();
        if let Sort::ByField(field) = &listing.query.sort {
            self.add_sort_values(listing, field, &mut keys)?;
        }
        Ok(keys)
    }

    fn add_sort_values(
        &self,
        listing: &Listing<'_>,
        field: &str,
        keys: &mut [Cursor],
    ) -> Result<(), StoreError> {
        for key in keys {
            let args = args![&listing.query.organ, &key.entry_id, field];
            key.value = self.query_one(SORT_VALUE, &args, |row| row.text(0))?;
        }
        Ok(())
    }

    /// Collect by date in growing portions: mostly the first rows of the order are enough.
    fn collect_by_date(
        &self,
        listing: &Listing<'_>,
        filter: usize,
        wanted: usize,
    ) -> Result<Vec<Cursor>, StoreError> {
        let mut out = Vec::new();
        let mut after = listing.query.after.clone();
        let mut portion = wanted.saturating_mul(2);
        loop {
            let sql = listing.collection(filter, after.as_ref(), portion);
            let mut keys = self.query(sql.text(), sql.args(), key)?;
            let all = keys.len() < portion;
            keys.dedup();
            after = keys.last().cloned();
            out.extend(self.collect(listing, keys, wanted - out.len())?);
            if all || out.len() >= wanted {
                return Ok(out);
            }
            portion = portion.saturating_mul(8);
        }
    }

    /// Sort collected keys and keep the first `wanted` after the cursor that meet all conditions.
    fn collect(
        &self,
        listing: &Listing<'_>,
        mut keys: Vec<Cursor>,
        wanted: usize,
    ) -> Result<Vec<Cursor>, StoreError> {
        if let Some(after) = &listing.query.after {
            keys.retain(|key| listing.order(key, after) == Ordering::Greater);
        }
        keys.sort_by(|a, b| listing.order(a, b));
        let mut out = Vec::new();
        for chunk in keys.chunks(IDS_PER_STATEMENT) {
            let ids: Vec<&str> = chunk.iter().map(|key| key.entry_id.as_str()).collect();
            let sql = listing.check(&ids);
            let kept: BTreeSet<String> = self
                .query(sql.text(), sql.args(), |row| row.text(2))?
                .into_iter()
                .collect();
            out.extend(
                chunk
                    .iter()
                    .filter(|key| kept.contains(&key.entry_id))
                    .cloned(),
            );
            if out.len() >= wanted {
                break;
            }
        }
        out.truncate(wanted);
        Ok(out)
    }
}

#[cfg(test)]
impl Db {
    /// The page as it is found when every condition is wide, whatever is in the tables.
    pub(crate) fn walk_anyway(&self, query: &ListQuery) -> Result<Vec<Cursor>, StoreError> {
        let listing = Listing::new(query);
        let walks = match &query.sort {
            Sort::ByField(field) => listing.walks_by_field(field),
            Sort::ByDate => listing.walks_by_date(),
        };
        self.walk(&listing, &walks, query.limit)
    }
}

/// Primary key of `entry`.
const SORT_VALUE: &str = "SELECT value FROM entry_indexed
    WHERE organ_id = $1 AND entry_id = $2 AND field = $3 ORDER BY value LIMIT 1";

/// Primary key, from its end.
const LAST_VALUE: &str = "SELECT value FROM entry_value
    WHERE organ_id = $1 AND ledger = $2 AND field = $3 ORDER BY value DESC LIMIT 1";
/// Primary key, one step back.
const PREVIOUS_VALUE: &str = "SELECT value FROM entry_value
    WHERE organ_id = $1 AND ledger = $2 AND field = $3 AND value < $4 ORDER BY value DESC LIMIT 1";

fn key(row: &Row<'_>) -> Result<Cursor, StoreError> {
    Ok(Cursor {
        value: row.text_opt(0)?,
        happened_on: row.text(1)?,
        entry_id: row.text(2)?,
    })
}

//! Lists of entries: filtered, sorted, page by page, at the same speed on the last page of a million.
//!
//! Two ways to a page. To *walk* an index that already has the wanted order, asking of each row
//! whether it meets the other conditions, until the page is full; several walks (two values of a
//! filter, say) are merged. Or to *collect* the few rows of a selective condition and sort them.
//! Which one is decided by counting, up to [`COLLECT_MAX`], how many rows each condition has.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::entry::{IDS_PER_STATEMENT, UNIT_FIELD};
use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{Db, EntryRow, RowFilter, StoreError};

/// Rows collected and sorted at most; at this number, walking costs about as much.
const COLLECT_MAX: usize = 10_000;

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
/// Start of a walk by date or section: `entry_by_date`, `entry_by_section`.
const WALK_ENTRIES: &str =
    "SELECT NULL, e.happened_on, e.entry_id FROM entry e WHERE e.organ_id = ";
/// Start of a walk by a value: primary key of `entry_value`.
const WALK_VALUE: &str =
    "SELECT NULL, k.happened_on, k.entry_id FROM entry_value k WHERE k.organ_id = ";
/// Start of a walk in the order of a field: primary key of `entry_value`.
const WALK_FIELD: &str =
    "SELECT k.value, k.happened_on, k.entry_id FROM entry_value k WHERE k.organ_id = ";
/// Start of a check of given ids: primary key of `entry`.
const CHECK_IDS: &str = "SELECT NULL, e.happened_on, e.entry_id FROM entry e WHERE e.organ_id = ";

/// An index in the order of the list.
#[derive(Clone, Copy)]
enum Walk<'q> {
    Date {
        voided: bool,
    },
    Section {
        section: &'q str,
        voided: bool,
    },
    Value {
        filter: usize,
        value: &'q str,
    },
    Field {
        field: &'q str,
    },
    /// By date, those without a value of the field.
    Missing {
        field: &'q str,
        voided: bool,
    },
}

/// What to do for a page.
enum Plan<'q> {
    Walk(Vec<Walk<'q>>),
    CollectIds(&'q [String]),
    CollectFilter(usize),
}

/// A query with its conditions in one list.
struct Listing<'q> {
    query: &'q ListQuery,
    /// The filters, and the units of the scope as one more.
    filters: Vec<Filter>,
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
        let wanted = query.limit.saturating_add(1);
        let mut keys = match self.plan(&listing)? {
            Plan::Walk(walks) => self.walk(&listing, &walks, wanted)?,
            Plan::CollectIds(ids) => {
                let keys = self.keys_of_ids(&listing, ids)?;
                self.collect(&listing, keys, wanted)?
            }
            Plan::CollectFilter(filter) => {
                let keys = self.keys_of_filter(&listing, filter)?;
                self.collect(&listing, keys, wanted)?
            }
        };
        let more = keys.len() > query.limit;
        keys.truncate(query.limit);
        let next = if more { keys.last().cloned() } else { None };
        let ids: Vec<&str> = keys.iter().map(|key| key.entry_id.as_str()).collect();
        Ok(Page {
            rows: self.entries(&query.organ, &ids)?,
            next,
        })
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
        let wanted = cap.saturating_add(1);
        let n = match self.smallest(&listing)? {
            Some((filter, _)) => self.count_filter(&listing, filter, wanted)?,
            None => {
                let mut n = 0;
                for walk in listing.walks_by_date() {
                    let mut sql = listing.walk_conditions(walk);
                    sql.push(" LIMIT ").bind(wanted);
                    n += self.count_of(&sql)?;
                }
                n
            }
        };
        Ok(Count::capped_at(n, cap))
    }

    fn plan<'q>(&self, listing: &'q Listing<'q>) -> Result<Plan<'q>, StoreError> {
        let query = listing.query;
        if let Some(ids) = &query.ids {
            return Ok(Plan::CollectIds(ids));
        }
        if let Sort::ByField(field) = &query.sort {
            return Ok(match self.smallest(listing)? {
                Some((filter, n)) if n < COLLECT_MAX => Plan::CollectFilter(filter),
                _ => Plan::Walk(listing.walks_by_field(field)),
            });
        }
        let Some((filter, n)) = self.smallest(listing)? else {
            return Ok(Plan::Walk(listing.walks_by_date()));
        };
        if let Some(walks) = listing.walks_by_value(filter) {
            return Ok(Plan::Walk(walks));
        }
        if n < COLLECT_MAX {
            return Ok(Plan::CollectFilter(filter));
        }
        // All conditions are wide: a filter by value still narrows more than the date does.
        let by_value = (0..listing.filters.len()).find_map(|f| listing.walks_by_value(f));
        Ok(Plan::Walk(
            by_value.unwrap_or_else(|| listing.walks_by_date()),
        ))
    }

    /// The filter with the fewest rows, and their number up to [`COLLECT_MAX`].
    fn smallest(&self, listing: &Listing<'_>) -> Result<Option<(usize, usize)>, StoreError> {
        let only_one_to_walk = listing.query.sort == Sort::ByDate
            && listing.filters.len() == 1
            && !matches!(listing.filters[0].op, FilterOp::Range(..));
        if only_one_to_walk {
            return Ok(Some((0, 0)));
        }
        let mut best: Option<(usize, usize)> = None;
        for filter in 0..listing.filters.len() {
            let mut sql = listing.filter_rows("SELECT 1 FROM entry_value k", filter);
            sql.push(" LIMIT ")
                .bind(best.map_or(COLLECT_MAX, |(_, n)| n));
            let n = self.count_of(&sql)? as usize;
            if best.is_none_or(|(_, fewest)| n < fewest) {
                best = Some((filter, n));
            }
        }
        Ok(best)
    }

    fn count_of(&self, sql: &SqlText<'_>) -> Result<u64, StoreError> {
        let text = format!("SELECT COUNT(*) FROM ({}) counted", sql.text());
        Ok(self
            .query_one(&text, sql.args(), |row| row.natural(0))?
            .unwrap_or(0))
    }

    fn count_filter(
        &self,
        listing: &Listing<'_>,
        filter: usize,
        wanted: usize,
    ) -> Result<u64, StoreError> {
        let mut sql = listing.filter_rows("SELECT DISTINCT k.entry_id FROM entry_value k", filter);
        listing.push_period(&mut sql, "k");
        listing.push_entry_of_value(&mut sql);
        listing.push_filters(&mut sql, "k", Some(filter));
        sql.push(" LIMIT ").bind(wanted);
        self.count_of(&sql)
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
            let mut sql = listing.walk_conditions(*walk);
            listing.push_after(&mut sql, *walk);
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
        let mut sql = listing.filter_rows(
            "SELECT DISTINCT NULL, k.happened_on, k.entry_id FROM entry_value k",
            filter,
        );
        listing.push_period(&mut sql, "k");
        let mut keys = self.query(sql.text(), sql.args(), key)?;
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

/// Index `entry_value_by_entry`.
const SORT_VALUE: &str = "SELECT value FROM entry_value
    WHERE organ_id = $1 AND entry_id = $2 AND field = $3 ORDER BY value LIMIT 1";

fn key(row: &Row<'_>) -> Result<Cursor, StoreError> {
    Ok(Cursor {
        value: row.text_opt(0)?,
        happened_on: row.text(1)?,
        entry_id: row.text(2)?,
    })
}

impl<'q> Listing<'q> {
    fn new(query: &'q ListQuery) -> Listing<'q> {
        let mut filters = query.filters.clone();
        if let Some(units) = &query.scope.units {
            let op = FilterOp::OneOf(units.clone());
            filters.push(Filter {
                field: UNIT_FIELD.to_owned(),
                op,
            });
        }
        Listing { query, filters }
    }

    /// Whether the list is the whole ledger, whose number is kept.
    fn is_everything(&self) -> bool {
        let q = self.query;
        self.filters.is_empty()
            && q.from.is_none()
            && q.to.is_none()
            && q.scope.sections.is_none()
            && !q.include_voided
    }

    /// The states of `voided` to walk through.
    fn voided(&self) -> &'static [bool] {
        if self.query.include_voided {
            &[false, true]
        } else {
            &[false]
        }
    }

    fn walks_by_date(&self) -> Vec<Walk<'_>> {
        let mut walks = Vec::new();
        for &voided in self.voided() {
            match &self.query.scope.sections {
                None => walks.push(Walk::Date { voided }),
                Some(sections) => {
                    let sections: BTreeSet<&str> = sections.iter().map(String::as_str).collect();
                    walks.extend(
                        sections
                            .into_iter()
                            .map(|section| Walk::Section { section, voided }),
                    );
                }
            }
        }
        walks
    }

    fn walks_by_field(&'q self, field: &'q str) -> Vec<Walk<'q>> {
        let missing = self
            .voided()
            .iter()
            .map(|&voided| Walk::Missing { field, voided });
        std::iter::once(Walk::Field { field })
            .chain(missing)
            .collect()
    }

    /// Walks through the values of a filter, if it names them.
    fn walks_by_value(&self, filter: usize) -> Option<Vec<Walk<'_>>> {
        match &self.filters[filter].op {
            FilterOp::Eq(value) => Some(vec![Walk::Value { filter, value }]),
            FilterOp::OneOf(values) => Some(
                values
                    .iter()
                    .map(|value| Walk::Value { filter, value })
                    .collect(),
            ),
            FilterOp::Range(..) => None,
        }
    }

    /// The statement of a walk with all conditions, without order.
    fn walk_conditions<'s>(&'s self, walk: Walk<'s>) -> SqlText<'s> {
        let q = self.query;
        let start = match walk {
            Walk::Value { .. } => WALK_VALUE,
            Walk::Field { .. } => WALK_FIELD,
            Walk::Date { .. } | Walk::Section { .. } | Walk::Missing { .. } => WALK_ENTRIES,
        };
        let mut sql = SqlText::new(start);
        sql.bind(&q.organ);
        match walk {
            Walk::Value { filter, value } => {
                sql.push(" AND k.ledger = ").bind(&q.ledger);
                sql.push(" AND k.field = ")
                    .bind(&self.filters[filter].field);
                sql.push(" AND k.value = ").bind(value);
                self.push_period(&mut sql, "k");
                self.push_entry_of_value(&mut sql);
                self.push_filters(&mut sql, "k", Some(filter));
            }
            Walk::Field { field } => {
                sql.push(" AND k.ledger = ").bind(&q.ledger);
                sql.push(" AND k.field = ").bind(field);
                self.push_period(&mut sql, "k");
                self.push_entry_of_value(&mut sql);
                self.push_filters(&mut sql, "k", None);
            }
            Walk::Date { voided } | Walk::Section { voided, .. } | Walk::Missing { voided, .. } => {
                sql.push(" AND e.ledger = ").bind(&q.ledger);
                if let Walk::Section { section, .. } = walk {
                    sql.push(" AND e.section_id = ").bind(section);
                }
                sql.push(" AND e.voided = ").bind(voided);
                self.push_period(&mut sql, "e");
                if let Walk::Missing { field, .. } = walk {
                    sql.push(
                        " AND NOT EXISTS (SELECT 1 FROM entry_value m WHERE
                        m.organ_id = e.organ_id AND m.entry_id = e.entry_id AND m.field = ",
                    );
                    sql.bind(field).push(")");
                    self.push_sections(&mut sql);
                }
                self.push_filters(&mut sql, "e", None);
            }
        }
        sql
    }

    /// The rows of one filter alone.
    fn filter_rows<'s>(&'s self, start: &'static str, filter: usize) -> SqlText<'s> {
        let f = &self.filters[filter];
        let mut sql = SqlText::new(start);
        sql.push(" WHERE k.organ_id = ").bind(&self.query.organ);
        sql.push(" AND k.ledger = ").bind(&self.query.ledger);
        sql.push(" AND k.field = ").bind(&f.field);
        push_op(&mut sql, "k", &f.op);
        sql
    }

    /// Which of some ids meet all conditions.
    fn check<'s>(&'s self, ids: &[&'s str]) -> SqlText<'s> {
        let mut sql = SqlText::new(CHECK_IDS);
        sql.bind(&self.query.organ).push(" AND e.entry_id IN (");
        sql.bind_list(ids.iter().copied())
            .push(") AND e.ledger = ")
            .bind(&self.query.ledger);
        if !self.query.include_voided {
            sql.push(" AND e.voided = 0");
        }
        self.push_period(&mut sql, "e");
        self.push_sections(&mut sql);
        self.push_filters(&mut sql, "e", None);
        sql
    }

    fn push_period<'s>(&'s self, sql: &mut SqlText<'s>, table: &'static str) {
        if let Some(from) = &self.query.from {
            sql.push(" AND ")
                .push(table)
                .push(".happened_on >= ")
                .bind(from);
        }
        if let Some(to) = &self.query.to {
            sql.push(" AND ")
                .push(table)
                .push(".happened_on <= ")
                .bind(to);
        }
    }

    fn push_sections<'s>(&'s self, sql: &mut SqlText<'s>) {
        if let Some(sections) = &self.query.scope.sections {
            sql.push(" AND e.section_id IN (");
            sql.bind_list(sections.iter().map(String::as_str)).push(")");
        }
    }

    /// The conditions on the entry of a value `k`.
    fn push_entry_of_value<'s>(&'s self, sql: &mut SqlText<'s>) {
        if self.query.include_voided && self.query.scope.sections.is_none() {
            return;
        }
        sql.push(
            " AND EXISTS (SELECT 1 FROM entry e WHERE e.organ_id = k.organ_id
            AND e.entry_id = k.entry_id",
        );
        if !self.query.include_voided {
            sql.push(" AND e.voided = 0");
        }
        self.push_sections(sql);
        sql.push(")");
    }

    /// All filters but one, asked of the row of `table`.
    fn push_filters<'s>(&'s self, sql: &mut SqlText<'s>, table: &'static str, but: Option<usize>) {
        for (_, f) in self
            .filters
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != but)
        {
            sql.push(" AND EXISTS (SELECT 1 FROM entry_value f WHERE f.organ_id = ")
                .push(table);
            sql.push(".organ_id AND f.entry_id = ").push(table);
            sql.push(".entry_id AND f.field = ").bind(&f.field);
            push_op(sql, "f", &f.op);
            sql.push(")");
        }
    }

    fn push_after<'s>(&'s self, sql: &mut SqlText<'s>, walk: Walk<'_>) {
        let Some(after) = &self.query.after else {
            return;
        };
        let than = if self.query.descending {
            ") < ("
        } else {
            ") > ("
        };
        match walk {
            Walk::Field { .. } => {
                let Some(value) = &after.value else { return };
                sql.push(" AND (k.value, k.happened_on, k.entry_id")
                    .push(than);
                sql.bind(value).push(", ");
                sql.bind(&after.happened_on)
                    .push(", ")
                    .bind(&after.entry_id)
                    .push(")");
                return;
            }
            // The page before ended among those with a value: all without are still to come.
            Walk::Missing { .. } if after.value.is_some() => return,
            Walk::Value { .. } => sql.push(" AND (k.happened_on, k.entry_id"),
            _ => sql.push(" AND (e.happened_on, e.entry_id"),
        };
        sql.push(than);
        sql.bind(&after.happened_on)
            .push(", ")
            .bind(&after.entry_id)
            .push(")");
    }

    fn push_order(&self, sql: &mut SqlText<'_>, walk: Walk<'_>) {
        sql.push(match (walk, self.query.descending) {
            (Walk::Field { .. }, true) => {
                " ORDER BY k.value DESC, k.happened_on DESC, k.entry_id DESC"
            }
            (Walk::Field { .. }, false) => " ORDER BY k.value, k.happened_on, k.entry_id",
            (Walk::Value { .. }, true) => " ORDER BY k.happened_on DESC, k.entry_id DESC",
            (Walk::Value { .. }, false) => " ORDER BY k.happened_on, k.entry_id",
            (_, true) => " ORDER BY e.happened_on DESC, e.entry_id DESC",
            (_, false) => " ORDER BY e.happened_on, e.entry_id",
        });
    }

    fn order(&self, a: &Cursor, b: &Cursor) -> Ordering {
        let turned = |order: Ordering| {
            if self.query.descending {
                order.reverse()
            } else {
                order
            }
        };
        // Without a value comes last, however the list is turned.
        a.value.is_none().cmp(&b.value.is_none()).then_with(|| {
            turned((&a.value, &a.happened_on, &a.entry_id).cmp(&(
                &b.value,
                &b.happened_on,
                &b.entry_id,
            )))
        })
    }
}

fn push_op<'s>(sql: &mut SqlText<'s>, table: &'static str, op: &'s FilterOp) {
    match op {
        FilterOp::Eq(value) => {
            sql.push(" AND ").push(table).push(".value = ").bind(value);
        }
        FilterOp::OneOf(values) => {
            sql.push(" AND ").push(table).push(".value IN (");
            sql.bind_list(values.iter().map(String::as_str)).push(")");
        }
        FilterOp::Range(lo, hi) => {
            if let Some(lo) = lo {
                sql.push(" AND ").push(table).push(".value >= ").bind(lo);
            }
            if let Some(hi) = hi {
                sql.push(" AND ").push(table).push(".value <= ").bind(hi);
            }
        }
    }
}

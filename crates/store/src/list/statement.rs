//! The statements of lists: walks along an index, and the conditions asked of each row.

use std::cmp::Ordering;

use super::{Cursor, Filter, FilterOp, ListQuery};
use crate::text::SqlText;
use crate::value::UNIT_FIELD;

/// Start of a walk by date: `entry_by_date`.
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
pub(super) enum Walk<'q> {
    Date {
        voided: bool,
    },
    Value {
        filter: usize,
        value: &'q str,
    },
    Field {
        field: &'q str,
    },
    /// The rows of one value on a walk by a field.
    FieldAt {
        field: &'q str,
        value: &'q str,
    },
    /// By date, those without a value of the field.
    Missing {
        field: &'q str,
        voided: bool,
    },
}

/// A query with its conditions in one list.
pub(super) struct Listing<'q> {
    pub(super) query: &'q ListQuery,
    /// The filters, and the units of the scope as one more.
    pub(super) filters: Vec<Filter>,
}

impl<'q> Listing<'q> {
    pub(super) fn new(query: &'q ListQuery) -> Listing<'q> {
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
    pub(super) fn is_everything(&self) -> bool {
        let q = self.query;
        self.filters.is_empty()
            && q.from.is_none()
            && q.to.is_none()
            && q.scope.sections.is_none()
            && !q.include_voided
    }

    /// The year, if the list is all of one, whose number is kept too.
    pub(super) fn is_everything_of_a_year(&self) -> Option<&str> {
        let q = self.query;
        let (from, to) = (q.from.as_deref()?, q.to.as_deref()?);
        let year = from.strip_suffix("-01-01")?;
        let is_year = to.strip_suffix("-12-31") == Some(year);
        let is_all = self.filters.is_empty() && q.scope.sections.is_none() && !q.include_voided;
        (is_year && is_all).then_some(year)
    }

    /// The states of `voided` to walk through.
    fn voided(&self) -> &'static [bool] {
        if self.query.include_voided {
            &[false, true]
        } else {
            &[false]
        }
    }

    pub(super) fn walks_by_date(&self) -> Vec<Walk<'_>> {
        let voided = self.voided().iter();
        voided.map(|&voided| Walk::Date { voided }).collect()
    }

    pub(super) fn walks_by_field(&'q self, field: &'q str) -> Vec<Walk<'q>> {
        let missing = self
            .voided()
            .iter()
            .map(|&voided| Walk::Missing { field, voided });
        std::iter::once(Walk::Field { field })
            .chain(missing)
            .collect()
    }

    pub(super) fn is_range(&self, filter: usize) -> bool {
        matches!(self.filters[filter].op, FilterOp::Range(..))
    }

    /// Walks through the values of a filter, if it names them.
    pub(super) fn walks_by_value(&self, filter: usize) -> Option<Vec<Walk<'_>>> {
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
    pub(super) fn walk_conditions<'s>(&'s self, walk: Walk<'s>) -> SqlText<'s> {
        let q = self.query;
        let start = match walk {
            Walk::Value { .. } => WALK_VALUE,
            Walk::Field { .. } | Walk::FieldAt { .. } => WALK_FIELD,
            Walk::Date { .. } | Walk::Missing { .. } => WALK_ENTRIES,
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
                self.push_filters(&mut sql, "k", Some(filter));
                self.push_entry_of_value(&mut sql);
            }
            Walk::Field { field } | Walk::FieldAt { field, .. } => {
                sql.push(" AND k.ledger = ").bind(&q.ledger);
                sql.push(" AND k.field = ").bind(field);
                if let Walk::FieldAt { value, .. } = walk {
                    sql.push(" AND k.value = ").bind(value);
                }
                self.push_period(&mut sql, "k");
                self.push_filters(&mut sql, "k", None);
                self.push_entry_of_value(&mut sql);
            }
            Walk::Date { voided } | Walk::Missing { voided, .. } => {
                sql.push(" AND e.ledger = ").bind(&q.ledger);
                sql.push(" AND e.voided = ").bind(voided);
                self.push_period(&mut sql, "e");
                if let Walk::Missing { field, .. } = walk {
                    sql.push(
                        " AND NOT EXISTS (SELECT 1 FROM entry_indexed m WHERE
                        m.organ_id = e.organ_id AND m.entry_id = e.entry_id AND m.field = ",
                    );
                    sql.bind(field).push(")");
                }
                self.push_sections(&mut sql);
                self.push_filters(&mut sql, "e", None);
            }
        }
        sql
    }

    /// The rows of one filter alone.
    pub(super) fn filter_rows<'s>(&'s self, start: &'static str, filter: usize) -> SqlText<'s> {
        let mut sql = SqlText::new(start);
        self.push_filter_rows(&mut sql, filter);
        sql
    }

    fn push_filter_rows<'s>(&'s self, sql: &mut SqlText<'s>, filter: usize) {
        let f = &self.filters[filter];
        sql.push(" WHERE k.organ_id = ").bind(&self.query.organ);
        sql.push(" AND k.ledger = ").bind(&self.query.ledger);
        sql.push(" AND k.field = ").bind(&f.field);
        push_op(sql, "k", &f.op);
    }

    /// The rows of one filter, up to `limit`, each with 1 or 0 as it meets the other conditions.
    pub(super) fn count<'s>(&'s self, filter: usize, limit: usize) -> SqlText<'s> {
        let is_one_value = matches!(self.filters[filter].op, FilterOp::Eq(_));
        let mut sql = SqlText::new(if is_one_value {
            "SELECT k.entry_id, CASE WHEN 1 = 1"
        } else {
            "SELECT DISTINCT k.entry_id, CASE WHEN 1 = 1"
        });
        self.push_entry_of_value(&mut sql);
        self.push_filters(&mut sql, "k", Some(filter));
        sql.push(" THEN 1 ELSE 0 END AS meets FROM entry_value k");
        self.push_filter_rows(&mut sql, filter);
        self.push_period(&mut sql, "k");
        sql.push(" LIMIT ").bind(limit);
        sql
    }

    /// Which of some ids meet all conditions.
    pub(super) fn check<'s>(&'s self, ids: &[&'s str]) -> SqlText<'s> {
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

    pub(super) fn push_period<'s>(&'s self, sql: &mut SqlText<'s>, table: &'static str) {
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

    /// The conditions on the entry of a value `k`. That it is not void need not be asked: void
    /// entries have no values.
    pub(super) fn push_entry_of_value<'s>(&'s self, sql: &mut SqlText<'s>) {
        if self.query.scope.sections.is_none() {
            return;
        }
        sql.push(
            " AND EXISTS (SELECT 1 FROM entry e WHERE e.organ_id = k.organ_id
            AND e.entry_id = k.entry_id",
        );
        self.push_sections(sql);
        sql.push(")");
    }

    /// All filters but one, asked of the row of `table`.
    ///
    /// A value is asked for by the whole primary key: a walk by date then asks along neighbouring
    /// rows. A range can only be asked of what the entry's own row names.
    pub(super) fn push_filters<'s>(
        &'s self,
        sql: &mut SqlText<'s>,
        table: &'static str,
        but: Option<usize>,
    ) {
        for (_, f) in self
            .filters
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != but)
        {
            let is_range = matches!(f.op, FilterOp::Range(..));
            sql.push(" AND EXISTS (SELECT 1 FROM ").push(if is_range {
                "entry_indexed"
            } else {
                "entry_value"
            });
            sql.push(" f WHERE f.organ_id = ").push(table);
            sql.push(".organ_id AND f.field = ").bind(&f.field);
            if is_range {
                sql.push(" AND f.entry_id = ").push(table).push(".entry_id");
            } else {
                sql.push(" AND f.ledger = ").bind(&self.query.ledger);
                sql.push(" AND f.happened_on = ")
                    .push(table)
                    .push(".happened_on");
                // The same as equal, but of no use to the other index.
                sql.push(" AND f.entry_id BETWEEN ")
                    .push(table)
                    .push(".entry_id");
                sql.push(" AND ").push(table).push(".entry_id");
            }
            push_op(sql, "f", &f.op);
            sql.push(")");
        }
    }

    /// Rows of one filter by date, after a key: what a collection reads.
    pub(super) fn collection<'s>(
        &'s self,
        filter: usize,
        after: Option<&'s Cursor>,
        limit: usize,
    ) -> SqlText<'s> {
        let start = "SELECT NULL, k.happened_on, k.entry_id FROM entry_value k";
        let mut sql = self.filter_rows(start, filter);
        self.push_period(&mut sql, "k");
        // Any value of the filter stands for the walk along it.
        let walk = Walk::Value { filter, value: "" };
        self.push_after(&mut sql, walk, after);
        self.push_order(&mut sql, walk);
        sql.push(" LIMIT ").bind(limit);
        sql
    }

    pub(super) fn push_after<'s>(
        &'s self,
        sql: &mut SqlText<'s>,
        walk: Walk<'_>,
        after: Option<&'s Cursor>,
    ) {
        let Some(after) = after else { return };
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
            Walk::FieldAt { value, .. } if after.value.as_deref() != Some(value) => return,
            Walk::Value { .. } | Walk::FieldAt { .. } => {
                sql.push(" AND (k.happened_on, k.entry_id")
            }
            _ => sql.push(" AND (e.happened_on, e.entry_id"),
        };
        sql.push(than);
        sql.bind(&after.happened_on)
            .push(", ")
            .bind(&after.entry_id)
            .push(")");
    }

    pub(super) fn push_order(&self, sql: &mut SqlText<'_>, walk: Walk<'_>) {
        sql.push(match (walk, self.query.descending) {
            (Walk::Field { .. }, true) => {
                " ORDER BY k.value DESC, k.happened_on DESC, k.entry_id DESC"
            }
            (Walk::Field { .. }, false) => " ORDER BY k.value, k.happened_on, k.entry_id",
            (Walk::Value { .. } | Walk::FieldAt { .. }, true) => {
                " ORDER BY k.happened_on DESC, k.entry_id DESC"
            }
            (Walk::Value { .. } | Walk::FieldAt { .. }, false) => {
                " ORDER BY k.happened_on, k.entry_id"
            }
            (_, true) => " ORDER BY e.happened_on DESC, e.entry_id DESC",
            (_, false) => " ORDER BY e.happened_on, e.entry_id",
        });
    }

    pub(super) fn order(&self, a: &Cursor, b: &Cursor) -> Ordering {
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

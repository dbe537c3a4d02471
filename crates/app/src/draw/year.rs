//! The year's plan against the limits of visits: what collides, and what one visit can take over.
//!
//! Items for the same kind of subject in the same month are merged into one visit (综合查一次). What
//! is left over the limit is said, with the items that make it.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use kernel::contribution::text_of;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::Result,
};

/// One line of the year's plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// The item.
    pub matter: String,
    /// The kind of subject.
    pub kind: String,
    /// The month in which it is carried out.
    pub month: String,
    /// How many visits to one subject a year are allowed.
    pub limit: Option<i64>,
    /// The departments.
    pub departments: String,
}

/// One visit that takes over several items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointVisit {
    /// The kind of subject.
    pub kind: String,
    /// The month.
    pub month: String,
    /// The items.
    pub matters: Vec<String>,
}

/// A kind of subject that would be visited too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// The kind of subject.
    pub kind: String,
    /// Visits planned, after merging.
    pub visits: usize,
    /// Visits allowed.
    pub limit: i64,
    /// The visits, month by month.
    pub months: Vec<JointVisit>,
}

/// What a year's plan comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearReview {
    /// All lines.
    pub lines: Vec<PlanLine>,
    /// Items merged into one visit.
    pub merged: Vec<JointVisit>,
    /// Kinds of subjects over their limit.
    pub too_often: Vec<TooOften>,
}

/// Reviews a plan.
pub fn review(lines: Vec<PlanLine>) -> YearReview {
    let mut visits: BTreeMap<(&str, &str), Vec<&PlanLine>> = BTreeMap::new();
    for line in &lines {
        visits
            .entry((&line.kind, &line.month))
            .or_default()
            .push(line);
    }
    let mut kinds: BTreeMap<&str, (Option<i64>, Vec<JointVisit>)> = BTreeMap::new();
    for ((kind, month), items) in visits {
        let limit = items.iter().filter_map(|line| line.limit).min();
        let (least, months) = kinds.entry(kind).or_default();
        *least = [*least, limit].into_iter().flatten().min();
        months.push(JointVisit {
            kind: kind.to_owned(),
            month: month.to_owned(),
            matters: items.iter().map(|line| line.matter.clone()).collect(),
        });
    }
    let mut review = YearReview::default();
    for (kind, (limit, months)) in kinds {
        review
            .merged
            .extend(months.iter().filter(|v| v.matters.len() > 1).cloned());
        if let Some(limit) = limit
            && limit < months.len() as i64
        {
            review.too_often.push(TooOften {
                kind: kind.to_owned(),
                visits: months.len(),
                limit,
                months,
            });
        }
    }
    review.lines = lines;
    review
}

impl App {
    /// Reviews the plan of a year.
    ///
    /// # Errors
    /// A denial.
    pub fn inspection_year(&self, actor: &Actor, year: i16) -> Result<YearReview> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let rows = self
            .store
            .read(|db| self.all_fields(db, &actor.organ, "inspection_plan"))?;
        let text = |fields: &Fields, id: &str| fields.get(id).map(text_of).unwrap_or_default();
        let lines = rows
            .iter()
            .filter(|f| f.get("year") == Some(&Value::Integer(year.into())));
        let mut lines: Vec<PlanLine> = lines
            .map(|fields| PlanLine {
                matter: text(fields, "matter"),
                kind: text(fields, "target_kind"),
                month: text(fields, "month"),
                limit: match fields.get("limit") {
                    Some(Value::Integer(limit)) => Some(*limit),
                    _ => None,
                },
                departments: text(fields, "departments"),
            })
            .collect();
        lines.sort_by(|a, b| {
            (&a.kind, month(&a.month), &a.matter).cmp(&(&b.kind, month(&b.month), &b.matter))
        });
        Ok(review(lines))
    }

    /// The items that may be inspected: published in the list of items.
    ///
    /// # Errors
    /// A denial.
    pub fn inspection_items(&self, actor: &Actor) -> Result<Vec<String>> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let rows = self
            .store
            .read(|db| self.all_fields(db, &actor.organ, "inspection_item"))?;
        let mut items: Vec<String> = rows
            .iter()
            .filter_map(|fields| fields.get("matter").map(text_of))
            .collect();
        items.sort();
        items.dedup();
        Ok(items)
    }
}

/// `3月` as a number, for sorting.
fn month(text: &str) -> u32 {
    text.trim_end_matches('月').parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(matter: &str, month: &str, limit: Option<i64>) -> PlanLine {
        PlanLine {
            matter: matter.to_owned(),
            kind: "幼儿园".to_owned(),
            month: month.to_owned(),
            limit,
            departments: String::new(),
        }
    }

    #[test]
    fn items_of_one_month_are_one_visit() {
        let lines = vec![line("食堂", "4月", Some(1)), line("收费", "4月", Some(2))];
        let review = review(lines);
        assert_eq!(review.merged.len(), 1);
        assert_eq!(review.merged[0].matters, ["食堂", "收费"]);
        assert!(review.too_often.is_empty());
    }

    #[test]
    fn visits_over_the_limit_are_named() {
        let lines = vec![
            line("食堂", "4月", Some(1)),
            line("收费", "4月", None),
            line("消防", "9月", None),
        ];
        let review = review(lines);
        let [over] = review.too_often.as_slice() else {
            panic!("{review:?}");
        };
        assert_eq!((over.visits, over.limit), (2, 1));
        assert_eq!(over.months[1].matters, ["消防"]);
    }
}

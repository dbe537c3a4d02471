//! What a single ledger cannot say: lists with versions, coverage against registers, money that was
//! paid in advance, assessments, indicator trees, tasks from above, and the leader's view of it all.
//!
//! Nothing is stored here: every answer is computed from entries and figures when it is asked for.
//! Totals are for everybody who may read figures; names and single entries only for whoever may
//! read the ledger that they stand in. The items of published lists (清单) are for everybody.

mod assessment;
mod dashboard;
mod indicators;
mod lists;
mod on_time;
mod package;
mod prepaid;
mod registers;
mod tasks;
mod white_list;

pub use assessment::{Assessment, Sheet, UnitScore};
pub use dashboard::{
    COMPARED, Compared, Dashboard, Duty, FixedDay, LATE_NAMED, PLANS, Plan, Risk, RiskAt,
};
pub use indicators::{Gap, Indicator, Tree};
pub use lists::{Difference, Item, LISTS, List, ListPage, Release};
pub use on_time::{ClockRate, ClockYear, Late};
pub use prepaid::{Limits, Money, Prepaid, Warning, WarningKind};
pub use registers::{Among, CHECKS, Check, Coverage, Missing, Rule};
pub use tasks::{Evidence, Task, Tasks};
pub use white_list::{Candidate, WhiteList};

use catalogue::value::Value;
use values::dates::Date;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::Result,
};

impl App {
    /// Every entry of a ledger of the actor's organ that is not void.
    pub(crate) fn all_entries(&self, actor: &Actor, ledger: &str) -> Result<Vec<Entry>> {
        let mut query = crate::listing::all_of(&actor.organ, ledger);
        let mut entries = Vec::new();
        loop {
            let page = self.store.read(|db| db.list(&query))?;
            for row in page.rows {
                entries.push(self.entry_of(row)?);
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(entries),
            }
        }
    }

    /// Says whether the actor may see the entries of a ledger, not only its totals.
    /// A unit reads entries about itself, which is not enough here.
    pub(crate) fn may_read(&self, actor: &Actor, ledger: &str) -> bool {
        actor.unit.is_none() && self.ledger(actor, Action::Read, ledger).is_ok()
    }

    /// Refuses whoever may not see the entries of a ledger, of all units.
    ///
    /// # Errors
    /// A denial.
    pub(crate) fn reads_whole(&self, actor: &Actor, ledger: &str) -> Result<()> {
        self.reads_figures(actor)?;
        self.ledger(actor, Action::Read, ledger)?;
        Ok(())
    }

    /// These views are for those who may read figures.
    pub(crate) fn reads_figures(&self, actor: &Actor) -> Result<()> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        Ok(())
    }
}

/// The words of a field; empty where there are none.
pub(crate) fn text<'a>(entry: &'a Entry, field: &str) -> &'a str {
    match entry.state.fields.get(field) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// The number of a field, as stored.
pub(crate) fn number(entry: &Entry, field: &str) -> Option<i64> {
    match entry.state.fields.get(field) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// Yes; no and nothing are the same here.
pub(crate) fn yes(entry: &Entry, field: &str) -> bool {
    matches!(entry.state.fields.get(field), Some(Value::Flag(true)))
}

/// The day of a date field.
pub(crate) fn day(entry: &Entry, field: &str) -> Option<Date> {
    text(entry, field).parse().ok()
}

/// The day that the entry counts at.
pub(crate) fn happened(entry: &Entry) -> Date {
    entry.state.happened_on(&entry.ledger)
}

/// It stands on a day: begun, and not ended by then.
pub(crate) fn stands(entry: &Entry, until: &str, on: Date) -> bool {
    happened(entry) <= on && day(entry, until).is_none_or(|end| end > on)
}

/// Between the name of a ledger and the number of an entry of it.
pub(crate) const NUMBER: [char; 2] = ['：', ':'];

/// Names (or ids) as people write them in a field: `甲、乙`. A known name that has such a sign
/// within itself (民办学校变更、延续、终止) is one name. `台账：编号` means one entry of it.
pub(crate) fn names_in<'t>(text: &'t str, known: &[&str]) -> Vec<&'t str> {
    const SIGNS: [char; 6] = ['、', ',', '，', ' ', ';', '；'];
    let mut names = Vec::new();
    let mut rest = text.trim_start_matches(SIGNS);
    while !rest.is_empty() {
        let whole = known.iter().filter(|name| {
            let after = rest.strip_prefix(**name);
            after.is_some_and(|after| {
                after.is_empty() || after.starts_with(SIGNS) || after.starts_with(NUMBER)
            })
        });
        let first = |from: usize| {
            rest[from..]
                .find(SIGNS)
                .map_or(rest.len(), |sign| from + sign)
        };
        let known = whole.map(|name| name.len()).max();
        let length = match known {
            Some(known) if rest[known..].starts_with(NUMBER) => first(known),
            Some(known) => known,
            None => first(0),
        };
        let (name, after) = rest.split_at(length);
        names.push(name.trim());
        rest = after.trim_start_matches(SIGNS);
    }
    names
}

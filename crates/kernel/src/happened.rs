//! When acts were done and where an entry stands, also for what was taken from a book.
//!
//! An entry that is entered after the fact (imported, or typed in from an old book) has no acts in
//! its history; its date fields say what was done. An action names the date field that records it
//! (`date`), and both readings meet here: clocks, figures and stages ask this module alone.

use catalogue::{
    definition::{Action, Ledger, Stage, Trigger},
    value::{Fields, Value},
};
use values::dates::Date;

use crate::state::State;

/// The day in a date field (of a range, its first).
pub(crate) fn day_in(fields: &Fields, field: &str) -> Option<Date> {
    match fields.get(field)? {
        Value::Text(text) => text.parse().ok(),
        Value::List(days) => days.first()?.as_text()?.parse().ok(),
        _ => None,
    }
}

/// The day on which a book says that an act was done: its date field is filled, and its condition
/// tells it from other acts that share the field.
fn day_in_book(action: &Action, fields: &Fields) -> Option<Date> {
    let day = day_in(fields, action.date.as_ref()?)?;
    let fits = action.when.as_ref();
    fits.is_none_or(|c| c.holds("entry", fields).unwrap_or(false))
        .then_some(day)
}

/// The days on which an act was done, in order. Where it was done here, its date field is the
/// office's word for the day, so that a corrected date counts.
pub fn days_of_action(action: &Action, state: &State) -> Vec<Date> {
    let done: Vec<Date> = state
        .acts(&action.id)
        .filter_map(|done| done.on.parse().ok())
        .collect();
    let date = action.date.as_ref();
    let corrected = date.and_then(|date| day_in(&state.fields, date));
    match (done.len(), corrected) {
        (0, _) => day_in_book(action, &state.fields).into_iter().collect(),
        (1, Some(day)) => vec![day],
        _ => done,
    }
}

/// Whether an act was done, here or by the book.
pub fn is_done(action: &Action, state: &State) -> bool {
    state.acts(&action.id).next().is_some() || day_in_book(action, &state.fields).is_some()
}

/// The days on which a trigger happened to an entry.
pub(crate) fn days_of(ledger: &Ledger, trigger: &Trigger, state: &State) -> Vec<Date> {
    match trigger {
        Trigger::Opened => vec![state.opened_on],
        Trigger::Stage(stage) => days_of_stage(ledger, stage, state),
        Trigger::Action(action) => ledger
            .action(action)
            .map_or_else(Vec::new, |action| days_of_action(action, state)),
        Trigger::Field(field) => day_in(&state.fields, field).into_iter().collect(),
    }
}

/// Whether doing an act makes a trigger happen.
pub(crate) fn brings(action: &Action, trigger: &Trigger) -> bool {
    match trigger {
        Trigger::Action(id) => *id == action.id,
        Trigger::Stage(stage) => action.to.as_ref() == Some(stage),
        Trigger::Field(field) => action.asks.iter().chain(&action.date).any(|id| id == field),
        Trigger::Opened => false,
    }
}

/// The first stage is entered by opening the entry, the others by acts.
fn days_of_stage(ledger: &Ledger, stage: &str, state: &State) -> Vec<Date> {
    let first = ledger.first_stage().filter(|first| *first.id == *stage);
    let mut days: Vec<Date> = first.map(|_| state.opened_on).into_iter().collect();
    for action in &ledger.actions {
        if action.to.as_deref() == Some(stage) {
            days.extend(days_of_action(action, state));
        }
    }
    days.sort();
    days
}

/// The act that led to the present stage, with its day; none in the stage of the opening.
pub(crate) fn last_move<'a>(ledger: &'a Ledger, state: &State) -> Option<(&'a Action, Date)> {
    let moves = state.history.iter().rev().filter(|done| !done.retracted);
    let mut acts = moves.filter(|done| done.to.is_some());
    let id = acts.find_map(|done| done.what.strip_prefix("action:"))?;
    let action = ledger.action(id)?;
    Some((action, days_of_action(action, state).pop()?))
}

/// The stage to which the dates of a book have brought an entry: that of the last act that they
/// record, in the order of days and then of the definition.
pub fn landing(ledger: &Ledger, fields: &Fields) -> Option<String> {
    let mut last: Option<(Date, &str)> = None;
    for action in &ledger.actions {
        let (Some(to), Some(day)) = (&action.to, day_in_book(action, fields)) else {
            continue;
        };
        if last.is_none_or(|(latest, _)| latest <= day) {
            last = Some((day, to));
        }
    }
    last.map(|(_, stage)| stage.to_owned())
}

/// The end stage in which an entry stands, and since when.
pub fn ended(ledger: &Ledger, state: &State) -> Option<(String, Date)> {
    let stage: &Stage = ledger.stage(state.stage.as_deref()?).filter(|s| s.end)?;
    let day = days_of_stage(ledger, &stage.id, state).pop();
    let last = || state.history.last().and_then(|done| done.on.parse().ok());
    Some((
        stage.id.to_string(),
        day.or_else(last).unwrap_or(state.opened_on),
    ))
}

/// Whether a branch has begun and not ended since, by the order of the history.
pub(crate) fn branch_is_open(ledger: &Ledger, branch: &str, state: &State) -> bool {
    let Some(branch) = ledger.branch(branch) else {
        return false;
    };
    let is = |done: &str, id: &str| done.strip_prefix("action:") == Some(id);
    let mut open = false;
    for done in state.history.iter().filter(|done| !done.retracted) {
        if is(&done.what, &branch.begins) {
            open = true;
        } else if branch.ends.iter().any(|end| is(&done.what, end)) {
            open = false;
        }
    }
    open
}

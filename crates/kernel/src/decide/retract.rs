//! Taking an act back (撤回): the entry is again as if the act had never been done.
//!
//! Only the last act that stands can be taken back: what is not last rests on nothing that is taken
//! away. What the act filled is empty again, what it overwrote is back. A correction that was made
//! since stands, but not one of the day on which the act was done: that day is gone with the act.

use std::collections::BTreeSet;

use catalogue::{definition::Ledger, value::Fields};

use super::{Who, given_reason, join, obstacle};
use crate::{
    event::{Event, Happening},
    refusal::Refusal,
    state::{State, replay},
};

/// What taking an act back makes of the fields.
#[derive(Default)]
struct Undone {
    cleared: Vec<String>,
    restored: Fields,
}

pub(super) fn retract(
    ledger: &Ledger,
    state: &State,
    reason: String,
    who: &Who<'_>,
) -> Result<Happening, Refusal> {
    let Some((seq, done)) = state.last_act() else {
        return Err(Refusal::NothingToRetract);
    };
    let id = done.what.trim_start_matches("action:");
    let action = ledger.action(id);
    if let Some(action) = action {
        obstacle::role(action, who).map_or(Ok(()), Err)?;
        join::may_part(ledger, action, done, &who.facts)?;
    }
    let before = state
        .history
        .iter()
        .zip(1_u32..)
        .filter(|(d, at)| *at < seq && !d.retracted);
    let stage = before.filter_map(|(done, _)| done.to.clone()).last();
    let first = || ledger.first_stage().map(|stage| stage.id.to_string());
    let Undone { cleared, restored } = undone(ledger, state, seq, &who.facts.past)?;
    let mut after = state.fields.clone();
    after.retain(|id, _| !cleared.contains(id));
    after.extend(restored.clone());
    let rests = rests_on(ledger, state, &after, who);
    if !rests.is_empty() {
        return Err(Refusal::RestsOnIt {
            action: action.map_or_else(|| id.to_owned(), |action| action.name.clone()),
            what: rests,
        });
    }
    Ok(Happening::Retracted {
        seq,
        stage: stage.or_else(first),
        cleared,
        restored,
        reason: given_reason(reason)?,
    })
}

/// Compares with the entry as it was before the act. Events that are not all there would restore
/// something else: then the caller reads them again.
fn undone(ledger: &Ledger, state: &State, seq: u32, past: &[Event]) -> Result<Undone, Refusal> {
    let read = past.last().map_or(0, |event| event.seq);
    if read != state.revision {
        return Err(Refusal::Stale {
            based_on: read,
            now: state.revision,
        });
    }
    let act = past.iter().find(|event| event.seq == seq);
    let Some(Happening::Acted { fields: given, .. }) = act.map(|event| &event.what) else {
        return Ok(Undone::default());
    };
    let earlier = replay(past.iter().take_while(|event| event.seq < seq), None);
    let earlier = earlier.map_or_else(Fields::new, |state| state.fields);
    let since = past.iter().filter(|event| event.seq > seq);
    let corrected: BTreeSet<&String> = since
        .filter_map(|event| match &event.what {
            Happening::Amended { changes, .. } => Some(changes.keys()),
            _ => None,
        })
        .flatten()
        .collect();
    let is_date = |id: &str| {
        let mut dates = ledger.actions.iter().filter_map(|a| a.date.as_deref());
        dates.any(|date| date == id)
    };
    let mut undone = Undone::default();
    for id in given.keys() {
        let stands = corrected.contains(id) && !is_date(id);
        let required = ledger.field(id).is_some_and(|field| field.required);
        match earlier.get(id) {
            _ if stands => {}
            None if required => {}
            None => undone
                .cleared
                .extend(state.fields.contains_key(id).then(|| id.clone())),
            Some(value) if state.fields.get(id) == Some(value) => {}
            Some(value) => {
                undone.restored.insert(id.clone(), value.clone());
            }
        }
    }
    Ok(undone)
}

/// The subcases that were registered because of fields that would be as they were.
fn rests_on(ledger: &Ledger, state: &State, before: &Fields, who: &Who<'_>) -> Vec<String> {
    let called = ledger.subcases.iter().filter(|subcase| {
        let when = subcase.when.as_ref();
        let calls = |fields: &Fields| when.is_some_and(|c| c.holds("entry", fields) == Ok(true));
        calls(&state.fields) && !calls(before)
    });
    called
        .flat_map(|subcase| {
            let facts = who.facts.subcases.iter();
            let mine = facts.filter(|fact| fact.is_of(subcase));
            mine.map(|fact| format!("{}“{}”", subcase.name, fact.title))
        })
        .collect()
}

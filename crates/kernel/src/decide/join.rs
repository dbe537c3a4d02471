//! Joint matters (并案): one matter goes on inside another of the same ledger.
//!
//! The joined one ends; the leading one goes on for both. It began first, so that joining prolongs
//! no time limit, and it stands in a stage from which it could be joined itself, so that nothing was
//! decided before both were one. No ring can come of this: what has ended leads nothing.
//! While something is joined to a matter, that one keeps its name and cannot be made void.

use catalogue::{
    definition::{Action, Ledger},
    id::FieldId,
    value::Fields,
};

use super::Who;
use crate::{
    facts::{Facts, Lead, Matter},
    refusal::{NoJoin, Refusal},
    state::{Done, State},
};

/// The id of the matter that leads, or why there can be none.
pub(super) fn lead(
    ledger: &Ledger,
    state: &State,
    action: &Action,
    field: &FieldId,
    after: &Fields,
    who: &Who<'_>,
) -> Result<String, Refusal> {
    let refuse = |why: NoJoin| Refusal::NotJoined {
        action: action.name.clone(),
        why,
        law: action.law.clone().map(Box::new),
    };
    let Some(named) = after.get(field.as_str()) else {
        let name = ledger.field(field).map_or(field.as_str(), |f| &f.name);
        return Err(Refusal::Missing {
            action: action.name.clone(),
            what: vec![format!("填写“{name}”")],
            law: action.law.clone().map(Box::new),
        });
    };
    let matter = match &who.facts.lead {
        None | Some(Lead::Unknown) => {
            let named = named.as_text().unwrap_or_default().to_owned();
            return Err(refuse(NoJoin::Unknown(named)));
        }
        Some(Lead::Itself) => return Err(refuse(NoJoin::Itself)),
        Some(Lead::There(matter)) => matter,
    };
    let title = matter.title.clone();
    if matter.voided {
        return Err(refuse(NoJoin::Void(title)));
    }
    if !stands_in(action, matter) {
        return Err(refuse(NoJoin::Stage {
            title,
            stage: stage_name(ledger, matter.stage.as_deref().unwrap_or_default()),
            allowed: action.from.iter().map(|s| stage_name(ledger, s)).collect(),
        }));
    }
    if matter.happened_on > state.happened_on(ledger) {
        return Err(refuse(NoJoin::Later {
            title,
            began: matter.happened_on,
        }));
    }
    Ok(matter.id.clone())
}

fn stands_in(action: &Action, matter: &Matter) -> bool {
    let stage = matter.stage.as_deref().unwrap_or_default();
    action.from.iter().any(|from| **from == *stage)
}

fn stage_name(ledger: &Ledger, id: &str) -> String {
    let stage = ledger.stage(id);
    stage.map_or_else(|| id.to_owned(), |stage| stage.name.clone())
}

/// Refuses to part what was decided as one.
pub(super) fn may_part(
    ledger: &Ledger,
    action: &Action,
    done: &Done,
    facts: &Facts,
) -> Result<(), Refusal> {
    let Some(id) = done.joined_to.as_ref() else {
        return Ok(());
    };
    match &facts.lead {
        Some(Lead::There(lead)) if lead.id == *id && (lead.voided || stands_in(action, lead)) => {
            Ok(())
        }
        Some(Lead::There(lead)) => Err(Refusal::PartedTooLate {
            action: action.name.clone(),
            lead: lead.title.clone(),
            stage: stage_name(ledger, lead.stage.as_deref().unwrap_or_default()),
        }),
        _ => Err(Refusal::NotJoined {
            action: action.name.clone(),
            why: NoJoin::Unknown(id.clone()),
            law: None,
        }),
    }
}

/// Refuses what would leave joined matters without the one that they are joined to.
pub(super) fn holds(facts: &Facts, what: impl Fn() -> String) -> Result<(), Refusal> {
    match facts.joined.is_empty() {
        true => Ok(()),
        false => Err(Refusal::HoldsJoined {
            what: what(),
            joined: facts.joined.iter().map(|m| m.title.clone()).collect(),
        }),
    }
}

/// Joined matters name the leading one by its key: it keeps it.
pub(super) fn named_so<'a>(
    ledger: &Ledger,
    mut changed: impl Iterator<Item = &'a String>,
    facts: &Facts,
) -> Result<(), Refusal> {
    let is_key = |id: &&String| {
        ledger
            .key
            .iter()
            .chain(&ledger.title)
            .any(|key| **key == **id)
    };
    match changed.find(is_key) {
        Some(id) => holds(facts, || {
            let name = ledger.field(id).map_or(id.as_str(), |field| &field.name);
            format!("更正“{name}”")
        }),
        None => Ok(()),
    }
}

/// The matter that leads is named by the act alone.
pub(super) fn only_by_act(ledger: &Ledger, state: &State, field: &str) -> Result<(), Refusal> {
    let joins = |action: &&Action| action.joins.as_deref() == Some(field);
    match ledger.actions.iter().find(joins) {
        Some(action) => Err(Refusal::OnlyByAct {
            field: ledger.field(field).map_or(field, |f| &f.name).to_owned(),
            action: action.name.clone(),
            done: state.joined_to().is_some(),
        }),
        None => Ok(()),
    }
}

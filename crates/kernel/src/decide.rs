//! Decide: may this be done, and if so, what happened?

use std::collections::BTreeMap;

use catalogue::{
    definition::{Action, Ledger, Need},
    field::FieldContext,
    value::{Fields, Value},
};
use values::dates::Date;

use crate::{
    event::{Event, Happening},
    refusal::{FieldRefusal, Refusal},
    state::State,
};

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open an entry.
    Open {
        /// Its fields.
        fields: Fields,
    },
    /// Correct fields.
    Amend {
        /// New values; `None` removes a field.
        changes: BTreeMap<String, Option<Value>>,
        /// Why.
        reason: String,
    },
    /// Do an act of the procedure.
    Act {
        /// The action.
        action: String,
        /// The fields that it fills.
        fields: Fields,
    },
    /// Declare void.
    Void {
        /// Why.
        reason: String,
    },
}

/// Who acts, and in which surroundings.
#[derive(Clone, Debug)]
pub struct Who<'a> {
    /// Opaque id of the account.
    pub actor: &'a str,
    /// Roles held (`catalogue/roles.toml`).
    pub roles: &'a [String],
    /// Today, by the office's calendar.
    pub today: Date,
    /// What fields need to know of the organ.
    pub context: FieldContext<'a>,
}

/// Decides a command. `happened_on` is the day on which it happened, as the actor says.
///
/// # Errors
/// A [`Refusal`] that says on what ground.
pub fn decide(
    ledger: &Ledger,
    state: Option<&State>,
    command: Command,
    who: &Who<'_>,
    happened_on: Date,
) -> Result<Vec<Event>, Refusal> {
    if happened_on > who.today {
        return Err(Refusal::InTheFuture {
            given: happened_on.to_string(),
            today: who.today.to_string(),
        });
    }
    if state.is_some_and(|s| s.voided) {
        return Err(Refusal::Voided);
    }
    let what = match command {
        Command::Open { fields } => {
            validate(ledger, &fields, &who.context)?;
            Happening::Opened { fields }
        }
        Command::Amend { changes, reason } => amend(ledger, state, changes, reason, who)?,
        Command::Act { action, fields } => act(ledger, state, &action, fields, who)?,
        Command::Void { reason } => Happening::Voided {
            reason: given_reason(reason)?,
        },
    };
    let seq = state.map_or(1, |s| s.revision + 1);
    Ok(vec![Event {
        seq,
        actor: who.actor.to_owned(),
        happened_on,
        what,
    }])
}

fn given_reason(reason: String) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        Err(Refusal::ReasonMissing)
    } else {
        Ok(reason.to_owned())
    }
}

fn validate(ledger: &Ledger, fields: &Fields, context: &FieldContext<'_>) -> Result<(), Refusal> {
    ledger.validate(fields, context).map_err(|errors| {
        Refusal::Fields(
            errors
                .into_iter()
                .map(|(id, error)| FieldRefusal {
                    name: ledger
                        .field(&id)
                        .map_or_else(|| id.clone(), |f| f.name.clone()),
                    field: id,
                    error,
                })
                .collect(),
        )
    })
}

fn amend(
    ledger: &Ledger,
    state: Option<&State>,
    changes: BTreeMap<String, Option<Value>>,
    reason: String,
    who: &Who<'_>,
) -> Result<Happening, Refusal> {
    let mut fields = state.map(|s| s.fields.clone()).unwrap_or_default();
    let changes: BTreeMap<_, _> = changes
        .into_iter()
        .filter(|(id, value)| fields.get(id) != value.as_ref())
        .collect();
    if changes.is_empty() {
        return Err(Refusal::Unchanged);
    }
    for (id, value) in &changes {
        match value {
            Some(value) => fields.insert(id.clone(), value.clone()),
            None => fields.remove(id),
        };
    }
    validate(ledger, &fields, &who.context)?;
    Ok(Happening::Amended {
        changes,
        reason: given_reason(reason)?,
    })
}

fn act(
    ledger: &Ledger,
    state: Option<&State>,
    action: &str,
    fields: Fields,
    who: &Who<'_>,
) -> Result<Happening, Refusal> {
    let (Some(action), Some(state)) = (ledger.action(action), state) else {
        return Err(Refusal::NoSuchAction(action.to_owned()));
    };
    if let Some(refusal) = obstacle(ledger, state, action, &fields, who) {
        return Err(refusal);
    }
    let mut after = state.fields.clone();
    after.extend(fields.clone());
    validate(ledger, &after, &who.context)?;
    Ok(Happening::Acted {
        action: action.id.to_string(),
        to: action.to.as_ref().map(ToString::to_string),
        fields,
    })
}

/// Why an action cannot be done now, if it cannot: asked by [`decide`] and by the page that shows
/// what can be done. `fields` are those that the act would fill.
pub fn obstacle(
    ledger: &Ledger,
    state: &State,
    action: &Action,
    fields: &Fields,
    who: &Who<'_>,
) -> Option<Refusal> {
    let name = || action.name.clone();
    let law = || action.law.clone();
    let stage = state.stage.as_deref().unwrap_or_default();
    if !action.from.iter().any(|s| &**s == stage) {
        let word = |id: &str| {
            ledger
                .stage(id)
                .map_or_else(|| id.to_owned(), |s| s.name.clone())
        };
        return Some(Refusal::WrongStage {
            action: name(),
            stage: word(stage),
            allowed: action.from.iter().map(|s| word(s)).collect(),
            law: law(),
        });
    }
    if !action.repeat && action.to.is_none() && state.acts(&action.id).next().is_some() {
        return Some(Refusal::AlreadyDone { action: name() });
    }
    if !action.by.is_empty() && !action.by.iter().any(|r| who.roles.contains(r)) {
        return Some(Refusal::WrongRole {
            action: name(),
            allowed: action.by.clone(),
            law: law(),
        });
    }
    for earlier in &action.not_by {
        if state.acts(earlier).any(|done| done.actor == who.actor) {
            let earlier = ledger
                .action(earlier)
                .map_or(earlier.to_string(), |a| a.name.clone());
            return Some(Refusal::SamePerson {
                action: name(),
                earlier,
                law: law(),
            });
        }
    }
    let mut after = state.fields.clone();
    after.extend(fields.clone());
    let missing: Vec<String> = action
        .needs
        .iter()
        .filter_map(|need| missing(ledger, state, &after, need))
        .collect();
    if !missing.is_empty() {
        return Some(Refusal::Missing {
            action: name(),
            what: missing,
            law: law(),
        });
    }
    let fits = action
        .when
        .as_ref()
        .is_none_or(|c| c.holds("entry", &after).unwrap_or(false));
    (!fits).then(|| Refusal::Condition {
        action: name(),
        law: law(),
    })
}

/// Names a need that is not met. Documents and evidence are attached from part B on; until an
/// entry can carry them they are not asked for here.
fn missing(ledger: &Ledger, state: &State, after: &Fields, need: &Need) -> Option<String> {
    match need {
        Need::Action(id) if state.acts(id).next().is_none() => {
            Some(ledger.action(id).map_or(id.to_string(), |a| a.name.clone()))
        }
        Need::Field(id) if !after.contains_key(id.as_str()) => {
            Some(ledger.field(id).map_or(id.to_string(), |f| f.name.clone()))
        }
        _ => None,
    }
}

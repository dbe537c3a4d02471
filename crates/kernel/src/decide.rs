//! Decide: may this be done, and if so, what happened?

use std::collections::BTreeMap;

use catalogue::{
    definition::{Action, Ledger, Named, Need},
    field::{FieldContext, FieldError},
    id::RoleId,
    value::{Fields, Value},
};
use values::dates::Date;

use crate::{
    event::{Event, Happening},
    kept::{Evidence, Paper, Record, known_document},
    refusal::{FieldRefusal, Refusal},
    spelling::{spell_changes, spell_fields, spelled},
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
    /// Keep a version of a paper.
    WritePaper(Paper),
    /// Sign a paper off.
    SignPaper(Paper),
    /// Add evidence.
    AddEvidence(Evidence),
    /// Write a piece of the record of the whole process.
    RecordProcess(Record),
}

impl Command {
    fn spelled(mut self) -> Self {
        match &mut self {
            Self::Open { fields } | Self::Act { fields, .. } => spell_fields(fields),
            Self::Amend { changes, reason } => {
                spell_changes(changes);
                *reason = spelled(reason).into_owned();
            }
            Self::Void { reason } => *reason = spelled(reason).into_owned(),
            Self::WritePaper(_)
            | Self::SignPaper(_)
            | Self::AddEvidence(_)
            | Self::RecordProcess(_) => {}
        }
        self
    }
}

/// Who acts, and in which surroundings.
#[derive(Clone, Debug)]
pub struct Who<'a> {
    /// Opaque id of the account.
    pub actor: &'a str,
    /// Roles held (`catalogue/roles.toml`).
    pub roles: &'a [String],
    /// What roles are called: a refusal names who may.
    pub role_names: &'a [Named<RoleId>],
    /// Today, by the office's calendar.
    pub today: Date,
    /// What fields need to know of the organ.
    pub context: FieldContext<'a>,
}

impl Who<'_> {
    fn role_name(&self, id: &str) -> String {
        let known = self.role_names.iter().find(|role| &*role.id == id);
        known.map_or_else(|| id.to_owned(), |role| role.name.clone())
    }
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
    let what = match (command.spelled(), state) {
        (Command::Open { fields }, None) => {
            validate(ledger, &fields, &who.context)?;
            Happening::Opened { fields }
        }
        (Command::Open { .. }, Some(_)) => return Err(Refusal::AlreadyOpened),
        (_, None) => return Err(Refusal::NotOpened),
        (Command::Amend { changes, reason }, Some(state)) => {
            amend(ledger, state, changes, reason, who)?
        }
        (Command::Act { action, fields }, Some(state)) => act(ledger, state, &action, fields, who)?,
        (Command::Void { reason }, Some(_)) => Happening::Voided {
            reason: given_reason(reason)?,
        },
        (Command::WritePaper(paper), Some(_)) => {
            Happening::PaperWritten(known_document(ledger, paper)?)
        }
        (Command::SignPaper(paper), Some(_)) => {
            Happening::PaperSigned(known_document(ledger, paper)?)
        }
        (Command::AddEvidence(evidence), Some(_)) => Happening::EvidenceAdded(evidence),
        (Command::RecordProcess(record), Some(_)) => Happening::ProcessRecorded(record),
    };
    let seq = state.map_or(1, |s| s.revision + 1);
    Ok(vec![Event {
        seq,
        actor: who.actor.to_owned(),
        happened_on,
        what,
    }])
}

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;
/// The log holds integers of this size and no larger: beyond it, other programs would round them.
const INTEGER_MAX: u64 = (1 << 53) - 1;

fn given_reason(reason: String) -> Result<String, Refusal> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Refusal::ReasonMissing),
        1..=REASON_MAX => Ok(reason.to_owned()),
        length => Err(Refusal::ReasonTooLong {
            length,
            max: REASON_MAX,
        }),
    }
}

fn validate(ledger: &Ledger, fields: &Fields, context: &FieldContext<'_>) -> Result<(), Refusal> {
    let errors = match ledger.validate(fields, context) {
        Ok(()) => beyond_the_log(fields),
        Err(errors) => errors,
    };
    if errors.is_empty() {
        return Ok(());
    }
    let named = |(id, error): (String, FieldError)| FieldRefusal {
        name: ledger
            .field(&id)
            .map_or_else(|| id.clone(), |f| f.name.clone()),
        field: id,
        error,
    };
    Err(Refusal::Fields(errors.into_iter().map(named).collect()))
}

/// The fields with a number that the log cannot hold.
fn beyond_the_log(fields: &Fields) -> Vec<(String, FieldError)> {
    let too_large = fields.iter().filter(|(_, value)| !fits_the_log(value));
    too_large
        .map(|(id, _)| (id.clone(), FieldError::TooLarge))
        .collect()
}

fn fits_the_log(value: &Value) -> bool {
    match value {
        Value::Integer(number) => number.unsigned_abs() <= INTEGER_MAX,
        Value::List(items) => items.iter().all(fits_the_log),
        Value::Record(cells) => cells.values().all(fits_the_log),
        Value::Text(_) | Value::Flag(_) => true,
    }
}

fn amend(
    ledger: &Ledger,
    state: &State,
    changes: BTreeMap<String, Option<Value>>,
    reason: String,
    who: &Who<'_>,
) -> Result<Happening, Refusal> {
    let mut fields = state.fields.clone();
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
    state: &State,
    action: &str,
    fields: Fields,
    who: &Who<'_>,
) -> Result<Happening, Refusal> {
    let Some(action) = ledger.action(action) else {
        return Err(Refusal::NoSuchAction(action.to_owned()));
    };
    if let Some(refusal) = obstacle(ledger, state, action, &fields, who) {
        return Err(refusal);
    }
    let not_asked = fields
        .keys()
        .find(|id| !action.asks.iter().any(|a| **a == ***id));
    if let Some(id) = not_asked {
        return Err(Refusal::NotAsked {
            action: action.name.clone(),
            field: ledger.field(id).map_or(id.clone(), |f| f.name.clone()),
        });
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
    let law = || action.law.clone().map(Box::new);
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
            allowed: action.by.iter().map(|role| who.role_name(role)).collect(),
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
    let mut missing: Vec<String> = action
        .needs
        .iter()
        .filter_map(|need| missing(ledger, state, &after, need))
        .collect();
    if action.officers > 0 {
        missing.push(format!(
            "{}名持证执法人员（本版本尚不能登记同办人员）",
            action.officers
        ));
    }
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

/// Names a need that is not met.
fn missing(ledger: &Ledger, state: &State, after: &Fields, need: &Need) -> Option<String> {
    match need {
        Need::Action(id) if state.acts(id).next().is_none() => Some(format!(
            "先办理“{}”",
            ledger.action(id).map_or(id.as_str(), |a| a.name.as_str())
        )),
        Need::Field(id) if !after.contains_key(id.as_str()) => Some(format!(
            "填写“{}”",
            ledger.field(id).map_or(id.as_str(), |f| f.name.as_str())
        )),
        Need::Document(id) if !state.is_signed(id) => {
            let document = ledger.documents.iter().find(|d| d.id == *id);
            let name = document.map_or(id.as_str(), |d| d.name.as_str());
            Some(format!("制作并签发《{name}》"))
        }
        Need::Evidence if !state.has_evidence() => Some("附证据材料".to_owned()),
        Need::Action(_) | Need::Field(_) | Need::Document(_) | Need::Evidence => None,
    }
}

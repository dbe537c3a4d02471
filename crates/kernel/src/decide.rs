//! Decide: may this be done, and if so, what happened?
//!
//! What stands in the way of an act of the procedure is in [`obstacle`]; here are the commands.

mod fillable;
mod join;
mod obstacle;
mod retract;

use std::collections::BTreeMap;

use catalogue::{
    definition::{Action, Document, FieldType, Ledger, Named},
    field::{FieldContext, FieldError},
    id::{FieldId, RoleId},
    value::{Fields, Value},
};
use values::{calendar::Calendar, dates::Date};

use crate::{
    event::{Event, Happening},
    facts::Facts,
    happened::{is_done, landing},
    kept::{Evidence, Paper, Record, known_document},
    refusal::{FieldRefusal, Refusal},
    spelling::{spell_changes, spell_fields, spelled},
    state::State,
};

pub use obstacle::{Given, obstacle, obstacle_on};

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
    /// Take back the last act: it was a mistake.
    Retract {
        /// Why.
        reason: String,
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
            Self::Retract { reason } | Self::Void { reason } => {
                *reason = spelled(reason).into_owned();
            }
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
    /// By which time limits are counted.
    pub calendar: &'a Calendar,
    /// What is there besides the entry.
    pub facts: Facts,
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
            let stage = landing(ledger, &fields);
            Happening::Opened { fields, stage }
        }
        (Command::Open { .. }, Some(_)) => return Err(Refusal::AlreadyOpened),
        (_, None) => return Err(Refusal::NotOpened),
        (Command::Amend { changes, reason }, Some(state)) => {
            amend(ledger, state, changes, reason, who)?
        }
        (Command::Act { action, fields }, Some(state)) => {
            act(ledger, state, &action, fields, who, happened_on)?
        }
        (Command::Retract { reason }, Some(state)) => retract::retract(ledger, state, reason, who)?,
        (Command::Void { reason }, Some(_)) => {
            join::holds(&who.facts, || "作废本件".to_owned())?;
            Happening::Voided {
                reason: given_reason(reason)?,
            }
        }
        (Command::WritePaper(paper), Some(_)) => {
            Happening::PaperWritten(known_document(ledger, paper)?)
        }
        (Command::SignPaper(paper), Some(_)) => {
            Happening::PaperSigned(may_sign(ledger, paper, who)?)
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

/// A paper is signed off (签发) by somebody whose role its document names.
fn may_sign(ledger: &Ledger, paper: Paper, who: &Who<'_>) -> Result<Paper, Refusal> {
    let paper = known_document(ledger, paper)?;
    match ledger
        .document(&paper.document)
        .and_then(|d| signer(d, who))
    {
        Some(refusal) => Err(refusal),
        None => Ok(paper),
    }
}

/// Why somebody may not sign a document off, if so.
pub fn signer(document: &Document, who: &Who<'_>) -> Option<Refusal> {
    let may = document.sign.is_empty() || document.sign.iter().any(|r| who.roles.contains(r));
    (!may).then(|| Refusal::WrongSigner {
        document: document.name.clone(),
        allowed: document.sign.iter().map(|r| who.role_name(r)).collect(),
        law: document.law.clone().map(Box::new),
    })
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
    join::named_so(ledger, changes.keys(), &who.facts)?;
    // An entry kept as a book goes where its dates lead; one that was worked here is moved by acts.
    let stage = if state.has_acts() {
        only_by_act(ledger, state, &changes, who)?;
        None
    } else {
        landing(ledger, &fields).filter(|stage| state.stage.as_ref() != Some(stage))
    };
    Ok(Happening::Amended {
        changes,
        reason: given_reason(reason)?,
        stage,
    })
}

/// Refuses a correction that would do an act, undo one, or date one to a day that has not come,
/// behind the procedure's back.
fn only_by_act(
    ledger: &Ledger,
    state: &State,
    changes: &BTreeMap<String, Option<Value>>,
    who: &Who<'_>,
) -> Result<(), Refusal> {
    for (id, value) in changes {
        join::only_by_act(ledger, state, id)?;
        let records = |action: &&Action| action.date.as_ref().is_some_and(|date| **date == **id);
        let mut acts = ledger.actions.iter().filter(records);
        let Some(first) = acts.clone().next() else {
            continue;
        };
        let done = acts.any(|action| is_done(action, state));
        let day = value
            .as_ref()
            .and_then(|v| v.as_text()?.parse::<Date>().ok());
        if let Some(day) = day.filter(|day| *day > who.today) {
            return Err(Refusal::InTheFuture {
                given: day.to_string(),
                today: who.today.to_string(),
            });
        }
        let corrects = value.is_some() && state.fields.contains_key(id);
        if corrects || (value.is_none() && !done) {
            continue;
        }
        return Err(Refusal::OnlyByAct {
            field: ledger.field(id).map_or(id.clone(), |f| f.name.clone()),
            action: first.name.clone(),
            done,
        });
    }
    Ok(())
}

/// Whoever acts together is named in the fields that the act has for officers: nobody types a name
/// twice, and the papers say who was there.
fn name_officers(ledger: &Ledger, action: &Action, fields: &mut Fields, who: &Who<'_>) {
    if action.officers == 0 {
        return;
    }
    let is_officer = |id: &&FieldId| {
        let field = ledger.field(id);
        field.is_some_and(|field| field.kind == FieldType::Officer)
    };
    let asked = action.asks.iter().filter(is_officer);
    for (id, officer) in asked.zip(&who.facts.officers) {
        let name = || Value::from(officer.name.as_str());
        fields.entry(id.to_string()).or_insert_with(name);
    }
}

/// The field that records the day of an act says the day of the act, and no other.
fn dated_otherwise(ledger: &Ledger, action: &Action, fields: &Fields, on: Date) -> Option<Refusal> {
    let id = action.date.as_ref()?;
    let given = fields.get(id.as_str())?.as_text()?;
    (given != on.to_string()).then(|| Refusal::OtherDay {
        action: action.name.clone(),
        field: ledger.field(id).map_or(id.to_string(), |f| f.name.clone()),
        given: given.to_owned(),
        on,
    })
}

fn act(
    ledger: &Ledger,
    state: &State,
    action: &str,
    mut fields: Fields,
    who: &Who<'_>,
    on: Date,
) -> Result<Happening, Refusal> {
    let Some(action) = ledger.action(action) else {
        return Err(Refusal::NoSuchAction(action.to_owned()));
    };
    if let Some(date) = &action.date {
        let day = || Value::from(on.to_string().as_str());
        fields.entry(date.to_string()).or_insert_with(day);
    }
    if let Some(refusal) = dated_otherwise(ledger, action, &fields, on) {
        return Err(refusal);
    }
    name_officers(ledger, action, &mut fields, who);
    if let Some(refusal) = obstacle_on(ledger, state, action, Given::Now(&fields), who, on) {
        return Err(refusal);
    }
    let asked = |id: &str| {
        let mut asks = action.asks.iter().chain(&action.date);
        asks.any(|asked| **asked == *id)
    };
    if let Some(id) = fields.keys().find(|id| !asked(id)) {
        return Err(Refusal::NotAsked {
            action: action.name.clone(),
            field: ledger.field(id).map_or(id.clone(), |f| f.name.clone()),
        });
    }
    let mut after = state.fields.clone();
    after.extend(fields.clone());
    validate(ledger, &after, &who.context)?;
    let joined_to = match &action.joins {
        Some(field) => Some(join::lead(ledger, state, action, field, &after, who)?),
        None => None,
    };
    let officers = who.facts.officers.iter().map(|officer| officer.id.clone());
    Ok(Happening::Acted {
        action: action.id.to_string(),
        to: action.to.as_ref().map(ToString::to_string),
        fields,
        officers: match action.officers {
            0 => Vec::new(),
            _ => officers.collect(),
        },
        joined_to,
    })
}

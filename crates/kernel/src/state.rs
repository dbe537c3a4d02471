//! The state of an entry: a fold over its events.

use catalogue::{definition::Ledger, value::Fields};
use serde::{Deserialize, Serialize};
use values::dates::Date;

use crate::{
    event::{Event, Happening},
    kept::done_as,
};

/// An entry as its events have made it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Number of events so far; the next event has this plus one.
    pub revision: u32,
    /// The fields as they are now.
    pub fields: Fields,
    /// The stage, for ledgers with a procedure.
    pub stage: Option<String>,
    /// Everything that was done, in order.
    pub history: Vec<Done>,
    /// The entry no longer counts.
    pub voided: bool,
    /// The day given when it was opened.
    pub opened_on: Date,
}

/// One act in the history of an entry: what clocks, guards and figures need to know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// `opened`, `amended`, `voided`, `action:<id>`, `written:<document>`, `signed:<document>`,
    /// `evidence` or `recorded`.
    pub what: String,
    /// Who did it.
    pub actor: String,
    /// When it happened, `2022-03-05`.
    pub on: String,
    /// The stage it led to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl State {
    /// The entry's own date: the ledger's date field, or the day given when it was opened.
    pub fn happened_on(&self, ledger: &Ledger) -> Date {
        let field = ledger
            .date
            .as_ref()
            .and_then(|id| self.fields.get(id.as_str()));
        field
            .and_then(|v| v.as_text()?.parse().ok())
            .unwrap_or(self.opened_on)
    }
    /// The acts with this action id, in order.
    pub fn acts<'a>(&'a self, action: &'a str) -> impl Iterator<Item = &'a Done> + 'a {
        self.history
            .iter()
            .filter(move |d| d.what.strip_prefix("action:") == Some(action))
    }
}

/// Applies an event. Cannot fail: whatever was decided once can be replayed for ever.
///
/// `first_stage` is the stage in which the entry's definition begins.
pub fn apply(state: Option<State>, event: &Event, first_stage: Option<&str>) -> State {
    let mut state = state.unwrap_or_else(|| State {
        revision: 0,
        fields: Fields::new(),
        stage: first_stage.map(str::to_owned),
        history: Vec::new(),
        voided: false,
        opened_on: event.happened_on,
    });
    let mut done = Done {
        what: event.what.kind().to_owned(),
        actor: event.actor.clone(),
        on: event.happened_on.to_string(),
        to: None,
    };
    match &event.what {
        Happening::Opened { fields } => state.fields = fields.clone(),
        Happening::Amended { changes, .. } => {
            for (field, value) in changes {
                match value {
                    Some(value) => state.fields.insert(field.clone(), value.clone()),
                    None => state.fields.remove(field),
                };
            }
        }
        Happening::Acted { action, to, fields } => {
            state.fields.extend(fields.clone());
            done.what = format!("action:{action}");
            if let Some(to) = to {
                state.stage = Some(to.clone());
                done.to = Some(to.clone());
            }
        }
        Happening::Voided { .. } => state.voided = true,
        kept => {
            if let Some(what) = done_as(kept) {
                done.what = what;
            }
        }
    }
    state.revision = event.seq;
    state.history.push(done);
    state
}

/// Replays a history.
pub fn replay<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    first_stage: Option<&str>,
) -> Option<State> {
    events
        .into_iter()
        .fold(None, |state, event| Some(apply(state, event, first_stage)))
}

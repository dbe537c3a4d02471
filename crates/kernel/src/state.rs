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
    /// `opened`, `amended`, `voided`, `retracted`, `action:<id>`, `written:<document>`,
    /// `signed:<document>`, `evidence` or `recorded`.
    pub what: String,
    /// Who did it.
    pub actor: String,
    /// When it happened, `2022-03-05`.
    pub on: String,
    /// The stage it led to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The officers who acted together: opaque ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officers: Vec<String>,
    /// The fields that it filled and that were empty before: a retraction empties them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<String>,
    /// The entry that this one was joined to by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_to: Option<String>,
    /// It was taken back by a later event: it no longer counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retracted: bool,
}

/// The acts of a history with this action id that stand, in order.
pub(crate) fn acts_in<'a>(
    history: &'a [Done],
    action: &'a str,
) -> impl Iterator<Item = &'a Done> + 'a {
    let stands = history.iter().filter(|done| !done.retracted);
    stands.filter(move |done| done.what.strip_prefix("action:") == Some(action))
}

impl Done {
    /// Whether somebody took part in it, as the one who typed or as an officer.
    pub fn is_by(&self, person: &str) -> bool {
        self.actor == person || self.officers.iter().any(|officer| officer == person)
    }
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
    /// The acts with this action id that stand, in order.
    pub fn acts<'a>(&'a self, action: &'a str) -> impl Iterator<Item = &'a Done> + 'a {
        acts_in(&self.history, action)
    }
    /// The last act that stands, with its place in the history from 1: the one to take back.
    pub fn last_act(&self) -> Option<(u32, &Done)> {
        let stands = |(_, done): &(u32, &Done)| !done.retracted && done.what.starts_with("action:");
        (1_u32..).zip(&self.history).filter(stands).last()
    }
    /// The entry that this one is joined to, if it is.
    pub fn joined_to(&self) -> Option<&str> {
        let stands = self.history.iter().rev().filter(|done| !done.retracted);
        stands.filter_map(|done| done.joined_to.as_deref()).next()
    }
    /// The stage to which dates that were entered, and no acts, have brought it: what lies before was
    /// not done here (补录).
    pub fn landed_in(&self) -> Option<&str> {
        let entered = |done: &&Done| matches!(&*done.what, "opened" | "amended");
        let mut landed = self.history.iter().rev().filter(entered);
        landed.find_map(|done| done.to.as_deref())
    }
    /// Whether anything was done here, and not only entered from a book.
    pub fn has_acts(&self) -> bool {
        self.history
            .iter()
            .any(|done| done.what.starts_with("action:"))
    }
}

impl State {
    fn land(&mut self, stage: Option<&String>, done: &mut Done) {
        if let Some(stage) = stage {
            self.stage = Some(stage.clone());
            done.to = Some(stage.clone());
        }
    }
}

/// The same as [`apply`] for an event that is of no more use: what it opens with goes over uncopied.
pub fn apply_owned(state: Option<State>, mut event: Event, first_stage: Option<&str>) -> State {
    let Happening::Opened { fields, .. } = &mut event.what else {
        return apply(state, &event, first_stage);
    };
    let fields = std::mem::take(fields);
    State {
        fields,
        ..apply(state, &event, first_stage)
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
        officers: Vec::new(),
        filled: Vec::new(),
        joined_to: None,
        retracted: false,
    };
    match &event.what {
        Happening::Opened { fields, stage } => {
            state.fields = fields.clone();
            state.land(stage.as_ref(), &mut done);
        }
        Happening::Amended { changes, stage, .. } => {
            state.land(stage.as_ref(), &mut done);
            for (field, value) in changes {
                match value {
                    Some(value) => state.fields.insert(field.clone(), value.clone()),
                    None => state.fields.remove(field),
                };
            }
        }
        Happening::Acted {
            action,
            to,
            fields,
            officers,
            joined_to,
        } => {
            let new = |id: &&String| !state.fields.contains_key(*id);
            done.filled = fields.keys().filter(new).cloned().collect();
            state.fields.extend(fields.clone());
            done.what = format!("action:{action}");
            done.officers = officers.clone();
            done.joined_to = joined_to.clone();
            state.land(to.as_ref(), &mut done);
        }
        Happening::Retracted {
            seq,
            stage,
            cleared,
            restored,
            ..
        } => {
            let at = usize::try_from(*seq).unwrap_or(usize::MAX);
            if let Some(act) = at.checked_sub(1).and_then(|at| state.history.get_mut(at)) {
                act.retracted = true;
            }
            state.stage = stage.clone();
            state.fields.retain(|id, _| !cleared.contains(id));
            state.fields.extend(restored.clone());
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

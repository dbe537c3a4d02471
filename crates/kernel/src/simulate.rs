//! Simulation (推演): a way through a procedure with the clocks on it, counted from a day.
//!
//! Each act is done on the last lawful day of the most urgent clock that it stops, and not before
//! a time that must be over first has passed; an act that no clock drives is done on the day of
//! the one before. So the table shows the longest way that still keeps every limit.

use catalogue::{
    definition::{Action, FieldType, Ledger, Need},
    flow::Path,
    id::ActionId,
    value::{Fields, Value},
};
use values::{calendar::Calendar, dates::Date};

use crate::{
    clock::{Running, clocks, running},
    event::{Event, Happening},
    happened::brings,
    state::{State, apply},
};

/// A way through a procedure, dated.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    /// The acts with their days.
    pub steps: Vec<SimulatedStep>,
    /// The clocks that ran on the way, as they stand at its end.
    pub clocks: Vec<Running<'a>>,
}

/// An act on a simulated way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedStep {
    /// The act.
    pub action: ActionId,
    /// The day.
    pub on: Date,
    /// The name of the stage after it.
    pub stage: String,
}

/// Walks a path from a day on which the entry is opened.
pub fn simulate<'a>(
    ledger: &'a Ledger,
    path: &Path,
    from: Date,
    calendar: &Calendar,
) -> Simulation<'a> {
    let first = ledger.first_stage().map(|stage| &*stage.id);
    let mut fields = Fields::new();
    if let Some(date) = &ledger.date {
        fields.insert(date.to_string(), Value::from(from.to_string().as_str()));
    }
    let opened = Happening::Opened {
        fields,
        stage: None,
    };
    let mut state = apply(None, &event(1, from, opened), first);
    let mut on = from;
    let mut steps = Vec::new();
    for (seq, action) in (2..).zip(path.iter().filter_map(|id| ledger.action(id))) {
        on = day_of(ledger, &state, action, on, calendar);
        let acted = Happening::Acted {
            action: action.id.to_string(),
            to: action.to.as_ref().map(ToString::to_string),
            fields: dated(ledger, action, on),
            officers: Vec::new(),
            joined_to: None,
        };
        state = apply(Some(state), &event(seq, on, acted), first);
        let stage = state.stage.as_deref().and_then(|stage| ledger.stage(stage));
        steps.push(SimulatedStep {
            action: action.id.clone(),
            on,
            stage: stage.map_or_else(String::new, |stage| stage.name.clone()),
        });
    }
    Simulation {
        steps,
        clocks: clocks(ledger, &state, calendar),
    }
}

fn event(seq: u32, on: Date, what: Happening) -> Event {
    Event {
        seq,
        actor: String::new(),
        happened_on: on,
        what,
    }
}

/// The date fields that an act fills.
fn dated(ledger: &Ledger, action: &Action, on: Date) -> Fields {
    let dates = action.asks.iter().chain(&action.date).filter(|id| {
        let field = ledger.field(id);
        field.is_some_and(|field| field.kind == FieldType::Date)
    });
    dates
        .map(|id| (id.to_string(), Value::from(on.to_string().as_str())))
        .collect()
}

fn day_of(
    ledger: &Ledger,
    state: &State,
    action: &Action,
    before: Date,
    calendar: &Calendar,
) -> Date {
    let open = clocks(ledger, state, calendar);
    let driving = open
        .iter()
        .filter(|running| running.stopped_on.is_none())
        .filter(|running| {
            let ends = running.clock.stops.iter().chain(&running.clock.moot);
            ends.into_iter().any(|stop| brings(action, stop))
        });
    let driven = driving.map(Running::due).min().unwrap_or(before);
    let waits = action.needs.iter().filter_map(|need| match need {
        Need::Over(id) => running(ledger, ledger.clock(id)?, state, calendar),
        _ => None,
    });
    let over = waits
        .filter(|running| running.stopped_on.is_none())
        .filter_map(|running| running.due().tomorrow().ok());
    over.fold(driven.max(before), Date::max)
}

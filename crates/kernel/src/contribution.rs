//! Contributions: what an entry adds to each figure.
//!
//! They are a function of the entry's state alone. An event's contributions are the difference
//! between the state before and after it, so a correction adds a negation and a new line, and
//! rebuilding from all events always gives the same result.

use catalogue::{
    definition::{DateSource, Figure, FigureKind, Fold, Ledger, Measure},
    id::FigureId,
    value::{Fields, Value},
};
use values::dates::Date;

use crate::{
    happened::{day_in, days_of_action},
    state::State,
};

/// One line that an entry adds to one figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// The figure.
    pub figure: FigureId,
    /// The day it counts at.
    pub on: Date,
    /// The quantity: pieces, fen, or a scaled number.
    pub value: i64,
    /// Canonical JSON of the dimension values, keys sorted: `{"district":"海云区"}`.
    pub dims: String,
    /// The key, for figures over different keys or last values; else empty.
    pub item: String,
}

/// Everything that an entry in this state contributes, sorted.
pub fn contributions(ledger: &Ledger, state: &State) -> Vec<Contribution> {
    if state.voided {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for figure in &ledger.figures {
        if let Some(fold) = figure.kind.fold() {
            contribute(ledger, state, figure, fold, &mut lines);
        }
    }
    lines.sort();
    lines
}

/// What an event took away and what it added, given the lines before and after it.
pub fn difference(
    before: &[Contribution],
    after: &[Contribution],
) -> (Vec<Contribution>, Vec<Contribution>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut b, mut a) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (b.peek(), a.peek()) {
            (Some(x), Some(y)) if x == y => {
                b.next();
                a.next();
            }
            (Some(x), Some(y)) if x < y => removed.extend(b.next().cloned()),
            (Some(_), None) => removed.extend(b.next().cloned()),
            (_, Some(_)) => added.extend(a.next().cloned()),
            (None, None) => return (removed, added),
        }
    }
}

fn contribute(
    ledger: &Ledger,
    state: &State,
    figure: &Figure,
    fold: &Fold,
    lines: &mut Vec<Contribution>,
) {
    // A condition that cannot be evaluated (an absent field) does not hold.
    let counts = fold
        .when
        .as_ref()
        .is_none_or(|c| c.holds("entry", &state.fields).unwrap_or(false));
    if !counts {
        return;
    }
    let keyed = matches!(
        figure.kind,
        FigureKind::Distinct(_) | FigureKind::DistinctStock(_) | FigureKind::Latest(_)
    );
    let item = if keyed {
        key(&state.fields, fold)
    } else {
        Some(String::new())
    };
    let Some(item) = item else { return };
    let mut push = |on: Date, value: i64| {
        lines.push(Contribution {
            figure: figure.id.clone(),
            on,
            value,
            dims: dimensions(figure, &state.fields),
            item: item.clone(),
        });
    };
    if let (Measure::Action(action), DateSource::Action) = (&fold.measure, &fold.on) {
        let action = ledger.action(action);
        for on in action.map_or_else(Vec::new, |action| days_of_action(action, state)) {
            push(on, 1);
        }
        return;
    }
    let on = match &fold.on {
        DateSource::Field(field) => day_in(&state.fields, field),
        _ => Some(state.happened_on(ledger)),
    };
    let (Some(on), Some(value)) = (on, quantity(&fold.measure, state)) else {
        return;
    };
    if value == 0 && !matches!(figure.kind, FigureKind::Latest(_)) {
        return;
    }
    push(on, value);
    let ends = matches!(
        figure.kind,
        FigureKind::Stock(_) | FigureKind::DistinctStock(_)
    );
    if let (true, Some(end)) = (
        ends,
        fold.until.as_ref().and_then(|f| day_in(&state.fields, f)),
    ) {
        let gone = match fold.through {
            true => end.tomorrow().unwrap_or(end),
            false => end,
        };
        push(gone.max(on), -value);
    }
}

fn quantity(measure: &Measure, state: &State) -> Option<i64> {
    match measure {
        Measure::Entries => Some(1),
        Measure::Action(action) => i64::try_from(state.acts(action).count()).ok(),
        Measure::Sum(field) => state.fields.get(field.as_str())?.as_integer(),
        Measure::Rows(field) => {
            i64::try_from(state.fields.get(field.as_str())?.as_list()?.len()).ok()
        }
        Measure::RowsSum(field, column) => {
            let rows = state.fields.get(field.as_str())?.as_list()?;
            let mut cells = rows
                .iter()
                .filter_map(|row| cell(row, column)?.as_integer());
            // A sum beyond 64 bits is no number of anything: it contributes nothing.
            cells.try_fold(0i64, i64::checked_add)
        }
    }
}

fn cell<'a>(row: &'a Value, column: &str) -> Option<&'a Value> {
    match row {
        Value::Record(cells) => cells.get(column),
        _ => None,
    }
}

/// The key of an entry for a keyed figure: its key values joined; `None` if one is absent.
fn key(fields: &Fields, fold: &Fold) -> Option<String> {
    let values: Option<Vec<_>> = fold.keys.iter().map(|id| fields.get(id.as_str())).collect();
    Some(
        values?
            .into_iter()
            .map(text_of)
            .collect::<Vec<_>>()
            .join("\u{1f}"),
    )
}

/// A value as a key or a dimension value.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Flag(true) => "是".to_owned(),
        Value::Flag(false) => "否".to_owned(),
        Value::List(items) => items.iter().map(text_of).collect::<Vec<_>>().join("；"),
        Value::Record(_) => String::new(),
    }
}

fn dimensions(figure: &Figure, fields: &Fields) -> String {
    if figure.by.is_empty() {
        return "{}".to_owned();
    }
    let values: std::collections::BTreeMap<&str, String> = figure
        .by
        .iter()
        .filter_map(|d| Some((d.field.as_str(), text_of(fields.get(d.field.as_str())?))))
        .collect();
    serde_json::to_string(&values).unwrap_or_else(|_| "{}".to_owned())
}

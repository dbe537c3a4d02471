//! Registers: the public rows of a ledger that a publication has opened.

use std::{collections::BTreeSet, sync::Arc};

use catalogue::definition::{FieldType, Ledger, Visibility};
use values::{
    calendar::{Calendar, LastDayRule, Limit},
    dates::Date,
};

use super::{
    Column, date,
    view::{is_due, public_facts},
};
use crate::{App, entry::Entry, error::Result};

/// A longer register shows its newest rows only, and says so.
pub const ROWS_MAX: usize = 50_000;

/// A row of a register: what the public sees of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The entry.
    pub entry: String,
    /// What it is called, from public fields only.
    pub title: String,
    /// Its date, ISO; empty where the field that says it is not public.
    pub on: String,
    /// Id, name and text of each public field that is filled.
    pub cells: Vec<(String, String, String)>,
}

impl RegisterRow {
    /// The text of a field; empty where it is not filled.
    pub fn cell(&self, field: &str) -> &str {
        self.cells
            .iter()
            .find(|(id, _, _)| id == field)
            .map_or("", |(_, _, text)| text)
    }
}

/// A filter of a register: a public field with few values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Id of the field.
    pub field: String,
    /// Name of the field.
    pub name: String,
    /// Values that occur, in the order of the definition.
    pub values: Vec<String>,
}

/// A register as the public sees it.
#[derive(Clone, Debug)]
pub struct Register {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Id of the column.
    pub column: String,
    /// Public fields: id and name, in the order of the ledger.
    pub fields: Vec<(String, String)>,
    /// Rows, the newest first.
    pub rows: Vec<RegisterRow>,
    /// Filters.
    pub facets: Vec<Facet>,
    /// There are more rows than are shown.
    pub cut: bool,
}

impl Register {
    /// A row by its entry.
    pub fn row(&self, entry: &str) -> Option<&RegisterRow> {
        self.rows.iter().find(|r| r.entry == entry)
    }
}

impl App {
    pub(super) fn register(
        &self,
        organ: &str,
        column: &Column,
        ledger: &str,
        today: Date,
    ) -> Result<Option<Register>> {
        let Some(ledger) = self.catalogue().ledger(ledger).cloned() else {
            return Ok(None);
        };
        let mut rows = Vec::new();
        self.each_entry(organ, &ledger.id, |entry| {
            if in_column(column, &entry, today, &self.calendar) {
                rows.push((own_date(&entry), row_of(&entry)));
            }
            Ok(())
        })?;
        rows.sort_by(|(a_on, a), (b_on, b)| (b_on, &b.entry).cmp(&(a_on, &a.entry)));
        let cut = rows.len() > ROWS_MAX;
        rows.truncate(ROWS_MAX);
        let rows: Vec<RegisterRow> = rows.into_iter().map(|(_, row)| row).collect();
        let public = ledger
            .fields
            .iter()
            .filter(|f| f.public != Visibility::Hidden);
        let fields = public.map(|f| (f.id.to_string(), f.name.clone())).collect();
        let facets = facets(&ledger, &rows);
        Ok(Some(Register {
            ledger,
            column: column.id.clone(),
            fields,
            rows,
            facets,
            cut,
        }))
    }
}

/// An entry stands in a column: due, come, not gone, and within its term.
fn in_column(column: &Column, entry: &Entry, today: Date, calendar: &Calendar) -> bool {
    let fields = &entry.state.fields;
    let passed = |field: &Option<String>| {
        let on = field.as_ref().and_then(|f| date(fields, f));
        on.is_some_and(|on| on <= today)
    };
    if !is_due(&entry.ledger, &entry.state) || passed(&column.until) {
        return false;
    }
    if column.since.is_some() && !passed(&column.since) {
        return false;
    }
    let term = column.term.as_ref().and_then(|f| date(fields, f));
    if term.is_some_and(|last| last < today) {
        return false;
    }
    let Some(months) = column.months else {
        return true;
    };
    let last = Limit::Months(months).due(own_date(entry), calendar, LastDayRule::Unmoved);
    today <= last.date
}

/// The day of the decision, else the entry's own.
fn own_date(entry: &Entry) -> Date {
    date(&entry.state.fields, "decided_on").unwrap_or(entry.state.happened_on(&entry.ledger))
}

/// The same day, if the field that says it may be shown.
fn public_date(entry: &Entry) -> String {
    let ledger = &entry.ledger;
    let own = ledger.date.as_ref().map(|id| id.as_str());
    let mut fields = ["decided_on"].into_iter().chain(own);
    let said = fields.find(|id| entry.state.fields.contains_key(*id));
    let shown = said
        .and_then(|id| ledger.field(id))
        .is_some_and(|f| f.public == Visibility::Shown);
    match shown {
        true => own_date(entry).to_string(),
        false => String::new(),
    }
}

fn row_of(entry: &Entry) -> RegisterRow {
    let cells = public_facts(&entry.ledger, &entry.state.fields);
    let named: Vec<&str> = entry
        .ledger
        .title
        .iter()
        .filter_map(|id| cells.iter().find(|(f, _, _)| f == id.as_str()))
        .map(|(_, _, text)| text.as_str())
        .collect();
    let first = cells.first().map(|(_, _, text)| text.clone());
    let title = if named.is_empty() {
        first.unwrap_or_default()
    } else {
        named.join(" ")
    };
    RegisterRow {
        entry: entry.id.clone(),
        title,
        on: public_date(entry),
        cells,
    }
}

fn facets(ledger: &Ledger, rows: &[RegisterRow]) -> Vec<Facet> {
    const VALUES_MAX: usize = 30;
    let few = |f: &&catalogue::definition::Field| {
        matches!(f.kind, FieldType::Choice { .. } | FieldType::District)
            && f.public == Visibility::Shown
    };
    ledger
        .fields
        .iter()
        .filter(few)
        .filter_map(|field| {
            let found: BTreeSet<&str> = rows.iter().map(|r| r.cell(field.id.as_str())).collect();
            let found: Vec<String> = match &field.kind {
                FieldType::Choice { options } => options
                    .iter()
                    .filter(|o| found.contains(o.as_str()))
                    .cloned()
                    .collect(),
                _ => found
                    .into_iter()
                    .filter(|v| !v.is_empty())
                    .map(str::to_owned)
                    .collect(),
            };
            (2..=VALUES_MAX).contains(&found.len()).then(|| Facet {
                field: field.id.to_string(),
                name: field.name.clone(),
                values: found,
            })
        })
        .collect()
}

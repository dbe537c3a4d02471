//! Registers: the public rows of a ledger that a publication has opened.

use std::{collections::BTreeSet, sync::Arc};

use catalogue::{
    definition::{FieldType, Ledger, Visibility},
    value::{Fields, Value},
};
use values::{
    calendar::{Calendar, LastDayRule, Limit},
    dates::Date,
};

use super::{
    Column, date,
    view::{is_due, original_and_public, public_facts},
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
    /// Last day on which it stands, where there is one.
    pub until: Option<Date>,
    /// What it says still holds: it was not revoked, its term has not ended.
    pub holds: bool,
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

/// A row that was taken down because what it said does not hold any more: what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneRow {
    /// The entry.
    pub entry: String,
    /// Number of the decision, where it has one.
    pub number: String,
    /// When it stopped to hold, ISO.
    pub on: String,
    /// Why.
    pub reason: String,
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
    /// Rows that were taken down with a reason, the newest first.
    pub gone: Vec<GoneRow>,
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
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        self.each_entry(organ, &ledger.id, |entry| {
            gone.extend(gone_row(column, &entry, today, &self.calendar));
            if in_column(column, &entry, today, &self.calendar) {
                let row = RegisterRow {
                    until: last_day(column, &entry, &self.calendar),
                    ..row_of(&entry)
                };
                rows.push((own_date(&entry), row));
            }
            Ok(())
        })?;
        rows.sort_by(|(a_on, a), (b_on, b)| (b_on, &b.entry).cmp(&(a_on, &a.entry)));
        gone.sort_by(|a, b| (&b.on, &b.entry).cmp(&(&a.on, &a.entry)));
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
            gone,
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
    let says = |(field, value): (&String, &String)| {
        fields.get(field).and_then(Value::as_text) == Some(value)
    };
    if !column.only.iter().all(says) {
        return false;
    }
    let withheld = column.withheld.as_ref().and_then(|field| fields.get(field));
    if withheld == Some(&Value::Flag(true)) {
        return false;
    }
    let term = column.term.as_ref().and_then(|f| date(fields, f));
    if term.is_some_and(|last| last < today) {
        return false;
    }
    let Some(months) = months_of(column, fields, own_date(entry)) else {
        return true;
    };
    if months == 0 && term.is_none() {
        // As a rule not published; where it is needed, the office says until when.
        return false;
    }
    let months = months.max(MINOR_MONTHS);
    let last = Limit::Months(months).due(own_date(entry), calendar, LastDayRule::Unmoved);
    today <= last.date
}

/// The last day on which a row stands: by its term or by the months, whichever comes first.
fn last_day(column: &Column, entry: &Entry, calendar: &Calendar) -> Option<Date> {
    let fields = &entry.state.fields;
    let term = column.term.as_ref().and_then(|f| date(fields, f));
    let decided = own_date(entry);
    let months = months_of(column, fields, decided);
    let limit = months.map(|m| {
        let limit = Limit::Months(m.max(MINOR_MONTHS)).due(decided, calendar, LastDayRule::Unmoved);
        limit.date
    });
    term.into_iter().chain(limit).min()
}

/// An entry as a row for the credit platform: due, whole, and also what does not hold any more.
pub(super) fn credit_row(
    column: &Column,
    entry: &Entry,
    today: Date,
    calendar: &Calendar,
) -> Option<RegisterRow> {
    let fields = &entry.state.fields;
    let everything = Column {
        until: None,
        term: None,
        months: None,
        classes_from: None,
        ..column.clone()
    };
    let passed = |field: &Option<String>, end: bool| {
        let on = field.as_ref().and_then(|f| date(fields, f));
        on.is_some_and(|on| if end { on < today } else { on <= today })
    };
    let cells = original_and_public(&entry.ledger, fields);
    in_column(&everything, entry, today, calendar).then(|| RegisterRow {
        on: own_date(entry).to_string(),
        until: last_day(column, entry, calendar),
        holds: !passed(&column.until, false) && !passed(&column.term, true),
        cells: cells
            .into_iter()
            .map(|s| (s.field, s.name, s.original))
            .collect(),
        ..row_of(entry)
    })
}

/// What is left of a row that stood in the column, and would stand there still, had it not been
/// overturned. Without a reason nothing is left: the law asks for the reasons (行政处罚法 第四十八条).
fn gone_row(column: &Column, entry: &Entry, today: Date, calendar: &Calendar) -> Option<GoneRow> {
    let until = column.until.as_deref().filter(|f| *f == "overturned_on")?;
    let fields = &entry.state.fields;
    let on = date(fields, until).filter(|on| *on <= today)?;
    let reason = fields.get("withdrawal_reason").and_then(Value::as_text)?;
    let standing = Column {
        until: None,
        ..column.clone()
    };
    in_column(&standing, entry, today, calendar).then(|| GoneRow {
        entry: entry.id.clone(),
        number: row_of(entry).cell("decision_number").to_owned(),
        on: on.to_string(),
        reason: values::personal::redact(reason),
    })
}

/// How long a minor penalty (轻微) stands at most, where publishing it is needed at all
/// (信用修复管理办法); no other stands shorter by its class.
const MINOR_MONTHS: u32 = 3;

/// How many months a row stands: what the column says, of penalties what their class says
/// (信用修复管理办法). Where nobody has set the class, warnings are minor and the rest ordinary.
fn months_of(column: &Column, fields: &Fields, decided: Date) -> Option<u32> {
    let from: Option<Date> = column.classes_from.as_ref().and_then(|d| d.parse().ok());
    let Some(from) = from else {
        return column.months;
    };
    let said = fields.get("credit_class").and_then(Value::as_text);
    let class = match said {
        Some(said) => said,
        None if decided < from => return column.months,
        None if only_warns(fields) => "轻微",
        None => "一般",
    };
    Some(match class {
        "轻微" => 0,
        "严重" => 36,
        _ => 12,
    })
}

/// A decision on the spot, or one that only warns or criticises.
fn only_warns(fields: &Fields) -> bool {
    let mild = |kind: &str| matches!(kind, "警告" | "通报批评");
    match fields.get("penalties") {
        Some(Value::List(kinds)) => kinds.iter().filter_map(Value::as_text).all(mild),
        // The ledger of decisions on the spot has one kind each.
        _ => fields.contains_key("penalty"),
    }
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
        until: None,
        holds: true,
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

//! From values to what people read, edit, or may see from outside.
//!
//! A value of the wrong shape (written under another definition) is shown as it is, never dropped.

use values::dates;

use super::{parse::iso_date, rows};
use crate::{
    decimal::{format_scaled, format_short},
    definition::{Field, FieldType, Visibility},
    value::Value,
};

impl FieldType {
    /// What people read: `2022年3月5日`, `1200.50`, `甲、乙`, `是`.
    pub fn format(&self, value: &Value) -> String {
        match (self, value) {
            (Self::Number { decimals, .. }, Value::Integer(number)) => {
                format_scaled(*number, *decimals)
            }
            (Self::Money, Value::Integer(fen)) => format_scaled(*fen, 2),
            (Self::Date, Value::Text(text)) => chinese(text),
            (Self::DateRange, Value::List(days)) => {
                let days: Vec<String> = days
                    .iter()
                    .filter_map(Value::as_text)
                    .map(chinese)
                    .collect();
                match &*days {
                    [from, to] if from == to => from.clone(),
                    _ => days.join("至"),
                }
            }
            (Self::Rows { columns }, Value::List(items)) => {
                let rows = items.iter().map(|item| format_row(columns, item));
                rows.collect::<Vec<_>>().join("；")
            }
            (_, value) => raw(value),
        }
    }

    /// What a form or a sheet shows, so that reading it again gives the same value.
    pub fn input_text(&self, value: &Value) -> String {
        match (self, value) {
            (Self::Number { decimals, .. }, Value::Integer(number)) => {
                format_short(*number, *decimals)
            }
            (Self::Money, Value::Integer(fen)) => format_short(*fen, 2),
            (Self::DateRange, Value::List(days)) => {
                days.iter().map(raw).collect::<Vec<_>>().join("至")
            }
            (Self::Choices { .. }, Value::List(items)) => {
                items.iter().map(raw).collect::<Vec<_>>().join("；")
            }
            (Self::Rows { columns }, Value::List(items)) => {
                let rows = items.iter().map(|item| input_row(columns, item));
                rows.collect::<Vec<_>>().join("；")
            }
            (_, value) => raw(value),
        }
    }

    /// What may be shown of a value outside the organ, by the rule of its type; values without a
    /// rule are hidden wholly.
    pub fn mask(&self, value: &Value) -> String {
        match (self, value) {
            (Self::Rows { columns }, Value::List(items)) => {
                let rows = items.iter().map(|item| mask_row(columns, item));
                rows.collect::<Vec<_>>().join("；")
            }
            (_, Value::Text(text)) => match self {
                Self::Person | Self::Officer => values::mask::name(text),
                Self::Phone => values::mask::phone(text),
                Self::Address => values::mask::address(text),
                Self::IdentityNumber => values::mask::identity_number(text),
                _ => hidden(),
            },
            _ => hidden(),
        }
    }
}

impl Field {
    /// The value with its unit: `12人`, `3500.00元`.
    pub fn format(&self, value: &Value) -> String {
        format!("{}{}", self.kind.format(value), self.unit)
    }

    /// Identity numbers, telephones, addresses and minors' names: masked for everybody until they
    /// are unmasked with a reason.
    pub fn is_sensitive(&self) -> bool {
        self.minor
            || matches!(
                self.kind,
                FieldType::Phone | FieldType::Address | FieldType::IdentityNumber
            )
    }

    /// What a reader sees who may see persons' names (`names`), or none.
    pub fn seen(&self, value: &Value, names: bool) -> String {
        match &self.kind {
            FieldType::Rows { columns } => match value {
                Value::List(items) => {
                    let row = |item| cells(columns, item, |c, v| c.seen(v, names)).join(" ");
                    items.iter().map(row).collect::<Vec<_>>().join("；")
                }
                _ => hidden(),
            },
            kind if self.is_sensitive() || (kind.is_personal() && !names) => kind.mask(value),
            _ => self.format(value),
        }
    }

    /// What the public sees, if anything: identity numbers, telephones, addresses and minors are
    /// left out whatever the definition says.
    pub fn public_text(&self, value: &Value) -> Option<String> {
        let left_out = |field: &Field| field.is_sensitive();
        match (self.public, &self.kind) {
            (Visibility::Hidden, _) => None,
            (_, FieldType::Rows { columns }) => {
                let shown: Vec<Field> = columns.iter().filter(|c| !left_out(c)).cloned().collect();
                let Value::List(items) = value else {
                    return None;
                };
                let row = |item| cells(&shown, item, |c, v| c.seen(v, false)).join(" ");
                Some(items.iter().map(row).collect::<Vec<_>>().join("；"))
            }
            _ if left_out(self) => None,
            (_, kind) if kind.is_personal() => Some(kind.mask(value)),
            (Visibility::Masked, _) => Some(self.kind.mask(value)),
            _ => Some(self.format(value)),
        }
    }
}

fn hidden() -> String {
    "***".to_owned()
}

fn chinese(text: &str) -> String {
    iso_date(text).map_or_else(|| text.to_owned(), dates::chinese)
}

/// A value without knowledge of its type.
fn raw(value: &Value) -> String {
    match value {
        Value::Flag(true) => "是".into(),
        Value::Flag(false) => "否".into(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().map(raw).collect::<Vec<_>>().join("、"),
        Value::Record(fields) => fields.values().map(raw).collect::<Vec<_>>().join(" "),
    }
}

/// The cells that are there, with their units, behind one another.
fn format_row(columns: &[Field], item: &Value) -> String {
    cells(columns, item, |column, value| column.format(value)).join(" ")
}

fn mask_row(columns: &[Field], item: &Value) -> String {
    let shown = cells(columns, item, |column, value| {
        match column.kind.is_personal() {
            true => column.kind.mask(value),
            false => column.format(value),
        }
    });
    shown.join(" ")
}

fn cells(columns: &[Field], item: &Value, show: impl Fn(&Field, &Value) -> String) -> Vec<String> {
    let Value::Record(fields) = item else {
        return vec![raw(item)];
    };
    let shown = columns.iter().filter_map(|column| {
        fields
            .get(column.id.as_str())
            .map(|value| show(column, value))
    });
    shown.collect()
}

fn input_row(columns: &[Field], item: &Value) -> String {
    let Value::Record(fields) = item else {
        return rows::escape(&raw(item));
    };
    let mut cells: Vec<String> = columns
        .iter()
        .map(|column| {
            let value = fields.get(column.id.as_str());
            value.map_or_else(String::new, |value| {
                rows::escape(&column.kind.input_text(value))
            })
        })
        .collect();
    while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells.join(" | ")
}

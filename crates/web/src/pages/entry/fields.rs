//! The fields of an entry as controls of a form, and a posted form as values.

use std::collections::BTreeMap;

use app::{
    AppError,
    catalogue::{
        definition::{Field as Definition, FieldType, Ledger},
        value::{Fields, Value},
    },
};

use crate::{
    context::Page,
    form::Form,
    ui::{
        field::{Control, Field},
        filter::Choice,
        form::FormPart,
    },
};

/// Splits a refusal into errors of fields and an error of the whole; a fault stays one.
pub(super) fn take_errors(
    error: AppError,
    errors: &mut BTreeMap<String, String>,
) -> Result<Option<String>, AppError> {
    match error {
        AppError::Refused(app::kernel::Refusal::Fields(fields)) => {
            for refused in fields {
                errors.insert(refused.field, refused.error.to_string());
            }
            Ok(None)
        }
        AppError::Refused(refusal) => Ok(Some(refusal.to_string())),
        AppError::Input(text) => Ok(Some(text)),
        fault => Err(fault),
    }
}

/// The fields that a form asks for: a file is evidence, and has a form of its own.
pub(super) fn editable(ledger: &Ledger) -> impl Iterator<Item = &Definition> {
    ledger
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, FieldType::File))
}

/// What stands in a field of a form: as typed, or as stored.
#[derive(Default)]
pub(super) struct Typed {
    one: String,
    several: Vec<String>,
    range: (String, String),
}

pub(super) fn typed(form: &Form, field: &Definition, stored: Option<&Value>) -> Typed {
    let id = field.id.as_str();
    if !form.pairs().is_empty() {
        return Typed {
            one: form.text(id).to_owned(),
            several: form.all(id).map(str::to_owned).collect(),
            range: (
                form.text(&format!("{id}.from")).to_owned(),
                form.text(&format!("{id}.to")).to_owned(),
            ),
        };
    }
    let Some(value) = stored else {
        return Typed::default();
    };
    if field.is_sensitive() {
        return Typed {
            one: field.seen(value, true),
            ..Typed::default()
        };
    }
    let items: Vec<String> = match value {
        Value::List(items) => items
            .iter()
            .filter_map(|v| v.as_text().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    let range = match items.as_slice() {
        [from, to] => (from.clone(), to.clone()),
        _ => (String::new(), String::new()),
    };
    let one = match (value, &field.kind) {
        (Value::Flag(flag), _) => flag.to_string(),
        _ => field.kind.input_text(value),
    };
    Typed {
        one,
        several: items,
        range,
    }
}

pub(super) fn control(
    page: &Page,
    ledger: &Ledger,
    field: &Definition,
    typed: &Typed,
    errors: &BTreeMap<String, String>,
) -> Result<Field, AppError> {
    let value = typed.one.clone();
    let same = |options: &[String]| options.iter().map(|o| Choice::same(o.as_str())).collect();
    let control = match &field.kind {
        FieldType::LongText => Control::LongText { value, rows: 4 },
        FieldType::Rows { .. } => Control::LongText { value, rows: 3 },
        FieldType::Number { .. } => Control::Number {
            value,
            unit: field.unit.clone(),
        },
        FieldType::Money => Control::Money { value },
        FieldType::Date => Control::Date { value },
        FieldType::DateRange => Control::DateRange {
            from: typed.range.0.clone(),
            to: typed.range.1.clone(),
        },
        FieldType::Choice { options } => Control::Choice {
            value,
            choices: same(options),
        },
        FieldType::District => {
            let districts = &page.app().organ(&page.actor().organ)?.districts;
            Control::Choice {
                value,
                choices: same(districts),
            }
        }
        FieldType::Choices { options } => Control::Choices {
            values: typed.several.clone(),
            choices: same(options),
        },
        FieldType::Flag => Control::YesNo {
            value: match value.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        },
        FieldType::Unit | FieldType::Subject | FieldType::Officer => {
            let known = app::listing::indexed_fields(ledger).any(|f| f.id == field.id);
            let values = if known {
                page.app()
                    .field_values(page.actor(), &ledger.id, &field.id)?
            } else {
                Vec::new()
            };
            let suggestions = values.iter().map(|v| Choice::same(v.as_str())).collect();
            Control::Lookup {
                value,
                suggestions,
                lookup: None,
            }
        }
        FieldType::Reference { ledger } => {
            let known = page.app().newest_called(page.actor(), ledger)?;
            let suggestions = known.iter().map(|v| Choice::same(v.as_str())).collect();
            Control::Lookup {
                value,
                suggestions,
                lookup: None,
            }
        }
        _ => Control::Text { value },
    };
    let how = match &field.kind {
        FieldType::Rows { .. } | FieldType::LawCitation => field.kind.how_to_write(),
        _ => String::new(),
    };
    let hint = [field.help.as_str(), &how]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>();
    Ok(Field {
        required: field.required,
        hint: (!hint.is_empty()).then(|| hint.join(" ")),
        law: field.law.as_ref().map(ToString::to_string),
        error: errors.get(field.id.as_str()).cloned(),
        private: app::envelope::is_personal(field),
        ..Field::new(field.id.as_str(), field.name.as_str(), control)
    })
}

pub(super) type Read = (Fields, BTreeMap<String, String>);

/// Reads fields from a form; errors by field.
pub(super) fn read(page: &Page, fields: &[&Definition], form: &Form) -> Result<Read, AppError> {
    let organ = page.app().organ(&page.actor().organ)?;
    let context = organ.context();
    let (mut values, mut errors) = (Fields::new(), BTreeMap::new());
    for field in fields {
        let id = field.id.as_str();
        let text = match &field.kind {
            FieldType::DateRange => {
                let (from, to) = (
                    form.text(&format!("{id}.from")),
                    form.text(&format!("{id}.to")),
                );
                if from.is_empty() && to.is_empty() {
                    String::new()
                } else {
                    format!("{from}至{to}")
                }
            }
            FieldType::Choices { .. } => form.all(id).collect::<Vec<_>>().join("；"),
            FieldType::Flag => match form.text(id) {
                "true" => "是".to_owned(),
                "false" => "否".to_owned(),
                other => other.to_owned(),
            },
            // Browsers send lines with CR LF.
            _ => form.text(id).replace("\r\n", "\n"),
        };
        match field.parse(&text, &context) {
            Ok(Some(value)) => {
                values.insert(id.to_owned(), value);
            }
            Ok(None) => {}
            Err(error) => {
                errors.insert(id.to_owned(), error.to_string());
            }
        }
    }
    Ok((values, errors))
}

/// A sensitive value comes back masked when it was not touched: then it is what is stored.
pub(super) fn keep_masked(
    ids: &[&Definition],
    stored: &Fields,
    form: &Form,
    fields: &mut Fields,
    errors: &mut BTreeMap<String, String>,
) {
    for field in ids.iter().filter(|f| f.is_sensitive()) {
        let id = field.id.as_str();
        if let Some(value) = stored
            .get(id)
            .filter(|v| field.seen(v, true) == form.text(id))
        {
            errors.remove(id);
            fields.insert(id.to_owned(), value.clone());
        }
    }
}

pub(super) fn reason_part(form: &Form, errors: &BTreeMap<String, String>, label: &str) -> FormPart {
    let control = Control::LongText {
        value: form.text("reason").to_owned(),
        rows: 2,
    };
    let field = Field {
        error: errors.get("reason").cloned(),
        ..Field::new("reason", label, control).required()
    };
    FormPart {
        fields: vec![field],
        ..FormPart::default()
    }
}

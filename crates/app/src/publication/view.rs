//! The public view of an entry: which fields are shown, which masked, which hidden.
//!
//! One function makes it for registers, publications and the preview, so what staff approve is
//! what the public gets. Texts lose what has the form of personal data as well: somebody may have
//! typed a telephone number into a field that is shown. In the rows of a table, columns of persons
//! are masked one by one, and what names a minor is never shown.

use catalogue::{
    definition::{Field, FieldType, Ledger, Trigger, Visibility},
    value::{Fields, Value},
};
use kernel::State;
use values::{mask, personal};

/// A field of an entry beside what the public would see of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Id of the field.
    pub field: String,
    /// Name of the field.
    pub name: String,
    /// The value.
    pub original: String,
    /// What the public sees; `None` hides the whole field.
    pub public: Option<String>,
}

/// Every filled field with what the public would see of it.
pub fn original_and_public(ledger: &Ledger, fields: &Fields) -> Vec<Shown> {
    let filled = ledger
        .fields
        .iter()
        .filter_map(|field| Some((field, fields.get(field.id.as_str())?)));
    filled
        .map(|(field, value)| Shown {
            field: field.id.to_string(),
            name: field.name.clone(),
            original: field.format(value),
            public: public_text(field, value, fields),
        })
        .collect()
}

/// What the public sees of an entry: id, name and text of each field that is shown.
pub fn public_facts(ledger: &Ledger, fields: &Fields) -> Vec<(String, String, String)> {
    original_and_public(ledger, fields)
        .into_iter()
        .filter_map(|s| Some((s.field, s.name, s.public?)))
        .collect()
}

fn public_text(field: &Field, value: &Value, fields: &Fields) -> Option<String> {
    match field.public {
        Visibility::Hidden => None,
        _ if field.minor => None,
        Visibility::Masked => Some(masked(field, value, fields)),
        Visibility::Shown => Some(match field.kind {
            // Personal types are masked even where a definition says that they are shown.
            ref kind if kind.is_personal() => kind.mask(value),
            FieldType::Rows { ref columns } => {
                personal::redact(&field.format(&without_persons(columns, value)))
            }
            FieldType::LongText | FieldType::Text { .. } => personal::redact(&field.format(value)),
            // A person has none: what somebody typed there is another number of theirs.
            FieldType::CreditCode if is_person(fields) => return None,
            _ => field.format(value),
        }),
    }
}

/// The rows of a table with its columns of persons masked, and without those of minors.
fn without_persons(columns: &[Field], value: &Value) -> Value {
    let Value::List(rows) = value else {
        return value.clone();
    };
    let row = |row: &Value| match row {
        Value::Record(cells) => {
            let mut cells = cells.clone();
            for column in columns {
                let id = column.id.as_str();
                if column.minor {
                    cells.remove(id);
                } else if column.kind.is_personal()
                    && let Some(cell) = cells.get_mut(id)
                {
                    *cell = Value::Text(column.kind.mask(cell));
                }
            }
            Value::Record(cells)
        }
        other => other.clone(),
    };
    Value::List(rows.iter().map(row).collect())
}

/// The ledger says that the party is a person.
fn is_person(fields: &Fields) -> bool {
    fields.get("party_kind").and_then(Value::as_text) == Some("个人")
}

/// A party is an organisation, whose name is public, or a person, of whom the surname is left.
fn masked(field: &Field, value: &Value, fields: &Fields) -> String {
    match (&field.kind, value) {
        (FieldType::Subject | FieldType::Unit, Value::Text(name)) => {
            let kind = fields.get("party_kind").and_then(Value::as_text);
            match kind {
                Some(kind) if kind != "个人" => name.clone(),
                _ => mask::name_in_words(name),
            }
        }
        _ => field.kind.mask(value),
    }
}

/// What makes an entry due for publication has happened.
pub fn is_due(ledger: &Ledger, state: &State) -> bool {
    let Some(publication) = &ledger.publication else {
        return false;
    };
    match &publication.after {
        Trigger::Opened => true,
        Trigger::Field(field) => state.fields.contains_key(field.as_str()),
        Trigger::Action(action) => state.acts(action).next().is_some(),
        Trigger::Stage(stage) => {
            let reached = |d: &kernel::Done| d.to.as_deref() == Some(stage.as_str());
            state.stage.as_deref() == Some(stage.as_str()) || state.history.iter().any(reached)
        }
    }
}

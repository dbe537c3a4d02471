//! Values that come from machines, held against their type.
//!
//! Stricter than reading: the stored form of a value is one, so that equal values are equal bytes.

use super::{
    FieldContext, FieldError, number,
    parse::{self, LONG_TEXT_MAX, NAME_MAX, is_hash, iso_date, within},
    rows::ROWS_MAX,
};
use crate::{
    definition::{Field, FieldType},
    value::{Fields, Value},
};

impl FieldType {
    /// Checks a value; whatever [`parse`](Self::parse) returns passes.
    pub fn validate(&self, value: &Value, context: &FieldContext<'_>) -> Result<(), FieldError> {
        match self {
            Self::Text { max } => line(value, *max as usize).map(drop),
            Self::LongText => {
                let text = text(value)?;
                let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
                if parse::trim(text).len() != text.len() || text.contains(control) {
                    return Err(FieldError::Untidy);
                }
                filled(text)?;
                within(text, LONG_TEXT_MAX)
            }
            Self::Number { decimals, min, max } => {
                number::bounded(integer(value)?, *decimals, *min, *max).map(drop)
            }
            Self::Money => integer(value).map(drop),
            Self::Date => date(value).map(drop),
            Self::DateRange => date_range(value),
            Self::Choice { options } => option(text(value)?, options),
            Self::Choices { options } => choices(value, options),
            Self::Flag => match value {
                Value::Flag(_) => Ok(()),
                _ => Err(FieldError::Shape {
                    expected: "true 或 false",
                }),
            },
            Self::District => {
                line(value, NAME_MAX)?;
                parse::district(text(value)?, context).map(drop)
            }
            Self::IdentityNumber => self.spelt_so(
                line(value, NAME_MAX)?,
                FieldError::NotAnIdentityNumber,
                context,
            ),
            Self::Phone => self.spelt_so(line(value, NAME_MAX)?, FieldError::NotAPhone, context),
            Self::CreditCode => self.spelt_so(line(value, NAME_MAX)?, FieldError::Untidy, context),
            Self::File => {
                if is_hash(text(value)?) {
                    Ok(())
                } else {
                    Err(FieldError::NotAFile)
                }
            }
            Self::Rows { columns } => rows(value, columns, context),
            Self::Subject
            | Self::Unit
            | Self::Officer
            | Self::Person
            | Self::Address
            | Self::LawCitation
            | Self::Reference { .. } => line(value, NAME_MAX).map(drop),
        }
    }

    /// Refuses another spelling than the one that reading gives.
    fn spelt_so(
        &self,
        text: &str,
        error: FieldError,
        context: &FieldContext<'_>,
    ) -> Result<(), FieldError> {
        match self.parse(text, context)? {
            Value::Text(spelt) if spelt == text => Ok(()),
            _ => Err(error),
        }
    }

    /// A doubt about a valid value: kept as written, but worth a look.
    pub fn doubt(&self, value: &Value) -> Option<String> {
        match (self, value) {
            (Self::CreditCode, Value::Text(text)) => {
                let error = values::identifiers::CreditCode::parse(text).err()?;
                Some(format!("统一社会信用代码“{text}”有误：{error}"))
            }
            (Self::Rows { columns }, Value::List(items)) => items.iter().find_map(|item| {
                let Value::Record(fields) = item else {
                    return None;
                };
                columns.iter().find_map(|column| {
                    fields
                        .get(column.id.as_str())
                        .and_then(|value| column.kind.doubt(value))
                })
            }),
            _ => None,
        }
    }
}

fn text(value: &Value) -> Result<&str, FieldError> {
    value
        .as_text()
        .ok_or(FieldError::Shape { expected: "文字" })
}

fn integer(value: &Value) -> Result<i64, FieldError> {
    value.as_integer().ok_or(FieldError::Shape {
        expected: "整数（按小数位放大；金额以分为单位）",
    })
}

fn filled(text: &str) -> Result<(), FieldError> {
    if text.is_empty() {
        Err(FieldError::Missing)
    } else {
        Ok(())
    }
}

/// A tidy line: no control characters, no blanks at the ends, not empty.
fn line(value: &Value, max: usize) -> Result<&str, FieldError> {
    let text = text(value)?;
    filled(text)?;
    if parse::trim(text).len() != text.len() || text.contains(char::is_control) {
        return Err(FieldError::Untidy);
    }
    within(text, max)?;
    Ok(text)
}

fn date(value: &Value) -> Result<values::dates::Date, FieldError> {
    iso_date(text(value)?).ok_or(FieldError::Shape {
        expected: "日期，如 2022-03-05",
    })
}

fn date_range(value: &Value) -> Result<(), FieldError> {
    match value.as_list() {
        Some([from, to]) if date(to)? < date(from)? => Err(FieldError::Reversed),
        Some([_, _]) => Ok(()),
        _ => Err(FieldError::Shape {
            expected: "两个日期",
        }),
    }
}

fn option(text: &str, options: &[String]) -> Result<(), FieldError> {
    match options.iter().any(|option| option == text) {
        true => Ok(()),
        false => Err(parse::not_an_option(text, options)),
    }
}

fn choices(value: &Value, options: &[String]) -> Result<(), FieldError> {
    let items = value.as_list().ok_or(FieldError::Shape {
        expected: "选项的列表",
    })?;
    if items.is_empty() {
        return Err(FieldError::Missing);
    }
    for (index, item) in items.iter().enumerate() {
        option(text(item)?, options)?;
        if items[..index].contains(item) {
            return Err(FieldError::Twice {
                text: text(item)?.to_owned(),
            });
        }
    }
    Ok(())
}

fn rows(value: &Value, columns: &[Field], context: &FieldContext<'_>) -> Result<(), FieldError> {
    let items = value.as_list().ok_or(FieldError::Shape {
        expected: "行的列表",
    })?;
    if items.is_empty() {
        return Err(FieldError::Missing);
    }
    if items.len() > ROWS_MAX {
        return Err(FieldError::TooLong {
            length: items.len(),
            max: ROWS_MAX,
        });
    }
    for (index, item) in items.iter().enumerate() {
        let Value::Record(fields) = item else {
            return Err(FieldError::Shape {
                expected: "行的列表",
            });
        };
        row(fields, columns, context).map_err(|(column, error)| FieldError::InRow {
            row: index + 1,
            column,
            error: Box::new(error),
        })?;
    }
    Ok(())
}

fn row(
    fields: &Fields,
    columns: &[Field],
    context: &FieldContext<'_>,
) -> Result<(), (String, FieldError)> {
    if let Some(id) = fields
        .keys()
        .find(|id| columns.iter().all(|column| &*column.id != *id))
    {
        return Err((id.clone(), FieldError::Unknown));
    }
    if let (true, Some(first)) = (fields.is_empty(), columns.first()) {
        return Err((first.name.clone(), FieldError::Missing));
    }
    for column in columns {
        let checked = match fields.get(column.id.as_str()) {
            Some(value) => column.kind.validate(value, context),
            None if column.required => Err(FieldError::Missing),
            None => Ok(()),
        };
        checked.map_err(|error| (column.name.clone(), error))?;
    }
    Ok(())
}

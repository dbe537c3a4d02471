//! Whole entries: all fields of one entry against its ledger.

use super::{FieldContext, FieldError, parse::trim};
use crate::{
    decimal::narrow,
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};

impl Field {
    /// Reads a cell or an input: `None` where an optional field is left blank.
    ///
    /// The unit behind a number (`12人`) is understood.
    pub fn parse(
        &self,
        text: &str,
        context: &FieldContext<'_>,
    ) -> Result<Option<Value>, FieldError> {
        let text = trim(text);
        if text.is_empty() {
            return if self.required {
                Err(FieldError::Missing)
            } else {
                Ok(None)
            };
        }
        let text = match self.kind {
            FieldType::Number { .. } => self.without_unit(text),
            _ => text,
        };
        self.kind.parse(text, context).map(Some)
    }

    fn without_unit<'a>(&self, text: &'a str) -> &'a str {
        let is_percent = self.unit == "%" && text.ends_with('％');
        let unit = if is_percent { "％" } else { &self.unit };
        let bare = if unit.is_empty() {
            None
        } else {
            text.strip_suffix(unit).map(trim)
        };
        // A unit alone is no number, and is shown as written.
        bare.filter(|bare| bare.ends_with(|c| narrow(c).is_ascii_digit()))
            .unwrap_or(text)
    }
}

impl Ledger {
    /// Checks all fields of an entry to be opened: every value fits its type, nothing unknown,
    /// everything required is there. The errors stand in the order of the form.
    pub fn validate(
        &self,
        fields: &Fields,
        context: &FieldContext<'_>,
    ) -> Result<(), Vec<(String, FieldError)>> {
        let mut errors = Vec::new();
        for field in &self.fields {
            let checked = match fields.get(field.id.as_str()) {
                Some(value) => field.kind.validate(value, context),
                None if field.required => Err(FieldError::Missing),
                None => Ok(()),
            };
            errors.extend(checked.err().map(|error| (field.id.to_string(), error)));
        }
        self.unknown(fields, &mut errors);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// Checks only the fields that are given: an amendment, the fields that an act asks for.
    pub fn validate_given(
        &self,
        fields: &Fields,
        context: &FieldContext<'_>,
    ) -> Result<(), Vec<(String, FieldError)>> {
        let mut errors = Vec::new();
        for field in &self.fields {
            let given = fields.get(field.id.as_str());
            let checked = given.map_or(Ok(()), |value| field.kind.validate(value, context));
            errors.extend(checked.err().map(|error| (field.id.to_string(), error)));
        }
        self.unknown(fields, &mut errors);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn unknown(&self, fields: &Fields, errors: &mut Vec<(String, FieldError)>) {
        let unknown = fields.keys().filter(|id| self.field(id).is_none());
        errors.extend(unknown.map(|id| (id.clone(), FieldError::Unknown)));
    }

    /// What an entry is called in lists: its title fields, one behind the other.
    pub fn title_of(&self, fields: &Fields) -> String {
        let parts = self.title.iter().filter_map(|id| {
            let field = self.field(id)?;
            fields
                .get(id.as_str())
                .map(|value| field.kind.format(value))
        });
        parts.collect::<Vec<_>>().join(" ")
    }
}

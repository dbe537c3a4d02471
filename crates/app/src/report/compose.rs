//! Compose: the sentences of a template that the year's figures support.

use std::collections::BTreeMap;

use catalogue::{
    report::{Piece, ReportTemplate, Sentence, parse_text},
    value::{Fields, Value},
};
use kernel::Ask;
use values::{dates::Period, decimal::Rounding, ratio::Ratio};

use super::{DraftPart, text::ask_of};
use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
    figures::{Lines, Reading},
};

impl App {
    /// The parts of a draft for a year.
    pub(crate) fn compose(
        &self,
        actor: &Actor,
        template: &ReportTemplate,
        year: i16,
    ) -> Result<Vec<DraftPart>> {
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, None);
            let mut parts = Vec::new();
            for part in &template.parts {
                let mut paragraphs = Vec::new();
                for paragraph in &part.paragraphs {
                    let mut text = String::new();
                    for sentence in &paragraph.sentences {
                        if self.is_said(&lines, sentence, year)? {
                            text.push_str(&sentence.text);
                        }
                    }
                    if !text.is_empty() {
                        paragraphs.push(text);
                    }
                }
                let text = paragraphs.join("\n");
                parts.push(DraftPart {
                    id: part.id.clone(),
                    level: part.level,
                    name: part.name.clone(),
                    text,
                });
            }
            Ok(parts)
        })
    }

    /// A sentence is said when its condition holds; without one, when it has no figure or one of
    /// its figures says something (has data and is not zero).
    fn is_said(&self, lines: &Lines<'_>, sentence: &Sentence, year: i16) -> Result<bool> {
        let period = Period::year(year);
        if let Some(condition) = &sentence.when {
            let mut figures = Fields::new();
            for id in condition.fields("figure") {
                let reading = self.reading(lines, id, &Ask::period(period))?;
                if let Some(value) = reading.answer.value {
                    figures.insert(id.to_owned(), number(value));
                }
            }
            return Ok(condition.holds("figure", &figures).unwrap_or(false));
        }
        let pieces = parse_text(&sentence.text).map_err(|e| AppError::Fault(e.to_string()))?;
        let mut asked = BTreeMap::new();
        for piece in pieces {
            if let Piece::Figure(slot) = piece {
                let (id, ask) = ask_of(&slot, period);
                asked.insert((id.clone(), ask.clone()), self.reading(lines, &id, &ask)?);
            }
        }
        Ok(asked.is_empty() || asked.values().any(says_something))
    }
}

fn says_something(reading: &Reading) -> bool {
    reading.answer.value.is_some_and(|v| v.numerator() != 0)
}

/// A figure in a condition: whole numbers, and the part before the decimals otherwise.
fn number(value: Ratio) -> Value {
    let whole = value.decimal(0, Rounding::Down).units();
    Value::Integer(i64::try_from(whole).unwrap_or(i64::MAX))
}

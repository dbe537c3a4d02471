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
    /// The parts of a draft for a year: those the template requires, and of the others those that
    /// have something to say.
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
                let draft = DraftPart {
                    id: part.id.clone(),
                    level: part.level,
                    name: part.name.clone(),
                    text: paragraphs.join("\n"),
                };
                parts.push((draft, part.required));
            }
            Ok(worth_a_heading(parts))
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

/// Without the parts that nobody requires and that hold neither a text nor a part with one.
fn worth_a_heading(parts: Vec<(DraftPart, bool)>) -> Vec<DraftPart> {
    let mut kept: Vec<DraftPart> = Vec::new();
    for (part, required) in parts.into_iter().rev() {
        // Read backwards, so the first kept part behind it is the one before in `kept`.
        let holds_a_part = kept.last().is_some_and(|next| next.level > part.level);
        if required || holds_a_part || !part.text.is_empty() {
            kept.push(part);
        }
    }
    kept.reverse();
    kept
}

fn says_something(reading: &Reading) -> bool {
    reading.answer.value.is_some_and(|v| v.numerator() != 0)
}

/// A figure in a condition: whole numbers, and the part before the decimals otherwise.
fn number(value: Ratio) -> Value {
    let whole = value.decimal(0, Rounding::Down).units();
    Value::Integer(i64::try_from(whole).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_part_needs_something_to_say() {
        let part = |id: &str, level, text: &str, required| {
            let (id, name, text) = (id.to_owned(), id.to_owned(), text.to_owned());
            (
                DraftPart {
                    id,
                    level,
                    name,
                    text,
                },
                required,
            )
        };
        let kept = worth_a_heading(vec![
            part("required", 1, "", true),
            part("parent", 1, "", false),
            part("said", 2, "开展活动3次。", false),
            part("unsaid", 2, "", false),
            part("other", 1, "", false),
        ]);
        let ids: Vec<&str> = kept.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids, ["required", "parent", "said"]);
    }
}

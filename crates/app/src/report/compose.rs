//! Compose: the sentences of a template that the year's figures support.

use catalogue::{
    report::{self, ReportTemplate, Says, Sentence},
    value::{Fields, Value},
};
use kernel::Ask;
use values::{dates::Period, decimal::Rounding, ratio::Ratio};

use super::{DraftPart, text::ask_of};
use crate::{App, authorise::Actor, error::Result, figures::Lines};

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
                        text.extend(self.said(&lines, sentence, year)?);
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

    /// What is said of a sentence: all of it when its condition holds; without one, what its figures
    /// have to say.
    fn said(&self, lines: &Lines<'_>, sentence: &Sentence, year: i16) -> Result<Option<String>> {
        let period = Period::year(year);
        if let Some(condition) = &sentence.when {
            let mut figures = Fields::new();
            for id in condition.fields("figure") {
                let reading = self.reading(lines, id, &Ask::period(period))?;
                if let Some(value) = reading.answer.value {
                    figures.insert(id.to_owned(), number(value));
                }
            }
            let holds = condition.holds("figure", &figures).unwrap_or(false);
            return Ok(holds.then(|| report::whole(&sentence.text)));
        }
        report::said(&sentence.text, |slot| {
            let (id, ask) = ask_of(slot, period);
            let value = self.reading(lines, &id, &ask)?.answer.value;
            Ok(match value {
                Some(value) if value.numerator() != 0 => Says::Something,
                Some(_) => Says::Zero,
                None => Says::NoData,
            })
        })
    }
}

/// A figure in a condition: whole numbers, and the part before the decimals otherwise.
fn number(value: Ratio) -> Value {
    let whole = value.decimal(0, Rounding::Down).units();
    Value::Integer(i64::try_from(whole).unwrap_or(i64::MAX))
}

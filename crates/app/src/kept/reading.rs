//! Reading papers. What lists and pages mask stands whole in a paper, since whoever it is for must
//! know whom it means: so whoever opens one that holds such a value leaves a line in the audit
//! trail, as for seeing the value itself.

use std::collections::BTreeSet;

use catalogue::{
    definition::{Field, FieldType},
    value::Value,
};

use super::paper::{Paper, PaperText};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, unit_of},
    error::{AppError, Result},
};

/// Signs of a value that is looked for: one sign occurs everywhere.
const SHORTEST: usize = 2;

/// The texts of a value that a reader sees masked.
fn masked(field: &Field, value: &Value, names: bool) -> Vec<String> {
    match (&field.kind, value) {
        (FieldType::Rows { columns }, Value::List(rows)) => {
            let cells = rows.iter().filter_map(|row| match row {
                Value::Record(cells) => Some(cells),
                _ => None,
            });
            let texts = cells.flat_map(|cells| {
                let held = |c: &Field| Some(masked(c, cells.get(c.id.as_str())?, names));
                columns.iter().filter_map(held).flatten()
            });
            texts.collect()
        }
        _ => {
            let whole = field.format(value);
            let hidden = field.seen(value, names) != whole;
            let long = whole.chars().count() >= SHORTEST;
            (hidden && long).then_some(whole).into_iter().collect()
        }
    }
}

fn says(text: &PaperText, sought: &str) -> bool {
    let head = [&text.issuer, &text.title, &text.to];
    let blocks = text.blocks.iter().map(|block| &block.text);
    head.into_iter().chain(blocks).any(|t| t.contains(sought))
}

impl App {
    /// One paper of an entry, to be read.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is none.
    pub fn case_paper(&self, actor: &Actor, entry: &str, paper: &str) -> Result<Paper> {
        let entry = self.entry(actor, entry)?;
        let papers = self.papers(actor, &entry.id)?;
        let found = papers.into_iter().find(|p| p.id == paper);
        let found = found.ok_or(AppError::NotFound("该文书"))?;
        self.note_reading(actor, &entry, std::slice::from_ref(&found))?;
        Ok(found)
    }

    /// Notes that somebody reads papers in which values stand that he sees masked elsewhere.
    pub(crate) fn note_reading(
        &self,
        actor: &Actor,
        entry: &Entry,
        papers: &[Paper],
    ) -> Result<()> {
        let resource = Resource::Entry {
            ledger: &entry.ledger,
            organ: &actor.organ,
            unit: unit_of(&entry.ledger, &entry.state.fields),
        };
        let names = authorise(actor, Action::Read, resource)?.personal;
        let texts = |p: &Paper| {
            p.versions
                .iter()
                .map(|v| v.text.clone())
                .collect::<Vec<_>>()
        };
        let mut seen = BTreeSet::new();
        for paper in papers {
            let texts = texts(paper);
            for field in &entry.ledger.fields {
                let Some(value) = entry.state.fields.get(field.id.as_str()) else {
                    continue;
                };
                let hidden = masked(field, value, names);
                if hidden.iter().any(|h| texts.iter().any(|t| says(t, h))) {
                    seen.insert((paper.name.as_str(), field.name.as_str()));
                }
            }
        }
        if seen.is_empty() {
            return Ok(());
        }
        let said: Vec<String> = seen.iter().map(|(p, f)| format!("{p}中的{f}")).collect();
        let detail = format!("{}：阅看文书：{}", entry.ledger.name, said.join("、"));
        self.audit(actor, "unmask", &entry.id, &detail)
    }
}

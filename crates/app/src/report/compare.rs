//! Compare: what later corrections did to the figures of a frozen report.

use kernel::Ask;

use super::{FrozenFigure, Snapshot};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::Result,
    figures::{Behind, Lines},
};

/// A figure whose value is no longer what the frozen report says.
#[derive(Clone, Debug)]
pub struct Change {
    /// The figure as it was frozen.
    pub frozen: FrozenFigure,
    /// As it would be printed now.
    pub now: String,
    /// The entries that made the difference: what each added since (negative: took away).
    pub entries: Vec<Behind>,
}

impl App {
    /// The figures of a frozen report that have changed since, each with the entries behind it.
    ///
    /// # Errors
    /// A denial.
    pub fn changes(&self, actor: &Actor, snapshot: &Snapshot) -> Result<Vec<Change>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, None);
            let mut changes = Vec::new();
            for frozen in &snapshot.figures {
                let Some(ask) = ask_of(frozen) else { continue };
                let Ok(reading) = self.reading(&lines, &frozen.figure, &ask) else {
                    continue;
                };
                let exact = reading.answer.value.map(|v| {
                    let v = v.reduced();
                    (v.numerator().to_string(), v.denominator().to_string())
                });
                if exact == frozen.exact {
                    continue;
                }
                let mut entries = Vec::new();
                self.lines_since(
                    actor,
                    &lines,
                    &frozen.figure,
                    &ask,
                    snapshot.tree_size,
                    &mut entries,
                )?;
                changes.push(Change {
                    frozen: frozen.clone(),
                    now: reading.words(),
                    entries,
                });
            }
            Ok(changes)
        })
    }

    /// The lines added to a figure, or to the operands of a formula, since a tree size.
    fn lines_since(
        &self,
        actor: &Actor,
        lines: &Lines<'_>,
        id: &str,
        ask: &Ask,
        since: u64,
        entries: &mut Vec<Behind>,
    ) -> Result<()> {
        use catalogue::definition::FigureKind;
        let Some(figure) = self.catalogue().figure(id) else {
            return Ok(());
        };
        if let FigureKind::Formula(formula) = &figure.kind {
            for operand in formula.of.iter().chain(&formula.base) {
                let mut ask = ask.shifted(operand.period);
                for (dimension, value) in &operand.only {
                    ask.only.insert(dimension.to_string(), value.clone());
                }
                self.lines_since(actor, lines, &operand.figure, &ask, since, entries)?;
            }
            return Ok(());
        }
        // The total is visible to all; the entries only to whoever may read the ledger.
        let ledger = self.catalogue().ledger(&figure.ledger);
        if ledger.is_none_or(|l| authorise(actor, Action::Read, Resource::Ledger(l)).is_err()) {
            return Ok(());
        }
        let standing = !matches!(figure.kind, FigureKind::Flow(_) | FigureKind::Distinct(_));
        let from = if standing {
            None
        } else {
            ask.from.map(|d| d.to_string())
        };
        let to = ask.to.to_string();
        let query = lines.query(id, from.as_deref(), &to);
        let mut added = lines.db.figure_since(&query, since)?;
        added.retain(|row| kernel::figure::fits(&row.dims, &ask.only));
        for row in added {
            if entries
                .iter()
                .any(|e| e.leaf_index == row.leaf_index && e.value == row.value)
            {
                continue;
            }
            let entry = lines.db.entry(lines.organ, &row.entry_id)?;
            entries.push(Behind {
                number: entry
                    .as_ref()
                    .and_then(|e| e.number.clone())
                    .unwrap_or_default(),
                title: entry.map(|e| e.title).unwrap_or_default(),
                entry_id: row.entry_id,
                happened_on: row.happened_on,
                value: row.value,
                item: row.item,
                leaf_index: row.leaf_index,
            });
        }
        Ok(())
    }
}

pub(crate) fn ask_of(frozen: &FrozenFigure) -> Option<Ask> {
    let from = match &frozen.from {
        Some(from) => Some(from.parse().ok()?),
        None => None,
    };
    Some(Ask {
        from,
        to: frozen.to.parse().ok()?,
        only: frozen.only.clone(),
    })
}

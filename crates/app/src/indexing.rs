//! Words of entries on their way into the search index, which follows the log in the background.
//!
//! Nothing is written for it when an entry is: the index knows how far in the log it has come, and
//! reads the entries that later events changed. Losing that place costs time, not words.

use std::collections::BTreeSet;

use catalogue::value::Fields;
use store::{Db, EntryRow, SearchText, Written};

use crate::{
    App,
    append::search_row,
    entry::unit_of,
    error::{AppError, Result},
};

impl App {
    /// Brings the full-text index up to date with what was written, as far as `limit` texts or
    /// events go; answers how many it took up.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn index_search(&self, limit: usize) -> Result<usize> {
        // Mostly there is nothing to do, and then nobody is kept from writing.
        let due = self.store.read(|db| {
            let written = db.written_from(db.searched_to()?, 1)?;
            Ok::<_, AppError>(!written.is_empty() || db.has_queued_search()?)
        })?;
        if !due {
            return Ok(0);
        }
        self.store.write(|db| {
            let queued = db.index_pending(limit)?;
            Ok(queued + self.index_written(db, limit.saturating_sub(queued))?)
        })
    }

    fn index_written(&self, db: &Db, limit: usize) -> Result<usize> {
        let written = db.written_from(db.searched_to()?, limit)?;
        let Some(last) = written.last() else {
            return Ok(0);
        };
        for of_organ in written.chunk_by(|a, b| a.organ_id == b.organ_id) {
            let mut ids: Vec<&str> = Vec::with_capacity(of_organ.len());
            let mut seen = BTreeSet::new();
            for Written { entry_id, .. } in of_organ {
                if seen.insert(entry_id.as_str()) {
                    ids.push(entry_id);
                }
            }
            let entries = db.entries(&of_organ[0].organ_id, &ids)?;
            let texts: Result<Vec<SearchText>> = entries.iter().map(|e| self.words_of(e)).collect();
            db.index_texts(&texts?)?;
        }
        db.set_searched_to(last.leaf_index + 1)?;
        Ok(written.len())
    }

    /// What an entry is found by.
    pub(crate) fn words_of(&self, entry: &EntryRow) -> Result<SearchText> {
        let fields: Fields = serde_json::from_str(&entry.fields)
            .map_err(|e| AppError::Fault(format!("entry 表 {}：{e}", entry.entry_id)))?;
        // Words are found by the definition of today; an entry of a ledger that is gone by none.
        let ledger = self.catalogue().ledger(&entry.ledger);
        let ledger = ledger.filter(|_| !entry.voided);
        let (text, names) = ledger.map_or_else(Default::default, |l| search_row(l, &fields));
        let unit = ledger.and_then(|ledger| unit_of(ledger, &fields));
        Ok(SearchText {
            organ_id: entry.organ_id.clone(),
            ledger: entry.ledger.clone(),
            entry_id: entry.entry_id.clone(),
            text,
            names,
            unit: unit.map(str::to_owned),
        })
    }
}

//! Handing a whole system over: into a file while it works, out of it, and from engine to engine.
//!
//! Guarantees: what is taken over is verified against its own log before anybody can open it, and
//! taken away again if anything differs. The key of the log is not part of it: whoever has the key
//! can sign another history, so it is kept and carried apart.

use std::io::Read;

use store::{Files, Handed, HandoverError, KeepBeside, SearchText, Store, Target};

use crate::{
    App,
    error::{AppError, Result},
    log::LogReport,
};

/// Entries whose words are taken into the index in one transaction.
const AT_ONCE: usize = 5_000;

/// Reads a hand-over into an empty place; [`App::settle_in`] decides whether it stays. The files that
/// go along are given to `keep`.
///
/// # Errors
/// When it is refused, or the place is not empty or fails; then nothing is kept.
pub fn take_over(
    target: &Target,
    files: &Files,
    input: impl Read,
    keep: &mut KeepBeside<'_>,
) -> std::result::Result<(Store, Handed), HandoverError> {
    Store::take_over_with(target, files, input, keep)
}

impl App {
    /// Verifies what was taken over. If all is as its log says, it is accepted and its words are
    /// taken into the search index; otherwise all of it is taken away again.
    ///
    /// # Errors
    /// When the database fails; then it stays closed to everybody.
    pub fn settle_in(self, progress: impl FnMut(u64, u64)) -> Result<LogReport> {
        let report = self.verify_log(progress)?;
        if !report.is_clean() {
            self.store.reject()?;
            return Ok(report);
        }
        self.index_everything()?;
        self.store.accept()?;
        Ok(report)
    }

    /// Makes the search index anew from the entries.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn index_everything(&self) -> Result<()> {
        // What is written meanwhile comes after this place, and is taken in as ever.
        let place = self.store.read(|db| db.log_size())?;
        let mut after = (String::new(), String::new());
        loop {
            let last = self.store.write(|db| {
                let entries = db.entries_after(&after.0, &after.1, AT_ONCE)?;
                let texts: Result<Vec<SearchText>> =
                    entries.iter().map(|e| self.words_of(e)).collect();
                db.index_texts(&texts?)?;
                let last = entries.last();
                Ok::<_, AppError>(last.map(|e| (e.organ_id.clone(), e.entry_id.clone())))
            })?;
            match last {
                Some(last) => after = last,
                None => return Ok(self.store.write(|db| db.set_searched_to(place))?),
            }
        }
    }
}

//! Due dates after a new holiday notice: all open clocks are counted anew, once.

use sha2::{Digest, Sha256};
use store::Db;
use values::calendar::Calendar;

use crate::{
    App,
    append::Change,
    error::{AppError, Result},
};

/// The note that names the calendar by which the stored due dates were counted.
const COUNTED_BY: &str = "calendar";

impl App {
    /// Counts all due dates anew if they were counted by another calendar than this program's.
    /// Answers whether one is known that did.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn refresh_deadlines(&self) -> Result<bool> {
        let calendar = fingerprint(&self.calendar);
        let known = self.note(COUNTED_BY)?;
        if known.as_ref() == Some(&calendar) {
            return Ok(false);
        }
        self.store.write(|db| {
            db.clear_deadlines()?;
            self.count_deadlines(db)?;
            Ok::<_, AppError>(db.put_meta(COUNTED_BY, &calendar)?)
        })?;
        Ok(known.is_some())
    }

    fn count_deadlines(&self, db: &Db) -> Result<()> {
        db.scan_entries(|row| {
            let organ = row.organ_id.clone();
            let (opened_at, recorded_at) = (row.opened_at.clone(), row.changed_at.clone());
            let entry = self.entry_of(row)?;
            let change = Change {
                ledger: entry.ledger,
                entry: entry.id,
                opened_at,
                recorded_at,
                before: None,
                events: Vec::new(),
            };
            let (open, outcomes) = self.clock_rows(&organ, &change, &entry.state);
            db.put_deadlines(&organ, &[], &open)?;
            Ok(db.add_outcomes(&outcomes)?)
        })
    }
}

/// What tells two calendars apart: their years and every special day.
fn fingerprint(calendar: &Calendar) -> String {
    let mut hash = Sha256::new();
    for year in calendar.years() {
        hash.update(format!("{year}\n"));
        for day in calendar.special_days(year) {
            hash.update(format!("{} {}\n", day.date, day.working));
        }
    }
    hex::encode(hash.finalize())
}

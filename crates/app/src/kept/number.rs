//! Numbers (文号): gap-free for each organ, pattern and year.
//!
//! A number is taken in the transaction of the act that uses it. When the act fails, so does the
//! taking, and the next act gets the same number. Documents with the same pattern share a sequence,
//! whichever ledger they stand in. Cases (案号) are numbered in the same way when they are opened.

use catalogue::definition::{Field, Ledger};
use store::Db;
use values::dates::Date;

use crate::{App, append::natural_key, entry::NewEntry, error::Result};

impl App {
    /// Takes the next number of a pattern such as `{organ}罚决字〔{year}〕{seq}号`.
    pub(crate) fn take_number(
        &self,
        db: &Db,
        organ: &str,
        pattern: &str,
        on: Date,
    ) -> Result<String> {
        let year = u32::try_from(on.year()).unwrap_or_default();
        let seq = db.next_number(organ, &format!("number:{pattern}"), year)?;
        let short = self.organ(organ)?.document_name.clone();
        Ok(written(pattern, &short, year, seq))
    }

    /// Fills the number fields that were left empty in entries that are about to be opened.
    pub(crate) fn numbered(
        &self,
        db: &Db,
        organ: &str,
        newest: &Ledger,
        mut new: Vec<NewEntry>,
    ) -> Result<Vec<NewEntry>> {
        for entry in &mut new {
            let version = self.catalogue().ledger_on(&newest.id, entry.happened_on);
            let ledger: &Ledger = version.map_or(newest, AsRef::as_ref);
            for field in ledger.fields.iter().filter(|f| !f.number.is_empty()) {
                if !entry.fields.contains_key(field.id.as_str()) {
                    self.number_entry(db, organ, ledger, field, entry)?;
                }
            }
        }
        Ok(new)
    }

    /// The next number that nobody has written by hand before.
    fn number_entry(
        &self,
        db: &Db,
        organ: &str,
        ledger: &Ledger,
        field: &Field,
        entry: &mut NewEntry,
    ) -> Result<()> {
        loop {
            let number = self.take_number(db, organ, &field.number, entry.happened_on)?;
            entry.fields.insert(field.id.to_string(), number.into());
            let key = natural_key(ledger, &entry.fields);
            let is_key = ledger.key.contains(&field.id);
            let key = key.filter(|_| is_key);
            let taken = match key {
                Some(key) => db.entry_by_key(organ, &ledger.id, &key)?,
                None => None,
            };
            if taken.is_none() {
                return Ok(());
            }
        }
    }
}

fn written(pattern: &str, organ: &str, year: u32, seq: u64) -> String {
    pattern
        .replace("{organ}", organ)
        .replace("{year}", &year.to_string())
        .replace("{seq}", &seq.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_no_leading_zero_and_six_sided_brackets() {
        let pattern = "{organ}罚决字〔{year}〕{seq}号";
        assert_eq!(written(pattern, "云教", 2023, 7), "云教罚决字〔2023〕7号");
    }
}

//! Numbers (文号): gap-free for each organ, pattern and year.
//!
//! A number is taken in the transaction of the act that uses it. When the act fails, so does the
//! taking, and the next act gets the same number. Documents with the same pattern share a sequence,
//! whichever ledger they stand in.

use store::Db;
use values::dates::Date;

use crate::{App, error::Result};

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

//! Work that two organs have written down: questions that cross organs, asked only for figures
//! over the tree of organs.

use crate::sql::args;
use crate::{Db, StoreError};

/// Primary key of `entry_key` for the lower organ, then primary keys of the upper one.
const SAME: &str = "SELECT b.entry_id FROM entry_key kb
    JOIN entry_key ka ON ka.organ_id = $1 AND ka.ledger = kb.ledger
        AND ka.natural_key = kb.natural_key
    JOIN entry a ON a.organ_id = ka.organ_id AND a.entry_id = ka.entry_id
    JOIN entry b ON b.organ_id = kb.organ_id AND b.entry_id = kb.entry_id
    WHERE kb.organ_id = $2 AND kb.ledger = $3
        AND a.happened_on = b.happened_on AND a.title = b.title
    ORDER BY b.entry_id";
/// Index `entry_by_date` on both sides; index `entry_key_by_entry` for the keys.
const PERHAPS: &str = "SELECT COUNT(*) FROM entry b JOIN entry a ON a.organ_id = $1
        AND a.ledger = b.ledger AND a.voided = b.voided AND a.happened_on = b.happened_on
    WHERE b.organ_id = $2 AND b.ledger = $3 AND b.voided = 0
        AND b.happened_on >= $4 AND b.happened_on <= $5 AND a.title = b.title
        AND NOT EXISTS (SELECT 1 FROM entry_key ka JOIN entry_key kb
            ON kb.ledger = ka.ledger AND kb.natural_key = ka.natural_key
            WHERE ka.organ_id = a.organ_id AND ka.entry_id = a.entry_id
            AND kb.organ_id = b.organ_id AND kb.entry_id = b.entry_id)";

impl Db {
    /// The lower organ's entries that the upper one has too: same number, day and title.
    pub fn same_work(
        &self,
        upper: &str,
        lower: &str,
        ledger: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.query(SAME, &args![upper, lower, ledger], |row| row.text(0))
    }

    /// How many pairs of entries agree in day and title, and not in number, or have none.
    pub fn perhaps_same_work(
        &self,
        upper: &str,
        lower: &str,
        ledger: &str,
        from: &str,
        to: &str,
    ) -> Result<u64, StoreError> {
        let args = args![upper, lower, ledger, from, to];
        let count = self.query_one(PERHAPS, &args, |row| row.natural(0))?;
        Ok(count.unwrap_or(0))
    }
}

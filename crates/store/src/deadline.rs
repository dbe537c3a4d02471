//! Deadlines: the due dates of open clocks, and how many clocks were met and missed.

use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{Db, StoreError};

/// An open clock of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeadlineRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// The clock.
    pub clock: String,
    /// The ledger.
    pub ledger: String,
    /// The section that keeps it.
    pub section_id: String,
    /// The last day.
    pub due_on: String,
    /// The day that started it.
    pub started_on: String,
    /// Set by law, not promised.
    pub statutory: bool,
    /// The last day may still move: a holiday notice is missing.
    pub provisional: bool,
    /// Suspended: the last day will move.
    pub suspended: bool,
    /// Who is at it: whoever did the last act. Where the entry was handed over, its keeper is put
    /// in this place.
    pub account_id: String,
}

/// How many clocks of a kind were stopped in a month, in time and late.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutcomeRow {
    /// The organ.
    pub organ_id: String,
    /// The section.
    pub section_id: String,
    /// The ledger.
    pub ledger: String,
    /// The clock.
    pub clock: String,
    /// The month in which they were stopped, `2022-03`.
    pub month: String,
    /// In time; a difference where rows are added.
    pub met: i64,
    /// Late; a difference where rows are added.
    pub missed: i64,
}

/// Primary key, of both tables.
const PUT: &str = "INSERT INTO deadline (organ_id, entry_id, clock, ledger, section_id, due_on,
    started_on, statutory, provisional, suspended, account_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, COALESCE((SELECT keeper.account_id
    FROM keeper WHERE keeper.organ_id = $1 AND keeper.entry_id = $2), $11))
    ON CONFLICT (organ_id, entry_id, clock) DO UPDATE SET section_id = excluded.section_id,
    due_on = excluded.due_on, started_on = excluded.started_on, statutory = excluded.statutory,
    provisional = excluded.provisional, suspended = excluded.suspended,
    account_id = excluded.account_id";
/// Primary key.
const OF_ENTRY: &str = "SELECT organ_id, entry_id, clock, ledger, section_id, due_on, started_on,
    statutory, provisional, suspended, account_id FROM deadline
    WHERE organ_id = $1 AND entry_id = $2 ORDER BY clock";
/// Primary key.
const OF_ENTRIES: &str = "SELECT organ_id, entry_id, clock, ledger, section_id, due_on, started_on,
    statutory, provisional, suspended, account_id FROM deadline WHERE organ_id = ";
/// Primary key, in its order.
pub(crate) const SCAN: &str = "SELECT organ_id, entry_id, clock, ledger, section_id, due_on,
    started_on, statutory, provisional, suspended, account_id FROM deadline
    WHERE (organ_id, entry_id, clock) > ($1, $2, $3) ORDER BY organ_id, entry_id, clock LIMIT $4";
/// Primary key.
const HAND_OVER: &str = "UPDATE deadline SET account_id = $3 WHERE organ_id = $1 AND entry_id = $2";
/// Primary key.
const DELETE: &str = "DELETE FROM deadline WHERE organ_id = $1 AND entry_id = $2";
/// Index `deadline_by_due`.
const FROM_TO: &str = "SELECT organ_id, entry_id, clock, ledger, section_id, due_on, started_on,
    statutory, provisional, suspended, account_id FROM deadline
    WHERE organ_id = $1 AND due_on >= $2 AND due_on <= $3 ORDER BY due_on, entry_id, clock LIMIT $4";
/// Index `deadline_by_section`. One range over both columns: with two conditions, SQLite takes
/// `deadline_by_due` and reads the clocks of all sections.
pub(crate) const FROM_TO_OF_SECTION: &str = "SELECT organ_id, entry_id, clock, ledger, section_id,
    due_on, started_on, statutory, provisional, suspended, account_id FROM deadline
    WHERE organ_id = $1 AND (section_id, due_on) >= ($2, $3) AND (section_id, due_on) <= ($2, $4)
    ORDER BY section_id, due_on, entry_id, clock LIMIT $5";
/// Index `deadline_by_person`.
pub(crate) const FROM_TO_OF_PERSON: &str = "SELECT organ_id, entry_id, clock, ledger, section_id,
    due_on, started_on, statutory, provisional, suspended, account_id FROM deadline
    WHERE organ_id = $1 AND (account_id, due_on) >= ($2, $3) AND (account_id, due_on) <= ($2, $4)
    ORDER BY account_id, due_on, entry_id, clock LIMIT $5";
/// Index `deadline_by_person`.
pub(crate) const COUNT_OF_PERSON: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM deadline
    WHERE organ_id = $1 AND (account_id, due_on) >= ($2, $3) AND (account_id, due_on) <= ($2, $4)
    LIMIT $5) part";
/// Index `deadline_by_due`.
const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM deadline
    WHERE organ_id = $1 AND due_on >= $2 AND due_on <= $3 LIMIT $4) part";
/// Index `deadline_by_section`.
pub(crate) const COUNT_OF_SECTION: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM deadline
    WHERE organ_id = $1 AND (section_id, due_on) >= ($2, $3) AND (section_id, due_on) <= ($2, $4)
    LIMIT $5) part";
/// Primary key.
const ADD_OUTCOME: &str = "INSERT INTO clock_rollup (organ_id, section_id, ledger, clock, month,
    met, missed) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organ_id, section_id, ledger, clock, month)
    DO UPDATE SET met = clock_rollup.met + excluded.met,
    missed = clock_rollup.missed + excluded.missed";
/// Primary key.
const OUTCOMES: &str = "SELECT organ_id, section_id, ledger, clock, month, met, missed
    FROM clock_rollup WHERE organ_id = $1 AND month >= $2 AND month <= $3
    ORDER BY section_id, ledger, clock, month";

/// Primary key, in its order.
pub(crate) const SCAN_OUTCOMES: &str = "SELECT organ_id, section_id, ledger, clock, month, met,
    missed FROM clock_rollup WHERE (organ_id, section_id, ledger, clock, month)
    > ($1, $2, $3, $4, $5) ORDER BY organ_id, section_id, ledger, clock, month LIMIT $6";
/// The whole table: a rebuild.
const CLEAR: &str = "DELETE FROM deadline";
/// The whole table: a rebuild.
const CLEAR_OUTCOMES: &str = "DELETE FROM clock_rollup";

/// Which open clocks are asked for.
#[derive(Clone, Copy, Debug)]
pub struct DeadlineQuery<'a> {
    /// The organ.
    pub organ_id: &'a str,
    /// Only of this section.
    pub section_id: Option<&'a str>,
    /// Only of this person, whatever the section.
    pub account_id: Option<&'a str>,
    /// Due on this day or later.
    pub from: &'a str,
    /// Due on this day or earlier.
    pub to: &'a str,
}

impl Db {
    /// Replace the open clocks of entries: `entries` lose what they had, then `rows` are kept.
    pub fn put_deadlines(
        &self,
        organ_id: &str,
        entries: &[&str],
        rows: &[DeadlineRow],
    ) -> Result<(), StoreError> {
        let mut delete = self.prepare(DELETE)?;
        for entry in entries {
            delete.execute(&args![organ_id, *entry])?;
        }
        let mut put = self.prepare(PUT)?;
        for r in rows {
            put.execute(&args![
                &r.organ_id,
                &r.entry_id,
                &r.clock,
                &r.ledger,
                &r.section_id,
                &r.due_on,
                &r.started_on,
                r.statutory,
                r.provisional,
                r.suspended,
                &r.account_id
            ])?;
        }
        Ok(())
    }

    /// Give the open clocks of an entry to its new keeper.
    pub fn hand_deadlines_over(
        &self,
        organ_id: &str,
        entry_id: &str,
        account_id: &str,
    ) -> Result<(), StoreError> {
        let args = args![organ_id, entry_id, account_id];
        self.execute(HAND_OVER, &args).map(drop)
    }

    /// The open clocks of an entry.
    pub fn deadlines_of(
        &self,
        organ_id: &str,
        entry_id: &str,
    ) -> Result<Vec<DeadlineRow>, StoreError> {
        self.query(OF_ENTRY, &args![organ_id, entry_id], deadline)
    }

    /// The open clocks of several entries (at most 128), by entry.
    pub fn deadlines_of_many(
        &self,
        organ_id: &str,
        entry_ids: &[&str],
    ) -> Result<Vec<DeadlineRow>, StoreError> {
        let mut sql = SqlText::new(OF_ENTRIES);
        sql.bind(organ_id).push(" AND entry_id IN (");
        sql.bind_list(entry_ids.iter().copied());
        sql.push(") ORDER BY entry_id, clock");
        self.query(sql.text(), sql.args(), deadline)
    }

    /// Forget all clocks, before they are derived anew from the entries.
    pub fn clear_deadlines(&self) -> Result<(), StoreError> {
        self.execute(CLEAR, &[])?;
        self.execute(CLEAR_OUTCOMES, &[]).map(drop)
    }

    /// Open clocks in the order of their last day.
    pub fn deadlines(
        &self,
        query: &DeadlineQuery<'_>,
        limit: usize,
    ) -> Result<Vec<DeadlineRow>, StoreError> {
        let DeadlineQuery {
            organ_id,
            section_id,
            account_id,
            from,
            to,
        } = *query;
        if let Some(account) = account_id {
            let args = args![organ_id, account, from, to, limit];
            return self.query(FROM_TO_OF_PERSON, &args, deadline);
        }
        match section_id {
            None => self.query(FROM_TO, &args![organ_id, from, to, limit], deadline),
            Some(section) => {
                let args = args![organ_id, section, from, to, limit];
                self.query(FROM_TO_OF_SECTION, &args, deadline)
            }
        }
    }

    /// How many open clocks there are, at most `cap`.
    pub fn deadline_count(&self, query: &DeadlineQuery<'_>, cap: usize) -> Result<u64, StoreError> {
        let DeadlineQuery {
            organ_id,
            section_id,
            account_id,
            from,
            to,
        } = *query;
        if let Some(account) = account_id {
            let args = args![organ_id, account, from, to, cap];
            let count = self.query_one(COUNT_OF_PERSON, &args, |row| row.natural(0));
            return Ok(count?.unwrap_or(0));
        }
        let count = match section_id {
            None => self.query_one(COUNT, &args![organ_id, from, to, cap], |row| row.natural(0)),
            Some(section) => {
                let args = args![organ_id, section, from, to, cap];
                self.query_one(COUNT_OF_SECTION, &args, |row| row.natural(0))
            }
        };
        Ok(count?.unwrap_or(0))
    }

    /// Add differences to the outcomes.
    pub fn add_outcomes(&self, rows: &[OutcomeRow]) -> Result<(), StoreError> {
        let mut add = self.prepare(ADD_OUTCOME)?;
        for r in rows.iter().filter(|r| r.met != 0 || r.missed != 0) {
            add.execute(&args![
                &r.organ_id,
                &r.section_id,
                &r.ledger,
                &r.clock,
                &r.month,
                r.met,
                r.missed
            ])?;
        }
        Ok(())
    }

    /// Outcomes of the months from one to another, both included.
    pub fn outcomes(
        &self,
        organ_id: &str,
        from_month: &str,
        to_month: &str,
    ) -> Result<Vec<OutcomeRow>, StoreError> {
        self.query(OUTCOMES, &args![organ_id, from_month, to_month], outcome)
    }
}

pub(crate) fn outcome(row: &Row<'_>) -> Result<OutcomeRow, StoreError> {
    Ok(OutcomeRow {
        organ_id: row.text(0)?,
        section_id: row.text(1)?,
        ledger: row.text(2)?,
        clock: row.text(3)?,
        month: row.text(4)?,
        met: row.int(5)?,
        missed: row.int(6)?,
    })
}

pub(crate) fn deadline(row: &Row<'_>) -> Result<DeadlineRow, StoreError> {
    Ok(DeadlineRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        clock: row.text(2)?,
        ledger: row.text(3)?,
        section_id: row.text(4)?,
        due_on: row.text(5)?,
        started_on: row.text(6)?,
        statutory: row.flag(7)?,
        provisional: row.flag(8)?,
        suspended: row.flag(9)?,
        account_id: row.text(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::engines::on_both_engines;
    use crate::tests::samples::store;

    on_both_engines! {
        the_next_deadline_comes_first_and_a_stopped_one_is_gone
        what_was_handed_over_is_its_keepers_whoever_acts
        outcomes_add_up_and_a_correction_takes_its_part_back
    }

    fn row(entry_id: &str, due_on: &str, section_id: &str) -> DeadlineRow {
        DeadlineRow {
            organ_id: "o".into(),
            entry_id: entry_id.into(),
            clock: "answer".into(),
            ledger: "request".into(),
            section_id: section_id.into(),
            due_on: due_on.into(),
            started_on: "2022-03-01".into(),
            statutory: true,
            provisional: false,
            suspended: false,
            account_id: entry_id.to_uppercase(),
        }
    }

    fn all<'a>(section_id: Option<&'a str>) -> DeadlineQuery<'a> {
        DeadlineQuery {
            organ_id: "o",
            section_id,
            account_id: None,
            from: "2022-01-01",
            to: "2022-12-31",
        }
    }

    fn the_next_deadline_comes_first_and_a_stopped_one_is_gone() -> Result<(), StoreError> {
        let store = store();
        store.write(|db| {
            let rows = [row("b", "2022-05-01", "x"), row("a", "2022-04-01", "y")];
            db.put_deadlines("o", &[], &rows)?;
            let ids = |rows: Vec<DeadlineRow>| -> Vec<String> {
                rows.into_iter().map(|r| r.entry_id).collect()
            };
            assert_eq!(ids(db.deadlines(&all(None), 9)?), ["a", "b"]);
            assert_eq!(ids(db.deadlines(&all(Some("x")), 9)?), ["b"]);
            let own = DeadlineQuery {
                account_id: Some("A"),
                ..all(None)
            };
            assert_eq!(ids(db.deadlines(&own, 9)?), ["a"]);
            assert_eq!(db.deadline_count(&own, 9)?, 1);
            assert_eq!(db.deadline_count(&all(None), 9)?, 2);
            assert_eq!(
                db.deadline_count(&all(None), 1)?,
                1,
                "counting stops at the cap"
            );
            db.put_deadlines("o", &["a"], &[])?;
            assert_eq!(ids(db.deadlines(&all(None), 9)?), ["b"]);
            Ok::<_, StoreError>(())
        })
    }

    fn what_was_handed_over_is_its_keepers_whoever_acts() -> Result<(), StoreError> {
        let store = store();
        store.write(|db| {
            let rows = [row("a", "2022-04-01", "x"), row("b", "2022-05-01", "x")];
            db.put_deadlines("o", &[], &rows)?;
            let at_it = |entry: &str| -> Result<String, StoreError> {
                Ok(db.deadlines_of("o", entry)?.remove(0).account_id)
            };
            db.put_keepers(&[crate::KeeperRow {
                organ_id: "o".into(),
                entry_id: "a".into(),
                account_id: "new".into(),
                since: "2022-03-02".into(),
            }])?;
            db.hand_deadlines_over("o", "a", "new")?;
            assert_eq!((at_it("a")?, at_it("b")?), ("new".into(), "B".into()));
            // Somebody else acts: it is still the keeper's.
            db.put_deadlines("o", &["a"], &rows[..1])?;
            assert_eq!(at_it("a")?, "new");
            Ok::<_, StoreError>(())
        })
    }

    fn outcomes_add_up_and_a_correction_takes_its_part_back() -> Result<(), StoreError> {
        let store = store();
        let outcome = |met, missed| OutcomeRow {
            organ_id: "o".into(),
            section_id: "x".into(),
            ledger: "request".into(),
            clock: "answer".into(),
            month: "2022-03".into(),
            met,
            missed,
        };
        store.write(|db| {
            db.add_outcomes(&[outcome(1, 0), outcome(1, 0), outcome(0, 1)])?;
            db.add_outcomes(&[outcome(-1, 0), outcome(0, 1)])?;
            assert_eq!(db.outcomes("o", "2022-01", "2022-12")?, [outcome(1, 2)]);
            assert_eq!(db.outcomes("o", "2022-04", "2022-12")?, []);
            Ok::<_, StoreError>(())
        })
    }
}

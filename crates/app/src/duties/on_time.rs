//! Times that are set (期限), one by one: how many were kept in a year, how long it took, and which
//! were not kept, by name. What the law sets (double publicity, answers, filing, publication) is
//! counted with the calendar of working days, entry by entry, not by a date that somebody filled.

use std::{collections::BTreeMap, sync::Arc};

use catalogue::definition::{Clock, Ledger};
use kernel::{Standing, clocks};
use values::{dates::Date, ratio::Ratio};

use crate::{App, authorise::Actor, error::AppError, error::Result};

/// How a time was kept in a year.
#[derive(Clone, Debug)]
pub struct ClockRate {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The clock's id.
    pub clock: String,
    /// Stopped in time.
    pub met: i64,
    /// Stopped late.
    pub missed: i64,
}

impl ClockRate {
    /// The share that was kept.
    pub fn rate(&self) -> Option<Ratio> {
        Ratio::new(i128::from(self.met), i128::from(self.met + self.missed))
    }
    /// Its definition.
    pub fn definition(&self) -> Option<&Clock> {
        self.ledger.clocks.iter().find(|c| *c.id == *self.clock)
    }
}

/// An entry that did not keep a time, or does not keep it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The entry.
    pub entry: String,
    /// Its number.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// The last day.
    pub due_on: Date,
    /// Done on; none while it is not.
    pub stopped_on: Option<Date>,
    /// Days of the calendar after the last one.
    pub days: i32,
}

/// A time in a year, entry by entry.
#[derive(Clone, Debug)]
pub struct ClockYear {
    /// How it was kept.
    pub rate: ClockRate,
    /// Days of the calendar from start to end, on average over those that ended in the year.
    pub average_days: Option<Ratio>,
    /// Those that did not keep it, the latest first; none for readers who see totals only.
    pub late: Vec<Late>,
    /// How many did not keep it, those that are late now among them.
    pub late_count: usize,
    /// The reader may not see the entries.
    pub hidden: bool,
}

impl App {
    /// Every time that ended in a year, by ledger.
    ///
    /// # Errors
    /// A denial.
    pub fn clock_rates(&self, actor: &Actor, year: i16) -> Result<Vec<ClockRate>> {
        self.reads_figures(actor)?;
        let (from, to) = (format!("{year:04}-01"), format!("{year:04}-12"));
        let rows = self
            .store
            .read(|db| db.outcomes(&actor.organ, &from, &to))?;
        let mut sums: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for row in rows {
            let sum = sums.entry((row.ledger, row.clock)).or_default();
            sum.0 += row.met;
            sum.1 += row.missed;
        }
        let known = sums.into_iter().filter_map(|((ledger, clock), sum)| {
            let (met, missed) = sum;
            let rate = ClockRate {
                ledger: Arc::clone(self.catalogue().ledger(&ledger)?),
                clock,
                met,
                missed,
            };
            (met + missed > 0 && rate.definition().is_some()).then_some(rate)
        });
        Ok(known.collect())
    }

    /// One time in a year, with those that did not keep it.
    ///
    /// # Errors
    /// A denial, or an unknown ledger or clock.
    pub fn clock_year(
        &self,
        actor: &Actor,
        ledger: &str,
        clock: &str,
        year: i16,
    ) -> Result<ClockYear> {
        self.reads_figures(actor)?;
        let found = self.catalogue().ledger(ledger);
        let found = found.ok_or(AppError::NotFound("该台账"))?;
        let mut rate = ClockRate {
            ledger: Arc::clone(found),
            clock: clock.to_owned(),
            met: 0,
            missed: 0,
        };
        if rate.definition().is_none() {
            return Err(AppError::NotFound("该期限"));
        }
        let today = self.clock.today();
        let (mut late, mut days) = (Vec::new(), 0_i128);
        for entry in self.all_entries(actor, ledger)? {
            let running = clocks(&entry.ledger, &entry.state, &self.calendar);
            for one in running.iter().filter(|r| *r.clock.id == *clock) {
                let standing = one.standing(today);
                let of_year = one.stopped_on.is_some_and(|on| on.year() == year);
                // What ended with the procedure, or is the party's, says nothing of the office.
                let counts = !one.lapsed && !one.clock.party;
                match standing {
                    Standing::Met if of_year && counts => rate.met += 1,
                    Standing::Missed if of_year && counts => rate.missed += 1,
                    Standing::Overdue if today.year() == year && counts => {}
                    _ => continue,
                }
                if let Some(on) = one.stopped_on {
                    days += i128::from((on - one.started_on).get_days());
                }
                if standing != Standing::Met {
                    late.push(Late {
                        entry: entry.id.clone(),
                        number: entry.number.clone(),
                        title: entry.title.clone(),
                        due_on: one.due(),
                        stopped_on: one.stopped_on,
                        days: (one.stopped_on.unwrap_or(today) - one.due()).get_days(),
                    });
                }
            }
        }
        late.sort_by_key(|one| (std::cmp::Reverse(one.days), one.number.clone()));
        let late_count = late.len();
        let hidden = !self.may_read(actor, ledger);
        if hidden {
            late.clear();
        }
        Ok(ClockYear {
            average_days: Ratio::new(days, i128::from(rate.met + rate.missed)),
            rate,
            late,
            late_count,
            hidden,
        })
    }
}

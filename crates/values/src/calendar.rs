//! Working days, and the time limits that are counted in them.
//!
//! Which weekdays are off and which weekend days are worked is announced year by year by the
//! General Office of the State Council, under 全国年节及纪念日放假办法 (2024). It cannot be
//! computed, so it is data: `calendar/notices.txt`, and files of the same form that a deployment
//! adds for a new notice or an organ for its local rest days.
//!
//! Guarantees: a date that rests on a year without a notice is marked provisional, never given
//! unmarked; recounting with a corrected calendar gives the corrected date.
//! Limit of that promise: a notice may rule the last days of the year before it (in 2018 from
//! 29 December on), so these become certain with the next notice only, though they count as known.
//!
//! Counting follows 民法典 (2020) art. 201 to 203: see [`Limit`] and [`Term`].

mod file;
mod limit;
mod term;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

pub use file::{CalendarError, CalendarProblem};
pub use limit::{LastDayRule, Limit, LimitError};
pub use term::{Counted, Step, Term};

/// The rest days and make-up working days that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    special: BTreeMap<Date, Special>,
    /// Years whose notice is known.
    years: BTreeSet<i16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Special {
    Rest(String),
    Work,
}

/// What kind of day a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// Monday to Friday without anything special.
    Working,
    /// A Saturday or Sunday that is worked (调休上班).
    MadeUp,
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// A day of the rest that is announced for this festival, whatever its weekday.
    Rest(&'a str),
}

/// A date that differs from the plain week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialDay {
    /// The date.
    pub date: Date,
    /// Whether it is worked.
    pub working: bool,
    /// The festival, or `调休上班`.
    pub name: String,
}

/// A date that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The date.
    pub date: Date,
    /// Whether it rests on a year whose notice is not known, so that it may still move.
    pub provisional: bool,
}

/// How "at least N working days before an event" is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// N full working days lie between the notice and the event. Safe, as a notice that is a day
    /// early harms nobody.
    #[default]
    Strict,
    /// The event may take place on the Nth working day.
    Lenient,
}

impl Calendar {
    /// The notices for 2018 to 2026.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: OnceLock<Calendar> = OnceLock::new();
        let read = || Self::default().extended(include_str!("calendar/notices.txt"));
        BUILTIN
            .get_or_init(|| read().expect("a test reads this file"))
            .clone()
    }

    /// The same calendar with the days of a text in the form of `calendar/notices.txt`, which
    /// take the place of known ones.
    ///
    /// # Errors
    /// Where a line cannot be understood or cannot be right; the error names the line.
    pub fn extended(&self, text: &str) -> Result<Self, CalendarError> {
        file::extend(self, text)
    }

    /// Whether the notice for the year of this date is known.
    #[must_use]
    pub fn is_known(&self, date: Date) -> bool {
        self.years.contains(&date.year())
    }

    /// The years whose notices are known, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// What kind of day it is, as far as is known.
    #[must_use]
    pub fn day(&self, date: Date) -> Day<'_> {
        match self.special.get(&date) {
            Some(Special::Rest(name)) => Day::Rest(name),
            Some(Special::Work) if is_weekend(date) => Day::MadeUp,
            None if is_weekend(date) => Day::Weekend,
            Some(Special::Work) | None => Day::Working,
        }
    }

    /// Whether offices work on this day, as far as is known.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        matches!(self.day(date), Day::Working | Day::MadeUp)
    }

    /// The days of a year that differ from the plain week, in order.
    #[must_use]
    pub fn special_days(&self, year: i16) -> Vec<SpecialDay> {
        let days = self.special.iter().filter(|(date, _)| date.year() == year);
        days.map(|(date, special)| {
            let (working, name) = match special {
                Special::Rest(name) => (false, name.clone()),
                Special::Work => (true, "调休上班".to_owned()),
            };
            SpecialDay {
                date: *date,
                working,
                name,
            }
        })
        .collect()
    }

    /// The Nth working day after `start`, which is not counted itself.
    #[must_use]
    pub fn add_working_days(&self, start: Date, count: u32) -> Due {
        let mut due = Due {
            date: start,
            provisional: false,
        };
        let mut left = count;
        while left > 0 {
            let Ok(next) = due.date.tomorrow() else { break };
            due = Due {
                date: next,
                provisional: due.provisional || !self.is_known(next),
            };
            left -= u32::from(self.is_working_day(next));
        }
        Due {
            provisional: due.provisional || left > 0,
            ..due
        }
    }

    /// The Nth working day before `end`, which is not counted itself.
    #[must_use]
    pub fn subtract_working_days(&self, end: Date, count: u32) -> Due {
        let mut due = Due {
            date: end,
            provisional: false,
        };
        let mut left = count;
        while left > 0 {
            let Ok(previous) = due.date.yesterday() else {
                break;
            };
            due = Due {
                date: previous,
                provisional: due.provisional || !self.is_known(previous),
            };
            left -= u32::from(self.is_working_day(previous));
        }
        Due {
            provisional: due.provisional || left > 0,
            ..due
        }
    }

    /// How many working days lie behind `from` up to and including `to`: what is left of a limit,
    /// or used. Negative where `to` is the earlier one.
    #[must_use]
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        let (first, last, sign) = if from <= to {
            (from, to, 1)
        } else {
            (to, from, -1)
        };
        let mut count = 0;
        let mut date = first;
        while date < last {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            count += i64::from(self.is_working_day(date));
        }
        sign * count
    }

    /// The date itself if it is worked, else the next day that is.
    #[must_use]
    pub fn on_or_after(&self, date: Date) -> Due {
        self.nearest(date, |date| date.tomorrow().ok())
    }

    /// The date itself if it is worked, else the last day before that is.
    #[must_use]
    pub fn on_or_before(&self, date: Date) -> Due {
        self.nearest(date, |date| date.yesterday().ok())
    }

    fn nearest(&self, date: Date, step: impl Fn(Date) -> Option<Date>) -> Due {
        let mut due = Due {
            date,
            provisional: !self.is_known(date),
        };
        while !self.is_working_day(due.date) {
            let Some(next) = step(due.date) else { break };
            due = Due {
                date: next,
                provisional: due.provisional || !self.is_known(next),
            };
        }
        due
    }

    /// The last working day on which a notice that is due N working days before an event may be
    /// given.
    #[must_use]
    pub fn latest_notice(&self, event: Date, days: u32, reading: Reading) -> Due {
        match reading {
            Reading::Strict => self.subtract_working_days(event, days.saturating_add(1)),
            Reading::Lenient => {
                // An event on a rest day leaves the day before it as the last that counts.
                let rests = u32::from(!self.is_working_day(event));
                self.subtract_working_days(event, days.saturating_add(rests))
            }
        }
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// A date so many days later, or the last date there is.
fn days_later(date: Date, days: u32) -> Date {
    date.checked_add(i64::from(days.min(4_000_000)).days())
        .unwrap_or(Date::MAX)
}

#[cfg(test)]
#[path = "calendar/tests.rs"]
mod tests;

//! Counting a period, with the steps written down so that a person can check them.
//!
//! A clerk or a court asks how a due date came about; the answer is this list of steps.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Calendar, Day, LastDayRule, Limit, days_later};
use crate::dates::{Period, chinese, chinese_weekday, days_between};

/// A period to be counted: from when, how long, what interrupts and what prolongs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    start: Date,
    limit: Limit,
    next: Vec<Limit>,
    suspensions: Vec<Period>,
    extensions: Vec<Limit>,
    rule: LastDayRule,
}

/// The result of counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The last day under the rule of the term.
    pub due: Date,
    /// The last day as counted, before any moving.
    pub raw: Date,
    /// The last working day on or before the raw one: what staff should aim at.
    pub target: Date,
    /// The raw last day moved to the next working day: whoever acts later is late.
    pub legal: Date,
    /// Whether the dates rest on a year whose notice is not known.
    pub provisional: bool,
    /// How the result came about, in order.
    pub steps: Vec<Step>,
}

/// One step of counting. Printed, it is a Chinese sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The day of the event, which is not counted.
    Start(Date),
    /// Announced rest days that were passed over.
    Rest {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// The festival.
        name: String,
    },
    /// Days of suspension that were passed over.
    Suspended {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A Saturday or Sunday that was counted.
    MadeUp(Date),
    /// How many ordinary Saturdays and Sundays were passed over since the last such step.
    Weekends(u32),
    /// The end of a limit or of an extension, as counted.
    Reached {
        /// The limit.
        limit: Limit,
        /// Its last day.
        date: Date,
    },
    /// The last month had no day of the same number.
    Clipped {
        /// The missing number.
        day: i8,
        /// The last of the month.
        date: Date,
    },
    /// Another period follows the one that has ended, counted from its last day as counted.
    Next(Limit),
    /// The period was prolonged from where it ended.
    Extended(Limit),
    /// The last day was a rest day and moved.
    Moved {
        /// As counted.
        from: Date,
        /// Where it went.
        to: Date,
        /// The festival or weekend on the day as counted.
        reason: String,
    },
    /// The notice for a year that mattered is not known.
    Unpublished(i16),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(date) => write!(f, "{}起算，当日不计", chinese(*date)),
            Self::Rest { from, to, name } => {
                write!(f, "{}{name}放假，不计", range(*from, *to))
            }
            Self::Suspended { from, to } => write!(f, "{}中止，不计", range(*from, *to)),
            Self::MadeUp(date) => {
                let weekday = chinese_weekday(date.weekday());
                write!(f, "{}（{weekday}）调休上班，计入", chinese(*date))
            }
            Self::Weekends(days) => write!(f, "周末{days}天，不计"),
            Self::Reached { limit, date } => {
                write!(f, "满{}，止于{}", limit.chinese(), chinese(*date))
            }
            Self::Clipped { day, date } => {
                write!(f, "{}年{}月没有{day}日，", date.year(), date.month())?;
                write!(f, "以该月最后一日为止")
            }
            Self::Next(limit) => write!(f, "届满后接着算{}", limit.chinese()),
            Self::Extended(limit) => write!(f, "延长{}", limit.chinese()),
            Self::Moved { from, to, reason } => {
                let direction = if to > from { "顺延至" } else { "提前至" };
                write!(
                    f,
                    "{}逢{reason}，{direction}{}",
                    chinese(*from),
                    chinese(*to)
                )
            }
            Self::Unpublished(year) => {
                write!(f, "{year}年节假日安排未公布，日期为暂定")
            }
        }
    }
}

fn range(from: Date, to: Date) -> String {
    Period { from, to }.chinese_days()
}

impl Term {
    /// A limit that begins with an event on `start`.
    #[must_use]
    pub fn new(start: Date, limit: Limit) -> Self {
        Self {
            start,
            limit,
            next: Vec::new(),
            suspensions: Vec::new(),
            extensions: Vec::new(),
            rule: LastDayRule::default(),
        }
    }

    /// Adds days that are not counted, both ends included (中止). One that is still open is given
    /// up to today: the result is the last day if it ended today.
    #[must_use]
    pub fn suspended(mut self, days: Period) -> Self {
        self.suspensions.push(days);
        self
    }

    /// Adds a period that the law counts from the end of the one before (起诉期限届满之日起三个月).
    /// It goes on from the last day as counted, not from where a holiday moved it: nobody gains.
    #[must_use]
    pub fn then(mut self, limit: Limit) -> Self {
        self.next.push(limit);
        self
    }

    /// Prolongs the period from its end as counted, in the kind that the law names (延长).
    #[must_use]
    pub fn extended(mut self, by: Limit) -> Self {
        self.extensions.push(by);
        self
    }

    /// Says what happens when the last day is a rest day.
    #[must_use]
    pub fn last_day(mut self, rule: LastDayRule) -> Self {
        self.rule = rule;
        self
    }

    /// Counts.
    #[must_use]
    pub fn count(&self, calendar: &Calendar) -> Counted {
        let mut walk = Walk {
            term: self,
            calendar,
            date: self.start,
            steps: vec![Step::Start(self.start)],
            weekends: 0,
            unpublished: None,
        };
        walk.run(self.limit);
        for next in &self.next {
            walk.steps.push(Step::Next(*next));
            walk.run(*next);
        }
        for extension in &self.extensions {
            walk.steps.push(Step::Extended(*extension));
            walk.run(*extension);
        }
        walk.finish()
    }

    fn is_suspended(&self, date: Date) -> bool {
        self.suspensions.iter().any(|days| days.contains(date))
    }
}

/// A count under way.
struct Walk<'a> {
    term: &'a Term,
    calendar: &'a Calendar,
    /// The last day that was reached.
    date: Date,
    steps: Vec<Step>,
    /// Ordinary weekend days passed over and not told yet.
    weekends: u32,
    /// The first year without a notice that the count depends on.
    unpublished: Option<i16>,
}

impl Walk<'_> {
    fn run(&mut self, limit: Limit) {
        match limit {
            Limit::WorkingDays(days) => self.walk(days, true),
            Limit::CalendarDays(days) => self.run_days(days),
            Limit::Months(months) => self.run_months(months),
            Limit::Years(years) => self.run_months(years.saturating_mul(12)),
            Limit::Hours(hours) => self.date = days_later(self.date, hours / 24),
        }
        self.steps.push(Step::Reached {
            limit,
            date: self.date,
        });
    }

    fn run_months(&mut self, months: u32) {
        let months = i64::from(months.min(120_000)).months();
        let end = self.date.checked_add(months).unwrap_or(Date::MAX);
        let clipped = (end.day() < self.date.day()).then_some(self.date.day());
        self.run_days(u32::try_from(days_between(self.date, end)).unwrap_or(0));
        if let Some(day) = clipped.filter(|_| self.date == end) {
            self.steps.push(Step::Clipped { day, date: end });
        }
    }

    fn run_days(&mut self, days: u32) {
        if self.term.suspensions.is_empty() {
            self.date = days_later(self.date, days);
        } else {
            self.walk(days, false);
        }
    }

    /// Goes on day by day until so many were counted.
    fn walk(&mut self, days: u32, working_days: bool) {
        let mut left = days;
        while left > 0 {
            let Ok(date) = self.date.tomorrow() else {
                self.unpublished.get_or_insert(self.date.year());
                break;
            };
            self.date = date;
            if self.term.is_suspended(date) {
                self.pass_suspended(date);
            } else if working_days {
                left -= u32::from(self.is_counted(date));
            } else {
                left -= 1;
            }
        }
        if self.weekends > 0 {
            self.steps
                .push(Step::Weekends(std::mem::take(&mut self.weekends)));
        }
    }

    fn pass_suspended(&mut self, date: Date) {
        match self.steps.last_mut() {
            Some(Step::Suspended { to, .. }) if to.tomorrow().ok() == Some(date) => *to = date,
            _ => self.steps.push(Step::Suspended {
                from: date,
                to: date,
            }),
        }
    }

    /// Whether a day counts as a working day; tells why where that is not plain.
    fn is_counted(&mut self, date: Date) -> bool {
        if !self.calendar.is_known(date) {
            self.unpublished.get_or_insert(date.year());
        }
        match self.calendar.day(date) {
            Day::Working => true,
            Day::MadeUp => {
                self.steps.push(Step::MadeUp(date));
                true
            }
            Day::Weekend => {
                self.weekends += 1;
                false
            }
            Day::Rest(day_name) => {
                match self.steps.last_mut() {
                    Some(Step::Rest { to, name, .. })
                        if name == day_name && to.tomorrow().ok() == Some(date) =>
                    {
                        *to = date;
                    }
                    _ => {
                        let name = day_name.to_owned();
                        self.steps.push(Step::Rest {
                            from: date,
                            to: date,
                            name,
                        });
                    }
                }
                false
            }
        }
    }

    fn finish(mut self) -> Counted {
        let raw = self.date;
        let last_limit = self.term.extensions.last().unwrap_or(&self.term.limit);
        let (mut target, mut legal) = (raw, raw);
        // Working days end on one, and hours run through the night.
        let moves = !matches!(last_limit, Limit::WorkingDays(_) | Limit::Hours(_));
        if moves {
            let before = self.calendar.on_or_before(raw);
            let after = self.calendar.on_or_after(raw);
            (target, legal) = (before.date, after.date);
            if before.provisional || after.provisional {
                let unknown = [raw, legal, target].into_iter();
                let unknown = unknown.filter(|date| !self.calendar.is_known(*date));
                self.unpublished = self.unpublished.or(unknown.map(Date::year).next());
            }
        }
        let due = match self.term.rule {
            LastDayRule::NextWorkingDay => legal,
            LastDayRule::PreviousWorkingDay => target,
            LastDayRule::Unmoved => raw,
        };
        if due != raw {
            let reason = match self.calendar.day(raw) {
                Day::Rest(name) => name.to_owned(),
                _ => chinese_weekday(raw.weekday()).to_owned(),
            };
            self.steps.push(Step::Moved {
                from: raw,
                to: due,
                reason,
            });
        }
        self.steps.extend(self.unpublished.map(Step::Unpublished));
        Counted {
            due,
            raw,
            target,
            legal,
            provisional: self.unpublished.is_some(),
            steps: self.steps,
        }
    }
}

//! A time limit as the law writes it: never days of no kind.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};

use super::{Calendar, Due, Term};

/// A longer limit is a mistake in typing.
const AMOUNT_MAX: u32 = 9_999;

/// A length of time with its kind. The same word 日 means working days in one law and calendar
/// days in the next, so there is no kind that stands for "days".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Working days (工作日).
    WorkingDays(u32),
    /// Calendar days (自然日).
    CalendarDays(u32),
    /// Calendar months, ending on the day of the same number or the last of the month
    /// (民法典 art. 202).
    Months(u32),
    /// Calendar years, likewise.
    Years(u32),
    /// Hours from the moment itself (民法典 art. 201).
    Hours(u32),
}

/// What happens when the last day of a period in days, months or years is a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LastDayRule {
    /// It moves to the next working day (民法典 art. 203): what decides whether one was late.
    #[default]
    NextWorkingDay,
    /// It moves to the working day before: what staff are shown, since no statute says that the
    /// office's own duties gain the holidays.
    PreviousWorkingDay,
    /// It stays.
    Unmoved,
}

impl Limit {
    /// The last day of the period that begins with an event on `start`.
    ///
    /// Where the limit is in hours and the moment is not known, this is the day on which it ends
    /// at the earliest; [`end_of_hours`](Self::end_of_hours) is exact.
    #[must_use]
    pub fn due(self, start: Date, calendar: &Calendar, rule: LastDayRule) -> Due {
        let counted = Term::new(start, self).last_day(rule).count(calendar);
        Due {
            date: counted.due,
            provisional: counted.provisional,
        }
    }

    /// The moment at which a limit in hours ends; `None` for the other kinds.
    #[must_use]
    pub fn end_of_hours(self, start: DateTime) -> Option<DateTime> {
        let Self::Hours(hours) = self else {
            return None;
        };
        start
            .checked_add(jiff::SignedDuration::from_hours(hours.into()))
            .ok()
    }

    /// The number without its kind.
    #[must_use]
    pub fn amount(self) -> u32 {
        match self {
            Self::WorkingDays(amount)
            | Self::CalendarDays(amount)
            | Self::Months(amount)
            | Self::Years(amount)
            | Self::Hours(amount) => amount,
        }
    }

    /// `7个工作日`, `90日`, `3个月`, `2年`, `24小时`.
    #[must_use]
    pub fn chinese(self) -> String {
        let unit = match self {
            Self::WorkingDays(_) => "个工作日",
            Self::CalendarDays(_) => "日",
            Self::Months(_) => "个月",
            Self::Years(_) => "年",
            Self::Hours(_) => "小时",
        };
        format!("{}{unit}", self.amount())
    }
}

/// The form of the catalogue: `7 working days`, `1 month`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self {
            Self::WorkingDays(_) => "working day",
            Self::CalendarDays(_) => "calendar day",
            Self::Months(_) => "month",
            Self::Years(_) => "year",
            Self::Hours(_) => "hour",
        };
        let plural = if self.amount() == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.amount())
    }
}

/// Why a text is not a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitError {
    /// It does not begin with a number from 1 to 9999.
    BadAmount,
    /// Days, but of no kind.
    NoKind,
    /// The unit is not known.
    UnknownUnit(String),
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadAmount => write!(f, "期限应以 1 到 {AMOUNT_MAX} 的数开头，如 7 working days"),
            Self::NoKind => f.write_str(
                "应写明是工作日（working days）还是自然日（calendar days），各法对“日”的规定不同",
            ),
            Self::UnknownUnit(unit) => write!(
                f,
                "“{unit}”不是期限单位，应为 working days、calendar days、months、years 或 hours"
            ),
        }
    }
}

impl std::error::Error for LimitError {}

/// Reads the form of the catalogue.
impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let mut words = text.split_whitespace();
        let amount = words.next().unwrap_or_default();
        let is_plain = amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount = match amount.parse() {
            Ok(amount @ 1..=AMOUNT_MAX) if is_plain => amount,
            _ => return Err(LimitError::BadAmount),
        };
        let unit = words.collect::<Vec<_>>().join(" ");
        match unit.as_str() {
            "working days" | "working day" => Ok(Self::WorkingDays(amount)),
            "calendar days" | "calendar day" => Ok(Self::CalendarDays(amount)),
            "months" | "month" => Ok(Self::Months(amount)),
            "years" | "year" => Ok(Self::Years(amount)),
            "hours" | "hour" => Ok(Self::Hours(amount)),
            "days" | "day" => Err(LimitError::NoKind),
            _ => Err(LimitError::UnknownUnit(unit)),
        }
    }
}

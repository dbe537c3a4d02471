//! The text form of a calendar.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::{Calendar, Special, is_weekend};

/// A rest longer than this is a mistake in typing.
const RANGE_DAYS_MAX: u32 = 62;

/// A line of a calendar that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: CalendarProblem,
}

/// What is wrong with a line of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarProblem {
    /// It begins with none of `year`, `rest`, `work`.
    UnknownWord(String),
    /// A date is missing or does not exist.
    BadDate(String),
    /// The year is missing or is none.
    BadYear(String),
    /// The last day of a range lies before its first.
    Reversed,
    /// A range goes over more than two months.
    TooLong,
    /// A rest without a name, which explanations would need.
    NoName,
    /// A working day that is one anyway.
    AlreadyWorking(Date),
    /// The same day appears before in this text.
    Twice(Date),
}

impl fmt::Display for CalendarProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownWord(word) => {
                write!(f, "“{word}”不是关键字，每行应以 year、rest 或 work 开头")
            }
            Self::BadDate(text) => write!(f, "“{text}”不是日期，应写成 2026-02-15"),
            Self::BadYear(text) => write!(f, "“{text}”不是年份"),
            Self::Reversed => f.write_str("止日早于起日"),
            Self::TooLong => write!(f, "一次放假超过 {RANGE_DAYS_MAX} 天"),
            Self::NoName => f.write_str("放假日后应写节日名称"),
            Self::AlreadyWorking(date) => write!(f, "{date} 本来就是工作日"),
            Self::Twice(date) => write!(f, "{date} 在前面已经写过"),
        }
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行：{}", self.line, self.problem)
    }
}

impl std::error::Error for CalendarError {}

pub(super) fn extend(base: &Calendar, text: &str) -> Result<Calendar, CalendarError> {
    let mut years = base.years.clone();
    let mut added: BTreeMap<Date, Special> = BTreeMap::new();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let fail = |problem| CalendarError {
            line: index + 1,
            problem,
        };
        match read_line(line).map_err(fail)? {
            Line::Year(year) => {
                years.insert(year);
            }
            Line::Days {
                first,
                last,
                special,
            } => {
                let days = first
                    .series(jiff::Span::new().days(1))
                    .take_while(|day| *day <= last);
                for day in days {
                    let is_rest_before = matches!(base.special.get(&day), Some(Special::Rest(_)));
                    if special == Special::Work && !is_weekend(day) && !is_rest_before {
                        return Err(fail(CalendarProblem::AlreadyWorking(day)));
                    }
                    if added.insert(day, special.clone()).is_some() {
                        return Err(fail(CalendarProblem::Twice(day)));
                    }
                }
            }
        }
    }
    let mut special = base.special.clone();
    special.extend(added);
    Ok(Calendar { special, years })
}

enum Line {
    Year(i16),
    Days {
        first: Date,
        last: Date,
        special: Special,
    },
}

fn read_line(line: &str) -> Result<Line, CalendarProblem> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (when, name) = rest
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((rest.trim(), ""));
    match word {
        "year" => match when.parse() {
            Ok(year @ 1949..=9999) => Ok(Line::Year(year)),
            _ => Err(CalendarProblem::BadYear(when.to_owned())),
        },
        "rest" if name.is_empty() => {
            read_range(when)?;
            Err(CalendarProblem::NoName)
        }
        "rest" => {
            let (first, last) = read_range(when)?;
            Ok(Line::Days {
                first,
                last,
                special: Special::Rest(name.trim().to_owned()),
            })
        }
        "work" => {
            let (first, last) = read_range(when)?;
            Ok(Line::Days {
                first,
                last,
                special: Special::Work,
            })
        }
        _ => Err(CalendarProblem::UnknownWord(word.to_owned())),
    }
}

fn read_range(text: &str) -> Result<(Date, Date), CalendarProblem> {
    let read = |text: &str| {
        text.parse::<Date>()
            .map_err(|_| CalendarProblem::BadDate(text.to_owned()))
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (read(first)?, read(last)?);
    if last < first {
        return Err(CalendarProblem::Reversed);
    }
    if super::days_later(first, RANGE_DAYS_MAX) <= last {
        return Err(CalendarProblem::TooLong);
    }
    Ok((first, last))
}

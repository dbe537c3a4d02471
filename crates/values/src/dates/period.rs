//! Periods that figures and reports are about.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::{chinese, chinese_month_day, days_between, parse_date, year_earlier};

/// A stretch of days, both ends included. Where `to` is before `from` it holds no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Quarter {
    First,
    Second,
    Third,
    Fourth,
}

impl Quarter {
    /// All four in order.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// The quarter that a date lies in.
    #[must_use]
    pub fn of(date: Date) -> Self {
        match date.month() {
            ..=3 => Self::First,
            4..=6 => Self::Second,
            7..=9 => Self::Third,
            _ => Self::Fourth,
        }
    }

    /// 1 to 4.
    #[must_use]
    pub fn number(self) -> i8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Fourth => 4,
        }
    }

    /// `第一季度`
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::First => "第一季度",
            Self::Second => "第二季度",
            Self::Third => "第三季度",
            Self::Fourth => "第四季度",
        }
    }
}

impl Period {
    /// The days from one to another, both included; `None` if they are the wrong way round.
    #[must_use]
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// One day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self {
            from: date,
            to: date,
        }
    }

    /// A calendar year; years outside of 1 to 9999 are taken for the nearest of these.
    #[must_use]
    pub fn year(year: i16) -> Self {
        Self::years(year, year)
    }

    /// Calendar years from one to another, both included.
    #[must_use]
    pub fn years(first: i16, last: i16) -> Self {
        Self::months((first, 1), (last, 12))
    }

    /// A quarter of a calendar year.
    #[must_use]
    pub fn quarter(year: i16, quarter: Quarter) -> Self {
        let last = quarter.number() * 3;
        Self::months((year, last - 2), (year, last))
    }

    /// A calendar month; months outside of 1 to 12 are taken for the nearest of these.
    #[must_use]
    pub fn month(year: i16, month: i8) -> Self {
        Self::months((year, month), (year, month))
    }

    fn months(first: (i16, i8), last: (i16, i8)) -> Self {
        let start = |(year, month): (i16, i8)| {
            Date::new(year.clamp(1, 9999), month.clamp(1, 12), 1).unwrap_or(Date::MIN)
        };
        Self {
            from: start(first),
            to: start(last).last_of_month(),
        }
    }

    /// Whether a date lies in the period.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> u32 {
        u32::try_from(days_between(self.from, self.to) + 1).unwrap_or(0)
    }

    /// The same stretch of the year before, for growth over the same period (同比).
    #[must_use]
    pub fn year_earlier(self) -> Self {
        Self {
            from: year_earlier(self.from),
            to: year_earlier(self.to),
        }
    }

    /// `2022年`, `2020—2022年`, `2022年上半年`, `2022年第一季度`, `2022年3月`,
    /// `2022年3月5日至8月1日`.
    #[must_use]
    pub fn chinese(self) -> String {
        let year = self.from.year();
        match self.shape() {
            Shape::Years if year == self.to.year() => format!("{year}年"),
            Shape::Years => format!("{year}—{}年", self.to.year()),
            Shape::Half(1) => format!("{year}年上半年"),
            Shape::Half(_) => format!("{year}年下半年"),
            Shape::Quarter(quarter) => format!("{year}年{}", quarter.chinese()),
            Shape::Month => format!("{year}年{}月", self.from.month()),
            Shape::Days => self.chinese_days(),
        }
    }

    /// The first and the last day, with no more said of the last than differs:
    /// `2022年3月5日至8日`, and `2022年3月5日` for a single one.
    #[must_use]
    pub fn chinese_days(self) -> String {
        let (from, to) = (self.from, self.to);
        let last = if from == to {
            return chinese(from);
        } else if from.first_of_month() == to.first_of_month() {
            format!("{}日", to.day())
        } else if from.year() == to.year() {
            chinese_month_day(to)
        } else {
            chinese(to)
        };
        format!("{}至{last}", chinese(from))
    }

    fn shape(self) -> Shape {
        let (from, to) = (self.from, self.to);
        if from > to || from.day() != 1 || to != to.last_of_month() || from.year() < 1 {
            return Shape::Days;
        }
        let same_year = from.year() == to.year();
        match (from.month(), to.month()) {
            (1, 12) => Shape::Years,
            (1, 6) if same_year => Shape::Half(1),
            (7, 12) if same_year => Shape::Half(2),
            (first, last) if same_year && first == last => Shape::Month,
            (1, 3) | (4, 6) | (7, 9) | (10, 12) if same_year => Shape::Quarter(Quarter::of(from)),
            _ => Shape::Days,
        }
    }
}

enum Shape {
    Years,
    Half(u8),
    Quarter(Quarter),
    Month,
    Days,
}

/// The form that is read back: `2022`, `2020-2022`, `2022H1`, `2022Q1`, `2022-03`, `2022-03-05`,
/// `2022-03-05..2022-08-01`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.from.year();
        match self.shape() {
            Shape::Years if year == self.to.year() => write!(f, "{year:04}"),
            Shape::Years => write!(f, "{year:04}-{:04}", self.to.year()),
            Shape::Half(half) => write!(f, "{year:04}H{half}"),
            Shape::Quarter(quarter) => write!(f, "{year:04}Q{}", quarter.number()),
            Shape::Month => write!(f, "{year:04}-{:02}", self.from.month()),
            Shape::Days if self.from == self.to => write!(f, "{}", self.from),
            Shape::Days => write!(f, "{}..{}", self.from, self.to),
        }
    }
}

/// The text names no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsePeriodError;

impl fmt::Display for ParsePeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "不是期间，应写成 2022、2020-2022、2022H1、2022Q1、2022-03 或 2022-03-05..2022-08-01",
        )
    }
}

impl std::error::Error for ParsePeriodError {}

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, ParsePeriodError> {
        let text = text.trim();
        parse(text.strip_suffix('年').unwrap_or(text)).ok_or(ParsePeriodError)
    }
}

fn parse(text: &str) -> Option<Period> {
    if let Some((from, to)) = text.split_once("..") {
        return Period::new(parse_date(from).ok()?, parse_date(to).ok()?);
    }
    if let Ok(date) = parse_date(text)
        && !text.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(Period::day(date));
    }
    let year = digits(text.get(..4)?, 4)?;
    let rest = &text[4..];
    match rest.chars().next() {
        None => Some(Period::year(year)),
        Some('Q' | 'q') => {
            let number = digits(&rest[1..], 1)?;
            let quarter = Quarter::ALL
                .into_iter()
                .find(|q| i16::from(q.number()) == number)?;
            Some(Period::quarter(year, quarter))
        }
        Some('H' | 'h') => match digits(&rest[1..], 1)? {
            1 => Some(Period::months((year, 1), (year, 6))),
            2 => Some(Period::months((year, 7), (year, 12))),
            _ => None,
        },
        Some('-' | '—' | '–') => {
            let rest = rest.trim_start_matches(['-', '—', '–']);
            if let Some(last) = digits(rest, 4) {
                return (year <= last).then(|| Period::years(year, last));
            }
            let month = i8::try_from(digits(rest, 2).or_else(|| digits(rest, 1))?).ok()?;
            (1..=12)
                .contains(&month)
                .then(|| Period::month(year, month))
        }
        Some(_) => None,
    }
}

/// A positive number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i16> {
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok())?
        .filter(|number| *number > 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn periods_are_read_and_named() {
        let cases = [
            ("2022", date(2022, 1, 1), date(2022, 12, 31), "2022年"),
            (
                "2020-2022",
                date(2020, 1, 1),
                date(2022, 12, 31),
                "2020—2022年",
            ),
            (
                "2022H2",
                date(2022, 7, 1),
                date(2022, 12, 31),
                "2022年下半年",
            ),
            (
                "2022Q1",
                date(2022, 1, 1),
                date(2022, 3, 31),
                "2022年第一季度",
            ),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
            (
                "2022-03-05",
                date(2022, 3, 5),
                date(2022, 3, 5),
                "2022年3月5日",
            ),
            (
                "2022-03-05..2022-08-01",
                date(2022, 3, 5),
                date(2022, 8, 1),
                "2022年3月5日至8月1日",
            ),
            (
                "2022-03-05..2023-01-31",
                date(2022, 3, 5),
                date(2023, 1, 31),
                "2022年3月5日至2023年1月31日",
            ),
        ];
        for (text, from, to, name) in cases {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.from, period.to), (from, to), "{text}");
            assert_eq!(period.to_string(), text);
            assert_eq!(period.chinese(), name);
        }
        assert_eq!("2022年".parse(), Ok(Period::year(2022)));
        assert_eq!("2020—2022年".parse(), Ok(Period::years(2020, 2022)));
    }

    #[test]
    fn what_names_no_period() {
        for text in [
            "",
            "22",
            "2022Q5",
            "2022H0",
            "2022-13",
            "2022-00",
            "2022-2020",
            "0000",
            "202203",
            "2022-03-05..2022-03-04",
            "2022年报",
            "二〇二二",
            "2022Q",
            "+022",
        ] {
            assert_eq!(text.parse::<Period>(), Err(ParsePeriodError), "{text}");
        }
    }

    #[test]
    fn ends_are_included() {
        let period = Period::year(2022);
        assert!(period.contains(date(2022, 1, 1)) && period.contains(date(2022, 12, 31)));
        assert!(!period.contains(date(2023, 1, 1)));
        assert_eq!(period.days(), 365);
        assert_eq!(
            Period::month(2024, 2).year_earlier(),
            Period::month(2023, 2)
        );
        assert_eq!(
            Period {
                from: date(2022, 1, 2),
                to: date(2022, 1, 1)
            }
            .days(),
            0
        );
    }

    #[test]
    fn quarters_of_dates() {
        let quarters: Vec<i8> = (1..=12)
            .map(|m| Quarter::of(date(2022, m, 1)).number())
            .collect();
        assert_eq!(quarters, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    }

    proptest! {
        #[test]
        fn printed_periods_read_back(
            year in 1..=9999_i16, month in 1..=12_i8, day in 1..=28_i8, days in 0..800_i32,
        ) {
            let from = date(year, month, day);
            let to = from.checked_add(jiff::Span::new().days(days)).unwrap_or(from);
            for period in [Period { from, to }, Period::year(year), Period::month(year, month)] {
                prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
            }
        }

        #[test]
        fn no_text_panics(text in "[0-9QH年.—-]{0,12}|.{0,12}") {
            let _ = text.parse::<Period>();
        }
    }
}

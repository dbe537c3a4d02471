//! Civil dates and periods as an office writes them.
//!
//! Sheets, forms and old registers hold dates in every spelling; this module reads those that
//! cannot be misread and says of the others why they can. Which days are working days is the
//! matter of [`calendar`](crate::calendar). No clock is read: "today" is always an argument.
//!
//! Spellings of dates in official documents (`2022年3月5日`): GB/T 9704-2012.

mod parse;
mod period;

pub use jiff::civil::{Date, DateTime, Weekday};
pub use parse::{DateError, parse_date};
pub use period::{ParsePeriodError, Period, Quarter};

use jiff::ToSpan;

/// `2022年3月5日`
#[must_use]
pub fn chinese(date: Date) -> String {
    format!("{}年{}", date.year(), chinese_month_day(date))
}

/// `3月5日`
#[must_use]
pub fn chinese_month_day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// `12月7日（星期三）`
#[must_use]
pub fn chinese_with_weekday(date: Date) -> String {
    format!(
        "{}（{}）",
        chinese_month_day(date),
        chinese_weekday(date.weekday())
    )
}

/// `星期三`
#[must_use]
pub fn chinese_weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// The same day of the year before: the 29th of February becomes the 28th, and the last day of a
/// month stays the last day, so that the year before a whole February is a whole February.
#[must_use]
pub fn year_earlier(date: Date) -> Date {
    let is_last = date == date.last_of_month();
    let earlier = date.checked_sub(1.year()).unwrap_or(Date::MIN);
    if is_last {
        earlier.last_of_month()
    } else {
        earlier
    }
}

/// Which day a workbook counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExcelEpoch {
    /// Day 1 is 1 January 1900, and a 29 February 1900 that never was is counted.
    #[default]
    Year1900,
    /// Day 0 is 1 January 1904, as in workbooks from old Macintosh computers.
    Year1904,
}

/// The date of a day number of a workbook (ECMA-376 part 1, 18.17.4.1); `None` for day 60 of the
/// 1900 system, which does not exist, and for numbers before the first or beyond the year 9999.
#[must_use]
pub fn from_excel_serial(serial: i64, epoch: ExcelEpoch) -> Option<Date> {
    let (first, days) = match epoch {
        ExcelEpoch::Year1900 if serial < 1 || serial == 60 => return None,
        ExcelEpoch::Year1900 if serial < 60 => (Date::constant(1899, 12, 31), serial),
        ExcelEpoch::Year1900 => (Date::constant(1899, 12, 30), serial),
        ExcelEpoch::Year1904 if serial < 0 => return None,
        ExcelEpoch::Year1904 => (Date::constant(1904, 1, 1), serial),
    };
    // More days than four million reach beyond the year 9999, and spans have a limit of their own.
    if days > 4_000_000 {
        return None;
    }
    first.checked_add(days.days()).ok()
}

/// The day number that a workbook of the 1900 system stores for a date; `None` before 1900.
#[must_use]
pub fn to_excel_serial(date: Date) -> Option<i64> {
    let days = i64::from(days_between(Date::constant(1899, 12, 31), date));
    match days {
        ..1 => None,
        1..60 => Some(days),
        _ => Some(days + 1),
    }
}

/// Calendar days from one date to another; negative where the second is the earlier one.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    // Days between civil dates always fit and cannot fail.
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_in_chinese() {
        let day = date(2022, 12, 7);
        assert_eq!(chinese(day), "2022年12月7日");
        assert_eq!(chinese_with_weekday(day), "12月7日（星期三）");
        assert_eq!(chinese_with_weekday(date(2026, 9, 20)), "9月20日（星期日）");
    }

    #[test]
    fn the_year_before_a_month_is_a_month() {
        assert_eq!(year_earlier(date(2024, 2, 29)), date(2023, 2, 28));
        assert_eq!(year_earlier(date(2025, 2, 28)), date(2024, 2, 29));
        assert_eq!(year_earlier(date(2024, 2, 28)), date(2023, 2, 28));
        assert_eq!(year_earlier(date(2022, 12, 31)), date(2021, 12, 31));
        assert_eq!(year_earlier(Date::MIN), Date::MIN);
    }

    #[test]
    fn excel_counts_a_day_that_never_was() {
        let read = |serial| from_excel_serial(serial, ExcelEpoch::Year1900);
        assert_eq!(read(1), Some(date(1900, 1, 1)));
        assert_eq!(read(59), Some(date(1900, 2, 28)));
        assert_eq!(read(60), None);
        assert_eq!(read(61), Some(date(1900, 3, 1)));
        assert_eq!(read(44625), Some(date(2022, 3, 5)));
        assert_eq!(read(2_958_465), Some(date(9999, 12, 31)));
        assert_eq!(read(2_958_466), None);
        assert_eq!(read(0), None);
        assert_eq!(read(i64::MAX), None);
        assert_eq!(
            from_excel_serial(0, ExcelEpoch::Year1904),
            Some(date(1904, 1, 1))
        );
        assert_eq!(
            from_excel_serial(43163, ExcelEpoch::Year1904),
            Some(date(2022, 3, 5))
        );
        assert_eq!(to_excel_serial(date(1899, 12, 31)), None);
    }

    proptest! {
        #[test]
        fn excel_numbers_read_back(serial in 1..2_958_465_i64) {
            if let Some(day) = from_excel_serial(serial, ExcelEpoch::Year1900) {
                prop_assert_eq!(to_excel_serial(day), Some(serial));
            }
        }
    }
}

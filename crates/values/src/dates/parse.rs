//! Reading a date that somebody typed.

use std::fmt;

use jiff::civil::Date;

use crate::numerals;

/// Why a text is not taken for a date. Shown to clerks, so printed in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// There is nothing.
    Empty,
    /// The spelling is not known, or can be read in two ways.
    Unrecognised,
    /// The year has two digits, as in `22-3-5`.
    ShortYear,
    /// The calendar has no such day, as in `2022-02-30`.
    NoSuchDay {
        /// Year as written.
        year: i16,
        /// Month as written.
        month: i8,
        /// Day as written.
        day: i8,
    },
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("没有填写日期"),
            Self::Unrecognised => f.write_str("不是日期，应写成 2022-03-05 或 2022年3月5日"),
            Self::ShortYear => f.write_str("年份应写四位，如 2022-03-05"),
            Self::NoSuchDay { year, month, day } => {
                write!(f, "{year}年{month}月没有{day}日")?;
                if !(1..=12).contains(month) {
                    write!(f, "（月份应为 1 到 12）")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for DateError {}

/// Reads `2022年3月5日`, `2022-3-5`, `2022/3/5`, `2022.03.05`, `20220305`, `二〇二二年三月五日`,
/// also full-width, with spaces, with `号` for `日`, and with a time of day behind it, which is
/// left out.
///
/// # Errors
/// Where the text is no date or could be more than one: `3/5/2022` is the third of May to one
/// person and the fifth of March to another.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let folded = numerals::to_half_width(text);
    let text = without_time(folded.trim());
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let compact: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let [year, month, day] = parts(&compact).ok_or(DateError::Unrecognised)?;
    if year.chars().count() == 2 {
        return Err(DateError::ShortYear);
    }
    if year.chars().count() != 4 {
        return Err(DateError::Unrecognised);
    }
    let year = number::<i16>(year)?;
    let (month, day) = (number::<i8>(month)?, number::<i8>(day)?);
    if year < 1 {
        return Err(DateError::Unrecognised);
    }
    Date::new(year, month, day).map_err(|_| DateError::NoSuchDay { year, month, day })
}

/// Year, month and day as written.
fn parts(text: &str) -> Option<[&str; 3]> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([&text[..4], &text[4..6], &text[6..]]);
    }
    let (year, month, day) = if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        (year, month, day.strip_suffix(['日', '号']).unwrap_or(day))
    } else {
        let separator = text
            .chars()
            .find(|character| matches!(character, '-' | '/' | '.'))?;
        let (year, rest) = text.split_once(separator)?;
        let (month, day) = rest.split_once(separator)?;
        (year, month, day)
    };
    // Months and days have two digits, or up to three characters in Chinese (二十一).
    let fits = |part: &str| (1..=3).contains(&part.chars().count());
    (fits(month) && fits(day)).then_some([year, month, day])
}

fn number<T: TryFrom<i128>>(part: &str) -> Result<T, DateError> {
    let is_plain = part.bytes().all(|byte| byte.is_ascii_digit());
    let value = if is_plain {
        part.parse().ok()
    } else if part.is_ascii() {
        None
    } else {
        numerals::parse(part).and_then(|number| number.to_integer())
    };
    value
        .and_then(|value: i128| T::try_from(value).ok())
        .ok_or(DateError::Unrecognised)
}

/// Cuts off `08:30`, `T08:30:00` and the like, which exports add to dates.
fn without_time(text: &str) -> &str {
    let Some(at) = text.rfind([' ', 'T']) else {
        return text;
    };
    let (date, time) = (&text[..at], &text[at + 1..]);
    let is_time = time.contains(':')
        && time
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z'));
    if is_time { date.trim_end() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_day() {
        let spellings = [
            "2022年3月5日",
            "2022年03月05日",
            "2022-3-5",
            "2022-03-05",
            "2022/3/5",
            "2022.03.05",
            "20220305",
            "２０２２年３月５日",
            "2022 年 3 月 5 日",
            " 2022-3-5 ",
            "2022年3月5号",
            "二〇二二年三月五日",
            "二零二二年三月五日",
            "2022年3月5",
            "2022-03-05 00:00:00",
            "2022-03-05T08:30:00Z",
            "2022/3/5 8:30",
            "２０２２－０３－０５",
            "2022．3．5",
        ];
        for text in spellings {
            assert_eq!(parse_date(text), Ok(date(2022, 3, 5)), "{text}");
        }
        assert_eq!(
            parse_date("二〇二二年十二月三十一日"),
            Ok(date(2022, 12, 31))
        );
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        let cases = [
            ("", DateError::Empty),
            ("  ", DateError::Empty),
            ("22-3-5", DateError::ShortYear),
            ("3/5/2022", DateError::Unrecognised),
            ("2022年3月", DateError::Unrecognised),
            ("2022-3/5", DateError::Unrecognised),
            ("2022-3-5-1", DateError::Unrecognised),
            ("0000-01-01", DateError::Unrecognised),
            ("今天", DateError::Unrecognised),
            ("44625", DateError::Unrecognised),
            ("2022--3-5", DateError::Unrecognised),
            ("2022-+3-5", DateError::Unrecognised),
            (
                "2022-02-30",
                DateError::NoSuchDay {
                    year: 2022,
                    month: 2,
                    day: 30,
                },
            ),
            (
                "2022-13-01",
                DateError::NoSuchDay {
                    year: 2022,
                    month: 13,
                    day: 1,
                },
            ),
            (
                "20220001",
                DateError::NoSuchDay {
                    year: 2022,
                    month: 0,
                    day: 1,
                },
            ),
        ];
        for (text, error) in cases {
            assert_eq!(parse_date(text), Err(error), "{text}");
        }
        assert_eq!(
            DateError::NoSuchDay {
                year: 2022,
                month: 2,
                day: 30
            }
            .to_string(),
            "2022年2月没有30日"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9年月日〇二三十/. TZ:-]{0,24}|.{0,24}") {
            let _ = parse_date(&text);
        }

        #[test]
        fn printed_dates_read_back(year in 1..=9999_i16, month in 1..=12_i8, day in 1..=28_i8) {
            let day = date(year, month, day);
            if year >= 1000 {
                prop_assert_eq!(parse_date(&super::super::chinese(day)), Ok(day));
            }
            prop_assert_eq!(parse_date(&day.to_string()), Ok(day));
        }
    }
}

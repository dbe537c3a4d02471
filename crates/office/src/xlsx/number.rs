//! What Excel's numbers mean: the text it shows, percentages, dates.
use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan};

/// How the number format of a cell makes its number be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Number,
    Percent,
    Date,
}

/// The class of a format that Excel has built in.
pub(super) fn builtin_class(id: u32) -> Class {
    match id {
        9 | 10 => Class::Percent,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Class::Date,
        _ => Class::Number,
    }
}

/// The class of a format code: the first section decides, quoted and escaped signs do not count.
pub(super) fn class_of(code: &str) -> Class {
    let mut class = Class::Number;
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ';' => break,
            '"' => {
                signs.by_ref().find(|c| *c == '"');
            }
            '\\' | '_' | '*' => {
                signs.next();
            }
            '[' => {
                let inside: String = signs.by_ref().take_while(|c| *c != ']').collect();
                let elapsed = !inside.is_empty()
                    && inside
                        .chars()
                        .all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                if elapsed {
                    return Class::Date;
                }
            }
            '%' => class = Class::Percent,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return Class::Date,
            _ => {}
        }
    }
    class
}

/// The decimal text that Excel shows for a stored number, without exponent, or `None` for a text
/// that is no number.
///
/// Excel keeps fifteen digits but stores seventeen: a typed 1.1 stands in the file as
/// 1.1000000000000001. Whole numbers are kept to the last digit that the file has.
pub(super) fn decimal_text(stored: &str) -> Option<String> {
    let stored = stored.trim();
    let digits = stored.strip_prefix('-').unwrap_or(stored);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        let plain = digits == "0" || !digits.starts_with('0');
        if plain {
            return Some(if digits == "0" {
                "0".to_owned()
            } else {
                stored.to_owned()
            });
        }
    }
    let number: f64 = stored.parse().ok()?;
    number.is_finite().then(|| plain_decimal(number))
}

/// Fifteen significant digits, no exponent, no superfluous zeros.
fn plain_decimal(number: f64) -> String {
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let negative = mantissa.starts_with('-');
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    place_point(&digits, exponent + 1, negative)
}

/// `digits` with the decimal point after `whole` of them.
fn place_point(digits: &str, whole: i32, negative: bool) -> String {
    let mut text = String::new();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    for at in whole.min(0)..whole.max(count) {
        if at == whole && !text.is_empty() {
            text.push('.');
        } else if at == whole {
            text.push_str("0.");
        }
        let digit = usize::try_from(at)
            .ok()
            .and_then(|at| digits.as_bytes().get(at));
        text.push(digit.map_or('0', |byte| char::from(*byte)));
    }
    if text.contains('.') {
        let shorter = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(shorter);
    }
    let trimmed = text.trim_start_matches('0');
    let body = match trimmed {
        "" => "0".to_owned(),
        _ if trimmed.starts_with('.') => format!("0{trimmed}"),
        _ => trimmed.to_owned(),
    };
    if negative && body != "0" {
        format!("-{body}")
    } else {
        body
    }
}

/// A hundredfold, by moving the point: 0.9901 is 99.01 per cent, exactly.
pub(super) fn times_hundred(decimal: &str) -> String {
    let (negative, rest) = match decimal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, decimal),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let point = i32::try_from(whole.len()).unwrap_or(i32::MAX - 2) + 2;
    place_point(&format!("{whole}{fraction}"), point, negative)
}

/// Day and time, or a time alone, of a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Day(DateTime),
    Time(Time),
}

/// The moment that a serial number stands for; `None` where Excel itself shows `####`.
pub(super) fn moment(serial: f64, from_1904: bool) -> Option<Moment> {
    const SECONDS: f64 = 86_400.0;
    const LAST_SERIAL: f64 = 2_958_466.0;
    if !(0.0..LAST_SERIAL).contains(&serial) {
        return None;
    }
    // At most 2.6e11, so the conversion is exact.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded by the check above"
    )]
    let seconds = (serial * SECONDS).round() as i64;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let time = Time::midnight()
        .checked_add(Span::new().seconds(rest))
        .ok()?;
    if days == 0 && !from_1904 {
        return Some(Moment::Time(time));
    }
    let day = epoch(days, from_1904).checked_add(days.days()).ok()?;
    Some(Moment::Day(day.to_datetime(time)))
}

/// Excel believes in 29 February 1900, so what lies before it counts from a day later.
fn epoch(days: i64, from_1904: bool) -> Date {
    match (from_1904, days < 60) {
        (true, _) => date(1904, 1, 1),
        (false, true) => date(1899, 12, 31),
        (false, false) => date(1899, 12, 30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_excel_shows_them() {
        for (stored, shown) in [
            ("1.1000000000000001", "1.1"),
            ("0.30000000000000004", "0.3"),
            ("12", "12"),
            ("-12.50", "-12.5"),
            ("1E3", "1000"),
            ("1.5E-7", "0.00000015"),
            ("-0", "0"),
            ("007", "7"),
            ("123456789012345678", "123456789012345678"),
            ("1.10101199001011E+17", "110101199001011000"),
            ("0.1", "0.1"),
            ("99.995", "99.995"),
        ] {
            assert_eq!(decimal_text(stored).as_deref(), Some(shown), "{stored}");
        }
        for no_number in ["", "abc", "NaN", "inf", "1e999", "--1"] {
            assert_eq!(decimal_text(no_number), None, "{no_number}");
        }
    }

    #[test]
    fn percentages_are_exact() {
        for (stored, percent) in [
            ("0.9901", "99.01"),
            ("1", "100"),
            ("0", "0"),
            ("-0.005", "-0.5"),
            ("1.2345", "123.45"),
        ] {
            assert_eq!(times_hundred(stored), percent);
        }
    }

    #[test]
    fn serials_around_the_phantom_leap_day() {
        let day = |serial| match moment(serial, false) {
            Some(Moment::Day(moment)) => moment.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(day(1.0), "1900-01-01T00:00:00");
        assert_eq!(day(59.0), "1900-02-28T00:00:00");
        assert_eq!(day(61.0), "1900-03-01T00:00:00");
        assert_eq!(day(45_658.0), "2025-01-01T00:00:00");
        assert_eq!(day(45_658.75), "2025-01-01T18:00:00");
        assert_eq!(
            moment(0.5, false),
            Some(Moment::Time(jiff::civil::time(12, 0, 0, 0)))
        );
        assert_eq!(moment(-1.0, false), None);
        assert_eq!(moment(3.0e6, false), None);
        assert_eq!(moment(f64::NAN, false), None);
        assert_eq!(
            moment(0.0, true),
            Some(Moment::Day(date(1904, 1, 1).at(0, 0, 0, 0)))
        );
    }

    #[test]
    fn format_codes_tell_dates_and_percentages() {
        for (code, class) in [
            ("yyyy\"年\"m\"月\"d\"日\"", Class::Date),
            ("[$-804]yyyy-mm-dd;@", Class::Date),
            ("[h]:mm", Class::Date),
            ("0.00%", Class::Percent),
            ("0.00\"%\"", Class::Number),
            ("[Red]#,##0.00", Class::Number),
            ("\"ymd\"0", Class::Number),
            ("G/通用格式", Class::Number),
            ("General", Class::Number),
            ("0_);[Red]\\(0\\)", Class::Number),
            ("\"unclosed", Class::Number),
            ("[unclosed", Class::Number),
        ] {
            assert_eq!(class_of(code), class, "{code}");
        }
    }
}

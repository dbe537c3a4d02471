//! Times as they stand in plans: UTC to the second, turned into seconds since 1970.

/// Seconds since 1970 of `2026-03-03T02:00:00Z`; other spellings are refused.
pub fn parse_utc(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let form = b"0000-00-00T00:00:00Z";
    let form_ok = bytes.len() == form.len()
        && bytes.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            mark => byte == mark,
        });
    if !form_ok {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let days = days_since_1970(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Whether a text is a date, as in `2026-03-31`.
pub fn is_date(text: &str) -> bool {
    parse_utc(&format!("{text}T00:00:00Z")).is_some()
}

/// Days of the Gregorian calendar, counted in eras of 400 years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        assert_eq!(parse_utc("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse_utc("2020-07-22T15:17:30Z"), Some(1_595_431_050));
        assert_eq!(parse_utc("2024-02-29T23:59:59Z"), Some(1_709_251_199));
        assert_eq!(parse_utc("2026-03-03T02:00:00Z"), Some(1_772_503_200));
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in [
            "2026-03-03T02:00:00",
            "2026-02-29T02:00:00Z",
            "2026-03-03 02:00:00Z",
            "2026-03-03T24:00:00Z",
            "2026-03-03T02:00:00+08:00",
            "2026-3-3T02:00:00Z",
            "二〇二六",
        ] {
            assert_eq!(parse_utc(bad), None, "{bad}");
        }
        assert!(is_date("2026-12-31") && !is_date("2026-12-32") && !is_date("2026-12"));
    }
}

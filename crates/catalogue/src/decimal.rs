//! Decimal text to scaled integers and back: `12.50` with two decimals is `1250`.
//!
//! Takes what people type: full-width digits, separators of thousands, a sign. No floating point.

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecimalError {
    /// Not a number at all.
    Malformed,
    /// More decimals than are kept.
    Decimals,
    /// Larger than can be held.
    TooLarge,
}

/// Reads a decimal number as an integer scaled by `10^decimals`.
pub(crate) fn parse_scaled(text: &str, decimals: u8) -> Result<i64, DecimalError> {
    let mut value: i64 = 0;
    let mut negative = false;
    let mut digits = 0_u32;
    // Digits behind the last separator of thousands, once there is one.
    let mut group: Option<u32> = None;
    let mut fraction: Option<u8> = None;
    for (index, character) in text.chars().map(narrow).enumerate() {
        match character {
            '+' | '-' if index == 0 => negative = character == '-',
            '0'..='9' => {
                let digit = i64::from(character as u8 - b'0');
                digits += 1;
                if let Some(places) = &mut fraction {
                    if *places == decimals {
                        // Zeros behind the last decimal say nothing.
                        if digit != 0 {
                            return Err(DecimalError::Decimals);
                        }
                        continue;
                    }
                    *places += 1;
                } else if let Some(size) = &mut group {
                    *size += 1;
                }
                value = push(value, digit, negative).ok_or(DecimalError::TooLarge)?;
            }
            ',' if fraction.is_none() && (1..=3).contains(&group.unwrap_or(digits)) => {
                if group.is_some_and(|size| size != 3) {
                    return Err(DecimalError::Malformed);
                }
                group = Some(0);
            }
            '.' if fraction.is_none() && digits > 0 => fraction = Some(0),
            _ => return Err(DecimalError::Malformed),
        }
    }
    if digits == 0 || group.is_some_and(|size| size != 3) {
        return Err(DecimalError::Malformed);
    }
    for _ in fraction.unwrap_or(0)..decimals {
        value = value.checked_mul(10).ok_or(DecimalError::TooLarge)?;
    }
    Ok(value)
}

fn push(value: i64, digit: i64, negative: bool) -> Option<i64> {
    let value = value.checked_mul(10)?;
    if negative {
        value.checked_sub(digit)
    } else {
        value.checked_add(digit)
    }
}

/// Writes a scaled integer with all its decimals.
pub(crate) fn format_scaled(value: i64, decimals: u8) -> String {
    if decimals == 0 {
        return value.to_string();
    }
    let decimals = usize::from(decimals);
    let digits = value.unsigned_abs().to_string();
    let digits = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{whole}.{fraction}")
}

/// The same without zeros at the end: what a form shows.
pub(crate) fn format_short(value: i64, decimals: u8) -> String {
    let text = format_scaled(value, decimals);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// The ASCII form of full-width digits, signs and points.
pub(crate) fn narrow(character: char) -> char {
    match character {
        '０'..='９' => char::from(b'0' + (character as u32 - '０' as u32) as u8),
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
        '＋' => '+',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type() {
        for (text, decimals, value) in [
            ("12", 0, 12),
            ("-12", 0, -12),
            ("1,234,567", 0, 1_234_567),
            ("１２．５", 2, 1250),
            ("12.500", 1, 125),
            ("3.00", 0, 3),
            ("0.07", 2, 7),
            ("-9223372036854775808", 0, i64::MIN),
        ] {
            assert_eq!(parse_scaled(text, decimals), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "", "-", ".", ".5", "1..2", "1,23", "1,2345", "12,345,6", ",123", "1e5", "十", "1 2",
        ] {
            assert_eq!(
                parse_scaled(text, 2),
                Err(DecimalError::Malformed),
                "{text}"
            );
        }
        assert_eq!(parse_scaled("1.25", 1), Err(DecimalError::Decimals));
        assert_eq!(
            parse_scaled("9223372036854775808", 0),
            Err(DecimalError::TooLarge)
        );
        assert_eq!(
            parse_scaled("92233720368547758.08", 4),
            Err(DecimalError::TooLarge)
        );
    }

    proptest::proptest! {
        #[test]
        fn reading_what_was_written_is_identity(value: i64, decimals in 0_u8..9) {
            proptest::prop_assert_eq!(parse_scaled(&format_scaled(value, decimals), decimals), Ok(value));
            proptest::prop_assert_eq!(parse_scaled(&format_short(value, decimals), decimals), Ok(value));
        }
    }
}

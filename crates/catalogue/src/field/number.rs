//! Numbers, money and the numbers that spreadsheet programs use for dates.

use values::dates::Date;

use super::FieldError;
use crate::{
    decimal::{DecimalError, parse_scaled},
    value::Value,
};

pub(super) fn parse(
    text: &str,
    decimals: u8,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, FieldError> {
    let number = parse_scaled(text, decimals).map_err(|error| match error {
        DecimalError::Malformed => FieldError::NotANumber {
            text: text.to_owned(),
        },
        DecimalError::Decimals => FieldError::Decimals {
            text: text.to_owned(),
            decimals,
        },
        DecimalError::TooLarge => FieldError::TooLarge,
    })?;
    bounded(number, decimals, min, max)
}

pub(super) fn bounded(
    number: i64,
    decimals: u8,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, FieldError> {
    if let Some(min) = min.filter(|min| number < *min) {
        return Err(FieldError::Below { min, decimals });
    }
    if let Some(max) = max.filter(|max| *max < number) {
        return Err(FieldError::Above { max, decimals });
    }
    Ok(Value::Integer(number))
}

/// `500`, `500元`, `￥1,200.50`, `1.2万元`, in fen.
pub(super) fn parse_money(text: &str) -> Result<Value, FieldError> {
    let bare = text
        .trim_start_matches(['￥', '¥'])
        .trim_end_matches('元')
        .trim();
    let (bare, decimals) = match bare.strip_suffix('万') {
        // The sixth decimal of ten thousand yuan is a fen.
        Some(bare) => (bare.trim_end(), 6),
        None => (bare, 2),
    };
    match parse(bare, decimals, None, None) {
        Err(FieldError::NotANumber { .. }) => Err(FieldError::NotANumber {
            text: text.to_owned(),
        }),
        other => other,
    }
}

/// A number as the spreadsheet program holds it: its 15 digits are taken, the noise behind them is
/// not (a sum of 0.1 and 0.2 is 0.3).
pub(super) fn from_float(
    number: f64,
    decimals: u8,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, FieldError> {
    if !number.is_finite() {
        return Err(FieldError::NotANumber {
            text: number.to_string(),
        });
    }
    if number.fract() == 0.0 && number.abs() < 1e15 && decimals == 0 {
        return bounded(number as i64, decimals, min, max);
    }
    if number.abs() >= 1e18 {
        return Err(FieldError::TooLarge);
    }
    parse(&plain(number), decimals, min, max)
}

/// The number in plain digits, at most 15 of them significant.
pub(super) fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    // Rounding to 15 digits and reading back gives the shortest text of that number.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// Day 1 is 1900-01-01; the program believes in 1900-02-29, so later days count from 1899-12-30.
/// A time of the day is left out.
pub(super) fn from_serial(serial: f64) -> Option<Date> {
    if !(1.0..=2_958_465.999_99).contains(&serial) {
        return None;
    }
    let days = serial as i64;
    let origin = if days < 60 {
        (1899, 12, 31)
    } else {
        (1899, 12, 30)
    };
    let origin = Date::new(origin.0, origin.1, origin.2).ok()?;
    let date = origin
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()?;
    Some(date)
}

//! Decimal numbers as they are printed: an integer and where its point stands.
//!
//! Figures of a report have the decimals that their definition gives them, so `99.0` stays `99.0`;
//! compared, it equals `99`. There is no floating point anywhere: what was typed is what is kept.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// More decimals than any figure or amount has; further ones are rounded off.
pub const DECIMALS_MAX: u8 = 15;

/// What happens to the digits behind the last one shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Half and more go away from zero (四舍五入).
    HalfUp,
    /// They are cut off (截尾).
    Down,
}

/// A decimal number, `units / 10^decimals`.
///
/// Equality and order are those of the value; the decimals only matter for printing.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    units: i128,
    /// Invariant: at most [`DECIMALS_MAX`].
    decimals: u8,
}

impl Decimal {
    /// Zero without decimals.
    pub const ZERO: Self = Self {
        units: 0,
        decimals: 0,
    };

    /// `units / 10^decimals`; decimals beyond [`DECIMALS_MAX`] are rounded off.
    #[must_use]
    pub fn new(units: i128, decimals: u8) -> Self {
        let surplus = decimals.saturating_sub(DECIMALS_MAX);
        // A power that does not fit divides any number to less than half.
        let units = match 10_i128.checked_pow(u32::from(surplus)) {
            Some(power) => divide(units, power, Rounding::HalfUp),
            None => 0,
        };
        Self {
            units,
            decimals: decimals.min(DECIMALS_MAX),
        }
    }

    /// The number without its point: 995 of `99.5`.
    #[must_use]
    pub fn units(self) -> i128 {
        self.units
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    /// The same value with the given decimals; `None` if it gets too long.
    #[must_use]
    pub fn with_decimals(self, decimals: u8, rounding: Rounding) -> Option<Self> {
        let decimals = decimals.min(DECIMALS_MAX);
        let units = if decimals >= self.decimals {
            self.units.checked_mul(power(decimals - self.decimals))?
        } else {
            divide(self.units, power(self.decimals - decimals), rounding)
        };
        Some(Self { units, decimals })
    }

    /// The same value without needless zeros behind the point.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let mut number = self;
        while number.decimals > 0 && number.units % 10 == 0 {
            number = Self {
                units: number.units / 10,
                decimals: number.decimals - 1,
            };
        }
        number
    }

    /// The value if it is whole.
    #[must_use]
    pub fn to_integer(self) -> Option<i128> {
        let number = self.trimmed();
        (number.decimals == 0).then_some(number.units)
    }

    /// The sum, with the decimals of the longer one.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let decimals = self.decimals.max(other.decimals);
        let left = self.with_decimals(decimals, Rounding::Down)?;
        let right = other.with_decimals(decimals, Rounding::Down)?;
        Some(Self {
            units: left.units.checked_add(right.units)?,
            decimals,
        })
    }

    /// The difference, with the decimals of the longer one.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self {
            units: other.units.checked_neg()?,
            decimals: other.decimals,
        })
    }

    /// Ten to the power of `exponent` times the value.
    #[must_use]
    pub fn checked_shift(self, exponent: u8) -> Option<Self> {
        let from_point = exponent.min(self.decimals);
        let rest = 10_i128.checked_pow(u32::from(exponent - from_point))?;
        Some(Self {
            units: self.units.checked_mul(rest)?,
            decimals: self.decimals - from_point,
        })
    }
}

/// Ten to a power that is at most [`DECIMALS_MAX`].
pub(crate) fn power(exponent: u8) -> i128 {
    10_i128.pow(u32::from(exponent))
}

/// Divides by a positive number.
pub(crate) fn divide(number: i128, by: i128, rounding: Rounding) -> i128 {
    let (quotient, rest) = (number / by, number % by);
    // Twice the rest would overflow for large divisors, so the rest is held against the other part.
    let up = rounding == Rounding::HalfUp && rest.abs() >= by - rest.abs();
    if up {
        quotient + number.signum()
    } else {
        quotient
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self {
            units: number.into(),
            decimals: 0,
        }
    }
}

/// `-0.50`, `25`; never with thousands separators.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = self.units.unsigned_abs().to_string();
        let decimals = usize::from(self.decimals);
        let digits = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let point = if fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{sign}{whole}{point}{fraction}"))
    }
}

/// The text is not a plain decimal number, or is too long for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseDecimalError;

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是数")
    }
}

impl std::error::Error for ParseDecimalError {}

/// Reads what [`Display`](fmt::Display) writes; `crate::numerals` reads what people write.
impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        if whole.is_empty() || fraction.is_empty() {
            return Err(ParseDecimalError);
        }
        let mut units: i128 = 0;
        let mut decimals: Option<u8> = None;
        for byte in digits.bytes() {
            if byte == b'.' && decimals.is_none() {
                decimals = Some(0);
            } else if byte.is_ascii_digit() {
                let digit = i128::from(byte - b'0');
                let longer = units
                    .checked_mul(10)
                    .and_then(|units| units.checked_add(digit));
                units = longer.ok_or(ParseDecimalError)?;
                decimals = decimals.map(|decimals| decimals.saturating_add(1));
            } else {
                return Err(ParseDecimalError);
            }
        }
        let decimals = decimals.unwrap_or(0);
        if decimals > DECIMALS_MAX {
            return Err(ParseDecimalError);
        }
        Ok(Self {
            units: sign * units,
            decimals,
        })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Whole parts first: bringing both to the same decimals could overflow.
        let (left, right) = (power(self.decimals), power(other.decimals));
        let whole = self
            .units
            .div_euclid(left)
            .cmp(&other.units.div_euclid(right));
        whole.then_with(|| {
            let left_rest = self.units.rem_euclid(left) * power(DECIMALS_MAX - self.decimals);
            let right_rest = other.units.rem_euclid(right) * power(DECIMALS_MAX - other.decimals);
            left_rest.cmp(&right_rest)
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let number = self.trimmed();
        (number.units, number.decimals).hash(state);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_stay_as_they_are_given() {
        assert_eq!(Decimal::new(990, 1).to_string(), "99.0");
        assert_eq!(Decimal::new(-5, 2).to_string(), "-0.05");
        assert_eq!(Decimal::new(25, 0).to_string(), "25");
        assert_eq!(Decimal::new(990, 1), Decimal::from(99));
        assert!(Decimal::new(-1, 1) < Decimal::ZERO);
    }

    #[test]
    fn half_goes_away_from_zero() {
        let round = |units, rounding| {
            Decimal::new(units, 2)
                .with_decimals(1, rounding)
                .unwrap()
                .to_string()
        };
        assert_eq!(round(1225, Rounding::HalfUp), "12.3");
        assert_eq!(round(1224, Rounding::HalfUp), "12.2");
        assert_eq!(round(-1225, Rounding::HalfUp), "-12.3");
        assert_eq!(round(1229, Rounding::Down), "12.2");
        assert_eq!(round(-1229, Rounding::Down), "-12.2");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1,000",
            "+1",
            "1e5",
            "１",
            "0.1234567890123456",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError), "{text}");
        }
    }

    #[test]
    fn the_point_moves() {
        let number: Decimal = "2.35".parse().unwrap();
        assert_eq!(number.checked_shift(4).unwrap().to_string(), "23500");
        assert_eq!(number.checked_shift(1).unwrap().to_string(), "23.5");
        assert_eq!(Decimal::new(i128::MAX, 0).checked_shift(1), None);
    }

    #[test]
    fn extreme_numbers_do_not_overflow() {
        let extremes = [i128::MIN, i128::MAX, i128::MIN + 1, 0];
        for units in extremes {
            for decimals in [0, 1, 15, 16, 200, 255] {
                let number = Decimal::new(units, decimals);
                assert_eq!(number.cmp(&number), Ordering::Equal);
                assert_eq!(number, number.trimmed());
                let _ = (number.to_string(), number.checked_sub(number));
            }
        }
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(units in -(1_i128 << 100)..1 << 100, decimals in 0..=15_u8) {
            let number = Decimal::new(units, decimals);
            let read: Decimal = number.to_string().parse().unwrap();
            prop_assert_eq!(read.units(), number.units());
            prop_assert_eq!(read.decimals(), number.decimals());
        }

        #[test]
        fn subtracting_undoes_adding(a: i64, b: i64, da in 0..=15_u8, db in 0..=15_u8) {
            let (a, b) = (Decimal::new(a.into(), da), Decimal::new(b.into(), db));
            let sum = a.checked_add(b).unwrap();
            prop_assert_eq!(sum.checked_sub(b), Some(a));
            prop_assert_eq!(sum > a, b > Decimal::ZERO);
        }
    }
}

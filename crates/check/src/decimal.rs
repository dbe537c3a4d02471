//! Exact decimal figures, as printed.
//!
//! A printed figure is a whole number of units of its last place: `2.3万` is 23 units of 1000.
//! Keeping that pair, instead of a floating-point value, keeps both the exact value and how coarse
//! the figure is, so that "does 99% stand for 301 of 304" has one answer on every machine.
//! What does not fit into 128 bits is not a figure of a report; arithmetic answers `None` then.

use std::cmp::Ordering;
use std::fmt;

/// `mantissa × 10^exponent`: the value of a figure and the unit of its last place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// How many units of the last place.
    pub mantissa: i128,
    /// The unit of the last place, as a power of ten.
    pub exponent: i8,
}

/// Powers of ten beyond this are no figures of a report.
const POWER_MAX: u32 = 30;

fn power(exponent: u32) -> Option<i128> {
    if exponent > POWER_MAX {
        None
    } else {
        10i128.checked_pow(exponent)
    }
}

impl Decimal {
    /// A whole number, exact.
    pub const fn whole(value: i128) -> Self {
        Self {
            mantissa: value,
            exponent: 0,
        }
    }

    /// `mantissa × 10^exponent`.
    pub const fn new(mantissa: i128, exponent: i8) -> Self {
        Self { mantissa, exponent }
    }

    /// The mantissa when written in units of `10^exponent`; `None` where that is not whole.
    pub fn in_units_of(self, exponent: i8) -> Option<i128> {
        let shift = i32::from(self.exponent) - i32::from(exponent);
        if shift >= 0 {
            self.mantissa.checked_mul(power(shift.unsigned_abs())?)
        } else {
            let divisor = power(shift.unsigned_abs())?;
            (self.mantissa % divisor == 0).then(|| self.mantissa / divisor)
        }
    }

    /// Twice the distance within which the true value lies, as a figure in units of the last place:
    /// a plain count is exact, a figure with decimals or in 万 or 亿 stands for half a unit around it.
    pub fn is_rounded(self) -> bool {
        self.exponent != 0
    }

    /// The same value with an exponent not above `exponent`.
    pub fn at_most(self, exponent: i8) -> Option<Self> {
        if self.exponent <= exponent {
            return Some(self);
        }
        Some(Self {
            mantissa: self.in_units_of(exponent)?,
            exponent,
        })
    }

    /// The sum, at the finer of both last places.
    pub fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let mantissa = self
            .in_units_of(exponent)?
            .checked_add(other.in_units_of(exponent)?)?;
        Some(Self { mantissa, exponent })
    }

    /// The difference, at the finer of both last places.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self {
            mantissa: other.mantissa.checked_neg()?,
            exponent: other.exponent,
        })
    }

    /// Compares values, whatever their last places; `None` beyond 128 bits.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let exponent = self.exponent.min(other.exponent);
        Some(
            self.in_units_of(exponent)?
                .cmp(&other.in_units_of(exponent)?),
        )
    }

    /// The same value, whatever the last place.
    pub fn same(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// Less than `other`.
    pub fn below(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Less)
    }

    /// More than `other`.
    pub fn above(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Greater)
    }

    /// As a clerk would write it: in 万 or 亿 where it was printed so.
    pub fn shown(self) -> String {
        let hundred_million = Self::whole(100_000_000);
        let large = self.exponent >= 4 && !self.below(hundred_million);
        let (unit, power) = match self.exponent {
            _ if large => ("亿", 8),
            1.. => ("万", 4),
            _ => return self.to_string(),
        };
        let scaled = Self::new(self.mantissa, self.exponent - power);
        format!("{scaled}{unit}")
    }

    /// Nothing at all.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        if self.mantissa < 0 {
            out.write_str("-")?;
        }
        if self.exponent >= 0 {
            let zeros = if self.mantissa == 0 {
                0
            } else {
                usize::from(self.exponent.unsigned_abs())
            };
            return write!(out, "{digits}{}", "0".repeat(zeros));
        }
        let places = usize::from(self.exponent.unsigned_abs());
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(out, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_value_and_last_place_apart() {
        let rounded = Decimal::new(23, 3);
        assert!(rounded.same(Decimal::whole(23_000)));
        assert!(rounded.is_rounded());
        assert!(!Decimal::whole(23_000).is_rounded());
        assert_eq!(rounded.to_string(), "23000");
        assert_eq!(Decimal::new(5, -2).to_string(), "0.05");
        assert_eq!(Decimal::new(-8591, -2).to_string(), "-85.91");
    }

    #[test]
    fn shows_round_units_as_they_were_printed() {
        assert_eq!(Decimal::new(23, 3).shown(), "2.3万");
        assert_eq!(Decimal::new(12_605, 6).shown(), "126.05亿");
        assert_eq!(Decimal::new(9_000, 4).shown(), "9000万");
        assert_eq!(Decimal::whole(23_000).shown(), "23000");
    }

    #[test]
    fn adds_at_the_finer_place() {
        let sum = Decimal::new(235, 0).plus(Decimal::new(134_645_625, -5));
        assert_eq!(
            sum.map(|value| value.to_string()).as_deref(),
            Some("1581.45625")
        );
        assert_eq!(Decimal::new(i128::MAX, 0).plus(Decimal::new(1, -1)), None);
    }
}

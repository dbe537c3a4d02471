//! Exact ratios: every rate, share, coverage and growth of the system.
//!
//! A ratio keeps the two numbers it was made of, so that an explanation can show `12 / 16`; only
//! printing rounds, in the way the figure's definition says. Division by zero is `None`, which is
//! "no data" and not 0.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::{DECIMALS_MAX, divide, power};
pub use crate::decimal::{Decimal, Rounding};

/// Numerators and denominators beyond this are refused, so that no rate overflows.
/// It is ten times what 64 bits hold.
const PART_MAX: i128 = 10_i128.pow(20);

/// An exact ratio of two integers. Equality and order are those of the value.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    numerator: i128,
    /// Invariant: positive; both parts are at most [`PART_MAX`].
    denominator: i128,
}

impl Ratio {
    /// The ratio of two integers; `None` if the denominator is zero or a part is beyond 10^20.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        let fits = |part: i128| (-PART_MAX..=PART_MAX).contains(&part);
        if denominator == 0 || !fits(numerator) || !fits(denominator) {
            return None;
        }
        let sign = denominator.signum();
        Some(Self {
            numerator: sign * numerator,
            denominator: sign * denominator,
        })
    }

    /// A whole number.
    #[must_use]
    pub fn integer(number: i64) -> Self {
        Self {
            numerator: number.into(),
            denominator: 1,
        }
    }

    /// The ratio of two decimal numbers.
    #[must_use]
    pub fn of(numerator: Decimal, denominator: Decimal) -> Option<Self> {
        let decimals = numerator.decimals().max(denominator.decimals());
        let numerator = numerator.with_decimals(decimals, Rounding::Down)?;
        let denominator = denominator.with_decimals(decimals, Rounding::Down)?;
        Self::new(numerator.units(), denominator.units())
    }

    /// Growth of `now` over `before`: (now - before) / before.
    #[must_use]
    pub fn growth(now: i128, before: i128) -> Option<Self> {
        Self::new(now.checked_sub(before)?, before)
    }

    /// The upper number, with the sign.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The lower number, always positive.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The value in hundredths: 3/4 is `75.0` with one decimal.
    #[must_use]
    pub fn percent(self, decimals: u8, rounding: Rounding) -> Decimal {
        self.scaled(100, decimals, rounding)
    }

    /// The value in thousandths.
    #[must_use]
    pub fn permille(self, decimals: u8, rounding: Rounding) -> Decimal {
        self.scaled(1000, decimals, rounding)
    }

    /// The value itself.
    #[must_use]
    pub fn decimal(self, decimals: u8, rounding: Rounding) -> Decimal {
        self.scaled(1, decimals, rounding)
    }

    /// Cannot overflow: 10^20 times 1000 times 10^15 fits.
    fn scaled(self, factor: i128, decimals: u8, rounding: Rounding) -> Decimal {
        let decimals = decimals.min(DECIMALS_MAX);
        let numerator = self.numerator * factor * power(decimals);
        Decimal::new(divide(numerator, self.denominator, rounding), decimals)
    }

    /// The value if it is whole.
    #[must_use]
    pub fn to_integer(self) -> Option<i128> {
        (self.numerator % self.denominator == 0).then(|| self.numerator / self.denominator)
    }

    /// In lowest terms.
    #[must_use]
    pub fn reduced(self) -> Self {
        let divisor = greatest_common_divisor(self.numerator, self.denominator);
        Self {
            numerator: self.numerator / divisor,
            denominator: self.denominator / divisor,
        }
    }

    /// The sum in lowest terms; `None` if it gets too long.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (left, right) = (self.reduced(), other.reduced());
        let divisor = greatest_common_divisor(left.denominator, right.denominator);
        let (left_part, right_part) = (left.denominator / divisor, right.denominator / divisor);
        let sum = left
            .numerator
            .checked_mul(right_part)?
            .checked_add(right.numerator.checked_mul(left_part)?)?;
        Self::in_lowest_terms(sum, left.denominator.checked_mul(right_part)?)
    }

    /// The difference in lowest terms; `None` if it gets too long.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self {
            numerator: -other.numerator,
            ..other
        })
    }

    /// The product in lowest terms; `None` if it gets too long.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let across = Self {
            numerator: self.numerator,
            denominator: other.denominator,
        }
        .reduced();
        let other = Self {
            numerator: other.numerator,
            denominator: self.denominator,
        }
        .reduced();
        Self::in_lowest_terms(
            across.numerator.checked_mul(other.numerator)?,
            across.denominator.checked_mul(other.denominator)?,
        )
    }

    /// The quotient in lowest terms; `None` if the divisor is zero or the result gets too long.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    fn in_lowest_terms(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor = greatest_common_divisor(numerator, denominator);
        Self::new(numerator / divisor, denominator / divisor)
    }
}

/// Of two numbers that are not both zero and not the least integer; never zero.
fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// Both numbers, as an explanation shows them: `12/16`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl Ord for Ratio {
    /// Compares whole parts, then the reciprocals of the rests, as multiplying could overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (*self, *other);
        loop {
            let whole = |ratio: Ratio| ratio.numerator.div_euclid(ratio.denominator);
            let rest = |ratio: Ratio| ratio.numerator.rem_euclid(ratio.denominator);
            let order = whole(left).cmp(&whole(right));
            if order != Ordering::Equal {
                return order;
            }
            match (rest(left), rest(right)) {
                (0, right_rest) => return 0.cmp(&right_rest),
                (_, 0) => return Ordering::Greater,
                (left_rest, right_rest) => {
                    // a/b < c/d where d/c < b/a: the sides change places.
                    (left, right) = (
                        Ratio {
                            numerator: right.denominator,
                            denominator: right_rest,
                        },
                        Ratio {
                            numerator: left.denominator,
                            denominator: left_rest,
                        },
                    );
                }
            }
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (self.reduced(), other.reduced());
        (left.numerator, left.denominator) == (right.numerator, right.denominator)
    }
}

impl Eq for Ratio {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(numerator: i128, denominator: i128, decimals: u8) -> String {
        let ratio = Ratio::new(numerator, denominator).unwrap();
        ratio.percent(decimals, Rounding::HalfUp).to_string()
    }

    #[test]
    fn rates_are_printed_with_the_decimals_asked_for() {
        assert_eq!(percent(99, 100, 1), "99.0");
        assert_eq!(percent(1, 4, 0), "25");
        assert_eq!(percent(2, 3, 2), "66.67");
        assert_eq!(percent(1, 8, 1), "12.5");
        assert_eq!(percent(1, 8, 0), "13");
        assert_eq!(percent(-1, 8, 0), "-13");
        assert_eq!(percent(0, 5, 2), "0.00");
        let two_thirds = Ratio::new(2, 3).unwrap();
        assert_eq!(two_thirds.percent(1, Rounding::Down).to_string(), "66.6");
        assert_eq!(two_thirds.permille(0, Rounding::HalfUp).to_string(), "667");
    }

    #[test]
    fn growth_needs_a_year_before() {
        let growth = Ratio::growth(16, 12).unwrap();
        assert_eq!(growth.percent(1, Rounding::HalfUp).to_string(), "33.3");
        assert_eq!(
            Ratio::growth(9, 12)
                .unwrap()
                .percent(0, Rounding::HalfUp)
                .to_string(),
            "-25"
        );
        assert_eq!(Ratio::growth(5, 0), None);
        assert_eq!(Ratio::new(0, 0), None);
    }

    #[test]
    fn the_numbers_of_a_ratio_stay_visible() {
        let ratio = Ratio::new(12, 16).unwrap();
        assert_eq!(ratio.to_string(), "12/16");
        assert_eq!(ratio, Ratio::new(3, 4).unwrap());
        assert_eq!(Ratio::new(1, -2).unwrap().to_string(), "-1/2");
    }

    #[test]
    fn decimals_make_ratios() {
        let ratio = Ratio::of("4.2".parse().unwrap(), "6".parse().unwrap()).unwrap();
        assert_eq!(ratio, Ratio::new(7, 10).unwrap());
    }

    #[test]
    fn the_largest_parts_do_not_overflow() {
        let parts = [-PART_MAX, -PART_MAX + 1, -1, 1, PART_MAX - 1, PART_MAX];
        for numerator in parts {
            for denominator in parts {
                let ratio = Ratio::new(numerator, denominator).unwrap();
                assert_eq!(ratio.cmp(&ratio), Ordering::Equal);
                let rate = ratio.permille(255, Rounding::HalfUp);
                let is_positive = numerator.signum() == denominator.signum();
                assert!(if is_positive {
                    rate >= Decimal::ZERO
                } else {
                    rate <= Decimal::ZERO
                });
                for other in parts {
                    let other = Ratio::new(numerator, other).unwrap();
                    let _ = (ratio.checked_add(other), ratio.checked_mul(other));
                }
            }
        }
        assert_eq!(Ratio::new(PART_MAX + 1, 1), None);
        assert_eq!(Ratio::new(i128::MIN, i128::MIN), None);
    }

    proptest! {
        #[test]
        fn arithmetic_is_exact(a: i32, b in 1..10_000_i128, c: i32, d in 1..10_000_i128) {
            let (x, y) = (Ratio::new(a.into(), b).unwrap(), Ratio::new(c.into(), d).unwrap());
            prop_assert_eq!(x.checked_add(y).unwrap().checked_sub(y).unwrap(), x);
            if c != 0 {
                prop_assert_eq!(x.checked_div(y).unwrap().checked_mul(y).unwrap(), x);
            }
            let order = (i128::from(a) * d).cmp(&(i128::from(c) * b));
            prop_assert_eq!(x.cmp(&y), order);
            prop_assert_eq!(x == y, order == Ordering::Equal);
        }

        #[test]
        fn rounding_is_off_by_half_a_unit_at_most(a: i32, b in 1..10_000_i128, n in 0..6_u8) {
            let exact = Ratio::new(a.into(), b).unwrap();
            let shown = exact.decimal(n, Rounding::HalfUp);
            let shown = Ratio::new(shown.units(), power(shown.decimals())).unwrap();
            let difference = exact.checked_sub(shown).unwrap();
            let half = Ratio::new(1, 2 * power(n)).unwrap();
            prop_assert!(difference <= half && half.checked_add(difference).unwrap() >= Ratio::integer(0));
        }
    }
}

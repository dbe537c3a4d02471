//! When figures agree.
//!
//! A plain count is exact; a figure with decimals, or in 万 or 亿, stands for every value within
//! half a unit of its last place. Rates are often cut off instead of rounded, so they may differ
//! by less than one unit of their last place. All in whole numbers; `None` beyond 128 bits.

use crate::decimal::Decimal;

/// What a figure may be, doubled so that half units stay whole, in units of `10^exponent`.
#[derive(Clone, Copy)]
struct Bounds {
    low: i128,
    high: i128,
}

fn bounds(value: Decimal, exponent: i8) -> Option<Bounds> {
    let middle = value.in_units_of(exponent)?.checked_mul(2)?;
    let half = if value.is_rounded() {
        Decimal::new(1, value.exponent).in_units_of(exponent)?
    } else {
        0
    };
    Some(Bounds {
        low: middle.checked_sub(half)?,
        high: middle.checked_add(half)?,
    })
}

fn finest<'v>(values: impl IntoIterator<Item = &'v Decimal>) -> i8 {
    values
        .into_iter()
        .map(|value| value.exponent)
        .min()
        .unwrap_or(0)
        .min(0)
}

/// The exact sum.
pub(crate) fn sum(parts: &[Decimal]) -> Option<Decimal> {
    parts
        .iter()
        .try_fold(Decimal::whole(0), |sum, part| sum.plus(*part))
}

/// By how much one part may change for the total to stand for the sum, in half units of
/// `10^exponent`.
#[derive(Clone, Copy)]
pub(crate) struct Missing {
    low: i128,
    high: i128,
    exponent: i8,
}

impl Missing {
    /// What is missing between the parts and the total: a figure stands for half a unit around it,
    /// and a total that was cut off instead of rounded is accepted.
    pub fn between(total: Decimal, parts: &[Decimal]) -> Option<Self> {
        let exponent = finest(parts.iter().chain([&total]));
        let mut low = 0i128;
        let mut high = 0i128;
        for part in parts {
            let part = bounds(*part, exponent)?;
            low = low.checked_add(part.low)?;
            high = high.checked_add(part.high)?;
        }
        let whole = bounds(total, exponent)?;
        let cut = (whole.high - whole.low) / 2;
        Some(Self {
            low: whole.low.checked_sub(high)?,
            high: whole.high.checked_add(cut)?.checked_sub(low)?,
            exponent,
        })
    }

    /// Nothing is missing.
    pub fn is_nothing(self) -> bool {
        self.low <= 0 && self.high >= 0
    }

    /// Whether the part with another mantissa would make the sum right.
    pub fn is_made_up_by(self, part: Decimal, mantissa: i128) -> bool {
        let change = mantissa
            .checked_sub(part.mantissa)
            .and_then(|change| change.checked_mul(2));
        change
            .and_then(|change| Decimal::new(change, part.exponent).in_units_of(self.exponent))
            .is_some_and(|change| self.low <= change && change <= self.high)
    }
}

/// Whether the total stands for the sum, within the half units of all figures together.
pub(crate) fn sum_fits(total: Decimal, parts: &[Decimal]) -> bool {
    Missing::between(total, parts).is_none_or(Missing::is_nothing)
}

/// Whether approximate figures (余, 近, 约) agree within six percent.
pub(crate) fn roughly(total: Decimal, sum: Decimal) -> bool {
    let Some(difference) = total.minus(sum) else {
        return true;
    };
    let exponent = finest([&difference, &total]);
    match (
        difference.in_units_of(exponent),
        total.in_units_of(exponent),
    ) {
        (Some(difference), Some(total)) => {
            difference.unsigned_abs().saturating_mul(100) <= total.unsigned_abs().saturating_mul(6)
        }
        _ => true,
    }
}

/// Whether `percent` stands for `part / base`: less than one unit of its last place off, plus what
/// the rounding of part and base can contribute.
pub(crate) fn ratio_fits(percent: Decimal, part: Decimal, base: Decimal) -> bool {
    // Nobody rounds up to a hundred: 99.1% is not all.
    let percent = match percent.exponent {
        0 if percent.same(Decimal::whole(100)) => Decimal::new(1000, -1),
        _ => percent,
    };
    quotient_fits(percent, part, base, 100, 0).unwrap_or(false)
}

/// As [`ratio_fits`], with `slack` more units of the last place.
pub(crate) fn ratio_near(percent: Decimal, part: Decimal, base: Decimal, slack: i128) -> bool {
    quotient_fits(percent, part, base, 100, slack).unwrap_or(false)
}

/// Whether `rate` stands for the growth (or decline) by `change` that led to `value`.
pub(crate) fn change_fits(rate: Decimal, value: Decimal, change: Decimal, grew: bool) -> bool {
    let fits = || {
        let exponent = finest([&value, &change]);
        let value = bounds(value, exponent)?;
        let change = bounds(change, exponent)?;
        let base = if grew {
            Bounds {
                low: value.low.checked_sub(change.high)?,
                high: value.high.checked_sub(change.low)?,
            }
        } else {
            Bounds {
                low: value.low.checked_add(change.low)?,
                high: value.high.checked_add(change.high)?,
            }
        };
        bounded_quotient_fits(rate, change, base, 100, 0)
    };
    fits().unwrap_or(false)
}

/// Whether `rate` stands for the growth (or decline) from `old` to `new`.
pub(crate) fn step_fits(rate: Decimal, new: Decimal, old: Decimal, grew: bool) -> bool {
    let hundred = Decimal::whole(100);
    let level = if grew {
        hundred.plus(rate)
    } else {
        hundred.minus(rate)
    };
    level.is_some_and(|level| ratio_fits(level, new, old))
}

/// Whether `average` stands for `amount / count`.
pub(crate) fn average_fits(average: Decimal, amount: Decimal, count: Decimal) -> bool {
    quotient_fits(average, amount, count, 1, 0).unwrap_or(false)
}

fn quotient_fits(
    stated: Decimal,
    part: Decimal,
    base: Decimal,
    factor: i128,
    slack: i128,
) -> Option<bool> {
    let exponent = finest([&part, &base]);
    bounded_quotient_fits(
        stated,
        bounds(part, exponent)?,
        bounds(base, exponent)?,
        factor,
        slack,
    )
}

fn bounded_quotient_fits(
    stated: Decimal,
    part: Bounds,
    base: Bounds,
    factor: i128,
    slack: i128,
) -> Option<bool> {
    if base.low <= 0 {
        return Some(false);
    }
    // stated ± (1 + slack) units of its last place, as a fraction over 10^places.
    let places = u32::from(stated.exponent.min(0).unsigned_abs());
    let scale = 10i128.checked_pow(places)?;
    let middle = stated.in_units_of(stated.exponent.min(0))?;
    let unit = Decimal::new(1, stated.exponent).in_units_of(stated.exponent.min(0))?;
    let reach = unit.checked_mul(1 + slack)?;
    let above = middle.checked_add(reach)?.checked_mul(base.high)?;
    let below = middle.checked_sub(reach)?.checked_mul(base.low)?;
    let low = part.low.checked_mul(factor)?.checked_mul(scale)?;
    let high = part.high.checked_mul(factor)?.checked_mul(scale)?;
    Some(low < above && high > below)
}

/// `part / base` as a percentage with two decimals more than `like`, for the reader.
pub(crate) fn percentage(part: Decimal, base: Decimal, like: Decimal) -> Option<Decimal> {
    let places = like.exponent.min(0).unsigned_abs() + 2;
    quotient(part, base, 100, places)
}

/// `factor × part / base`, rounded to so many decimal places.
pub(crate) fn quotient(part: Decimal, base: Decimal, factor: i128, places: u8) -> Option<Decimal> {
    let exponent = finest([&part, &base]);
    let part = part.in_units_of(exponent)?;
    let base = base.in_units_of(exponent)?;
    if base == 0 {
        return None;
    }
    let scale = 10i128.checked_pow(u32::from(places))?;
    let scaled = part.checked_mul(factor)?.checked_mul(scale)?;
    let rounded = (scaled.checked_mul(2)?.checked_add(base)?).div_euclid(base.checked_mul(2)?);
    Some(Decimal::new(rounded, -i8::try_from(places).ok()?))
}

/// Whether one of the two is the other with one digit mistyped, two neighbours swapped, or one off.
pub(crate) fn looks_like_slip(stated: Decimal, computed: Decimal) -> bool {
    let exponent = stated.exponent.min(computed.exponent);
    let (Some(one), Some(other)) = (stated.in_units_of(exponent), computed.in_units_of(exponent))
    else {
        return false;
    };
    if one <= 0 || other <= 0 {
        return false;
    }
    if (one - other).abs() == 1 {
        return true;
    }
    // 0.1 and 2.1 are printed with as many digits.
    let printed = usize::from(exponent.min(0).unsigned_abs()) + 1;
    let one = format!("{one:0>printed$}").into_bytes();
    let other = format!("{other:0>printed$}").into_bytes();
    if one.len() != other.len() {
        return false;
    }
    let differ: Vec<usize> = (0..one.len())
        .filter(|place| one[*place] != other[*place])
        .collect();
    match differ[..] {
        [_] => true,
        [first, second] => one[first] == other[second] && one[second] == other[first],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        crate::numbers::read_numbers(text)[0].value
    }

    #[test]
    fn counts_are_exact_and_rounded_figures_are_not() {
        assert!(sum_fits(
            dec("738人"),
            &[dec("274人"), dec("114人"), dec("102人"), dec("248人")]
        ));
        assert!(!sum_fits(
            dec("739人"),
            &[dec("274人"), dec("114人"), dec("102人"), dec("248人")]
        ));
        assert!(sum_fits(
            dec("2.3064万人"),
            &[dec("7859人"), dec("15205人")]
        ));
        assert!(sum_fits(
            dec("457.2万个"),
            &[dec("22.8万个"), dec("29.1万个"), dec("405.2万个")]
        ));
        assert!(!sum_fits(
            dec("459.2万个"),
            &[dec("22.8万个"), dec("29.1万个"), dec("405.2万个")]
        ));
    }

    #[test]
    fn rates_may_be_rounded_or_cut_off() {
        assert!(ratio_fits(dec("99%"), dec("301件"), dec("304件")));
        assert!(ratio_fits(dec("20.1%"), dec("5137件"), dec("25478件")));
        assert!(!ratio_fits(dec("23.8%"), dec("15人"), dec("60人")));
        assert!(ratio_fits(dec("50.5%"), dec("4.7万"), dec("9.3万")));
        assert!(!ratio_fits(dec("5%"), dec("1件"), dec("0件")));
        assert!(ratio_fits(dec("100%"), dec("109件"), dec("109件")));
        assert!(!ratio_fits(dec("100%"), dec("108件"), dec("109件")));
    }

    #[test]
    fn growth_takes_the_rounding_of_value_and_change_into_account() {
        // The value of 3.96万 may be anything from 39550 to 39650.
        assert!(change_fits(
            dec("26.37%"),
            dec("3.96万人"),
            dec("8257人"),
            true
        ));
        assert!(!change_fits(
            dec("27.37%"),
            dec("3.96万人"),
            dec("8257人"),
            true
        ));
        assert!(change_fits(
            dec("3.82%"),
            dec("1863.91万人"),
            dec("74.04万人"),
            false
        ));
        assert!(step_fits(dec("25%"), dec("1.25万人"), dec("1.0万人"), true));
        assert!(step_fits(dec("51.5%"), dec("97件"), dec("200件"), false));
        assert!(!step_fits(dec("50.76%"), dec("97件"), dec("200件"), false));
    }

    #[test]
    fn slips_are_one_digit_two_neighbours_or_one_off() {
        assert!(looks_like_slip(dec("57195人"), dec("57135人")));
        assert!(looks_like_slip(dec("41件"), dec("14件")));
        assert!(looks_like_slip(dec("100件"), dec("99件")));
        assert!(!looks_like_slip(dec("1127个"), dec("1111个")));
    }
}

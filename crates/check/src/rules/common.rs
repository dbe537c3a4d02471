//! What the relation rules share.

use crate::arithmetic::{looks_like_slip, percentage, ratio_fits, sum};
use crate::decimal::Decimal;
use crate::facts::Figure;

/// Whether two amounts may be divided by each other.
pub(crate) fn comparable(one: &Figure, other: &Figure) -> bool {
    one.class == other.class && one.alike(other) <= 1
}

/// How many of the last characters of `name` stand in `label`.
pub(crate) fn shared_ending(name: &str, label: &str) -> usize {
    let count = name.chars().count();
    name.char_indices()
        .enumerate()
        .find(|(_, (at, _))| label.contains(&name[*at..]))
        .map_or(0, |(skipped, _)| count - skipped)
}

/// The longest run of characters, of at least two, that both words have.
pub(crate) fn shared_words(one: &str, other: &str) -> usize {
    // Years have digits and 年 in common with every other year.
    let chars: Vec<char> = one
        .chars()
        .filter(|next| next.is_alphabetic() && *next != '年')
        .take(24)
        .collect();
    let mut best = 0;
    for start in 0..chars.len() {
        for end in start + 2..=chars.len() {
            if end - start > best {
                let piece: String = chars[start..end].iter().collect();
                if other.contains(&piece) {
                    best = end - start;
                } else {
                    break;
                }
            }
        }
    }
    best
}

/// Whether the stated rate would be right with one slip in rate, part or base.
pub(crate) fn rate_slip(rate: Decimal, part: Decimal, base: Decimal) -> bool {
    let Some(computed) = percentage(part, base, rate) else {
        return false;
    };
    let places = rate.exponent.min(0);
    // The computed rate, rounded to the places of the stated one.
    let rounded = crate::arithmetic::quotient(part, base, 100, places.unsigned_abs());
    // Rounded or cut off.
    let near = |step: i128| {
        let value = rounded.map(|value| Decimal::new(value.mantissa + step, value.exponent));
        value.is_some_and(|value| {
            (step == 0 || ratio_fits(value, part, base)) && looks_like_slip(rate, value)
        })
    };
    [0, 1, -1].into_iter().any(near)
        || mistyped(part, |other| ratio_fits(rate, other, base))
        || mistyped(base, |other| ratio_fits(rate, part, other))
        || computed.same(rate)
}

/// Whether some slip in `value` makes `fits` true.
pub(crate) fn mistyped(value: Decimal, fits: impl Fn(Decimal) -> bool) -> bool {
    slips(value).any(|mantissa| fits(Decimal::new(mantissa, value.exponent)))
}

/// Every figure one digit, one swap or one unit away.
pub(crate) fn slips(value: Decimal) -> impl Iterator<Item = i128> {
    const DIGITS_MAX: usize = 9;
    let size = i128::try_from(value.mantissa.unsigned_abs()).unwrap_or(i128::MAX);
    let digits = digit_count(size);
    let read = if digits > DIGITS_MAX { 0 } else { digits };
    // From the first digit on; `weight` is what one unit of that digit is worth.
    let digit = move |weight: i128| size / weight % 10;
    let changed = move |weight: i128| {
        (0..10)
            .filter(move |other| *other != digit(weight))
            .map(move |other| size + (other - digit(weight)) * weight)
    };
    let swapped = move |weight: i128| {
        let below = weight / 10;
        let step = (below > 0).then(|| digit(weight) - digit(below));
        step.filter(|step| *step != 0)
            .map(|step| size - step * (weight - below))
    };
    [value.mantissa - 1, value.mantissa + 1]
        .into_iter()
        .chain((0..read).rev().flat_map(move |place| {
            let weight = POWERS[place];
            changed(weight).chain(swapped(weight))
        }))
}

/// What a digit at each place is worth.
const POWERS: [i128; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

fn digit_count(size: i128) -> usize {
    POWERS
        .iter()
        .position(|power| size < power * 10)
        .map_or(POWERS.len() + 1, |place| place + 1)
}

/// Whether `one` is within `percent` percent of `other`.
pub(crate) fn within(one: Decimal, other: Decimal, percent: i128) -> bool {
    let Some(difference) = one.minus(other) else {
        return false;
    };
    let exponent = difference.exponent.min(other.exponent);
    match (
        difference.in_units_of(exponent),
        other.in_units_of(exponent),
    ) {
        (Some(difference), Some(whole)) => {
            difference.abs().saturating_mul(100) <= whole.abs().saturating_mul(percent)
        }
        _ => false,
    }
}

/// Whether shares add up to a hundred, within a unit of the last place each.
pub(crate) fn make_a_hundred(shares: &[Decimal]) -> bool {
    let coarsest = shares.iter().map(|share| share.exponent).max();
    let slack = Decimal::new(
        i128::try_from(shares.len()).unwrap_or(1),
        coarsest.unwrap_or(0),
    );
    let over = sum(shares).and_then(|sum| sum.minus(Decimal::whole(100)));
    over.is_some_and(|over| {
        !over.above(slack) && over.plus(slack).is_none_or(|low| low.mantissa >= 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_one_digit_two_neighbours_or_one_off() {
        let near = |value: i128| slips(Decimal::whole(value)).collect::<Vec<_>>();
        let of_57 = near(57);
        assert_eq!(of_57.len(), 2 + 9 + 1 + 9);
        for expected in [56, 58, 75, 7, 97, 50, 59] {
            assert!(of_57.contains(&expected), "{expected}");
        }
        assert!(!of_57.contains(&57));
        assert_eq!(near(1_234_567_890), [1_234_567_889, 1_234_567_891]);
        assert_eq!(near(0).len(), 2 + 9);
    }
}

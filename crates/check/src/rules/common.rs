//! What the relation rules share.

use super::sum_mismatch::alike;
use crate::arithmetic::{looks_like_slip, percentage, ratio_fits, sum};
use crate::decimal::Decimal;
use crate::facts::{Facts, Figure, Role};

/// A percentage, or a bare figure that stands where one is meant: `1760人(90.44)`,
/// `不合格率2.82`.
pub(crate) fn is_percent_like(facts: &Facts<'_>, figure: &Figure) -> bool {
    if figure.is_percent() {
        return true;
    }
    if !figure.is_quantity() || !figure.unit.is_empty() || figure.value.above(Decimal::whole(100)) {
        return false;
    }
    let explained = figure.owner.is_some_and(|owner| {
        facts.figures[owner].is_quantity() && !facts.figures[owner].unit.is_empty()
    });
    figure.role == Role::Rate
        || (explained && figure.value.exponent < 0 && facts.label(figure).trim().is_empty())
}

/// An amount that counts or measures something.
pub(crate) fn is_amount(facts: &Facts<'_>, figure: &Figure) -> bool {
    figure.is_quantity() && !is_percent_like(facts, figure)
}

/// Whether two amounts may be divided by each other.
pub(crate) fn comparable(one: &Figure, other: &Figure) -> bool {
    one.class == other.class && alike(one.unit, other.unit) <= 1
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
    rounded.is_some_and(|rounded| looks_like_slip(rate, rounded))
        || mistyped(part, |other| ratio_fits(rate, other, base))
        || mistyped(base, |other| ratio_fits(rate, part, other))
        || computed.same(rate)
}

/// Whether some slip in `value` makes `fits` true.
pub(crate) fn mistyped(value: Decimal, fits: impl Fn(Decimal) -> bool) -> bool {
    slips(value)
        .into_iter()
        .any(|mantissa| fits(Decimal::new(mantissa, value.exponent)))
}

/// Every figure one digit, one swap or one unit away.
pub(crate) fn slips(value: Decimal) -> Vec<i128> {
    let digits = value.mantissa.unsigned_abs().to_string().into_bytes();
    let mut found = vec![value.mantissa - 1, value.mantissa + 1];
    if digits.len() > 9 {
        return found;
    }
    let mut push = |bytes: &[u8]| {
        let read = bytes
            .iter()
            .fold(0i128, |sum, byte| sum * 10 + i128::from(byte - b'0'));
        found.push(read);
    };
    for place in 0..digits.len() {
        let mut changed = digits.clone();
        for digit in b'0'..=b'9' {
            if digit != digits[place] {
                changed[place] = digit;
                push(&changed);
            }
        }
        if place + 1 < digits.len() && digits[place] != digits[place + 1] {
            let mut swapped = digits.clone();
            swapped.swap(place, place + 1);
            push(&swapped);
        }
    }
    found
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

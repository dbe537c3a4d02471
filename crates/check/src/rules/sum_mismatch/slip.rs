//! How much a sum that does not fit looks like a slip of the pen.

use super::evidence::COMPANY;
use super::form::enumerated;
use super::{Candidate, Shape};
use crate::arithmetic::{Missing, looks_like_slip};
use crate::decimal::Decimal;
use crate::facts::Facts;
use crate::facts::partition::divided;
use crate::rules::Outcome;
use crate::rules::common::slips;

/// Units of people, who may be counted in several parts.
const PEOPLE: &[&str] = &["人", "名", "位", "人次", "户", ""];

/// How much the difference looks like a slip of the pen; `None` where that is less than needed.
pub(super) fn slip(facts: &Facts<'_>, candidate: &Candidate, needed: i32) -> Option<i32> {
    const LARGE_MISTYPED: i32 = 4;
    let figure = &facts.figures[candidate.total];
    let total = figure.value;
    let sum = candidate.sum?;
    if candidate.approximate {
        return None;
    }
    let difference = total.minus(sum)?;
    let exponent = difference.exponent.min(total.exponent);
    let off = difference.in_units_of(exponent)?.unsigned_abs();
    let whole = total.in_units_of(exponent)?.unsigned_abs().max(1);
    // So close by chance? The larger the figures, the less likely.
    let close = match whole / off.max(1) {
        0..=30 => 0,
        31..=100 => 1,
        101..=999 => 2,
        _ => 5,
    };
    if close + LARGE_MISTYPED + 2 < needed {
        return None;
    }
    let parts = super::values(facts, candidate.parts());
    let mistyped = looks_like_slip(total, sum) || one_part_mistyped(total, &parts);
    // With two digits nearly everything is one slip away.
    let typed = match total.mantissa.unsigned_abs() {
        _ if !mistyped => -1,
        0..=99 if whole >= 100 => 1,
        0..=99 => 2,
        100..=9_999 => LARGE_MISTYPED - 1,
        _ => LARGE_MISTYPED,
    };
    let far = match (off.saturating_mul(100) / whole, mistyped) {
        (0..=15, _) | (16..=40, true) => 0,
        (_, true) => 1,
        (_, false) => 4,
    };
    let behind: String = facts.text[figure.whole.end..].chars().take(12).collect();
    // 77件中，有72件…
    let among = ["中，", "中,"]
        .iter()
        .any(|word| behind.chars().take(8).collect::<String>().contains(word));
    let of_which = among || behind.contains("其中");
    let partial = of_which && total.above(sum) && !mistyped;
    // 受理284件，批准194件，不批准88件: what is still pending is neither.
    let pending = total.above(sum)
        && !mistyped
        && parts.len() == 2
        && !behind.contains([':', '：'])
        && divided(facts, candidate.parts());
    let divided = divided(facts, candidate.parts()) || enumerated(facts, candidate);
    // 其中 may leave out a single one; a colon announces all there are.
    let few = parts.len() < 5;
    let all_but_one = of_which && total.above(sum) && off == 1 && !divided && few;
    // A division whose parts are more than the whole is wrong by whatever it is.
    let things = !PEOPLE.contains(&figure.unit);
    let listed = behind.contains(['：', ':']) || (of_which && (divided || (things && mistyped)));
    let too_many = listed && sum.above(total) && (parts.len() >= 3 || among && things);
    let score = close + typed - far + 2 * i32::from(too_many)
        - 5 * i32::from(partial)
        - 3 * i32::from(pending)
        - 5 * i32::from(all_but_one);
    (score >= needed).then_some(score)
}

pub(super) fn one_part_mistyped(total: Decimal, parts: &[Decimal]) -> bool {
    let Some(missing) = Missing::between(total, parts) else {
        return false;
    };
    parts
        .iter()
        .any(|part| slips(*part).any(|slip| missing.is_made_up_by(*part, slip)))
}

/// Other lists of the same form near by that fit.
pub(super) fn company(facts: &Facts<'_>, candidate: &Candidate, out: &Outcome) -> i32 {
    let total = &facts.figures[candidate.total];
    let low = candidate.total.saturating_sub(40);
    let lists = (low..candidate.total + 40).flat_map(|figure| {
        out.lists_with(figure)
            .filter(move |list| list.total == figure && list.holds)
    });
    let like = lists.into_iter().any(|list| {
        let other = &facts.figures[list.total];
        if other.paragraph != total.paragraph
            || list.parts.len() != candidate.parts().len()
            || list
                .parts
                .iter()
                .any(|part| candidate.parts().contains(part))
        {
            return false;
        }
        // The same items with another unit, or the same labels of another total.
        list.parts.iter().zip(candidate.parts()).all(|(one, two)| {
            let (one, two) = (&facts.figures[*one], &facts.figures[*two]);
            let column = candidate.shape == Shape::Column;
            one.clause == two.clause
                && (one.unit != two.unit || column)
                && other.clause == total.clause
                || facts.label(one).trim() == facts.label(two).trim()
                    && !facts.label(one).trim().is_empty()
        })
    });
    if like { COMPANY } else { 0 }
}

//! How sure the wording is that some figures are the parts of a total.

use super::form::{
    cut_short, enumerated, gaps, is_later_list, is_open, is_stage_among_parts, list_form,
    partition, shares_complete,
};
use super::wording::{DIVIDING, among, lead, names_total};
use super::{Candidate, Likeness, Shape};
use crate::facts::partition::overlap;
use crate::facts::{Facts, Figure, strip_copula};

/// What other lists of the same form are worth.
pub(super) const COMPANY: i32 = 5;

/// What a relation that does not fit needs before it is reported.
pub(super) const ENOUGH_WHEN_BROKEN: i32 = 7;

/// What a relation that fits needs: a chance fit of small figures is no relation.
pub(super) fn enough_when_fitting(facts: &Facts<'_>, candidate: &Candidate) -> i32 {
    let total = &facts.figures[candidate.total];
    let digits = total.value.mantissa.unsigned_abs().to_string().len();
    let loose = i32::from(candidate.likeness != Likeness::Same);
    match digits {
        0..=1 => 3 + loose,
        2 => 2 + loose,
        3 => 1 + loose,
        _ => loose - 2,
    }
}

/// Words, marks and order, without the arithmetic.
pub(super) fn cues(facts: &Facts<'_>, candidate: &Candidate) -> i32 {
    let total = &facts.figures[candidate.total];
    let mut order = candidate.parts().to_vec();
    order.sort_unstable();
    let parts: Vec<&Figure> = order.iter().map(|part| &facts.figures[*part]).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return -9;
    };
    let mut score = match candidate.likeness {
        Likeness::Same => 0,
        Likeness::Group => -1,
        Likeness::Class if parts.iter().any(|part| part.unit == total.unit) => -2,
        Likeness::Class => -3,
    };
    score += match candidate.shape {
        Shape::Bracket | Shape::Across => 3,
        Shape::After | Shape::Heads | Shape::Column => after_cues(facts, total, first, last),
        Shape::Before => before_cues(facts, total, first, last),
    };
    score += i32::from(parts.len() >= 3) + i32::from(parts.len() >= 6);
    score += list_form(facts, &parts);
    let division = partition(facts, &order, &parts).max(shares_complete(facts, &order));
    let division = if division < 3 && enumerated(facts, candidate) {
        3
    } else {
        division
    };
    score += division;
    score += 2 * i32::from(division == 0 && last.words.others);
    score -= 6 * i32::from(overlap(facts, &order));
    // 接听43个,其中解答12个,其中现场6个: what is divided again is no part of the whole beside it.
    let nested = |part: &&Figure| facts.label(part).trim_start().starts_with("其中");
    score -= 4 * i32::from(parts.iter().skip(1).any(nested));
    score -= 3 * i32::from(is_open(facts, last));
    score -= 4 * i32::from(is_stage_among_parts(facts, &order));
    // What is missing or left is the business of the rule on differences.
    // 加上年结余、减上解支出: in a long account it is an item as any other.
    let rest = parts.iter().any(|part| part.words.rest) && parts.len() < 5;
    score -= 6 * i32::from(rest);
    let dividing = matches!(candidate.shape, Shape::Bracket) || {
        let between = &facts.text[total.whole.end.min(first.whole.start)..first.whole.start];
        ["其中", "：", ":", "分"]
            .iter()
            .any(|word| between.contains(word))
    };
    score -= 3 * i32::from(candidate.likeness == Likeness::Class && !dividing);
    if !matches!(candidate.shape, Shape::Heads | Shape::Column) {
        score -= gaps(&order, facts, candidate);
    }
    score -= cut_short(&order, facts, candidate);
    score -= 2 * i32::from(is_later_list(facts, candidate, first) && division < 3);
    score
}

/// Large figures whose sum comes so near need no announcement.
pub(super) const STRIKING: i32 = 8;

/// Whether there is anything to add up.
pub(super) fn counts(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let counted = |part: &&usize| !facts.figures[**part].value.is_zero();
    candidate.parts().iter().filter(counted).count() >= 2
}

fn after_cues(facts: &Facts<'_>, total: &Figure, first: &Figure, last: &Figure) -> i32 {
    let lead = lead(facts, total, first);
    let words = lead.chars().count();
    let mut score = i32::from(names_total(facts.label(total)));
    if lead.contains(['：', ':']) && words <= 20 {
        score += 3;
    } else if DIVIDING.is_in(lead) || among(facts, total, lead) {
        score += 2;
    } else if first.sentence == total.sentence && words <= 18 {
        score += 1;
    }
    score -= 2 * i32::from(words > 40);
    if last.sentence > total.sentence + 2 {
        score -= 2;
    } else if first.sentence != total.sentence {
        score -= 1;
    }
    score
}

fn before_cues(facts: &Facts<'_>, total: &Figure, first: &Figure, last: &Figure) -> i32 {
    const CLOSING: &[&str] = &["合计", "总计", "共计", "总数", "一共", "总共", "总额"];
    let label = strip_copula(facts.label(total));
    let back = label.starts_with("上述") || label.starts_with("以上");
    let mut score = if back || CLOSING.iter().any(|word| label.contains(word)) {
        4
    } else if names_total(label) {
        2
    } else {
        -3
    };
    score -= 2 * i32::from(last.sentence != total.sentence && !back);
    score -= 2 * i32::from(first.sentence + 1 < last.sentence);
    score
}

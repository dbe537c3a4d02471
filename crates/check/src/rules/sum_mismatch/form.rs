//! What a list looks like: its marks, the names of its items, what it leaves out.

use super::{Candidate, Shape};
use crate::decimal::Decimal;
use crate::facts::partition::{divided, name};
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::rules::common::make_a_hundred;

/// One item per segment, short labels, the same mark between them.
pub(super) fn list_form(facts: &Facts<'_>, parts: &[&Figure]) -> i32 {
    let short = parts
        .iter()
        .all(|part| facts.label(part).trim().chars().count() <= 20);
    let same_sentence = parts
        .windows(2)
        .all(|pair| pair[0].sentence == pair[1].sentence);
    let same_clause = parts
        .windows(2)
        .all(|pair| pair[0].clause == pair[1].clause);
    i32::from(short) + i32::from(same_clause) - i32::from(!same_sentence)
}

/// Labels that divide something: 主办 and 协办, A类 and B类, 春季 and 秋季.
pub(super) fn partition(facts: &Facts<'_>, order: &[usize], parts: &[&Figure]) -> i32 {
    if divided(facts, order) {
        return 3;
    }
    let ending = |part: &&Figure| name(facts, part).chars().next_back();
    let first = parts.first().and_then(ending);
    i32::from(first.is_some() && parts.iter().all(|part| ending(part) == first))
}

/// 家长信箱、校长信箱共65件，其中家长信箱22件，校长信箱43件: the words before the total name each part.
pub(super) fn enumerated(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    const REACH: usize = 180;
    let total = &facts.figures[candidate.total];
    if matches!(candidate.shape, Shape::Before | Shape::Across) || candidate.parts().len() > 8 {
        return false;
    }
    let mut from = total.whole.start.saturating_sub(REACH);
    while !facts.text.is_char_boundary(from) {
        from += 1;
    }
    let before = &facts.text[from..total.whole.start];
    let sentence = before.rsplit(['。', '；', '\n']).next().unwrap_or(before);
    let mut names: Vec<&str> = candidate
        .parts()
        .iter()
        .map(|part| name(facts, &facts.figures[*part]))
        .collect();
    let all = names
        .iter()
        .all(|name| name.chars().count() >= 2 && sentence.contains(name));
    names.sort_unstable();
    names.dedup();
    all && names.len() == candidate.parts().len()
}

/// 会后提案17件，经审查立案175件，立案率93.6%: a figure with a rate of its own name is a step of the
/// work, and what stands beside it no part of the same whole.
pub(super) fn is_stage_among_parts(facts: &Facts<'_>, order: &[usize]) -> bool {
    let stage = |part: &usize| {
        facts.figures.get(part + 1).is_some_and(|next| {
            let label = strip_copula(facts.label(next));
            let name = label.strip_suffix('率').unwrap_or_default();
            next.is_percent()
                && next.role == Role::Rate
                && next.clause == facts.figures[*part].clause
                && name.chars().count() >= 2
                && facts.label(&facts.figures[*part]).contains(name)
        })
    };
    let stages = order.iter().filter(|part| stage(part)).count();
    stages == 1 && order.len() == 2
}

/// A share behind each part, and all shares together a hundred: nothing is left out.
pub(super) fn shares_complete(facts: &Facts<'_>, order: &[usize]) -> i32 {
    const COMPLETE: i32 = 4;
    // 10664万人，比上年增加210万人，增长2%，占总量的38.9%: growth may stand between.
    const BEHIND: usize = 3;
    let share = |part: &usize| {
        let behind = (part + 1..=part + BEHIND).map_while(|index| facts.figures.get(index));
        behind
            .take_while(|figure| figure.clause == facts.figures[*part].clause)
            .find(|figure| figure.is_percent() && figure.role == Role::Share)
            .map(|figure| figure.value)
    };
    let shares: Option<Vec<Decimal>> = order.iter().map(share).collect();
    if shares.is_some_and(|shares| make_a_hundred(&shares)) {
        COMPLETE
    } else {
        0
    }
}

/// 等 behind the last part: there are more.
pub(super) fn is_open(facts: &Facts<'_>, last: &Figure) -> bool {
    facts.tail(last).trim_start().starts_with('等')
}

/// A second breakdown that neither a colon nor a dividing word announces.
pub(super) fn is_later_list(facts: &Facts<'_>, candidate: &Candidate, first: &Figure) -> bool {
    let total = &facts.figures[candidate.total];
    if !matches!(candidate.shape, Shape::After | Shape::Heads | Shape::Column)
        || first.clause == total.clause
    {
        return false;
    }
    let between = &facts.text[total.whole.end..first.whole.start];
    let lead = between.rsplit(['。', '；', ';']).next().unwrap_or(between);
    !lead.contains(['：', ':', '按', '分']) && !lead.contains("其中")
}

/// Figures of the same unit between the parts that the list leaves out.
pub(super) fn gaps(order: &[usize], facts: &Facts<'_>, candidate: &Candidate) -> i32 {
    let (Some(first), Some(last)) = (order.first(), order.last()) else {
        return 0;
    };
    let unit = facts.figures[*first].unit;
    let bracket = facts.figures[*first].bracket;
    let start = *first;
    let role = facts.figures[*first].role;
    let end = if candidate.shape == Shape::Before {
        candidate.total
    } else {
        *last + 1
    };
    let left_out = (start..end)
        .filter(|index| {
            let figure = &facts.figures[*index];
            figure.is_quantity()
                && figure.unit == unit
                && figure.role == role
                && figure.bracket == bracket
                && !order.contains(index)
        })
        .count();
    i32::try_from(left_out.min(4)).unwrap_or(4)
}

/// Whether the list goes on in the same clause beyond the run: then the run is only a piece of it.
pub(super) fn cut_short(order: &[usize], facts: &Facts<'_>, candidate: &Candidate) -> i32 {
    let (Some(first), Some(last)) = (order.first(), order.last()) else {
        return 0;
    };
    let next = match candidate.shape {
        Shape::Bracket | Shape::Across | Shape::Heads | Shape::Column => return 0,
        Shape::After => (*last + 1..facts.figures.len()).take(4).find(|index| {
            let clauses = facts.figures[*first].clause != facts.figures[*last].clause;
            same_series(facts, *last, *index, clauses)
        }),
        Shape::Before => (0..*first)
            .rev()
            .take(4)
            .find(|index| same_series(facts, *first, *index, false)),
    };
    // 甲52件，下降6%；乙83件，上升8%；收到表扬29件: what has no rate of its own is another matter.
    let rated = |part: usize| {
        facts
            .figures
            .get(part + 1)
            .is_some_and(|rate| rate.is_percent() && rate.clause == facts.figures[part].clause)
    };
    let all_rated = || order.iter().all(|part| rated(*part));
    let goes_on = next.is_some_and(|next| {
        let stops = ["其中", "同时", "另", "此外", "全年", "累计", "共"];
        let figure = &facts.figures[next];
        let label = facts.label(figure).trim_start();
        let per = facts.text[figure.whole.end..].starts_with(['/', '／']);
        !stops.iter().any(|word| label.starts_with(word))
            && !figure.words.rest
            && !per
            && (rated(next) || !all_rated())
    });
    if goes_on { 4 } else { 0 }
}

/// Whether the list goes on with `other`; one item per clause where it has `clauses`.
fn same_series(facts: &Facts<'_>, one: usize, other: usize, clauses: bool) -> bool {
    let (one, other) = (&facts.figures[one], &facts.figures[other]);
    other.is_quantity()
        && (one.clause == other.clause || clauses && one.sentence == other.sentence)
        && one.bracket == other.bracket
        && one.unit == other.unit
        && one.role == other.role
}

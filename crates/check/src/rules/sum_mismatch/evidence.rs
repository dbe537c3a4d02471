//! How sure the wording is that some figures are the parts of a total.

use std::sync::LazyLock;

use super::{Candidate, Likeness, Shape};
use crate::arithmetic::{Missing, looks_like_slip};
use crate::decimal::Decimal;
use crate::facts::partition::{self, divided, name, overlap};
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::lexicon::Lexicon;
use crate::rules::Outcome;
use crate::rules::common::{make_a_hundred, slips};

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
    let named = if enumerated(facts, candidate) { 3 } else { 0 };
    let division = partition(facts, &order, &parts)
        .max(shares_complete(facts, &order))
        .max(named);
    score += division;
    score += 2 * i32::from(division == 0 && last.words.others);
    score -= 6 * i32::from(overlap(facts, &order));
    // 接听43个,其中解答12个,其中现场6个: what is divided again is no part of the whole beside it.
    let nested = |part: &&Figure| facts.label(part).trim_start().starts_with("其中");
    score -= 4 * i32::from(parts.iter().skip(1).any(nested));
    score -= 3 * i32::from(is_open(facts, last));
    score -= 4 * i32::from(is_stage_among_parts(facts, &order));
    // What is missing or left is the business of the rule on differences.
    let rest = parts.iter().any(|part| part.words.rest);
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

/// Words that say that a figure sums up.
fn names_total(label: &str) -> bool {
    const AT_AN_END: &[&str] = &["共", "总", "共有", "总人数", "共收到", "以上"];
    let label = strip_copula(label);
    ANYWHERE.is_in(label)
        || AT_AN_END
            .iter()
            .any(|word| label.ends_with(word) || label.starts_with(word))
}

static ANYWHERE: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        "合计", "总计", "共计", "总数", "总量", "一共", "总共", "累计", "总额", "上述",
    ])
});

/// Words that divide a total.
static DIVIDING: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new([
        "分为", "分别", "包括", "分成", "归为", "其中", "含", "按", "分类",
    ])
});

/// Large figures whose sum comes so near need no announcement.
pub(super) const STRIKING: i32 = 8;

/// Whether there is anything to add up.
pub(super) fn counts(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let counted = |part: &&usize| !facts.figures[**part].value.is_zero();
    candidate.parts().iter().filter(counted).count() >= 2
}

/// Whether the words say that these are the parts of this total; figures that merely stand in a
/// row are no contradiction, however near their sum comes.
pub(super) fn announced(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = &facts.figures[candidate.total];
    let Some(first) = candidate.parts().iter().min() else {
        return false;
    };
    let first = &facts.figures[*first];
    let sums_up = names_total(facts.label(total));
    match candidate.shape {
        Shape::Bracket | Shape::Across | Shape::Column => true,
        Shape::Before => sums_up && !is_sibling(facts, candidate),
        Shape::After | Shape::Heads => {
            if goes_on_in_other_units(facts, candidate) {
                return false;
            }
            let lead = lead(facts, total, first);
            let divided =
                lead.contains(['：', ':']) || DIVIDING.is_in(lead) || lead.starts_with('中');
            // 三年支出分别为甲、乙、丙，其中培训支出依次为…: the last of a row is not divided alone.
            if is_item(facts, candidate.total) && lead.contains(['依', '别']) {
                return false;
            }
            // 建议36件。目前，A类30件，B类4件，C类2件: the names are a division.
            let classes = candidate.parts().len() >= 3
                && first.sentence <= total.sentence + 1
                && partition::divided(facts, candidate.parts())
                && !is_sibling(facts, candidate)
                && !is_item(facts, candidate.total);
            divided
                || classes
                || (!among_shares(facts, candidate)
                    && !is_sibling(facts, candidate)
                    && !is_item(facts, candidate.total)
                    && (sums_up || total.clause == first.clause))
        }
    }
}

/// 甲类共223件,占20%；乙类58件,占5%: a figure with a share of its own, before others with theirs,
/// is one of them.
fn among_shares(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let has_share = |index: usize| {
        facts.figures.get(index + 1).is_some_and(|next| {
            let figure = &facts.figures[index];
            next.is_percent() && next.role == Role::Share && next.clause == figure.clause
        })
    };
    has_share(candidate.total) && candidate.parts().iter().all(|part| has_share(*part))
}

/// 投诉15件、举报13件、咨询13件: the figure has its place in the same division as its parts.
fn is_sibling(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let mut all = candidate.parts().to_vec();
    all.push(candidate.total);
    divided(facts, &all)
}

/// 组织人事2件、党务政务1件: an item of a list that began before it.
pub(super) fn is_item(facts: &Facts<'_>, total: usize) -> bool {
    let Some(before) = total.checked_sub(1).map(|before| &facts.figures[before]) else {
        return false;
    };
    let figure = &facts.figures[total];
    before.is_quantity()
        && before.clause == figure.clause
        && before.bracket == figure.bracket
        && before.unit == figure.unit
        && before.role == figure.role
        && before.segment + 1 == figure.segment
        && !names_total(facts.label(figure))
}

/// 接听12个,其中解答6个、表扬1个、形成工单5件: the list is longer than its first unit.
fn goes_on_in_other_units(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let Some(last) = candidate.parts().iter().max() else {
        return false;
    };
    let part = &facts.figures[*last];
    facts.figures.get(last + 1).is_some_and(|next| {
        next.is_quantity()
            && next.clause == part.clause
            && next.bracket == part.bracket
            && next.role == part.role
            && next.alike(part) == 1
    })
}

/// The words between a total and its first part, within their sentence.
fn lead<'f>(facts: &'f Facts<'_>, total: &Figure, first: &Figure) -> &'f str {
    let between = &facts.text[total.whole.end.min(first.whole.start)..first.whole.start];
    between
        .rsplit(['。', '；', ';', '\n'])
        .next()
        .unwrap_or(between)
}

fn after_cues(facts: &Facts<'_>, total: &Figure, first: &Figure, last: &Figure) -> i32 {
    let lead = lead(facts, total, first);
    let words = lead.chars().count();
    let mut score = i32::from(names_total(facts.label(total)));
    if lead.contains(['：', ':']) && words <= 20 {
        score += 3;
    } else if DIVIDING.is_in(lead) || lead.starts_with('中') {
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

/// One item per segment, short labels, the same mark between them.
fn list_form(facts: &Facts<'_>, parts: &[&Figure]) -> i32 {
    let short = parts
        .iter()
        .all(|part| facts.label(part).trim().chars().count() <= 16);
    let same_sentence = parts
        .windows(2)
        .all(|pair| pair[0].sentence == pair[1].sentence);
    let same_clause = parts
        .windows(2)
        .all(|pair| pair[0].clause == pair[1].clause);
    i32::from(short) + i32::from(same_clause) - i32::from(!same_sentence)
}

/// Labels that divide something: 主办 and 协办, A类 and B类, 春季 and 秋季.
fn partition(facts: &Facts<'_>, order: &[usize], parts: &[&Figure]) -> i32 {
    if divided(facts, order) {
        return 3;
    }
    let ending = |part: &&Figure| name(facts, part).chars().next_back();
    let first = parts.first().and_then(ending);
    i32::from(first.is_some() && parts.iter().all(|part| ending(part) == first))
}

/// 家长信箱、校长信箱共65件，其中家长信箱22件，校长信箱43件: the words before the total name each part.
fn enumerated(facts: &Facts<'_>, candidate: &Candidate) -> bool {
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
fn is_stage_among_parts(facts: &Facts<'_>, order: &[usize]) -> bool {
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
fn shares_complete(facts: &Facts<'_>, order: &[usize]) -> i32 {
    const COMPLETE: i32 = 4;
    let share = |part: &usize| {
        let figure = facts.figures.get(part + 1)?;
        let own = figure.is_percent()
            && figure.role == Role::Share
            && figure.clause == facts.figures[*part].clause;
        own.then_some(figure.value)
    };
    let shares: Option<Vec<Decimal>> = order.iter().map(share).collect();
    if shares.is_some_and(|shares| make_a_hundred(&shares)) {
        COMPLETE
    } else {
        0
    }
}

/// 等 behind the last part: there are more.
fn is_open(facts: &Facts<'_>, last: &Figure) -> bool {
    facts.tail(last).trim_start().starts_with('等')
}

/// A second breakdown that neither a colon nor a dividing word announces.
fn is_later_list(facts: &Facts<'_>, candidate: &Candidate, first: &Figure) -> bool {
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
fn gaps(order: &[usize], facts: &Facts<'_>, candidate: &Candidate) -> i32 {
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
fn cut_short(order: &[usize], facts: &Facts<'_>, candidate: &Candidate) -> i32 {
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
    let goes_on = next.is_some_and(|next| {
        let stops = ["其中", "同时", "另", "此外", "全年", "累计", "共"];
        let label = facts.label(&facts.figures[next]).trim_start();
        !stops.iter().any(|word| label.starts_with(word))
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

/// Units of people, who may be counted in several parts.
const PEOPLE: &[&str] = &["人", "名", "位", "人次", "户", ""];

/// How much the difference looks like a slip of the pen; `None` where that is less than needed.
pub(super) fn slip(facts: &Facts<'_>, candidate: &Candidate, needed: i32) -> Option<i32> {
    const MISTYPED_MAX: i32 = 3;
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
    if close + MISTYPED_MAX + 2 < needed {
        return None;
    }
    let parts = super::values(facts, candidate.parts());
    let mistyped = looks_like_slip(total, sum) || one_part_mistyped(total, &parts);
    // With two digits nearly everything is one slip away.
    let typed = match total.mantissa.unsigned_abs() {
        _ if !mistyped => -1,
        0..=99 if whole >= 100 => 1,
        0..=99 => 2,
        _ => MISTYPED_MAX,
    };
    let far = match (off.saturating_mul(100) / whole, mistyped) {
        (0..=15, _) | (16..=40, true) => 0,
        (16..=40, false) | (_, true) => 1,
        (_, false) => 4,
    };
    let behind: String = facts.text[figure.whole.end..].chars().take(12).collect();
    let of_which = behind.contains("其中");
    let partial = of_which && total.above(sum) && !mistyped;
    let divided = divided(facts, candidate.parts()) || enumerated(facts, candidate);
    // 其中 may leave out a single one; a colon announces all there are.
    let few = parts.len() < 5;
    let all_but_one = of_which && total.above(sum) && off == 1 && !divided && few;
    // A division whose parts are more than the whole is wrong by whatever it is.
    let things = !PEOPLE.contains(&figure.unit);
    let listed = behind.contains(['：', ':']) || (of_which && (divided || (things && mistyped)));
    let too_many = listed && sum.above(total) && parts.len() >= 3;
    let score = close + typed - far + 2 * i32::from(too_many)
        - 5 * i32::from(partial)
        - 5 * i32::from(all_but_one);
    (score >= needed).then_some(score)
}

fn one_part_mistyped(total: Decimal, parts: &[Decimal]) -> bool {
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

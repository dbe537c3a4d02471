//! The bases that a paragraph offers for its shares.

use std::ops::Range;

use super::{Base, Share};
use crate::arithmetic::{looks_like_slip, sum};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role, strip_copula};
use crate::rules::Outcome;
use crate::rules::common::{comparable, shared_ending, shared_words};

/// Every base that the paragraph offers, the surest first.
pub(super) fn bases(
    facts: &Facts<'_>,
    group: &[Share],
    range: Range<usize>,
    out: &Outcome,
) -> Vec<Base> {
    let Some(first) = group.first() else {
        return Vec::new();
    };
    let range = facts.window(&range, first.part);
    let head = &facts.figures[first.part];
    let before = range.start;
    let mut found: Vec<Base> = Vec::new();
    let mut push = |base: Base| {
        if !base.value.is_zero() && !found.contains(&base) {
            found.push(base);
        }
    };
    let figure_base = |index: usize| Base {
        figure: Some(index),
        value: facts.figures[index].value,
    };
    if let Some(base) = first.base {
        push(figure_base(base));
    }
    if let Some(owner) = head.owner {
        push(figure_base(owner));
    }
    for list in out
        .lists_with(first.part)
        .filter(|list| list.total != first.part)
    {
        push(figure_base(list.total));
    }
    let last = group
        .iter()
        .map(|share| share.rate)
        .max()
        .unwrap_or(first.rate);
    let members: Vec<usize> = group.iter().map(|share| share.part).collect();
    let mut exact = false;
    for index in range.clone().rev().filter(|index| *index < first.part) {
        let figure = &facts.figures[index];
        if figure.is_amount()
            && comparable(figure, head)
            && !matches!(figure.role, Role::Up | Role::Down)
            // 总量超过1亿户，至6月底1.03亿户: the exact figure behind says it better.
            && !(exact && figure.approximate)
        {
            exact |= !figure.approximate;
            push(figure_base(index));
        }
    }
    for index in led_by(facts, first) {
        push(figure_base(index));
    }
    if group.len() <= 3 {
        for index in group
            .iter()
            .flat_map(|share| homonyms(facts, before, share))
        {
            push(figure_base(index));
        }
    }
    if members.len() >= 2 {
        let values: Vec<Decimal> = members
            .iter()
            .map(|part| facts.figures[*part].value)
            .collect();
        if let Some(total) = earlier_total(facts, before, first, sum(&values)) {
            push(figure_base(total));
        }
        if let Some(value) = sum(&values) {
            push(Base {
                figure: None,
                value,
            });
        }
    }
    if group.len() == 1 && first.base.is_none() {
        // 起诉率 is taken of 起诉 and 不起诉, 核减率 of what was left and what was cut.
        let affirmed = Some(first)
            .filter(|first| first.negated)
            .and_then(|first| affirmed(facts, first));
        let neighbours = [first.part.checked_sub(1), Some(first.rate + 1), affirmed];
        for index in neighbours
            .into_iter()
            .flatten()
            .filter(|index| range.contains(index))
        {
            let figure = &facts.figures[index];
            let whole = head.value.plus(figure.value);
            let counted =
                figure.is_amount() && comparable(figure, head) && figure.role == Role::Plain;
            if let Some(value) = whole.filter(|_| counted) {
                push(Base {
                    figure: None,
                    value,
                });
            }
        }
    }
    for index in range.filter(|index| *index > first.part && *index < last + 12) {
        let figure = &facts.figures[index];
        let other = !members.contains(&index) && figure.sentence == head.sentence;
        if other && figure.is_amount() && comparable(figure, head) {
            push(figure_base(index));
        }
    }
    found
}

/// 逮捕551人，同比下降35%；不捕156人，不捕率22%: the nearest amount of the same sentence that says
/// that it was done.
pub(super) fn affirmed(facts: &Facts<'_>, share: &Share) -> Option<usize> {
    const REACH: usize = 6;
    let part = &facts.figures[share.part];
    (share.part.saturating_sub(REACH)..share.part)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            figure.sentence == part.sentence && figure.bracket == part.bracket
        })
        .find(|index| facts.figures[*index].is_amount())
        .filter(|index| {
            let figure = &facts.figures[*index];
            comparable(figure, part) && figure.role == Role::Plain
        })
}

/// 市长信箱收到来信139件。 从分类看,……: the total that an earlier paragraph announces.
fn earlier_total(
    facts: &Facts<'_>,
    before: usize,
    first: &Share,
    sum: Option<Decimal>,
) -> Option<usize> {
    const REACH: usize = 32;
    let head = &facts.figures[first.part];
    if head.bracket != 0 {
        return None;
    }
    (before.saturating_sub(REACH)..before)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            figure.paragraph < head.paragraph
                && figure.unit == head.unit
                && figure.role == Role::Plain
                && figure.bracket == 0
                && figure.is_amount()
                && ["共", "总", "合计", "累计", "收到", "受理"]
                    .iter()
                    .any(|word| facts.label(figure).contains(word))
        })
        .max_by_key(|index| {
            let value = facts.figures[*index].value;
            let same = sum.is_some_and(|sum| sum.same(value));
            let close = sum.is_some_and(|sum| looks_like_slip(value, sum));
            (same, close, value.in_units_of(0))
        })
}

/// 专任教师中，高级123人，占15%: the amounts before that bear the name, the nearest first.
pub(super) fn led_by(facts: &Facts<'_>, first: &Share) -> Vec<usize> {
    const REACH: usize = 40;
    let head = &facts.figures[first.part];
    let from = facts.text[..head.whole.start]
        .char_indices()
        .rev()
        .take(80)
        .find(|(_, mark)| matches!(mark, '。' | '；' | '\n'))
        .map(|(at, mark)| at + mark.len_utf8());
    let words = from.map_or("", |from| &facts.text[from..head.whole.start]);
    let lead = words.split_once("中，").or_else(|| words.split_once("中,"));
    let name = lead
        .map_or("", |(name, _)| name.trim())
        .trim_start_matches('其');
    if !(2..=14).contains(&name.chars().count()) {
        return Vec::new();
    }
    (first.part.saturating_sub(REACH)..first.part)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            figure.is_amount()
                && figure.unit == head.unit
                && figure.role == Role::Plain
                && figure.value.above(head.value)
                && shared_words(name, facts.label(figure)) >= 2
        })
        .take(4)
        .collect()
}

/// 普惠性幼儿园47所，占总数的68%: the amounts of earlier paragraphs whose name ends as that of the
/// part does, and that are larger.
pub(super) fn homonyms(facts: &Facts<'_>, before: usize, share: &Share) -> Vec<usize> {
    const REACH: usize = 24;
    let head = &facts.figures[share.part];
    let label = facts.label(head);
    let rate = &facts.figures[share.rate];
    // 已办结投诉130件，办结率75%: of the 投诉 that an earlier paragraph counts.
    let alone = || {
        !(share.part.saturating_sub(8)..share.part).any(|index| {
            let other = &facts.figures[index];
            other.paragraph == head.paragraph && other.is_amount() && comparable(other, head)
        })
    };
    let whole =
        facts.label(rate).contains("占总") || rate.role == Role::Rate && share.named && alone();
    if !whole || head.bracket != 0 || share.base.is_some() {
        return Vec::new();
    }
    (before.saturating_sub(REACH)..before)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            let name = strip_copula(facts.label(figure)).trim_end_matches(['共', '有']);
            figure.is_amount()
                && figure.unit == head.unit
                && figure.role == Role::Plain
                && figure.bracket == 0
                && figure.value.above(head.value)
                && shared_ending(name, label) >= 2
        })
        .take(4)
        .collect()
}

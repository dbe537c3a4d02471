//! Shares of several wholes in the same order: 三年总额分别为甲、乙、丙，拨款分别为丁、戊、己，占比分别
//! 为…: the first share is taken of the first whole.

use std::ops::Range;

use super::{Base, Share, fits, part, rate, report};
use crate::facts::{Facts, Role};
use crate::rules::Outcome;
use crate::rules::common::{comparable, rate_slip};

/// Judges a list of shares by a list of as many wholes before it; `false` where there is none.
pub(super) fn judged(
    facts: &Facts<'_>,
    group: &[Share],
    range: &Range<usize>,
    out: &mut Outcome,
) -> bool {
    let Some(first) = group.first().filter(|first| first.list != 0) else {
        return false;
    };
    let count = group.len();
    if count < 2 {
        return false;
    }
    let window = facts.window(range, first.part);
    let fitting = |start: &usize| {
        let own = |(order, share): (usize, &Share)| fits(facts, share, &base(facts, start + order));
        let shares = group.iter().enumerate();
        shares
            .filter(|(order, share)| own((*order, *share)))
            .count()
    };
    let wholes = (window.start..first.part)
        .filter(|start| start + count <= first.part && in_a_row(facts, *start, count))
        .filter(|start| comparable(&facts.figures[*start], &facts.figures[first.part]));
    let Some((most, start)) = wholes.map(|start| (fitting(&start), start)).max() else {
        return false;
    };
    if most < 2 || most + 1 < count {
        return false;
    }
    for (order, share) in group.iter().enumerate() {
        let base = base(facts, start + order);
        let holds = fits(facts, share, &base);
        if holds || rate_slip(rate(facts, share), part(facts, share), base.value) {
            report(facts, share, &base, holds, out);
        }
    }
    true
}

fn base(facts: &Facts<'_>, index: usize) -> Base {
    Base {
        figure: Some(index),
        value: facts.figures[index].value,
    }
}

/// Amounts with nothing but marks between them, announced by 分别 or 依次.
fn in_a_row(facts: &Facts<'_>, start: usize, count: usize) -> bool {
    let head = &facts.figures[start];
    let label = facts.label(head);
    let plain = |index: usize| {
        let figure = &facts.figures[index];
        figure.is_amount()
            && figure.unit == head.unit
            && figure.sentence == head.sentence
            && figure.bracket == head.bracket
            && !matches!(figure.role, Role::Up | Role::Down)
    };
    let bare = |index: usize| {
        let label = facts.label(&facts.figures[index]).trim();
        matches!(label, "" | "和" | "及" | "与")
    };
    ["分别", "依次", "各"]
        .iter()
        .any(|word| label.contains(word))
        && (start..start + count).all(plain)
        && (start + 1..start + count).all(bare)
}

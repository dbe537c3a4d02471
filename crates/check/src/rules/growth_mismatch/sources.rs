//! From which figures a growth may be computed.

use std::ops::Range;

use super::From;
use crate::facts::{Facts, Role};
use crate::numbers::Kind;
use crate::rules::Outcome;
use crate::rules::common::{comparable, shared_words};

/// Values with a change of the same kind before the rate, the surest first.
pub(super) fn changes(
    facts: &Facts<'_>,
    range: &Range<usize>,
    index: usize,
    first: usize,
    out: &Outcome,
) -> Vec<From> {
    let rate = &facts.figures[index];
    let bracket = facts.speaks_in(index);
    if index != first {
        return Vec::new();
    }
    let mut found = Vec::new();
    let changes = (range.start..index)
        .rev()
        .take_while(|before| {
            // A change that a rate stands behind already is spoken for.
            let figure = &facts.figures[*before];
            let spoken = figure.is_percent_like() && matches!(figure.role, Role::Up | Role::Down);
            figure.sentence == rate.sentence && !(spoken && figure.bracket == bracket)
        })
        .filter(|before| {
            let figure = &facts.figures[*before];
            figure.is_amount()
                && figure.bracket == bracket
                && matches!(figure.role, Role::Up | Role::Down)
                && (follows_its_value(facts, *before, index)
                    || !divided_change(facts, *before, out))
        })
        .take(4);
    // 同比增长25%,增加30件: the change may stand behind.
    let behind = Some(index + 1).filter(|next| {
        index > range.start && *next < range.end && {
            let figure = &facts.figures[*next];
            figure.clause == rate.clause
                && figure.segment <= rate.segment + 1
                && figure.is_amount()
                && figure.role == facts.figures[index].role
        }
    });
    // 31件,下降27.91%,减少12件: directly behind a value, the change is still to come.
    let comes = behind.is_some() && !is_change(facts, index - 1);
    let order: Vec<usize> = if comes {
        behind.into_iter().chain(changes).collect()
    } else {
        changes.chain(behind).collect()
    };
    for change in order {
        let words = facts.label(&facts.figures[change]);
        let mut values: Vec<usize> = (range.start..change.min(index))
            .rev()
            .filter(|before| {
                let figure = &facts.figures[*before];
                let plain = !matches!(figure.role, Role::Up | Role::Down | Role::Earlier);
                plain
                    && figure.is_amount()
                    && figure.bracket == bracket
                    && comparable(figure, &facts.figures[change])
                    && !is_base(facts, *before)
            })
            .take(8)
            .collect();
        // 死亡少7806人: the value is the one with the same words, else the nearest.
        values.sort_by_key(|value| {
            let figure = &facts.figures[*value];
            let behind = shared_words(words, facts.tail(figure));
            let named = shared_words(words, facts.label(figure)).max(behind).min(3);
            (std::cmp::Reverse(named), std::cmp::Reverse(*value))
        });
        found.extend(
            values
                .into_iter()
                .map(|value| From::Change { value, change }),
        );
    }
    found
}

fn is_change(facts: &Facts<'_>, index: usize) -> bool {
    let figure = &facts.figures[index];
    figure.is_amount() && matches!(figure.role, Role::Up | Role::Down)
}

/// Whether the change is a part of another change: 多1409人,应届多719人,往届多690人.
pub(super) fn divided_change(facts: &Facts<'_>, index: usize, out: &Outcome) -> bool {
    let role = facts.figures[index].role;
    out.lists_with(index)
        .any(|list| list.parts.contains(&index) && facts.figures[list.total].role == role)
}

/// 市本级完成541万元，增收72万元，增长15%: the change stands between its own value and the rate.
pub(super) fn follows_its_value(facts: &Facts<'_>, change: usize, rate: usize) -> bool {
    // 税收收入15348万元，占收入的89.99%，同比增收1316万元: its share may stand between.
    let behind = change.checked_sub(1).map(|before| &facts.figures[before]);
    let before = match behind {
        Some(share) if share.is_percent() && share.role != Role::Up => change.checked_sub(2),
        _ => change.checked_sub(1),
    };
    let Some(value) = before.map(|before| &facts.figures[before]) else {
        return false;
    };
    let moved = &facts.figures[change];
    change + 1 == rate
        && value.is_amount()
        && value.role == Role::Plain
        && value.clause == moved.clause
        && value.bracket == moved.bracket
        && value.unit == moved.unit
}

/// Whether a percentage is taken of this figure: 为预算257288万元的41.9%.
pub(super) fn is_base(facts: &Facts<'_>, index: usize) -> bool {
    facts.figures.get(index + 1).is_some_and(|next| {
        next.role == Role::OfBase && next.segment == facts.figures[index].segment
    })
}

/// New and old values: 97件134人,上年同期197件375人.
pub(super) fn olds(
    facts: &Facts<'_>,
    range: &Range<usize>,
    index: usize,
    first: usize,
) -> Vec<From> {
    let rate = &facts.figures[index];
    let sentence: Vec<usize> = (range.start..first)
        .rev()
        .take_while(|before| facts.figures[*before].sentence == rate.sentence)
        .filter(|before| facts.figures[*before].is_amount())
        .collect();
    let earlier = |before: &&usize| facts.figures[**before].role == Role::Earlier;
    let Some(last_old) = sentence.iter().find(earlier).copied() else {
        return by_year(facts, &sentence);
    };
    // 环比上季度56675件增长5.65%，同比去年41583件增长44%: each rate with the value before it.
    if let Some(own) = own_old(facts, first, &sentence) {
        return own;
    }
    let segment = facts.figures[last_old].segment;
    let olds: Vec<usize> = (range.start..=last_old)
        .filter(|old| facts.figures[*old].segment == segment && facts.figures[*old].is_amount())
        .filter(|old| facts.figures[*old].role == Role::Earlier)
        .collect();
    let named: Vec<usize> = olds
        .iter()
        .copied()
        .filter(|old| {
            let unit = facts.figures[*old].unit;
            !unit.is_empty() && facts.label(rate).contains(unit)
        })
        .collect();
    let row = run_length(facts, first, range.end);
    let chosen: Vec<usize> = if !named.is_empty() {
        named
    } else if row == olds.len() {
        olds.get(index - first).copied().into_iter().collect()
    } else {
        olds.clone()
    };
    let mut found = Vec::new();
    for old in chosen {
        let unit = facts.figures[old].unit;
        let same = |other: &&usize| !olds.contains(other) && facts.figures[**other].unit == unit;
        // 由120件降到90件 has the new value behind, 受理90件,上年120件 before.
        let (behind, before): (Vec<usize>, Vec<usize>) = sentence
            .iter()
            .filter(same)
            .copied()
            .partition(|other| *other > last_old);
        for value in behind
            .into_iter()
            .rev()
            .take(2)
            .chain(before.into_iter().take(2))
        {
            found.push(match facts.figures[value].role {
                Role::Up | Role::Down => From::Step { old, change: value },
                _ => From::Old { value, old },
            });
        }
    }
    found
}

/// 2023年招生5400人,2022年招生5000人: of two values the one of the later year is new.
fn by_year(facts: &Facts<'_>, sentence: &[usize]) -> Vec<From> {
    let [one, other, ..] = sentence else {
        return Vec::new();
    };
    let (last, before) = (&facts.figures[*one], &facts.figures[*other]);
    if last.unit != before.unit || !plain(last.role) || !plain(before.role) {
        return Vec::new();
    }
    let (Some(year), Some(other_year)) = (year_of(facts, *one), year_of(facts, *other)) else {
        return Vec::new();
    };
    match year.cmp(&other_year) {
        std::cmp::Ordering::Greater => vec![From::Old {
            value: *one,
            old: *other,
        }],
        std::cmp::Ordering::Less => vec![From::Old {
            value: *other,
            old: *one,
        }],
        std::cmp::Ordering::Equal => Vec::new(),
    }
}

fn plain(role: Role) -> bool {
    !matches!(role, Role::Up | Role::Down)
}

/// The year in the words before a figure.
fn year_of(facts: &Facts<'_>, index: usize) -> Option<i128> {
    let figure = &facts.figures[index];
    facts.numbers[..figure.number]
        .iter()
        .rev()
        .take(3)
        .take_while(|number| number.span.start >= figure.label.start)
        .find(|number| matches!(number.kind, Kind::Year | Kind::Date))
        .map(|number| number.value.mantissa)
        .filter(|year| *year > 1900)
}

fn run_length(facts: &Facts<'_>, first: usize, end: usize) -> usize {
    (first..end)
        .take_while(|index| {
            let figure = &facts.figures[*index];
            figure.is_percent()
                && (*index == first
                    || facts
                        .label(figure)
                        .trim_matches(['和', '及', ' '])
                        .is_empty())
        })
        .count()
}

/// The earlier value in the segment of the rate, and the value before it that is no earlier one.
fn own_old(facts: &Facts<'_>, first: usize, sentence: &[usize]) -> Option<Vec<From>> {
    let rate = &facts.figures[first];
    let old = first.checked_sub(1)?;
    let earlier = &facts.figures[old];
    if earlier.role != Role::Earlier || earlier.segment != rate.segment || !earlier.is_amount() {
        return None;
    }
    let value = sentence.iter().copied().find(|value| {
        let figure = &facts.figures[*value];
        *value < old
            && figure.role == Role::Plain
            && figure.unit == earlier.unit
            && figure.bracket == earlier.bracket
            && !is_base(facts, *value)
    })?;
    Some(vec![From::Old { value, old }])
}

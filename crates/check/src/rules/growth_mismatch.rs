//! Growth and decline: value, change and rate, any two of which give the third.

use std::ops::Range;

use super::Outcome;
use super::common::{comparable, mistyped, rate_slip, shared_words, within};
use crate::arithmetic::{change_fits, percentage, ratio_fits, step_fits};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::numbers::Kind;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 增长率、降幅与文中的本期数、上期数或增减量对不上。
    /// ## 为什么要紧
    /// 本期数、增减量、增减率三个数中任两个决定第三个，读者一算便知。
    /// ## 例
    /// 受理97件，上年同期200件，下降50.76%。
    /// ## 改正
    /// 下降51.5%。
    /// ## 已知误报
    /// 上期数或增减量不在文中时保持沉默；“同口径”“可比价”的增长不作比较。
    "growth-mismatch", Error, Relation, "增减率与数值不符", run
}

/// What a growth is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// New value and change.
    Change { value: usize, change: usize },
    /// New and old value.
    Old { value: usize, old: usize },
    /// Old value and change.
    Step { old: usize, change: usize },
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for index in paragraph.figures.clone() {
            let rate = &facts.figures[index];
            let base = run_start(facts, paragraph.figures.start, index);
            let role = facts.figures[base].role;
            if rate.is_percent_like() && matches!(role, Role::Up | Role::Down) && !rate.approximate
            {
                judge(
                    facts,
                    facts.window(&paragraph.figures, index),
                    index,
                    base,
                    role,
                    out,
                );
            }
        }
    }
}

/// The first percentage of a row (降50.76%、64.27%): its word goes for all.
fn run_start(facts: &Facts<'_>, start: usize, index: usize) -> usize {
    let mut first = index;
    while first > start
        && index - first < 24
        && facts
            .label(&facts.figures[first])
            .trim_matches(['和', '及', ' '])
            .is_empty()
        && facts.figures[first - 1].is_percent()
        && facts.figures[first - 1].sentence == facts.figures[first].sentence
        && facts.figures[first - 1].bracket == facts.figures[first].bracket
    {
        first -= 1;
    }
    first
}

fn judge(
    facts: &Facts<'_>,
    range: Range<usize>,
    index: usize,
    first: usize,
    role: Role,
    out: &mut Outcome,
) {
    let label = facts.label(&facts.figures[first]);
    if ["同口径", "可比", "剔除", "扣除", "年均", "平均"]
        .iter()
        .any(|word| label.contains(word))
    {
        return;
    }
    let mut all = changes(facts, &range, index, first, out);
    all.extend(olds(facts, &range, index, first));
    let surest = all.first().copied();
    let sure = surest.filter(|from| certain(facts, index, first, *from, role, out));
    if let (Some(from), Some(_)) = (surest.filter(|from| !fits(facts, index, *from, role)), sure) {
        report(facts, index, from, role, false, out);
        return;
    }
    if let Some(from) = all.iter().find(|from| fits(facts, index, **from, role)) {
        report(facts, index, *from, role, true, out);
    }
}

/// Values with a change of the same kind before the rate, the surest first.
fn changes(
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
fn divided_change(facts: &Facts<'_>, index: usize, out: &Outcome) -> bool {
    let role = facts.figures[index].role;
    out.lists_with(index)
        .any(|list| list.parts.contains(&index) && facts.figures[list.total].role == role)
}

/// 市本级完成541万元，增收72万元，增长15%: the change stands between its own value and the rate.
fn follows_its_value(facts: &Facts<'_>, change: usize, rate: usize) -> bool {
    let Some(value) = change.checked_sub(1).map(|before| &facts.figures[before]) else {
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
fn is_base(facts: &Facts<'_>, index: usize) -> bool {
    facts.figures.get(index + 1).is_some_and(|next| {
        next.role == Role::OfBase && next.segment == facts.figures[index].segment
    })
}

/// New and old values: 97件134人,上年同期197件375人.
fn olds(facts: &Facts<'_>, range: &Range<usize>, index: usize, first: usize) -> Vec<From> {
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

/// Change and base of the rate; the change is never negative.
fn parts(facts: &Facts<'_>, from: From, role: Role) -> Option<(Decimal, Decimal)> {
    match from {
        From::Change { value, change } => {
            let value = facts.figures[value].value;
            let moved = &facts.figures[change];
            let base = if moved.role == Role::Up {
                value.minus(moved.value)?
            } else {
                value.plus(moved.value)?
            };
            Some((moved.value, base))
        }
        From::Old { value, old } => {
            let (value, old) = (facts.figures[value].value, facts.figures[old].value);
            let change = if role == Role::Up {
                value.minus(old)?
            } else {
                old.minus(value)?
            };
            Some((change, old))
        }
        From::Step { old, change } => Some((facts.figures[change].value, facts.figures[old].value)),
    }
}
fn fits(facts: &Facts<'_>, index: usize, from: From, role: Role) -> bool {
    let rate = facts.figures[index].value;
    if let From::Change { change, .. } = from
        && facts.figures[change].role != role
    {
        return false;
    }
    parts(facts, from, role).is_some_and(|(change, base)| {
        if approximate(facts, from) {
            return percentage(change, base, rate)
                .is_some_and(|computed| within(computed, rate, 10));
        }
        match from {
            From::Change { value, change } => {
                let (value, change) = (&facts.figures[value], &facts.figures[change]);
                change_fits(rate, value.value, change.value, change.role == Role::Up)
            }
            From::Old { value, old } => {
                let (value, old) = (facts.figures[value].value, facts.figures[old].value);
                step_fits(rate, value, old, role == Role::Up)
            }
            From::Step { .. } => ratio_fits(rate, change, base),
        }
    })
}

fn approximate(facts: &Facts<'_>, from: From) -> bool {
    let (one, other) = match from {
        From::Change { value, change } => (value, change),
        From::Old { value, old } => (value, old),
        From::Step { old, change } => (old, change),
    };
    facts.figures[one].approximate || facts.figures[other].approximate
}

/// Whether the wording leaves no doubt which figures belong together.
fn certain(
    facts: &Facts<'_>,
    index: usize,
    first: usize,
    from: From,
    role: Role,
    out: &Outcome,
) -> bool {
    let rate = &facts.figures[index];
    if approximate(facts, from) {
        return false;
    }
    let Some((change, base)) = parts(facts, from, role) else {
        return false;
    };
    if !change.above(Decimal::whole(0)) || !base.above(Decimal::whole(0)) {
        return false;
    }
    let close = percentage(change, base, rate.value)
        .is_some_and(|computed| within(computed, rate.value, 40));
    match from {
        From::Change {
            value,
            change: moved,
        } => {
            let (value_figure, moved_figure) = (&facts.figures[value], &facts.figures[moved]);
            let slip = rate_slip(rate.value, change, base)
                || mistyped(value_figure.value, |other| {
                    refits(rate.value, other, moved_figure.value, moved_figure.role)
                })
                || mistyped(moved_figure.value, |other| {
                    refits(rate.value, value_figure.value, other, moved_figure.role)
                });
            let adjacent = moved_figure.clause == rate.clause
                && (moved + 1..index).all(|between| divided_change(facts, between, out))
                && moved <= index + 1;
            let named = shared_words(facts.label(moved_figure), facts.label(value_figure)) >= 2;
            let near = value_figure.clause == moved_figure.clause
                && (value + 1..moved).all(|between| {
                    let figure = &facts.figures[between];
                    !figure.is_amount()
                        || figure.bracket != moved_figure.bracket
                        || is_base(facts, between)
                        || !comparable(figure, moved_figure)
                });
            moved_figure.role == role
                && adjacent
                && (near || named || value_figure.unit == moved_figure.unit)
                && (slip || (close && (near || named)))
        }
        From::Old { value, old } => {
            let same = facts.figures[value].unit == facts.figures[old].unit;
            let direct = facts.figures[first].clause == facts.figures[old].clause;
            let (new, earlier) = (facts.figures[value].value, facts.figures[old].value);
            let moved = |new: Decimal, earlier: Decimal| {
                step_fits(rate.value, new, earlier, role == Role::Up)
            };
            let slip = rate_slip(rate.value, change, base)
                || mistyped(new, |other| moved(other, earlier))
                || mistyped(earlier, |other| moved(new, other));
            same && direct && (close || slip)
        }
        From::Step { old, change: moved } => {
            let together = facts.figures[old].clause == rate.clause && moved + 1 == index;
            together
                && facts.figures[moved].role == role
                && (close || rate_slip(rate.value, change, base))
        }
    }
}

fn refits(rate: Decimal, value: Decimal, change: Decimal, role: Role) -> bool {
    change_fits(rate, value, change, role == Role::Up)
}

fn report(facts: &Facts<'_>, index: usize, from: From, role: Role, holds: bool, out: &mut Outcome) {
    let rate = &facts.figures[index];
    let Some((change, base)) = parts(facts, from, role) else {
        return;
    };
    let computed =
        percentage(change, base, rate.value).map_or(String::new(), |value| format!("{value}%"));
    let stated = format!("{}%", rate.value);
    let divided = format!("{}÷{}", change.shown(), base.shown());
    let word = if role == Role::Up { "增长" } else { "下降" };
    let message = if holds {
        format!("{word} {stated} 与 {divided} 相符")
    } else {
        format!("{word} {stated} 与 {divided}={computed} 不符")
    };
    let (one, other, labels) = match from {
        From::Change { value, change } => (value, change, ("本期数", "增减量")),
        From::Old { value, old } => (value, old, ("本期数", "上期数")),
        From::Step { old, change } => (old, change, ("上期数", "增减量")),
    };
    let mut finding = RULE
        .at(rate.span.clone(), message)
        .help("请核对本期数、上期数（或增减量）和增减率")
        .figures(computed, stated)
        .related(facts.figures[one].span.clone(), labels.0)
        .related(facts.figures[other].span.clone(), labels.1);
    finding.holds = holds;
    out.settled[index] = true;
    out.settled[one] = true;
    out.settled[other] = true;
    if !holds {
        out.blamed[index] = true;
    }
    out.findings.push(finding);
}

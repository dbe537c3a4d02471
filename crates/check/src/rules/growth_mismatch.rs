//! Growth and decline: value, change and rate, any two of which give the third.

mod sources;

use std::ops::Range;

use super::Outcome;
use super::common::{comparable, mistyped, rate_slip, shared_words, within};
use crate::arithmetic::{change_fits, percentage, ratio_fits, step_fits};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::options::Options;
use sources::{changes, divided_change, follows_its_value, is_base, olds};

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
    // 比上年18.39亿元增加5.88亿元，增长15.66%: value and earlier value agree with the rate, so that the
    // change is the wrong one, which is the business of the rule on differences.
    let direct = |from: &&From| match **from {
        From::Old { old, .. } => {
            facts.figures[old].role == Role::Earlier
                && facts.figures[old].clause == facts.figures[index].clause
        }
        _ => false,
    };
    let settled = all
        .iter()
        .filter(direct)
        .find(|from| fits(facts, index, **from, role));
    let surest = settled.or(all.first()).copied();
    let sure = surest.filter(|from| certain(facts, index, first, *from, role, out));
    if let (Some(from), Some(_)) = (surest.filter(|from| !fits(facts, index, *from, role)), sure) {
        report(facts, index, from, role, false, out);
        return;
    }
    if let Some(from) = all.iter().find(|from| fits(facts, index, **from, role)) {
        report(facts, index, *from, role, true, out);
    }
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
    // 增长: but the value is below the earlier one, and right but for one slip.
    if let (false, From::Old { value, old }) = (change.above(Decimal::whole(0)), from) {
        let (new, earlier) = (&facts.figures[value], &facts.figures[old]);
        let moved =
            |new: Decimal, earlier: Decimal| step_fits(rate.value, new, earlier, role == Role::Up);
        return new.unit == earlier.unit
            && facts.figures[first].clause == earlier.clause
            && (mistyped(new.value, |other| moved(other, earlier.value))
                || mistyped(earlier.value, |other| moved(new.value, other)));
    }
    if !change.above(Decimal::whole(0)) {
        return false;
    }
    // 共完成151万元，增收177万元: less than what it grew by, and right but for one slip.
    if !base.above(Decimal::whole(0)) {
        return matches!(from, From::Change { value, change } if change + 1 == index
        && follows_its_value(facts, change, index)
        && mistyped(facts.figures[value].value, |other| {
            refits(rate.value, other, facts.figures[change].value, role)
        }));
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
                || mistyped(rate.value, |other| {
                    refits(
                        other,
                        value_figure.value,
                        moved_figure.value,
                        moved_figure.role,
                    )
                })
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
                || mistyped(rate.value, |other| {
                    step_fits(other, new, earlier, role == Role::Up)
                })
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

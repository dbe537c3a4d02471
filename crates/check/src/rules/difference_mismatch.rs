//! Stated differences: more than last year, what is missing, what is left.

mod years;

use std::ops::Range;

use super::Outcome;
use super::common::{comparable, mistyped, shared_words, within};
use crate::arithmetic::{change_fits, looks_like_slip, ratio_fits, step_fits, sum_fits};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::numbers::UnitClass;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 写明的差数（比上年多……、缺额……、剩余……）与文中两个数相减的结果不符。
    /// ## 为什么要紧
    /// 两个数都印在报告里，读者一减便知。
    /// ## 例
    /// 计划43454人，上线40665人，缺额2798人。
    /// ## 改正
    /// 缺额2789人。
    /// ## 已知误报
    /// 差数与结果相去甚远时，多半说的是别的事，不报。
    "difference-mismatch", Error, Relation, "差数不符", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for index in paragraph.figures.clone() {
            let figure = &facts.figures[index];
            if figure.class == Some(UnitClass::Points) {
                points(
                    facts,
                    facts.window(&paragraph.figures, index).start,
                    index,
                    out,
                );
            }
            if !figure.is_amount() || figure.approximate {
                continue;
            }
            let rest = figure.words.rest;
            let change = matches!(figure.role, Role::Up | Role::Down);
            let fallen = figure.role == Role::Down;
            if change && years::judged(facts, facts.window(&paragraph.figures, index), index, out) {
                continue;
            }
            if rest || change {
                judge(facts, paragraph.figures.clone(), index, rest, fallen, out);
            }
        }
    }
}

/// Tries every pair of amounts around the difference.
fn judge(
    facts: &Facts<'_>,
    range: Range<usize>,
    index: usize,
    rest: bool,
    fallen: bool,
    out: &mut Outcome,
) {
    let figure = &facts.figures[index];
    let reach: Vec<usize> = (range.start.max(index.saturating_sub(12))..range.end.min(index + 6))
        .filter(|other| {
            let other_figure = &facts.figures[*other];
            *other != index
                && other_figure.is_amount()
                && comparable(other_figure, figure)
                && !matches!(other_figure.role, Role::Up | Role::Down)
        })
        .collect();
    let before: Vec<usize> = reach
        .iter()
        .copied()
        .filter(|other| *other < index)
        .rev()
        .collect();
    let mut near_miss = None;
    for value in &before {
        for old in reach.iter().filter(|old| *old != value) {
            let (large, small) = if fallen || (rest && old < value) {
                (*old, *value)
            } else {
                (*value, *old)
            };
            let (whole, part) = (facts.figures[large].value, facts.figures[small].value);
            let against = set_against(facts, index, *value, *old);
            if !whole.above(part) && !against {
                continue;
            }
            if sum_fits(whole, &[part, figure.value]) {
                if rest || told_apart(facts, index, *value, *old) {
                    report(facts, index, large, small, true, out);
                    return;
                }
                continue;
            }
            let Some(difference) = whole.minus(part) else {
                continue;
            };
            let slip = if rest || against {
                looks_like_slip(figure.value, difference)
                    || mistyped(whole, |whole| sum_fits(whole, &[part, figure.value]))
                    || mistyped(part, |part| sum_fits(whole, &[part, figure.value]))
            } else {
                looks_like_slip(figure.value, difference) && within(figure.value, difference, 60)
            };
            if near_miss.is_none() && slip && (against || sure(facts, index, *value, *old, rest)) {
                near_miss = Some((large, small, against));
            }
        }
    }
    if let Some((large, small, against)) = near_miss
        && !out.blamed[index]
        && (!out.settled[index] || against)
        && !out.blamed[large]
        && !out.blamed[small]
    {
        report(facts, index, large, small, false, out);
    }
}

/// 460件（含转办120件），比上年同期735件少275件: the value, what it is compared with, the change, and
/// no other amount of that kind between them.
fn set_against(facts: &Facts<'_>, index: usize, value: usize, old: usize) -> bool {
    let figure = &facts.figures[index];
    let (new, earlier) = (&facts.figures[value], &facts.figures[old]);
    let alone = |from: usize, to: usize| {
        (from + 1..to).all(|between| {
            let other = &facts.figures[between];
            other.bracket != figure.bracket || other.is_percent() || !comparable(other, figure)
        })
    };
    // 比2010年的3.10人减少0.48人
    let compared = facts
        .label(earlier)
        .trim_start()
        .starts_with(['比', '较', '同', '与'])
        && facts.label(earlier).contains('年');
    value < old
        && old < index
        && (earlier.role == Role::Earlier || compared)
        && earlier.clause == figure.clause
        && new.sentence + 1 >= earlier.sentence
        && new.role == Role::Plain
        && new.unit == earlier.unit
        && new.bracket == earlier.bracket
        && alone(value, old)
        && alone(old, index)
}

/// Whether this is the change between the two: small figures differ by anything, so that one of
/// them has to be dated or earlier.
fn told_apart(facts: &Facts<'_>, index: usize, value: usize, old: usize) -> bool {
    let dated = |index: usize| {
        let figure = &facts.figures[index];
        figure.role == Role::Earlier || facts.label(figure).contains('年')
    };
    facts.figures[index].value.above(Decimal::whole(99)) || dated(value) || dated(old)
}

/// 合格率98.5%,上年97.1%,提高1.4个百分点: the last two rates before.
fn points(facts: &Facts<'_>, start: usize, index: usize, out: &mut Outcome) {
    let figure = &facts.figures[index];
    let rates: Vec<usize> = (start..index)
        .rev()
        .take_while(|before| facts.figures[*before].sentence == figure.sentence)
        .filter(|before| {
            // 就业率（91.0%）较上届（92.6%）下降: alone in brackets.
            let rate = &facts.figures[*before];
            let alone = rate.depth == figure.depth + 1 && facts.label(rate).trim().is_empty();
            rate.is_percent() && (rate.bracket == figure.bracket || alone)
        })
        .take(2)
        .collect();
    let [one, other] = rates[..] else { return };
    if figure.approximate || !matches!(figure.role, Role::Up | Role::Down) {
        return;
    }
    let (large, small) = if facts.figures[one].value.above(facts.figures[other].value) {
        (one, other)
    } else {
        (other, one)
    };
    let (whole, part) = (facts.figures[large].value, facts.figures[small].value);
    if sum_fits(whole, &[part, figure.value]) {
        report(facts, index, large, small, true, out);
        return;
    }
    let earlier = [one, other].iter().any(|rate| {
        let rate = &facts.figures[*rate];
        let label = if rate.depth > figure.depth {
            let before = &facts.text[..rate.label.start];
            before
                .rsplit(['，', '。', '；', ',', '\n'])
                .next()
                .unwrap_or_default()
                .trim_start()
        } else {
            facts.label(rate).trim_start()
        };
        ["上年", "去年", "由", "从", "同期"]
            .iter()
            .any(|word| label.contains(word))
            || label.starts_with(['比', '较', '同']) && label.contains(['年', '届'])
    });
    let fits = |whole: Decimal, part: Decimal| sum_fits(whole, &[part, figure.value]);
    let near = whole
        .minus(part)
        .is_some_and(|difference| looks_like_slip(figure.value, difference))
        || mistyped(whole, |whole| fits(whole, part))
        || mistyped(part, |part| fits(whole, part));
    if earlier && near {
        report(facts, index, large, small, false, out);
    }
}

/// Whether the wording pairs the two figures.
fn sure(facts: &Facts<'_>, index: usize, value: usize, old: usize, rest: bool) -> bool {
    let figure = &facts.figures[index];
    let (new, earlier) = (&facts.figures[value], &facts.figures[old]);
    if rest {
        let amounts = |from: usize, to: usize| {
            (from + 1..to).all(|between| !facts.figures[between].is_amount())
        };
        let apart = new.clause == figure.clause && earlier.clause == figure.clause;
        let stages = new.sentence == figure.sentence
            && earlier.sentence == figure.sentence
            && figure.value.above(Decimal::whole(99));
        return old < value && amounts(value, index) && amounts(old, value) && (apart || stages);
    }
    let label = facts.label(figure);
    // 较2022年558件增加了555件: the earlier value stands between.
    let between = value + 2 == index
        && old + 1 == index
        && facts.label(earlier).trim_start().starts_with(['较', '比']);
    let compares = between
        || ["比上年", "比去年", "较上年", "较去年", "同比", "比"]
            .iter()
            .any(|word| label.contains(word));
    // The base stands in its own year's clause: 2005年两类上线18758人.
    let dated = facts.label(earlier).contains('年') || earlier.role == Role::Earlier;
    let large = figure.value.above(Decimal::whole(99));
    let alike = shared_words(facts.label(new), facts.label(earlier)) >= 1;
    compares
        && dated
        && new.clause == figure.clause
        && ((large && value + 1 == index && alike) || (between && new.unit == earlier.unit))
}

fn report(
    facts: &Facts<'_>,
    index: usize,
    large: usize,
    small: usize,
    holds: bool,
    out: &mut Outcome,
) {
    let figure = &facts.figures[index];
    let (whole, part) = (facts.figures[large].value, facts.figures[small].value);
    let computed = whole
        .minus(part)
        .map_or(String::new(), |value| value.to_string());
    let subtracted = format!("{} - {}", whole.shown(), part.shown());
    let stated = figure.value.shown();
    let message = if holds {
        format!("差数 {stated} 与 {subtracted} 相符")
    } else {
        let difference = whole.minus(part).map_or(String::new(), Decimal::shown);
        format!("差数 {stated} 与 {subtracted} = {difference} 不符")
    };
    let culprit = if holds {
        index
    } else {
        culprit(facts, index, large, small)
    };
    let mut finding = RULE
        .at(facts.figures[culprit].span.clone(), message)
        .help("请核对三个数，改动其中一个时另两个要重算")
        .figures(computed, figure.value.to_string());
    let named = [(index, "差数"), (large, "被减数"), (small, "减数")];
    for (other, label) in named.into_iter().filter(|(other, _)| *other != culprit) {
        finding = finding.related(facts.figures[other].span.clone(), label);
    }
    finding.holds = holds;
    out.settled[index] = true;
    out.blamed[index] |= !holds;
    out.blamed[culprit] |= !holds;
    out.findings.push(finding);
}

/// Which of the three is wrong, where a rate of growth behind the change says it: two of them agree
/// with the rate.
fn culprit(facts: &Facts<'_>, index: usize, large: usize, small: usize) -> usize {
    let change = &facts.figures[index];
    let rate = facts.figures.get(index + 1).filter(|rate| {
        rate.is_percent() && rate.role == change.role && rate.clause == change.clause
    });
    let Some(rate) = rate.map(|rate| rate.value) else {
        return index;
    };
    let grew = change.role == Role::Up;
    let (new, old) = if grew { (large, small) } else { (small, large) };
    let value = |index: usize| facts.figures[index].value;
    if step_fits(rate, value(new), value(old), grew) {
        index
    } else if change_fits(rate, value(new), change.value, grew) {
        old
    } else if ratio_fits(rate, change.value, value(old)) {
        new
    } else {
        index
    }
}

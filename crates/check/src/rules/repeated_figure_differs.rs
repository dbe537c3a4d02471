//! The same figure, stated twice.

use std::collections::HashMap;
use std::ops::Range;

use super::Outcome;
use super::common::{comparable, shared_words};
use crate::arithmetic::looks_like_slip;
use crate::decimal::Decimal;
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::numbers::{Kind, Number};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 同一个数前后写得不一样：“128件……122件全部办结”；“共收到建议128件……122件建议中”；“受理来电9230件……
    /// 受理的9320件中”；同一名称的数（如“2018年市级收入决算数”）两处相差一个数字；文件标题写100条，正文说102条。
    /// ## 为什么要紧
    /// 同一事实两个数，至少有一个是错的。
    /// ## 例
    /// 制定《教师行为100条》，从正反两个方面102条予以明确。
    /// ## 改正
    /// 标题和正文统一为实际条数。
    /// ## 已知误报
    /// 只比较“全部”“均”“上述”所指的数、量词后重复前文总数名称的数、“受理的”“收到的”等所指的数、名称完全相同且
    /// 在四位以上的数，以及书名号内的条数和紧随其后的条数；两数相差不止一处笔误的，多半说的是两件事，不报。
    "repeated-figure-differs", Error, Relation, "同一个数前后不一", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for index in paragraph.figures.clone() {
            let range = facts.window(&paragraph.figures, index);
            if is_reference(facts, &facts.figures[index]) {
                refers_back(facts, range, index, out);
            } else if let Some(verb) = done_to(facts, index) {
                done_again(facts, range, index, verb, out);
            } else {
                named_again(facts, range, index, out);
            }
        }
    }
    same_name(facts, out);
    titles(facts, out);
}

/// `到年底470件全部办结`: an amount without a name of its own that means an earlier one.
fn is_reference(facts: &Facts<'_>, figure: &Figure) -> bool {
    const NAMELESS: &[&str] = &[
        "",
        "到年底",
        "截至年底",
        "目前",
        "截至目前",
        "这",
        "该",
        "上述",
        "以上",
        "现",
        "已",
        "至年底",
    ];
    let label = facts.label(figure).trim();
    let tail = facts.tail(figure).trim_start();
    let all = ["全部", "均", "都", "已全部", "现已全部", "全数"]
        .iter()
        .any(|word| tail.starts_with(word));
    let back = label.starts_with("上述") || label.starts_with("以上");
    figure.is_amount()
        && figure.role == Role::Plain
        && !figure.approximate
        && figure.depth == 0
        && figure.value.above(Decimal::whole(9))
        && ((all && NAMELESS.contains(&label)) || back)
}

fn refers_back(facts: &Facts<'_>, range: Range<usize>, index: usize, out: &mut Outcome) {
    let figure = &facts.figures[index];
    let earlier: Vec<usize> = (range.start..index)
        .rev()
        .filter(|before| {
            let other = &facts.figures[*before];
            other.is_amount() && comparable(other, figure) && other.depth == 0
        })
        .collect();
    if let Some(same) = earlier
        .iter()
        .find(|before| facts.figures[**before].value.same(figure.value))
    {
        report(facts, index, *same, true, out);
        return;
    }
    let explained = out.lists_with(index).any(|list| list.total == index);
    let meant = earlier.iter().find(|before| {
        facts.figures[**before].unit == figure.unit
            && looks_like_slip(facts.figures[**before].value, figure.value)
    });
    if let Some(meant) = meant.filter(|_| !explained) {
        report(facts, index, *meant, false, out);
    }
}

/// 共收到建议128件。……128件建议已全部办结: a count before its noun means the total with that noun.
fn named_again(facts: &Facts<'_>, range: Range<usize>, index: usize, out: &mut Outcome) {
    const TOTALS: &[&str] = &[
        "共", "总", "合计", "收到", "受理", "接受", "承办", "办理", "接收",
    ];
    let figure = &facts.figures[index];
    let label = facts.label(figure).trim();
    let noun: String = facts.tail(figure).trim_start().chars().take(8).collect();
    let listed = facts.text[..figure.whole.start].trim_end().ends_with('、');
    if !figure.is_amount()
        || figure.role != Role::Plain
        || figure.approximate
        || figure.depth != 0
        || listed
        || !["", "在", "这", "该", "在这", "对"].contains(&label)
        || !figure.value.above(Decimal::whole(9))
        || out.lists_with(index).any(|list| list.total != index)
    {
        return;
    }
    let start = range.start.saturating_sub(24);
    let meant = (start..index).rev().find(|before| {
        let other = &facts.figures[*before];
        let total = facts.label(other);
        other.is_amount()
            && other.unit == figure.unit
            && other.depth == 0
            && other.role == Role::Plain
            && other.sentence < figure.sentence
            && TOTALS.iter().any(|word| total.contains(word))
            && shared_words(&noun, total) >= 2
    });
    let Some(meant) = meant else { return };
    let (first, again) = (facts.figures[meant].value, figure.value);
    if first.same(again) {
        report(facts, index, meant, true, out);
    } else if looks_like_slip(first, again) && !out.blamed[meant] {
        report(facts, index, meant, false, out);
    }
}

/// Verbs that take in what a report then counts.
const TAKEN: &[&str] = &[
    "受理", "收到", "承办", "办理", "接收", "接到", "查处", "立案", "交办",
];

/// 受理的9230件中: the verb that says which earlier figure is meant.
fn done_to(facts: &Facts<'_>, index: usize) -> Option<&'static str> {
    let figure = &facts.figures[index];
    let verb = facts.label(figure).trim().strip_suffix('的')?;
    let counts = figure.is_amount()
        && figure.role == Role::Plain
        && !figure.approximate
        && figure.depth == 0
        && figure.value.above(Decimal::whole(99));
    TAKEN
        .iter()
        .copied()
        .find(|taken| counts && verb.ends_with(taken))
}

fn done_again(facts: &Facts<'_>, range: Range<usize>, index: usize, verb: &str, out: &mut Outcome) {
    const REACH: usize = 24;
    let figure = &facts.figures[index];
    let meant = (range.start.saturating_sub(REACH)..index)
        .rev()
        .find(|before| {
            let other = &facts.figures[*before];
            let words = facts.text[..other.whole.start]
                .rsplit(['。', '；', '，', '\n'])
                .next();
            other.is_amount()
                && other.unit == figure.unit
                && other.depth == 0
                && other.role == Role::Plain
                && other.sentence < figure.sentence
                && words.is_some_and(|words| words.contains(verb))
        });
    let Some(meant) = meant else { return };
    let (first, again) = (facts.figures[meant].value, figure.value);
    if first.same(again) {
        report(facts, index, meant, true, out);
    } else if looks_like_slip(first, again) && !out.blamed[meant] {
        report(facts, index, meant, false, out);
    }
}

/// 2018年市级收入决算数129748万元，…2018年市级收入决算数129784万元: word for word the same name.
fn same_name(facts: &Facts<'_>, out: &mut Outcome) {
    const NAME_MIN: usize = 5;
    let mut named: HashMap<&str, usize> = HashMap::new();
    for (index, figure) in facts.figures.iter().enumerate() {
        // 新收案件总数 and 新收案件, 其中投诉 and 投诉
        let label = strip_copula(facts.label(figure)).trim_start_matches("其中");
        let label = ["总数", "总量", "总额", "共", "数"]
            .iter()
            .find_map(|word| label.strip_suffix(word))
            .unwrap_or(label);
        let counts = figure.is_amount()
            && figure.role == Role::Plain
            && !figure.approximate
            && figure.value.mantissa > 999;
        if !counts || label.chars().count() < NAME_MIN {
            continue;
        }
        let Some(earlier) = named.insert(label, index) else {
            continue;
        };
        let other = &facts.figures[earlier];
        if other.unit != figure.unit || other.sentence == figure.sentence {
            continue;
        }
        if other.value.same(figure.value) {
            report(facts, index, earlier, true, out);
        } else if looks_like_slip(other.value, figure.value) && !out.blamed[earlier] {
            report(facts, index, earlier, false, out);
        }
    }
}

fn report(facts: &Facts<'_>, index: usize, earlier: usize, holds: bool, out: &mut Outcome) {
    let (later, first) = (&facts.figures[index], &facts.figures[earlier]);
    if out.blamed[index] {
        return;
    }
    let message = if holds {
        format!("{} 与前文一致", facts.shown(later))
    } else {
        format!(
            "前文为 {}，此处为 {}",
            facts.shown(first),
            facts.shown(later)
        )
    };
    let mut finding = RULE
        .at(later.span.clone(), message)
        .help("请核对两处，统一为实际数")
        .figures(first.value.to_string(), later.value.to_string())
        .related(first.span.clone(), "前文");
    finding.holds = holds;
    out.settled[index] = true;
    out.blamed[index] |= !holds;
    out.findings.push(finding);
}

/// 《……100条》 followed in the same sentence by 102条.
fn titles(facts: &Facts<'_>, out: &mut Outcome) {
    let counts = |number: &Number| {
        number.kind == Kind::Quantity
            && number
                .unit
                .is_some_and(|unit| matches!(unit.text, "条" | "项"))
            && number.value.above(Decimal::whole(4))
    };
    for (at, number) in facts
        .numbers
        .iter()
        .enumerate()
        .filter(|(_, number)| counts(number))
    {
        if !facts.text[number.whole.end..].starts_with('》') {
            continue;
        }
        let behind = facts.numbers[at + 1..]
            .iter()
            .take(3)
            .find(|next| next.unit == number.unit && next.kind == Kind::Quantity);
        let Some(next) = behind else { continue };
        let between = &facts.text[number.whole.end..next.whole.start];
        let near = between.chars().count() <= 30 && !between.contains(['。', '；', '《', '\n']);
        if !near || next.value.same(number.value) || next.is_approximate() {
            continue;
        }
        let finding = RULE
            .at(
                next.span.clone(),
                format!(
                    "文件标题为 {}，正文为 {}",
                    &facts.text[number.whole.clone()],
                    &facts.text[next.whole.clone()]
                ),
            )
            .help("请核对文件的实际条数，统一标题和正文")
            .figures(number.value.to_string(), next.value.to_string())
            .related(number.span.clone(), "标题中的条数");
        out.findings.push(finding);
    }
}

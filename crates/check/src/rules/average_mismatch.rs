//! Averages: an amount over a count.

use std::ops::Range;

use super::Outcome;
use super::common::{mistyped, shared_words, within};
use crate::arithmetic::{average_fits, looks_like_slip, quotient};
use crate::facts::{Facts, Role, strip_copula};
use crate::numbers::UnitClass;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 平均每场、人均、校均、户均等平均数与文中的总量和个数相除的结果不符；生师比与在校生数和专任教师数不符。
    /// ## 为什么要紧
    /// 平均数由前面两个数决定，读者一除便知。
    /// ## 例
    /// 培训24场，参训1920人次，平均每场88人次。
    /// ## 改正
    /// 平均每场80人次。
    /// ## 已知误报
    /// 总量或个数不在同一句时保持沉默。
    "average-mismatch", Error, Relation, "平均数不符", run
}

const AVERAGES: &[&str] = &[
    "平均每",
    "人均",
    "校均",
    "户均",
    "场均",
    "件均",
    "日均",
    "月均",
    "每场平均",
    "每校平均",
    "平均每人",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for index in paragraph.figures.clone() {
            let figure = &facts.figures[index];
            let label = facts.label(figure).trim_start();
            if strip_copula(label).ends_with("生师比") {
                students_per_teacher(facts, &paragraph.figures, index, out);
                continue;
            }
            let average =
                label.contains('均') && AVERAGES.iter().any(|word| label.starts_with(word));
            if !average || !figure.is_amount() || figure.approximate {
                continue;
            }
            let before: Vec<usize> = (facts.window(&paragraph.figures, index).start..index)
                .rev()
                .take_while(|before| facts.figures[*before].sentence + 1 >= figure.sentence)
                .filter(|before| {
                    let other = &facts.figures[*before];
                    let own = other.sentence == figure.sentence
                        || shared_words(strip_copula(facts.label(other)), strip_copula(label)) >= 3;
                    own && other.is_amount() && other.bracket == figure.bracket
                })
                .take(4)
                .collect();
            judge(facts, index, &before, out);
        }
    }
}

/// 在校生20.58万人，专任教师11280人，生师比为18.25.
fn students_per_teacher(
    facts: &Facts<'_>,
    paragraph: &Range<usize>,
    index: usize,
    out: &mut Outcome,
) {
    let named = |words: &[&str]| {
        (facts.window(paragraph, index).start..index)
            .rev()
            .find(|before| {
                let figure = &facts.figures[*before];
                let label = strip_copula(facts.label(figure));
                figure.is_amount()
                    && figure.role == Role::Plain
                    && !figure.approximate
                    && words.iter().any(|word| label.ends_with(word))
            })
    };
    let (Some(students), Some(teachers)) =
        (named(&["在校生", "在校学生", "学生"]), named(&["专任教师"]))
    else {
        return;
    };
    let average = facts.figures[index].value;
    let (whole, by) = (facts.figures[students].value, facts.figures[teachers].value);
    let fits = |average, whole, by| average_fits(average, whole, by);
    if fits(average, whole, by) {
        report(facts, index, students, teachers, true, out);
    } else if mistyped(average, |average| fits(average, whole, by))
        || mistyped(whole, |whole| fits(average, whole, by))
        || mistyped(by, |by| fits(average, whole, by))
    {
        report(facts, index, students, teachers, false, out);
    }
}

fn judge(facts: &Facts<'_>, index: usize, before: &[usize], out: &mut Outcome) {
    let average = &facts.figures[index];
    let mut near = None;
    for amount in before {
        for count in before.iter().filter(|count| *count != amount) {
            let (whole, by) = (&facts.figures[*amount], &facts.figures[*count]);
            // The average is in the unit of the amount: 人次 per 场, 元 per 人.
            if whole.class != average.class
                || (whole.unit != average.unit && whole.class != Some(UnitClass::Money))
            {
                continue;
            }
            if by.approximate || whole.approximate || by.unit == whole.unit {
                continue;
            }
            if average_fits(average.value, whole.value, by.value) {
                report(facts, index, *amount, *count, true, out);
                return;
            }
            let places = average.value.exponent.min(0).unsigned_abs();
            let computed = quotient(whole.value, by.value, 1, places);
            let slip = computed.is_some_and(|computed| {
                looks_like_slip(average.value, computed) || within(average.value, computed, 20)
            }) || mistyped(whole.value, |value| {
                average_fits(average.value, value, by.value)
            });
            let adjacent =
                before.len() >= 2 && before[..2].contains(amount) && before[..2].contains(count);
            if slip && adjacent {
                near = near.or(Some((*amount, *count)));
            }
        }
    }
    if let Some((amount, count)) = near {
        report(facts, index, amount, count, false, out);
    }
}

fn report(
    facts: &Facts<'_>,
    index: usize,
    amount: usize,
    count: usize,
    holds: bool,
    out: &mut Outcome,
) {
    let average = &facts.figures[index];
    let (whole, by) = (facts.figures[amount].value, facts.figures[count].value);
    let places = average.value.exponent.min(0).unsigned_abs() + 1;
    let computed = quotient(whole, by, 1, places).map_or(String::new(), |value| value.to_string());
    let message = if holds {
        format!("平均数 {} 与 {whole}÷{by} 相符", average.value)
    } else {
        format!("平均数 {} 与 {whole}÷{by}={computed} 不符", average.value)
    };
    let mut finding = RULE
        .at(average.span.clone(), message)
        .help("请核对总量、个数和平均数")
        .figures(computed, average.value.to_string())
        .related(facts.figures[amount].span.clone(), "总量")
        .related(facts.figures[count].span.clone(), "个数");
    finding.holds = holds;
    out.settled[index] = true;
    out.blamed[index] |= !holds;
    out.findings.push(finding);
}

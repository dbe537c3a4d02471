//! A whole that grows outside the range of its parts.

use super::Outcome;
use crate::decimal::Decimal;
use crate::facts::partition::divides;
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 总量的增幅超出各分项增幅的范围，例如两个分项都下降而总量上升。
    /// ## 为什么要紧
    /// 总量的增幅必在各分项增幅之间，写成这样一定有一个符号或数字错了。
    /// ## 例
    /// 收入增长5.02%，其中税收收入下降2.94%，非税收入下降7.12%。
    /// ## 改正
    /// 核对三个增幅的正负号和数值。
    /// ## 已知误报
    /// 只在“其中”后的分项合起来正是整体（税收与非税、城镇与农村）时检查；人均数不检查。
    "growth-outside-parts", Error, Relation, "总量增幅超出分项范围", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        for index in paragraph.figures.clone() {
            let Some(whole) = growth(&facts.figures[index]) else {
                continue;
            };
            let parts = parts(facts, index, paragraph.figures.end);
            let labels: Vec<&str> = parts
                .iter()
                .map(|part| name(facts, &facts.figures[*part]))
                .collect();
            if parts.len() < 2
                || !divides(&labels)
                || name(facts, &facts.figures[index]).contains("人均")
            {
                continue;
            }
            let rates: Vec<Decimal> = parts
                .iter()
                .filter_map(|part| growth(&facts.figures[*part]))
                .collect();
            let higher = rates.iter().all(|rate| whole.above(*rate));
            let lower = rates.iter().all(|rate| whole.below(*rate));
            if !higher && !lower {
                continue;
            }
            let figure = &facts.figures[index];
            let shown: Vec<String> = rates.iter().map(|rate| format!("{rate}%")).collect();
            let mut finding = RULE
                .at(
                    figure.span.clone(),
                    format!("总量增幅 {whole}% 不在分项增幅 {} 之间", shown.join("、")),
                )
                .help("请核对总量和各分项增幅的正负号和数值")
                .figures(shown.join(" … "), format!("{whole}%"));
            for part in parts {
                finding = finding.related(facts.figures[part].span.clone(), "分项增幅");
            }
            out.blamed[index] = true;
            out.findings.push(finding);
        }
    }
}

/// The growth, negative for a decline.
fn growth(figure: &Figure) -> Option<Decimal> {
    if !figure.is_percent_like() || figure.approximate {
        return None;
    }
    match figure.role {
        Role::Up => Some(figure.value),
        Role::Down => Some(Decimal::new(-figure.value.mantissa, figure.value.exponent)),
        _ => None,
    }
}

/// The growths behind 其中, one per segment, as long as they come without a break.
fn parts(facts: &Facts<'_>, whole: usize, end: usize) -> Vec<usize> {
    let total = &facts.figures[whole];
    let mut found = Vec::new();
    for index in whole + 1..end {
        let figure = &facts.figures[index];
        let first = found.is_empty();
        let announced = facts.text[total.whole.end..figure.whole.start].contains("其中");
        if figure.sentence != total.sentence || growth(figure).is_none() || (first && !announced) {
            break;
        }
        if name(facts, figure).is_empty() {
            break;
        }
        found.push(index);
    }
    found
}

fn name<'f>(facts: &'f Facts<'_>, figure: &Figure) -> &'f str {
    let label = strip_copula(facts.label(figure));
    label.trim_start_matches("其中")
}

//! How numbers are written.

use super::Outcome;
use crate::facts::{Facts, Role};
use crate::numbers::{Kind, UnitClass};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 年份写“二零二五年”，范围漏写前一个百分号（63～68%），“下降2倍”。
    /// ## 为什么要紧
    /// 数字用法见 GB/T 15835；“下降2倍”在算术上不成立。
    /// ## 例
    /// 二零二五年，增长63～68%，下降2倍。
    /// ## 改正
    /// 二〇二五年，增长63%～68%，下降三分之二。
    /// ## 已知误报
    /// 暂无。
    "number-style", Note, Wording, "数字用法", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (at, _) in facts.text.match_indices("二零") {
        let year: String = facts.text[at..].chars().take(5).collect();
        let written = year.ends_with('年')
            && year
                .chars()
                .skip(2)
                .take(2)
                .all(|next| "零一二三四五六七八九".contains(next));
        if written {
            let end = at + year.len();
            out.findings.push(
                RULE.at(at..end, format!("年份“{year}”中的“零”应为“〇”"))
                    .help("改为“〇”（GB/T 15835）"),
            );
        }
    }
    for number in facts
        .numbers
        .iter()
        .filter(|number| number.kind == Kind::Range)
    {
        let shown = facts.words(&number.span);
        if shown.ends_with(['%', '％']) && shown.matches(['%', '％']).count() == 1 {
            out.findings.push(
                RULE.at(
                    number.span.clone(),
                    format!("范围“{shown}”前一个数漏写百分号"),
                )
                .help("两个数都写百分号（GB/T 15835）"),
            );
        }
    }
    for figure in &facts.figures {
        if figure.role == Role::Down && figure.class == Some(UnitClass::Times) {
            let shown = facts.shown(figure);
            out.findings.push(
                RULE.at(figure.whole.clone(), format!("下降不能说“{shown}”"))
                    .help("改用百分比或分数"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn years_ranges_and_times() {
        let marked = "⟦二零二五年⟧，占⟦63～68%⟧，下降⟦2倍⟧";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "二〇二五年，占63%～68%，增长2倍，二零碳园区",
        );
    }
}

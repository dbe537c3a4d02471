//! A pause mark before 等, 和 or 及.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// “、等”“、和”“、以及”：顿号与连词重复。
    /// ## 为什么要紧
    /// 顿号已经表示并列，再用连词是病句（GB/T 15834）。
    /// ## 例
    /// 学校、幼儿园、等单位
    /// ## 改正
    /// 学校、幼儿园等单位
    /// ## 已知误报
    /// “、和平区”等地名不报。
    "mark-before-etc", Warning, Wording, "顿号后接“等”“和”", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (word, not_behind) in [
        ("、等", "级次同待"),
        ("、以及", ""),
        ("、和", "平谐睦解县顺田静硕龙林政布"),
    ] {
        for (at, found) in facts.text.match_indices(word) {
            let next = facts.text[at + found.len()..].chars().next();
            if next.is_some_and(|next| not_behind.contains(next)) {
                continue;
            }
            out.findings.push(
                RULE.at(at..at + found.len(), format!("“{found}”：顿号与连词重复"))
                    .help("删去顿号"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn pause_mark_and_etc() {
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            "学校、幼儿园⟦、等⟧单位",
            "河西区、和平区、等级考试",
        );
    }
}

//! Two marks where one belongs.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 连用的标点：。。 ，， 、、 ，。 、，
    /// ## 为什么要紧
    /// 删改后没有通读。
    /// ## 例
    /// 健全制度，，强化监督。
    /// ## 改正
    /// 健全制度，强化监督。
    /// ## 已知误报
    /// 省略号“……”不报。
    "doubled-mark", Warning, Wording, "标点重复", run
}

const DOUBLED: &[&str] = &[
    "。。", "，，", "、、", "；；", "：：", "，。", "。，", "、，", "，、", "、。", "；。", "。；", "，；", "；，", ",,", "：，",
    "：。", "%%",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for pair in DOUBLED {
        for (at, found) in facts.text.match_indices(pair) {
            // 。。。 and 。。。。 stand for an ellipsis typed by hand.
            let ellipsis = *pair == "。。" && (facts.text[at + found.len()..].starts_with('。') || facts.text[..at].ends_with('。'));
            if !ellipsis {
                out.findings.push(
                    RULE.at(at..at + found.len(), format!("标点连用“{found}”")).help("保留一个标点"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn two_commas() {
        check_rule(&RULE, crate::Extent::Excerpt, "甲⟦，，⟧乙⟦。。⟧丙", "甲……乙。”丙");
    }
}

//! Two marks where one belongs.

use std::sync::LazyLock;

use super::Outcome;
use crate::facts::Facts;
use crate::lexicon::Lexicon;
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
    "。。", "，，", "、、", "；；", "：：", "，。", "。，", "、，", "，、", "、。", "；。", "。；",
    "，；", "；，", ",,", "：，", "：。", "%%",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (at, found, _) in LEXICON.find(facts.text) {
        // 。。。 and 。。。。 stand for an ellipsis typed by hand.
        let end = at + found.len();
        let more = facts.text[end..].starts_with('。') || facts.text[..at].ends_with('。');
        if !(found == "。。" && more) {
            let message = format!("标点连用“{found}”");
            out.findings
                .push(RULE.at(at..end, message).help("保留一个标点"));
        }
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(DOUBLED.iter().copied()));

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn two_commas() {
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            "甲⟦，，⟧乙⟦。。⟧丙",
            "甲……乙。”丙",
        );
    }
}

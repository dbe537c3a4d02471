//! Two clauses with no mark between them.

use std::sync::LazyLock;

use super::Outcome;
use crate::facts::Facts;
use crate::lexicon::Lexicon;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 两句话之间漏了标点：同一分句里“需进一步”“仍需”等谓语出现两次。
    /// ## 为什么要紧
    /// 合并条目时漏掉标点，句子读不通。
    /// ## 例
    /// 执法队伍建设需进一步优化行政执法能力需进一步提升。
    /// ## 改正
    /// 执法队伍建设需进一步优化，行政执法能力需进一步提升。
    /// ## 已知误报
    /// 只看“需进一步”“有待”一类的谓语，分句短于十五字不报。
    "run-on-clause", Warning, Wording, "分句之间漏标点", run
}

const PREDICATES: &[&str] = &[
    "需进一步",
    "有待进一步",
    "需要进一步",
    "有待加强",
    "有待提高",
    "仍需",
    "尚需",
    "亟需",
    "亟待",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let mut last: Vec<Option<usize>> = vec![None; PREDICATES.len()];
    for (at, found, index) in LEXICON.find(facts.text) {
        let end = at + found.len();
        let Some(start) = last[index]
            .replace(end)
            .filter(|start| at > *start && at - start < 130)
        else {
            continue;
        };
        let between = &facts.text[start..at];
        let marked = between.contains(MARKS);
        if !marked && (4..=40).contains(&between.chars().count()) {
            let message = format!("同一分句有两个“{found}”，中间漏了标点");
            out.findings.push(
                RULE.at(start - found.len()..end, message)
                    .help("在前一句后加逗号或顿号"),
            );
        }
    }
}

const MARKS: &[char] = &['，', '。', '；', '、', ',', ';', '\n', '：', ':', ' ', '）'];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(PREDICATES.iter().copied()));

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn two_predicates() {
        let marked = "队伍建设⟦需进一步优化执法能力需进一步⟧提升。";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "队伍建设需进一步优化，执法能力需进一步提升。",
        );
    }
}

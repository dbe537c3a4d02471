//! The order of the parts.

use super::Outcome;
use crate::facts::{Facts, Marker};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 各部分的先后：先说成效，再说问题，最后说下一步；下一步写在问题前面。
    /// ## 为什么要紧
    /// 下一步的安排回答的是问题，读者先看到回答、后看到问题。
    /// ## 例
    /// 一、主要成效　二、下一步打算　三、存在的问题
    /// ## 改正
    /// 一、主要成效　二、存在的问题　三、下一步打算
    /// ## 已知误报
    /// 只看同一级标题；主要负责人履职情况放在哪里都可以。
    "part-order", Note, Structure, "各部分的先后", run
}

/// Headings of what comes next.
pub(super) const PLANS: &[&str] = &["下一步", "下一年", "下一阶段", "下步", "明年", "今后"];
/// Headings of what is wrong.
pub(super) const PROBLEMS: &[&str] = &[
    "存在的问题",
    "存在问题",
    "存在的不足",
    "存在不足",
    "不足和",
    "问题和",
    "不足及",
    "问题及",
];

/// The words of a heading, without what follows its first sentence.
pub(super) fn words<'f>(facts: &Facts<'f>, marker: &Marker) -> &'f str {
    let line = &facts.document.lines()[marker.line];
    let words = facts.words(&line.span).trim();
    words.split('。').next().unwrap_or(words)
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let heads = || facts.markers.iter().filter(|marker| marker.heads_line);
    let Some(top) = heads().map(|marker| marker.style).min() else {
        return;
    };
    let named = |list: &[&str]| {
        heads()
            .filter(|marker| marker.style == top)
            .find(|marker| list.iter().any(|word| words(facts, marker).contains(word)))
    };
    let (Some(plan), Some(problem)) = (named(PLANS), named(PROBLEMS)) else {
        return;
    };
    if plan.line < problem.line {
        out.findings.push(
            RULE.at(plan.span.clone(), "下一步的安排写在问题前面")
                .help("先写存在的问题，再写下一步的安排")
                .related(problem.span.clone(), "问题"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn the_answer_before_the_question() {
        let marked = "总结\n一、主要成效\n好。\n⟦二⟧、下一步打算\n做。\n三、存在的问题\n有。";
        let silent = "总结\n一、主要成效\n好。\n二、存在的问题\n有。\n三、下一步打算\n做。";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

//! Problems that nothing answers.

use super::Outcome;
use super::part_order::{PROBLEMS, words};
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 列了问题，后面没有一句说怎么改：没有下一步、整改、措施。
    /// ## 为什么要紧
    /// 报告不能只有问题没有办法，上级会要求补写。
    /// ## 例
    /// 三、存在的问题　执法力量不足。（全文完）
    /// ## 改正
    /// 加上“四、下一步安排”，逐条回应问题。
    /// ## 已知误报
    /// 措施写在问题之前时仍会报；节选不查。
    "problem-without-measure", Warning, Structure, "有问题没有措施", run
}

const MEASURES: &[&str] = &[
    "下一步",
    "下一年",
    "下一阶段",
    "下步",
    "明年",
    "今后",
    "措施",
    "整改",
    "改进",
    "打算",
    "对策",
    "将进一步",
    "计划",
    "安排",
    "努力方向",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let problem = facts
        .markers
        .iter()
        .filter(|marker| marker.heads_line)
        .rfind(|marker| {
            PROBLEMS
                .iter()
                .any(|word| words(facts, marker).contains(word))
        });
    let Some(problem) = problem else { return };
    let rest = &facts.text[problem.span.start..];
    if MEASURES.iter().any(|word| rest.contains(word)) {
        return;
    }
    out.findings.push(
        RULE.at(problem.span.clone(), "列了问题，后面没有写怎么改")
            .help("补写下一步的措施，逐条回应问题"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn nothing_follows() {
        let marked = "总结\n一、主要成效\n好。\n⟦二⟧、存在的问题\n力量不足。";
        let silent = "总结\n一、主要成效\n好。\n二、存在的问题\n力量不足，将采取措施充实。";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

//! Parts that the rules require of an annual report on law-based government.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 法治政府建设年度报告缺少应有的部分：主要举措和成效、不足和原因、主要负责人履行第一责任人职责、下一年度安排。
    /// ## 为什么要紧
    /// 《法治政府建设与责任落实督察工作规定》要求年度报告包括这些内容，缺少一项会被退回。
    /// ## 例
    /// 报告只有成效、问题和下一步打算，没有主要负责人履职情况。
    /// ## 改正
    /// 增加“主要负责人履行推进法治建设第一责任人职责情况”一部分。
    /// ## 已知误报
    /// 只检查法治政府建设年度报告；内容写在别的标题下、正文也没有提到时才报。
    "missing-part", Warning, Structure, "缺少应有的部分", run
}

struct Part {
    name: &'static str,
    /// Words in a heading that open the part.
    heading: &'static [&'static str],
    /// Words in the text that show that it is there without a heading of its own.
    body: &'static [&'static str],
}

const PARTS: &[Part] = &[
    Part {
        name: "本年度主要举措和成效",
        heading: &[
            "举措",
            "成效",
            "措施",
            "做法",
            "工作开展",
            "落实情况",
            "进展",
            "工作情况",
            "亮点",
        ],
        body: &[],
    },
    Part {
        name: "存在的不足和原因",
        heading: &["不足", "问题", "短板", "困难"],
        body: &["存在的问题", "存在问题", "存在的不足", "不足之处"],
    },
    Part {
        name: "主要负责人履行推进法治建设第一责任人职责情况",
        heading: &["第一责任人", "主要负责人"],
        body: &["第一责任人"],
    },
    Part {
        name: "下一年度主要安排",
        heading: &[
            "下一年",
            "下一步",
            "下一阶段",
            "下步",
            "安排",
            "打算",
            "计划",
            "展望",
            "工作思路",
        ],
        body: &["下一步", "下一年度", "下一阶段"],
    },
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole || !is_annual_report(facts) {
        return;
    }
    let lines = facts.document.lines();
    let headings: Vec<&str> = facts
        .markers
        .iter()
        .filter(|marker| marker.heads_line)
        .map(|marker| {
            let words = facts.words(&lines[marker.line].span).trim();
            words.split('。').next().unwrap_or(words)
        })
        .collect();
    let place = facts
        .title
        .clone()
        .or_else(|| {
            lines
                .iter()
                .map(|line| line.span.clone())
                .find(|span| !facts.words(span).trim().is_empty())
        })
        .unwrap_or(0..0);
    for part in PARTS {
        let headed = headings
            .iter()
            .any(|heading| part.heading.iter().any(|word| heading.contains(word)));
        let told = part.body.iter().any(|word| facts.text.contains(word));
        if headed || told {
            continue;
        }
        out.findings.push(
            RULE.at(first_words(facts, &place), format!("缺少“{}”", part.name))
                .help("请补写这一部分（法治政府建设与责任落实督察工作规定，厅字〔2019〕28号）"),
        );
    }
}

/// The title, or the first few words of a text without one.
fn first_words(facts: &Facts<'_>, place: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let words = facts.words(place);
    let end = words
        .char_indices()
        .nth(40)
        .map_or(words.len(), |(at, _)| at);
    place.start..place.start + end
}

/// The title, or the sentence that announces the report, names an annual report of this kind.
fn is_annual_report(facts: &Facts<'_>) -> bool {
    let end = facts
        .text
        .char_indices()
        .nth(600)
        .map_or(facts.text.len(), |(at, _)| at);
    let head = &facts.text[..end];
    let title = facts
        .title
        .as_ref()
        .map_or(head, |title| facts.words(title));
    let law = |words: &str| words.contains("法治政府建设") || words.contains("法治建设");
    let annual =
        |words: &str| words.contains("报告") || words.contains("总结") || words.contains("汇报");
    (law(title) && annual(title)) || (law(head) && head.contains("如下") && annual(head))
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn no_word_of_the_head() {
        let marked = "⟦某局2023年法治政府建设报告⟧\n一、主要举措和成效\n好。\n二、存在的不足\n有。\n三、下一步安排\n做。";
        let silent = "某局2023年法治政府建设报告\n一、主要举措和成效\n好。\n二、存在的不足\n有。\n三、主要负责人履职\n带头。\n四、下一步安排\n做。";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

//! Reports without a title.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 整篇报告没有标题，第一行就是正文。
    /// ## 为什么要紧
    /// 公文标题由发文机关、事由和文种组成，没有标题就不知道是谁的哪一年的报告。
    /// ## 例
    /// 第一行：“根据……分工，我局积极做好相关工作，现将……汇报如下：”
    /// ## 改正
    /// 加上“某某教育局2020年度法治政府建设情况报告”一行。
    /// ## 已知误报
    /// 节选的文本不检查。
    "missing-title", Warning, Structure, "没有标题", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole || facts.title.is_some() {
        return;
    }
    let first = facts
        .document
        .lines()
        .iter()
        .map(|line| crate::document::trimmed(facts.text, line.span.clone()))
        .find(|span| !span.is_empty());
    let Some(span) = first else { return };
    let words = facts.words(&span);
    // A title in words we do not know is still one line without a full stop.
    if words.chars().count() <= 40 && !words.ends_with(['。', '：', ':', '，']) {
        return;
    }
    let end = words
        .char_indices()
        .nth(20)
        .map_or(words.len(), |(at, _)| at);
    out.findings.push(
        RULE.at(span.start..span.start + end, "没有标题，第一行就是正文")
            .help("请加上由发文机关、事由和文种组成的标题"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn text_begins_at_once() {
        let marked = "⟦根据上级分工，我局积极做好工作，现将情况⟧汇报如下。\n一、成效\n好。";
        let silent =
            "某局2020年度法治政府建设情况报告\n根据上级分工，现将情况汇报如下。\n一、成效\n好。";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

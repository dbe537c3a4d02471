//! 法制 and 法治 for the same thing.

use std::collections::HashMap;

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 同一篇报告里同一事物有时写“法制”、有时写“法治”：法制副校长与法治副校长、法制教育与法治教育。
    /// ## 为什么要紧
    /// 现行提法是法治副校长、法治宣传教育；“法制”只用于法制审核等固定用法。
    /// ## 例
    /// 坚持设立法制副校长制度，聘任法治副校长52人。
    /// ## 改正
    /// 统一为“法治副校长”。
    /// ## 已知误报
    /// 整篇检查时只报一次并计数；文件名（书名号内）不算。
    "legal-term-mixed", Warning, Wording, "“法制”“法治”混用", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let mut other_way: HashMap<String, bool> = HashMap::new();
    let mixed: Vec<usize> = facts
        .text
        .match_indices("法制")
        .map(|(at, _)| at)
        .filter(|at| {
            let behind: String = facts.text[at + "法制".len()..].chars().take(2).collect();
            let word = behind.chars().count() == 2
                && behind.chars().all(char::is_alphabetic)
                && behind != "审核"
                && behind != "机构";
            let written = || facts.text.contains(&format!("法治{behind}"));
            word && !in_title(facts, *at)
                && *other_way.entry(behind.clone()).or_insert_with(written)
        })
        .collect();
    let Some(first) = mixed.first() else { return };
    let end = |at: usize| {
        facts.text[at..]
            .char_indices()
            .nth(4)
            .map_or(facts.text.len(), |(len, _)| at + len)
    };
    let shown = &facts.text[*first..end(*first)];
    let mut finding = RULE
        .at(
            *first..end(*first),
            format!("“{shown}”等 {} 处“法制”，别处写“法治”", mixed.len()),
        )
        .help("统一为“法治”；“法制审核”等固定用法除外");
    for at in mixed.iter().skip(1).take(10) {
        finding = finding.related(*at..end(*at), "另一处“法制”");
    }
    out.findings.push(finding);
}

/// Whether the position lies inside book-title marks.
fn in_title(facts: &Facts<'_>, at: usize) -> bool {
    let before = &facts.text[..at];
    let from = before
        .char_indices()
        .rev()
        .nth(60)
        .map_or(0, |(from, _)| from);
    let before = &before[from..];
    before.rfind('《') > before.rfind('》')
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn two_ways_of_writing() {
        let marked = "坚持设立⟦法制副校⟧长制度，聘任法治副校长52人。";
        check_rule(
            &RULE,
            crate::Extent::Whole,
            marked,
            "落实《法制教育纲要》，开展法治教育，法制审核1件。",
        );
    }
}

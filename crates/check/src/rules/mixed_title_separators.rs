//! Titles in a row, some with a pause mark between them and some without.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 并列的书名号之间有的用顿号，有的不用。
    /// ## 为什么要紧
    /// 并列书名号之间通常不用顿号（GB/T 15834），同一处应当统一。
    /// ## 例
    /// 《教育法》、《民法典》《未成年人保护法》
    /// ## 改正
    /// 《教育法》《民法典》《未成年人保护法》
    /// ## 已知误报
    /// 中间有别的文字时不作比较。
    "mixed-title-separators", Note, Wording, "书名号之间顿号不一", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    // The separator before the last title: with or without a pause mark.
    let mut before: Option<bool> = None;
    let mut told = false;
    for (at, _) in facts.text.match_indices('》') {
        let behind = &facts.text[at + '》'.len_utf8()..];
        let (paused, next) = match behind.strip_prefix('、') {
            Some(rest) => (true, rest),
            None => (false, behind),
        };
        if !next.starts_with('《') {
            before = None;
            told = false;
            continue;
        }
        let end = facts.text.len() - next.len() + '《'.len_utf8();
        if before.is_some_and(|other| other != paused) && !told {
            told = true;
            out.findings.push(
                RULE.at(at..end, "并列的书名号之间有的用顿号，有的不用")
                    .help("统一为不用顿号（GB/T 15834）"),
            );
        }
        before = Some(paused);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn with_and_without() {
        let marked = "学习《教育法》、《民法典⟦》《⟧教师法》";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "学习《教育法》、《民法典》，制定《甲》《乙》",
        );
    }
}

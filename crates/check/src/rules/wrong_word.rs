//! Words that are written wrongly, and words that are often confused.

use std::sync::LazyLock;

use super::Outcome;
use crate::facts::Facts;
use crate::lexicon::Lexicon;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 错别字和易混词：截止目前、布署、台帐、法制政府、依法制教、竟赛。
    /// ## 为什么要紧
    /// 公文用字以《现代汉语词典》为准，“法制”与“法治”含义不同。
    /// ## 例
    /// 截止目前，共办结301件。
    /// ## 改正
    /// 截至目前，共办结301件。
    /// ## 已知误报
    /// 词表见 data/words.tsv，只收在公文中必错的写法。
    "wrong-word", Warning, Wording, "错别字或易混词", run
}

const WORDS: &str = include_str!("../data/words.tsv");

/// The wrong words, and each with the right one.
static PAIRS: LazyLock<(Lexicon, Vec<(&str, &str)>)> = LazyLock::new(|| {
    let pairs: Vec<(&str, &str)> = WORDS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    (Lexicon::new(pairs.iter().map(|(wrong, _)| *wrong)), pairs)
});
fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let (lexicon, pairs) = &*PAIRS;
    for (at, found, index) in lexicon.find(facts.text) {
        push(at..at + found.len(), found, pairs[index].1, out);
    }
    // 截止 before a point in time; 截止日期 and 报名截止 are right.
    for (at, found) in facts.text.match_indices("截止") {
        let behind = facts.text[at + found.len()..].trim_start_matches('到');
        let point = behind.starts_with(|next: char| next.is_ascii_digit())
            || [
                "目前", "今", "年底", "本月", "上月", "发稿", "去年", "今年", "报告",
            ]
            .iter()
            .any(|word| behind.starts_with(word));
        if point {
            push(at..at + found.len(), found, "截至", out);
        }
    }
}

fn push(span: std::ops::Range<usize>, wrong: &str, right: &str, out: &mut Outcome) {
    out.findings.push(
        RULE.at(span, format!("“{wrong}”应为“{right}”"))
            .help(format!("改为“{right}”"))
            .figures(right, wrong),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn until_now() {
        let marked = "⟦截止⟧目前，认真⟦布署⟧，建立⟦台帐⟧";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "截至目前，报名截止，截止日期为3月，重大执法决定法制审核",
        );
    }

    #[test]
    fn the_list_is_well_formed() {
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let (wrong, right) = line.split_once('\t').unwrap();
            assert!(
                !wrong.is_empty() && !right.is_empty() && !right.contains(wrong),
                "{line}"
            );
        }
    }
}

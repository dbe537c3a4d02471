//! Headings without a text.

use super::Outcome;
use crate::document::trimmed;
use crate::facts::{Facts, Marker};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 只有标题没有内容的部分：同级的其他部分都有正文，这一部分没有。
    /// ## 为什么要紧
    /// 列了问题却没有说是什么问题，等于没有报告。
    /// ## 例
    /// （一）权责清单动态管理方面。（二）行政问责方面。由于……
    /// ## 改正
    /// 补写（一）的内容，或者删去这一标题。
    /// ## 已知误报
    /// 各部分都只有一句话的清单不报。
    "empty-part", Warning, Structure, "标题下没有内容", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let heads: Vec<&Marker> = facts
        .markers
        .iter()
        .filter(|marker| marker.heads_line)
        .collect();
    let empty: Vec<bool> = (0..heads.len())
        .map(|index| is_empty(facts, &heads, index))
        .collect();
    for (index, marker) in heads.iter().enumerate() {
        if !empty[index] {
            continue;
        }
        let siblings = siblings(&heads, index);
        let filled = siblings.iter().filter(|sibling| !empty[**sibling]).count();
        let bare = siblings.len() - filled;
        // Most of the parts beside it have a text.
        if filled == 0 || bare >= filled {
            continue;
        }
        let line = &facts.document.lines()[marker.line];
        let span = trimmed(facts.text, line.span.clone());
        out.findings.push(
            RULE.at(
                span.clone(),
                format!("“{}”只有标题，没有内容", clip(facts.words(&span))),
            )
            .help("请补写内容，或者删去这一标题"),
        );
    }
}

fn clip(words: &str) -> String {
    let mut clipped: String = words.chars().take(20).collect();
    if words.chars().count() > 20 {
        clipped.push('…');
    }
    clipped
}

/// One sentence, and the next line is a heading of the same or a higher level.
fn is_empty(facts: &Facts<'_>, heads: &[&Marker], index: usize) -> bool {
    let marker = heads[index];
    let lines = facts.document.lines();
    let words = facts.words(&lines[marker.line].span).trim();
    let body = words.trim_end_matches(['。', '：', ':']);
    if body.contains(['。', '；', '！']) || body.chars().count() > 60 {
        return false;
    }
    // 五、免学费：382人，金额11万元。 An item of a list, with all that it has to say.
    let says = body.split_once(['：', ':']);
    if says.is_some_and(|(_, rest)| rest.contains(|next: char| next.is_ascii_digit())) {
        return false;
    }
    // 1.学前教育经费为409亿元，比上年增长11%。 A whole sentence with its figures is no heading.
    let figures = body.contains(|next: char| next.is_ascii_digit());
    if words.ends_with('。') && body.contains(['，', ',']) && figures {
        return false;
    }
    let filled = |at: &usize| !facts.words(&lines[*at].span).trim().is_empty();
    let Some(next) = heads.get(index + 1) else {
        let behind: Vec<usize> = (marker.line + 1..lines.len()).filter(filled).collect();
        return facts.whole && is_signature(facts, &behind);
    };
    !(marker.line + 1..next.line).any(|at| filled(&at)) && next.style <= marker.style
}

/// Nothing but the organ and the day, or nothing at all: the end of a document, not a text.
fn is_signature(facts: &Facts<'_>, lines: &[usize]) -> bool {
    let words = |at: usize| facts.words(&facts.document.lines()[at].span).trim();
    match *lines {
        [] => true,
        [day] => is_day(words(day)),
        [organ, day] => is_day(words(day)) && is_name(words(organ)),
        _ => false,
    }
}

fn is_day(words: &str) -> bool {
    words.ends_with('日') && words.contains('年') && words.chars().count() <= 12
}

fn is_name(words: &str) -> bool {
    words.chars().count() <= 30 && !words.contains(['。', '，', '；', '：'])
}

/// The headings of the same level under the same parent.
fn siblings(heads: &[&Marker], index: usize) -> Vec<usize> {
    let style = heads[index].style;
    let inside = |other: &&Marker| other.style >= style;
    let before = heads[..index]
        .iter()
        .rev()
        .take(50)
        .take_while(|other| inside(other))
        .count();
    let behind = heads[index..]
        .iter()
        .take(50)
        .take_while(|other| inside(other))
        .count();
    (index - before..index + behind)
        .filter(|other| heads[*other].style == style)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn bare_heading_among_filled_ones() {
        let marked = "一、问题\n⟦（一）清单方面。⟧\n（二）问责方面。制度还不完善。\n（三）教育方面。人手不足。";
        let silent = "一、安排\n（一）学法。\n（二）执法。\n（三）普法。\n二、其他\n无。";
        check_rule(&RULE, crate::Extent::Excerpt, marked, silent);
    }

    #[test]
    fn bare_heading_before_the_signature() {
        let marked = "某某县教育局工作报告\n一、成效\n开展活动3次。\n二、问题\n人手不足。\n⟦三、其他情况⟧\n某某县教育局\n2022年12月31日";
        let silent = "某某县教育局工作报告\n一、成效\n开展活动3次。\n二、问题\n人手不足。\n三、其他情况\n无\n某某县教育局\n2022年12月31日";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

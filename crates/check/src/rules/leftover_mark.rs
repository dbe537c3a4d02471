//! What a draft, a template or a converter left behind.

use std::sync::LazyLock;

use super::Outcome;
use crate::facts::Facts;
use crate::lexicon::Lexicon;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 书签、星号、反引号、乱码、占位文字、模板空白等残留：[bookmark…]、**、Lorem、XX局、____、待补充。
    /// ## 为什么要紧
    /// 说明定稿前没有通读，公开后有损公信力。
    /// ## 例
    /// 报告末尾多出一个反引号。
    /// ## 改正
    /// 删去残留符号，填好空白。
    /// ## 已知误报
    /// Markdown 文件中的星号和反引号是排版标记，不报。
    "leftover-mark", Warning, Wording, "残留符号或空白", run
}

/// Marks that are never part of a finished text, and what to call them.
const MARKS: &[(&str, &str)] = &[
    ("[bookmark", "书签残留"),
    ("Lorem ipsum", "占位文字"),
    ("lorem ipsum", "占位文字"),
    ("&nbsp;", "网页代码残留"),
    ("<span", "网页代码残留"),
    ("</p>", "网页代码残留"),
    ("{{", "模板残留"),
    ("}}", "模板残留"),
    ("#REF!", "表格公式错误"),
    ("#N/A", "表格公式错误"),
    ("#DIV/0!", "表格公式错误"),
    ("____", "空白未填"),
    ("待补充", "内容待补"),
    ("待核实", "内容待核"),
    ("\u{fffd}", "乱码"),
    ("锟斤拷", "乱码"),
];

/// Marks that Markdown uses for its own ends.
const MARKDOWN: &[(&str, &str)] = &[("**", "星号残留"), ("`", "反引号残留")];

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(MARKS.iter().chain(MARKDOWN).map(|(mark, _)| *mark)));

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let mut end = 0;
    for (at, found, index) in LEXICON.find(facts.text) {
        // ________ is one blank, and in Markdown ** is a mark of its own.
        let own = index >= MARKS.len() && facts.document.has_markup();
        if !own && (at > end || end == 0) {
            let name = MARKS
                .iter()
                .chain(MARKDOWN)
                .nth(index)
                .map_or("", |(_, name)| name);
            push(at..at + found.len(), name, found, out);
        }
        end = end.max(at + found.len());
    }
    for mark in ["XX", "××", "xx", "ＸＸ"] {
        if let Some((at, len)) = blank(facts.text, mark) {
            push(at..at + len, "空白未填", mark, out);
        }
    }
}

/// The first run of X that stands for a name or a number not filled in.
fn blank(text: &str, mark: &str) -> Option<(usize, usize)> {
    text.match_indices(mark).find_map(|(at, found)| {
        let before = text[..at].chars().next_back();
        let behind = &text[at + found.len()..];
        let filled = [
            "年", "月", "局", "市", "县", "区", "件", "人", "学校", "同志", "项", "次", "场", "期",
            "所", "名", "家", "个", "条", "起", "万", "%", "％",
        ]
        .iter()
        .any(|word| behind.starts_with(word));
        let letter = before.is_some_and(|before| before.is_ascii_alphanumeric());
        (filled && !letter).then_some((at, found.len()))
    })
}

fn push(span: std::ops::Range<usize>, name: &str, found: &str, out: &mut Outcome) {
    out.findings.push(
        RULE.at(span, format!("{name}：“{found}”"))
            .help("删去残留，填好空白"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn backtick_and_blank() {
        let marked = "共办结⟦____⟧件，⟦XX⟧局印发。\n⟦`⟧";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "共办结3件，使用XXL号。",
        );
    }
}

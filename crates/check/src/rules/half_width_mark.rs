//! Half-width punctuation in Chinese text.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 汉字之间的半角逗号、冒号、分号、括号。全文都用半角时只提示一次并计数，其余为全角时逐处指出。
    /// ## 为什么要紧
    /// 中文公文使用全角标点（GB/T 15834）。
    /// ## 例
    /// 健全制度,强化监督，加强培训。
    /// ## 改正
    /// 健全制度，强化监督，加强培训。
    /// ## 已知误报
    /// 数字和字母之间的半角标点不报；节选文本只在个别处为半角时才报。
    "half-width-mark", Note, Wording, "半角标点", run
}

/// A text with at least this many full-width marks for each half-width one is full-width.
const FULL_PER_HALF: usize = 8;

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let mut half: Vec<(usize, char)> = Vec::new();
    let mut full = 0usize;
    let mut before = '\n';
    let mut pending: Option<(usize, char, bool)> = None;
    for (at, mark) in facts.text.char_indices() {
        if let Some((at, mark, _)) = pending.take_if(|(_, _, han)| *han || is_han(mark)) {
            half.push((at, mark));
        }
        pending = None;
        match mark {
            '，' | '；' | '：' | '（' | '）' | '？' | '！' => full += 1,
            // A comma or colon needs Chinese on its left, an opening bracket on its right.
            ',' | ';' | ':' | '?' | '!' if is_han(before) => half.push((at, mark)),
            '(' => pending = Some((at, mark, is_han(before))),
            ')' if is_han(before) => half.push((at, mark)),
            _ => {}
        }
        before = mark;
    }
    let Some((first, mark)) = half.first().copied() else {
        return;
    };
    if full >= FULL_PER_HALF * half.len() {
        for (at, mark) in half {
            let shown = format!("半角“{mark}”，全文其余为全角");
            out.findings.push(
                RULE.at(at..at + mark.len_utf8(), shown)
                    .help("改为全角标点"),
            );
        }
    } else if facts.whole {
        let shown = format!("全文有 {} 处半角标点，中文用全角", half.len());
        out.findings.push(
            RULE.at(first..first + mark.len_utf8(), shown)
                .help("用“全部替换”改为全角标点"),
        );
    }
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character) || "》”）".contains(character)
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;
    use crate::Extent;

    #[test]
    fn single_ones_and_whole_documents() {
        let full = "甲，乙，丙，丁，戊，己，庚，辛，壬";
        check_rule(
            &RULE,
            Extent::Excerpt,
            &format!("{full}⟦,⟧癸"),
            "甲,乙,丙，1,234件",
        );
        check_rule(&RULE, Extent::Whole, "甲⟦,⟧乙,丙", full);
    }
}

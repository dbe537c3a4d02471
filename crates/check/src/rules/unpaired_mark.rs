//! Brackets, quotation marks and book-title marks without their other half.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 括号、引号、书名号缺少一半。
    /// ## 为什么要紧
    /// 读者不知道引用到哪里为止，机器也不能识别文件名。
    /// ## 例
    /// 落实《教育法、《教师法》
    /// ## 改正
    /// 落实《教育法》《教师法》
    /// ## 已知误报
    /// “1）”一类的序号不报；每段单独核对。
    "unpaired-mark", Error, Wording, "标点不成对", run
}

/// Which pair a mark belongs to, and whether it opens.
fn pair(mark: char) -> Option<(u8, bool)> {
    Some(match mark {
        '（' | '(' => (0, true),
        '）' | ')' => (0, false),
        '《' => (1, true),
        '》' => (1, false),
        '“' => (2, true),
        '”' => (2, false),
        '〔' => (3, true),
        '〕' => (3, false),
        '【' => (4, true),
        '】' => (4, false),
        _ => return None,
    })
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for line in facts.document.lines() {
        let mut open: Vec<(u8, usize, char)> = Vec::new();
        for (at, mark) in facts.words(&line.span).char_indices() {
            let Some((kind, opens)) = pair(mark) else {
                continue;
            };
            let position = line.span.start + at;
            if opens {
                // 《甲、《乙》: a title does not hold another title.
                let nested = kind == 1 && open.last().is_some_and(|(last, _, _)| *last == 1);
                if nested && let Some((_, start, lost)) = open.pop() {
                    report(start, lost, out);
                }
                open.push((kind, position, mark));
                continue;
            }
            match open.iter().rposition(|(last, _, _)| *last == kind) {
                Some(index) => {
                    for (_, start, lost) in open.split_off(index).into_iter().skip(1) {
                        report(start, lost, out);
                    }
                }
                None if kind == 0 && is_marker(facts, position) => {}
                None => report(position, mark, out),
            }
        }
        for (_, start, lost) in open {
            report(start, lost, out);
        }
    }
}

/// 1） and a) as list markers.
fn is_marker(facts: &Facts<'_>, position: usize) -> bool {
    let before = &facts.text[..position];
    let number = before.trim_end_matches(|next: char| {
        next.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(next)
    });
    number.len() < before.len()
        && (number.is_empty() || number.ends_with(['\n', '。', '；', '：', ' ', '　', '，']))
}

fn report(at: usize, mark: char, out: &mut Outcome) {
    out.findings.push(
        RULE.at(at..at + mark.len_utf8(), format!("“{mark}”没有另一半"))
            .help("补上缺少的一半，或者删去这一半"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn halves_without_their_others() {
        let marked = "落实⟦《⟧教育法、《教师法》，⟦（⟧见附件\n甲⟦”⟧乙";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "1）甲（乙“丙《丁〈戊〉》”）\n（一）子",
        );
    }
}

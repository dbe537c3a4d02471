//! Characters and words typed twice.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 重复的虚词和重复的双字词：的的、和和、加强加强。
    /// ## 为什么要紧
    /// 多字是最常见的录入错误。
    /// ## 例
    /// 进一步加强加强法治宣传。
    /// ## 改正
    /// 进一步加强法治宣传。
    /// ## 已知误报
    /// “为了了解”“推行行政”“的的确确”“一件一件”不报。
    "doubled-word", Warning, Wording, "重复的字词", run
}

/// Particles that never stand twice, with the characters that make another word of the second.
const PARTICLES: &[(char, &str)] = &[
    ('的', "确士"),
    ('了', "解却结断然"),
    ('和', "平谐睦解气县田顺静美"),
    ('与', "会其时人"),
    ('及', "时早格其至"),
    ('是', "非否"),
    ('在', "岗职校线编押场建册读任"),
    ('为', "主民先期此人"),
    ('被', "告"),
    ('将', "军领来"),
    ('把', "握关"),
    ('并', "且购列轨"),
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    // The last four characters with their offsets, oldest first.
    let mut last: [(usize, char); 4] = [(0, '\n'); 4];
    for (at, next) in facts.text.char_indices() {
        if last[3].1 == next {
            particle(facts, last[3], at, out);
        }
        let [first, second, third, _] = [last[1], last[2], last[3], (at, next)];
        if first.1 == third.1 && second.1 == next && first.1 != second.1 && first.0 > 0 {
            word(
                facts,
                first.0,
                at + next.len_utf8(),
                [first.1, second.1],
                last[0].1,
                out,
            );
        }
        last.rotate_left(1);
        last[3] = (at, next);
    }
}

fn particle(facts: &Facts<'_>, first: (usize, char), at: usize, out: &mut Outcome) {
    let Some((_, behind)) = PARTICLES.iter().find(|(particle, _)| *particle == first.1) else {
        return;
    };
    let end = at + first.1.len_utf8();
    let next = facts.text[end..].chars().next();
    if next.is_some_and(|next| behind.contains(next) || next == first.1) {
        return;
    }
    report(facts, first.0..end, out);
}

fn word(
    facts: &Facts<'_>,
    start: usize,
    end: usize,
    pair: [char; 2],
    before: char,
    out: &mut Outcome,
) {
    let han = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
    // 一件一件, 逐项逐项 and 大大小小 are idioms; numerals and measure words repeat in lists.
    let idiom = pair
        .iter()
        .any(|part| "一逐又大点个每各〇二三四五六七八九十百千万".contains(*part));
    if !pair.iter().all(|part| han(*part)) || idiom || before == pair[1] {
        return;
    }
    report(facts, start..end, out);
}

fn report(facts: &Facts<'_>, span: std::ops::Range<usize>, out: &mut Outcome) {
    let shown = facts.words(&span);
    out.findings.push(
        RULE.at(span.clone(), format!("“{shown}”重复"))
            .help("删去重复的字词"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn typed_twice() {
        let silent = "为了了解情况，推行行政执法，一件一件办，的的确确，各级各类";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            "我局⟦的的⟧工作，进一步⟦加强加强⟧宣传",
            silent,
        );
    }
}

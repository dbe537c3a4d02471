//! The form of document numbers.

use super::Outcome;
use crate::facts::Facts;
use crate::numbers::Kind;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 发文字号不用六角括号，序号前有“第”，序号编虚位。
    /// ## 为什么要紧
    /// GB/T 9704 规定年份用六角括号〔〕括入，序号不加“第”，不编虚位。
    /// ## 例
    /// 乌教发[2025]012号
    /// ## 改正
    /// 乌教发〔2025〕12号
    /// ## 已知误报
    /// 只在年份四位、前有机关代字时检查；法院案号不在其列。
    "document-number-form", Warning, Wording, "发文字号格式", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for number in facts
        .numbers
        .iter()
        .filter(|number| number.kind == Kind::DocumentNumber)
    {
        let coded = facts.text[..number.span.start]
            .chars()
            .next_back()
            .is_some_and(|code| ('\u{4e00}'..='\u{9fff}').contains(&code));
        let shown = facts.words(&number.span);
        let digits: Vec<&str> = shown
            .split(|next: char| !next.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .collect();
        let [year, serial] = digits[..] else { continue };
        let right = format!("〔{year}〕{}号", serial.trim_start_matches('0'));
        if !coded || shown == right {
            continue;
        }
        out.findings.push(
            RULE.at(
                number.span.clone(),
                format!("发文字号“{shown}”应为“{right}”"),
            )
            .help("年份用六角括号，序号不加“第”，不编虚位（GB/T 9704）")
            .figures(right, shown),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn brackets_and_zeros() {
        let marked = "印发乌教发⟦[2025]12号⟧、乌教发⟦〔2025〕012号⟧";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "印发乌教发〔2025〕12号",
        );
    }
}

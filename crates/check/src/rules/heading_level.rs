//! Levels of headings that are jumped over.

use super::Outcome;
use crate::facts::{Facts, Style};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 越级：“一、”下面直接是“1.”，而文中别处“一、”下面用“（一）”。
    /// ## 为什么要紧
    /// 公文结构层次序数依次为“一、”“（一）”“1.”“（1）”（GB/T 9704），同一篇里要一致。
    /// ## 例
    /// 一、成效（一）立法　二、问题 1.人手不足
    /// ## 改正
    /// 一、成效（一）立法　二、问题（一）人手不足
    /// ## 已知误报
    /// 全文都不用“（一）”这一级时不报；只报一次并列出各处。
    "heading-level", Note, Structure, "标题越级", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let heads: Vec<_> = facts
        .markers
        .iter()
        .filter(|marker| marker.heads_line && marker.style < Style::Is)
        .collect();
    let mut parent: Option<Style> = None;
    let mut second_level = false;
    let mut jumps = Vec::new();
    for marker in &heads {
        match marker.style {
            Style::Comma => parent = Some(Style::Comma),
            Style::Bracket => {
                second_level |= parent == Some(Style::Comma);
                parent = Some(Style::Bracket);
            }
            Style::Dot if parent == Some(Style::Comma) && marker.number == 1 => jumps.push(*marker),
            _ => {}
        }
    }
    let Some(first) = jumps.first().filter(|_| second_level) else {
        return;
    };
    let mut finding = RULE
        .at(
            first.span.clone(),
            format!("“一、”下面直接是“{}”", first.style.shown(1)),
        )
        .help("别处这一级用“（一）”，请统一");
    for other in jumps.iter().skip(1).take(10) {
        finding = finding.related(other.span.clone(), "另一处");
    }
    out.findings.push(finding);
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn one_level_left_out() {
        let marked = "总结\n一、成效\n（一）甲\n好。\n二、问题\n⟦1⟧.人手不足。\n2.经费不足。";
        let silent = "总结\n一、成效\n1.甲好。\n2.乙好。\n二、问题\n1.人手不足。";
        check_rule(&RULE, crate::Extent::Whole, marked, silent);
    }
}

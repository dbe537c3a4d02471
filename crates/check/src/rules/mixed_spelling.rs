//! Two spellings of one word in one text.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 同一篇里同一个词两种写法：其他和其它；同一文件有时“制定”有时“制订”。
    /// ## 为什么要紧
    /// 公文用词要前后一致；指事物也用“其他”，文件的产生用“制定”。
    /// ## 例
    /// 其他单位……其它事项
    /// ## 改正
    /// 其他单位……其他事项
    /// ## 已知误报
    /// 书名号里的名称不算；只有一种写法时不报。
    "mixed-spelling", Note, Wording, "一词两写", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    if facts.text.contains("其他") {
        let places: Vec<usize> = facts.text.match_indices("其它").map(|(at, _)| at).collect();
        report("其它", "其他", &places, out);
    }
    let places: Vec<usize> = facts
        .text
        .match_indices("制订")
        .map(|(at, _)| at)
        .filter(|at| {
            let object: String = facts.text[at + "制订".len()..].chars().take(3).collect();
            let whole = object.chars().count() == 3;
            whole && facts.text.contains(&format!("制定{object}"))
        })
        .collect();
    report("制订", "制定", &places, out);
}

fn report(wrong: &'static str, right: &'static str, places: &[usize], out: &mut Outcome) {
    let Some(first) = places.first() else { return };
    let span = |at: usize| at..at + wrong.len();
    let mut finding = RULE
        .at(
            span(*first),
            format!("有 {} 处“{wrong}”，别处写“{right}”", places.len()),
        )
        .help(format!("统一为“{right}”"))
        .figures(right, wrong);
    for at in places.iter().skip(1).take(10) {
        finding = finding.related(span(*at), "另一处");
    }
    out.findings.push(finding);
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;
    use crate::Extent::Whole;

    #[test]
    fn two_ways_of_writing_one_word() {
        check_rule(
            &RULE,
            Whole,
            "其他单位，⟦其它⟧事项。",
            "其它单位，其它事项。",
        );
        check_rule(
            &RULE,
            Whole,
            "制定工作方案3个，⟦制订⟧工作方案2个。",
            "制定工作方案3个，制订年度计划2个。",
        );
    }
}

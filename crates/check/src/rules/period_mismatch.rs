//! The year that the text says it is about.

use super::Outcome;
use crate::facts::Facts;
use crate::numbers::Kind;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 标题是一个年度，“现将……年度情况报告如下”却是另一个年度。
    /// ## 为什么要紧
    /// 沿用上年文稿时最容易漏改年份。
    /// ## 例
    /// 标题《2023年法治政府建设年度报告》，正文“现将2022年工作情况报告如下”。
    /// ## 改正
    /// 统一为报告年度。
    /// ## 已知误报
    /// 只比较标题与“现将……如下”一句，历年对比不受影响。
    "period-mismatch", Error, Relation, "年度前后不一", run
}

fn run(facts: &Facts<'_>, options: &Options, out: &mut Outcome) {
    let year_in = |span: &std::ops::Range<usize>| {
        let first = facts
            .numbers
            .partition_point(|number| number.span.start < span.start);
        facts.numbers[first..]
            .iter()
            .take_while(|number| number.span.end <= span.end)
            .find(|number| number.kind == Kind::Year && number.upper.is_none())
    };
    let title = facts.title.as_ref().and_then(year_in);
    let stated = title
        .map(|number| number.value.mantissa)
        .or(options.report_year.map(i128::from));
    let Some(year) = stated else { return };
    for (at, _) in facts.text.match_indices("现将").take(3) {
        let rest = &facts.text[at..];
        let Some(len) = rest.find(['。', '\n', '：', ':']) else {
            continue;
        };
        if !rest[..len].contains("报告") && !rest[..len].contains("汇报") {
            continue;
        }
        let Some(number) = year_in(&(at..at + len)) else {
            continue;
        };
        if number.value.mantissa == year {
            continue;
        }
        let mut finding = RULE
            .at(
                number.span.clone(),
                format!("标题为 {year} 年，此处为 {} 年", number.value),
            )
            .help("请核对报告年度，统一标题和正文")
            .figures(year.to_string(), number.value.to_string());
        if let Some(title) = title {
            finding = finding.related(title.span.clone(), "标题中的年度");
        }
        out.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn last_years_draft() {
        let silent = "某局2023年法治政府建设报告\n2022年以来，现将2023年工作情况报告如下：";
        let marked = "某局2023年法治政府建设报告\n现将⟦2022年⟧工作情况报告如下：";
        check_rule(&RULE, crate::Extent::Excerpt, marked, silent);
    }
}

//! The year that the text says it is about.

use std::ops::Range;

use super::Outcome;
use crate::facts::Facts;
use crate::numbers::Kind;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 标题是一个年度，“现将……年度情况报告如下”、数据的统计期限，或者正文开头的“××××年，”却是另一个年度。
    /// ## 为什么要紧
    /// 沿用上年文稿时最容易漏改年份。
    /// ## 例
    /// 标题《2023年法治政府建设年度报告》，正文“现将2022年工作情况报告如下”。
    /// ## 改正
    /// 统一为报告年度。
    /// ## 已知误报
    /// 只比较标题与这三处；同一段里又提到报告年度的（历年对比）不报。
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
            .find(|number| {
                let dated = matches!(number.kind, Kind::Year | Kind::Date);
                dated && number.upper.is_none() && number.value.mantissa > 1900
            })
    };
    let title = facts.title.as_ref().and_then(year_in);
    let stated = title
        .map(|number| number.value.mantissa)
        .or(options.report_year.map(i128::from));
    let Some(year) = stated else { return };
    for span in stated_periods(facts) {
        let Some(number) = year_in(&span) else {
            continue;
        };
        let told = facts.words(&span).contains(&year.to_string());
        if number.value.mantissa == year || told {
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

/// The places that say what period the report is about.
fn stated_periods(facts: &Facts<'_>) -> Vec<Range<usize>> {
    let sentence = |at: usize| {
        let rest = &facts.text[at..];
        at..at + rest.find(['。', '\n', '：', ':']).unwrap_or(rest.len())
    };
    let mut found: Vec<Range<usize>> = facts
        .text
        .match_indices("现将")
        .take(3)
        .map(|(at, _)| sentence(at))
        .filter(|span| {
            let words = facts.words(span);
            words.contains("报告") || words.contains("汇报")
        })
        .collect();
    for word in ["统计期限", "统计时限", "统计时段"] {
        found.extend(
            facts
                .text
                .match_indices(word)
                .take(1)
                .map(|(at, _)| sentence(at)),
        );
    }
    found.extend(opening(facts));
    found
}

/// The first paragraph of the body, where it opens with a year: 2022年，我局……
fn opening(facts: &Facts<'_>) -> Option<Range<usize>> {
    const BODY_CHARS_MIN: usize = 40;
    let title = facts.title.as_ref()?;
    let lines = facts.document.lines().iter();
    let spans = lines.map(|line| crate::document::trimmed(facts.text, line.span.clone()));
    let mut body = spans
        .skip_while(|span| span.start < title.end)
        .filter(|span| facts.words(span).chars().take(BODY_CHARS_MIN).count() >= BODY_CHARS_MIN)
        .take(2);
    body.find(|span| {
        let year: String = facts.words(span).chars().take(6).collect();
        year.chars().take(4).all(|digit| digit.is_ascii_digit())
            && (year.ends_with("年，") || year.ends_with("年,"))
    })
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

    #[test]
    fn opening_and_period_of_the_figures() {
        let words = "我局认真落实各项要求，健全工作机制，压实工作责任，加强教育培训，各项工作取得新的进展。";
        let marked = format!(
            "某局2023年政府信息公开工作年度报告\n本报告统计期限自⟦2022年1月1日⟧至12月31日。\n一、总体情况\n⟦2022年⟧，{words}"
        );
        let silent = format!(
            "某局2023年政府信息公开工作年度报告\n本报告统计期限自2023年1月1日至12月31日。\n一、总体情况\n2022年，我局起草办法，2023年施行。{words}"
        );
        check_rule(&RULE, crate::Extent::Excerpt, &marked, &silent);
    }
}

//! Titles of statutes: misquoted, replaced.

use super::Outcome;
use crate::facts::Facts;
use crate::numbers::Kind;
use crate::options::Options;
use crate::statutes::{Statute, builtin};

rule! {
    /// ## 发现什么
    /// 书名号内的法规名称与现行名称差一两个字，或者在报告年度已被新规定代替。
    /// ## 为什么要紧
    /// 引用已废止的规定作依据，依据就不成立。
    /// ## 例
    /// 2023年的报告引用《信访条例》。
    /// ## 改正
    /// 引用《信访工作条例》（2022年5月1日起施行）。
    /// ## 已知误报
    /// 名称表以内置目录为准，可以由调用者补充；地方性法规和不在表中的名称不报。
    "statute-title", Warning, Wording, "法规名称有误或已被代替", run
}

fn run(facts: &Facts<'_>, options: &Options, out: &mut Outcome) {
    let known: Vec<(String, Statute)> = builtin()
        .into_iter()
        .chain(options.statutes.iter().cloned())
        .map(|statute| (bare(&statute.name), statute))
        .collect();
    let year = report_year(facts, options);
    for (at, _) in facts.text.match_indices('《') {
        let start = at + '《'.len_utf8();
        let window: usize = facts.text[start..]
            .chars()
            .take(60)
            .map(char::len_utf8)
            .sum();
        let Some(len) = facts.text[start..start + window].find('》') else {
            continue;
        };
        let title = &facts.text[start..start + len];
        judge(title, start..start + len, &known, year, out);
    }
}

fn judge(
    title: &str,
    span: std::ops::Range<usize>,
    known: &[(String, Statute)],
    year: Option<i32>,
    out: &mut Outcome,
) {
    let name = bare(title);
    if let Some(statute) = known
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, statute)| statute)
    {
        let replaced = statute.replaced_by.as_ref().zip(statute.until);
        if let (Some((successor, until)), Some(year)) = (replaced, year)
            && year > until
        {
            out.findings.push(
                RULE.at(
                    span,
                    format!("《{title}》在 {year} 年已被《{successor}》代替"),
                )
                .help(format!("引用《{successor}》")),
            );
        }
        return;
    }
    if name.chars().count() < 5 {
        return;
    }
    let near = known
        .iter()
        .find(|(other, _)| {
            other.len().abs_diff(name.len()) <= 3 && other.len() >= 15 && one_edit(&name, other)
        })
        .map(|(_, statute)| statute);
    if let Some(statute) = near {
        out.findings.push(
            RULE.at(span, format!("《{title}》疑为《{}》", statute.name))
                .help(format!("核对名称，应为《{}》", statute.name)),
        );
    }
}

/// The name without the country, blanks and the kind of brackets and dashes.
fn bare(title: &str) -> String {
    let name = title.strip_prefix("中华人民共和国").unwrap_or(title);
    let name = name
        .strip_suffix("（试行）")
        .or_else(|| name.strip_suffix("(试行)"))
        .unwrap_or(name);
    name.chars()
        .filter(|next| !next.is_whitespace() && !"—–-－〈〉".contains(*next))
        .map(|next| match next {
            '(' => '（',
            ')' => '）',
            other => other,
        })
        .collect::<String>()
        .replace("年）", "）")
}

/// Whether one character was changed, left out or added.
fn one_edit(one: &str, other: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short
        .iter()
        .zip(long.iter())
        .take_while(|(a, b)| a == b)
        .count();
    // A change at the very end names another kind of rule (办法, 条例).
    same + 1 < short.len()
        && (short[same + usize::from(short.len() == long.len())..] == long[same + 1..])
}

/// The year that the report is about: given, or in the title, or in the first lines.
fn report_year(facts: &Facts<'_>, options: &Options) -> Option<i32> {
    if options.report_year.is_some() {
        return options.report_year;
    }
    let title = facts.title.clone()?;
    let first = facts
        .numbers
        .partition_point(|number| number.span.start < title.start);
    facts.numbers[first..]
        .iter()
        .take_while(|number| number.span.end <= title.end)
        .find(|number| number.kind == Kind::Year)
        .and_then(|number| i32::try_from(number.value.mantissa).ok())
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn replaced_and_misquoted() {
        let marked = "某局2023年法治政府建设报告\n宣传《⟦信访条例⟧》，落实《⟦政府信息公示条例⟧》。";
        let silent = "某局2020年法治政府建设报告\n宣传《信访条例》《中华人民共和国教育法》《教师法》《某市办法》。";
        check_rule(&RULE, crate::Extent::Excerpt, marked, silent);
    }
}

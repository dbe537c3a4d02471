//! Dates that no calendar has.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 日历上没有的日期：2月30日、13月、4月31日。
    /// ## 为什么要紧
    /// 期限从日期起算，日期写错，后面的时间全错。
    /// ## 例
    /// 2024年2月30日召开会议。
    /// ## 改正
    /// 核对原始记录，写实际日期。
    /// ## 已知误报
    /// 暂无。
    "impossible-date", Error, Relation, "日期不存在", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (at, mark) in facts.text.match_indices('月') {
        let digits = |text: &str| -> usize {
            text.bytes()
                .rev()
                .take_while(u8::is_ascii_digit)
                .take(3)
                .count()
        };
        let before = &facts.text[..at];
        let month_len = digits(before);
        let behind = &facts.text[at + mark.len()..];
        let day_len = behind
            .bytes()
            .take_while(u8::is_ascii_digit)
            .take(3)
            .count();
        let day_end = at + mark.len() + day_len;
        let dated = facts.text[day_end..].starts_with('日');
        let (Ok(month), day) = (
            before[at - month_len..].parse::<u32>(),
            behind[..day_len].parse::<u32>(),
        ) else {
            continue;
        };
        let start = at - month_len;
        let year_before = facts.text[..start].ends_with('年');
        let wrong_month = (month == 0 || month > 12) && (year_before || dated);
        let wrong_day = dated && day.is_ok_and(|day| day == 0 || day > longest(month));
        if wrong_month || wrong_day {
            let end = if dated {
                day_end + '日'.len_utf8()
            } else {
                at + mark.len()
            };
            let shown = &facts.text[start..end];
            out.findings.push(
                RULE.at(start..end, format!("没有“{shown}”这一天"))
                    .help("请核对原始记录，写实际日期"),
            );
        }
    }
}

/// The most days a month can have.
fn longest(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn thirtieth_of_february() {
        let silent = "2024年2月29日，1至10月，每月15日，3个月";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            "2024年⟦2月30日⟧召开会议，⟦4月31日⟧结束",
            silent,
        );
    }
}

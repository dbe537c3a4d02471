//! Personal data that a published report must not hold.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 身份证件号码、手机号码、银行卡号、车牌号和详细住址。
    /// ## 为什么要紧
    /// 报告要公开，个人信息公开前必须去除（个人信息保护法）。
    /// ## 例
    /// 联系人手机13812345678。
    /// ## 改正
    /// 改为单位办公电话，或者删去。
    /// ## 已知误报
    /// 只认校验位正确的号码；单位固定电话不报。
    "personal-data", Error, Privacy, "个人信息", run
}

/// A run of fewer digits is no number of a person.
const DIGITS_MIN: usize = 11;

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for line in facts.document.lines() {
        let words = facts.words(&line.span);
        if !has_long_number(words) && !words.contains("单元") {
            continue;
        }
        for personal in values::personal::find(words) {
            let span = line.span.start + personal.start..line.span.start + personal.end;
            out.findings.push(
                RULE.at(span, format!("文中有{}", personal.kind.chinese()))
                    .help("公开前删去或者遮盖"),
            );
        }
    }
}

fn has_long_number(words: &str) -> bool {
    let mut run = 0;
    for next in words.chars() {
        match next {
            '0'..='9' | '０'..='９' => run += 1,
            ' ' | '-' => {}
            _ => run = 0,
        }
        if run >= DIGITS_MIN {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn mobile_phone() {
        let marked = "联系人手机⟦13812345678⟧。";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "举报电话022-23196661，拨款123456789012元。",
        );
    }

    #[test]
    fn cards_by_their_check_digits() {
        let marked = "身份证号⟦11010519491231002X⟧，卡号⟦6222021234567890128⟧。";
        let silent = "编号110105194912310021，流水号6222021234567890127。";
        check_rule(&RULE, crate::Extent::Excerpt, marked, silent);
    }
}

//! Names of pupils beside their school or class.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 学生的姓名与学校、年级或班级写在一起。
    /// ## 为什么要紧
    /// 未成年人的个人信息不得公开，学校和班级加上姓名就能认出本人。
    /// ## 例
    /// 第三小学五年级学生李小明获奖。
    /// ## 改正
    /// 第三小学五年级学生李某某获奖，或者只写学校。
    /// ## 已知误报
    /// 只在“学生”“同学”之后是常见姓氏加一两个字、又紧接标点或动词时提示。
    "minor-named", Warning, Privacy, "学生姓名", run
}

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for word in ["学生", "同学", "幼儿"] {
        for (at, found) in facts.text.match_indices(word) {
            let start = at + found.len();
            let before: String = facts.text[..at].chars().rev().take(12).collect();
            let placed = ["级年", "班", "校学", "学小", "学中", "园儿幼"]
                .iter()
                .any(|place| before.contains(place));
            if placed && let Some(len) = name_len(&facts.text[start..]) {
                let end = start + len;
                out.findings.push(
                    RULE.at(start..end, "学生姓名与学校、班级写在一起")
                        .help("遮盖姓名，例如只留姓氏"),
                );
            }
        }
    }
    for (at, found) in facts.text.match_indices('班') {
        let start = at + found.len();
        let placed = facts.text[..at]
            .chars()
            .rev()
            .take(6)
            .any(|next| next == '级')
            || facts.text[..at].ends_with(['）', ')']);
        let Some(len) = name_len(&facts.text[start..]).filter(|_| placed) else {
            continue;
        };
        // 五年级（2）班李小明同学
        if facts.text[start + len..].starts_with("同学") {
            let finding = RULE
                .at(start..start + len, "学生姓名与学校、班级写在一起")
                .help("遮盖姓名，例如只留姓氏");
            out.findings.push(finding);
        }
    }
}

/// Surnames that begin many other words: 方面, 易受骗, 常规.
const COMMON: &str = "易常方文万任金江段武石毛龙白史";

/// The length of a surname with one or two more characters that something else follows.
fn name_len(text: &str) -> Option<usize> {
    const SURE: &[&str] = &["同学", "获得", "荣获", "获评", "获"];
    const LIKELY: &[&str] = &[
        "、", "，", "。", "；", "（", "(", ",", "参加", "代表", "等人",
    ];
    let surname = text
        .chars()
        .next()
        .filter(|surname| SURNAMES.contains(*surname))?;
    [2usize, 1].into_iter().find_map(|given| {
        let len: usize = text.chars().take(1 + given).map(char::len_utf8).sum();
        let name: Vec<char> = text[..len].chars().skip(1).collect();
        let han = |part: &char| ('\u{4e00}'..='\u{9fff}').contains(part);
        // 某 is a mask; a single character behind a surname is most often another word.
        let named = name.len() == given && name.iter().all(han) && !name.contains(&'某');
        let sure = SURE.iter().any(|word| text[len..].starts_with(word));
        let likely = given == 2
            && !COMMON.contains(surname)
            && LIKELY.iter().any(|word| text[len..].starts_with(word));
        (named && (sure || likely)).then_some(len)
    })
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn name_behind_the_class() {
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            "救助实验小学五年级（2）班⟦王小丽⟧同学。",
            "五年级（2）班王某某同学受到表扬，二年级三班全体同学参加。",
        );
    }

    #[test]
    fn pupil_beside_class() {
        let marked = "第三小学五年级学生⟦李小明⟧获奖。";
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            marked,
            "第三小学学生李某某获奖，五年级学生任课教师，小学学生常参加活动，学生方面,普高3人。",
        );
    }
}

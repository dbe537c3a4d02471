//! The organ's own name in two forms.

use std::collections::BTreeMap;

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 同一篇报告里本机关的简称有两种写法：县教体局、县教科局。
    /// ## 为什么要紧
    /// 机构改革后沿用旧文稿，旧名称容易留在文中。
    /// ## 例
    /// 县教体局印发方案，县教科局组织检查。
    /// ## 改正
    /// 统一为现行名称。
    /// ## 已知误报
    /// 上级和下级机关冠有不同的“省”“市”“县”，不作比较。
    "organ-name-varies", Warning, Wording, "机关名称不一", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let mut forms: BTreeMap<(char, &str), Vec<std::ops::Range<usize>>> = BTreeMap::new();
    for (at, _) in facts.text.match_indices('教') {
        let Some(level) = facts.text[..at]
            .chars()
            .next_back()
            .filter(|level| "市县区旗州盟".contains(*level))
        else {
            continue;
        };
        let name_len: usize = facts.text[at..]
            .chars()
            .take(6)
            .take_while(|next| "教育体科文卫技旅游和".contains(*next))
            .map(char::len_utf8)
            .sum();
        let end = at + name_len;
        if name_len >= 6 && facts.text[end..].starts_with('局') {
            let span = at - level.len_utf8()..end + '局'.len_utf8();
            forms
                .entry((level, &facts.text[at..end]))
                .or_default()
                .push(span);
        }
    }
    for ((level, name), places) in &forms {
        let usual = forms
            .iter()
            .filter(|((other, _), _)| other == level)
            .max_by_key(|(_, places)| places.len());
        let Some(((_, common), most)) = usual else {
            continue;
        };
        if common == name || most.len() <= places.len() {
            continue;
        }
        let span = places[0].clone();
        out.findings.push(
            RULE.at(
                span,
                format!(
                    "“{level}{name}局”{} 处，别处写“{level}{common}局”{} 处",
                    places.len(),
                    most.len()
                ),
            )
            .help("统一为机关的现行名称")
            .related(most[0].clone(), "另一种写法"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn old_name_left_in_the_draft() {
        let marked = "县教体局印发，县教体局检查，⟦县教科局⟧总结";
        check_rule(
            &RULE,
            crate::Extent::Whole,
            marked,
            "县教育局印发，市教体局检查，县教育局总结",
        );
    }
}

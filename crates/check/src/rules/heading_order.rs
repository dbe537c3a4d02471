//! Ordinals of headings and lists.

use std::collections::{HashMap, HashSet};

use super::Outcome;
use crate::facts::{Facts, Marker, Style};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 序号跳号、重号：一、之后是三、；（二）出现两次；一是、二是之后是四是。
    /// ## 为什么要紧
    /// 序号不连说明删改后没有核对，读者会以为漏了一部分。
    /// ## 例
    /// 一、总体情况 …… 三、存在问题
    /// ## 改正
    /// 一、总体情况 …… 二、存在问题
    /// ## 已知误报
    /// 上一级序号之后，下一级从头数起；节选的文本不要求从“一”开始。
    "heading-order", Error, Structure, "序号不连续", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let mut last: HashMap<Style, &Marker> = HashMap::new();
    let mut seen: HashSet<Style> = HashSet::new();
    for (index, marker) in facts.markers.iter().enumerate() {
        let expected = last
            .get(&marker.style)
            .map_or(1, |before| before.number + 1);
        let starts = seen.insert(marker.style) && !facts.whole;
        // 一是……二是 begins again in every paragraph that has its own list.
        let begins = marker.number == 1;
        if marker.number == expected || begins || starts {
            advance(&mut last, marker);
            continue;
        }
        let goes_on = facts.markers[index + 1..]
            .iter()
            .take(50)
            .take_while(|next| next.style >= marker.style)
            .find(|next| next.style == marker.style)
            .is_some_and(|next| next.number == marker.number + 1 || next.number == expected + 1);
        let known = last.get(&marker.style).copied();
        if let Some(before) = known {
            report(marker, before, expected, out);
        } else if marker.number > 1
            && (facts.whole || goes_on)
            && marker.style < Style::Is
            && marker.heads_line
        {
            // The list does not begin with one.
            out.findings.push(
                RULE.at(
                    marker.span.clone(),
                    format!(
                        "“{}”之前没有“{}”",
                        marker.style.shown(marker.number),
                        marker.style.shown(1)
                    ),
                )
                .help("请核对序号，或者补上缺少的部分"),
            );
        }
        advance(&mut last, marker);
    }
}

/// A marker ends the lists of all lower levels.
fn advance<'m>(last: &mut HashMap<Style, &'m Marker>, marker: &'m Marker) {
    last.retain(|style, _| *style <= marker.style);
    last.insert(marker.style, marker);
}

fn report(marker: &Marker, before: &Marker, expected: i128, out: &mut Outcome) {
    // Another list in another paragraph may have lost its first item; inline lists are judged
    // only inside one paragraph or over paragraphs that each begin with a marker.
    let apart = before.line != marker.line && !(marker.heads_line && before.heads_line);
    if apart && marker.style == Style::Is {
        return;
    }
    let shown = marker.style.shown(marker.number);
    let previous = before.style.shown(before.number);
    let message = if marker.number == before.number {
        format!("序号“{shown}”重复")
    } else {
        format!(
            "“{previous}”之后是“{shown}”，应为“{}”",
            marker.style.shown(expected)
        )
    };
    out.findings.push(
        RULE.at(marker.span.clone(), message)
            .help("请核对序号，或者补上缺少的部分")
            .figures(marker.style.shown(expected), shown)
            .related(before.span.clone(), "前一个序号"),
    );
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;
    use crate::Extent;

    #[test]
    fn skipped_and_repeated() {
        let silent =
            "一、甲\n（一）子\n（二）丑\n二、乙\n（一）寅。一是早。二是晚。\n三、丙。一是好。";
        check_rule(&RULE, Extent::Excerpt, "一、甲\n⟦三⟧、乙\n四、丙", silent);
        check_rule(
            &RULE,
            Extent::Excerpt,
            "（一）甲\n（二）乙\n（⟦二⟧）丙",
            silent,
        );
        check_rule(
            &RULE,
            Extent::Excerpt,
            "一是甲。二是乙。⟦四⟧是丙。",
            "依照第二款第（三）项",
        );
    }
}

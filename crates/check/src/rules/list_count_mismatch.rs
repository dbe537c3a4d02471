//! Counted lists: as many items as announced.

mod items;

use super::Outcome;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::numbers::{Kind, Number};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 说了几项就应列几项：“以下四方面工作：一是……”“A、B、C等3项”“计划、师资、教材、课时‘四落实’”；
    /// 一个事项下列出两个结果。
    /// ## 为什么要紧
    /// 数目与列举对不上，读者不知道是漏了还是多了。
    /// ## 例
    /// 重点做好以下四方面工作：一是……二是……三是……（完）
    /// ## 改正
    /// 改为“以下三方面工作”，或补上第四项。
    /// ## 已知误报
    /// “等”可以表示列举未尽，列得少不报，列得多才报。
    "list-count-mismatch", Warning, Relation, "列举的项数与所说不符", run
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for (index, number) in facts.numbers.iter().enumerate() {
        let small = (2..=20).contains(&number.value.mantissa) && number.value.exponent == 0;
        let one = number.value.mantissa == 1 && number.value.exponent == 0;
        if number.kind == Kind::FixedTerm && number.chinese && small {
            slogan(facts, number, out);
        } else if number.kind == Kind::Quantity && small && number.qualifiers.is_empty() {
            listed_before(facts, number, out);
            announced(facts, index, out);
        }
        if number.kind == Kind::Quantity
            && (small || one)
            && number.unit.is_some_and(|unit| unit.text == "项")
        {
            sub_items(facts, number, out);
        }
    }
}

fn push(
    facts: &Facts<'_>,
    number: &Number,
    found: usize,
    spans: Vec<std::ops::Range<usize>>,
    out: &mut Outcome,
) {
    let stated = number.value.mantissa;
    let holds = usize::try_from(stated) == Ok(found);
    let shown = &facts.text[number.whole.clone()];
    let message = if holds {
        format!("“{shown}”与列举的 {found} 项一致")
    } else {
        format!("说“{shown}”，列举了 {found} 项")
    };
    let mut finding: Finding = RULE
        .at(number.span.clone(), message)
        .help("请核对项数，或者补全、删减列举")
        .figures(found.to_string(), stated.to_string());
    finding.holds = holds;
    for span in spans {
        finding = finding.related(span, "列举项");
    }
    out.findings.push(finding);
}

/// The next few characters.
fn near<'f>(facts: &'f Facts<'_>, from: usize, characters: usize) -> &'f str {
    let rest = &facts.text[from..];
    &rest[..rest
        .char_indices()
        .nth(characters)
        .map_or(rest.len(), |(at, _)| at)]
}

/// 计划、师资、教材、课时“四落实”: short items of one length, right before the quoted count.
fn slogan(facts: &Facts<'_>, number: &Number, out: &mut Outcome) {
    let Some(before) = facts.text[..number.span.start].strip_suffix(['“', '"', '「']) else {
        return;
    };
    let quoted = near(facts, number.span.end, 16).find(['”', '"', '」']);
    if quoted.is_none_or(|len| len == 0 || len > 15) {
        return;
    }
    let listed = items::before(before);
    let Some(last) = listed.last() else { return };
    let width = |span: &std::ops::Range<usize>| facts.text[span.clone()].chars().count();
    let even = listed.len() >= 2
        && width(last) <= 6
        && listed[1..].iter().all(|item| width(item) == width(last))
        && width(&listed[0]) >= width(last)
        && !listed
            .iter()
            .any(|item| facts.text[item.clone()].contains(['“', '”', '《', '"']));
    if even {
        push(facts, number, listed.len(), listed, out);
    }
}

/// A、B、C等3项: more items than announced, or exactly as many.
fn listed_before(facts: &Facts<'_>, number: &Number, out: &mut Outcome) {
    let before = &facts.text[..number.whole.start];
    let Some(before) = before.strip_suffix('等') else {
        return;
    };
    let listed = items::before(before);
    let stated = usize::try_from(number.value.mantissa).unwrap_or(0);
    let unit = number.unit.map_or("", |unit| unit.text);
    let countable = matches!(
        unit,
        "项" | "个" | "所" | "家" | "部门" | "类" | "种" | "大" | "方面" | "部" | "门" | "件"
    );
    if listed.len() >= 2 && countable && listed.len() >= stated {
        push(facts, number, listed.len(), listed, out);
    }
}

/// 以下四方面工作：一是……二是……: the markers that follow, in this or the next paragraphs.
fn announced(facts: &Facts<'_>, index: usize, out: &mut Outcome) {
    let number = &facts.numbers[index];
    let behind = near(facts, number.whole.end, 16);
    let Some(colon) = behind.find(['：', ':']) else {
        return;
    };
    let lead = &behind[..colon];
    if lead.chars().count() > 12 || lead.contains(['。', '；', '，', ',', '\n', '、']) {
        return;
    }
    let before: String = facts.text[..number.whole.start]
        .chars()
        .rev()
        .take(6)
        .collect();
    let unit = number.unit.map_or("", |unit| unit.text);
    let announcing = matches!(unit, "方面" | "项" | "个" | "点" | "条" | "件")
        && (before.contains('下')
            || before.contains("如")
            || lead.ends_with(['作', '面', '点', '题', '施', '务', '项', '度'])
            || lead.is_empty());
    if !announcing {
        return;
    }
    let start = number.whole.end + colon;
    if let Some(markers) = items::markers(facts, start) {
        push(facts, number, markers.len(), markers, out);
    } else if let Some((items, last_is_two)) = items::behind(facts.text, start) {
        let stated = usize::try_from(number.value.mantissa).unwrap_or(0);
        // A、B和C: the last may be one item or two.
        let found = items.len() + usize::from(last_is_two && items.len() < stated);
        push(facts, number, found, items, out);
    }
}

/// 1项事项中“甲”保留、“乙”取消: one item with two outcomes.
fn sub_items(facts: &Facts<'_>, number: &Number, out: &mut Outcome) {
    let behind = near(facts, number.whole.end, 160);
    let Some((lead, listed)) = behind.split_once('中') else {
        return;
    };
    if lead.chars().count() > 12
        || lead.contains(['，', ',', '。', '；', ';', '、', '“'])
        || !listed.starts_with('“')
    {
        return;
    }
    let end = listed.find(['。', '；', ';', '\n']).unwrap_or(listed.len());
    let start = number.whole.end + lead.len() + '中'.len_utf8();
    let mut spans = Vec::new();
    let mut from = start;
    for piece in listed[..end].split('、') {
        let outcome = piece.rsplit('”').next().unwrap_or("");
        if !piece.starts_with('“') || outcome.is_empty() || outcome.chars().count() > 6 {
            return;
        }
        spans.push(from..from + piece.len());
        from += piece.len() + '、'.len_utf8();
    }
    let stated = usize::try_from(number.value.mantissa).unwrap_or(0);
    if spans.len() < 2 || spans.len() == stated {
        return;
    }
    let last = spans.last().map_or(start, |span| span.end);
    let message = format!(
        "“{}”列出了 {} 个结果，分项之和因此与总数不符",
        &facts.text[number.whole.clone()],
        spans.len()
    );
    let finding = RULE
        .at(number.span.start..last, message)
        .help("拆成两项，或者把这一项归为“调整”等一个结果")
        .figures(spans.len().to_string(), stated.to_string());
    out.findings.push(finding);
}

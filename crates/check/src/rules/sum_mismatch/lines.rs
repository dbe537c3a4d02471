//! A total with a line for each part below it: 分配情况如下： and then one line per item, each
//! beginning with its own amount.

use std::ops::Range;

use super::slip::one_part_mistyped;
use super::wording::names_total;
use super::{Candidate, Likeness, Shape, fits, report, values};
use crate::arithmetic::looks_like_slip;
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::rules::Outcome;

/// Fewer lines are no list.
const SHORTEST: usize = 3;
/// More columns than that are tables, which another rule reads.
const COLUMNS: usize = 3;
/// What such a list is worth.
const SURE: i32 = 8;

/// Tries every run of such lines under every total that stands before it.
pub(super) fn run(facts: &Facts<'_>, out: &mut Outcome) {
    let count = facts.paragraphs.len();
    let mut start = 0;
    while start < count {
        if !is_row(facts, start) || !announced(facts, start) {
            start += 1;
            continue;
        }
        let end = (start..count)
            .find(|row| !is_row(facts, *row))
            .unwrap_or(count);
        if end - start >= SHORTEST {
            judge(facts, start..end, out);
        }
        start = end.max(start + 1);
    }
}

/// The text of the paragraph before its first figure.
fn lead<'f>(facts: &'f Facts<'_>, row: usize) -> &'f str {
    let first = &facts.figures[facts.paragraphs[row].figures.start];
    let at = first.whole.start;
    let line = facts.text[..at].rfind('\n').map_or(0, |end| end + 1);
    &facts.text[line..at]
}

/// A line whose first figure is an amount close to its beginning.
fn is_row(facts: &Facts<'_>, row: usize) -> bool {
    const NAME_MAX: usize = 30;
    let first = &facts.figures[facts.paragraphs[row].figures.start];
    let lead = lead(facts, row).trim_start();
    first.is_amount()
        && first.role == Role::Plain
        && first.bracket == 0
        && !first.approximate
        && !lead.is_empty()
        && lead.chars().count() <= NAME_MAX
        && !lead.contains(['。', '，', ','])
}

/// Whether the text before the line ends in a colon.
fn announced(facts: &Facts<'_>, row: usize) -> bool {
    let first = &facts.figures[facts.paragraphs[row].figures.start];
    let line = facts.text[..first.whole.start]
        .rfind('\n')
        .unwrap_or_default();
    let before = facts.text[..line].trim_end();
    let lead = lead(facts, row).trim_start_matches([' ', '（', '(', '\u{3000}']);
    let first = lead.starts_with(['一', '1']) && numbered(facts, row);
    row > 0 && (before.ends_with(['：', ':']) || before.ends_with("分别是") || first)
}

/// Whether the line begins with an ordinal.
fn numbered(facts: &Facts<'_>, row: usize) -> bool {
    let lead = lead(facts, row).trim_start();
    lead.starts_with(['（', '('])
        || lead
            .chars()
            .next()
            .is_some_and(|next| next.is_ascii_digit() || "一二三四五六七八九十".contains(next))
}

fn judge(facts: &Facts<'_>, rows: Range<usize>, out: &mut Outcome) {
    let bracketed = |row: usize| lead(facts, row).trim_start().starts_with(['（', '(']);
    let kind = bracketed(rows.start);
    // 1. 2. 3. and then（二）: the list ends where another level goes on.
    let end = rows
        .clone()
        .find(|row| numbered(facts, *row) && bracketed(*row) != kind)
        .filter(|_| numbered(facts, rows.start))
        .unwrap_or(rows.end);
    let rows = rows.start..end;
    let marked: Vec<usize> = rows.clone().filter(|row| numbered(facts, *row)).collect();
    if rows.len() < SHORTEST {
        return;
    }
    // Lines between numbered ones divide those.
    let rows: Vec<usize> = if marked.len() >= SHORTEST {
        marked
    } else {
        rows.collect()
    };
    let first = facts.paragraphs[rows[0]].figures.start;
    for column in 0..COLUMNS {
        let parts: Vec<usize> = rows
            .iter()
            .filter_map(|row| {
                let figures = facts.paragraphs[*row].figures.clone();
                figures
                    .filter(|index| facts.figures[*index].is_amount())
                    .nth(column)
            })
            .collect();
        let unit = |index: usize| facts.figures[index].unit;
        if parts.len() != rows.len()
            || parts.iter().any(|part| unit(*part) != unit(parts[0]))
            || parts
                .iter()
                .any(|part| out.lists_with(*part).any(|list| list.parts.contains(part)))
        {
            return;
        }
        column_of(facts, first, parts, out);
    }
}

/// The nearest total before the lines that the column fits, else one that is a slip away.
fn column_of(facts: &Facts<'_>, first: usize, parts: Vec<usize>, out: &mut Outcome) {
    const REACH: usize = 16;
    let head = &facts.figures[parts[0]];
    let totals = (first.saturating_sub(REACH)..first).rev().filter(|index| {
        let figure = &facts.figures[*index];
        figure.is_amount()
            && figure.alike(head) <= Likeness::Group as u8
            && figure.role == Role::Plain
            && figure.bracket == 0
            && figure.paragraph + 3 >= head.paragraph
            && figure.value.above(Decimal::whole(9))
    });
    let mut near = None;
    for total in totals {
        let candidate = Candidate::new(facts, total, parts.clone(), Shape::Heads, Likeness::Same);
        if fits(facts, &candidate) {
            report(facts, &candidate, Some(SURE), true, out);
            return;
        }
        let value = facts.figures[total].value;
        let slip = candidate.sum.is_some_and(|sum| looks_like_slip(value, sum))
            || one_part_mistyped(value, &values(facts, candidate.parts()));
        let large = value.above(Decimal::whole(99));
        if slip && large && near.is_none() && !candidate.approximate {
            near = Some(candidate);
        }
    }
    let sums_up = |candidate: &Candidate| {
        let line = facts.text[..head.whole.start].rfind('\n').unwrap_or(0);
        facts.text[..line].trim_end().ends_with(['：', ':', '是'])
            || names_total(facts.label(&facts.figures[candidate.total]))
            || facts.label(&facts.figures[candidate.total]).contains('总')
    };
    if let Some(candidate) =
        near.filter(|candidate| !out.blamed[candidate.total] && sums_up(candidate))
    {
        report(facts, &candidate, None, false, out);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::check_rule;

    #[test]
    fn a_line_for_each_part() {
        let text = |total: &str, pay: &str| {
            format!(
                "秋季学期共需为{total}人发放资助金618.5万元。分别是：\n一、学前教育资助：386人，{pay}万元；\n\
                 二、义务教育补助：7074人，430.9万元；\n三、高中助学金：890人，170.2万元。"
            )
        };
        let silent = text("8350", "17.4");
        let rule = &super::super::RULE;
        let excerpt = crate::Extent::Excerpt;
        check_rule(rule, excerpt, &text("⟦8530⟧", "17.4"), &silent);
    }

    #[test]
    fn lines_without_a_total() {
        let text = "全年开展活动9350场。工作要点：\n一、组织培训：386人，17.4万元；\n\
                    二、家访：7074人，430.9万元；\n三、体检：890人，170.2万元。";
        check_rule(&super::super::RULE, crate::Extent::Excerpt, text, text);
    }
}

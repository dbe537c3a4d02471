//! Items of a list in running text.

use std::ops::Range;

use crate::facts::Facts;
use crate::numbers::{Kind, Number};

/// The items between 、 at the end of `text`, first to last; only one when nothing is listed.
pub(super) fn before(text: &str) -> Vec<Range<usize>> {
    let mut depth = 0i32;
    let mut start = text.len();
    let mut end = text.len();
    let mut items = Vec::new();
    for (at, character) in text.char_indices().rev().take(200) {
        match character {
            '）' | ')' | '》' | '”' => depth += 1,
            '（' | '(' | '《' | '“' => depth -= 1,
            '、' if depth == 0 => {
                items.push(at + character.len_utf8()..end);
                end = at;
            }
            '，' | ',' | '。' | '；' | ';' | '：' | ':' | '\n' | '！' | '？' if depth == 0 => {
                break;
            }
            _ => {}
        }
        if depth < 0 {
            break;
        }
        start = at;
    }
    items.push(start.min(end)..end);
    items.reverse();
    items.retain(|item| !item.is_empty());
    items
}

/// The markers 一是, 二是 or (一), （二） that follow `start`, as long as they count on from one.
pub(super) fn markers(facts: &Facts<'_>, start: usize) -> Option<Vec<Range<usize>>> {
    let first = facts
        .numbers
        .partition_point(|number| number.span.start < start);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut style = None;
    for number in facts.numbers[first..]
        .iter()
        .filter(|number| number.kind == Kind::Heading)
    {
        let own = style_of(facts, number);
        if found.is_empty() {
            let gap = &facts.text[start..number.span.start];
            if number.value.mantissa != 1 || gap.chars().count() > 6 {
                return None;
            }
            style = Some(own);
        } else if style != Some(own) {
            // A higher level ends the list; a marker inside an item does not.
            if own == Style::Comma {
                break;
            }
            continue;
        } else if usize::try_from(number.value.mantissa) != Ok(found.len() + 1) {
            break;
        }
        found.push(number.span.clone());
    }
    (found.len() >= 2).then_some(found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// 一、
    Comma,
    /// （一） or (1)
    Bracket,
    /// 一是
    Is,
    /// 1.
    Dot,
}

fn style_of(facts: &Facts<'_>, number: &Number) -> Style {
    match facts.text[number.span.end..].chars().next() {
        Some('、') => Style::Comma,
        Some('）' | ')') => Style::Bracket,
        Some('是' | '要') => Style::Is,
        _ => Style::Dot,
    }
}

/// 3项重点事项：A、B、C。 The items behind the colon, and whether the last of them may be two. A
/// list that goes on behind a comma, or has brackets or figures in it, is not counted.
pub(super) fn behind(text: &str, colon: usize) -> Option<(Vec<Range<usize>>, bool)> {
    const ITEM_MAX: usize = 16;
    const ITEMS_MAX: usize = 20;
    let start = colon + text[colon..].chars().next().map_or(0, char::len_utf8);
    let end = text[start..].find(['。', '；', '\n'])?;
    let list = &text[start..start + end];
    let plain =
        !list.contains(|next: char| next.is_ascii() || "，：（）“”《》〔〕！？…等".contains(next));
    if !plain {
        return None;
    }
    let mut items = Vec::new();
    let mut at = start;
    for item in list.split('、') {
        items.push(at..at + item.len());
        at += item.len() + '、'.len_utf8();
    }
    let last = list.rsplit('、').next()?;
    let short = list
        .split('、')
        .all(|item| (2..=ITEM_MAX).contains(&item.chars().count()));
    let counted = (2..=ITEMS_MAX).contains(&items.len()) && short;
    counted.then(|| (items, last.contains(['和', '及', '与'])))
}

//! Numbers in Chinese characters in their surroundings: quantity, marker, ordinal or slogan.

use super::cursor::{Before, Found, ascii_digit, literal_at, one, plain, skip};
use super::scan::read_ordinal;
use super::tail::finish;
use super::{Kind, UnitClass, chinese, fixed};
use crate::decimal::Decimal;

pub(super) fn read_chinese(text: &str, start: usize, before: &Before) -> Option<Found> {
    let rest = &text[start..];
    if let Some(found) = read_chinese_fraction(text, start) {
        return Some(found);
    }
    if !chinese::begins(rest.chars().next()?) {
        return None;
    }
    let run = chinese::read_run(rest);
    let end = start + run.len;
    let Some(value) = run.value else {
        return Some(skip(end));
    };
    let mut found = if before.last() == Some('第') {
        read_ordinal(text, start, end, value, true)
    } else if chinese_marker(text, end, before) {
        one(Kind::Heading, start..end, value)
    } else if run.positional && text[end..].starts_with('年') {
        one(Kind::Year, start..end + '年'.len_utf8(), value)
    } else if before.last().is_some_and(|last| "“‘\"「".contains(last)) {
        one(Kind::FixedTerm, start..end, value)
    } else if run.positional
        || before
            .last()
            .is_some_and(|last| fixed::glued_before(last, rest))
    {
        skip(end)
    } else {
        chinese_quantity(text, start, end, value, before)
    };
    if let Some(number) = found.number.as_mut() {
        number.chinese = true;
    }
    Some(found)
}

/// 三分之二, 百分之九十五, 千分之三.
pub(super) fn read_chinese_fraction(text: &str, start: usize) -> Option<Found> {
    let rest = &text[start..];
    let (lower, lower_len) = match rest.chars().next()? {
        '百' => (100, '百'.len_utf8()),
        '千' => (1000, '千'.len_utf8()),
        _ => {
            let run = chinese::read_run(rest);
            (run.value.and_then(|value| value.in_units_of(0))?, run.len)
        }
    };
    let behind = rest[lower_len..].strip_prefix("分之")?;
    let upper_at = start + lower_len + "分之".len();
    let (value, end) = match behind.chars().next().and_then(ascii_digit) {
        Some(_) => {
            let literal = literal_at(text, upper_at);
            (literal.value, literal.end)
        }
        None if behind.starts_with('百') => (Decimal::whole(100), upper_at + '百'.len_utf8()),
        None => {
            let run = chinese::read_run(behind);
            (run.value?, upper_at + run.len)
        }
    };
    let kind = match lower {
        100 => Kind::Percent,
        1000 => Kind::Permille,
        _ => Kind::Fraction,
    };
    let mut number = plain(kind, start..end, value);
    number.chinese = true;
    if kind == Kind::Fraction {
        number.upper = Some(Decimal::whole(lower));
    }
    Some(Found {
        number: Some(number),
        resume: end,
    })
}

/// 一、 （一） 一是 第一 as list markers.
pub(super) fn chinese_marker(text: &str, end: usize, before: &Before) -> bool {
    let rest = &text[end..];
    match rest.chars().next() {
        Some('、') => before.at_line_start(),
        Some('）' | ')') => before.last().is_some_and(|open| matches!(open, '(' | '（')),
        Some('是') => before.at_clause_start(),
        Some('要') => before.at_clause_start(),
        _ => false,
    }
}

pub(super) fn chinese_quantity(
    text: &str,
    start: usize,
    end: usize,
    value: Decimal,
    before: &Before,
) -> Found {
    let rest = &text[start..];
    if fixed::is_term(rest) {
        return one(Kind::FixedTerm, start..end, value);
    }
    let found = finish(text, start, end, value, before, true);
    let Some(number) = &found.number else {
        return found;
    };
    let Some(unit) = number.unit else {
        return skip(end);
    };
    let one_only = value.same(Decimal::whole(1));
    let follow = &text[number.whole.end..];
    let session = matches!(unit.text, "次" | "届")
        && (follow.starts_with(['会', '全', '代']) || follow.starts_with(chinese::begins));
    let ambiguous = matches!(
        unit.text,
        "分" | "时" | "班" | "角" | "点" | "对" | "口" | "头"
    );
    if session || ambiguous || (one_only && !matches!(unit.text, "名" | "件" | "所" | "份" | "场"))
    {
        return one(Kind::FixedTerm, start..end, value);
    }
    if unit.class == UnitClass::Duration && unit.text == "日" {
        return skip(end);
    }
    found
}

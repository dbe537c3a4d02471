//! Years, dates, and ranges of them.

use super::Kind;
use super::cursor::{Before, Digits, Found, digits_at, next_char, one, plain};
use crate::decimal::Decimal;

pub(super) fn is_year(value: i128) -> bool {
    (1900..=2100).contains(&value)
}

/// Years, dates, months and days, and ranges of them.
pub(super) fn read_date(text: &str, start: usize, head: &Digits, before: &Before) -> Option<Found> {
    if before.last() == Some('第') {
        return None;
    }
    let year = head.count == 4 && is_year(head.value);
    let value = Decimal::whole(head.value);
    let rest = &text[head.end..];
    if year && rest.starts_with('年') {
        let after_year = head.end + '年'.len_utf8();
        return Some(match month_end(text, after_year) {
            Some(end) => one(Kind::Date, start..end, value),
            None => one(Kind::Year, start..after_year, value),
        });
    }
    if year {
        if let Some(end) = numeric_date_end(text, head.end) {
            return Some(one(Kind::Date, start..end, value));
        }
        if let Some((upper, end)) = range_tail(text, head.end)
            && upper.count == 4
            && is_year(upper.value)
            && upper.value > head.value
        {
            let mut number = plain(Kind::Year, start..end, value);
            number.upper = Some(Decimal::whole(upper.value));
            return Some(Found {
                number: Some(number),
                resume: end,
            });
        }
        if ["版", "届", "学年", "级", "财年"]
            .iter()
            .any(|word| rest.starts_with(word))
        {
            return Some(one(Kind::Year, start..head.end, value));
        }
    }
    if head.count > 2 {
        return None;
    }
    if let Some(end) = month_end(text, start) {
        return Some(one(Kind::Date, start..end, value));
    }
    if (1..=31).contains(&head.value) && (rest.starts_with('日') || rest.starts_with('时')) {
        return Some(one(Kind::Date, start..head.end, value));
    }
    let (upper, end) = range_tail(text, head.end)?;
    let months = upper.count <= 2 && (1..=12).contains(&upper.value) && head.value <= 12;
    (months && text[end..].starts_with('月') && head.value < upper.value)
        .then(|| one(Kind::Date, start..end + '月'.len_utf8(), value))
}

/// The end of `3月1日` or `3月` at `position`.
pub(super) fn month_end(text: &str, position: usize) -> Option<usize> {
    let month = digits_at(text, position);
    if !(1..=2).contains(&month.count) || !(1..=12).contains(&month.value) {
        return None;
    }
    let after_month = text[month.end..]
        .strip_prefix('月')
        .map(|_| month.end + '月'.len_utf8())?;
    let day = digits_at(text, after_month);
    let full = (1..=2).contains(&day.count)
        && (text[day.end..].starts_with('日') || text[day.end..].starts_with('号'));
    Some(if full {
        day.end + '日'.len_utf8()
    } else {
        after_month
    })
}

/// The end of `-03-14`, `.3.14` or `/3/14`.
pub(super) fn numeric_date_end(text: &str, position: usize) -> Option<usize> {
    let separator = next_char(text, position).filter(|next| matches!(next, '-' | '.' | '/'))?;
    let month = digits_at(text, position + 1);
    if !(1..=2).contains(&month.count) || !(1..=12).contains(&month.value) {
        return None;
    }
    if next_char(text, month.end) != Some(separator) {
        return None;
    }
    let day = digits_at(text, month.end + 1);
    ((1..=2).contains(&day.count) && (1..=31).contains(&day.value)).then_some(day.end)
}

/// The second number of a range, in Arabic digits, behind a range sign at `position`.
pub(super) fn range_tail(text: &str, position: usize) -> Option<(Digits, usize)> {
    let sign = next_char(text, position).filter(|next| is_range_sign(*next))?;
    let mut at = position + sign.len_utf8();
    while next_char(text, at).is_some_and(is_range_sign) {
        at += next_char(text, at).map_or(0, char::len_utf8);
    }
    let upper = digits_at(text, at);
    let end = upper.end;
    (upper.count > 0).then_some((upper, end))
}

pub(super) fn is_range_sign(character: char) -> bool {
    matches!(
        character,
        '-' | '—' | '–' | '~' | '～' | '至' | '－' | '―' | '∼'
    )
}

//! One pass over the text, from number to number; numbers in Arabic digits.

use super::cursor::{
    Before, DIGITS_MAX, Digits, Found, ascii_digit, digits_at, literal_at, next_char, one, plain,
};
use super::dates::{is_year, read_date};
use super::han::read_chinese;
use super::tail::finish;
use super::{Kind, Number, chinese, fixed, units};
use crate::decimal::Decimal;

/// Every number of the text, in order.
pub fn read_numbers(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut resume = 0;
    let mut before = Before::default();
    for (position, character) in text.char_indices() {
        if position >= resume {
            let found = if ascii_digit(character).is_some() {
                Some(read_arabic(text, position, &before))
            } else if chinese::begins(character) || (character == '百' || character == '千') {
                read_chinese(text, position, &before)
            } else {
                None
            };
            if let Some(found) = found {
                resume = found.resume.max(position + character.len_utf8());
                numbers.extend(found.number);
            }
        }
        before.push(character);
    }
    numbers
}
fn read_arabic(text: &str, start: usize, before: &Before) -> Found {
    let head = digits_at(text, start);
    if let Some(found) = read_marker(text, start, &head, before)
        .or_else(|| read_bracketed(text, start, &head, before))
        .or_else(|| read_code(text, start, &head, before))
        .or_else(|| read_date(text, start, &head, before))
    {
        return found;
    }
    let literal = literal_at(text, start);
    if literal.digits > DIGITS_MAX {
        return one(Kind::Code, start..head.end, Decimal::whole(0));
    }
    if before.last() == Some('第') {
        return read_ordinal(text, start, literal.end, literal.value, false);
    }
    let rest = &text[literal.end..];
    if rest.starts_with('号') && literal.bare {
        return one(Kind::Code, start..literal.end, literal.value);
    }
    if let Some(found) = read_slash(text, start, &head) {
        return found;
    }
    let mut found = finish(text, start, literal.end, literal.value, before, false);
    let unitless = found.number.as_ref().is_some_and(|number| {
        number.kind == Kind::Quantity && number.unit.is_none() && number.qualifiers.is_empty()
    });
    if unitless && literal.bare {
        let quoted = before
            .last()
            .is_some_and(|character| "“‘\"「".contains(character));
        let digits = &text[start..literal.end];
        let kind = if quoted {
            Some(Kind::FixedTerm)
        } else if fixed::is_code(digits) {
            Some(Kind::Code)
        } else {
            None
        };
        if let (Some(kind), Some(number)) = (kind, found.number.as_mut()) {
            number.kind = kind;
        }
    }
    found
}

/// 1. 1、 at the beginning of a line, (1) anywhere, 1.… at the beginning of a clause.
fn read_marker(text: &str, start: usize, head: &Digits, before: &Before) -> Option<Found> {
    if head.count > 2 {
        return None;
    }
    let follow = next_char(text, head.end)?;
    let after = next_char(text, head.end + follow.len_utf8());
    let number_goes_on = after.is_some_and(|next| ascii_digit(next).is_some());
    let marker = match follow {
        '、' => before.at_line_start() && !number_goes_on,
        '.' | '．' => !number_goes_on && before.at_clause_start(),
        ')' | '）' => {
            before.last().is_some_and(|open| matches!(open, '(' | '（')) || before.at_line_start()
        }
        _ => false,
    };
    marker.then(|| one(Kind::Heading, start..head.end, Decimal::whole(head.value)))
}

/// 〔2025〕12号 and its misspellings with other brackets.
fn read_bracketed(text: &str, start: usize, head: &Digits, before: &Before) -> Option<Found> {
    let open = before
        .last()
        .filter(|open| "〔[［【（(﹝".contains(*open))?;
    if head.count != 4 || !is_year(head.value) {
        return None;
    }
    let close = next_char(text, head.end).filter(|close| "〕]］】）)﹞".contains(*close))?;
    let mut serial_at = head.end + close.len_utf8();
    if text[serial_at..].starts_with('第') {
        serial_at += '第'.len_utf8();
    }
    let serial = digits_at(text, serial_at);
    if serial.count == 0 || !text[serial.end..].starts_with('号') {
        return None;
    }
    let span = start - open.len_utf8()..serial.end + '号'.len_utf8();
    Some(one(
        Kind::DocumentNumber,
        span,
        Decimal::whole(serial.value),
    ))
}

/// Identifiers, telephone numbers, names with letters or signs: B1, 1+N, 4·11, 022-23196661.
fn read_code(text: &str, start: usize, head: &Digits, before: &Before) -> Option<Found> {
    // 同比+25% is a rate, 1+N and 线上+线下 are names.
    let signed =
        before.last() == Some('+') && text[literal_at(text, start).end..].starts_with(['%', '％']);
    let letter_before = !signed
        && before.last().is_some_and(|last| {
            last.is_ascii_alphabetic() || matches!(last, '+' | '＋' | '·' | '_' | '@' | '/' | '#')
        });
    let after = next_char(text, head.end);
    let letter_after = after.is_some_and(|next| {
        (next.is_ascii_alphabetic() && units::unit_at(&text[head.end..]).is_none())
            || matches!(next, '+' | '＋' | '·' | '_' | '@')
    });
    let zero_first = head.count > 1 && text[start..].starts_with(['0', '０']);
    if head.count > DIGITS_MAX || letter_before || letter_after || (zero_first && head.count > 2) {
        let end = code_end(text, head.end);
        return Some(one(Kind::Code, start..end, Decimal::whole(0)));
    }
    if before.last() == Some('-') && head.count >= 5 {
        return Some(one(Kind::Code, start..head.end, Decimal::whole(0)));
    }
    let phone = after == Some('-') && digits_at(text, head.end + 1).count >= 7;
    phone.then(|| {
        one(
            Kind::Code,
            start..digits_at(text, head.end + 1).end,
            Decimal::whole(0),
        )
    })
}

fn code_end(text: &str, from: usize) -> usize {
    text[from..]
        .char_indices()
        .find(|(_, next)| {
            !(next.is_ascii_alphanumeric() || matches!(next, '-' | '_' | '·' | '+' | '@'))
        })
        .map_or(text.len(), |(offset, _)| from + offset)
}

/// 第3次 is an ordinal, 第3条 an article.
pub(super) fn read_ordinal(
    text: &str,
    start: usize,
    end: usize,
    value: Decimal,
    chinese: bool,
) -> Found {
    let article = next_char(text, end).is_some_and(|next| "条款项章节编目".contains(next));
    let kind = if article {
        Kind::ArticleNumber
    } else {
        Kind::Ordinal
    };
    let mut found = one(kind, start..end, value);
    if let Some(number) = found.number.as_mut() {
        number.chinese = chinese;
    }
    found
}

/// 2/3 as a fraction; anything longer with slashes is a code.
fn read_slash(text: &str, start: usize, head: &Digits) -> Option<Found> {
    if next_char(text, head.end) != Some('/') {
        return None;
    }
    let lower = digits_at(text, head.end + 1);
    if lower.count == 0 || next_char(text, lower.end) == Some('/') {
        return None;
    }
    if head.count > 2 || lower.count > 2 || head.value >= lower.value || head.value == 0 {
        return None;
    }
    let mut number = plain(Kind::Fraction, start..lower.end, Decimal::whole(head.value));
    number.upper = Some(Decimal::whole(lower.value));
    Some(Found {
        number: Some(number),
        resume: lower.end,
    })
}

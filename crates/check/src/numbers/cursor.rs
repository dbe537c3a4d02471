//! What the readers of one number share: what stands before, digits, and how reading goes on.

use std::ops::Range;

use super::{Kind, Number};
use crate::decimal::Decimal;

/// Digits beyond this make an identifier, not a figure.
pub(super) const DIGITS_MAX: usize = 15;

/// The three characters before the one being read.
#[derive(Default)]
pub(super) struct Before([Option<char>; 4]);

impl Before {
    pub(super) fn push(&mut self, character: char) {
        self.0.rotate_right(1);
        self.0[0] = Some(character);
    }

    pub(super) fn last(&self) -> Option<char> {
        self.0[0]
    }

    pub(super) fn ends_with(&self, word: &str) -> bool {
        word.chars()
            .rev()
            .enumerate()
            .all(|(back, want)| self.0.get(back).copied().flatten() == Some(want))
    }

    /// Whether only blanks and list marks stand between here and the beginning of the line.
    pub(super) fn at_line_start(&self) -> bool {
        self.0
            .iter()
            .flatten()
            .find(|character| !matches!(character, ' ' | '\t' | '\u{3000}' | '#' | '*' | '-' | '>'))
            .is_none_or(|character| *character == '\n')
    }

    /// Whether a clause may begin here.
    pub(super) fn at_clause_start(&self) -> bool {
        let last = self
            .0
            .iter()
            .flatten()
            .find(|character| !character.is_whitespace());
        last.is_none_or(|character| "。；;，,：:、！？!?\n）)*.".contains(*character))
            || self.at_line_start()
    }
}

/// What one reading attempt gave, and where to go on.
pub(super) struct Found {
    pub(super) number: Option<Number>,
    pub(super) resume: usize,
}

pub(super) fn skip(resume: usize) -> Found {
    Found {
        number: None,
        resume,
    }
}

pub(super) fn plain(kind: Kind, span: Range<usize>, value: Decimal) -> Number {
    Number {
        whole: span.clone(),
        span,
        value,
        upper: None,
        unit: None,
        qualifiers: Vec::new(),
        kind,
        chinese: false,
    }
}

pub(super) fn one(kind: Kind, span: Range<usize>, value: Decimal) -> Found {
    let resume = span.end;
    Found {
        number: Some(plain(kind, span, value)),
        resume,
    }
}

/// ASCII and full-width digits.
pub(super) fn ascii_digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(u32::from(character) - u32::from('0')),
        '０'..='９' => Some(u32::from(character) - u32::from('０')),
        _ => None,
    }
}

pub(super) fn next_char(text: &str, position: usize) -> Option<char> {
    text.get(position..)?.chars().next()
}

/// A run of digits: its value, how many, where it ends.
pub(super) struct Digits {
    pub(super) value: i128,
    pub(super) count: usize,
    pub(super) end: usize,
}

pub(super) fn digits_at(text: &str, position: usize) -> Digits {
    let mut read = Digits {
        value: 0,
        count: 0,
        end: position,
    };
    for character in text[position..].chars() {
        let Some(digit) = ascii_digit(character) else {
            break;
        };
        read.count += 1;
        read.end += character.len_utf8();
        if read.count <= DIGITS_MAX {
            read.value = read.value * 10 + i128::from(digit);
        }
    }
    read
}

/// A figure in Arabic digits with separators of thousands and a decimal point.
pub(super) struct Literal {
    pub(super) value: Decimal,
    pub(super) digits: usize,
    pub(super) end: usize,
    /// Nothing but digits.
    pub(super) bare: bool,
}

pub(super) fn literal_at(text: &str, position: usize) -> Literal {
    let head = digits_at(text, position);
    let mut mantissa = head.value;
    let mut digits = head.count;
    let mut end = head.end;
    let mut bare = true;
    let grouped = head.count <= 3 && !text[position..].starts_with('0');
    let separator = next_char(text, end)
        .filter(|character| matches!(character, ',' | ' ' | '\u{2009}' | '\u{202f}' | '\u{a0}'));
    if let (true, Some(separator)) = (grouped, separator) {
        while next_char(text, end) == Some(separator) {
            let group = digits_at(text, end + separator.len_utf8());
            if group.count != 3 || digits + 3 > DIGITS_MAX {
                break;
            }
            mantissa = mantissa * 1000 + group.value;
            digits += 3;
            end = group.end;
            bare = false;
        }
    }
    let mut exponent = 0i8;
    if let Some(point @ ('.' | '．')) = next_char(text, end) {
        let fraction = digits_at(text, end + point.len_utf8());
        let after = next_char(text, fraction.end);
        if (1..=8).contains(&fraction.count)
            && digits + fraction.count <= DIGITS_MAX
            && after != Some('.')
        {
            for _ in 0..fraction.count {
                mantissa *= 10;
            }
            mantissa += fraction.value;
            digits += fraction.count;
            exponent = -i8::try_from(fraction.count).unwrap_or(0);
            end = fraction.end;
            bare = false;
        }
    }
    Literal {
        value: Decimal::new(mantissa, exponent),
        digits,
        end,
        bare,
    }
}

//! Numbers that stand for organisations, people, lines and accounts, each verified by its type.
//!
//! A constructor accepts the canonical spelling only. [`normalise`] offers that spelling for what
//! was typed (full-width digits, spaces, lower case), so that a ledger can keep what the office
//! wrote, show what it should be, and warn: old registers do hold wrong check digits.
//!
//! Numbers of persons do not appear in `Debug` output, because logs travel further than files.
//! Left out: lists of administrative divisions (GB/T 2260), which change every year and, for
//! identity numbers, must not be checked: the division is the one at first registration.

mod bank_card;
mod credit_code;
mod phone;
mod resident_id;
mod school;

use std::fmt;

pub use bank_card::BankCard;
pub use credit_code::CreditCode;
pub use phone::{Phone, PhoneKind};
pub use resident_id::{ResidentId, Sex};
pub use school::{SchoolCode, SchoolLicence, StudentNumber};

use crate::numerals;

/// Why a text is not an identifier of some kind. Shown to clerks, so printed in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentifierError {
    /// There is nothing.
    Empty,
    /// It is too long or too short.
    WrongLength {
        /// How long it should be, in words.
        expected: &'static str,
        /// How many characters there are.
        found: usize,
    },
    /// A character that cannot stand where it does.
    ForbiddenCharacter {
        /// Which character, from 1.
        position: usize,
        /// The character.
        found: char,
        /// What was probably meant.
        meant: Option<char>,
    },
    /// The check digit does not fit the others: one or more characters are wrong.
    WrongCheck {
        /// What the other characters ask for.
        expected: char,
        /// What there is.
        found: char,
    },
    /// A bank card number whose check sum (Luhn) is wrong.
    WrongSum,
    /// The birth date in an identity number does not exist.
    NoSuchBirthDate(String),
    /// The leading characters stand for nothing that is known.
    UnknownPrefix(String),
    /// A fixed line without its area code.
    NoAreaCode,
    /// It does not have the form of such a number.
    WrongForm {
        /// The form, in words.
        expected: &'static str,
    },
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("没有填写"),
            Self::WrongLength { expected, found } => {
                write!(f, "应为{expected}，现为 {found} 位")
            }
            Self::ForbiddenCharacter {
                position,
                found,
                meant,
            } => {
                write!(f, "第 {position} 位不能是“{found}”")?;
                meant.map_or(Ok(()), |meant| write!(f, "，可能应为“{meant}”"))
            }
            Self::WrongCheck { expected, found } => write!(
                f,
                "校验不符：按前面各位，最后一位应为“{expected}”，现为“{found}”，请核对每一位"
            ),
            Self::WrongSum => f.write_str("校验不符，请核对每一位"),
            Self::NoSuchBirthDate(digits) => write!(f, "其中的出生日期 {digits} 不存在"),
            Self::UnknownPrefix(prefix) => write!(f, "没有以“{prefix}”开头的此类号码"),
            Self::NoAreaCode => f.write_str("固定电话应带区号，如 0473-2012345"),
            Self::WrongForm { expected } => write!(f, "应写成{expected}"),
        }
    }
}

impl std::error::Error for IdentifierError {}

/// The canonical spelling of what was typed: full-width characters folded, spaces, hyphens and
/// invisible characters taken out, letters in upper case. It may still be no valid identifier.
#[must_use]
pub fn normalise(text: &str) -> String {
    let kept = |character: &char| {
        !(character.is_whitespace()
            || character.is_control()
            || matches!(
                character,
                '-' | '–' | '—' | '\u{200B}'..='\u{200F}' | '\u{FEFF}'
            ))
    };
    let folded = numerals::to_half_width(text);
    folded
        .chars()
        .filter(kept)
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

/// The characters of a text of exactly `length` ASCII digits, with what does not fit named.
fn digits(
    text: &str,
    lengths: &[usize],
    expected: &'static str,
) -> Result<Vec<u8>, IdentifierError> {
    if text.is_empty() {
        return Err(IdentifierError::Empty);
    }
    let found = text.chars().count();
    if !lengths.contains(&found) {
        return Err(IdentifierError::WrongLength { expected, found });
    }
    text.chars()
        .enumerate()
        .map(
            |(index, found)| match found.to_digit(10).and_then(|d| u8::try_from(d).ok()) {
                Some(digit) => Ok(digit),
                None => Err(forbidden(index, found)),
            },
        )
        .collect()
}

fn forbidden(index: usize, found: char) -> IdentifierError {
    let folded = numerals::to_half_width(&found.to_string()).to_ascii_uppercase();
    let meant = match folded.chars().next() {
        Some('O') => Some('0'),
        Some('I' | 'L') => Some('1'),
        Some('Z') => Some('2'),
        Some('S') => Some('5'),
        Some(other) if other != found => Some(other),
        _ => None,
    };
    IdentifierError::ForbiddenCharacter {
        position: index + 1,
        found,
        meant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_tell_a_clerk_what_to_do() {
        let said = [
            (
                IdentifierError::WrongLength {
                    expected: "18 位",
                    found: 17,
                },
                "应为18 位，现为 17 位",
            ),
            (forbidden(9, 'O'), "第 10 位不能是“O”，可能应为“0”"),
            (forbidden(9, '＋'), "第 10 位不能是“＋”，可能应为“+”"),
            (forbidden(9, '#'), "第 10 位不能是“#”"),
        ];
        for (error, words) in said {
            assert_eq!(error.to_string(), words);
        }
    }

    #[test]
    fn spellings_become_canonical() {
        assert_eq!(normalise(" １２－3\u{200B} 4x\t"), "1234X");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9A-Zx０-９ +-]{0,24}|[GJL]?[0-9]{14,19}[0-9X]?|.{0,24}") {
            let canonical = normalise(&text);
            prop_assert_eq!(normalise(&canonical), canonical.clone());
            for text in [text, canonical] {
                let _ = (CreditCode::parse(&text), ResidentId::parse(&text), Phone::parse(&text));
                let _ = (BankCard::parse(&text), SchoolCode::parse(&text), SchoolLicence::parse(&text));
                let _ = (StudentNumber::parse(&text), ResidentId::from_old(&text));
                let _ = Phone::normalise(&text);
            }
        }
    }
}

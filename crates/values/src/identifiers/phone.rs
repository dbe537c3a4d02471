//! Telephone numbers within China.
//!
//! The national numbering plan in short: mobile numbers have eleven digits and begin with 13 to
//! 19; fixed lines have an area code of three digits (010, 02x) or four (03xx to 09xx) and seven
//! or eight digits; service numbers are short (12345) or begin with 400 or 800.

use std::fmt;

use super::IdentifierError;
use crate::numerals;

/// A telephone number in canonical spelling: `13800000000`, `0473-2012345`, `0473-2012345-801`,
/// `400-8000000`, `12345`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    number: String,
    kind: PhoneKind,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneKind {
    /// A mobile phone, which belongs to a person.
    Mobile,
    /// A fixed line with area code.
    Landline,
    /// A service number such as 12345.
    Service,
}

const FORM: IdentifierError = IdentifierError::WrongForm {
    expected: "11 位手机号、带区号的固定电话（如 0473-2012345）或服务号码（如 12345）",
};

impl Phone {
    /// A number in canonical spelling.
    ///
    /// # Errors
    /// Where it is none, or a fixed line lacks its area code.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        let kind = kind(text)?;
        Ok(Self {
            number: text.to_owned(),
            kind,
        })
    }

    /// The number of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&Self::normalise(text))
    }

    /// The canonical spelling of what was typed: full-width characters folded, the country code,
    /// spaces and brackets taken out, a hyphen behind the area code and before an extension.
    #[must_use]
    pub fn normalise(text: &str) -> String {
        let folded = numerals::to_half_width(text).replace(['–', '—', '−'], "-");
        let (main, extension) = split_extension(folded.trim());
        let digits: String = main.chars().filter(char::is_ascii_digit).collect();
        let is_foreign = main
            .chars()
            .any(|c| !(c.is_ascii_digit() || " ()-+.\t".contains(c)));
        if is_foreign {
            return folded.trim().to_owned();
        }
        let national = ["+86", "0086", "86-", "86 "]
            .iter()
            .find(|code| main.starts_with(**code));
        let digits = match national {
            Some(code) => digits[code.trim_matches(['+', '-', ' ']).len()..].to_owned(),
            None => digits,
        };
        // Behind the country code an area code is written without its zero.
        let is_bare = national.is_some()
            && area_length(&digits).is_none()
            && !(digits.len() == 11 && digits.starts_with('1'));
        let digits = if is_bare {
            format!("0{digits}")
        } else {
            digits
        };
        let number = match area_length(&digits) {
            Some(length) if digits.len() > length => {
                format!("{}-{}", &digits[..length], &digits[length..])
            }
            _ => digits,
        };
        match extension {
            Some(extension) => format!("{number}-{extension}"),
            None => number,
        }
    }

    /// The number. A mobile one is personal data: mask it before it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// What kind of line it is.
    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        self.kind
    }
}

/// Without the number: logs travel further than files.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({:?}, …)", self.kind)
    }
}

fn kind(text: &str) -> Result<PhoneKind, IdentifierError> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    if !parts.iter().all(|part| is_number(part)) {
        return Err(FORM);
    }
    match parts.as_slice() {
        [number] if number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) => {
            Ok(PhoneKind::Mobile)
        }
        [number] if matches!(number.len(), 3..=6) && number.starts_with(['1', '9']) => {
            Ok(PhoneKind::Service)
        }
        [number] if matches!(number.len(), 7..=8) && !number.starts_with(['0', '1']) => {
            Err(IdentifierError::NoAreaCode)
        }
        ["400" | "800", number] if number.len() == 7 => Ok(PhoneKind::Service),
        [area, number] | [area, number, _]
            if area.starts_with('0')
                && area_length(area) == Some(area.len())
                && matches!(number.len(), 7..=8)
                && !number.starts_with(['0', '1'])
                && parts.get(2).is_none_or(|extension| extension.len() <= 6) =>
        {
            Ok(PhoneKind::Landline)
        }
        _ => Err(FORM),
    }
}

/// How many of the leading digits are an area or service code.
fn area_length(digits: &str) -> Option<usize> {
    match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => Some(3),
        [b'0', b'3'..=b'9', ..] => Some(4),
        [b'4' | b'8', b'0', b'0', ..] if digits.len() == 10 => Some(3),
        _ => None,
    }
}

/// Cuts off `转801`, or the third part between hyphens of a fixed line.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let is_extension = |part: &str| {
        (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (main, extension) = match text.split_once('转') {
        Some((main, extension)) => (main, extension.trim()),
        None => match text.rsplit_once('-') {
            // 400-800-0000 has hyphens, but no extension.
            Some((main, last)) if main.starts_with(['0', '(']) && main.contains(['-', ')']) => {
                (main, last.trim())
            }
            _ => return (text, None),
        },
    };
    let digits = main.bytes().filter(u8::is_ascii_digit).count();
    if is_extension(extension) && digits >= 10 {
        (main, Some(extension))
    } else {
        (text, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let cases = [
            ("13800000000", "13800000000", PhoneKind::Mobile),
            ("+86 138 0000 0000", "13800000000", PhoneKind::Mobile),
            ("138-0000-0000", "13800000000", PhoneKind::Mobile),
            ("１３８００００００００", "13800000000", PhoneKind::Mobile),
            ("04732012345", "0473-2012345", PhoneKind::Landline),
            ("0473－2012345", "0473-2012345", PhoneKind::Landline),
            ("(0473) 201 2345", "0473-2012345", PhoneKind::Landline),
            ("+86 473 2012345", "0473-2012345", PhoneKind::Landline),
            ("010-62345678转801", "010-62345678-801", PhoneKind::Landline),
            ("010-62345678-801", "010-62345678-801", PhoneKind::Landline),
            ("400-800-0000", "400-8000000", PhoneKind::Service),
            ("12345", "12345", PhoneKind::Service),
        ];
        for (typed, canonical, kind) in cases {
            let phone = Phone::normalised(typed);
            assert_eq!(phone.as_ref().map(Phone::as_str), Ok(canonical), "{typed}");
            assert_eq!(phone.map(|phone| phone.kind()), Ok(kind), "{typed}");
            assert_eq!(Phone::normalise(canonical), canonical);
        }
    }

    #[test]
    fn what_is_no_number() {
        assert_eq!(
            Phone::normalised("2012345"),
            Err(IdentifierError::NoAreaCode)
        );
        assert_eq!(Phone::normalised(""), Err(IdentifierError::Empty));
        for text in [
            "1380000000",
            "138000000000",
            "12800000000",
            "0473-12345",
            "无",
            "1.2",
            "--",
        ] {
            assert!(Phone::normalised(text).is_err(), "{text}");
        }
        // The canonical spelling has its hyphen.
        assert!(Phone::parse("04732012345").is_err());
    }

    #[test]
    fn debug_output_keeps_the_number_in() {
        let phone = Phone::parse("13800000000");
        assert_eq!(format!("{phone:?}"), "Ok(Phone(Mobile, …))");
    }
}

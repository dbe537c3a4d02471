//! Numbers of schools, students and licences.
//!
//! School code (学校（机构）标识码): ten digits, category, province, serial; no check digit.
//! Student number (学籍号): a letter and eighteen characters, by 中小学生学籍管理办法.
//! Licence (民办学校办学许可证): the printed form, as seen on published lists; a ledger treats a
//! number of another form as a warning.

use std::fmt;

use super::{IdentifierError, ResidentId, digits, normalise};

/// A school code whose category is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolCode(String);

impl SchoolCode {
    /// A code in canonical spelling.
    ///
    /// # Errors
    /// Where it does not have ten digits or the category is unknown.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        digits(text, &[10], " 10 位")?;
        match category(&text[..2]) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(IdentifierError::UnknownPrefix(text[..2].to_owned())),
        }
    }

    /// The code of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&normalise(text))
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of school it is.
    #[must_use]
    pub fn category(&self) -> &'static str {
        category(&self.0[..2]).unwrap_or_default()
    }
}

impl fmt::Display for SchoolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn category(digits: &str) -> Option<&'static str> {
    Some(match digits {
        "11" => "幼儿园",
        "21" => "小学",
        "22" => "成人小学",
        "31" => "普通初中",
        "32" => "职业初中",
        "33" => "成人初中",
        "34" => "普通高中",
        "35" => "成人高中",
        "36" => "中等职业学校",
        "37" => "专门学校",
        "41" => "普通高等学校",
        "42" => "成人高等学校",
        "51" => "特殊教育学校",
        "91" => "培养研究生的科研机构",
        "92" => "民办的其他高等教育机构",
        "93" => "中等职业培训机构",
        _ => return None,
    })
}

/// A student number: `G` and the identity number, or `J` or `L` and eighteen characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StudentNumber(String);

impl StudentNumber {
    /// A number in canonical spelling.
    ///
    /// # Errors
    /// Says which character or which rule fails.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let first = text.chars().next().ok_or(IdentifierError::Empty)?;
        let body = &text[first.len_utf8()..];
        match first {
            // The check of auxiliary numbers is by hearsay that of identity numbers; that of
            // temporary ones does not exist. Neither is held against the office.
            'J' | 'L' => {
                let last = body.strip_suffix('X').map_or(18, |_| 17);
                digits(body.strip_suffix('X').unwrap_or(body), &[last], " 19 位")?;
            }
            'G' => {
                ResidentId::parse(body)?;
            }
            _ => return Err(IdentifierError::UnknownPrefix(first.to_string())),
        }
        Ok(Self(text.to_owned()))
    }

    /// The number of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&normalise(text))
    }

    /// The nineteen characters, which hold the identity number of a minor.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without the number: logs travel further than files.
impl fmt::Debug for StudentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StudentNumber(…)")
    }
}

/// A private school's licence number: `教民` and 13 or 15 digits and `号`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolLicence(String);

impl SchoolLicence {
    /// A number in canonical spelling.
    ///
    /// # Errors
    /// Where it has another form.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        let body = text
            .strip_prefix("教民")
            .and_then(|rest| rest.strip_suffix('号'));
        let is_number =
            |body: &str| matches!(body.len(), 13 | 15) && body.bytes().all(|b| b.is_ascii_digit());
        match body.filter(|body| is_number(body)) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(IdentifierError::WrongForm {
                expected: "“教民”加 15 位或 13 位数字加“号”",
            }),
        }
    }

    /// The number of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&normalise(text))
    }

    /// The number as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolLicence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn school_codes_name_the_kind_of_school() {
        let code = SchoolCode::normalised("３１10 000001");
        assert_eq!(code.as_ref().map(SchoolCode::category), Ok("普通初中"));
        assert_eq!(
            SchoolCode::parse("9910000001"),
            Err(IdentifierError::UnknownPrefix("99".into()))
        );
        assert!(SchoolCode::parse("311000000").is_err());
    }

    #[test]
    fn student_numbers_hold_identity_numbers() {
        assert!(StudentNumber::normalised("g11010519491231002x").is_ok());
        assert!(StudentNumber::parse("G110105194912310021").is_err());
        assert!(StudentNumber::parse("L150301201509011234").is_ok());
        assert!(StudentNumber::parse("J15030120150901123X").is_ok());
        assert!(StudentNumber::parse("J15030120150901123").is_err());
        assert!(StudentNumber::parse("A150301201509011234").is_err());
        let shown = format!("{:?}", StudentNumber::parse("L150301201509011234"));
        assert_eq!(shown, "Ok(StudentNumber(…))");
    }

    #[test]
    fn licences_have_the_printed_form() {
        assert!(SchoolLicence::parse("教民100000070000018号").is_ok());
        assert!(SchoolLicence::normalised("教民１0000007 00001号").is_ok());
        for text in [
            "教民1000000700000号1",
            "教民10000007000001号",
            "人社民1000000700001号",
        ] {
            assert!(SchoolLicence::parse(text).is_err(), "{text}");
        }
    }
}

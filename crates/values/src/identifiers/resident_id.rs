//! Resident identity number (公民身份号码), GB 11643-1999.

use std::fmt;

use jiff::civil::Date;

use super::{IdentifierError, digits, forbidden, normalise};

/// 2^(18-i) mod 11, ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// An identity number whose birth date exists and whose check character is right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId {
    number: String,
    birth_date: Date,
}

/// Sex as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Sex {
    Male,
    Female,
}

impl ResidentId {
    /// A number in canonical spelling.
    ///
    /// # Errors
    /// Says which character or which rule fails.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let length = text.chars().count();
        let last = text.chars().next_back().ok_or(IdentifierError::Empty)?;
        if length != 18 {
            return Err(IdentifierError::WrongLength {
                expected: " 18 位",
                found: length,
            });
        }
        let body = &text[..text.len() - last.len_utf8()];
        let values = digits(body, &[17], " 18 位")?;
        if !last.is_ascii_digit() && last != 'X' {
            return Err(forbidden(17, last));
        }
        if body.starts_with('0') {
            return Err(IdentifierError::UnknownPrefix(body[..6].to_owned()));
        }
        let birth_date = birth_date(&body[6..14])?;
        let expected = check(&values);
        if last != expected {
            return Err(IdentifierError::WrongCheck {
                expected,
                found: last,
            });
        }
        Ok(Self {
            number: text.to_owned(),
            birth_date,
        })
    }

    /// The number of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&normalise(text))
    }

    /// What an old number of 15 digits, from archives, would be today. A suggestion only: the
    /// old form had no check and no century.
    #[must_use]
    pub fn from_old(text: &str) -> Option<Self> {
        let old = digits(text, &[15], " 15 位").ok()?;
        let mut values = old[..6].to_vec();
        values.extend([1, 9]);
        values.extend(&old[6..]);
        let body: String = values
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        Self::parse(&format!("{body}{}", check(&values))).ok()
    }

    /// The 18 characters. Personal data: mask it before it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The division at first registration, six digits, which may be abolished since.
    #[must_use]
    pub fn division(&self) -> &str {
        &self.number[..6]
    }

    /// The birth date.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// The sex: odd sequence numbers are for men.
    #[must_use]
    pub fn sex(&self) -> Sex {
        match self.number.as_bytes()[16] % 2 {
            1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// Full years of age on a day; 0 before birth. Who is born on 29 February is a year older on
    /// 1 March of a common year.
    #[must_use]
    pub fn age_on(&self, day: Date) -> i16 {
        let birth = self.birth_date;
        let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
        (day.year() - birth.year() - i16::from(!had_birthday)).max(0)
    }
}

/// Without the number: logs travel further than files.
impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentId(…)")
    }
}

fn birth_date(digits: &str) -> Result<Date, IdentifierError> {
    let parts = (
        digits[..4].parse(),
        digits[4..6].parse(),
        digits[6..].parse(),
    );
    let date = match parts {
        (Ok(year @ 1800..), Ok(month), Ok(day)) => Date::new(year, month, day).ok(),
        _ => None,
    };
    date.ok_or_else(|| IdentifierError::NoSuchBirthDate(digits.to_owned()))
}

fn check(values: &[u8]) -> char {
    let sum: u32 = values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| u32::from(*value) * weight)
        .sum();
    CHECKS[usize::try_from(sum % 11).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use jiff::civil::date;

    fn read(text: &str) -> Result<ResidentId, IdentifierError> {
        ResidentId::parse(text)
    }

    #[test]
    fn examples_of_the_standard() {
        let woman = read("11010519491231002X");
        assert_eq!(
            woman.as_ref().map(ResidentId::birth_date),
            Ok(date(1949, 12, 31))
        );
        assert_eq!(woman.as_ref().map(ResidentId::sex), Ok(Sex::Female));
        assert_eq!(woman.as_ref().map(ResidentId::division), Ok("110105"));
        let man = read("440524188001010014");
        assert_eq!(man.as_ref().map(ResidentId::sex), Ok(Sex::Male));
        assert_eq!(man.map(|id| id.age_on(date(1894, 1, 1))), Ok(14));
    }

    #[test]
    fn ages_change_on_the_birthday() {
        let age = |day| read("11010519491231002X").map(|id| id.age_on(day));
        assert_eq!(age(date(1963, 12, 30)), Ok(13));
        assert_eq!(age(date(1963, 12, 31)), Ok(14));
        assert_eq!(age(date(1949, 1, 1)), Ok(0));
    }

    #[test]
    fn typing_mistakes_are_named() {
        let small = IdentifierError::ForbiddenCharacter {
            position: 18,
            found: 'x',
            meant: Some('X'),
        };
        let cases = [
            (
                "110105194912310021",
                IdentifierError::WrongCheck {
                    expected: 'X',
                    found: '1',
                },
            ),
            ("11010519491231002x", small),
            (
                "11010519490231002X",
                IdentifierError::NoSuchBirthDate("19490231".into()),
            ),
            ("1101051949123100２X", forbidden(16, '２')),
            (
                "110105491231002",
                IdentifierError::WrongLength {
                    expected: " 18 位",
                    found: 15,
                },
            ),
            ("", IdentifierError::Empty),
        ];
        for (text, error) in cases {
            assert_eq!(read(text), Err(error), "{text}");
        }
        let typed = ResidentId::normalised(" 110105 19491231 002x");
        assert_eq!(
            typed.as_ref().map(ResidentId::as_str),
            Ok("11010519491231002X")
        );
    }

    #[test]
    fn old_numbers_suggest_new_ones() {
        let new = ResidentId::from_old("110105491231002");
        assert_eq!(
            new.as_ref().map(ResidentId::as_str),
            Some("11010519491231002X")
        );
        assert_eq!(ResidentId::from_old("110105491331002"), None);
    }

    #[test]
    fn debug_output_keeps_the_number_in() {
        assert_eq!(
            format!("{:?}", read("11010519491231002X")),
            "Ok(ResidentId(…))"
        );
    }

    #[test]
    fn shared_vectors_agree() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/vectors/resident-id.json"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: resident-id.json: shared vectors not found"
            ));
            return;
        };
        let vectors: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let rows = |name: &str| vectors[name].as_array().cloned().unwrap_or_default();
        assert!(!rows("valid").is_empty() && !rows("invalid").is_empty());
        for row in rows("valid") {
            let id = read(row["id"].as_str().unwrap_or_default());
            let birth = id.as_ref().map(|id| id.birth_date().to_string());
            assert_eq!(birth.ok().as_deref(), row["birth_date"].as_str(), "{row}");
            let sex = if id.map(|id| id.sex()) == Ok(Sex::Male) {
                "male"
            } else {
                "female"
            };
            assert_eq!(Some(sex), row["sex"].as_str(), "{row}");
        }
        for row in rows("invalid") {
            assert!(
                read(row["id"].as_str().unwrap_or_default()).is_err(),
                "{row}"
            );
        }
        for row in rows("normalisation") {
            let id = ResidentId::normalised(row["input"].as_str().unwrap_or_default());
            assert_eq!(
                id.ok().as_ref().map(ResidentId::as_str),
                row["canonical"].as_str()
            );
        }
    }
}

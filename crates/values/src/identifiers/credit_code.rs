//! Unified social credit code (统一社会信用代码), GB 32100-2015.

use std::fmt;

use super::{IdentifierError, forbidden, normalise};

/// The letters I, O, S, V and Z are never used.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i-1) mod 31.
const WEIGHTS: [usize; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// Of the organisation code within, GB 11714.
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code whose form and check character are right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

impl CreditCode {
    /// A code in canonical spelling.
    ///
    /// # Errors
    /// Says which character or which rule fails.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        let found = text.chars().count();
        if found != 18 {
            return Err(IdentifierError::WrongLength {
                expected: " 18 位",
                found,
            });
        }
        let mut values = [0; 18];
        for (index, character) in text.chars().enumerate() {
            let is_division = (2..8).contains(&index);
            let value = ALPHABET
                .iter()
                .position(|known| char::from(*known) == character);
            values[index] = match value {
                Some(value) if !is_division || value < 10 => value,
                _ => return Err(forbidden(index, character)),
            };
        }
        if !text.starts_with(|department| matches!(department, '1'..='9' | 'A' | 'N' | 'Y'))
            || values[1] == 0
        {
            return Err(IdentifierError::UnknownPrefix(text[..2].to_owned()));
        }
        let sum: usize = values
            .iter()
            .zip(WEIGHTS)
            .map(|(value, weight)| value * weight)
            .sum();
        let check = (31 - sum % 31) % 31;
        if values[17] != check {
            let character = |value: usize| char::from(ALPHABET[value]);
            let (expected, found) = (character(check), character(values[17]));
            return Err(IdentifierError::WrongCheck { expected, found });
        }
        Ok(Self(text.to_owned()))
    }

    /// The code of what was typed, in canonical spelling.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn normalised(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(&normalise(text))
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The division of the registering office, six digits.
    #[must_use]
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// The organisation code, nine characters.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }

    /// Whether the organisation code within is right too (GB 11714). Codes that were given before
    /// the check was common can be valid without it.
    #[must_use]
    pub fn has_valid_organisation_code(&self) -> bool {
        let body = self.organisation_code().chars();
        // Letters count A = 10 to Z = 35 here, which is another mapping than that of the whole.
        let values = body.map(|character| character.to_digit(36).unwrap_or(0));
        let sum: u32 = values
            .zip(INNER_WEIGHTS)
            .map(|(value, weight)| value * weight)
            .sum();
        let check = match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => char::from_digit(digit, 10).unwrap_or('0'),
        };
        self.organisation_code().ends_with(check)
    }

    /// What kind of body it is, where the standard's table says.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        Some(match &self.0[..2] {
            "11" => "机关",
            "12" => "事业单位",
            "13" => "机构编制部门直接管理机构编制的群众团体",
            "31" => "律师执业机构",
            "32" => "公证处",
            "33" => "基层法律服务所",
            "34" => "司法鉴定机构",
            "35" => "仲裁委员会",
            "51" => "社会团体",
            "52" => "民办非企业单位",
            "53" => "基金会",
            "71" => "宗教活动场所",
            "72" => "宗教院校",
            "81" => "基层工会",
            "91" => "企业",
            "92" => "个体工商户",
            "93" => "农民专业合作社",
            _ => return None,
        })
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn worked_examples() {
        for (code, kind) in [
            ("91350100M000100Y43", "企业"),
            ("12000000MB0A1B2C69", "事业单位"),
            ("52000000MJ0X9T8P33", "民办非企业单位"),
        ] {
            let read = CreditCode::parse(code);
            assert_eq!(
                read.as_ref().map(CreditCode::kind),
                Ok(Some(kind)),
                "{code}"
            );
            assert_eq!(
                read.map(|code| code.has_valid_organisation_code()),
                Ok(true)
            );
        }
        let code = CreditCode::parse("A1110000600037341K");
        assert_eq!(code.as_ref().map(CreditCode::division), Ok("110000"));
    }

    #[test]
    fn typing_mistakes_are_named() {
        let check = IdentifierError::WrongCheck {
            expected: '3',
            found: '4',
        };
        let letter = IdentifierError::ForbiddenCharacter {
            position: 10,
            found: 'O',
            meant: Some('0'),
        };
        let case = IdentifierError::ForbiddenCharacter {
            position: 9,
            found: 'm',
            meant: Some('M'),
        };
        let cases = [
            ("91350100M000100Y44", check),
            ("91350100MO00100Y43", letter),
            ("91350100m000100y43", case),
            (
                "91350100M000100Y4",
                IdentifierError::WrongLength {
                    expected: " 18 位",
                    found: 17,
                },
            ),
            (
                "000000000000000000",
                IdentifierError::UnknownPrefix("00".into()),
            ),
            ("", IdentifierError::Empty),
        ];
        for (code, error) in cases {
            assert_eq!(CreditCode::parse(code), Err(error), "{code}");
        }
        for typed in [
            "91350100m000100y43",
            "９１３５０１００Ｍ０００１００Ｙ４３",
            "9135 0100-M000 100Y43",
        ] {
            let read = CreditCode::normalised(typed);
            assert_eq!(
                read.as_ref().map(CreditCode::as_str),
                Ok("91350100M000100Y43")
            );
        }
    }

    #[test]
    fn shared_vectors_agree() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/vectors/uscc.json"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: uscc.json: shared vectors not found"
            ));
            return;
        };
        let vectors: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let rows = |name: &str| vectors[name].as_array().cloned().unwrap_or_default();
        let code = |row: &serde_json::Value| row["code"].as_str().unwrap_or_default().to_owned();
        assert!(!rows("valid").is_empty() && !rows("invalid").is_empty());
        for row in rows("valid")
            .iter()
            .chain(&rows("outer_valid_inner_invalid"))
        {
            let inner =
                CreditCode::parse(&code(row)).map(|code| code.has_valid_organisation_code());
            assert_eq!(inner.ok(), row["inner_org_code_valid"].as_bool(), "{row}");
        }
        for row in rows("invalid") {
            assert!(CreditCode::parse(&code(&row)).is_err(), "{row}");
        }
        for row in rows("normalisation") {
            let read = CreditCode::normalised(row["input"].as_str().unwrap_or_default());
            assert_eq!(
                read.ok().as_ref().map(CreditCode::as_str),
                row["canonical"].as_str()
            );
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_noticed(position in 8..17_usize, value in 0..31_usize) {
            let code = "91350100M000100Y43";
            let mut bytes = code.as_bytes().to_vec();
            bytes[position] = ALPHABET[value];
            let changed = String::from_utf8(bytes).unwrap_or_default();
            prop_assert_eq!(CreditCode::parse(&changed).is_ok(), changed == code);
        }
    }
}

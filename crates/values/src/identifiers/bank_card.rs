//! Bank card number, ISO/IEC 7812-1: up to 19 digits with a Luhn check digit.

use std::fmt;

use super::{IdentifierError, digits, normalise};

/// A card number of 16 to 19 digits whose check digit is right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCard(String);

impl BankCard {
    /// A number in canonical spelling.
    ///
    /// # Errors
    /// Says which rule fails.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = digits(text, &[16, 17, 18, 19], " 16 至 19 位")?;
        if digits[0] == 0 {
            return Err(IdentifierError::UnknownPrefix("0".to_owned()));
        }
        if !luhn(&digits) {
            return Err(IdentifierError::WrongSum);
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

    /// The digits. Personal data: mask them before they are shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without the number: logs travel further than files.
impl fmt::Debug for BankCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BankCard(…)")
    }
}

/// From the right, every second digit is doubled and its digits added; the sum ends in zero.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_verified() {
        // Numbers that card networks publish for tests.
        for text in [
            "4111111111111111",
            "6200000000000005",
            "6205500000000000004",
        ] {
            assert!(BankCard::parse(text).is_ok(), "{text}");
        }
        assert_eq!(
            BankCard::parse("4111111111111112"),
            Err(IdentifierError::WrongSum)
        );
        assert!(BankCard::parse("0000000000000000").is_err());
        assert!(BankCard::parse("4111 1111 1111 1111").is_err());
        assert!(BankCard::normalised("4111 1111 1111 1111").is_ok());
        assert_eq!(
            format!("{:?}", BankCard::parse("4111111111111111")),
            "Ok(BankCard(…))"
        );
    }

    #[test]
    fn neighbours_that_changed_places_are_noticed() {
        assert!(BankCard::parse("6205500000000000004").is_ok());
        assert!(BankCard::parse("2605500000000000004").is_err());
    }
}

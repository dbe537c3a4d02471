//! Finding personal data in free text, before it is published.
//!
//! A publication is held back until a person has looked at what is found here: identity numbers
//! and bank cards whose check digits are right, mobile phones, licence plates and doors of homes.
//! It finds what has a form. Names, and what a text tells about somebody, it cannot find.

use crate::identifiers::{BankCard, ResidentId};
use crate::numerals;

/// A piece of personal data in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Personal {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// What it is.
    pub kind: PersonalKind,
}

/// What kind of personal data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// An identity number, also within a student number.
    IdentityNumber,
    /// A mobile phone number.
    MobilePhone,
    /// A bank card number.
    BankCard,
    /// A licence plate.
    PlateNumber,
    /// A door in a house: unit and room.
    HomeAddress,
}

impl PersonalKind {
    /// The word shown to people.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::IdentityNumber => "身份证件号码",
            Self::MobilePhone => "手机号码",
            Self::BankCard => "银行卡号",
            Self::PlateNumber => "车牌号",
            Self::HomeAddress => "详细住址",
        }
    }
}

/// All pieces of personal data in a text, in order and without overlaps.
#[must_use]
pub fn find(text: &str) -> Vec<Personal> {
    let characters = fold(text);
    let mut found = Vec::new();
    let mut index = 0;
    while index < characters.len() {
        let hit = number_at(&characters, index)
            .or_else(|| plate_at(&characters, index))
            .or_else(|| door_at(&characters, index));
        match hit {
            Some((end, kind)) => {
                let end_byte = characters.get(end).map_or(text.len(), |(byte, _)| *byte);
                found.push(Personal {
                    start: characters[index].0,
                    end: end_byte,
                    kind,
                });
                index = end;
            }
            None => index += 1,
        }
    }
    found
}

/// The text with every piece that is found replaced by `***`.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut from = 0;
    for personal in find(text) {
        redacted.push_str(&text[from..personal.start]);
        redacted.push_str("***");
        from = personal.end;
    }
    redacted + &text[from..]
}

/// The characters with their offsets, full-width ones folded.
fn fold(text: &str) -> Vec<(usize, char)> {
    let fold = |character: char| {
        let mut buffer = [0; 4];
        let folded = numerals::to_half_width(character.encode_utf8(&mut buffer));
        folded
            .chars()
            .next()
            .unwrap_or(character)
            .to_ascii_uppercase()
    };
    text.char_indices()
        .map(|(at, character)| {
            (
                at,
                if character.is_ascii() {
                    character.to_ascii_uppercase()
                } else {
                    fold(character)
                },
            )
        })
        .collect()
}

/// A number that begins here: digits, perhaps in groups, with where it ends.
fn number_at(characters: &[(usize, char)], start: usize) -> Option<(usize, PersonalKind)> {
    let at = |index: usize| characters.get(index).map(|(_, character)| *character);
    let begins = at(start)?.is_ascii_digit()
        && start.checked_sub(1).and_then(at).is_none_or(|before| {
            // The letter of a student number stands before an identity number.
            !before.is_ascii_alphanumeric() || matches!(before, 'G' | 'J' | 'L')
        });
    if !begins {
        return None;
    }
    let mut number = String::new();
    let mut hit = None;
    let mut index = start;
    while let Some(character) = at(index) {
        if character.is_ascii_digit() || character == 'X' && number.len() == 17 {
            number.push(character);
            index += 1;
            let ends = at(index).is_none_or(|next| !next.is_ascii_alphanumeric());
            // The longest number wins: a card is not cut to a phone.
            hit = kind(&number)
                .filter(|_| ends)
                .map(|kind| (index, kind))
                .or(hit);
        } else if matches!(character, ' ' | '-')
            && at(index + 1).is_some_and(|c| c.is_ascii_digit())
        {
            index += 1;
        } else {
            break;
        }
        if number.len() > 19 {
            break;
        }
    }
    hit
}

fn kind(number: &str) -> Option<PersonalKind> {
    match number.len() {
        11 if matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) => {
            Some(PersonalKind::MobilePhone)
        }
        18 if ResidentId::parse(number).is_ok() => Some(PersonalKind::IdentityNumber),
        16..=19 if BankCard::parse(number).is_ok() => Some(PersonalKind::BankCard),
        _ => None,
    }
}

/// `蒙C12345`, `蒙C·AD12345`: province, letter, five or six letters and digits.
fn plate_at(characters: &[(usize, char)], start: usize) -> Option<(usize, PersonalKind)> {
    const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
    let at = |index: usize| characters.get(index).map(|(_, character)| *character);
    if !PROVINCES.contains(at(start)?) || !at(start + 1)?.is_ascii_uppercase() {
        return None;
    }
    let first = start + 2 + usize::from(at(start + 2).is_some_and(|c| "·. ".contains(c)));
    let rest = characters
        .iter()
        .skip(first)
        .map(|(_, character)| *character);
    let rest: String = rest.take_while(char::is_ascii_alphanumeric).collect();
    let is_plate = matches!(rest.len(), 5 | 6) && rest.bytes().any(|byte| byte.is_ascii_digit());
    is_plate.then_some((first + rest.len(), PersonalKind::PlateNumber))
}

/// `3号楼2单元401室`: a house, and a unit or room in it.
fn door_at(characters: &[(usize, char)], start: usize) -> Option<(usize, PersonalKind)> {
    let (house_end, _) = part_at(characters, start, &["号楼", "栋", "幢", "座", "单元"])?;
    let mut end = house_end;
    while let Some((next, _)) = part_at(characters, end, &["单元", "层", "楼", "室", "号", "户"])
    {
        end = next;
    }
    (end > house_end).then_some((end, PersonalKind::HomeAddress))
}

/// A number and one of these words behind it.
fn part_at<'a>(
    characters: &[(usize, char)],
    start: usize,
    words: &[&'a str],
) -> Option<(usize, &'a str)> {
    let before = start.checked_sub(1).and_then(|index| characters.get(index));
    if before.is_some_and(|(_, character)| character.is_ascii_digit()) {
        return None;
    }
    let rest = characters
        .get(start..)?
        .iter()
        .map(|(_, character)| *character);
    let digits = rest.clone().take_while(char::is_ascii_digit).count();
    if !(1..=5).contains(&digits) {
        return None;
    }
    let behind: String = rest.skip(digits).take(2).collect();
    let word = words.iter().find(|word| behind.starts_with(**word))?;
    Some((start + digits + word.chars().count(), word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(&str, PersonalKind)> {
        find(text)
            .into_iter()
            .map(|found| (&text[found.start..found.end], found.kind))
            .collect()
    }

    #[test]
    fn numbers_with_right_check_digits_are_found() {
        use PersonalKind::{BankCard, HomeAddress, IdentityNumber, MobilePhone, PlateNumber};
        let cases = [
            (
                "身份证11010519491231002X，",
                vec![("11010519491231002X", IdentityNumber)],
            ),
            (
                "学籍号G11010519491231002x。",
                vec![("11010519491231002x", IdentityNumber)],
            ),
            (
                "１１０１０５１９４９１２３１００２Ｘ",
                vec![("１１０１０５１９４９１２３１００２Ｘ", IdentityNumber)],
            ),
            ("电话138 0000 1234。", vec![("138 0000 1234", MobilePhone)]),
            ("2022-03-05 13800001234", vec![]),
            (
                "卡号4111 1111 1111 1111",
                vec![("4111 1111 1111 1111", BankCard)],
            ),
            ("驾驶蒙C·12345号车", vec![("蒙C·12345", PlateNumber)]),
            (
                "住和平小区3号楼2单元401室",
                vec![("3号楼2单元401室", HomeAddress)],
            ),
        ];
        for (text, expected) in cases {
            if expected.is_empty() {
                // The date before runs into the number; the number itself is found all the same.
                assert_eq!(found(text), [("13800001234", MobilePhone)]);
            } else {
                assert_eq!(found(text), expected, "{text}");
            }
        }
    }

    #[test]
    fn ordinary_numbers_are_left_alone() {
        for text in [
            "2022年共办理行政处罚案件16件，罚款1,234,567.00元。",
            "统一社会信用代码91350100M000100Y43",
            "云教罚决字〔2022〕13号",
            "110105194912310021",
            "校舍3号楼竣工，新增教室12间、办公室3个",
            "编号123456789012345678901234567890",
            "热线12345，办公电话0473-2012345",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn redacted_text_keeps_the_rest() {
        let text = "张三（13800001234）住3号楼2单元401室。";
        assert_eq!(redact(text), "张三（***）住***。");
    }

    proptest! {
        #[test]
        fn pieces_are_ordered_and_whole(text in "([0-9]{11}|[ 蒙C号楼室X-]|[0-9]){0,24}|.{0,24}") {
            let mut from = 0;
            for personal in find(&text) {
                prop_assert!(from <= personal.start && personal.start < personal.end);
                prop_assert!(text.get(personal.start..personal.end).is_some());
                from = personal.end;
            }
            let redacted = redact(&text);
            prop_assert!(find(&redacted).len() <= find(&text).len());
        }
    }
}

//! Showing part of a personal value.
//!
//! The public view leaves out certificate numbers, phones, home addresses and accounts altogether
//! (政府信息公开条例 (2019) art. 15, 个人信息保护法 (2021) art. 34; field rules in the catalogue),
//! and all data of minors. These masks are for staff who need to tell two people apart, and for
//! the names that a rule wants published in part. A mask never gives back what it cannot read:
//! of a text of unknown form nothing is shown.

use crate::identifiers::{Phone, PhoneKind, normalise};
use crate::numerals;

/// What stands for a hidden part whose length is nobody's business.
const HIDDEN: &str = "***";

/// Surnames of two characters.
const LONG_SURNAMES: [&str; 40] = [
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "呼延", "令狐", "轩辕", "拓跋",
    "百里", "东郭", "西门", "第五",
];

/// The name with its surname only: `张**`, `欧阳*`, `阿**·***`, `J*** S***`.
#[must_use]
pub fn name(text: &str) -> String {
    let text = numerals::to_half_width(text);
    if text.is_ascii() {
        let words = text
            .split_whitespace()
            .filter_map(|word| word.chars().next());
        return words
            .map(|first| format!("{first}{HIDDEN}"))
            .collect::<Vec<_>>()
            .join(" ");
    }
    let (surname, given) = split_name(&text);
    let given = given
        .chars()
        .map(|character| if is_dot(character) { '·' } else { '*' });
    surname.chars().chain(given).collect()
}

/// The surname with 某 for each further character, as published decisions have it: `张某某`.
#[must_use]
pub fn name_in_words(text: &str) -> String {
    let text = numerals::to_half_width(text);
    let (surname, given) = split_name(&text);
    if text.is_ascii() || given.chars().any(is_dot) {
        return name(&text);
    }
    surname.chars().chain(given.chars().map(|_| '某')).collect()
}

/// Surname and given name without the spaces that people set into short names. A name of one
/// character is all given name, so that it is hidden.
fn split_name(text: &str) -> (String, String) {
    let name: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let length = match name.chars().count() {
        0 | 1 => 0,
        2 => 1,
        _ if LONG_SURNAMES
            .iter()
            .any(|surname| name.starts_with(surname)) =>
        {
            2
        }
        _ => 1,
    };
    (
        name.chars().take(length).collect(),
        name.chars().skip(length).collect(),
    )
}

fn is_dot(character: char) -> bool {
    matches!(character, '·' | '•' | '・' | '‧' | '.')
}

/// An identity number with its first and last character: `1****************X`.
#[must_use]
pub fn identity_number(text: &str) -> String {
    keep(&normalise(text), 1, 1, 15)
}

/// An identity number with division and sequence, for staff who must tell people apart:
/// `110105********002X`.
#[must_use]
pub fn identity_number_for_staff(text: &str) -> String {
    keep(&normalise(text), 6, 4, 15)
}

/// A phone number: `138****0000`, and of a fixed line `0473-*****45`.
#[must_use]
pub fn phone(text: &str) -> String {
    match Phone::normalised(text) {
        Ok(phone) => match phone.kind() {
            PhoneKind::Mobile => keep(phone.as_str(), 3, 4, 11),
            PhoneKind::Service => phone.as_str().to_owned(),
            PhoneKind::Landline => {
                let mut parts = phone.as_str().split('-');
                let (area, number) = (parts.next(), parts.next());
                let number = keep(number.unwrap_or_default(), 0, 2, 7);
                format!("{}-{number}", area.unwrap_or_default())
            }
        },
        Err(_) => hide(text),
    }
}

/// A bank card or account number with its last four digits: `************1111`.
#[must_use]
pub fn bank_card(text: &str) -> String {
    keep(&normalise(text), 0, 4, 12)
}

/// An address down to the county: `云川市云西区***`; of an address without one, nothing.
#[must_use]
pub fn address(text: &str) -> String {
    let text = numerals::to_half_width(text);
    let compact: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    if compact.is_empty() {
        return String::new();
    }
    let end = divisions_end(&compact);
    // A bare division is no address of anybody.
    let hidden = if end == compact.len() { "" } else { HIDDEN };
    format!("{}{hidden}", &compact[..end])
}

/// Where the names of province, prefecture and county end, in bytes.
fn divisions_end(text: &str) -> usize {
    const LEVELS: [&[&str]; 3] = [
        &["特别行政区", "自治区", "省"],
        &["自治州", "地区", "州", "盟", "市"],
        &["自治县", "自治旗", "县", "旗", "区", "市"],
    ];
    let mut end = 0;
    for suffixes in LEVELS {
        let found = suffixes
            .iter()
            .filter_map(|suffix| division_end(&text[end..], suffix))
            .min();
        end += found.unwrap_or(0);
    }
    end
}

/// Where a division's name of two to eight characters with this suffix ends, if one stands here.
fn division_end(text: &str, suffix: &str) -> Option<usize> {
    // What ends in 区 or 市 without being a division would give away where somebody lives.
    const NOT_DIVISIONS: [&str; 14] = [
        "小区", "社区", "园区", "校区", "街区", "厂区", "片区", "景区", "宅区", "民区", "属区",
        "活区", "城市", "超市",
    ];
    let at = text.find(suffix)?;
    let end = at + suffix.len();
    let name = &text[..end];
    let is_name = name
        .chars()
        .all(|character| !character.is_ascii() && !"路街巷号村".contains(character));
    let fits = (2..=8).contains(&name.chars().count());
    let is_division = !NOT_DIVISIONS.iter().any(|word| name.ends_with(word))
        && !text[end..].starts_with(['场', '政', '直', '民']);
    (is_name && fits && is_division).then_some(end)
}

/// A mail address: `z***@example.com`.
#[must_use]
pub fn email(text: &str) -> String {
    match numerals::to_half_width(text).trim().split_once('@') {
        Some((user, host)) if user.chars().count() > 1 && !host.contains('@') => {
            format!(
                "{}{HIDDEN}@{host}",
                user.chars().take(1).collect::<String>()
            )
        }
        _ => hide(text),
    }
}

/// Keeps the ends of a text that is at least so long, and hides all of a shorter one.
fn keep(text: &str, first: usize, last: usize, length_min: usize) -> String {
    let length = text.chars().count();
    if length < length_min.max(first + last + 1) {
        return hide(text);
    }
    let shown = |index: usize| index < first || index >= length - last;
    text.chars()
        .enumerate()
        .map(|(index, c)| if shown(index) { c } else { '*' })
        .collect()
}

fn hide(text: &str) -> String {
    if text.trim().is_empty() {
        String::new()
    } else {
        HIDDEN.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_surname() {
        let cases = [
            ("张三", "张*", "张某"),
            ("张三丰", "张**", "张某某"),
            (" 张 三 ", "张*", "张某"),
            ("欧阳修", "欧阳*", "欧阳某"),
            ("欧阳", "欧*", "欧某"),
            ("诸葛孔明", "诸葛**", "诸葛某某"),
            ("乌云其木格", "乌****", "乌某某某某"),
            ("阿迪力·吐尔逊", "阿**·***", "阿**·***"),
            ("John Smith", "J*** S***", "J*** S***"),
            ("张", "*", "某"),
            ("", "", ""),
        ];
        for (text, stars, words) in cases {
            assert_eq!(name(text), stars);
            assert_eq!(name_in_words(text), words);
        }
    }

    #[test]
    fn numbers_keep_their_ends() {
        assert_eq!(identity_number("11010519491231002X"), "1****************X");
        assert_eq!(
            identity_number_for_staff("11010519491231002x"),
            "110105********002X"
        );
        assert_eq!(identity_number_for_staff("110105"), "***");
        assert_eq!(phone("138 0000 1234"), "138****1234");
        assert_eq!(phone("0473-2012345"), "0473-*****45");
        assert_eq!(phone("12345"), "12345");
        assert_eq!(phone("2012345"), "***");
        assert_eq!(bank_card("4111 1111 1111 1111"), "************1111");
        assert_eq!(bank_card("1111"), "***");
        assert_eq!(email("zhang@example.com"), "z***@example.com");
        assert_eq!(email("z@example.com"), "***");
        for mask in [identity_number, phone, bank_card, email, address, name] {
            assert_eq!(mask(""), "");
        }
    }

    #[test]
    fn addresses_end_at_the_county() {
        let cases = [
            ("云川市云西区和平路12号3单元401室", "云川市云西区***"),
            (
                "内蒙古自治区云川市云西区和平路12号",
                "内蒙古自治区云川市云西区***",
            ),
            ("某省某州某县某镇某村5组", "某省某州某县***"),
            ("云川市和平小区3号楼", "云川市***"),
            ("和平小区3号楼2单元", "***"),
            ("云西区和平路12号", "云西区***"),
            ("科右中旗某镇", "科右中旗***"),
            ("云川市云西区", "云川市云西区"),
            ("和平路12号", "***"),
            ("幸福街道某市场旁", "***"),
        ];
        for (text, masked) in cases {
            assert_eq!(address(text), masked, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_digits_are_hidden(text in "[0-9Xx +@a路市区小张·-]{0,24}|.{0,24}") {
            let _ = (name_in_words(&text), email(&text), name(&text));
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            prop_assert!(digits(&identity_number_for_staff(&text)) <= 10);
            prop_assert!(digits(&identity_number(&text)) <= 2);
            prop_assert!(digits(&bank_card(&text)) <= 4);
            prop_assert!(digits(&phone(&text)) <= 10);
            prop_assert_eq!(digits(&address(&text)), 0);
        }
    }
}

//! Numbers as people write them in Chinese: `一百二十`, `两万`, `二〇二二`, `2.3万`, `1,234.5`, `１２`.
//!
//! Reading is exact: the answer is a [`Decimal`] or nothing. A text that is not wholly a number
//! (`十余`, `近百`) is no number, as an approximate count must not enter a figure as an exact one.
//! Characters: GB/T 15835-2011 (数字用法), with the capital forms of accounting (壹贰叁).

use crate::decimal::Decimal;

/// A longer text is no number that an office writes.
const LENGTH_MAX: usize = 40;
const WAN: i128 = 10_000;
const YI: i128 = 100_000_000;

/// The same text with full-width digits, letters, signs and spaces (`１Ａ，　`) in ASCII.
#[must_use]
pub fn to_half_width(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\u{3000}' | '\u{00A0}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
            }
            _ => character,
        })
        .collect()
}

/// Reads a number in Arabic digits (with thousands separators), Chinese numerals, or both
/// (`2.3万`, `1亿2000万`).
#[must_use]
pub fn parse(text: &str) -> Option<Decimal> {
    // Most cells of a sheet are plain numbers.
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let folded = to_half_width(text);
    let text = folded.trim();
    if text.chars().count() > LENGTH_MAX {
        return None;
    }
    let (negative, digits) = match text.strip_prefix(['-', '−', '负']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = positive(digits)?;
    if negative {
        Decimal::ZERO.checked_sub(number)
    } else {
        Some(number)
    }
}

fn positive(text: &str) -> Option<Decimal> {
    if let Some(number) = arabic(text).or_else(|| digit_by_digit(text)) {
        return Some(number);
    }
    if let Some((whole, fraction)) = text.split_once('点') {
        return with_fraction(whole, fraction);
    }
    let (number, _) = composed(text, &[('亿', YI), ('億', YI)], |high| {
        composed(high, &WAN_SIGNS, section)
    })?;
    Some(number)
}

const WAN_SIGNS: [(char, i128); 2] = [('万', WAN), ('萬', WAN)];

/// `三点一四`, and `两点三万`, where the sign behind counts for the whole number.
fn with_fraction(whole: &str, fraction: &str) -> Option<Decimal> {
    let (fraction, exponent) = match fraction.char_indices().next_back()? {
        (at, '万' | '萬') => (&fraction[..at], 4),
        (at, '亿' | '億') => (&fraction[..at], 8),
        _ => (fraction, 0),
    };
    let whole = positive(whole)?.to_integer()?;
    let digits: Option<String> = fraction
        .chars()
        .map(|c| digit(c).map(|d| char::from(b'0' + d)))
        .collect();
    let digits = digits.filter(|digits| !digits.is_empty())?;
    format!("{whole}.{digits}")
        .parse::<Decimal>()
        .ok()?
        .checked_shift(exponent)
}

/// `1234`, `1,234.50`; separators must stand every three digits.
fn arabic(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty()
        && (!(1..=3).contains(&first.len()) || rest.iter().any(|group| group.len() != 3))
    {
        return None;
    }
    let point = if text.contains('.') { "." } else { "" };
    let digits = format!("{first}{}{point}{fraction}", rest.concat());
    // The sign was taken before; a second one is none.
    if digits.starts_with('-') {
        None
    } else {
        digits.parse().ok()
    }
}

/// `二〇二二`: at least two digits without units.
fn digit_by_digit(text: &str) -> Option<Decimal> {
    let digits: Option<String> = text
        .chars()
        .map(|c| digit(c).map(|d| char::from(b'0' + d)))
        .collect();
    digits.filter(|digits| digits.len() > 1)?.parse().ok()
}

/// A number before and one behind a high sign (万, 亿), either of which may be absent; `part`
/// reads what stands before, and behind stands something smaller than the sign.
/// Also tells the last unit, which says what a lone digit behind it counts (`两万五`).
fn composed(
    text: &str,
    signs: &[(char, i128)],
    part: impl Fn(&str) -> Option<(Decimal, i128)>,
) -> Option<(Decimal, i128)> {
    let found = signs
        .iter()
        .find_map(|(sign, unit)| Some((text.rfind(*sign)?, *sign, *unit)));
    let Some((at, sign, unit)) = found else {
        return part(text);
    };
    let (high, low) = (&text[..at], &text[at + sign.len_utf8()..]);
    let (high, _) = part(high)?;
    let zeros = if unit == YI { 8 } else { 4 };
    if low.is_empty() {
        return Some((high.checked_shift(zeros)?, unit));
    }
    let high = high.to_integer()?.checked_mul(unit)?;
    let (low, last_unit) = match lone_digit(low) {
        Some(digit) => (i128::from(digit) * unit / 10, unit / 10),
        None => {
            let (low, last_unit) = part(low.strip_prefix(['零', '〇']).unwrap_or(low))?;
            (low.to_integer()?, last_unit)
        }
    };
    if low == 0 || low >= unit {
        return None;
    }
    Some((Decimal::new(high.checked_add(low)?, 0), last_unit))
}

/// A Chinese digit alone: behind 万 it counts thousands.
fn lone_digit(text: &str) -> Option<u8> {
    let mut characters = text.chars();
    let digit = digit(characters.next()?).filter(|digit| *digit > 0)?;
    characters.next().is_none().then_some(digit)
}

/// A number below ten thousand, or an Arabic number with at most one unit behind it (`3千`).
fn section(text: &str) -> Option<(Decimal, i128)> {
    if text.starts_with(|character: char| character.is_ascii_digit()) {
        let (at, last) = text.char_indices().next_back()?;
        return match unit(last) {
            Some(unit) => {
                let zeros = u8::try_from(unit.ilog10()).ok()?;
                Some((arabic(&text[..at])?.checked_shift(zeros)?, unit))
            }
            None => Some((arabic(text)?, 1)),
        };
    }
    let (value, last_unit) = chinese_section(text)?;
    Some((Decimal::new(value, 0), last_unit))
}

/// `九千零一十`, `十二`, `三百五` (350), `廿三`; zero only as `零` alone.
fn chinese_section(text: &str) -> Option<(i128, i128)> {
    let mut total = 0;
    let mut last_unit = WAN;
    let mut pending: Option<i128> = None;
    let mut gap = false;
    for character in text.chars() {
        let (coefficient, unit) = match character {
            '廿' if pending.is_none() => (2, 10),
            '卅' if pending.is_none() => (3, 10),
            _ => match (digit(character), unit(character)) {
                (Some(0), _) if pending.is_none() && !gap => {
                    gap = true;
                    continue;
                }
                (Some(digit), _) if digit > 0 && pending.is_none() => {
                    pending = Some(digit.into());
                    continue;
                }
                (None, Some(10)) => (pending.take().unwrap_or(1), 10),
                (None, Some(unit)) => (pending.take()?, unit),
                _ => return None,
            },
        };
        if unit >= last_unit {
            return None;
        }
        total += coefficient * unit;
        last_unit = unit;
        gap = false;
    }
    match (pending, gap) {
        (Some(digit), _) if gap || total == 0 => Some((total + digit, 1)),
        // Without a zero between them the digit counts the next lower unit.
        (Some(digit), _) => Some((total + digit * last_unit / 10, last_unit / 10)),
        (None, false) if total > 0 => Some((total, last_unit)),
        (None, true) if total == 0 && last_unit == WAN => Some((0, 1)),
        (None, _) => None,
    }
}

fn digit(character: char) -> Option<u8> {
    Some(match character {
        '〇' | '零' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(character: char) -> Option<i128> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const CAPITALS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// An integer in words, as in headings (`十二`, `一百零一`).
#[must_use]
pub fn to_chinese(number: u64) -> String {
    let words = words(number, &DIGITS, ['十', '百', '千']);
    // Ten to nineteen begin without their one.
    match words.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => words,
    }
}

/// The digits one by one, as in years (`二〇二二`).
#[must_use]
pub fn to_chinese_digits(number: u64) -> String {
    let digits = number.to_string();
    let digits = digits.bytes().map(|byte| match byte {
        b'0' => '〇',
        _ => DIGITS[usize::from(byte - b'0')],
    });
    digits.collect()
}

/// An integer in the capital forms of accounting (`壹仟零贰拾`).
pub(crate) fn to_capitals(number: u64) -> String {
    words(number, &CAPITALS, ['拾', '佰', '仟'])
}

fn words(number: u64, digits: &[char; 10], units: [char; 3]) -> String {
    if number == 0 {
        return digits[0].to_string();
    }
    // The largest number has five groups of four digits: 亿亿, 万亿, 亿, 万 and ones.
    let mut words = String::new();
    let mut zero = false;
    for (index, sign) in [(4, "亿"), (3, "万"), (2, "亿"), (1, "万"), (0, "")] {
        let group = number / 10_u64.pow(4 * index) % 10_000;
        for (place, unit) in [(1000, Some(2)), (100, Some(1)), (10, Some(0)), (1, None)] {
            let digit = usize::try_from(group / place % 10).unwrap_or(0);
            if digit == 0 {
                zero = !words.is_empty();
                continue;
            }
            if std::mem::take(&mut zero) {
                words.push(digits[0]);
            }
            words.push(digits[digit]);
            words.extend(unit.map(|unit: usize| units[unit]));
        }
        if group > 0 || index == 2 && !words.is_empty() {
            words.push_str(sign);
        }
        // Zeros at the end of a group are not spoken: 十万五千.
        zero &= group == 0;
    }
    words
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|number| number.to_string())
    }

    #[test]
    fn numbers_as_people_write_them() {
        let cases = [
            ("零", "0"),
            ("〇", "0"),
            ("五", "5"),
            ("十", "10"),
            ("十二", "12"),
            ("二十", "20"),
            ("一十二", "12"),
            ("廿", "20"),
            ("廿三", "23"),
            ("卅一", "31"),
            ("一百二十", "120"),
            ("一百零五", "105"),
            ("一百一十五", "115"),
            ("三百五", "350"),
            ("两千零一十", "2010"),
            ("一千零五", "1005"),
            ("两万", "20000"),
            ("两万五", "25000"),
            ("一万零五", "10005"),
            ("十二万三千四百五十六", "123456"),
            ("一亿", "100000000"),
            ("一亿二", "120000000"),
            ("一亿零五万", "100050000"),
            ("一万亿", "1000000000000"),
            ("二〇二二", "2022"),
            ("二零二二", "2022"),
            ("壹仟贰佰叁拾", "1230"),
            ("三点一四", "3.14"),
            ("两点三万", "23000.0"),
            ("12", "12"),
            ("１２", "12"),
            ("1,234.50", "1234.50"),
            ("１，２３４", "1234"),
            ("2.3万", "23000"),
            ("1.2亿", "120000000"),
            ("3千", "3000"),
            ("70万", "700000"),
            ("1亿2000万", "120000000"),
            ("3万5千", "35000"),
            ("1.2万亿", "1200000000000"),
            ("-3", "-3"),
            ("负三", "-3"),
            ("−0.5", "-0.5"),
            ("+7", "7"),
            (" 12 ", "12"),
            ("007", "7"),
            ("5万零3百", "50300"),
        ];
        for (text, number) in cases {
            let value: Decimal = number.parse().unwrap();
            assert_eq!(parse(text), Some(value), "{text} is {:?}", read(text));
        }
    }

    #[test]
    fn what_is_no_exact_number() {
        for text in [
            "",
            " ",
            "十余",
            "近百",
            "几十",
            "一二十百",
            "百",
            "万",
            "一百百",
            "十百",
            "一万万",
            "一百零",
            "1,23",
            "1234,567",
            ",123",
            "1,2345",
            "1.2.3",
            "--3",
            "-",
            "1.2万5千",
            "一千万亿亿",
            "2.3.万",
            "点五",
            "三点",
            "三点十",
            "12件",
            "1e5",
            "½",
            "5万5万",
            "1 234",
            "百分之五",
            "一二三四五六七八九十",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn headings_and_years() {
        let cases = [
            (0, "零"),
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (101, "一百零一"),
            (110, "一百一十"),
            (1_010, "一千零一十"),
            (10_000, "一万"),
            (100_000, "十万"),
            (100_005, "十万零五"),
            (105_000, "十万五千"),
            (100_000_000, "一亿"),
            (100_010_000, "一亿零一万"),
            (1_000_000_000_000, "一万亿"),
            (1_000_000_000_001, "一万亿零一"),
            (10_000_000_000_000_000, "一亿亿"),
        ];
        for (number, words) in cases {
            assert_eq!(to_chinese(number), words);
        }
        assert_eq!(to_chinese_digits(2022), "二〇二二");
        assert_eq!(to_capitals(10), "壹拾");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(number in prop_oneof![0..20_000_u64, 0..10_u64.pow(15)]) {
            prop_assert_eq!(parse(&to_chinese(number)).unwrap().to_integer(), Some(number.into()));
            prop_assert_eq!(parse(&to_capitals(number)).unwrap().to_integer(), Some(number.into()));
            prop_assert_eq!(parse(&number.to_string()).unwrap().to_integer(), Some(number.into()));
        }

        #[test]
        fn no_text_panics(text in "[零一二十百千万亿两点0-9.,-]{0,14}|.{0,20}", number: u64) {
            let _ = (parse(&text), to_chinese(number));
        }
    }
}

//! What follows a figure: multiplier, percent sign, range, measure word, and the qualifiers around.

use super::cursor::{Before, DIGITS_MAX, Found, ascii_digit, literal_at, next_char};
use super::dates::is_range_sign;
use super::{Kind, Number, Qualifier, Unit, units};
use crate::decimal::Decimal;

/// Multiplier, qualifiers, percent sign, range and measure word behind a figure.
pub(super) fn finish(
    text: &str,
    start: usize,
    literal_end: usize,
    literal: Decimal,
    before: &Before,
    chinese: bool,
) -> Found {
    let mut qualifiers = qualifier_before(before).map_or_else(Vec::new, |(found, _)| vec![found]);
    let whole_start = start - qualifier_before(before).map_or(0, |(_, len)| len);
    let mut value = literal;
    let mut end = literal_end;
    let mut cursor = literal_end;
    // 70余万元: the qualifier may stand inside the figure.
    let inner = qualifier_after(&text[cursor..])
        .filter(|(_, len)| multiplier_at(text, cursor + len).is_some());
    if let Some((found, len)) = inner {
        qualifiers.push(found);
        cursor += len;
    }
    // 150.25 万件: one blank before 万 or 亿 is a slip of the typist.
    let spaced = text[cursor..]
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(['万', '亿']));
    if let Some((power, multiplier_end)) = multiplier_at(text, cursor + usize::from(spaced)) {
        value.exponent += power;
        end = multiplier_end;
        cursor = multiplier_end;
    }
    let mut kind = Kind::Quantity;
    let mut upper = None;
    if let Some((percent, percent_end)) = percent_at(text, cursor) {
        kind = percent;
        if percent_end > cursor && !text[cursor..].trim_start().starts_with(['(', '（']) {
            end = percent_end;
        }
        cursor = percent_end;
    }
    if let Some(range) = read_range(text, cursor, value, kind) {
        upper = Some(range.upper);
        value = range.lower;
        end = range.end;
        cursor = range.end;
        kind = range.kind;
    }
    let mut unit = None;
    if matches!(kind, Kind::Quantity | Kind::Range) {
        let (found, unit_end) = unit_behind(text, cursor, &mut qualifiers);
        unit = found;
        cursor = unit_end;
    }
    if let Some((found, len)) = qualifier_behind_unit(&text[cursor..]) {
        qualifiers.push(found);
        cursor += len;
    }
    let number = Number {
        span: start..end,
        whole: whole_start..cursor.max(end),
        value,
        upper,
        unit,
        qualifiers,
        kind,
        chinese,
    };
    // A range with a unit that another figure follows is read again from there.
    Found {
        resume: number.whole.end,
        number: Some(number),
    }
}

pub(super) fn multiplier_at(text: &str, position: usize) -> Option<(i8, usize)> {
    let mut power = 0;
    let mut end = position;
    for character in text.get(position..)?.chars().take(2) {
        match character {
            '万' => power += 4,
            '亿' => power += 8,
            '千' if power == 0 && !unit_begins_with_thousand(&text[end..]) => power += 3,
            '百' if power == 0 && text[end..].starts_with("百万") => power += 2,
            _ => break,
        }
        end += character.len_utf8();
    }
    // 万里 and 万户 are read as usual; a lone multiplier is all that is needed here.
    (power > 0).then_some((power, end))
}

pub(super) fn unit_begins_with_thousand(rest: &str) -> bool {
    ["千米", "千克", "千瓦"]
        .iter()
        .any(|unit| rest.starts_with(unit))
}

pub(super) fn percent_at(text: &str, position: usize) -> Option<(Kind, usize)> {
    let rest = text.get(position..)?;
    let sign = rest.chars().next()?;
    match sign {
        '%' | '％' | '﹪' => return Some((Kind::Percent, position + sign.len_utf8())),
        '‰' => return Some((Kind::Permille, position + sign.len_utf8())),
        // 47.77 %: a blank before the sign is a slip of the typist.
        ' ' if rest[1..].starts_with(['%', '％']) => {
            let sign = rest[1..].chars().next()?;
            return Some((Kind::Percent, position + 1 + sign.len_utf8()));
        }
        _ => {}
    }
    let headed = ["(%)", "（%）", "（％）", " (%)"]
        .iter()
        .find(|mark| rest.starts_with(**mark))?;
    Some((Kind::Percent, position + headed.len()))
}

pub(super) struct RangeRead {
    pub(super) lower: Decimal,
    pub(super) upper: Decimal,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

pub(super) fn read_range(
    text: &str,
    cursor: usize,
    lower: Decimal,
    kind: Kind,
) -> Option<RangeRead> {
    let sign = next_char(text, cursor).filter(|next| is_range_sign(*next))?;
    let mut at = cursor + sign.len_utf8();
    while next_char(text, at).is_some_and(is_range_sign) {
        at += next_char(text, at).map_or(0, char::len_utf8);
    }
    next_char(text, at).and_then(ascii_digit)?;
    let literal = literal_at(text, at);
    if literal.digits > DIGITS_MAX {
        return None;
    }
    let mut upper = literal.value;
    let mut end = literal.end;
    let mut power_upper = 0;
    if let Some((power, multiplier_end)) = multiplier_at(text, end) {
        upper.exponent += power;
        power_upper = power;
        end = multiplier_end;
    }
    let percent = percent_at(text, end);
    if kind != Kind::Quantity && percent.is_none() {
        return None;
    }
    let mut lower = lower;
    if power_upper > 0 && lower.exponent < 3 {
        lower.exponent += power_upper; // 3～5万
    }
    let end = percent.map_or(end, |(_, percent_end)| percent_end);
    lower.below(upper).then_some(RangeRead {
        lower,
        upper,
        end,
        kind: Kind::Range,
    })
}

/// The measure word behind a figure, with 余, 多 and blanks in between.
pub(super) fn unit_behind(
    text: &str,
    position: usize,
    qualifiers: &mut Vec<Qualifier>,
) -> (Option<Unit>, usize) {
    let mut cursor = position;
    let rest = &text[cursor..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
    let mut pending = None;
    if let Some((found, len)) = qualifier_after(&rest[blanks..]) {
        pending = Some((found, blanks + len));
    }
    let skip_len = pending.map_or(blanks, |(_, len)| len);
    let unit = units::unit_at(&rest[skip_len..]);
    if let Some((found, len)) = pending {
        let estimate =
            unit.is_some() || !rest[len..].starts_with(|next: char| next.is_alphanumeric());
        if estimate {
            qualifiers.push(found);
            cursor += len;
        }
    }
    match unit {
        Some(found) if pending.is_some() || blanks <= 1 => {
            (unit, position + skip_len + found.text.len())
        }
        _ => (None, cursor),
    }
}

/// 余, 多, 来 directly behind the figure.
pub(super) fn qualifier_after(rest: &str) -> Option<(Qualifier, usize)> {
    let next = rest.chars().next()?;
    matches!(next, '余' | '多' | '来').then(|| (Qualifier::More, next.len_utf8()))
}

/// 左右, 以上 and the like behind the measure word.
pub(super) fn qualifier_behind_unit(rest: &str) -> Option<(Qualifier, usize)> {
    const WORDS: &[(&str, Qualifier)] = &[
        ("左右", Qualifier::About),
        ("上下", Qualifier::About),
        ("以上", Qualifier::AtLeast),
        ("及以上", Qualifier::AtLeast),
        ("以下", Qualifier::AtMost),
        ("及以下", Qualifier::AtMost),
        ("以内", Qualifier::AtMost),
        ("之内", Qualifier::AtMost),
    ];
    WORDS
        .iter()
        .find(|(word, _)| rest.starts_with(word))
        .map(|(word, qualifier)| (*qualifier, word.len()))
}

/// 近, 约, 至少 and the like directly before the figure.
pub(super) fn qualifier_before(before: &Before) -> Option<(Qualifier, usize)> {
    const WORDS: &[(&str, Qualifier)] = &[
        ("不少于", Qualifier::AtLeast),
        ("不低于", Qualifier::AtLeast),
        ("不超过", Qualifier::AtMost),
        ("不高于", Qualifier::AtMost),
        ("不多于", Qualifier::AtMost),
        ("至少", Qualifier::AtLeast),
        ("最少", Qualifier::AtLeast),
        ("不足", Qualifier::Under),
        ("不到", Qualifier::Under),
        ("至多", Qualifier::AtMost),
        ("最多", Qualifier::AtMost),
        ("接近", Qualifier::Near),
        ("将近", Qualifier::Near),
        ("超过", Qualifier::Over),
        ("突破", Qualifier::Over),
        ("多达", Qualifier::AtLeast),
        ("大约", Qualifier::About),
        ("约为", Qualifier::About),
        ("逾", Qualifier::Over),
        ("超", Qualifier::Over),
        ("近", Qualifier::Near),
        ("约", Qualifier::About),
    ];
    // 证据不足16人 counts people; nothing is less than 16.
    let phrase = ["据不足", "件不足", "量不足", "手不足"]
        .iter()
        .any(|word| before.ends_with(word));
    WORDS
        .iter()
        .find(|(word, _)| before.ends_with(word) && !(phrase && *word == "不足"))
        .map(|(word, qualifier)| (*qualifier, word.len()))
}

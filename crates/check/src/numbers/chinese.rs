//! Numbers written in Chinese characters: 一百二十, 两万, 二〇二五, 十五.

use crate::decimal::Decimal;

/// The digit a character stands for.
pub(crate) fn digit(character: char) -> Option<u32> {
    Some(match character {
        '〇' | '零' => 0,
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

/// The power of ten a character multiplies by.
pub(crate) fn multiplier(character: char) -> Option<i8> {
    Some(match character {
        '十' | '拾' => 1,
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        '万' => 4,
        '亿' => 8,
        _ => return None,
    })
}

/// Whether a number in Chinese characters may begin here (百姓 and 万一 do not).
pub(crate) fn begins(character: char) -> bool {
    digit(character).is_some() || character == '十'
}

/// A run of numeral characters and its value; `None` where it is no single number (三五, 六七十).
pub(crate) struct Run {
    /// Length in bytes.
    pub len: usize,
    /// The number, if it is one.
    pub value: Option<Decimal>,
    /// Written digit by digit, as years are.
    pub positional: bool,
}

/// Reads the run of numeral characters at the beginning of `rest`.
pub(crate) fn read_run(rest: &str) -> Run {
    let len = rest
        .char_indices()
        .find(|(_, character)| digit(*character).is_none() && multiplier(*character).is_none())
        .map_or(rest.len(), |(offset, _)| offset);
    let run = &rest[..len];
    if run.chars().count() > 16 {
        return Run {
            len,
            value: None,
            positional: false,
        };
    }
    if run.chars().all(|character| digit(character).is_some()) {
        let positional = run.chars().count() > 1;
        return Run {
            len,
            value: positional_value(run),
            positional,
        };
    }
    Run {
        len,
        value: composed_value(run).map(Decimal::whole),
        positional: false,
    }
}

fn positional_value(run: &str) -> Option<Decimal> {
    let count = run.chars().count();
    // Two or three digits side by side are an estimate (三五个) or a slogan, not a number.
    if count != 1 && count != 4 {
        return None;
    }
    let value = run
        .chars()
        .filter_map(digit)
        .fold(0i128, |sum, next| sum * 10 + i128::from(next));
    Some(Decimal::whole(value))
}

/// 三千二百零五万四千 and the like; `None` where the order of the multipliers makes no number.
fn composed_value(run: &str) -> Option<i128> {
    let mut total = 0i128; // completed groups of 万 and 亿
    let mut group = 0i128; // the group being read
    let mut pending: Option<u32> = None;
    let mut last = i8::MAX;
    for character in run.chars() {
        if let Some(value) = digit(character) {
            if pending.is_some_and(|earlier| earlier != 0) {
                return None;
            }
            pending = Some(value);
            continue;
        }
        let power = multiplier(character)?;
        let unit = 10i128.pow(u32::from(power.unsigned_abs()));
        if power >= 4 {
            group += i128::from(pending.take().unwrap_or(0));
            if group == 0 {
                return None;
            }
            total = if power == 8 {
                (total + group) * unit
            } else {
                total + group * unit
            };
            group = 0;
            last = i8::MAX;
        } else {
            if power >= last {
                return None;
            }
            last = power;
            let factor = pending.take().unwrap_or(if power == 1 { 1 } else { 0 });
            if factor == 0 {
                return None;
            }
            group += i128::from(factor) * unit;
        }
    }
    Some(total + group + i128::from(pending.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i128>) {
        assert_eq!(read_run(text).value, expected.map(Decimal::whole), "{text}");
    }

    #[test]
    fn reads_composed_numbers() {
        check("一百二十", Some(120));
        check("两万", Some(20_000));
        check("十五", Some(15));
        check("三千零五", Some(3_005));
        check("二〇二五", Some(2025));
        check("一亿二千万", Some(120_000_000));
        check("八", Some(8));
    }

    #[test]
    fn refuses_estimates_and_broken_orders() {
        check("三五", None);
        check("六七十", None);
        check("十百", None);
        check("二零零零零", None);
    }
}

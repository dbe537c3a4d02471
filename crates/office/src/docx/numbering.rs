//! Labels that a word processor counts itself: `一、` in front of a heading is often not in the text.
use std::collections::HashMap;

use quick_xml::events::Event;

use crate::Result;
use crate::package::Package;
use crate::xml::attribute;

/// List definitions of a document, with the counters as they stand.
#[derive(Default)]
pub(super) struct Numbering {
    /// List id to definition id.
    lists: HashMap<u32, u32>,
    levels: HashMap<(u32, u8), Level>,
    counters: HashMap<(u32, u8), u32>,
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    /// Pattern such as `（%1）`.
    text: String,
}

const LEVELS: u8 = 9;
const COUNT_MAX: u32 = 1_000_000;

impl Numbering {
    /// Reads the definitions; a document without lists has none.
    pub(super) fn read(package: &mut Package<'_>) -> Result<Self> {
        const PART: &str = "word/numbering.xml";
        let mut numbering = Self::default();
        if !package.has(PART) {
            return Ok(numbering);
        }
        let mut xml = package.xml(PART)?;
        let (mut definition, mut list, mut level) = (None, None, None);
        loop {
            let event = xml.next()?;
            match &event {
                Event::Start(element) | Event::Empty(element) => {
                    let local = element.local_name();
                    let number =
                        |name| attribute(element, name).and_then(|n| n.parse::<u32>().ok());
                    match local.as_ref() {
                        "abstractNum" => definition = number("abstractNumId"),
                        "num" => list = number("numId"),
                        "abstractNumId" => {
                            if let (Some(list), Some(definition)) = (list, number("val")) {
                                numbering.lists.insert(list, definition);
                            }
                        }
                        "lvl" => level = number("ilvl").and_then(|level| u8::try_from(level).ok()),
                        name @ ("start" | "numFmt" | "lvlText") => {
                            let (Some(definition), Some(level), None) = (definition, level, list)
                            else {
                                continue;
                            };
                            let value = attribute(element, "val").unwrap_or_default();
                            let entry = numbering.levels.entry((definition, level)).or_default();
                            match name {
                                "start" => entry.start = value.parse().unwrap_or(1).min(COUNT_MAX),
                                "numFmt" => entry.format = value,
                                _ => entry.text = value,
                            }
                        }
                        _ => {}
                    }
                }
                Event::Eof => return Ok(numbering),
                _ => {}
            }
        }
    }

    /// The label of the next paragraph in a list, or `None` where nothing that counts is shown.
    pub(super) fn next(&mut self, list: u32, level: u8) -> Option<String> {
        let definition = *self.lists.get(&list)?;
        let own = self.levels.get(&(definition, level))?.clone();
        let counter = self
            .counters
            .entry((definition, level))
            .or_insert(own.start.max(1) - 1);
        *counter = (*counter + 1).min(COUNT_MAX);
        for deeper in level.saturating_add(1)..LEVELS {
            self.counters.remove(&(definition, deeper));
        }
        if matches!(own.format.as_str(), "bullet" | "none") {
            return None;
        }
        let mut label = own.text.clone();
        for shown in 0..LEVELS.min(level.saturating_add(1)) {
            let pattern = format!("%{}", shown + 1);
            if label.contains(&pattern) {
                let format = self
                    .levels
                    .get(&(definition, shown))
                    .cloned()
                    .unwrap_or_default();
                let count = self.counters.get(&(definition, shown)).copied();
                let count = count.unwrap_or(format.start.max(1));
                label = label.replace(&pattern, &numeral(count, &format.format));
            }
        }
        // A pattern that refers to itself in a circle cannot grow: each is replaced once.
        (!label.trim().is_empty()).then(|| label.chars().take(64).collect())
    }
}

fn numeral(count: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(count),
        "ideographDigital" | "japaneseDigitalTenThousand" => count
            .to_string()
            .chars()
            .map(|c| CHINESE[digit(c)])
            .collect(),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&count) => {
            char::from_u32(0x2460 + count - 1)
                .map(String::from)
                .unwrap_or_default()
        }
        "decimalZero" => format!("{count:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => count
            .to_string()
            .chars()
            .filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0))
            .collect(),
        "upperLetter" => letters(count, b'A'),
        "lowerLetter" => letters(count, b'a'),
        "upperRoman" => roman(count),
        "lowerRoman" => roman(count).to_lowercase(),
        _ => count.to_string(),
    }
}

const CHINESE: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn digit(c: char) -> usize {
    c.to_digit(10)
        .and_then(|digit| usize::try_from(digit).ok())
        .unwrap_or(0)
}

/// Up to ninety-nine in characters, which lists hardly pass; beyond that in digits.
fn chinese(count: u32) -> String {
    let (tens, ones) = (count / 10, count % 10);
    let sign = |n: u32| {
        usize::try_from(n)
            .ok()
            .and_then(|n| CHINESE.get(n))
            .copied()
    };
    let one = if ones == 0 { None } else { sign(ones) };
    match tens {
        0 => sign(ones).map(String::from).unwrap_or_default(),
        1 => std::iter::once('十').chain(one).collect(),
        2..=9 => sign(tens).into_iter().chain(['十']).chain(one).collect(),
        _ => count.to_string(),
    }
}

fn letters(count: u32, first: u8) -> String {
    let at = u8::try_from(count.saturating_sub(1) % 26).unwrap_or(0);
    let times = usize::try_from(count.saturating_sub(1) / 26 + 1)
        .unwrap_or(1)
        .min(8);
    String::from(char::from(first + at)).repeat(times)
}

fn roman(count: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if count > 4_000 {
        return count.to_string();
    }
    let mut rest = count;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn labels_as_a_word_processor_counts_them() {
        for (count, format, shown) in [
            (1, "chineseCountingThousand", "一"),
            (10, "japaneseCounting", "十"),
            (21, "chineseCounting", "二十一"),
            (30, "chineseCounting", "三十"),
            (100, "chineseCounting", "100"),
            (28, "lowerLetter", "bb"),
            (1994, "upperRoman", "MCMXCIV"),
            (3, "decimalEnclosedCircle", "③"),
            (7, "decimalFullWidth", "７"),
            (5, "decimalZero", "05"),
            (5, "unknownFormat", "5"),
        ] {
            assert_eq!(numeral(count, format), shown, "{count} {format}");
        }
    }
}

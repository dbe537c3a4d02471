//! Codes of a font: which character each stands for, and how wide it is.

use std::collections::HashMap;

use hayro_cmap::{BfString, CMap};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

/// A font, as far as text needs it.
pub(super) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    widths: HashMap<u32, f64>,
    default_width: f64,
}

/// How bytes make codes, and codes characters where the font has no table of its own.
enum Codes {
    /// One byte each; ASCII where nothing is said.
    Bytes,
    /// Two bytes each, numbers of glyphs: without a table nobody knows the characters.
    Glyphs,
    /// Two bytes each, UTF-16.
    Utf16,
    /// One or two bytes each, GBK.
    Gbk,
}

/// One code of a text.
pub(super) struct Code {
    /// The characters; `None` where the font does not say.
    pub characters: Option<String>,
    /// In thousandths of the size.
    pub width: f64,
    /// The single byte of a blank, which word spacing goes with.
    pub blank: bool,
}

impl Font {
    pub(super) fn read(dict: &Dict<'_>) -> Self {
        let to_unicode = dict
            .get::<Stream<'_>>("ToUnicode")
            .and_then(|stream| stream.decoded().ok())
            .and_then(|data| CMap::parse(&data, |_| None));
        let composed = dict
            .get::<Name<'_>>("Subtype")
            .is_some_and(|kind| kind.as_str() == "Type0");
        if !composed {
            return Self {
                codes: Codes::Bytes,
                to_unicode,
                widths: simple_widths(dict),
                default_width: 500.0,
            };
        }
        let encoding = dict.get::<Name<'_>>("Encoding");
        let codes = match encoding.as_ref().map_or("", |name| name.as_str()) {
            name if name.starts_with("UniGB-") => Codes::Utf16,
            name if name.starts_with("GB") => Codes::Gbk,
            _ => Codes::Glyphs,
        };
        let descendant = dict
            .get::<Array<'_>>("DescendantFonts")
            .and_then(|fonts| fonts.iter::<Dict<'_>>().next())
            .unwrap_or_default();
        Self {
            codes,
            to_unicode,
            widths: descendant
                .get::<Array<'_>>("W")
                .map(|widths| composed_widths(&widths))
                .unwrap_or_default(),
            default_width: descendant.get::<f64>("DW").unwrap_or(1000.0),
        }
    }

    /// The codes of a shown text.
    pub(super) fn codes(&self, bytes: &[u8]) -> Vec<Code> {
        let mut codes = Vec::new();
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let length = match self.codes {
                Codes::Bytes => 1,
                Codes::Gbk => 1 + usize::from(*first >= 0x81),
                Codes::Glyphs | Codes::Utf16 => 2,
            };
            let (code, behind) = rest.split_at(length.min(rest.len()));
            rest = behind;
            codes.push(self.code(code));
        }
        codes
    }

    fn code(&self, bytes: &[u8]) -> Code {
        let number = bytes
            .iter()
            .fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        let table = self.to_unicode.as_ref();
        let characters = table
            .and_then(|table| table.lookup_bf_string(number))
            .map(|found| match found {
                BfString::Char(character) => character.to_string(),
                BfString::String(string) => string,
            })
            .or_else(|| self.characters(bytes, number));
        Code {
            characters,
            width: self
                .widths
                .get(&number)
                .copied()
                .unwrap_or(self.default_width),
            blank: bytes == b" ",
        }
    }

    fn characters(&self, bytes: &[u8], number: u32) -> Option<String> {
        match self.codes {
            Codes::Glyphs => None,
            Codes::Bytes => {
                let plain = char::from_u32(number).filter(|c| (' '..='~').contains(c));
                plain.map(String::from)
            }
            Codes::Utf16 => char::from_u32(number).map(String::from),
            Codes::Gbk => {
                let text =
                    encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes);
                text.map(|text| text.into_owned())
            }
        }
    }
}

fn simple_widths(dict: &Dict<'_>) -> HashMap<u32, f64> {
    let first = dict.get::<u32>("FirstChar").unwrap_or(0);
    let widths = dict.get::<Array<'_>>("Widths");
    widths
        .iter()
        .flat_map(|widths| widths.iter::<f64>())
        .take(256)
        .zip(first..)
        .map(|(width, code)| (code, width))
        .collect()
}

/// `first [w w w]` and `first last w`.
fn composed_widths(array: &Array<'_>) -> HashMap<u32, f64> {
    const CODES_MAX: u32 = 0xffff;
    let mut widths = HashMap::new();
    let mut objects = array.iter::<Object<'_>>();
    let number = |object: Option<Object<'_>>| match object {
        Some(Object::Number(number)) => Some(code_of(number)),
        _ => None,
    };
    while let Some(first) = number(objects.next()) {
        match objects.next() {
            Some(Object::Array(own)) => {
                let codes = first..=CODES_MAX;
                widths.extend(codes.zip(own.iter::<f64>()));
            }
            Some(Object::Number(last)) => {
                let Some(Object::Number(width)) = objects.next() else {
                    break;
                };
                let last = code_of(last).min(CODES_MAX);
                widths.extend((first..=last).map(|code| (code, width.as_f64())));
            }
            _ => break,
        }
    }
    widths
}

fn code_of(number: Number) -> u32 {
    u32::try_from(number.as_i64()).unwrap_or(0)
}

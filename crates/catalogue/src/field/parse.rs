//! From typed text to values.

use values::dates::{Date, DateError, parse_date};

use super::{FieldContext, FieldError, number, rows};
use crate::{definition::FieldType, suggest::nearest, value::Value};

/// Most characters of a text of several lines.
pub(super) const LONG_TEXT_MAX: usize = 100_000;
/// Most characters of names, addresses, citations.
pub(super) const NAME_MAX: usize = 200;

impl FieldType {
    /// Reads what a person typed or what stands in a sheet.
    ///
    /// Blank text is [`FieldError::Missing`]; see [`Field::parse`](crate::definition::Field::parse)
    /// for optional fields.
    pub fn parse(&self, text: &str, context: &FieldContext<'_>) -> Result<Value, FieldError> {
        let text = trim(text);
        if text.is_empty() {
            return Err(FieldError::Missing);
        }
        match self {
            Self::Text { max } => one_line(text, *max as usize),
            Self::LongText => several_lines(text),
            Self::Number { decimals, min, max } => number::parse(text, *decimals, *min, *max),
            Self::Money => number::parse_money(text),
            Self::Date => date(text),
            Self::DateRange => date_range(text),
            Self::Choice { options } => choice(text, options),
            Self::Choices { options } => choices(text, options),
            Self::Flag => flag(text).map(Value::Flag),
            Self::District => district(text, context),
            Self::IdentityNumber => identity_number(text),
            Self::Phone => phone(text),
            Self::CreditCode => match narrow_upper(text) {
                code if code.is_empty() => Err(FieldError::Missing),
                code => one_line(&code, NAME_MAX),
            },
            Self::File => file(text),
            Self::Rows { columns } => rows::parse(text, columns, context),
            Self::Subject
            | Self::Unit
            | Self::Officer
            | Self::Person
            | Self::Address
            | Self::LawCitation
            | Self::Reference { .. } => one_line(text, NAME_MAX),
        }
    }

    /// Reads a cell that the spreadsheet program holds as a number: numbers, money, dates (days
    /// since 1899-12-30), and digits of numbers that are names (telephone, codes).
    pub fn parse_number(
        &self,
        number: f64,
        context: &FieldContext<'_>,
    ) -> Result<Value, FieldError> {
        match self {
            Self::Number { decimals, min, max } => {
                number::from_float(number, *decimals, *min, *max)
            }
            Self::Money => number::from_float(number, 2, None, None),
            Self::Date => {
                let date = number::from_serial(number);
                let text = || number.to_string();
                let date = date.ok_or_else(|| FieldError::NotADate {
                    text: text(),
                    reason: DateError::Unrecognised,
                })?;
                Ok(Value::Text(date.to_string()))
            }
            // Beyond 15 digits the program has replaced the rest by zeros.
            Self::IdentityNumber | Self::CreditCode if number.abs() >= 1e15 => {
                Err(FieldError::LostDigits)
            }
            _ => self.parse(&number::plain(number), context),
        }
    }
}

/// Without blanks at the ends: ASCII, ideographic, no-break, zero-width, byte order mark.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

fn one_line(text: &str, max: usize) -> Result<Value, FieldError> {
    let line = if text.chars().any(char::is_control) {
        spaced(text)
    } else {
        text.to_owned()
    };
    within(&line, max)?;
    Ok(Value::Text(line))
}

/// Line ends and other control characters become one space each run.
fn spaced(text: &str) -> String {
    let words = text
        .split(char::is_control)
        .map(trim)
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn several_lines(text: &str) -> Result<Value, FieldError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    within(&text, LONG_TEXT_MAX)?;
    Ok(Value::Text(text))
}

/// Counts characters only where bytes leave a doubt.
pub(super) fn within(text: &str, max: usize) -> Result<(), FieldError> {
    if text.len() <= max {
        return Ok(());
    }
    let length = text.chars().count();
    if length <= max {
        Ok(())
    } else {
        Err(FieldError::TooLong { length, max })
    }
}

fn date(text: &str) -> Result<Value, FieldError> {
    if is_iso_date(text) {
        return Ok(Value::Text(text.to_owned()));
    }
    match parse_date(text) {
        Ok(date) => Ok(Value::Text(date.to_string())),
        Err(reason) => Err(FieldError::NotADate {
            text: text.to_owned(),
            reason,
        }),
    }
}

/// The one spelling of a date in values, and most of those in sheets.
pub(crate) fn is_iso_date(text: &str) -> bool {
    iso_date(text).is_some()
}

pub(super) fn iso_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let date = Date::new(
        text[..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..].parse().ok()?,
    );
    date.ok().filter(|date| date.year() > 0)
}

fn date_range(text: &str) -> Result<Value, FieldError> {
    let malformed = || FieldError::NotARange {
        text: text.to_owned(),
    };
    let mut found = None;
    for separator in ["至", "到", "～", "~", "—", "–"] {
        if let Some((from, to)) = text.split_once(separator) {
            let to = to.trim_start_matches(['—', '–']);
            found = Some((trim(from), trim(to)));
            break;
        }
    }
    // One day is a range of one day.
    let (from, to) = found.unwrap_or((text, text));
    let from = parse_date(from).map_err(|_| malformed())?;
    let to = parse_date(to).map_err(|_| malformed())?;
    if to < from {
        return Err(FieldError::Reversed);
    }
    Ok(Value::List(vec![
        Value::Text(from.to_string()),
        Value::Text(to.to_string()),
    ]))
}

pub(super) fn choice(text: &str, options: &[String]) -> Result<Value, FieldError> {
    find_option(text, options).map(Value::Text)
}

fn find_option(text: &str, options: &[String]) -> Result<String, FieldError> {
    if let Some(option) = options.iter().find(|option| *option == text) {
        return Ok(option.clone());
    }
    // Blanks inside and width of brackets are typing habits, not other options.
    let plain = plain(text);
    if let Some(option) = options.iter().find(|option| self::plain(option) == plain) {
        return Ok(option.clone());
    }
    Err(not_an_option(text, options))
}

pub(super) fn not_an_option(text: &str, options: &[String]) -> FieldError {
    FieldError::NotAnOption {
        text: text.to_owned(),
        options: options.to_vec(),
        meant: nearest(text, options.iter().map(String::as_str)).map(str::to_owned),
    }
}

fn plain(text: &str) -> String {
    let characters = text.chars().filter(|c| !is_blank(*c)).map(|c| match c {
        '(' => '（',
        ')' => '）',
        ',' => '，',
        ':' => '：',
        _ => c,
    });
    characters.flat_map(char::to_lowercase).collect()
}

fn choices(text: &str, options: &[String]) -> Result<Value, FieldError> {
    let mut chosen: Vec<String> = Vec::new();
    let mut choose = |option: String| {
        if chosen.contains(&option) {
            return Err(FieldError::Twice { text: option });
        }
        chosen.push(option);
        Ok(())
    };
    for part in text
        .split(['；', ';', '\n'])
        .map(trim)
        .filter(|part| !part.is_empty())
    {
        // An option may itself contain the sign that others use between options.
        match find_option(part, options) {
            Ok(option) => choose(option)?,
            Err(error) => {
                let parts: Vec<&str> = part.split(['、', '，', ',', '/']).map(trim).collect();
                if parts.len() == 1 {
                    return Err(error);
                }
                for part in parts.into_iter().filter(|part| !part.is_empty()) {
                    choose(find_option(part, options)?)?;
                }
            }
        }
    }
    if chosen.is_empty() {
        return Err(FieldError::Missing);
    }
    Ok(Value::List(in_order(chosen, options)))
}

/// Several options are a set: they are kept in the order of the definition.
fn in_order(chosen: Vec<String>, options: &[String]) -> Vec<Value> {
    let known = options.iter().filter(|option| chosen.contains(option));
    known.map(|option| Value::Text(option.clone())).collect()
}

fn flag(text: &str) -> Result<bool, FieldError> {
    match text {
        "是" | "有" | "对" | "√" | "✓" | "✔" | "1" | "１" => Ok(true),
        "否" | "无" | "不是" | "没有" | "×" | "✗" | "✘" | "0" | "０" => Ok(false),
        _ if ["true", "yes", "y"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word)) =>
        {
            Ok(true)
        }
        _ if ["false", "no", "n"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word)) =>
        {
            Ok(false)
        }
        _ => Err(FieldError::NotAFlag {
            text: text.to_owned(),
        }),
    }
}

pub(super) fn district(text: &str, context: &FieldContext<'_>) -> Result<Value, FieldError> {
    if context.districts.is_empty() {
        return one_line(text, NAME_MAX);
    }
    if context.districts.iter().any(|district| district == text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(FieldError::NotADistrict {
        text: text.to_owned(),
        districts: context.districts.to_vec(),
        meant: nearest(text, context.districts.iter().map(String::as_str)).map(str::to_owned),
    })
}

fn identity_number(text: &str) -> Result<Value, FieldError> {
    let number = narrow_upper(text);
    if values::identifiers::ResidentId::parse(&number).is_err() {
        return Err(FieldError::NotAnIdentityNumber);
    }
    Ok(Value::Text(number))
}

/// Without blanks and leading apostrophes, in capital ASCII: codes.
fn narrow_upper(text: &str) -> String {
    let characters = text.chars().filter(|c| !is_blank(*c)).map(|c| match c {
        'Ａ'..='Ｚ' => char::from(b'A' + (c as u32 - 'Ａ' as u32) as u8),
        'ａ'..='ｚ' => char::from(b'A' + (c as u32 - 'ａ' as u32) as u8),
        _ => crate::decimal::narrow(c).to_ascii_uppercase(),
    });
    characters.skip_while(|c| *c == '\'' || *c == '’').collect()
}

fn phone(text: &str) -> Result<Value, FieldError> {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '—' | '–' => '-',
            _ if is_blank(c) => ' ',
            _ => crate::decimal::narrow(c),
        })
        .collect();
    if is_phone(&narrow) {
        Ok(Value::Text(narrow))
    } else {
        Err(FieldError::NotAPhone)
    }
}

/// Digits with the usual signs between them; several numbers may stand one behind the other.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=60).contains(&digits)
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '-' | '+' | '(' | ')' | ' ' | '/' | ',' | '、' | '；' | '转' | '*'
                )
        })
}

fn file(text: &str) -> Result<Value, FieldError> {
    if is_hash(text) {
        Ok(Value::Text(text.to_owned()))
    } else {
        Err(FieldError::NotAFile)
    }
}

/// SHA-256 in lower-case hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

//! The shape of an order as data, and the one reader that holds an order against it.
//!
//! A kind of paper is a [`Shape`] (in [`kinds`](crate::kinds)) and a template. The reader walks
//! the JSON once: it checks, it cleans the text, it hands the template a dictionary with the same
//! names, and it notes which characters are printed in which face. Every refusal names its field
//! (`parts[3].level`). Unknown fields are refused as well: a misspelt one would silently drop text
//! from an official paper.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use typst::foundations::{Array, Datetime, Dict, IntoValue, Value};

use crate::{failure::Failure, fonts::Role};

/// Characters of one text.
const TEXT_MAX: usize = 1_000_000;

/// A run of ASCII without a space that is longer than this gets places to break.
const UNBROKEN_MAX: usize = 16;

/// What a field holds.
#[derive(Debug)]
pub enum Shape {
    /// Text, printed in these faces; `\n` begins a new line.
    Text(&'static [Role]),
    /// `2023年1月10日` or `2023-01-10`.
    Date,
    /// True or false.
    Flag,
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// At most so many of these.
    List(&'static Shape, usize),
    /// Named fields.
    Object(&'static [Field]),
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name in the JSON and in the template.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it has to be there.
    pub need: Need,
}

/// Whether a field has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Refused when absent; a text must say something.
    Must,
    /// Refused when absent; a text may be empty.
    Present,
    /// May be absent or null: the template sees `none`, `false` or an empty list.
    May,
}

/// The characters printed in each face.
#[derive(Debug, Default, Clone)]
pub struct Words([BTreeSet<char>; Role::COUNT]);

impl Words {
    /// Notes a text that will be printed in this face.
    pub fn note(&mut self, role: Role, text: &str) {
        self.0[role as usize].extend(text.chars());
    }

    /// The characters of a face.
    pub fn of(&self, role: Role) -> &BTreeSet<char> {
        &self.0[role as usize]
    }
}

/// Reads an object against its fields; `words` collects what will be printed.
///
/// # Errors
/// A sentence that names the first field at fault.
pub fn read(
    object: Map<String, Json>,
    fields: &'static [Field],
    words: &mut Words,
) -> Result<Dict, Failure> {
    read_object(object, fields, "", words)
}

fn read_object(
    mut object: Map<String, Json>,
    fields: &'static [Field],
    path: &str,
    words: &mut Words,
) -> Result<Dict, Failure> {
    let mut dict = Dict::new();
    for field in fields {
        let path = join(path, field.name);
        let value = match object.remove(field.name) {
            None | Some(Json::Null) if field.need == Need::May => absent(&field.shape),
            None => return Err(bad(&path, "没有给出")),
            Some(Json::String(text)) if field.need == Need::Must && text.trim().is_empty() => {
                return Err(bad(&path, "是空的"));
            }
            Some(json) => read_value(json, &field.shape, &path, words)?,
        };
        dict.insert(field.name.into(), value);
    }
    match object.keys().next() {
        None => Ok(dict),
        Some(name) => Err(bad(&join(path, &shown(name)), "不认识")),
    }
}

fn read_value(
    json: Json,
    shape: &'static Shape,
    path: &str,
    words: &mut Words,
) -> Result<Value, Failure> {
    match (shape, json) {
        (Shape::Text(roles), Json::String(text)) => {
            let text = clean(&text, path)?;
            for role in *roles {
                words.note(*role, &text);
            }
            Ok(text.into_value())
        }
        (Shape::Date, Json::String(text)) => match date(&text) {
            Some(date) => Ok(date.into_value()),
            None => Err(bad(path, "不是日期：请写成“2023年1月10日”或“2023-01-10”")),
        },
        (Shape::Flag, Json::Bool(flag)) => Ok(flag.into_value()),
        (Shape::Number(least, most), Json::Number(number)) => match number.as_i64() {
            Some(n) if (*least..=*most).contains(&n) => Ok(n.into_value()),
            _ => Err(bad(path, &format!("应是 {least} 到 {most} 的整数"))),
        },
        (Shape::List(_, most), Json::Array(items)) if items.len() > *most => {
            Err(bad(path, &format!("有 {} 项，最多 {most} 项", items.len())))
        }
        (Shape::List(shape, _), Json::Array(items)) => {
            let mut array = Array::new();
            for (at, item) in items.into_iter().enumerate() {
                array.push(read_value(item, shape, &format!("{path}[{at}]"), words)?);
            }
            Ok(array.into_value())
        }
        (Shape::Object(fields), Json::Object(object)) => {
            Ok(read_object(object, fields, path, words)?.into_value())
        }
        (shape, json) => Err(bad(
            path,
            &format!("应是{}，给的是{}", wanted(shape), given(&json)),
        )),
    }
}

/// What the template sees of a field that is not there.
fn absent(shape: &Shape) -> Value {
    match shape {
        Shape::List(..) => Array::new().into_value(),
        Shape::Flag => false.into_value(),
        Shape::Text(_) | Shape::Date | Shape::Number(..) | Shape::Object(_) => Value::None,
    }
}

/// Text as it is printed: tabs are spaces, lines end with `\n`, and a long run without a space
/// (an address, a digest) may be broken.
///
/// Characters that print nothing but alter what is printed are refused, not dropped: the paper
/// would say something other than the record.
fn clean(text: &str, path: &str) -> Result<String, Failure> {
    if text.len() > TEXT_MAX * 4 || text.chars().count() > TEXT_MAX {
        return Err(bad(path, &format!("超过 {TEXT_MAX} 字")));
    }
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            // A byte order mark inside a text comes from pasting and means nothing.
            '\u{FEFF}' => continue,
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            c => c,
        };
        if is_refused(c) {
            return Err(bad(
                path,
                &format!("含有不能印的控制字符 U+{:04X}", u32::from(c)),
            ));
        }
        run = if c.is_ascii_graphic() { run + 1 } else { 0 };
        if run > UNBROKEN_MAX && run % (UNBROKEN_MAX / 2) == 1 {
            out.push('\u{200B}');
        }
        out.push(c);
    }
    Ok(out)
}

/// Controls, marks that turn the direction of writing, and code points that are no characters.
fn is_refused(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(code, 0xFDD0..=0xFDEF)
        || code & 0xFFFE == 0xFFFE
}

/// `2023年1月10日` or `2023-01-10`.
fn date(text: &str) -> Option<Datetime> {
    let text = text.trim();
    let (year, rest) = text.split_once(['年', '-'])?;
    let (month, day) = rest.split_once(['月', '-'])?;
    let day = match text.contains('年') {
        true => day.strip_suffix('日')?,
        false => day,
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    Datetime::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn bad(path: &str, what: &str) -> Failure {
    Failure::BadInput(format!("输入有误：{path} {what}。"))
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// A name from outside, short and harmless enough for a message.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(40).collect();
    short.escape_debug().to_string()
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "文字",
        Shape::Date => "日期文字",
        Shape::Flag => " true 或 false",
        Shape::Number(..) => "数",
        Shape::List(..) => "列表",
        Shape::Object(_) => "对象",
    }
}

fn given(json: &Json) -> &'static str {
    match json {
        Json::Null => " null",
        Json::Bool(_) => " true 或 false",
        Json::Number(_) => "数",
        Json::String(_) => "文字",
        Json::Array(_) => "列表",
        Json::Object(_) => "对象",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIELDS: &[Field] = &[
        Field {
            name: "title",
            shape: Shape::Text(&[Role::Title]),
            need: Need::Must,
        },
        Field {
            name: "on",
            shape: Shape::Date,
            need: Need::May,
        },
        Field {
            name: "parts",
            shape: Shape::List(
                &Shape::Object(&[Field {
                    name: "level",
                    shape: Shape::Number(0, 4),
                    need: Need::Must,
                }]),
                2,
            ),
            need: Need::May,
        },
    ];

    fn reading(json: &str) -> Result<Dict, String> {
        let Ok(Json::Object(object)) = serde_json::from_str(json) else {
            panic!("the test's own JSON is wrong");
        };
        read(object, FIELDS, &mut Words::default()).map_err(|e| e.to_string())
    }

    #[track_caller]
    fn refused(json: &str, part: &str) {
        let error = reading(json).unwrap_err();
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn a_refusal_names_its_field() {
        refused(r#"{}"#, "title 没有给出");
        refused(r#"{"title":" "}"#, "title 是空的");
        refused(r#"{"title":3}"#, "title 应是文字，给的是数");
        refused(
            r#"{"title":"一","parts":[{"level":1},{"level":9}]}"#,
            "parts[1].level 应是 0 到 4",
        );
        refused(r#"{"title":"一","parts":[{}]}"#, "parts[0].level 没有给出");
        refused(r#"{"title":"一","titel":"二"}"#, "titel 不认识");
        refused(r#"{"title":"一","on":"2023-2-30"}"#, "on 不是日期");
        refused(
            r#"{"title":"一","parts":[{"level":1},{"level":1},{"level":1}]}"#,
            "parts 有 3 项，最多 2 项",
        );
    }

    #[test]
    fn what_may_be_absent_may_be_null() {
        assert!(reading(r#"{"title":"一","on":null,"parts":null}"#).is_ok());
    }

    #[test]
    fn both_spellings_of_a_date_are_the_same_day() {
        assert_eq!(date("2023年1月10日"), date(" 2023-01-10 "));
        assert_eq!(date("2023年1月10日"), Datetime::from_ymd(2023, 1, 10));
        for wrong in [
            "",
            "2023",
            "2023年1月",
            "2023-13-01",
            "23-1-1",
            "2023年1月1",
            "+123-1-1",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn invisible_characters_that_alter_a_text_are_refused() {
        for c in [
            '\u{0}', '\u{8}', '\u{202E}', '\u{2067}', '\u{FFFE}', '\u{85}',
        ] {
            assert!(clean(&format!("甲{c}乙"), "x").is_err(), "{c:?}");
        }
        assert_eq!(
            clean("\u{FEFF}甲\t乙\r\n丙\r丁", "x").unwrap(),
            "甲 乙\n丙\n丁"
        );
    }

    #[test]
    fn long_runs_get_places_to_break_and_short_ones_none() {
        assert_eq!(clean("2022-2023", "x").unwrap(), "2022-2023");
        let digest = "0123456789abcdef".repeat(4);
        let cleaned = clean(&digest, "x").unwrap();
        assert!(
            cleaned
                .split('\u{200B}')
                .all(|run| run.len() <= UNBROKEN_MAX)
        );
        assert_eq!(cleaned.replace('\u{200B}', ""), digest);
    }
}

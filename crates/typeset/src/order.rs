//! An order, read and checked: what to set, with which template, in which characters.

use serde_json::{Map, Value as Json};
use typst::foundations::Dict;

use crate::{
    failure::Failure,
    fonts::Role,
    kinds::{self, Kind},
    shape::{self, Words},
};

/// A checked order.
#[derive(Debug)]
pub struct Order {
    /// The kind of paper.
    pub kind: &'static Kind,
    /// What the template reads, by the names of the JSON.
    pub data: Dict,
    /// The characters that will be printed.
    pub words: Words,
}

/// Reads an order.
///
/// # Errors
/// A sentence that names the field at fault.
pub fn read(json: &[u8]) -> Result<Order, Failure> {
    let mut object = match serde_json::from_slice(json) {
        Ok(Json::Object(object)) => object,
        Ok(_) => return Err(bad("应是一个 JSON 对象")),
        Err(e) if json.is_empty() && e.is_eof() => return Err(bad("标准输入是空的")),
        Err(e) => {
            let (line, column) = (e.line(), e.column());
            return Err(bad(&format!(
                "不是完整的 JSON，第 {line} 行第 {column} 列附近有错"
            )));
        }
    };
    version(&mut object)?;
    let kind = kind(&mut object)?;
    let mut words = Words::default();
    let data = shape::read(object, kind.fields, &mut words)?;
    let templates = kinds::SHARED.iter().chain([&kind.template]);
    for role in Role::ALL {
        // Digits of dates, ordinals and page numbers, and the words of the templates themselves.
        words.note(role, "0123456789");
        for (_, template) in templates.clone() {
            let said: String = template.chars().filter(|c| !c.is_ascii()).collect();
            words.note(role, &said);
        }
    }
    Ok(Order { kind, data, words })
}

fn version(object: &mut Map<String, Json>) -> Result<(), Failure> {
    match object.remove("v").map(|v| v.as_i64()) {
        Some(Some(kinds::VERSION)) => Ok(()),
        Some(Some(other)) => Err(bad(&format!(
            "v 是 {other}，本程序只认得 {}：请让它与主程序同版本",
            kinds::VERSION
        ))),
        Some(None) => Err(bad("v 应是整数")),
        None => Err(bad("v 没有给出")),
    }
}

fn kind(object: &mut Map<String, Json>) -> Result<&'static Kind, Failure> {
    let known = || {
        let names: Vec<_> = kinds::ALL.iter().map(|k| k.name).collect();
        names.join("、")
    };
    match object.remove("kind") {
        Some(Json::String(name)) => kinds::ALL
            .iter()
            .find(|kind| kind.name == name)
            .ok_or_else(|| bad(&format!("kind 不认识，认得的有：{}", known()))),
        Some(_) => Err(bad("kind 应是文字")),
        None => Err(bad(&format!("kind 没有给出，认得的有：{}", known()))),
    }
}

fn bad(what: &str) -> Failure {
    Failure::BadInput(format!("输入有误：{what}。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(json: &str, part: &str) {
        let error = read(json.as_bytes()).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains(part), "{error}");
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        refused("", "标准输入是空的");
        refused("{\"v\":1,", "第 1 行第 7 列");
        refused("[]", "应是一个 JSON 对象");
        refused("{}", "v 没有给出");
        refused(r#"{"v":2}"#, "v 是 2");
        refused(r#"{"v":1}"#, "kind 没有给出");
        refused(r#"{"v":1,"kind":"poem"}"#, "report、paper");
        refused(r#"{"v":1,"kind":"report"}"#, "title 没有给出");
    }

    #[test]
    fn characters_are_noted_for_the_faces_that_print_them() {
        let json = r#"{"v":1,"kind":"report","title":"题","organ":"局","date":"2023-1-1",
            "parts":[{"level":1,"heading":"一、总体","paragraphs":["正文"]}]}"#;
        let order = read(json.as_bytes()).unwrap();
        assert!(order.words.of(Role::Title).contains(&'题'));
        assert!(order.words.of(Role::Hei).contains(&'总'));
        assert!(order.words.of(Role::Body).contains(&'正'));
        assert!(!order.words.of(Role::Title).contains(&'正'));
        // The word 年 of the date comes from the template.
        assert!(order.words.of(Role::Body).contains(&'年'));
    }
}

//! The proof of conditions: they compile, read only what is there, and compare like with like.

use super::{
    node::Node,
    sink::{At, Placed, Sink},
};
use crate::{
    condition::{Comparison, Condition, Literal},
    definition::{Field, FieldType},
    field::is_iso_date,
    load::field::find,
};

/// Compiles the condition under a key, pointing into the text where it fails.
pub(crate) fn compile(text: &Placed<String>, sink: &mut Sink<'_>) -> Option<Condition> {
    match Condition::parse(text) {
        Ok(condition) => Some(condition),
        Err(error) => {
            let (start, end) = offset(text, error.line, error.column);
            let at = sink.inside(text, start, end);
            let help = "条件用 CEL 写，见 docs/catalogue.md“Conditions”".to_owned();
            sink.error(at, "condition-malformed", error.message, help);
            None
        }
    }
}

/// Bytes of the character at a line and column.
fn offset(text: &str, line: usize, column: usize) -> (usize, usize) {
    let mut start = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let mut characters = content.char_indices().skip(column - 1);
            let from = characters.next().map_or(content.len(), |(at, _)| at);
            let to = characters.next().map_or(content.len(), |(at, _)| at);
            return (start + from, (start + to).max(start + from));
        }
        start += content.len();
    }
    (0, text.len())
}

/// A condition over the fields of an entry.
pub(crate) fn over_entry(
    node: Node<'_>,
    key: &str,
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Option<Condition> {
    let text = node.text(key)?;
    let condition = compile(&text, sink)?;
    let errors = sink.errors();
    only_root(&condition, "entry", &text, sink);
    for id in condition.fields("entry") {
        find(fields, id, place(&text, "entry", id, sink), sink);
    }
    for comparison in condition.comparisons() {
        if let Some(field) = fields.iter().find(|field| *field.id == *comparison.field) {
            compare(field, comparison, &text, sink);
        }
    }
    for id in condition.unguarded("entry") {
        if fields
            .iter()
            .any(|field| &*field.id == id && !field.required)
        {
            sink.warning(
                place(&text, "entry", id, sink),
                "condition-unguarded",
                format!("{id} 可能没有填，条件就算不出来"),
                format!("先写 has(entry.{id}) && …"),
            );
        }
    }
    (errors == sink.errors()).then_some(condition)
}

/// Refuses roots other than the one that is given here.
pub(crate) fn only_root(
    condition: &Condition,
    root: &str,
    text: &Placed<String>,
    sink: &mut Sink<'_>,
) {
    for variable in condition.variables().filter(|variable| *variable != root) {
        let at = sink.words_in(text, variable, "");
        let message = format!("这里没有 {variable}");
        sink.error(
            at,
            "condition-root",
            message,
            format!("这里只能用 {root}.…"),
        );
    }
}

/// Where `root.name` stands in a condition: where its value is used, not where `has(…)` asks for it.
pub(crate) fn place(text: &Placed<String>, root: &str, name: &str, sink: &Sink<'_>) -> At {
    sink.words_in(text, &format!("{root}.{name}"), "has(")
}

/// Refuses a comparison that can never be meant.
fn compare(field: &Field, comparison: &Comparison, text: &Placed<String>, sink: &mut Sink<'_>) {
    let expected = match (&field.kind, &comparison.literal) {
        (FieldType::Number { .. } | FieldType::Money, Literal::Integer(_)) => return,
        (FieldType::Number { .. } | FieldType::Money, _) => {
            "整数：数字按保留的小数位放大，金额以分为单位（12.5元写作 1250）".to_owned()
        }
        (FieldType::Flag, Literal::Flag(_)) => return,
        (FieldType::Flag, _) => "true 或 false".to_owned(),
        (FieldType::Choice { options }, Literal::Text(option))
        | (FieldType::Choices { options }, Literal::Text(option)) => {
            if !comparison.equality || options.contains(option) {
                return;
            }
            format!("选项之一：{}", options.join("、"))
        }
        (FieldType::Date, Literal::Text(date)) if is_iso_date(date) => return,
        (FieldType::Date, _) => "带引号的日期，如 \"2022-09-01\"".to_owned(),
        (FieldType::Rows { .. } | FieldType::DateRange, _) => return,
        (_, Literal::Text(_)) => return,
        (_, _) => "带引号的文字".to_owned(),
    };
    let at = place(text, "entry", &comparison.field, sink);
    let message = format!(
        "{} 与 {} 永远比不上",
        field.id,
        literal(&comparison.literal)
    );
    sink.error(
        at,
        "condition-never",
        message,
        format!("{} 的值是{expected}", field.id),
    );
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("\"{text}\""),
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(number) => number.to_string(),
        Literal::Flag(flag) => flag.to_string(),
    }
}

//! Tables of a file as the rest of the reader sees them.
//!
//! [`verify`] holds a whole file against its schema once and says everything that is wrong with
//! keys and shapes; the getters of [`Node`] are silent after that, since a file with an error is
//! left out anyway.

use toml::de::{DeTable, DeValue};
use values::dates::Date;

use super::{
    keys::{OPERAND, Schema, Shape},
    sink::{At, Placed, Sink},
};
use crate::{id::is_id, suggest::nearest};

/// A table with its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    table: &'a DeTable<'a>,
    /// Where it stands: its header.
    pub(crate) at: At,
}

type SpannedValue<'a> = toml::Spanned<DeValue<'a>>;

impl<'a> Node<'a> {
    pub(crate) fn new(table: &'a DeTable<'a>, file: usize, span: std::ops::Range<usize>) -> Self {
        Self {
            table,
            at: At {
                file,
                span: span.into(),
            },
        }
    }

    fn place(&self, value: &SpannedValue<'_>) -> At {
        At {
            file: self.at.file,
            span: value.span().into(),
        }
    }

    fn value(&self, key: &str) -> Option<&'a SpannedValue<'a>> {
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Where the value of the key stands; the table itself where it is not there.
    pub(crate) fn at(&self, key: &str) -> At {
        self.value(key).map_or(self.at, |value| self.place(value))
    }

    /// Where the key itself stands.
    pub(crate) fn key_at(&self, key: &str) -> At {
        let found = self.table.keys().find(|name| name.get_ref() == key);
        found.map_or(self.at, |name| At {
            file: self.at.file,
            span: name.span().into(),
        })
    }

    /// The names of all keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.table.keys().map(|name| &**name.get_ref())
    }

    /// A text, without blanks at its ends.
    pub(crate) fn text(&self, key: &str) -> Option<Placed<String>> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str()?.trim().to_owned();
        Some(Placed {
            value: text,
            at: self.place(value),
        })
    }

    /// A text, empty where there is none.
    pub(crate) fn words(&self, key: &str) -> String {
        self.text(key).map(|text| text.value).unwrap_or_default()
    }

    /// A flag, `false` where there is none.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.value(key)?.get_ref().as_bool()
    }

    /// A whole number.
    pub(crate) fn whole(&self, key: &str) -> Option<i64> {
        whole(self.value(key)?.get_ref())
    }

    /// A number as it is written.
    pub(crate) fn number(&self, key: &str) -> Option<Placed<String>> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(_) => whole(value.get_ref())?.to_string(),
            DeValue::Float(float) => float.as_str().to_owned(),
            _ => return None,
        };
        Some(Placed {
            value: text,
            at: self.place(value),
        })
    }

    /// A day.
    pub(crate) fn date(&self, key: &str) -> Option<Placed<Date>> {
        let value = self.value(key)?;
        let date = date(value.get_ref())?;
        Some(Placed {
            value: date,
            at: self.place(value),
        })
    }

    /// The texts of a list, or the one text.
    pub(crate) fn texts(&self, key: &str) -> Vec<Placed<String>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let text = |value: &SpannedValue<'_>| {
            let text = value.get_ref().as_str()?.trim().to_owned();
            Some(Placed {
                value: text,
                at: self.place(value),
            })
        };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(text).collect(),
            _ => text(value).into_iter().collect(),
        }
    }

    /// The pairs of a list.
    pub(crate) fn pairs(&self, key: &str) -> Vec<[Placed<String>; 2]> {
        let Some(DeValue::Array(items)) = self.value(key).map(toml::Spanned::get_ref) else {
            return Vec::new();
        };
        let text = |value: &SpannedValue<'_>| {
            let text = value.get_ref().as_str()?.trim().to_owned();
            Some(Placed {
                value: text,
                at: self.place(value),
            })
        };
        let pair = |item: &SpannedValue<'_>| {
            let DeValue::Array(pair) = item.get_ref() else {
                return None;
            };
            match (pair.first(), pair.get(1)) {
                (Some(from), Some(to)) => Some([text(from)?, text(to)?]),
                _ => None,
            }
        };
        items.iter().filter_map(pair).collect()
    }

    /// The table under a key.
    pub(crate) fn node(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            return None;
        };
        Some(Node {
            table,
            at: self.place(value),
        })
    }

    /// The tables under a key.
    pub(crate) fn nodes(&self, key: &str) -> Vec<Node<'a>> {
        let Some(DeValue::Array(items)) = self.value(key).map(toml::Spanned::get_ref) else {
            return Vec::new();
        };
        let node = |item: &'a SpannedValue<'a>| match item.get_ref() {
            DeValue::Table(table) => Some(Node {
                table,
                at: self.place(item),
            }),
            _ => None,
        };
        items.iter().filter_map(node).collect()
    }

    /// The operands under a key: ids as they are, tables as nodes.
    pub(crate) fn operands(&self, key: &str) -> Vec<OperandNode<'a>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let operand = |item: &'a SpannedValue<'a>| match item.get_ref() {
            DeValue::String(text) => Some(OperandNode::Id(Placed {
                value: text.trim().to_owned(),
                at: self.place(item),
            })),
            DeValue::Table(table) => Some(OperandNode::Table(Node {
                table,
                at: self.place(item),
            })),
            _ => None,
        };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(operand).collect(),
            _ => operand(value).into_iter().collect(),
        }
    }
}

/// An operand as written.
pub(crate) enum OperandNode<'a> {
    /// The id of a figure.
    Id(Placed<String>),
    /// A table.
    Table(Node<'a>),
}

fn whole(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn date(value: &DeValue<'_>) -> Option<Date> {
    let DeValue::Datetime(datetime) = value else {
        return None;
    };
    let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else {
        return None;
    };
    let (year, month, day) = (
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    );
    Date::new(year, month, day).ok()
}

/// Holds a table and everything under it against a schema.
pub(crate) fn verify(node: Node<'_>, schema: &'static Schema, sink: &mut Sink<'_>) {
    let names = || schema.keys.iter().map(|key| key.name);
    for name in node.keys() {
        if !names().any(|known| known == name) {
            let help = match nearest(name, names()) {
                Some(meant) => format!("是不是 {meant}？"),
                None => format!(
                    "{}可用的键：{}",
                    schema.words,
                    names().collect::<Vec<_>>().join("、")
                ),
            };
            let message = format!("{}没有名为 {name} 的键", schema.words);
            sink.error(node.key_at(name), "key-unknown", message, help);
        }
    }
    for key in schema.keys {
        match node.value(key.name) {
            Some(value) => verify_value(node, value, key.name, key.shape, sink),
            None if key.required => sink.error(
                node.at,
                "key-missing",
                format!("{}缺少 {}", schema.words, key.name),
                format!("补上 {} = …（{}）", key.name, key.about),
            ),
            None => {}
        }
    }
}

fn verify_value(
    node: Node<'_>,
    value: &SpannedValue<'_>,
    key: &str,
    shape: Shape,
    sink: &mut Sink<'_>,
) {
    let at = node.place(value);
    let expected = match (shape, value.get_ref()) {
        (Shape::Id, DeValue::String(text)) => return verify_id(text, at, sink),
        (Shape::Text, DeValue::String(text)) => return verify_text(text, at, key, sink),
        (Shape::Flag, DeValue::Boolean(_)) => return,
        (Shape::Whole(least, greatest), integer @ DeValue::Integer(_)) => match whole(integer) {
            Some(number) if (least..=greatest).contains(&number) => return,
            _ => format!(" {least} 到 {greatest} 的整数"),
        },
        (Shape::Whole(least, greatest), _) => format!(" {least} 到 {greatest} 的整数"),
        (Shape::Number, DeValue::Float(_)) => return,
        (Shape::Number, integer @ DeValue::Integer(_)) if whole(integer).is_some() => return,
        (Shape::Date, value) if date(value).is_some() => return,
        (Shape::Texts, DeValue::Array(items)) => {
            return items
                .iter()
                .for_each(|item| verify_value(node, item, key, Shape::Text, sink));
        }
        (Shape::Ids | Shape::IdOrIds, DeValue::Array(items)) => {
            return items
                .iter()
                .for_each(|item| verify_value(node, item, key, Shape::Id, sink));
        }
        (Shape::IdOrIds, DeValue::String(text)) => return verify_id(text, at, sink),
        (Shape::OneOf(options), DeValue::String(text)) => {
            return verify_option(text, options, at, key, sink);
        }
        (Shape::Pairs, DeValue::Array(items)) => {
            return items.iter().for_each(|item| verify_pair(node, item, sink));
        }
        (Shape::Table(schema), DeValue::Table(table)) => {
            return verify(Node { table, at }, schema, sink);
        }
        (Shape::Tables(schema), DeValue::Array(items)) => {
            return items.iter().for_each(|item| {
                verify_value(node, item, key, Shape::Table(schema), sink);
            });
        }
        (Shape::Operands, DeValue::Array(items)) => {
            return items
                .iter()
                .for_each(|item| verify_operand(node, item, key, sink));
        }
        (Shape::Operands, _) => return verify_operand(node, value, key, sink),
        (Shape::TextById, DeValue::Table(table)) => {
            let table = Node { table, at };
            return table.keys().for_each(|name| {
                verify_id(name, table.key_at(name), sink);
                if let Some(value) = table.value(name) {
                    verify_value(table, value, name, Shape::Text, sink);
                }
            });
        }
        (shape, _) => words_of(shape).to_owned(),
    };
    let message = format!("{key} 应为{expected}，这里是{}", words_for(value.get_ref()));
    sink.error(at, "type-mismatch", message, example(shape, key));
}

fn verify_operand(node: Node<'_>, value: &SpannedValue<'_>, key: &str, sink: &mut Sink<'_>) {
    match value.get_ref() {
        DeValue::Table(_) => verify_value(node, value, key, Shape::Table(&OPERAND), sink),
        _ => verify_value(node, value, key, Shape::Id, sink),
    }
}

fn verify_pair(node: Node<'_>, value: &SpannedValue<'_>, sink: &mut Sink<'_>) {
    let is_pair = match value.get_ref() {
        DeValue::Array(pair) => {
            pair.len() == 2 && pair.iter().all(|item| item.get_ref().as_str().is_some())
        }
        _ => false,
    };
    if !is_pair {
        sink.error(
            node.place(value),
            "type-mismatch",
            "这里应为两个触发条件：中止的开始和结束".into(),
            "例：suspended = [[\"action:hear\", \"action:heard\"]]".into(),
        );
    }
}

fn verify_id(text: &str, at: At, sink: &mut Sink<'_>) {
    if !is_id(text) {
        sink.error(
            at,
            "id-malformed",
            format!("“{text}”不能作标识"),
            "标识用小写英文字母开头，只含小写字母、数字和 _，不超过64个".into(),
        );
    }
}

fn verify_text(text: &str, at: At, key: &str, sink: &mut Sink<'_>) {
    if text.trim().is_empty() {
        sink.error(
            at,
            "text-empty",
            format!("{key} 是空的"),
            "写上内容，或删去这一行".into(),
        );
    }
}

fn verify_option(text: &str, options: &[&str], at: At, key: &str, sink: &mut Sink<'_>) {
    if !options.contains(&text) {
        let meant = nearest(text, options.iter().copied());
        let meant = meant
            .map(|option| format!("是不是 {option}？"))
            .unwrap_or_default();
        let help = format!("{meant}可用：{}", options.join("、"));
        sink.error(at, "value-unknown", format!("{key} 不能是“{text}”"), help);
    }
}

fn words_of(shape: Shape) -> &'static str {
    match shape {
        Shape::Id => "标识（带引号的文字）",
        Shape::Text | Shape::OneOf(_) => "带引号的文字",
        Shape::Flag => " true 或 false",
        Shape::Whole(..) => "整数",
        Shape::Number => "数字",
        Shape::Date => "日期",
        Shape::Texts => "文字的列表",
        Shape::Ids => "标识的列表",
        Shape::IdOrIds => "标识或标识的列表",
        Shape::Pairs => "成对的列表",
        Shape::Table(_) | Shape::TextById => "表",
        Shape::Tables(_) => "表的列表",
        Shape::Operands => "数据标识、表或列表",
    }
}

fn example(shape: Shape, key: &str) -> String {
    match shape {
        Shape::Id | Shape::IdOrIds | Shape::Operands => format!("例：{key} = \"held_on\""),
        Shape::Text | Shape::OneOf(_) => format!("例：{key} = \"…\""),
        Shape::Flag => format!("例：{key} = true"),
        Shape::Whole(least, _) => format!("例：{key} = {least}"),
        Shape::Number => format!("例：{key} = 100"),
        Shape::Date => format!("不加引号、不带时间，例：{key} = 2021-07-15"),
        Shape::Texts => format!("例：{key} = [\"…\", \"…\"]"),
        Shape::Ids => format!("例：{key} = [\"held_on\"]"),
        Shape::Pairs => format!("例：{key} = [[\"action:hear\", \"action:heard\"]]"),
        Shape::Table(_) => format!("例：[{key}]"),
        Shape::TextById => format!("例：{key} = {{ kind = \"…\" }}"),
        Shape::Tables(_) => format!("每一项写作 [[{key}]]"),
    }
}

fn words_for(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "文字".into(),
        DeValue::Integer(integer) => format!(" {integer}"),
        DeValue::Float(float) => format!(" {}", float.as_str()),
        DeValue::Boolean(flag) => format!(" {flag}"),
        DeValue::Datetime(_) => "日期或时间".into(),
        DeValue::Array(_) => "列表".into(),
        DeValue::Table(_) => "表".into(),
    }
}

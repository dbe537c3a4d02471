//! Papers (文书): templates as data, and what they say for one entry.
//!
//! A template is a TOML file `documents/<ledger>/<paper>.toml`: paragraphs of text with `{field}`
//! slots, each with an optional condition, the same little language as report templates.
//! [`fill`] makes a [`Paper`] of it: plain paragraphs that a clerk edits and the page-setter lays
//! out. What is not known yet is left as a blank line to be written by hand, never as nothing.
//!
//! Left out: numbers (taken by the store), layout (office, typeset), signatures and seals.

use std::{collections::BTreeMap, fmt};

use values::{dates, money::Fen};

use crate::{
    condition::Condition,
    definition::{Field, FieldType, Ledger},
    id::FieldId,
    value::{Fields, Value},
};

/// What a paper knows without the entry, by name in slots; the caller gives what it has.
pub const GIVEN: &[&str] = &[
    "organ",      // 制作文书的机关
    "number",     // 文号
    "date",       // 文书日期
    "government", // 本级人民政府：复议机关
    "court",      // 有管辖权的人民法院
    "contact",    // 机关联系人和电话
    "address",    // 机关地址
];

/// What stands where a value is not known: a line to write on.
pub const BLANK: &str = "____________";

/// A template of a paper.
#[derive(Clone, Debug)]
pub struct PaperTemplate {
    /// Name: `penalty_ordinary/decision`.
    pub name: String,
    /// The organ's name above the title; may be empty.
    pub issuer: Vec<PaperPiece>,
    /// Title.
    pub title: Vec<PaperPiece>,
    /// To whom it is addressed; may be empty.
    pub to: Vec<PaperPiece>,
    /// Paragraphs.
    pub paragraphs: Vec<PaperParagraph>,
    /// Ends with the organ's name, the date and the seal.
    pub seal: bool,
}

/// A paragraph of a template.
#[derive(Clone, Debug)]
pub struct PaperParagraph {
    /// What kind of paragraph.
    pub kind: ParagraphKind,
    /// Text with slots.
    pub pieces: Vec<PaperPiece>,
    /// Only where this holds for the entry.
    pub when: Option<Condition>,
    /// A rows field: one paragraph for each row.
    pub each: Option<FieldId>,
}

/// Kinds of paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ParagraphKind {
    /// Running text, indented.
    #[default]
    Body,
    /// A heading within the paper.
    Heading,
    /// One line at the margin: `当事人：…`.
    Line,
    /// A line for signatures.
    Sign,
    /// Small print below.
    Note,
}

/// A piece of a template's text.
#[derive(Clone, Debug, PartialEq)]
pub enum PaperPiece {
    /// Words.
    Words(String),
    /// One of [`GIVEN`].
    Given(&'static str),
    /// A field, or a column where the paragraph is written for each row.
    Field {
        /// The field.
        field: FieldId,
        /// Money in capital numerals (`{fine|大写}`).
        capital: bool,
    },
}

/// A paper as filled for one entry.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Paper {
    /// The organ's name above the title; may be empty.
    pub issuer: String,
    /// Title.
    pub title: String,
    /// To whom; may be empty.
    pub to: String,
    /// Paragraphs in order.
    pub blocks: Vec<Block>,
    /// Ends with the organ's name, the date and the seal.
    pub seal: bool,
    /// Names of what was not known and is left blank, each once.
    pub blanks: Vec<String>,
}

/// A paragraph of a filled paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What kind of paragraph.
    pub kind: ParagraphKind,
    /// Its text.
    pub text: String,
}

/// What is wrong with a slot, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperError {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What is wrong, in Chinese.
    pub message: String,
}

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PaperError {}

impl ParagraphKind {
    /// The kind of this name in a template.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "body" => Self::Body,
            "heading" => Self::Heading,
            "line" => Self::Line,
            "sign" => Self::Sign,
            "note" => Self::Note,
            _ => return None,
        })
    }
}

/// Reads a text with slots. `{{` and `}}` stand for the brackets themselves.
///
/// # Errors
/// Where a slot is not closed or names nothing that can be a field.
pub fn parse_paper(text: &str) -> Result<Vec<PaperPiece>, PaperError> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['{', '}']).map(|offset| at + offset) {
        words.push_str(&text[at..next]);
        let rest = &text[next..];
        let doubled = rest.starts_with("{{") || rest.starts_with("}}");
        if doubled || rest.starts_with('}') {
            words.push_str(&rest[..1]);
            at = next + 1 + usize::from(doubled);
            continue;
        }
        let Some(length) = rest.find('}') else {
            let message = "“{”没有对应的“}”；要写括号本身，写两个：{{".to_owned();
            return Err(PaperError {
                start: next,
                end: text.len(),
                message,
            });
        };
        let piece = slot(&rest[1..length]).map_err(|message| PaperError {
            start: next,
            end: next + length + 1,
            message,
        })?;
        if !words.is_empty() {
            pieces.push(PaperPiece::Words(std::mem::take(&mut words)));
        }
        pieces.push(piece);
        at = next + length + 1;
    }
    words.push_str(&text[at..]);
    if !words.is_empty() {
        pieces.push(PaperPiece::Words(words));
    }
    Ok(pieces)
}

fn slot(inside: &str) -> Result<PaperPiece, String> {
    let (name, option) = match inside.split_once('|') {
        Some((name, option)) => (name.trim(), Some(option.trim())),
        None => (inside.trim(), None),
    };
    let capital = match option {
        None => false,
        Some("大写") => true,
        Some(other) => return Err(format!("“{other}”看不懂；金额可写 {{字段|大写}}")),
    };
    if let Some(given) = GIVEN.iter().find(|given| **given == name) {
        return Ok(PaperPiece::Given(given));
    }
    match FieldId::new(name) {
        Some(field) => Ok(PaperPiece::Field { field, capital }),
        None => Err(format!("“{name}”不是字段标识")),
    }
}

/// What a template says for an entry. `given` holds what is known of [`GIVEN`].
pub fn fill(
    template: &PaperTemplate,
    ledger: &Ledger,
    fields: &Fields,
    given: &BTreeMap<&str, String>,
) -> Paper {
    let mut filling = Filling {
        ledger,
        given,
        blanks: Vec::new(),
    };
    let whole = |filling: &mut Filling<'_>, pieces: &[PaperPiece]| {
        filling.text(pieces, &ledger.fields, fields)
    };
    let issuer = whole(&mut filling, &template.issuer);
    let title = whole(&mut filling, &template.title);
    let to = whole(&mut filling, &template.to);
    let mut blocks = Vec::new();
    for paragraph in &template.paragraphs {
        // A condition that cannot be evaluated (an absent field) does not hold.
        let holds = |c: &Condition| c.holds("entry", fields).unwrap_or(false);
        if paragraph.when.as_ref().is_none_or(holds) {
            filling.paragraph(paragraph, fields, &mut blocks);
        }
    }
    Paper {
        issuer,
        title,
        to,
        blocks,
        seal: template.seal,
        blanks: filling.blanks,
    }
}

struct Filling<'a> {
    ledger: &'a Ledger,
    given: &'a BTreeMap<&'a str, String>,
    blanks: Vec<String>,
}

impl Filling<'_> {
    fn paragraph(&mut self, paragraph: &PaperParagraph, fields: &Fields, blocks: &mut Vec<Block>) {
        let kind = paragraph.kind;
        let ledger = self.ledger;
        let Some(each) = &paragraph.each else {
            let text = self.text(&paragraph.pieces, &ledger.fields, fields);
            blocks.push(Block { kind, text });
            return;
        };
        let columns = match ledger.field(each).map(|field| &field.kind) {
            Some(FieldType::Rows { columns }) => columns.as_slice(),
            _ => return,
        };
        let rows = match fields.get(each.as_str()) {
            Some(Value::List(rows)) => rows.as_slice(),
            _ => &[],
        };
        for row in rows {
            if let Value::Record(cells) = row {
                let text = self.text(&paragraph.pieces, columns, cells);
                blocks.push(Block { kind, text });
            }
        }
    }

    fn text(&mut self, pieces: &[PaperPiece], known: &[Field], fields: &Fields) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                PaperPiece::Words(words) => text.push_str(words),
                PaperPiece::Given(name) => {
                    let given = self.given.get(name).cloned();
                    let entrys = || self.entrys_number(name, fields);
                    // Alone it is the paper's own; within a sentence (登记号…) it is the entry's.
                    let value = match pieces.len() {
                        1 => given.or_else(entrys),
                        _ => entrys().or(given),
                    };
                    match value {
                        Some(value) => text.push_str(&value),
                        None => self.blank(given_name(name), &mut text),
                    }
                }
                PaperPiece::Field { field, capital } => {
                    let definition = known.iter().find(|known| known.id == *field);
                    match definition.zip(fields.get(field.as_str())) {
                        Some((definition, value)) => {
                            text.push_str(&shown(definition, value, *capital));
                        }
                        None => {
                            let name = definition.map_or(field.as_str(), |field| &field.name);
                            self.blank(name, &mut text);
                        }
                    }
                }
            }
        }
        text
    }

    /// The number of the entry itself, where its ledger keeps one.
    fn entrys_number(&self, name: &str, fields: &Fields) -> Option<String> {
        let field = self.ledger.field(name).filter(|_| name == NUMBER)?;
        Some(shown(field, fields.get(name)?, false))
    }

    fn blank(&mut self, name: &str, text: &mut String) {
        text.push_str(BLANK);
        if !self.blanks.iter().any(|known| known == name) {
            self.blanks.push(name.to_owned());
        }
    }
}

fn shown(field: &Field, value: &Value, capital: bool) -> String {
    match value {
        Value::Integer(fen) if capital => Fen(*fen).capitals(),
        Value::Text(day) if field.kind == FieldType::Date => match day.parse() {
            Ok(day) => dates::chinese(day),
            Err(_) => day.clone(),
        },
        value => field.kind.format(value),
    }
}

/// The slot for a number.
const NUMBER: &str = "number";

fn given_name(name: &str) -> &str {
    match name {
        "organ" => "机关名称",
        "number" => "文号",
        "date" => "文书日期",
        "government" => "本级人民政府",
        "court" => "人民法院",
        "contact" => "联系人和电话",
        "address" => "机关地址",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_fields_given_words_or_capitals() {
        let pieces = parse_paper("{{注}}{organ}决定罚款{fine}元（{fine|大写}）。").unwrap();
        assert_eq!(pieces[0], PaperPiece::Words("{注}".into()));
        assert_eq!(pieces[1], PaperPiece::Given("organ"));
        let fine = |capital| PaperPiece::Field {
            field: FieldId::new("fine").unwrap(),
            capital,
        };
        assert_eq!(pieces[3], fine(false));
        assert_eq!(pieces[5], fine(true));
    }

    #[test]
    fn errors_point_at_the_slot() {
        for (text, found, words) in [
            ("罚款{fine", "{fine", "没有对应"),
            ("罚款{Fine}元", "{Fine}", "不是字段标识"),
            ("罚款{fine|小写}元", "{fine|小写}", "看不懂"),
        ] {
            let error = parse_paper(text).unwrap_err();
            assert_eq!(&text[error.start..error.end], found);
            assert!(error.message.contains(words), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = parse_paper(&text);
        }
    }
}

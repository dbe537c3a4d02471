//! Papers as files: DOCX to send and sign, and what the page-setter reads.

use std::path::Path;

use office::docx::{self, Docx, Run};
use serde::Serialize;
use values::dates::chinese;

use super::paper::{Kind, PaperVersion};
use crate::{
    App,
    append::to_json,
    authorise::Actor,
    error::{AppError, Result},
    publication::paper::squares,
    report::document::typeset,
};

/// What stands below the code of a paper.
pub const CHECK_IT: &str = "扫码核验本文书";
/// What stands behind a signature's label.
const SIGNATURE: &str = "________________　　　　年　　月　　日";

/// A line for signatures that brings its own rules, as forms with several signatures in a line do;
/// others get one rule and a date behind their label.
pub fn is_ruled(sign: &str) -> bool {
    sign.contains("__")
}

/// What a line of a paper holds, less the indent of a paragraph, in hundredths of a character.
const MEASURE: usize = 2_600;
/// A date to be filled in by hand: it stays in one piece.
const OPEN_DATE: &str = "年　　月　　日";
/// The shortest rule that somebody can sign on.
const RULE_MIN: usize = 8;

/// The lines in which a ruled line is set: where it is too wide, its gaps and rules are shortened;
/// where that is not enough, it goes on below at the right. Neither a label nor a date is torn.
pub fn ruled_lines(words: &str) -> Vec<String> {
    if width(words) <= MEASURE {
        return vec![words.to_owned()];
    }
    let parts = parts(words);
    let short = shortened(parts.join("　"));
    if width(&short) <= MEASURE {
        return vec![short];
    }
    let mut lines: Vec<String> = Vec::new();
    for part in parts.into_iter().map(shortened) {
        let fits = |line: &&mut String| width(line) + 100 + width(&part) <= MEASURE;
        match lines.last_mut().filter(fits) {
            Some(line) => line.push_str(&format!("　{part}")),
            None => lines.push(part),
        }
    }
    for line in lines.iter_mut().skip(1) {
        let left = MEASURE.saturating_sub(width(line)) / 100;
        line.insert_str(0, &"　".repeat(left));
    }
    lines
}

/// Rules and ASCII letters are little wider than half a character in the fonts that are used.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if c.is_ascii() { 56 } else { 100 })
        .sum()
}

/// A line at its gaps; a label stays with what follows it.
fn parts(words: &str) -> Vec<String> {
    let whole = words.replace(OPEN_DATE, "\u{1}");
    let mut parts: Vec<String> = Vec::new();
    for part in whole.split("　　").filter(|part| !part.is_empty()) {
        let part = part.trim_matches('　').replace('\u{1}', OPEN_DATE);
        match parts.last_mut().filter(|last| last.ends_with('：')) {
            Some(label) => label.push_str(&format!("　　{part}")),
            None => parts.push(part),
        }
    }
    parts
}

/// The same with shorter rules, as far as it takes.
fn shortened(mut line: String) -> String {
    while width(&line) > MEASURE {
        let runs = line.split(|c| c != '_').map(str::len);
        let longest = runs.max().unwrap_or_default();
        if longest <= RULE_MIN {
            break;
        }
        line = line.replacen(&"_".repeat(longest), &"_".repeat(longest - 1), 1);
    }
    line
}

/// A paper for the page-setter: the shape is described in `crates/typeset`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SetPaper {
    /// Title.
    pub title: String,
    /// The organ that issues it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub organ: String,
    /// The day that it bears.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Remark in the index; of papers of a case file only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// To whom.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub addressee: String,
    /// Headings with paragraphs.
    pub parts: Vec<SetPart>,
    /// A seal is set on organ and date.
    pub sealed: bool,
    /// Lines to sign.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<String>,
    /// Small print.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// A code that leads to its public record; of papers set alone only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<SetCode>,
}

/// A code to scan.
#[derive(Clone, Debug, Serialize)]
pub struct SetCode {
    /// Rows of squares with the quiet zone around them; `true` is dark.
    pub squares: Vec<Vec<bool>>,
    /// What stands below it.
    pub caption: String,
    /// What it holds.
    pub address: String,
}

impl SetCode {
    /// The code of an address; nothing for what is no address.
    fn of(address: &str) -> Option<Self> {
        Some(Self {
            squares: squares(address)?,
            caption: CHECK_IT.to_owned(),
            address: address.to_owned(),
        })
    }
}

/// A heading with the paragraphs under it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SetPart {
    /// 0 to 4.
    pub level: u8,
    /// May be empty.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// A table below them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<SetTable>,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SetTable {
    /// Heads of the columns.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
    /// Widths in relation to each other.
    pub widths: Vec<u8>,
}

/// The rank of a heading by its ordinal: `一、` 1, `（一）` 2, `1.` 3, else 4.
pub fn rank(heading: &str) -> u8 {
    let first = heading.chars().next().unwrap_or(' ');
    let ordinal = heading.split('、').next().unwrap_or_default();
    if "一二三四五六七八九十".contains(first) && ordinal.chars().count() <= 3 && ordinal != heading
    {
        1
    } else if first == '（' {
        2
    } else if first.is_ascii_digit() {
        3
    } else {
        4
    }
}

impl SetPaper {
    /// A version of a paper, to be set.
    pub fn of(version: &PaperVersion) -> Self {
        let text = &version.text;
        let mut parts = vec![SetPart::default()];
        let (mut signs, mut notes) = (Vec::new(), Vec::new());
        for block in &text.blocks {
            let words = block.text.clone();
            match block.kind {
                Kind::Heading => parts.push(SetPart {
                    level: rank(&words),
                    heading: words,
                    ..SetPart::default()
                }),
                Kind::Sign if !is_ruled(&words) => signs.push(words),
                Kind::Body | Kind::Line | Kind::Sign => {
                    let lines = match block.kind != Kind::Body && is_ruled(&words) {
                        true => ruled_lines(&words),
                        false => vec![words],
                    };
                    if let Some(part) = parts.last_mut() {
                        part.paragraphs.extend(lines);
                    }
                }
                Kind::Note => notes.push(words),
            }
        }
        parts.retain(|p| !p.heading.is_empty() || !p.paragraphs.is_empty());
        Self {
            title: text.title.clone(),
            organ: text.issuer.clone(),
            date: chinese(version.date),
            number: version.number.clone().unwrap_or_default(),
            addressee: text.to.clone(),
            parts,
            sealed: text.seal,
            signs,
            note: notes.join("；"),
            ..Self::default()
        }
    }
}

/// One paper as an order of its own.
#[derive(Serialize)]
struct Order {
    v: u32,
    kind: &'static str,
    #[serde(flatten)]
    paper: SetPaper,
}

impl App {
    /// A version of a paper as a Word document; `address` is where it can be checked.
    ///
    /// # Errors
    /// A fault of the writer.
    pub fn paper_docx(
        &self,
        actor: &Actor,
        version: &PaperVersion,
        address: Option<&str>,
    ) -> Result<Vec<u8>> {
        let organ = self.organ(&actor.organ)?.name.clone();
        let text = &version.text;
        let run = |words: String| vec![Run::new(words)];
        let mut blocks = Vec::new();
        let mut notes = Vec::new();
        for block in &text.blocks {
            let words = block.text.clone();
            match block.kind {
                Kind::Heading => blocks.push(docx::Block::Heading {
                    level: rank(&words),
                    runs: run(words),
                }),
                Kind::Body => blocks.push(docx::Block::Paragraph(run(words))),
                Kind::Line | Kind::Sign => {
                    let words = match block.kind {
                        Kind::Sign if !is_ruled(&words) => format!("{words}{SIGNATURE}"),
                        _ => words,
                    };
                    let lines = match is_ruled(&words) {
                        true => ruled_lines(&words),
                        false => vec![words],
                    };
                    blocks.extend(lines.into_iter().map(|line| docx::Block::Line(run(line))));
                }
                Kind::Note => notes.push(words),
            }
        }
        let title = [&text.issuer, &text.title];
        let title: Vec<&str> = title.into_iter().map(String::as_str).collect();
        let title = title.into_iter().filter(|t| !t.is_empty());
        let document = Docx {
            title: title.collect::<Vec<_>>().join("\n"),
            author: organ.clone(),
            made_on: Some(version.date),
            number: version.number.clone(),
            addressee: Some(text.to.clone()).filter(|t| !t.is_empty()),
            blocks,
            signature: text.seal.then_some(docx::Signature {
                organ,
                date: version.date,
                sealed: true,
            }),
            note: Some(notes.join("；")).filter(|n| !n.is_empty()),
            code: address.and_then(squares).map(|rows| docx::Code {
                rows,
                caption: CHECK_IT.to_owned(),
            }),
            ..Docx::default()
        };
        docx::write(&document).map_err(|e| AppError::Fault(e.to_string()))
    }

    /// A version of a paper as PDF, set by `program`, with the code of `address`, where it can be
    /// checked.
    ///
    /// # Errors
    /// The page-setter's own sentence.
    pub fn paper_pdf(
        &self,
        actor: &Actor,
        version: &PaperVersion,
        address: Option<&str>,
        program: &Path,
    ) -> Result<Vec<u8>> {
        let mut paper = SetPaper {
            code: address.and_then(SetCode::of),
            ..SetPaper::of(version)
        };
        if paper.organ.is_empty() {
            paper.organ = self.organ(&actor.organ)?.name.clone();
        }
        let order = Order {
            v: 1,
            kind: "paper",
            paper,
        };
        typeset(program, to_json(&order)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_its_own_rule_gets_no_second_one() {
        assert!(is_ruled("经办人（签名）：____　　复核人（签名）：____"));
        assert!(!is_ruled("当事人（签名）"));
    }

    #[test]
    fn a_ruled_line_that_is_too_wide_is_narrowed_or_goes_on_below() {
        let lines = |words: &str| ruled_lines(words).join("|");
        let party = "当事人（签名或者盖章）：____________　　　　年　　月　　日";
        assert_eq!(
            lines(party),
            "当事人（签名或者盖章）：__________　年　　月　　日"
        );
        let opinion =
            "承办人意见：________________________________　　签名：____________　　年　　月　　日";
        assert_eq!(
            lines(opinion),
            concat!(
                "承办人意见：________________________________|",
                "　　　　　　　　签名：____________　年　　月　　日"
            )
        );
        let served = "受送达人（签名或者盖章）：____________　　收到日期：　　年　　月　　日";
        assert_eq!(
            lines(served),
            "受送达人（签名或者盖章）：____________|　　　　　　　　　　　　收到日期：　　年　　月　　日"
        );
        let present = "参加人员（签名）：________________________________";
        assert_eq!(
            lines(present),
            "参加人员（签名）：______________________________"
        );
        let short = "校长（签名）：____________";
        assert_eq!(lines(short), short);
    }

    #[test]
    fn headings_are_ranked_by_their_ordinals() {
        let ranks = ["一、事实", "（一）证据", "1.照片", "违法事实", "一切材料"].map(rank);
        assert_eq!(ranks, [1, 2, 3, 4, 4]);
    }
}

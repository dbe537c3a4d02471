//! Word documents: official documents out, anybody's documents in, comments into them.
//!
//! Writing follows GB/T 9704-2012: A4, 22 lines of 28 characters, the fonts that each level asks
//! for. The XML is written by hand in the order that the schema wants, because office programs
//! differ in what disorder they forgive. Fonts are named, not shipped: 小标宋 is a licensed face, so
//! where it is missing the reader's program falls back to the alternatives in the font table.
//!
//! Reading is tolerant: whatever the program that wrote the file, paragraphs come out in order with
//! their joined text. Annotating changes no more than it must: a comment's marks go into the body,
//! its text into the comments part, and every other part is copied as it lies in the package.
mod annotate;
mod body;
mod furniture;
mod leftovers;
mod numbering;
mod parts;
mod read;
mod walk;

use jiff::civil::{Date, DateTime};

pub use annotate::{Comment, annotate};
pub use leftovers::{Leftovers, leftovers};
pub(crate) use leftovers::{names, words};
pub use read::{Paragraph, Place, Text, read};

use crate::Result;
use crate::package::write_package;
use crate::picture::png;

/// An official document.
#[derive(Debug, Clone, Default)]
pub struct Docx {
    /// Title: organ, matter and kind; `\n` breaks it where the sense allows.
    pub title: String,
    /// Who made it, for the file's properties.
    pub author: String,
    /// When it was made, for the file's properties.
    pub made_on: Option<Date>,
    /// The red head, where the document has one.
    pub head: Option<RedHead>,
    /// Number of a paper without a red head: at the right below the title.
    pub number: Option<String>,
    /// Main addressee, without the colon.
    pub addressee: Option<String>,
    /// The body.
    pub blocks: Vec<Block>,
    /// Names of the annexes, for the note below the body.
    pub annex_names: Vec<String>,
    /// Issuing organ and date.
    pub signature: Option<Signature>,
    /// Note in brackets below the date, such as contact or 此件公开发布, without the brackets.
    pub note: Option<String>,
    /// A code to be read by a telephone, in the upper margin of the first page.
    pub code: Option<Code>,
    /// Annexes, each on a new page.
    pub annexes: Vec<Annex>,
    /// The imprint at the foot of the last page.
    pub imprint: Option<Imprint>,
}

/// A code of black and white squares.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// Rows of squares with their quiet zone; `true` is black.
    pub rows: Vec<Vec<bool>>,
    /// What it leads to, for those who do not see it.
    pub caption: String,
}

/// The head of a document (版头).
#[derive(Debug, Clone, Default)]
pub struct RedHead {
    /// Organ mark, such as 云川市教育局文件.
    pub organ_mark: String,
    /// Document number, such as 云教〔2023〕5号.
    pub number: String,
    /// Signers of an upward document; empty for the others.
    pub signers: Vec<String>,
    /// 特急 or 加急.
    pub urgency: Option<String>,
}

/// Issuing organ and date below the body.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Name of the organ.
    pub organ: String,
    /// Date of the document.
    pub date: Date,
    /// Whether a seal will be set on it, which moves both lines.
    pub sealed: bool,
}

/// An annex.
#[derive(Debug, Clone, Default)]
pub struct Annex {
    /// Its title.
    pub title: String,
    /// Its body.
    pub blocks: Vec<Block>,
}

/// The imprint (版记).
#[derive(Debug, Clone, Default)]
pub struct Imprint {
    /// Organs that get a copy, without 抄送 and the full stop.
    pub copies_to: Option<String>,
    /// Printing organ.
    pub printed_by: String,
    /// Printing date.
    pub printed_on: Option<Date>,
}

/// A part of the body.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading of level 1 to 4; deeper ones look like 4.
    Heading {
        /// 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）.
        level: u8,
        /// Its text, with the ordinal.
        runs: Vec<Run>,
    },
    /// A paragraph with an indent of two characters.
    Paragraph(Vec<Run>),
    /// A line at the margin: `当事人：…`.
    Line(Vec<Run>),
    /// A table.
    Table(Table),
    /// What follows begins on a new page.
    PageBreak,
}

/// A table; the header row is repeated on every page.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Line above the table.
    pub caption: Option<String>,
    /// Header of each column.
    pub header: Vec<String>,
    /// Cells, each of some runs.
    pub rows: Vec<Vec<Vec<Run>>>,
    /// Widths in relation to each other; equal where it is empty.
    pub widths: Vec<u32>,
    /// Whether the last row holds totals.
    pub totals: bool,
}

/// A stretch of text of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Its text; `\n` breaks the line.
    pub text: String,
    /// Its look.
    pub style: Style,
    /// A bookmark around it.
    pub bookmark: Option<String>,
    /// Where it leads.
    pub link: Option<Link>,
    /// A comment on it.
    pub comment: Option<RunComment>,
}

/// Looks of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// As the paragraph.
    #[default]
    Normal,
    /// Bold.
    Bold,
    /// A number that traces back to a ledger: looks as the rest, marked by a style of its own.
    Figure,
    /// A number without a source: shaded, so that it is seen before the document goes out.
    Untraced,
}

/// Where a run leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// To a bookmark of the document.
    Bookmark(String),
    /// To an address; anything but http, https and mailto is written without a link.
    Address(String),
}

/// A comment on a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunComment {
    /// What it says.
    pub text: String,
    /// Who says it.
    pub author: String,
    /// When.
    pub made_at: Option<DateTime>,
}

impl Run {
    /// A run of the paragraph's look.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A run of a look.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self {
            text: text.into(),
            style,
            ..Self::default()
        }
    }
}

/// Writes an official document.
pub fn write(document: &Docx) -> Result<Vec<u8>> {
    let mut body = body::Body::default();
    body.document(document);
    let mut parts = vec![
        (
            "[Content_Types].xml",
            parts::content_types(body.has_comments(), document.code.is_some()),
        ),
        ("_rels/.rels", parts::PACKAGE_RELS.to_owned()),
        ("docProps/core.xml", parts::core(document)),
        ("docProps/app.xml", parts::APP.to_owned()),
        ("word/document.xml", body.xml()),
        (
            "word/_rels/document.xml.rels",
            parts::document_rels(
                body.addresses(),
                body.has_comments(),
                document.code.is_some(),
            ),
        ),
        ("word/styles.xml", parts::styles()),
        ("word/settings.xml", parts::SETTINGS.to_owned()),
        ("word/fontTable.xml", parts::font_table()),
        ("word/footer1.xml", parts::footer("right")),
        ("word/footer2.xml", parts::footer("left")),
    ];
    if body.has_comments() {
        parts.push(("word/comments.xml", body.comments_xml()));
    }
    let mut parts: Vec<(&str, Vec<u8>)> = parts
        .into_iter()
        .map(|(name, text)| (name, text.into_bytes()))
        .collect();
    if let Some(code) = &document.code {
        parts.push(("word/media/code.png", png(&code.rows)));
    }
    write_package(&parts)
}

//! Report templates: which parts a report has and which sentences the ledgers can write.
//!
//! Text with slots is read by [`parse_text`]: a [`Piece`] is words, a figure (as a number or as the
//! names of its entries) or a number with its source.

mod clause;
mod slot;

use values::dates::Period;

pub use clause::{Says, said, whole};
pub use slot::{SlotError, parse_text};

use crate::{
    condition::Condition,
    definition::{Citation, PeriodShift},
    id::{FieldId, FigureId, TemplateId},
};

/// A report template (`catalogue/reports/*.toml`).
#[derive(Clone, Debug)]
pub struct ReportTemplate {
    /// Id.
    pub id: TemplateId,
    /// Chinese name.
    pub name: String,
    /// Title with `{organ}` and `{year}`.
    pub title: String,
    /// Ground.
    pub law: Vec<Citation>,
    /// Parts in order, of all levels.
    pub parts: Vec<Part>,
}

/// A part: a heading with the paragraphs under it.
#[derive(Clone, Debug)]
pub struct Part {
    /// Id within the template.
    pub id: String,
    /// 1 (一、), 2 (（一）) or 3 (1.); 0 for the text before the first heading.
    pub level: u8,
    /// Heading without its ordinal.
    pub name: String,
    /// The report may not be frozen without text here.
    pub required: bool,
    /// What the writer should say here.
    pub help: String,
    /// Ground for the part being required.
    pub law: Option<Citation>,
    /// Paragraphs.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph of a template.
#[derive(Clone, Debug)]
pub struct Paragraph {
    /// Sentences; each is left out where its condition does not hold.
    pub sentences: Vec<Sentence>,
}

/// A sentence with slots.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// As written, in the syntax of [`parse_text`], with brackets around what may go ([`said`]).
    pub text: String,
    /// The text as pieces.
    pub pieces: Vec<Piece>,
    /// Over `figure.<id>`: then the sentence is said whole. Without one, what [`said`] leaves.
    pub when: Option<Condition>,
}

/// A piece of report text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A figure: `{complaint_received}`, `{complaint_received|district=海云区|2020-2022}`.
    Figure(Slot),
    /// What the report itself gives: `{organ}`, `{year}`.
    Given(Given),
    /// A number with its source: `{=609|应急演练计划}`.
    Sourced {
        /// As printed.
        number: String,
        /// Where it comes from.
        source: String,
    },
}

/// What a report knows without any ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Name of the organ.
    Organ,
    /// Year of the report.
    Year,
}

/// A figure in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The figure.
    pub figure: FigureId,
    /// Own period; without one, that of the report.
    pub period: Option<Period>,
    /// Relative period.
    pub shift: PeriodShift,
    /// Fixed dimension values.
    pub only: Vec<(FieldId, String)>,
    /// Show the names of the entries instead of the number.
    pub titles: bool,
}

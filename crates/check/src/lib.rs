//! The report checker: a compiler for official reports. Text in, findings out.
//!
//! Why it exists: a report is quoted onwards, and nobody adds its figures again. This crate reads a
//! report as a careful proof-reader does, with the arithmetic: parts and totals, rates, growth,
//! repeated figures, counted lists; headings and required parts; marks, words, titles of statutes;
//! personal data.
//!
//! It guarantees: the same text gives the same findings on every machine; spans lie on character
//! boundaries of the source; no text makes it panic; time grows with the text. It does no I/O.
//!
//! It leaves out: reading DOCX and PDF (callers hand over [`Block`]s), figures against ledgers
//! (the caller knows the ledgers; [`read_numbers`] finds the figures), and anything that needs an
//! understanding of the words beyond cues, units and arithmetic.
//!
//! Reading order: [`numbers`] (what a number is), [`document`] (what a text is), `facts` (figures in
//! their sentences), `rules` (one file each), `engine` (runs them).

mod arithmetic;
pub mod decimal;
pub mod document;
mod engine;
mod facts;
mod finding;
mod lexicon;
mod manual;
pub mod numbers;
mod options;
mod records;
mod rules;
pub mod statutes;

pub use decimal::Decimal;
pub use document::{Block, Document, Location};
pub use engine::{Input, Report, check};
pub use finding::{Finding, Origin, Related, Severity, finding_json};
pub use manual::{Explanation, codes, explain};
pub use numbers::{Kind, Number, Qualifier, Unit, UnitClass, read_numbers};
pub use options::{Extent, Options};
pub use records::{RecordError, check_record};
pub use rules::Group;

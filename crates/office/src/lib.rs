//! Office files at the edge: what clerks hand in and what they take away.
//!
//! Plain data in, bytes out, and back. This crate knows nothing of ledgers, organs or the law; it
//! knows how a Word document, an Excel workbook, a CSV table and a calendar are laid out.
//!
//! Guarantees:
//! - **No panic, bounded memory** on any input: every part of a package is inflated through
//!   [`Limits`], whatever its directory claims.
//! - **Same input, same bytes**: dates inside the files are fixed or given, so that two exports can
//!   be compared and hashed.
//! - **A text is a text**: no value can become a formula in a reader's spreadsheet.
//! - A file that cannot be used is an [`OfficeError`] that says in Chinese what is wrong and what
//!   to do about it.
//!
//! Left out: evaluating formulas, macros (never looked at), pictures (but for the squares of a code), writing PDF (a program of its own).
//!
//! Reading order: [`error`], [`xlsx`], [`docx`], [`pdf`], [`csv`], [`calendar`], [`archive`]; `package` and `xml` carry
//! the limits.
pub mod archive;
pub mod calendar;
pub mod csv;
pub mod docx;
pub mod error;
pub mod pdf;
pub mod xlsx;

mod kind;
mod limits;
mod package;
mod picture;
mod text;
mod xml;

pub use error::OfficeError;
pub use kind::FileKind;
pub use limits::Limits;
pub use text::display_width;

/// Result of this crate.
pub type Result<T, E = OfficeError> = std::result::Result<T, E>;

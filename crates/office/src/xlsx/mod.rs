//! Excel workbooks: lists out, import sheets out and in.
//!
//! Reading streams: a row at a time, memory flat whatever the number of rows. We read the parts of
//! the package ourselves because every byte has to pass [`crate::Limits`] while it is inflated,
//! numbers have to come out as the text that Excel shows, and percentages have to be known as such;
//! tests hold this reader against an independent one.
//!
//! Writing goes through `rust_xlsxwriter` with fixed dates, so the same input gives the same bytes.
//!
//! Reading order: [`Book`] and [`Row`], [`header::find`], then [`table`] and [`template`].
mod book;
mod datum;
pub mod header;
mod leftovers;
mod number;
mod sheet;
pub mod table;
pub mod template;

pub use book::{Book, Meta, Sheet, Visibility};
pub use datum::Datum;
pub use header::Header;
pub use leftovers::leftovers;
pub use sheet::{Cell, Merged, Row, Summary, Value};
pub use table::{Column, Kind, Table, TableWriter, write_table};
pub use template::{
    Fault, InputKind, Refused, Template, TemplateColumn, TemplateRow, write_refused, write_template,
};

/// Name of the very hidden sheet that says which ledger an import sheet belongs to.
pub const META_SHEET: &str = "_yifa";
/// Name of the very hidden sheet that holds the drop-down lists.
pub const LIST_SHEET: &str = "_选项";
/// Name of the sheet that explains an import sheet.
pub const GUIDE_SHEET: &str = "填写说明";
/// Header of the hidden column that ties a row to its entry.
pub const RECORD_HEADER: &str = "记录号";
/// Header of the column that says why a row was refused; ignored on the way in.
pub const REASON_HEADER: &str = "退回原因";

/// Letters of a column counted from zero, as Excel shows them.
pub fn column_name(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

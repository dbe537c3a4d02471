//! What the caller may choose.

/// How much of a document a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Judged by the text: long and with numbered headings is a whole report.
    #[default]
    Automatic,
    /// A whole report: required parts and document-wide style are checked.
    Whole,
    /// A paragraph or a few: nothing is missing from it.
    Excerpt,
}

/// Choices of a check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much of a document the text is.
    pub extent: Extent,
    /// Also report the relations that were checked and hold.
    pub show_checked: bool,
    /// The year that the report is about, where the caller knows it.
    pub report_year: Option<i32>,
    /// Statutes beyond the built-in list.
    pub statutes: Vec<crate::statutes::Statute>,
    /// Codes of rules that stay silent.
    pub allow: Vec<String>,
}

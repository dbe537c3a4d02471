//! One finding: what is wrong, where, how sure we are and what to do about it.
//!
//! Definitions, sheets and reports are all read by officials, so every reader in this system
//! answers with a list of [`Diagnostic`]s instead of one error: flawed input is normal input.
//! Finding and drawing are apart: rules make data, the renderers draw it.
//!
//! Guarantees: no span, however wrong, makes a renderer panic; the same findings always give the
//! same bytes; control and invisible characters of a source never reach the terminal.
//! Left out: colours, locating files on disk, the rules themselves.
//!
//! Reading order: this file (the data), [`Sources`] (positions), then one file per renderer.

mod json;
mod location;
mod sarif;
mod text;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use json::{render_json, render_jsonl, to_json};
pub use location::{Position, Sources};
pub use sarif::render_sarif;
pub use text::render_text;

/// How certain a finding is, and so how urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What was found cannot be right.
    Error,
    /// What was found is unlikely to be right.
    Warning,
    /// Something a reader should know; nothing needs to change.
    Note,
}

impl Severity {
    /// The word shown to people.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Note => "提示",
        }
    }
}

/// The word of the machine formats: `error`, `warning`, `note`.
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A stretch of a source text in byte offsets; the end is not included.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes; zero where the end lies before the start.
    #[must_use]
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span marks a position rather than a stretch.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The same span in code points of `text`, for formats that do not count bytes.
    #[must_use]
    pub fn code_points(self, text: &str) -> (usize, usize) {
        let span = self.within(text);
        let start = text[..span.start].chars().count();
        (start, start + text[span.start..span.end].chars().count())
    }

    /// Line and column of the start, both counted from 1, the column in code points.
    #[must_use]
    pub fn line_column(self, text: &str) -> (usize, usize) {
        let before = &text[..self.within(text).start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    /// The stretch of `text` that the span covers.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        let span = self.within(text);
        &text[span.start..span.end]
    }

    /// The span cut to the text and widened to whole characters, so that slicing cannot fail.
    #[must_use]
    pub fn within(self, text: &str) -> Self {
        let mut start = self.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = self.end.clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Self { start, end }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A remark on a stretch of the same source.
///
/// A label on the very span of the finding is written beside the carets;
/// any other is underlined with dashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// What the remark is about.
    pub span: Span,
    /// The remark.
    pub message: String,
}

/// Where a finding was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    /// A stretch of a text that stands in [`Sources`] under this name.
    Text {
        /// Name of the source.
        source: String,
        /// The stretch.
        span: Span,
    },
    /// A row or a cell of a workbook.
    Sheet {
        /// Name of the file.
        file: String,
        /// Name of the sheet.
        sheet: String,
        /// Row as the spreadsheet program shows it, from 1.
        row: u32,
        /// Column letters, such as `C`.
        column: Option<String>,
        /// What the head of that column says.
        header: Option<String>,
    },
    /// A source as a whole, or one without lines.
    Whole {
        /// Name of the source; may be empty.
        source: String,
    },
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, never used for anything else.
    pub code: Cow<'static, str>,
    /// How certain it is.
    pub severity: Severity,
    /// Headline that stands alone.
    pub message: String,
    /// Where it was found.
    pub place: Place,
    /// Remarks on parts of the text.
    pub labels: Vec<Label>,
    /// The remedy.
    pub help: Option<String>,
    /// The ground: a statute, a rule, an explanation.
    pub note: Option<String>,
}

impl Diagnostic {
    /// A finding of the given severity, not placed yet.
    pub fn new(
        severity: Severity,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            place: Place::Whole {
                source: String::new(),
            },
            labels: Vec::new(),
            help: None,
            note: None,
        }
    }

    /// Something that cannot be right.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Something that is unlikely to be right.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    pub fn remark(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Places the finding on a stretch of a text.
    #[must_use]
    pub fn at(mut self, source: impl Into<String>, span: impl Into<Span>) -> Self {
        self.place = Place::Text {
            source: source.into(),
            span: span.into(),
        };
        self
    }

    /// Places the finding on a row of a sheet; [`column`](Self::column) and
    /// [`header`](Self::header) narrow it to a cell.
    #[must_use]
    pub fn in_sheet(mut self, file: impl Into<String>, sheet: impl Into<String>, row: u32) -> Self {
        self.place = Place::Sheet {
            file: file.into(),
            sheet: sheet.into(),
            row,
            column: None,
            header: None,
        };
        self
    }

    /// Names the column of a finding in a sheet; without effect elsewhere.
    #[must_use]
    pub fn column(mut self, letters: impl Into<String>) -> Self {
        if let Place::Sheet { column, .. } = &mut self.place {
            *column = Some(letters.into());
        }
        self
    }

    /// Names the head of the column of a finding in a sheet; without effect elsewhere.
    #[must_use]
    pub fn header(mut self, words: impl Into<String>) -> Self {
        if let Place::Sheet { header, .. } = &mut self.place {
            *header = Some(words.into());
        }
        self
    }

    /// Places the finding on a source as a whole.
    #[must_use]
    pub fn in_whole(mut self, source: impl Into<String>) -> Self {
        self.place = Place::Whole {
            source: source.into(),
        };
        self
    }

    /// Adds a remark on a stretch of the same source.
    #[must_use]
    pub fn label(mut self, span: impl Into<Span>, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span: span.into(),
            message: message.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says on what ground.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Whether the finding is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Findings that cannot be right.
    pub errors: usize,
    /// Findings that are unlikely to be right.
    pub warnings: usize,
    /// Findings worth knowing.
    pub notes: usize,
}

impl Totals {
    /// Counts the findings.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut totals = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => totals.errors += 1,
                Severity::Warning => totals.warnings += 1,
                Severity::Note => totals.notes += 1,
            }
        }
        totals
    }

    /// All findings together.
    #[must_use]
    pub fn all(self) -> usize {
        self.errors + self.warnings + self.notes
    }
}

/// One line for people: `共 3 个问题：错误 1，警告 2`.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.all() == 0 {
            return f.write_str("没有发现问题");
        }
        write!(f, "共 {} 个问题", self.all())?;
        let parts = [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Note, self.notes),
        ];
        let mut separator = "：";
        for (severity, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
            write!(f, "{separator}{} {count}", severity.chinese())?;
            separator = "，";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let text = "第一行\r\n合计16件";
        let start = text.find("16").unwrap_or_default();
        let span = Span::new(start, start + 2);
        assert_eq!(span.line_column(text), (2, 3));
        assert_eq!(span.code_points(text), (7, 9));
        assert_eq!(span.text(text), "16");
    }

    #[test]
    fn wrong_spans_are_cut_to_whole_characters() {
        let text = "甲乙";
        assert_eq!(Span::new(1, 2).within(text), Span::new(0, 3));
        assert_eq!(Span::new(4, 400).within(text), Span::new(3, 6));
        assert_eq!(Span::new(400, 2).within(text), Span::new(6, 6));
        assert_eq!(Span::new(5, 1).text(text), "");
        assert_eq!(Span::new(5, 1).len(), 0);
        assert_eq!(Span::new(99, 100).line_column("a\n"), (2, 1));
    }

    #[test]
    fn column_and_header_need_a_sheet() {
        let text = Diagnostic::error("X1", "…").at("a", 0..1).column("C");
        assert_eq!(
            text.place,
            Place::Text {
                source: "a".into(),
                span: Span::new(0, 1)
            }
        );
        let sheet = Diagnostic::error("X1", "…")
            .in_sheet("a.xlsx", "S", 5)
            .column("C");
        assert!(matches!(sheet.place, Place::Sheet { row: 5, column: Some(c), .. } if c == "C"));
    }

    #[test]
    fn totals_name_only_what_there_is() {
        let found = [Diagnostic::error("A", ""), Diagnostic::remark("B", "")];
        assert_eq!(
            Totals::of(&found).to_string(),
            "共 2 个问题：错误 1，提示 1"
        );
        assert_eq!(Totals::of(&[]).to_string(), "没有发现问题");
    }
}

//! Source texts and positions in them.
//!
//! A report has thousands of characters in one line and a check may make hundreds of findings,
//! so the starts of lines are looked up once per text and not once per finding.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Span;

/// The texts that findings point into, by name.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: BTreeMap<String, Text>,
}

/// A place in a text, for people and for formats that count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Code points from the start of the line, from 1.
    pub column: usize,
    /// Code points from the start of the text, from 0.
    pub code_point: usize,
    /// Bytes from the start of the text, from 0.
    pub byte: usize,
}

impl Sources {
    /// No texts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, replacing one of the same name.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(name.into(), Text::new(text.into()));
    }

    /// The same with one more text.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.add(name, text);
        self
    }

    /// The text of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.text.as_str())
    }

    /// The position of the start and the end of a span, where the source is known.
    #[must_use]
    pub fn positions(&self, name: &str, span: Span) -> Option<(Position, Position)> {
        let text = self.texts.get(name)?;
        let span = span.within(&text.text);
        Some((text.position(span.start), text.position(span.end)))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&Text> {
        self.texts.get(name)
    }
}

/// One text with the starts of its lines.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Byte and code point at which each line starts. Invariant: never empty, ascending.
    lines: Vec<(usize, usize)>,
}

impl Text {
    fn new(text: String) -> Self {
        let mut lines = vec![(0, 0)];
        for (code_point, (byte, character)) in text.char_indices().enumerate() {
            if character == '\n' {
                lines.push((byte + 1, code_point + 1));
            }
        }
        Self { text, lines }
    }

    /// Index of the line that holds this byte, from 0.
    pub(crate) fn line_index(&self, byte: usize) -> usize {
        self.lines
            .partition_point(|(start, _)| *start <= byte)
            .saturating_sub(1)
    }

    /// The span of a line without its line ending.
    pub(crate) fn line_span(&self, index: usize) -> Span {
        let start = self
            .lines
            .get(index)
            .map_or(self.text.len(), |(byte, _)| *byte);
        let end = self
            .lines
            .get(index + 1)
            .map_or(self.text.len(), |(byte, _)| *byte - 1);
        let with_return = end > start && self.text.as_bytes()[end - 1] == b'\r';
        Span::new(start, if with_return { end - 1 } else { end })
    }

    /// The position of a byte that is the start of a character or the end of the text.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let index = self.line_index(byte);
        let (line_byte, line_code_point) = self.lines[index];
        let before = self.text[line_byte..byte].chars().count();
        Position {
            line: index + 1,
            column: before + 1,
            code_point: line_code_point + before,
            byte,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_their_line_ending() {
        let text = Text::new("甲\r\n\r\n乙\n丙".to_owned());
        let lines: Vec<&str> = (0..5).map(|i| text.line_span(i).text(&text.text)).collect();
        assert_eq!(lines, ["甲", "", "乙", "丙", ""]);
    }

    #[test]
    fn positions_agree_with_the_slow_way() {
        let text = "甲乙\r\na\t丙\n";
        let sources = Sources::new().with("t", text);
        for byte in 0..=text.len() + 2 {
            let span = Span::new(byte, byte);
            let Some((start, _)) = sources.positions("t", span) else {
                panic!("known source")
            };
            assert_eq!((start.line, start.column), span.line_column(text));
            assert_eq!(start.code_point, span.code_points(text).0);
        }
        assert_eq!(sources.positions("unknown", Span::new(0, 0)), None);
    }
}

//! The document as the checker sees it: one flat text, blocks over it, and the way back.
//!
//! Every reader (plain text, Markdown, HTML, blocks from a DOCX) fills the same model, so that a
//! rule never asks where a text came from. Spans of findings point into the source the caller
//! gave: byte offsets of the string, or a block, row, cell and offset for a document of blocks.
//!
//! Guarantees: reading never fails and never panics; offsets lie on character boundaries.
//! Left out: files, encodings, DOCX and PDF, which other crates read.

mod html;
mod markdown;

use std::ops::Range;

/// A part of a document, as an office-file reader hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph that is styled as a heading; level from 1.
    Heading {
        /// Outline level, from 1.
        level: u8,
        /// Its text without the style.
        text: String,
    },
    /// Running text.
    Paragraph {
        /// Its text.
        text: String,
    },
    /// A table, row by row.
    Table {
        /// The cells' texts.
        rows: Vec<Vec<String>>,
    },
}

/// Where a finding stands in a document made of [`Block`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Index of the block.
    pub block: usize,
    /// Row and cell, for a table.
    pub cell: Option<(usize, usize)>,
    /// Byte offset in the text of the block or cell.
    pub offset: usize,
}

/// What a line of the flat text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Marked as a heading by the source format.
    Heading(u8),
    /// Running text; a heading is recognised by its marker.
    Paragraph,
    /// A row of a table: which table, and its cells.
    Row {
        table: usize,
        cells: Vec<Range<usize>>,
    },
}

/// One line of the flat text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub span: Range<usize>,
    pub kind: LineKind,
}

/// A text with its structure.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    lines: Vec<Line>,
    /// Flat offset and source offset of each stretch, where the two differ.
    map: Vec<(usize, usize)>,
    source: Option<String>,
    places: Vec<(usize, Location)>,
    markup: bool,
}

impl Document {
    /// Reads plain text: each line is a paragraph, lines of cells between bars are table rows.
    pub fn from_text(text: &str) -> Self {
        let mut builder = Builder::default();
        let mut table = TableState::default();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end_matches(['\n', '\r']).len();
            let kind = table.line(text, start..end);
            builder.lines.push(Line {
                span: start..end,
                kind,
            });
            start += line.len();
        }
        builder.text = text.to_owned();
        builder.finish(None, false)
    }

    /// Reads Markdown: headings, tables; emphasis marks are taken out of the text.
    pub fn from_markdown(source: &str) -> Self {
        markdown::read(source)
    }

    /// Reads HTML: paragraphs, headings, lists and tables; scripts and styles are left out.
    pub fn from_html(source: &str) -> Self {
        html::read(source)
    }

    /// Takes the blocks that an office-file reader found.
    pub fn from_blocks(blocks: &[Block]) -> Self {
        let mut builder = Builder::default();
        let mut tables = 0;
        for (index, block) in blocks.iter().enumerate() {
            let place = Location {
                block: index,
                cell: None,
                offset: 0,
            };
            match block {
                Block::Heading { level, text } => {
                    builder.block_line(text, place, LineKind::Heading(*level));
                }
                Block::Paragraph { text } => builder.block_line(text, place, LineKind::Paragraph),
                Block::Table { rows } => {
                    for (row, cells) in rows.iter().enumerate() {
                        builder.block_row(index, row, tables, cells);
                    }
                    tables += 1;
                }
            }
        }
        builder.finish(None, false)
    }

    /// The flat text that rules read; spans of a document of blocks are offsets into it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that spans of findings point into.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.text)
    }

    /// Where an offset of the flat text stands, for a document made of blocks.
    pub fn locate(&self, offset: usize) -> Option<Location> {
        let index = self
            .places
            .partition_point(|(start, _)| *start <= offset)
            .checked_sub(1)?;
        let (start, place) = self.places[index];
        Some(Location {
            offset: offset - start,
            ..place
        })
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether the source format has marks of its own, so that `**` is no leftover.
    pub(crate) fn has_markup(&self) -> bool {
        self.markup
    }

    /// The source span of a span of the flat text.
    pub(crate) fn source_span(&self, span: &Range<usize>) -> Range<usize> {
        if self.map.is_empty() {
            return span.clone();
        }
        let start = self.source_offset(span.start);
        // The end is the end of the last character, not the start of what follows it.
        let last = self.text[..span.end]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
        if span.end <= span.start {
            return start..start;
        }
        let width = self.source()[self.source_offset(last)..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        let end = self.source_offset(last) + width;
        start..end.max(start)
    }

    fn source_offset(&self, offset: usize) -> usize {
        let index = self.map.partition_point(|(flat, _)| *flat <= offset);
        let Some((flat, source)) = index.checked_sub(1).map(|index| self.map[index]) else {
            return 0;
        };
        let next = self
            .map
            .get(index)
            .map_or(self.source().len(), |(_, source)| *source);
        let mut at = (source + (offset - flat)).min(next);
        while !self.source().is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Fills a [`Document`].
#[derive(Default)]
struct Builder {
    text: String,
    lines: Vec<Line>,
    map: Vec<(usize, usize)>,
    places: Vec<(usize, Location)>,
    line_start: usize,
}

impl Builder {
    /// Copies a stretch of the source that begins at `at`.
    fn push(&mut self, piece: &str, at: usize) {
        if !piece.is_empty() {
            self.map.push((self.text.len(), at));
            self.text.push_str(piece);
        }
    }

    /// Ends a line that is not empty.
    fn end_line(&mut self, kind: LineKind, at: usize) {
        if self.text.len() > self.line_start {
            self.lines.push(Line {
                span: self.line_start..self.text.len(),
                kind,
            });
            self.push("\n", at);
        }
        self.line_start = self.text.len();
    }

    fn block_line(&mut self, text: &str, place: Location, kind: LineKind) {
        let start = self.text.len();
        self.places.push((start, place));
        // A line break inside a paragraph stays one character long, so that offsets agree.
        self.text.push_str(text);
        for (offset, line) in lines_of(text) {
            let span = start + offset..start + offset + line.len();
            self.lines.push(Line {
                span,
                kind: kind.clone(),
            });
        }
        self.text.push('\n');
    }

    fn block_row(&mut self, block: usize, row: usize, table: usize, cells: &[String]) {
        let start = self.text.len();
        let mut spans = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let cell_start = self.text.len();
            let place = Location {
                block,
                cell: Some((row, column)),
                offset: 0,
            };
            self.places.push((cell_start, place));
            self.text.push_str(cell);
            spans.push(cell_start..self.text.len());
            self.text.push('\t');
        }
        let kind = LineKind::Row {
            table,
            cells: spans,
        };
        self.lines.push(Line {
            span: start..self.text.len(),
            kind,
        });
        self.text.push('\n');
    }

    fn finish(self, source: Option<&str>, markup: bool) -> Document {
        Document {
            text: self.text,
            lines: self.lines,
            map: self.map,
            source: source.map(str::to_owned),
            places: self.places,
            markup,
        }
    }
}

fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let offset = start;
        start += line.len();
        (offset, line.trim_end_matches(['\n', '\r']))
    })
}

/// Tells rows of a table of bars or tabs from other lines.
#[derive(Default)]
struct TableState {
    tables: usize,
    inside: bool,
}

impl TableState {
    fn line(&mut self, text: &str, span: Range<usize>) -> LineKind {
        let line = &text[span.clone()];
        let cells = bar_cells(line).or_else(|| tab_cells(line));
        let Some(cells) = cells else {
            if !line.trim().is_empty() {
                self.inside = false;
            }
            return LineKind::Paragraph;
        };
        if !self.inside {
            self.inside = true;
            self.tables += 1;
        }
        let cells = cells
            .into_iter()
            .map(|cell| span.start + cell.start..span.start + cell.end)
            .collect();
        LineKind::Row {
            table: self.tables,
            cells,
        }
    }
}

/// The trimmed cells of `| a | b |`.
fn bar_cells(line: &str) -> Option<Vec<Range<usize>>> {
    let body = line.trim();
    if !body.starts_with(['|', '｜']) || body.matches(['|', '｜']).count() < 3 {
        return None;
    }
    Some(cells_between(line, &['|', '｜'], true))
}

fn tab_cells(line: &str) -> Option<Vec<Range<usize>>> {
    (line.matches('\t').count() >= 2 && !line.trim().is_empty() && !line.starts_with('\t'))
        .then(|| cells_between(line, &['\t'], false))
}

fn cells_between(line: &str, marks: &[char], framed: bool) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, mark) in line.match_indices(marks) {
        cells.push(trimmed(line, start..at));
        start = at + mark.len();
    }
    cells.push(trimmed(line, start..line.len()));
    if framed {
        cells.remove(0);
        cells.pop();
    }
    cells
}

/// The span without blanks at its ends.
pub(crate) fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_keeps_offsets_and_finds_tables() {
        let text = "前言\r\n| 甲 | 乙 |\n| 1 | 2 |\n结束";
        let document = Document::from_text(text);
        let rows = document
            .lines()
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Row { .. }))
            .count();
        assert_eq!(rows, 2);
        assert_eq!(document.source(), text);
        assert_eq!(&text[document.lines()[0].span.clone()], "前言");
    }

    #[test]
    fn blocks_lead_back_to_block_and_cell() {
        let blocks = [
            Block::Paragraph {
                text: "投诉304件".into(),
            },
            Block::Table {
                rows: vec![vec!["甲".into(), "12".into()]],
            },
        ];
        let document = Document::from_blocks(&blocks);
        let at = document.text().find("12").unwrap();
        let place = document.locate(at + 1).unwrap();
        assert_eq!(
            place,
            Location {
                block: 1,
                cell: Some((0, 1)),
                offset: 1
            }
        );
    }
}

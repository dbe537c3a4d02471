//! Glyphs to lines, lines to paragraphs.

use unicode_normalization::UnicodeNormalization as _;

use super::columns::{Column, Row, in_order};
use super::page::Glyph;
use super::{PdfLine, PdfText};

/// A printed line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub text: String,
    from: f64,
    to: f64,
    pub base: f64,
    size: f64,
    column: Column,
}

/// The lines of a page, from top to bottom.
pub(super) fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    // What stands on one base line is one line, in whatever order it was drawn.
    glyphs.sort_by(|one, other| other.base.total_cmp(&one.base));
    let mut rows: Vec<Row> = Vec::new();
    let mut start = 0;
    while let Some(first) = glyphs.get(start) {
        let (base, reach) = (first.base, 0.4 * first.size);
        let count = glyphs[start..]
            .iter()
            .take_while(|glyph| base - glyph.base <= reach)
            .count();
        let own = &mut glyphs[start..start + count];
        own.sort_by(|one, other| one.from.total_cmp(&other.from));
        rows.push(own.to_vec());
        start += count;
    }
    let lines = in_order(rows)
        .iter()
        .filter_map(|(column, row)| line(row, *column))
        .collect();
    without_page_number(lines)
}

fn line(glyphs: &[Glyph], column: Column) -> Option<Line> {
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let size = glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let mut text = String::new();
    let mut end = first.from;
    for glyph in glyphs {
        let gap = glyph.from - end;
        let words = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric());
        // Cells of a table stand apart, by their padding at least; justified text is spread by less.
        if gap > 0.8 * size {
            text.push('\t');
        } else if gap > 0.2 * size
            && words(text.chars().next_back())
            && words(glyph.characters.chars().next())
        {
            text.push(' ');
        }
        text.push_str(&glyph.characters);
        end = end.max(glyph.to);
    }
    let trimmed = text.trim_matches([' ', '\t', '\u{a0}']);
    // Blanks at the beginning are an indent.
    let indent = glyphs
        .iter()
        .find(|glyph| !glyph.characters.trim().is_empty())?;
    Some(Line {
        text: readable(trimmed),
        from: indent.from,
        to: last.to.max(end),
        base: first.base,
        size,
        column,
    })
}

/// Without characters that have no place in a line; radicals and doubles that some fonts name in the
/// place of a character are that character.
fn readable(text: &str) -> String {
    let stands_for_another = |character: char| matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{a0}');
    text.chars()
        .filter(|character| !character.is_control() || *character == '\t')
        .flat_map(|character| {
            let plain = (!stands_for_another(character)).then_some(character);
            let other = stands_for_another(character).then(|| std::iter::once(character).nfkc());
            plain.into_iter().chain(other.into_iter().flatten())
        })
        .collect()
}

/// — 3 — at the foot or head of a page is no text.
fn without_page_number(mut lines: Vec<Line>) -> Vec<Line> {
    let number = |line: &Line| {
        let text = line.text.trim();
        text.chars().any(|character| character.is_ascii_digit())
            && text.chars().count() <= 20
            && text
                .chars()
                .all(|character| character.is_ascii_digit() || " -–—－·/第页共".contains(character))
    };
    if lines.len() > 1 && lines.last().is_some_and(number) {
        lines.pop();
    }
    if lines.len() > 1 && lines.first().is_some_and(number) {
        lines.remove(0);
    }
    lines
}

/// All lines as paragraphs: a line that ends before the right margin ends its paragraph, and one
/// that is indented begins another.
pub(super) fn paragraphs(pages: &[Vec<Line>]) -> PdfText {
    let mut out = PdfText::default();
    let mut goes_on = false;
    let mut before: Option<&Line> = None;
    for (page, lines) in (1..).zip(pages) {
        let columns = [Column::Whole, Column::Left, Column::Right];
        let margins = columns.map(|column| margins(lines, column));
        for (number, line) in (1..).zip(lines) {
            let (left, right) = margins[line.column as usize];
            let indented = line.from > left + 1.2 * line.size;
            let other_size = before.is_some_and(|before| {
                (before.size - line.size).abs() > 0.15 * line.size
                    || before.base - line.base > 3.0 * line.size
            });
            let cells = line.text.contains('\t');
            let title =
                before.is_some_and(|before| is_second_title_line(before, line, left, right));
            let joins = title || goes_on && !indented && !other_size && !cells;
            if !joins && !out.text.is_empty() {
                out.text.push('\n');
            }
            if joins && needs_blank(&out.text, &line.text) {
                out.text.push(' ');
            }
            let start = out.text.len();
            out.text.push_str(&line.text);
            out.lines.push(PdfLine {
                span: start..out.text.len(),
                page,
                line: number,
            });
            goes_on = !cells && line.to > right - 1.6 * line.size;
            before = Some(line);
        }
    }
    out
}

/// Where the lines of this column begin and end.
fn margins(lines: &[Line], column: Column) -> (f64, f64) {
    let own = || lines.iter().filter(|line| line.column == column);
    (
        own().map(|line| line.from).fold(f64::MAX, f64::min),
        own().map(|line| line.to).fold(0.0, f64::max),
    )
}

/// A title over two lines: both in the middle of the page, alike in size, close to each other, and
/// the first one wide.
fn is_second_title_line(before: &Line, line: &Line, left: f64, right: f64) -> bool {
    let centred = |line: &Line| {
        let (ahead, behind) = (line.from - left, right - line.to);
        ahead > 1.2 * line.size && (ahead - behind).abs() < 1.5 * line.size
    };
    let close = before.base > line.base && before.base - line.base < 2.2 * line.size;
    let same = (before.size - line.size).abs() < 0.05 * line.size;
    let wide = before.to - before.from > 0.6 * (right - left);
    let plain = |line: &Line| !line.text.contains(['\t', '。', '：', '〔']);
    line.size > 15.0
        && centred(before)
        && centred(line)
        && close
        && same
        && wide
        && plain(before)
        && plain(line)
}

fn needs_blank(before: &str, behind: &str) -> bool {
    let word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphabetic());
    word(before.chars().next_back()) && word(behind.chars().next())
}

//! Glyphs to lines, lines to paragraphs.

use unicode_normalization::UnicodeNormalization as _;

use super::page::Glyph;
use super::{PdfLine, PdfText};

/// A printed line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    text: String,
    from: f64,
    to: f64,
    base: f64,
    size: f64,
}

/// The lines of a page, from top to bottom.
pub(super) fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    // What stands on one base line is one line, in whatever order it was drawn.
    glyphs.sort_by(|one, other| other.base.total_cmp(&one.base));
    let mut lines: Vec<Line> = Vec::new();
    let mut start = 0;
    while let Some(first) = glyphs.get(start) {
        let (base, reach) = (first.base, 0.4 * first.size);
        let count = glyphs[start..]
            .iter()
            .take_while(|glyph| base - glyph.base <= reach)
            .count();
        let own = &mut glyphs[start..start + count];
        own.sort_by(|one, other| one.from.total_cmp(&other.from));
        lines.extend(line(own));
        start += count;
    }
    without_page_number(lines)
}

fn line(glyphs: &[Glyph]) -> Option<Line> {
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let size = glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let mut text = String::new();
    let mut end = first.from;
    for glyph in glyphs {
        let gap = glyph.from - end;
        let words = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric());
        // Columns of a table stand apart; justified text is spread by less.
        if gap > 1.5 * size {
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
            && text.chars().count() <= 12
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
        let right = margin(lines);
        let left = lines.iter().map(|line| line.from).fold(f64::MAX, f64::min);
        for (number, line) in (1..).zip(lines) {
            let indented = line.from > left + 1.2 * line.size;
            let other_size = before.is_some_and(|before| {
                (before.size - line.size).abs() > 0.15 * line.size
                    || before.base - line.base > 3.0 * line.size
            });
            let cells = line.text.contains('\t');
            let joins = goes_on && !indented && !other_size && !cells;
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

/// Where most full lines end.
fn margin(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.to).fold(0.0, f64::max)
}

fn needs_blank(before: &str, behind: &str) -> bool {
    let word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphabetic());
    word(before.chars().next_back()) && word(behind.chars().next())
}

//! Two columns of running text, and lines that every page repeats.
//!
//! A table has gaps between its columns too: only where most lines of both sides run to their own
//! margin is the page read one column after the other.

use super::lines::Line;
use super::page::Glyph;

/// Fewer lines than this beside each other are a table or a row of signatures.
const LINES_MIN: usize = 8;

/// Glyphs of one base line.
pub(super) type Row = Vec<Glyph>;

/// Which part of the page a line belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Column {
    #[default]
    Whole,
    Left,
    Right,
}

/// The rows in the order in which they are read: whole lines as they come, columns one after the
/// other.
pub(super) fn in_order(rows: Vec<Row>) -> Vec<(Column, Row)> {
    let Some(gutter) = gutter(&rows) else {
        return rows.into_iter().map(|row| (Column::Whole, row)).collect();
    };
    let mut ordered = Vec::new();
    let mut left = Vec::new();
    let mut right = Vec::new();
    for row in rows {
        if crosses(&row, gutter) {
            ordered.append(&mut left);
            ordered.append(&mut right);
            ordered.push((Column::Whole, row));
            continue;
        }
        let (one, other): (Row, Row) = row.into_iter().partition(|glyph| glyph.to <= gutter + 1.0);
        for (column, side, half) in [
            (Column::Left, &mut left, one),
            (Column::Right, &mut right, other),
        ] {
            if !half.is_empty() {
                side.push((column, half));
            }
        }
    }
    ordered.append(&mut left);
    ordered.append(&mut right);
    ordered
}

fn crosses(row: &[Glyph], gutter: f64) -> bool {
    row.iter()
        .any(|glyph| glyph.from < gutter - 1.0 && glyph.to > gutter + 1.0)
        || gap_around(row, gutter).is_none()
}

/// Where the glyphs left of the gutter end and those right of it begin, if they stand well apart.
fn gap_around(row: &[Glyph], gutter: f64) -> Option<(f64, f64)> {
    let size = row.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let ends = row.iter().filter(|glyph| glyph.to <= gutter + 1.0);
    let begins = row.iter().filter(|glyph| glyph.to > gutter + 1.0);
    let left = ends.map(|glyph| glyph.to).fold(f64::MIN, f64::max);
    let right = begins.map(|glyph| glyph.from).fold(f64::MAX, f64::min);
    (right - left > 0.9 * size).then_some((left, right))
}

/// The middle of the blank strip between two columns of running text.
fn gutter(rows: &[Row]) -> Option<f64> {
    let glyphs = || rows.iter().flatten();
    let from = glyphs().map(|glyph| glyph.from).fold(f64::MAX, f64::min);
    let to = glyphs().map(|glyph| glyph.to).fold(f64::MIN, f64::max);
    let width = to - from;
    if rows.len() < LINES_MIN || !width.is_finite() || width <= 0.0 {
        return None;
    }
    (0..=20u32)
        .map(|step| from + width * (0.4 + 0.01 * f64::from(step)))
        .find(|middle| divides(rows, *middle, from, to))
}

/// Whether most lines stop before this place and go on behind it, and both sides are full lines.
fn divides(rows: &[Row], middle: f64, from: f64, to: f64) -> bool {
    let sides: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| !crosses(row, middle))
        .filter_map(|row| gap_around(row, middle))
        .filter(|(left, right)| *left > f64::MIN && *right < f64::MAX)
        .collect();
    if sides.len() < LINES_MIN || sides.len() * 10 < rows.len() * 6 {
        return false;
    }
    let (left_margin, right_margin) = sides
        .iter()
        .fold((f64::MIN, f64::MAX), |(left, right), side| {
            (left.max(side.0), right.min(side.1))
        });
    let full_left = sides
        .iter()
        .filter(|(left, _)| left_margin - left < 0.12 * (left_margin - from))
        .count();
    let at_edge = sides
        .iter()
        .filter(|(_, right)| right - right_margin < 0.12 * (to - right_margin))
        .count();
    full_left * 10 >= sides.len() * 7 && at_edge * 10 >= sides.len() * 7
}

/// Takes away what stands at the head or foot of most pages in the same words: running headers and
/// footers.
pub(super) fn without_running_lines(pages: &mut [Vec<Line>]) {
    const PAGES_MIN: usize = 3;
    for last in [false, true] {
        let edge = |lines: &[Line]| {
            let line = if last { lines.last() } else { lines.first() };
            line.filter(|_| lines.len() > 1)
                // The head of a table goes on with it from page to page.
                .filter(|line| line.text.matches('\t').count() < 2)
                .map(|line| (pattern(&line.text), (line.base / 4.0).round()))
        };
        let edges: Vec<_> = pages.iter().map(|lines| edge(lines)).collect();
        let repeated = |of: &Option<(String, f64)>| {
            of.is_some() && {
                let same = edges.iter().filter(|other| *other == of).count();
                same >= PAGES_MIN && same * 10 >= pages.len() * 4
            }
        };
        let drop: Vec<bool> = edges.iter().map(repeated).collect();
        for (lines, drop) in pages.iter_mut().zip(drop) {
            if drop {
                let at = if last { lines.len() - 1 } else { 0 };
                lines.remove(at);
            }
        }
    }
}

/// The words of a line, whatever its numbers.
fn pattern(text: &str) -> String {
    text.chars()
        .map(|next| if next.is_ascii_digit() { '#' } else { next })
        .collect()
}

//! Findings as text for a terminal, in the manner of compilers.
//!
//! Carets are counted in display columns, Chinese characters being two wide. A paragraph of an
//! official report is one line of a thousand characters and more, so long lines are shown around
//! the marked stretches only, with `…` for what is left out.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use crate::location::Text;
use crate::{Diagnostic, Place, Position, Sources, Span, Totals};

/// A line up to this width is shown whole.
const LINE_COLUMNS_MAX: usize = 96;
/// No line of that width takes more bytes, but for odd chains of combining characters.
const LINE_BYTES_MAX: usize = 4 * LINE_COLUMNS_MAX;
/// How much of a longer line is shown on each side of a mark's first and last character.
const CONTEXT_COLUMNS: usize = 28;
/// Stands for a left out part of a line; one column wide.
const ELLIPSIS: char = '…';
/// What a tab is drawn as.
const TAB: &str = "    ";

/// All findings one below the other, and a closing line of totals.
#[must_use]
pub fn render_text(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        render_one(diagnostic, sources, &mut out);
        out.push('\n');
    }
    let _ = writeln!(out, "{}", Totals::of(diagnostics));
    out
}

fn render_one(diagnostic: &Diagnostic, sources: &Sources, out: &mut String) {
    let severity = diagnostic.severity.chinese();
    let _ = writeln!(
        out,
        "{severity}[{}]: {}",
        diagnostic.code,
        one_line(&diagnostic.message)
    );
    let mut gutter = 0;
    let mut footers: Vec<(&str, &str)> = Vec::new();
    match &diagnostic.place {
        Place::Text { source, span } if sources.text(source).is_some() => {
            if let Some(text) = sources.text(source) {
                gutter = snippet(diagnostic, source, text, *span, out);
            }
        }
        place => {
            let name = place_name(place);
            if !name.is_empty() {
                let _ = writeln!(out, " --> {name}");
            }
            let labels = diagnostic.labels.iter();
            footers.extend(labels.map(|label| ("说明", label.message.as_str())));
        }
    }
    footers.extend(diagnostic.help.as_deref().map(|help| ("建议", help)));
    footers.extend(diagnostic.note.as_deref().map(|note| ("依据", note)));
    if gutter > 0 && !footers.is_empty() {
        let _ = writeln!(out, "{:gutter$} |", "");
    }
    for (word, message) in footers {
        // The word is four columns wide; further lines of the message are set below its first.
        for (index, line) in message.lines().enumerate() {
            let lead = if index == 0 {
                format!("= {word}: ")
            } else {
                " ".repeat(8)
            };
            let _ = writeln!(out, "{:gutter$} {lead}{}", "", one_line(line));
        }
    }
}

fn place_name(place: &Place) -> String {
    match place {
        Place::Text { source, .. } | Place::Whole { source } => one_line(source),
        Place::Sheet {
            file,
            sheet,
            row,
            column,
            header,
        } => {
            let mut name = format!("{} 工作表“{}”第 {row} 行", one_line(file), one_line(sheet));
            if let Some(column) = column {
                let _ = write!(name, " {} 列", one_line(column));
            }
            if let Some(header) = header {
                let _ = write!(name, "（{}）", one_line(header));
            }
            name
        }
    }
}

/// A stretch of one line that is to be underlined.
struct Mark<'a> {
    span: Span,
    primary: bool,
    /// Empty where there is nothing to say, as on the first line of a longer stretch.
    message: &'a str,
}

/// Draws the marked lines; returns the width of the line numbers.
fn snippet(
    diagnostic: &Diagnostic,
    source: &str,
    text: &Text,
    span: Span,
    out: &mut String,
) -> usize {
    let span = span.within(&text.text);
    let mut lines: Vec<(usize, Vec<Mark>)> = Vec::new();
    let own = diagnostic
        .labels
        .iter()
        .find(|label| label.span.within(&text.text) == span);
    add_marks(
        &mut lines,
        text,
        span,
        true,
        own.map_or("", |label| label.message.as_str()),
    );
    for label in &diagnostic.labels {
        if !own.is_some_and(|own| std::ptr::eq(own, label)) {
            add_marks(
                &mut lines,
                text,
                label.span.within(&text.text),
                false,
                &label.message,
            );
        }
    }
    lines.sort_by_key(|(index, _)| *index);

    let gutter = lines
        .last()
        .map_or(1, |(index, _)| (index + 1).to_string().len());
    let Position { line, column, .. } = text.position(span.start);
    let _ = writeln!(
        out,
        "{:gutter$}--> {}:{line}:{column}",
        "",
        one_line(source)
    );
    let _ = writeln!(out, "{:gutter$} |", "");
    let mut previous = None;
    for (index, marks) in &mut lines {
        if previous.is_some_and(|previous| previous + 1 < *index) {
            let _ = writeln!(out, "...");
        }
        previous = Some(*index);
        let drawn = draw_line(text, text.line_span(*index), marks);
        let _ = writeln!(out, "{:>gutter$} | {}", *index + 1, drawn.line);
        for row in drawn.below {
            let _ = writeln!(out, "{:gutter$} | {row}", "");
        }
    }
    gutter
}

/// Adds a span to the lines it touches; of a longer span the first and the last line are drawn,
/// and the message stands at its end.
fn add_marks<'a>(
    lines: &mut Vec<(usize, Vec<Mark<'a>>)>,
    text: &Text,
    span: Span,
    primary: bool,
    message: &'a str,
) {
    let first = text.line_index(span.start);
    // The end is exclusive: a span that takes the line ending along stays on its line.
    let last = text.line_index(span.end.saturating_sub(1).max(span.start));
    let mut add = |index: usize, message: &'a str| {
        let line = text.line_span(index);
        let start = span.start.clamp(line.start, line.end);
        let end = span.end.clamp(start, line.end);
        let mark = Mark {
            span: Span::new(start, end),
            primary,
            message,
        };
        match lines.iter_mut().find(|(known, _)| *known == index) {
            Some((_, marks)) => marks.push(mark),
            None => lines.push((index, vec![mark])),
        }
    };
    if first < last {
        add(first, "");
    }
    add(last, message);
}

/// A line and the rows of marks and messages under it.
struct Drawn {
    line: String,
    below: Vec<String>,
}

/// A mark in display columns.
struct Columns<'a> {
    start: usize,
    end: usize,
    primary: bool,
    message: &'a str,
}

fn draw_line(text: &Text, line: Span, marks: &mut [Mark]) -> Drawn {
    marks.sort_by_key(|mark| (mark.span.start, mark.span.end));
    let mut drawn = String::new();
    let mut column = 0;
    // The column of each character that is drawn, and of the end.
    let mut columns: Vec<(usize, usize)> = Vec::new();
    let mut drawn_to = line.start;
    for stretch in shown(&text.text, line, marks) {
        if drawn_to < stretch.start {
            drawn.push(ELLIPSIS);
            column += 1;
        }
        for (offset, character) in stretch.text(&text.text).char_indices() {
            columns.push((stretch.start + offset, column));
            column += width(character);
            match character {
                '\t' => drawn.push_str(TAB),
                _ => drawn.push(visible(character)),
            }
        }
        drawn_to = stretch.end;
    }
    columns.push((drawn_to, column));
    if drawn_to < line.end {
        drawn.push(ELLIPSIS);
    }
    let column_of = |byte: usize| {
        let index = columns.partition_point(|(known, _)| *known < byte);
        columns.get(index).map_or(column, |(_, column)| *column)
    };
    let marks: Vec<Columns> = marks
        .iter()
        .map(|mark| {
            let start = column_of(mark.span.start);
            let end = column_of(mark.span.end).max(start + 1);
            Columns {
                start,
                end,
                primary: mark.primary,
                message: mark.message,
            }
        })
        .collect();
    Drawn {
        line: drawn.trim_end().to_owned(),
        below: rows_below(&marks),
    }
}

/// Which stretches of a line are drawn, in order: all of a short line, else what is near an end
/// of a mark. Looks at these parts only, as a text may be a single line of a million characters.
fn shown(text: &str, line: Span, marks: &[Mark]) -> Vec<Span> {
    let whole = line.text(text);
    if whole.len() <= LINE_BYTES_MAX && whole.chars().map(width).sum::<usize>() <= LINE_COLUMNS_MAX
    {
        return vec![line];
    }
    let ends = marks
        .iter()
        .flat_map(|mark| [mark.span.start, mark.span.end]);
    let mut stretches: Vec<Span> = ends
        .map(|byte| {
            let before = context(text[line.start..byte].chars().rev());
            Span::new(byte - before, byte + context(text[byte..line.end].chars()))
        })
        .collect();
    stretches.sort();
    stretches.dedup_by(|next, last| {
        // A gap of a single character is not worth an ellipsis.
        let gap = text[last.end..].chars().next().map_or(0, char::len_utf8);
        let is_near = next.start <= last.end + gap;
        if is_near {
            last.end = last.end.max(next.end);
        }
        is_near
    });
    stretches
}

/// How many bytes of these characters are drawn beside the end of a mark.
fn context(characters: impl Iterator<Item = char>) -> usize {
    let mut columns = 0;
    // Characters without width are counted too, or a chain of them would never end.
    let near = characters
        .take(4 * CONTEXT_COLUMNS)
        .take_while(|character| {
            columns += width(*character);
            columns <= CONTEXT_COLUMNS
        });
    near.map(char::len_utf8).sum()
}

fn width(character: char) -> usize {
    if character == '\t' {
        TAB.len()
    } else {
        visible(character).width().unwrap_or(0)
    }
}

/// The row of carets, with the last message beside it, and the other messages hanging below.
fn rows_below(marks: &[Columns]) -> Vec<String> {
    let width = marks.iter().map(|mark| mark.end).max().unwrap_or(0);
    let mut underline = vec![' '; width];
    // Carets go over dashes.
    for primary in [false, true] {
        for mark in marks.iter().filter(|mark| mark.primary == primary) {
            underline[mark.start..mark.end].fill(if primary { '^' } else { '-' });
        }
    }
    let mut hanging: Vec<&Columns> = marks
        .iter()
        .filter(|mark| !mark.message.is_empty())
        .collect();
    let mut first: String = underline.into_iter().collect();
    // Beside the carets stands the message of the rightmost mark, unless another reaches as far.
    if let Some(last) = hanging.last()
        && marks.iter().filter(|mark| mark.end >= last.end).count() == 1
    {
        let _ = write!(first, " {}", one_line(last.message));
        hanging.pop();
    }
    let mut rows = vec![first];
    if !hanging.is_empty() {
        rows.push(stems(&hanging));
    }
    while let Some(mark) = hanging.pop() {
        let stems = stems(&hanging);
        // Two marks may begin in one column; the message then takes the place of the stem.
        let lead: String = stems.chars().take(mark.start).collect();
        rows.push(format!(
            "{lead:<width$}{}",
            one_line(mark.message),
            width = mark.start
        ));
    }
    rows
}

fn stems(marks: &[&Columns]) -> String {
    let width = marks.iter().map(|mark| mark.start + 1).max().unwrap_or(0);
    let mut row = vec![' '; width];
    for mark in marks {
        row[mark.start] = '|';
    }
    row.into_iter().collect()
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character == '\n' {
                ' '
            } else {
                visible(character)
            }
        })
        .collect()
}

/// Control characters could drive the terminal, and directional or zero-width ones could make a
/// line look like another: all of them are drawn as U+FFFD.
fn visible(character: char) -> char {
    match character {
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' => '\u{FFFD}',
        '\u{2060}'..='\u{206F}' | '\u{FEFF}' => '\u{FFFD}',
        _ if character.width().is_none() => '\u{FFFD}',
        _ => character,
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

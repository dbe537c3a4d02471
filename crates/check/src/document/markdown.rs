//! Markdown: headings, tables and paragraphs; emphasis marks and code fences leave the text.

use super::{Builder, Document, LineKind, TableState};

pub(super) fn read(source: &str) -> Document {
    let mut builder = Builder::default();
    let mut table = TableState::default();
    let mut fenced = false;
    let mut start = 0;
    for raw in source.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        let at = start;
        start += raw.len();
        let body = line.trim_start();
        if body.starts_with("```") || body.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if fenced || is_rule(body) {
            continue;
        }
        let indent = line.len() - body.len();
        let level = body.chars().take_while(|mark| *mark == '#').count();
        if (1..=6).contains(&level) && body[level..].starts_with(' ') {
            push_inline(&mut builder, &body[level + 1..], at + indent + level + 1);
            builder.end_line(
                LineKind::Heading(u8::try_from(level).unwrap_or(1)),
                at + line.len(),
            );
            continue;
        }
        let skip = quote_or_bullet(body);
        push_inline(&mut builder, &body[skip..], at + indent + skip);
        let span = builder.line_start..builder.text.len();
        let kind = table.line(&builder.text, span);
        builder.end_line(kind, at + line.len());
    }
    builder.finish(Some(source), true)
}

/// A thematic break or the line under a table head.
fn is_rule(body: &str) -> bool {
    let marks = body.trim();
    marks.len() >= 3
        && marks
            .chars()
            .all(|mark| matches!(mark, '-' | '=' | '|' | ':' | ' ' | '*' | '_'))
}

/// Length of `> ` or `- ` at the beginning.
fn quote_or_bullet(body: &str) -> usize {
    ["> ", "- ", "* ", "+ "]
        .iter()
        .find(|mark| body.starts_with(**mark))
        .map_or(0, |mark| mark.len())
}

fn push_inline(builder: &mut Builder, text: &str, at: usize) {
    let mut from = 0;
    for (offset, mark) in text.char_indices() {
        if matches!(mark, '*' | '`') {
            builder.push(&text[from..offset], at + from);
            from = offset + mark.len_utf8();
        }
    }
    builder.push(&text[from..], at + from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_leaves_the_text_and_spans_point_into_the_source() {
        let source = "# 报告\n\n- 投诉**304**件\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n";
        let document = read(source);
        assert!(document.text().contains("投诉304件"));
        let at = document.text().find("304").unwrap();
        assert_eq!(&source[document.source_span(&(at..at + 3))], "304");
        assert!(matches!(document.lines()[0].kind, LineKind::Heading(1)));
        assert!(matches!(document.lines()[2].kind, LineKind::Row { .. }));
    }
}

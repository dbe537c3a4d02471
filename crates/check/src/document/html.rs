//! HTML, read for its text: tags end lines or vanish, tables become rows, spans lead back.
//!
//! This is a scanner, not a parser of the standard: it needs blocks, cells and entities only.

use super::{Builder, Document, LineKind, trimmed};

/// Elements whose content is no text.
const HIDDEN: &[&str] = &["script", "style", "template", "noscript", "head", "svg"];

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "main",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "caption",
    "blockquote",
    "pre",
    "hr",
    "dl",
    "dt",
    "dd",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "title",
    "body",
    "html",
];

pub(super) fn read(source: &str) -> Document {
    let mut state = State::default();
    let mut position = 0;
    while position < source.len() {
        let rest = &source[position..];
        if rest.starts_with('<') {
            position = state.tag(source, position);
            continue;
        }
        let len = rest.find('<').unwrap_or(rest.len());
        if state.hidden.is_none() {
            state.text(&rest[..len], position);
        }
        position += len;
    }
    state.end_line(source.len());
    state.builder.finish(Some(source), true)
}

#[derive(Default)]
struct State {
    builder: Builder,
    hidden: Option<&'static str>,
    heading: u8,
    tables: usize,
    /// Cells of the row being read, and where the open cell began.
    cells: Vec<std::ops::Range<usize>>,
    cell_start: Option<usize>,
    row: bool,
}

impl State {
    /// Handles the tag, comment or stray bracket at `position`; answers where to go on.
    fn tag(&mut self, source: &str, position: usize) -> usize {
        let rest = &source[position..];
        if rest.starts_with("<!--") {
            return rest
                .find("-->")
                .map_or(source.len(), |end| position + end + 3);
        }
        let closing = rest[1..].starts_with('/');
        let name_at = 1 + usize::from(closing);
        let name_len = rest[name_at..]
            .find(|next: char| !next.is_ascii_alphanumeric())
            .unwrap_or(rest.len() - name_at);
        let declaration = rest[1..].starts_with(['!', '?']);
        if name_len == 0 && !declaration {
            if self.hidden.is_none() {
                self.builder.push("<", position);
            }
            return position + 1;
        }
        let Some(end) = rest.find('>') else {
            return source.len();
        };
        let name = rest[name_at..name_at + name_len].to_ascii_lowercase();
        self.element(&name, closing, position);
        position + end + 1
    }

    fn element(&mut self, name: &str, closing: bool, at: usize) {
        if let Some(hidden) = self.hidden {
            if closing && name == hidden {
                self.hidden = None;
            }
            return;
        }
        if let Some(hidden) = HIDDEN.iter().find(|hidden| **hidden == name) {
            if !closing {
                self.hidden = Some(hidden);
            }
            return;
        }
        match name {
            "tr" => {
                self.end_line(at);
                self.row = !closing;
            }
            "td" | "th" => self.cell(closing, at),
            "table" => {
                self.end_line(at);
                self.row = false;
                self.tables += usize::from(!closing);
            }
            _ if BLOCKS.contains(&name) && !self.row => {
                self.end_line(at);
                let level = name.strip_prefix('h').and_then(|digit| digit.parse().ok());
                self.heading = if closing {
                    0
                } else {
                    level.unwrap_or(self.heading)
                };
            }
            _ => {}
        }
    }

    fn cell(&mut self, closing: bool, at: usize) {
        if let Some(start) = self.cell_start.take() {
            let span = trimmed(&self.builder.text, start..self.builder.text.len());
            self.cells.push(span);
            self.builder.push("\t", at);
        }
        if !closing && self.row {
            self.cell_start = Some(self.builder.text.len());
        }
    }

    fn end_line(&mut self, at: usize) {
        self.cell(true, at);
        let kind = if self.row && self.cells.len() > 1 {
            LineKind::Row {
                table: self.tables,
                cells: std::mem::take(&mut self.cells),
            }
        } else if self.heading > 0 {
            LineKind::Heading(self.heading)
        } else {
            LineKind::Paragraph
        };
        self.cells.clear();
        self.builder.end_line(kind, at);
    }

    /// Copies text, joining blanks and reading entities.
    fn text(&mut self, text: &str, at: usize) {
        let mut from = 0;
        let mut offset = 0;
        while let Some(next) = text[offset..].chars().next() {
            let len = next.len_utf8();
            if next == '&' {
                if let Some((read, entity_len)) = entity(&text[offset..]) {
                    self.builder.push(&text[from..offset], at + from);
                    self.builder
                        .push(read.encode_utf8(&mut [0; 4]), at + offset);
                    offset += entity_len;
                    from = offset;
                    continue;
                }
            } else if matches!(next, '\n' | '\r' | '\t') {
                self.builder.push(&text[from..offset], at + from);
                from = offset + len;
            }
            offset += len;
        }
        self.builder.push(&text[from..], at + from);
    }
}

/// The character an entity at the beginning of `text` stands for, and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let character = match name {
        "nbsp" => ' ',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "permil" => '‰',
        _ => {
            let code = name.strip_prefix('#')?;
            let value = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(value).filter(|character| !character.is_control())?
        }
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_blocks_tables_and_entities() {
        let source = "<html><head><title>x</title><style>p{}</style></head><body><h2>一、总体</h2>\
            <p>投诉<b>304</b>件&nbsp;</p><script>var a=1;</script>\
            <table><tr><th>项目</th><th>数</th></tr><tr><td>甲</td><td>12</td></tr></table></body>";
        let document = read(source);
        assert!(document.text().contains("投诉304件"));
        assert!(!document.text().contains("var"));
        assert!(matches!(document.lines()[0].kind, LineKind::Heading(2)));
        let rows: Vec<_> = document
            .lines()
            .iter()
            .filter_map(|line| match &line.kind {
                LineKind::Row { cells, .. } => Some(cells.len()),
                _ => None,
            })
            .collect();
        assert_eq!(rows, [2, 2]);
        let at = document.text().find("304").unwrap();
        assert_eq!(&source[document.source_span(&(at..at + 3))], "304");
    }

    #[test]
    fn broken_markup_is_still_text() {
        for source in [
            "<",
            "a<b",
            "</",
            "<td>1<td>2",
            "&#x110000;&#0;&",
            "<!-- x",
            "<table><tr><td",
        ] {
            let document = read(source);
            assert!(document.text().len() <= source.len() + 8);
        }
    }
}

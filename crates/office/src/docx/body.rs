//! The body of an official document: headings, paragraphs, tables, and the order of the whole.
use super::parts::{BLACK_FONT, HEAD, LINE, NS, NS_R, WIDTH, fonts};
use super::{Block, Docx, Link, Run, RunComment, Style, Table};
use crate::xml::escape;

/// XML of a body that is being written, with what it refers to.
#[derive(Default)]
pub(super) struct Body {
    pub(super) out: String,
    bookmarks: u32,
    addresses: Vec<String>,
    comments: Vec<RunComment>,
}

/// A paragraph's properties, in the order of the schema.
#[derive(Default, Clone)]
pub(super) struct Look {
    pub(super) style: &'static str,
    /// Stays on the page of what follows.
    pub(super) keep: bool,
    pub(super) page_break: bool,
    pub(super) border: String,
    pub(super) tabs: String,
    /// Holds a blank to be filled by hand, which may break at any place: as one word it would pull
    /// the line before it apart.
    pub(super) blank: bool,
    pub(super) spacing: String,
    pub(super) indent: String,
    pub(super) align: &'static str,
}

impl Look {
    pub(super) fn xml(&self) -> String {
        let mut out = String::new();
        if !self.style.is_empty() {
            out.push_str(&format!(r#"<w:pStyle w:val="{}"/>"#, self.style));
        }
        if self.keep {
            out.push_str("<w:keepNext/>");
        }
        if self.page_break {
            out.push_str("<w:pageBreakBefore/>");
        }
        let wrap = if self.blank {
            r#"<w:wordWrap w:val="0"/>"#
        } else {
            ""
        };
        for part in [
            &*self.border,
            &*self.tabs,
            wrap,
            &*self.spacing,
            &*self.indent,
        ] {
            out.push_str(part);
        }
        if !self.align.is_empty() {
            out.push_str(&format!(r#"<w:jc w:val="{}"/>"#, self.align));
        }
        if out.is_empty() {
            out
        } else {
            format!("<w:pPr>{out}</w:pPr>")
        }
    }
}

impl Body {
    pub(super) fn document(&mut self, document: &Docx) {
        if let Some(head) = &document.head {
            self.head(head);
            self.empty_lines(2);
        }
        for line in document.title.lines() {
            self.plain(
                &Look {
                    style: "Title",
                    ..Look::default()
                },
                "",
                line,
            );
        }
        if let Some(number) = &document.number {
            let right = Look {
                align: "right",
                ..Look::default()
            };
            self.plain(&right, "", number);
        }
        self.empty_lines(1);
        if let Some(addressee) = &document.addressee {
            self.plain(
                &Look::default(),
                "",
                &format!("{}：", addressee.trim_end_matches('：')),
            );
        }
        // Name and date never stand on a page without text.
        let signed = document.signature.is_some() && document.annex_names.is_empty();
        self.blocks(&document.blocks, signed);
        self.annex_note(&document.annex_names);
        if let Some(signature) = &document.signature {
            self.signature(signature);
        }
        if let Some(note) = &document.note {
            self.plain(
                &Look {
                    style: "Body",
                    ..Look::default()
                },
                "",
                &format!("（{note}）"),
            );
        }
        if let Some(code) = &document.code {
            self.code(code);
        }
        for (number, annex) in (1..).zip(&document.annexes) {
            self.annex(annex, (document.annexes.len() > 1).then_some(number));
        }
        if let Some(imprint) = &document.imprint {
            self.imprint(imprint);
        }
    }

    /// The whole part.
    pub(super) fn xml(&self) -> String {
        format!(
            concat!(
                r#"{}<w:document xmlns:w="{}" xmlns:r="{}"><w:body>{}<w:sectPr>"#,
                r#"<w:footerReference w:type="default" r:id="footer1"/>"#,
                r#"<w:footerReference w:type="even" r:id="footer2"/>"#,
                r#"<w:pgSz w:w="11906" w:h="16838"/>"#,
                r#"<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587""#,
                r#" w:header="851" w:footer="1389" w:gutter="0"/>"#,
                r#"<w:docGrid w:type="lines" w:linePitch="{}"/>"#,
                "</w:sectPr></w:body></w:document>"
            ),
            HEAD, NS, NS_R, self.out, LINE
        )
    }

    pub(super) fn has_comments(&self) -> bool {
        !self.comments.is_empty()
    }

    pub(super) fn addresses(&self) -> &[String] {
        &self.addresses
    }

    pub(super) fn comments_xml(&self) -> String {
        let comments: String = (0..)
            .zip(&self.comments)
            .map(|(id, comment)| comment_xml(id, comment))
            .collect();
        format!(r#"{HEAD}<w:comments xmlns:w="{NS}">{comments}</w:comments>"#)
    }

    /// The blocks in order; the last stays with what follows where `keep` says so.
    pub(super) fn blocks(&mut self, blocks: &[Block], keep: bool) {
        let mut page_break = false;
        for (index, block) in blocks.iter().enumerate() {
            let keep = keep && index + 1 == blocks.len();
            match block {
                Block::PageBreak => page_break = true,
                Block::Heading { level, runs } => {
                    let style = match level {
                        0 | 1 => "Heading1",
                        2 => "Heading2",
                        3 => "Heading3",
                        _ => "Heading4",
                    };
                    self.paragraph(
                        &Look {
                            style,
                            keep,
                            page_break,
                            ..Look::default()
                        },
                        runs,
                    );
                    page_break = false;
                }
                Block::Paragraph(runs) => {
                    let look = Look {
                        style: "Body",
                        keep,
                        page_break,
                        ..Look::default()
                    };
                    self.paragraph(&look, runs);
                    page_break = false;
                }
                Block::Line(runs) => {
                    let look = Look {
                        keep,
                        page_break,
                        ..Look::default()
                    };
                    self.paragraph(&look, runs);
                    page_break = false;
                }
                Block::Table(table) => {
                    self.table(table, page_break);
                    page_break = false;
                }
            }
        }
        if page_break {
            self.plain(
                &Look {
                    page_break,
                    ..Look::default()
                },
                "",
                "",
            );
        }
    }

    fn paragraph(&mut self, look: &Look, runs: &[Run]) {
        let look = Look {
            blank: runs.iter().any(|run| run.text.contains("__")),
            ..look.clone()
        };
        self.out.push_str("<w:p>");
        self.out.push_str(&look.xml());
        for run in runs {
            self.run(run);
        }
        self.out.push_str("</w:p>");
    }

    pub(super) fn plain(&mut self, look: &Look, run_look: &str, text: &str) {
        self.out.push_str("<w:p>");
        self.out.push_str(&look.xml());
        if !text.is_empty() {
            self.out.push_str(&run_xml(run_look, text));
        }
        self.out.push_str("</w:p>");
    }

    pub(super) fn empty_lines(&mut self, count: usize) {
        for _ in 0..count {
            self.plain(&Look::default(), "", "");
        }
    }

    /// Empty lines that stay on the page of what follows.
    pub(super) fn kept_lines(&mut self, count: usize) {
        let look = Look {
            keep: true,
            ..Look::default()
        };
        for _ in 0..count {
            self.plain(&look, "", "");
        }
    }

    fn run(&mut self, run: &Run) {
        let comment = run.comment.as_ref().map(|comment| {
            self.comments.push(comment.clone());
            self.comments.len() - 1
        });
        if let Some(id) = comment {
            self.out
                .push_str(&format!(r#"<w:commentRangeStart w:id="{id}"/>"#));
        }
        let bookmark = run.bookmark.as_ref().map(|name| {
            self.bookmarks += 1;
            let id = self.bookmarks;
            self.out.push_str(&format!(
                r#"<w:bookmarkStart w:id="{id}" w:name="{}"/>"#,
                bookmark_name(name)
            ));
            id
        });
        let look = match run.style {
            Style::Normal => "",
            Style::Bold => "<w:b/><w:bCs/>",
            Style::Figure => r#"<w:rStyle w:val="Figure"/>"#,
            Style::Untraced => r#"<w:rStyle w:val="Untraced"/>"#,
        };
        let inside = run_xml(look, &run.text);
        let linked = match &run.link {
            Some(Link::Bookmark(name)) => format!(
                r#"<w:hyperlink w:anchor="{}" w:history="1">{inside}</w:hyperlink>"#,
                bookmark_name(name)
            ),
            Some(Link::Address(address)) if is_web(address) => {
                self.addresses.push(address.clone());
                let id = self.addresses.len();
                format!(r#"<w:hyperlink r:id="link{id}" w:history="1">{inside}</w:hyperlink>"#)
            }
            Some(Link::Address(_)) | None => inside,
        };
        self.out.push_str(&linked);
        if let Some(id) = bookmark {
            self.out
                .push_str(&format!(r#"<w:bookmarkEnd w:id="{id}"/>"#));
        }
        if let Some(id) = comment {
            self.out.push_str(&format!(
                r#"<w:commentRangeEnd w:id="{id}"/><w:r><w:commentReference w:id="{id}"/></w:r>"#
            ));
        }
    }

    fn table(&mut self, table: &Table, page_break: bool) {
        let columns = table
            .rows
            .iter()
            .map(Vec::len)
            .chain([table.header.len()])
            .max();
        let Some(columns) = columns.filter(|count| *count > 0) else {
            return;
        };
        if page_break || table.caption.is_some() {
            let look = Look {
                page_break,
                align: "center",
                ..Look::default()
            };
            let caption = table.caption.as_deref().unwrap_or_default();
            self.plain(&look, &fonts(BLACK_FONT), caption);
        }
        let widths = column_widths(&table.widths, columns);
        let border = |side: &str| {
            format!(r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#)
        };
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(border)
            .concat();
        let grid: String = widths
            .iter()
            .map(|width| format!(r#"<w:gridCol w:w="{width}"/>"#))
            .collect();
        self.out.push_str(&format!(
            concat!(
                r#"<w:tbl><w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:jc w:val="center"/>"#,
                r#"<w:tblBorders>{}</w:tblBorders><w:tblLayout w:type="fixed"/>"#,
                r#"<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>"#,
                "</w:tblCellMar></w:tblPr><w:tblGrid>{}</w:tblGrid>"
            ),
            WIDTH, borders, grid
        ));
        if !table.header.is_empty() {
            let header: Vec<Vec<Run>> = table
                .header
                .iter()
                .map(|text| vec![Run::styled(text.clone(), Style::Bold)])
                .collect();
            self.table_row(&header, &widths, RowKind::Header);
        }
        for (at, row) in table.rows.iter().enumerate() {
            let total = table.totals && at + 1 == table.rows.len();
            self.table_row(
                row,
                &widths,
                if total { RowKind::Total } else { RowKind::Data },
            );
        }
        self.out.push_str("</w:tbl>");
        // Two tables in a row would run together; the line also carries a closing table.
        self.plain(&Look::default(), "", "");
    }

    fn table_row(&mut self, cells: &[Vec<Run>], widths: &[u32], kind: RowKind) {
        self.out.push_str("<w:tr><w:trPr><w:cantSplit/>");
        if kind == RowKind::Header {
            self.out.push_str("<w:tblHeader/>");
        }
        self.out.push_str("</w:trPr>");
        for (at, width) in widths.iter().enumerate() {
            let runs = cells.get(at).map(Vec::as_slice).unwrap_or_default();
            let text: String = runs.iter().map(|run| run.text.as_str()).collect();
            let align = match kind {
                RowKind::Header => "center",
                _ if is_figure(&text) => "right",
                _ => "left",
            };
            self.out.push_str(&format!(
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#
            ));
            let look = Look {
                style: "TableText",
                align,
                ..Look::default()
            };
            let bold = |run: &Run| match (kind, run.style) {
                (RowKind::Total, Style::Normal) => Run {
                    style: Style::Bold,
                    ..run.clone()
                },
                _ => run.clone(),
            };
            self.paragraph(&look, &runs.iter().map(bold).collect::<Vec<_>>());
            self.out.push_str("</w:tc>");
        }
        self.out.push_str("</w:tr>");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Header,
    Data,
    Total,
}

/// A run; line breaks and tabs become elements.
pub(super) fn run_xml(look: &str, text: &str) -> String {
    let mut out = String::from("<w:r>");
    if !look.is_empty() {
        out.push_str(&format!("<w:rPr>{look}</w:rPr>"));
    }
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        for (at, piece) in line.trim_end_matches('\r').split('\t').enumerate() {
            if at > 0 {
                out.push_str("<w:tab/>");
            }
            if !piece.is_empty() {
                out.push_str(&format!(
                    r#"<w:t xml:space="preserve">{}</w:t>"#,
                    escape(piece)
                ));
            }
        }
    }
    out.push_str("</w:r>");
    out
}

/// A comment with one paragraph per line.
pub(super) fn comment_xml(id: usize, comment: &RunComment) -> String {
    let date = comment
        .made_at
        .map(|moment| format!(r#" w:date="{moment}Z""#));
    let lines: String = comment
        .text
        .split('\n')
        .map(|line| format!("<w:p>{}</w:p>", run_xml(r#"<w:sz w:val="21"/>"#, line)))
        .collect();
    let initials: String = comment.author.chars().take(1).collect();
    format!(
        r#"<w:comment w:id="{id}" w:author="{}"{} w:initials="{}">{lines}</w:comment>"#,
        escape(&comment.author),
        date.unwrap_or_default(),
        escape(&initials)
    )
}

/// Names of bookmarks begin with a letter and hold letters, digits and underscores, forty at most.
fn bookmark_name(name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .take(39)
        .collect();
    match clean.chars().next() {
        Some(first) if first.is_alphabetic() => clean,
        _ => format!("b{clean}"),
    }
}

fn is_web(address: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
}

fn column_widths(wanted: &[u32], columns: usize) -> Vec<u32> {
    let weights: Vec<u64> = (0..columns)
        .map(|at| u64::from(wanted.get(at).copied().unwrap_or(1).max(1)))
        .collect();
    let whole: u64 = weights.iter().sum();
    let width = |weight: &u64| u32::try_from(u64::from(WIDTH) * weight / whole).unwrap_or(WIDTH);
    weights.iter().map(width).collect()
}

/// Digits with signs, separators, a unit sign: what is set flush right.
fn is_figure(text: &str) -> bool {
    let text = text.trim();
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | '-' | '+' | '‰'))
}

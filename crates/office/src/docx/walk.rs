//! One walk over a document's body, for the reader and for the annotator alike: paragraph `n` of
//! the one is paragraph `n` of the other, character by character, with its place in the source.
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::read::Place;
use crate::xml::{attribute, push_text, xml_fault};
use crate::{Limits, OfficeError, Result};

/// A paragraph with where it stands in the XML.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) style: Option<String>,
    /// `w:outlineLvl` of the paragraph itself; 9 is body text.
    pub(super) outline: Option<u8>,
    /// List and level of the paragraph itself.
    pub(super) list: Option<(u32, u8)>,
    pub(super) runs: Vec<RunSpan>,
    pub(super) pieces: Vec<Piece>,
    /// Where a mark without text may stand: before the closing tag.
    pub(super) end: End,
    /// Name of the element with its prefix, such as `w:p`.
    pub(super) name: String,
}

/// The end of a paragraph in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Position of `</w:p>`.
    Tag(usize),
    /// A paragraph `<w:p/>` in one tag, with its span.
    Closed(Range<usize>),
}

impl Default for End {
    fn default() -> Self {
        Self::Tag(0)
    }
}

/// A run in the source.
#[derive(Debug, Default, Clone)]
pub(super) struct RunSpan {
    /// From the opening to behind the closing tag.
    pub(super) whole: Range<usize>,
    /// Name with its prefix.
    pub(super) name: String,
    /// `<w:rPr>…</w:rPr>`, or empty.
    pub(super) properties: Range<usize>,
}

/// A stretch of a paragraph's text that comes from one element.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) run: usize,
    /// Range in the paragraph's text, in characters.
    pub(super) characters: Range<usize>,
    /// The element in the source.
    pub(super) whole: Range<usize>,
    /// The stretches inside of a `<w:t>`; empty for an element that cannot be cut.
    pub(super) atoms: Vec<Atom>,
}

/// A stretch inside of a `<w:t>`: plain text, whose characters stand one by one in the source, or a
/// reference such as `&amp;`.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// Its first character, counted in the paragraph.
    pub(super) first: usize,
    /// Its place in the source.
    pub(super) source: Range<usize>,
    /// Whether it is plain text.
    pub(super) plain: bool,
}

/// Walks over `xml`, the text of the document part named `part`.
pub(super) fn walk(xml: &str, part: &str, limits: &Limits) -> Result<Vec<Walked>> {
    let mut walker = Walker::default();
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        let from = position(&reader);
        let event = reader
            .read_event()
            .map_err(|error| xml_fault(&error, part))?;
        let span = from..position(&reader);
        match &event {
            Event::Start(element) => {
                depth += 1;
                if depth > limits.depth {
                    return Err(OfficeError::TooDeep {
                        part: part.to_owned(),
                    });
                }
                walker.open(element, span, false);
            }
            Event::Empty(element) => {
                walker.open(element, span.clone(), true);
                walker.close(element.name().as_ref(), span, true);
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                walker.close(element.name().as_ref(), span, false);
            }
            Event::Eof if depth > 0 => return Err(OfficeError::Truncated),
            Event::Eof => return Ok(walker.done),
            other => walker.text(other, span),
        }
        if walker.pieces > limits.body_pieces {
            return Err(OfficeError::Bomb {
                part: part.to_owned(),
            });
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

#[derive(Default)]
struct Walker {
    /// Prefix of the main vocabulary with its colon, as the root element has it.
    prefix: Option<String>,
    done: Vec<Walked>,
    /// Open paragraphs: one inside a text box stands within one of the body.
    open: Vec<Open>,
    tables: Vec<TableAt>,
    table_count: usize,
    /// Depth inside of an element whose content is not the document's text.
    skipped: usize,
    /// Paragraphs, runs and stretches of text so far.
    pieces: usize,
}

/// An open paragraph: where its result goes and what is being read.
#[derive(Default)]
struct Open {
    at: usize,
    characters: usize,
    /// Open runs: those of a ruby stand within one.
    runs: Vec<usize>,
    in_properties: bool,
    /// Start of the open `<w:t>`.
    text_from: Option<usize>,
    /// What the open `<w:t>` holds.
    atoms: Vec<Atom>,
    /// Whether the open `<w:t>` holds nothing but text, so that it can be cut.
    plain: bool,
}

#[derive(Default)]
struct TableAt {
    number: usize,
    rows: usize,
    column: usize,
    span: usize,
}

/// Text that was deleted or moved away, a second form of the same thing, former properties, the
/// reading of a ruby.
const SKIPPED: [&str; 6] = [
    "del",
    "moveFrom",
    "Fallback",
    "pPrChange",
    "rPrChange",
    "rt",
];

impl Walker {
    fn open(&mut self, element: &BytesStart<'_>, span: Range<usize>, empty: bool) {
        let name = element.name();
        let full = name.as_ref();
        let local = name.local_name();
        let local = local.as_ref();
        let prefix = self.prefix.get_or_insert_with(|| {
            full.strip_suffix(local)
                .map(str::to_owned)
                .unwrap_or_default()
        });
        if self.skipped > 0 || SKIPPED.contains(&local) {
            self.skipped += 1;
            return;
        }
        if full.len() != prefix.len() + local.len() || !full.starts_with(prefix.as_str()) {
            return;
        }
        match local {
            "tbl" => {
                self.tables.push(TableAt {
                    number: self.table_count,
                    ..TableAt::default()
                });
                self.table_count += 1;
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows += 1;
                    table.column = 0;
                    table.span = 0;
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.column += table.span;
                    table.span = 1;
                }
            }
            "gridSpan" => {
                let span = attribute(element, "val").and_then(|span| span.parse().ok());
                if let (Some(table), Some(span)) = (self.tables.last_mut(), span) {
                    table.span = usize::from(u8::max(span, 1));
                }
            }
            "p" => self.open_paragraph(full, span, empty),
            _ => self.inside(local, full, element, span, empty),
        }
    }

    fn open_paragraph(&mut self, name: &str, span: Range<usize>, empty: bool) {
        let place = match self.tables.last() {
            _ if !self.open.is_empty() => Place::TextBox,
            Some(table) => Place::Cell {
                table: table.number,
                row: table.rows.saturating_sub(1),
                column: table.column,
            },
            None => Place::Body,
        };
        let end = if empty {
            End::Closed(span)
        } else {
            End::default()
        };
        self.pieces += 1;
        self.open.push(Open {
            at: self.done.len(),
            ..Open::default()
        });
        self.done.push(Walked {
            place,
            end,
            name: name.to_owned(),
            ..Walked::default()
        });
    }

    /// Elements inside of a paragraph.
    fn inside(
        &mut self,
        local: &str,
        full: &str,
        element: &BytesStart<'_>,
        span: Range<usize>,
        empty: bool,
    ) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let Some(paragraph) = self.done.get_mut(open.at) else {
            return;
        };
        self.pieces += usize::from(open.takes_text() || local == "r");
        match local {
            "pStyle" => paragraph.style = attribute(element, "val"),
            "outlineLvl" => {
                paragraph.outline = attribute(element, "val").and_then(|level| level.parse().ok());
            }
            "ilvl" => {
                let level = attribute(element, "val").and_then(|level| level.parse().ok());
                paragraph.list.get_or_insert((0, 0)).1 = level.unwrap_or(0);
            }
            "numId" => {
                let id = attribute(element, "val").and_then(|id| id.parse().ok());
                paragraph.list.get_or_insert((0, 0)).0 = id.unwrap_or(0);
            }
            "r" if !empty => {
                let properties = span.end..span.end;
                let name = full.to_owned();
                open.runs.push(paragraph.runs.len());
                paragraph.runs.push(RunSpan {
                    whole: span,
                    name,
                    properties,
                });
            }
            "rPr" if !open.in_properties => {
                if let Some(run) = open.runs.last().and_then(|at| paragraph.runs.get_mut(*at)) {
                    run.properties = span;
                    open.in_properties = !empty;
                }
            }
            "t" if open.takes_text() && !empty => {
                open.text_from = Some(span.start);
                open.atoms.clear();
                open.plain = true;
            }
            _ if open.takes_text() => {
                let sign = match local {
                    "tab" => '\t',
                    "br" | "cr" => '\n',
                    "noBreakHyphen" => '-',
                    _ => return,
                };
                paragraph.text.push(sign);
                open.take(paragraph, 1, span, Vec::new());
            }
            _ => {}
        }
    }

    fn text(&mut self, event: &Event<'_>, source: Range<usize>) {
        if self.skipped > 0 {
            return;
        }
        let Some(open) = self.open.last_mut().filter(|open| open.text_from.is_some()) else {
            return;
        };
        let Some(paragraph) = self.done.get_mut(open.at) else {
            return;
        };
        self.pieces += 1;
        let before = paragraph.text.len();
        push_text(event, &mut paragraph.text);
        let plain = matches!(event, Event::Text(_));
        open.plain &= plain || matches!(event, Event::GeneralRef(_));
        let count = paragraph
            .text
            .get(before..)
            .map_or(0, |added| added.chars().count());
        open.atoms.push(Atom {
            first: open.characters,
            source,
            plain,
        });
        open.characters += count;
    }

    fn close(&mut self, full: &str, span: Range<usize>, empty: bool) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let Some(local) = full.strip_prefix(prefix) else {
            return;
        };
        match local {
            "tbl" => {
                self.tables.pop();
            }
            "p" => {
                let paragraph = self.open.pop().and_then(|open| self.done.get_mut(open.at));
                if let Some(paragraph) = paragraph
                    && !empty
                {
                    paragraph.end = End::Tag(span.start);
                }
            }
            _ if !empty => self.close_inside(local, span),
            _ => {}
        }
    }

    fn close_inside(&mut self, local: &str, span: Range<usize>) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let Some(paragraph) = self.done.get_mut(open.at) else {
            return;
        };
        match local {
            "r" => {
                if let Some(run) = open.runs.pop().and_then(|at| paragraph.runs.get_mut(at)) {
                    run.whole.end = span.end;
                }
            }
            "rPr" if open.in_properties => {
                if let Some(run) = open.runs.last().and_then(|at| paragraph.runs.get_mut(*at)) {
                    run.properties.end = span.end;
                }
                open.in_properties = false;
            }
            "t" => {
                let Some(from) = open.text_from.take() else {
                    return;
                };
                let atoms = std::mem::take(&mut open.atoms);
                let first = atoms.first().map_or(open.characters, |atom| atom.first);
                let count = open.characters - first;
                open.characters = first;
                let atoms = if open.plain { atoms } else { Vec::new() };
                open.take(paragraph, count, from..span.end, atoms);
            }
            _ => {}
        }
    }
}

impl Open {
    fn takes_text(&self) -> bool {
        !self.runs.is_empty() && !self.in_properties
    }

    /// Notes that the next `count` characters come from an element.
    fn take(
        &mut self,
        paragraph: &mut Walked,
        count: usize,
        whole: Range<usize>,
        atoms: Vec<Atom>,
    ) {
        let characters = self.characters..self.characters + count;
        self.characters += count;
        if let (Some(run), true) = (self.runs.last(), count > 0) {
            paragraph.pieces.push(Piece {
                run: *run,
                characters,
                whole,
                atoms,
            });
        }
    }
}

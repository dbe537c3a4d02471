//! Any Word document as text: paragraphs in reading order, with what is known about each.
use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::events::Event;

use super::numbering::Numbering;
use super::walk::{Walked, walk};
use crate::package::Package;
use crate::xml::{attribute, not_utf8};
use crate::{FileKind, Limits, Result};

/// A document's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Every paragraph of the body, empty ones included, in the order of the file; behind them those
    /// of the notes that have words.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// Its runs, joined; tabs and line breaks as such. Deleted text is left out.
    pub text: String,
    /// Level of a heading from 1, by outline level or style.
    pub heading: Option<u8>,
    /// A label that the word processor counts and that is not part of `text`, such as `一、`.
    pub label: Option<String>,
    /// Name of its style.
    pub style: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Where a paragraph stands. Tables, rows and columns are counted from zero; a column after a cell
/// that spans two counts both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// In the flow of the text.
    #[default]
    Body,
    /// In a cell.
    Cell {
        /// Number of the table.
        table: usize,
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// In a text box that is anchored in a paragraph.
    TextBox,
    /// In a footnote or endnote; these come behind the body.
    Note,
}

impl Text {
    /// One paragraph a line, labels in front.
    pub fn to_plain(&self) -> String {
        let mut out = String::new();
        for paragraph in &self.paragraphs {
            out.push_str(paragraph.label.as_deref().unwrap_or_default());
            out.push_str(&paragraph.text);
            out.push('\n');
        }
        out
    }
}

/// Reads a Word document; macros, pictures and headers are not looked at.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Text> {
    let mut package = Package::open(Box::new(Cursor::new(bytes)), limits, FileKind::Docx)?;
    let part = main_part(&mut package)?;
    let xml = text_part(&mut package, &part)?;
    let walked = walk(&xml, &part, limits)?;
    let styles = Styles::read(&mut package)?;
    let mut numbering = Numbering::read(&mut package)?;
    let mut paragraphs: Vec<Paragraph> = walked
        .into_iter()
        .map(|one| paragraph(one, &styles, &mut numbering))
        .collect();
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    for name in ["footnotes.xml", "endnotes.xml"] {
        let notes = format!("{folder}/{name}");
        if !package.has(&notes) {
            continue;
        }
        let xml = text_part(&mut package, &notes)?;
        let walked = walk(&xml, &notes, limits)?.into_iter();
        paragraphs.extend(
            walked
                .filter(|one| !one.text.trim().is_empty())
                .map(|one| Paragraph {
                    place: Place::Note,
                    ..paragraph(one, &styles, &mut numbering)
                }),
        );
    }
    Ok(Text { paragraphs })
}

fn paragraph(walked: Walked, styles: &Styles, numbering: &mut Numbering) -> Paragraph {
    let style = walked.style.as_deref();
    let level = walked.outline.or_else(|| styles.outline(style));
    let list = walked
        .list
        .or_else(|| styles.list(style))
        .filter(|(id, _)| *id > 0);
    let label = list.and_then(|(id, level)| numbering.next(id, level));
    Paragraph {
        heading: level.filter(|level| *level < 9).map(|level| level + 1),
        label,
        style: style.map(|id| styles.name(id).to_owned()),
        text: walked.text,
        place: walked.place,
    }
}

/// The part that holds the body: `word/document.xml`, unless the package says otherwise.
pub(super) fn main_part(package: &mut Package<'_>) -> Result<String> {
    const USUAL: &str = "word/document.xml";
    if package.has("_rels/.rels") {
        for (kind, target) in relationships(package, "_rels/.rels")? {
            let target = target.trim_start_matches('/').to_owned();
            if kind.ends_with("/officeDocument") && package.has(&target) {
                return Ok(target);
            }
        }
    }
    Ok(USUAL.to_owned())
}

/// Type and target of every relationship of a part.
pub(super) fn relationships(
    package: &mut Package<'_>,
    part: &str,
) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut xml = package.xml(part)?;
    loop {
        match &xml.next()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "Relationship" =>
            {
                if let (Some(kind), Some(target)) =
                    (attribute(element, "Type"), attribute(element, "Target"))
                {
                    found.push((kind, target));
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// A part as text; a byte order mark is taken off.
pub(super) fn text_part(package: &mut Package<'_>, part: &str) -> Result<String> {
    let bytes = package.bytes(part)?;
    let text = String::from_utf8(bytes).map_err(|_| not_utf8(part))?;
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

#[derive(Default)]
struct StyleEntry {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    list: Option<(u32, u8)>,
}

#[derive(Default)]
struct Styles(HashMap<String, StyleEntry>);

/// A style that is based on itself in a circle ends here.
const STYLE_CHAIN_MAX: usize = 20;

impl Styles {
    fn read(package: &mut Package<'_>) -> Result<Self> {
        const PART: &str = "word/styles.xml";
        let mut styles = Self::default();
        if !package.has(PART) {
            return Ok(styles);
        }
        let mut xml = package.xml(PART)?;
        let mut current: Option<(String, StyleEntry)> = None;
        loop {
            let event = xml.next()?;
            match &event {
                Event::Start(element) | Event::Empty(element) => {
                    let value = || attribute(element, "val");
                    let local = element.local_name();
                    if local.as_ref() == "style" {
                        let id = attribute(element, "styleId").unwrap_or_default();
                        current = Some((id, StyleEntry::default()));
                        continue;
                    }
                    let Some((_, style)) = &mut current else {
                        continue;
                    };
                    match local.as_ref() {
                        "name" => style.name = value().unwrap_or_default(),
                        "basedOn" => style.based_on = value(),
                        "outlineLvl" => style.outline = value().and_then(|n| n.parse().ok()),
                        "numId" => {
                            let id = value().and_then(|n| n.parse().ok());
                            style.list.get_or_insert((0, 0)).0 = id.unwrap_or(0);
                        }
                        "ilvl" => {
                            let level = value().and_then(|n| n.parse().ok());
                            style.list.get_or_insert((0, 0)).1 = level.unwrap_or(0);
                        }
                        _ => {}
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "style" => {
                    if let Some((id, style)) = current.take() {
                        styles.0.insert(id, style);
                    }
                }
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    /// The style and those that it is based on.
    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = &'s StyleEntry> {
        let first = id.and_then(|id| self.0.get(id));
        let next = |style: &&'s StyleEntry| {
            style
                .based_on
                .as_deref()
                .and_then(|based_on| self.0.get(based_on))
        };
        std::iter::successors(first, next).take(STYLE_CHAIN_MAX)
    }

    fn outline(&self, id: Option<&str>) -> Option<u8> {
        let stated = self
            .chain(id)
            .find_map(|style| style.outline.or_else(|| by_name(&style.name)));
        stated.or_else(|| id.and_then(by_name))
    }

    fn list(&self, id: Option<&str>) -> Option<(u32, u8)> {
        self.chain(id).find_map(|style| style.list)
    }

    fn name<'s>(&'s self, id: &'s str) -> &'s str {
        match self.0.get(id) {
            Some(style) if !style.name.is_empty() => &style.name,
            _ => id,
        }
    }
}

/// `heading 2`, `Heading2` and `标题 2` are outline level 1.
fn by_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    let level = name
        .strip_prefix("heading")
        .or_else(|| name.strip_prefix("标题"))?;
    level
        .trim()
        .parse::<u8>()
        .ok()
        .filter(|level| (1..=9).contains(level))
        .map(|level| level - 1)
}

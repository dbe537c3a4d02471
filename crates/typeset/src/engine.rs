//! The page engine: Typst compiles the template over the order, the pages are looked at, then
//! written as PDF/A-2b.
//!
//! Typst sets what it can and warns of the rest; an official paper must be right or not be. So its
//! warnings are errors here, and after layout every glyph is looked at: one that is missing from
//! the face (it would print as an empty box) or lies beyond the sheet (a table that is too wide)
//! ends the work with a sentence.

use std::collections::BTreeSet;

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Array, Bytes, Datetime, Dict, Duration, IntoValue, Smart},
    layout::{Frame, FrameItem, Point, Size},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook, TextItem, is_default_ignorable},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::{
    failure::Failure,
    fonts::{Fonts, REMEDY},
    kinds,
    order::Order,
};

/// Missing characters that are named one by one.
const NAMED_MAX: usize = 20;

/// Sets an order.
///
/// # Errors
/// A sentence: a character that no face has, text beyond the sheet, a fault of engine or template.
pub fn set(order: &Order, fonts: Fonts) -> Result<Vec<u8>, Failure> {
    write(&lay_out(order, fonts)?)
}

/// The pages of an order, looked at.
///
/// # Errors
/// As [`set`].
pub fn lay_out(order: &Order, fonts: Fonts) -> Result<PagedDocument, Failure> {
    let desk = Desk::new(order, fonts)?;
    let compiled = typst::compile::<PagedDocument>(&desk);
    let document = compiled.output.map_err(|errors| fault(&errors))?;
    if !compiled.warnings.is_empty() {
        return Err(fault(&compiled.warnings));
    }
    inspect(&document)?;
    Ok(document)
}

fn write(document: &PagedDocument) -> Result<Vec<u8>, Failure> {
    let standards = PdfStandards::new(&[PdfStandard::A_2b])
        .map_err(|e| Failure::CannotSet(format!("排版出错：{}。", e.message())))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Yifa".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|errors| fault(&errors))
}

/// What Typst sees of the world: the templates, the order, the chosen faces; nothing else.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    faces: Vec<Font>,
    main: FileId,
    sources: Vec<Source>,
}

impl Desk {
    fn new(order: &Order, fonts: Fonts) -> Result<Self, Failure> {
        let mut families = Dict::new();
        for (role, names) in fonts.families {
            let names: Array = names.into_iter().map(IntoValue::into_value).collect();
            families.insert(role.name().into(), names.into_value());
        }
        let mut inputs = Dict::new();
        inputs.insert("order".into(), order.data.clone().into_value());
        inputs.insert("fonts".into(), families.into_value());
        let source = |(name, text): (&str, &str)| -> Result<Source, Failure> {
            let path = VirtualPath::new(name)
                .map_err(|_| Failure::CannotSet(format!("排版出错：模板名 {name}。")))?;
            let id = RootedPath::new(VirtualRoot::Project, path).intern();
            Ok(Source::new(id, text.to_owned()))
        };
        let main = source(order.kind.template)?;
        Ok(Desk {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            book: LazyHash::new(fonts.book),
            faces: fonts.faces,
            main: main.id(),
            sources: kinds::SHARED
                .into_iter()
                .map(source)
                .chain([Ok(main)])
                .collect::<Result<_, _>>()?,
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.sources.iter().find(|s| s.id() == id);
        found.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Looks at every glyph of every page.
fn inspect(document: &PagedDocument) -> Result<(), Failure> {
    let mut missing = BTreeSet::new();
    for (at, page) in document.pages().iter().enumerate() {
        let size = page.frame.size();
        let mut is_inside = true;
        each_text(&page.frame, Point::zero(), &mut |text, place| {
            is_inside &= fits(text, place, size);
            missing.extend(missing_from(text));
        });
        if !is_inside {
            return Err(Failure::CannotSet(format!(
                "第 {} 页有文字排到了纸外：请减少表格的栏数，或缩短标题、署名等只占一处的文字。",
                at + 1
            )));
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(no_glyphs(&missing)),
    }
}

fn no_glyphs(missing: &BTreeSet<char>) -> Failure {
    let named: Vec<_> = missing
        .iter()
        .take(NAMED_MAX)
        .map(|c| format!("{c}（U+{:04X}）", u32::from(*c)))
        .collect();
    let more = match missing.len() {
        n if n > NAMED_MAX => format!("等 {n} 个"),
        _ => String::new(),
    };
    Failure::CannotSet(format!(
        "本机的字体里没有这些字：{}{more}。{REMEDY}；已经装了的，请改用字体里有的写法。",
        named.join("、")
    ))
}

fn each_text(frame: &Frame, origin: Point, visit: &mut dyn FnMut(&TextItem, Point)) {
    for (place, item) in frame.items() {
        let place = origin + *place;
        match item {
            // Our templates move groups and never turn or scale them.
            FrameItem::Group(group) => {
                let moved = Point::new(group.transform.tx, group.transform.ty);
                each_text(&group.frame, place + moved, visit);
            }
            FrameItem::Text(text) => visit(text, place),
            FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(_) => {}
        }
    }
}

/// Whether a run of text lies on the sheet, by its base line.
fn fits(text: &TextItem, place: Point, sheet: Size) -> bool {
    let zero = typst::layout::Abs::zero();
    place.x >= zero && place.x + text.width() <= sheet.x && place.y >= zero && place.y <= sheet.y
}

/// Characters of a run that came out as the glyph for "no glyph".
fn missing_from(text: &TextItem) -> Vec<char> {
    text.glyphs
        .iter()
        .filter(|glyph| glyph.id == 0)
        .filter_map(|glyph| text.text.get(glyph.range()))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace() && !is_default_ignorable(*c))
        .collect()
}

/// Errors and warnings of the engine in its own words: they are faults of ours, not of the clerk.
fn fault(diagnostics: &[SourceDiagnostic]) -> Failure {
    let words: Vec<_> = diagnostics
        .iter()
        .take(3)
        .map(|d| {
            let hints = d.hints.iter().map(|h| format!("（{}）", h.v));
            format!("{}{}", d.message, hints.collect::<String>())
        })
        .collect();
    Failure::CannotSet(format!("排版出错：{}。", words.join("；")))
}

/// The lines of a page from top to bottom, for tests.
#[cfg(test)]
pub fn lines(page: &typst_layout::Page) -> Vec<String> {
    let mut lines = std::collections::BTreeMap::<i64, String>::new();
    each_text(&page.frame, Point::zero(), &mut |text, place| {
        // Runs of one line share a base line; a point apart is another line.
        let line = lines.entry(place.y.to_pt().round() as i64).or_default();
        line.push_str(&text.text);
    });
    lines.into_values().collect()
}

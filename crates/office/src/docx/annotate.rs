//! Comments into somebody else's document, touching nothing else.
//!
//! The body is never parsed and written anew: marks are inserted at places of the source text, runs
//! are cut in two where a comment begins or ends inside of them, and every other part is copied as
//! it lies in the package.
use std::collections::BTreeMap;
use std::io::Cursor;

use jiff::civil::DateTime;
use zip::ZipWriter;

use super::RunComment;
use super::body::comment_xml;
use super::parts::{COMMENTS_TYPE, HEAD, NS, NS_R};
use super::read::{main_part, relationships, text_part};
use super::walk::{End, Piece, Walked, walk};
use crate::package::{Package, same_part, write_part};
use crate::{FileKind, Limits, OfficeError, Result};

/// A comment to be set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comment {
    /// Paragraph, counted as [`super::read`] does.
    pub paragraph: usize,
    /// First character of the range in the paragraph's text.
    pub start: usize,
    /// The character behind the range; equal to `start` for a comment on a place.
    pub end: usize,
    /// What it says; each line becomes a paragraph.
    pub text: String,
    /// Who says it.
    pub author: String,
    /// When.
    pub made_at: Option<DateTime>,
}

/// The same document with comments at their ranges.
pub fn annotate(bytes: &[u8], comments: &[Comment], limits: &Limits) -> Result<Vec<u8>> {
    let mut package = Package::open(Box::new(Cursor::new(bytes)), limits, FileKind::Docx)?;
    if comments.is_empty() {
        return Ok(bytes.to_vec());
    }
    let part = main_part(&mut package)?;
    let source = text_part(&mut package, &part)?;
    let paragraphs = walk(&source, &part, limits)?;
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
    let (folder, rels) = (&folder.to_owned(), format!("{folder}/_rels/{file}.rels"));
    let place = comments_place(&mut package, folder, &rels)?;
    let existing = match &place {
        Some(part) => text_part(&mut package, part)?,
        None => String::new(),
    };
    let first_id = next_id(&existing, &source);

    let mut changed = vec![(part, with_marks(&source, &paragraphs, comments, first_id)?)];
    let comments_part = place.clone().unwrap_or_else(|| free_name(&package, folder));
    let texts = with_comments(&existing, comments, first_id, &comments_part)?;
    if place.is_none() {
        let old = if package.has(&rels) {
            text_part(&mut package, &rels)?
        } else {
            String::new()
        };
        let target = comments_part.rsplit('/').next().unwrap_or(&comments_part);
        changed.push((rels.clone(), with_relationship(&old, target, &rels)?));
        let types = text_part(&mut package, CONTENT_TYPES)?;
        changed.push((CONTENT_TYPES.to_owned(), with_type(&types, &comments_part)?));
    }
    changed.push((comments_part, texts));
    repack(&mut package, &changed)
}

const CONTENT_TYPES: &str = "[Content_Types].xml";

/// A name for a comments part that the package does not use for something unrelated.
fn free_name(package: &Package<'_>, folder: &str) -> String {
    let mut name = format!("{folder}/comments.xml");
    while package.has(&name) {
        name = name.replace(".xml", "_.xml");
    }
    name
}

/// The comments part that the document has, if any.
fn comments_place(package: &mut Package<'_>, folder: &str, rels: &str) -> Result<Option<String>> {
    if !package.has(rels) {
        return Ok(None);
    }
    let found = relationships(package, rels)?;
    let target = found
        .into_iter()
        .find(|(kind, _)| kind.ends_with("/relationships/comments"));
    let part = target.map(|(_, target)| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    });
    Ok(part.filter(|part| package.has(part)))
}

/// Above every comment id in either part; ids that are no numbers do not count.
fn next_id(existing: &str, body: &str) -> usize {
    let ids = |text: &str, tag: &str| {
        let tags = text.split('<').filter(|piece| {
            piece
                .split([' ', '/', '>'])
                .next()
                .and_then(|name| name.rsplit(':').next())
                == Some(tag)
        });
        tags.filter_map(|piece| {
            let (_, after) = piece.split_once("id=")?;
            after
                .get(1..)?
                .split(['"', '\''])
                .next()?
                .parse::<usize>()
                .ok()
        })
        .max()
    };
    let used = [
        ids(existing, "comment"),
        ids(body, "commentRangeStart"),
        ids(body, "commentReference"),
    ];
    used.into_iter()
        .flatten()
        .max()
        .map_or(0, |id| id.saturating_add(1))
}

/// What is inserted at one place of the source, in this order.
#[derive(Default)]
struct Insertion {
    /// Closes what is cut.
    before: String,
    /// Ends of comments come before beginnings at the same place.
    ends: String,
    starts: String,
    /// Opens again what was cut.
    after: String,
    /// A tag written anew, in place of so many bytes of the source.
    tag: String,
    replaces: usize,
}

type Insertions = BTreeMap<usize, Insertion>;

fn with_marks(
    source: &str,
    paragraphs: &[Walked],
    comments: &[Comment],
    first_id: usize,
) -> Result<String> {
    let mut insertions = Insertions::new();
    for (id, comment) in (first_id..).zip(comments) {
        let missing = OfficeError::NoSuchPlace {
            paragraph: comment.paragraph,
        };
        let paragraph = paragraphs
            .get(comment.paragraph)
            .ok_or_else(|| missing.clone())?;
        let length = paragraph
            .pieces
            .last()
            .map_or(0, |piece| piece.characters.end);
        if comment.end < comment.start || length < comment.end {
            return Err(missing);
        }
        let names = Names::of(paragraph);
        let end = format!(
            "{}{}",
            names.mark("commentRangeEnd", id),
            names.run(&names.mark("commentReference", id))
        );
        let start = names.mark("commentRangeStart", id);
        if comment.start == comment.end {
            let place = cut(
                source,
                paragraph,
                comment.start,
                Side::Start,
                &mut insertions,
            );
            place.starts.push_str(&format!("{start}{end}"));
        } else {
            cut(
                source,
                paragraph,
                comment.start,
                Side::Start,
                &mut insertions,
            )
            .starts
            .push_str(&start);
            cut(source, paragraph, comment.end, Side::End, &mut insertions)
                .ends
                .push_str(&end);
        }
    }
    let mut out = String::with_capacity(source.len() + comments.len() * 200);
    let mut from = 0;
    for (at, one) in &insertions {
        out.push_str(source.get(from..*at).unwrap_or_default());
        for piece in [&one.before, &one.ends, &one.starts, &one.after, &one.tag] {
            out.push_str(piece);
        }
        from = at + one.replaces;
    }
    out.push_str(source.get(from..).unwrap_or_default());
    Ok(out)
}

/// How the marks of a paragraph are written.
struct Names {
    /// Declares the prefix where the document has another.
    declaration: String,
}

impl Names {
    fn of(paragraph: &Walked) -> Self {
        let declaration = match paragraph.name.starts_with("w:") {
            true => String::new(),
            false => format!(r#" xmlns:w="{NS}""#),
        };
        Self { declaration }
    }

    fn mark(&self, name: &str, id: usize) -> String {
        format!(r#"<w:{name}{} w:id="{id}"/>"#, self.declaration)
    }

    fn run(&self, inside: &str) -> String {
        format!("<w:r{}>{inside}</w:r>", self.declaration)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

/// The place before character `at` (or behind the one before it), cutting a run where needed.
fn cut<'i>(
    source: &str,
    paragraph: &Walked,
    at: usize,
    side: Side,
    insertions: &'i mut Insertions,
) -> &'i mut Insertion {
    let holds = |piece: &&Piece| match side {
        Side::Start => piece.characters.contains(&at),
        Side::End => piece.characters.start < at && at <= piece.characters.end,
    };
    let found = paragraph.pieces.iter().find(holds);
    let Some((piece, run)) = found.and_then(|piece| Some((piece, paragraph.runs.get(piece.run)?)))
    else {
        return at_paragraph_end(source, paragraph, insertions);
    };
    let properties = source.get(run.properties.clone()).unwrap_or_default();
    let name = &run.name;
    let edge = at == piece.characters.start || at == piece.characters.end;
    if let Some(position) = position_inside(source, piece, at).filter(|_| !edge) {
        let text_name = tag_name(source, piece.whole.start);
        keep_blanks(source, piece, insertions);
        let place = insertions.entry(position).or_default();
        place.before = format!("</{text_name}></{name}>");
        place.after = format!(r#"<{name}>{properties}<{text_name} xml:space="preserve">"#);
        return place;
    }
    // At the edge of an element, or at one that cannot be cut: there the mark moves outwards.
    let inside_run = paragraph.pieces.iter().any(|other| {
        other.run == piece.run
            && match side {
                Side::Start => other.characters.end <= piece.characters.start,
                Side::End => piece.characters.end <= other.characters.start,
            }
    });
    match (side, inside_run) {
        (Side::Start, false) => insertions.entry(run.whole.start).or_default(),
        (Side::End, false) => insertions.entry(run.whole.end).or_default(),
        (_, true) => {
            let position = if side == Side::Start {
                piece.whole.start
            } else {
                piece.whole.end
            };
            let place = insertions.entry(position).or_default();
            place.before = format!("</{name}>");
            place.after = format!("<{name}>{properties}");
            place
        }
    }
}

/// The byte of the source at which character `at` of a text begins.
fn position_inside(source: &str, piece: &Piece, at: usize) -> Option<usize> {
    let atom = piece.atoms.iter().rev().find(|atom| atom.first <= at)?;
    if !atom.plain {
        return Some(atom.source.start);
    }
    let text = source.get(atom.source.clone())?;
    let skipped: usize = text.chars().take(at - atom.first).map(char::len_utf8).sum();
    Some(atom.source.start + skipped)
}

/// The first half of a text that was cut may end in a blank, which only this attribute keeps.
fn keep_blanks(source: &str, piece: &Piece, insertions: &mut Insertions) {
    let Some(inner) = piece.atoms.first() else {
        return;
    };
    let tag = source
        .get(piece.whole.start..inner.source.start)
        .unwrap_or_default();
    if tag.contains("xml:space") || !tag.ends_with('>') {
        return;
    }
    let place = insertions.entry(piece.whole.start).or_default();
    place.tag = format!(r#"{} xml:space="preserve">"#, tag.trim_end_matches('>'));
    place.replaces = tag.len();
}

fn at_paragraph_end<'i>(
    source: &str,
    paragraph: &Walked,
    insertions: &'i mut Insertions,
) -> &'i mut Insertion {
    match &paragraph.end {
        End::Tag(position) => insertions.entry(*position).or_default(),
        End::Closed(span) => {
            let tag = source.get(span.clone()).unwrap_or_default();
            let place = insertions.entry(span.start).or_default();
            place.before = format!("{}>", tag.trim_end_matches(['/', '>']));
            place.tag = format!("</{}>", paragraph.name);
            place.replaces = span.len();
            place
        }
    }
}

/// Name of the tag that begins at a place.
fn tag_name(source: &str, at: usize) -> &str {
    let rest = source.get(at + 1..).unwrap_or_default();
    rest.split([' ', '>', '/', '\t', '\r', '\n'])
        .next()
        .unwrap_or_default()
}

fn with_comments(
    existing: &str,
    comments: &[Comment],
    first_id: usize,
    part: &str,
) -> Result<String> {
    let mut added = String::new();
    for (id, comment) in (first_id..).zip(comments) {
        let comment = RunComment {
            text: comment.text.clone(),
            author: comment.author.clone(),
            made_at: comment.made_at,
        };
        added.push_str(&comment_xml(id, &comment));
    }
    if existing.is_empty() {
        return Ok(format!(
            r#"{HEAD}<w:comments xmlns:w="{NS}">{added}</w:comments>"#
        ));
    }
    if !existing.contains("xmlns:w=") {
        added = added.replace("<w:comment ", &format!(r#"<w:comment xmlns:w="{NS}" "#));
    }
    append_child(existing, &added, part)
}

fn with_relationship(existing: &str, target: &str, part: &str) -> Result<String> {
    const NS_RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut id = "rIdComments".to_owned();
    while existing.contains(&format!("\"{id}\"")) {
        id.push('x');
    }
    let one = format!(
        r#"<Relationship xmlns="{NS_RELS}" Id="{id}" Type="{NS_R}/comments" Target="{target}"/>"#
    );
    if existing.is_empty() {
        return Ok(format!(
            r#"{HEAD}<Relationships xmlns="{NS_RELS}">{one}</Relationships>"#
        ));
    }
    append_child(existing, &one, part)
}

fn with_type(existing: &str, part: &str) -> Result<String> {
    const NS_TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
    if existing.contains(&format!("\"/{part}\"")) {
        return Ok(existing.to_owned());
    }
    let one = format!(
        r#"<Override xmlns="{NS_TYPES}" PartName="/{part}" ContentType="{COMMENTS_TYPE}"/>"#
    );
    append_child(existing, &one, CONTENT_TYPES)
}

/// `child` as the last child of the root element.
fn append_child(xml: &str, child: &str, part: &str) -> Result<String> {
    let broken = || OfficeError::Broken {
        part: part.to_owned(),
        detail: "XML 结构有误".to_owned(),
    };
    let last = xml.rfind('<').ok_or_else(broken)?;
    let (before, tag) = xml.split_at(last);
    if tag.starts_with("</") {
        return Ok(format!("{before}{child}{tag}"));
    }
    // A root without children: `<a b="c"/>`.
    let open = tag.trim_end().strip_suffix("/>").ok_or_else(broken)?;
    Ok(format!("{before}{open}>{child}</{}>", tag_name(tag, 0)))
}

/// The package with some parts changed or added, the others copied without unpacking them.
fn repack(package: &mut Package<'_>, changed: &[(String, String)]) -> Result<Vec<u8>> {
    let broken = |error: zip::result::ZipError| OfficeError::CannotWrite(error.to_string());
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let mut written = Vec::new();
    let zip = package.zip();
    for at in 0..zip.len() {
        let file = zip.by_index_raw(at).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        match changed.iter().find(|(part, _)| same_part(part, &name)) {
            Some((part, text)) => {
                write_part(&mut out, &name, text.as_bytes())?;
                written.push(part.as_str());
            }
            None => out.raw_copy_file(file).map_err(broken)?,
        }
    }
    for (part, text) in changed
        .iter()
        .filter(|(part, _)| !written.contains(&part.as_str()))
    {
        write_part(&mut out, part, text.as_bytes())?;
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}

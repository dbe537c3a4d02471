//! What lies in a Word document beside its text: comments, deletions that are only marked, headers
//! and footers, names in the properties. Whoever publishes the file publishes these too.

use std::io::Cursor;

use quick_xml::events::Event;

use super::read::main_part;
use crate::package::Package;
use crate::xml::push_text;
use crate::{FileKind, Limits, Result};

/// What lies beside the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// There are comments.
    pub comments: bool,
    /// Insertions or deletions are only marked, so what was deleted is still there.
    pub tracked: bool,
    /// Author and last editor, as the properties name them.
    pub people: Vec<String>,
    /// What headers and footers say.
    pub margins: Vec<String>,
    /// Pictures, which nobody but a person can look into.
    pub pictures: usize,
}

/// Looks for what lies beside the text.
pub fn leftovers(bytes: &[u8], limits: &Limits) -> Result<Leftovers> {
    let mut package = Package::open(Box::new(Cursor::new(bytes)), limits, FileKind::Docx)?;
    let body = main_part(&mut package)?;
    let names = names(&mut package);
    let mut left = Leftovers {
        tracked: has_tracked(&mut package, &body)?,
        ..Leftovers::default()
    };
    for name in &names {
        let file = name.rsplit('/').next().unwrap_or_default();
        if name.contains("/media/") {
            left.pictures += 1;
        } else if file.starts_with("comments") && file.ends_with(".xml") {
            left.comments |= !words(&mut package, name, &[])?.is_empty();
        } else if file.ends_with(".xml")
            && (file.starts_with("header") || file.starts_with("footer"))
        {
            left.margins.extend(words(&mut package, name, &[])?);
            left.tracked |= has_tracked(&mut package, name)?;
        } else if name == "docProps/core.xml" {
            left.people = words(&mut package, name, &["creator", "lastModifiedBy"])?;
        }
    }
    left.people.dedup();
    Ok(left)
}

/// The names of all parts.
pub(crate) fn names(package: &mut Package<'_>) -> Vec<String> {
    let names = package.zip().file_names();
    let names = names.filter_map(std::result::Result::ok);
    names.map(std::borrow::Cow::into_owned).collect()
}

/// The texts of a part: of the named elements, or of all; a paragraph or element each.
pub(crate) fn words(package: &mut Package<'_>, part: &str, only: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut text = String::new();
    let mut inside = only.is_empty();
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(element) if !only.is_empty() => {
                inside = only.contains(&element.local_name().as_ref());
                text.clear();
            }
            Event::End(element) => {
                let name = element.local_name();
                let ends = match only.is_empty() {
                    true => name.as_ref() == "p",
                    false => only.contains(&name.as_ref()),
                };
                if ends && !text.trim().is_empty() {
                    found.push(text.trim().to_owned());
                }
                if ends {
                    text.clear();
                    inside = only.is_empty();
                }
            }
            Event::Eof => return Ok(found),
            event if inside => push_text(&event, &mut text),
            _ => {}
        }
    }
}

fn has_tracked(package: &mut Package<'_>, part: &str) -> Result<bool> {
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(element) => {
                let name = element.local_name();
                if matches!(name.as_ref(), "del" | "ins" | "moveFrom" | "moveTo") {
                    return Ok(true);
                }
            }
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::write_package;

    fn package(parts: &[(&str, &str)]) -> Vec<u8> {
        let parts: Vec<(&str, Vec<u8>)> = parts
            .iter()
            .map(|(name, xml)| (*name, xml.as_bytes().to_vec()))
            .collect();
        write_package(&parts).expect("a package")
    }

    const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");

    #[test]
    fn what_lies_beside_the_text_is_found() {
        let bytes = package(&[
            TYPES,
            (
                "word/document.xml",
                "<w:document><w:body><w:p><w:r><w:t>正文</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p></w:body></w:document>",
            ),
            (
                "word/comments.xml",
                "<w:comments><w:comment><w:p><w:r><w:t>请核对</w:t></w:r></w:p></w:comment></w:comments>",
            ),
            (
                "word/header1.xml",
                "<w:hdr><w:p><w:r><w:t>联系人</w:t></w:r><w:r><w:t>某某</w:t></w:r></w:p></w:hdr>",
            ),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:title>题</dc:title><dc:creator>李四</dc:creator><cp:lastModifiedBy>王五</cp:lastModifiedBy></cp:coreProperties>",
            ),
            ("word/media/image1.png", "x"),
        ]);
        let found = leftovers(&bytes, &Limits::default()).expect("readable");
        assert!(found.comments && found.tracked);
        assert_eq!(found.people, ["李四", "王五"]);
        assert_eq!(found.margins, ["联系人某某"]);
        assert_eq!(found.pictures, 1);
    }

    #[test]
    fn a_clean_document_has_nothing_beside_its_text() {
        let bytes = package(&[
            TYPES,
            (
                "word/document.xml",
                "<w:document><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>",
            ),
            ("word/comments.xml", "<w:comments/>"),
        ]);
        let found = leftovers(&bytes, &Limits::default()).expect("readable");
        assert_eq!(found, Leftovers::default());
    }
}

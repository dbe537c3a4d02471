use std::io::{Cursor, Read};

use jiff::civil::date;
use office::docx::{Comment, annotate, read, write};
use office::{Limits, OfficeError};
use proptest::prelude::*;

use crate::docx_write::{part, report};
use crate::support::{package, pdf_pages, to_pdf};

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

pub fn document(body: &str) -> Vec<u8> {
    let document = format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{body}</w:body></w:document>"#
    );
    package(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("word/media/图片.bin", "不动的部件"),
        ("word/document.xml", &document),
    ])
}

fn comment(paragraph: usize, start: usize, end: usize) -> Comment {
    Comment {
        paragraph,
        start,
        end,
        text: "合计应为 304\n请核对".to_owned(),
        author: "依法·校核".to_owned(),
        made_at: Some(date(2023, 1, 5).at(8, 30, 0, 0)),
    }
}

fn body_after(body: &str, comments: &[Comment]) -> String {
    let annotated = annotate(&document(body), comments, &Limits::default()).unwrap();
    let xml = part(&annotated, "word/document.xml");
    let inside = xml
        .split("<w:body>")
        .nth(1)
        .unwrap()
        .split("</w:body>")
        .next()
        .unwrap();
    inside.to_owned()
}

#[test]
fn a_phrase_across_two_runs_is_marked_from_inside_to_inside() {
    let after = body_after(
        "<w:p><w:r><w:t>甲乙</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>丙丁</w:t></w:r></w:p>",
        &[comment(0, 1, 3)],
    );
    assert_eq!(
        after,
        concat!(
            r#"<w:p><w:r><w:t xml:space="preserve">甲</w:t></w:r><w:commentRangeStart w:id="0"/>"#,
            r#"<w:r><w:t xml:space="preserve">乙</w:t></w:r>"#,
            r#"<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">丙</w:t></w:r>"#,
            r#"<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>"#,
            r#"<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">丁</w:t></w:r></w:p>"#
        )
    );
}

#[test]
fn whole_runs_are_not_cut() {
    let after = body_after("<w:p><w:r><w:t>甲乙</w:t></w:r></w:p>", &[comment(0, 0, 2)]);
    assert_eq!(
        after,
        concat!(
            r#"<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>甲乙</w:t></w:r>"#,
            r#"<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>"#
        )
    );
}

#[test]
fn references_tabs_and_empty_paragraphs_are_places_too() {
    let after = body_after(
        "<w:p><w:r><w:t>A&amp;B</w:t></w:r></w:p>",
        &[comment(0, 2, 3)],
    );
    assert!(
        after.contains("A&amp;</w:t></w:r><w:commentRangeStart"),
        "{after}"
    );
    let body = r#"<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p><w:p w:x="1"/>"#;
    let after = body_after(body, &[comment(0, 1, 2), comment(1, 0, 0)]);
    let tab = r#"</w:t></w:r><w:commentRangeStart w:id="0"/><w:r><w:tab/></w:r><w:commentRangeEnd w:id="0"/>"#;
    assert!(after.contains(tab), "{after}");
    let empty = r#"<w:p w:x="1"><w:commentRangeStart w:id="1"/><w:commentRangeEnd w:id="1"/>"#;
    assert!(after.contains(empty), "{after}");
}

#[test]
fn several_comments_may_share_and_cross_places() {
    let body = "<w:p><w:r><w:t>一二三四五</w:t></w:r></w:p>";
    let comments = [
        comment(0, 0, 3),
        comment(0, 2, 5),
        comment(0, 3, 4),
        comment(0, 2, 5),
    ];
    let bytes = annotate(&document(body), &comments, &Limits::default()).unwrap();
    let text = read(&bytes, &Limits::default()).unwrap();
    assert_eq!(text.paragraphs[0].text, "一二三四五");
    let xml = part(&bytes, "word/document.xml");
    for id in 0..4 {
        for mark in ["commentRangeStart", "commentRangeEnd", "commentReference"] {
            assert_eq!(
                xml.matches(&format!("<w:{mark} w:id=\"{id}\"/>")).count(),
                1
            );
        }
    }
}

#[test]
fn a_place_that_does_not_exist_is_refused() {
    let bytes = document("<w:p><w:r><w:t>甲</w:t></w:r></w:p>");
    for wrong in [
        comment(1, 0, 1),
        comment(0, 0, 2),
        Comment {
            start: 1,
            ..comment(0, 0, 0)
        },
    ] {
        let refused = annotate(&bytes, &[wrong], &Limits::default());
        assert!(
            matches!(refused, Err(OfficeError::NoSuchPlace { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn parts_are_declared_once_and_a_second_pass_adds_to_the_first() {
    let bytes = document("<w:p><w:r><w:t>甲乙丙</w:t></w:r></w:p>");
    let once = annotate(&bytes, &[comment(0, 0, 1)], &Limits::default()).unwrap();
    let twice = annotate(&once, &[comment(0, 1, 3)], &Limits::default()).unwrap();
    let comments = part(&twice, "word/comments.xml");
    assert!(comments.contains(r#"w:id="0""#) && comments.contains(r#"w:id="1""#));
    assert!(comments.contains("合计应为 304") && comments.contains("2023-01-05T08:30:00Z"));
    assert_eq!(
        part(&twice, "[Content_Types].xml")
            .matches("/word/comments.xml")
            .count(),
        1
    );
    assert_eq!(
        part(&twice, "word/_rels/document.xml.rels")
            .matches("comments.xml")
            .count(),
        1
    );
    assert_eq!(
        read(&twice, &Limits::default()).unwrap().paragraphs[0].text,
        "甲乙丙"
    );
}

#[test]
fn every_other_part_is_the_same_byte_for_byte() {
    let before = write(&report()).unwrap();
    let text = read(&before, &Limits::default()).unwrap();
    let at = text
        .paragraphs
        .iter()
        .position(|one| one.text.contains("304件"))
        .unwrap();
    let after = annotate(&before, &[comment(at, 6, 9)], &Limits::default()).unwrap();
    let raw = |bytes: &[u8]| {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        let mut parts = Vec::new();
        for at in 0..zip.len() {
            let mut file = zip.by_index_raw(at).unwrap();
            let mut compressed = Vec::new();
            file.read_to_end(&mut compressed).unwrap();
            parts.push((file.name().unwrap().into_owned(), compressed));
        }
        parts
    };
    let (before, after) = (raw(&before), raw(&after));
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one.0.as_str())
        .collect();
    // The document had a comment of its own, so neither types nor relations had to change.
    assert_eq!(changed, ["word/document.xml", "word/comments.xml"]);
    assert_eq!(before.len(), after.len());
}

#[test]
fn an_annotated_document_opens_in_libreoffice_with_its_content() {
    let before = write(&report()).unwrap();
    let text = read(&before, &Limits::default()).unwrap();
    let comments: Vec<Comment> = (0..text.paragraphs.len())
        .map(|at| comment(at, 0, text.paragraphs[at].text.chars().count().min(4)))
        .collect();
    let after = annotate(&before, &comments, &Limits::default()).unwrap();
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(pdf) = to_pdf(&before, "docx", one.path()) else {
        return;
    };
    let Some(annotated) = to_pdf(&after, "docx", other.path()) else {
        return;
    };
    let (Some(before), Some(after)) = (pdf_pages(&pdf), pdf_pages(&annotated)) else {
        return;
    };
    // LibreOffice may set the lines of a commented frame in another order; none may be missing.
    let sorted = |pages: Vec<Vec<String>>| {
        let mut lines = pages.concat();
        lines.sort();
        lines
    };
    assert_eq!(sorted(before), sorted(after));
}

proptest! {
    #![proptest_config(crate::support::cases(200))]

    #[test]
    fn any_range_leaves_the_text_as_it_was(
        pieces in proptest::collection::vec((0..5_u8, "[甲乙 &<a]{0,4}"), 0..6),
        ranges in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>()), 1..5),
    ) {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&#60;");
        let runs: String = pieces.iter().map(|(kind, text)| match kind {
            0 => "<w:r><w:tab/></w:r>".to_owned(),
            1 => format!("<w:r><w:rPr><w:i/></w:rPr><w:t>{}</w:t><w:br/><w:t>尾</w:t></w:r>", escaped(text)),
            2 => format!("<w:hyperlink><w:r><w:t>{}</w:t></w:r></w:hyperlink>", escaped(text)),
            3 => format!("<w:r><w:ruby><w:rt><w:r><w:t>yin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby></w:r>", escaped(text)),
            _ => format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text)),
        }).collect();
        let bytes = document(&format!("<w:p>{runs}</w:p>"));
        let before = read(&bytes, &Limits::default()).unwrap();
        let length = before.paragraphs[0].text.chars().count();
        let comments: Vec<Comment> = ranges.iter().map(|(a, b)| {
            let (a, b) = (a.index(length + 1), b.index(length + 1));
            comment(0, a.min(b), a.max(b))
        }).collect();
        let after = annotate(&bytes, &comments, &Limits::default()).unwrap();
        prop_assert_eq!(&read(&after, &Limits::default()).unwrap(), &before);
        let xml = part(&after, "word/document.xml");
        prop_assert_eq!(xml.matches("<w:commentReference").count(), comments.len());
    }
}

use office::docx::{Comment, Place, annotate, read};
use office::{FileKind, Limits, OfficeError};
use proptest::prelude::*;

use crate::docx_annotate::document;
use crate::docx_write::report;
use crate::support::package;

const STYLES: &str = r#"<w:styles xmlns:w="m"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="a"><w:name w:val="小节"/><w:basedOn w:val="1"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr></w:pPr></w:style><w:style w:styleId="x"><w:name w:val="圈"/><w:basedOn w:val="x"/></w:style></w:styles>"#;
const NUMBERING: &str = r#"<w:numbering xmlns:w="m"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl><w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;

fn with_parts(body: &str) -> Vec<u8> {
    let body = format!(r#"<w:document xmlns:w="m"><w:body>{body}</w:body></w:document>"#);
    package(&[
        ("word/document.xml", &body),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
    ])
}

fn texts(bytes: &[u8]) -> Vec<String> {
    let text = read(bytes, &Limits::default()).unwrap();
    text.paragraphs.into_iter().map(|one| one.text).collect()
}

#[test]
fn headings_are_known_by_style_outline_and_inheritance() {
    let list =
        |level: u8| format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr>"#);
    let paragraph = |properties: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>题</w:t></w:r></w:p>")
    };
    let bytes = with_parts(
        &[
            paragraph(&format!(r#"<w:pStyle w:val="1"/>{}"#, list(0))),
            paragraph(r#"<w:pStyle w:val="a"/>"#),
            paragraph(r#"<w:pStyle w:val="a"/>"#),
            paragraph(&list(0)),
            paragraph(r#"<w:pStyle w:val="a"/>"#),
            paragraph(r#"<w:outlineLvl w:val="2"/>"#),
            paragraph(r#"<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>"#),
            paragraph(&format!(r#"<w:pStyle w:val="x"/>{}"#, list(2))),
        ]
        .concat(),
    );
    let text = read(&bytes, &Limits::default()).unwrap();
    let seen: Vec<(Option<u8>, Option<&str>)> = text
        .paragraphs
        .iter()
        .map(|one| (one.heading, one.label.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(1), Some("一、")),
            (Some(1), Some("（一）")),
            (Some(1), Some("（二）")),
            (None, Some("二、")),
            (Some(1), Some("（一）")),
            (Some(3), None),
            (None, None),
            (None, None),
        ]
    );
    assert_eq!(text.paragraphs[1].style.as_deref(), Some("小节"));
    assert!(text.to_plain().starts_with("一、题\n（一）题\n"));
}

#[test]
fn deleted_hidden_and_doubled_text_is_left_out() {
    let bytes = document(concat!(
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs><w:rPr><w:b/></w:rPr></w:pPr>",
        "<w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>旧</w:delText><w:tab/></w:r></w:del>",
        "<w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom>",
        "<w:r><w:fldChar/><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>1</w:t><w:br/></w:r>",
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p>",
        "</w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback>",
        "</mc:AlternateContent></w:r><w:r><w:t>尾</w:t></w:r></w:p>"
    ));
    let text = read(&bytes, &Limits::default()).unwrap();
    let seen: Vec<(&str, Place)> = text
        .paragraphs
        .iter()
        .map(|one| (one.text.as_str(), one.place))
        .collect();
    assert_eq!(seen, [("甲新1\n尾", Place::Body), ("框", Place::TextBox)]);
}

#[test]
fn cells_know_their_row_and_column_past_spans_and_inner_tables() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let wide = r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>宽</w:t></w:r></w:p></w:tc>"#;
    let inner = format!(
        "<w:tc><w:tbl><w:tr>{}</w:tr></w:tbl><w:p/></w:tc>",
        cell("内")
    );
    let bytes = document(&format!(
        "<w:tbl><w:tr>{wide}{}</w:tr><w:tr>{inner}{}</w:tr></w:tbl><w:p/>",
        cell("右"),
        cell("下")
    ));
    let text = read(&bytes, &Limits::default()).unwrap();
    let at = |table, row, column| Place::Cell { table, row, column };
    let seen: Vec<(&str, Place)> = text
        .paragraphs
        .iter()
        .map(|one| (one.text.as_str(), one.place))
        .collect();
    assert_eq!(
        seen,
        [
            ("宽", at(0, 0, 0)),
            ("右", at(0, 0, 2)),
            ("内", at(1, 0, 0)),
            ("", at(0, 1, 0)),
            ("下", at(0, 1, 1)),
            ("", Place::Body),
        ]
    );
}

#[test]
fn other_prefixes_and_part_names_are_understood() {
    let bytes = package(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Type="x/officeDocument" Target="/word/document2.xml"/></Relationships>"#,
        ),
        (
            "word/document2.xml",
            r#"<ns0:document xmlns:ns0="m"><ns0:body><ns0:p><ns0:r><ns0:t>甲乙</ns0:t></ns0:r></ns0:p></ns0:body></ns0:document>"#,
        ),
        ("[Content_Types].xml", "<Types/>"),
    ]);
    assert_eq!(texts(&bytes), ["甲乙"]);
    let comment = Comment {
        start: 1,
        end: 2,
        text: "注".to_owned(),
        ..Comment::default()
    };
    let after = annotate(&bytes, &[comment], &Limits::default()).unwrap();
    assert_eq!(texts(&after), ["甲乙"]);
    let xml = crate::docx_write::part(&after, "word/document2.xml");
    assert!(xml.contains("<w:commentRangeStart xmlns:w="), "{xml}");
    assert!(crate::docx_write::part(&after, "[Content_Types].xml").ends_with("</Types>"));
}

#[test]
fn wrong_deep_and_broken_files_are_named() {
    let fault = |bytes: &[u8]| read(bytes, &Limits::default()).unwrap_err();
    let wrong = |found| OfficeError::WrongKind {
        expected: FileKind::Docx,
        found,
    };
    assert_eq!(fault(b"%PDF-1.4"), wrong(FileKind::Pdf));
    assert_eq!(
        fault(&package(&[("xl/workbook.xml", "")])),
        wrong(FileKind::Xlsx)
    );
    assert!(matches!(
        fault(&document("<w:p>")),
        OfficeError::Broken { .. }
    ));
    let deep = "<w:p>".repeat(5_000) + &"</w:p>".repeat(5_000);
    assert!(matches!(
        fault(&document(&deep)),
        OfficeError::TooDeep { .. }
    ));
    let bytes = office::docx::write(&report()).unwrap();
    assert_eq!(fault(&bytes[..bytes.len() / 2]), OfficeError::Truncated);
    let small = Limits {
        body_bytes: 500,
        ..Limits::default()
    };
    assert!(matches!(
        read(&bytes, &small),
        Err(OfficeError::Bomb { .. })
    ));
    let few = |body_pieces| Limits {
        body_pieces,
        ..Limits::default()
    };
    let three = document("<w:p/><w:p/><w:p/>");
    assert!(matches!(
        read(&three, &few(2)),
        Err(OfficeError::Bomb { .. })
    ));
    assert!(read(&three, &few(3)).is_ok());
}

static WHOLE: std::sync::LazyLock<Vec<u8>> =
    std::sync::LazyLock::new(|| office::docx::write(&report()).unwrap());

proptest! {
    #![proptest_config(crate::support::cases(150))]

    #[test]
    fn mutated_documents_never_panic(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = WHOLE.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes, &Limits::default());
        let comment = Comment { text: "注".to_owned(), ..Comment::default() };
        let _ = annotate(&bytes, &[comment], &Limits::default());
    }

    #[test]
    fn arbitrary_markup_never_panics(inside in r#"(</?w:(p|r|t|rPr|tbl|tr|tc|del|ruby|rt)( w:val="[0-9]{0,3}")?/?>|&[a-z#0-9]{0,4};|[甲乙 ]{0,3}|<!--x-->|<!\[CDATA\[y\]\]>){0,30}"#, at in 0..3_usize) {
        let bytes = document(&inside);
        let _ = read(&bytes, &Limits::default());
        let comment = Comment { paragraph: at, end: at, text: "注".to_owned(), ..Comment::default() };
        if let Ok(after) = annotate(&bytes, &[comment], &Limits::default()) {
            prop_assert_eq!(read(&after, &Limits::default()), read(&bytes, &Limits::default()));
        }
    }
}

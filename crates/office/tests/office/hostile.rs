//! Files that nobody should hand in, and somebody will.
use std::ops::ControlFlow;

use office::xlsx::Book;
use office::{FileKind, Limits, OfficeError, Result};
use proptest::prelude::*;

use crate::support::{package, package_of_bytes, sheet, workbook};
use crate::xlsx_write::template;

fn read_all(bytes: &[u8], limits: &Limits) -> Result<u32> {
    let mut book = Book::from_bytes(bytes, limits)?;
    book.meta()?;
    let mut rows = 0;
    for at in 0..book.sheets().len() {
        rows += book.rows(at, |_| ControlFlow::Continue(()))?.rows;
    }
    Ok(rows)
}

fn fault(bytes: &[u8]) -> OfficeError {
    read_all(bytes, &Limits::default()).unwrap_err()
}

fn wrong(found: FileKind) -> OfficeError {
    OfficeError::WrongKind {
        expected: FileKind::Xlsx,
        found,
    }
}

#[test]
fn other_files_are_named_for_what_they_are() {
    assert_eq!(fault(b""), OfficeError::EmptyFile);
    assert_eq!(
        fault("姓名,学校\n甲,乙\n".as_bytes()),
        wrong(FileKind::Text)
    );
    assert_eq!(fault(b"\xFF\xFEa\0b\0"), wrong(FileKind::Text));
    assert_eq!(
        fault(b"<html><table><tr><td>1</td></tr></table></html>"),
        wrong(FileKind::Html)
    );
    assert_eq!(
        fault(b"<?xml version=\"1.0\"?><Workbook/>"),
        wrong(FileKind::Xml)
    );
    assert_eq!(fault(b"%PDF-1.7\n"), wrong(FileKind::Pdf));
    assert_eq!(fault(b"\x89PNG\r\n"), wrong(FileKind::Picture));
    assert_eq!(fault(b"\x00\x01\x02"), wrong(FileKind::Unknown));
    assert_eq!(
        fault(&package(&[("word/document.xml", "<a/>")])),
        wrong(FileKind::Docx)
    );
    assert_eq!(
        fault(&package(&[("xl/workbook.bin", "")])),
        wrong(FileKind::Xlsb)
    );
    assert_eq!(
        fault(&package(&[("mimetype", ""), ("content.xml", "")])),
        wrong(FileKind::OpenDocument)
    );
    assert_eq!(fault(&package(&[("照片.txt", "")])), wrong(FileKind::Zip));
    let mut old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    old.extend([0; 600]);
    assert_eq!(fault(&old), wrong(FileKind::OldOffice));
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(fault(&old), OfficeError::Encrypted);
}

#[test]
fn the_sentence_says_what_to_do() {
    let sentence = fault(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").to_string();
    assert!(
        sentence.contains("旧版") && sentence.contains("另存为"),
        "{sentence}"
    );
    let sentence = fault(b"a,b").to_string();
    assert!(sentence.contains("粘贴到系统下载的模板"), "{sentence}");
}

#[test]
fn a_half_written_upload_is_called_incomplete() {
    let whole = office::xlsx::write_template(&template()).unwrap();
    for kept in [30, whole.len() / 2, whole.len() - 30] {
        assert_eq!(
            fault(&whole[..kept]),
            OfficeError::Truncated,
            "{kept} bytes"
        );
    }
}

#[test]
fn macros_are_not_looked_at() {
    let page = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let bytes = workbook(&page, &[("xl/vbaProject.bin", "not even a macro")]);
    assert_eq!(read_all(&bytes, &Limits::default()), Ok(1));
}

#[test]
fn a_bomb_is_stopped_by_ratio() {
    let bytes = workbook(
        &sheet(&format!("<a/>{}", " ".repeat(1_000)).repeat(18_000)),
        &[],
    );
    assert!(bytes.len() < 200_000);
    let result = read_all(&bytes, &Limits::default());
    let Err(OfficeError::Bomb { part }) = result else {
        panic!("a bomb went through: {result:?}");
    };
    assert_eq!(part, "xl/worksheets/sheet1.xml");
}

#[test]
fn absolute_limits_hold() {
    let rows = r#"<row><c t="inlineStr"><is><t>文字</t></is></c></row>"#.repeat(5_000);
    let bytes = workbook(&sheet(&rows), &[]);
    let with = |limits: Limits| read_all(&bytes, &limits);
    assert_eq!(with(Limits::default()), Ok(5_000));
    let inflated = Limits {
        inflated_bytes: 100_000,
        ..Limits::default()
    };
    assert!(matches!(with(inflated), Err(OfficeError::Bomb { .. })));
    let file = Limits {
        file_bytes: 100,
        ..Limits::default()
    };
    assert!(matches!(with(file), Err(OfficeError::TooLarge { .. })));
    let parts = Limits {
        parts: 2,
        ..Limits::default()
    };
    assert_eq!(
        with(parts),
        Err(OfficeError::TooManyParts {
            entries: 3,
            limit: 2
        })
    );
    let depth = Limits {
        depth: 5,
        ..Limits::default()
    };
    assert!(matches!(with(depth), Err(OfficeError::TooDeep { .. })));
}

#[test]
fn a_lying_directory_entry_gains_nothing() {
    // The sizes in the directory say one byte; the part inflates to eighteen megabytes.
    let blanks = format!("<a/>{}", " ".repeat(1_000)).repeat(18_000);
    let mut bytes = workbook(&sheet(&blanks), &[]);
    let mut at = 0;
    while let Some(found) = bytes[at..]
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
    {
        at += found + 4;
        let size = at + 20;
        bytes[size..size + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    let result = read_all(&bytes, &Limits::default());
    assert!(
        matches!(result, Err(OfficeError::Broken { .. })),
        "{result:?}"
    );
}

#[test]
fn one_endless_text_is_stopped() {
    let long = "x".repeat(400_000);
    let cell = format!(r#"<row><c t="inlineStr"><is><t>{long}</t></is></c></row>"#);
    let shared = format!("<sst><si><t>{long}</t></si></sst>");
    let limits = Limits {
        text_bytes: 100_000,
        ..Limits::default()
    };
    assert!(read_all(&workbook(&sheet(&cell), &[]), &limits).is_err());
    let cell = r#"<row><c t="s"><v>0</v></c></row>"#;
    let bytes = workbook(&sheet(cell), &[("xl/sharedStrings.xml", &shared)]);
    assert!(read_all(&bytes, &limits).is_err());
    assert_eq!(read_all(&bytes, &Limits::default()), Ok(1));
    // Many cells in one row, each of which is short enough.
    let cell = format!(
        r#"<c t="inlineStr"><is><t>{}</t></is></c>"#,
        "x".repeat(90_000)
    );
    let row = |cells| workbook(&sheet(&format!("<row>{}</row>", cell.repeat(cells))), &[]);
    assert_eq!(read_all(&row(17), &limits), Ok(1));
    let fault = read_all(&row(18), &limits).unwrap_err();
    assert!(fault.to_string().contains("第 1 行"), "{fault}");
    // In pieces, each of which is short.
    let pieces = "x&amp;".repeat(60_000);
    let cell = format!(r#"<row><c t="inlineStr"><is><t>{pieces}</t></is></c></row>"#);
    let fault = read_all(&workbook(&sheet(&cell), &[]), &limits).unwrap_err();
    assert!(matches!(fault, OfficeError::TextTooLong { .. }), "{fault}");
}

#[test]
fn damaged_parts_are_named() {
    let part = |fault: OfficeError| match fault {
        OfficeError::Broken { part, .. } | OfficeError::MissingPart { part } => part,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        part(fault(&workbook("<a></b>", &[]))),
        "xl/worksheets/sheet1.xml"
    );
    assert_eq!(
        fault(&workbook("<worksheet><sheetData><row>", &[])),
        OfficeError::Truncated
    );
    let rows = r#"<row r="1"><c r="ZZZZ1"><v>1</v></c></row>"#;
    assert_eq!(part(fault(&workbook(&sheet(rows), &[]))), "工作表“数据”");
    let rows = r#"<row r="1048577"><c><v>1</v></c></row>"#;
    assert_eq!(part(fault(&workbook(&sheet(rows), &[]))), "工作表“数据”");
    let rows = r#"<row r="1"><c t="s"><v>7</v></c></row>"#;
    assert_eq!(part(fault(&workbook(&sheet(rows), &[]))), "工作表“数据”");
    let no_rels = package(&[("xl/workbook.xml", "<workbook/>")]);
    assert_eq!(part(fault(&no_rels)), "xl/_rels/workbook.xml.rels");
    let not_text = package_of_bytes(&[("xl/workbook.xml", b"<a>\xFF\xFF</a>")]);
    fault(&not_text);
}

#[test]
fn entities_of_a_document_type_are_not_expanded() {
    let page = r#"<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"#;
    let bytes = workbook(page, &[]);
    assert_eq!(
        crate::xlsx_write::texts(&bytes, 0),
        [(1, vec!["&b;".to_owned()])]
    );
}

static WHOLE: std::sync::LazyLock<Vec<u8>> =
    std::sync::LazyLock::new(|| office::xlsx::write_template(&template()).unwrap());

proptest! {
    #![proptest_config(crate::support::cases(150))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_all(&bytes, &Limits::default());
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(&bytes);
        zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        zip.extend(&bytes);
        let _ = read_all(&zip, &Limits::default());
    }

    #[test]
    fn mutated_workbooks_never_panic(at in any::<proptest::sample::Index>(), byte in any::<u8>(), more in any::<proptest::sample::Index>()) {
        let mut bytes = WHOLE.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let more = more.index(bytes.len());
        bytes[more] = bytes[more].wrapping_add(1);
        let _ = read_all(&bytes, &Limits::default());
    }

    #[test]
    fn arbitrary_sheets_never_panic(inside in r#"(<row( r="[0-9]{0,8}")?>|</row>|<c( r="[A-Z]{0,5}[0-9]{0,8}")?( t="(s|b|e|d|str|inlineStr)")?( s="[0-9]")?>|</c>|<v>|</v>|[0-9.eE+-]{0,30}|&[a-z#0-9]{0,5};|<f/>|_x[0-9A-F]{0,5}_?){0,30}"#) {
        let _ = read_all(&workbook(&sheet(&inside), &[]), &Limits::default());
        let well_formed = format!(r#"<row r="1"><c r="A1"><v>{}</v></c></row>"#, inside.replace(['<', '&'], ""));
        let _ = read_all(&workbook(&sheet(&well_formed), &[]), &Limits::default());
    }
}

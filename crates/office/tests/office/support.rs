//! Packages built by hand, and outside programs that are asked where they are installed.
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A ZIP package of these parts.
pub fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let bytes: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    package_of_bytes(&bytes)
}

pub fn package_of_bytes(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

/// A workbook with one sheet of this XML and some more parts.
pub fn workbook(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend_from_slice(more);
    package(&parts)
}

/// A sheet around some rows.
pub fn sheet(rows: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// Converts to PDF with LibreOffice; `None`, loudly, where it is not installed.
pub fn to_pdf(bytes: &[u8], extension: &str, folder: &Path) -> Option<PathBuf> {
    let source = folder.join(format!("file.{extension}"));
    std::fs::write(&source, bytes).unwrap();
    let run = Command::new("soffice")
        .env("HOME", folder)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(&source)
        .output();
    let pdf = folder.join("file.pdf");
    match run {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(pdf.exists(), "LibreOffice made no PDF: {said}");
            keep(&source, &pdf);
            Some(pdf)
        }
        Err(_) => skipped("LibreOffice (soffice)"),
    }
}

/// Says aloud that layout is not looked at, or fails where it must be.
fn skipped<T>(program: &str) -> Option<T> {
    let wanted = std::env::var("YIFA_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
    assert!(!wanted, "{program} is not installed");
    // Tests keep what is printed to themselves, not what is written.
    let words = format!("SKIPPED: {program} is not installed, layout not looked at\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    None
}

/// With `OFFICE_KEEP=folder` the files are kept, to be looked at by eye.
fn keep(source: &Path, pdf: &Path) {
    let Some(folder) = std::env::var_os("OFFICE_KEEP") else {
        return;
    };
    let test = std::thread::current()
        .name()
        .unwrap_or("test")
        .replace("::", "-");
    for file in [source, pdf] {
        let extension = file.extension().unwrap_or_default();
        let size = std::fs::metadata(source).map_or(0, |data| data.len());
        let kept = Path::new(&folder)
            .join(format!("{test}-{size}"))
            .with_extension(extension);
        std::fs::copy(file, kept).unwrap();
    }
}

/// The text of a PDF without blanks, page by page; `None`, loudly, without the tool.
pub fn pdf_pages(pdf: &Path) -> Option<Vec<Vec<String>>> {
    let Ok(output) = Command::new("pdftotext")
        .arg("-layout")
        .arg(pdf)
        .arg("-")
        .output()
    else {
        return skipped("pdftotext");
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let squeezed = |line: &str| {
        line.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let lines = |page: &str| {
        page.lines()
            .map(squeezed)
            .filter(|line| !line.is_empty())
            .collect()
    };
    Some(text.split('\u{c}').map(lines).collect())
}

/// So many cases, or as many as `PROPTEST_CASES` asks for in a long run.
pub fn cases(usual: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|count| count.parse().ok());
    let cases = asked.unwrap_or(usual);
    proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        ..Default::default()
    }
}

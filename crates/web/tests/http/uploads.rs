//! Sheets that nobody should upload, and somebody will: each gets one clear sentence or a preview,
//! and none writes anything.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{browser::Browser, server::shared};

const IMPORT: &str = "/ledgers/visit/import";
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="来访" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const HEADER: [&str; 3] = ["编号", "事项", "来访日期"];

/// A workbook of one sheet and some more parts.
fn workbook(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let own = [
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, bytes) in own.iter().chain(more) {
        let options = SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn row(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let column = char::from(b'A' + at as u8);
        format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn sheet(rows: &str, behind: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}{rows}</sheetData>{behind}</worksheet>"#,
        row(1, &HEADER)
    )
}

/// The one sentence of a refused upload.
fn refused(clerk: &mut Browser, name: &str, bytes: &[u8]) -> String {
    let answer = clerk.upload(IMPORT, name, bytes);
    assert_eq!(answer.status, 422, "{name}: {}", answer.text());
    let text = answer.text();
    let (_, summary) = text.split_once("error-summary").expect(name);
    summary.split("</").next().unwrap().to_owned() + summary.split("<form").next().unwrap()
}

/// The preview of an upload that is understood.
fn preview(clerk: &mut Browser, name: &str, bytes: &[u8]) -> String {
    let answer = clerk.upload(IMPORT, name, bytes);
    let to = answer.header("location").map(str::to_owned);
    let to = to.unwrap_or_else(|| panic!("{name}: {}", answer.text()));
    clerk.get(&to).text()
}

#[test]
fn the_sheet_of_another_ledger_is_named() {
    let mut clerk = shared().signed_in("clerk");
    let other = clerk.get("/ledgers/complaint/template.xlsx");
    assert_eq!(other.status, 200);
    let said = refused(&mut clerk, "投诉.xlsx", &other.body);
    assert!(
        said.contains("投诉诉求办理") && said.contains("来访登记"),
        "{said}"
    );
}

#[test]
fn a_sheet_with_other_columns_is_told_which_it_should_have() {
    let mut clerk = shared().signed_in("clerk");
    let bytes = workbook(
        &sheet("", "")
            .replace("编号", "甲")
            .replace("事项", "乙")
            .replace("来访日期", "丙"),
        &[],
    );
    let said = refused(&mut clerk, "别的.xlsx", &bytes);
    assert!(
        said.contains("没有找到表头") && said.contains("来访日期"),
        "{said}"
    );
}

#[test]
fn merged_cells_are_read_once_and_remarked() {
    let mut clerk = shared().signed_in("clerk");
    let rows = row(2, &["并-1", "第一件", "2013-01-05"]) + &row(3, &["并-2"]);
    let merged = r#"<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>"#;
    let page = preview(
        &mut clerk,
        "合并.xlsx",
        &workbook(&sheet(&rows, merged), &[]),
    );
    assert!(page.contains("合并单元格"), "{page}");
    assert!(
        page.contains("事项</b> <span class=\"missing\">未填</span>"),
        "the lower row lacks it: {page}"
    );
}

#[test]
fn a_macro_file_is_read_as_a_sheet_and_its_macros_are_ignored() {
    let mut clerk = shared().signed_in("clerk");
    let rows = row(2, &["宏-1", "第一件", "2013-02-05"]);
    let macros: (&str, &[u8]) = ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()");
    let page = preview(
        &mut clerk,
        "宏.xlsm",
        &workbook(&sheet(&rows, ""), &[macros]),
    );
    assert!(page.contains("确认入账 1 条"), "{page}");
}

#[test]
fn a_bomb_is_refused_before_it_unfolds() {
    let mut clerk = shared().signed_in("clerk");
    // Eighteen megabytes of one letter fold into some tens of kilobytes.
    let text = "甲".repeat(6 << 20);
    let bytes = workbook(&sheet(&row(2, &[&text]), ""), &[]);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let said = refused(&mut clerk, "炸弹.xlsx", &bytes);
    assert!(!said.is_empty());
}

#[test]
fn a_long_sheet_of_bad_rows_is_counted_and_written_to_nowhere() {
    const ROWS: usize = 20_000;
    let mut clerk = shared().signed_in("clerk");
    let rows: String = (2..ROWS + 2)
        .map(|n| row(n, &[&format!("长-{n}"), "事", "不是日期"]))
        .collect();
    let page = preview(&mut clerk, "长.xlsx", &workbook(&sheet(&rows, ""), &[]));
    assert!(
        page.contains("20000") || page.contains("20,000"),
        "all are counted"
    );
    assert!(
        page.len() < 4 << 20,
        "and not all are shown: {}",
        page.len()
    );
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let mut clerk = shared().signed_in("clerk");
    let rows: String = (2..40)
        .map(|n| row(n, &["断", "事", "2013-03-05"]))
        .collect();
    let whole = workbook(&sheet(&rows, ""), &[]);
    for part in 1..12 {
        let cut = whole.len() * part / 12;
        refused(&mut clerk, "半个.xlsx", &whole[..cut]);
    }
    // Cut inside of the sheet, in a package that is whole.
    let xml = sheet(&rows, "");
    let cut: String = xml.chars().take(xml.chars().count() / 2).collect();
    let said = refused(&mut clerk, "断.xlsx", &workbook(&cut, &[]));
    assert!(!said.is_empty());
}

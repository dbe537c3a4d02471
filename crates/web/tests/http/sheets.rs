//! Sheets: down, up, looked at, taken, and garbage refused with a sentence.

use std::ops::ControlFlow;

use office::{
    Limits,
    xlsx::{Book, Column, Datum, Kind, TableWriter},
};

use crate::server::{open_visit, shared};

/// A filled sheet: number, matter, day.
pub fn sheet(rows: &[[&str; 3]]) -> Vec<u8> {
    named_sheet("来访登记", rows)
}

/// A filled sheet with a name.
pub fn named_sheet(name: &str, rows: &[[&str; 3]]) -> Vec<u8> {
    table(name, ["编号", "事项", "来访日期"], rows)
}

/// A filled sheet with columns of its own.
pub fn table<const N: usize>(name: &str, columns: [&str; N], rows: &[[&str; N]]) -> Vec<u8> {
    let columns = columns.map(|name| Column {
        name: name.to_owned(),
        kind: Kind::Text,
    });
    let mut writer = TableWriter::new(&name.replace(['<', '>', ':', '/'], "_"), &columns).unwrap();
    for row in rows {
        let row = row.map(|text| Datum::Text(text.to_owned()));
        writer.push(&row).unwrap();
    }
    writer.finish(&[]).unwrap()
}

/// All cells of a workbook's first sheet: what they say, and whether a formula says it.
pub fn cells(bytes: &[u8]) -> Vec<(String, bool)> {
    let mut book = Book::from_bytes(bytes, &Limits::default()).unwrap();
    let mut cells = Vec::new();
    book.rows(0, |row| {
        cells.extend(row.cells.iter().map(|c| (c.value.to_text(), c.formula)));
        ControlFlow::Continue(())
    })
    .unwrap();
    cells
}

/// All words of a workbook's first sheet.
pub fn texts(bytes: &[u8]) -> Vec<String> {
    cells(bytes).into_iter().map(|(text, _)| text).collect()
}

const IMPORT: &str = "/ledgers/visit/import";

#[test]
fn a_sheet_is_looked_at_first_and_taken_once() {
    let mut clerk = shared().signed_in("clerk");
    let bytes = sheet(&[
        ["表-1", "第一件", "2017-01-05"],
        ["表-2", "第二件", "2017-01-06"],
    ]);
    let preview = clerk.upload(IMPORT, "一月.xlsx", &bytes);
    let preview = preview.header("location").unwrap().to_owned();
    let page = clerk.get(&preview).text();
    assert!(
        page.contains("一月.xlsx") && page.contains("确认入账 2 条"),
        "{page}"
    );
    let list = "/ledgers/visit?year=2017";
    assert!(
        clerk.get(list).text().contains("没有符合条件"),
        "nothing is written yet"
    );
    assert_eq!(clerk.submit(&preview, &[]).status, 303);
    assert!(clerk.get(list).text().contains("2 条"));
    let again = clerk.upload(IMPORT, "一月.xlsx", &bytes);
    let again = again.header("location").unwrap().to_owned();
    assert!(clerk.get(&again).text().contains("没有需要入账的内容"));
    assert!(clerk.get(list).text().contains("2 条"));
}

#[test]
fn a_column_that_was_left_out_leaves_what_is_there_alone() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[
            ("number", "列-1"),
            ("matter", "旧事项"),
            ("detail", "不能丢的经过"),
        ],
    );
    let bytes = sheet(&[["列-1", "新事项", "2022-12-07"]]);
    let preview = clerk.upload(IMPORT, "缺列.xlsx", &bytes);
    let preview = preview.header("location").unwrap().to_owned();
    let page = clerk.get(&preview).text();
    assert!(page.contains("旧事项") && page.contains("新事项"), "{page}");
    assert!(!page.contains("不能丢的经过"), "it does not change: {page}");
    assert_eq!(clerk.submit(&preview, &[]).status, 303);
    let page = clerk.get(&entry).text();
    assert!(page.contains("新事项") && page.contains("不能丢的经过"));
}

#[test]
fn one_bad_row_holds_the_sheet_until_the_clerk_decides() {
    let mut clerk = shared().signed_in("clerk");
    let bytes = sheet(&[
        ["坏-1", "好的", "2016-01-05"],
        ["坏-2", "坏的", "2016-13-99"],
    ]);
    let preview = clerk.upload(IMPORT, "有错.xlsx", &bytes);
    let preview = preview.header("location").unwrap().to_owned();
    let page = clerk.get(&preview).text();
    assert!(
        page.contains("来访日期") && page.contains("2016-13-99"),
        "{page}"
    );
    assert_eq!(
        clerk.submit(&preview, &[]).status,
        422,
        "not without a decision"
    );
    let list = "/ledgers/visit?year=2016";
    assert!(clerk.get(list).text().contains("没有符合条件"));
    let refused = clerk.get(&format!("{preview}/refused.xlsx"));
    assert_eq!(&refused.body[..2], b"PK");
    assert_eq!(clerk.submit(&preview, &[("rows", "good")]).status, 303);
    assert!(clerk.get(list).text().contains("坏-1"));
    assert!(!clerk.get(list).text().contains("坏-2"));
}

#[test]
fn garbage_is_refused_with_a_sentence() {
    let mut clerk = shared().signed_in("clerk");
    let real = sheet(&[["碎-1", "事", "2015-01-05"]]);
    let noise: Vec<u8> = (0..5_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let cases: [(&str, &[u8]); 7] = [
        ("空.xlsx", b""),
        ("噪声.xlsx", &noise),
        ("文字.xlsx", "编号,事项\n1,2".as_bytes()),
        ("半个.xlsx", &real[..real.len() / 2]),
        ("头.xlsx", b"PK\x03\x04"),
        ("网页.xls", b"<html><table></table></html>"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ];
    for (name, bytes) in cases {
        let answer = clerk.upload(IMPORT, name, bytes);
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert!(answer.text().contains("error-summary"), "{name} says why");
    }
}

#[test]
fn a_broken_upload_is_no_fault_of_the_server() {
    let mut clerk = shared().signed_in("clerk");
    let kind = |k: &str| vec![("content-type", k.to_owned())];
    for (headers, body) in [
        (
            kind("multipart/form-data; boundary=b0"),
            &b"--b0\r\nContent-Dis"[..],
        ),
        (kind("multipart/form-data"), b"no boundary"),
        (kind("multipart/form-data; boundary=b0"), b"--b0--\r\n"),
        (kind("application/json"), b"{}"),
        (vec![], b"\xff\xfe\x00"),
    ] {
        let answer = clerk.send("POST", IMPORT, &headers, body);
        assert!(
            (400..500).contains(&answer.status),
            "{headers:?}: {}",
            answer.status
        );
    }
}

#[test]
fn files_are_named_in_chinese() {
    let mut clerk = shared().signed_in("clerk");
    open_visit(
        &mut clerk,
        &[("number", "名-1"), ("visited_on", "2014-01-01")],
    );
    for (path, name) in [
        ("/ledgers/visit/template.xlsx", "来访登记-模板.xlsx"),
        (
            "/ledgers/visit/export.xlsx?year=2014",
            "来访登记-2023-01-12.xlsx",
        ),
        (
            "/figures/visits/export.xlsx?from=2014-01-01&to=2014-12-31",
            "接待来访-2014年.xlsx",
        ),
    ] {
        let answer = clerk.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(&answer.body[..2], b"PK", "{path}");
        let said = answer.header("content-disposition").unwrap();
        let encoded = said.split("filename*=UTF-8''").nth(1).unwrap();
        let named = form_urlencoded::parse(format!("n={encoded}").as_bytes())
            .next()
            .map(|(_, v)| v.into_owned());
        assert_eq!(named.as_deref(), Some(name), "{said}");
        assert!(said.is_ascii(), "{said}");
    }
}

#[test]
fn the_entries_behind_a_figure_come_out_as_they_are_shown() {
    let mut clerk = shared().signed_in("clerk");
    for (number, day, fee) in [
        ("数-1", "2013-05-06", "12.50"),
        ("数-2", "2013-07-08", "1000"),
        ("数-3", "2012-12-31", "7"),
    ] {
        let fields = [("number", number), ("visited_on", day), ("fee", fee)];
        open_visit(&mut clerk, &fields);
    }
    let sheet = clerk.get("/figures/visit_fees/export.xlsx?from=2013-01-01&to=2013-12-31");
    let cells = texts(&sheet.body);
    assert_eq!(cells[..5], ["记录", "编号", "计入日期", "计入", "单位"]);
    let row = |row: [&str; 4]| cells.windows(4).any(|cells| cells == row);
    assert!(row(["数-1", "2013-05-06", "12.5", "元"]), "{cells:?}");
    assert!(row(["数-2", "2013-07-08", "1000", "元"]), "{cells:?}");
    assert!(!cells.contains(&"数-3".to_owned()), "another year");
}

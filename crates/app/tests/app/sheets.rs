//! Sheets between preview and confirmation: what is taken in is true at that moment.

use std::{
    io::{Cursor, Read, Write},
    ops::ControlFlow,
};

use app::{entry::NewEntry, sheet::Applied};
use catalogue::value::{Fields, Value};
use office::{Limits, xlsx::Book};

use crate::office::{COLUMNS, Office, office, sheet};

const ROWS: [[&str; 5]; 3] = [
    ["1", "2022-03-01", "违规补课", "东山区", "2022-03-08"],
    ["2", "2022-04-02", "乱收费", "", ""],
    ["3", "2022-05-03", "校车超员", "东山区", ""],
];

fn previewed(office: &Office, rows: &[[&str; 5]]) -> String {
    let upload = office
        .app
        .upload_sheet(&office.clerk, "complaint", "a.xlsx", sheet(rows));
    upload.unwrap().0
}

fn open_the_second(office: &Office) {
    let pairs = [
        ("number", "2"),
        ("received_on", "2022-04-02"),
        ("matter", "乱收费"),
    ];
    let pairs = pairs.map(|(id, text)| (id.to_owned(), Value::from(text)));
    let new = NewEntry {
        happened_on: "2022-04-02".parse().unwrap(),
        fields: Fields::from(pairs),
    };
    office.app.open(&office.clerk, "complaint", new).unwrap();
}

#[test]
fn a_confirmed_preview_takes_in_what_it_showed() {
    let office = office();
    let batch = previewed(&office, &ROWS);
    let applied = office.app.apply_sheet(&office.clerk, &batch, false);
    let expected = Applied {
        new: 3,
        ..Applied::default()
    };
    assert_eq!(applied.unwrap(), expected);
    assert_eq!(office.figure("received"), "3");
    assert!(office.app.verify_log(|_, _| ()).unwrap().is_clean());
}

#[test]
fn what_was_written_since_the_preview_is_seen() {
    let office = office();
    let batch = previewed(&office, &ROWS);
    open_the_second(&office);
    let applied = office.app.apply_sheet(&office.clerk, &batch, false);
    let expected = Applied {
        new: 2,
        same: 1,
        ..Applied::default()
    };
    assert_eq!(applied.unwrap(), expected);
    assert_eq!(office.figure("received"), "3");
    assert!(office.app.verify_log(|_, _| ()).unwrap().is_clean());
}

#[test]
fn on_another_day_a_preview_is_looked_at_again() {
    let office = office();
    let batch = previewed(&office, &ROWS);
    office
        .app
        .clock
        .set("2023-01-03T02:00:00Z".parse().unwrap());
    let applied = office.app.apply_sheet(&office.clerk, &batch, false);
    assert_eq!(applied.unwrap().new, 3);
}

#[test]
fn refused_rows_hold_the_sheet_until_they_may_be_left_out() {
    let office = office();
    let mut rows = ROWS.to_vec();
    rows[1][1] = "2022-13-99";
    let batch = previewed(&office, &rows);
    let held = office.app.apply_sheet(&office.clerk, &batch, false);
    assert!(held.unwrap_err().to_string().contains("有 1 行被退回"));
    assert_eq!(office.figure("received"), "0");
    let applied = office.app.apply_sheet(&office.clerk, &batch, true);
    assert_eq!(applied.unwrap().new, 2);
}

/// All refused rows come back, however many, each with its reason, before and after the good ones
/// were taken.
#[test]
fn every_refused_row_is_given_back() {
    let office = office();
    let numbers: Vec<String> = (0..app::sheet::KEPT_MAX + 1)
        .map(|n| n.to_string())
        .collect();
    let mut rows = vec![["好", "2022-03-01", "违规补课", "", ""]];
    rows.extend(
        numbers
            .iter()
            .map(|n| [n.as_str(), "没有日期", "违规补课", "", ""]),
    );
    let batch = previewed(&office, &rows);
    for applied in [false, true] {
        if applied {
            let applied = office.app.apply_sheet(&office.clerk, &batch, true).unwrap();
            assert_eq!((applied.new, applied.refused), (1, numbers.len()));
        }
        let back = office.app.refused_sheet(&office.clerk, &batch).unwrap();
        let mut book = Book::from_bytes(&back, &Limits::default()).unwrap();
        let mut found = Vec::new();
        book.rows(0, |row| {
            let reason = row.cells.iter().any(|c| c.value.to_text().contains("日期"));
            let number = row.cells.iter().map(|c| c.value.to_text());
            let number = number.into_iter().find(|text| text.parse::<u32>().is_ok());
            found.extend(number.filter(|_| reason));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(found, numbers);
    }
}

/// A workbook with another sheet in front, or behind.
fn with_sheet(bytes: &[u8], name: &str, cells: &[&str], in_front: bool) -> Vec<u8> {
    let entry = format!("<sheet name=\"{name}\" sheetId=\"9\" r:id=\"rId9\"/>");
    let (place, sheets) = match in_front {
        true => ("<sheets>", format!("<sheets>{entry}")),
        false => ("</sheets>", format!("{entry}</sheets>")),
    };
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let path = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let mut text = |from: &str, to: &str| {
            let whole = String::from_utf8(content.clone()).unwrap();
            assert!(whole.contains(from), "{whole}");
            content = whole.replacen(from, to, 1).into_bytes();
        };
        match path.as_str() {
            "xl/workbook.xml" => text(place, &sheets),
            "xl/_rels/workbook.xml.rels" => text(
                "</Relationships>",
                "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/\
                 officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet9.xml\"/>\
                 </Relationships>",
            ),
            _ => {}
        }
        new.start_file(path, options).unwrap();
        new.write_all(&content).unwrap();
    }
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let cells: String = cells.iter().map(cell).collect();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>"
    );
    new.start_file("xl/worksheets/sheet9.xml", options).unwrap();
    new.write_all(sheet.as_bytes()).unwrap();
    new.finish().unwrap().into_inner()
}

#[test]
fn a_cover_is_passed_over_and_a_second_sheet_is_not_left_unread_in_silence() {
    let office = office();
    let planned = |bytes: Vec<u8>| {
        let upload = office
            .app
            .upload_sheet(&office.clerk, "complaint", "a.xlsx", bytes);
        let plan = upload.unwrap().1;
        assert_eq!(plan.counts().new, 3);
        plan.remarks.join("")
    };
    let cover = ["投诉登记", "事项"];
    let said = planned(with_sheet(&sheet(&ROWS), "封面", &cover, true));
    assert!(!said.contains("没有读取"), "{said}");
    let said = planned(with_sheet(&sheet(&ROWS), "二月", &COLUMNS, false));
    assert!(
        said.contains("“二月”") && said.contains("没有读取"),
        "{said}"
    );
}

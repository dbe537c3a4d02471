use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use office::xlsx::{
    Book, Column, Datum, Fault, GUIDE_SHEET, InputKind, Kind, LIST_SHEET, META_SHEET, Refused,
    Table, Template, TemplateColumn, TemplateRow, Visibility, header, write_refused, write_table,
    write_template,
};
use office::{Limits, OfficeError};

use crate::support::{pdf_pages, to_pdf};

pub fn column(name: &str, kind: Kind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
    }
}

pub fn texts(bytes: &[u8], sheet: usize) -> Vec<(u32, Vec<String>)> {
    let mut book = Book::from_bytes(bytes, &Limits::default()).unwrap();
    let mut rows = Vec::new();
    book.rows(sheet, |row| {
        rows.push((
            row.number,
            row.cells.iter().map(|cell| cell.value.to_text()).collect(),
        ));
        ControlFlow::Continue(())
    })
    .unwrap();
    rows
}

fn list() -> Table {
    Table {
        sheet: "行政处罚案件".to_owned(),
        columns: vec![
            column("当事人", Kind::Text),
            column("人次", Kind::Integer),
            column("罚款", Kind::Money),
            column("立案日期", Kind::Date),
            column("满意率", Kind::Percent(2)),
            column("得分", Kind::Decimal(1)),
        ],
        rows: vec![
            vec![
                Datum::Text("云川市某培训学校".to_owned()),
                Datum::Integer(12),
                Datum::Money(123_456_789),
                Datum::Date(date(2022, 3, 1)),
                Datum::Percent("99.01".to_owned()),
                Datum::Decimal("8.5".to_owned()),
            ],
            vec![
                Datum::Text("=HYPERLINK(\"http://x\",\"点我\")".to_owned()),
                Datum::Empty,
            ],
            vec![
                Datum::Text("13800138000".to_owned()),
                Datum::Integer(1_234_567_890_123_456_789),
            ],
        ],
        notes: vec!["筛选条件：2022 年".to_owned()],
    }
}

#[test]
fn a_list_reads_back_as_it_was_shown() {
    let bytes = write_table(&list()).unwrap();
    let rows = texts(&bytes, 0);
    assert_eq!(
        rows[0].1,
        ["当事人", "人次", "罚款", "立案日期", "满意率", "得分"]
    );
    assert_eq!(
        rows[1].1,
        [
            "云川市某培训学校",
            "12",
            "1234567.89",
            "2022-03-01",
            "99.01%",
            "8.5"
        ]
    );
    assert_eq!(rows[3].1, ["13800138000", "1234567890123456789"]);
    // A row is left free, so that filters and sorting do not take the note along.
    assert_eq!(rows[4], (6, vec!["筛选条件：2022 年".to_owned()]));
}

#[test]
fn a_formula_in_a_text_stays_a_text() {
    let bytes = write_table(&list()).unwrap();
    let mut other: Xlsx<_> = Xlsx::new(Cursor::new(&bytes[..])).unwrap();
    let range = other.worksheet_range("行政处罚案件").unwrap();
    let value = range.get_value((2, 0)).unwrap();
    assert_eq!(
        value,
        &Data::String("=HYPERLINK(\"http://x\",\"点我\")".to_owned())
    );
    assert!(other.worksheet_formula("行政处罚案件").unwrap().is_empty());
}

#[test]
fn same_list_same_bytes() {
    assert_eq!(write_table(&list()).unwrap(), write_table(&list()).unwrap());
    assert_eq!(
        write_template(&template()).unwrap(),
        write_template(&template()).unwrap()
    );
}

#[test]
fn awkward_names_and_lengths_are_fitted() {
    let long = "长".repeat(40_000);
    let table = Table {
        sheet: "a/b:c[d]*?\\'".repeat(9),
        columns: vec![column("\u{1}备注", Kind::Text)],
        rows: vec![
            vec![Datum::Text(long)],
            vec![Datum::Text("\u{0}控\u{b}制".to_owned())],
        ],
        notes: Vec::new(),
    };
    let rows = texts(&write_table(&table).unwrap(), 0);
    assert_eq!(rows[0].1, ["备注"]);
    assert!(rows[1].1[0].ends_with("（内容过长，此处截断）"));
    assert_eq!(rows[2].1, ["控制"]);
}

#[test]
fn a_row_wider_than_its_header_is_refused() {
    let table = Table {
        rows: vec![vec![Datum::Empty, Datum::Empty]],
        ..Table::default()
    };
    assert!(matches!(
        write_table(&table),
        Err(OfficeError::CannotWrite(_))
    ));
}

pub fn template() -> Template {
    let field = |field: &str, name: &str, kind: InputKind, required: bool| TemplateColumn {
        field: field.to_owned(),
        name: name.to_owned(),
        kind,
        required,
        help: "按实际情况填写。".to_owned(),
        law: Some("行政处罚法 第五十七条".to_owned()),
        example: "示例".to_owned(),
    };
    let districts = (1..=80).map(|n| format!("第{n}区，含街道")).collect();
    Template {
        ledger: "penalty".to_owned(),
        name: "行政处罚案件".to_owned(),
        version: "2021-07-15".to_owned(),
        columns: vec![
            field("party", "当事人", InputKind::Text, true),
            field("filed_on", "立案日期", InputKind::Date, true),
            field("fine", "罚款金额（元）", InputKind::Money, false),
            field("count", "人数", InputKind::Integer, false),
            field("rate", "满意率", InputKind::Percent(2), false),
            field("district", "区县", InputKind::Choice(districts), true),
            field("public", "是否公开", InputKind::YesNo, false),
            field("facts", "违法事实", InputKind::LongText, false),
        ],
        guide: vec!["=本表用于登记行政处罚案件。".to_owned()],
        rows: vec![TemplateRow {
            record: Some("0190-abc".to_owned()),
            cells: vec![Datum::Text("甲".to_owned()), Datum::Date(date(2022, 5, 6))],
        }],
    }
}

#[test]
fn an_import_sheet_says_what_it_is() {
    let bytes = write_template(&template()).unwrap();
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    let sheets: Vec<(String, Visibility)> = book
        .sheets()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visibility))
        .collect();
    assert_eq!(
        sheets,
        [
            ("行政处罚案件".to_owned(), Visibility::Visible),
            (GUIDE_SHEET.to_owned(), Visibility::Visible),
            (LIST_SHEET.to_owned(), Visibility::VeryHidden),
            (META_SHEET.to_owned(), Visibility::VeryHidden),
        ]
    );
    assert_eq!(
        book.sheets()
            .iter()
            .filter(|sheet| sheet.holds_data())
            .count(),
        1
    );
    let meta = book.meta().unwrap().unwrap();
    assert_eq!(
        (meta.ledger.as_str(), meta.version.as_str()),
        ("penalty", "2021-07-15")
    );
    assert_eq!(meta.columns.len(), 8);
    assert_eq!(
        meta.columns[2],
        ("fine".to_owned(), "罚款金额（元）".to_owned())
    );
}

#[test]
fn an_import_sheet_is_found_by_its_headers() {
    let bytes = write_template(&template()).unwrap();
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    // Half-width brackets, as people type them.
    let expected = ["立案日期", "当事人", "罚款金额(元)", "没有这一列"];
    let header = header::find(&mut book, 0, &expected).unwrap().unwrap();
    assert_eq!(header.row, 1);
    assert_eq!(header.columns, [Some(2), Some(1), Some(3), None]);
    assert_eq!(header.record, Some(0));
    assert_eq!(header.unknown.len(), 5);
    assert!(header::find(&mut book, 0, &["毫不相干"]).unwrap().is_none());
}

#[test]
fn drop_down_lists_checks_and_notes_are_in_the_sheet() {
    let bytes = write_template(&template()).unwrap();
    let part = |name: &str| {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
    };
    let page = part("xl/worksheets/sheet1.xml");
    assert!(
        page.contains("'_选项'!$G$2:$G$81"),
        "eighty options come from the list sheet"
    );
    assert!(page.contains(r#"type="date""#) && page.contains(r#"type="whole""#));
    assert!(
        page.contains(r#"<pane ySplit="1""#),
        "the header stays in sight"
    );
    let first = page.split("<col ").nth(1).unwrap();
    assert!(
        first.contains(r#"hidden="1""#),
        "the record id is out of the way"
    );
    let notes = part("xl/comments1.xml");
    assert!(notes.contains("依据：行政处罚法 第五十七条") && notes.contains("（必填）"));
}

#[test]
fn refused_rows_come_back_with_reasons_and_can_be_handed_in_again() {
    let mut empty = template();
    empty.rows.clear();
    let refused = Refused {
        row: 12,
        record: None,
        cells: vec![
            Datum::Text("乙".to_owned()),
            Datum::Text("二月三十日".to_owned()),
        ],
        faults: vec![Fault {
            column: Some(1),
            reason: "立案日期“二月三十日”不是日期，请填写如 2022-3-1".to_owned(),
        }],
    };
    let bytes = write_refused(&empty, &[refused]).unwrap();
    let rows = texts(&bytes, 0);
    assert_eq!(rows[0].1.last().unwrap(), "退回原因");
    assert_eq!(
        rows[1].1,
        [
            "乙",
            "二月三十日",
            "原第 12 行：立案日期“二月三十日”不是日期，请填写如 2022-3-1"
        ]
    );
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    assert_eq!(book.meta().unwrap().unwrap().ledger, "penalty");
    let header = header::find(&mut book, 0, &["当事人", "立案日期"])
        .unwrap()
        .unwrap();
    assert!(header.unknown.iter().all(|(_, name)| name != "退回原因"));
}

#[test]
fn sheets_open_in_libreoffice_with_their_content() {
    let refused = Refused {
        row: 12,
        cells: vec![
            Datum::Text("乙".to_owned()),
            Datum::Text("二月三十日".to_owned()),
        ],
        faults: vec![Fault {
            column: Some(1),
            reason: "不是日期".to_owned(),
        }],
        ..Refused::default()
    };
    let sheets = [
        (
            write_refused(&template(), &[refused]).unwrap(),
            ["原第12行：不是日期", "填写说明"],
        ),
        (
            write_table(&list()).unwrap(),
            ["=HYPERLINK(", "1,234,567.89"],
        ),
    ];
    for (bytes, expected) in sheets {
        let folder = tempfile::tempdir().unwrap();
        let Some(pdf) = to_pdf(&bytes, "xlsx", folder.path()) else {
            return;
        };
        let Some(pages) = pdf_pages(&pdf) else { return };
        let text = pages.concat().concat();
        for words in expected {
            assert!(text.contains(words), "missing {words} in {text}");
        }
    }
}

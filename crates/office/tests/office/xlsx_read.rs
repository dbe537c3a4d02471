use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{Data, Reader, Xlsx};
use office::xlsx::{Book, Datum, Kind, Merged, Table, Value, header, write_table};
use office::{Limits, OfficeError};

use crate::support::{sheet, workbook};
use crate::xlsx_write::{column, texts};

const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="10"/><xf numFmtId="20"/></cellXfs></styleSheet>"#;
const SHARED: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>甲 &amp; 乙</t></si><si><r><t>粗</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 细</t></r><rPh sb="0" eb="1"><t>cu</t></rPh></si><si><t>两_x000D_行_x1</t></si><si/></sst>"#;

fn read(rows: &str) -> Vec<(u32, u16, Value<'static>)> {
    let bytes = workbook(
        &sheet(rows),
        &[("xl/styles.xml", STYLES), ("xl/sharedStrings.xml", SHARED)],
    );
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    let mut out = Vec::new();
    book.rows(0, |row| {
        for cell in &row.cells {
            let value = match &cell.value {
                Value::Text(text) => Value::Text(text.clone().into_owned().into()),
                Value::Number(number) => Value::Number(number.clone()),
                Value::Percent(number) => Value::Percent(number.clone()),
                Value::Date(moment) => Value::Date(*moment),
                Value::Time(time) => Value::Time(*time),
                Value::Bool(value) => Value::Bool(*value),
                Value::Error(error) => Value::Error(error.clone()),
            };
            out.push((row.number, cell.column, value));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    out
}

fn one(cell: &str) -> Option<Value<'static>> {
    read(&format!(r#"<row r="1">{cell}</row>"#))
        .into_iter()
        .next()
        .map(|(_, _, value)| value)
}

fn text(text: &str) -> Option<Value<'_>> {
    Some(Value::Text(text.into()))
}

#[test]
fn every_kind_of_cell() {
    assert_eq!(one(r#"<c r="A1" t="s"><v>0</v></c>"#), text("甲 & 乙"));
    assert_eq!(
        one(r#"<c r="A1" t="s"><v>1</v></c>"#),
        text("粗 细"),
        "phonetic text is left out"
    );
    assert_eq!(one(r#"<c r="A1" t="s"><v>2</v></c>"#), text("两\r行_x1"));
    assert_eq!(one(r#"<c r="A1" t="s"><v>3</v></c>"#), None);
    assert_eq!(
        one(r#"<c r="A1" t="inlineStr"><is><t>内</t><t>联</t></is></c>"#),
        text("内联")
    );
    assert_eq!(
        one(r#"<c r="A1" t="str"><f>A2&amp;B2</f><v>结果</v></c>"#),
        text("结果")
    );
    assert_eq!(
        one(r#"<c r="A1"><v>1.1000000000000001</v></c>"#),
        Some(Value::Number("1.1".into()))
    );
    assert_eq!(
        one(r#"<c r="A1" s="2"><v>0.9901</v></c>"#),
        Some(Value::Percent("99.01".into()))
    );
    assert_eq!(
        one(r#"<c r="A1" t="b"><v>1</v></c>"#),
        Some(Value::Bool(true))
    );
    assert_eq!(
        one(r#"<c r="A1" t="e"><v>#N/A</v></c>"#),
        Some(Value::Error("#N/A".into()))
    );
    let uncomputed = Some(Value::Error("#未计算".into()));
    assert_eq!(one(r#"<c r="A1"><f>SUM(B1:B9)</f></c>"#), uncomputed);
    assert_eq!(one(r#"<c r="A1"/>"#), None);
    assert_eq!(
        one(r#"<c r="A1" t="str"><v>  </v></c>"#),
        None,
        "blanks are nothing"
    );
    for (cell, shown) in [
        (r#"<c r="A1" s="1"><v>44621</v></c>"#, "2022-03-01"),
        (r#"<c r="A1" s="3"><v>0.5</v></c>"#, "12:00:00"),
        (
            r#"<c r="A1" t="d"><v>2022-03-01T08:30:00</v></c>"#,
            "2022-03-01 08:30:00",
        ),
        (r#"<c r="A1" s="1"><v>-5</v></c>"#, "-5"),
    ] {
        assert_eq!(one(cell).unwrap().to_text(), shown);
    }
}

#[test]
fn rows_and_columns_are_numbered_as_excel_shows_them() {
    let seen = read(
        r#"<row r="3"><c r="AB3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row><row r="9"/><row r="10"><c r="A10"/></row>"#,
    );
    let places: Vec<(u32, u16)> = seen
        .iter()
        .map(|(row, column, _)| (*row, *column))
        .collect();
    assert_eq!(places, [(3, 27), (3, 28), (4, 0)]);
    assert_eq!(office::xlsx::column_name(27), "AB");
    assert_eq!(office::xlsx::column_name(16_383), "XFD");
}

#[test]
fn merged_cells_are_told() {
    let page = r#"<worksheet><sheetData><row r="2"><c r="A2"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A2:B5"/></mergeCells></worksheet>"#;
    let bytes = workbook(page, &[]);
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    let summary = book.rows(0, |_| ControlFlow::Continue(())).unwrap();
    let merged = Merged {
        first_row: 2,
        last_row: 5,
        first_column: 0,
        last_column: 1,
    };
    assert_eq!(summary.merged, [merged]);
    assert_eq!(summary.rows, 1);
}

#[test]
fn the_header_is_found_below_a_title() {
    let cell = |text: &str| format!(r#"<c t="str"><v>{text}</v></c>"#);
    let rows = format!(
        "<row>{}</row><row/><row>{}{}{}{}</row>",
        cell("2022 年登记表"),
        cell("序号"),
        cell("学校\n名称＊"),
        cell("人数"),
        cell("人数"),
    );
    let bytes = workbook(&sheet(&rows), &[]);
    let mut book = Book::from_bytes(&bytes, &Limits::default()).unwrap();
    let found = header::find(&mut book, 0, &["学校名称", "人数"])
        .unwrap()
        .unwrap();
    assert_eq!((found.row, found.columns), (3, vec![Some(1), Some(2)]));
    assert_eq!(found.repeated, [(3, "人数".to_owned())]);
    assert_eq!(found.unknown, [(0, "序号".to_owned())]);
}

#[test]
fn phantom_rows_down_to_the_last_are_skipped() {
    let mut rows = String::from(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    for number in 948_577..=1_048_576 {
        rows.push_str(&format!(r#"<row r="{number}" s="1"/>"#));
    }
    let bytes = workbook(&sheet(&rows), &[]);
    assert_eq!(texts(&bytes, 0), [(1, vec!["1".to_owned()])]);
}

#[test]
fn too_many_filled_rows_are_refused_at_the_limit() {
    let rows = |count: u32| {
        (0..count)
            .map(|_| "<row><c><v>1</v></c></row>")
            .collect::<String>()
    };
    let limits = Limits {
        rows: 10,
        ..Limits::default()
    };
    let stream = |count| {
        let bytes = workbook(&sheet(&rows(count)), &[]);
        let mut book = Book::from_bytes(&bytes, &limits).unwrap();
        book.rows(0, |_| ControlFlow::Continue(()))
    };
    assert_eq!(stream(10).unwrap().rows, 10);
    assert!(matches!(
        stream(11),
        Err(OfficeError::TooManyRows { limit: 10, .. })
    ));
}

#[test]
fn strict_prefixes_absolute_targets_and_the_1904_calendar_are_understood() {
    let bytes = crate::support::package(&[
        (
            "XL\\Workbook.xml",
            r#"<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="甲" r:id="a" state="hidden"/></x:sheets></x:workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/xl/页.xml"/></Relationships>"#,
        ),
        ("xl/styles.xml", STYLES),
        (
            "xl/页.xml",
            r#"<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" s="1"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>"#,
        ),
    ]);
    assert_eq!(texts(&bytes, 0), [(1, vec!["1904-01-01".to_owned()])]);
}

#[test]
fn an_independent_reader_sees_the_same() {
    let rows: Vec<Vec<Datum>> = (0..500_i64)
        .map(|n| {
            vec![
                Datum::Text(format!("单位{}", n % 7)),
                Datum::Integer(n * 31 - 100),
                Datum::Decimal(format!("{}.{:02}", n, n % 100)),
            ]
        })
        .collect();
    let columns = vec![
        column("名", Kind::Text),
        column("数", Kind::Integer),
        column("分", Kind::Decimal(2)),
    ];
    let table = Table {
        sheet: "对照".to_owned(),
        columns,
        rows,
        notes: Vec::new(),
    };
    let bytes = write_table(&table).unwrap();
    let mut other: Xlsx<_> = Xlsx::new(Cursor::new(&bytes[..])).unwrap();
    let range = other.worksheet_range("对照").unwrap();
    let theirs: Vec<Vec<String>> = range
        .rows()
        .map(|row| {
            let cells = row.iter().map(|cell| match cell {
                Data::String(text) => text.clone(),
                Data::Float(number) => number.to_string(),
                other => panic!("unexpected {other:?}"),
            });
            cells.collect()
        })
        .collect();
    let ours: Vec<Vec<String>> = texts(&bytes, 0)
        .into_iter()
        .map(|(_, cells)| cells)
        .collect();
    assert_eq!(ours, theirs);
}

//! Sheets that come back with masks in them: what was not touched stays as it is.

use app::{
    entry::NewEntry,
    listing::ListAsk,
    sheet::{Applied, Outcome, Plan},
};
use catalogue::value::{Fields, Value};
use office::xlsx::{Column, Datum, Kind, Table, write_table};

use crate::office::{Office, office};

/// Number, matter, caller, record; all received on one day.
fn sheet(rows: &[[&str; 4]]) -> Vec<u8> {
    let names = ["编号", "事项", "来电人", "记录号", "收到日期"];
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: Kind::Text,
    };
    let cell = |text: &str| Datum::Text(text.to_owned());
    let row = |row: &[&str; 4]| {
        let cells = row.iter().copied().chain(["2022-05-05"]);
        cells.map(cell).collect()
    };
    write_table(&Table {
        sheet: "投诉".to_owned(),
        columns: names.iter().map(column).collect(),
        rows: rows.iter().map(row).collect(),
        notes: Vec::new(),
    })
    .unwrap()
}

/// A complaint of 李小明; its id.
fn complaint(office: &Office) -> String {
    let pairs = [
        ("number", "1"),
        ("received_on", "2022-05-05"),
        ("matter", "食堂"),
        ("caller", "李小明"),
    ];
    let pairs = pairs.map(|(id, text)| (id.to_owned(), Value::from(text)));
    let new = NewEntry {
        happened_on: "2022-05-05".parse().unwrap(),
        fields: Fields::from(pairs),
    };
    office.app.open(&office.clerk, "complaint", new).unwrap()
}

fn upload(office: &Office, rows: &[[&str; 4]]) -> (String, Plan) {
    let upload = office
        .app
        .upload_sheet(&office.clerk, "complaint", "回.xlsx", sheet(rows));
    upload.unwrap()
}

fn reasons(plan: &Plan) -> Vec<String> {
    let faults = plan.rows.iter().filter_map(|row| match &row.outcome {
        Outcome::Refused(faults) => Some(faults),
        _ => None,
    });
    let fault = |f: &app::sheet::CellFault| format!("{} {}：{}", f.address, f.value, f.reason);
    faults.flatten().map(fault).collect()
}

#[test]
fn a_mask_left_alone_leaves_the_value_alone() {
    let office = office();
    let id = complaint(&office);
    let (_, same) = upload(&office, &[["1", "食堂", "李**", &id]]);
    assert_eq!(same.counts().same, 1);
    let (batch, changed) = upload(&office, &[["1", "食堂卫生", "李**", &id]]);
    assert_eq!(changed.counts().changed, 1, "{:?}", reasons(&changed));
    office
        .app
        .apply_sheet(&office.clerk, &batch, false)
        .unwrap();
    let entry = office.app.entry(&office.clerk, &id).unwrap();
    assert_eq!(entry.state.fields["caller"], Value::from("李小明"));
    assert_eq!(entry.state.fields["matter"], Value::from("食堂卫生"));
}

#[test]
fn a_row_without_its_record_is_known_by_its_number() {
    let office = office();
    complaint(&office);
    let (_, plan) = upload(&office, &[["1", "食堂", "李**", ""]]);
    assert_eq!(plan.counts().same, 1, "{:?}", reasons(&plan));
}

#[test]
fn a_mask_of_somebody_else_is_refused_at_its_cell() {
    let office = office();
    let id = complaint(&office);
    let (_, plan) = upload(&office, &[["1", "食堂", "王**", &id]]);
    assert_eq!(reasons(&plan), ["C2 王**：打码的内容与原记录对不上"]);
}

#[test]
fn a_whole_name_takes_the_place_of_a_mask() {
    let office = office();
    let id = complaint(&office);
    let (_, plan) = upload(&office, &[["1", "食堂", "王小红", &id]]);
    assert_eq!(plan.counts().changed, 1, "{:?}", reasons(&plan));
}

#[test]
fn a_new_row_with_a_mask_is_refused_at_its_cell() {
    let office = office();
    let (batch, plan) = upload(
        &office,
        &[["7", "校车", "王**", ""], ["8", "校车", "王小红", ""]],
    );
    assert_eq!(reasons(&plan), ["C2 王**：打码的内容不能登记为新记录"]);
    let taken = office.app.apply_sheet(&office.clerk, &batch, true);
    let expected = Applied {
        new: 1,
        refused: 1,
        ..Applied::default()
    };
    assert_eq!(taken.unwrap(), expected);
    let all = office
        .app
        .list(&office.clerk, "complaint", &ListAsk::default(), 9)
        .unwrap();
    assert!(all.entries.iter().all(|e| e.number != "7"));
}

//! Sheets between preview and confirmation: what is taken in is true at that moment.

use app::{entry::NewEntry, sheet::Applied};
use catalogue::value::{Fields, Value};

use crate::office::{Office, office, sheet};

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

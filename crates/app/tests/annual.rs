//! A year's work goes in, a traceable report comes out: import, figures, report, freeze,
//! correction, comparison, proof. One small catalogue, one SQLite file.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    Actor, App, AppError, Chance, Clock, Target,
    entry::NewEntry,
    kernel::Ask,
    listing::ListAsk,
    organ::{AccountSetup, OrganSetup},
    report::PaperPiece,
    sheet::Outcome,
};
use catalogue::{Files, value::Value};
use office::xlsx::{Column, Datum, Kind, Table, write_table};
use proof::note::SigningKey;
use values::dates::Period;

const COMPLAINT: &str = r#"
id = "complaint"
name = "投诉"
section = "office"
effective = 2020-01-01
date = "received_on"
key = ["number"]
title = ["matter"]

[[field]]
id = "number"
name = "编号"
type = "text"
required = true

[[field]]
id = "received_on"
name = "收到日期"
type = "date"
required = true

[[field]]
id = "matter"
name = "事项"
type = "text"
required = true

[[field]]
id = "caller"
name = "来电人"
type = "person"

[[field]]
id = "district"
name = "区县"
type = "district"
index = true

[[field]]
id = "closed_on"
name = "办结日期"
type = "date"

[[clock]]
id = "close"
name = "办结"
starts = "field:received_on"
stops = ["field:closed_on"]
limit = "15 working days"
statutory = false

[[figure]]
id = "received"
name = "受理投诉"
unit = "件"
count = "entries"
by = ["district"]

[[figure]]
id = "closed"
name = "办结投诉"
unit = "件"
count = "entries"
on = "closed_on"
by = ["district"]

[[figure]]
id = "closing_rate"
name = "办结率"
unit = "%"
formula = "rate"
of = "closed"
base = "received"
decimals = 1
"#;

const TEMPLATE: &str = r#"
id = "annual"
name = "年度报告"
title = "{organ}{year}年报告"

[[part]]
id = "measures"
level = 1
name = "主要举措"
required = true

[[part.paragraph]]
[[part.paragraph.sentence]]
text = "受理投诉{received}件，办结{closed}件，办结率{closing_rate}%。"
"#;

fn catalogue_files() -> Files {
    let report = include_str!("../../../catalogue/annual_report/report.toml");
    Files::new("")
        .with("modules.toml", "[[module]]\nid = \"m\"\nname = \"模块\"\n")
        .with(
            "sections.toml",
            "[[section]]\nid = \"office\"\nname = \"办公室\"\n[[section]]\nid = \"legal\"\nname = \"法规科\"\n",
        )
        .with(
            "roles.toml",
            "[[role]]\nid = \"clerk\"\nname = \"科室人员\"\n[[role]]\nid = \"legal_section\"\nname = \"法规科\"\n",
        )
        .with(
            "statutes.toml",
            "[[statute]]\nname = \"法治政府建设与责任落实督察工作规定\"\nkind = \"规定\"\nmark = \"secondary\"\n",
        )
        .with("m/complaint.toml", COMPLAINT)
        .with("m/report.toml", report)
        .with("reports/annual.toml", TEMPLATE)
}

/// The system over a database.
fn over(database: &Target) -> App {
    app_over(app::open_store(database).expect("it opens"))
}

fn app_over(store: app::Store) -> App {
    let (catalogue, findings) = catalogue::load(&catalogue_files(), None);
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    let clock = Clock::simulated("2022-12-30T02:00:00Z".parse().expect("an instant"));
    let key = Arc::new(SigningKey::from_seed("test/log", &[7; 32]).expect("a key"));
    App::new(store, Arc::new(catalogue), clock, Chance::seeded(1), key).expect("it starts")
}

struct Office {
    app: App,
    clerk: Actor,
    legal: Actor,
    database: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

/// An office on the engine under test; in a file, where that is SQLite.
fn office() -> Office {
    match Target::scratch() {
        Target::SqliteMemory => office_in_a_file(),
        server => set_up(&server, "".into(), tempfile::tempdir().expect("a folder")),
    }
}

fn office_in_a_file() -> Office {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("yifa.db");
    set_up(&Target::SqliteFile(database.clone()), database, folder)
}

fn set_up(target: &Target, database: std::path::PathBuf, folder: tempfile::TempDir) -> Office {
    let mut app = over(target);
    let account = |login: &str, section: &str, roles: &str| AccountSetup {
        login: login.to_owned(),
        name: login.to_owned(),
        post: String::new(),
        section: section.to_owned(),
        roles: roles.to_owned(),
        password: "correct horse".to_owned(),
    };
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "o".to_owned(),
        name: "云川市教育局".to_owned(),
        short_name: "云川".to_owned(),
        document_name: "云教".to_owned(),
        districts: vec![("d1".to_owned(), "东山区".to_owned())],
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: vec![
            account("clerk", "office", "clerk"),
            account("legal", "legal", "clerk legal_section"),
        ],
    })
    .expect("it is set up");
    let actor = |login: &str| app.actor_by_login(login).expect("readable").expect("there");
    let (clerk, legal) = (actor("clerk"), actor("legal"));
    Office {
        app,
        clerk,
        legal,
        database,
        _folder: folder,
    }
}

/// A sheet as a clerk fills it in: number, received, matter, district, closed.
fn sheet(rows: &[[&str; 5]]) -> Vec<u8> {
    let names = ["编号", "收到日期", "事项", "区县", "办结日期"];
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: Kind::Text,
    };
    let cell = |text: &&str| match *text {
        "" => Datum::Empty,
        text => Datum::Text(text.to_owned()),
    };
    write_table(&Table {
        sheet: "投诉".to_owned(),
        columns: names.iter().map(column).collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect(),
        notes: Vec::new(),
    })
    .expect("it writes")
}

impl Office {
    fn import(&self, rows: &[[&str; 5]]) -> app::sheet::Applied {
        let upload = self
            .app
            .upload_sheet(&self.clerk, "complaint", "a.xlsx", sheet(rows));
        let (batch, _) = upload.expect("it is taken");
        self.app
            .apply_sheet(&self.clerk, &batch, false)
            .expect("it applies")
    }
    fn figure(&self, id: &str) -> String {
        let ask = Ask::period(Period::year(2022));
        let readings = self
            .app
            .readings(&self.legal, &[(id.to_owned(), ask)], None);
        readings.expect("it reads")[0].words()
    }
}

const YEAR: [[&str; 5]; 3] = [
    ["1", "2022年3月1日", "违规补课", "东山区", "2022-03-08"],
    ["2", "2022/4/2", "乱收费", "东山区", "2022.4.20"],
    ["3", "2022-12-28", "校车超员", "东山区", ""],
];

#[test]
fn the_same_sheet_twice_changes_nothing_and_a_changed_row_changes_one_entry() {
    let office = office();
    let first = office.import(&YEAR);
    assert_eq!((first.new, first.same, first.changed), (3, 0, 0));
    assert_eq!(
        [office.figure("received"), office.figure("closing_rate")],
        ["3", "66.7"]
    );
    let again = office.import(&YEAR);
    assert_eq!((again.new, again.same, again.changed), (0, 3, 0));
    let mut changed = YEAR;
    changed[2][4] = "2022-12-29";
    let third = office.import(&changed);
    assert_eq!((third.new, third.same, third.changed), (0, 2, 1));
    assert_eq!(
        [office.figure("closed"), office.figure("closing_rate")],
        ["3", "100.0"]
    );
}

#[test]
fn one_bad_row_holds_the_sheet_back_until_the_good_rows_are_chosen() {
    let office = office();
    let mut rows = YEAR;
    rows[1][3] = "西山区";
    let upload = office
        .app
        .upload_sheet(&office.clerk, "complaint", "a.xlsx", sheet(&rows));
    let (batch, plan) = upload.expect("it is taken");
    let Outcome::Refused(faults) = &plan.rows[1].outcome else {
        panic!("it is refused")
    };
    assert_eq!(faults[0].field, "区县");
    assert!(
        faults[0].address.ends_with('3'),
        "{}: the row as Excel shows it",
        faults[0].address
    );
    assert!(faults[0].remedy.contains("东山区"), "{}", faults[0].remedy);
    let refused = office.app.apply_sheet(&office.clerk, &batch, false);
    assert!(matches!(refused, Err(AppError::Input(_))));
    assert_eq!(office.figure("received"), "0", "nothing was half applied");
    let applied = office
        .app
        .apply_sheet(&office.clerk, &batch, true)
        .expect("it applies");
    assert_eq!((applied.new, applied.refused), (2, 1));
    assert_eq!(office.figure("received"), "2");
}

#[test]
fn a_frozen_report_keeps_its_numbers_and_the_desk_names_the_entry_that_differs() {
    let office = office();
    office.import(&YEAR);
    let id = office
        .app
        .start_report(&office.legal, "annual", 2022)
        .expect("a draft");
    let draft = office.app.draft(&office.legal, &id).expect("it is there");
    let mut parts = draft.parts.clone();
    parts[0].text.push_str("开展督查12次。");
    office
        .app
        .save_draft(&office.legal, &id, draft.revision, &draft.title, &parts)
        .expect("it saves");
    let draft = office.app.draft(&office.legal, &id).expect("it is there");
    let paper = office
        .app
        .paper(&office.legal, &draft, None)
        .expect("it sets");
    let untraced: Vec<String> = paper.untraced().into_iter().map(|u| u.number).collect();
    assert_eq!(untraced, ["12"], "{}", paper.text());
    office
        .app
        .freeze(&office.legal, &id, draft.revision)
        .expect("it freezes");

    let page = office
        .app
        .list(&office.clerk, "complaint", &ListAsk::default(), 9)
        .expect("a list");
    let open = page
        .entries
        .iter()
        .find(|e| e.number == "3")
        .expect("it is there");
    let changes = BTreeMap::from([("closed_on".to_owned(), Some(Value::from("2022-12-29")))]);
    office
        .app
        .amend(
            &office.clerk,
            &open.id,
            open.state.revision,
            changes,
            "补录".to_owned(),
        )
        .expect("it is corrected");

    let draft = office.app.draft(&office.legal, &id).expect("it is there");
    let snapshot = office
        .app
        .snapshot(&office.legal, &draft)
        .expect("readable")
        .expect("frozen");
    let printed: Vec<&str> = snapshot.paper.parts[0].paragraphs[0]
        .pieces
        .iter()
        .filter(|p| matches!(p, PaperPiece::Figure { .. }))
        .map(PaperPiece::text)
        .collect();
    assert_eq!(printed, ["3", "2", "66.7"]);
    let changes = office
        .app
        .changes(&office.legal, &snapshot)
        .expect("compared");
    let said: Vec<(&str, &str, &str)> = changes
        .iter()
        .map(|c| {
            (
                c.frozen.figure.as_str(),
                c.frozen.text.as_str(),
                c.now.as_str(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [("closed", "2", "3"), ("closing_rate", "66.7", "100.0")]
    );
    assert!(
        changes
            .iter()
            .all(|c| c.entries.iter().all(|e| e.entry_id == open.id))
    );
    let again = office
        .app
        .save_draft(&office.legal, &id, draft.revision, "新标题", &parts);
    assert!(
        matches!(again, Err(AppError::Input(_))),
        "a frozen report does not change"
    );
}

#[test]
fn two_people_on_one_entry_one_wins_and_the_other_is_told() {
    let office = office();
    office.import(&YEAR);
    let page = office
        .app
        .list(&office.clerk, "complaint", &ListAsk::default(), 9)
        .expect("a list");
    let entry = &page.entries[0];
    let amend = |matter: &str| {
        let changes = BTreeMap::from([("matter".to_owned(), Some(Value::from(matter)))]);
        let seen = entry.state.revision;
        office
            .app
            .amend(&office.clerk, &entry.id, seen, changes, "笔误".to_owned())
    };
    amend("甲").expect("the first wins");
    let told = amend("乙").expect_err("the second is told").to_string();
    assert!(told.contains("其间已有他人办理"), "{told}");
    let now = office
        .app
        .entry(&office.clerk, &entry.id)
        .expect("it is there");
    assert_eq!(now.title, "甲");
}

#[test]
fn what_is_changed_behind_the_systems_back_is_found_with_table_and_row() {
    let office = office_in_a_file();
    office.import(&YEAR);
    let new = NewEntry {
        happened_on: "2022-05-05".parse().expect("a date"),
        fields: BTreeMap::from([
            ("number".to_owned(), Value::from("9")),
            ("received_on".to_owned(), Value::from("2022-05-05")),
            ("matter".to_owned(), Value::from("食堂")),
            ("caller".to_owned(), Value::from("李某")),
        ]),
    };
    office
        .app
        .open(&office.clerk, "complaint", new)
        .expect("it opens");
    office.app.checkpoint().expect("it signs");
    let verify = || office.app.verify_log(|_, _| ()).expect("it reads");
    assert!(verify().is_clean(), "{:?}", verify().findings);
    let tampering = [
        (
            "event",
            "UPDATE event SET body = replace(body, '食堂', '食材')",
        ),
        ("event", "UPDATE event SET actor = 'x' WHERE leaf_index = 1"),
        (
            "entry",
            "UPDATE entry SET fields = replace(fields, '乱收费', '无')",
        ),
        ("entry", "UPDATE entry SET title = 'x' WHERE title = '食堂'"),
        (
            "contribution",
            "UPDATE contribution SET value = value + 1 WHERE figure = 'received'",
        ),
        (
            "contribution",
            "UPDATE contribution SET happened_on = '2021-01-01' WHERE leaf_index = 0",
        ),
        (
            "entry_value",
            "UPDATE entry_value SET value = '西山区' WHERE field = 'district'",
        ),
        (
            "rollup",
            "UPDATE rollup SET value = value + 5 WHERE figure = 'received'",
        ),
        (
            "log_leaf",
            "UPDATE log_leaf SET data = CAST(replace(CAST(data AS TEXT), 'complaint', 'complaimt') AS BLOB)",
        ),
    ];
    // Each change is made to a copy of its own, through a door that the system does not know of.
    let settle = rusqlite::Connection::open(&office.database).expect("it opens");
    settle
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("it settles");
    drop(settle);
    for (n, (table, sql)) in tampering.into_iter().enumerate() {
        let copy = office.database.with_file_name(format!("copy-{n}.db"));
        std::fs::copy(&office.database, &copy).expect("it copies");
        let file = rusqlite::Connection::open(&copy).expect("it opens");
        assert!(file.execute(sql, []).expect(sql) > 0, "{sql}");
        drop(file);
        let report = over(&Target::SqliteFile(copy))
            .verify_log(|_, _| ())
            .expect("it reads");
        assert!(
            report.findings.iter().any(|f| f.table == table),
            "{sql}: {:?}",
            report.findings
        );
    }
}

#[test]
fn a_hand_over_is_taken_when_its_log_says_so_and_taken_away_again_when_not() {
    let office = office_in_a_file();
    office.import(&YEAR);
    office.app.checkpoint().expect("it signs");
    let files = app::Files::memory();
    let written = |target: &Target| {
        let store = app::open_store(target).expect("it opens");
        let mut bytes = Vec::new();
        store.hand_over(&files, &mut bytes).expect("it is written");
        bytes
    };
    let here = Target::SqliteFile(office.database.clone());
    while office.app.index_search(100).expect("it indexes") > 0 {}
    let sound = written(&here);

    // Somebody changes a row behind the system's back, then hands over.
    let file = rusqlite::Connection::open(&office.database).expect("it opens");
    let sql = "UPDATE event SET body = replace(body, '违规补课', '违规办学')";
    assert!(file.execute(sql, []).expect(sql) > 0);
    drop(file);
    let changed = written(&here);
    assert_ne!(changed, sound);

    let target = match Target::scratch() {
        Target::SqliteMemory => Target::SqliteFile(office.database.with_file_name("there.db")),
        server => server,
    };
    let take = |bytes: &[u8]| {
        let taken = app::handover::take_over(&target, &files, bytes);
        app_over(taken.expect("it is whole").0)
    };
    let report = take(&changed).settle_in(|_, _| ()).expect("it reads");
    assert!(
        report.findings.iter().any(|f| f.table == "event"),
        "{:?}",
        report.findings
    );
    // The place is empty again: the sound one fits in, and all of it is there.
    let report = take(&sound).settle_in(|_, _| ()).expect("it reads");
    assert!(report.is_clean(), "{:?}", report.findings);
    let there = over(&target);
    assert!(written(&target) == sound, "the same byte for byte");
    let clerk = there
        .actor_by_login("clerk")
        .expect("readable")
        .expect("there");
    let found = there.search(&clerk, "乱收费").expect("it searches");
    assert_eq!(found.len(), 1, "the words were taken into the index");
}

//! A year's work goes in, a traceable report comes out: import, figures, report, freeze,
//! correction, comparison, proof.

use std::collections::BTreeMap;

use app::{
    AppError,
    listing::ListAsk,
    report::{Paper, PaperPiece},
    sheet::Outcome,
};
use catalogue::value::Value;

use crate::office::{office, sheet};

pub const YEAR: [[&str; 5]; 3] = [
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
        ["3", "100"]
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
    parts[0].text.push_str("开展督查12次，历时3天。");
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
    assert_eq!(untraced, ["12", "3"], "{}", paper.text());
    let titled = Paper {
        title: "2022年完成5项改革的报告".to_owned(),
        ..paper
    };
    assert_eq!(titled.untraced()[0].number, "5", "a title states too");
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
    let document = || {
        let docx = office.app.report_docx(&office.legal, &snapshot.paper);
        docx.expect("a document")
    };
    let on_the_day = document();
    let later = "2024-03-01T02:00:00Z".parse().expect("an instant");
    office.app.clock.set(later);
    assert!(document() == on_the_day, "it bears the day of its freeze");
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
        [("closed", "2", "3"), ("closing_rate", "66.7", "100")]
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

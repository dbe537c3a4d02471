//! The proof-reader at the desk: relations in the text, typed numbers against the ledgers, last
//! year's published figures against what the ledgers say now.

use std::collections::BTreeMap;

use app::listing::ListAsk;
use app::report::{Draft, Remark};
use catalogue::value::Value;

use crate::annual::YEAR;
use crate::office::{Office, office};

/// A draft of the year's report.
fn started(office: &Office, year: i16) -> Draft {
    let id = office
        .app
        .start_report(&office.legal, "annual", year)
        .unwrap();
    office.app.draft(&office.legal, &id).unwrap()
}

/// What is said of the draft with these words at the end of its first part.
fn remarks(office: &Office, draft: &Draft, words: &str) -> Vec<Remark> {
    let mut draft = draft.clone();
    draft.parts[0].text.push_str(words);
    let paper = office.app.paper(&office.legal, &draft, None).unwrap();
    office
        .app
        .proof_read(&office.legal, &draft, &paper)
        .unwrap()
}

fn of<'r>(remarks: &'r [Remark], code: &str) -> Vec<&'r Remark> {
    remarks
        .iter()
        .filter(|remark| remark.code == code)
        .collect()
}

#[test]
fn a_contradiction_is_said_with_its_arithmetic_and_its_part() {
    let office = office();
    let draft = started(&office, 2022);
    let wrong = "全年办理信访事项162件，其中来信38件、来访51件、网上投诉37件。";
    let found = remarks(&office, &draft, wrong);
    let [sum] = of(&found, "sum-mismatch")[..] else {
        panic!("{found:?}")
    };
    assert_eq!(sum.message, "总数 162 与分项之和 126 不符");
    assert!(sum.help.starts_with("38 + 51 + 37 = 126"), "{}", sum.help);
    assert_eq!(sum.part.as_deref(), Some("measures"));
    assert_eq!(sum.quote, "162");
    let right = wrong.replace("162", "126");
    assert_eq!(
        of(&remarks(&office, &draft, &right), "sum-mismatch").len(),
        0
    );
}

#[test]
fn a_typed_number_is_held_against_the_ledgers() {
    let office = office();
    office.import(&YEAR);
    let draft = started(&office, 2022);
    let found = remarks(&office, &draft, "全年共受理投诉5件，办结投诉2件。");
    let [differs] = of(&found, "report-differs")[..] else {
        panic!("{found:?}")
    };
    assert_eq!(differs.message, "“受理投诉”报告写 5件，台账是 3件");
    let [same] = of(&found, "figure-typed")[..] else {
        panic!("{found:?}")
    };
    assert!(same.message.starts_with("“办结投诉”"), "{}", same.message);
    let earlier = remarks(&office, &draft, "上年受理投诉5件。");
    assert_eq!(of(&earlier, "report-differs").len(), 0, "not this year's");
}

#[test]
fn last_years_published_figures_are_held_against_this_years_opening() {
    let office = office();
    let (app, legal) = (&office.app, &office.legal);
    let mut last_year = YEAR;
    for (row, [received, closed]) in last_year.iter_mut().zip([
        ["2021-03-01", "2021-03-08"],
        ["2021-04-02", "2021-04-20"],
        ["2021-12-28", ""],
    ]) {
        (row[1], row[4]) = (received, closed);
    }
    office.import(&last_year);
    let last = started(&office, 2021);
    app.freeze(legal, &last.id, last.revision).unwrap();
    let draft = started(&office, 2022);
    assert_eq!(
        of(&remarks(&office, &draft, ""), "opening-differs").len(),
        0,
        "nothing has moved since"
    );

    let list = app
        .list(&office.clerk, "complaint", &ListAsk::default(), 9)
        .unwrap();
    let open = list.entries.iter().find(|e| e.number == "3").unwrap();
    let changes = BTreeMap::from([("closed_on".to_owned(), Some(Value::from("2021-12-29")))]);
    app.amend(
        &office.clerk,
        &open.id,
        open.state.revision,
        changes,
        "补录".to_owned(),
    )
    .unwrap();
    let found = remarks(&office, &draft, "");
    let said: Vec<&str> = of(&found, "opening-differs")
        .iter()
        .map(|remark| remark.message.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "上年报告公布 2件，台账现在是 3件",
            "上年报告公布 66.7%，台账现在是 100%"
        ]
    );
}

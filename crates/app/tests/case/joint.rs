//! Joint cases (并案) over the whole system: one file for both, one who decides both.

use std::io::Cursor;

use app::{
    AppError,
    entry::{Deed, NewEntry},
    kernel::{Refusal, Standing},
};
use catalogue::value::Fields;

use crate::office::{Office, jpeg, photo};

/// An office with two officers, and penalty cases of these numbers, filed on these days.
fn office(cases: &[(&str, &str)]) -> (Office, Vec<String>) {
    let office = Office::shipped();
    let app = &office.app;
    app.clock.set("2023-03-01T10:00:00+08:00".parse().unwrap());
    for (who, number) in [("名officer", "云教1"), ("名colleague", "云教2")] {
        let held = [
            ("officer", who),
            ("number", number),
            ("issued_on", "2020-01-01"),
        ];
        open(&office, "officer_certificate", &held);
    }
    let cases = cases.iter().map(|(number, filed_on)| {
        let fields = [
            ("case_number", *number),
            ("party", "某培训学校"),
            ("party_kind", "校外培训机构"),
            ("source", "投诉举报"),
            ("cause", "虚假招生宣传"),
            ("filed_on", *filed_on),
        ];
        open(&office, "penalty_ordinary", &fields)
    });
    let cases = cases.collect();
    (office, cases)
}

fn open(office: &Office, ledger: &str, pairs: &[(&str, &str)]) -> String {
    let field = |(id, value): &(&str, &str)| ((*id).to_owned(), (*value).into());
    let new = NewEntry {
        happened_on: office.app.clock.today(),
        fields: pairs.iter().map(field).collect(),
    };
    office.app.open(&office.officer, ledger, new).unwrap()
}

fn joins(office: &Office, case: &str, lead: &str) -> Result<(), AppError> {
    let fields = Fields::from([("joined_to".to_owned(), lead.into())]);
    let (app, head) = (&office.app, &office.head);
    app.act(head, case, None, "join", fields, None)
}

fn retracts(office: &Office, case: &str) -> Result<(), AppError> {
    let revision = office.app.entry(&office.head, case).unwrap();
    let seen = revision.state.revision;
    office
        .app
        .retract(&office.head, case, seen, "并错了".to_owned())
}

fn refused(result: Result<(), AppError>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.to_string(),
        other => panic!("{other:?}"),
    }
}

/// What is in an archive, by name.
fn names(office: &Office, case: &str) -> Vec<String> {
    let bytes = office
        .app
        .originals(&office.officer, case, Cursor::new(Vec::new()))
        .unwrap();
    let mut archive = zip::ZipArchive::new(bytes).unwrap();
    (0..archive.len())
        .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
        .collect()
}

#[test]
fn two_cases_become_one_file_and_part_again() {
    let (office, cases) = office(&[("甲案", "2023-02-01"), ("乙案", "2023-02-20")]);
    let (app, who) = (&office.app, &office.officer);
    let (lead, later) = (&cases[0], &cases[1]);
    app.add_evidence(who, later, photo(), &jpeg(1)).unwrap();
    office.signs(later, "investigation_report");
    assert!(
        app.joined(who, &app.entry(who, lead).unwrap())
            .unwrap()
            .is_empty()
    );
    joins(&office, later, "甲案").unwrap();
    let joined = app.entry(who, later).unwrap();
    assert_eq!(joined.state.stage.as_deref(), Some("joined"));
    assert_eq!(app.leads(who, &joined).unwrap().unwrap().id, *lead);
    let found = app.joined(who, &app.entry(who, lead).unwrap()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, *later);
    // Its clock says why it stopped; that of the leading one runs on from the earlier day.
    let stopped = app.entry_clocks(&joined);
    let why = stopped[0].0.steps.last().unwrap();
    assert!(
        why.contains("因“并案") && why.contains("由并入的那一件"),
        "{why}"
    );
    let runs = app.entry_clocks(&app.entry(who, lead).unwrap());
    assert_eq!(runs[0].1, Standing::Open);
    // One file holds the papers, the evidence and the originals of both.
    let file = app.case_file(who, lead).unwrap();
    let report = file
        .papers
        .iter()
        .find(|p| p.title.contains("调查终结报告"));
    assert!(report.unwrap().remark.contains("并入：乙案"), "{file:?}");
    assert!(
        file.cover
            .iter()
            .any(|row| row.label == "并入本件的" && row.value == "乙案")
    );
    assert!(file.closing.paragraphs[0].contains("电子证据 1 份"));
    let names = names(&office, lead);
    assert!(
        names
            .iter()
            .any(|n| n.starts_with("并入案件/01 乙案/证据/")),
        "{names:?}"
    );
    // The leading one keeps its number and is not made void.
    let revision = app.entry(who, lead).unwrap().state.revision;
    let void = app.void(who, lead, revision, "重复".to_owned());
    assert!(refused(void).contains("“乙案”已并入本件"));
    // Taken back, it is open again and its papers are its own.
    retracts(&office, later).unwrap();
    let parted = app.entry(who, later).unwrap();
    assert_eq!(parted.state.stage.as_deref(), Some("filed"));
    assert!(
        app.joined(who, &app.entry(who, lead).unwrap())
            .unwrap()
            .is_empty()
    );
    assert!(app.verify_log(|_, _| ()).unwrap().is_clean());
}

#[test]
fn nothing_closes_a_ring_and_a_chain_is_one_file() {
    let (office, cases) = office(&[
        ("甲案", "2023-02-01"),
        ("乙案", "2023-02-01"),
        ("丙案", "2023-02-20"),
    ]);
    let itself = refused(joins(&office, &cases[0], "甲案"));
    assert!(itself.contains("不能并入本件自己"), "{itself}");
    let unknown = refused(joins(&office, &cases[0], "丁案"));
    assert!(unknown.contains("没有找到“丁案”"), "{unknown}");
    let later = refused(joins(&office, &cases[0], "丙案"));
    assert!(later.contains("应把后来的并入先来的"), "{later}");
    joins(&office, &cases[2], "乙案").unwrap();
    joins(&office, &cases[1], "甲案").unwrap();
    let ring = refused(joins(&office, &cases[0], "乙案"));
    assert!(ring.contains("已在“并入他案”环节"), "{ring}");
    let lead = office.app.entry(&office.officer, &cases[0]).unwrap();
    let all = office.app.joined(&office.officer, &lead).unwrap();
    assert_eq!(all.len(), 2, "what was joined to the joined one came along");
    // The middle one cannot let go of what it brought.
    let held = refused(retracts(&office, &cases[2]));
    assert!(held.contains("“乙案”已办到“并入他案”"), "{held}");
}

#[test]
fn who_investigated_the_joined_case_does_not_decide_the_leading_one() {
    let (office, cases) = office(&[("甲案", "2023-02-01"), ("乙案", "2023-02-20")]);
    let app = &office.app;
    // The deputy may investigate and decide, but not both.
    let deed = Deed {
        action: "investigate".to_owned(),
        officers: vec!["名officer".to_owned(), "名colleague".to_owned()],
        ..Deed::default()
    };
    app.act_together(&office.deputy, &cases[1], deed).unwrap();
    joins(&office, &cases[1], "甲案").unwrap();
    let organ = app.organ(&office.deputy.organ).unwrap();
    let lead = app.entry(&office.deputy, &cases[0]).unwrap();
    let who = app.who_on(&office.deputy, &organ, &lead).unwrap();
    assert_eq!(who.facts.joined.len(), 1);
    let decide = lead.ledger.action("decide").unwrap();
    let mut noticed = lead.state.clone();
    noticed.stage = Some("noticed".to_owned());
    let refusal =
        app::kernel::decide::obstacle(&lead.ledger, &noticed, decide, &Fields::new(), &who);
    assert!(
        matches!(refusal, Some(Refusal::SamePerson { .. })),
        "{refusal:?}"
    );
}

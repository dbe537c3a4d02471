//! Refusals: nothing that the law, the state or the input forbids gets through, and each says why.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use kernel::{
    Certificate, Command, Officer, Refusal,
    decide::REASON_MAX,
    kept::{Evidence, Paper},
};

use crate::fixture::{Office, day, fields};

fn office() -> Office {
    let mut office = Office::new();
    let given = fields(
        &office.catalogue,
        &office.districts,
        "number=1 held_on=2022-03-01 kind=日常 people=3",
    );
    office.opens("甲", given).unwrap();
    office
}

fn words(result: Result<(), Refusal>) -> String {
    result.expect_err("is refused").to_string()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let mut office = Office::new();
    let wrong = Fields::from([
        ("held_on".to_owned(), "2022-02-30".into()),
        ("kind".to_owned(), "抽查".into()),
        ("people".to_owned(), Value::Integer(-1)),
        ("colour".to_owned(), "红".into()),
    ]);
    let said = words(office.does("王五", "甲", Command::Open { fields: wrong }, "2022-03-01"));
    for name in ["编号", "检查日期", "类别", "人数", "colour"] {
        assert!(said.contains(name), "{name} in {said}");
    }
    assert!(office.entries.is_empty());
}

#[test]
fn numbers_that_other_programs_would_round_are_refused() {
    let mut office = office();
    let limit = (1i64 << 53) - 1;
    office.amends("甲", ("fee", Some(limit.into()))).unwrap();
    let said = words(office.amends("甲", ("fee", Some((limit + 1).into()))));
    assert!(said.contains("费用"), "{said}");
    let row = |n: i64| {
        Value::List(vec![Value::Record(BTreeMap::from([
            ("what".to_owned(), "墙".into()),
            ("count".to_owned(), n.into()),
        ]))])
    };
    let said = words(office.amends("甲", ("items", Some(row(i64::MIN)))));
    assert!(said.contains("问题"), "{said}");
}

#[test]
fn an_entry_is_opened_once_and_only_what_is_open_is_worked_on() {
    let mut office = office();
    let again = fields(&office.catalogue, &[], "number=9 held_on=2022-03-02");
    assert_eq!(office.opens("甲", again), Err(Refusal::AlreadyOpened));
    assert_eq!(office.voids("乙"), Err(Refusal::NotOpened));
    assert_eq!(
        office.amends("乙", ("people", Some(1.into()))),
        Err(Refusal::NotOpened)
    );
    assert_eq!(
        office.acts("王五", "乙", "remind", "2022-03-02"),
        Err(Refusal::NotOpened)
    );
    assert_eq!(office.log.len(), 1);
}

#[test]
fn an_act_names_its_ground_and_what_is_missing() {
    let mut office = office();
    let said = words(office.acts("王五", "甲", "decide", "2022-03-02"));
    assert_eq!(
        said,
        "办理“作出处理”还缺：先办理“听取意见”。依据：《行政处罚法》第五十七条。"
    );
    let said = words(office.acts("过客", "甲", "remind", "2022-03-02"));
    assert_eq!(said, "“提醒”须由执法人员办理。");
    let said = words(office.acts("王五", "甲", "burn", "2022-03-02"));
    assert!(said.contains("burn"), "{said}");
    office.acts("王五", "甲", "hear", "2022-03-02").unwrap();
    let said = words(office.acts("王五", "甲", "hear", "2022-03-02"));
    assert_eq!(said, "“听取意见”已经办理过，不能重复办理。");
    office.amends("甲", ("people", Some(0.into()))).unwrap();
    let said = words(office.acts("局长", "甲", "decide", "2022-03-02"));
    assert!(
        said.starts_with("按现在填写的内容不能办理“作出处理”：请核对“人数”。依据"),
        "{said}"
    );
}

/// An officer of this id with a certificate until a day.
fn officer(id: &str, until: &str) -> Officer {
    Officer {
        id: id.into(),
        name: id.into(),
        certificate: Some(Certificate {
            number: format!("06-{id}"),
            until: Some(day(until)),
            ..Certificate::default()
        }),
    }
}

#[test]
fn an_act_waits_for_papers_evidence_and_two_officers_with_valid_certificates() {
    let mut office = office();
    let said = words(office.acts("王五", "甲", "seal", "2022-03-02"));
    for part in ["《检查通知书》", "证据材料", "《行政处罚法》第五十七条"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let paper = |document: &str, version| Paper {
        document: document.into(),
        paper: "p1".into(),
        version,
        number: None,
        hash: "00".into(),
    };
    let mut does = |command| office.does("王五", "甲", command, "2022-03-02");
    does(Command::WritePaper(paper("notice", 1))).unwrap();
    let unknown = does(Command::WritePaper(paper("poem", 1)));
    assert_eq!(unknown, Err(Refusal::NoSuchDocument("poem".into())));
    let said = words(office.acts("王五", "甲", "seal", "2022-03-02"));
    assert!(
        said.contains("制作并签发《检查通知书》"),
        "a draft is not a paper: {said}"
    );
    let mut does = |command| office.does("王五", "甲", command, "2022-03-02");
    does(Command::SignPaper(paper("notice", 2))).unwrap();
    does(Command::AddEvidence(Evidence {
        evidence: "e1".into(),
        hash: "00".into(),
        about: "00".into(),
        size: 1,
        media_type: "image/png".into(),
    }))
    .unwrap();
    let said = words(office.acts("王五", "甲", "seal", "2022-03-02"));
    let ground = "依据：《行政处罚法》第四十二条。";
    assert_eq!(
        said,
        format!("“加盖印章”应由2名以上持证执法人员共同办理，现填了0名，请补填。{ground}")
    );
    let two = |until: &str| vec![officer("甲", "2022-12-31"), officer("乙", until)];
    office.facts.officers = vec![officer("甲", "2022-12-31"), officer("甲", "2022-12-31")];
    let said = words(office.acts("王五", "甲", "seal", "2022-03-02"));
    assert!(
        said.contains("现填了1名"),
        "the same officer twice is one: {said}"
    );
    office.facts.officers = two("2022-03-01");
    let said = words(office.acts("王五", "甲", "seal", "2022-03-02"));
    assert_eq!(
        said,
        format!(
            "乙的行政执法证（06-乙）已于2022年3月1日到期，不得参加“加盖印章”，请换证件有效的人员。{ground}"
        )
    );
    office.facts.officers = two("2022-03-02");
    office.acts("王五", "甲", "seal", "2022-03-02").unwrap();
    let done = office.entries["甲"].acts("seal").next().unwrap().clone();
    assert_eq!(done.officers, ["甲", "乙"]);
}

#[test]
fn whoever_took_part_as_an_officer_may_not_decide() {
    let mut office = office();
    office.acts("王五", "甲", "hear", "2022-03-02").unwrap();
    let said = words(office.acts("王五", "甲", "decide", "2022-03-02"));
    assert!(
        said.starts_with("办理过“听取意见”的人不得办理“作出处理”"),
        "{said}"
    );
    office.facts.officers = vec![officer("王五", "2022-12-31")];
    let said = words(office.acts("局长", "甲", "decide", "2022-03-02"));
    assert!(said.starts_with("王五办理过“听取意见”，不得参加"), "{said}");
}

#[test]
fn a_mistaken_act_is_taken_back_and_stays_visible() {
    let mut office = office();
    let retract = |reason: &str| Command::Retract {
        reason: reason.into(),
    };
    let nothing = office.does("王五", "甲", retract("误点"), "2022-03-02");
    assert_eq!(nothing, Err(Refusal::NothingToRetract));
    office.acts("王五", "甲", "hear", "2022-03-02").unwrap();
    office.acts("局长", "甲", "decide", "2022-03-03").unwrap();
    let no_reason = office.does("局长", "甲", retract(" "), "2022-03-04");
    assert_eq!(no_reason, Err(Refusal::ReasonMissing));
    let stranger = office.does("过客", "甲", retract("误点"), "2022-03-04");
    assert!(
        matches!(stranger, Err(Refusal::WrongRole { .. })),
        "{stranger:?}"
    );
    office
        .does("局长", "甲", retract("误点"), "2022-03-04")
        .unwrap();
    let state = &office.entries["甲"];
    assert_eq!(state.stage.as_deref(), Some("open"));
    assert_eq!(state.acts("decide").count(), 0);
    assert_eq!(state.history.len(), 4, "all four events are there");
    office.acts("局长", "甲", "decide", "2022-03-05").unwrap();
    let on: Vec<_> = office.entries["甲"]
        .acts("decide")
        .map(|d| d.on.clone())
        .collect();
    assert_eq!(on, ["2022-03-05"]);
}

#[test]
fn an_act_fills_only_what_it_asks_for() {
    let mut office = office();
    let command = Command::Act {
        action: "remind".into(),
        fields: Fields::from([("people".to_owned(), 9.into())]),
    };
    let said = words(office.does("王五", "甲", command, "2022-03-02"));
    assert_eq!(said, "办理“提醒”时不填“人数”，要改它请用“更正”并写明理由。");
}

#[test]
fn a_correction_says_why_in_a_sentence() {
    let mut office = office();
    let mut correct = |reason: String| {
        let changes = BTreeMap::from([("people".to_owned(), Some(Value::Integer(8)))]);
        let command = Command::Amend { changes, reason };
        office.does("王五", "甲", command, "2022-03-02")
    };
    assert_eq!(correct("　 ".into()), Err(Refusal::ReasonMissing));
    let too_long = correct("错".repeat(REASON_MAX + 1));
    assert!(matches!(too_long, Err(Refusal::ReasonTooLong { .. })));
    assert_eq!(correct("错".repeat(REASON_MAX)), Ok(()));
}

#[test]
fn text_is_stored_in_one_spelling() {
    let mut office = office();
    office
        .amends(
            "甲",
            ("school", Some("Cafe\u{301}\u{2329}一\u{232A}".into())),
        )
        .unwrap();
    assert_eq!(
        office.entries["甲"].fields["school"],
        "Caf\u{e9}〈一〉".into()
    );
    let again = office.amends("甲", ("school", Some("Cafe\u{301}〈一〉".into())));
    assert_eq!(again, Err(Refusal::Unchanged));
}

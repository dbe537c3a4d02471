//! Taking back an act: with a reason, by whoever may do it, the last one first; it stays visible.

use app::{
    AppError,
    kernel::{Happening, Refusal},
};
use catalogue::value::Fields;

use crate::office::{CERTIFIED, Office, jpeg, photo};

fn revision(office: &Office, case: &str) -> u32 {
    office
        .app
        .entry(&office.officer, case)
        .unwrap()
        .state
        .revision
}

fn back(office: &Office, who: &app::Actor, case: &str, reason: &str) -> Result<(), AppError> {
    let seen = revision(office, case);
    office.app.retract(who, case, seen, reason.to_owned())
}

/// A case that was decided, and closed where asked.
fn decided(office: &Office, closed: bool) -> String {
    let case = office.files_case("案1");
    let app = &office.app;
    office.signs(&case, "decision");
    app.add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    app.act(&office.officer, &case, None, "decide", Fields::new(), None)
        .unwrap();
    if closed {
        let note = Fields::from([("note".to_owned(), "履行完毕。".into())]);
        app.act(&office.head, &case, None, "close", note, None)
            .unwrap();
    }
    case
}

#[test]
fn the_last_act_is_taken_back_and_stays_visible() {
    let office = Office::new();
    let case = decided(&office, true);
    let silent = back(&office, &office.head, &case, " ");
    assert!(matches!(
        silent,
        Err(AppError::Refused(Refusal::ReasonMissing))
    ));
    back(&office, &office.head, &case, "款项未缴清").unwrap();
    let state = office.app.entry(&office.officer, &case).unwrap().state;
    assert_eq!(state.stage.as_deref(), Some("decided"));
    assert!(
        !state.fields.contains_key("note"),
        "what it filled is empty again"
    );
    // Then the one before it, and its clock runs again.
    back(&office, &office.officer, &case, "决定书有误").unwrap();
    let state = office.app.entry(&office.officer, &case).unwrap().state;
    assert_eq!(state.stage.as_deref(), Some("filed"));
    let none = back(&office, &office.officer, &case, "再撤");
    assert!(matches!(
        none,
        Err(AppError::Refused(Refusal::NothingToRetract))
    ));
    let history = office.app.history(&office.officer, &case).unwrap();
    let kinds: Vec<_> = history.iter().map(|p| p.event.what.kind()).collect();
    assert_eq!(
        kinds[kinds.len() - 4..],
        ["acted", "acted", "retracted", "retracted"]
    );
    let reason = history.iter().find_map(|past| match &past.event.what {
        Happening::Retracted { reason, seq, .. } => Some((reason.clone(), *seq)),
        _ => None,
    });
    let closed = history.len() as u32 - 2;
    assert_eq!(reason, Some(("款项未缴清".to_owned(), closed)));
    // It can be done again.
    office
        .app
        .act(&office.officer, &case, None, "decide", Fields::new(), None)
        .unwrap();
    assert!(office.app.verify_log(|_, _| ()).unwrap().is_clean());
}

#[test]
fn others_may_not_take_it_back_and_of_two_one_is_told() {
    let office = Office::new();
    let case = decided(&office, true);
    let denied = back(&office, &office.colleague, &case, "误点");
    let Err(AppError::Refused(refusal)) = denied else {
        panic!("{denied:?}");
    };
    assert!(refusal.to_string().contains("须由负责人办理"), "{refusal}");
    let seen = revision(&office, &case);
    back(&office, &office.head, &case, "误点").unwrap();
    let late = office
        .app
        .retract(&office.head, &case, seen, "误点".to_owned());
    assert!(matches!(
        late,
        Err(AppError::Refused(Refusal::Stale { .. }))
    ));
}

#[test]
fn what_came_after_holds_an_act_in_place() {
    let office = Office::shipped();
    let app = &office.app;
    app.clock.set("2023-03-01T10:00:00+08:00".parse().unwrap());
    let case = office.files_penalty("2023-03-01");
    let act = |action: &str, fields: Fields| {
        let deed = app::entry::Deed {
            action: action.to_owned(),
            fields,
            officers: CERTIFIED.map(str::to_owned).to_vec(),
            ..Default::default()
        };
        app.act_together(&office.officer, &case, deed).unwrap();
    };
    let sign = |document: &str| {
        let text = app.draft_text(&office.officer, &case, document).unwrap();
        let paper = app.write_paper(&office.officer, &case, document, None, text, "");
        app.sign_paper(&office.head, &case, &paper.unwrap(), 1, app.clock.today())
            .unwrap();
    };
    act("investigate", Fields::new());
    app.add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    sign("investigation_report");
    act(
        "conclude",
        Fields::from([
            ("facts".to_owned(), "事实。".into()),
            ("basis".to_owned(), "民办教育促进法 第六十二条".into()),
            ("proposed".to_owned(), "警告。".into()),
            ("hearing_class".to_owned(), true.into()),
            ("major".to_owned(), false.into()),
            ("complex".to_owned(), false.into()),
        ]),
    );
    sign("prior_notice");
    act("notify", Fields::new());
    act("request_hearing", Fields::new());
    let hearing = office.opens(
        "penalty_hearing",
        &[
            ("case", "甲案"),
            ("party", "某培训学校"),
            ("requested_on", "2023-03-01"),
        ],
    );
    let held = back(&office, &office.officer, &case, "误点");
    let Err(AppError::Refused(refusal)) = held else {
        panic!("{held:?}");
    };
    let said = refusal.to_string();
    assert!(
        said.contains("不能撤回“当事人要求听证”") && said.contains("听证"),
        "{said}"
    );
    app.void(&office.officer, &hearing, 1, "登记有误".to_owned())
        .unwrap();
    back(&office, &office.officer, &case, "误点").unwrap();
}

#[test]
fn what_the_act_overwrote_is_back() {
    let office = Office::shipped();
    let app = &office.app;
    let field = |(id, value): &(&str, &str)| ((*id).to_owned(), (*value).into());
    let case = office.files_penalty("2023-01-10");
    let investigates = |facts: &str| {
        let deed = app::entry::Deed {
            action: "investigate".to_owned(),
            fields: [field(&("facts", facts))].into(),
            officers: CERTIFIED.map(str::to_owned).to_vec(),
            ..Default::default()
        };
        app.act_together(&office.officer, &case, deed).unwrap();
    };
    let state = || app.entry(&office.officer, &case).unwrap().state;
    investigates("招生简章夸大师资。");
    let before = state();
    investigates("写错了案子。");
    assert_ne!(state().fields, before.fields);
    back(&office, &office.officer, &case, "误点").unwrap();
    assert_eq!(
        (state().fields, state().stage),
        (before.fields, before.stage)
    );
    assert!(app.verify_log(|_, _| ()).unwrap().is_clean());
}

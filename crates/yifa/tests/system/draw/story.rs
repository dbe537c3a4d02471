//! A draw on the server: planned, frozen, witnessed, drawn, replaced, inspected, verified.

use std::collections::BTreeMap;

use app::draw::{
    NewDraw, Stage,
    field::Received,
    pure::verify::{Trust, verify},
    setup::LotteryChoice,
};
use yifa::witness::ask_all;

use crate::draw::office::{Office, refused};

#[test]
fn a_draw_goes_from_the_plan_to_a_bundle_that_verifies() {
    let office = Office::new();
    let app = &office.app;
    let id = app.plan_draw(&office.legal, office.setup()).unwrap();
    assert_eq!(id, "county-2026-1");
    refused(app.run_draw(&office.legal, &id), "冻结之后才能抽取");
    app.freeze_draw(&office.legal, &id).unwrap();
    refused(app.freeze_draw(&office.legal, &id), "只能冻结一次");
    office.witness();
    refused(app.run_draw(&office.legal, &id), "还没有到抽取时间");
    let lottery = "lottery:ssq:2026022";
    let numbers = "03 07 12 19 25 31+08";
    refused(
        app.draw_value(&office.legal, &id, lottery, numbers),
        "还没有到",
    );
    office.at("2026-03-03T13:20:00Z");
    refused(app.run_draw(&office.legal, &id), "还缺来源");
    refused(
        app.draw_value(&office.legal, &id, lottery, "1 2 3"),
        "双色球应为",
    );
    app.draw_value(&office.legal, &id, lottery, numbers)
        .unwrap();
    refused(
        app.draw_value(&office.legal, &id, lottery, "01 07 12 19 25 31+08"),
        "不能改动",
    );
    app.run_draw(&office.legal, &id).unwrap();

    let one = app.public_draw(&id).unwrap();
    let report = verify(
        &one.bundle.as_ref().unwrap().to_json().unwrap(),
        &Trust::default(),
    );
    assert!(
        report.passed(),
        "{:?}",
        report.failures().collect::<Vec<_>>()
    );
    assert!(
        report
            .checks
            .iter()
            .any(|c| c.name == "freeze-time" && c.detail.contains("2 witnesses"))
    );
    let visits = one.visits().unwrap();
    assert_eq!(visits.len(), 4);
    assert!(visits.iter().all(|v| v.inspectors.len() == 2));
    // Who is related to a kindergarten does not inspect it.
    assert!(
        visits
            .iter()
            .all(|v| v.unit != "K01" || !v.inspectors.contains(&"C1".to_owned()))
    );
    let place = app.own_place(&one, "第3幼儿园").unwrap();
    assert_eq!((place.id.as_str(), place.size), ("K03", 12));
    // The log holds the draw's leaves, and verification derives them again.
    office.witness();
    let verified = app.verify_log(|_, _| {}).unwrap();
    assert!(verified.is_clean(), "{:?}", verified.findings);
}

#[test]
fn a_freeze_that_nobody_witnessed_in_time_makes_the_draw_void_publicly() {
    let office = Office::new();
    let app = &office.app;
    let id = app.plan_draw(&office.legal, office.setup()).unwrap();
    app.freeze_draw(&office.legal, &id).unwrap();
    assert!(app.void_late_draws().unwrap().is_empty());
    // Ten minutes before the numbers are drawn nobody had seen it; a minute later is too late.
    office.at("2026-03-03T13:05:01Z");
    office.witness();
    assert_eq!(app.void_late_draws().unwrap(), [id.as_str()]);
    let one = app.public_draw(&id).unwrap();
    assert_eq!(one.stage, Stage::Void);
    assert_eq!(one.events.last().unwrap().kind, "draw.void");
    refused(app.run_draw(&office.legal, &id), "冻结之后才能抽取");
    // Its repeat names it, and there is one repeat only.
    let again = |office: &Office| NewDraw {
        repeats: Some(id.clone()),
        time: "2026-03-05T12:00:00Z".to_owned(),
        lottery: Some(LotteryChoice {
            game: "ssq".to_owned(),
            issue: "2026023".to_owned(),
            known_at: "2026-03-05T13:15:00Z".to_owned(),
        }),
        ..office.setup()
    };
    let repeat = app.plan_draw(&office.legal, again(&office)).unwrap();
    assert_eq!(
        app.public_draw(&repeat).unwrap().plan.repeats.as_deref(),
        Some(id.as_str())
    );
    refused(app.plan_draw(&office.legal, again(&office)), "已经重抽过");
    assert!(app.verify_log(|_, _| {}).unwrap().is_clean());
}

#[test]
fn a_lone_witness_is_not_enough_for_a_quorum_of_two() {
    let office = Office::new();
    let app = &office.app;
    let id = app.plan_draw(&office.legal, office.setup()).unwrap();
    app.freeze_draw(&office.legal, &id).unwrap();
    app.checkpoint().unwrap();
    ask_all(app, &office.seats[..1]);
    let one = app.public_draw(&id).unwrap();
    assert!(!app.is_witnessed(&one).unwrap());
    ask_all(app, &office.seats[1..]);
    assert!(app.is_witnessed(&one).unwrap());
}

#[test]
fn substitutes_come_in_their_order_with_a_public_reason() {
    let office = Office::new();
    let app = &office.app;
    let id = office.drawn();
    let before = app.public_draw(&id).unwrap();
    let ranking = &before.bundle.as_ref().unwrap().strata[0].ranking;
    let (out, next) = (ranking[0].unit.clone(), ranking[4].unit.clone());
    refused(
        app.replace_in_draw(&office.legal, &id, &out, None, " "),
        "理由",
    );
    app.replace_in_draw(&office.legal, &id, &out, None, "已停办")
        .unwrap();
    let after = app.public_draw(&id).unwrap();
    let units: Vec<String> = after
        .visits()
        .unwrap()
        .into_iter()
        .map(|v| v.unit)
        .collect();
    assert!(!units.contains(&out) && units.contains(&next), "{units:?}");
    let visit = &after.visits().unwrap()[0];
    let (unit, officer) = (visit.unit.clone(), visit.inspectors[1].clone());
    app.replace_in_draw(&office.legal, &id, &unit, Some(&officer), "生病")
        .unwrap();
    let last = app.public_draw(&id).unwrap();
    assert!(!last.visits().unwrap()[0].inspectors.contains(&officer));
    assert_eq!(last.replacements().unwrap().len(), 2);
    office.witness();
    assert!(app.verify_log(|_, _| {}).unwrap().is_clean());
}

#[test]
fn an_unannounced_draw_shows_nothing_before_its_time() {
    let office = Office::new();
    let app = &office.app;
    let setup = NewDraw {
        publish_after: Some("2026-04-30T02:00:00Z".to_owned()),
        ..office.setup()
    };
    let id = app.plan_draw(&office.legal, setup).unwrap();
    app.freeze_draw(&office.legal, &id).unwrap();
    office.witness();
    office.at("2026-03-03T13:20:00Z");
    app.draw_value(
        &office.legal,
        &id,
        "lottery:ssq:2026022",
        "03 07 12 19 25 31+08",
    )
    .unwrap();
    app.run_draw(&office.legal, &id).unwrap();
    let public = app.public_draw(&id).unwrap();
    assert!(public.bundle.is_none() && public.sources.is_empty());
    assert!(app.draw(&office.legal, &id).unwrap().bundle.is_some());
    // Whoever is shown the inspector's code at the door can check it; a guess finds nothing.
    let task = app.field_tasks(&office.legal).unwrap().remove(0);
    let key = task.notice.split("?k=").nth(1).unwrap();
    assert!(app.visit_notice(&id, &task.unit, key).unwrap().1.is_some());
    assert!(app.visit_notice(&id, &task.unit, "").unwrap().1.is_none());
    // That it was drawn, and the hash of the result, is public at once.
    assert_eq!(public.events.last().unwrap().kind, "draw.result");
    office.at("2026-04-30T02:00:00Z");
    assert!(app.public_draw(&id).unwrap().bundle.is_some());
}

#[test]
fn a_record_from_the_field_is_entered_exactly_once() {
    let office = Office::new();
    let app = &office.app;
    let id = office.drawn();
    office.at("2026-03-10T06:00:00Z");
    let tasks = app.field_tasks(&office.legal).unwrap();
    assert_eq!(tasks.len(), 4);
    assert!(tasks[0].mine, "one's own tasks come first");
    let unit = tasks[0].unit.clone();
    let record = |key: &str| office.record(key, &id, &unit);
    let first = record("aaaaaaaaaaaaaaaa");
    assert_eq!(
        app.take_record(&office.legal, first.clone()).unwrap(),
        Received::Entered
    );
    // The answer was lost on the way and the device sends again.
    assert_eq!(
        app.take_record(&office.legal, first).unwrap(),
        Received::Known
    );
    // A second device has the same task: kept beside, entered once.
    assert_eq!(
        app.take_record(&office.legal, record("bbbbbbbbbbbbbbbb"))
            .unwrap(),
        Received::Beside
    );
    // A device whose clock is three years behind.
    let mut slow = record("cccccccccccccccc");
    slow.matter = "收费".to_owned();
    slow.recorded_at = "2023-03-10T02:00:00Z".to_owned();
    slow.sent_at = "2023-03-10T06:00:00Z".to_owned();
    assert_eq!(
        app.take_record(&office.legal, slow).unwrap(),
        Received::Entered
    );
    let kept = app.draw_records(&office.legal, &id).unwrap();
    assert_eq!(kept.len(), 3);
    assert_eq!(kept.iter().filter(|k| k.entry.is_some()).count(), 2);
    let mut stranger = record("dddddddddddddddd");
    stranger.unit = "K99".to_owned();
    refused(app.take_record(&office.legal, stranger), "不在本次抽取");

    // The figures fill themselves.
    let year = app::kernel::Ask {
        from: Some("2026-01-01".parse().unwrap()),
        to: "2026-12-31".parse().unwrap(),
        only: BTreeMap::new(),
    };
    let figures = [
        "random_inspections",
        "random_inspection_targets",
        "random_inspections_joint",
    ];
    for (figure, expected) in figures.into_iter().zip(["2", "1", "2"]) {
        let asked = [(figure.to_owned(), year.clone())];
        let reading = app.readings(&office.legal, &asked, None).unwrap();
        assert_eq!(reading[0].words(), expected, "{figure}");
    }
    assert!(app.verify_log(|_, _| {}).unwrap().is_clean());
}

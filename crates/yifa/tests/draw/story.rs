//! A draw on the server: planned, frozen, witnessed, drawn, replaced, inspected, verified.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    Actor, App, AppError, Chance, Clock, Target,
    catalogue::value::{Fields, Value},
    draw::{
        NewDraw, Register, Stage,
        field::{Answer, Received, Record},
        pure::{
            select::Method,
            suite::Suite,
            verify::{Trust, verify},
        },
        setup::{LotteryChoice, Share, Team},
    },
    entry::NewEntry,
    organ::{AccountSetup, OrganSetup},
};
use proof::note::SigningKey;
use yifa::{
    builtin,
    witness::{Seat, Witness, ask_all},
};

struct Office {
    app: App,
    legal: Actor,
    seats: Vec<Seat>,
    _folder: tempfile::TempDir,
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs
        .iter()
        .map(|(n, v)| ((*n).to_owned(), v.clone()))
        .collect()
}

impl Office {
    /// Twelve kindergartens, four officers, two witnesses.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::simulated("2026-03-02T09:00:00+08:00".parse().unwrap());
        let store = app::open_store(&Target::SqliteMemory).unwrap();
        let key = Arc::new(SigningKey::from_seed("yifa.example/log", &[7; 32]).unwrap());
        let catalogue = builtin::proved(&builtin::files(), None).unwrap();
        let app = App::new(store, catalogue, clock, Chance::seeded(7), key).unwrap();
        let log = proof::note::VerifierKey::parse(&app.verifier_key()).unwrap();
        let seat = |n: u8| {
            let name = format!("w{n}.example/witness");
            let place = folder.path().join(format!("w{n}"));
            Seat::here(Arc::new(Witness::open(&place, &name, log.clone()).unwrap()))
        };
        let seats: Vec<Seat> = (1..=2).map(seat).collect();
        app = app.witnessed_by(seats.iter().map(|s| s.key.clone()).collect());
        app.set_up_organ(&OrganSetup {
            id: "county".to_owned(),
            parent: None,
            name: "云川县教育局".to_owned(),
            short_name: "云川教育".to_owned(),
            document_name: "云教".to_owned(),
            districts: vec![
                ("d1".to_owned(), "东区".to_owned()),
                ("d2".to_owned(), "西区".to_owned()),
            ],
            sections: vec![("legal".to_owned(), "法规科".to_owned())],
            accounts: vec![AccountSetup {
                login: "legal".to_owned(),
                name: "甲".to_owned(),
                post: "科员".to_owned(),
                section: "legal".to_owned(),
                roles: "clerk legal_section officer".to_owned(),
                password: "correct horse".to_owned(),
            }],
        })
        .unwrap();
        let legal = app.actor_by_login("legal").unwrap().unwrap();
        let office = Self {
            app,
            legal,
            seats,
            _folder: folder,
        };
        let system = Actor::system("county");
        for n in 1..=12 {
            let district = if n % 2 == 0 { "西区" } else { "东区" };
            office.open(
                &system,
                "school",
                &[
                    ("name", text(&format!("第{n}幼儿园"))),
                    ("code", text(&format!("K{n:02}"))),
                    ("kind", text("幼儿园")),
                    ("nature", text("公办")),
                    ("opened_on", text("2020-09-01")),
                    ("district", text(district)),
                ],
            );
        }
        for (n, name) in ["甲", "乙", "丙", "丁"].into_iter().enumerate() {
            office.open(
                &system,
                "officer_certificate",
                &[
                    ("officer", text(name)),
                    ("number", text(&format!("C{n}"))),
                    ("issued_on", text("2025-01-01")),
                    ("valid_until", text("2029-12-31")),
                ],
            );
        }
        office.open(
            &office.legal,
            "inspection_avoidance",
            &[
                ("officer", text("乙")),
                ("target", text("第1幼儿园")),
                ("reason", text("近亲属关系")),
                ("registered_on", text("2026-03-01")),
            ],
        );
        office
    }

    fn open(&self, actor: &Actor, ledger: &str, pairs: &[(&str, Value)]) {
        let entry = NewEntry {
            happened_on: "2026-03-01".parse().unwrap(),
            fields: fields(pairs),
        };
        self.app
            .open(actor, ledger, entry)
            .unwrap_or_else(|e| panic!("{ledger}: {e}"));
    }

    fn at(&self, time: &str) {
        self.app.clock.set(time.parse().unwrap());
    }

    fn witness(&self) {
        self.app.checkpoint().unwrap();
        ask_all(&self.app, &self.seats);
    }

    fn setup(&self) -> NewDraw {
        NewDraw {
            title: "春季抽查".to_owned(),
            plan_name: "2026年度抽查计划".to_owned(),
            matters: vec!["食堂安全".to_owned(), "收费".to_owned()],
            departments: vec!["市场监管".to_owned()],
            register: Register::School,
            stratum_field: "kind".to_owned(),
            strata: vec![("幼儿园".to_owned(), Share::Count(4))],
            method: Method::Equal,
            weight_field: String::new(),
            weights: BTreeMap::new(),
            time: "2026-03-03T12:00:00Z".to_owned(),
            suite: Suite::Sha256,
            beacons: Vec::new(),
            lottery: Some(LotteryChoice {
                game: "ssq".to_owned(),
                issue: "2026022".to_owned(),
                known_at: "2026-03-03T13:15:00Z".to_owned(),
            }),
            second_holder: "司法局".to_owned(),
            publish_after: None,
            reserve: None,
            team: Some(Team {
                size: 2,
                capacity: 3,
                until: "2026-04-30".to_owned(),
            }),
            repeats: None,
        }
    }

    /// A draw up to its result.
    fn drawn(&self) -> String {
        let id = self.app.plan_draw(&self.legal, self.setup()).unwrap();
        self.app.freeze_draw(&self.legal, &id).unwrap();
        self.witness();
        self.at("2026-03-03T13:20:00Z");
        let numbers = "03 07 12 19 25 31+08";
        self.app
            .draw_value(&self.legal, &id, "lottery:ssq:2026022", numbers)
            .unwrap();
        self.app.run_draw(&self.legal, &id).unwrap();
        id
    }

    fn record(&self, key: &str, draw: &str, unit: &str) -> Record {
        Record {
            record: key.to_owned(),
            draw: draw.to_owned(),
            unit: unit.to_owned(),
            matter: "食堂安全".to_owned(),
            recorded_at: "2026-03-10T02:00:00Z".to_owned(),
            sent_at: "2026-03-10T06:00:00Z".to_owned(),
            place: "食堂".to_owned(),
            answers: vec![Answer {
                point: "留样".to_owned(),
                finding: "符合".to_owned(),
            }],
            result: "未发现问题".to_owned(),
            problem: String::new(),
            photos: Vec::new(),
            signature: None,
        }
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, AppError>, words: &str) {
    match result {
        Err(AppError::Input(said)) if said.contains(words) => {}
        other => panic!("not refused with “{words}”: {other:?}"),
    }
}

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

//! A county's office for the stories: twelve kindergartens, four officers, two witnesses.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    Actor, App, AppError, Chance, Clock, Target,
    catalogue::value::{Fields, Value},
    draw::{
        NewDraw, Register,
        field::{Answer, Record},
        pure::{select::Method, suite::Suite},
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

pub struct Office {
    pub app: App,
    pub legal: Actor,
    pub head: Actor,
    pub seats: Vec<Seat>,
    _folder: tempfile::TempDir,
}

pub fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs
        .iter()
        .map(|(n, v)| ((*n).to_owned(), v.clone()))
        .collect()
}

impl Office {
    /// Twelve kindergartens, four officers, two witnesses.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::simulated("2026-03-02T09:00:00+08:00".parse().unwrap());
        let store = app::open_store(&Target::SqliteMemory).unwrap();
        let key = Arc::new(SigningKey::from_seed("yifa.example/log", &[7; 32]).unwrap());
        let catalogue = builtin::proved(&builtin::files(), None).unwrap();
        let mut app = App::new(store, catalogue, clock, Chance::seeded(7), key).unwrap();
        let log = proof::note::VerifierKey::parse(&app.verifier_key()).unwrap();
        let seat = |n: u8| {
            let name = format!("w{n}.example/witness");
            let place = folder.path().join(format!("w{n}"));
            Seat::here(Arc::new(Witness::open(&place, &name, log.clone()).unwrap()))
        };
        let seats: Vec<Seat> = (1..=2).map(seat).collect();
        app = app.witnessed_by(seats.iter().map(|s| s.key.clone()).collect());
        let account = |login: &str, name: &str, roles: &str| AccountSetup {
            login: login.to_owned(),
            name: name.to_owned(),
            post: "科员".to_owned(),
            section: "legal".to_owned(),
            roles: roles.to_owned(),
            password: "correct horse".to_owned(),
        };
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
            accounts: vec![
                account("legal", "甲", "clerk legal_section officer"),
                account("head", "首", "head"),
            ],
        })
        .unwrap();
        let legal = app.actor_by_login("legal").unwrap().unwrap();
        let head = app.actor_by_login("head").unwrap().unwrap();
        let office = Self {
            app,
            legal,
            head,
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

    pub fn open(&self, actor: &Actor, ledger: &str, pairs: &[(&str, Value)]) {
        let entry = NewEntry {
            happened_on: "2026-03-01".parse().unwrap(),
            fields: fields(pairs),
        };
        self.app
            .open(actor, ledger, entry)
            .unwrap_or_else(|e| panic!("{ledger}: {e}"));
    }

    pub fn at(&self, time: &str) {
        self.app.clock.set(time.parse().unwrap());
    }

    pub fn witness(&self) {
        self.app.checkpoint().unwrap();
        ask_all(&self.app, &self.seats);
    }

    pub fn setup(&self) -> NewDraw {
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
            parties: Vec::new(),
            committed_as: String::new(),
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
    pub fn drawn(&self) -> String {
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

    pub fn record(&self, key: &str, draw: &str, unit: &str) -> Record {
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
pub fn refused<T: std::fmt::Debug>(result: Result<T, AppError>, words: &str) {
    match result {
        Err(AppError::Input(said)) if said.contains(words) => {}
        other => panic!("not refused with “{words}”: {other:?}"),
    }
}

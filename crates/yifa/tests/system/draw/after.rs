//! Who brings secrets, and what follows from what was found.

use std::collections::BTreeMap;

use app::{
    draw::{
        NewDraw,
        field::{Received, Record},
        follow::FollowUp,
        pure::{
            source::reveal_commitment,
            verify::{Trust, verify},
        },
        setup::Party,
    },
    entry::Deed,
    kept::evidence::About,
};
use proof::hash::Hash;

use crate::draw::office::{Office, fields, refused, text};

#[test]
fn parties_present_commit_before_the_plan_and_reveal_at_the_draw() {
    let office = Office::new();
    let app = &office.app;
    let secret = Hash::of(b"what only the party knows");
    let id = app.next_draw_id(&office.legal).unwrap();
    let setup = |committed_as: &str| NewDraw {
        parties: vec![Party {
            name: "市司法局".to_owned(),
            commitment: reveal_commitment(&id, "市司法局", &secret),
            second_holder: "市监委".to_owned(),
        }],
        committed_as: committed_as.to_owned(),
        ..office.setup()
    };
    // Somebody else's plan came first: the commitments are not for this identifier.
    refused(
        app.plan_draw(&office.legal, setup("county-2026-9")),
        "重新作承诺",
    );
    assert_eq!(app.plan_draw(&office.legal, setup(&id)).unwrap(), id);
    app.freeze_draw(&office.legal, &id).unwrap();
    office.witness();
    office.at("2026-03-03T13:20:00Z");
    let give = |name: &str, value: &str| app.draw_value(&office.legal, &id, name, value);
    give("lottery:ssq:2026022", "03 07 12 19 25 31+08").unwrap();
    // The organ's own secret is opened by the system; the party's is not at hand.
    refused(app.run_draw(&office.legal, &id), "还缺来源 reveal:市司法局");
    let wrong = Hash::of(b"something else").to_hex();
    refused(give("reveal:市司法局", &wrong), "不是当初封存的那个秘密");
    give("reveal:市司法局", &secret.to_hex()).unwrap();
    app.run_draw(&office.legal, &id).unwrap();
    let bundle = app.public_draw(&id).unwrap().bundle.unwrap();
    let report = verify(&bundle.to_json().unwrap(), &Trust::default());
    assert!(report.passed(), "{report:?}");
}

impl Office {
    /// A record of an item, with a problem where there are words for one.
    fn inspected(&self, number: u64, draw: &str, unit: &str, matter: &str, problem: &str) {
        let mut record = Record {
            matter: matter.to_owned(),
            ..self.record(&format!("{number:016}"), draw, unit)
        };
        if !problem.is_empty() {
            record.problem = problem.to_owned();
            record.result = "发现问题已责令改正".to_owned();
            record.answers[0].finding = "不符合".to_owned();
        }
        let received = self.app.take_record(&self.legal, record).unwrap();
        assert_eq!(received, Received::Entered);
    }

    fn figures(&self, expected: &[(&str, &str)]) {
        let year = app::kernel::Ask {
            from: Some("2026-01-01".parse().unwrap()),
            to: "2026-12-31".parse().unwrap(),
            only: BTreeMap::new(),
        };
        for (figure, words) in expected {
            let asked = [((*figure).to_owned(), year.clone())];
            let reading = self.app.readings(&self.legal, &asked, None).unwrap();
            assert_eq!(reading[0].words(), *words, "{figure}");
        }
    }

    /// A signed paper and a piece of evidence, as acts of an order need them.
    fn paper(&self, id: &str, document: &str, on: &str) {
        let app = &self.app;
        let words = app.draft_text(&self.legal, id, document).unwrap();
        let paper = app
            .write_paper(&self.legal, id, document, None, words, "")
            .unwrap();
        app.sign_paper(&self.head, id, &paper, 1, on.parse().unwrap())
            .unwrap();
        let about = About {
            title: "现场照片".to_owned(),
            kind: "书证".to_owned(),
            taken_at: "上午".to_owned(),
            place: "食堂".to_owned(),
            taken_by: "甲、乙".to_owned(),
            file_name: "a.jpg".to_owned(),
        };
        let picture = format!("\u{0}{document}");
        let mut bytes = b"\xff\xd8\xff\xe0\x00\x10JFIF ".to_vec();
        bytes.extend(picture.bytes());
        app.add_evidence(&self.legal, id, about, &bytes).unwrap();
    }

    fn act(&self, id: &str, action: &str, on: &str, given: &[(&str, &str)], officers: &[&str]) {
        let given: Vec<_> = given.iter().map(|(id, value)| (*id, text(value))).collect();
        let deed = Deed {
            action: action.to_owned(),
            fields: fields(&given),
            happened_on: Some(on.parse().unwrap()),
            officers: officers.iter().map(|&o| o.to_owned()).collect(),
            ..Deed::default()
        };
        self.app
            .act_together(&self.legal, id, deed)
            .unwrap_or_else(|e| panic!("{action}: {e}"));
    }
}

#[test]
fn findings_lead_to_an_order_and_the_years_figures_fill_themselves() {
    let office = Office::new();
    let app = &office.app;
    let draw = office.drawn();
    office.at("2026-03-10T06:00:00Z");
    let units: Vec<String> = app
        .field_tasks(&office.legal)
        .unwrap()
        .into_iter()
        .map(|task| task.unit)
        .collect();
    office.inspected(1, &draw, &units[0], "食堂安全", "没有留样");
    office.inspected(2, &draw, &units[0], "收费", "");
    office.inspected(3, &draw, &units[1], "食堂安全", "");
    office.figures(&[
        ("random_inspections", "3"),
        ("random_inspection_targets", "2"),
        ("random_inspection_matters", "2"),
        ("random_inspections_joint", "3"),
        ("random_inspection_problems", "1"),
        ("random_inspection_rectified", "0"),
    ]);

    // Twenty working days from the visit, none of them published.
    let waiting = |at: &str| {
        office.at(at);
        app.waiting_results(&office.legal, &draw).unwrap()
    };
    let last = waiting("2026-04-08T06:00:00Z");
    assert_eq!((last.own, last.late), (3, 0));
    assert_eq!(last.due, Some("2026-04-08".parse().unwrap()));
    assert_eq!(waiting("2026-04-09T06:00:00Z").late, 3);
    office.at("2026-03-10T06:00:00Z");

    let records = app.draw_records(&office.legal, &draw).unwrap();
    let entry_of = |key: &str| {
        let kept = records.iter().find(|kept| kept.record.record == key);
        kept.unwrap().entry.clone().unwrap()
    };
    let (found, fine) = (entry_of("0000000000000001"), entry_of("0000000000000002"));
    let inspection = || app.entry(&office.legal, &found).unwrap();
    assert_eq!(
        app.can_follow(&office.legal, &inspection()),
        FollowUp::ALL.to_vec()
    );
    refused(
        app.propose_follow_up(&office.legal, &fine, FollowUp::Case),
        "没有发现问题",
    );
    // Unit, item and facts are carried over, with the points that failed.
    let order = FollowUp::Rectification;
    let proposed = app.propose_follow_up(&office.legal, &found, order).unwrap();
    let said = |id: &str| proposed[id].as_text().unwrap().to_owned();
    assert_eq!(
        said("party"),
        inspection().state.fields["target"].as_text().unwrap()
    );
    assert!(
        said("facts").contains("没有留样") && said("facts").contains("不符合的检查内容：留样"),
        "{}",
        said("facts")
    );
    assert!(
        !proposed.contains_key("basis"),
        "nobody is told what was broken"
    );
    let mut given = proposed.clone();
    let rule = text("《中华人民共和国食品安全法》第五十七条");
    given.insert("basis".to_owned(), rule);
    let opened = app.follow_up(&office.legal, &found, order, given).unwrap();
    // Known from either side, and once only.
    let related = app.related(&office.legal, &inspection()).unwrap();
    assert_eq!(related[0].entries[0].id, opened);
    let opened_entry = app.entry(&office.legal, &opened).unwrap();
    let back = app.related(&office.legal, &opened_entry).unwrap();
    assert_eq!(back[0].entries[0].id, found);
    refused(
        app.follow_up(&office.legal, &found, order, proposed),
        "已有后续处理",
    );

    // The order is given, obeyed and checked: the inspection learns the day.
    office.at("2026-03-11T06:00:00Z");
    office.paper(&opened, "order", "2026-03-11");
    office.act(
        &opened,
        "order",
        "2026-03-11",
        &[("due_on", "2026-04-10")],
        &[],
    );
    office.at("2026-04-10T06:00:00Z");
    office.paper(&opened, "recheck", "2026-04-10");
    office.act(
        &opened,
        "accept",
        "2026-04-10",
        &[("conclusion", "已改正")],
        &["甲", "丙"],
    );
    let done = inspection();
    assert_eq!(
        done.state.fields["rectified_on"].as_text(),
        Some("2026-04-10")
    );
    office.figures(&[
        ("random_inspection_rectified", "1"),
        ("random_inspection_problems", "1"),
    ]);
    assert!(app.verify_log(|_, _| {}).unwrap().is_clean());
}

//! What is computed over several ledgers, on facts that each test plants itself in an empty bureau:
//! a breach of every kind, a list that is corrected later, a term that is not over.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use app::{
    Action, Actor, App, Chance, Clock, catalogue::value::Value, duties::WarningKind,
    entry::NewEntry, organ::OrganSetup, values::dates::Date,
};
use yifa::{builtin, wiring::Data};

/// An empty bureau on a day.
struct Bureau {
    app: App,
    all: Actor,
    _folder: tempfile::TempDir,
}

fn bureau(today: &str) -> Bureau {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let clock = Clock::simulated(format!("{today}T02:00:00Z").parse().unwrap());
    let data = Data::at(folder.path()).unwrap();
    let app = data.open(catalogue, clock, Chance::seeded(3)).unwrap();
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "bureau".to_owned(),
        name: "某区教育局".to_owned(),
        short_name: "某教".to_owned(),
        document_name: "某教".to_owned(),
        districts: vec![("d1".to_owned(), "东区".to_owned())],
        sections: Vec::new(),
        accounts: Vec::new(),
    })
    .unwrap();
    Bureau {
        app,
        all: Actor::system("bureau"),
        _folder: folder,
    }
}

/// A value as it is stored: `#12` a number, `是` and `否` flags.
fn value(text: &str) -> Value {
    match (text, text.strip_prefix('#')) {
        ("是" | "否", _) => Value::from(text == "是"),
        (_, Some(number)) => Value::from(number.parse::<i64>().unwrap()),
        _ => Value::from(text),
    }
}

impl Bureau {
    fn plant(&self, ledger: &str, fields: &[(&str, &str)]) -> String {
        let definition = self.app.catalogue().ledger(ledger).expect(ledger);
        let date = definition.date.as_ref().expect("a date");
        let fields: BTreeMap<String, Value> = fields
            .iter()
            .map(|(field, text)| ((*field).to_owned(), value(text)))
            .collect();
        let on = fields.get(date.as_str()).and_then(Value::as_text);
        let happened_on = on.map_or(self.app.clock.today(), |on| on.parse().unwrap());
        let new = NewEntry {
            happened_on,
            fields,
        };
        let opened = self.app.open(&self.all, ledger, new);
        opened.unwrap_or_else(|e| panic!("{ledger}: {e}"))
    }

    fn amend(&self, entry: &str, field: &str, text: &str) {
        let state = self.app.entry(&self.all, entry).unwrap().state;
        let changes = BTreeMap::from([(field.to_owned(), Some(value(text)))]);
        let reason = "更正".to_owned();
        let done = self
            .app
            .amend(&self.all, entry, state.revision, changes, reason);
        done.unwrap();
    }

    /// Somebody of another section, who sees totals and no names.
    fn stranger(&self) -> Actor {
        Actor {
            account: "a-stranger".to_owned(),
            section: "nothing".to_owned(),
            roles: vec!["clerk".to_owned()],
            ..self.all.clone()
        }
    }

    fn institution(&self, name: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("name", name),
            ("category", "体育类"),
            ("district", "东区"),
            ("registered_on", "2023-01-05"),
            ("licence_number", "教民1号"),
            ("platform_since", "2023-01-06"),
        ];
        fields.extend(more);
        self.plant("training_institution", &fields)
    }

    fn account(&self, name: &str, on: &str) {
        self.plant(
            "prepaid_account",
            &[
                ("institution", name),
                ("bank", "某银行"),
                ("account_tail", "1234"),
                ("mode", "银行托管"),
                ("opened_on", on),
            ],
        );
    }

    /// What a bank reports: the day, what is there, what came in, what went out, what went back.
    fn bank(&self, name: &str, on: &str, sums: [i64; 4], more: &[(&str, &str)]) {
        let sums = sums.map(|sum| format!("#{sum}"));
        let [balance, received, released, refunded] = sums.each_ref().map(String::as_str);
        let mut fields = vec![
            ("institution", name),
            ("as_of", on),
            ("balance", balance),
            ("received", received),
            ("released", released),
            ("refunded", refunded),
        ];
        fields.extend(more);
        self.plant("prepaid_balance", &fields);
    }

    /// The kinds of warning about an institution.
    fn warned(&self, name: &str) -> Vec<WarningKind> {
        let view = self.app.prepaid(&self.all).unwrap();
        let own = view.warnings.iter().filter(|w| w.institution == name);
        own.map(|w| w.kind).collect()
    }

    fn school(&self, name: &str) {
        self.plant(
            "school",
            &[
                ("name", name),
                ("kind", "小学"),
                ("nature", "公办"),
                ("district", "东区"),
                ("opened_on", "2010-09-01"),
            ],
        );
    }

    /// The names that a question to the register gives, with the notes.
    fn lacking(&self, check: &str, year: i16) -> Vec<(String, String)> {
        let coverage = self.app.coverage(&self.all, check, year).unwrap();
        assert_eq!(coverage.missing.len(), coverage.lacking);
        let named = coverage.missing.into_iter();
        named.map(|m| (m.name, m.note)).collect()
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn whoever_leaves_the_register_with_money_behind_is_still_named() {
    let it = bureau("2026-03-15");
    it.institution(
        "跑路艺校",
        &[("left_on", "2026-02-01"), ("exit", "自行终止")],
    );
    it.account("跑路艺校", "2023-01-06");
    let owed = [("consumed", "#0"), ("unconsumed", "#9000000")];
    it.bank("跑路艺校", "2026-01-31", [100_000, 0, 0, 0], &owed);
    it.plant(
        "fee_refund",
        &[
            ("number", "TF1"),
            ("institution", "跑路艺校"),
            ("asked_on", "2026-01-10"),
            ("reason", "机构停业"),
            ("paid", "#300000"),
            ("due_amount", "#200000"),
        ],
    );
    it.institution(
        "清结体校",
        &[("left_on", "2026-02-01"), ("exit", "自行终止")],
    );
    it.account("清结体校", "2023-01-06");
    let view = it.app.prepaid(&it.all).unwrap();
    assert_eq!(
        it.warned("跑路艺校"),
        [WarningKind::Left, WarningKind::Refund]
    );
    let said = &view.warnings[0].said;
    assert!(
        said.contains("余额1,000元") && said.contains("未消课90,000元"),
        "{said}"
    );
    assert!(said.contains("1件"), "{said}");
    assert_eq!(it.warned("清结体校"), [], "it owes nothing");
    assert_eq!(view.registered, 0);
    assert_eq!(view.sums, (100_000, 9_000_000));
}

#[test]
fn each_kind_of_warning_has_its_own_breach() {
    let it = bureau("2026-03-15");
    for name in ["甲", "乙", "丙", "丁", "戊", "己"] {
        it.institution(name, &[]);
    }
    let owed = |consumed, unconsumed| [("consumed", consumed), ("unconsumed", unconsumed)];
    // Released more than lessons were given.
    it.account("甲", "2026-01-05");
    it.bank("甲", "2026-03-01", [500, 0, 300, 0], &owed("#200", "#400"));
    assert_eq!(it.warned("甲"), [WarningKind::Draining]);
    // What is left does not agree with what went in and out.
    it.account("乙", "2026-01-05");
    it.bank("乙", "2026-02-01", [1_000, 0, 0, 0], &owed("#0", "#900"));
    it.bank("乙", "2026-03-01", [900, 50, 100, 0], &owed("#100", "#800"));
    assert_eq!(it.warned("乙"), [WarningKind::Draining]);
    // Sold by period more than a month before the course starts.
    it.account("丙", "2026-03-01");
    it.plant(
        "course_package",
        &[
            ("institution", "丙"),
            ("course", "暑期班"),
            ("category", "非学科类"),
            ("charged_by", "按周期"),
            ("months", "#20"),
            ("price", "#100000"),
            ("listed_on", "2026-03-01"),
            ("starts_on", "2026-07-01"),
            ("sold_from", "2026-05-31"),
        ],
    );
    assert_eq!(it.warned("丙"), [WarningKind::TooEarly]);
    it.account("丁", "2026-03-01");
    it.account("丁", "2026-03-02");
    assert_eq!(it.warned("丁"), [WarningKind::SeveralAccounts]);
    it.account("戊", "2025-11-01");
    it.bank("戊", "2025-12-31", [500, 0, 0, 0], &owed("#0", "#400"));
    assert_eq!(it.warned("戊"), [WarningKind::Silent]);
    assert_eq!(it.warned("己"), [WarningKind::NoAccount]);
}

/// A bank's file has the balance and the movements, and nothing about lessons.
#[test]
fn a_bank_that_knows_nothing_of_lessons_raises_no_false_alarm() {
    let it = bureau("2026-03-15");
    it.institution("甲", &[]);
    it.account("甲", "2026-01-05");
    it.bank("甲", "2026-02-28", [1_000, 1_200, 200, 0], &[]);
    it.bank("甲", "2026-03-10", [900, 100, 200, 0], &[]);
    assert_eq!(it.warned("甲"), []);
    it.bank("甲", "2026-03-14", [500, 0, 100, 0], &[]);
    assert_eq!(
        it.warned("甲"),
        [WarningKind::Draining],
        "300 are not explained"
    );
}

#[test]
fn readers_of_another_section_learn_totals_and_nothing_else() {
    let it = bureau("2026-03-15");
    it.institution("甲", &[]);
    it.plant(
        "duty_list_item",
        &[
            ("list", "第一责任人职责"),
            ("year", "#2026"),
            ("number", "#1"),
            ("post", "局长"),
            ("duty", "听取汇报"),
            ("listed_on", "2026-01-05"),
        ],
    );
    it.plant(
        "outline_task",
        &[
            ("source", "某实施方案"),
            ("kind", "地方实施方案"),
            ("number", "一"),
            ("task", "任务"),
            ("duty_section", "法规科"),
            ("assigned_on", "2026-01-05"),
            ("state", "进行中"),
        ],
    );
    it.plant(
        "indicator",
        &[
            ("tree", "依法治校评价"),
            ("code", "1"),
            ("name", "章程"),
            ("duty_section", "法规科"),
            ("set_on", "2026-01-05"),
        ],
    );
    let stranger = it.stranger();
    let seen = it.app.prepaid(&stranger).unwrap();
    assert!(seen.hidden && seen.warnings.is_empty() && seen.money.is_empty());
    assert_eq!(seen.count(WarningKind::NoAccount), 1);
    let board = it.app.dashboard(&stranger, 2026).unwrap();
    assert!(board.duties_hidden && board.duties.is_empty());
    assert_eq!(it.app.dashboard(&it.all, 2026).unwrap().duties.len(), 1);
    let tasks = it.app.tasks_from_above(&stranger, 2026).unwrap();
    assert!(tasks[0].hidden && tasks[0].tasks.is_empty());
    assert_eq!((tasks[0].count, tasks[0].whole), (1, 0));
    let trees = it.app.indicator_trees(&stranger, 2026).unwrap();
    assert!(trees[0].hidden && trees[0].indicators.is_empty());
    assert_eq!((trees[0].count, trees[0].with_gaps), (1, 1));
    assert!(
        it.app
            .indicator_package(&stranger, &trees[0].name, 2026)
            .is_err()
    );
    assert!(it.app.ledger(&stranger, Action::Read, "indicator").is_err());
}

#[test]
fn a_corrected_item_leaves_the_older_version_of_its_list_as_it_was() {
    let it = bureau("2026-01-10");
    let item = it.plant(
        "enforcement_item",
        &[
            ("code", "ZF-01"),
            ("name", "对民办学校的检查"),
            ("kind", "行政检查"),
            ("subject", "民办学校"),
            ("basis", "民办教育促进法 第四十条"),
            ("body", "某区教育局"),
            ("level", "区县级"),
            ("duty_section", "民办教育科"),
            ("listed_on", "2025-03-01"),
        ],
    );
    it.app.clock.set("2026-02-20T02:00:00Z".parse().unwrap());
    it.amend(&item, "name", "对民办学校和培训机构的检查");
    it.app.clock.set("2026-03-15T02:00:00Z".parse().unwrap());
    let named = |on: &str| {
        let view = it.app.list_on(&it.all, "enforcement", day(on)).unwrap();
        view.items[0].name.clone()
    };
    assert_eq!(named("2026-02-19"), "对民办学校的检查");
    assert_eq!(named("2026-02-20"), "对民办学校和培训机构的检查");
    let changed =
        it.app
            .list_difference(&it.all, "enforcement", day("2026-01-31"), day("2026-03-01"));
    let changed = changed.unwrap();
    assert_eq!((changed.kept, changed.changed), (1, 1));
    let (code, _, said, on) = &changed.adjusted[0];
    assert_eq!((code.as_str(), *on), ("ZF-01", day("2026-02-20")));
    assert!(
        said.contains("由“对民办学校的检查”改为“对民办学校和培训机构的检查”"),
        "{said}"
    );
    // It leaves with its reason, and the day before still has it.
    it.amend(&item, "removed_on", "2026-03-10");
    it.amend(&item, "removal", "依据废止");
    let changed =
        it.app
            .list_difference(&it.all, "enforcement", day("2026-03-01"), day("2026-03-15"));
    let left = &changed.unwrap().removed[0];
    assert_eq!(left.reason, "依据废止");
    assert_eq!(named("2026-03-09"), "对民办学校和培训机构的检查");
}

#[test]
fn a_list_of_each_year_shows_the_items_of_its_year() {
    let it = bureau("2026-03-15");
    for (year, matter) in [
        ("2025", "招生办法"),
        ("2025", "布局规划"),
        ("2026", "招生办法"),
    ] {
        it.plant(
            "decision_catalogue",
            &[
                ("year", &format!("#{year}")),
                ("matter", matter),
                ("kind", "公共政策和措施"),
                ("lead_section", "基础教育科"),
                ("listed_on", &format!("{year}-02-20")),
            ],
        );
    }
    let matters = |on: &str| -> Vec<String> {
        let view = it.app.list_on(&it.all, "decision", day(on)).unwrap();
        view.items.into_iter().map(|i| i.name).collect()
    };
    assert_eq!(matters("2025-12-31").len(), 2);
    assert_eq!(
        matters("2026-02-01").len(),
        2,
        "the new one is not there yet"
    );
    assert_eq!(matters("2026-03-01"), ["招生办法"]);
    let changed = it
        .app
        .list_difference(&it.all, "decision", day("2025-12-31"), day("2026-03-01"));
    let changed = changed.unwrap();
    assert_eq!((changed.added.len(), changed.kept), (0, 1));
    assert_eq!(changed.removed[0].name, "布局规划");
    let dropped = it.plant(
        "decision_catalogue",
        &[
            ("year", "#2026"),
            ("matter", "收费标准"),
            ("kind", "公共政策和措施"),
            ("lead_section", "财务科"),
            ("listed_on", "2026-02-20"),
            ("removed_on", "2026-03-05"),
            ("reason", "上级另有规定"),
        ],
    );
    let changed = it
        .app
        .list_difference(&it.all, "decision", day("2026-03-01"), day("2026-03-10"));
    let left = &changed.unwrap().removed[0];
    assert_eq!(
        (&left.entry, left.reason.as_str()),
        (&dropped, "上级另有规定")
    );
}

#[test]
fn a_term_that_is_not_over_is_not_judged() {
    let it = bureau("2026-03-15");
    it.school("第一小学");
    it.plant(
        "inspector",
        &[
            ("code", "DX1"),
            ("person", "周平"),
            ("kind", "专职督学"),
            ("since", "2025-01-01"),
        ],
    );
    let visit = |on: &str, term: &str| {
        it.plant(
            "inspector_visit",
            &[
                ("inspector", "DX1"),
                ("school", "第一小学"),
                ("term", term),
                ("visited_on", on),
                ("topic", "规范办学"),
                ("findings", "#0"),
            ],
        );
    };
    let early = it.app.coverage(&it.all, "inspector", 2026).unwrap();
    assert!(early.early && early.lacking == 0 && early.rate().is_none());
    visit("2026-03-12", "春季学期");
    it.app.clock.set("2026-08-10T02:00:00Z".parse().unwrap());
    assert_eq!(
        it.lacking("inspector", 2026),
        [("第一小学".to_owned(), "春季学期1次".to_owned())]
    );
    it.app.clock.set("2027-01-10T02:00:00Z".parse().unwrap());
    assert_eq!(
        it.lacking("inspector", 2026)[0].1,
        "春季学期1次，秋季学期0次"
    );
}

#[test]
fn the_school_whose_deputy_principal_left_is_named() {
    let it = bureau("2026-03-15");
    for (code, school, until) in [
        ("F1", "第一小学", "2026-01-31"),
        ("F2", "第二小学", "2027-01-31"),
    ] {
        it.school(school);
        it.plant(
            "legal_vice_principal",
            &[
                ("code", code),
                ("person", "周平"),
                ("sender", "法院"),
                ("sending_unit", "某法院"),
                ("school", school),
                ("since", "2024-02-01"),
                ("until", until),
            ],
        );
    }
    assert_eq!(
        it.lacking("vice-principal", 2026),
        [("第一小学".to_owned(), "2026年1月31日已到期".to_owned())]
    );
    let lecture = |on: &str, hours: &str| {
        it.plant(
            "vice_principal_lecture",
            &[
                ("code", "F2"),
                ("school", "第二小学"),
                ("held_on", on),
                ("topic", "防欺凌"),
                ("form", "专题讲座"),
                ("hours", hours),
            ],
        );
    };
    lecture("2026-03-01", "#2");
    let said = |n: usize| it.lacking("vice-lecture", 2026)[n].1.clone();
    assert_eq!(said(1), "只有2课时，不足4课时");
    lecture("2026-03-08", "#2");
    assert_eq!(
        it.lacking("vice-lecture", 2026).len(),
        1,
        "four hours are enough"
    );
}

#[test]
fn each_body_and_each_device_is_asked_for_by_itself() {
    let it = bureau("2026-03-15");
    it.school("第一小学");
    it.plant(
        "school_body",
        &[
            ("school", "第一小学"),
            ("body", "家长委员会"),
            ("founded_on", "2025-09-01"),
            ("members", "#9"),
        ],
    );
    assert!(it.lacking("parents", 2026).is_empty());
    assert_eq!(it.lacking("staff-congress", 2026).len(), 1);
    it.plant(
        "school_security",
        &[
            ("school", "第一小学"),
            ("registered_on", "2025-09-01"),
            ("monitored_since", "2025-09-01"),
        ],
    );
    assert!(it.lacking("monitoring", 2026).is_empty());
    assert_eq!(it.lacking("alarm", 2026).len(), 1);
    assert_eq!(it.lacking("police", 2026).len(), 1);
}

#[test]
fn a_pledge_counts_when_it_was_signed_before_the_term() {
    let it = bureau("2026-02-20");
    it.school("第一小学");
    it.app.clock.set("2026-03-15T02:00:00Z".parse().unwrap());
    assert_eq!(it.lacking("pledge", 2026)[0].1, "春季学期没有登记");
    let pledge = it.plant(
        "ethics_pledge",
        &[
            ("school", "第一小学"),
            ("term", "春季学期"),
            ("term_starts_on", "2026-03-01"),
            ("signed_on", "2026-03-02"),
            ("teachers", "#30"),
            ("signed", "#30"),
        ],
    );
    assert_eq!(it.lacking("pledge", 2026)[0].1, "春季学期晚于2026年3月1日");
    it.amend(&pledge, "signed_on", "2026-02-28");
    assert!(it.lacking("pledge", 2026).is_empty());
}

#[test]
fn an_institution_that_hands_in_nothing_is_named() {
    let it = bureau("2026-03-15");
    it.institution("甲", &[]);
    it.institution("乙", &[]);
    it.institution("丙", &[("left_on", "2026-01-31"), ("exit", "自行终止")]);
    it.plant(
        "institution_annual_review",
        &[
            ("year", "#2025"),
            ("institution", "甲"),
            ("kind", "校外培训机构"),
            ("submitted_on", "2026-03-01"),
        ],
    );
    let names = |check: &str| -> Vec<String> {
        let lacking = it.lacking(check, 2026).into_iter();
        lacking.map(|(name, _)| name).collect()
    };
    assert_eq!(names("annual-review"), ["乙"]);
    let letter = [
        ("institution", "乙"),
        ("category", "非学科类"),
        ("issued_on", "2026-01-05"),
    ];
    let letter = it.plant("commitment_letter", &letter);
    assert_eq!(names("commitment").len(), 2, "sent is not signed");
    it.amend(&letter, "signed_on", "2026-01-09");
    assert_eq!(names("commitment"), ["甲"]);
}

#[test]
fn the_white_list_is_made_from_the_ledgers_with_its_reasons() {
    let it = bureau("2025-06-15");
    for name in ["好", "罚", "查", "改"] {
        it.institution(name, &[("registered_on", "2025-02-01")]);
        it.account(name, "2025-06-01");
    }
    it.plant(
        "penalty_ordinary",
        &[
            ("case_number", "某教罚立〔2025〕1号"),
            ("party", "罚"),
            ("party_kind", "校外培训机构"),
            ("source", "日常检查"),
            ("cause", "虚假招生宣传"),
            ("filed_on", "2025-05-06"),
            ("outcome", "给予处罚"),
            ("decision_number", "某教罚〔2025〕1号"),
            ("decided_on", "2025-06-10"),
        ],
    );
    it.plant(
        "rectification",
        &[
            ("number", "某教整改〔2025〕1号"),
            ("party", "改"),
            ("found_on", "2025-06-01"),
            ("ordered_on", "2025-06-02"),
            ("facts", "消防通道堵塞"),
            ("basis", "民办教育促进法 第六十二条"),
            ("requirement", "清理"),
        ],
    );
    it.plant(
        "random_inspection",
        &[
            ("plan", "计划"),
            ("matter", "办学行为"),
            ("form", "本部门"),
            ("target", "查"),
            ("target_kind", "校外培训机构"),
            ("drawn_on", "2025-06-01"),
            ("checked_on", "2025-06-05"),
            ("result", "不配合检查情节严重"),
        ],
    );
    let judged = it.app.white_list(&it.all).unwrap();
    let against = |name: &str| {
        let found = judged.candidates.iter().find(|c| c.name == name);
        found.expect("in the register").against.join("；")
    };
    assert_eq!(against("好"), "");
    assert_eq!(
        against("罚"),
        "2025年6月10日受到行政处罚（某教罚〔2025〕1号）"
    );
    assert_eq!(against("改"), "责令改正没有完成（某教整改〔2025〕1号）");
    assert_eq!(judged.grave.len(), 1, "{:?}", judged.grave);
    assert_eq!(judged.grave[0].0, "查");
    assert_eq!(it.app.keep_white_list(&it.all).unwrap(), (1, 0));
    let listed = |field: &str| {
        let page = it
            .app
            .list(&it.all, "institution_list_entry", &Default::default(), 9);
        let entries = page.unwrap().entries;
        let said = entries
            .iter()
            .filter_map(|e| e.state.fields.get(field)?.as_text());
        said.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(listed("institution"), ["好"]);
    assert!(listed("reason")[0].contains("没有违规"));
    assert_eq!(
        it.app.keep_white_list(&it.all).unwrap(),
        (0, 0),
        "again: nothing"
    );
    // A violation takes it off, and is forgotten a year later, not on the first of January.
    it.plant(
        "rebound_check",
        &[
            ("institution", "好"),
            ("earlier_on", "2025-02-01"),
            ("earlier", "违规收费"),
            ("checked_on", "2025-06-14"),
            ("relapsed", "是"),
        ],
    );
    assert_eq!(it.app.keep_white_list(&it.all).unwrap(), (0, 1));
    assert_eq!(listed("removal"), ["2025年6月14日复查发现违规反弹"]);
    let relapsed = |it: &Bureau| {
        let judged = it.app.white_list(&it.all).unwrap();
        let found = judged.candidates.iter().find(|c| c.name == "好").unwrap();
        found.against.iter().any(|a| a.contains("反弹"))
    };
    it.app.clock.set("2026-01-05T02:00:00Z".parse().unwrap());
    assert!(relapsed(&it));
    it.app.clock.set("2026-06-14T02:00:00Z".parse().unwrap());
    assert!(!relapsed(&it));
    // Whoever may only read makes no list.
    assert!(it.app.keep_white_list(&it.stranger()).is_err());
}

#[test]
fn a_target_may_be_a_ceiling_and_evidence_a_single_entry() {
    let it = bureau("2026-03-15");
    let complaint = |number: &str| {
        it.plant(
            "complaint",
            &[
                ("number", number),
                ("received_on", "2026-03-01"),
                ("channel", "来电"),
                ("kind", "收费退费"),
                ("content", "反映退费慢"),
                ("duty_section", "监管科"),
            ],
        )
    };
    let first = complaint("TS-001");
    let indicator = |code: &str, sense: &str, target: &str, evidence: &str| {
        it.plant(
            "indicator",
            &[
                ("tree", "依法治校评价"),
                ("code", code),
                ("name", "未办结投诉"),
                ("duty_section", "法规科"),
                ("set_on", "2026-01-05"),
                ("figure", "尚未办结的投诉诉求"),
                ("sense", sense),
                ("target", target),
                ("evidence", evidence),
            ],
        )
    };
    indicator("1", "不高于", "#100", "投诉诉求办理：TS-001");
    indicator("2", "不低于", "#200", "投诉诉求办理：TS-404");
    let gaps = || -> Vec<Vec<String>> {
        let tree = it.app.indicator_trees(&it.all, 2026).unwrap().remove(0);
        assert_eq!(
            tree.indicators[0].evidence[0].entry.as_deref(),
            Some(&*first)
        );
        let each = tree.indicators.iter();
        each.map(|i| i.gaps.iter().map(app::duties::Gap::words).collect())
            .collect()
    };
    let found = gaps();
    assert!(found[0].is_empty(), "one open of at most one: {found:?}");
    assert_eq!(found[1], ["低于目标值2", "找不到“投诉诉求办理：TS-404”"]);
    complaint("TS-002");
    let found = gaps();
    assert_eq!(found[0], ["高于目标值1"]);
    assert_eq!(found[1].len(), 1, "{found:?}");
}

#[test]
fn a_time_that_was_not_kept_is_named_with_its_days() {
    let it = bureau("2026-03-31");
    let publish = |matter: &str, on: &str| {
        let mut fields = vec![
            ("matter", matter),
            ("phase", "事后公示"),
            ("kind", "行政处罚决定"),
            ("formed_on", "2026-03-02"),
            ("decided_on", "2026-03-02"),
        ];
        if !on.is_empty() {
            fields.push(("published_on", on));
        }
        it.plant("enforcement_disclosure", &fields);
    };
    // Seven working days after Monday 2 March 2026 end on Wednesday 11 March.
    publish("某教罚〔2026〕1号", "2026-03-11");
    publish("某教罚〔2026〕2号", "2026-03-12");
    publish("某教罚〔2026〕3号", "");
    let year = it
        .app
        .clock_year(&it.all, "enforcement_disclosure", "credit", 2026)
        .unwrap();
    assert_eq!(
        (year.rate.met, year.rate.missed, year.late_count),
        (1, 1, 2)
    );
    assert_eq!(year.average_days, app::values::ratio::Ratio::new(19, 2));
    let late: Vec<(&str, i32, bool)> = year
        .late
        .iter()
        .map(|l| (l.title.as_str(), l.days, l.stopped_on.is_some()))
        .collect();
    assert_eq!(
        late,
        [
            ("某教罚〔2026〕3号", 20, false),
            ("某教罚〔2026〕2号", 1, true)
        ]
    );
    let rates = it.app.clock_rates(&it.all, 2026).unwrap();
    let credit = rates.iter().find(|r| r.clock == "credit").unwrap();
    assert_eq!(
        (credit.met, credit.missed),
        (1, 1),
        "the index says the same"
    );
    let seen = it
        .app
        .clock_year(&it.stranger(), "enforcement_disclosure", "credit", 2026)
        .unwrap();
    assert!(seen.hidden && seen.late.is_empty() && seen.late_count == 2);
    assert!(
        it.app
            .clock_year(&it.all, "enforcement_disclosure", "gone", 2026)
            .is_err()
    );
}

/// Figures that a row of the list of duties asks for, each over entries that tell them apart.
#[test]
fn figures_of_single_duties_count_what_their_row_says() {
    let it = bureau("2026-12-31");
    let read = |figure: &str| {
        let ask = app::kernel::Ask::period(app::values::dates::Period::year(2026));
        let readings = it.app.readings(&it.all, &[(figure.to_owned(), ask)], None);
        readings.unwrap()[0].words()
    };
    it.school("第一小学");
    for level in ["省级", "市级"] {
        it.plant(
            "safe_campus",
            &[
                ("school", "第一小学"),
                ("level", level),
                ("named_on", "2026-05-01"),
            ],
        );
    }
    assert_eq!(
        [read("safe_campuses"), read("safe_campus_schools")],
        ["2", "1"]
    );
    for (problem, measure) in [("问题一", Some("措施")), ("问题二", None)] {
        let mut fields = vec![("found_on", "2026-05-01"), ("problem", problem)];
        fields.extend([("cause", "原因"), ("duty_section", "法规科")]);
        fields.extend(measure.map(|m| ("measure", m)));
        it.plant("shortcoming", &fields);
    }
    assert_eq!(read("shortcomings_without_measure"), "1");
    for (year, published_on) in [("#2024", "2026-03-31"), ("#2025", "2026-04-01")] {
        it.plant(
            "report_issue",
            &[
                ("kind", "法治政府建设年度报告"),
                ("year", year),
                ("title", "报告"),
                ("drafted_on", "2026-01-20"),
                ("addressee", "区政府"),
                ("publish_by", "2026-03-31"),
                ("published_on", published_on),
            ],
        );
    }
    assert_eq!(
        [read("reports_published"), read("reports_published_on_time")],
        ["2", "1"]
    );
    assert_eq!(read("report_publication_rate"), "50");
    for (number, post, done) in [("#1", "局长", true), ("#2", "局长", false)] {
        let mut fields = vec![
            ("list", "第一责任人职责"),
            ("year", "#2026"),
            ("number", number),
            ("post", post),
            ("duty", "听取汇报"),
            ("listed_on", "2026-01-05"),
            ("version", "2026年修订"),
        ];
        if done {
            fields.push(("done_on", "2026-06-01"));
        }
        it.plant("duty_list_item", &fields);
    }
    assert_eq!(
        [
            read("duty_items_done"),
            read("duty_items_unproved"),
            read("duty_list_versions")
        ],
        ["1", "2", "1"]
    );
    let board = it.app.dashboard(&it.all, 2026).unwrap();
    assert!(
        board.duties.iter().all(|d| !d.proved),
        "done, but nothing shows it"
    );
    let rows = [
        ("小学", "第一小学"),
        ("小学", "第二小学"),
        ("初中", "第三中学"),
    ];
    for kind in ["小学", "初中", "高中", "幼儿园"] {
        it.plant(
            "inspection_plan",
            &[
                ("year", "#2026"),
                ("matter", "办学行为"),
                ("target_kind", kind),
                ("share", "#10"),
                ("month", "5月"),
                ("published_on", "2026-01-20"),
            ],
        );
    }
    for (kind, target) in rows {
        it.plant(
            "random_inspection",
            &[
                ("plan", "2026年计划"),
                ("matter", "办学行为"),
                ("form", "本部门"),
                ("target", target),
                ("target_kind", kind),
                ("drawn_on", "2026-05-01"),
                ("checked_on", "2026-05-05"),
                ("result", "未发现问题"),
            ],
        );
    }
    assert_eq!(
        [
            read("random_inspection_plan_items"),
            read("random_inspection_plan_rate")
        ],
        ["2", "50"]
    );
}

//! Personal data of every ledger: erased where somebody asks for it, and minors known as such.

use app::{
    Actor,
    catalogue::{definition::FieldType, value::Fields},
    entry::NewEntry,
    values::dates::Date,
};

use crate::{
    portal::{handing_in::hand_in, person, rounds},
    secrets::Markers,
    server::Server,
};

const DAY: &str = "2022-12-01";

/// Nothing is listed by hand: a ledger that somebody adds tomorrow is walked too.
#[test]
fn every_personal_value_of_every_ledger_can_be_erased() {
    let server = Server::start();
    let app = server.app();
    let (system, legal) = (Actor::system("test"), person(&server, "legal"));
    let own = [app::publication::LEDGER, app::report::LEDGER];
    let ledgers: Vec<_> = app.catalogue().ledgers().cloned().collect();
    let mut markers = Markers::default();
    let (mut wrong, mut values) = (Vec::new(), 0);
    for ledger in ledgers.iter().filter(|l| !own.contains(&l.id.as_str())) {
        let held: Vec<String> = ledger
            .fields
            .iter()
            .filter(|f| app::envelope::is_personal(f))
            .map(|f| f.id.to_string())
            .collect();
        if held.is_empty() {
            continue;
        }
        let fields: Fields = ledger
            .fields
            .iter()
            .filter_map(|f| Some((f.id.to_string(), markers.value(ledger, f)?)))
            .collect();
        let new = NewEntry {
            happened_on: DAY.parse::<Date>().unwrap(),
            fields,
        };
        let id = app.open(&system, ledger.id.as_str(), new);
        let id = id.unwrap_or_else(|error| panic!("{}: {error}", ledger.id));
        for field in held {
            values += 1;
            let erased = app.erase(&legal, &id, std::slice::from_ref(&field), "本人请求删除");
            if let Err(error) = erased {
                wrong.push(format!("{}.{field}: {error}", ledger.id));
            }
            let entry = app.entry(&legal, &id).unwrap();
            if entry.state.fields.contains_key(&field) {
                wrong.push(format!("{}.{field} is still there", ledger.id));
            }
        }
    }
    assert!(values > 40, "{values} values");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, values);
}

#[test]
fn an_erased_key_is_free_and_its_name_is_nowhere() {
    let server = Server::start();
    let app = server.app();
    let (system, legal) = (Actor::system("test"), person(&server, "legal"));
    let ledger = app.catalogue().ledger("dropout").unwrap().clone();
    let fields: Fields = [
        ("pupil", "欧阳小一"),
        ("school", "第一中学"),
        ("found_on", DAY),
        ("cause", "厌学"),
    ]
    .into_iter()
    .map(|(id, value)| (id.to_owned(), value.into()))
    .collect();
    let new = || NewEntry {
        happened_on: DAY.parse::<Date>().unwrap(),
        fields: fields.clone(),
    };
    let id = app.open(&system, &ledger.id, new()).unwrap();
    assert!(
        app.open(&system, &ledger.id, new()).is_err(),
        "one of a kind"
    );
    let figure = ledger.figures[0].id.to_string();
    let count = || {
        let period = app::values::dates::Period::year(2022);
        let ask = app::kernel::Ask::period(period);
        let readings = app.readings(&legal, &[(figure.clone(), ask)], None);
        readings.unwrap()[0].text()
    };
    let before = count();
    let pupil = ["pupil".to_owned()];
    assert_eq!(app.erase(&legal, &id, &pupil, "本人请求删除").unwrap(), 1);
    assert_eq!(count(), before, "what was reported stays");
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
    // Nobody can know any more that it is the same.
    app.open(&system, &ledger.id, new()).unwrap();
}

#[test]
fn whoever_is_called_a_pupil_or_a_child_is_a_minor() {
    let server = Server::start();
    let minors = ["学生", "儿童", "幼儿", "未成年", "孩子", "考生"];
    let mut wrong = Vec::new();
    for ledger in server.app().catalogue().ledgers() {
        let columns = |kind: &FieldType| match kind {
            FieldType::Rows { columns } => columns.clone(),
            _ => Vec::new(),
        };
        let inner: Vec<_> = ledger
            .fields
            .iter()
            .flat_map(|f| columns(&f.kind))
            .collect();
        for field in ledger.fields.iter().chain(&inner) {
            let names_one = minors.iter().any(|word| field.name.contains(word));
            if field.kind == FieldType::Person && names_one && !field.minor {
                wrong.push(format!("{}.{}", ledger.id, field.id));
            }
        }
    }
    assert!(wrong.is_empty(), "not marked as minors: {wrong:?}");
}

#[test]
fn what_somebody_handed_in_is_erased_with_a_ground() {
    let server = Server::start();
    let sent = [
        ("step", "3"),
        ("name", "欧阳小一"),
        ("applicant_kind", "自然人"),
        ("identity", "到办公地点出示"),
        ("phone", "13800138000"),
        ("content", "年度检查汇总表"),
        ("form", "电子文件"),
        ("delivery", "邮寄"),
        ("address", "云川市云西区一路1号"),
    ];
    let mut citizen = server.nobody();
    let [receipt, _] = hand_in(&server, &mut citizen, "disclosure", &sent);
    let mut legal = server.signed_in("legal");
    let page = format!("/received/{receipt}");
    let erase = [("receipt", receipt.as_str()), ("ground", "本人请求删除")];
    let early = legal.submit_from(&page, "/personal-data/erase", &erase);
    assert_eq!(early.status, 422, "it has to be handled first");
    let refuse = [("act", "refuse"), ("reason", "不属于本局职责")];
    assert_eq!(legal.submit_from(&page, &page, &refuse).status, 303);
    assert!(legal.get(&page).text().contains("欧阳小一"));
    let groundless = [("receipt", receipt.as_str()), ("ground", "")];
    let answer = legal.submit_from(&page, "/personal-data/erase", &groundless);
    assert_eq!(answer.status, 422, "not without a ground");
    let stranger = server
        .signed_in("clerk")
        .submit_from("/me", "/personal-data/erase", &erase);
    assert_eq!(stranger.status, 403);
    let done = legal.submit_from(&page, "/personal-data/erase", &erase);
    assert_eq!(done.status, 303, "{}", done.text());
    let left = legal.get(&page).text();
    for gone in ["欧阳小一", "13800138000", "年度检查汇总表"] {
        assert!(!left.contains(gone), "{gone}: {left}");
    }
    assert!(left.contains("不属于本局职责"), "the answer stays");
    let actor = person(&server, "legal");
    let held = server.app().held_about(&actor, "欧阳小一", "").unwrap();
    assert_eq!(held.lines, [], "nothing is held any more");
    let again = legal.submit_from(&page, "/personal-data/erase", &erase);
    assert_eq!(again.status, 422, "there is nothing left");
    let trail = server.signed_in("auditor").get("/admin/audit?kind=erase");
    let trail = trail.text();
    assert!(
        trail.contains(&receipt) && trail.contains("本人请求删除"),
        "{trail}"
    );
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
}

#[test]
fn the_name_of_a_candidate_is_erased_and_the_sitting_counts_on() {
    let server = Server::start();
    let (exam, codes) = rounds::exam(&server);
    let (app, legal) = (server.app(), person(&server, "legal"));
    let first = app.sitting("test", &exam, &codes[0]).unwrap().candidate;
    let erase = |ground: &str| app.erase_candidate(&legal, &exam, &first.unit, &first.name, ground);
    assert!(erase("本人请求删除").is_err(), "the exam goes on");
    let held = || app.held_about(&legal, &first.name, "").unwrap().lines.len();
    assert!(held() > 0, "{}", first.name);
    app.close_exam(&legal, &exam).unwrap();
    assert!(erase("").is_err(), "not without a ground");
    let before = app.exam_board("test", &exam).unwrap();
    assert_eq!(erase("本人请求删除").unwrap(), 1);
    assert_eq!(held(), 0);
    assert!(erase("本人请求删除").is_err(), "nobody is called so");
    assert_eq!(app.exam_board("test", &exam).unwrap(), before);
    let page = server
        .signed_in("legal")
        .get(&format!("/rounds/exam/{exam}"));
    assert!(page.text().contains("删除考生姓名"), "{}", page.text());
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
}

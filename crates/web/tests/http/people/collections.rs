//! Collections: asking, handing in, sending back, accepting; the board.

use std::sync::{Arc, Barrier};

use app::{
    Actor,
    authorise::OwnUnit,
    collection::{NewCollection, Standing},
    entry::NewEntry,
    organ::UnitSetup,
};

use super::{between, location};
use crate::{
    browser::Browser,
    server::{Server, open_drill},
};

#[test]
fn a_collection_goes_from_asking_to_accepting() {
    let server = Server::start();
    let mut safety = server.signed_in("safety");
    let asked = safety.submit(
        "/collections/new",
        &[
            ("title", "第四季度演练"),
            ("ledgers", "emergency_drill"),
            ("from", "2022-10-01"),
            ("to", "2022-12-31"),
            ("due_on", "2023-01-15"),
        ],
    );
    let board = location(&asked);
    let mut school = server.signed_in("school");
    assert!(
        school.get("/").text().contains("第四季度演练"),
        "it waits on the first page"
    );
    let hand_in = format!("{board}/hand-in");
    let token = |browser: &mut Browser| browser.get("/me").token().unwrap();
    let t = token(&mut school);
    let empty = school.post(&hand_in, &[("token", &t)]);
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("还没有填报"), "{}", empty.text());
    open_drill(&mut school, "第一中学", "2022-11-09");
    assert_eq!(
        school
            .post(&hand_in, &[("token", &t), ("note", "已核对")])
            .status,
        303
    );
    let page = safety.get(&board).text();
    assert!(
        page.contains("已报送") && page.contains("已核对") && page.contains("待报送"),
        "{page}"
    );
    assert!(
        !school.get(&board).text().contains("第二中学"),
        "a school sees its own line only"
    );
    let unit = between(&page, "name=\"unit\" value=\"", "\"").to_owned();
    let t2 = token(&mut safety);
    let judge = format!("{board}/judge");
    let bare = safety.post(
        &judge,
        &[("token", &t2), ("unit", &unit), ("verdict", "return")],
    );
    assert_eq!(bare.status, 422, "a return says why");
    let returned = [
        ("token", t2.as_str()),
        ("unit", &unit),
        ("verdict", "return"),
        ("note", "人数不对"),
    ];
    assert_eq!(safety.post(&judge, &returned).status, 303);
    assert!(school.get(&board).text().contains("人数不对"));
    assert_eq!(school.post(&hand_in, &[("token", &t)]).status, 303);
    let accepted = [
        ("token", t2.as_str()),
        ("unit", &unit),
        ("verdict", "accept"),
    ];
    assert_eq!(safety.post(&judge, &accepted).status, 303);
    assert_eq!(
        school.post(&hand_in, &[("token", &t)]).status,
        422,
        "accepted is done"
    );
    server
        .clock
        .set("2023-01-16T09:00:00+08:00".parse().unwrap());
    let late = server.signed_in("safety").get(&board).text();
    assert!(
        late.contains("已接收") && late.contains("逾期未报"),
        "{late}"
    );
}

#[test]
fn units_are_reminded_once_a_day_and_by_themselves_before_the_day() {
    let server = Server::start();
    let mut safety = server.signed_in("safety");
    let asked = safety.submit(
        "/collections/new",
        &[
            ("title", "一月演练"),
            ("ledgers", "emergency_drill"),
            ("from", "2022-10-01"),
            ("to", "2022-12-31"),
            ("due_on", "2023-01-15"),
        ],
    );
    let board = location(&asked);
    open_drill(&mut server.signed_in("school"), "第一中学", "2022-11-09");
    let handed = server
        .signed_in("school")
        .submit_from("/me", &format!("{board}/hand-in"), &[]);
    assert_eq!(handed.status, 303, "{}", handed.text());
    let told = |login: &str| {
        let app = server.app();
        let actor = app.actor_by_login(login).unwrap().unwrap();
        let notices = app.notices(&actor).unwrap();
        notices
            .iter()
            .filter(|n| n.text.contains("请尽快报送"))
            .count()
    };
    let remind = |safety: &mut Browser| {
        safety
            .submit_from(&board, &format!("{board}/remind"), &[])
            .status
    };
    assert_eq!(remind(&mut safety), 303);
    assert_eq!(
        (told("school"), told("other")),
        (0, 1),
        "only who has not handed in"
    );
    assert_eq!(remind(&mut safety), 303);
    assert_eq!(told("other"), 1, "once a day");
    // Three days before the day it goes out by itself: that is today, and today's is out.
    server.app().remind_of_collections().unwrap();
    assert_eq!(told("other"), 1);
    server
        .clock
        .set("2023-01-14T09:00:00+08:00".parse().unwrap());
    server.app().remind_of_collections().unwrap();
    server.app().remind_of_collections().unwrap();
    assert_eq!((told("school"), told("other")), (0, 2), "one day before");
    let first_page = server.signed_in("other").get("/").text();
    assert!(first_page.contains("一月演练"), "{first_page}");
}

#[test]
fn only_who_asked_judges_reminds_and_closes() {
    let server = Server::start();
    let mut safety = server.signed_in("safety");
    let asked = safety.submit(
        "/collections/new",
        &[
            ("title", "一月演练"),
            ("ledgers", "emergency_drill"),
            ("from", "2022-10-01"),
            ("to", "2022-12-31"),
            ("due_on", "2023-01-15"),
            ("units", "第一中学\n"),
        ],
    );
    let board = location(&asked);
    let unknown = safety.submit(
        "/collections/new",
        &[
            ("title", "另一项"),
            ("ledgers", "emergency_drill"),
            ("from", "2022-10-01"),
            ("to", "2022-12-31"),
            ("due_on", "2023-01-15"),
            ("units", "第九中学"),
        ],
    );
    assert_eq!(unknown.status, 422);
    assert!(unknown.text().contains("第九中学"), "{}", unknown.text());
    let mut school = server.signed_in("school");
    open_drill(&mut school, "第一中学", "2022-11-09");
    assert_eq!(
        server.signed_in("other").get(&board).status,
        404,
        "units that are not asked know nothing of it"
    );
    let hand_in = format!("{board}/hand-in");
    assert_eq!(school.submit_from("/me", &hand_in, &[]).status, 303);
    let page = safety.get(&board).text();
    let unit = between(&page, "name=\"unit\" value=\"", "\"").to_owned();
    let accept = [("unit", unit.as_str()), ("verdict", "accept")];
    // The office's clerk may look on, and neither counts what he may not read nor judges.
    let mut clerk = server.signed_in("clerk");
    let seen = clerk.get(&board);
    assert_eq!(seen.status, 200);
    let seen = seen.text();
    assert!(
        !seen.contains("name=\"verdict\"") && !seen.contains("催报"),
        "{seen}"
    );
    for (part, fields) in [("judge", &accept[..]), ("remind", &[]), ("close", &[])] {
        let refused = clerk.submit_from("/me", &format!("{board}/{part}"), fields);
        assert_eq!(refused.status, 403, "{part}");
        assert!(refused.text().contains("发起这项任务的科室"), "{part}");
    }
    // Another of the section does, and so does the legal officer.
    let taken = server
        .signed_in("stranger")
        .submit_from("/me", &format!("{board}/judge"), &accept);
    assert_eq!(taken.status, 303, "{}", taken.text());
    // What changes afterwards is seen.
    server
        .clock
        .set("2023-01-13T09:00:00+08:00".parse().unwrap());
    let mut school = server.signed_in("school");
    open_drill(&mut school, "第一中学", "2022-11-10");
    let page = server.signed_in("safety").get(&board).text();
    assert!(page.contains("其后有 1 条变动"), "{page}");
    let mut legal = server.signed_in("legal");
    let close = format!("{board}/close");
    assert_eq!(legal.submit_from("/me", &close, &[]).status, 303);
    let after = legal.submit_from("/me", &format!("{board}/remind"), &[]);
    assert_eq!(after.status, 422, "nobody is reminded of what is closed");
    assert_eq!(legal.submit_from("/me", &close, &[]).status, 422);
}

#[test]
fn what_is_handed_in_after_the_day_is_late() {
    let server = Server::start();
    let asked = server.signed_in("safety").submit(
        "/collections/new",
        &[
            ("title", "一月演练"),
            ("ledgers", "emergency_drill"),
            ("from", "2022-10-01"),
            ("to", "2022-12-31"),
            ("due_on", "2023-01-12"),
        ],
    );
    let board = location(&asked);
    let nothing = [("nothing", "yes")];
    let hand_in = |login: &str| {
        let mut unit = server.signed_in(login);
        let done = unit.submit_from("/me", &format!("{board}/hand-in"), &nothing);
        assert_eq!(done.status, 303, "{}", done.text());
        unit.get(&board).text()
    };
    assert!(!hand_in("school").contains("逾期报送"), "on the day");
    server
        .clock
        .set("2023-01-13T00:30:00+08:00".parse().unwrap());
    assert!(hand_in("other").contains("逾期报送"), "half an hour after");
}

/// The minute before the day is over: everybody at once, none lost, none counted twice.
#[test]
fn many_units_hand_in_at_the_same_moment_and_none_is_lost() {
    const UNITS: usize = 30;
    const EACH: usize = 2;
    let server = Server::start();
    let app = server.app();
    let unit = |n: usize| UnitSetup {
        name: format!("东区第{n}小学"),
        kind: "学校".to_owned(),
        district: "东区".to_owned(),
        account: None,
    };
    let units: Vec<UnitSetup> = (0..UNITS).map(unit).collect();
    app.set_up_units("test", &units).unwrap();
    let safety = crate::portal::person(&server, "safety");
    let asked = NewCollection {
        title: "第四季度演练".to_owned(),
        ledgers: vec!["emergency_drill".to_owned()],
        from: "2022-10-01".to_owned(),
        to: "2022-12-31".to_owned(),
        due_on: "2023-01-12".to_owned(),
        units: units.iter().map(|u| u.name.clone()).collect(),
        ..NewCollection::default()
    };
    let id = app.start_collection(&safety, &asked).unwrap();
    let school = crate::portal::person(&server, "school");
    let known = app.all_units(&safety).unwrap();
    let speaks = |setup: &UnitSetup| {
        let row = known.iter().find(|u| u.name == setup.name).unwrap();
        Actor {
            account: format!("of-{}", row.unit_id),
            unit: Some(Arc::new(OwnUnit {
                id: row.unit_id.clone(),
                names: vec![row.name.clone()],
            })),
            ..school.clone()
        }
    };
    let actors: Vec<Actor> = units.iter().map(speaks).collect();
    let leaves = server.verify().leaves;
    let start = Barrier::new(UNITS);
    std::thread::scope(|scope| {
        for actor in &actors {
            let (start, id) = (&start, &id);
            scope.spawn(move || {
                let name = actor.unit_names().unwrap()[0].clone();
                start.wait();
                for n in 1..=EACH {
                    let day = format!("2022-11-{n:02}");
                    let fields = crate::server::drill(&name, &day).into_iter();
                    let fields = fields.map(|(id, value)| match id {
                        "participants" => (id.to_owned(), 300_i64.into()),
                        _ => (id.to_owned(), value.into()),
                    });
                    let new = NewEntry {
                        happened_on: day.parse().unwrap(),
                        fields: fields.collect(),
                    };
                    app.open(actor, "emergency_drill", new).unwrap();
                }
                app.hand_in_collection(actor, id, "", false).unwrap();
            });
        }
    });
    let board = app.collection(&safety, &id).unwrap();
    assert_eq!(board.count(Standing::HandedIn), UNITS);
    for line in &board.lines {
        assert_eq!(line.entries, [Some(EACH as u64)], "{}", line.unit.name);
        assert_eq!(line.hand_in.entry_count, EACH as u64);
        assert_eq!(line.changed_since, 0, "{}", line.unit.name);
    }
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    let written = report.leaves - leaves;
    assert!(written >= (UNITS * EACH) as u64, "{written} leaves");
}

//! Collections: asking, handing in, sending back, accepting; the board.

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

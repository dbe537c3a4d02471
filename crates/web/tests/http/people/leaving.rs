//! Somebody leaves or moves; what the trail keeps.

use crate::server::{Server, open_visit};

#[test]
fn the_board_follows_the_work_that_was_handed_over() {
    let server = Server::start();
    let app = server.app();
    let clerk = app.actor_by_login("clerk").unwrap().unwrap();
    let account = |login: &str, name: &str| app::organ::AccountSetup {
        login: login.to_owned(),
        name: name.to_owned(),
        post: "科员".to_owned(),
        section: "office".to_owned(),
        roles: "clerk".to_owned(),
        password: crate::server::PASSWORD.to_owned(),
    };
    app.add_accounts("test", &[account("second", "接手人")])
        .unwrap();
    let second = app.actor_by_login("second").unwrap().unwrap();
    let matter = |number: &'static str| {
        [
            ("number", number),
            ("party", "第一中学"),
            ("filed_on", "2023-01-10"),
        ]
    };
    let mut browser = server.signed_in("clerk");
    let opened = browser.submit("/ledgers/matter/new", &matter("案-交接"));
    assert_eq!(opened.status, 303, "{}", opened.text());
    let of = |person: &str| {
        let board = app.board(&clerk, None, Some(person), 9).unwrap();
        board.iter().map(|group| group.count).sum::<u64>()
    };
    assert_eq!((of(&clerk.account), of(&second.account)), (1, 0));
    let legal = app.actor_by_login("legal").unwrap().unwrap();
    assert_eq!(
        app.hand_over(&legal, &clerk.account, &second.account, "岗位调整")
            .unwrap(),
        app::people::HandedOver { moved: 1, left: 0 }
    );
    assert_eq!((of(&clerk.account), of(&second.account)), (0, 1));
    let page = browser
        .get(&format!("/deadlines?person={}", second.account))
        .text();
    assert!(page.contains("案-交接"), "{page}");
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
}

#[test]
fn work_goes_to_whoever_may_do_it_and_what_the_giver_may_not_see_is_said() {
    let server = Server::start();
    let app = server.app();
    let id = |login: &str| app.actor_by_login(login).unwrap().unwrap();
    let (clerk, head, legal) = (id("clerk"), id("head"), id("legal"));
    let matter = [
        ("number", "案-交接"),
        ("party", "第一中学"),
        ("filed_on", "2023-01-10"),
    ];
    let opened = server
        .signed_in("clerk")
        .submit("/ledgers/matter/new", &matter);
    assert_eq!(opened.status, 303, "{}", opened.text());
    // The head of another section sees nothing of it, and is told that something is left.
    let done = app.hand_over(&head, &clerk.account, &head.account, "岗位调整");
    let left = app::people::HandedOver { moved: 0, left: 1 };
    assert_eq!(done.unwrap(), left);
    // A legal officer may read it and not do it: he does not get it.
    let refused = app.hand_over(&legal, &clerk.account, &legal.account, "岗位调整");
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("无权办理"), "{words}");
}

#[test]
fn work_goes_over_and_old_acts_keep_the_old_name() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-改名")]);
    let mut admin = server.signed_in("sysadmin");
    let page = admin.get("/admin/people").text();
    let row = page
        .split("/admin/people/")
        .find(|part| part.contains("名clerk"))
        .unwrap();
    let account = format!("/admin/people/{}", row.split('"').next().unwrap());
    server
        .clock
        .set("2023-01-12T09:30:00+08:00".parse().unwrap());
    let moved = admin.submit(
        &account,
        &[
            ("do", "move"),
            ("name", "改名的人"),
            ("post", "副主任"),
            ("section", "office"),
        ],
    );
    assert_eq!(moved.status, 303, "{}", moved.text());
    let text = clerk.get(&entry).text();
    assert!(
        text.contains("名clerk（科员）") && !text.contains("改名的人（科员）"),
        "the name and post of the day: {text}"
    );
    server
        .clock
        .set("2023-01-12T09:50:00+08:00".parse().unwrap());
    let later = open_visit(&mut clerk, &[("number", "访-改名后")]);
    assert!(clerk.get(&later).text().contains("改名的人（副主任）"));
}

#[test]
fn the_audit_trail_is_in_the_log() {
    let server = Server::start();
    server.signed_in("clerk");
    server
        .nobody()
        .post("/sign-in", &[("login", "x\r\nforged"), ("password", "no")]);
    let trail = server.signed_in("auditor").get("/admin/audit").text();
    assert!(
        trail.contains("登录失败") && trail.contains("127.0.0.1"),
        "{trail}"
    );
    let report = server.verify();
    assert!(
        report.is_clean() && report.leaves >= 3,
        "{:?}",
        report.findings
    );
}

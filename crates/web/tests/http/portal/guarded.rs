//! What strangers try, and what must not stay: hidden fields, invented addresses, wrong codes, titles
//! of what was withdrawn, a flood in the in-box.

use std::collections::BTreeMap;

use app::{
    inquiry::{HandIn, Kind, Standing},
    participation::text,
    publication::desk::Draft,
};

use super::{after, draft, person, publish};
use crate::server::Server;

fn on_the_desk(server: &Server, page: &str) -> String {
    let site = server.app().site("test").unwrap();
    let slug = page.rsplit('/').next().unwrap();
    site.article(slug).unwrap().id.clone()
}

#[test]
fn a_hidden_field_puts_nothing_on_the_page_of_a_draft() {
    let server = Server::start();
    let path = publish(
        &server,
        &Draft {
            column: "征求意见".to_owned(),
            comments_until: Some("2023-02-01".parse().unwrap()),
            ..draft("校服办法（草案）", "第一段。\n第二段。")
        },
    );
    let slug = path.rsplit('/').next().unwrap();
    let mut citizen = server.nobody();
    for (paragraph, kept) in [("2", "2"), ("3", ""), ("0", ""), ("张三13800138000", "")] {
        let form = format!("/portal/ask/opinion?about={slug}");
        let token = citizen.get(&form).token().unwrap();
        after(&server, 30);
        let fields = [
            ("token", token.as_str()),
            ("step", "1"),
            ("about", slug),
            ("paragraph", paragraph),
            ("content", "应当自愿"),
        ];
        let answer = citizen.post("/portal/ask/opinion", &fields);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let (app, legal) = (server.app(), person(&server, "legal"));
        let item = app.inbox(&legal, Standing::Waiting, 9).unwrap().remove(0);
        assert_eq!(item.field("paragraph"), kept, "{paragraph}");
        app.answer_opinion(&legal, &item.receipt, "采纳", "", "应当自愿")
            .unwrap();
    }
    after(&server, 61);
    let page = citizen.get(&path).text();
    assert!(
        page.contains("对第 2 段") && !page.contains("13800138000"),
        "{page}"
    );
}

#[test]
fn only_pages_that_are_there_are_counted() {
    let server = Server::start();
    let path = publish(&server, &draft("一则通知", "正文。"));
    let mut nobody = server.nobody();
    for invented in ["/portal/articles/nothing", "/portal/rows/schools/nothing"] {
        assert_eq!(nobody.get(invented).status, 404);
    }
    let other_way = path.replace("2023", "%32023");
    assert_eq!(nobody.get(&other_way).status, 200);
    nobody.get(&path);
    server.web().settle_views().unwrap();
    assert_eq!(server.app().views("test").unwrap(), [(path, 1)]);
}

#[test]
fn wrong_codes_slow_an_address_down_and_shut_nobody_out() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let exam = app::exam::Exam {
        title: "学法考试".to_owned(),
        intro: String::new(),
        kind: "教师法律知识考试".to_owned(),
        bank: text::bank("甲题\n= 对\n- 错").unwrap(),
        questions: 1,
        minutes: 10,
        pass_mark: 60,
    };
    let now = server.clock.now();
    let end = now + jiff::SignedDuration::from_hours(2);
    let id = app.open_exam(&legal, &exam, now, end).unwrap();
    let pupil = app::exam::NewCandidate {
        name: "甲生".to_owned(),
        unit: "一小".to_owned(),
        class: String::new(),
    };
    let code = app.put_candidates(&legal, &id, &[pupil]).unwrap().remove(0);
    let page = format!("/portal/exams/{id}");
    let mut pupil = server.nobody();
    for _ in 0..205 {
        assert_eq!(pupil.post(&page, &[("code", "WRONG111")]).status, 422);
    }
    let answer = pupil.post(&page, &[("code", &code)]);
    assert_eq!(answer.status, 303, "the right code: {}", answer.text());
    // In one second no more than ten are looked at.
    for _ in 0..6 {
        pupil.post(&page, &[("code", "WRONG111")]);
    }
    let waits = pupil.post(&page, &[("code", &code)]);
    assert!(waits.text().contains("要排队"), "{}", waits.text());
    after(&server, 1);
    assert_eq!(pupil.post(&page, &[("code", &code)]).status, 303);
    // Who looks after an application is not concerned.
    let status = pupil.post("/portal/status", &[("receipt", "1"), ("code", "A")]);
    assert!(!status.text().contains("要排队"));
    // The link of the school's list brings the code along, and nothing else.
    let link = pupil.get(&format!("{page}?code={code}")).text();
    assert!(link.contains(&format!("value=\"{code}\"")), "{link}");
    // Behind a proxy that speaks TLS the cookie goes over TLS only.
    let secure = [("x-forwarded-proto", "https".to_owned())];
    let body = format!("code={code}");
    let kind = (
        "content-type",
        "application/x-www-form-urlencoded".to_owned(),
    );
    let headers = [secure[0].clone(), kind];
    let answer = server
        .nobody()
        .send("POST", &page, &headers, body.as_bytes());
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn a_title_that_names_somebody_does_not_stay_after_withdrawal() {
    let server = Server::start();
    let named = publish(&server, &draft("关于王大力同志的通报", "正文。"));
    let other = publish(&server, &draft("关于放假的通知", "正文。"));
    let (app, legal) = (server.app(), person(&server, "legal"));
    let withdraw = |page: &str, title: &str| {
        app.withdraw_publication(&legal, &on_the_desk(&server, page), "不宜公开", title)
    };
    assert!(withdraw(&named, "13800138000").is_err());
    let mut browser = server.signed_in("legal");
    let desk = format!("/publishing/{}", on_the_desk(&server, &named));
    let fields = [
        ("act", "withdraw"),
        ("reason", "不宜公开"),
        ("title", "一则通报"),
    ];
    assert_eq!(browser.submit(&desk, &fields).status, 303);
    withdraw(&other, "").unwrap();
    let mut nobody = server.nobody();
    let left = nobody.get(&named).text();
    assert!(
        left.contains("一则通报") && !left.contains("王大力"),
        "{left}"
    );
    assert!(nobody.get(&other).text().contains("关于放假的通知"));
    let found = nobody.get("/portal/verify?q=JYJ%2F2023-00001").text();
    assert!(!found.contains("王大力"), "{found}");
    let map = nobody.get("/sitemap.xml").text();
    assert!(!map.contains("/portal/articles/"), "{map}");
}

#[test]
fn a_flood_hides_nobody_in_the_inbox() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let send = |kind: Kind, content: &str| {
        let ticket = app.new_ticket().unwrap();
        let form = [("content", content), ("name", "张三")];
        let hand_in = HandIn {
            kind,
            subject: String::new(),
            form: BTreeMap::from(form.map(|(k, v)| (k.to_owned(), v.to_owned()))),
            files: Vec::new(),
            ticket: app.ticket(&ticket).unwrap(),
            suspicious: false,
        };
        app.hand_in("test", hand_in).unwrap().number
    };
    let first = send(Kind::Disclosure, "最早的申请");
    for n in 0..210 {
        send(Kind::Disclosure, &format!("申请 {n}"));
    }
    send(Kind::Complaint, "投诉");
    assert_eq!(
        app.take_up_waiting("test").unwrap(),
        1,
        "complaints do not wait behind them"
    );
    let mut browser = server.signed_in("legal");
    let page = browser.get("/received").text();
    assert!(
        page.contains("211 件") && page.contains(&first),
        "the oldest first: {page}"
    );
    let last = browser.get("/received?waiting=5").text();
    assert!(
        last.contains("申请 209") && last.contains("第 5 页，共 5 页"),
        "{last}"
    );
    drop(legal);
}

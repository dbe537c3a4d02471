//! The list of attempts by which this part is judged, one after another over HTTP: each is refused,
//! gives nothing away, and stands in the audit trail under the name of whoever tried.
//!
//! More of the same kind is beside the parts themselves: `matrix` (every route and person),
//! `outsiders` (statements, templates, paths, formulas), `hostile` (markup), `uploads` (sheets),
//! `cases` (evidence), `keys` and `people` (signing in).

use crate::{
    browser::Browser,
    server::{PASSWORD, Server, open_drill, open_visit},
};

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn trail(server: &Server, kind: &str) -> String {
    let asked = format!("/admin/audit?kind={kind}");
    server.signed_in("auditor").get(&asked).text()
}

/// Evidence of an entry: the address of its file.
pub fn attach(browser: &mut Browser, entry: &str) -> String {
    let form = format!("{entry}/evidence/new");
    let token = browser.get(&form).token().unwrap();
    let part = |name: &str, value: &str| {
        format!("--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = [
        part("token", &token),
        part("title", "现场照片"),
        part("kind", "书证"),
        "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
            .to_owned(),
        "校内排查记录：第一中学甲班。\r\n--b0--\r\n".to_owned(),
    ]
    .concat();
    let kind = "multipart/form-data; boundary=b0".to_owned();
    let answer = browser.send("POST", &form, &[("content-type", kind)], body.as_bytes());
    assert_eq!(answer.status, 303, "{}", answer.text());
    let links = browser.get(entry).links(&format!("{entry}/evidence/"));
    links.into_iter().find(|to| !to.ends_with("/new")).unwrap()
}

#[test]
fn another_schools_entry_is_reached_by_no_way() {
    let server = Server::start();
    let mut school = server.signed_in("school");
    let entry = open_drill(&mut school, "第一中学", "2022-11-09");
    let file = attach(&mut server.signed_in("safety"), &entry);
    server.index();
    let mut other = server.signed_in("other");

    // By address: the entry, what can be done to it, its proof, its papers, its evidence by hash.
    let own = open_drill(&mut other, "第二中学", "2022-11-10");
    let of_file = file.rsplit('/').next().unwrap();
    let ways = [
        entry.clone(),
        format!("{entry}/amend"),
        format!("{entry}/proof"),
        format!("{entry}/proof/1"),
        format!("{entry}/personal"),
        format!("{entry}/evidence/new"),
        format!("{entry}/originals.zip"),
        file.clone(),
        // The same file asked for below an entry of one's own.
        format!("{own}/evidence/{of_file}"),
    ];
    for way in &ways {
        let answer = other.get(way);
        assert_eq!(answer.status, 404, "{way}");
        assert!(!answer.text().contains("第一中学"), "{way}");
    }
    let written = trail(&server, "refused");
    for way in &ways {
        assert!(written.contains(way.as_str()), "{way} is in the trail");
    }
    // By list, search and export: their own is there, the other is not, and no count tells of it.
    for path in [
        "/ledgers/emergency_drill".to_owned(),
        format!("/ledgers/emergency_drill?q={}", encode("第一中学")),
        format!("/ledgers/emergency_drill?f.school={}", encode("第一中学")),
        format!("/search?q={}", encode("第一中学")),
    ] {
        let text = other.get(&path).text();
        let id = entry.rsplit('/').next().unwrap();
        assert!(
            !text.contains(id) && !text.contains("2022-11-09"),
            "{path}: {text}"
        );
    }
    let sheet = other.get("/ledgers/emergency_drill/export.xlsx");
    let cells = crate::sheets::cells(&sheet.body);
    assert!(cells.iter().any(|(text, _)| text == "第二中学"));
    assert!(!cells.iter().any(|(text, _)| text == "第一中学"));
    // By figure and by feed.
    for path in [
        "/figures/emergency_drills".to_owned(),
        "/figures/emergency_drills/export.xlsx".to_owned(),
        "/deadlines".to_owned(),
    ] {
        assert_eq!(other.get(&path).status, 403, "{path}");
        assert!(
            trail(&server, "refused").contains(&path),
            "{path} is in the trail"
        );
    }
    let app = server.app();
    let clerk = app.actor_by_login("clerk").unwrap().unwrap();
    let somebody = app.actor_by_login("other").unwrap().unwrap();
    let token = app.feed_token(&somebody).unwrap();
    let feed = format!("/calendar/{}/{token}.ics", clerk.account);
    assert_eq!(
        server.nobody().get(&feed).status,
        404,
        "the token of another person"
    );
}

/// The addresses of an entry of another school, and of one that was never there, with a hash of
/// the same length in place of its evidence's.
#[test]
fn an_entry_of_others_answers_as_one_that_is_not_there_to_the_last_byte() {
    let server = Server::start();
    let mut school = server.signed_in("school");
    let entry = open_drill(&mut school, "第一中学", "2022-11-09");
    let file = attach(&mut server.signed_in("safety"), &entry);
    let mut other = server.signed_in("other");
    let id = entry.rsplit('/').next().unwrap().to_owned();
    let absent = "01890000-0000-7000-8000-000000000000";
    let token = other.get("/me").token().unwrap();
    let evidence = file.rsplit('/').next().unwrap().to_owned();
    let gets = [
        "".to_owned(),
        "/amend".to_owned(),
        "/void".to_owned(),
        "/retract".to_owned(),
        "/proof".to_owned(),
        "/proof/1".to_owned(),
        "/personal".to_owned(),
        "/evidence/new".to_owned(),
        "/originals.zip".to_owned(),
        format!("/evidence/{evidence}"),
    ];
    let posts = ["/amend", "/void", "/retract", "/personal"];
    let sent = [("token", &*token), ("revision", "1"), ("reason", "试一试")];
    let seen = |answer: &crate::browser::Answer, id: &str| {
        let text = answer.text().replace(id, "ID");
        (answer.status, answer.headers_but(&["date"]), text)
    };
    for way in &gets {
        let there = other.get(&format!("/entries/{id}{way}"));
        let nowhere = other.get(&format!("/entries/{absent}{way}"));
        assert_eq!(there.status, 404, "{way}");
        assert_eq!(seen(&there, &id), seen(&nowhere, absent), "{way}");
    }
    for way in posts {
        let there = other.post(&format!("/entries/{id}{way}"), &sent);
        let nowhere = other.post(&format!("/entries/{absent}{way}"), &sent);
        assert_eq!(there.status, 404, "{way}");
        assert_eq!(seen(&there, &id), seen(&nowhere, absent), "{way}");
    }
    // And the trail holds as many lines about the one as about the other.
    let app = server.app();
    let lines = |of: &str| {
        let auditor = app.actor_by_login("auditor").unwrap().unwrap();
        let ask = app::audit::TrailAsk {
            kind: "refused".to_owned(),
            words: of.to_owned(),
            ..app::audit::TrailAsk::default()
        };
        app.audit_trail(&auditor, &ask).unwrap().len()
    };
    assert_eq!(lines(&id), gets.len() + posts.len());
    assert_eq!(lines(absent), lines(&id));
}

#[test]
fn forged_and_replayed_forms_do_nothing_and_are_written_down() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-伪造")]);
    let before = clerk.get(&entry).text();
    for token in [
        "",
        "0000",
        &server.signed_in("leader").get("/").token().unwrap(),
    ] {
        let forged = [
            ("token", token),
            ("reason", "伪造的作废"),
            ("revision", "1"),
        ];
        assert_eq!(clerk.post(&format!("{entry}/void"), &forged).status, 422);
    }
    assert_eq!(clerk.get(&entry).text(), before);
    let written = trail(&server, "refused");
    assert!(written.contains(&format!("{entry}/void")) && written.contains("表单令牌不符"));
    // The same form twice: the second time nothing happens, and the trail says who sent it.
    let other = open_visit(&mut clerk, &[("number", "访-重交")]);
    let token = clerk.get("/me").token().unwrap();
    let void = [
        ("token", token.as_str()),
        ("revision", "1"),
        ("reason", "重复登记"),
    ];
    let path = format!("{other}/void");
    assert_eq!(clerk.post(&path, &void).status, 303);
    assert_eq!(clerk.post(&path, &void).status, 422);
    let id = other.rsplit('/').next().unwrap();
    let replayed = trail(&server, "refused");
    assert!(
        replayed.contains(id) && replayed.contains("交了两次"),
        "{replayed}"
    );
    // A cookie after its session was ended, and one that was made up.
    let old = clerk.cookie.clone();
    let token = clerk.get("/").token().unwrap();
    clerk.post("/sign-out", &[("token", &token)]);
    for cookie in [
        old,
        Some(format!("yifa={}", "a".repeat(64))),
        Some("yifa=' OR 1=1 --".to_owned()),
    ] {
        let mut browser = server.nobody();
        browser.cookie = cookie;
        let answer = browser.post(
            &format!("{entry}/void"),
            &[("token", &token), ("reason", "重放")],
        );
        let to = answer.header("location").unwrap_or_default();
        assert!(to.starts_with("/sign-in"), "{} {to}", answer.status);
    }
    assert!(
        trail(&server, "sign-out").contains("名clerk"),
        "when it ended is known"
    );
    assert!(
        trail(&server, "refused").contains("会话已经退出"),
        "and that it was used again"
    );
    assert!(server.verify().is_clean());
}

#[test]
fn files_that_may_not_come_in_are_refused_and_written_down() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let polyglot = [
        &b"<html><script>alert(1)</script>"[..],
        &crate::sheets::sheet(&[["多-1", "事", "2022-12-01"]]),
    ]
    .concat();
    for (name, bytes) in [
        ("page.xlsx", &b"<html><script>alert(1)</script></html>"[..]),
        (
            "picture.xlsx",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("program.xlsx", b"MZ\x90\x00\x03"),
        ("two-in-one.xlsx", &polyglot),
    ] {
        let answer = clerk.upload("/ledgers/visit/import", name, bytes);
        assert_eq!(answer.status, 422, "{name}");
        assert!(!answer.text().contains("<script>alert"), "{name}");
    }
    let written = trail(&server, "refused");
    assert!(written.matches("visit").count() >= 4, "{written}");
    // More than is taken: refused while it comes, whoever sends it.
    let huge = vec![b'a'; (64 << 20) + 1];
    let answer = clerk.upload("/ledgers/visit/import", "huge.xlsx", &huge);
    assert_eq!(answer.status, 413, "{}", answer.text());
    let written = trail(&server, "refused");
    assert!(written.contains("内容超过上限") && written.contains("名clerk"));
    assert_eq!(
        clerk.get("/ledgers/visit").status,
        200,
        "and nothing is the worse for it"
    );
}

#[test]
fn names_of_files_write_no_header_and_leave_no_folder() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let sheet = crate::sheets::sheet(&[["名-1", "事", "2022-12-01"], ["名-2", "事", "不是日期"]]);
    for name in [
        "../../etc/passwd.xlsx",
        "a%0d%0aset-cookie: evil=1.xlsx",
        "a;b=c.xlsx",
    ] {
        let answer = clerk.upload("/ledgers/visit/import", name, &sheet);
        let to = answer.header("location").map(str::to_owned);
        let to = to.unwrap_or_else(|| panic!("{name}: {}", answer.text()));
        assert_eq!(clerk.get(&to).status, 200, "{name}");
        let refused = clerk.get(&format!("{to}/refused.xlsx"));
        assert_eq!(refused.status, 200, "{name}");
        assert!(refused.header("set-cookie").is_none(), "{name}");
        let as_what = refused.header("content-disposition").unwrap();
        assert!(
            as_what.starts_with("attachment") && !as_what.contains(".."),
            "{as_what}"
        );
    }
}

#[test]
fn addresses_that_climb_or_break_lines_are_refused_and_written_down() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let climbing = [
        "/assets/0/../../etc/passwd",
        "/assets/0/..%2f..%2fetc%2fpasswd",
        "/tile/..%2f..%2fetc%2fpasswd",
        "/entries/..%2f..%2fetc%2fpasswd",
    ];
    for path in climbing {
        for browser in [&mut clerk, &mut server.nobody()] {
            let answer = browser.get(path);
            assert!(answer.status >= 300 && answer.status < 500, "{path}");
            assert!(!answer.text().contains("root:"), "{path}");
        }
    }
    let broken = "/sign-in?next=%0d%0aset-cookie:%20evil=1";
    assert!(server.nobody().get(broken).header("set-cookie").is_none());
    let app = server.app();
    let auditor = app.actor_by_login("auditor").unwrap().unwrap();
    let ask = app::audit::TrailAsk {
        words: "地址不正常".to_owned(),
        ..app::audit::TrailAsk::default()
    };
    let lines = app.audit_trail(&auditor, &ask).unwrap();
    assert_eq!(lines.len(), 2 * climbing.len() + 1);
    let named = lines.iter().filter(|line| !line.account_id.is_empty());
    assert_eq!(
        named.count(),
        climbing.len(),
        "whoever is signed in is named"
    );
    // Nobody fills the trail by asking.
    for _ in 0..300 {
        server.nobody().get("/assets/0/../../etc/passwd");
    }
    let of_strangers = app.audit_trail(&auditor, &ask).unwrap();
    assert_eq!(of_strangers.len(), app::audit::PAGE, "a page of them");
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert!(report.leaves < 400, "{} leaves", report.leaves);
}

#[test]
fn lines_of_the_trail_are_what_happened_and_nothing_more() {
    let server = Server::start();
    let forged = "clerk\r\n2023-01-12 授权 auditor\u{1b}[2J";
    server
        .nobody()
        .post("/sign-in", &[("login", forged), ("password", "no")]);
    server
        .nobody()
        .post("/sign-in", &[("login", "clerk"), ("password", "no")]);
    server
        .nobody()
        .post("/sign-in", &[("login", "clerk"), ("password", PASSWORD)]);
    let rows = trail(&server, "sign-in-failed");
    assert!(
        rows.contains("clerk 2023-01-12") || rows.contains("clerk  2023-01-12"),
        "one line: {rows}"
    );
    assert!(!rows.contains('\u{1b}'));
    assert!(
        !trail(&server, "grant").contains("授权 auditor"),
        "no line was made of it"
    );
    assert!(!rows.contains(PASSWORD), "no password is written down");
}

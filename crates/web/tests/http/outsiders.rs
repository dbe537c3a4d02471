//! What an outsider tries: forged uploads, paths, headers, statements, formulas, replays.

use crate::{
    server::{PASSWORD, Server, open_visit, shared},
    sheets,
};

#[test]
fn uploads_are_looked_into_and_never_served_back_as_they_are() {
    let mut clerk = shared().signed_in("clerk");
    let polyglot = {
        let mut bytes = b"<html><script>alert(1)</script>".to_vec();
        bytes.extend(sheets::sheet(&[["多-1", "事", "2022-12-01"]]));
        bytes
    };
    for (name, bytes) in [
        (
            "page.xlsx",
            b"<html><script>alert(1)</script></html>".to_vec(),
        ),
        (
            "picture.xlsx",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        (
            "macro.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old format".to_vec(),
        ),
        ("program.xlsx", b"MZ\x90\x00\x03".to_vec()),
        ("empty.xlsx", Vec::new()),
        ("zip.xlsx", b"PK\x03\x04 not really".to_vec()),
        ("polyglot.xlsx", polyglot),
    ] {
        let answer = clerk.upload("/ledgers/visit/import", name, &bytes);
        assert!(answer.status < 500, "{name}: {}", answer.status);
        assert!(!answer.text().contains("<script>alert"), "{name}");
        if let Some(to) = answer.header("location").map(str::to_owned) {
            // What is shown of it are its cells, as words.
            assert!(!clerk.get(&to).text().contains("<script>alert"), "{name}");
        }
    }
}

#[test]
fn paths_lead_nowhere_outside() {
    let mut nobody = shared().nobody();
    for path in [
        "/assets/0/../../etc/passwd",
        "/assets/0/%2e%2e/%2e%2e/etc/passwd",
        "/assets/0/..%2f..%2fetc%2fpasswd",
        "/tile/..%2f..%2fetc%2fpasswd",
        "/tile/0/000/../../../etc/passwd",
        "/assets/0/yifa.css%00.html",
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("root:"), "{path}");
    }
}

#[test]
fn statements_in_fields_stay_words() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let evil = "x'); DROP TABLE entry; --";
    let entry = open_visit(
        &mut clerk,
        &[
            ("number", evil),
            ("matter", "{{7*7}} ${7*7} #{7*7} {organ}"),
        ],
    );
    let text = clerk.get(&entry).text();
    assert!(
        text.contains("DROP TABLE entry") && text.contains("{{7*7}}"),
        "{text}"
    );
    assert!(!text.contains(">49<"));
    server.index();
    let encode =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    for word in [
        "' OR '1'='1",
        "\" OR 1=1 --",
        "%",
        "_",
        "*",
        "NEAR(a b)",
        "a\" AND \"b",
        evil,
    ] {
        let q = encode(word);
        for path in [
            format!("/search?q={q}"),
            format!("/ledgers/visit?q={q}&f.number={q}&f.matter={q}&sort={q}&after={q}&year={q}"),
            format!("/figures/visits?only.matter={q}&from={q}"),
            format!("/ledgers/{q}"),
            format!("/entries/{q}"),
            format!("/collections/{q}"),
        ] {
            let answer = clerk.get(&path);
            assert!(answer.status < 500, "{path}: {}", answer.status);
        }
        let answer = server
            .nobody()
            .post("/sign-in", &[("login", word), ("password", word)]);
        assert_eq!(answer.status, 422, "{word}");
        let trail = server
            .signed_in("auditor")
            .get(&format!("/admin/audit?q={q}&kind={q}"));
        assert_eq!(trail.status, 200, "{word}");
    }
    assert_eq!(clerk.get(&entry).status, 200, "everything is still there");
}

#[test]
fn formulas_leave_as_text() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    for (n, evil) in [
        "=HYPERLINK(\"http://evil\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
    ]
    .into_iter()
    .enumerate()
    {
        let number = format!("式{n}");
        open_visit(&mut clerk, &[("number", &number), ("matter", evil)]);
    }
    let sheet = clerk.get("/ledgers/visit/export.xlsx");
    let cells = sheets::cells(&sheet.body);
    assert!(
        cells.iter().all(|(_, formula)| !formula),
        "no formula in the sheet"
    );
    assert!(cells.iter().any(|(text, _)| text.contains("HYPERLINK")));
}

#[test]
fn headers_and_the_log_take_no_second_line() {
    let mut nobody = shared().nobody();
    let answer = nobody.get("/sign-in?next=%0d%0aset-cookie:%20evil=1");
    assert!(answer.header("set-cookie").is_none());
    let fields = [
        ("login", "clerk"),
        ("password", PASSWORD),
        ("next", "/\r\nset-cookie: evil=1"),
    ];
    let answer = shared().nobody().post("/sign-in", &fields);
    assert_eq!(answer.header("location"), Some("/"));
}

#[test]
fn a_form_that_was_sent_twice_does_its_work_once() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-重放")]);
    let token = clerk.get("/me").token().unwrap();
    let fields = crate::server::visit(&[("number", "访-重放")]);
    let mut replayed: Vec<(&str, &str)> = fields;
    replayed.push(("token", &token));
    let again = clerk.post("/ledgers/visit/new", &replayed);
    assert_eq!(again.status, 422, "the key is taken");
    let void = [
        ("token", token.as_str()),
        ("revision", "1"),
        ("reason", "重复登记"),
    ];
    assert_eq!(clerk.post(&format!("{entry}/void"), &void).status, 303);
    assert_eq!(
        clerk.post(&format!("{entry}/void"), &void).status,
        422,
        "a second time"
    );
    let old = clerk.cookie.clone();
    assert_eq!(clerk.post("/sign-out", &[("token", &token)]).status, 303);
    clerk.cookie = old;
    let after = clerk.post(&format!("{entry}/amend"), &[("token", &token)]);
    assert_eq!(
        after
            .header("location")
            .map(|to| to.starts_with("/sign-in")),
        Some(true)
    );
}

#[test]
fn many_failures_from_one_address_are_stopped() {
    let server = Server::start();
    let mut nobody = server.nobody();
    let mut answer = nobody.get("/sign-in");
    for n in 0..101 {
        let login = format!("guess{n}");
        answer = nobody.post("/sign-in", &[("login", &login), ("password", "no")]);
    }
    assert!(
        answer.text().contains("连续登录失败过多"),
        "{}",
        answer.text()
    );
    server
        .clock
        .set("2023-01-12T09:20:00+08:00".parse().unwrap());
    assert_eq!(server.signed_in("clerk").get("/").status, 200);
}

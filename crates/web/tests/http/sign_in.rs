//! Signing in and out.

use crate::server::{PASSWORD, Server, shared};

#[test]
fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let mut browser = shared().nobody();
    let answer = browser.post("/sign-in", &[("login", "clerk"), ("password", PASSWORD)]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let token = cookie.split([';', '=']).nth(1).unwrap();
    assert!(
        token.len() >= 32,
        "a token that cannot be guessed: {cookie}"
    );
    assert_eq!(browser.get("/").status, 200);
}

#[test]
fn behind_a_proxy_with_tls_the_cookie_travels_over_tls_only() {
    let body = format!("login=clerk&password={}", PASSWORD.replace(' ', "+"));
    let headers = [
        (
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ),
        ("x-forwarded-proto", "https".to_owned()),
    ];
    let answer = shared()
        .nobody()
        .send("POST", "/sign-in", &headers, body.as_bytes());
    assert_eq!(answer.status, 303);
    assert!(answer.header("set-cookie").unwrap().ends_with("; Secure"));
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    let plain = shared().nobody().get("/sign-in");
    assert_eq!(plain.header("strict-transport-security"), None);
}

#[test]
fn after_signing_out_the_old_cookie_opens_nothing() {
    let mut browser = shared().signed_in("clerk");
    let old = browser.cookie.clone();
    let token = browser.get("/").token().unwrap();
    let answer = browser.post("/sign-out", &[("token", &token)]);
    assert_eq!(answer.header("location"), Some("/sign-in"));
    browser.cookie = old;
    let answer = browser.get("/ledgers");
    let to = answer.header("location").unwrap();
    assert!(to.starts_with("/sign-in"), "{to}");
}

#[test]
fn signing_out_needs_the_form_token() {
    let mut browser = shared().signed_in("clerk");
    assert_eq!(browser.post("/sign-out", &[]).status, 422);
    assert_eq!(browser.get("/ledgers").status, 200, "still signed in");
}

#[test]
fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let mut browser = shared().nobody();
    let wrong = browser.post("/sign-in", &[("login", "leader"), ("password", "no")]);
    let unknown = browser.post("/sign-in", &[("login", "nobody"), ("password", "no")]);
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(
        wrong.text().contains("用户名或口令不正确"),
        "{}",
        wrong.text()
    );
    let alike = |text: String| text.replace("leader", "X").replace("nobody", "X");
    assert_eq!(alike(wrong.text()), alike(unknown.text()));
    assert!(wrong.header("set-cookie").is_none());
    assert!(
        wrong.text().contains("value=\"leader\""),
        "the name comes back"
    );
    assert!(
        !wrong.text().contains("value=\"no\""),
        "the password does not"
    );
}

#[test]
fn after_five_wrong_passwords_the_account_rests_for_fifteen_minutes() {
    let server = Server::start();
    let mut browser = server.nobody();
    for _ in 0..5 {
        browser.post("/sign-in", &[("login", "clerk"), ("password", "no")]);
    }
    let right = [("login", "clerk"), ("password", PASSWORD)];
    let locked = browser.post("/sign-in", &right);
    assert_eq!(locked.status, 422);
    assert!(
        locked.text().contains("十五分钟后再试"),
        "{}",
        locked.text()
    );
    let other = browser.post("/sign-in", &[("login", "leader"), ("password", PASSWORD)]);
    assert_eq!(other.status, 303, "others are not locked");
    server
        .clock
        .set("2023-01-12T09:16:00+08:00".parse().unwrap());
    assert_eq!(browser.post("/sign-in", &right).status, 303);
}

#[test]
fn a_name_that_is_nobodys_is_locked_like_an_account() {
    let server = Server::start();
    let mut browser = server.nobody();
    let mut answers = |login: &str| -> Vec<String> {
        let given = [("login", login), ("password", "no")];
        let said = (0..7).map(|_| browser.post("/sign-in", &given).text());
        said.map(|text| text.replace(login, "X")).collect()
    };
    let (known, unknown) = (answers("leader"), answers("nobody"));
    assert!(known[6].contains("十五分钟后再试"), "{}", known[6]);
    assert_eq!(known, unknown, "locking tells nobody which names there are");
    server
        .clock
        .set("2023-01-12T09:16:00+08:00".parse().unwrap());
    let again = answers("nobody");
    assert!(again[0].contains("用户名或口令不正确"), "{}", again[0]);
}

#[test]
fn a_session_left_alone_for_an_hour_ends() {
    let server = Server::start();
    let mut browser = server.signed_in("clerk");
    server
        .clock
        .set("2023-01-12T09:50:00+08:00".parse().unwrap());
    assert_eq!(browser.get("/").status, 200);
    server
        .clock
        .set("2023-01-12T10:49:00+08:00".parse().unwrap());
    assert_eq!(browser.get("/").status, 200, "it was used at 9:50");
    server
        .clock
        .set("2023-01-12T11:50:00+08:00".parse().unwrap());
    assert_eq!(browser.get("/").status, 303);
}

#[test]
fn signing_in_leads_to_the_page_asked_for_and_never_to_another_site() {
    let mut browser = shared().nobody();
    let asked = browser.get("/ledgers/visit?q=%E5%85%A5%E5%AD%A6&year=2022");
    let to = asked.header("location").unwrap().to_owned();
    assert!(to.starts_with("/sign-in?next="), "{to}");
    let page = browser.get(&to);
    assert!(
        page.text().contains("q=%E5%85%A5%E5%AD%A6"),
        "{}",
        page.text()
    );
    let sign_in = |next: &str| {
        let fields = [("login", "clerk"), ("password", PASSWORD), ("next", next)];
        let answer = shared().nobody().post("/sign-in", &fields);
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(
        sign_in("/ledgers/visit?year=2022"),
        "/ledgers/visit?year=2022"
    );
    for evil in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/x\r\nset-cookie: a=b",
    ] {
        assert_eq!(sign_in(evil), "/", "{evil:?}");
    }
}

//! First sign-ins, sessions, second factors.

use super::{between, totp};
use crate::{
    browser::Browser,
    server::{PASSWORD, Server},
};

#[test]
fn a_first_sign_in_changes_the_one_time_code() {
    let server = Server::start();
    let mut admin = server.signed_in("sysadmin");
    let made = admin.submit(
        "/admin/people",
        &[
            ("login", "newcomer"),
            ("name", "新来的"),
            ("section", "office"),
        ],
    );
    assert_eq!(made.status, 200, "{}", made.text());
    let text = made.text();
    let code = between(&text, "<code>", "</code>").to_owned();
    assert!(
        !admin.get("/admin/people").text().contains(&code),
        "shown once"
    );
    let mut newcomer = server.nobody();
    let answer = newcomer.post("/sign-in", &[("login", "newcomer"), ("password", &code)]);
    assert_eq!(answer.status, 303);
    assert_eq!(
        newcomer.get("/ledgers").header("location"),
        Some("/me/password")
    );
    let change = |browser: &mut Browser, new: &str| {
        browser.submit(
            "/me/password",
            &[("old", &code), ("new", new), ("again", new)],
        )
    };
    assert!(
        change(&mut newcomer, "short")
            .text()
            .contains("至少 10 个字符")
    );
    assert_eq!(change(&mut newcomer, "Hetao-6789-lv").status, 303);
    assert_eq!(newcomer.get("/").status, 200);
    assert!(
        !newcomer.get("/ledgers").text().contains("来访登记"),
        "no role, no ledger"
    );
    let again = server
        .nobody()
        .post("/sign-in", &[("login", "newcomer"), ("password", &code)]);
    assert_eq!(again.status, 422, "the code is used up");
    // The security administrator grants; only then there is work.
    let mut security = server.signed_in("secadmin");
    let page = security.get("/admin/roles").text();
    let account = page
        .split("<option value=\"")
        .skip(1)
        .find(|o| o.contains("newcomer"))
        .unwrap();
    let account = account.split('"').next().unwrap().to_owned();
    let grant = |browser: &mut Browser, account: &str, role: &str| {
        browser.submit(
            "/admin/roles",
            &[
                ("do", "grant"),
                ("account", account),
                ("role", role),
                ("reason", "任命"),
            ],
        )
    };
    assert_eq!(grant(&mut security, &account, "clerk").status, 303);
    assert!(newcomer.get("/ledgers").text().contains("来访登记"));
    let refused = grant(&mut security, &account, "audit_admin");
    assert!(refused.text().contains("不得兼任"), "{}", refused.text());
    let own = page
        .split("<option value=\"")
        .skip(1)
        .find(|o| o.contains("secadmin"))
        .unwrap();
    let own = own.split('"').next().unwrap().to_owned();
    let refused = grant(&mut security, &own, "system_admin");
    assert!(
        refused.text().contains("不能给自己授权"),
        "{}",
        refused.text()
    );
}

#[test]
fn a_one_time_code_that_was_not_used_for_a_week_is_over() {
    let server = Server::start();
    let made = server
        .signed_in("sysadmin")
        .submit("/admin/people", &[("login", "late"), ("name", "迟到的")]);
    let text = made.text();
    let code = between(&text, "<code>", "</code>").to_owned();
    server
        .clock
        .set("2023-01-20T09:00:00+08:00".parse().unwrap());
    let answer = server
        .nobody()
        .post("/sign-in", &[("login", "late"), ("password", &code)]);
    assert_eq!(answer.status, 422);
}

#[test]
fn a_session_that_is_ended_elsewhere_is_over() {
    let server = Server::start();
    let mut here = server.signed_in("clerk");
    let mut there = server.signed_in("clerk");
    let page = here.get("/me").text();
    let end = format!("/me/sessions/{}", between(&page, "/me/sessions/", "\""));
    let token = here.get("/me").token().unwrap();
    assert_eq!(
        server
            .signed_in("leader")
            .post(&end, &[("token", "x")])
            .status,
        422
    );
    assert_eq!(here.post(&end, &[("token", &token)]).status, 303);
    assert_eq!(here.get("/me").status, 200);
    assert_eq!(there.get("/me").status, 303, "signed out");
}

#[test]
fn a_session_of_before_does_not_outlive_a_new_sign_in() {
    let server = Server::start();
    let mut browser = server.signed_in("clerk");
    let planted = browser.cookie.clone();
    let answer = browser.post("/sign-in", &[("login", "leader"), ("password", PASSWORD)]);
    assert_eq!(answer.status, 303);
    assert_ne!(browser.cookie, planted, "a new token");
    let mut old = server.nobody();
    old.cookie = planted;
    assert_eq!(old.get("/me").status, 303, "the old one opens nothing");
}

#[test]
fn the_second_factor_is_asked_after_the_password() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let page = clerk.get("/me/second-factor").text();
    let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    assert!(
        page.contains("<svg") && page.contains("<path"),
        "a picture to scan"
    );
    let token = clerk.get("/me").token().unwrap();
    let wrong = clerk.post(
        "/me/second-factor",
        &[
            ("token", &token),
            ("secret", &secret),
            ("code", "000000"),
            ("password", PASSWORD),
        ],
    );
    assert_eq!(wrong.status, 422);
    let code = |seconds: i64| totp(&secret, seconds);
    let now = server.clock.now().as_second();
    let set = clerk.post(
        "/me/second-factor",
        &[
            ("token", &token),
            ("secret", &secret),
            ("code", &code(now)),
            ("password", PASSWORD),
        ],
    );
    let text = set.text();
    assert_eq!(set.status, 200, "{text}");
    let recovery = between(&text, "<li><code>", "</code>").to_owned();
    let begin = || {
        let answer = server
            .nobody()
            .post("/sign-in", &[("login", "clerk"), ("password", PASSWORD)]);
        assert_eq!(answer.status, 200, "the password alone is not enough");
        assert!(answer.header("set-cookie").is_none());
        between(&answer.text(), "name=\"pending\" value=\"", "\"").to_owned()
    };
    let finish = |pending: &str, code: &str| {
        let fields = [("pending", pending), ("code", code)];
        server.nobody().post("/sign-in/code", &fields).status
    };
    let pending = begin();
    assert_eq!(
        finish(&pending, &code(now)),
        422,
        "this code was used at the set-up"
    );
    assert_eq!(
        finish(&pending, &code(now + 30)),
        303,
        "the next one is right"
    );
    assert_eq!(
        finish(&pending, &code(now + 30)),
        422,
        "nothing waits any more"
    );
    let pending = begin();
    assert_eq!(finish(&pending, &recovery), 303);
    assert_eq!(
        finish(&begin(), &recovery),
        422,
        "a recovery code works once"
    );
}

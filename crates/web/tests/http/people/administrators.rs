//! The three administrators at work: roles, the trail.

use crate::{
    browser::Browser,
    server::{PASSWORD, Server},
};

fn account(page: &str, login: &str) -> String {
    let (before, _) = page.split_once(&format!(">{login}<")).expect(login);
    let (_, rest) = before.rsplit_once("/admin/people/").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn roles_are_given_reviewed_and_taken_back_and_never_to_oneself() {
    let server = Server::start();
    let people = server.signed_in("sysadmin").get("/admin/people").text();
    let mut security = server.signed_in("secadmin");
    let act = |who: &mut Browser, login: &str, role: &str, what: &str, reason: &str| {
        let id = account(&people, login);
        let fields = [
            ("account", id.as_str()),
            ("role", role),
            ("do", what),
            ("reason", reason),
        ];
        who.submit_from("/admin/roles", "/admin/roles", &fields)
    };
    for (login, role, reason, words) in [
        ("secadmin", "clerk", "想要", "不能给自己授权"),
        ("clerk", "section_head", "", "理由"),
        ("clerk", "audit_admin", "兼任", "不得兼任"),
        ("auditor", "clerk", "兼任", "不得兼任"),
        ("school", "clerk", "帮忙", "学校"),
        ("clerk", "clerk", "再来", "已有"),
    ] {
        let answer = act(&mut security, login, role, "grant", reason);
        assert_eq!(answer.status, 422, "{login} {role}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    let granted = act(
        &mut security,
        "clerk",
        "section_head",
        "grant",
        "任职文件 3 号",
    );
    assert_eq!(granted.status, 303, "{}", granted.text());
    let mut clerk = server.signed_in("clerk");
    assert!(clerk.get("/me").text().contains("机构负责人"));
    assert_eq!(act(&mut security, "clerk", "", "review", "").status, 303);
    assert!(security.get("/admin/roles").text().contains("复核"));
    let own = act(&mut security, "secadmin", "", "review", "");
    assert!(own.text().contains("由别人复核"), "{}", own.text());
    // Taken back, it is gone at once, with the sessions that had it.
    assert_eq!(
        act(&mut security, "clerk", "section_head", "revoke", "").status,
        303
    );
    assert_eq!(
        clerk.get("/me").header("location"),
        Some("/sign-in?next=%2Fme")
    );
    // The other two grant nothing, to nobody.
    let mut system = server.signed_in("sysadmin");
    let mut auditor = server.signed_in("auditor");
    for who in [&mut system, &mut auditor] {
        let id = account(&people, "stranger");
        let token = who.get("/me").token().unwrap();
        let fields = [
            ("token", token.as_str()),
            ("account", id.as_str()),
            ("role", "leader"),
            ("do", "grant"),
            ("reason", "x"),
        ];
        assert_eq!(who.post("/admin/roles", &fields).status, 403);
    }
    let trail = auditor.get("/admin/audit").text();
    for words in ["授权", "任职文件 3 号", "收回角色", "复核授权"] {
        assert!(trail.contains(words), "{words}: {trail}");
    }
}

#[test]
fn the_trail_is_kept_for_half_a_year_and_longer() {
    let server = Server::start();
    server
        .nobody()
        .post("/sign-in", &[("login", "long-ago"), ("password", PASSWORD)]);
    // A program would sign everybody out; the trail stays. 179 days: without being asked for.
    let day = |days: i64| std::time::Duration::from_secs(u64::try_from(days).unwrap() * 86_400);
    let begun = server.clock.now();
    server.clock.set(begun + day(89));
    assert!(
        server
            .signed_in("auditor")
            .get("/admin/audit")
            .text()
            .contains("long-ago")
    );
    server.clock.set(begun + day(179));
    let trail = |query: &str| {
        let app = server.app();
        let auditor = app.actor_by_login("auditor").unwrap().unwrap();
        let ask = app::audit::TrailAsk {
            from: query.to_owned(),
            ..app::audit::TrailAsk::default()
        };
        let lines = app.audit_trail(&auditor, &ask).unwrap();
        lines.iter().any(|line| line.detail.contains("long-ago"))
    };
    assert!(trail(""), "179 days");
    server.clock.set(begun + day(2_000));
    assert!(trail("2023-01-01"), "after years, when asked for");
    assert!(server.verify().is_clean());
}

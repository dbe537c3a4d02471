//! The three administrators at work: people and units from sheets, roles, the trail.

use super::between;
use crate::{
    browser::Browser,
    server::{PASSWORD, Server},
    sheets,
};

fn account(page: &str, login: &str) -> String {
    let (before, _) = page.split_once(&format!(">{login}<")).expect(login);
    let (_, rest) = before.rsplit_once("/admin/people/").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn schools_and_people_come_from_sheets_with_their_first_sign_ins() {
    let server = Server::start();
    let mut admin = server.signed_in("sysadmin");
    let section = admin.submit_from(
        "/admin/units",
        "/admin/sections",
        &[("section", "licensing"), ("section_name", "审批一科")],
    );
    assert_eq!(section.status, 303, "{}", section.text());
    let units = sheets::table(
        "单位",
        ["名称", "类别", "区县"],
        &[
            ["第三中学", "学校", "东区"],
            ["春苗幼儿园", "幼儿园", "东区"],
            ["", "学校", "东区"],
            ["西山小学", "学校", "西山区"],
        ],
    );
    let page = admin.upload_from("/admin/units", "/admin/units/import", "单位.xlsx", &units);
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    assert!(
        text.contains("第三中学") && text.contains("春苗幼儿园"),
        "{text}"
    );
    assert!(
        text.contains("第 4 行") && !text.contains("第 3 行"),
        "bad rows are named: {text}"
    );
    assert!(text.contains("没有“西山区”这个区县"), "{text}");
    let people = sheets::table(
        "人员",
        ["用户名", "姓名", "职务", "科室", "单位"],
        &[
            ["zhang", "张会计", "科员", "审批一科", ""],
            ["sanzhong", "李老师", "安全干事", "", "第三中学"],
            ["clerk", "同名的人", "科员", "审批一科", ""],
            ["nowhere", "无处可去", "科员", "没有的科室", ""],
        ],
    );
    let page = admin.upload_from(
        "/admin/people",
        "/admin/people/import",
        "人员.xlsx",
        &people,
    );
    let text = page.text();
    assert!(
        text.contains("第 4 行") && text.contains("第 5 行"),
        "{text}"
    );
    let row = |login: &str| {
        let (_, rest) = text.split_once(&format!(">{login}<")).expect(login);
        between(rest, "<code>", "</code>").to_owned()
    };
    // The school's person signs in with the code, changes it, and sees the school's own ledgers.
    let code = row("sanzhong");
    let mut school = server.nobody();
    let first = school.post("/sign-in", &[("login", "sanzhong"), ("password", &code)]);
    assert_eq!(first.status, 303, "{}", first.text());
    assert_eq!(
        school.get("/ledgers").header("location"),
        Some("/me/password")
    );
    let new = "Xin-Kou-Ling-9";
    let changed = [("old", code.as_str()), ("new", new), ("again", new)];
    assert_eq!(school.submit("/me/password", &changed).status, 303);
    let own = crate::server::open_drill(&mut school, "第三中学", "2022-11-09");
    assert_eq!(school.get(&own).status, 200, "it enters its own work");
    // The office's person has no role yet, and so no work.
    let code = row("zhang");
    let mut clerk = server.nobody();
    clerk.post("/sign-in", &[("login", "zhang"), ("password", &code)]);
    let changed = [("old", code.as_str()), ("new", new), ("again", new)];
    assert_eq!(clerk.submit("/me/password", &changed).status, 303);
    assert_eq!(clerk.get("/ledgers/visit").status, 403);
    // A sheet without the headings is told which.
    let wrong = sheets::table("人员", ["甲"], &[["乙"]]);
    let page = admin.upload_from("/admin/people", "/admin/people/import", "错.xlsx", &wrong);
    assert!(page.text().contains("用户名"), "{}", page.text());
}

/// A county's office has fewer sections than the catalogue: one of them keeps the ledgers of two.
#[test]
fn sections_of_one_name_keep_each_others_ledgers() {
    let server = Server::start();
    let mut stranger = server.signed_in("stranger");
    assert_eq!(stranger.get("/ledgers/visit").status, 403);
    let mut admin = server.signed_in("sysadmin");
    let same = [("section", "safety"), ("section_name", "办公室")];
    let saved = admin.submit_from("/admin/units", "/admin/sections", &same);
    assert_eq!(saved.status, 303, "{}", saved.text());
    for path in ["", "/new", "/import"] {
        let page = stranger.get(&format!("/ledgers/visit{path}"));
        assert_eq!(page.status, 200, "{path}");
    }
    let people = admin.get("/admin/people").text();
    let offered = |id: &str| people.contains(&format!("value=\"{id}\""));
    assert!(
        offered("legal") && offered("office") != offered("safety"),
        "{people}"
    );
    assert!(server.verify().is_clean());
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

/// What the system administrator does to somebody's account.
fn done_to(server: &Server, login: &str, what: &str) -> crate::browser::Answer {
    let mut admin = server.signed_in("sysadmin");
    let page = admin.get("/admin/people").text();
    let address = format!("/admin/people/{}", account(&page, login));
    admin.submit(&address, &[("do", what)])
}

/// What somebody answers to what is asked for an account.
fn answered(server: &Server, who: &str, login: &str, what: &str) -> crate::browser::Answer {
    let page = server.signed_in("sysadmin").get("/admin/people").text();
    let account = account(&page, login);
    let fields = [("account", account.as_str()), ("do", what)];
    server
        .signed_in(who)
        .submit_from("/admin/confirm", "/admin/confirm", &fields)
}

#[test]
fn no_administrator_becomes_another_by_a_new_password() {
    let half = |answer: &crate::browser::Answer| {
        assert_eq!(answer.status, 200, "{}", answer.text());
        between(&answer.text(), "<code>", "</code>").to_owned()
    };
    for (login, confirmer, others) in [
        ("secadmin", "auditor", ["secadmin", "clerk", "sysadmin"]),
        ("auditor", "secadmin", ["auditor", "clerk", "sysadmin"]),
    ] {
        let server = Server::start();
        let enters = |password: &str| {
            let form = [("login", login), ("password", password)];
            server.nobody().post("/sign-in", &form).status == 303
        };
        let mine = half(&done_to(&server, login, "renew-all"));
        assert!(!enters(&mine), "half a code opens nothing");
        assert!(enters(PASSWORD), "asking changes nothing");
        for other in others {
            let refused = answered(&server, other, login, "agree");
            assert!([403, 422].contains(&refused.status), "{other} for {login}");
        }
        let page = server.signed_in(confirmer).get("/admin/confirm").text();
        assert!(
            page.contains("取消动态码") && page.contains(login),
            "{page}"
        );
        // Refused, it is over.
        assert_eq!(answered(&server, confirmer, login, "refuse").status, 303);
        assert_eq!(answered(&server, confirmer, login, "agree").status, 422);
        assert!(enters(PASSWORD));
        let first = half(&done_to(&server, login, "renew"));
        let second = half(&answered(&server, confirmer, login, "agree"));
        assert!(!enters(PASSWORD), "the old password is gone");
        assert!(!enters(&first) && !enters(&second), "neither alone");
        assert!(enters(&format!("{first}-{second}")), "the person has both");
        let report = server.verify();
        assert!(report.is_clean(), "{:?}", report.findings);
    }
}

#[test]
fn nobody_closes_the_account_of_another_administrator_alone() {
    let server = Server::start();
    let works = |page: &str| server.signed_in("auditor").get(page).status == 200;
    assert_eq!(done_to(&server, "auditor", "close").status, 303);
    assert!(works("/admin/audit"), "it was only asked");
    let trail = server.signed_in("auditor").get("/admin/audit").text();
    assert!(
        trail.contains("申请停用账号，待确认"),
        "and is seen: {trail}"
    );
    // Asked a week ago is asked no more.
    let now = server.clock.now();
    let week = jiff::SignedDuration::from_hours(24 * 7 + 1);
    server.clock.set(now + week);
    assert_eq!(
        answered(&server, "secadmin", "auditor", "agree").status,
        422
    );
    assert_eq!(done_to(&server, "auditor", "close").status, 303);
    assert_eq!(
        answered(&server, "secadmin", "auditor", "agree").status,
        303
    );
    let form = [("login", "auditor"), ("password", PASSWORD)];
    assert_eq!(server.nobody().post("/sign-in", &form).status, 422);
    assert_eq!(done_to(&server, "auditor", "open").status, 303);
    assert_eq!(server.nobody().post("/sign-in", &form).status, 422);
    assert_eq!(
        answered(&server, "secadmin", "auditor", "agree").status,
        303
    );
    assert!(works("/admin/audit"));
}

#[test]
fn an_account_is_closed_when_its_work_has_gone_over() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let matter = [
        ("number", "案-停用"),
        ("party", "第一中学"),
        ("filed_on", "2023-01-10"),
    ];
    assert_eq!(clerk.submit("/ledgers/matter/new", &matter).status, 303);
    let closed = done_to(&server, "clerk", "close");
    assert_eq!(closed.status, 422);
    assert!(closed.text().contains("还有 1 件"), "{}", closed.text());
    assert_eq!(done_to(&server, "stranger", "close").status, 303);
    let form = [("login", "stranger"), ("password", PASSWORD)];
    assert_eq!(server.nobody().post("/sign-in", &form).status, 422);
}

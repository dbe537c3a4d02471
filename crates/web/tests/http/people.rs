//! Schools, administrators, collections, second factors: as their people use them.

use crate::{
    browser::{Answer, Browser},
    server::{PASSWORD, Server, open_drill, open_visit},
    sheets,
};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location").unwrap();
    to.split('?').next().unwrap().to_owned()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split(after).next().unwrap()
}

#[test]
fn a_school_enters_its_own_work_and_sees_nothing_of_others() {
    let server = Server::start();
    let mut one = server.signed_in("school");
    let mut two = server.signed_in("other");
    let own = open_drill(&mut one, "第一中学", "2022-11-09");
    assert_eq!(one.get(&own).status, 200);
    let home = one.get("/").text();
    assert!(
        home.contains("应急演练") && !home.contains("来访登记"),
        "{home}"
    );
    for path in [
        own.clone(),
        format!("{own}/proof"),
        format!("{own}/proof/1"),
        format!("{own}/amend"),
    ] {
        assert_eq!(two.get(&path).status, 404, "{path}");
    }
    server.index();
    let list = two.get("/ledgers/emergency_drill").text();
    assert!(!list.contains("第一中学"), "no row: {list}");
    let found = two
        .get("/search?q=%E7%AC%AC%E4%B8%80%E4%B8%AD%E5%AD%A6")
        .text();
    assert!(found.contains("没有找到"), "{found}");
    let new = two.get("/ledgers/emergency_drill/new").text();
    assert!(!new.contains("第一中学"), "no suggestion: {new}");
    let sheet = two.get("/ledgers/emergency_drill/export.xlsx");
    assert!(
        !sheets::texts(&sheet.body)
            .iter()
            .any(|t| t.contains("第一中学"))
    );
    for path in [
        "/figures",
        "/figures/emergency_drills",
        "/reports",
        "/deadlines",
    ] {
        assert_eq!(two.get(path).status, 403, "{path}");
    }
    let forged = two.submit(
        "/ledgers/emergency_drill/new",
        &crate::server::drill("第一中学", "2022-11-10"),
    );
    assert_eq!(forged.status, 422);
    assert!(forged.text().contains("只能填本单位"), "{}", forged.text());
    // Its bureau sees both, and counts them.
    open_drill(&mut two, "第二中学", "2022-11-09");
    let list = server
        .signed_in("safety")
        .get("/ledgers/emergency_drill")
        .text();
    assert!(list.contains("第一中学") && list.contains("第二中学"));
}

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

/// What an authenticator shows: written here a second time, from the standard.
fn totp(secret_hex: &str, seconds: i64) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let secret: Vec<u8> = (0..secret_hex.len() / 2)
        .map(|at| u8::from_str_radix(&secret_hex[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&secret).unwrap();
    mac.update(&u64::try_from(seconds / 30).unwrap().to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

#[test]
fn a_masked_value_is_seen_whole_with_a_reason_that_is_kept() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[("number", "访-电话"), ("phone", "13800000000")],
    );
    for path in [
        entry.clone(),
        format!("{entry}/amend"),
        "/ledgers/visit".to_owned(),
    ] {
        let text = clerk.get(&path).text();
        assert!(!text.contains("13800000000"), "{path}");
    }
    let sheet = clerk.get("/ledgers/visit/export.xlsx");
    assert!(
        !sheets::texts(&sheet.body)
            .iter()
            .any(|t| t.contains("13800000000"))
    );
    let personal = format!("{entry}/personal");
    assert_eq!(clerk.submit(&personal, &[("reason", "")]).status, 422);
    let seen = clerk.submit(&personal, &[("reason", "电话回访来访人")]);
    assert!(seen.text().contains("13800000000"), "{}", seen.text());
    let trail = server
        .signed_in("auditor")
        .get("/admin/audit?kind=unmask")
        .text();
    assert!(
        trail.contains("电话回访来访人") && !trail.contains("13800000000"),
        "{trail}"
    );
    let amended = clerk.submit(
        &format!("{entry}/amend"),
        &[
            ("number", "访-电话"),
            ("matter", "改过的事项"),
            ("visited_on", "2022-12-07"),
            ("phone", "138****0000"),
            ("visitor", "王小明"),
            ("revision", "1"),
            ("reason", "笔误"),
        ],
    );
    assert_eq!(amended.status, 303, "{}", amended.text());
    let seen = clerk.submit(&personal, &[("reason", "再次核对电话")]);
    assert!(
        seen.text().contains("13800000000"),
        "the mask is no new value"
    );
    let mut leader = server.signed_in("leader");
    assert_eq!(
        leader.submit(&personal, &[("reason", "我想看一看")]).status,
        403
    );
}

#[test]
fn erased_values_are_gone_and_the_proof_stands() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[
            ("number", "访-删除"),
            ("visitor", "欧阳修远"),
            ("phone", "13800000001"),
        ],
    );
    let mut legal = server.signed_in("legal");
    let id = entry.rsplit('/').next().unwrap();
    let token = legal.get("/me").token().unwrap();
    let bare = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "visitor"),
    ];
    assert_eq!(
        legal.post("/personal-data/erase", &bare).status,
        422,
        "a ground is needed"
    );
    let fields = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "visitor"),
        ("fields", "phone"),
        ("ground", "本人请求删除"),
    ];
    let erased = legal.post("/personal-data/erase", &fields);
    assert_eq!(erased.status, 303, "{}", erased.text());
    for browser in [&mut clerk, &mut legal] {
        let text = browser.get(&entry).text();
        assert!(
            !text.contains("欧阳") && text.contains("咨询入学"),
            "{text}"
        );
    }
    assert_eq!(clerk.get(&format!("{entry}/proof")).status, 200);
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, 2);
    let other = [
        ("token", token.as_str()),
        ("entry", id),
        ("fields", "matter"),
        ("ground", "本人请求"),
    ];
    assert_eq!(
        legal.post("/personal-data/erase", &other).status,
        422,
        "personal values only"
    );
    assert_eq!(clerk.submit("/", &[]).status, 405);
}

#[test]
fn what_is_past_its_term_is_listed_and_erased_with_the_proof_intact() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let old = [
        ("number", "访-旧"),
        ("visitor", "司马长风"),
        ("visited_on", "2022-12-07"),
    ];
    let entry = open_visit(&mut clerk, &old);
    let guide = clerk.get("/ledgers/visit").text();
    assert!(guide.contains("个人信息保存 10 年"), "{guide}");
    assert!(guide.contains("不是法定期限"), "whose term it is");
    let due = |server: &Server| server.signed_in("legal").get("/personal-data").text();
    server
        .clock
        .set("2032-12-06T09:00:00+08:00".parse().unwrap());
    assert!(due(&server).contains("没有超过保存年限"), "one day before");
    server
        .clock
        .set("2032-12-08T09:00:00+08:00".parse().unwrap());
    assert!(due(&server).contains("访-旧"));

    let mut legal = server.signed_in("legal");
    let token = legal.get("/me").token().unwrap();
    let fields = [
        ("token", &*token),
        ("entry", entry.rsplit('/').next().unwrap()),
        ("fields", "visitor"),
        ("ground", "保存期限届满"),
    ];
    assert_eq!(legal.post("/personal-data/erase", &fields).status, 303);
    assert!(due(&server).contains("没有超过保存年限"));
    assert!(!legal.get(&entry).text().contains("司马"));
    let report = server.verify();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.erased, 1);
}

#[test]
fn a_new_organ_works_at_once_and_its_people_sign_in() {
    let server = Server::start();
    let mut admin = server.signed_in("sysadmin");
    let new = [
        ("organ_id", "donghu"),
        ("organ_name", "东湖区教育局"),
        ("organ_short", "东湖教"),
        ("organ_system", "赵一"),
        ("organ_security", "钱二"),
        ("organ_audit", "孙三"),
    ];
    let token = admin.get("/admin/units").token().unwrap();
    let form: Vec<_> = new.iter().copied().chain([("token", &*token)]).collect();
    let page = admin.post("/admin/organs", &form);
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    let code_of = |login: &str| {
        let (_, after) = page.split_once(login).unwrap();
        let (_, code) = after.split_once("<code>").unwrap();
        code.split('<').next().unwrap().to_owned()
    };
    assert_eq!(
        admin.post("/admin/organs", &form).status,
        422,
        "the id is taken"
    );

    // First sign-in: the one-time code, then a password of one's own.
    let first = |login: &str, password: &str| {
        let code = code_of(login);
        let mut person = server.nobody();
        let entered = person.post("/sign-in", &[("login", login), ("password", &code)]);
        assert_eq!(entered.status, 303, "{login}: {}", entered.text());
        let token = person.get("/me/password").token().unwrap();
        let change = [
            ("token", &*token),
            ("old", &*code),
            ("new", password),
            ("again", password),
        ];
        let changed = person.post("/me/password", &change);
        assert_eq!(changed.status, 303, "{}", changed.text());
        person
    };
    let mut system = first("donghu-system", "Hetao-6789-lv");
    assert_eq!(system.get("/admin/people").status, 403, "no role yet");

    // The maker cannot give the roles; the security administrator above does, once.
    let mut security = server.signed_in("secadmin");
    assert!(security.get("/admin/roles").text().contains("东湖区教育局"));
    let token = security.get("/admin/roles").token().unwrap();
    let confirm = [("token", &*token), ("do", "confirm"), ("account", "donghu")];
    let own = admin.get("/admin/units").token().unwrap();
    let by_maker = [("token", &*own), ("do", "confirm"), ("account", "donghu")];
    assert_eq!(admin.post("/admin/roles", &by_maker).status, 403);
    assert_eq!(security.post("/admin/roles", &confirm).status, 303);
    assert_eq!(
        security.post("/admin/roles", &confirm).status,
        404,
        "only while nobody is there"
    );

    // Its own administrators go on: an account, its role, and work in a ledger.
    let person = [
        ("login", "donghu-li"),
        ("name", "李四"),
        ("post", "科员"),
        ("section", "safety"),
        ("unit", ""),
    ];
    let token = system.get("/admin/people").token().unwrap();
    let person: Vec<_> = person.into_iter().chain([("token", &*token)]).collect();
    let made = system.post("/admin/people", &person);
    assert_eq!(made.status, 200, "{}", made.text());
    let page = made.text();
    let (_, code) = page.split_once("<code>").unwrap();
    let code = code.split('<').next().unwrap().to_owned();
    let mut own_security = first("donghu-security", "Hetao-7890-lv");
    let roles = own_security.get("/admin/roles").text();
    let (before, _) = roles.split_once(">李四（donghu-li）").unwrap();
    let account = before
        .rsplit("value=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let token = own_security.get("/admin/roles").token().unwrap();
    let grant = [
        ("token", &*token),
        ("do", "grant"),
        ("account", &*account),
        ("role", "clerk"),
        ("reason", "任命文件"),
    ];
    assert_eq!(own_security.post("/admin/roles", &grant).status, 303);

    let mut clerk = server.nobody();
    clerk.post("/sign-in", &[("login", "donghu-li"), ("password", &code)]);
    let token = clerk.get("/me/password").token().unwrap();
    let new = "Hetao-8901-lv";
    let change = [
        ("token", &*token),
        ("old", &*code),
        ("new", new),
        ("again", new),
    ];
    assert_eq!(clerk.post("/me/password", &change).status, 303);
    let entry = open_drill(&mut clerk, "东湖区第一小学", "2022-11-09");
    assert_eq!(clerk.get(&entry).status, 200);
    let asked = "/figures/emergency_drills/organs?from=2022-01-01&to=2022-12-31";
    let above = server.signed_in("leader").get(asked).text();
    assert!(
        above.contains("东湖区教育局"),
        "the city rolls it up: {above}"
    );
    assert!(server.verify().is_clean());
}

#[test]
fn a_new_district_can_be_chosen_at_once() {
    let server = Server::start();
    let mut admin = server.signed_in("sysadmin");
    let token = admin.get("/admin/units").token().unwrap();
    let form = [("token", &*token), ("district_name", "高新区")];
    assert_eq!(admin.post("/admin/districts", &form).status, 303);
    assert_eq!(admin.post("/admin/districts", &form).status, 422, "twice");
    let mut clerk = server.signed_in("clerk");
    assert!(clerk.get("/ledgers/visit/new").text().contains("高新区"));
    let kept = open_visit(&mut clerk, &[("number", "访-高新"), ("district", "高新区")]);
    assert!(clerk.get(&kept).text().contains("高新区"));
}

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
        1
    );
    assert_eq!((of(&clerk.account), of(&second.account)), (0, 1));
    let page = browser
        .get(&format!("/deadlines?person={}", second.account))
        .text();
    assert!(page.contains("案-交接"), "{page}");
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
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
            ("name", "名clerk"),
            ("post", "副主任"),
            ("section", "office"),
        ],
    );
    assert_eq!(moved.status, 303, "{}", moved.text());
    let text = clerk.get(&entry).text();
    assert!(
        text.contains("名clerk（科员）"),
        "the post of the day: {text}"
    );
    server
        .clock
        .set("2023-01-12T09:50:00+08:00".parse().unwrap());
    let later = open_visit(&mut clerk, &[("number", "访-改名后")]);
    assert!(clerk.get(&later).text().contains("名clerk（副主任）"));
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

#[test]
fn the_city_sees_the_countys_figures_rolled_up_and_its_open_entries() {
    let server = Server::start();
    // The same drill written down by both organs, one more in the county, and one that may or may
    // not be the same work.
    let mut city = server.signed_in("safety");
    open_drill(&mut city, "第一中学", "2022-11-09");
    let mut county = server.signed_in("county-safety");
    let both = open_drill(&mut county, "第一中学", "2022-11-09");
    open_drill(&mut county, "县第三小学", "2022-11-10");
    let id = both.rsplit('/').next().unwrap();
    let mut leader = server.signed_in("leader");
    let asked = "?from=2022-01-01&to=2022-12-31";
    let page = leader
        .get(&format!("/figures/emergency_drills/organs{asked}"))
        .text();
    assert!(
        page.contains("测试县教育局") && page.contains("2 场"),
        "{page}"
    );
    assert!(page.contains("只算一次"), "{page}");
    let own = leader
        .get(&format!(
            "/figures/emergency_drills/organs{asked}&reach=own"
        ))
        .text();
    assert!(own.contains("1 场"), "{own}");
    let schools = leader
        .get(&format!("/figures/drill_schools/organs{asked}"))
        .text();
    assert!(schools.contains("2 所"), "keys are united: {schools}");
    assert!(
        leader
            .get("/below/county/ledgers/emergency_drill")
            .text()
            .contains("县第三小学")
    );
    assert_eq!(
        leader.get(&format!("/below/county/entries/{id}")).status,
        200
    );
    assert_eq!(
        leader.get("/below/county/ledgers/visit").status,
        403,
        "not opened"
    );
    assert_eq!(
        server
            .signed_in("clerk")
            .get(&format!("/below/county/entries/{id}"))
            .status,
        404
    );
    assert_eq!(
        server
            .signed_in("county")
            .get("/below/test/ledgers/emergency_drill")
            .status,
        404
    );
}

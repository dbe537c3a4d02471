//! Organs below: a new one, its districts, what the organ above sees.

use crate::server::{Server, open_drill, open_visit};

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
fn the_city_sees_the_countys_figures_rolled_up_and_its_open_entries() {
    let server = Server::start();
    // The same drill written down by both organs, one more in the county, and one that may or may
    // not be the same work.
    let mut city = server.signed_in("safety");
    open_drill(&mut city, "第一中学", "2022-11-09");
    let mut county = server.signed_in("county-safety");
    let both = open_drill(&mut county, "第一中学", "2022-11-09");
    open_drill(&mut county, "县第三小学", "2022-11-10");
    // What both wrote down in another year is nothing to this one.
    open_drill(&mut city, "第一中学", "2021-11-09");
    open_drill(&mut county, "第一中学", "2021-11-09");
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
    assert!(page.contains("上下级都登记了的 1 条"), "{page}");
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

#[test]
fn what_cannot_be_decided_to_be_one_work_or_two_is_said_and_counted() {
    let server = Server::start();
    let clue = |number: &'static str| {
        [
            ("number", number),
            ("found_on", "2022-11-09"),
            ("occasion", "日常排查"),
            ("topic", "校服收费争议"),
            ("field", "收费退费"),
            ("level", "低"),
        ]
    };
    for (login, number) in [
        ("safety", "市纠〔2022〕1号"),
        ("county-safety", "县纠〔2022〕7号"),
    ] {
        let opened = server
            .signed_in(login)
            .submit("/ledgers/dispute_clue/new", &clue(number));
        assert_eq!(opened.status, 303, "{}", opened.text());
    }
    let asked = "?from=2022-01-01&to=2022-12-31";
    let mut leader = server.signed_in("leader");
    let page = leader
        .get(&format!("/figures/dispute_clues/organs{asked}"))
        .text();
    assert!(page.contains("1 对记录日期和名称相同而编号不同"), "{page}");
    assert!(page.contains("都已计入") && page.contains(">2"), "{page}");
    let own = leader
        .get(&format!("/figures/dispute_clues/organs{asked}&reach=own"))
        .text();
    assert!(!own.contains("编号不同"), "{own}");
}

#[test]
fn one_work_that_two_wrote_down_counts_once_in_the_period_that_is_asked_for() {
    let server = Server::start();
    for login in ["safety", "county-safety"] {
        let mut browser = server.signed_in(login);
        for (number, day) in [
            ("共纠〔2022〕1号", "2022-11-09"),
            ("共纠〔2021〕1号", "2021-11-09"),
        ] {
            let clue = [
                ("number", number),
                ("found_on", day),
                ("occasion", "日常排查"),
                ("topic", "校服收费争议"),
                ("field", "收费退费"),
                ("level", "低"),
            ];
            let opened = browser.submit("/ledgers/dispute_clue/new", &clue);
            assert_eq!(opened.status, 303, "{}", opened.text());
        }
    }
    let mut leader = server.signed_in("leader");
    let mut asked = |from: &str, to: &str| {
        let period = format!("?from={from}&to={to}");
        leader
            .get(&format!("/figures/dispute_clues/organs{period}"))
            .text()
    };
    let year = asked("2022-01-01", "2022-12-31");
    assert!(year.contains("上下级都登记了的 1 条"), "{year}");
    assert!(!year.contains("编号不同"), "{year}");
    let both = asked("2021-01-01", "2022-12-31");
    assert!(both.contains("上下级都登记了的 2 条"), "{both}");
    let neither = asked("2020-01-01", "2020-12-31");
    assert!(!neither.contains("都登记了"), "{neither}");
}

#[test]
fn an_organ_is_renamed_and_what_was_signed_keeps_its_name() {
    let server = Server::start();
    let (app, clerk) = (server.app(), crate::portal::person(&server, "clerk"));
    let mut browser = server.signed_in("clerk");
    let case = crate::cases::open(&mut browser, "案-更名");
    let id = case.rsplit('/').next().unwrap();
    let today = app.clock.today();
    let written = |document: &str| {
        let text = app.draft_text(&clerk, id, document).unwrap();
        let paper = app.write_paper(&clerk, id, document, None, text, "");
        paper.unwrap()
    };
    let first = written("decision");
    app.sign_paper(&clerk, id, &first, 1, today).unwrap();
    let mut admin = server.signed_in("sysadmin");
    let page = admin.get("/admin/units");
    assert!(page.text().contains("测试市教育局"), "{}", page.text());
    let rename = [
        ("do", "rename"),
        ("own_name", "测试市教育和体育局"),
        ("own_short", "测试教体"),
        ("own_papers", "测教体"),
    ];
    let empty = [
        ("do", "rename"),
        ("own_name", ""),
        ("own_short", "甲"),
        ("own_papers", "乙"),
    ];
    let refused = admin.submit_from("/admin/units", "/admin/organs", &empty);
    assert_eq!(refused.status, 422);
    let done = admin.submit_from("/admin/units", "/admin/organs", &rename);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(app.organ("test").unwrap().name, "测试市教育和体育局");
    assert!(browser.get("/").text().contains("测试市教育和体育局"));
    let second = written("decision");
    app.sign_paper(&clerk, id, &second, 1, today).unwrap();
    let paper = |id_of_paper: &str| {
        let paper = app.case_paper(&clerk, id, id_of_paper).unwrap();
        let signed = paper.in_force().unwrap().clone();
        (signed.text.issuer, signed.number.unwrap_or_default())
    };
    let (old, new) = (paper(&first), paper(&second));
    assert_eq!(old.0, "测试市教育局");
    assert!(old.1.starts_with("测教决字"), "{old:?}");
    assert_eq!(new.0, "测试市教育和体育局");
    assert!(new.1.starts_with("测教体决字"), "{new:?}");
    let trail = server.signed_in("auditor").get("/admin/audit?kind=section");
    assert!(
        trail.text().contains("测试市教育局改为"),
        "{}",
        trail.text()
    );
    assert!(server.verify().is_clean(), "{:?}", server.verify().findings);
}

#[test]
fn the_list_of_an_organ_below_says_how_many_there_are() {
    let server = Server::start();
    let app = server.app();
    let system = app::Actor::system("county");
    for n in 0..203 {
        let day = format!("2022-{:02}-{:02}", 1 + n / 28, 1 + n % 28);
        let fields = crate::server::drill("东区小学", &day).into_iter();
        let fields = fields.map(|(id, value)| match id {
            "participants" => (id.to_owned(), 300_i64.into()),
            _ => (id.to_owned(), value.into()),
        });
        let new = app::entry::NewEntry {
            happened_on: day.parse().unwrap(),
            fields: fields.collect(),
        };
        app.open(&system, "emergency_drill", new).unwrap();
    }
    let mut leader = server.signed_in("leader");
    let list = "/below/county/ledgers/emergency_drill";
    let page = leader.get(list).text();
    assert!(
        page.contains("203 条") && page.contains("只列出最近 200 条"),
        "{page}"
    );
    let year = leader.get(&format!("{list}?year=2021")).text();
    assert!(year.contains("0 条") && !year.contains("只列出"), "{year}");
}

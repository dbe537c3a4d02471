//! What guards the whole site: every file that goes out is written down, every method that no line
//! of the table knows is refused, a mask is not undone by asking around it, and addresses are the
//! clients'.

use crate::{
    browser::Browser,
    cases,
    portal::rounds,
    server::{Server, open_drill, open_visit},
};

/// How many files went out, as the audit administrator sees it.
fn downloads(auditor: &mut Browser) -> usize {
    let page = auditor.get("/admin/audit?kind=download").text();
    let rows = page.split_once("<tbody>").map(|(_, rows)| rows);
    rows.map_or(0, |rows| rows.matches("<tr").count())
}

#[test]
fn every_file_that_goes_out_is_a_line_of_the_trail() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let visit = open_visit(&mut clerk, &[("number", "访-下载")]);
    let case = cases::open(&mut clerk, "案-下载");
    let drafted = clerk.submit(
        &format!("{case}/papers/new/decision"),
        &[("title", "决定书"), ("to", "某某"), ("lines", "警告。")],
    );
    assert_eq!(drafted.status, 303, "{}", drafted.text());
    let paper = drafted.led_to();
    let evidence = crate::attacks::attach(&mut clerk, &case);
    let mut legal = server.signed_in("legal");
    let report = legal.submit(
        "/reports",
        &[("template", "law_government_annual"), ("year", "2022")],
    );
    let report = report.led_to();
    let (exam, _) = rounds::exam(&server);
    let mut auditor = server.signed_in("auditor");
    for address in [
        format!("{visit}/proof/1"),
        format!("{paper}/paper.docx"),
        format!("{case}/originals.zip"),
        evidence.clone(),
        "/ledgers/visit/export.xlsx".to_owned(),
        "/figures/visits/export.xlsx".to_owned(),
    ] {
        let before = downloads(&mut auditor);
        let answer = clerk.get(&address);
        assert_eq!(answer.status, 200, "{address}");
        assert_eq!(downloads(&mut auditor), before + 1, "{address}");
    }
    for address in [
        format!("{report}/report.docx"),
        format!("/rounds/exam/{exam}/results.xlsx"),
    ] {
        let before = downloads(&mut auditor);
        assert_eq!(legal.get(&address).status, 200, "{address}");
        assert_eq!(downloads(&mut auditor), before + 1, "{address}");
    }
    // The codes of candidates come as the answer to a form.
    let before = downloads(&mut auditor);
    let desk = format!("/rounds/exam/{exam}");
    let list = [("act", "candidates"), ("candidates", "丙生，一小，一班")];
    assert_eq!(legal.submit(&desk, &list).status, 200);
    assert_eq!(downloads(&mut auditor), before + 1);
    // A film that is watched piece by piece is one line; a page is none.
    let before = downloads(&mut auditor);
    for (range, more) in [("bytes=0-3", 1), ("bytes=4-7", 1), ("bytes=8-", 1)] {
        let answer = clerk.send("GET", &evidence, &[("range", range.to_owned())], &[]);
        assert_eq!(answer.status, 206);
        assert_eq!(downloads(&mut auditor), before + more, "{range}");
    }
    clerk.get(&case);
    assert_eq!(downloads(&mut auditor), before + 1);
    let trail = auditor.get("/admin/audit").text();
    assert!(
        trail.contains("originals.zip") && trail.contains("原件.zip"),
        "what and where: {trail}"
    );
}

#[test]
fn names_and_results_of_an_exam_are_for_who_holds_it() {
    let server = Server::start();
    let (exam, codes) = rounds::exam(&server);
    let results = format!("/rounds/exam/{exam}/results.xlsx");
    let desk = format!("/rounds/exam/{exam}");
    for person in ["clerk", "safety", "leader"] {
        let mut browser = server.signed_in(person);
        assert_eq!(browser.get(&results).status, 403, "{person}");
        let page = browser.get(&desk);
        assert_eq!(page.status, 200, "{person}");
        assert!(!page.text().contains("results.xlsx"), "{person}");
        // The same list gives the same codes: it must not be asked by anybody.
        let list = [("act", "candidates"), ("candidates", "甲生，一小，")];
        let codes_again = browser.submit_from("/me", &desk, &list);
        assert_eq!(codes_again.status, 403, "{person}");
        let close = browser.submit_from("/me", &desk, &[("act", "close")]);
        assert_eq!(close.status, 403, "{person}");
    }
    let mut legal = server.signed_in("legal");
    assert_eq!(legal.get(&results).status, 200);
    let list = [("act", "candidates"), ("candidates", "甲生，一小，")];
    let again = legal.submit(&desk, &list).text();
    assert!(again.contains(&codes[0]), "{again}");
}

#[test]
fn methods_without_a_line_of_the_table_are_refused() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-方法")]);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        for path in [entry.as_str(), "/", "/sign-in", "/portal", "/admin/people"] {
            let answer = clerk.send(method, path, &[], &[]);
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed = answer.header("allow").unwrap_or_default();
            assert!(allowed.contains("GET"), "{method} {path}: {allowed}");
        }
        let nowhere = clerk.send(method, "/nowhere/at/all", &[], &[]);
        assert!(nowhere.status >= 400, "{method}");
    }
    assert_eq!(clerk.send("HEAD", &entry, &[], &[]).status, 200);
}

/// Words as they stand in an address.
fn encoded(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

#[test]
fn a_mask_is_not_undone_by_searching_filtering_or_sorting() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let fields = [
        ("number", "访-遮"),
        ("visitor", "欧阳修远"),
        ("phone", "13800000001"),
    ];
    open_visit(&mut clerk, &fields);
    open_visit(&mut clerk, &[("number", "访-别"), ("visitor", "司马长风")]);
    server.index();
    let mut people = [server.signed_in("clerk"), server.signed_in("leader")];
    let mut found = |who: usize, path: &str, words: &str| {
        let answer = people[who].get(&format!("{path}{}", encoded(words)));
        assert_eq!(answer.status, 200, "{path}");
        // Words that were asked for stand on the page in any case: found is what is linked.
        !answer.links("/entries/").is_empty()
    };
    const CLERK: usize = 0;
    const LEADER: usize = 1;
    for path in ["/search?q=", "/ledgers/visit?q="] {
        assert!(found(CLERK, path, "欧阳修远"), "whoever sees it finds it");
        for words in [
            "欧阳修远",
            "欧阳",
            "欧",
            "修远",
            "远",
            "欧阳修远 访-遮",
            "13800000001",
        ] {
            assert!(!found(LEADER, path, words), "{path} {words}");
        }
        assert!(found(LEADER, path, "访-遮"), "and by what he sees");
        assert!(
            !found(CLERK, path, "13800000001"),
            "telephones find nothing"
        );
    }
    let mut leader = server.signed_in("leader");
    let sheet = leader.get(&format!(
        "/ledgers/visit/export.xlsx?q={}",
        encoded("欧阳修远")
    ));
    let texts = crate::sheets::texts(&sheet.body);
    assert!(
        !texts.iter().any(|text| text.contains("访-遮")),
        "{texts:?}"
    );

    // A pupil is masked for everybody: no list is narrowed or ordered by the name.
    let pupils = ["欧阳小一", "司马小二"];
    for (n, pupil) in pupils.iter().enumerate() {
        let system = app::Actor::system("test");
        let mut fields = app::catalogue::value::Fields::new();
        for (name, value) in [("pupil", *pupil), ("school", "第一中学"), ("cause", "厌学")] {
            fields.insert(name.to_owned(), value.into());
        }
        fields.insert("found_on".to_owned(), format!("2022-11-0{}", n + 1).into());
        let entry = app::entry::NewEntry {
            happened_on: "2022-11-01".parse().unwrap(),
            fields,
        };
        let opened = server.app().open(&system, "dropout", entry);
        opened.unwrap_or_else(|error| panic!("{error}"));
    }
    server.index();
    for login in ["legal", "leader"] {
        let mut browser = server.signed_in(login);
        let mut rows = |query: &str| {
            let page = browser.get(&format!("/ledgers/dropout?{query}")).text();
            let rows = page.split("<tbody>").nth(1).unwrap_or_default();
            let rows = rows.split("</tbody>").next().unwrap_or_default().to_owned();
            (rows, page)
        };
        let (all, _) = rows("");
        let (narrowed, page) = rows(&format!("f.pupil={}", encoded(pupils[0])));
        assert_eq!(narrowed, all, "{login}: the filter is not taken");
        assert!(page.contains("看不到的个人信息"), "and that is said");
        assert_eq!(rows("sort=pupil").0, all, "{login}");
        let (found, _) = rows(&format!("q={}", encoded(pupils[0])));
        assert_ne!(found, all, "{login}");
        assert!(!found.contains("/entries/"), "{login}: {found}");
        let actor = crate::portal::person(&server, login);
        let told = server.app().field_values(&actor, "dropout", "pupil");
        assert_eq!(told.unwrap(), Vec::<String>::new(), "{login}");
    }
}

#[test]
fn a_units_own_hits_do_not_stand_behind_those_of_others() {
    let server = Server::start();
    open_drill(&mut server.signed_in("school"), "第一中学", "2022-11-09");
    let mut safety = server.signed_in("safety");
    let token = safety.get("/ledgers/emergency_drill/new").token().unwrap();
    for n in 0..230 {
        let day = format!("2022-{:02}-{:02}", 1 + n / 28, 1 + n % 28);
        let mut form = crate::server::drill("第二中学", &day);
        form.push(("token", &token));
        assert_eq!(
            safety.post("/ledgers/emergency_drill/new", &form).status,
            303
        );
    }
    server.index();
    let asked = format!("/search?q={}", encoded("消防疏散"));
    let mut school = server.signed_in("school");
    let page = school.get(&asked).text();
    assert!(
        page.contains("第一中学") && !page.contains("第二中学"),
        "{page}"
    );
    let other = server.signed_in("other").get(&asked).text();
    assert!(!other.contains("第一中学"), "{other}");
}

#[test]
fn behind_a_named_proxy_each_client_counts_for_himself() {
    let server = Server::start();
    let wrong = |address: std::net::SocketAddr, client: &str| {
        let mut browser = Browser::new(address);
        let kind = "application/x-www-form-urlencoded".to_owned();
        let headers = [
            ("content-type", kind),
            ("x-forwarded-for", format!("198.51.100.1, {client}")),
        ];
        let answer = browser.send("POST", "/sign-in", &headers, b"login=clerk&password=x");
        assert_eq!(answer.status, 422);
    };
    let behind = server.once_more(web::Web {
        trusted_proxies: [std::net::IpAddr::from([127, 0, 0, 1])].into(),
        ..server.web()
    });
    wrong(behind, "203.0.113.7");
    wrong(server.address, "203.0.113.8");
    let failed = "/admin/audit?kind=sign-in-failed";
    let trail = server.signed_in("auditor").get(failed).text();
    assert!(trail.contains("203.0.113.7"), "{trail}");
    assert!(
        !trail.contains("203.0.113.8"),
        "nobody else is believed: {trail}"
    );
    assert!(
        !trail.contains("198.51.100.1"),
        "what the client wrote: {trail}"
    );
}

#[test]
fn whoever_reads_in_a_paper_what_is_masked_elsewhere_leaves_a_line() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let fields = [
        ("number", "案-文"),
        ("party", "某某培训学校"),
        ("filed_on", "2022-12-01"),
        ("contact", "欧阳修远"),
        ("phone", "13800000001"),
    ];
    let opened = clerk.submit("/ledgers/matter/new", &fields);
    assert_eq!(opened.status, 303, "{}", opened.text());
    let case = opened.led_to();
    let id = case.rsplit('/').next().unwrap();
    let (app, legal) = (server.app(), crate::portal::person(&server, "legal"));
    let writer = crate::portal::person(&server, "clerk");
    let write = |lines: &str| {
        let text = app::kept::paper::PaperText {
            title: "复函".to_owned(),
            blocks: app::kept::paper::PaperText::blocks_of(lines),
            ..Default::default()
        };
        let written = app.write_paper(&writer, id, "letter", None, text, "");
        written.unwrap()
    };
    let plain = write("已经转有关科室办理。");
    let with_phone = write("请拨打13800000001联系。");
    let named = write("欧阳修远：来访收悉。");
    let lines = |login: &str, paper: &str| {
        let page = server
            .signed_in(login)
            .get(&format!("{case}/papers/{paper}"));
        assert_eq!(page.status, 200, "{login}: {}", page.text());
        let trail = server.signed_in("auditor").get("/admin/audit?kind=unmask");
        trail.text().matches("复函中的").count()
    };
    // Telephones are masked for everybody, names for the leader.
    assert_eq!(lines("clerk", &plain), 0);
    assert_eq!(lines("clerk", &named), 0);
    assert_eq!(lines("clerk", &with_phone), 1);
    assert_eq!(lines("leader", &plain), 1);
    assert_eq!(lines("leader", &named), 2);
    app.case_file(&legal, id).unwrap();
    assert_eq!(lines("clerk", &plain), 3, "and so does the case file");
}

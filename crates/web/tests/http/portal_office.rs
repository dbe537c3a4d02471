//! What comes out of the office through the portal: papers by their code, replies to what was
//! handed in, attached files, the history of power items, certificates, numbers.

use app::{
    Actor, Target,
    catalogue::value::{Fields, Value},
    entry::NewEntry,
    inquiry::Standing,
};

use crate::{
    browser::Browser,
    portal::{after, draft, person, publish},
    server::Server,
};

fn with_address() -> Server {
    Server::altered(&Target::scratch(), |app| {
        let mut settings = (*app.portal).clone();
        settings.address = "https://jyj.example.cn".to_owned();
        app.with_portal(settings)
    })
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pair = |(id, text): &(&str, &str)| ((*id).to_owned(), Value::Text((*text).to_owned()));
    pairs.iter().map(pair).collect()
}

fn open(server: &Server, ledger: &str, pairs: &[(&str, &str)]) -> String {
    let new = NewEntry {
        happened_on: "2023-01-05".parse().unwrap(),
        fields: fields(pairs),
    };
    server
        .app()
        .open(&Actor::system("test"), ledger, new)
        .unwrap()
}

/// Writes and signs a paper as its template says; answers its id.
fn signed(server: &Server, entry: &str, document: &str) -> String {
    let (app, mut clerk) = (server.app(), person(server, "clerk"));
    clerk
        .roles
        .extend(["disclosure_office", "head"].map(str::to_owned));
    let text = app.draft_text(&clerk, entry, document).unwrap();
    let paper = app
        .write_paper(&clerk, entry, document, None, text, "")
        .unwrap();
    app.sign_paper(&clerk, entry, &paper, 1, "2023-01-12".parse().unwrap())
        .unwrap();
    paper
}

#[test]
fn the_code_of_a_paper_opens_its_record_and_its_proof() {
    let server = with_address();
    let case = [
        ("number", "案1"),
        ("party", "某培训机构"),
        ("filed_on", "2023-01-05"),
    ];
    let entry = open(&server, "matter", &case);
    let (app, clerk) = (server.app(), person(&server, "clerk"));
    let text = app.draft_text(&clerk, &entry, "decision").unwrap();
    let paper = app
        .write_paper(&clerk, &entry, "decision", None, text, "")
        .unwrap();
    let page = format!("/portal/papers/{entry}/{paper}");
    let mut nobody = server.nobody();
    assert_eq!(
        nobody.get(&page).status,
        404,
        "a draft is nobody's business"
    );
    app.sign_paper(&clerk, &entry, &paper, 1, "2023-01-12".parse().unwrap())
        .unwrap();
    app.checkpoint().unwrap();
    let shown = nobody.get(&page).text();
    assert!(
        shown.contains("由本机关签发") && shown.contains("决定书"),
        "{shown}"
    );
    assert!(!shown.contains("某培训机构"), "nothing else of the case");
    let proof = nobody.get(&format!("{page}/proof"));
    assert!(
        proof.status == 200 && proof.text().contains("c2sp.org/tlog-proof"),
        "{}",
        proof.text()
    );
    // The code is on the print page and in the document.
    let mut browser = server.signed_in("clerk");
    let print = browser
        .get(&format!("/entries/{entry}/papers/{paper}/print"))
        .text();
    assert!(print.contains("class=\"qr\"") && print.contains("扫码核验"));
    let docx = browser
        .get(&format!("/entries/{entry}/papers/{paper}/paper.docx"))
        .body;
    let holds = |name: &str| docx.windows(name.len()).any(|w| w == name.as_bytes());
    assert!(holds("word/media/code.png"));
    // Signed anew, the page says so; declared void, too.
    let newest = app
        .case_paper(&clerk, &entry, &paper)
        .unwrap()
        .versions
        .len() as u32;
    let text = app
        .case_paper(&clerk, &entry, &paper)
        .unwrap()
        .newest()
        .unwrap()
        .text
        .clone();
    app.write_paper(
        &clerk,
        &entry,
        "decision",
        Some((&paper, newest)),
        text,
        "更正日期",
    )
    .unwrap();
    app.sign_paper(
        &clerk,
        &entry,
        &paper,
        newest + 1,
        "2023-01-12".parse().unwrap(),
    )
    .unwrap();
    assert!(nobody.get(&page).text().contains("签发后更正过"));
    let seen = app.entry(&clerk, &entry).unwrap().state.revision;
    app.void(&clerk, &entry, seen, "重复登记".to_owned())
        .unwrap();
    assert!(nobody.get(&page).text().contains("已经作废"));
}

/// Fills in a form of the portal; answers receipt and code.
fn hand_in(
    server: &Server,
    citizen: &mut Browser,
    kind: &str,
    sent: &[(&str, &str)],
) -> [String; 2] {
    let path = format!("/portal/ask/{kind}");
    let token = citizen.get(&path).token().unwrap();
    after(server, 30);
    let mut sent = sent.to_vec();
    sent.push(("token", &token));
    let answer = citizen.post(&path, &sent);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    ["回执编号", "查询码"].map(|name| {
        let rest = text.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap();
        rest.split("</dd>").next().unwrap().trim().to_owned()
    })
}

#[test]
fn an_application_runs_its_procedure_and_the_reply_comes_back() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let sent = [
        ("step", "3"),
        ("name", "张三三"),
        ("applicant_kind", "自然人"),
        ("identity", "到办公地点出示"),
        ("phone", "13800138000"),
        ("content", "年度检查汇总表"),
        ("form", "电子文件"),
        ("delivery", "邮寄"),
        ("address", "云川市云西区一路1号"),
    ];
    let [receipt, code] = hand_in(&server, &mut citizen, "disclosure", &sent);
    let (app, clerk, legal) = (
        server.app(),
        person(&server, "clerk"),
        person(&server, "legal"),
    );
    app.confirm_item(&legal, &receipt).unwrap();
    let item = app.inbox_item(&legal, &receipt).unwrap();
    assert_eq!(item.standing, Standing::Taken);
    assert!(
        item.field("name").is_empty() && item.field("content").is_empty(),
        "kept once, in the ledger"
    );
    let id = item.entry.unwrap();
    let entry = app.entry(&clerk, &id).unwrap();
    assert_eq!(
        entry.state.stage.as_deref(),
        Some("received"),
        "the procedure runs"
    );
    let delivery = entry.state.fields.get("delivery").and_then(Value::as_text);
    assert_eq!(delivery, Some("邮寄"));
    assert!(
        app.entry_clocks(&entry)
            .iter()
            .any(|(due, _)| due.what == "答复")
    );
    let ask = [("receipt", receipt.as_str()), ("code", code.as_str())];
    let status = |citizen: &mut Browser| citizen.post("/portal/status", &ask).text();
    let waiting = status(&mut citizen);
    assert!(
        waiting.contains("年度检查汇总表") && waiting.contains("正在办理"),
        "{waiting}"
    );
    // A notice to somebody else in the same case is not the applicant's.
    let seen = app.entry(&clerk, &id).unwrap().state.revision;
    let third = [("third_party".to_owned(), Some(Value::from("某印刷公司")))];
    app.amend(&clerk, &id, seen, third.into(), "登记第三方".to_owned())
        .unwrap();
    signed(&server, &id, "third_party_notice");
    signed(&server, &id, "answer");
    let answered = status(&mut citizen);
    assert!(answered.contains("政府信息公开申请答复书"), "{answered}");
    assert!(!answered.contains("征求第三方意见书") && !answered.contains("某印刷公司"));
}

#[test]
fn a_petition_and_a_complaint_with_files_become_entries() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let sent = [
        ("step", "2"),
        ("kind", "建议意见"),
        ("content", "建议延长图书馆开放时间"),
        ("name", "李四"),
        ("phone", "13800138000"),
    ];
    let [receipt, code] = hand_in(&server, &mut citizen, "petition", &sent);
    let (app, legal) = (server.app(), person(&server, "legal"));
    assert_eq!(app.take_up_waiting("test").unwrap(), 1);
    let item = app.inbox_item(&legal, &receipt).unwrap();
    let entry = app
        .entry(&Actor::system("test"), item.entry.as_deref().unwrap())
        .unwrap();
    assert_eq!(entry.ledger.id.as_str(), "petition");
    let page = citizen
        .post("/portal/status", &[("receipt", &receipt), ("code", &code)])
        .text();
    assert!(
        page.contains("登记") && page.contains("建议延长图书馆开放时间"),
        "{page}"
    );
    // Two files: they are evidence of the entry.
    let ticket = app.new_ticket().unwrap();
    after(&server, 60);
    let pdf = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF".to_vec();
    let form = [("kind", "校园安全"), ("content", "围墙有裂缝")];
    let receipt = app
        .hand_in(
            "test",
            app::inquiry::HandIn {
                kind: app::inquiry::Kind::Complaint,
                subject: String::new(),
                form: form.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
                files: vec![
                    ("照片.pdf".to_owned(), pdf),
                    ("说明.xyz".to_owned(), vec![1, 2, 3]),
                ],
                ticket: app.ticket(&ticket).unwrap(),
                suspicious: false,
            },
        )
        .unwrap();
    assert_eq!(app.take_up_waiting("test").unwrap(), 1);
    let item = app.inbox_item(&legal, &receipt.number).unwrap();
    let evidence = app
        .case_evidence(&Actor::system("test"), item.entry.as_deref().unwrap())
        .unwrap();
    let names: Vec<&str> = evidence.iter().map(|e| e.about.title.as_str()).collect();
    assert_eq!(
        names,
        ["照片.pdf"],
        "what is no kind of evidence stays in the in-box"
    );
    assert_eq!(item.files.len(), 2);
}

#[test]
fn attached_files_are_read_before_they_are_published() {
    let server = Server::start();
    let (app, clerk, legal) = (
        server.app(),
        person(&server, "clerk"),
        person(&server, "legal"),
    );
    let id = app
        .save_publication(&clerk, None, &draft("名单公示", "见附件。"))
        .unwrap();
    let attach =
        |name: &str, text: &str| app.attach_to_publication(&clerk, &id, name, text.as_bytes());
    attach("名单.csv", "姓名,电话\n某某,13800138000\n").unwrap();
    attach("说明.txt", "没有个人信息。").unwrap();
    attach("扫描.pdf", "%PDF-1.4").unwrap();
    let refused = app.submit_publication(&clerk, &id).unwrap_err().to_string();
    assert!(refused.contains("附件“名单.csv”第 2 行"), "{refused}");
    let mut browser = server.signed_in("clerk");
    let desk = format!("/publishing/{id}");
    let page = browser.get(&desk).text();
    assert!(
        page.contains("扫描.pdf不能自动检查"),
        "the reviewer is told to look"
    );
    let with_phone = app.on_desk(&clerk, &id).unwrap().draft.attachments[0]
        .0
        .clone();
    let gone = browser.submit(&desk, &[("act", "detach"), ("file", &with_phone)]);
    assert_eq!(gone.status, 303, "{}", gone.text());
    app.submit_publication(&clerk, &id).unwrap();
    app.release_publication(&legal, &id).unwrap();
    let mut nobody = server.nobody();
    let article = nobody.get("/portal/articles/2023-00001");
    let files = article.links("/portal/files/");
    assert_eq!(files.len(), 2);
    assert_eq!(nobody.get(&files[0]).text(), "没有个人信息。");
    assert_eq!(
        nobody.get(&format!("/portal/files/{with_phone}")).status,
        404
    );
}

#[test]
fn a_power_item_shows_what_changed_and_when() {
    let server = Server::start();
    let item = [
        ("code", "QZ-1"),
        ("type", "行政检查"),
        ("name", "校车安全检查"),
        ("duty_section", "安全科"),
        ("listed_on", "2022-03-01"),
    ];
    let id = open(&server, "power_list", &item);
    let (app, system) = (server.app(), Actor::system("test"));
    let change = [("duty_section".to_owned(), Some(Value::from("安全稳定科")))];
    app.amend(&system, &id, 1, change.into(), "科室更名".to_owned())
        .unwrap();
    let opened = app
        .draft_from_ledger(&person(&server, "legal"), "power_list")
        .unwrap();
    publish(&server, &opened);
    let page = server
        .nobody()
        .get(&format!("/portal/rows/powers/{id}"))
        .text();
    assert!(
        page.contains("历次调整") && page.contains("比上一版变化 1 处"),
        "{page}"
    );
    assert!(page.contains("安全科") && page.contains("安全稳定科") && !page.contains("科室更名"));
}

#[test]
fn the_yearly_report_counts_reviews_and_suits_about_disclosure() {
    let server = Server::start();
    let review = |number: &str, kind: &str, result: &str| {
        let mut pairs = vec![
            ("number", number),
            ("notified_on", "2022-03-01"),
            ("applicant", "王某"),
            ("act", "答复"),
            ("kind", kind),
            ("procedure", "普通程序"),
            ("duty_section", "办公室"),
        ];
        if !result.is_empty() {
            pairs.extend([("result", result), ("decided_on", "2022-05-01")]);
        }
        open(&server, "review_respondent", &pairs);
    };
    review("一", "政府信息公开", "维持");
    review("二", "政府信息公开", "责令履行");
    review("三", "政府信息公开", "");
    review("四", "行政处罚", "撤销");
    let suit = [
        ("number", "诉一"),
        ("served_on", "2022-06-01"),
        ("plaintiff", "王某"),
        ("act", "答复"),
        ("kind", "政府信息公开"),
        ("court", "某法院"),
        ("duty_section", "办公室"),
        ("result", "撤诉"),
        ("judged_on", "2022-09-01"),
    ];
    open(&server, "litigation", &suit);
    let draft = server
        .app()
        .disclosure_report(&person(&server, "legal"), 2022)
        .unwrap();
    assert!(
        draft.body.contains("| 行政复议 | 1 | 1 | 0 | 1 | 3 |"),
        "{}",
        draft.body
    );
    assert!(
        draft
            .body
            .contains("| 行政诉讼：未经复议直接起诉 | 0 | 0 | 1 | 0 | 1 |")
    );
    assert!(
        draft
            .body
            .contains("| 行政诉讼：复议后起诉 | 0 | 0 | 0 | 0 | 0 |")
    );
}

#[test]
fn staff_see_columns_and_views_in_numbers_and_come_back_from_the_portal() {
    let server = Server::start();
    let path = publish(&server, &draft("一则通知", "正文。"));
    let mut nobody = server.nobody();
    for _ in 0..3 {
        nobody.get(&path);
    }
    server.web().settle_views().unwrap();
    let page = server.signed_in("clerk").get("/publishing/numbers").text();
    assert!(
        page.contains("一则通知") && page.contains("2023-01"),
        "{page}"
    );
    let numbers = server
        .app()
        .portal_numbers(&person(&server, "clerk"))
        .unwrap();
    let notices = numbers.columns.iter().find(|c| c.id == "notices").unwrap();
    assert_eq!((notices.standing, notices.views), (1, 3));
    assert!(nobody.get("/portal").text().contains("href=\"/sign-in\""));
    assert!(nobody.get("/sign-in").text().contains("href=\"/portal\""));
}

/// The shortcut for pages in memory must not wait for a database server on the wrong thread.
#[test]
fn reading_pages_come_from_a_database_server_too() {
    let Ok(address) = std::env::var("YIFA_TEST_POSTGRES") else {
        eprintln!("SKIPPED: the portal over PostgreSQL, YIFA_TEST_POSTGRES names no database");
        return;
    };
    let schema = format!("portal_{}", std::process::id());
    let server = Server::over(&Target::Postgres(address).in_schema(&schema));
    let path = publish(&server, &draft("一则通知", "正文。"));
    let mut nobody = server.nobody();
    for path in ["/portal", &path, "/portal/columns/notices", &path] {
        assert_eq!(nobody.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_draft_stands_on_the_deadline_board_until_it_is_published() {
    let server = Server::start();
    let (app, clerk, legal) = (
        server.app(),
        person(&server, "clerk"),
        person(&server, "legal"),
    );
    let decided = app::publication::desk::Draft {
        decided_on: Some("2023-01-11".parse().unwrap()),
        ..draft("处罚决定", "正文。")
    };
    let id = app.save_publication(&clerk, None, &decided).unwrap();
    let running = || -> Vec<String> {
        let clocks = app.entry_clocks(&app.entry(&clerk, &id).unwrap());
        let open = clocks.iter().filter(|(due, _)| due.stopped_on.is_none());
        open.map(|(due, _)| due.what.clone()).collect()
    };
    assert_eq!(running(), ["主动公开", "公示许可或处罚决定"]);
    app.submit_publication(&clerk, &id).unwrap();
    app.release_publication(&legal, &id).unwrap();
    assert!(running().is_empty());
}

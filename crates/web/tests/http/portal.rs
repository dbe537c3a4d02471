//! The portal as its readers and its writers meet it.

use std::collections::{BTreeSet, VecDeque};

use app::{
    Actor, catalogue::value::Value, exam::NewCandidate, inquiry::Standing, participation::text,
    publication::desk::Draft,
};
use web::access::{Who, table};

use crate::{browser::Browser, server::Server};

pub fn draft(title: &str, body: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        column: "通知公告".to_owned(),
        made_on: Some("2023-01-11".parse().unwrap()),
        body: body.to_owned(),
        author: "测试市教育局".to_owned(),
        source: "测试市教育局".to_owned(),
        ..Draft::default()
    }
}

pub fn person(server: &Server, login: &str) -> Actor {
    server.app().actor_by_login(login).unwrap().unwrap()
}

/// Publishes as two people do; answers the address of the page.
pub fn publish(server: &Server, draft: &Draft) -> String {
    let (clerk, legal) = (person(server, "clerk"), person(server, "legal"));
    let app = server.app();
    let id = app.save_publication(&clerk, None, draft).unwrap();
    app.submit_publication(&clerk, &id).unwrap();
    app.release_publication(&legal, &id).unwrap();
    let site = app.site("test").unwrap();
    let article = site.articles.iter().find(|a| a.id == id).unwrap();
    format!("/portal/articles/{}", article.slug())
}

pub fn after(server: &Server, seconds: i64) {
    let now = server.clock.now().as_second() + seconds;
    server.clock.set(jiff::Timestamp::from_second(now).unwrap());
}

#[test]
fn a_second_person_publishes_and_everybody_finds_it() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let fields = [
        ("title", "关于寒假放假的通知"),
        ("column", "通知公告"),
        ("made_on", "2023-01-11"),
        (
            "body",
            "## 时间\n1月14日起放假。\n| 年级 | 日期 |\n| 小学 | 1月14日 |",
        ),
        ("author", "办公室"),
        ("source", "测试市教育局"),
    ];
    let answer = clerk.submit("/publishing/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = answer
        .header("location")
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(clerk.submit(&page, &[("act", "submit")]).status, 303);
    let alone = clerk.submit(&page, &[("act", "publish")]);
    assert_eq!(alone.status, 422, "one person does not do both");
    let mut nobody = server.nobody();
    assert!(
        !nobody.get("/portal").text().contains("寒假放假"),
        "not before review"
    );
    let mut legal = server.signed_in("legal");
    let done = legal.submit(&page, &[("act", "publish")]);
    assert_eq!(done.status, 303, "{}", done.text());

    let column = "/portal/columns/notices";
    for (path, word) in [
        ("/portal", "寒假放假"),
        ("/portal", "<a href=\"#top\">返回顶部</a>"),
        (column, "寒假放假"),
        ("/portal/search?q=%E5%AF%92%E5%81%87", "找到 1 条"),
        ("/portal/articles/2023-00001", "JYJ/2023-00001"),
        ("/portal/columns/notices/feed.atom", "寒假放假"),
        ("/portal/columns/notices/data.csv", "寒假放假"),
        ("/portal/columns/notices/data.json", "寒假放假"),
        ("/portal/data/catalog.json", "dcat:Dataset"),
        ("/portal/verify?q=JYJ%2F2023-00001", "是本机关公开的"),
        ("/sitemap.xml", "/portal/articles/2023-00001"),
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(word), "{path}: {}", answer.text());
    }
    let text = nobody.get("/portal/articles/2023-00001").text();
    assert!(
        text.contains("<th scope=\"col\">年级</th>"),
        "the table is a table"
    );

    let withdrawn = legal.submit(&page, &[("act", "withdraw"), ("reason", "日期有误")]);
    assert_eq!(withdrawn.status, 303);
    let left = nobody.get("/portal/articles/2023-00001").text();
    assert!(left.contains("已撤回") && left.contains("日期有误") && !left.contains("1月14日起"));
    assert!(!nobody.get(column).text().contains("寒假放假"));
}

#[test]
fn personal_data_stops_a_publication() {
    let server = Server::start();
    let clerk = person(&server, "clerk");
    let app = server.app();
    let draft = draft("公示", "联系人电话13800138000。");
    let id = app.save_publication(&clerk, None, &draft).unwrap();
    let refused = app.submit_publication(&clerk, &id).unwrap_err().to_string();
    assert!(refused.contains("手机号码"), "{refused}");
    let mut browser = server.signed_in("clerk");
    let page = format!("/publishing/{id}");
    assert!(
        browser.get(&page).text().contains("13800138000"),
        "staff see what it is"
    );
    assert_eq!(browser.submit(&page, &[("act", "redact")]).status, 303);
    app.submit_publication(&clerk, &id).unwrap();
}

#[test]
fn a_source_is_shown_beside_what_will_be_public() {
    let server = Server::start();
    let mut legal = server.signed_in("legal");
    let fields = [
        ("case_number", "测教立〔2023〕1号"),
        ("party", "王大力"),
        ("party_kind", "个人"),
        ("source", "投诉举报"),
        ("cause", "违规招生"),
        ("filed_on", "2023-01-03"),
        ("decided_on", "2023-01-10"),
        ("decision_number", "测教罚〔2023〕1号"),
        ("facts", "在家中办班，电话13800138000"),
    ];
    let answer = legal.submit("/ledgers/penalty_ordinary/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let entry = answer
        .header("location")
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let id = entry.rsplit('/').next().unwrap().to_owned();
    let form = legal
        .get(&format!("/publishing/new?from=entry%3A{id}"))
        .text();
    assert!(
        form.contains("王某某") && !form.contains("王大力"),
        "masked in the draft"
    );
    let draft = server
        .app()
        .draft_from_entry(&person(&server, "legal"), &id)
        .unwrap();
    let page = server
        .app()
        .save_publication(&person(&server, "legal"), None, &draft)
        .unwrap();
    let desk = legal.get(&format!("/publishing/{page}")).text();
    assert!(
        desk.contains("王大力") && desk.contains("打码：王某某"),
        "the original beside it"
    );
    assert!(desk.contains("不公开"), "what is hidden is said");
}

/// Every address of the portal that links lead to, with its content.
pub fn crawl(browser: &mut Browser) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<String> = [
        "/portal",
        "/sitemap.xml",
        "/portal/data",
        "/portal/search?q=%E7%8E%8B",
    ]
    .map(str::to_owned)
    .into();
    let mut pages = Vec::new();
    while let Some(path) = open.pop_front() {
        if !seen.insert(path.clone()) || path.starts_with("/portal/mode") {
            continue;
        }
        let answer = browser.get(&path);
        assert!(
            answer.status == 200 || answer.status == 422,
            "{path}: {}",
            answer.status
        );
        for link in answer.links("/portal") {
            open.push_back(link.split('#').next().unwrap().to_owned());
        }
        pages.push((path, answer.text()));
    }
    pages
}

/// A register of penalties, one person's and one school's, and things handed in.
fn office_with_secrets() -> (Server, Vec<&'static str>) {
    let server = Server::start();
    let mut legal = server.signed_in("legal");
    for (number, party, kind, facts) in [
        ("一", "欧阳秘密", "个人", "隐情甲：住在幸福小区3号楼"),
        ("二", "测试市启明培训学校", "校外培训机构", "隐情乙"),
    ] {
        let fields = [
            ("case_number", number),
            ("party", party),
            ("party_kind", kind),
            ("source", "投诉举报"),
            ("cause", "违规招生"),
            ("filed_on", "2023-01-03"),
            ("decided_on", "2023-01-10"),
            ("decision_number", "测教罚〔2023〕1号"),
            ("outcome", "给予处罚"),
            ("facts", facts),
        ];
        let answer = legal.submit("/ledgers/penalty_ordinary/new", &fields);
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let app = server.app();
    let opened = app
        .draft_from_ledger(&person(&server, "legal"), "penalty_ordinary")
        .unwrap();
    let id = app
        .save_publication(&person(&server, "clerk"), None, &opened)
        .unwrap();
    app.submit_publication(&person(&server, "clerk"), &id)
        .unwrap();
    app.release_publication(&person(&server, "legal"), &id)
        .unwrap();
    publish(&server, &draft("一则通知", "正文。"));
    let mut nobody = server.nobody();
    let sent = [
        ("step", "2"),
        ("kind", "校外培训"),
        ("content", "来信内容丙：某机构违规"),
        ("name", "举报人丁"),
        ("phone", "13900139000"),
    ];
    let token = nobody.get("/portal/ask/complaint").token().unwrap();
    after(&server, 60);
    let mut fields = sent.to_vec();
    fields.push(("token", &token));
    assert_eq!(nobody.post("/portal/ask/complaint", &fields).status, 200);
    app.take_up_waiting("test").unwrap();
    let secrets = vec![
        "欧阳秘密",
        "阳秘密",
        "隐情甲",
        "隐情乙",
        "幸福小区",
        "来信内容丙",
        "举报人丁",
        "13900139000",
    ];
    (server, secrets)
}

#[test]
fn hidden_values_are_nowhere() {
    let (server, secrets) = office_with_secrets();
    let mut nobody = server.nobody();
    let pages = crawl(&mut nobody);
    assert!(
        pages.iter().any(|(_, text)| text.contains("启明培训学校")),
        "public rows are there"
    );
    assert!(
        pages.iter().any(|(_, text)| text.contains("欧阳某某")),
        "persons by their surname"
    );
    let kinds = [
        "feed.atom",
        "data.csv",
        "data.json",
        "data.xlsx",
        "credit.json",
        "credit.xml",
        "catalog.json",
    ];
    for kind in kinds {
        assert!(
            pages.iter().any(|(path, _)| path.ends_with(kind)),
            "{kind} was looked into"
        );
    }
    for (path, text) in &pages {
        for secret in &secrets {
            assert!(!text.contains(secret), "{path} shows {secret}");
        }
    }
    for secret in &secrets {
        let query: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let found = nobody.get(&format!("/portal/search?q={query}")).text();
        assert!(
            !found.contains("article-list\"><li>"),
            "{secret} can be found"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let exported = runtime
        .block_on(web::portal::export(
            server.web(),
            folder.path(),
            "https://jyj.example.cn",
        ))
        .unwrap();
    assert!(
        exported.files > 20 && exported.broken.is_empty(),
        "{:?}",
        exported.broken
    );
    for file in files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in &secrets {
            assert!(!text.contains(secret), "{} shows {secret}", file.display());
        }
    }
    let books = pages.iter().filter(|(path, _)| path.ends_with(".xlsx"));
    for (path, _) in books {
        let bytes = nobody.get(path).body;
        let text = sheet_text(&bytes);
        assert!(secrets.iter().all(|s| !text.contains(s)), "{path}");
    }
}

pub fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

pub fn sheet_text(bytes: &[u8]) -> String {
    let mut book = office::xlsx::Book::from_bytes(bytes, &office::Limits::default()).unwrap();
    let mut text = String::new();
    book.rows(0, |row| {
        for cell in &row.cells {
            text.push_str(&cell.value.to_text());
            text.push('\n');
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    text
}

#[test]
fn a_complaint_is_handed_in_taken_up_answered_and_rated() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let first = citizen.get("/portal/ask/complaint");
    let token = first.token().unwrap();
    let empty = citizen.post("/portal/ask/complaint", &[("token", &token), ("step", "0")]);
    assert_eq!(empty.status, 422);
    assert!(
        empty.text().contains("请选择类别"),
        "each question says what to do"
    );
    let filled = [
        ("token", token.as_str()),
        ("kind", "收费退费"),
        ("content", "不退费"),
    ];
    let mut second = filled.to_vec();
    second.push(("step", "0"));
    assert!(
        citizen
            .post("/portal/ask/complaint", &second)
            .text()
            .contains("怎样联系您")
    );
    let mut all = filled.to_vec();
    all.push(("step", "2"));
    let hasty = citizen.post("/portal/ask/complaint", &all);
    assert_eq!(hasty.status, 422, "a machine's speed");
    assert!(hasty.text().contains("不退费"), "nothing typed is lost");
    after(&server, 10);
    let taken = citizen.post("/portal/ask/complaint", &all).text();
    let fact = |name: &str| {
        let rest = taken.split(&format!("<dt>{name}</dt>")).nth(1).unwrap();
        rest.split("<dd>")
            .nth(1)
            .unwrap()
            .split("</dd>")
            .next()
            .unwrap()
            .to_owned()
    };
    let (receipt, code) = (fact("回执编号"), fact("查询码"));
    assert_eq!(
        citizen
            .post("/portal/ask/complaint", &all)
            .text()
            .matches(&receipt)
            .count(),
        1,
        "the same form is one complaint"
    );
    let ask = [("receipt", receipt.as_str()), ("code", code.as_str())];
    assert!(
        citizen
            .post("/portal/status", &ask)
            .text()
            .contains("等待工作人员登记")
    );
    let wrong = citizen.post(
        "/portal/status",
        &[("receipt", receipt.as_str()), ("code", "AAAAAAAA")],
    );
    assert_eq!(wrong.status, 422);

    assert_eq!(server.app().take_up_waiting("test").unwrap(), 1);
    let mut clerk = server.signed_in("clerk");
    let list = clerk.get("/ledgers/complaint").text();
    assert!(list.contains(&receipt), "an entry of the ledger");
    let entry = clerk.get("/ledgers/complaint").links("/entries/").remove(0);
    let id = entry.rsplit('/').next().unwrap();
    let changes = [
        ("replied_on", "2023-01-12"),
        ("closed_on", "2023-01-12"),
        ("reply", "已责令退费。"),
    ];
    let changes = changes.map(|(field, value)| (field.to_owned(), Some(Value::from(value))));
    let (app, actor) = (server.app(), person(&server, "clerk"));
    let seen = app.entry(&actor, id).unwrap().state.revision;
    app.amend(&actor, id, seen, changes.into(), "答复".to_owned())
        .unwrap();
    let answered = citizen.post("/portal/status", &ask).text();
    assert!(answered.contains("已责令退费"), "{answered}");
    let token = answered
        .split("name=\"token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let mut rate = ask.to_vec();
    rate.extend([("token", token), ("rating", "满意")]);
    assert!(
        citizen
            .post("/portal/status/rate", &rate)
            .text()
            .contains("您的评价：满意")
    );
    assert!(clerk.get(&entry).text().contains("满意"));
}

#[test]
fn an_application_waits_for_both_sides_and_spam_for_a_look() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let mut send = |kind: &str, fields: &[(&str, &str)]| {
        let path = format!("/portal/ask/{kind}");
        let token = citizen.get(&path).token().unwrap();
        after(&server, 30);
        let mut fields = fields.to_vec();
        fields.push(("token", &token));
        let answer = citizen.post(&path, &fields);
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    send(
        "disclosure",
        &[
            ("step", "3"),
            ("name", "张三"),
            ("applicant_kind", "自然人"),
            ("identity", "到办公地点出示"),
            ("phone", "13800138000"),
            ("content", "年度检查汇总表"),
            ("form", "电子文件"),
            ("delivery", "网站查询码"),
        ],
    );
    send(
        "consultation",
        &[("step", "2"), ("content", "http://a http://b http://c")],
    );
    let (app, clerk) = (server.app(), person(&server, "legal"));
    assert_eq!(app.take_up_waiting("test").unwrap(), 0);
    let waiting = app.inbox(&clerk, Standing::Waiting, 9).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        app.inbox(&clerk, Standing::Held, 9).unwrap().len(),
        1,
        "links are held"
    );
    let mut legal = server.signed_in("legal");
    let page = format!("/received/{}", waiting[0].receipt);
    assert_eq!(legal.submit(&page, &[("act", "confirm")]).status, 303);
    let item = app.inbox_item(&clerk, &waiting[0].receipt).unwrap();
    let entry = app.entry(&clerk, item.entry.as_deref().unwrap()).unwrap();
    assert_eq!(entry.ledger.id.as_str(), "foi_request");
    assert!(
        app.entry_clocks(&entry)
            .iter()
            .any(|(due, _)| due.what == "答复"),
        "its clock runs"
    );
    let mut stranger = server.signed_in("stranger");
    assert_eq!(stranger.get("/received").status, 403);
}

#[test]
fn an_opinion_on_a_paragraph_is_answered_in_public_without_a_name() {
    let server = Server::start();
    let path = publish(
        &server,
        &Draft {
            column: "征求意见".to_owned(),
            comments_until: Some("2023-02-01".parse().unwrap()),
            ..draft("校服办法（草案）", "第一段。\n第二段。")
        },
    );
    let slug = path.rsplit('/').next().unwrap();
    let mut citizen = server.nobody();
    assert!(citizen.get(&path).text().contains("对第 2 段提意见"));
    let form = format!("/portal/ask/opinion?about={slug}&paragraph=2");
    let token = citizen.get(&form).token().unwrap();
    after(&server, 30);
    let fields = [
        ("token", token.as_str()),
        ("step", "1"),
        ("about", slug),
        ("paragraph", "2"),
        ("content", "应当自愿"),
        ("name", "李四四"),
    ];
    let answer = citizen.post("/portal/ask/opinion", &fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (app, legal) = (server.app(), person(&server, "legal"));
    let item = app.inbox(&legal, Standing::Waiting, 9).unwrap().remove(0);
    assert!(
        app.answer_opinion(&legal, &item.receipt, "不采纳", "")
            .is_err(),
        "no without a reason"
    );
    app.answer_opinion(&legal, &item.receipt, "采纳", "已写入第二段")
        .unwrap();
    after(&server, 61);
    let page = citizen.get(&path).text();
    assert!(
        page.contains("应当自愿") && page.contains("采纳 1 条") && !page.contains("李四四"),
        "{page}"
    );
}

#[test]
fn a_questionnaire_is_answered_once_and_nothing_joins_answer_and_device() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let fields = [
        ("title", "满意度问卷"),
        ("topic", "教育满意度"),
        ("audience", "家长"),
        ("opens_on", "2023-01-12"),
        ("closes_on", "2023-01-20"),
        ("once", "每台设备一次"),
        ("units", "一小，东区，3\n二小，东区，2"),
        (
            "questions",
            "[单选满意度] 满意吗？*\n- 满意\n- 不满意\n[填空50] 建议",
        ),
    ];
    let opened = clerk.submit("/rounds/survey", &fields);
    assert_eq!(opened.status, 303, "{}", opened.text());
    let desk = opened
        .header("location")
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let id = desk.rsplit('/').next().unwrap().to_owned();
    let page = format!("/portal/surveys/{id}");
    let mut parent = server.nobody();
    let token = parent.get(&page).token().unwrap();
    let answer = [
        ("token", token.as_str()),
        ("unit", "一小"),
        ("q0", "满意"),
        ("q1", "都好"),
    ];
    let missing = parent.post(&page, &[("token", &token), ("unit", "一小")]);
    assert_eq!(missing.status, 422);
    assert_eq!(parent.post(&page, &answer).status, 200);
    assert_eq!(
        parent.post(&page, &answer).status,
        409,
        "the same device again"
    );
    let mut forged = server.nobody();
    forged.cookie = Some("yifa-device=made.up.one".to_owned());
    assert_eq!(
        forged.post(&page, &answer).status,
        422,
        "a device that we did not name"
    );
    assert_eq!(
        parent.get(&format!("{page}/results")).status,
        422,
        "not before the end"
    );
    assert_eq!(clerk.submit(&desk, &[("act", "close")]).status, 303);
    let results = parent.get(&format!("{page}/results")).text();
    assert!(
        results.contains("共收到答卷 1 份") && !results.contains("都好"),
        "counts, no words"
    );
    let leader = server
        .signed_in("leader")
        .get("/ledgers/survey_return")
        .text();
    assert!(leader.contains("一小"), "the school's counts are an entry");
}

const BANK: &str = "甲题\n= 对\n- 错\n解析：因为对\n\n乙题\n= 对\n- 错";

#[test]
fn an_exam_goes_on_where_it_stopped_and_ends_with_a_certificate() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let exam = app::exam::Exam {
        title: "学法考试".to_owned(),
        intro: String::new(),
        kind: "教师法律知识考试".to_owned(),
        bank: text::bank(BANK).unwrap(),
        questions: 2,
        minutes: 10,
        pass_mark: 60,
    };
    let now = server.clock.now();
    let id = app
        .open_exam(
            &legal,
            &exam,
            now,
            now + jiff::SignedDuration::from_hours(2),
        )
        .unwrap();
    let names = ["甲生", "乙生"].map(|name| NewCandidate {
        name: name.to_owned(),
        unit: "一小".to_owned(),
        class: String::new(),
    });
    let codes = app.put_candidates(&legal, &id, &names).unwrap();
    assert_eq!(
        codes,
        app.put_candidates(&legal, &id, &names).unwrap(),
        "a lost sheet is printed anew"
    );
    let base = format!("/portal/exams/{id}");
    let mut student = server.nobody();
    assert_eq!(student.post(&base, &[("code", "WRONG111")]).status, 422);
    assert_eq!(
        student
            .post(&base, &[("code", &codes[0].to_lowercase())])
            .status,
        303
    );
    let right = |page: &str| -> String {
        let before = page.split("．对").next().unwrap();
        before
            .rsplit("value=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let paper = format!("{base}/paper");
    let choice = right(&student.get(&paper).text());
    assert_eq!(
        student
            .post(&paper, &[("n", "1"), ("choice", &choice)])
            .status,
        303
    );
    // Another device, the same code: the paper and the saved answer are there.
    let mut elsewhere = server.nobody();
    elsewhere.post(&base, &[("code", &codes[0])]);
    let page = elsewhere.get(&paper).text();
    assert!(
        page.contains("第 2 题") && page.contains("已答 1 题"),
        "{page}"
    );
    let choice = right(&page);
    elsewhere.post(&paper, &[("n", "2"), ("choice", &choice)]);
    assert_eq!(elsewhere.post(&paper, &[("finish", "1")]).status, 303);
    let result = elsewhere.get(&format!("{base}/result")).text();
    assert!(result.contains("100 分") && result.contains("因为对"));
    assert!(
        elsewhere
            .get(&format!("{base}/certificate"))
            .text()
            .contains("甲生")
    );
    let late = student.post(&paper, &[("n", "1"), ("choice", "1")]);
    assert_ne!(late.status, 303, "handed in is handed in");
    // The second one begins and leaves: when the exam is closed, it counts with what was saved.
    let mut left = server.nobody();
    left.post(&base, &[("code", &codes[1])]);
    assert_eq!(app.close_exam(&legal, &id).unwrap(), 1);
    let board = app.exam_board("test", &id).unwrap();
    assert_eq!(
        (board[0].due, board[0].finished, board[0].passed),
        (2, 2, 1)
    );
}

#[test]
fn reading_pages_are_kept_and_say_so() {
    let server = Server::start();
    publish(&server, &draft("一则通知", &"很长的正文。\n".repeat(60)));
    let mut nobody = server.nobody();
    let first = nobody.get("/portal");
    assert_eq!(first.header("cache-control"), Some("public, max-age=60"));
    assert!(first.header("vary").unwrap().contains("Cookie"));
    let etag = first.header("etag").unwrap().to_owned();
    let again = nobody.send("GET", "/portal", &[("if-none-match", etag.clone())], &[]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let zipped = nobody.send(
        "GET",
        "/portal",
        &[("accept-encoding", "gzip".to_owned())],
        &[],
    );
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    publish(&server, &draft("又一则通知", "正文。"));
    let changed = nobody.send("GET", "/portal", &[("if-none-match", etag)], &[]);
    assert!(
        changed.status == 200 && changed.text().contains("又一则通知"),
        "new at once"
    );
    nobody.get("/portal/mode?care=1&script=hant&back=/portal");
    let other = nobody.get("/portal").text();
    assert!(
        other.contains("class=\"care\"")
            && other.contains("又一則通知")
            && other.contains("zh-Hant"),
        "{other}"
    );
    let elsewhere = nobody.get("/portal/mode?care=0&back=https://evil.example/");
    assert_eq!(elsewhere.header("location"), Some("/portal"));
}

#[test]
fn the_portal_alone_has_no_door_to_the_workbench() {
    let server = Server::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(web::serve_portal(server.web(), listener));
    let mut nobody = Browser::new(address);
    assert_eq!(nobody.get("/portal").status, 200);
    assert_eq!(nobody.get("/").header("location"), Some("/portal"));
    let closed = table().filter(|g| g.who != Who::Anyone && g.path != "/");
    for guard in closed {
        let status = nobody.send(guard.method, guard.path, &[], &[]).status;
        assert_eq!(status, 404, "{}", guard.path);
    }
}

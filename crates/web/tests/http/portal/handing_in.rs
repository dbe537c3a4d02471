//! What citizens hand in: complaints, applications, petitions, opinions, and what comes back.

use app::{Actor, catalogue::value::Value, inquiry::Standing, publication::desk::Draft};

use super::{after, draft, person, publish};
use crate::{browser::Browser, server::Server};

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
        app.answer_opinion(&legal, &item.receipt, "不采纳", "", "应当自愿")
            .is_err(),
        "no without a reason"
    );
    let answer = |verdict: &str, public: &str| {
        app.answer_opinion(&legal, &item.receipt, verdict, "已写入第二段", public)
    };
    assert!(
        answer("采纳", "李四四认为应当自愿").is_err(),
        "the sender's name"
    );
    assert!(answer("采纳", "应当自愿，13800138000").is_err(), "a number");
    answer("采纳", "校服应当自愿购买").unwrap();
    assert!(
        answer("不采纳", "校服应当自愿购买").is_err(),
        "once is once"
    );
    let trail = app::audit::TrailAsk {
        kind: "opinion".to_owned(),
        ..Default::default()
    };
    let lines = app
        .audit_trail(&person(&server, "auditor"), &trail)
        .unwrap();
    assert!(
        lines.iter().any(|l| l.subject == item.receipt),
        "in the log"
    );
    after(&server, 61);
    let page = citizen.get(&path).text();
    assert!(
        page.contains("校服应当自愿购买") && page.contains("采纳 1 条") && !page.contains("李四四"),
        "{page}"
    );
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

/// Fills in a form of the portal; answers receipt and code.
pub fn hand_in(
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
    // From the day of the answer on it is said what can be done about it.
    assert!(!answered.contains("不服这个答复怎么办"));
    let seen = app.entry(&clerk, &id).unwrap().state.revision;
    let day = [("answered_on".to_owned(), Some(Value::from("2023-01-12")))];
    app.amend(&clerk, &id, seen, day.into(), "登记答复日期".to_owned())
        .unwrap();
    let answered = status(&mut citizen);
    assert!(
        answered.contains("不服这个答复怎么办") && answered.contains("应当先申请行政复议"),
        "{answered}"
    );
    // Sixty days and six months from 12 January 2023.
    for part in [
        "向本级人民政府申请，最晚 2023年3月13日",
        "向有管辖权的人民法院起诉，最晚 2023年7月12日",
        "从答复之日 2023年1月12日 的第二天起",
    ] {
        assert!(answered.contains(part), "{part}: {answered}");
    }
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
    let left: Vec<&str> = item.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(left, ["说明.xyz"], "what is evidence now is forgotten here");
}

#[test]
fn one_address_does_not_flood_the_office() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let form = "/portal/ask/consultation";
    let tickets: Vec<String> = (0..62)
        .map(|_| citizen.get(form).token().unwrap())
        .collect();
    after(&server, 60);
    let send = |citizen: &mut Browser, n: usize| {
        let content = format!("第 {n} 个问题：转学怎么办？");
        let sent = [
            ("token", tickets[n].as_str()),
            ("step", "2"),
            ("content", &content),
        ];
        citizen.post(form, &sent)
    };
    for n in 0..60 {
        assert_eq!(send(&mut citizen, n).status, 200, "{n}");
    }
    let refused = send(&mut citizen, 60);
    assert_ne!(refused.status, 200);
    assert!(
        refused.text().contains("十分钟后再试"),
        "{}",
        refused.text()
    );
    // Reading goes on, and so does sending after a while.
    assert_eq!(citizen.get("/portal").status, 200);
    after(&server, 601);
    assert_eq!(send(&mut citizen, 61).status, 200);
}

/// A form with fields and files, as a browser sends it.
fn with_files(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b0--\r\n");
    body
}

#[test]
fn files_come_with_the_form_itself_and_not_too_many_nor_too_large() {
    let server = Server::start();
    let mut citizen = server.nobody();
    let form = "/portal/ask/complaint";
    let token = citizen.get(form).token().unwrap();
    let fields = [
        ("token", token.as_str()),
        ("step", "2"),
        ("kind", "校园安全"),
        ("content", "围墙有裂缝"),
    ];
    let mut send = |files: &[(&str, &[u8])]| {
        let kind = (
            "content-type",
            "multipart/form-data; boundary=b0".to_owned(),
        );
        citizen.send("POST", form, &[kind], &with_files(&fields, files))
    };
    let pdf: &[u8] = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF";
    let hasty = send(&[("照片.pdf", pdf)]);
    assert_eq!(hasty.status, 422);
    assert!(
        hasty.text().contains("附件请重新选择"),
        "browsers forget chosen files: {}",
        hasty.text()
    );
    after(&server, 30);
    let six = [("照片.pdf", pdf); 6];
    assert_eq!(send(&six).status, 422, "six files");
    let large = vec![b'a'; (10 << 20) + 1];
    let refused = send(&[("说明.txt", &large)]);
    assert!(
        matches!(refused.status, 413 | 422),
        "one byte more than ten megabytes: {}",
        refused.status
    );
    let (app, legal) = (server.app(), person(&server, "legal"));
    let waiting = app.inbox(&legal, Standing::Waiting, 9).unwrap();
    assert!(waiting.is_empty(), "nothing was taken in so far");
    let taken = send(&[("照片.pdf", pdf), ("说明.txt", "裂缝在东墙".as_bytes())]);
    assert_eq!(taken.status, 200, "{}", taken.text());
    let item = app.inbox(&legal, Standing::Waiting, 9).unwrap().remove(0);
    let names: Vec<&str> = item.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["照片.pdf", "说明.txt"]);
    let (_, bytes) = app
        .inbox_file(&legal, &item.receipt, &item.files[1].hash)
        .unwrap();
    assert_eq!(bytes, "裂缝在东墙".as_bytes());
}

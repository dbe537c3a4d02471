//! Questionnaires and exams.

use std::path::Path;

use app::{
    Actor, Target,
    catalogue::value::{Fields, Value},
    entry::NewEntry,
    exam::NewCandidate,
    participation::text,
};

use super::{ECHO, person};
use crate::{browser::Browser, server::Server};

/// A questionnaire about satisfaction, for these units.
fn survey(units: &str) -> [(&str, &str); 8] {
    [
        ("title", "满意度问卷"),
        ("topic", "教育满意度"),
        ("audience", "家长"),
        ("opens_on", "2023-01-12"),
        ("closes_on", "2023-01-20"),
        ("once", "每台设备一次"),
        ("units", units),
        (
            "questions",
            "[单选满意度] 满意吗？*\n- 满意\n- 不满意\n[填空50] 建议",
        ),
    ]
}

#[test]
fn a_questionnaire_is_answered_once_and_nothing_joins_answer_and_device() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let units = "一小，东区，3\n二小，东区，2";
    let opened = clerk.submit("/rounds/survey", &survey(units));
    assert_eq!(opened.status, 303, "{}", opened.text());
    let desk = opened.led_to();
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
    let hasty = parent.post(&page, &answer);
    assert_eq!(hasty.status, 422, "a machine's speed");
    super::after(&server, 10);
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
    assert!(
        results.contains("不公布各题结果") && !results.contains("不满意"),
        "of one answer nobody is told what it says: {results}"
    );
    let leader = server
        .signed_in("leader")
        .get("/ledgers/survey_return")
        .text();
    assert!(leader.contains("一小"), "the school's counts are an entry");
}

/// A loop that asks for a new device each time fills no ballot.
#[test]
fn endless_new_devices_from_one_address_do_not_stuff_the_ballot() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let asked = app::participation::Questionnaire {
        title: "满意度问卷".to_owned(),
        intro: String::new(),
        topic: "教育满意度".to_owned(),
        audience: "家长".to_owned(),
        once: app::participation::Once::Device,
        units: Vec::new(),
        questions: text::questions("[单选满意度] 满意吗？*\n- 满意\n- 不满意").unwrap(),
        open_results: true,
    };
    let today = app.clock.today();
    let id = app
        .open_questionnaire(&legal, &asked, today, today)
        .unwrap();
    let page = format!("/portal/surveys/{id}");
    let devices: Vec<(Browser, String)> = (0..100)
        .map(|_| {
            let mut device = server.nobody();
            let token = device.get(&page).token().unwrap();
            (device, token)
        })
        .collect();
    super::after(&server, 10);
    let mut shown = Vec::new();
    for (n, (mut device, token)) in devices.into_iter().enumerate() {
        let word = if n == 7 { "不满意" } else { "满意" };
        let status = device
            .post(&page, &[("token", &token), ("q0", word)])
            .status;
        assert_eq!(status, if n < 60 { 200 } else { 422 }, "{n}");
        if n < 12 {
            let results = device.get(&format!("{page}/results")).text();
            let count = results.split("共收到答卷 ").nth(1).unwrap();
            shown.push(count.split(' ').next().unwrap().to_owned());
        }
    }
    assert_eq!(app.answers_so_far(&legal, &id).unwrap(), 60);
    // While it runs, results move on by five: no difference tells a single answer.
    let told = [
        "1", "2", "3", "4", "5", "5", "5", "5", "5", "10", "10", "10",
    ];
    assert_eq!(shown, told);
}

/// The office has entered the school's counts by hand, so they cannot be entered again: the
/// questionnaire goes on, and can be closed once that is settled.
#[test]
fn a_questionnaire_that_cannot_be_counted_stays_open() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let desk = clerk
        .submit("/rounds/survey", &survey("一小，东区，3"))
        .led_to();
    let page = format!("/portal/surveys/{}", desk.rsplit('/').next().unwrap());
    let answer = |server: &Server| {
        let mut parent = server.nobody();
        let token = parent.get(&page).token().unwrap();
        super::after(server, 10);
        let sent = [("token", token.as_str()), ("unit", "一小"), ("q0", "满意")];
        parent.post(&page, &sent).status
    };
    assert_eq!(answer(&server), 200);
    let (app, system) = (server.app(), Actor::system("test"));
    let text = |id: &str, text: &str| (id.to_owned(), Value::from(text));
    let number = |id: &str, n: i64| (id.to_owned(), Value::Integer(n));
    let by_hand = NewEntry {
        happened_on: "2023-01-12".parse().unwrap(),
        fields: Fields::from([
            text("survey", "满意度问卷"),
            text("topic", "教育满意度"),
            text("audience", "家长"),
            text("school", "一小"),
            text("district", "东区"),
            text("collected_on", "2023-01-12"),
            number("invited", 3),
            number("returned", 1),
        ]),
    };
    let entry = app.open(&system, "survey_return", by_hand).unwrap();
    let refused = clerk.submit(&desk, &[("act", "close")]);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(answer(&server), 200, "another parent still answers");
    let seen = app.entry(&system, &entry).unwrap().state.revision;
    app.void(&system, &entry, seen, "重复登记".to_owned())
        .unwrap();
    assert_eq!(clerk.submit(&desk, &[("act", "close")]).status, 303);
    assert!(clerk.get(&desk).text().contains("已经结束"));
}

const BANK: &str = "甲题\n= 对\n- 错\n解析：因为对\n\n乙题\n= 对\n- 错";

fn candidates() -> [NewCandidate; 2] {
    ["甲生", "乙生"].map(|name| NewCandidate {
        name: name.to_owned(),
        unit: "一小".to_owned(),
        class: String::new(),
    })
}

/// An exam of two questions that is open, and the codes of its candidates.
pub fn exam(server: &Server) -> (String, Vec<String>) {
    let (app, legal) = (server.app(), person(server, "legal"));
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
    let end = now + jiff::SignedDuration::from_hours(2);
    let id = app.open_exam(&legal, &exam, now, end).unwrap();
    let codes = app.put_candidates(&legal, &id, &candidates()).unwrap();
    (id, codes)
}

/// The value of the right answer on the page of a question.
fn right(page: &str) -> String {
    let before = page.split("．对").next().unwrap();
    let value = before.rsplit("value=\"").next().unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// Sits the exam with every answer right; the browser stands before the result.
fn passed(server: &Server, base: &str, code: &str) -> Browser {
    let mut student = server.nobody();
    student.post(base, &[("code", code)]);
    let paper = format!("{base}/paper");
    for n in ["1", "2"] {
        let choice = right(&student.get(&paper).text());
        student.post(&paper, &[("n", n), ("choice", &choice)]);
    }
    assert_eq!(student.post(&paper, &[("finish", "1")]).status, 303);
    student
}

#[test]
fn a_certificate_is_a_pdf_where_pages_are_set_and_prints_everywhere() {
    let setting = Server::furnished(&Target::scratch(), |app| app, Some(Path::new(ECHO)));
    let (id, codes) = exam(&setting);
    let base = format!("/portal/exams/{id}");
    let file = format!("{base}/certificate.pdf");
    let mut student = passed(&setting, &base, &codes[0]);
    let page = student.get(&format!("{base}/certificate")).text();
    assert!(page.contains(&file) && page.contains("打印证书"), "{page}");
    let answer = student.get(&file);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let order: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let number = order["number"].as_str().unwrap();
    assert!(page.contains(number), "the same number on screen and sheet");
    assert_eq!(order["kind"], "certificate");
    assert_eq!(order["to"], "一小 甲生");
    assert_eq!(order["organ"], "测试市教育局");
    assert_eq!(order["date"], "2023年1月12日");
    let said = order["paragraphs"][0].as_str().unwrap();
    assert!(
        said.contains("学法考试") && said.contains("100 分"),
        "{said}"
    );
    // Who has not passed gets none: one who left, and one with no code at all.
    let mut left = setting.nobody();
    left.post(&base, &[("code", &codes[1])]);
    assert_eq!(left.get(&file).status, 404);
    assert_ne!(setting.nobody().get(&file).status, 200);

    // Without a page-setter: one page to print, and a sentence at the address of the file.
    let plain = Server::start();
    let (id, codes) = exam(&plain);
    let base = format!("/portal/exams/{id}");
    let mut student = passed(&plain, &base, &codes[0]);
    let page = student.get(&format!("{base}/certificate")).text();
    assert!(
        page.contains("data-print") && !page.contains("certificate.pdf"),
        "{page}"
    );
    let none = student.get(&format!("{base}/certificate.pdf"));
    assert!(
        none.status == 422 && none.text().contains("没有安装排版程序"),
        "{}",
        none.text()
    );
}

#[test]
fn an_exam_goes_on_where_it_stopped_and_ends_with_a_certificate() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let (id, codes) = exam(&server);
    assert_eq!(
        codes,
        app.put_candidates(&legal, &id, &candidates()).unwrap(),
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

const EVERY_KIND: &str = "[单选] 几年级？*\n- 一年级\n- 二年级\n[多选] 要改进什么？\n- 食堂\n- 安全\n\
    [量表5] 师德怎样？*|差|好\n[矩阵] 看法\n行：作业\n行：体育\n- 偏少\n- 合适\n[填空50] 还有什么？";

#[test]
fn every_kind_of_question_is_answered_with_a_code_and_counted() {
    let server = Server::start();
    let (app, legal) = (server.app(), person(&server, "legal"));
    let asked = app::participation::Questionnaire {
        title: "家长问卷".to_owned(),
        intro: String::new(),
        topic: "教育满意度".to_owned(),
        audience: "家长".to_owned(),
        once: app::participation::Once::Code,
        units: Vec::new(),
        questions: text::questions(EVERY_KIND).unwrap(),
        open_results: true,
    };
    let today = app.clock.today();
    let id = app
        .open_questionnaire(&legal, &asked, today, today)
        .unwrap();
    let codes = app.questionnaire_codes(&legal, &id, 5).unwrap();
    let page = format!("/portal/surveys/{id}");
    let answer = |code: &str| {
        let mut parent = server.nobody();
        let token = parent.get(&page).token().unwrap();
        let given = [
            ("token", token.as_str()),
            ("who", code),
            ("q0", "一年级"),
            ("q1", "食堂"),
            ("q1", "安全"),
            ("q2", "4"),
            ("q3.0", "合适"),
            ("q3.1", "偏少"),
            ("q4", "没有了"),
        ];
        parent.post(&page, &given).status
    };
    assert_eq!(answer("AAAAAAAA"), 422, "no code of ours");
    for code in &codes {
        assert_eq!(answer(code), 200);
    }
    assert_eq!(answer(&codes[0].to_lowercase()), 409, "a code counts once");
    server
        .signed_in("legal")
        .submit(&format!("/rounds/survey/{id}"), &[("act", "close")]);
    let results = server.nobody().get(&format!("{page}/results")).text();
    assert!(
        results.contains("共收到答卷 5 份") && !results.contains("没有了"),
        "{results}"
    );
    // Two single questions, one with several answers, two rows of the table.
    assert_eq!(results.matches("survey-bars").count(), 5, "{results}");
    assert!(
        results.contains("100%") && results.contains("<svg class=\"bar\""),
        "{results}"
    );
}

#[test]
fn a_paper_whose_time_is_over_counts_as_it_was_saved_and_the_authority_gets_the_list() {
    let server = Server::start();
    let (id, codes) = exam(&server);
    let base = format!("/portal/exams/{id}");
    let paper = format!("{base}/paper");
    let mut student = server.nobody();
    student.post(&base, &[("code", &codes[0])]);
    let page = student.get(&paper).text();
    assert!(
        page.contains("09:10") && page.contains("前交卷"),
        "the time is said: {page}"
    );
    let choice = right(&page);
    student.post(&paper, &[("n", "1"), ("choice", &choice)]);
    super::after(&server, 601);
    let late = student.post(&paper, &[("n", "2"), ("choice", "0")]);
    assert_ne!(late.status, 303, "not saved any more");
    let result = student.get(&format!("{base}/result")).text();
    assert!(
        result.contains("50 分") && result.contains("没有答"),
        "{result}"
    );
    assert_eq!(student.get(&format!("{base}/certificate")).status, 404);
    let board = server.nobody().get(&format!("{base}/board")).text();
    assert!(
        board.contains("一小") && board.contains("50.0%"),
        "one of two: {board}"
    );
    let list = format!("/rounds/exam/{id}/results.xlsx");
    let list = server.signed_in("legal").get(&list);
    let text = super::sheet_text(&list.body);
    assert!(text.contains("甲生") && text.contains("50"), "{text}");
}

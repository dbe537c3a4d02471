//! From the desk to the page: two people, masks, files, what stops a publication, numbers.

use super::{draft, open, person, publish};
use crate::server::Server;

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
    let page = answer.led_to();
    assert_eq!(clerk.submit(&page, &[("act", "submit")]).status, 303);
    let alone = clerk.submit(&page, &[("act", "publish")]);
    assert_eq!(alone.status, 422, "one person does not do both");
    let mut nobody = server.nobody();
    assert!(
        !nobody.get("/portal").text().contains("寒假放假"),
        "not before review"
    );
    let mut legal = server.signed_in("legal");
    let silent = legal.submit(&page, &[("act", "send_back"), ("reason", "")]);
    assert_eq!(silent.status, 422, "{}", silent.text());
    let sent_back = legal.submit(&page, &[("act", "send_back"), ("reason", "补上开学日期")]);
    assert_eq!(sent_back.status, 303, "{}", sent_back.text());
    let early = legal.submit(&page, &[("act", "publish")]);
    assert_eq!(early.status, 422, "it is a draft again");
    assert!(clerk.get(&page).text().contains("补上开学日期"));
    assert_eq!(clerk.submit(&page, &[("act", "submit")]).status, 303);
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
    let entry = answer.led_to();
    let id = entry.rsplit('/').next().unwrap().to_owned();
    let form = legal
        .get(&format!("/publishing/new?from=entry%3A{id}"))
        .text();
    assert!(
        form.contains("王某某") && !form.contains("王大力"),
        "masked in the draft"
    );
    let mut draft = server
        .app()
        .draft_from_entry(&person(&server, "legal"), &id)
        .unwrap();
    assert_eq!(
        draft.column, "",
        "its own column is a register: somebody chooses one"
    );
    draft.column = "执法公示".to_owned();
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
    // Twenty and seven working days from 11 January, over the Spring Festival of 2023.
    let clocks = app.entry_clocks(&app.entry(&clerk, &id).unwrap());
    let due: Vec<String> = clocks.iter().map(|(d, _)| d.due_on.to_string()).collect();
    assert_eq!(due, ["2023-02-13", "2023-01-20"]);
    let board = server.signed_in("clerk").get("/deadlines").text();
    assert!(board.contains("公示许可或处罚决定"), "{board}");
    app.submit_publication(&clerk, &id).unwrap();
    app.release_publication(&legal, &id).unwrap();
    assert!(running().is_empty());
}

#[test]
fn a_word_document_becomes_a_draft_that_the_checker_has_read() {
    let server = Server::start();
    let run = |words: &str| vec![office::docx::Run::new(words.to_owned())];
    let document = office::docx::Docx {
        title: "关于校服采购的通知".to_owned(),
        author: "测试市教育局".to_owned(),
        blocks: vec![
            office::docx::Block::Heading {
                level: 1,
                runs: run("一、总体要求"),
            },
            office::docx::Block::Paragraph(run("家长自愿购买,,学校不得强制。。")),
        ],
        ..office::docx::Docx::default()
    };
    let bytes = office::docx::write(&document).unwrap();
    let mut clerk = server.signed_in("clerk");
    let answer = clerk.upload_from("/publishing/new", "/publishing/upload", "通知.docx", &bytes);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let edit = answer.header("location").unwrap().to_owned();
    let page = clerk.get(&edit).text();
    assert!(
        page.contains("关于校服采购的通知") && page.contains("## 一、总体要求"),
        "{page}"
    );
    let desk = clerk.get(edit.strip_suffix("/edit").unwrap()).text();
    assert!(
        !desk.contains("通知.docx"),
        "the file itself is not attached"
    );
    assert!(
        desk.contains("文字检查有"),
        "what the checker says stands beside: {desk}"
    );
}

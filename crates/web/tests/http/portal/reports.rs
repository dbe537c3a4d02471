//! Annual reports as readers open them: each figure leads to how it is made; and the yearly report on
//! disclosure, its table of applications.

use super::{open, person, publish};
use crate::server::Server;

fn complaint(server: &Server, number: &str, more: &[(&str, &str)]) {
    let mut fields = vec![
        ("number", number),
        ("received_on", "2022-03-01"),
        ("channel", "来电"),
        ("content", "反映"),
    ];
    fields.extend(more);
    open(server, "complaint", &fields);
}

#[test]
fn a_figure_of_a_report_leads_to_how_it_is_made() {
    let server = Server::start();
    complaint(
        &server,
        "甲1",
        &[
            ("kind", "师德师风"),
            ("closed_on", "2022-03-08"),
            ("finding", "属实"),
        ],
    );
    complaint(&server, "甲2", &[("kind", "校园安全")]);
    let (app, legal) = (server.app(), person(&server, "legal"));
    let id = app
        .start_report(&legal, "law_government_annual", 2022)
        .unwrap();
    let draft = app.draft(&legal, &id).unwrap();
    let mut parts = draft.parts.clone();
    for part in &mut parts {
        part.text = "略。".to_owned();
    }
    parts[0].text =
        "师德师风类{complaints_received|kind=师德师风}件，办结率{complaint_closing_rate}%。"
            .to_owned();
    app.save_draft(&legal, &id, draft.revision, &draft.title, &parts)
        .unwrap();
    let revision = app.draft(&legal, &id).unwrap().revision;
    app.freeze(&legal, &id, revision).unwrap();
    publish(&server, &app.draft_from_report(&legal, &id).unwrap());
    let mut reader = server.nobody();
    let list = reader.get("/portal/reports");
    let page = list.links("/portal/reports/").remove(0);
    let page = reader.get(&page).text();
    assert!(
        page.contains("href=\"#figure-1\"") && page.contains("id=\"figure-2\""),
        "{page}"
    );
    let told: Vec<&str> = page.split("id=\"figure-").skip(1).collect();
    let (filtered, rate) = (told[0], told[1]);
    for part in [
        "受理投诉诉求",
        "2022-01-01至2022-12-31",
        "“为“师德师风”",
        "重复反映、并入先收到的一件",
        "每条记录计 1",
        "<code>!has(entry.joined_on)</code>",
        "<code>joined_on</code> 是“",
        "定稿所用的定义自 ",
    ] {
        let part = part.trim_start_matches('“');
        assert!(filtered.contains(part), "{part}: {filtered}");
    }
    for part in [
        "投诉诉求办结率",
        "“办结投诉诉求” ÷ “受理投诉诉求” × 100%",
        "<li>办结投诉诉求：",
        "<li>受理投诉诉求：",
    ] {
        assert!(rate.contains(part), "{part}: {rate}");
    }
}

#[test]
fn the_table_of_applications_is_filled_line_by_line_and_balances() {
    let server = Server::start();
    let request = |number: &str, kind: &str, received: &str, answered: &str, result: &str| {
        let mut fields = vec![
            ("number", number),
            ("received_on", received),
            ("way", "网络"),
            ("applicant", "王某"),
            ("applicant_kind", kind),
            ("content", "文件"),
        ];
        if !answered.is_empty() {
            fields.extend([("answered_on", answered), ("result", result)]);
        }
        open(&server, "foi_request", &fields);
    };
    // Carried over from 2021, answered in 2022; one of 2022 goes on into 2023.
    request("一", "自然人", "2021-12-20", "2022-01-10", "予以公开");
    request("二", "自然人", "2022-03-01", "2022-03-10", "部分公开");
    request("三", "商业企业", "2022-04-01", "2022-04-10", "国家秘密");
    request("四", "商业企业", "2022-12-20", "2023-01-10", "予以公开");
    request("五", "其他", "2022-12-28", "", "");
    let legal = person(&server, "legal");
    let table = server.app().foi_applications(&legal, 2022).unwrap();
    let filled: Vec<(&str, &[i64])> = table
        .lines()
        .into_iter()
        .filter(|line| line.total() > 0)
        .map(|line| (line.label.as_str(), line.numbers.as_slice()))
        .collect();
    assert_eq!(
        filled,
        [
            ("一、本年新收政府信息公开申请数量", &[1, 2, 0, 0, 0, 1][..]),
            ("二、上年结转政府信息公开申请数量", &[1, 0, 0, 0, 0, 0]),
            ("三、办理结果（一）予以公开", &[1, 0, 0, 0, 0, 0]),
            ("三、办理结果（二）部分公开", &[1, 0, 0, 0, 0, 0]),
            (
                "三、办理结果（三）不予公开1.属于国家秘密",
                &[0, 1, 0, 0, 0, 0]
            ),
            ("三、办理结果（七）总计", &[2, 1, 0, 0, 0, 0]),
            ("四、结转下年度继续办理", &[0, 1, 0, 0, 0, 1]),
        ]
    );
    assert_eq!(table.lines().len(), 2 + 19 + 2, "every line of the form");
    assert_eq!(table.unbalanced(), Vec::<&str>::new());
    let draft = server.app().disclosure_report(&legal, 2022).unwrap();
    let line = "| 二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |";
    assert!(draft.body.contains(line), "{}", draft.body);
}

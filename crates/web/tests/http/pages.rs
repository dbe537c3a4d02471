//! Every page: it is there, says its headers, and holds nothing that the policy forbids.

use web::ui::shell::CONTENT_SECURITY_POLICY;

use crate::{
    browser::{Answer, Browser},
    server::{open_visit, shared},
};

fn check(path: &str, answer: &Answer) {
    assert_eq!(answer.status, 200, "{path}");
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{path}: {name}");
    }
    let text = answer.text();
    assert!(text.starts_with("<!DOCTYPE html>"), "{path}");
    assert!(text.contains("lang=\"zh-CN\""), "{path}");
    let title = text
        .split("<title>")
        .nth(1)
        .and_then(|t| t.split("</title>").next());
    assert!(
        title.is_some_and(|t| t.chars().count() > 3),
        "{path}: {title:?}"
    );
    // The title of a paper on the desk is the heading of the paper, not of the page.
    let headings = text.matches("<h1").count() - text.matches("<h1 class=\"paper-title\"").count();
    assert!(
        headings == 1 || path == "/gallery",
        "{path}: {headings} main headings"
    );
    assert_eq!(
        text.matches("id=\"main\"").count(),
        1,
        "{path}: one main part"
    );
    for inline in [
        " style=\"",
        " onclick=",
        "javascript:",
        "<style",
        "<script>",
    ] {
        assert!(!text.contains(inline), "{path}: {inline}");
    }
}

/// Walks from a page through its links of one kind, all of them.
fn walk(browser: &mut Browser, from: &str, prefix: &str) -> usize {
    let index = browser.get(from);
    check(from, &index);
    let links = index.links(prefix);
    for link in &links {
        let answer = browser.get(link);
        check(link, &answer);
    }
    links.len()
}

#[test]
fn every_ledger_opens_with_its_list_form_and_import() {
    let mut legal = shared().signed_in("legal");
    let ledgers = legal.get("/ledgers").links("/ledgers/");
    assert!(ledgers.len() > 40, "{} ledgers", ledgers.len());
    for ledger in &ledgers {
        check(ledger, &legal.get(ledger));
        // Its own ledgers have forms; the others say who keeps them.
        for part in ["new", "import"] {
            let path = format!("{ledger}/{part}");
            let answer = legal.get(&path);
            if answer.status == 403 {
                assert!(answer.text().contains("主管科室"), "{path}");
            } else if ledger == "/ledgers/report" {
                assert!(answer.text().contains("在“报告”页编写"), "{path}");
            } else if ledger == "/ledgers/proactive_disclosure" {
                assert!(answer.text().contains("在“公开”页起草"), "{path}");
            } else {
                check(&path, &answer);
            }
        }
    }
}

#[test]
fn every_figure_has_a_page_even_without_data() {
    let mut leader = shared().signed_in("leader");
    let walked = walk(&mut leader, "/figures", "/figures/");
    assert!(walked > 150, "{walked} figures");
}

#[test]
fn the_pages_of_an_entry_keep_the_policy() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-页面")]);
    for part in ["", "/amend", "/void", "/proof"] {
        let path = format!("{entry}{part}");
        check(&path, &clerk.get(&path));
    }
    for path in [
        "/",
        "/reports",
        "/log",
        "/search?q=x",
        "/gallery",
        "/ledgers/visit?sort=matter&order=asc",
    ] {
        check(path, &clerk.get(path));
    }
}

#[test]
fn a_report_is_drafted_edited_and_read() {
    let mut legal = shared().signed_in("legal");
    let fields = [("template", "law_government_annual"), ("year", "2021")];
    let started = legal.submit("/reports", &fields);
    let desk = started.header("location").expect("a desk").to_owned();
    check(&desk, &legal.get(&desk));
    check(&format!("{desk}/edit"), &legal.get(&format!("{desk}/edit")));
    check(
        &format!("{desk}?receipt=1"),
        &legal.get(&format!("{desk}?receipt=1")),
    );
    for nonsense in ["?receipt=0", "?receipt=99999", "?receipt=x", "?tab=none"] {
        check(nonsense, &legal.get(&format!("{desk}{nonsense}")));
    }
    let paper = legal.get(&format!("{desk}/paper"));
    assert_eq!(paper.status, 200);
    let docx = legal.get(&format!("{desk}/report.docx"));
    assert_eq!(&docx.body[..2], b"PK");
    let pdf = legal.get(&format!("{desk}/report.pdf"));
    assert_eq!(pdf.status, 422, "no page-setter here");
    assert!(pdf.text().contains("没有安装排版程序"), "{}", pdf.text());
    let mut clerk = shared().signed_in("clerk");
    assert_eq!(clerk.submit("/reports", &fields).status, 403);
}

#[test]
fn the_desk_reads_proof_before_and_without_saving() {
    let mut legal = shared().signed_in("legal");
    let fields = [("template", "law_government_annual"), ("year", "2019")];
    let started = legal.submit("/reports", &fields);
    let desk = started.header("location").expect("a desk").to_owned();
    let edit = legal.get(&format!("{desk}/edit"));
    let token = edit.token().unwrap();
    let edit = edit.text();
    let (_, part) = edit.split_once("name=\"part.").expect("a part");
    let part = format!("part.{}", part.split('"').next().unwrap());
    let (_, revision) = edit.split_once("name=\"revision\" value=\"").unwrap();
    let revision = revision.split('"').next().unwrap().to_owned();
    let text =
        "全年新收政府信息公开申请7件，其中予以公开3件、不予公开2件，合计6件。联系人13812345678。";
    let typed = [
        ("token", token.as_str()),
        ("title", "校对"),
        ("revision", revision.as_str()),
        (part.as_str(), text),
    ];
    let read = legal.post(&format!("{desk}/check"), &typed);
    assert_eq!(read.status, 200);
    let read = read.text();
    for said in [
        "报告写 7件，台账是 0件",
        "改用数据 {foi_received}",
        "不符",
        "手机号码",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
    assert!(read.contains(text), "what was typed is still there");
    // Nothing was saved.
    assert!(!legal.get(&desk).text().contains("13812345678"));
    let mut clerk = shared().signed_in("clerk");
    let token = clerk.get("/reports").token().unwrap();
    let typed = [("token", token.as_str()), typed[3]];
    let refused = clerk.post(&format!("{desk}/check"), &typed);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("没有编写权限"));
}

#[test]
fn a_page_that_is_not_there_is_a_page_of_the_site() {
    let mut clerk = shared().signed_in("clerk");
    for path in [
        "/nothing",
        "/figures/no_such_figure",
        "/ledgers/visit/nothing",
    ] {
        let answer = clerk.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("返回今日"), "{path}");
        assert!(answer.header("content-security-policy").is_some());
    }
}

#[test]
fn assets_are_kept_by_browsers_and_change_their_address_with_their_content() {
    let mut nobody = shared().nobody();
    let assets = nobody.get("/sign-in").links("/assets/");
    assert!(!assets.is_empty());
    for path in assets {
        let answer = nobody.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let kept = answer.header("cache-control").unwrap();
        assert!(kept.contains("immutable"), "{path}: {kept}");
    }
}

#[test]
fn odd_addresses_are_answered_politely() {
    let mut clerk = shared().signed_in("clerk");
    for path in [
        "/ledgers/visit?year=99999&order=up&sort=nothing&after=%00%FF",
        "/ledgers/visit?f.nothing=x&f.district=%E6%B2%A1%E6%9C%89",
        "/figures/visits?from=2022-13-45&to=x",
        "/figures/visits?from=2022-12-31&to=2022-01-01",
        "/figures/visits?year=-32768",
        "/figures/visits?as_of=18446744073709551615&after=~~~",
        "/figures/visits?sort=value&order=desc&page=99999",
        "/figures?year=32767&q=%FF%FE",
        "/?year=abc",
        "/search?q=%22%20OR%20*%20NEAR(",
        "/search?q=",
    ] {
        let answer = clerk.get(path);
        assert!(
            [200, 404, 422].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
}

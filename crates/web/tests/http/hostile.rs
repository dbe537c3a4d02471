//! Hostile words stay words, wherever they come back.

use crate::{
    browser::{Answer, Browser},
    server::{open_visit, shared},
    sheets::{named_sheet, sheet},
};

const SCRIPT: &str = "<script>alert(1)</script>";
const BREAKS_OUT: &str = "\"'><img src=x onerror=alert(2)>";

/// The page holds the words, and none of them as markup.
fn escaped(path: &str, answer: &Answer, present: bool) {
    let text = answer.text();
    for raw in ["<script>alert", "<img src=x", "onerror=alert(2)>\""] {
        assert!(!text.contains(raw), "{path}: {raw}");
    }
    assert!(answer.status < 500, "{path}: {}", answer.status);
    if present {
        assert!(
            text.contains("&lt;script&gt;alert(1)") || text.contains("&lt;img src=x"),
            "{path} does not show them at all"
        );
    }
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn hostile_entry(clerk: &mut Browser, number: &str) -> String {
    let both = format!("{SCRIPT}{BREAKS_OUT}");
    let number = format!("{number}{BREAKS_OUT}");
    open_visit(
        clerk,
        &[
            ("number", &number),
            ("matter", SCRIPT),
            ("detail", &both),
            ("visitor", BREAKS_OUT),
            ("visited_on", "2020-06-06"),
        ],
    )
}

#[test]
fn hostile_values_are_shown_as_words_on_every_page_of_an_entry() {
    let mut clerk = shared().signed_in("clerk");
    let entry = hostile_entry(&mut clerk, "敌1");
    for part in ["", "/amend", "/void", "/proof"] {
        let path = format!("{entry}{part}");
        escaped(&path, &clerk.get(&path), true);
    }
    let amend = format!("{entry}/amend");
    let fields = [
        ("number", BREAKS_OUT),
        ("matter", SCRIPT),
        ("reason", ""),
        ("visited_on", SCRIPT),
    ];
    escaped("refused", &clerk.submit(&amend, &fields), true);
}

#[test]
fn hostile_values_are_shown_as_words_in_lists_searches_and_figures() {
    let mut clerk = shared().signed_in("clerk");
    hostile_entry(&mut clerk, "敌2");
    shared().index();
    for path in [
        "/ledgers/visit?year=2020".to_owned(),
        format!("/ledgers/visit?q={}", encode(SCRIPT)),
        format!("/ledgers/visit?f.matter={}", encode(BREAKS_OUT)),
        "/search?q=alert".to_owned(),
        format!("/search?q={}", encode(BREAKS_OUT)),
        "/figures/visits?from=2020-01-01&to=2020-12-31".to_owned(),
        format!(
            "/figures/visits?from=2020-01-01&to=2020-12-31&only.matter={}",
            encode(SCRIPT)
        ),
        format!("/figures?q={}", encode(SCRIPT)),
    ] {
        escaped(&path, &clerk.get(&path), true);
    }
}

#[test]
fn hostile_addresses_are_shown_as_words_or_not_at_all() {
    let mut clerk = shared().signed_in("clerk");
    let evil = encode(SCRIPT).replace('+', "%20");
    for path in [
        format!("/{evil}"),
        format!("/ledgers/{evil}"),
        format!("/entries/{evil}"),
        format!("/entries/{evil}/act/{evil}"),
        format!("/figures/{evil}"),
        format!("/figures/visits?from={evil}&to={evil}"),
        format!("/reports/{evil}"),
        format!("/imports/{evil}"),
        format!("/?done={evil}"),
        format!("/ledgers/visit?year={evil}&sort={evil}&after={evil}&stage={evil}"),
        format!("/sign-in?next={evil}"),
    ] {
        escaped(&path, &clerk.get(&path), false);
    }
    let mut nobody = shared().nobody();
    let fields = [("login", BREAKS_OUT), ("password", "x"), ("next", SCRIPT)];
    escaped("sign-in", &nobody.post("/sign-in", &fields), true);
}

#[test]
fn hostile_cells_and_file_names_are_shown_as_words_in_the_preview() {
    let mut clerk = shared().signed_in("clerk");
    let upload = "/ledgers/visit/import";
    let good = sheet(&[["敌3", SCRIPT, "2020-07-07"]]);
    let started = clerk.upload(upload, "<script>alert(1)<%2Fscript>.xlsx", &good);
    let preview = started.header("location").expect("a preview").to_owned();
    escaped(&preview, &clerk.get(&preview), true);
    let bad = sheet(&[["敌4", BREAKS_OUT, SCRIPT]]);
    let started = clerk.upload(upload, "a.xlsx", &bad);
    let preview = started.header("location").expect("a preview").to_owned();
    escaped(&preview, &clerk.get(&preview), true);
    let odd = named_sheet(
        SCRIPT.split('/').next().unwrap(),
        &[["敌5", "事", "2020-07-08"]],
    );
    let started = clerk.upload(upload, "b.xlsx", &odd);
    if let Some(preview) = started.header("location") {
        let preview = preview.to_owned();
        escaped(&preview, &clerk.get(&preview), false);
    }
}

#[test]
fn personal_values_are_masked_for_who_may_not_see_them() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "密1"), ("visitor", "欧阳修远")]);
    assert!(clerk.get(&entry).text().contains("欧阳修远"));
    let mut leader = shared().signed_in("leader");
    let page = leader.get(&entry);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("欧阳修远"), "{}", page.text());
}

//! The portal in a real browser: every kind of page, usual and large, narrow and by keyboard.

use serde_json::json;

use crate::{accessibility, driver::Driver, site::Site};

/// Pages of every kind. Those below a list are found by following its first link.
fn pages(browser: &Driver, site: &Site) -> Vec<String> {
    let first = |browser: &Driver, path: &str, selector: &str| {
        browser.open(&site.at(path));
        let script = "return document.querySelector(arguments[0])?.getAttribute('href') ?? ''";
        let href = browser.run(script, json!([selector]));
        href.as_str().unwrap_or_default().to_owned()
    };
    let mut pages: Vec<String> = [
        "/portal",
        "/portal/columns",
        "/portal/columns/documents",
        "/portal/columns/schools",
        "/portal/search?q=培训",
        "/portal/data",
        "/portal/site-map",
        "/portal/about",
        "/portal/reports",
        "/portal/verify?q=JYJ",
        "/portal/ask",
        "/portal/ask/disclosure",
        "/portal/ask/complaint",
        "/portal/status",
        "/portal/surveys",
        "/portal/exams",
        "/portal/no-such-page",
    ]
    .map(str::to_owned)
    .to_vec();
    for (list, selector) in [
        ("/portal/columns/documents", ".article-list a"),
        ("/portal/columns/consultation", ".article-list a"),
        ("/portal/columns/functions", ".article-list a"),
        ("/portal/columns/schools", ".portal-table th a"),
        ("/portal/reports", ".article-list a"),
        ("/portal/surveys", ".article-list a"),
        ("/portal/exams", ".article-list a"),
        ("/portal/exams", ".article-list .hint a"),
    ] {
        let href = first(browser, list, selector);
        assert!(!href.is_empty(), "{list} has something to open");
        pages.push(href);
    }
    pages
}

/// No violation in either mode, nothing wider than the narrowest screen.
pub fn is_accessible_in_both_modes(browser: &Driver, site: &Site) {
    let pages = pages(browser, site);
    let axe = accessibility::axe();
    let mut wrong = Vec::new();
    for mode in ["0", "1"] {
        browser.open(&site.at(&format!("/portal/mode?care={mode}&back=/portal")));
        for path in &pages {
            let found = accessibility::audit(browser, site, path, axe.as_deref());
            wrong.extend(found.into_iter().map(|w| format!("care={mode} {w}")));
            // 1280 px at 400 % zoom are 320 px.
            browser.width(320);
            let over = "return document.scrollingElement.scrollWidth - window.innerWidth";
            if browser.run(over, json!([])).as_i64() > Some(0) {
                wrong.push(format!("care={mode} {path} is wider than 320 px"));
            }
            browser.width(0);
        }
    }
    browser.open(&site.at("/portal/mode?care=0&back=/portal"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A consultation handed in with keys only; the browser works for it instead of waiting.
pub fn takes_a_consultation_by_keyboard(browser: &Driver, site: &Site) {
    browser.open(&site.at("/portal/ask/consultation"));
    browser.write("#content", "请问转学需要哪些材料？");
    browser.write("#content", "\u{e004}\u{e007}");
    browser.sees("h2", "怎样联系您");
    browser.write("#phone", "\u{e004}\u{e007}");
    browser.sees("h2", "提交前请核对");
    // The number that the browser looks for arrives in its own time.
    browser.find("input[name=work]");
    browser.click(&browser.find(".form-buttons .btn-primary"));
    browser.sees("h1", "已收到您的咨询建议");
}

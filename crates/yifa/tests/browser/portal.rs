//! The portal in a real browser: every kind of page, usual and large, narrow and by keyboard.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use crate::{accessibility, citizen, driver::Driver, site::Site};

/// Pages that no link leads to, and those of draws.
const APART: [&str; 8] = [
    "/portal/search?q=培训",
    "/portal/verify?q=JYJ",
    "/portal/no/such/page",
    "/draws",
    "/draws/demo-2024-1",
    "/draws/demo-2024-1/check",
    "/draws/demo-2024-1/wall",
    "/draws/commit",
];

/// What a page is one of: one article stands for all, one row for all of its register; every
/// column and every form stands for itself. None for downloads.
fn kind_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let file = parts.last().is_some_and(|last| last.contains('.'));
    match parts[..] {
        _ if file => None,
        ["portal", "files" | "proofs" | "mode" | "papers", ..] => None,
        ["portal", "columns", _, _] => Some("/portal/columns/*/*".to_owned()),
        ["portal", "columns" | "ask", ..] => Some(path.to_owned()),
        ["portal", "rows", column, _] => Some(format!("/portal/rows/{column}/*")),
        ["portal", list, _, ref below @ ..] => {
            Some(format!("/portal/{list}/*/{}", below.join("/")))
        }
        ["portal", ..] => Some(path.to_owned()),
        _ => None,
    }
}

/// A page of every kind, found by following links from the first one.
fn pages(browser: &Driver, site: &Site) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut open = VecDeque::from(["/portal".to_owned()]);
    let mut pages: Vec<String> = APART.map(str::to_owned).to_vec();
    while let Some(path) = open.pop_front() {
        if !kind_of(&path).is_some_and(|kind| known.insert(kind)) {
            continue;
        }
        browser.open(&site.at(&path));
        let script = "return [...document.querySelectorAll('a[href^=\"/portal\"]')] \
            .map(link => link.getAttribute('href').split(/[?#]/)[0])";
        let links = browser.run(script, json!([]));
        for link in links.as_array().into_iter().flatten() {
            open.push_back(link.as_str().unwrap_or_default().to_owned());
        }
        pages.push(path);
    }
    for wanted in [
        "/portal/articles/",
        "/portal/rows/powers/",
        "/portal/surveys/",
        "/portal/exams/",
        "/portal/reports/",
    ] {
        assert!(
            pages.iter().any(|p| p.starts_with(wanted)),
            "no page of {wanted} was found"
        );
    }
    pages
}

/// In the large edition a page can be read aloud where the browser has a voice: the button is there
/// then, says what it does, and is reached by keys.
pub fn is_read_aloud_in_the_large_edition(browser: &Driver, site: &Site) {
    let shown = |care: &str| {
        browser.open(&site.at(&format!("/portal/mode?care={care}&back=/portal/about")));
        browser.sees("h1", "关于我们");
        let script = "const button = document.querySelector('[data-aloud]'); button?.focus(); \
            return [!!window.speechSynthesis, button?.textContent ?? '', document.activeElement === button]";
        browser.run(script, json!([]))
    };
    let large = shown("1");
    if large[0].as_bool() == Some(true) {
        assert_eq!(
            (large[1].as_str(), large[2].as_bool()),
            (Some("朗读本页"), Some(true))
        );
    }
    assert_eq!(shown("0")[1].as_str(), Some(""));
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
    browser.open(&site.at("/portal/mode?care=0&script=hant&back=/portal"));
    for path in ["/portal", "/portal/columns", "/portal/ask/complaint"] {
        wrong.extend(accessibility::audit(browser, site, path, axe.as_deref()));
    }
    browser.open(&site.at("/portal/mode?care=0&script=hans&back=/portal"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words of the right answers of the demonstration's bank.
const RIGHT: [&str; 13] = [
    "12月4日",
    "宪法",
    "既是权利也是义务",
    "告诉老师或家长",
    "监护职责",
    "受教育权",
    "人身自由",
    "不可以",
    "查机构是否在名录里",
    "五星红旗",
    "宪法宣誓",
    "不得损害他人合法的自由和权利",
    "最高国家权力机关",
];

/// A pupil signs in with the school's code, answers, and takes a certificate home; the pages behind
/// the code are as accessible as the others.
pub fn sits_an_exam_and_takes_the_certificate_home(browser: &Driver, site: &Site) {
    browser.open(&site.at("/portal/exams"));
    browser.press("学宪法讲宪法知识竞答");
    browser.write("#code", &format!("{}\u{e007}", site.exam_code));
    browser.sees("h1", "第 1 题");
    let paper = browser.address();
    let paper = paper.strip_prefix(&site.at("")).unwrap();
    let exam = paper.split("/paper").next().unwrap().to_owned();
    let axe = accessibility::axe();
    let audit = |part: &str| {
        let mut wrong = Vec::new();
        for care in ["1", "0"] {
            browser.open(&site.at(&format!("/portal/mode?care={care}&back=/portal")));
            let page = format!("{exam}/{part}");
            wrong.extend(accessibility::audit(browser, site, &page, axe.as_deref()));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    audit("paper?n=1");
    browser.open(&site.at(&format!("{exam}/paper?n=1")));
    citizen::chooses_by_keys(browser, &RIGHT);
    browser.sees(".answer-sheet", "已答 1 题");
    for n in 2..=10 {
        browser.open(&site.at(&format!("{exam}/paper?n={n}")));
        let choose = "const right = new Set(arguments[0]); \
            for (const label of document.querySelectorAll('label.option')) \
              if (right.has(label.textContent.split('．')[1].trim())) label.querySelector('input').click()";
        browser.run(choose, json!([RIGHT]));
        browser.press("保存并继续");
        browser.sees(".answer-sheet", &format!("已答 {n} 题"));
    }
    browser.press("交卷");
    browser.sees("h1", "100 分，通过");
    audit("result");
    browser.press("打开成绩证书");
    browser.sees(".certificate", "成绩合格，特发此证");
    audit("certificate");
    audit("board");
}

/// On paper stands the text with its facts, and nothing that only a screen can do.
pub fn prints_the_text_alone(browser: &Driver, site: &Site) {
    browser.open(&site.at("/portal/columns/notices"));
    let script = "return document.querySelector('main a[href^=\"/portal/articles/\"]').href";
    let article = browser.run(script, json!([]));
    browser.open(article.as_str().unwrap());
    browser.command("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let shown = |selector: &str| {
        let script = "return [...document.querySelectorAll(arguments[0])] \
            .filter(e => e.getClientRects().length > 0).length";
        browser.run(script, json!([selector])).as_u64().unwrap()
    };
    assert!(shown("h1") == 1 && shown(".article-text p") > 0 && shown(".publication-facts dd") > 3);
    for screen in [
        "nav",
        ".top-search",
        ".portal-switches",
        ".portal-footer",
        "button",
        ".btn",
    ] {
        assert_eq!(shown(screen), 0, "{screen} is printed");
    }
    let wide = "return document.scrollingElement.scrollWidth - window.innerWidth";
    assert!(browser.run(wide, json!([])).as_i64() <= Some(0));
    browser.command("Emulation.setEmulatedMedia", json!({ "media": "" }));
}

/// The pages on which staff publish, take in and count; what they withdraw; and the page of a paper
/// that they signed, to which only its code leads.
pub fn what_staff_do_for_it_is_accessible(browser: &Driver, site: &Site) {
    let axe = accessibility::axe();
    site.sign_in(browser, "legal");
    let mut wrong = Vec::new();
    let first = |page: &str, selector: &str| {
        browser.open(&site.at(page));
        browser.find(selector);
        let script = "return document.querySelector(arguments[0]).getAttribute('href')";
        let link = browser.run(script, json!([selector]));
        link.as_str().unwrap().to_owned()
    };
    let received = first("/received", "main a[href^='/received/2']");
    for page in [
        "/publishing",
        "/publishing/new",
        "/publishing/numbers",
        "/received",
        &received,
        "/rounds",
    ] {
        wrong.extend(accessibility::audit(browser, site, page, axe.as_deref()));
    }
    let paper = signed_paper(browser);
    // Somebody withdraws the first notice, under another title.
    let public = first(
        "/portal/columns/notices",
        "main a[href^='/portal/articles/']",
    );
    let desk = first("/publishing", &desk_of(browser, site, &public));
    browser.open(&site.at(&desk));
    wrong.extend(accessibility::look(browser, &desk, axe.as_deref()));
    browser.write("#reason-withdraw", "内容有误，更正后重新公布");
    browser.write("#withdrawn-title", "一则通知");
    browser.press("撤回");
    browser.sees("main", "已撤回，不能再改");
    for care in ["1", "0"] {
        browser.open(&site.at(&format!("/portal/mode?care={care}&back=/portal")));
        for page in [public.as_str(), &paper] {
            wrong.extend(accessibility::audit(browser, site, page, axe.as_deref()));
        }
    }
    browser.open(&site.at(&public));
    browser.sees("h1", "一则通知");
    browser.sees("main", "这条信息已撤回");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.open(&site.at("/"));
}

/// The row on the desk of what stands at an address of the portal.
fn desk_of(browser: &Driver, site: &Site, public: &str) -> String {
    browser.open(&site.at(public));
    let title = browser.text("h1");
    browser.open(&site.at("/publishing"));
    let script = "return [...document.querySelectorAll('main a[href^=\"/publishing/\"]')] \
        .find(a => a.textContent.trim() === arguments[0])?.getAttribute('href') ?? ''";
    let link = browser.run(script, json!([title]));
    let link = link.as_str().unwrap_or_default();
    assert!(!link.is_empty(), "{title} is on the desk");
    format!("main a[href='{link}']")
}

/// The public page of a paper that was signed in one of the demonstration's cases.
fn signed_paper(browser: &Driver) -> String {
    let script = "const done = arguments[arguments.length - 1]; \
        const links = (text, form) => [...new Set([...text.matchAll(form)].map(m => m[0]))]; \
        const read = async path => (await fetch(path)).text(); \
        (async () => { \
          const list = await read('/ledgers/penalty_ordinary'); \
          for (const entry of links(list, /\\/entries\\/[0-9A-Za-z-]+/g)) \
            for (const paper of links(await read(entry), /\\/entries\\/[0-9A-Za-z-]+\\/papers\\/[0-9A-Za-z-]{20,}/g)) \
              if ((await read(paper)).includes('已签发')) return paper; \
          return ''; \
        })().then(done, e => done('!' + e))";
    let paper = browser.run_later(script, json!([]));
    let paper = paper.as_str().unwrap_or_default();
    assert!(paper.starts_with("/entries/"), "no signed paper: {paper}");
    let parts: Vec<&str> = paper.split('/').collect();
    format!("/portal/papers/{}/{}", parts[2], parts[4])
}

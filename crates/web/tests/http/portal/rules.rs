//! Rules for government sites that can be looked at from outside, on every kind of page: heads and
//! landmarks, facts in the head, times and sources, no dead end, no blank column, no third party.

use std::collections::BTreeMap;

use super::{crawl, draft, open, person, publish, with_address};

/// One page of each kind: what follows `/portal/` up to the next stroke.
fn kinds(pages: Vec<(String, String)>) -> BTreeMap<String, Vec<(String, String)>> {
    let mut kinds: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let is_page = |text: &str| text.starts_with("<!DOCTYPE html>");
    for (path, text) in pages.into_iter().filter(|(_, text)| is_page(text)) {
        let kind = path.split(['/', '?']).nth(2).unwrap_or_default();
        kinds.entry(kind.to_owned()).or_default().push((path, text));
    }
    kinds
}

fn meta<'t>(page: &'t str, name: &str) -> Option<&'t str> {
    let rest = page
        .split(&format!("<meta name=\"{name}\" content=\""))
        .nth(1)?;
    rest.split('"').next()
}

/// `YYYY-MM-DD HH:MM`.
fn is_moment(text: &str) -> bool {
    let form = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c });
    form.collect::<String>() == "0000-00-00 00:00"
}

#[test]
fn every_page_keeps_the_rules_for_government_sites() {
    let server = with_address(None);
    let gone = publish(&server, &draft("撤回的通知", "正文。"));
    publish(&server, &draft("一则通知", "第一段。\n第二段。"));
    let item = [
        ("code", "QZ-1"),
        ("type", "行政检查"),
        ("name", "校车安全检查"),
        ("duty_section", "安全科"),
        ("listed_on", "2022-03-01"),
    ];
    open(&server, "power_list", &item);
    let (app, legal) = (server.app(), person(&server, "legal"));
    publish(
        &server,
        &app.draft_from_ledger(&legal, "power_list").unwrap(),
    );
    let site = app.site("test").unwrap();
    let id = &site.article(gone.rsplit('/').next().unwrap()).unwrap().id;
    app.withdraw_publication(&legal, id, "内容有误", "")
        .unwrap();
    let mut reader = server.nobody();
    let mut pages = crawl(&mut reader);
    pages.push((gone.clone(), reader.get(&gone).text()));
    for kind in ["ask", "exams", "surveys", "status", "verify", "reports"] {
        let path = format!("/portal/{kind}");
        pages.push((path.clone(), reader.get(&path).text()));
    }
    let kinds = kinds(pages);
    for kind in [
        "", "articles", "columns", "rows", "search", "about", "ask", "status",
    ] {
        assert!(
            kinds.contains_key(kind),
            "no page of {kind}: {:?}",
            kinds.keys()
        );
    }
    for (path, page) in kinds.values().flatten() {
        let count = |what: &str| page.matches(what).count();
        assert_eq!(count("<h1"), 1, "{path}: one heading of the page");
        assert_eq!(count("<main"), 1, "{path}");
        assert!(
            page.contains("<html lang=\"zh-CN\""),
            "{path}: its language"
        );
        assert!(page.contains("href=\"#main\""), "{path}: a way to the text");
        let title = page.split("<title>").nth(1).unwrap_or_default();
        assert!(title.starts_with(|c: char| c != '<'), "{path}: a title");
        assert_eq!(meta(page, "SiteName"), Some("测试市教育局"), "{path}");
        assert_eq!(meta(page, "SiteDomain"), Some(super::ADDRESS), "{path}");
        assert!(
            page.contains("网站找错"),
            "{path}: where to report a mistake"
        );
        for others in ["src=\"http", "src=\"//", "url(http", "<iframe"] {
            assert!(!page.contains(others), "{path}: {others}");
        }
        // Markup is small enough for a telephone: what a list shows is bounded by its pages.
        assert!(page.len() < 100_000, "{path}: {} bytes", page.len());
    }
    for (path, page) in &kinds["articles"] {
        for name in ["ArticleTitle", "ContentSource", "ColumnName"] {
            let said = meta(page, name).unwrap_or_default();
            // What was withdrawn says no more whence it came.
            let gone = name == "ContentSource" && page.contains("这条信息已撤回");
            assert!(gone || !said.is_empty(), "{path}: {name}");
        }
        let on = meta(page, "PubDate").unwrap_or_default();
        assert!(is_moment(on), "{path}: {on}");
    }
    // No column is listed that has nothing in it.
    for (path, page) in &kinds["columns"] {
        let index = path == "/portal/columns";
        let filled = page.contains("article-list") || page.contains("<tbody");
        assert!(index || filled, "{path} is blank");
    }
}

#[test]
fn a_publication_can_be_taken_along_as_a_word_document() {
    let server = with_address(None);
    let path = publish(
        &server,
        &app::publication::desk::Draft {
            document_number: "测教〔2023〕7号".to_owned(),
            ..draft(
                "收费办法",
                "## 第一章\n第一段。\n| 项目 | 元 |\n| 餐费 | 8 |",
            )
        },
    );
    let mut reader = server.nobody();
    let file = format!("{path}/text.docx");
    assert!(
        reader
            .get(&path)
            .text()
            .contains(&format!("href=\"{file}\""))
    );
    let answer = reader.get(&file);
    let disposition = answer.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let read = office::docx::read(&answer.body, &office::Limits::default()).unwrap();
    let text = read.to_plain();
    for part in [
        "收费办法",
        "测教〔2023〕7号",
        "第一章",
        "第一段。",
        "餐费",
        super::ADDRESS,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // What the file says of its maker is the office.
    let left = office::docx::leftovers(&answer.body, &office::Limits::default()).unwrap();
    assert!(left.people.iter().all(|p| p == "测试市教育局"), "{left:?}");
    assert_eq!(reader.get("/portal/articles/none/text.docx").status, 404);
    // Taking it along is not reading the page once more.
    server.web().settle_views().unwrap();
    assert_eq!(server.app().views("test").unwrap(), [(path.clone(), 1)]);
    let site = server.app().site("test").unwrap();
    let id = site.articles[0].id.clone();
    let legal = person(&server, "legal");
    server
        .app()
        .withdraw_publication(&legal, &id, "内容有误", "")
        .unwrap();
    assert_eq!(reader.get(&file).status, 404, "what is withdrawn is gone");
}

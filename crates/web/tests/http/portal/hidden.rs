//! What is not public is nowhere: pages, feeds, data, search, exported site.

use super::{after, crawl, draft, files_below, person, publish, sheet_text};
use crate::server::Server;

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
    let mut links = 0;
    for file in files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let is_page = file.extension().is_some_and(|end| end == "html");
        for link in text.split(" href=\"/").skip(1).filter(|_| is_page) {
            let link = link.split(['"', '#']).next().unwrap().replace("&amp;", "&");
            let there = folder.path().join(&link);
            let leads = there.is_file() || there.join("index.html").is_file();
            assert!(
                leads,
                "{} leads to /{link}, which is no file",
                file.display()
            );
            links += 1;
        }
        assert!(
            !is_page || !text.contains(" action=\"/"),
            "{}",
            file.display()
        );
        for secret in &secrets {
            assert!(!text.contains(secret), "{} shows {secret}", file.display());
        }
    }
    assert!(links > 200, "{links} links were followed");
    let books = pages.iter().filter(|(path, _)| path.ends_with(".xlsx"));
    for (path, _) in books {
        let bytes = nobody.get(path).body;
        let text = sheet_text(&bytes);
        assert!(secrets.iter().all(|s| !text.contains(s)), "{path}");
    }
}

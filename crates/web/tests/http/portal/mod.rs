//! The portal as its readers, its writers and the office meet it; here what its tests share.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
};

use app::{
    Actor, App, Target,
    catalogue::value::{Fields, Value},
    entry::NewEntry,
    publication::desk::Draft,
};

use crate::{browser::Browser, server::Server};

mod articles;
mod finding;
mod foot;
mod guarded;
pub mod handing_in;
mod hidden;
mod papers;
mod publishing;
mod reading;
mod registers;
mod reports;
pub mod rounds;
mod rules;

pub fn draft(title: &str, body: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        column: "通知公告".to_owned(),
        made_on: Some("2023-01-11".parse().unwrap()),
        body: body.to_owned(),
        author: "测试市教育局".to_owned(),
        source: "测试市教育局".to_owned(),
        ..Draft::default()
    }
}

pub fn person(server: &Server, login: &str) -> Actor {
    server.app().actor_by_login(login).unwrap().unwrap()
}

/// Publishes as two people do; answers the address of the page.
pub fn publish(server: &Server, draft: &Draft) -> String {
    let (clerk, legal) = (person(server, "clerk"), person(server, "legal"));
    let app = server.app();
    let id = app.save_publication(&clerk, None, draft).unwrap();
    app.submit_publication(&clerk, &id).unwrap();
    app.release_publication(&legal, &id).unwrap();
    let site = app.site("test").unwrap();
    let article = site.articles.iter().find(|a| a.id == id).unwrap();
    format!("/portal/articles/{}", article.slug())
}

pub fn after(server: &Server, seconds: i64) {
    let now = server.clock.now().as_second() + seconds;
    server.clock.set(jiff::Timestamp::from_second(now).unwrap());
}

/// Every address of the portal that links lead to, with its content.
pub fn crawl(browser: &mut Browser) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<String> = [
        "/portal",
        "/sitemap.xml",
        "/portal/data",
        "/portal/search?q=%E7%8E%8B",
    ]
    .map(str::to_owned)
    .into();
    let mut pages = Vec::new();
    while let Some(path) = open.pop_front() {
        if !seen.insert(path.clone()) || path.starts_with("/portal/mode") {
            continue;
        }
        let answer = browser.get(&path);
        assert!(
            answer.status == 200 || answer.status == 422,
            "{path}: {}",
            answer.status
        );
        for link in answer.links("/portal") {
            open.push_back(link.split('#').next().unwrap().to_owned());
        }
        pages.push((path, answer.text()));
    }
    pages
}

pub fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

pub fn sheet_text(bytes: &[u8]) -> String {
    let mut book = office::xlsx::Book::from_bytes(bytes, &office::Limits::default()).unwrap();
    let mut text = String::new();
    book.rows(0, |row| {
        for cell in &row.cells {
            text.push_str(&cell.value.to_text());
            text.push('\n');
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    text
}

/// Where the portal of [`with_address`] says it stands.
pub const ADDRESS: &str = "https://jyj.example.cn";

/// A page-setter that answers with the order.
pub const ECHO: &str = "/bin/cat";

/// A site whose portal knows its own address.
pub fn with_address(typeset: Option<&Path>) -> Server {
    let named = |app: App| {
        let mut settings = (*app.portal).clone();
        settings.address = ADDRESS.to_owned();
        app.with_portal(settings)
    };
    Server::furnished(&Target::scratch(), named, typeset)
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pair = |(id, text): &(&str, &str)| ((*id).to_owned(), Value::Text((*text).to_owned()));
    pairs.iter().map(pair).collect()
}

pub fn open(server: &Server, ledger: &str, pairs: &[(&str, &str)]) -> String {
    let new = NewEntry {
        happened_on: "2023-01-05".parse().unwrap(),
        fields: fields(pairs),
    };
    server
        .app()
        .open(&Actor::system("test"), ledger, new)
        .unwrap()
}

//! What other programs follow: Atom feeds, the site map, the word to robots.

use std::sync::Arc;

use app::{
    AppError,
    publication::{Article, plain},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    paths,
    visit::{Asked, Content, Visit},
};
use crate::{Web, ui::raw::xml_declaration};

/// Entries of a feed.
const ENTRIES: usize = 30;
/// When a feed changed in which nothing is yet.
const EARLY: &str = "2000-01-01";

fn xml(media_type: &'static str, markup: Markup) -> Content {
    let text = html! { (xml_declaration()) (markup) };
    Content::file(media_type, text.into_string().into_bytes())
}

/// An instant as feeds want it, from `2022-12-07 09:30` in China.
fn instant(at: &str) -> String {
    let (day, time) = at.split_once(' ').unwrap_or((at, "00:00"));
    format!("{day}T{time}:00+08:00")
}

/// The feed of a column.
pub async fn atom(State(web): State<Web>, Path(column): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let settings = visit.settings();
        let column = settings
            .column(&column)
            .ok_or(AppError::NotFound("这个栏目"))?;
        let site = visit.site()?;
        let mut entries: Vec<(String, String, String, String)> = site
            .of_column(&column.id)
            .take(ENTRIES)
            .map(|a| {
                (
                    paths::article(a),
                    a.title.clone(),
                    instant(&a.published_at),
                    summary(a),
                )
            })
            .collect();
        if let Some(register) = site.registers.get(&column.id) {
            // A row whose day is not public is as old as the register's opening.
            let opening =
                |a: &&Arc<Article>| a.opens_ledger.as_deref() == Some(&*register.ledger.id);
            let opened = site.articles.iter().find(opening);
            let opened = opened.map_or(EARLY, |a| a.published_at.as_str());
            let rows = register.rows.iter().take(ENTRIES);
            entries.extend(rows.map(|row| {
                let cells: Vec<String> = row
                    .cells
                    .iter()
                    .map(|(_, n, t)| format!("{n}：{t}"))
                    .collect();
                (
                    paths::row(&column.id, &row.entry),
                    row.title.clone(),
                    instant(if row.on.is_empty() { opened } else { &row.on }),
                    cells.join("；"),
                )
            }));
        }
        let updated = entries.iter().map(|e| e.2.clone()).max();
        let updated = updated.unwrap_or_else(|| instant(EARLY));
        let organ = visit.organ_name();
        let own = settings.full(&paths::column_file(&column.id, "feed.atom"));
        let feed = html! {
            feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN" {
                title { (organ) " " (column.name) }
                id { (own) }
                updated { (updated) }
                author { name { (organ) } }
                link rel="self" href=(own) {}
                @for (path, title, at, words) in &entries {
                    entry {
                        title { (title) }
                        id { (settings.full(path)) }
                        link href=(settings.full(path)) {}
                        updated { (at) }
                        summary { (words) }
                    }
                }
            }
        };
        Ok(xml("application/atom+xml; charset=utf-8", feed))
    })
    .await
}

fn summary(article: &Article) -> String {
    const CHARS: usize = 200;
    let text = match article.summary.is_empty() {
        true => plain(&article.body),
        false => article.summary.clone(),
    };
    text.chars().take(CHARS).collect()
}

/// Every page that can be read, for search engines.
pub async fn site_map(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let map = html! {
            urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
                @for (path, day) in all(visit)? {
                    url { loc { (visit.settings().full(&path)) } @if !day.is_empty() { lastmod { (day) } } }
                }
            }
        };
        Ok(xml("application/xml; charset=utf-8", map))
    })
    .await
}

/// The addresses of all reading pages with the day of their last change.
fn all(visit: &Visit) -> Result<Vec<(String, String)>, AppError> {
    // The limit of the format.
    const ADDRESSES_MAX: usize = 50_000;
    let site = visit.site()?;
    let fixed = [
        paths::HOME,
        paths::COLUMNS,
        paths::REPORTS,
        paths::DATA,
        paths::ABOUT,
    ];
    let mut all: Vec<(String, String)> = fixed
        .iter()
        .map(|p| ((*p).to_owned(), String::new()))
        .collect();
    for column in visit.settings().columns.iter().filter(|c| site.has(&c.id)) {
        all.push((paths::column(&column.id), String::new()));
    }
    for article in site.articles.iter().filter(|a| a.withdrawn.is_none()) {
        all.push((paths::article(article), article.day().to_owned()));
    }
    for (column, register) in &site.registers {
        let rows = register.rows.iter();
        all.extend(rows.map(|r| (paths::row(column, &r.entry), r.on.clone())));
    }
    all.truncate(ADDRESSES_MAX);
    Ok(all)
}

/// Robots may read everything that is for reading.
pub async fn robots(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let text = format!(
            "User-agent: *\nDisallow: /portal/status\nDisallow: /portal/ask/\nDisallow: /portal/exams/\nDisallow: /portal/mode\nDisallow: /portal/search\nSitemap: {}\n",
            visit.settings().full("/sitemap.xml")
        );
        Ok(Content::file("text/plain; charset=utf-8", text.into_bytes()))
    })
    .await
}

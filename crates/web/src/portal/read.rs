//! Columns: lists of articles, or the rows of a register.

use std::sync::Arc;

use app::{AppError, publication::Article};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths, registers,
    visit::{Asked, Content, Visit},
};
use crate::{Web, ui::notice::Link};

/// Articles on a page.
const ARTICLES: usize = 20;

/// A column.
pub async fn column(State(web): State<Web>, Path(column): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| show(visit, &column, 1)).await
}

/// A later page of a column.
pub async fn column_page(
    State(web): State<Web>,
    Path((column, page)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    web.read(asked, move |visit| {
        let page = page.parse().ok().filter(|n| (2..10_000).contains(n));
        show(visit, &column, page.ok_or(AppError::NotFound("这一页"))?)
    })
    .await
}

fn show(visit: &Visit, id: &str, page: usize) -> Result<Content, AppError> {
    let settings = visit.settings();
    let column = settings.column(id).ok_or(AppError::NotFound("这个栏目"))?;
    let site = visit.site()?;
    if let Some(register) = site.registers.get(id) {
        return registers::list(visit, column, register, page);
    }
    let all: Vec<Arc<Article>> = site.of_column(id).cloned().collect();
    let pages = all.len().div_ceil(ARTICLES).max(1);
    if page > pages {
        return Err(AppError::NotFound("这一页"));
    }
    let shown: Vec<_> = all
        .iter()
        .skip((page - 1) * ARTICLES)
        .take(ARTICLES)
        .cloned()
        .collect();
    let main = html! {
        div.page-head {
            h1 { (column.name) }
            p { (column.about) @if !all.is_empty() { " 共 " (all.len()) " 条。" } }
        }
        @if all.is_empty() {
            @if column.ledger.is_some() { p { "这份名录还没有开放。" } }
            @else { p { "这个栏目还没有公开的信息。需要的信息没有公开的，可以" a href=(paths::ask(app::inquiry::Kind::Disclosure)) { "申请公开" } "。" } }
        }
        (article_list(visit, &shown))
        (pager(id, page, pages))
        (tools(id, !all.is_empty(), false))
    };
    let feed = (column.name.clone(), paths::column_file(id, "feed.atom"));
    let view = View {
        feed: Some(feed),
        meta: vec![
            ("ColumnName", column.name.clone()),
            ("ColumnDescription", column.about.clone()),
        ],
        ..View::new(paths::COLUMNS, &column.name, main)
    };
    Ok(visit.page(view.below(vec![Link::new("公开目录", paths::COLUMNS)])))
}

/// A list of articles.
pub fn article_list(visit: &Visit, articles: &[Arc<Article>]) -> Markup {
    html! {
        @if !articles.is_empty() {
            ul.article-list {
                @for a in articles {
                    li {
                        a href=(paths::article(a)) { (a.title) }
                        p.hint {
                            @if let Some(column) = visit.settings().column(&a.column) { span { (column.name) } " " }
                            @if !a.document_number.is_empty() { span { (a.document_number) } " " }
                            @if a.validity == "失效" || a.validity == "废止" { span.lapsed { (a.validity) } " " }
                            time datetime=(a.day()) { (a.day()) }
                        }
                    }
                }
            }
        }
    }
}

/// Pages before and after.
pub fn pager(column: &str, page: usize, pages: usize) -> Markup {
    html! {
        @if pages > 1 {
            nav.portal-pager aria-label="分页" {
                @if page > 1 { a rel="prev" href=(paths::column_page(column, page - 1)) { "上一页" } }
                span { "第 " (page) " 页，共 " (pages) " 页" }
                @if page < pages { a rel="next" href=(paths::column_page(column, page + 1)) { "下一页" } }
            }
        }
    }
}

/// What can be taken away from a column.
pub fn tools(column: &str, filled: bool, credit: bool) -> Markup {
    html! {
        p.column-tools {
            a href=(paths::column_file(column, "feed.atom")) { "订阅（Atom）" }
            @if filled {
                @for (file, name) in [("data.csv", "CSV"), ("data.json", "JSON"), ("data.xlsx", "XLSX")] {
                    " " a href=(paths::column_file(column, file)) { "下载 " (name) }
                }
            }
            @if filled && credit {
                @for (file, name) in [("credit.xlsx", "XLSX"), ("credit.json", "JSON"), ("credit.xml", "XML")] {
                    " " a href=(paths::column_file(column, file)) { "双公示数据 " (name) }
                }
            }
        }
    }
}

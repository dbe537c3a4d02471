//! Search over everything published.

use app::publication::search::SearchAsk;
use axum::{extract::State, response::Response};
use maud::{Markup, html};

use super::{frame::View, paths, visit::Asked};
use crate::{Web, routes::with_query};

/// Hits on a page.
const HITS: usize = 20;

/// The page of hits.
pub async fn show(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let page: usize = visit.asked("page").parse().unwrap_or(1).clamp(1, 500);
        let ask = SearchAsk {
            words: visit.asked("q"),
            column: visit.asked("column"),
            year: visit.asked("year"),
            skip: (page - 1) * HITS,
            take: HITS,
        };
        let found = visit.site()?.search(&ask);
        let pages = found.count.div_ceil(HITS).max(1);
        let column_name = |id: &str| {
            let column = visit.settings().column(id);
            column.map_or_else(String::new, |c| c.name.clone())
        };
        let main = html! {
            div.page-head { h1 { "搜索" @if !ask.words.is_empty() { "“" (ask.words) "”" } }
                p role="status" { (said(&ask, &found)) } }
            @if !found.columns.is_empty() {
                div.search-narrow {
                    (narrow("栏目", "column", &ask, found.columns.iter().map(|(id, n)| (id.clone(), column_name(id), *n)).collect()))
                    (narrow("年份", "year", &ask, found.years.iter().map(|(y, n)| (y.clone(), format!("{y} 年"), *n)).collect()))
                }
            }
            ol.article-list {
                @for hit in &found.hits {
                    li {
                        a href=(paths::target(&hit.target)) { (hit.title) }
                        @if !hit.excerpt.is_empty() { p.excerpt { (hit.excerpt) } }
                        p.hint { span { (column_name(&hit.column)) } " " @if !hit.number.is_empty() { span { (hit.number) } " " } time datetime=(hit.on) { (hit.on) } }
                    }
                }
            }
            @if pages > 1 {
                nav.portal-pager aria-label="分页" {
                    @if page > 1 { a rel="prev" href=(address(&ask, page - 1)) { "上一页" } }
                    span { "第 " (page) " 页，共 " (pages) " 页" }
                    @if page < pages { a rel="next" href=(address(&ask, page + 1)) { "下一页" } }
                }
            }
        };
        let title = if ask.words.is_empty() { "搜索".to_owned() } else { format!("搜索“{}”", ask.words) };
        let view = View { searched: ask.words.clone(), ..View::new("", title, main) };
        Ok(visit.page(view))
    })
    .await
}

fn said(ask: &SearchAsk, found: &app::publication::search::Found) -> Markup {
    html! {
        @if ask.words.trim().is_empty() { "请在上方写名称、文号、学校或任何词语。" }
        @else if found.count == 0 { "没有找到。可以换一个说法，或从“公开目录”按栏目找；没有公开的信息可以申请公开。" }
        @else if found.forgiven { "没有完全相同的，以下 " (found.count) " 条相近：" }
        @else { "找到 " (found.count) " 条，标题里有的在前。" }
    }
}

fn narrow(
    name: &str,
    field: &str,
    ask: &SearchAsk,
    values: Vec<(String, String, usize)>,
) -> Markup {
    let chosen = if field == "column" {
        &ask.column
    } else {
        &ask.year
    };
    let to = |value: &str| {
        let (column, year) = match field {
            "column" => (value, ask.year.as_str()),
            _ => (ask.column.as_str(), value),
        };
        with_query(
            paths::SEARCH,
            &[("q", &ask.words), ("column", column), ("year", year)],
        )
    };
    html! {
        div { span.narrow-name { (name) "：" }
            ul {
                @if !chosen.is_empty() { li { a href=(to("")) { "全部" } } }
                @for (value, label, n) in &values {
                    li { @if value == chosen { strong { (label) "（" (n) "）" } } @else { a href=(to(value)) { (label) "（" (n) "）" } } }
                }
            }
        }
    }
}

fn address(ask: &SearchAsk, page: usize) -> String {
    let page = page.to_string();
    let pairs = [
        ("q", ask.words.as_str()),
        ("column", ask.column.as_str()),
        ("year", ask.year.as_str()),
        ("page", page.as_str()),
    ];
    with_query(paths::SEARCH, &pairs)
}

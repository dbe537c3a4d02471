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
            organ: visit.asked("organ"),
            number: visit.asked("number"),
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
            (by_number(&ask))
            @if !found.columns.is_empty() || filters(&ask).iter().any(|(_, value)| !value.is_empty()) {
                div.search-narrow {
                    (narrow("栏目", "column", &ask, found.columns.iter().map(|(id, n)| (id.clone(), column_name(id), *n)).collect()))
                    (narrow("年份", "year", &ask, found.years.iter().map(|(y, n)| (y.clone(), format!("{y} 年"), *n)).collect()))
                    (narrow("机关", "organ", &ask, found.organs.iter().map(|(o, n)| (o.clone(), o.clone(), *n)).collect()))
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
                    @if page > 1 { a rel="prev" href=(with(&ask, "page", &(page - 1).to_string())) { "上一页" } }
                    span { "第 " (page) " 页，共 " (pages) " 页" }
                    @if page < pages { a rel="next" href=(with(&ask, "page", &(page + 1).to_string())) { "下一页" } }
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
    let words = std::iter::once(ask.words.as_str());
    let mut asked = words.chain(filters(ask).map(|(_, value)| value));
    let nothing = asked.all(|text| text.trim().is_empty());
    html! {
        @if nothing { "请在上方写名称、文号、学校或任何词语。" }
        @else if found.count == 0 { "没有找到。可以换一个说法，或从“公开目录”按栏目找；没有公开的信息可以申请公开。" }
        @else if found.forgiven { "没有完全相同的，以下 " (found.count) " 条相近：" }
        @else { "找到 " (found.count) " 条，标题里有的在前。" }
    }
}

/// What narrows a search beside its words: name in the address and value.
fn filters(ask: &SearchAsk) -> [(&'static str, &str); 4] {
    [
        ("column", &ask.column),
        ("year", &ask.year),
        ("organ", &ask.organ),
        ("number", &ask.number),
    ]
}

/// The address of a search with one thing changed.
fn with(ask: &SearchAsk, changed: &str, value: &str) -> String {
    let mut pairs = vec![("q", ask.words.as_str())];
    let kept = filters(ask)
        .into_iter()
        .filter(|(name, _)| *name != changed);
    pairs.extend(kept);
    pairs.push((changed, value));
    pairs.retain(|(_, value)| !value.is_empty());
    with_query(paths::SEARCH, &pairs)
}

/// The number of a document is typed, everything else is chosen.
fn by_number(ask: &SearchAsk) -> Markup {
    html! {
        form.inline-search method="get" action=(paths::SEARCH) role="search" aria-label="按文号查" {
            @for (name, value) in [("q", ask.words.as_str())].into_iter().chain(filters(ask)) {
                @if name != "number" && !value.is_empty() { input type="hidden" name=(name) value=(value); }
            }
            label for="number" { "文号或索引号" }
            input type="text" id="number" name="number" value=(ask.number);
            button.btn type="submit" { "按文号查" }
            @if !ask.number.is_empty() { a href=(with(ask, "number", "")) { "不限文号" } }
        }
    }
}

fn narrow(
    name: &str,
    field: &str,
    ask: &SearchAsk,
    values: Vec<(String, String, usize)>,
) -> Markup {
    let chosen = filters(ask).into_iter().find(|(f, _)| *f == field);
    let chosen = chosen.map_or("", |(_, value)| value);
    html! {
        div { span.narrow-name { (name) "：" }
            ul {
                @if !chosen.is_empty() { li { a href=(with(ask, field, "")) { "全部" } } }
                @for (value, label, n) in &values {
                    li { @if value == chosen { strong { (label) "（" (n) "）" } } @else { a href=(with(ask, field, value)) { (label) "（" (n) "）" } } }
                }
            }
        }
    }
}

//! Registers: schools, training institutions, powers, licences, penalties.

use std::sync::Arc;

use app::{
    AppError,
    publication::{Column, Register, RegisterRow, history::RowVersion},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths, qr,
    read::{pager, tools},
    verify,
    visit::{Asked, Content, Visit},
};
use crate::{Web, routes::with_query, ui::notice::Link};

/// Rows on a page.
const ROWS: usize = 30;
/// Fields shown in the list beside the title.
const FIELDS: usize = 4;

/// A page of a register, filtered by what the address says.
pub fn list(
    visit: &Visit,
    column: &Column,
    register: &Arc<Register>,
    page: usize,
) -> Result<Content, AppError> {
    let words = visit.asked("q");
    let chosen: Vec<(String, String)> = register
        .facets
        .iter()
        .map(|f| (f.field.clone(), visit.asked(&f.field)))
        .filter(|(_, v)| !v.is_empty())
        .collect();
    let fits = |row: &&RegisterRow| {
        let named = words.trim();
        let found = named.is_empty() || row.cells.iter().any(|(_, _, t)| t.contains(named));
        found && chosen.iter().all(|(field, value)| row.cell(field) == value)
    };
    let rows: Vec<&RegisterRow> = register.rows.iter().filter(fits).collect();
    let filtered = !words.trim().is_empty() || !chosen.is_empty();
    let pages = rows.len().div_ceil(ROWS).max(1);
    let asked: usize = visit.asked("page").parse().unwrap_or(page);
    let page = if filtered { asked.max(1) } else { page };
    if page > pages {
        return Err(AppError::NotFound("这一页"));
    }
    let shown: Vec<&&RegisterRow> = rows.iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let main = html! {
        div.page-head { h1 { (column.name) } p { (column.about) " 共 " (register.rows.len()) " 条。" } }
        (filter(column, register, &words, &chosen))
        @if filtered { p role="status" { "符合条件的有 " (rows.len()) " 条。" a href=(paths::column(&column.id)) { "看全部" } } }
        @if shown.is_empty() { p { "没有符合条件的记录。请减少条件，或检查名称。" } }
        @else { (rows_table(column, register, &shown)) }
        @if filtered { (filtered_pager(column, &words, &chosen, page, pages)) } @else { (pager(&column.id, page, pages)) }
        @if register.cut { p.hint { "只列出最近的 " (app::publication::register::ROWS_MAX) " 条。" } }
        (taken_down(register))
        (tools(&column.id, true, column.credit.is_some()))
    };
    let feed = (
        column.name.clone(),
        paths::column_file(&column.id, "feed.atom"),
    );
    let view = View {
        feed: Some(feed),
        meta: vec![("ColumnName", column.name.clone())],
        ..View::new(paths::COLUMNS, &column.name, main)
    };
    Ok(visit.page(view.below(vec![Link::new("公开目录", paths::COLUMNS)])))
}

fn filter(
    column: &Column,
    register: &Register,
    words: &str,
    chosen: &[(String, String)],
) -> Markup {
    let value = |field: &str| {
        let found = chosen.iter().find(|(f, _)| f == field);
        found.map_or("", |(_, v)| v.as_str())
    };
    html! {
        form.register-filter method="get" action=(paths::column(&column.id)) role="search" aria-label="在名录中查找" {
            div { label for="q" { "名称或内容" } input type="search" id="q" name="q" value=(words); }
            @for facet in &register.facets {
                @let id = format!("by-{}", facet.field);
                div {
                    label for=(id) { (facet.name) }
                    select id=(id) name=(facet.field) {
                        option value="" { "全部" }
                        @for v in &facet.values { option value=(v) selected[v == value(&facet.field)] { (v) } }
                    }
                }
            }
            button.btn type="submit" { "查找" }
        }
    }
}

fn rows_table(column: &Column, register: &Register, rows: &[&&RegisterRow]) -> Markup {
    let titled = |id: &str| register.ledger.title.iter().any(|t| t.as_str() == id);
    let fields: Vec<&(String, String)> = register
        .fields
        .iter()
        .filter(|(id, _)| !titled(id) && rows.iter().any(|r| !r.cell(id).is_empty()))
        // What the row is called stands in the first column.
        .filter(|(id, _)| rows.iter().any(|r| r.cell(id) != r.title))
        .take(FIELDS)
        .collect();
    html! {
        div.portal-table tabindex="0" role="region" aria-label=(format!("{}列表", column.name)) {
            table {
                caption.unseen { (column.name) }
                thead { tr { th scope="col" { "名称" } @for (_, name) in &fields { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { a href=(paths::row(&column.id, &row.entry)) { (row.title) } }
                            @for (id, name) in &fields { td data-label=(name) { (row.cell(id)) } }
                        }
                    }
                }
            }
        }
    }
}

fn filtered_pager(
    column: &Column,
    words: &str,
    chosen: &[(String, String)],
    page: usize,
    pages: usize,
) -> Markup {
    let to = |page: usize| {
        let page = page.to_string();
        let mut pairs = vec![("q", words), ("page", page.as_str())];
        pairs.extend(chosen.iter().map(|(f, v)| (f.as_str(), v.as_str())));
        with_query(&paths::column(&column.id), &pairs)
    };
    html! {
        @if pages > 1 {
            nav.portal-pager aria-label="分页" {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { "上一页" } }
                span { "第 " (page) " 页，共 " (pages) " 页" }
                @if page < pages { a rel="next" href=(to(page + 1)) { "下一页" } }
            }
        }
    }
}

/// What was taken down because it does not hold any more, with the reasons.
fn taken_down(register: &Register) -> Markup {
    html! {
        @if !register.gone.is_empty() {
            section.related aria-labelledby="gone" {
                h2 #gone { "撤下的记录" }
                ul { @for gone in &register.gone { li {
                    time datetime=(gone.on) { (gone.on) } " " @if !gone.number.is_empty() { (gone.number) " " } "撤下。理由：" (gone.reason)
                } } }
            }
        }
    }
}

/// How a row became what it is, the newest change first; nothing where the column does not say.
fn versions(versions: &[RowVersion]) -> Markup {
    html! {
        @if !versions.is_empty() {
            section.related aria-labelledby="versions" {
                h2 #versions { "历次调整" }
                ol.versions reversed {
                    @for (at, version) in versions.iter().enumerate().rev() {
                        li {
                            p { time datetime=(version.on) { (version.on) } " "
                                @if at == 0 { "列入" } @else { "调整，比上一版变化 " (version.changes.len()) " 处" } }
                            @if at > 0 {
                                dl.changes { @for (name, before, after) in &version.changes { div {
                                    dt { (name) }
                                    dd { @if !before.is_empty() { del { span.unseen { "原为 " } (before) } " " }
                                        @if after.is_empty() { "（不再有）" } @else { ins { span.unseen { "改为 " } (after) } } }
                                } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A row of a register.
pub async fn row(
    State(web): State<Web>,
    Path((column, entry)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    web.read(asked, move |visit| {
        let missing = || AppError::NotFound("这条记录");
        let site = visit.site()?;
        let register = site.registers.get(&column).ok_or_else(missing)?;
        if let Some(gone) = register.gone.iter().find(|g| g.entry == entry) {
            let main = html! {
                article.record {
                    div.page-head { h1 { "撤下的记录" @if !gone.number.is_empty() { " " (gone.number) } } }
                    div.notice { p.notice-title { "这条记录已撤下" } p { "日期：" (gone.on) "。理由：" (gone.reason) } }
                }
            };
            let above = vec![Link::new("公开目录", paths::COLUMNS)];
            return Ok(visit.page(View::new(paths::COLUMNS, "撤下的记录", main).below(above)));
        }
        let row = register.row(&entry).ok_or_else(missing)?;
        let column = visit.settings().column(&column).ok_or_else(missing)?;
        let path = paths::row(&column.id, &entry);
        let main = html! {
            article.record {
                div.page-head { h1 { (row.title) } }
                dl.article-facts {
                    @for (_, name, text) in &row.cells { div { dt { (name) } dd { (text) } } }
                }
                p.hint { "来源：" (visit.organ_name()) "“" (register.ledger.name) "”台账。个人信息按规定隐去。" }
                (versions(&visit.app().row_versions(&visit.organ, &column.id, &entry)?))
                (verify::seal(visit, &entry)?)
                div.share { (qr::code(&visit.settings().full(&path), "本页的二维码")) }
            }
        };
        let above = vec![
            Link::new("公开目录", paths::COLUMNS),
            Link::new(column.name.as_str(), paths::column(&column.id)),
        ];
        Ok(visit.page(View::new(paths::COLUMNS, row.title.clone(), main).below(above)))
    })
    .await
}

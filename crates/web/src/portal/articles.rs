//! An article: set like print, with the facts of its publication above and its proof below.

use std::sync::Arc;

use app::{
    AppError,
    inquiry::{Item, Standing, VERDICTS},
    publication::{Article, Block, Site, blocks},
    values::dates,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths, qr, verify,
    visit::{Asked, Content, Visit},
};
use crate::{Web, ui::notice::Link};

/// The page of an article.
pub async fn show(State(web): State<Web>, Path(slug): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let site = visit.site()?;
        let article = site.article(&slug).ok_or(AppError::NotFound("这条信息"))?;
        let column = visit.settings().column(&article.column);
        let column_name = column.map_or("", |c| c.name.as_str());
        let main = match &article.withdrawn {
            Some(_) => withdrawn(article),
            None => standing(visit, &site, article)?,
        };
        let above = vec![
            Link::new("公开目录", paths::COLUMNS),
            Link::new(column_name, paths::column(&article.column)),
        ];
        let view = View {
            meta: vec![
                ("ArticleTitle", article.title.clone()),
                ("PubDate", article.published_at.clone()),
                ("ContentSource", article.source.clone()),
                ("ColumnName", column_name.to_owned()),
            ],
            ..View::new(paths::COLUMNS, article.title.clone(), main)
        };
        Ok(visit.page(view.below(above)))
    })
    .await
}

fn withdrawn(article: &Article) -> Markup {
    let gone = article.withdrawn.as_ref();
    html! {
        article.record {
            div.page-head { h1 { (article.title) } }
            div.notice { p.notice-title { "这条信息已撤回" }
                @if let Some(gone) = gone { p { "撤回日期：" (gone.on) "。理由：" (gone.reason) } }
            }
            dl.article-facts {
                div { dt { "索引号" } dd { (article.index_number) } }
                div { dt { "发布时间" } dd { (article.published_at) } }
            }
        }
    }
}

fn standing(visit: &Visit, site: &Site, article: &Arc<Article>) -> Result<Markup, AppError> {
    let path = paths::article(article);
    let opinions = visit
        .settings()
        .column(&article.column)
        .is_some_and(|c| c.opinions);
    let today = visit.app().clock.today();
    let open = opinions && article.comments_until.is_some_and(|until| today <= until);
    Ok(html! {
        article.record {
            div.page-head { h1 { (article.title) } }
            (facts(article, visit.views(&path)))
            @if article.validity == "失效" || article.validity == "废止" {
                div.notice { p.notice-title { "本文件已" (article.validity) } }
            }
            @if !article.summary.is_empty() { p.article-summary { (article.summary) } }
            @if open { (invitation(article)) }
            @if !article.facts.is_empty() {
                dl.article-facts { @for (name, value) in &article.facts { div { dt { (name) } dd { (value) } } } }
            }
            div.article-text { (text(&article.body, open.then(|| article.slug()))) }
            @if !article.attachments.is_empty() {
                section.related aria-labelledby="files" {
                    h2 #files { "附件" }
                    ol.attachments { @for (hash, name) in &article.attachments { li { a href=(paths::file(hash)) { (name) } } } }
                }
            }
            (related(site, article))
            @if opinions { (opinion_results(visit, article)?) }
            (foot(visit, site, article, &path)?)
        }
    })
}

fn facts(article: &Article, views: u64) -> Markup {
    let day = |d: Option<dates::Date>| d.map(dates::chinese).unwrap_or_default();
    let pairs = [
        ("索引号", article.index_number.clone()),
        ("发布时间", article.published_at.clone()),
        ("文号", article.document_number.clone()),
        ("生成日期", day(article.made_on)),
        ("作者", article.author.clone()),
        ("来源", article.source.clone()),
        ("有效性", article.validity.clone()),
        ("公开至", day(article.until_on)),
        ("浏览次数", views.to_string()),
    ];
    html! {
        dl.publication-facts {
            @for (name, value) in pairs.iter().filter(|(_, v)| !v.is_empty()) {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// The text of an article; where opinions are asked for, each paragraph leads to the form.
pub fn text(body: &str, opinions: Option<&str>) -> Markup {
    html! {
        @for block in blocks(body) {
            @match block {
                Block::Heading(words) => h2 { (words) },
                Block::Paragraph(number, words) => {
                    p id=(format!("p{number}")) { (words)
                        @if let Some(slug) = opinions {
                            " " a.opinion-link href=(paths::opinion(slug, number))
                                aria-label=(format!("对第 {number} 段提意见")) { "提意见" }
                        }
                    }
                },
                Block::Table(rows) => (table(&rows)),
            }
        }
    }
}

fn table(rows: &[Vec<String>]) -> Markup {
    let number = |cell: &str| {
        let cell = cell.trim_end_matches('%');
        !cell.is_empty()
            && cell
                .chars()
                .all(|c| c.is_ascii_digit() || ".,-".contains(c))
    };
    // A column of numbers has nothing else but words for a number that is missing.
    let numeric = |at: usize| {
        let mut cells = rows.iter().skip(1).filter_map(|row| row.get(at)).peekable();
        cells.peek().is_some() && cells.all(|cell| number(cell) || cell == "未统计" || cell == "—")
    };
    html! {
        div.article-table tabindex="0" role="region" aria-label="表格" {
            table {
                @if let Some(head) = rows.first() {
                    thead { tr { @for (at, cell) in head.iter().enumerate() { th scope="col" class=[numeric(at).then_some("num")] { (cell) } } } }
                }
                tbody {
                    @for row in rows.iter().skip(1) {
                        tr { @for (at, cell) in row.iter().enumerate() { td class=[numeric(at).then_some("num")] { (cell) } } }
                    }
                }
            }
        }
    }
}

fn invitation(article: &Article) -> Markup {
    let until = article.comments_until.map(dates::chinese_with_weekday);
    html! {
        div.notice {
            p.notice-title { "正在征求意见" @if let Some(until) = until { "，截止 " (until) } }
            p { "每一段后面都可以“提意见”，也可以" a href=(paths::opinion(article.slug(), 0)) { "对全文提意见" } "。意见会逐条答复采纳与否；姓名和电话不公开。" }
        }
    }
}

/// What others do to it, and it to others.
fn related(site: &Site, article: &Article) -> Markup {
    let passive = |kind: &str| match kind {
        "修改" => "被修改".to_owned(),
        "废止" => "被废止".to_owned(),
        "解读" => "相关解读".to_owned(),
        other => other.to_owned(),
    };
    let to_it = site.relating_to(&article.index_number);
    let mut lines: Vec<(String, Arc<Article>)> = to_it
        .into_iter()
        .map(|(kind, a)| (passive(&kind), a))
        .collect();
    for relation in &article.relations {
        let slug = relation.target.split_once('/').map_or("", |(_, s)| s);
        if let Some(other) = site.article(slug) {
            lines.push((relation.kind.clone(), Arc::clone(other)));
        }
    }
    html! {
        @if !lines.is_empty() {
            section.related aria-labelledby="related" {
                h2 #related { "相关文件" }
                ul { @for (kind, other) in lines { li { span.relation { (kind) } " " a href=(paths::article(&other)) { (other.title) } } } }
            }
        }
    }
}

fn opinion_results(visit: &Visit, article: &Article) -> Result<Markup, AppError> {
    let all = visit.app().opinions(&visit.organ, &article.id)?;
    let counted: Vec<&Item> = all
        .iter()
        .filter(|i| matches!(i.standing, Standing::Waiting | Standing::Answered))
        .collect();
    let answered: Vec<&&Item> = counted
        .iter()
        .filter(|i| i.standing == Standing::Answered)
        .collect();
    let of = |verdict: &str| {
        let with = answered.iter().filter(|i| i.remark.starts_with(verdict));
        // 不采纳 does not begin with 采纳, 部分采纳 does not either: prefixes are enough.
        with.count()
    };
    Ok(html! {
        section.related aria-labelledby="opinions" {
            h2 #opinions { "意见和采纳情况" }
            p { "收到意见 " (counted.len()) " 条，已答复 " (answered.len()) " 条："
                @for (n, verdict) in VERDICTS.iter().enumerate() { @if n > 0 { "，" } (verdict) " " (of(verdict)) " 条" } "。" }
            @if !answered.is_empty() {
                ol.opinion-list {
                    @for item in answered {
                        @let (verdict, reason) = item.remark.split_once('\n').unwrap_or((item.remark.as_str(), ""));
                        li {
                            p { @if let Ok(number) = item.field("paragraph").parse::<u32>() { "对第 " (number) " 段：" }
                                (public_words(item)) }
                            p { strong { (verdict) } @if !reason.is_empty() { "。" (reason) } }
                        }
                    }
                }
            }
        }
    })
}

/// What staff have released of an opinion; of older ones what was sent, without numbers.
fn public_words(item: &Item) -> String {
    match item.field("public_text") {
        "" => app::App::public_text_of(item),
        released => released.to_owned(),
    }
}

fn foot(
    visit: &Visit,
    site: &Site,
    article: &Arc<Article>,
    path: &str,
) -> Result<Markup, AppError> {
    let list: Vec<&Arc<Article>> = site.of_column(&article.column).collect();
    let at = list.iter().position(|a| a.id == article.id);
    let newer = at
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| list.get(at));
    let older = at.and_then(|at| list.get(at + 1));
    Ok(html! {
        (verify::seal(visit, &article.id)?)
        div.share {
            (qr::code(&visit.settings().full(path), "本页的二维码"))
            p.article-actions {
                button.btn.needs-script type="button" data-print { "打印" }
                " " a.btn href=(paths::word(article)) { "下载（Word）" }
                " " a.btn href=(paths::column(&article.column)) { "关闭" }
            }
        }
        nav.neighbours aria-label="上一条和下一条" {
            @if let Some(a) = newer { p { "上一条：" a rel="prev" href=(paths::article(a)) { (a.title) } } }
            @if let Some(a) = older { p { "下一条：" a rel="next" href=(paths::article(a)) { (a.title) } } }
        }
    })
}

/// A file attached to something published.
pub async fn file(State(web): State<Web>, Path(hash): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let (bytes, _, name) = visit.app().public_file(&visit.organ, &hash)?;
        // Always a download of bytes: nothing that was uploaded is shown by a browser.
        Ok(Content::download("application/octet-stream", name, bytes))
    })
    .await
}

//! A signed paper by the code printed on it: whether it was signed here and still holds.

use app::{
    AppError,
    publication::paper::{PublicPaper, Record},
    values::dates,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths,
    visit::{Asked, Visit},
};
use crate::{Web, routes, ui::notice::Link};

/// The page of a paper. It is not kept by anybody: whoever has no paper has no business with it.
pub async fn show(
    State(web): State<Web>,
    Path((entry, paper)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    web.visit(asked, move |visit| {
        let found = visit.app().public_paper(&visit.organ, &entry, &paper)?;
        let main = page(visit, &found, &paths::paper_proof(&entry, &paper));
        let view = View {
            meta: vec![("robots", "noindex".to_owned())],
            ..View::new(paths::VERIFY, "核验文书", main)
        };
        let view = view.below(vec![Link::new("查询验证", paths::VERIFY)]);
        Ok(visit.respond(axum::http::StatusCode::OK, view))
    })
    .await
}

fn page(visit: &Visit, paper: &PublicPaper, proof: &str) -> Markup {
    let day = paper.on.parse().map(dates::chinese);
    let facts = [
        ("签发机关", visit.organ_name()),
        ("文书", paper.name.clone()),
        ("文号", paper.number.clone().unwrap_or_default()),
        ("落款日期", day.unwrap_or_default()),
    ];
    html! {
        article.record {
            div.page-head { h1 { "核验文书" } }
            div.notice {
                @if paper.voided {
                    p.notice-title { "这份文书所在的记录已经作废" }
                    p { "文书确由本机关签发过，现在不再作数。请向本机关询问。" }
                } @else {
                    p.notice-title { "这份文书由本机关签发" }
                    @if paper.versions > 1 { p { "签发后更正过，现行的是第 " (paper.versions) " 次签发的文本；手里的文本以落款日期相同的为准。" } }
                    @else { p { "签发以后没有改动过。请核对下面的文种、文号和日期是否与手里的一致。" } }
                }
            }
            dl.article-facts {
                @for (name, value) in facts.iter().filter(|(_, v)| !v.is_empty()) { div { dt { (name) } dd { (value) } } }
                div { dt { "文本的摘要" } dd { code.key { (paper.hash) } } }
            }
            @if !paper.records.is_empty() {
                section.related aria-labelledby="public" {
                    h2 #public { "已公开的记录" }
                    ul { @for record in &paper.records { li { (link(record)) } } }
                }
            }
            section.related aria-labelledby="proof" {
                h2 #proof { "存证" }
                @match &paper.proof {
                    Some(found) => p { "签发这件事是日志的第 " (found.leaf_index) " 片，记于 " (found.recorded_on) "。 "
                        a href=(proof) { "下载证明文件" } " " a href=(routes::CHECKPOINT) { "最新存证点" } " " a href=(paths::VERIFY) { "怎样核对" } },
                    None => p { "刚刚签发，日志还没有签名；请稍后再看。" },
                }
            }
        }
    }
}

fn link(record: &Record) -> Markup {
    match record {
        Record::Article(title, slug) => html! { a href=(paths::slug(slug)) { (title) } },
        Record::Row(title, column, entry) => {
            html! { a href=(paths::row(column, entry)) { (title) } }
        }
    }
}

/// The proof of the signing, as a file.
pub async fn proof(
    State(web): State<Web>,
    Path((entry, paper)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    web.visit(asked, move |visit| {
        let found = visit.app().public_paper(&visit.organ, &entry, &paper)?;
        let proof = found.proof.ok_or(AppError::NotFound("这个证明"))?;
        let name = format!("yifa-{}.tlog-proof", proof.leaf_index);
        crate::context::download("text/plain; charset=utf-8", &name, proof.file.into_bytes())
    })
    .await
}

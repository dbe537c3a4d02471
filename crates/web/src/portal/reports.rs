//! Annual reports: the frozen text, each figure leading to its definition.

use app::report::PaperPiece;
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    defined,
    frame::View,
    paths,
    visit::{Asked, Visit},
};
use crate::{Web, ui::notice::Link};

/// All reports that are frozen and open.
pub async fn index(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let site = visit.site()?;
        let reports: Vec<(String, String, String)> = site
            .of_column("reports")
            .filter_map(|a| Some((a.report.clone()?, a.title.clone(), a.day().to_owned())))
            .collect();
        let disclosure: Vec<_> = site.of_column("disclosure-reports").cloned().collect();
        let main = html! {
            div.page-head { h1 { "年度报告" } p { "报告里每一个数都可以点开：它怎样定义、来自哪本台账。" } }
            @if reports.is_empty() && disclosure.is_empty() { p { "还没有公布的年度报告。" } }
            @if !reports.is_empty() {
                section aria-labelledby="law" { h2 #law { "法治政府建设年度报告" }
                    ul.article-list { @for (id, title, on) in &reports { li { a href=(paths::report(id)) { (title) } p.hint { (on) " 公布" } } } } }
            }
            @if !disclosure.is_empty() {
                section aria-labelledby="foi" { h2 #foi { "政府信息公开工作年度报告" }
                    (super::read::article_list(visit, &disclosure)) }
            }
        };
        Ok(visit.page(View::new(paths::REPORTS, "年度报告", main)))
    })
    .await
}

/// A report.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let snapshot = visit.app().public_report(&visit.organ, &id)?;
        let paper = &snapshot.paper;
        let mut used: Vec<usize> = Vec::new();
        let text = html! {
            @for part in &paper.parts {
                @if !part.heading.is_empty() {
                    @if part.level <= 1 { h2 { (part.heading) } } @else { h3 { (part.heading) } }
                }
                @for paragraph in &part.paragraphs {
                    p { @for piece in &paragraph.pieces { (self::piece(piece, &snapshot.figures, &mut used)) } }
                }
            }
        };
        let main = html! {
            article.record {
                div.page-head { h1 { (paper.title) } }
                dl.publication-facts {
                    div { dt { "存证大小" } dd { (snapshot.tree_size) } }
                    div { dt { "数据" } dd { (snapshot.figures.len()) " 项" } }
                }
                div.article-text { (text) }
                section aria-labelledby="figures" {
                    h2 #figures { "报告中的数据" }
                    p.hint { "报告定稿后不再改变；以后台账有更正的，另行公布差异。" }
                    (figures(visit, &snapshot.figures))
                }
            }
        };
        let view = View::new(paths::REPORTS, paper.title.clone(), main);
        Ok(visit.page(view.below(vec![Link::new("年度报告", paths::REPORTS)])))
    })
    .await
}

fn piece(
    piece: &PaperPiece,
    figures: &[app::report::FrozenFigure],
    used: &mut Vec<usize>,
) -> Markup {
    let found = match piece {
        PaperPiece::Figure { figure, text, .. } => figures
            .iter()
            .position(|f| f.figure == *figure && f.text == *text),
        _ => None,
    };
    match found {
        Some(at) => {
            used.push(at);
            html! { a.quiet-figure href=(format!("#figure-{}", at + 1)) { (piece.text()) } }
        }
        None => html! { (piece.text()) },
    }
}

fn figures(visit: &Visit, figures: &[app::report::FrozenFigure]) -> Markup {
    let catalogue = visit.app().catalogue();
    html! {
        dl.figure-list {
            @for (n, f) in (1..).zip(figures) {
                div id=(format!("figure-{n}")) tabindex="-1" {
                    dt { (f.name) " " strong { (f.text) (f.unit) } }
                    dd { (defined::frozen(catalogue, f)) }
                }
            }
        }
    }
}

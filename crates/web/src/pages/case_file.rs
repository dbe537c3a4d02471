//! The case file (案卷) of an entry: to print, as PDF, and its originals as a ZIP.

use app::kept::{
    case_file::{CaseFile, Row},
    print::SetPaper,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
    routing::get,
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Workers},
    context::{Web, download, html as respond, stream},
    pages::papers::no_setter,
    routes,
    ui::{
        button::{Button, Press},
        icons::Icon,
        paper::{Block, Paper, Run, paper},
        shell::{PaperPage, paper_page},
    },
};

/// Addresses of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/entries/{entry}/file", get(print))
        .route("/entries/{entry}/file.pdf", get(pdf))
        .route("/entries/{entry}/originals.zip", get(originals))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/entries/{entry}/file", Workers, "a case file to print"),
    access::get("/entries/{entry}/file.pdf", Workers, "a case file as a document"),
    access::get("/entries/{entry}/originals.zip", Workers, "the originals of a case"),
];

async fn print(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let file = page.app().case_file(page.actor(), &id)?;
        let mut tools = vec![
            Button::go("返回本案", routes::entry(&id)),
            Button {
                press: Press::Print,
                icon: Some(Icon::Print),
                ..Button::go("打印", "")
            },
            Button::download("下载原件", routes::entry_part(&id, "originals.zip")),
        ];
        if page.web.typeset.is_some() {
            tools.insert(
                1,
                Button::download("下载 PDF", routes::entry_part(&id, "file.pdf")),
            );
        }
        let markup = paper_page(&PaperPage {
            title: file.title.replace('\n', ""),
            tools,
            paper: whole(&file),
        });
        Ok(respond(StatusCode::OK, markup))
    })
    .await
}

async fn pdf(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        // Whoever may not see the case is told so before anything is said of the program.
        page.app().case_file(page.actor(), &id)?;
        let program = page.web.typeset.as_deref().ok_or_else(no_setter)?;
        let bytes = page.app().case_file_pdf(page.actor(), &id, program)?;
        download("application/pdf", "案卷.pdf", bytes)
    })
    .await
}

async fn originals(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        // Whoever may not read the case is told so while there is still something to answer with.
        page.app().case_file(page.actor(), &id)?;
        let (web, actor) = (page.web.clone(), page.actor().clone());
        stream("application/zip", "原件.zip", move |out| {
            web.app.originals(&actor, &id, out).map(drop)
        })
    })
    .await
}

/// Cover, index, papers, note sheet: each on a page of its own.
fn whole(file: &CaseFile) -> Markup {
    html! {
        (cover(file))
        (index(file))
        @for one in &file.papers { (sheet(one)) }
        (closing(file))
    }
}

fn rows(rows: &[Row]) -> Markup {
    html! {
        dl.case-rows { @for row in rows { div { dt { (row.label) } dd { (row.value) } } } }
    }
}

fn cover(file: &CaseFile) -> Markup {
    paper(&Paper {
        title: format!("{}\n{}", file.organ, file.title),
        blocks: vec![
            Block::Other(rows(&file.cover)),
            Block::Other(html! { p.paper-number { (file.date) } }),
        ],
        ..Paper::default()
    })
}

fn index(file: &CaseFile) -> Markup {
    let list = html! {
        table.case-index {
            thead { tr { th { "序号" } th { "文件名称" } th { "文号" } th { "日期" } th { "备注" } } }
            tbody {
                @for (at, one) in (1..).zip(&file.papers) {
                    tr { td { (at) } td { (one.title) } td { (one.number) } td { (one.date) } td { (one.remark) } }
                }
            }
        }
    };
    paper(&Paper {
        title: "卷内文件目录".to_owned(),
        blocks: vec![Block::Other(list)],
        ..Paper::default()
    })
}

fn sheet(one: &SetPaper) -> Markup {
    let line = |words: &str| Block::Other(html! { p.paper-line { (words) } });
    let mut blocks = Vec::new();
    if !one.number.is_empty() {
        blocks.push(Block::Other(html! { p.paper-number { (one.number) } }));
    }
    if !one.addressee.is_empty() {
        blocks.push(line(&format!("{}：", one.addressee.trim_end_matches('：'))));
    }
    for part in &one.parts {
        if !part.heading.is_empty() {
            blocks.push(Block::Heading {
                level: part.level.max(1),
                id: String::new(),
                text: part.heading.clone(),
            });
        }
        let paragraphs = part
            .paragraphs
            .iter()
            .map(|words| Run::text(words.as_str()));
        blocks.extend(paragraphs.map(|run| Block::Paragraph(vec![run])));
        if let Some(table) = &part.table {
            blocks.push(Block::Other(html! {
                table.case-index {
                    thead { tr { @for head in &table.header { th { (head) } } } }
                    tbody { @for row in &table.rows { tr { @for cell in row { td { (cell) } } } } }
                }
            }));
        }
    }
    blocks.extend(one.signs.iter().map(|label| {
        Block::Other(html! {
            p.paper-sign { span { (label) } span.paper-rule {} span { "年　　月　　日" } }
        })
    }));
    if !one.note.is_empty() {
        blocks.push(Block::Other(html! { p.paper-note { (one.note) } }));
    }
    let title = [one.organ.as_str(), one.title.as_str()];
    let signed = one.sealed && !one.organ.is_empty();
    paper(&Paper {
        title: title
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        blocks,
        signed: signed.then(|| (one.organ.clone(), one.date.clone())),
        ..Paper::default()
    })
}

fn closing(file: &CaseFile) -> Markup {
    let words = file.closing.paragraphs.iter();
    let mut blocks: Vec<Block> = words
        .map(|words| Block::Paragraph(vec![Run::text(words.as_str())]))
        .collect();
    blocks.push(Block::Other(rows(&file.closing.rows)));
    paper(&Paper {
        title: "备考表".to_owned(),
        blocks,
        ..Paper::default()
    })
}

//! Papers (文书): written from a template, edited, signed off, printed, replaced.

use app::{
    AppError,
    catalogue::{definition::Ledger, paper::BLANK},
    entry::Entry,
    kept::paper::{Kind, Paper, PaperVersion},
    kernel::decide::signer,
    values::dates,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Workers},
    context::{Answer, Page, Web, download, html as respond, see_other},
    form::Form,
    pages::entry::{above, name_of, recorded},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::{Button, Press, buttons},
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{Columns, PageHead, Panel, columns, page_head, panel},
        icons::Icon,
        notice::Link,
        shell::{Area, PaperPage, paper_page},
        table::{Cell, Column, Row, Table, table},
    },
};

mod editor;
mod sheet;

use editor::{Draft, Editor, editor};
pub use sheet::sheet;

/// Addresses of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/entries/{entry}/papers/new/{document}",
            get(new_form).post(create),
        )
        .route("/entries/{entry}/papers/{paper}", get(show))
        .route(
            "/entries/{entry}/papers/{paper}/edit",
            get(edit_form).post(save),
        )
        .route("/entries/{entry}/papers/{paper}/sign", post(sign))
        .route("/entries/{entry}/papers/{paper}/print", get(print))
        .route("/entries/{entry}/papers/{paper}/paper.docx", get(docx))
        .route("/entries/{entry}/papers/{paper}/paper.pdf", get(pdf))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/entries/{entry}/papers/new/{document}", Workers, "a new paper"),
    access::post("/entries/{entry}/papers/new/{document}", Workers, "a new paper"),
    access::get("/entries/{entry}/papers/{paper}", Workers, "a paper"),
    access::get("/entries/{entry}/papers/{paper}/edit", Workers, "writing a paper"),
    access::post("/entries/{entry}/papers/{paper}/edit", Workers, "writing a paper"),
    access::post("/entries/{entry}/papers/{paper}/sign", Workers, "signing a paper off"),
    access::get("/entries/{entry}/papers/{paper}/print", Workers, "a paper to print"),
    access::get("/entries/{entry}/papers/{paper}/paper.docx", Workers, "a paper as a document"),
    access::get("/entries/{entry}/papers/{paper}/paper.pdf", Workers, "a paper as a document"),
];

/// A page or file of a paper.
pub fn address(entry: &str, paper: &str, part: &str) -> String {
    let part = if part.is_empty() {
        String::new()
    } else {
        format!("/{part}")
    };
    routes::entry_part(entry, &format!("papers/{paper}{part}"))
}

/// Where a new paper of a kind is begun.
pub fn begin(entry: &str, document: &str) -> String {
    routes::entry_part(entry, &format!("papers/new/{document}"))
}

fn above_paper(entry: &Entry) -> Vec<Link> {
    let mut links = above(&entry.ledger);
    links.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    links
}

/// The papers of an entry, on its page.
pub fn of_entry(page: &Page, entry: &Entry, writes: bool) -> Result<Option<Markup>, AppError> {
    if entry.ledger.documents.is_empty() {
        return Ok(None);
    }
    let papers = page.app().papers(page.actor(), &entry.id)?;
    let rows = papers.iter().map(|paper| row(entry, paper));
    let list = table(&Table {
        caption: "文书".to_owned(),
        columns: vec![
            Column::wide("文书"),
            Column::text("文号"),
            Column::short("状态"),
            Column::text("日期"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    let begun = |id: &str| papers.iter().any(|p| p.document == id);
    let open: Vec<_> = entry
        .ledger
        .documents
        .iter()
        .filter(|d| !begun(&d.id))
        .collect();
    let body = html! {
        @if papers.is_empty() { p.hint { "还没有文书。从下面选一种开始制作，内容会按本案已有的信息填好。" } }
        @else { (list) }
        @if writes && !entry.state.voided {
            details.more open[papers.is_empty()] {
                summary { "制作文书" }
                ul.choose-list {
                    @for document in &entry.ledger.documents {
                        li {
                            a href=(begin(&entry.id, &document.id)) { (document.name) }
                            @if !open.iter().any(|d| d.id == document.id) { span.hint { " 已有，另作一份" } }
                        }
                    }
                }
            }
        }
    };
    Ok(Some(panel(&Panel {
        count: (!papers.is_empty()).then(|| format!("{} 份", papers.len())),
        ..Panel::new("papers", "文书", body)
    })))
}

fn row(entry: &Entry, paper: &Paper) -> Row {
    let shown = paper.version(None);
    let number = shown.and_then(|v| v.number.clone());
    let day = shown.map(|v| dates::chinese(v.date)).unwrap_or_default();
    Row::to(
        address(&entry.id, &paper.id, ""),
        vec![
            Cell::text(paper.name.as_str()),
            number.map_or(Cell::Missing, Cell::text),
            Cell::Badges(standing(paper)),
            Cell::text(day),
        ],
    )
}

/// How a paper stands.
fn standing(paper: &Paper) -> Vec<Badge> {
    let redrafted = paper.newest().is_some_and(|v| !v.signed);
    match (paper.in_force().is_some(), redrafted) {
        (true, false) => vec![Badge::done("已签发")],
        (true, true) => vec![Badge::done("已签发"), Badge::new(Tone::Soon, "正在更正")],
        _ => vec![Badge::new(Tone::Plain, "草稿")],
    }
}

async fn show(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().entry(page.actor(), &id)?;
        let paper = page.app().case_paper(page.actor(), &id, &paper)?;
        let asked = page.asked("version").parse().ok();
        let version = paper.version(asked.or(paper.newest().map(|v| v.version)));
        let version = version.ok_or(AppError::NotFound("这一稿"))?;
        let acts = acts(page, &entry, &paper, version)?;
        let aside = html! { (acts) (versions(&entry, &paper, version)) };
        let main = html! {
            (page_head(&PageHead {
                title: paper.name.clone(),
                kicker: Some(name_of(&entry)),
                badges: standing(&paper),
                lede: version.number.as_ref().map(|n| format!("文号：{n}")),
                ..PageHead::default()
            }))
            (columns(&Columns {
                main: sheet(version, &page.app().organ(&page.actor().organ)?.name, None),
                aside,
                aside_first: true,
            }))
        };
        page.show(View::of(Area::Ledgers, paper.name.clone(), main).below(above_paper(&entry)))
    })
    .await
}

fn acts(
    page: &Page,
    entry: &Entry,
    paper: &Paper,
    version: &PaperVersion,
) -> Result<Markup, AppError> {
    let newest = paper.newest().map(|v| v.version);
    let is_newest = newest == Some(version.version);
    let at = |part: &str| {
        let path = address(&entry.id, &paper.id, part);
        routes::with_query(&path, &[("version", &version.version.to_string())])
    };
    let writes = page.app().may_keep_with(page.actor(), &entry.id).is_ok();
    let mut files = vec![
        Button::download("下载 Word", at("paper.docx")),
        Button::go("打印", at("print")).with(Icon::Print),
    ];
    if page.web.typeset.is_some() {
        files.insert(1, Button::download("下载 PDF", at("paper.pdf")));
    }
    let document = entry.ledger.document(&paper.document);
    let organ = page.app().organ(&page.actor().organ)?;
    let who = page.app().who(page.actor(), &organ);
    let refusal = document.and_then(|document| signer(document, &who));
    let body = html! {
        @if writes && is_newest {
            @if version.signed {
                (buttons(&[Button::go("更正这份文书", address(&entry.id, &paper.id, "edit"))]))
                p.hint { "更正会另起一稿并写明理由，签发后代替本稿；本稿仍然保留。" }
            } @else {
                @match &refusal {
                    Some(refusal) => p.hint { "等待签发：" (refusal.to_string()) },
                    None => {
                        @if let Some(words) = blanks(version) { p.hint { (words) } }
                        (sign_form(page, entry, paper, version))
                    },
                }
                (buttons(&[Button::go("修改内容", address(&entry.id, &paper.id, "edit"))]))
            }
        }
        (buttons(&files))
    };
    Ok(panel(&Panel::new("acts", "办理", body)))
}

/// What is still blank in the running text, for whoever is about to sign it off.
fn blanks(version: &PaperVersion) -> Option<String> {
    let body = version.text.blocks.iter().filter(|b| b.kind == Kind::Body);
    let count: usize = body.map(|b| b.text.matches(BLANK).count()).sum();
    (count > 0).then(|| {
        format!("正文还有 {count} 处空白：应由本机关写明的，请先“修改内容”补上再签发；留给当事人手写的不用填。")
    })
}

fn sign_form(page: &Page, entry: &Entry, paper: &Paper, version: &PaperVersion) -> Markup {
    let today = page.app().clock.today().to_string();
    form_view(&FormView {
        id: "sign".to_owned(),
        action: address(&entry.id, &paper.id, "sign"),
        token: page.token(),
        hidden: vec![("version".to_owned(), version.version.to_string())],
        parts: vec![FormPart {
            fields: vec![
                Field::new("signed_on", "签发日期", Control::Date { value: today })
                    .required()
                    .hint("签发时取文号。签发后不能直接改动，只能更正。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("签发")],
        ..FormView::default()
    })
}

fn versions(entry: &Entry, paper: &Paper, shown: &PaperVersion) -> Markup {
    let list = html! {
        ol.versions reversed {
            @for version in paper.versions.iter().rev() {
                @let href = routes::with_query(
                    &address(&entry.id, &paper.id, ""), &[("version", &version.version.to_string())]);
                li {
                    a href=(href) aria-current=[(version.version == shown.version).then_some("true")] {
                        "第 " (version.version) " 稿"
                    }
                    @if version.signed { " " (crate::ui::badge::badge(&Badge::done("签发"))) }
                    p.hint { (version.who) "，" (recorded(&version.made_at)) }
                    @if !version.reason.is_empty() { p.hint { "更正理由：" (version.reason) } }
                    p.hint { "校验值 " code.hash { (&version.hash[..16]) "…" } }
                }
            }
        }
    };
    panel(&Panel::new("versions", "各稿", list))
}

fn document_name(ledger: &Ledger, id: &str) -> Result<String, AppError> {
    let known = ledger.documents.iter().find(|d| *d.id == *id);
    known
        .map(|d| d.name.clone())
        .ok_or(AppError::NotFound("该文书"))
}

async fn new_form(
    State(web): State<Web>,
    Path((id, document)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let name = document_name(&entry.ledger, &document)?;
        let text = page.app().draft_text(page.actor(), &id, &document)?;
        page.show(editor(
            page,
            &new_editor(&entry, &name, &document),
            &Draft::of(&text),
            None,
        ))
    })
    .await
}

fn new_editor<'a>(entry: &'a Entry, name: &'a str, document: &str) -> Editor<'a> {
    Editor {
        entry,
        name,
        action: begin(&entry.id, document),
        back: routes::entry(&entry.id),
        seen: None,
        reasoned: false,
    }
}

async fn create(
    State(web): State<Web>,
    Path((id, document)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let name = document_name(&entry.ledger, &document)?;
        let draft = Draft::posted(&form);
        match page
            .app()
            .write_paper(page.actor(), &id, &document, None, draft.text(), "")
        {
            Ok(paper) => saved(&id, &paper),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(editor(
                    page,
                    &new_editor(&entry, &name, &document),
                    &draft,
                    Some(words),
                ))
            }
        }
    })
    .await
}

fn saved(entry: &str, paper: &str) -> Answer {
    see_other(&routes::with_query(
        &address(entry, paper, ""),
        &[("done", "saved")],
    ))
}

/// What a form shows above itself; faults go on.
fn words(error: AppError) -> Result<String, AppError> {
    match error {
        AppError::Refused(refusal) => Ok(refusal.to_string()),
        AppError::Input(text) => Ok(text),
        other => Err(other),
    }
}

fn edit_editor<'a>(entry: &'a Entry, paper: &'a Paper, seen: u32) -> Editor<'a> {
    Editor {
        entry,
        name: &paper.name,
        action: address(&entry.id, &paper.id, "edit"),
        back: address(&entry.id, &paper.id, ""),
        seen: Some(seen),
        reasoned: paper.in_force().is_some(),
    }
}

async fn edit_form(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let paper = page.app().case_paper(page.actor(), &id, &paper)?;
        let newest = paper.newest().ok_or(AppError::NotFound("该文书"))?;
        let how = edit_editor(&entry, &paper, newest.version);
        page.show(editor(page, &how, &Draft::of(&newest.text), None))
    })
    .await
}

async fn save(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let paper = page.app().case_paper(page.actor(), &id, &paper)?;
        let draft = Draft::posted(&form);
        let seen = form.text("version").parse().unwrap_or(0);
        let kept = page.app().write_paper(
            page.actor(),
            &id,
            &paper.document,
            Some((&paper.id, seen)),
            draft.text(),
            &draft.reason,
        );
        match kept {
            Ok(paper) => saved(&id, &paper),
            Err(error) => {
                let words = words(error)?;
                let how = edit_editor(&entry, &paper, seen);
                page.show_rejected(editor(page, &how, &draft, Some(words)))
            }
        }
    })
    .await
}

async fn sign(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        // Whoever may not see the paper is told so before anything is said of the form.
        page.app().case_paper(page.actor(), &id, &paper)?;
        let on = dates::parse_date(form.text("signed_on"))
            .map_err(|e| AppError::Input(format!("签发日期：{e}")))?;
        let seen = form.text("version").parse().unwrap_or(0);
        page.app().sign_paper(page.actor(), &id, &paper, seen, on)?;
        see_other(&routes::with_query(
            &address(&id, &paper, ""),
            &[("done", "signed")],
        ))
    })
    .await
}

/// The version asked for in the address.
fn asked(page: &Page, id: &str, paper: &str) -> Result<(Paper, PaperVersion), AppError> {
    let paper = page.app().case_paper(page.actor(), id, paper)?;
    let version = paper.version(page.asked("version").parse().ok());
    let version = version.cloned().ok_or(AppError::NotFound("这一稿"))?;
    Ok((paper, version))
}

async fn print(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (paper, version) = asked(page, &id, &paper)?;
        let organ = page.app().organ(&page.actor().organ)?.name.clone();
        let public = page.app().paper_address(&id, &paper.id, &version);
        let markup = paper_page(&PaperPage {
            title: paper.name.clone(),
            tools: vec![
                Button::go("返回", address(&id, &paper.id, "")),
                Button {
                    press: Press::Print,
                    icon: Some(Icon::Print),
                    ..Button::go("打印", "")
                },
            ],
            paper: sheet(&version, &organ, public.as_deref()),
        });
        Ok(respond(StatusCode::OK, markup))
    })
    .await
}

async fn docx(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (paper, version) = asked(page, &id, &paper)?;
        let checked = page.app().paper_address(&id, &paper.id, &version);
        let bytes = page
            .app()
            .paper_docx(page.actor(), &version, checked.as_deref())?;
        download(app::report::DOCX, &format!("{}.docx", paper.name), bytes)
    })
    .await
}

async fn pdf(
    State(web): State<Web>,
    Path((id, paper)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (paper, version) = asked(page, &id, &paper)?;
        let program = page.web.typeset.as_deref().ok_or_else(no_setter)?;
        let checked = page.app().paper_address(&id, &paper.id, &version);
        let bytes = page
            .app()
            .paper_pdf(page.actor(), &version, checked.as_deref(), program)?;
        download("application/pdf", &format!("{}.pdf", paper.name), bytes)
    })
    .await
}

/// What is said where PDF cannot be made.
pub fn no_setter() -> AppError {
    AppError::Input(
        "这台服务器没有安装排版程序，不能生成 PDF。可下载 Word，或用打印版另存为 PDF。".to_owned(),
    )
}

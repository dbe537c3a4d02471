//! The report desk: draft, edit, find untraced numbers, freeze, download, compare.

use app::{
    Action, AppError, Resource, Severity,
    authorise::authorise,
    report::{Draft, Paper, Remark},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Answer, Page, Web, download, html as respond, see_other},
    form::Form,
    pages::home::short_date,
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        desk::{Desk, desk},
        empty::Empty,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        paper::{self, Block, Run},
        shell::{Area, PaperPage, paper_page},
        table::{Cell, Column, Row, Table, table},
    },
};

mod edit;
mod set;
mod side;

pub use edit::{check, edit_form, save};
use set::{Marks, outline, paper_view};
use side::side;

/// All reports, and the form for a new one.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let reports = page.app().reports(page.actor())?;
        let drafts = authorise(page.actor(), Action::Draft, Resource::Reports).is_ok();
        let list = table(&Table {
            caption: "报告".to_owned(),
            columns: columns(),
            rows: rows(page, usize::MAX)?,
            empty: Some(Empty {
                title: "还没有报告".to_owned(),
                teaches: "选定年度和模板，系统先按台账写出初稿，再由您修改。".to_owned(),
                actions: Vec::new(),
            }),
            ..Table::default()
        });
        let main = html! {
            (page_head(&PageHead {
                title: "报告".to_owned(),
                count: Some(format!("{} 份", reports.len())),
                ..PageHead::default()
            }))
            (list)
            @if drafts { (panel(&Panel::new("start", "起草新报告", start_form(page)))) }
        };
        page.show(View::of(Area::Reports, "报告", main))
    })
    .await
}

/// The columns of a list of reports.
pub fn columns() -> Vec<Column> {
    vec![
        Column::wide("报告"),
        Column::short("年度"),
        Column::short("状态"),
        Column::short("未溯源的数字"),
    ]
}

/// The newest reports as rows of a list.
pub fn rows(page: &Page, count_max: usize) -> Result<Vec<Row>, AppError> {
    let reports = page.app().reports(page.actor())?;
    let row = |entry: &app::entry::Entry| {
        let desktop = load(page, &entry.id)?;
        let untraced = match desktop.paper.untraced().len() {
            0 => Badge::done("没有"),
            n => Badge::new(Tone::Soon, format!("{n} 处")),
        };
        Ok(Row::to(
            routes::report(&entry.id),
            vec![
                Cell::text(desktop.draft.title.as_str()),
                Cell::text(desktop.draft.year.to_string()),
                Cell::badge(standing(&desktop.draft)),
                Cell::badge(untraced),
            ],
        ))
    };
    reports.iter().take(count_max).map(row).collect()
}

fn standing(draft: &Draft) -> Badge {
    match &draft.frozen_on {
        Some(day) => Badge::done(format!("{} 定稿", short_date(&day.to_string()))),
        None => Badge::stage("起草中"),
    }
}

fn start_form(page: &Page) -> Markup {
    let today = page.app().clock.today();
    let year = today.year();
    // A year is reported after it has ended: until autumn the form offers the last one.
    let usual = if today.month() < 10 { year - 1 } else { year };
    let years = (year - 4..=year)
        .rev()
        .map(|y| Choice::new(y.to_string(), format!("{y} 年")));
    let templates = page.app().catalogue().reports();
    let choices: Vec<Choice> = templates
        .iter()
        .map(|t| Choice::new(t.id.as_str(), t.name.as_str()))
        .collect();
    // The yearly report is what is written most; the others are one choice away.
    let usual_template = "law_government_annual";
    let known = choices.iter().find(|c| c.value == usual_template);
    let first = known.or(choices.first());
    let first = first.map(|c| c.value.clone()).unwrap_or_default();
    form_view(&FormView {
        id: "start".to_owned(),
        action: routes::REPORTS.to_owned(),
        token: page.token(),
        parts: vec![FormPart {
            fields: vec![
                Field::new(
                    "template",
                    "模板",
                    Control::Choice {
                        value: first,
                        choices,
                    },
                )
                .required(),
                Field::new(
                    "year",
                    "年度",
                    Control::Choice {
                        value: usual.to_string(),
                        choices: years.collect(),
                    },
                )
                .required(),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("按台账写出初稿")],
        ..FormView::default()
    })
}

/// Starts a report.
pub async fn start(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let year = form.text("year").parse();
        let year = year.map_err(|_| AppError::Input("请选择年度。".to_owned()))?;
        let id = page
            .app()
            .start_report(page.actor(), form.text("template"), year)?;
        see_other(&routes::report(&id))
    })
    .await
}

/// A report with what its reader may do.
struct Desktop {
    draft: Draft,
    paper: Paper,
    frozen: Option<app::report::Snapshot>,
    writes: bool,
}

fn load(page: &Page, id: &str) -> Result<Desktop, AppError> {
    let draft = page.app().draft(page.actor(), id)?;
    let frozen = page.app().snapshot(page.actor(), &draft)?;
    let paper = match &frozen {
        Some(snapshot) => snapshot.paper.clone(),
        None => page.app().paper(page.actor(), &draft, None)?,
    };
    let writes =
        frozen.is_none() && authorise(page.actor(), Action::Draft, Resource::Reports).is_ok();
    Ok(Desktop {
        draft,
        paper,
        frozen,
        writes,
    })
}

/// The desk of a report.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        desk_page(page, &load(page, &id)?, None)
    })
    .await
}

fn desk_page(page: &Page, desktop: &Desktop, error: Option<String>) -> Answer {
    let untraced = desktop.paper.untraced();
    let remarks = page
        .app()
        .proof_read(page.actor(), &desktop.draft, &desktop.paper)?;
    let mut changes = match &desktop.frozen {
        Some(snapshot) => page.app().changes(page.actor(), snapshot)?,
        None => Vec::new(),
    };
    // A rate may have moved without the printed number moving: nothing to tell a reader.
    changes.retain(|change| change.now != change.frozen.text);
    let open = page.asked("receipt").parse().ok();
    let traced = if untraced.is_empty() {
        Badge::new(Tone::Done, "数字全部可溯源")
    } else {
        Badge::new(Tone::Soon, format!("未溯源 {}", untraced.len()))
    };
    let mut badges = vec![standing(&desktop.draft), traced];
    let wrong = |remark: &&Remark| remark.severity == Severity::Error;
    let errors = remarks.iter().filter(wrong).count();
    if errors > 0 {
        badges.push(Badge::new(Tone::Late, format!("校对发现 {errors} 处错误")));
    }
    if !changes.is_empty() {
        badges.push(Badge::new(
            Tone::Soon,
            format!("定稿后有变化 {}", changes.len()),
        ));
    }
    let head = page_head(&PageHead {
        title: desktop.draft.title.clone(),
        kicker: Some(format!("{} 年度", desktop.draft.year)),
        badges,
        actions: actions(page, desktop),
        ..PageHead::default()
    });
    let marks = Marks::Desk {
        open,
        changes: &changes,
    };
    let view = desk(&Desk {
        outline: outline(desktop),
        paper: paper::paper(&paper_view(desktop, &marks)),
        side: side(page, desktop, &untraced, &remarks, &changes, open)?,
    });
    let main = html! {
        (head)
        @if let Some(error) = error { (notice(&Notice::new(Tone::Late, error))) }
        (view)
    };
    let mut view = View::of(Area::Reports, desktop.draft.title.clone(), main)
        .below(vec![Link::new("报告", routes::REPORTS)]);
    view.wide = true;
    page.show(view)
}

fn actions(page: &Page, desktop: &Desktop) -> Vec<Button> {
    let id = &desktop.draft.id;
    let mut actions = Vec::new();
    if desktop.writes {
        actions.push(Button::go("修改文字", routes::report_part(id, "edit")).primary());
    }
    let docx = routes::report_part(id, "report.docx");
    actions.push(Button::download("下载 DOCX", docx));
    if page.web.typeset.is_some() {
        let pdf = routes::report_part(id, "report.pdf");
        actions.push(Button::download("下载 PDF", pdf));
    }
    actions.push(Button::go("打印版", routes::report_part(id, "paper")));
    actions
}

/// Freezes a report.
pub async fn freeze(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let based_on = form.text("revision").parse().unwrap_or(0);
        match page.app().freeze(page.actor(), &id, based_on) {
            Ok(()) => see_other(&routes::with_query(
                &routes::report(&id),
                &[("done", "frozen")],
            )),
            Err(error @ (AppError::Input(_) | AppError::Refused(_))) => {
                desk_page(page, &load(page, &id)?, Some(error.to_string()))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The report as it prints.
pub async fn print(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desktop = load(page, &id)?;
        let markup = paper_page(&PaperPage {
            title: desktop.draft.title.clone(),
            tools: vec![
                Button::go("返回报告", routes::report(&id)),
                Button::download("下载 DOCX", routes::report_part(&id, "report.docx")),
            ],
            paper: paper::paper(&paper_view(&desktop, &Marks::Clean)),
        });
        Ok(respond(axum::http::StatusCode::OK, markup))
    })
    .await
}

/// The report as a Word document.
pub async fn docx(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desktop = load(page, &id)?;
        let bytes = page.app().report_docx(page.actor(), &desktop.paper)?;
        download(
            app::report::DOCX,
            &format!("{}.docx", desktop.draft.title),
            bytes,
        )
    })
    .await
}

/// The report as PDF, where the page-setter was built.
pub async fn pdf(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desktop = load(page, &id)?;
        let Some(program) = &page.web.typeset else {
            return Err(AppError::Input(
                "这台服务器没有安装排版程序，不能生成 PDF。可下载 DOCX，或用打印版另存为 PDF。"
                    .to_owned(),
            ));
        };
        let bytes = page
            .app()
            .report_pdf(page.actor(), &desktop.paper, program)?;
        download(
            "application/pdf",
            &format!("{}.pdf", desktop.draft.title),
            bytes,
        )
    })
    .await
}

/// A report as a file that stands alone and prints like the served page.
pub fn standalone(paper: &Paper) -> Markup {
    let mut blocks = Vec::new();
    for part in &paper.parts {
        if !part.heading.is_empty() {
            let (level, id, text) = (
                part.level,
                format!("part-{}", part.id),
                part.heading.clone(),
            );
            blocks.push(Block::Heading { level, id, text });
        }
        for paragraph in &part.paragraphs {
            blocks.push(Block::Paragraph(vec![Run::text(paragraph.text())]));
        }
    }
    let view = paper::Paper {
        title: paper.title.clone(),
        blocks,
        signed: set::signed(paper),
        ..paper::Paper::default()
    };
    html! {
        (crate::ui::raw::doctype())
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                title { (paper.title) }
                (crate::ui::raw::embedded_stylesheet())
            }
            body.paper-page { main #main { (paper::paper(&view)) } }
        }
    }
}

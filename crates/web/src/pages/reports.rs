//! The report desk: draft, edit, find untraced numbers, freeze, download, compare.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    kernel::Ask,
    report::{Draft, DraftPart, Paper, PaperPiece},
    values::dates::Period,
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
    pages::figures::period_words,
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone, badge},
        button::{Button, button, buttons},
        desk::{Desk, OutlineLine, PickFigure, PickGroup, Picker, desk, picker},
        empty::Empty,
        field::{Control, Field, field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        paper::{self, Block, Run},
        shell::{Area, PaperPage, paper_page},
        table::{Cell, Column, Row, Table, table},
        tabs::{Tab, tabs},
    },
};

/// All reports, and the form for a new one.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let reports = page.app().reports(page.actor())?;
        let drafts = authorise(page.actor(), Action::Draft, Resource::Reports).is_ok();
        let mut rows = Vec::new();
        for entry in &reports {
            let draft = page.app().draft(page.actor(), &entry.id)?;
            let state = match &draft.frozen_on {
                Some(day) => Badge::done(format!("{day} 定稿")),
                None => Badge::stage("起草中"),
            };
            rows.push(Row::to(
                routes::report(&entry.id),
                vec![
                    Cell::text(draft.title.as_str()),
                    Cell::text(draft.year.to_string()),
                    Cell::badge(state),
                ],
            ));
        }
        let list = table(&Table {
            caption: "报告".to_owned(),
            columns: vec![
                Column::wide("报告"),
                Column::short("年度"),
                Column::short("状态"),
            ],
            rows,
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

fn start_form(page: &Page) -> Markup {
    let year = page.app().clock.today().year();
    let years = (year - 4..=year)
        .rev()
        .map(|y| Choice::new(y.to_string(), format!("{y} 年")));
    let templates = page.app().catalogue().reports();
    let choices: Vec<Choice> = templates
        .iter()
        .map(|t| Choice::new(t.id.as_str(), t.name.as_str()))
        .collect();
    let first = choices.first().map(|c| c.value.clone()).unwrap_or_default();
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
                        value: year.to_string(),
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
    let id = &desktop.draft.id;
    let untraced = desktop.paper.untraced();
    let mut actions = Vec::new();
    if desktop.writes {
        actions.push(Button::go("修改文字", routes::report_part(id, "edit")).primary());
    }
    actions.push(Button::download(
        "下载 DOCX",
        routes::report_part(id, "report.docx"),
    ));
    if page.web.typeset.is_some() {
        actions.push(Button::download(
            "下载 PDF",
            routes::report_part(id, "report.pdf"),
        ));
    }
    actions.push(Button::go("打印版", routes::report_part(id, "paper")));
    let state = match &desktop.draft.frozen_on {
        Some(day) => Badge::done(format!("{day} 定稿")),
        None => Badge::stage("起草中"),
    };
    let traced = if untraced.is_empty() {
        Badge::new(Tone::Done, "数字全部可溯源")
    } else {
        Badge::new(Tone::Soon, format!("未溯源 {}", untraced.len()))
    };
    let head = page_head(&PageHead {
        title: desktop.draft.title.clone(),
        kicker: Some(format!("{} 年度", desktop.draft.year)),
        badges: vec![state, traced],
        actions,
        ..PageHead::default()
    });
    let view = desk(&Desk {
        outline: outline(desktop),
        paper: paper::paper(&paper_view(desktop, true)),
        side: side(page, desktop, &untraced)?,
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

fn outline(desktop: &Desktop) -> Vec<OutlineLine> {
    let parts = desktop
        .paper
        .parts
        .iter()
        .filter(|p| (1..=2).contains(&p.level));
    parts
        .map(|part| {
            let pieces = part.paragraphs.iter().flat_map(|p| &p.pieces);
            let untraced = pieces
                .filter(|p| matches!(p, PaperPiece::Untraced { .. }))
                .count();
            OutlineLine {
                level: part.level,
                text: part.heading.clone(),
                href: format!("#part-{}", part.id),
                untraced: u32::try_from(untraced).unwrap_or(u32::MAX),
                current: false,
            }
        })
        .collect()
}

fn asked(
    from: &Option<String>,
    to: &str,
    only: &std::collections::BTreeMap<String, String>,
) -> Option<Ask> {
    let from = match from {
        Some(from) => Some(from.parse().ok()?),
        None => None,
    };
    Some(Ask {
        from,
        to: to.parse().ok()?,
        only: only.clone(),
    })
}

/// The paper as a view; `marks` shows untraced numbers and links.
fn paper_view(desktop: &Desktop, marks: bool) -> paper::Paper {
    let as_of = desktop.frozen.as_ref().map(|s| s.tree_size);
    let mut blocks = Vec::new();
    let mut notes = Vec::new();
    let mut untraced = 0;
    for part in &desktop.paper.parts {
        if !part.heading.is_empty() {
            blocks.push(Block::Heading {
                level: part.level,
                id: format!("part-{}", part.id),
                text: part.heading.clone(),
            });
        }
        for paragraph in &part.paragraphs {
            let runs = paragraph.pieces.iter().map(|piece| match piece {
                PaperPiece::Figure {
                    text,
                    figure,
                    from,
                    to,
                    only,
                    ..
                } => match asked(from, to, only) {
                    Some(ask) if marks => {
                        Run::figure(text.as_str(), routes::figure(figure, &ask, as_of))
                    }
                    _ => Run::text(text.as_str()),
                },
                PaperPiece::Sourced { text, source } if marks => {
                    notes.push(source.clone());
                    Run::Sourced {
                        text: text.clone(),
                        note: u16::try_from(notes.len()).unwrap_or(u16::MAX),
                    }
                }
                PaperPiece::Untraced { text } if marks => {
                    untraced += 1;
                    Run::Untraced {
                        text: text.clone(),
                        id: format!("untraced-{untraced}"),
                    }
                }
                other => Run::text(other.text()),
            });
            let runs = runs.collect();
            blocks.push(Block::Paragraph(runs));
        }
    }
    paper::Paper {
        title: desktop.draft.title.clone(),
        blocks,
        notes,
        mark: (desktop.frozen.is_none()).then(|| "草稿".to_owned()),
        ..paper::Paper::default()
    }
}

fn side(
    page: &Page,
    desktop: &Desktop,
    untraced: &[app::report::Untraced],
) -> Result<Markup, AppError> {
    let id = &desktop.draft.id;
    let problems = html! {
        @if untraced.is_empty() {
            p { "文中每个数字都出自台账，或注明了来源。" }
        } @else {
            p { "下面的数字既不是台账里的数据，也没有注明来源：" }
            ol.untraced-list {
                @for (at, one) in untraced.iter().enumerate() {
                    li { a href=(format!("#untraced-{}", at + 1)) { (one.number) } " " span.hint { "…" (one.around) "…" } }
                }
            }
            @if desktop.writes {
                p.hint { "改成数据：修改文字时从“插入数据”里选；注明来源：写成 " code { "{=609|应急演练计划}" } "。" }
            }
        }
    };
    let mut shown = html! { (panel(&Panel {
        count: Some(format!("{} 处", untraced.len())),
        ..Panel::new("problems", "未溯源的数字", problems)
    })) };
    if let Some(snapshot) = &desktop.frozen {
        let changes = page.app().changes(page.actor(), snapshot)?;
        shown = html! {
            (shown)
            (panel(&Panel {
                count: Some(format!("{} 项", changes.len())),
                ..Panel::new("changes", "定稿之后的变化", changes_view(&changes))
            }))
            (panel(&Panel::new("frozen", "定稿存证", html! {
                p { "正文和 " (snapshot.figures.len()) " 个数据在存证大小 " (snapshot.tree_size) " 处定稿。" }
                p.hint { "快照摘要 " code.hash { (desktop.draft.snapshot.clone().unwrap_or_default()) } }
                p { (button(&Button::go("查看存证", routes::entry_part(id, "proof")))) }
            })))
        };
    } else if authorise(page.actor(), Action::Freeze, Resource::Reports).is_ok() {
        shown =
            html! { (shown) (panel(&Panel::new("freeze", "定稿", freeze_form(page, desktop)))) };
    }
    Ok(shown)
}

fn freeze_form(page: &Page, desktop: &Desktop) -> Markup {
    html! {
        p { "定稿后，正文和数字不再变化；台账以后的更正会另行列出，不改报告。" }
        form method="post" action=(routes::report_part(&desktop.draft.id, "freeze")) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="revision" value=(desktop.draft.revision);
            (buttons(&[Button::submit("定稿这份报告")]))
        }
    }
}

fn changes_view(changes: &[app::report::Change]) -> Markup {
    html! {
        @if changes.is_empty() {
            p { "定稿之后，报告引用的数据没有变化。" }
        } @else {
            p { "报告保持定稿时的数；台账现在算出来的数和差异来自哪些记录：" }
            @for change in changes {
                div.change {
                    p { b { (change.frozen.name) } }
                    p {
                        "报告 " del { (change.frozen.text) } (change.frozen.unit) "，现在 "
                        ins { (change.now) } (change.frozen.unit)
                    }
                    ul {
                        @for entry in &change.entries {
                            li {
                                a href=(routes::entry(&entry.entry_id)) {
                                    (if entry.title.is_empty() { entry.number.as_str() } else { entry.title.as_str() })
                                }
                                " " span.hint { (entry.happened_on) " 计 " (entry.value) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The editor.
pub async fn edit_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desktop = load(page, &id)?;
        if !desktop.writes {
            return Err(AppError::Input(
                "这份报告不能修改：已经定稿，或您没有编写权限。".to_owned(),
            ));
        }
        let parts = desktop.draft.parts.clone();
        page.show(edit_view(
            page,
            &desktop,
            &parts,
            &desktop.draft.title,
            desktop.draft.revision,
            None,
        )?)
    })
    .await
}

/// Saves what was edited.
pub async fn save(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let desktop = load(page, &id)?;
        let parts: Vec<DraftPart> = desktop
            .draft
            .parts
            .iter()
            .map(|part| DraftPart {
                text: form
                    .text(&format!("part.{}", part.id))
                    .replace("\r\n", "\n")
                    .trim()
                    .to_owned(),
                ..part.clone()
            })
            .collect();
        let title = form.text("title");
        let based_on = form.text("revision").parse().unwrap_or(0);
        match page
            .app()
            .save_draft(page.actor(), &id, based_on, title, &parts)
        {
            Ok(()) => see_other(&routes::with_query(
                &routes::report(&id),
                &[("done", "saved")],
            )),
            Err(error @ (AppError::Input(_) | AppError::Refused(_))) => {
                page.show_rejected(edit_view(
                    page,
                    &desktop,
                    &parts,
                    title,
                    based_on,
                    Some(error.to_string()),
                )?)
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn edit_view(
    page: &Page,
    desktop: &Desktop,
    parts: &[DraftPart],
    title: &str,
    revision: u32,
    error: Option<String>,
) -> Result<View, AppError> {
    let template = page
        .app()
        .catalogue()
        .reports()
        .iter()
        .find(|t| t.id.as_str() == desktop.draft.template);
    let mut ordinals = desktop.paper.parts.iter();
    let fields: Vec<Markup> = parts
        .iter()
        .map(|part| {
            let heading = ordinals
                .next()
                .map(|p| p.heading.clone())
                .unwrap_or_default();
            let defined = template.and_then(|t| t.parts.iter().find(|p| p.id == part.id));
            let label = if heading.is_empty() {
                part.name.clone()
            } else {
                heading
            };
            let lines = part.text.chars().count() / 36 + part.text.lines().count() + 2;
            let rows = u8::try_from(lines.clamp(2, 24)).unwrap_or(24);
            let control = Control::LongText {
                value: part.text.clone(),
                rows,
            };
            field(&Field {
                hint: defined.map(|d| d.help.clone()).filter(|h| !h.is_empty()),
                law: defined.and_then(|d| d.law.as_ref().map(ToString::to_string)),
                required: defined.is_some_and(|d| d.required),
                ..Field::new(format!("part.{}", part.id), label, control)
            })
        })
        .collect();
    let action = routes::report_part(&desktop.draft.id, "edit");
    let title_field = Field::new(
        "title",
        "标题",
        Control::Text {
            value: title.to_owned(),
        },
    )
    .required();
    let paper = html! {
        form.form.editor method="post" action=(action) id="editor" data-guard data-editor {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="revision" value=(revision);
            @if let Some(error) = &error { (notice(&Notice::new(Tone::Late, error.as_str()))) }
            (field(&title_field))
            @for one in &fields { (one) }
            (buttons(&[
                Button::submit("保存"),
                Button::go("不保存，返回", routes::report(&desktop.draft.id)).quiet(),
            ]))
        }
    };
    let outline = parts
        .iter()
        .zip(&desktop.paper.parts)
        .filter(|(p, _)| (1..=2).contains(&p.level))
        .map(|(part, set)| OutlineLine {
            level: part.level,
            text: set.heading.clone(),
            href: format!("#part.{}", part.id),
            untraced: 0,
            current: false,
        });
    let main = html! {
        (page_head(&PageHead {
            title: "修改文字".to_owned(),
            kicker: Some(desktop.draft.title.clone()),
            lede: Some("一行一段。花括号里的是数据，保存后按台账显示；序号由系统编排。".to_owned()),
            ..PageHead::default()
        }))
        (desk(&Desk { outline: outline.collect(), paper, side: picker_view(page, desktop)? }))
    };
    let mut view = View::of(Area::Reports, "修改文字", main).below(vec![
        Link::new("报告", routes::REPORTS),
        Link::new(
            desktop.draft.title.as_str(),
            routes::report(&desktop.draft.id),
        ),
    ]);
    view.wide = true;
    Ok(view)
}

fn picker_view(page: &Page, desktop: &Desktop) -> Result<Markup, AppError> {
    let period = Period::year(desktop.draft.year);
    let placed = |id: &str| {
        desktop
            .draft
            .parts
            .iter()
            .any(|p| p.text.contains(&format!("{{{id}")))
    };
    let mut groups = Vec::new();
    for ledger in page.app().catalogue().ledgers() {
        let asks: Vec<_> = ledger
            .figures
            .iter()
            .map(|f| (f.id.to_string(), Ask::period(period)))
            .collect();
        if asks.is_empty() {
            continue;
        }
        let readings = page.app().readings(page.actor(), &asks, None)?;
        let figures = readings.iter().map(|r| PickFigure {
            mark: format!("{{{}}}", r.figure.id),
            name: r.figure.name.clone(),
            value: match r.text() {
                Some(text) => format!("{text}{}", r.figure.unit),
                None => "无数据".to_owned(),
            },
            href: routes::figure(&r.figure.id, &r.ask, None),
            placed: placed(&r.figure.id),
        });
        groups.push(PickGroup {
            title: ledger.name.clone(),
            figures: figures.collect(),
        });
    }
    let body = picker(&Picker {
        id: "picker".to_owned(),
        groups,
    });
    Ok(panel(&Panel::new("pick", "插入数据", body)))
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
            paper: paper::paper(&paper_view(&desktop, false)),
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

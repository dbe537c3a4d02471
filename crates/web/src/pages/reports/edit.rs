//! The editor of a report: narrative by parts, and the picker of figures.

use app::{AppError, kernel::Ask, report::DraftPart, values::dates::Period};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{Desktop, load, side::proof_reading};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::{Button, buttons},
        desk::{Desk, OutlineLine, PickFigure, PickGroup, Picker, desk, picker},
        field::{Control, Field, field},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        shell::Area,
    },
};

/// The editor.
pub async fn edit_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desktop = load_to_write(page, &id)?;
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
        let parts = posted(&desktop, &form);
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

/// Proof-reads what is in the editor without saving it: for the button, and while one types.
pub async fn check(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let mut desktop = load_to_write(page, &id)?;
        let parts = posted(&desktop, &form);
        let title = form.text("title").to_owned();
        let based_on = form.text("revision").parse().unwrap_or(0);
        desktop.draft.parts.clone_from(&parts);
        desktop.draft.title.clone_from(&title);
        desktop.paper = page.app().paper(page.actor(), &desktop.draft, None)?;
        page.show(edit_view(page, &desktop, &parts, &title, based_on, None)?)
    })
    .await
}

fn load_to_write(page: &Page, id: &str) -> Result<Desktop, AppError> {
    let desktop = load(page, id)?;
    if desktop.writes {
        return Ok(desktop);
    }
    Err(AppError::Input(
        "这份报告不能修改：已经定稿，或您没有编写权限。".to_owned(),
    ))
}

/// The parts as they stand in the posted editor.
fn posted(desktop: &Desktop, form: &Form) -> Vec<DraftPart> {
    let part = |part: &DraftPart| DraftPart {
        text: form
            .text(&format!("part.{}", part.id))
            .replace("\r\n", "\n")
            .trim()
            .to_owned(),
        ..part.clone()
    };
    desktop.draft.parts.iter().map(part).collect()
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
                hint: hint(defined),
                law: defined.and_then(|d| d.law.as_ref().map(ToString::to_string)),
                ..Field::new(format!("part.{}", part.id), label, control)
            })
        })
        .collect();
    let action = routes::report_part(&desktop.draft.id, "edit");
    let check = routes::report_part(&desktop.draft.id, "check");
    let title_field = Field::new(
        "title",
        "标题",
        Control::Text {
            value: title.to_owned(),
        },
    )
    .required();
    let paper = html! {
        form.form.editor method="post" action=(action) id="editor" data-guard data-editor
            data-check=(check) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="revision" value=(revision);
            @if let Some(error) = &error { (notice(&Notice::new(Tone::Late, error.as_str()))) }
            (field(&title_field))
            @for one in &fields { (one) }
            (buttons(&[
                Button::submit("保存"),
                Button::submit_to("校对（不保存）", check.as_str()),
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
            // What is not printed while it says nothing can be written here all the same.
            text: match set.heading.as_str() {
                "" => part.name.clone(),
                heading => heading.to_owned(),
            },
            href: format!("#part.{}", part.id),
            untraced: 0,
            current: false,
        });
    let remarks = page
        .app()
        .proof_read(page.actor(), &desktop.draft, &desktop.paper)?;
    let side = html! {
        (proof_reading(&remarks, &desktop.draft.id))
        (picker_view(page, desktop)?)
    };
    let main = html! {
        (page_head(&PageHead {
            title: "修改文字".to_owned(),
            kicker: Some(desktop.draft.title.clone()),
            lede: Some("一行一段。花括号里的是数据，保存后按台账显示；序号由系统编排。".to_owned()),
            ..PageHead::default()
        }))
        (desk(&Desk { outline: outline.collect(), paper, side }))
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

/// What belongs into a part. A draft may be saved with gaps: only freezing asks for the required
/// parts, so the browser must not.
fn hint(defined: Option<&app::catalogue::report::Part>) -> Option<String> {
    let defined = defined?;
    let mut said = defined.help.clone();
    if defined.required {
        said.push_str("定稿时这一部分不能空缺。");
    }
    Some(said).filter(|said| !said.is_empty())
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

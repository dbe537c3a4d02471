//! What follows from an inspection: the form that opens a rectification order or a case with unit,
//! item and facts carried over.

use std::collections::BTreeMap;

use app::{
    AppError,
    catalogue::{
        definition::{Field as Definition, FieldType, Ledger},
        value::Fields,
    },
    draw::follow::FollowUp,
    entry::Entry,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{
    above,
    fields::{control, editable, read, take_errors, typed},
    name_of,
};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        button::{Button, buttons},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
    },
};

/// Where what follows from an inspection is opened.
pub fn address(inspection: &str, kind: FollowUp) -> String {
    routes::entry_part(inspection, &format!("follow/{}", kind.ledger()))
}

/// What can follow from an entry; nothing for most entries.
pub fn panel_of(page: &Page, entry: &Entry) -> Option<Markup> {
    let can = page.app().can_follow(page.actor(), entry);
    (!can.is_empty()).then(|| {
        panel(&Panel::new(
            "follow-up",
            "后续处理",
            html! {
                p { "检查发现了问题，还没有后续处理。对象、事项和事实会带过去。" }
                (buttons(&acts(&entry.id, &can)))
            },
        ))
    })
}

/// The acts that open what can follow.
pub fn acts(inspection: &str, can: &[FollowUp]) -> Vec<Button> {
    let act = |kind: &FollowUp| Button::go(kind.act(), address(inspection, *kind));
    can.iter().map(act).collect()
}

fn kind_of(name: &str) -> Result<FollowUp, AppError> {
    FollowUp::parse(name).ok_or(AppError::NotFound("这种后续处理"))
}

/// The form, filled with what the inspection says.
pub async fn follow_form(
    State(web): State<Web>,
    Path((id, kind)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let kind = kind_of(&kind)?;
        let proposed = page.app().propose_follow_up(page.actor(), &id, kind)?;
        let nothing = BTreeMap::new();
        let view = view(page, &id, kind, &proposed, &Form::default(), &nothing, None)?;
        page.show(view)
    })
    .await
}

/// Opens it.
pub async fn follow(
    State(web): State<Web>,
    Path((id, kind)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let kind = kind_of(&kind)?;
        let proposed = page.app().propose_follow_up(page.actor(), &id, kind)?;
        let ledger = ledger_of(page, kind)?;
        let asked: Vec<&Definition> = asked(&ledger, kind).collect();
        let (fields, mut errors) = read(page, &asked, &form)?;
        let mut whole = None;
        if errors.is_empty() {
            match page.app().follow_up(page.actor(), &id, kind, fields) {
                Ok(opened) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&opened),
                        &[("done", "opened")],
                    ));
                }
                Err(error) => whole = take_errors(error, &mut errors)?,
            }
        }
        let view = view(page, &id, kind, &proposed, &form, &errors, whole)?;
        page.show_rejected(view)
    })
    .await
}

fn ledger_of(page: &Page, kind: FollowUp) -> Result<std::sync::Arc<Ledger>, AppError> {
    let (ledger, _) = page
        .app()
        .ledger(page.actor(), app::Action::Write, kind.ledger())?;
    Ok(ledger)
}

/// What is required, and what is worth saying at once; the rest comes with the procedure. Where it
/// comes from and its number are not asked: the one is known, the other is taken.
fn asked(ledger: &Ledger, kind: FollowUp) -> impl Iterator<Item = &Definition> {
    editable(ledger).filter(move |field| {
        let known = matches!(field.kind, FieldType::Reference { .. }) || !field.number.is_empty();
        !known && (field.required || kind.asked().contains(&field.id.as_str()))
    })
}

fn view(
    page: &Page,
    id: &str,
    kind: FollowUp,
    proposed: &Fields,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let inspection = page.app().entry(page.actor(), id)?;
    let ledger = ledger_of(page, kind)?;
    let mut fields = Vec::new();
    for field in asked(&ledger, kind) {
        let typed = typed(form, field, proposed.get(field.id.as_str()));
        fields.push(control(page, &ledger, field, &typed, errors)?);
    }
    let title = format!("{}：{}", kind.act(), name_of(&inspection));
    let body = form_view(&FormView {
        id: "follow".to_owned(),
        action: address(id, kind),
        token: page.token(),
        errors: whole.into_iter().collect(),
        parts: vec![FormPart {
            title: None,
            note: Some("以下各项由检查记录带来，可以改。编号在登记时自动取。".to_owned()),
            fields,
        }],
        buttons: vec![
            Button::submit(kind.act()),
            Button::go("不处理，返回检查记录", routes::entry(id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: title.clone(),
        lede: Some("打开后，检查记录和这条记录互相可以找到。".to_owned()),
        ..PageHead::default()
    });
    let mut crumbs = above(&inspection.ledger);
    crumbs.push(Link::new(name_of(&inspection), routes::entry(id)));
    Ok(View::of(Area::Ledgers, title, html! { (head) (body) }).below(crumbs))
}

//! Opening, correcting and voiding an entry: each a form that comes back filled when refused.

use std::collections::BTreeMap;

use app::{
    Action, AppError,
    catalogue::{
        definition::{Action as Act, Field as Definition, Ledger},
        value::{Fields, Value},
    },
    entry::{Entry, NewEntry},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::{
    above,
    fields::{control, editable, keep_masked, read, reason_part, take_errors, typed},
    name_of,
};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        button::Button,
        field::Field as Control,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, page_head},
        notice::Link,
        shell::Area,
    },
};

/// The form for a new entry; one that comes `from` another begins with what it takes over.
pub async fn new_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        let carried = match page.asked("from") {
            none if none.is_empty() => Fields::new(),
            from => page.app().carried_over(page.actor(), &from, &ledger)?,
        };
        let begun = Begun {
            carried,
            ..Begun::default()
        };
        page.show(opening_view(page, &ledger, begun)?)
    })
    .await
}

/// Opens an entry.
pub async fn create(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        let ids: Vec<&Definition> = editable(&ledger).collect();
        let (fields, mut errors) = read(page, &ids, &form)?;
        errors.retain(|id, _| !takes_number(&ledger, id) || !form.text(id).trim().is_empty());
        let mut whole = None;
        if errors.is_empty() {
            let happened_on = ledger
                .date
                .as_ref()
                .and_then(|d| fields.get(d.as_str())?.as_text()?.parse().ok())
                .unwrap_or_else(|| page.app().clock.today());
            match page.app().open(
                page.actor(),
                &ledger.id,
                NewEntry {
                    happened_on,
                    fields,
                },
            ) {
                Ok(id) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "opened")],
                    ));
                }
                Err(error) => whole = Some(take_errors(error, &mut errors)?),
            }
        }
        let begun = Begun {
            form: form.clone(),
            errors,
            whole: whole.flatten(),
            ..Begun::default()
        };
        page.show_rejected(opening_view(page, &ledger, begun)?)
    })
    .await
}

/// A new entry so far.
#[derive(Default)]
struct Begun {
    /// What it takes over from another entry.
    carried: Fields,
    /// What was typed.
    form: Form,
    /// What is wrong with the fields.
    errors: BTreeMap<String, String>,
    /// What is wrong with the whole.
    whole: Option<String>,
}

/// Where an entry is opened that comes from another one.
pub(super) fn onward(ledger: &Ledger, from: &Entry) -> String {
    let path = routes::ledger_part(&ledger.id, "new");
    routes::with_query(&path, &[("from", &from.id)])
}

fn takes_number(ledger: &Ledger, field: &str) -> bool {
    ledger.field(field).is_some_and(|f| !f.number.is_empty())
}

/// A field that takes its number by itself where it is left empty.
fn numbered(field: Control) -> Control {
    let hint = [Some("留空则登记时自动取号。".to_owned()), field.hint];
    Control {
        required: false,
        hint: Some(hint.into_iter().flatten().collect()),
        ..field
    }
}

fn opening_view(page: &Page, ledger: &Ledger, begun: Begun) -> Result<View, AppError> {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for field in editable(ledger) {
        let typed = typed(&begun.form, field, begun.carried.get(field.id.as_str()));
        let control = control(page, ledger, field, &typed, &begun.errors)?;
        let control = match field.number.is_empty() {
            true => control,
            false => numbered(control),
        };
        let fills =
            |act: &Act| act.asks.contains(&field.id) || act.date.as_ref() == Some(&field.id);
        let asked_later = !field.required && ledger.actions.iter().any(fills);
        let part = if asked_later { &mut later } else { &mut first };
        part.push(control);
    }
    let mut parts = vec![FormPart {
        fields: first,
        ..FormPart::default()
    }];
    if !later.is_empty() {
        parts.push(FormPart {
            title: Some("以后办理时填".to_owned()),
            note: Some(
                "新收的事项留空，办到哪一步，系统再问哪一项；补录已经办过的事项，在这里一并填写。"
                    .to_owned(),
            ),
            fields: later,
        });
    }
    let title = format!("登记{}", ledger.name);
    let part = routes::ledger_part(&ledger.id, "new");
    let body = form_view(&FormView {
        id: "entry".to_owned(),
        action: part,
        token: page.token(),
        draft: begun
            .carried
            .is_empty()
            .then(|| format!("{}:{}/new", page.actor().account, ledger.id)),
        errors: begun.whole.into_iter().collect(),
        parts,
        buttons: vec![
            Button::submit("登记"),
            Button::go("不登记，返回列表", routes::ledger(&ledger.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: title.clone(),
        lede: Some(ledger.about.clone()).filter(|a| !a.is_empty()),
        ..PageHead::default()
    });
    Ok(View::of(Area::Ledgers, title, html! { (head) (body) }).below(above(ledger)))
}

/// The form for a correction.
pub async fn amend_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = correctable(page, &id)?;
        page.show(amend_view(
            page,
            &entry,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

fn correctable(page: &Page, id: &str) -> Result<Entry, AppError> {
    let entry = page.app().entry(page.actor(), id)?;
    page.app()
        .ledger(page.actor(), Action::Correct, &entry.ledger.id)?;
    Ok(entry)
}

/// Corrects an entry.
pub async fn amend(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = correctable(page, &id)?;
        let ids: Vec<&Definition> = editable(&entry.ledger).collect();
        let (mut fields, mut errors) = read(page, &ids, &form)?;
        keep_masked(&ids, &entry.state.fields, &form, &mut fields, &mut errors);
        let mut whole = None;
        if errors.is_empty() {
            let changes: BTreeMap<String, Option<Value>> = ids
                .iter()
                .map(|f| (f.id.to_string(), fields.get(f.id.as_str()).cloned()))
                .collect();
            let based_on = form.text("revision").parse().unwrap_or(0);
            let reason = form.text("reason").to_owned();
            match page
                .app()
                .amend(page.actor(), &id, based_on, changes, reason)
            {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "amended")],
                    ));
                }
                Err(AppError::Refused(app::kernel::Refusal::ReasonMissing)) => {
                    let words = app::kernel::Refusal::ReasonMissing.to_string();
                    errors.insert("reason".to_owned(), words);
                }
                Err(error) => whole = take_errors(error, &mut errors)?,
            }
        }
        page.show_rejected(amend_view(page, &entry, &form, &errors, whole)?)
    })
    .await
}

fn amend_view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let mut fields = Vec::new();
    for field in editable(&entry.ledger) {
        let typed = typed(form, field, entry.state.fields.get(field.id.as_str()));
        fields.push(control(page, &entry.ledger, field, &typed, errors)?);
    }
    let revision = if form.text("revision").is_empty() {
        entry.state.revision.to_string()
    } else {
        form.text("revision").to_owned()
    };
    let parts = vec![
        FormPart {
            fields,
            ..FormPart::default()
        },
        reason_part(form, errors, "更正理由"),
    ];
    let body = form_view(&FormView {
        id: "entry".to_owned(),
        action: routes::entry_part(&entry.id, "amend"),
        token: page.token(),
        hidden: vec![("revision".to_owned(), revision)],
        errors: whole.into_iter().collect(),
        parts,
        buttons: vec![
            Button::submit("保存更正"),
            Button::go("不更正，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: format!("更正：{}", name_of(entry)),
        lede: Some("更正是一次新的留痕：原值不会消失，已定稿的报告不会改变。".to_owned()),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    Ok(View::of(Area::Ledgers, "更正", html! { (head) (body) }).below(above))
}

/// The form for declaring void.
pub async fn void_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = correctable(page, &id)?;
        page.show(void_view(
            page,
            &entry,
            &Form::default(),
            &BTreeMap::new(),
            None,
        ))
    })
    .await
}

/// Declares an entry void.
pub async fn void(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = correctable(page, &id)?;
        let based_on = form.text("revision").parse().unwrap_or(0);
        let mut errors = BTreeMap::new();
        let whole =
            match page
                .app()
                .void(page.actor(), &id, based_on, form.text("reason").to_owned())
            {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "voided")],
                    ));
                }
                Err(AppError::Refused(app::kernel::Refusal::ReasonMissing)) => {
                    let words = app::kernel::Refusal::ReasonMissing.to_string();
                    errors.insert("reason".to_owned(), words);
                    None
                }
                Err(error) => take_errors(error, &mut errors)?,
            };
        page.show_rejected(void_view(page, &entry, &form, &errors, whole))
    })
    .await
}

fn void_view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> View {
    let body = form_view(&FormView {
        id: "void".to_owned(),
        action: routes::entry_part(&entry.id, "void"),
        token: page.token(),
        hidden: vec![("revision".to_owned(), entry.state.revision.to_string())],
        errors: whole.into_iter().collect(),
        parts: vec![reason_part(form, errors, "作废理由")],
        buttons: vec![
            Button::submit("作废这条记录").grave(),
            Button::go("不作废，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: format!("作废：{}", name_of(entry)),
        lede: Some("作废后不再计入数据，记录和理由仍可查看。作废不能撤销。".to_owned()),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    View::of(Area::Ledgers, "作废", html! { (head) (body) }).below(above)
}

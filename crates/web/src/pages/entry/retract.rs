//! Taking back an act (撤回): the last one, with a reason. The act stays in the history, marked.

use std::collections::BTreeMap;

use app::{
    AppError,
    entry::Entry,
    kernel::{Command, Happening, Refusal, decide},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{
    above, day,
    fields::{reason_part, take_errors},
    name_of,
};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::{Button, buttons},
        form::{Form as FormView, form as form_view},
        head::{PageHead, page_head},
        notice::{Link, Notice, notice},
        shell::Area,
    },
};

/// The act that could be taken back.
struct Last {
    name: String,
    on: String,
    /// The fields that would be empty again.
    cleared: Vec<String>,
    /// The fields whose value before the act would be back.
    restored: Vec<String>,
    refusal: Option<Refusal>,
}

/// The last act that stands, and what stands in the way of taking it back.
fn last(page: &Page, entry: &Entry) -> Result<Option<Last>, AppError> {
    let ledger = &entry.ledger;
    let Some((_, done)) = entry.state.last_act().filter(|_| !entry.state.voided) else {
        return Ok(None);
    };
    let id = done.what.trim_start_matches("action:");
    let organ = page.app().organ(&page.actor().organ)?;
    let who = page.app().who_on(page.actor(), &organ, entry)?;
    let probe = Command::Retract {
        reason: "试".to_owned(),
    };
    let decided = decide(ledger, Some(&entry.state), probe, &who, who.today);
    let field_name = |id: &String| ledger.field(id).map(|field| field.name.clone());
    let events = decided.as_deref().unwrap_or_default();
    let (mut empty, mut back) = (Vec::new(), Vec::new());
    for event in events {
        if let Happening::Retracted {
            cleared, restored, ..
        } = &event.what
        {
            empty.extend(cleared.iter().filter_map(field_name));
            back.extend(restored.keys().filter_map(field_name));
        }
    }
    Ok(Some(Last {
        name: ledger
            .action(id)
            .map_or_else(|| id.to_owned(), |action| action.name.clone()),
        on: day(&done.on),
        cleared: empty,
        restored: back,
        refusal: decided.err(),
    }))
}

/// Below the acts: the way to take the last one back, for whoever may.
pub(super) fn offer(page: &Page, entry: &Entry) -> Result<Option<Markup>, AppError> {
    let last = last(page, entry)?;
    let last = last.filter(|last| !matches!(last.refusal, Some(Refusal::WrongRole { .. })));
    Ok(last.map(|last| {
        let button = Button::go(
            format!("撤回“{}”", last.name),
            routes::entry_part(&entry.id, "retract"),
        );
        html! {
            details.more {
                summary { "办错了？" }
                p.hint { "只能撤回最后一次办理；要撤回更早的，请从后往前逐次撤回。只是填错内容的，用“更正”。" }
                (buttons(&[button.quiet()]))
            }
        }
    }))
}

/// The form for taking the last act back.
pub async fn retract_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        page.show(view(
            page,
            &entry,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

/// Takes the last act back.
pub async fn retract(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().may_keep_with(page.actor(), &id)?;
        let based_on = form.text("revision").parse().unwrap_or(0);
        let reason = form.text("reason").to_owned();
        let mut errors = BTreeMap::new();
        let whole = match page.app().retract(page.actor(), &id, based_on, reason) {
            Ok(()) => {
                let to = routes::with_query(&routes::entry(&id), &[("done", "retracted")]);
                return see_other(&to);
            }
            Err(AppError::Refused(Refusal::ReasonMissing)) => {
                errors.insert("reason".to_owned(), "请写明为什么撤回。".to_owned());
                None
            }
            Err(error) => take_errors(error, &mut errors)?,
        };
        page.show_rejected(view(page, &entry, &form, &errors, whole)?)
    })
    .await
}

fn view(
    page: &Page,
    entry: &Entry,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let last = last(page, entry)?.ok_or(Refusal::NothingToRetract)?;
    let body = form_view(&FormView {
        id: "retract".to_owned(),
        action: routes::entry_part(&entry.id, "retract"),
        token: page.token(),
        hidden: vec![("revision".to_owned(), entry.state.revision.to_string())],
        errors: whole.into_iter().collect(),
        parts: vec![reason_part(form, errors, "撤回理由")],
        buttons: vec![
            Button::submit(format!("撤回“{}”", last.name)).grave(),
            Button::go("不撤回，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: format!("撤回：{}", last.name),
        kicker: Some(name_of(entry)),
        lede: Some(format!(
            "{}办理。撤回后回到办理前的环节，期限按撤回后的情况重新计算；这次办理和撤回理由都留在留痕里。",
            last.on
        )),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    let main = html! {
        (head)
        @if let Some(refusal) = &last.refusal {
            (notice(&Notice::new(Tone::Late, refusal.to_string())))
        } @else {
            @if !last.cleared.is_empty() {
                p.hint { "办理时填写的内容将清空：" (last.cleared.join("、")) "。" }
            }
            @if !last.restored.is_empty() {
                p.hint { "恢复为办理前的内容：" (last.restored.join("、")) "。" }
            }
            (body)
        }
    };
    Ok(View::of(Area::Ledgers, "撤回", main).below(above))
}

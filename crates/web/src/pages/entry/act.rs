//! Acts of a procedure: the form of one, and doing it.

use std::collections::BTreeMap;

use app::{
    Action, AppError,
    catalogue::{
        definition::{Action as Act, Field as Definition, FieldType, Ledger, Need},
        value::Value,
    },
    entry::{Deed, Entry},
    kernel::decide::{Given, obstacle_on},
    values::dates,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::{
    above,
    fields::{control, read, take_errors, typed},
    name_of,
};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, page_head},
        notice::{Link, Notice, notice},
        shell::Area,
    },
};

/// The form of an act.
pub async fn act_form(
    State(web): State<Web>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let entry = page.app().entry(page.actor(), &id)?;
        page.app()
            .ledger(page.actor(), Action::Act, &entry.ledger.id)?;
        page.show(act_view(
            page,
            &entry,
            &action,
            &Form::default(),
            &BTreeMap::new(),
            None,
        )?)
    })
    .await
}

/// Does an act.
pub async fn act(
    State(web): State<Web>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let entry = page.app().entry(page.actor(), &id)?;
        let fields = asked_definitions(&entry.ledger, &action)?;
        let (values, mut errors) = read(page, &fields, &form)?;
        let happened_on = match dates::parse_date(form.text("happened_on")) {
            Ok(day) => Some(day),
            Err(error) => {
                errors.insert("happened_on".to_owned(), error.to_string());
                None
            }
        };
        let mut whole = None;
        if errors.is_empty() {
            let based_on = form.text("revision").parse().ok();
            let deed = Deed {
                based_on,
                action: action.clone(),
                fields: values,
                happened_on,
                officers: (1..=OFFICERS_MAX).map(|at| officer(&form, at)).collect(),
            };
            match page.app().act_together(page.actor(), &id, deed) {
                Ok(()) => {
                    return see_other(&routes::with_query(
                        &routes::entry(&id),
                        &[("done", "acted")],
                    ));
                }
                Err(error) => whole = take_errors(error, &mut errors)?,
            }
        }
        page.show_rejected(act_view(page, &entry, &action, &form, &errors, whole)?)
    })
    .await
}

fn asked_definitions<'a>(
    ledger: &'a Ledger,
    action: &str,
) -> Result<Vec<&'a Definition>, AppError> {
    let action = ledger
        .action(action)
        .ok_or(AppError::NotFound("该办理事项"))?;
    // Who acts together is asked for once, with the certificates.
    let asked = |field: &&Definition| action.officers == 0 || field.kind != FieldType::Officer;
    Ok(action
        .asks
        .iter()
        .filter_map(|id| ledger.field(id))
        .filter(asked)
        .collect())
}

/// Officers that an act may need.
const OFFICERS_MAX: u8 = 9;

fn officer_field(at: u8) -> String {
    format!("officer-{at}")
}

/// The name that was given for an officer.
fn officer(form: &Form, at: u8) -> String {
    form.text(&officer_field(at)).trim().to_owned()
}

/// A line for each officer that the act needs, with those who hold a certificate as suggestions.
fn officers(page: &Page, action: &Act, form: &Form) -> Result<Vec<Field>, AppError> {
    if action.officers == 0 {
        return Ok(Vec::new());
    }
    let names = page
        .app()
        .officers_on(page.actor(), page.app().clock.today())?;
    let law = action.officers_law.as_ref().map(ToString::to_string);
    let field = |at: u8| {
        let suggestions = names.iter().map(|n| Choice::same(n.as_str())).collect();
        let control = Control::Lookup {
            value: officer(form, at),
            suggestions,
            lookup: None,
        };
        let field = Field::new(officer_field(at), format!("执法人员{at}"), control).required();
        let field = field.hint("填姓名；系统会核对执法证是否有效。");
        Field {
            law: law.clone(),
            ..field
        }
    };
    Ok((1..=action.officers.min(OFFICERS_MAX)).map(field).collect())
}

/// The field with the number of the paper that decides a matter.
const DECISION_NUMBER: &str = "decision_number";

/// The number of the paper that an act needs, as it was signed off: nobody types it again.
fn signed_number(page: &Page, entry: &Entry, action: &Act) -> Result<Option<Value>, AppError> {
    let papers = page.app().papers(page.actor(), &entry.id)?;
    let needed = action.needs.iter().filter_map(|need| match need {
        Need::Document(id) => Some(id),
        _ => None,
    });
    let mut signed = needed.filter_map(|id| {
        let mut papers = papers.iter().rev().filter(|p| *p.document == **id);
        papers.find_map(|paper| paper.in_force()?.number.as_deref().map(Value::from))
    });
    Ok(signed.next_back())
}

fn act_view(
    page: &Page,
    entry: &Entry,
    action: &str,
    form: &Form,
    errors: &BTreeMap<String, String>,
    whole: Option<String>,
) -> Result<View, AppError> {
    let definition = entry
        .ledger
        .action(action)
        .ok_or(AppError::NotFound("该办理事项"))?;
    let today = page.app().clock.today().to_string();
    let given = form.text("happened_on");
    let on = Control::Date {
        value: if given.is_empty() {
            today
        } else {
            given.to_owned()
        },
    };
    let mut fields = vec![Field {
        error: errors.get("happened_on").cloned(),
        ..Field::new("happened_on", "办理日期", on).required()
    }];
    for field in asked_definitions(&entry.ledger, action)? {
        let known = entry.state.fields.get(field.id.as_str()).cloned();
        let known = match &*field.id {
            DECISION_NUMBER if known.is_none() => signed_number(page, entry, definition)?,
            _ => known,
        };
        let typed = typed(form, field, known.as_ref());
        fields.push(control(page, &entry.ledger, field, &typed, errors)?);
    }
    fields.extend(officers(page, definition, form)?);
    let organ = page.app().organ(&page.actor().organ)?;
    let who = page.app().who_on(page.actor(), &organ, entry)?;
    let obstacle = obstacle_on(
        &entry.ledger,
        &entry.state,
        definition,
        Given::Later,
        &who,
        who.today,
    );
    let body = form_view(&FormView {
        id: "act".to_owned(),
        action: routes::entry_part(&entry.id, &format!("act/{action}")),
        token: page.token(),
        hidden: vec![("revision".to_owned(), entry.state.revision.to_string())],
        errors: whole.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit(definition.name.as_str()),
            Button::go("不办理，返回", routes::entry(&entry.id)).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: definition.name.clone(),
        kicker: Some(name_of(entry)),
        lede: definition.law.as_ref().map(|law| format!("依据：{law}")),
        ..PageHead::default()
    });
    let mut above = above(&entry.ledger);
    above.push(Link::new(name_of(entry), routes::entry(&entry.id)));
    let main = html! {
        (head)
        @if let Some(refusal) = obstacle {
            (notice(&Notice::new(Tone::Late, refusal.to_string())))
        } @else {
            (body)
        }
    };
    Ok(View::of(Area::Ledgers, definition.name.as_str(), main).below(above))
}

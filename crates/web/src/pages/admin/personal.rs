//! Hand-overs, requests about personal data, and seeing masked values with a reason.

use app::{Action, AppError, Resource, authorise::authorise, personal_data::Held};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{HAND_OVER, PERSONAL};
use crate::{
    context::{Page, Web, download, see_other},
    form::Form,
    pages::me::words,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        empty::Empty,
        facts::{Fact, facts},
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// A field of one line.
pub fn one_line(name: &str, label: &str, value: &str) -> Field {
    Field::new(
        name,
        label,
        Control::Text {
            value: value.to_owned(),
        },
    )
}

/// The form for a hand-over.
pub async fn hand_over_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        page.show(hand_over_view(page, &Form::default(), None)?)
    })
    .await
}

fn hand_over_view(page: &Page, form: &Form, error: Option<String>) -> Result<View, AppError> {
    authorise(page.actor(), Action::HandOver, Resource::Organ)?;
    let names = page.app().account_names(&page.actor().organ)?;
    let choices: Vec<Choice> = names
        .iter()
        .filter(|(id, _)| *id != "system")
        .map(|(id, name)| Choice::new(id.as_str(), name.as_str()))
        .collect();
    let list_of = |name: &str, label: &str| {
        let control = Control::Choice {
            value: form.text(name).to_owned(),
            choices: choices.clone(),
        };
        Field::new(name, label, control).required()
    };
    let body = form_view(&FormView {
        id: "hand-over".to_owned(),
        action: HAND_OVER.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                list_of("from", "交出人"),
                list_of("to", "接收人"),
                one_line("reason", "原因", form.text("reason")).required(),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("交接在办工作")],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "工作交接".to_owned(),
        lede: Some(
            "把一个人在办的全部工作连同期限交给另一个人；以前的办理仍记在原办理人名下。".to_owned(),
        ),
        ..PageHead::default()
    });
    Ok(View::of(Area::Admin, "工作交接", html! { (head) (body) }))
}

/// Gives work to somebody else.
pub async fn hand_over(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (from, to) = (form.text("from"), form.text("to"));
        let done = page
            .app()
            .hand_over(page.actor(), from, to, form.text("reason"));
        match done {
            Ok(done) => {
                let left = match done.left {
                    0 => String::new(),
                    left => format!("另有 {left} 件您无权查看，没有交接：请法规科或局领导办理。"),
                };
                let view = hand_over_view(page, &Form::default(), None)?;
                let said = notice(&Notice::new(
                    if done.left == 0 {
                        Tone::Done
                    } else {
                        Tone::Soon
                    },
                    format!("已交接 {} 件在办工作。{left}", done.moved),
                ));
                let main = html! { (said) (view.main) };
                page.show(View { main, ..view })
            }
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(hand_over_view(page, &form, Some(words))?)
            }
        }
    })
    .await
}

/// Requests of persons, and what is past its term.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let due = page.app().past_their_term(page.actor())?;
        let export = form_view(&FormView {
            id: "held".to_owned(),
            action: format!("{PERSONAL}/held.xlsx"),
            token: page.token(),
            parts: vec![FormPart {
                fields: vec![
                    one_line("name", "姓名", "").required(),
                    one_line("number", "电话或证件号（同名时用来区分）", ""),
                ],
                ..FormPart::default()
            }],
            buttons: vec![Button::submit("导出持有的个人信息")],
            ..FormView::default()
        });
        let head = page_head(&PageHead {
            title: "个人信息".to_owned(),
            lede: Some(
                "办理本人查阅、复制、删除的请求，清理超过保存年限的个人信息。每次办理都记入审计。"
                    .to_owned(),
            ),
            ..PageHead::default()
        });
        let main = html! {
            (head)
            (panel(&Panel::new("held-part", "本人要求查阅、复制", export)))
            (panel(&Panel { count: Some(format!("{} 条", due.len())),
                ..Panel::new("due", "超过保存年限", due_list(&due)) }))
            p.hint { "删除某条记录里的个人信息：打开该记录，在“个人信息”里办理。" }
        };
        page.show(View::of(Area::Admin, "个人信息", main))
    })
    .await
}

fn due_list(due: &[Held]) -> Markup {
    let rows = due.iter().map(|held| {
        let names: Vec<&str> = held
            .fields
            .iter()
            .map(|(_, name, _)| name.as_str())
            .collect();
        let day = held.entry.state.happened_on(&held.entry.ledger);
        Row::to(
            format!("{}/personal", routes::entry(&held.entry.id)),
            vec![
                Cell::text(held.entry.title.as_str()),
                Cell::text(held.entry.ledger.name.as_str()),
                Cell::text(app::values::dates::chinese(day)),
                Cell::text(names.join("、")),
            ],
        )
    });
    table(&Table {
        caption: "超过保存年限".to_owned(),
        columns: vec![
            Column::wide("记录"),
            Column::text("台账"),
            Column::short("日期"),
            Column::text("个人信息"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有超过保存年限的个人信息".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

/// What is held about a person, as a workbook.
pub async fn held_sheet(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (name, number) = (form.text("name"), form.text("number"));
        let sheet = page.app().held_sheet(page.actor(), name, number)?;
        download(app::sheet::XLSX, "个人信息.xlsx", sheet)
    })
    .await
}

/// The form for seeing the personal values of an entry.
pub async fn unmask_form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        page.show(unmask_view(page, &id, None)?)
    })
    .await
}

fn unmask_view(page: &Page, id: &str, error: Option<String>) -> Result<View, AppError> {
    let entry = page.app().entry(page.actor(), id)?;
    let body = form_view(&FormView {
        id: "unmask".to_owned(),
        action: format!("{}/personal", routes::entry(id)),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                one_line("reason", "查看理由", "")
                    .required()
                    .hint("如：电话回访投诉人。理由记入审计。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("查看完整个人信息"),
            Button::go("不查看，返回", routes::entry(id)).quiet(),
        ],
        ..FormView::default()
    });
    let keeps = keeps(page);
    let head = page_head(&PageHead {
        title: "个人信息".to_owned(),
        kicker: Some(entry.title.clone()),
        lede: Some(
            "证件号、电话、住址和未成年人姓名平时脱敏显示；工作需要时写明理由再看。".to_owned(),
        ),
        ..PageHead::default()
    });
    let main = html! {
        (head)
        (body)
        @if keeps { (panel(&Panel::new("erase-part", "删除个人信息", erasing(page, &entry)))) }
    };
    Ok(View::of(Area::Ledgers, "个人信息", main).below(vec![
        Link::new(entry.ledger.name.as_str(), routes::ledger(&entry.ledger.id)),
        Link::new(entry.title.as_str(), routes::entry(id)),
    ]))
}

fn erasing(page: &Page, entry: &app::entry::Entry) -> Markup {
    let there = |f: &&app::catalogue::definition::Field| {
        app::envelope::is_personal(f) && entry.state.fields.contains_key(f.id.as_str())
    };
    let fields: Vec<Choice> = entry
        .ledger
        .fields
        .iter()
        .filter(there)
        .map(|f| Choice::new(f.id.as_str(), f.name.as_str()))
        .collect();
    form_view(&FormView {
        id: "erase".to_owned(),
        action: format!("{PERSONAL}/erase"),
        token: page.token(),
        hidden: vec![("entry".to_owned(), entry.id.clone())],
        parts: vec![FormPart {
            note: Some("删除后不能恢复；存证中的承诺值保留，其余内容仍可验证。".to_owned()),
            fields: vec![
                Field::new(
                    "fields",
                    "删除哪些项目",
                    Control::Choices {
                        values: vec![],
                        choices: fields,
                    },
                ),
                one_line("ground", "依据", "")
                    .required()
                    .hint("如：本人请求；保存期限届满。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("删除").grave()],
        ..FormView::default()
    })
}

/// Shows the personal values of an entry.
pub async fn unmask(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        match page.app().unmask(page.actor(), &id, form.text("reason")) {
            Ok(held) => {
                let known: Vec<Fact> = held
                    .fields
                    .iter()
                    .map(|(_, name, value)| Fact::new(name.as_str(), Cell::text(value.as_str())))
                    .collect();
                let head = page_head(&PageHead {
                    title: "完整个人信息".to_owned(),
                    kicker: Some(held.entry.title.clone()),
                    lede: Some("本次查看及理由已记入审计。".to_owned()),
                    actions: vec![Button::go("返回记录", routes::entry(&id))],
                    ..PageHead::default()
                });
                let main = html! { (head) (panel(&Panel::new("held", "内容", facts(&known)))) };
                page.show(View::of(Area::Ledgers, "完整个人信息", main))
            }
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(unmask_view(page, &id, Some(words))?)
            }
        }
    })
    .await
}

/// A form that erases something that is no entry: what is hidden in it says what.
pub fn erase_form(page: &Page, hidden: &[(&str, &str)], fields: Vec<Field>, note: &str) -> Markup {
    let ground = one_line("ground", "依据", "")
        .required()
        .hint("如：本人请求；保存期限届满。");
    let hidden = hidden.iter();
    form_view(&FormView {
        id: "erase".to_owned(),
        action: format!("{PERSONAL}/erase"),
        token: page.token(),
        hidden: hidden
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        parts: vec![FormPart {
            note: Some(note.to_owned()),
            fields: fields.into_iter().chain([ground]).collect(),
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("删除").grave()],
        ..FormView::default()
    })
}

/// Whether the reader erases personal data.
pub fn keeps(page: &Page) -> bool {
    authorise(page.actor(), Action::KeepPersonalData, Resource::Organ).is_ok()
}

/// Erases personal values of an entry, what somebody handed in, or the name of a candidate.
pub async fn erase(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (app, actor, ground) = (page.app(), page.actor(), form.text("ground"));
        let beside = [("done", "erased-beside")];
        let (receipt, exam) = (form.text("receipt"), form.text("exam"));
        if !receipt.is_empty() {
            app.erase_item(actor, receipt, ground)?;
            let back = crate::publishing::received(receipt);
            return see_other(&routes::with_query(&back, &beside));
        }
        if !exam.is_empty() {
            let (unit, name) = (form.text("unit"), form.text("name"));
            app.erase_candidate(actor, exam, unit, name, ground)?;
            let back = format!("/rounds/exam/{exam}");
            return see_other(&routes::with_query(&back, &beside));
        }
        let id = form.text("entry").to_owned();
        let fields: Vec<String> = form.all("fields").map(str::to_owned).collect();
        match app.erase(actor, &id, &fields, ground) {
            Ok(_) => see_other(&routes::with_query(
                &routes::entry(&id),
                &[("done", "erased")],
            )),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(unmask_view(page, &id, Some(words))?)
            }
        }
    })
    .await
}

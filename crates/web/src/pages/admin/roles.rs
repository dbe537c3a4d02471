//! Roles: the security administrator's page.

use app::AppError;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{CONFIRM, IDENTITY, ROLES};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::{home::short_date, me::words},
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// Who holds which role.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        page.show(view(page, &Form::default(), None)?)
    })
    .await
}

fn view(page: &Page, form: &Form, error: Option<String>) -> Result<View, AppError> {
    let holders = page.app().holders(page.actor())?;
    let mut rows = Vec::new();
    for holder in &holders {
        let account = &holder.account;
        // One element: on a telephone each child of a cell is a line of its own.
        let held = html! {
            div { @for (id, name, grant) in &holder.roles {
                div { (name)
                    @if let Some(grant) = grant {
                        " " span.hint {
                            (short_date(grant.granted_at.get(..10).unwrap_or_default())) " 授予"
                            @if let Some(at) = &grant.reviewed_at {
                                "，" (short_date(at.get(..10).unwrap_or_default())) " 复核"
                            }
                        }
                    }
                    " " (act(page, &account.account_id, "revoke", id, "收回"))
                }
            } }
        };
        let place = holder.unit.clone().unwrap_or_else(|| account.post.clone());
        rows.push(Row::plain(vec![
            Cell::text(account.name.as_str()),
            Cell::text(account.login.as_str()),
            Cell::text(place),
            Cell::Other(held),
            Cell::Other(act(page, &account.account_id, "review", "", "复核无误")),
        ]));
    }
    let list = table(&Table {
        caption: "授权".to_owned(),
        columns: vec![
            Column::text("姓名"),
            Column::short("用户名"),
            Column::text("职务或单位"),
            Column::wide("角色"),
            Column::short("复核"),
        ],
        rows,
        ..Table::default()
    });
    let people = holders.iter().map(|h| {
        let label = format!("{}（{}）", h.account.name, h.account.login);
        Choice::new(h.account.account_id.as_str(), label)
    });
    let roles = page.app().catalogue().roles().to_vec();
    let roles = roles
        .iter()
        .map(|r| Choice::new(&*r.id, format!("{}：{}", r.name, r.about)));
    let list_of = |name: &str, label: &str, choices: Vec<Choice>| {
        let value = form.text(name).to_owned();
        Field::new(name, label, Control::Choice { value, choices }).required()
    };
    let reason = Control::Text {
        value: form.text("reason").to_owned(),
    };
    let grant = form_view(&FormView {
        id: "grant".to_owned(),
        action: ROLES.to_owned(),
        token: page.token(),
        hidden: vec![("do".to_owned(), "grant".to_owned())],
        parts: vec![FormPart {
            fields: vec![
                list_of("account", "给谁", people.collect()),
                list_of("role", "角色", roles.collect()),
                Field::new("reason", "理由", reason)
                    .required()
                    .hint("任命文件、岗位调整等。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("授予角色")],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "授权".to_owned(),
        lede: Some(
            "授予、收回和复核角色。不能给自己授权；系统、安全、审计三员不得兼任。".to_owned(),
        ),
        actions: vec![
            Button::go("统一身份认证", IDENTITY),
            Button::go("待确认的申请", CONFIRM),
        ],
        ..PageHead::default()
    });
    let problem = error.map(|text| notice(&Notice::new(Tone::Late, text)));
    let main = html! {
        (head)
        @if let Some(problem) = &problem { (problem) }
        @if let Some(awaiting) = awaiting(page)? { (awaiting) }
        (list)
        (panel(&Panel::new("grant-part", "授予角色", grant)))
        (panel(&Panel::new("policy", "第二因素", policy(page)?)))
    };
    Ok(View::of(Area::Admin, "授权", main))
}

/// New organs below, whose administrators wait for their roles.
fn awaiting(page: &Page) -> Result<Option<Markup>, AppError> {
    let organs = page.app().awaiting_roles(page.actor())?;
    let body = html! {
        p { "三员就任后，授权由该机关自己的安全管理员办理，本局不再经手。" }
        @for organ in &organs {
            p { b { (organ.organ_name) } "："
                @for (at, (name, post)) in organ.people.iter().enumerate() {
                    @if at > 0 { "，" } (name) "（" (post) "）"
                }
                " " (act(page, &organ.organ, "confirm", "", "授予三员的角色"))
            }
        }
    };
    let found = !organs.is_empty();
    Ok(found.then(|| panel(&Panel::new("awaiting", "新建的下级机关待授权", body))))
}

fn act(page: &Page, account: &str, what: &str, role: &str, label: &str) -> Markup {
    html! {
        form.inline-form method="post" action=(ROLES) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="account" value=(account);
            input type="hidden" name="role" value=(role);
            button.btn.btn-quiet type="submit" name="do" value=(what) { (label) }
        }
    }
}

fn policy(page: &Page) -> Result<Markup, AppError> {
    let control = Control::Choice {
        value: page.app().second_factor_policy(&page.actor().organ)?,
        choices: vec![
            Choice::new("none", "由本人决定"),
            Choice::new("administrators", "三员必须使用"),
            Choice::new("all", "所有人必须使用"),
        ],
    };
    Ok(form_view(&FormView {
        id: "policy-form".to_owned(),
        action: "/admin/second-factor".to_owned(),
        token: page.token(),
        parts: vec![FormPart {
            fields: vec![Field::new("of", "谁必须用动态码或安全密钥登录", control)],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("保存")],
        ..FormView::default()
    }))
}

/// Grants, takes back or reviews.
pub async fn change(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (app, actor) = (page.app(), page.actor());
        let (account, role) = (form.text("account"), form.text("role"));
        let done = match form.text("do") {
            "grant" => app.grant(actor, account, role, form.text("reason")),
            "revoke" => app.revoke(actor, account, role),
            "review" => app.review_roles(actor, account),
            "confirm" => app.confirm_administrators(actor, account),
            _ => Err(AppError::NotFound("这个办理")),
        };
        match done {
            Ok(()) => see_other(&format!("{ROLES}?done=saved")),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(view(page, &form, Some(words))?)
            }
        }
    })
    .await
}

/// Sets of whom a second factor is asked.
pub async fn ask_second_factor(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app()
            .ask_second_factor(page.actor(), form.text("of"))?;
        see_other(&format!("{ROLES}?done=saved"))
    })
    .await
}

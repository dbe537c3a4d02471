//! What waits for a second administrator: the pages of the security and the audit administrator.

use app::{AppError, people::ToConfirm};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::CONFIRM;
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::{entry::recorded, me::words},
    shell::View,
    ui::{
        badge::Tone,
        empty::Empty,
        head::{PageHead, page_head},
        notice::{Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// What waits.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| page.show(view(page, None)?))
        .await
}

fn view(page: &Page, error: Option<String>) -> Result<View, AppError> {
    let waiting = page.app().to_confirm(page.actor())?;
    let row = |one: &ToConfirm| {
        let answers = html! {
            form.inline-form method="post" action=(CONFIRM) {
                input type="hidden" name="token" value=(page.token());
                input type="hidden" name="account" value=(one.account.account_id);
                button.btn type="submit" name="do" value="agree" { "确认" }
                button.btn.btn-quiet type="submit" name="do" value="refuse" { "不同意" }
            }
        };
        Row::plain(vec![
            Cell::text(one.account.name.as_str()),
            Cell::text(one.account.login.as_str()),
            Cell::text(one.asked.words()),
            Cell::text(one.by.as_str()),
            Cell::text(recorded(&one.at)),
            Cell::Other(answers),
        ])
    };
    let list = table(&Table {
        caption: "等待确认的申请".to_owned(),
        columns: vec![
            Column::text("管理员"),
            Column::short("用户名"),
            Column::text("申请"),
            Column::text("申请人"),
            Column::short("时间"),
            Column::short("确认"),
        ],
        rows: waiting.iter().map(row).collect(),
        empty: Some(Empty {
            title: "没有等待确认的申请".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let head = page_head(&PageHead {
        title: "确认对管理员账号的处理".to_owned(),
        lede: Some(
            "重发口令、停用或启用管理员账号，由系统管理员申请、另一名管理员确认。先向本人核实再确认；一次性口令各持一半，申请人的一半和您的一半都当面交给本人。"
                .to_owned(),
        ),
        ..PageHead::default()
    });
    let problem = error.map(|text| notice(&Notice::new(Tone::Late, text)));
    let main = html! {
        (head)
        @if let Some(problem) = &problem { (problem) }
        (list)
    };
    Ok(View::of(Area::Admin, "确认对管理员账号的处理", main))
}

/// Confirms or refuses.
pub async fn answer(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let agree = match form.text("do") {
            "agree" => true,
            "refuse" => false,
            _ => return Err(AppError::NotFound("这个办理")),
        };
        let account = form.text("account");
        match page.app().confirm_asked(page.actor(), account, agree) {
            Ok(None) => see_other(&format!("{CONFIRM}?done=saved")),
            Ok(Some(half)) => page.show(super::people::half_view(&half, "后一半", CONFIRM)),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(view(page, Some(words))?)
            }
        }
    })
    .await
}

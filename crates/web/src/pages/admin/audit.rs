//! The audit trail: the audit administrator's page.

use app::audit::{KINDS, PAGE, TrailAsk, word};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::AUDIT;
use crate::{
    context::Web,
    pages::entry::recorded,
    routes,
    shell::View,
    ui::{
        button::{Button, buttons},
        empty::Empty,
        head::{PageHead, page_head},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// Lines that fit, newest first.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let ask = TrailAsk {
            from: page.asked("from"),
            to: page.asked("to"),
            account: page.asked("account"),
            kind: page.asked("kind"),
            words: page.asked("q"),
            before: page.asked("before").parse().ok(),
        };
        let lines = page.app().audit_trail(page.actor(), &ask)?;
        let names = page.app().account_names(&page.actor().organ)?;
        let name = |id: &str| names.get(id).cloned().unwrap_or_default();
        let rows = lines.iter().map(|line| {
            let leaf = line.leaf_index.map(|n| n.to_string()).unwrap_or_default();
            Row::plain(vec![
                Cell::text(recorded(&line.at)),
                Cell::text(name(&line.account_id)),
                Cell::text(word(&line.kind)),
                Cell::text(line.subject.as_str()),
                Cell::text(line.detail.as_str()),
                Cell::text(leaf),
            ])
        });
        let list = table(&Table {
            caption: "审计记录".to_owned(),
            columns: vec![
                Column::short("时间"),
                Column::text("谁"),
                Column::short("做什么"),
                Column::text("对象"),
                Column::wide("详情"),
                Column::number("存证序号"),
            ],
            rows: rows.collect(),
            empty: Some(Empty {
                title: "没有符合条件的记录".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let older = lines.last().filter(|_| lines.len() == PAGE).map(|last| {
            let before = last.audit_id.to_string();
            let address = routes::with_query(AUDIT, &[
                ("from", ask.from.as_str()),
                ("to", ask.to.as_str()),
                ("account", ask.account.as_str()),
                ("kind", ask.kind.as_str()),
                ("q", ask.words.as_str()),
                ("before", before.as_str()),
            ]);
            buttons(&[Button::go("更早的记录", address)])
        });
        let head = page_head(&PageHead {
            title: "审计记录".to_owned(),
            lede: Some(
                "登录、授权、查看敏感信息、导出和被拒绝的访问。只增不改，每条都进存证日志，长期保存（不少于 180 天）。"
                    .to_owned(),
            ),
            actions: vec![Button::go("待确认的申请", super::CONFIRM)],
            ..PageHead::default()
        });
        let search = html! {
            form.filter-bar method="get" action=(AUDIT) role="search" {
                label { "从 " input type="date" name="from" value=(ask.from); }
                label { "到 " input type="date" name="to" value=(ask.to); }
                label { "谁 "
                    select name="account" {
                        option value="" { "全部" }
                        @for (id, name) in &names {
                            option value=(id) selected[*id == ask.account] { (name) }
                        }
                    }
                }
                label { "做什么 "
                    select name="kind" {
                        option value="" { "全部" }
                        @for (id, word) in KINDS {
                            option value=(id) selected[*id == ask.kind] { (word) }
                        }
                    }
                }
                label { "含有 " input type="search" name="q" value=(ask.words); }
                button.btn type="submit" { "查询" }
            }
        };
        let main = html! { (head) (search) (list) @if let Some(older) = &older { (older) } };
        page.show(View { wide: true, ..View::of(Area::Admin, "审计记录", main) })
    })
    .await
}

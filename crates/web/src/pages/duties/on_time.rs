//! Times that are set, one by one: how many were kept in a year, and which were not.

use app::{
    duties::{ClockRate, ClockYear},
    values::decimal::Rounding,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{ON_TIME, said, topic, year_bar, year_of};
use crate::{
    context::Web,
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, page_head},
        table::{Cell, Column, Row, Table, table},
    },
};

fn limit(rate: &ClockRate) -> String {
    let Some(clock) = rate.definition() else {
        return String::new();
    };
    match clock.limit.amount() {
        0 => "当日".to_owned(),
        _ => clock.limit.chinese(),
    }
}

fn law(rate: &ClockRate) -> Cell {
    let law = rate.definition().and_then(|clock| clock.law.as_ref());
    law.map_or(Cell::Missing, |law| Cell::text(law.to_string()))
}

fn share(rate: &ClockRate) -> Cell {
    match rate.rate() {
        None => Cell::Missing,
        Some(_) if rate.missed == 0 => Cell::text("100"),
        Some(share) => Cell::text(share.percent(1, Rounding::Down).to_string()),
    }
}

fn name(rate: &ClockRate) -> String {
    rate.definition().map_or(String::new(), |c| c.name.clone())
}

/// All of them.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let rates = page.app().clock_rates(page.actor(), year)?;
        let rows = rates.iter().map(|rate| {
            let href = format!("{ON_TIME}/{}/{}?year={year}", rate.ledger.id, rate.clock);
            Row::to(
                href,
                vec![
                    Cell::text(name(rate)),
                    Cell::text(rate.ledger.name.as_str()),
                    Cell::text(limit(rate)),
                    law(rate),
                    Cell::text(rate.met.to_string()),
                    match rate.missed {
                        0 => Cell::text("0"),
                        n => Cell::badge(Badge::new(Tone::Late, n.to_string())),
                    },
                    share(rate),
                ],
            )
        });
        let list = table(&Table {
            caption: "按时办理".to_owned(),
            columns: vec![
                Column::wide("期限"),
                Column::text("台账"),
                Column::short("时限"),
                Column::text("依据"),
                Column::number("按期"),
                Column::number("超期"),
                Column::number("按期率").in_unit("%"),
            ],
            rows: rows.collect(),
            empty: Some(Empty {
                title: "这一年没有到期的期限".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let head = page_head(&PageHead {
            title: "按时办理".to_owned(),
            kicker: Some(format!("{year} 年")),
            lede: Some(
                "按办结日期所在年度，逐件用工作日历算出是否按期：双公示、依申请公开、备案、清单公布、建档都在这里。比率向下取。"
                    .to_owned(),
            ),
            ..PageHead::default()
        });
        topic(page, "按时办理", html! { (head) (year_bar(page, ON_TIME, year)) (list) })
    })
    .await
}

/// Those that did not keep one.
pub async fn show(
    State(web): State<Web>,
    Path((ledger, clock)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let year = year_of(page);
        let view = page.app().clock_year(page.actor(), &ledger, &clock, year)?;
        let title = format!("{}：{}", view.rate.ledger.name, name(&view.rate));
        let average = view.average_days.map_or(String::new(), |days| {
            format!("，平均用 {} 天", days.decimal(1, Rounding::HalfUp))
        });
        let main = html! {
            (page_head(&PageHead {
                title: title.clone(),
                kicker: Some(format!("{year} 年 · {}", limit(&view.rate))),
                count: Some(format!("没有按期 {} 件", view.late_count)),
                lede: Some(format!(
                    "办结的：按期 {} 件，超期 {} 件{average}。", view.rate.met, view.rate.missed,
                )),
                actions: vec![
                    Button::go("全部期限", format!("{ON_TIME}?year={year}")),
                    Button::go("台账", routes::ledger(&ledger)),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, &format!("{ON_TIME}/{ledger}/{clock}"), year))
            (late(&view))
        };
        topic(page, &title, main)
    })
    .await
}

fn late(view: &ClockYear) -> Markup {
    let rows = view.late.iter().map(|one| {
        Row::to(
            routes::entry(&one.entry),
            vec![
                Cell::text(one.number.as_str()),
                Cell::text(one.title.as_str()),
                said(Some(one.due_on)),
                said(one.stopped_on),
                Cell::text(one.days.to_string()),
            ],
        )
    });
    table(&Table {
        caption: "没有按期的".to_owned(),
        columns: vec![
            Column::short("编号"),
            Column::wide("名称"),
            Column::short("最晚日期"),
            Column::short("办结日期"),
            Column::number("超过").in_unit("天"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: match view.hidden {
                true => "您可以看到总数；是哪些，由主管科室、法规科和局领导查看",
                false => "没有超期的",
            }
            .to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

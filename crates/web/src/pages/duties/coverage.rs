//! Coverage against the registers: all questions, and those that lack one thing.

use app::values::decimal::Rounding;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::{COVERAGE, topic, year_bar, year_of};
use crate::{
    context::Web,
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, page_head},
        notice::{Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

/// A rate with one decimal, never rounded up to 100.
fn rate(coverage: &app::duties::Coverage) -> String {
    match coverage.rate() {
        None => String::new(),
        Some(_) if coverage.lacking == 0 => "100".to_owned(),
        Some(rate) => rate.percent(1, Rounding::Down).to_string(),
    }
}

/// All questions.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let all = page.app().coverages(page.actor(), year)?;
        let rows = all.iter().map(|one| {
            let state = match one.lacking {
                _ if one.early => Badge::new(Tone::Plain, "学期未结束"),
                0 if one.base > 0 => Badge::done("全部做到"),
                0 => Badge::new(Tone::Plain, "名录里没有"),
                n => Badge::new(Tone::Soon, format!("缺 {n} 所")),
            };
            let href = format!("{COVERAGE}/{}?year={year}", one.check.id);
            Row::to(
                href,
                vec![
                    Cell::text(one.check.name),
                    Cell::text(one.check.among.words()),
                    Cell::text(one.base.to_string()),
                    Cell::text((one.base - one.lacking).to_string()),
                    Cell::text(rate(one)),
                    Cell::badge(state),
                ],
            )
        });
        let list = table(&Table {
            caption: "覆盖".to_owned(),
            columns: vec![
                Column::wide("事项"),
                Column::text("范围"),
                Column::number("应做到").in_unit("所"),
                Column::number("已做到").in_unit("所"),
                Column::number("覆盖率").in_unit("%"),
                Column::short("缺口"),
            ],
            rows: rows.collect(),
            ..Table::default()
        });
        let head = page_head(&PageHead {
            title: "覆盖".to_owned(),
            kicker: Some(format!("{year} 年")),
            lede: Some(
                "分母是名录里在册的学校和培训机构，不是填报的；点开看缺的是哪些。比率向下取，没有全部做到就不会是 100。"
                    .to_owned(),
            ),
            ..PageHead::default()
        });
        topic(page, "覆盖", html! { (head) (year_bar(page, COVERAGE, year)) (list) })
    })
    .await
}

/// The schools that lack it.
pub async fn show(
    State(web): State<Web>,
    Path(check): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let year = year_of(page);
        let one = page.app().coverage(page.actor(), &check, year)?;
        let rows = one.missing.iter().map(|school| {
            Row::to(
                routes::entry(&school.entry),
                vec![
                    Cell::text(school.name.as_str()),
                    Cell::text(school.district.as_str()),
                    Cell::text(school.kind.as_str()),
                    Cell::text(school.note.as_str()),
                ],
            )
        });
        let list = table(&Table {
            caption: one.check.name.to_owned(),
            columns: vec![
                Column::wide("学校（机构）"),
                Column::text("区县"),
                Column::text("类别"),
                Column::text("情况"),
            ],
            rows: rows.collect(),
            empty: Some(Empty {
                title: if one.hidden { "您可以看到总数，看不到名单" } else { "没有缺的" }.to_owned(),
                teaches: "名单由台账主管科室、法规科和局领导查看。".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let main = html! {
            (page_head(&PageHead {
                title: one.check.name.to_owned(),
                kicker: Some(format!("{year} 年 · {}", one.check.among.words())),
                count: Some(format!("缺 {} 所", one.lacking)),
                lede: Some(format!("应做到 {} 所，已做到 {} 所。", one.base, one.base - one.lacking)),
                actions: vec![
                    Button::go("全部事项", format!("{COVERAGE}?year={year}")),
                    Button::go("台账", routes::ledger(one.check.ledger)),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, &format!("{COVERAGE}/{check}"), year))
            @if one.hidden {
                (notice(&Notice::new(Tone::Plain, format!("{} 所没有做到；名单须由主管科室查看。", one.lacking))))
            }
            (list)
        };
        topic(page, one.check.name, main)
    })
    .await
}

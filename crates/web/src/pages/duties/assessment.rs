//! The year-end assessment: sheets with sums, places and the veto.

use app::duties::Sheet;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{ASSESSMENT, topic, year_bar, year_of};
use crate::{
    context::Web,
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Tenths as they are printed.
fn tenths(score: i64) -> String {
    match score % 10 {
        0 => (score / 10).to_string(),
        rest => format!("{}.{rest}", score / 10),
    }
}

/// The page.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let view = page.app().assessment(page.actor(), year)?;
        let main = html! {
            (page_head(&PageHead {
                title: "年终考核".to_owned(),
                kicker: Some(format!("{year} 年")),
                lede: Some("总分、名次和一票否决由系统从评分算出；没有评完的单位不排名。".to_owned()),
                actions: vec![
                    Button::go("评分", routes::ledger("assessment_score")),
                    Button::go("指标", routes::ledger("assessment_indicator")),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, ASSESSMENT, year))
            @for (at, one) in view.sheets.iter().enumerate() { (sheet(at, one)) }
            @if view.sheets.is_empty() {
                (crate::ui::empty::empty(&Empty {
                    title: "本年没有考核指标".to_owned(),
                    teaches: "先在“年终考核指标”登记考核表、分值和标准。".to_owned(),
                    actions: vec![Button::go("去登记", routes::ledger("assessment_indicator"))],
                }))
            }
        };
        topic(page, "年终考核", main)
    })
    .await
}

/// So many indicators stand above their columns by name; of more, the columns carry the numbers.
const NAMED: usize = 6;

fn sheet(at: usize, sheet: &Sheet) -> Markup {
    let named = sheet.indicators.len() <= NAMED;
    let mut columns = vec![Column::short("单位"), Column::number("名次")];
    columns.extend(sheet.indicators.iter().map(|(number, name, points, veto)| {
        let heading = match named {
            true => name.clone(),
            false => format!("指标{number}"),
        };
        if *veto {
            Column::text(format!("{heading}（否决）"))
        } else {
            Column::number(heading).in_unit(format!("{points} 分"))
        }
    }));
    columns.extend([Column::number("总分"), Column::short("结论")]);
    let rows = sheet.units.iter().map(|unit| {
        let place = unit.place.map(|p| p.to_string());
        let mut cells = vec![
            Cell::text(unit.unit.as_str()),
            Cell::text(place.unwrap_or_default()),
        ];
        for (score, (_, name, _, veto)) in unit.scores.iter().zip(&sheet.indicators) {
            cells.push(match (score, veto) {
                (None, _) => Cell::Missing,
                (Some(_), true) if unit.vetoed.contains(name) => {
                    Cell::badge(Badge::new(Tone::Late, "否决"))
                }
                (Some(_), true) => Cell::text("达标"),
                (Some(score), false) => Cell::text(tenths(*score)),
            });
        }
        cells.push(Cell::text(tenths(unit.total)));
        cells.push(Cell::badge(if !unit.vetoed.is_empty() {
            Badge::new(Tone::Late, "不合格（一票否决）")
        } else if unit.too_high {
            Badge::new(Tone::Late, "有得分超过分值")
        } else if !unit.complete() {
            Badge::new(Tone::Soon, "没有评完")
        } else {
            Badge::done("已评完")
        }));
        Row::plain(cells)
    });
    let list = table(&Table {
        caption: sheet.name.clone(),
        columns,
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有评分".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let body = html! {
        div.tall-heads { (list) }
        @if !named {
            ul {
                @for (number, name, _, _) in &sheet.indicators { li { "指标" (number) "：" (name) } }
            }
        }
    };
    panel(&Panel {
        count: Some(format!("满分 {} 分", sheet.full())),
        ..Panel::new(format!("sheet-{at}"), sheet.name.as_str(), body)
    })
}

//! The leader's dashboard.

use app::duties::{Dashboard, RiskAt};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{COVERAGE, DASHBOARD, PREPAID, said, topic, value, year_bar, year_of};
use crate::{
    context::{Page, Web},
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
    },
};

/// The page.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let view = page.app().dashboard(page.actor(), year)?;
        let main = html! {
            (page_head(&PageHead {
                title: "领导驾驶舱".to_owned(),
                kicker: Some(format!("{year} 年")),
                lede: Some("职责、期限、计划、数据、风险都从台账算出；点数字看它从哪里来。".to_owned()),
                actions: vec![
                    Button::go("期限", routes::DEADLINES),
                    Button::go("报告", routes::REPORTS),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, DASHBOARD, year))
            (cards(&view))
            (risks(&view))
            (duties(&view))
            (days(page, &view))
            (plans(&view))
            (compared(&view))
        };
        topic(page, "领导驾驶舱", main)
    })
    .await
}

fn cards(view: &Dashboard) -> Markup {
    let cards: Vec<Stat> = view
        .figures
        .iter()
        .map(|[now, before]| Stat {
            label: now.figure.name.clone(),
            value: now.text(),
            unit: now.figure.unit.clone(),
            href: Some(routes::figure(&now.figure.id, &now.ask, None)),
            delta: Some(match before.text() {
                Some(text) => format!("{} 年 {text}", view.year - 1),
                None => format!("{} 年没有数据", view.year - 1),
            }),
            ..Stat::default()
        })
        .collect();
    panel(&Panel::new(
        "figures",
        "关键数据，与上年相比",
        stats(&cards),
    ))
}

fn risks(view: &Dashboard) -> Markup {
    let rows = view.risks.iter().map(|risk| {
        let href = match &risk.at {
            RiskAt::Figure(id) => format!("/figures/{id}?to={}-12-31", view.year),
            RiskAt::Prepaid => PREPAID.to_owned(),
            RiskAt::Coverage(id) => format!("{COVERAGE}/{id}?year={}", view.year),
        };
        Row::to(
            href,
            vec![
                Cell::text(risk.name.as_str()),
                Cell::badge(Badge::new(
                    Tone::Soon,
                    format!("{} {}", risk.count, risk.unit),
                )),
            ],
        )
    });
    let list = table(&Table {
        caption: "风险".to_owned(),
        columns: vec![Column::wide("风险"), Column::short("数量")],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有需要提醒的风险".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    panel(&Panel {
        count: Some(format!("{} 项", view.risks.len())),
        ..Panel::new("risks", "风险", list)
    })
}

fn duties(view: &Dashboard) -> Markup {
    let rows = view.duties.iter().map(|duty| {
        let state = match duty.done_on {
            Some(_) => Badge::done("已履行"),
            None => Badge::new(Tone::Soon, "还没有履行"),
        };
        Row::to(
            routes::entry(&duty.entry),
            vec![
                Cell::text(duty.duty.as_str()),
                Cell::badge(state),
                said(duty.done_on),
                Cell::text(duty.result.as_str()),
            ],
        )
    });
    let list = table(&Table {
        caption: "第一责任人职责".to_owned(),
        columns: vec![
            Column::wide("职责"),
            Column::short("状态"),
            Column::short("最近履行"),
            Column::text("履行情况"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "本年没有登记第一责任人职责".to_owned(),
            teaches: "在“责任清单条目”里登记“第一责任人职责”，一项一条。".to_owned(),
            actions: vec![Button::go("去登记", routes::ledger("duty_list_item"))],
        }),
        ..Table::default()
    });
    panel(&Panel::new(
        "duties",
        "党政主要负责人履行第一责任人职责",
        list,
    ))
}

fn days(page: &Page, view: &Dashboard) -> Markup {
    let today = page.app().clock.today();
    let rows = view.days.iter().map(|day| {
        let state = match day.done_on {
            Some(done) if done > day.due_on => Badge::new(Tone::Late, "逾期完成"),
            Some(_) => Badge::done("按期完成"),
            None if today > day.due_on => Badge::new(Tone::Late, "没有登记完成"),
            None => Badge::new(Tone::Soon, "未到期"),
        };
        let cells = vec![
            Cell::text(day.name),
            said(Some(day.due_on)),
            Cell::badge(state),
            said(day.done_on),
            Cell::text(day.law),
        ];
        match &day.entry {
            Some(entry) => Row::to(routes::entry(entry), cells),
            None => Row::plain(cells),
        }
    });
    let list = table(&Table {
        caption: "全年固定期限".to_owned(),
        columns: vec![
            Column::wide("事项"),
            Column::short("最晚日期"),
            Column::short("状态"),
            Column::short("完成日期"),
            Column::text("依据"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new("days", "全年固定期限", list))
}

fn plans(view: &Dashboard) -> Markup {
    let rows = view.plans.iter().map(|plan| {
        let [planned, done, rate] = &plan.readings;
        Row::plain(vec![
            Cell::text(plan.name),
            value(planned),
            value(done),
            value(rate),
        ])
    });
    let list = table(&Table {
        caption: "计划与完成".to_owned(),
        columns: vec![
            Column::wide("计划"),
            Column::number("计划"),
            Column::number("完成"),
            Column::number("完成率").in_unit("%"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new("plans", "计划与完成", list))
}

fn compared(view: &Dashboard) -> Markup {
    let mut names: Vec<&str> = view
        .compared
        .iter()
        .flat_map(|c| c.districts.iter().map(|(name, _)| name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let districts = names.iter().map(|name| Column::number(*name));
    let columns: Vec<Column> = [
        Column::wide("数据"),
        Column::short("单位"),
        Column::number("全局"),
    ]
    .into_iter()
    .chain(districts)
    .collect();
    let rows = view.compared.iter().map(|compared| {
        let of = |name: &&str| {
            let found = compared.districts.iter().find(|(n, _)| n == name);
            found.map_or(Cell::Missing, |(_, reading)| value(reading))
        };
        let figure = &compared.whole.figure;
        let mut cells = vec![
            Cell::text(figure.name.as_str()),
            Cell::text(figure.unit.as_str()),
            value(&compared.whole),
        ];
        cells.extend(names.iter().map(of));
        Row::plain(cells)
    });
    let list = table(&Table {
        caption: "各区县比较".to_owned(),
        columns,
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new("districts", "各区县比较", list))
}

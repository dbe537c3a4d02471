//! Indicator trees and tasks from above: what proves each of them, and what is missing.

use app::duties::{Evidence, Gap, Indicator};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{INDICATORS, TASKS, said, topic, value, year_bar, year_of};
use crate::{
    context::{Web, download},
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Ledgers that prove something, each with the number of its entries.
fn proof(evidence: &[Evidence], year: i16) -> Cell {
    if evidence.is_empty() {
        return Cell::Missing;
    }
    let year = year.to_string();
    // One element: on a telephone a cell is laid out beside its heading.
    Cell::Other(html! {
        span {
            @for (at, one) in evidence.iter().enumerate() {
                @if at > 0 { "、" }
                @if one.ledger.is_empty() { (one.name) } @else {
                    @if let Some(entry) = &one.entry { a href=(routes::entry(entry)) { (one.name) } } @else {
                        a href=(routes::with_query(&routes::ledger(&one.ledger), &[("year", &year)])) { (one.name) }
                        "（" (one.entries) "）"
                    }
                }
            }
        }
    })
}

fn gaps(words: &[String]) -> Cell {
    if words.is_empty() {
        Cell::badge(Badge::done("没有缺口"))
    } else {
        Cell::Other(html! { div { @for one in words { p { (one) } } } })
    }
}

/// For readers who see totals only.
fn totals_only() -> Markup {
    crate::ui::empty::empty(&Empty {
        title: "您可以看到总数；逐项内容由主管科室、法规科和局领导查看".to_owned(),
        ..Empty::default()
    })
}

/// Indicator trees.
pub async fn indicators(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let trees = page.app().indicator_trees(page.actor(), year)?;
        let main = html! {
            (page_head(&PageHead {
                title: "指标体系".to_owned(),
                kicker: Some(format!("{year} 年")),
                lede: Some("现值从台账算出；没有数据、低于目标、没有记录、材料到期未传的都算缺口。".to_owned()),
                actions: vec![
                    Button::go("指标", routes::ledger("indicator")),
                    Button::go("佐证材料", routes::ledger("indicator_material")),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, INDICATORS, year))
            @for (at, tree) in trees.iter().enumerate() {
                (panel(&Panel {
                    count: Some(format!(
                        "{} 项，{} 项有缺口", tree.count, tree.with_gaps,
                    )),
                    actions: if tree.hidden { Vec::new() } else {
                        vec![Button::download("佐证材料包", routes::with_query(
                            "/indicators/package.zip",
                            &[("tree", &tree.name), ("year", &year.to_string())],
                        ))]
                    },
                    ..Panel::new(format!("tree-{at}"), tree.name.as_str(), match tree.hidden {
                        true => totals_only(),
                        false => rows(&tree.indicators, year),
                    })
                }))
            }
            @if trees.is_empty() {
                (crate::ui::empty::empty(&Empty {
                    title: "没有指标体系".to_owned(),
                    teaches: "在“指标体系”台账里一个指标登记一条，编号写成 1、1.1、1.1.2。".to_owned(),
                    actions: vec![Button::go("去登记", routes::ledger("indicator"))],
                }))
            }
        };
        topic(page, "指标体系", main)
    })
    .await
}

fn rows(indicators: &[Indicator], year: i16) -> Markup {
    let rows = indicators.iter().map(|one| {
        let reading = one.reading.as_ref().map_or(Cell::Missing, value);
        let materials = one.materials.iter();
        let done = materials.clone().filter(|(_, _, up)| up.is_some()).count();
        let words: Vec<String> = one.gaps.iter().map(Gap::words).collect();
        Row::to(
            routes::entry(&one.entry),
            vec![
                Cell::text(format!("{} {}", one.code, one.name)),
                Cell::text(one.section.as_str()),
                reading,
                one.target_words().map_or(Cell::Missing, Cell::text),
                proof(&one.evidence, year),
                match one.materials.len() {
                    0 => Cell::Missing,
                    all => Cell::text(format!("{done}/{all}")),
                },
                if one.branch {
                    Cell::Missing
                } else {
                    gaps(&words)
                },
            ],
        )
    });
    table(&Table {
        caption: "指标".to_owned(),
        columns: vec![
            Column::wide("指标"),
            Column::short("责任科室"),
            Column::number("现值"),
            Column::number("目标值"),
            Column::wide("佐证台账（条数）"),
            Column::short("材料"),
            Column::text("缺口"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// The package of a tree: index, ledgers, materials, hashes.
pub async fn package(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let (tree, year) = (page.asked("tree"), year_of(page));
        let bytes = page.app().indicator_package(page.actor(), &tree, year)?;
        download(
            "application/zip",
            &format!("{tree}佐证材料-{year}.zip"),
            bytes,
        )
    })
    .await
}

/// Tasks from above.
pub async fn tasks(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let year = year_of(page);
        let sources = page.app().tasks_from_above(page.actor(), year)?;
        let main = html! {
            (page_head(&PageHead {
                title: "督察对照".to_owned(),
                kicker: Some(format!("{year} 年")),
                lede: Some("上级文件里分给本机关的任务，逐项对照作答和佐证；缺的写在最后一列。".to_owned()),
                actions: vec![Button::go("登记任务", routes::ledger("outline_task"))],
                ..PageHead::default()
            }))
            (year_bar(page, TASKS, year))
            @for (at, source) in sources.iter().enumerate() {
                (panel(&Panel {
                    count: Some(format!(
                        "{} 项，{} 项没有缺口", source.count, source.whole,
                    )),
                    ..Panel::new(format!("source-{at}"), source.source.as_str(), match source.hidden {
                        true => totals_only(),
                        false => tasks_of(source, year),
                    })
                }))
            }
            @if sources.is_empty() {
                (crate::ui::empty::empty(&Empty {
                    title: "本年没有登记上级任务".to_owned(),
                    teaches: "收到实施纲要、方案或督察分工后，一项任务登记一条。".to_owned(),
                    actions: vec![Button::go("去登记", routes::ledger("outline_task"))],
                }))
            }
        };
        topic(page, "督察对照", main)
    })
    .await
}

fn tasks_of(source: &app::duties::Tasks, year: i16) -> Markup {
    let rows = source.tasks.iter().map(|task| {
        let tone = match task.state.as_str() {
            "已完成" | "长期坚持" => Tone::Done,
            "未开始" => Tone::Soon,
            _ => Tone::Plain,
        };
        Row::to(
            routes::entry(&task.entry),
            vec![
                Cell::text(format!("{} {}", task.number, task.task)),
                Cell::text(task.section.as_str()),
                said(task.due_on),
                Cell::badge(Badge::new(tone, task.state.as_str())),
                said(task.answered_on),
                proof(&task.evidence, year),
                gaps(&task.gaps),
            ],
        )
    });
    table(&Table {
        caption: source.source.clone(),
        columns: vec![
            Column::wide("任务"),
            Column::short("责任科室"),
            Column::short("期限"),
            Column::short("状态"),
            Column::short("作答"),
            Column::wide("佐证台账（条数）"),
            Column::text("缺口"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

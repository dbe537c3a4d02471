//! Parts of the office's page of a draw, once it is drawn.

use app::{
    AppError,
    draw::{Draw, field::KeptRecord},
    entry::Entry,
    values::dates,
};
use maud::{Markup, html};

use super::{inspection_part, moment};
use crate::{
    context::Page,
    pages::entry::{follow, related},
    routes,
    ui::{
        badge::{Badge, Tone},
        button::{Button, Weight, buttons},
        empty::Empty,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{Panel, panel},
        notice::{Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

/// The visits and how far they are.
pub(super) fn visits_panel(one: &Draw, records: &[KeptRecord]) -> Result<Markup, AppError> {
    let visits = one.visits()?;
    let wanted = one.setup.matters.len();
    let rows = visits.iter().map(|visit| {
        let done = records
            .iter()
            .filter(|r| r.record.unit == visit.unit && r.entry.is_some())
            .count();
        let state = if done == 0 {
            Badge::new(Tone::Plain, "待检查")
        } else if done < wanted {
            Badge::new(Tone::Soon, format!("{done}/{wanted} 项"))
        } else {
            Badge::done("已检查")
        };
        let officers: Vec<String> = visit.inspectors.iter().map(|i| one.name(i)).collect();
        Row {
            remark: visit.substitute.then(|| "由备选名单依次替补".to_owned()),
            ..Row::plain(vec![
                Cell::text(one.name(&visit.unit)),
                Cell::text(visit.stratum.as_str()),
                Cell::text(officers.join("、")),
                Cell::badge(state),
            ])
        }
    });
    Ok(panel(&Panel {
        count: Some(format!("{} 家", visits.len())),
        ..Panel::new(
            "visits",
            "检查任务",
            table(&Table {
                caption: "检查任务".to_owned(),
                columns: vec![
                    Column::wide("对象"),
                    Column::text("层"),
                    Column::text("检查人员"),
                    Column::short("进度"),
                ],
                rows: rows.collect(),
                ..Table::default()
            }),
        )
    }))
}

/// What came back from the field.
pub(super) fn records_panel(
    page: &Page,
    records: &[KeptRecord],
    one: &Draw,
) -> Result<Markup, AppError> {
    let inspected = page.app().inspected(page.actor(), records)?;
    let mut after = Vec::with_capacity(records.len());
    for kept in records {
        let entry = kept.entry.as_ref().and_then(|id| inspected.get(id));
        after.push(match entry {
            Some(entry) => afterwards(page, entry)?,
            None => Cell::Missing,
        });
    }
    let rows = records.iter().zip(after).map(|(kept, after)| {
        let record = &kept.record;
        let clock = if kept.clock_behind.abs() > 300 {
            let (way, span) = if kept.clock_behind > 0 {
                ("慢", kept.clock_behind)
            } else {
                ("快", -kept.clock_behind)
            };
            let span = if span < 2 * 86_400 {
                format!("{} 分钟", span / 60)
            } else {
                format!("{} 天", span / 86_400)
            };
            format!("（设备时钟{way} {span}，已折算）")
        } else {
            String::new()
        };
        let when = record.recorded_at.parse().map(moment).unwrap_or_default();
        let pictures = record.photos.iter().chain(&record.signature);
        let pictures = html! {
            @for (n, image) in pictures.enumerate() {
                a href={ "/inspections/images/" (image.sha256) } { "图 " (n + 1) } " "
            }
        };
        let entry = match &kept.entry {
            Some(entry) => Cell::Link("台账记录".to_owned(), routes::entry(entry)),
            None => Cell::text("同一任务的另一份，并存不入账"),
        };
        Row::plain(vec![
            Cell::text(one.name(&record.unit)),
            Cell::text(record.matter.as_str()),
            Cell::text(record.result.as_str()),
            Cell::text(kept.account.as_str()),
            Cell::text(format!("{when}{clock}")),
            Cell::text(record.place.as_str()),
            Cell::Other(pictures),
            entry,
            after,
        ])
    });
    Ok(panel(&Panel {
        count: Some(format!("{} 份", records.len())),
        ..Panel::new(
            "records",
            "现场记录",
            table(&Table {
                caption: "现场记录".to_owned(),
                columns: vec![
                    Column::wide("对象"),
                    Column::text("事项"),
                    Column::text("结果"),
                    Column::short("记录人"),
                    Column::short("现场时间"),
                    Column::text("地点"),
                    Column::short("图片"),
                    Column::short("台账"),
                    Column::short("后续处理"),
                ],
                rows: rows.collect(),
                empty: Some(Empty {
                    title: "还没有现场记录".to_owned(),
                    teaches:
                        "检查人员在手机上打开“现场检查”填写；没有网络也能填，有网络时自动送回。"
                            .to_owned(),
                    actions: Vec::new(),
                }),
                ..Table::default()
            }),
        )
    }))
}

/// The results that wait for publication, with their last day.
pub(super) fn results_panel(page: &Page, one: &Draw) -> Result<Markup, AppError> {
    let waiting = page.app().waiting_results(page.actor(), &one.id)?;
    let all = waiting.ready + waiting.own;
    if all == 0 {
        return Ok(html! {});
    }
    let last = waiting.due.map(dates::chinese_with_weekday);
    let body = html! {
        @if waiting.late > 0 {
            (notice(&Notice::new(Tone::Late, format!("{} 条已经超过公示期限", waiting.late))))
        }
        p {
            "检查结果应在检查后二十个工作日内公示。"
            @if let Some(last) = &last { "这里最早的一条最晚 " b { (last) } " 公示。" }
        }
        p.hint { "公示的是对象、事项、检查人员、日期和结果；问题的具体描述不公开。录入的人不能公示自己的记录。" }
        @if waiting.own > 0 { p.hint { "其中 " (waiting.own) " 条是您录入的，要由另一人公示。" } }
        @if waiting.ready > 0 {
            (buttons(&[Button::post(
                format!("公示 {} 条结果", waiting.ready),
                inspection_part(&one.id, "publish"),
                page.token(),
            ).primary()]))
        }
    };
    Ok(panel(&Panel {
        count: Some(format!("{all} 条")),
        ..Panel::new("publish", "等待公示", body)
    }))
}

/// What has followed from an inspection, or can.
fn afterwards(page: &Page, inspection: &Entry) -> Result<Cell, AppError> {
    let mut followed = page.app().related(page.actor(), inspection)?;
    followed.retain(|one| !one.outward);
    let can = page.app().can_follow(page.actor(), inspection);
    Ok(if followed.is_empty() && can.is_empty() {
        Cell::text("无需处理")
    } else {
        Cell::Other(html! {
            (related::links(&followed))
            @if !can.is_empty() { (buttons(&follow::acts(&inspection.id, &can))) }
        })
    })
}

/// Replacing a unit or an officer by the next in line.
pub(super) fn replace_panel(page: &Page, one: &Draw) -> Result<Markup, AppError> {
    let visits = one.visits()?;
    let units = visits
        .iter()
        .map(|v| Choice::new(v.unit.as_str(), one.name(&v.unit)));
    let mut officers: Vec<Choice> = vec![Choice::new("", "整家替换（单位停办、迁走等）")];
    let mut seen = std::collections::BTreeSet::new();
    for id in visits.iter().flat_map(|v| &v.inspectors) {
        if seen.insert(id) {
            officers.push(Choice::new(
                id.as_str(),
                format!("只换检查人员 {}", one.name(id)),
            ));
        }
    }
    let text = |value: &str| Control::Text {
        value: value.to_owned(),
    };
    let body = html! {
        p.hint { "替补由同一颗种子决定的次序产生，谁也不能挑选；每次替换连同理由公开。" }
        (form_view(&FormView {
            id: "replace".to_owned(),
            action: inspection_part(&one.id, "replace"),
            token: page.token(),
            parts: vec![FormPart {
                fields: vec![
                    Field::new("unit", "对象", Control::Choice { value: String::new(), choices: units.collect() }).required(),
                    Field::new("officer", "替换什么", Control::Choice { value: String::new(), choices: officers }),
                    Field::new("reason", "理由", text("")).required().hint("一行文字，会公开。"),
                ],
                ..FormPart::default()
            }],
            buttons: vec![Button { weight: Weight::Secondary, ..Button::submit("依次替补") }],
            ..FormView::default()
        }))
    };
    Ok(html! { details.more { summary { "替换对象或人员" } (body) } })
}

/// Declaring a draw void.
pub(super) fn void_panel(page: &Page, one: &Draw) -> Markup {
    html! {
        details.more {
            summary { "作废这次抽取" }
            (form_view(&FormView {
                id: "void".to_owned(),
                action: inspection_part(&one.id, "void"),
                token: page.token(),
                parts: vec![FormPart {
                    fields: vec![Field::new("void-reason", "理由", Control::Text { value: String::new() }).required().hint("一行文字，会公开；作废的抽取永远留在公开页面上。")],
                    ..FormPart::default()
                }],
                buttons: vec![Button::submit("作废").grave()],
                ..FormView::default()
            }))
        }
    }
}

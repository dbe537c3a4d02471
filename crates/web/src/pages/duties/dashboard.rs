//! The leader's dashboard.

use app::{
    AppError,
    duties::{Dashboard, Risk, RiskAt},
    figures::Reading,
    values::decimal::Rounding,
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{COVERAGE, DASHBOARD, PREPAID, said, topic, value, year_bar, year_of};
use crate::{
    context::{Page, Web},
    pages::{deadlines, figures::one::change, home, inbox},
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::{Empty, empty},
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
                lede: Some("先看今天，再看风险；数字都从台账算出，点开看它从哪里来。".to_owned()),
                actions: vec![
                    Button::go("期限", routes::DEADLINES),
                    Button::go("报告", routes::REPORTS),
                ],
                ..PageHead::default()
            }))
            (year_bar(page, DASHBOARD, year))
            @if !view.due.is_empty() { (today(page, &view)?) }
            (cards(page, &view)?)
            (risks(&view))
            (plans(&view))
            (duties(&view))
            (days(page, &view))
            (deadlines::rates(page, &view.sections, year))
            (compared(&view))
        };
        topic(page, "领导驾驶舱", main)
    })
    .await
}

/// Figures with their course through the year, against the same days of the year before.
fn cards(page: &Page, view: &Dashboard) -> Result<Markup, AppError> {
    let mut cards = Vec::new();
    for [now, before] in &view.figures {
        let delta = match (before.text(), change(now, before)) {
            (Some(text), Some(change)) => format!("上年同期 {text}，{change}"),
            _ => "上年同期没有数据".to_owned(),
        };
        cards.push(Stat {
            label: now.figure.name.clone(),
            value: now.text(),
            unit: now.figure.unit.clone(),
            href: Some(routes::figure(&now.figure.id, &now.ask, None)),
            delta: Some(delta),
            spark: Some(home::course(page, now)?),
            ..Stat::default()
        });
    }
    let body = html! { div.roomy { (stats(&cards)) } };
    Ok(panel(&Panel::new(
        "figures",
        "关键数据，与上年同期相比",
        body,
    )))
}

/// So many matters that wait for the reader are named.
const WAITING_NAMED: usize = 5;

/// What waits for the reader's own hand: to sign, to approve, to decide.
fn waiting(page: &Page) -> Result<Markup, AppError> {
    let mut mine = page.app().notices(page.actor())?;
    // Of a matter that came twice, the newer notice says where it is now.
    let mut came = std::collections::BTreeSet::new();
    mine.retain(|notice| {
        let entry = notice.entry.clone();
        let is_work = notice.new && entry.is_some() && inbox::is_work(notice);
        is_work && (notice.kind != "came" || came.insert(entry))
    });
    let rest = mine.len().saturating_sub(WAITING_NAMED);
    Ok(html! {
        @if !mine.is_empty() {
            section.waiting {
                h2 { "等您办的 " span.count { (mine.len()) " 件" } }
                ul.notices { @for one in mine.iter().take(WAITING_NAMED) { (inbox::item(one)) } }
                @if rest > 0 { p { a href=(inbox::INBOX) { "收件箱里还有 " (rest) " 件" } } }
            }
        }
    })
}

/// What cannot wait: how much is late and due, and the late matters by name.
fn today(page: &Page, view: &Dashboard) -> Result<Markup, AppError> {
    let cards = view.due.iter().filter(|group| group.id != "later");
    let cards = cards.map(|group| {
        let late = group.id == "overdue" && group.count > 0;
        let oldest = group.dues.first().filter(|_| late);
        Stat {
            label: match group.id {
                "today" => "今天到期".to_owned(),
                "week" => "七天内到期".to_owned(),
                _ => group.name.to_owned(),
            },
            value: Some(group.count.to_string()),
            unit: "件".to_owned(),
            href: Some(format!("{}#{}", routes::DEADLINES, group.id)),
            delta: oldest.map(|due| {
                let days = if due.working_days {
                    "个工作日"
                } else {
                    "天"
                };
                format!("最久的已过 {} {days}", -due.left)
            }),
            tone: if late { Tone::Late } else { Tone::Plain },
            ..Stat::default()
        }
    });
    let unread = Stat {
        label: "收件箱未读".to_owned(),
        value: Some(page.app().unread(page.actor())?.to_string()),
        unit: "件".to_owned(),
        href: Some(inbox::INBOX.to_owned()),
        ..Stat::default()
    };
    let cards: Vec<Stat> = cards.chain([unread]).collect();
    let body = html! { (stats(&cards)) (waiting(page)?) (deadlines::urgent(&view.due)) };
    let today = page.app().clock.today();
    let count = Some(app::values::dates::chinese(today));
    Ok(panel(&Panel {
        count,
        ..Panel::new("today", "今天", body)
    }))
}

/// Risks of a kind that are shown at once; the others are folded away.
const RISKS_SHOWN: usize = 5;

/// Whether a risk is of a kind.
type OfKind = fn(&RiskAt) -> bool;

fn risks(view: &Dashboard) -> Markup {
    let kinds: [(&str, OfKind); 3] = [
        ("没有办结的", |at| matches!(at, RiskAt::Figure(_))),
        ("预收费预警", |at| matches!(at, RiskAt::Prepaid)),
        ("还有学校、机构没有做到的", |at| {
            matches!(at, RiskAt::Coverage(_))
        }),
    ];
    let body = html! {
        @if view.risks.is_empty() {
            (empty(&Empty { title: "没有需要提醒的风险".to_owned(), ..Empty::default() }))
        }
        div.beside {
            @for (kind, is) in kinds {
                @let found: Vec<&Risk> = view.risks.iter().filter(|risk| is(&risk.at)).collect();
                @let (first, others) = found.split_at(found.len().min(RISKS_SHOWN));
                @if !first.is_empty() {
                    div {
                        h3 { (kind) }
                        (risk_table(view.year, kind, first))
                        @if !others.is_empty() {
                            details.more {
                                summary { "其余 " (others.len()) " 项" }
                                (risk_table(view.year, kind, others))
                            }
                        }
                    }
                }
            }
        }
    };
    panel(&Panel {
        count: Some(format!("{} 项", view.risks.len())),
        ..Panel::new("risks", "风险", body)
    })
}

fn risk_table(year: i16, kind: &str, risks: &[&Risk]) -> Markup {
    let rows = risks.iter().map(|risk| {
        let href = match &risk.at {
            RiskAt::Figure(id) => format!("/figures/{id}?to={year}-12-31"),
            RiskAt::Prepaid => PREPAID.to_owned(),
            RiskAt::Coverage(id) => format!("{COVERAGE}/{id}?year={year}"),
        };
        let count = format!("{} {}", risk.count, risk.unit);
        let count = Cell::badge(Badge::new(Tone::Soon, count));
        Row::to(href, vec![Cell::text(risk.name.as_str()), count])
    });
    table(&Table {
        caption: kind.to_owned(),
        columns: vec![Column::wide("事项"), Column::short("数量")],
        rows: rows.collect(),
        ..Table::default()
    })
}

fn duties(view: &Dashboard) -> Markup {
    let rows = view.duties.iter().map(|duty| {
        let state = match duty.done_on {
            Some(_) if !duty.proved => Badge::new(Tone::Soon, "已履行，没有佐证"),
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
        empty: Some(match view.duties_hidden {
            true => Empty {
                title: "这一栏由主管科室、法规科和局领导查看".to_owned(),
                ..Empty::default()
            },
            false => Empty {
                title: "本年没有登记第一责任人职责".to_owned(),
                teaches: "在“责任清单条目”里登记“第一责任人职责”，一项一条。".to_owned(),
                actions: vec![Button::go("去登记", routes::ledger("duty_list_item"))],
            },
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
            done_so_far(rate),
            value(rate),
        ])
    });
    let list = table(&Table {
        caption: "计划与完成".to_owned(),
        columns: vec![
            Column::wide("计划"),
            Column::number("计划"),
            Column::number("完成"),
            Column::short("进度"),
            Column::number("完成率").in_unit("%"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new("plans", "计划与完成", list))
}

/// A rate as a bar; the number stands beside it.
fn done_so_far(rate: &Reading) -> Cell {
    let Some(value) = rate.answer.value else {
        return Cell::Missing;
    };
    let percent = value.decimal(0, Rounding::Down).to_string();
    Cell::Other(html! {
        progress.share max="100" value=(percent) aria-label=(rate.figure.name) {}
    })
}

/// Who has the least of it, where not all have the same.
fn least(districts: &[(String, Reading)]) -> Cell {
    let values = districts
        .iter()
        .filter_map(|(name, r)| Some((r.answer.value?, name)));
    let values: Vec<_> = values.collect();
    let (Some(least), Some(most)) = (
        values.iter().map(|(v, _)| *v).min(),
        values.iter().map(|(v, _)| *v).max(),
    ) else {
        return Cell::Missing;
    };
    if least == most {
        return Cell::Missing;
    }
    let names = values.iter().filter(|(v, _)| *v == least);
    let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
    Cell::badge(Badge::new(Tone::Soon, names.join("、")))
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
    .chain([Column::short("最低")])
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
        cells.push(least(&compared.districts));
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

//! The deadline board: the first thing that staff see, its full page, and the calendar feed.

use app::{
    deadlines::{COUNT_MAX, Due, DueGroup, SectionRate},
    duties::LATE_NAMED,
    kernel::Standing as ClockStanding,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use crate::{
    context::{Page, Web},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        board::{BoardGroup, BoardLine, board},
        clock::{ClockLine, DayKind, Standing, clock_line, long_date},
        empty::Empty,
        filter::{Choice, Filter, FilterBar, filter_bar},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// Lines of a group on the first page.
const FEW: usize = 6;
/// Lines of a group on the full page.
const MANY: usize = 200;

fn kind(due: &Due) -> DayKind {
    if due.working_days {
        DayKind::Working
    } else {
        DayKind::Calendar
    }
}

fn left(due: &Due) -> i32 {
    i32::try_from(due.left).unwrap_or(i32::MAX)
}

fn line(due: &Due) -> BoardLine {
    let badge = if due.suspended {
        Badge::new(Tone::Plain, "中止")
    } else {
        Badge::due(left(due), kind(due))
    };
    let name = [&due.entry.title, &due.entry.number]
        .into_iter()
        .find(|t| !t.is_empty());
    let name = name
        .cloned()
        .unwrap_or_else(|| due.entry.ledger.name.clone());
    let origin = if due.statutory {
        "法定期限"
    } else {
        "承诺期限"
    };
    let provisional = if due.provisional { "，暂定" } else { "" };
    BoardLine {
        due: badge,
        entry: Link::new(name, routes::entry(&due.entry.id)),
        about: format!("{} · {origin}", due.entry.ledger.name),
        act: due.what.clone(),
        date: format!("{}{provisional}", long_date(due.due_on)),
        law: due.law.clone(),
        links: Vec::new(),
    }
}

fn groups(found: &[DueGroup], shown: usize) -> Vec<BoardGroup> {
    let many = |n: u64| {
        if n >= COUNT_MAX as u64 {
            format!("超过 {COUNT_MAX} 件")
        } else {
            format!("{n} 件")
        }
    };
    found
        .iter()
        .map(|group| BoardGroup {
            title: group.name.to_owned(),
            lines: group.dues.iter().take(shown).map(line).collect(),
            count: many(group.count),
            more: (group.count > shown as u64).then(|| {
                Link::new(
                    format!("查看全部，共 {}", many(group.count)),
                    format!("{}#{}", routes::DEADLINES, group.id),
                )
            }),
        })
        .collect()
}

fn nothing() -> Empty {
    Empty {
        title: "没有到期的事项".to_owned(),
        teaches: "有期限的事项登记以后，会按最晚办理日期排在这里：逾期、今天、七天内、以后。"
            .to_owned(),
        actions: Vec::new(),
    }
}

/// The board on the first page.
///
/// # Errors
/// When the database cannot be read.
pub fn first(page: &Page) -> Result<Markup, app::AppError> {
    let found = page.app().board(page.actor(), None, None, FEW)?;
    let body = board(&groups(&found, FEW), &nothing());
    Ok(panel(&Panel::new("deadlines", "期限", body)))
}

/// What is late and what is due today, for whoever answers for all of it.
pub fn urgent(found: &[DueGroup]) -> Markup {
    let urgent: Vec<DueGroup> = found
        .iter()
        .filter(|group| matches!(group.id, "overdue" | "today"))
        .cloned()
        .collect();
    let calm = Empty {
        title: "没有逾期，今天也没有到期的事项".to_owned(),
        ..Empty::default()
    };
    board(&groups(&urgent, LATE_NAMED), &calm)
}

/// The full board.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let section = page.asked("section");
        let person = page.asked("person");
        let found = page.app().board(page.actor(), Some(&section), Some(&person), MANY)?;
        let everywhere = page.actor().is("leader") || page.actor().is("legal_section");
        let sections = page.app().catalogue().sections();
        let choices = sections.iter().map(|s| Choice::new(s.id.as_str(), s.name.as_str()));
        let sections = everywhere.then(|| Filter::Select {
            name: "section".to_owned(),
            label: "科室".to_owned(),
            value: section.clone(),
            choices: choices.collect(),
        });
        let people = page.app().colleagues(page.actor(), &section)?;
        let people = Filter::Select {
            name: "person".to_owned(),
            label: "经办人".to_owned(),
            value: person,
            choices: people
                .into_iter()
                .map(|(id, name)| Choice::new(id, name))
                .collect(),
        };
        let filters = filter_bar(&FilterBar {
            id: "filter".to_owned(),
            action: routes::DEADLINES.to_owned(),
            filters: sections.into_iter().chain([people]).collect(),
            ..FilterBar::default()
        });
        let year = page.app().clock.today().year();
        let feed = page.app().feed_token(page.actor())?;
        let feed = routes::feed(&page.actor().account, &feed);
        let main = html! {
            (page_head(&PageHead {
                title: "期限".to_owned(),
                lede: Some("每一个最晚日期都是按法律和国务院放假安排算出来的，点开记录可以看到怎么算。".to_owned()),
                ..PageHead::default()
            }))
            (filters)
            (board(&groups(&found, MANY), &nothing()))
            @if everywhere { (rates(page, &page.app().section_rates(page.actor(), year)?, year)) }
            p.hint { "在手机或电脑的日历里订阅本人的期限：" code { (feed) } }
        };
        page.show(View::of(Area::Today, "期限", main))
    })
    .await
}

/// How many clocks each section met and missed in a year.
pub fn rates(page: &Page, rates: &[SectionRate], year: i16) -> Markup {
    let sections = page.app().catalogue().sections();
    let rows = rates.iter().map(|rate| {
        let name = sections
            .iter()
            .find(|s| *s.id == *rate.section)
            .map(|s| s.name.clone());
        let stopped = rate.met + rate.missed;
        let late = app::values::ratio::Ratio::new(i128::from(rate.missed), i128::from(stopped));
        let late = late.map(|r| {
            r.percent(1, app::values::decimal::Rounding::HalfUp)
                .to_string()
        });
        let href = routes::with_query(routes::DEADLINES, &[("section", &rate.section)]);
        Row::to(
            href,
            vec![
                Cell::text(name.unwrap_or_default()),
                Cell::text(rate.met.to_string()),
                Cell::text(rate.missed.to_string()),
                late.map_or(Cell::Missing, Cell::text),
                Cell::text(rate.overdue.to_string()),
            ],
        )
    });
    let list = table(&Table {
        caption: "各科室期限办理情况".to_owned(),
        columns: vec![
            Column::text("科室"),
            Column::number("按期办结"),
            Column::number("超期办结"),
            Column::number("超期率").in_unit("%"),
            Column::number("现在逾期"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new(
        "rates",
        format!("{year} 年各科室期限办理情况"),
        list,
    ))
}

/// The clocks of an entry, each with how it was counted.
pub fn of_entry(page: &Page, entry: &app::entry::Entry) -> Option<Markup> {
    let clocks = page.app().entry_clocks(entry);
    if clocks.is_empty() {
        return None;
    }
    let body = html! {
        @for (due, standing) in &clocks {
            (clock_line(&ClockLine {
                name: due.what.clone(),
                standing: match standing {
                    ClockStanding::Missed if due.ran_out => Standing::Lapsed(due.due_on),
                    ClockStanding::Met | ClockStanding::Missed => Standing::Stopped {
                        on: due.stopped_on.unwrap_or(due.due_on),
                        in_time: *standing == ClockStanding::Met,
                    },
                    ClockStanding::Suspended => Standing::Suspended("依法中止，恢复后最晚日期顺延".to_owned()),
                    ClockStanding::Overdue if due.party => Standing::Lapsed(due.due_on),
                    ClockStanding::Open | ClockStanding::Overdue => {
                        Standing::Running { due: due.due_on, days_left: left(due), kind: kind(due) }
                    }
                },
                law: due.law.clone(),
                how: None,
                provisional: due.provisional,
            }))
            details {
                summary {
                    "怎样算出来的"
                    @if due.party { "（当事人的期限）" } @else if !due.statutory { "（承诺期限）" }
                }
                ol { @for step in &due.steps { li { (step) } } }
            }
        }
    };
    Some(panel(&Panel::new("clocks", "期限", body)))
}

/// A person's deadlines as iCalendar. The address carries a secret of its own: calendar programs
/// cannot sign in.
pub async fn feed(
    State(web): State<Web>,
    Path((account, token)): Path<(String, String)>,
) -> Response {
    let app = web.app.clone();
    let token = token.trim_end_matches(".ics").to_owned();
    let read = tokio::task::spawn_blocking(move || app.feed(&account, &token)).await;
    match read {
        Ok(Ok(Some(bytes))) => (
            [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")],
            bytes,
        )
            .into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

//! Lists: all of them, one on a day, the difference between two days, the page of an item.

use app::{
    duties::{Item, LISTS as ALL},
    values::dates::{Date, parse_date},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{LISTS, bad, said, topic};
use crate::{
    context::{Page, Web},
    pages::home::short_date,
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::{Empty, empty},
        facts::{Fact, facts},
        filter::{Filter, FilterBar, filter_bar},
        head::{PageHead, Panel, page_head, panel},
        notice::{Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

fn address(list: &str) -> String {
    format!("{LISTS}/{list}")
}

/// The day that is asked for, else today.
fn day_of(page: &Page, name: &str) -> Result<Option<Date>, app::AppError> {
    match page.asked(name).trim() {
        "" => Ok(None),
        text => parse_date(text)
            .map(Some)
            .map_err(|_| bad("请按 2022-06-30 的样子填写日期。")),
    }
}

/// All lists.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let today = page.app().clock.today();
        let mut rows = Vec::new();
        for list in ALL {
            let view = page.app().list_on(page.actor(), list.id, today)?;
            let last = view.releases.first();
            rows.push(Row::to(
                address(list.id),
                vec![
                    Cell::text(list.name),
                    Cell::text(view.items.len().to_string()),
                    last.map_or(Cell::Missing, |r| Cell::text(r.version.as_str())),
                    said(last.and_then(|r| r.published_on)),
                    match view.without_duty.len() {
                        0 => Cell::Missing,
                        n => Cell::badge(Badge::new(Tone::Soon, format!("{n} 项没有责任条目"))),
                    },
                ],
            ));
        }
        let list = table(&Table {
            caption: "清单".to_owned(),
            columns: vec![
                Column::wide("清单"),
                Column::number("现有事项").in_unit("项"),
                Column::short("最近版本"),
                Column::short("公布日期"),
                Column::short("提醒"),
            ],
            rows,
            ..Table::default()
        });
        let head = page_head(&PageHead {
            title: "清单".to_owned(),
            lede: Some(
                "清单的内容来自各自的台账；每公布一版在“清单公布与调整”登记一条。".to_owned(),
            ),
            ..PageHead::default()
        });
        topic(page, "清单", html! { (head) (list) })
    })
    .await
}

fn items(caption: &str, list: &str, items: &[Item], left: bool) -> Markup {
    let rows = items.iter().map(|item| {
        let mut cells = vec![
            Cell::text(item.code.as_str()),
            Cell::text(item.name.as_str()),
            Cell::text(item.group.as_str()),
            said(Some(item.since)),
        ];
        if left {
            cells.push(said(item.until));
            cells.push(Cell::text(item.reason.as_str()));
        }
        Row::to(format!("{}/items/{}", address(list), item.entry), cells)
    });
    let mut columns = vec![
        Column::short("编号"),
        Column::wide("事项"),
        Column::text("类别"),
        Column::short("列入日期"),
    ];
    if left {
        columns.extend([Column::short("移出日期"), Column::text("移出原因")]);
    }
    table(&Table {
        caption: caption.to_owned(),
        columns,
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

/// A list on a day.
pub async fn show(
    State(web): State<Web>,
    Path(list): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let today = page.app().clock.today();
        let on = day_of(page, "on")?.unwrap_or(today);
        let view = page.app().list_on(page.actor(), &list, on)?;
        let releases = releases(&view);
        let since = view
            .releases
            .get(1)
            .map(|r| r.published_on.unwrap_or(r.approved_on));
        let from = since.unwrap_or_else(|| on.first_of_year());
        let compare = routes::with_query(
            &format!("{}/difference", address(&list)),
            &[("from", &from.to_string()), ("to", &on.to_string())],
        );
        let main = html! {
            (page_head(&PageHead {
                title: view.list.name.to_owned(),
                count: Some(format!("{} 项", view.items.len())),
                lede: Some(format!("{}的内容。", app::values::dates::chinese(on))),
                actions: vec![
                    Button::go("与上一版比较", compare),
                    Button::go("台账", routes::ledger(view.list.ledger)),
                ],
                ..PageHead::default()
            }))
            (filter_bar(&FilterBar {
                id: "filter".to_owned(),
                action: address(&list),
                filters: vec![Filter::Words {
                    name: "on".to_owned(),
                    label: "看哪一天（如 2022-06-30）".to_owned(),
                    value: on.to_string(),
                }],
                ..FilterBar::default()
            }))
            @if !view.without_duty.is_empty() {
                (notice(&Notice::new(
                    Tone::Soon,
                    format!("{} 项权责事项没有责任条目", view.without_duty.len()),
                ).with(html! {
                    p { (names(&view.without_duty)) }
                })))
            }
            (panel(&Panel::new("items", "事项", items("事项", &list, &view.items, false))))
            (panel(&Panel::new("releases", "版本", releases)))
        };
        topic(page, view.list.name, main)
    })
    .await
}

fn names(items: &[Item]) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = items.iter().take(SHOWN).map(|i| i.name.as_str()).collect();
    let more = items.len().saturating_sub(SHOWN);
    match more {
        0 => names.join("、"),
        more => format!("{}等，另有 {more} 项。", names.join("、")),
    }
}

fn releases(view: &app::duties::ListPage) -> Markup {
    let rows = view.releases.iter().map(|release| {
        let state = match release.published_on {
            Some(_) => Badge::done("已公布"),
            None => Badge::new(Tone::Soon, "没有公布"),
        };
        Row::to(
            routes::entry(&release.entry),
            vec![
                Cell::text(release.version.as_str()),
                Cell::text(release.reason.as_str()),
                said(Some(release.approved_on)),
                said(release.published_on),
                Cell::badge(state),
                Cell::text(release.items.to_string()),
            ],
        )
    });
    table(&Table {
        caption: "版本".to_owned(),
        columns: vec![
            Column::text("版本"),
            Column::wide("事由"),
            Column::short("批准"),
            Column::short("公布"),
            Column::short("状态"),
            Column::number("当日事项").in_unit("项"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有登记版本".to_owned(),
            teaches: "在“清单公布与调整”里登记。".to_owned(),
            actions: vec![Button::go("去登记", routes::ledger("list_release"))],
        }),
        ..Table::default()
    })
}

/// What changed between two days.
pub async fn difference(
    State(web): State<Web>,
    Path(list): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let today = page.app().clock.today();
        let to = day_of(page, "to")?.unwrap_or(today);
        let from = day_of(page, "from")?.unwrap_or_else(|| to.first_of_year());
        if from > to {
            return Err(bad("开始日期晚于结束日期，请换过来。"));
        }
        let view = page.app().list_on(page.actor(), &list, to)?;
        let changed = page.app().list_difference(page.actor(), &list, from, to)?;
        let adjusted = changed.adjusted.iter().map(|(code, name, what, on)| {
            Row::plain(vec![
                Cell::text(code.as_str()),
                Cell::text(name.as_str()),
                Cell::text(what.as_str()),
                said(Some(*on)),
            ])
        });
        let adjusted = table(&Table {
            caption: "调整".to_owned(),
            columns: vec![
                Column::short("编号"),
                Column::wide("事项"),
                Column::text("怎样调整"),
                Column::short("日期"),
            ],
            rows: adjusted.collect(),
            ..Table::default()
        });
        let days = Filter::Dates {
            label: "比较的两天".to_owned(),
            from: ("from".to_owned(), from.to_string()),
            to: ("to".to_owned(), to.to_string()),
        };
        let title = format!("{}的变化", view.list.name);
        let main = html! {
            (page_head(&PageHead {
                title: title.clone(),
                lede: Some(format!(
                    "{}以后到{}：新增 {} 项，移出 {} 项，调整 {} 项，没有变动 {} 项。",
                    app::values::dates::chinese(from), app::values::dates::chinese(to),
                    changed.added.len(), changed.removed.len(), changed.changed,
                    changed.kept - changed.changed,
                )),
                actions: vec![Button::go("回到清单", address(&list))],
                ..PageHead::default()
            }))
            (filter_bar(&FilterBar {
                id: "filter".to_owned(),
                action: format!("{}/difference", address(&list)),
                filters: vec![days],
                ..FilterBar::default()
            }))
            @if !changed.added.is_empty() {
                (panel(&Panel::new("added", "新增", items("新增", &list, &changed.added, false))))
            }
            @if !changed.removed.is_empty() {
                (panel(&Panel::new("removed", "移出", items("移出", &list, &changed.removed, true))))
            }
            @if !changed.adjusted.is_empty() { (panel(&Panel::new("adjusted", "调整", adjusted))) }
            @if changed.added.is_empty() && changed.removed.is_empty() && changed.adjusted.is_empty() {
                (empty(&Empty { title: "这两天之间，清单没有变化".to_owned(), ..Empty::default() }))
            }
        };
        topic(page, &title, main)
    })
    .await
}

/// The page of an item.
pub async fn item(
    State(web): State<Web>,
    Path((list, entry)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let today = page.app().clock.today();
        let view = page.app().list_on(page.actor(), &list, today)?;
        let found = page.app().entry(page.actor(), &entry)?;
        if *found.ledger.id != *view.list.ledger {
            return Err(app::AppError::NotFound("该清单事项"));
        }
        let own: Vec<Fact> = found
            .ledger
            .fields
            .iter()
            .filter(|f| !f.kind.is_personal())
            .filter_map(|f| {
                let value = found.state.fields.get(f.id.as_str())?;
                Some(Fact::new(f.name.as_str(), Cell::text(f.kind.format(value))))
            })
            .collect();
        let code = match found.state.fields.get(view.list.code) {
            Some(app::catalogue::value::Value::Text(code)) if list == "power" => code.clone(),
            _ => String::new(),
        };
        let (duties, changes) = match code.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => page.app().of_power_item(page.actor(), &code)?,
        };
        let words = |e: &app::entry::Entry, field: &str| match e.state.fields.get(field) {
            Some(app::catalogue::value::Value::Text(text)) => Cell::text(text.as_str()),
            _ => Cell::Missing,
        };
        let duties = table(&Table {
            caption: "责任".to_owned(),
            columns: vec![
                Column::short("环节"),
                Column::text("责任科室"),
                Column::wide("责任事项"),
                Column::text("追责情形"),
            ],
            rows: duties
                .iter()
                .map(|e| {
                    Row::to(
                        routes::entry(&e.id),
                        vec![
                            words(e, "step"),
                            words(e, "duty_section"),
                            words(e, "duty"),
                            words(e, "accountability"),
                        ],
                    )
                })
                .collect(),
            empty: Some(Empty {
                title: "没有责任条目".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let changes = table(&Table {
            caption: "调整".to_owned(),
            columns: vec![
                Column::short("日期"),
                Column::text("批次"),
                Column::text("子项"),
                Column::short("结果"),
                Column::wide("依据"),
            ],
            rows: changes
                .iter()
                .map(|e| {
                    let on = e.state.happened_on(&e.ledger).to_string();
                    Row::to(
                        routes::entry(&e.id),
                        vec![
                            Cell::text(short_date(&on)),
                            words(e, "review"),
                            words(e, "sub_item"),
                            words(e, "outcome"),
                            words(e, "reason"),
                        ],
                    )
                })
                .collect(),
            empty: Some(Empty {
                title: "没有调整过".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let main = html! {
            (page_head(&PageHead {
                title: found.title.clone(),
                kicker: Some(view.list.name.to_owned()),
                actions: vec![
                    Button::go("回到清单", address(&list)),
                    Button::go("记录和留痕", routes::entry(&found.id)),
                ],
                ..PageHead::default()
            }))
            (facts(&own))
            @if list == "power" {
                (panel(&Panel::new("duties", "责任", duties)))
                (panel(&Panel::new("changes", "调整", changes)))
            }
        };
        topic(page, &found.title, main)
    })
    .await
}

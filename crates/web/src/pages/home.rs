//! Today: the work of one's section, this year so far, and search over everything.

use app::{Action, kernel::Ask, values::dates::Period};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use crate::{
    context::Web,
    routes,
    shell::View,
    ui::{
        button::Button,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Today's page.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let (app, actor) = (page.app(), page.actor());
        let today = app.clock.today();
        let year = Ask::period(Period::year(today.year()));
        let own: Vec<_> = app
            .ledgers(actor, Action::Write)
            .into_iter()
            .filter(|l| *l.section == *actor.section)
            .collect();
        let shown = if own.is_empty() {
            app.ledgers(actor, Action::Read)
        } else {
            own
        };
        let mut rows = Vec::new();
        for ledger in &shown {
            let overview = app.overview(actor, &ledger.id)?;
            rows.push(Row::to(
                routes::ledger(&ledger.id),
                vec![
                    Cell::text(ledger.name.as_str()),
                    Cell::text(ledger.about.as_str()),
                    Cell::text(overview.this_year.to_string()),
                    Cell::text(overview.in_all.to_string()),
                    Cell::text(overview.last_happened_on.unwrap_or_default()),
                ],
            ));
        }
        let key: Vec<_> = shown.iter().flat_map(|l| &l.figures).take(4).collect();
        let asks: Vec<_> = key
            .iter()
            .map(|f| (f.id.to_string(), year.clone()))
            .collect();
        let readings = app.readings(actor, &asks, None)?;
        let cards: Vec<Stat> = readings
            .iter()
            .map(|r| Stat {
                label: r.figure.name.clone(),
                value: r.text(),
                unit: r.figure.unit.clone(),
                href: Some(routes::figure(&r.figure.id, &r.ask, None)),
                ..Stat::default()
            })
            .collect();
        let head = page_head(&PageHead {
            title: "今日".to_owned(),
            kicker: Some(app::values::dates::chinese_with_weekday(today)),
            lede: Some(format!(
                "{}，下面是您的科室保管的台账和今年的数据。",
                actor.name
            )),
            actions: vec![Button::go("查看全部台账", routes::LEDGERS)],
            ..PageHead::default()
        });
        let ledgers = table(&Table {
            caption: "我的台账".to_owned(),
            columns: vec![
                Column::text("台账"),
                Column::wide("记什么"),
                Column::number("今年"),
                Column::number("累计"),
                Column::short("最近一条"),
            ],
            rows,
            empty: Some(Empty {
                title: "您的科室还没有台账".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let main = html! {
            (head)
            @if !cards.is_empty() { (stats(&cards)) }
            (panel(&Panel::new("ledgers", "我的台账", ledgers)))
        };
        page.show(View::of(Area::Today, "今日", main))
    })
    .await
}

/// Search over all ledgers.
pub async fn search(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let words = page.asked("q");
        let found = page.app().search(page.actor(), &words)?;
        let rows: Vec<Row> = found
            .iter()
            .map(|entry| {
                Row::to(
                    routes::entry(&entry.id),
                    vec![
                        Cell::text(entry.title.as_str()),
                        Cell::text(entry.ledger.name.as_str()),
                        Cell::text(entry.number.as_str()),
                        Cell::text(entry.state.happened_on(&entry.ledger).to_string()),
                    ],
                )
            })
            .collect();
        let head = page_head(&PageHead {
            title: "搜索结果".to_owned(),
            count: Some(format!("{} 条", rows.len())),
            lede: Some(format!("在您可以查看的台账里找“{words}”。")),
            ..PageHead::default()
        });
        let list = table(&Table {
            caption: "搜索结果".to_owned(),
            columns: vec![
                Column::wide("记录"),
                Column::text("台账"),
                Column::text("编号"),
                Column::short("日期"),
            ],
            rows,
            empty: Some(Empty {
                title: format!("没有找到含“{words}”的记录"),
                teaches: "可以试试较短的词、编号，或到具体台账里按条件筛选。".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let mut view = View::new("搜索", html! { (head) (list) });
        view.searched = words;
        page.show(view)
    })
    .await
}

//! Today: what there is to do, the figures of the year, the newest of one's ledgers, and search
//! over everything.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    catalogue::definition::Figure,
    entry::Entry,
    figures::Reading,
    kernel::Ask,
    listing::Overview,
    values::dates::{Date, Period},
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Page, Web, see_other},
    pages::{figures::point, ledgers::number_of, reports},
    routes,
    shell::View,
    ui::{
        button::Button,
        chart::spark::Spark,
        clock::long_date,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
        tabs::{Tab, tabs},
    },
};

/// Cards of figures.
const CARDS: usize = 8;
/// New entries shown.
const NEWEST: usize = 8;
/// Hits that a search answers at most.
const HITS_MAX: usize = 200;
/// Above so many ledgers the page shows figures and news only; the ledgers have their own page.
const LEDGERS_MAX: usize = 24;

type Own = Vec<(std::sync::Arc<app::catalogue::definition::Ledger>, Overview)>;

/// Today's page.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let (app, actor) = (page.app(), page.actor());
        if let Some(first) = crate::shell::first_page(actor) {
            return see_other(first);
        }
        let today = app.clock.today();
        let mut ledgers: Vec<_> = app
            .ledgers(actor, Action::Write)
            .into_iter()
            .filter(|l| actor.keeps(&l.section))
            .collect();
        let whose = if ledgers.is_empty() {
            ledgers = app.ledgers(actor, Action::Read);
            "全局"
        } else {
            "您的科室"
        };
        let whose = if actor.unit.is_some() {
            "本单位"
        } else {
            whose
        };
        let overviews = app.overviews(actor, &ledgers)?;
        let own: Own = ledgers.into_iter().zip(overviews).collect();
        let newest = app.newest(actor, &latest(&own), NEWEST)?;
        let year = year_of(page, &own, today);
        let head = page_head(&PageHead {
            title: "今日".to_owned(),
            kicker: Some(long_date(today)),
            lede: Some(format!("{}，这里是{whose}的台账和数据。", actor.name)),
            actions: vec![Button::go("查看全部台账", routes::LEDGERS)],
            ..PageHead::default()
        });
        let main = html! {
            (head)
            @if actor.unit.is_some() { (crate::pages::collections::first(page)?) }
            @else if authorise(actor, Action::ReadFigures, Resource::Figures).is_ok() {
                (crate::pages::deadlines::first(page)?)
            }
            (report_panel(page)?)
            (figure_panel(page, &own, year, today)?)
            @if own.len() <= LEDGERS_MAX { (ledger_panel(&own, year)) }
            (newest_panel(&newest))
        };
        page.show(View::of(Area::Today, "今日", main))
    })
    .await
}

/// The year that is asked for; else this one, or the one before while this one is still empty.
fn year_of(page: &Page, own: &Own, today: Date) -> i16 {
    let this = today.year();
    let started = own.iter().any(|(_, o)| o.of_year(this) > 0);
    let usual = if started || today.month() > 3 {
        this
    } else {
        this - 1
    };
    page.asked("year")
        .parse()
        .ok()
        .filter(|y| (this - 1..=this).contains(y))
        .unwrap_or(usual)
}

/// Reports in hand, for those who write or sign them.
fn report_panel(page: &Page) -> Result<Markup, AppError> {
    if authorise(page.actor(), Action::ReadFigures, Resource::Reports).is_err() {
        return Ok(html! {});
    }
    let rows = reports::rows(page, 3)?;
    if rows.is_empty() {
        return Ok(html! {});
    }
    let list = table(&Table {
        caption: "报告".to_owned(),
        columns: reports::columns(),
        rows,
        ..Table::default()
    });
    let view = Panel {
        actions: vec![Button::go("全部报告", routes::REPORTS).quiet()],
        ..Panel::new("reports", "报告", list)
    };
    Ok(panel(&view))
}

/// A figure's course through its period, month by month.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn course(page: &Page, now: &Reading) -> Result<Spark, AppError> {
    let months = page
        .app()
        .by_month(page.actor(), &now.figure.id, &now.ask, None)?;
    let values = months.iter().filter_map(|(_, r)| point("", r).value);
    let said: Vec<String> = months.iter().map(|(_, r)| r.words()).collect();
    Ok(Spark {
        values: values.collect(),
        said: format!("按月：{}", said.join("，")),
    })
}

/// The first figure of each ledger with its course through the year.
fn figure_panel(page: &Page, own: &Own, year: i16, today: Date) -> Result<Markup, AppError> {
    let (app, actor) = (page.app(), page.actor());
    if authorise(actor, Action::ReadFigures, Resource::Figures).is_err() {
        return Ok(html! {});
    }
    let mut full: Vec<_> = own.iter().filter(|(l, _)| !l.figures.is_empty()).collect();
    // The ledgers with most work first; the order of the catalogue breaks ties.
    full.sort_by_key(|(_, overview)| std::cmp::Reverse(overview.of_year(year)));
    let key: Vec<&Figure> = full
        .iter()
        .filter_map(|(l, _)| l.figures.first().map(AsRef::as_ref))
        .take(CARDS)
        .collect();
    if key.is_empty() {
        return Ok(html! {});
    }
    let asks: Vec<_> = key
        .iter()
        .flat_map(|f| [year, year - 1].map(|y| (f.id.to_string(), Ask::period(Period::year(y)))))
        .collect();
    let readings = app.readings(actor, &asks, None)?;
    let mut cards = Vec::new();
    for pair in readings.chunks(2) {
        let [now, before] = pair else { continue };
        let spark = course(page, now)?;
        let whole_year = year < today.year();
        let delta = before.text().filter(|_| whole_year);
        cards.push(Stat {
            label: now.figure.name.clone(),
            value: now.text(),
            unit: now.figure.unit.clone(),
            href: Some(routes::figure(&now.figure.id, &now.ask, None)),
            delta: delta.map(|text| format!("{} 年 {text}", year - 1)),
            spark: Some(spark),
            ..Stat::default()
        });
    }
    let this = today.year();
    let years = [this, this - 1].map(|y| {
        let address = routes::with_query(routes::HOME, &[("year", &y.to_string())]);
        Tab::new(format!("{y} 年"), address, y == year)
    });
    Ok(html! { (tabs("年份", &years)) (stats(&cards)) })
}

fn ledger_panel(own: &Own, year: i16) -> Markup {
    let rows = own.iter().map(|(ledger, overview)| {
        Row::to(
            routes::ledger(&ledger.id),
            vec![
                Cell::text(ledger.name.as_str()),
                Cell::text(ledger.about.as_str()),
                Cell::text(overview.of_year(year).to_string()),
                Cell::text(overview.in_all.to_string()),
                Cell::text(
                    overview
                        .last_happened_on
                        .as_deref()
                        .map(short_date)
                        .unwrap_or_default(),
                ),
            ],
        )
    });
    let list = table(&Table {
        caption: "我的台账".to_owned(),
        columns: vec![
            Column::text("台账"),
            Column::wide("记什么"),
            Column::number(format!("{year} 年")).in_unit("条"),
            Column::number("累计").in_unit("条"),
            Column::short("最近一条"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "您的科室还没有台账".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    panel(&Panel {
        count: Some(format!("{} 本", own.len())),
        ..Panel::new("ledgers", "我的台账", list)
    })
}

/// The ledgers in which something happened last: the newest entries of all are among theirs.
fn latest(own: &Own) -> Vec<std::sync::Arc<app::catalogue::definition::Ledger>> {
    let mut filled: Vec<_> = own
        .iter()
        .filter(|(_, o)| o.last_happened_on.is_some())
        .collect();
    filled.sort_by(|(_, a), (_, b)| b.last_happened_on.cmp(&a.last_happened_on));
    filled.truncate(NEWEST);
    filled
        .into_iter()
        .map(|(ledger, _)| ledger.clone())
        .collect()
}

fn newest_panel(newest: &[Entry]) -> Markup {
    if newest.is_empty() {
        return html! {};
    }
    let rows = newest.iter().map(found);
    let list = table(&Table {
        caption: "最近的记录".to_owned(),
        columns: found_columns(),
        rows: rows.collect(),
        ..Table::default()
    });
    panel(&Panel::new("newest", "最近的记录", list))
}

/// A day of a stored text, as short as it can be said without doubt.
pub fn short_date(text: &str) -> String {
    text.parse::<Date>()
        .map_or_else(|_| text.to_owned(), app::values::dates::chinese)
}

fn found(entry: &Entry) -> Row {
    let title = if entry.title.is_empty() {
        "（未命名）"
    } else {
        entry.title.as_str()
    };
    let day = entry.state.happened_on(&entry.ledger);
    Row::to(
        routes::entry(&entry.id),
        vec![
            Cell::text(title),
            Cell::Link(entry.ledger.name.clone(), routes::ledger(&entry.ledger.id)),
            Cell::text(number_of(entry)),
            Cell::text(app::values::dates::chinese(day)),
        ],
    )
}

fn found_columns() -> Vec<Column> {
    vec![
        Column::wide("记录"),
        Column::text("台账"),
        Column::text("编号"),
        Column::short("日期"),
    ]
}

/// Search over all ledgers.
pub async fn search(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let words = page.asked("q").trim().to_owned();
        let hits = page.app().search(page.actor(), &words)?;
        let head = page_head(&PageHead {
            title: "搜索结果".to_owned(),
            count: Some(if hits.len() < HITS_MAX {
                format!("{} 条", hits.len())
            } else {
                format!("前 {HITS_MAX} 条")
            }),
            lede: Some(if words.is_empty() {
                "写编号、当事人或事项里的几个字；几个词之间空一格，就是都要有。".to_owned()
            } else {
                format!("在您可以查看的台账里找“{words}”，新登记的在前。")
            }),
            ..PageHead::default()
        });
        let list = table(&Table {
            caption: "搜索结果".to_owned(),
            columns: found_columns(),
            rows: hits.iter().map(found).collect(),
            empty: (!words.is_empty()).then(|| Empty {
                title: format!("没有找到含“{words}”的记录"),
                teaches: "可以试试较短的词、编号，或到具体台账里按条件筛选。".to_owned(),
                actions: vec![Button::go("查看全部台账", routes::LEDGERS)],
            }),
            ..Table::default()
        });
        let mut view = View::new("搜索", html! { (head) @if !words.is_empty() { (list) } });
        view.searched = words;
        page.show(view)
    })
    .await
}

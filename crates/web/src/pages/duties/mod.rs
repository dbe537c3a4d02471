//! Pages over several ledgers (专题): what a single ledger cannot say.
//!
//! They only read, but for one button of the white list; every number leads to its figure, every name to its entry.

use app::{
    Action, AppError, Resource, authorise::authorise, figures::Reading, values::dates::Date,
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use maud::{Markup, html};

use crate::{
    access::{Guard, Who, get as guard, post},
    context::{Page, Web},
    routes,
    shell::View,
    ui::{
        filter::{Choice, Filter, FilterBar, filter_bar},
        head::{PageHead, page_head},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

mod assessment;
mod coverage;
mod dashboard;
mod lists;
mod market;
mod on_time;
mod trees;

/// The index of these pages.
pub const TOPICS: &str = "/topics";
/// The leader's dashboard.
pub const DASHBOARD: &str = "/dashboard";
/// Lists with their versions.
pub const LISTS: &str = "/lists";
/// Coverage against the register of schools.
pub const COVERAGE: &str = "/coverage";
/// Prepaid fees.
pub const PREPAID: &str = "/prepaid";
/// White and black list.
pub const WHITE_LIST: &str = "/white-list";
/// Year-end assessment.
pub const ASSESSMENT: &str = "/assessment";
/// Times that are set, and how they were kept.
pub const ON_TIME: &str = "/on-time";
/// Indicator trees.
pub const INDICATORS: &str = "/indicators";
/// Tasks from above.
pub const TASKS: &str = "/tasks-from-above";

/// The pages: address, name, what they show.
const PAGES: &[(&str, &str, &str)] = &[
    (
        DASHBOARD,
        "领导驾驶舱",
        "第一责任人职责、固定期限、计划与完成、与上年和各区县的比较、风险。",
    ),
    (
        LISTS,
        "清单",
        "权力、责任、负面等清单：某一天的内容、版本、两个日期之间的差异、每个事项的页面。",
    ),
    (
        COVERAGE,
        "覆盖",
        "对照学校名录逐项核对：谁没有法治副校长、谁没有章程，逐所列名。",
    ),
    (
        PREPAID,
        "预收费",
        "收费方案对照三个月、六十课时、五千元的限额；账户余额对照未消课；退费逾期。",
    ),
    (
        WHITE_LIST,
        "白名单和黑名单",
        "按名录和各台账算出谁够条件、谁不够和为什么，与已公布的名单对照。",
    ),
    (
        ON_TIME,
        "按时办理",
        "双公示、依申请公开、备案、清单公布等期限：按期率、平均天数、没有按期的逐件列名。",
    ),
    (ASSESSMENT, "年终考核", "考核表按指标合计、排名，一票否决。"),
    (
        INDICATORS,
        "指标体系",
        "示范创建等指标的现值、佐证台账和材料、缺口，打包下载。",
    ),
    (
        TASKS,
        "督察对照",
        "上级纲要、方案、督察任务：责任科室、作答、佐证、缺口。",
    ),
];

/// The routes of these pages.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/topics", get(index))
        .route("/dashboard", get(dashboard::show))
        .route("/lists", get(lists::index))
        .route("/lists/{list}", get(lists::show))
        .route("/lists/{list}/difference", get(lists::difference))
        .route("/lists/{list}/items/{entry}", get(lists::item))
        .route("/coverage", get(coverage::index))
        .route("/coverage/{check}", get(coverage::show))
        .route("/prepaid", get(market::prepaid))
        .route(
            "/white-list",
            get(market::white_list).post(market::keep_white_list),
        )
        .route("/on-time", get(on_time::index))
        .route("/on-time/{book}/{clock}", get(on_time::show))
        .route("/assessment", get(assessment::show))
        .route("/indicators", get(trees::indicators))
        .route("/indicators/package.zip", get(trees::package))
        .route("/tasks-from-above", get(trees::tasks))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    guard("/topics", Who::Staff, "the pages over several ledgers"),
    guard("/dashboard", Who::Staff, "the leader's dashboard"),
    guard("/lists", Who::Staff, "all lists"),
    guard("/lists/{list}", Who::Staff, "a list on a day"),
    guard("/lists/{list}/difference", Who::Staff, "what changed in a list"),
    guard("/lists/{list}/items/{entry}", Who::Staff, "an item of a list"),
    guard("/coverage", Who::Staff, "coverage against the register of schools"),
    guard("/coverage/{check}", Who::Staff, "which schools lack it"),
    guard("/prepaid", Who::Staff, "prepaid fees"),
    guard("/white-list", Who::Staff, "white and black list"),
    post("/white-list", Who::Staff, "bringing the white list to what the ledgers say"),
    guard("/on-time", Who::Staff, "how times were kept"),
    guard("/on-time/{book}/{clock}", Who::Staff, "which entries did not keep a time"),
    guard("/assessment", Who::Staff, "the year-end assessment"),
    guard("/indicators", Who::Staff, "indicator trees"),
    guard("/indicators/package.zip", Who::Staff, "a tree's evidence for upload"),
    guard("/tasks-from-above", Who::Staff, "tasks from above"),
];

/// The links under 专题 in the navigation.
pub fn nav_links() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().map(|(href, name, _)| (*href, *name))
}

/// The index.
async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::ReadFigures, Resource::Figures)?;
        let rows = PAGES
            .iter()
            .map(|(href, name, about)| Row::to(*href, vec![Cell::text(*name), Cell::text(*about)]));
        let list = table(&Table {
            caption: "专题".to_owned(),
            columns: vec![Column::text("专题"), Column::wide("看什么")],
            rows: rows.collect(),
            ..Table::default()
        });
        let head = page_head(&PageHead {
            title: "专题".to_owned(),
            lede: Some("一本台账说不完的事，从几本台账算出来；这里只看，改在台账里改。".to_owned()),
            ..PageHead::default()
        });
        page.show(View::of(Area::Topics, "专题", html! { (head) (list) }))
    })
    .await
}

/// A page of this family.
fn topic(page: &Page, title: &str, main: Markup) -> crate::context::Answer {
    let above = vec![Link::new("专题", TOPICS)];
    page.show(View::of(Area::Topics, title, main).below(above))
}

/// The year asked for, or the one that is usual.
fn year_of(page: &Page) -> i16 {
    let this = page.app().clock.today().year();
    let asked = page.asked("year").parse().ok();
    asked
        .filter(|y| (this - 20..=this).contains(y))
        .unwrap_or(this)
}

/// The choice of the year.
fn year_bar(page: &Page, action: &str, year: i16) -> Markup {
    let this = page.app().clock.today().year();
    let years = (this - 4..=this).rev();
    filter_bar(&FilterBar {
        id: "filter".to_owned(),
        action: action.to_owned(),
        filters: vec![Filter::Select {
            name: "year".to_owned(),
            label: "年度".to_owned(),
            value: year.to_string(),
            choices: years
                .map(|y| Choice::new(y.to_string(), format!("{y} 年")))
                .collect(),
        }],
        ..FilterBar::default()
    })
}

/// A figure's value that leads to its page.
fn value(reading: &Reading) -> Cell {
    match reading.text() {
        Some(text) => Cell::Link(text, routes::figure(&reading.figure.id, &reading.ask, None)),
        None => Cell::Missing,
    }
}

/// A day in Chinese, or nothing.
fn said(day: Option<Date>) -> Cell {
    day.map_or(Cell::Missing, |d| {
        Cell::text(app::values::dates::chinese(d))
    })
}

/// An input error of an address.
fn bad(what: &str) -> AppError {
    AppError::Input(what.to_owned())
}

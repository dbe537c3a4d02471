//! The portal in numbers: columns that lack news, what is read, month by month.

use app::{
    AppError,
    publication::statistics::{ColumnNumbers, CreditNumbers, PortalNumbers},
    sheet::XLSX,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use super::DESK;
use crate::{
    context::{Web, download},
    portal, routes,
    shell::View,
    ui::{
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// The page.
pub async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let numbers = page.app().portal_numbers(page.actor())?;
        let late = numbers.columns.iter().filter(|c| c.overdue.is_some()).count();
        let lede = format!(
            "浏览次数只按页面和月份累计，不记录是谁看的。{}",
            match late {
                0 => "各栏目更新及时。".to_owned(),
                late => format!("有 {late} 个栏目超过规定的时间没有更新。"),
            }
        );
        let main = html! {
            (page_head(&PageHead { title: "公开统计".to_owned(), lede: Some(lede), ..PageHead::default() }))
            (panel(&Panel::new("columns", "各栏目", columns(&numbers.columns))))
            (panel(&Panel::new("months", "各月浏览次数", months(&numbers))))
            (panel(&Panel::new("read", "看得最多的页面", most_read(&numbers))))
            @for (at, c) in numbers.credit.iter().enumerate() {
                (panel(&Panel { count: Some(format!("{} 条，{} 条不能报送", c.rows, c.faulty)), ..Panel::new(format!("credit-{at}"), format!("双公示数据：{}", c.name), html! { (credit(c)) (files(c)) }) }))
            }
            (panel(&Panel::new("media", "新媒体和报刊", html! {
                p { "微信公众号、报刊等的发布和阅读数在台账里登记：" a href=(routes::ledger("media_account")) { "政务新媒体" } "、" a href=(routes::ledger("media_issue")) { "各期发布" } "。" }
            })))
        };
        page.show(View::of(Area::Publishing, "公开统计", main).below(vec![Link::new("公开", DESK)]))
    })
    .await
}

fn columns(columns: &[ColumnNumbers]) -> maud::Markup {
    let rows = columns.iter().map(|c| {
        let news = match c.overdue {
            Some(months) => format!("{}（已 {months} 个月没有更新）", c.newest),
            None => c.newest.clone(),
        };
        Row::to(
            portal::column(&c.id),
            vec![
                Cell::text(c.name.as_str()),
                Cell::text(c.standing.to_string()),
                Cell::text(c.this_year.to_string()),
                Cell::text(c.withdrawn.to_string()),
                Cell::text(news),
                Cell::text(c.views.to_string()),
            ],
        )
    });
    table(&Table {
        caption: "各栏目".to_owned(),
        columns: vec![
            Column::wide("栏目"),
            Column::number("现有（条）"),
            Column::number("今年发布（条）"),
            Column::number("撤回（条）"),
            Column::text("最近一条"),
            Column::number("浏览（次）"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// The files for the platform: whole, so only for whoever may see personal data; noted in the audit.
fn files(numbers: &CreditNumbers) -> maud::Markup {
    html! {
        p { "报送文件（全部数据项，含未公开的；导出会记入审计）："
            @for (end, name) in [("xlsx", "XLSX"), ("xml", "XML")] {
                " " a href=(format!("/publishing/credit/{}.{end}", numbers.id)) { (name) }
            } }
    }
}

/// The data rows of a column with everything that the credit platform asks for.
pub async fn credit_file(
    State(web): State<Web>,
    Path(file): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let missing = || AppError::NotFound("这份双公示数据");
        let (id, end) = file.rsplit_once('.').ok_or_else(missing)?;
        let (media, xml) = match end {
            "xlsx" => (XLSX, false),
            "xml" => ("application/xml; charset=utf-8", true),
            _ => return Err(missing()),
        };
        let (column, data) = page.app().credit_export(page.actor(), id)?;
        let name = format!("{}双公示数据", column.name);
        let bytes = portal::credit_file(&name, data, xml)?;
        download(media, &format!("{name}.{end}"), bytes)
    })
    .await
}

/// Data rows that the credit platform would send back, with what they lack.
fn credit(numbers: &CreditNumbers) -> maud::Markup {
    let rows = numbers.problems.iter().map(|(entry, title, problems)| {
        Row::to(
            routes::entry(entry),
            vec![Cell::text(title.as_str()), Cell::text(problems.as_str())],
        )
    });
    table(&Table {
        caption: format!("{}：不能报送的数据行", numbers.name),
        columns: vec![Column::wide("记录"), Column::text("缺什么")],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有不能报送的数据行".to_owned(),
            teaches: "必填项、长度、代码校验位和处罚种类与金额都核对过。".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

fn none() -> Option<Empty> {
    Some(Empty {
        title: "还没有浏览".to_owned(),
        teaches: "有人打开公开的信息后，这里按月累计。".to_owned(),
        ..Empty::default()
    })
}

fn months(numbers: &PortalNumbers) -> maud::Markup {
    let rows = numbers.months.iter().map(|(month, views)| {
        Row::plain(vec![
            Cell::text(month.as_str()),
            Cell::text(views.to_string()),
        ])
    });
    table(&Table {
        caption: "各月浏览次数".to_owned(),
        columns: vec![Column::wide("月份"), Column::number("浏览（次）")],
        rows: rows.collect(),
        empty: none(),
        ..Table::default()
    })
}

fn most_read(numbers: &PortalNumbers) -> maud::Markup {
    let rows = numbers.most_read.iter().map(|(page, title, views)| {
        Row::to(
            page.clone(),
            vec![Cell::text(title.as_str()), Cell::text(views.to_string())],
        )
    });
    table(&Table {
        caption: "看得最多的页面".to_owned(),
        columns: vec![Column::wide("页面"), Column::number("浏览（次）")],
        rows: rows.collect(),
        empty: none(),
        ..Table::default()
    })
}

//! Figures: all of them for a year; `one` is the page of one.

use app::{AppError, figures::Reading, kernel::Ask, values::dates::Period};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::html;

use crate::{
    context::{Page, Web},
    routes,
    shell::View,
    ui::{
        chart::Point,
        empty::Empty,
        filter::{Choice, Filter, FilterBar, filter_bar},
        head::{PageHead, page_head},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

mod charts;
pub mod entries;
pub mod one;

/// All figures of a year, by module and ledger.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let this_year = page.app().clock.today().year();
        let year = page.asked("year").parse().ok();
        let year = year.filter(|y| (this_year - 20..=this_year).contains(y));
        let year = year.unwrap_or_else(|| usual_year(page));
        let words = page.asked("q").trim().to_owned();
        let (count, rows) = rows(page, year, &words)?;
        let list = table(&Table {
            caption: "数据".to_owned(),
            columns: vec![
                Column::wide("数据"),
                Column::number(format!("{year} 年")),
                Column::number(format!("{} 年", year - 1)),
                Column::short("单位"),
                Column::short("算法"),
                Column::text("出自台账"),
            ],
            rows,
            empty: Some(Empty {
                title: format!("没有名称含“{words}”的数据"),
                teaches: "数据随台账的定义而来；可以试试较短的词。".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let years = (this_year - 6..=this_year).rev();
        let filters = filter_bar(&FilterBar {
            id: "filter".to_owned(),
            action: routes::FIGURES.to_owned(),
            search: Some(("q".to_owned(), words.clone())),
            filters: vec![Filter::Select {
                name: "year".to_owned(),
                label: "年份".to_owned(),
                value: year.to_string(),
                choices: years
                    .map(|y| Choice::new(y.to_string(), format!("{y} 年")))
                    .collect(),
            }],
            ..FilterBar::default()
        });
        let head = page_head(&PageHead {
            title: "数据".to_owned(),
            count: Some(format!("{count} 项")),
            lede: Some(
                "每一个数都从台账算出来，点开就能看到是怎么算的、背后是哪些记录。".to_owned(),
            ),
            ..PageHead::default()
        });
        let main = html! { (head) (filters) (list) };
        page.show(View::of(Area::Figures, "数据", main))
    })
    .await
}

/// The year that figures are about unless another is asked for: in the first months of a year,
/// the one that has just ended.
pub fn usual_year(page: &Page) -> i16 {
    let today = page.app().clock.today();
    if today.month() <= 3 {
        today.year() - 1
    } else {
        today.year()
    }
}

fn rows(page: &Page, year: i16, words: &str) -> Result<(usize, Vec<Row>), AppError> {
    let catalogue = page.app().catalogue();
    let (mut rows, mut count) = (Vec::new(), 0);
    for module in catalogue.modules() {
        let ledgers = catalogue.ledgers().filter(|l| l.module == module.id);
        let figures: Vec<_> = ledgers
            .flat_map(|l| l.figures.iter().map(move |f| (l, f)))
            .filter(|(l, f)| words.is_empty() || f.name.contains(words) || l.name.contains(words))
            .collect();
        if figures.is_empty() {
            continue;
        }
        count += figures.len();
        rows.push(Row::group(module.id.to_string(), module.name.as_str()));
        let asks: Vec<_> = figures
            .iter()
            .flat_map(|(_, f)| {
                [year, year - 1].map(|y| (f.id.to_string(), Ask::period(Period::year(y))))
            })
            .collect();
        let readings = page.app().readings(page.actor(), &asks, None)?;
        for ((ledger, figure), pair) in figures.iter().zip(readings.chunks(2)) {
            let [now, before] = pair else { continue };
            rows.push(Row::to(
                routes::figure(&figure.id, &now.ask, None),
                vec![
                    Cell::text(figure.name.as_str()),
                    number(now),
                    number(before),
                    Cell::text(figure.unit.as_str()),
                    Cell::text(figure.kind.word()),
                    Cell::text(ledger.name.as_str()),
                ],
            ));
        }
    }
    Ok((count, rows))
}

fn number(reading: &Reading) -> Cell {
    reading
        .text()
        .map_or_else(|| Cell::Text("无数据".to_owned()), Cell::Text)
}

/// What was asked of a figure, in words: the period, and the values of dimensions.
pub fn ask_words(page: &Page, figure: &str, ask: &Ask) -> String {
    let figure = page.app().catalogue().figure(figure);
    let mut words = period_words(ask);
    for (dimension, value) in &ask.only {
        let named = figure.and_then(|f| f.by.iter().find(|d| d.field.as_str() == dimension));
        let name = named.map_or(dimension.as_str(), |d| d.name.as_str());
        words.push_str(&format!(" · {name}：{value}"));
    }
    words
}

/// A period in words.
pub fn period_words(ask: &Ask) -> String {
    match ask.from.and_then(|from| Period::new(from, ask.to)) {
        Some(period) => period.chinese(),
        None => format!("截至{}", app::values::dates::chinese(ask.to)),
    }
}

/// A point of a chart: floating point is for drawing only.
pub fn point(label: &str, reading: &Reading) -> Point {
    match (reading.answer.value, reading.text()) {
        (Some(value), Some(text)) => {
            let drawn = value.numerator() as f64 / value.denominator() as f64;
            Point::new(label, drawn, text)
        }
        _ => Point::missing(label),
    }
}

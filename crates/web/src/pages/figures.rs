//! Figures: all of them for a year, and one with its definition, course, parts and entries.

use std::collections::BTreeMap;

use app::{
    Action, AppError,
    catalogue::definition::{Figure, FigureKind, Measure, Operation},
    figures::Reading,
    kernel::Ask,
    values::dates::{Date, Period},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Answer, Page, Web},
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        chart::{self, Point},
        empty::Empty,
        facts::{Fact, facts},
        filter::{Choice, Filter, FilterBar, filter_bar},
        head::{Columns, PageHead, Panel, columns, page_head, panel},
        notice::{Link, Notice, notice},
        pagination::{Pager, pager},
        receipt::{Term, formula},
        shell::Area,
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Entries of a page.
const ROWS: usize = 50;

/// All figures of a year, by module and ledger.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let app = page.app();
        let this_year = app.clock.today().year();
        let year: i16 = page.asked("year").parse().unwrap_or(this_year);
        let words = page.asked("q");
        let period = Period::year(year);
        let mut parts: Vec<Markup> = Vec::new();
        let mut count = 0;
        for module in app.catalogue().modules() {
            let ledgers = app.catalogue().ledgers().filter(|l| l.module == module.id);
            let figures: Vec<_> = ledgers
                .flat_map(|l| l.figures.iter().map(move |f| (l, f)))
                .filter(|(l, f)| {
                    words.is_empty() || f.name.contains(&words) || l.name.contains(&words)
                })
                .collect();
            if figures.is_empty() {
                continue;
            }
            count += figures.len();
            let asks: Vec<_> = figures
                .iter()
                .map(|(_, f)| (f.id.to_string(), Ask::period(period)))
                .collect();
            let now = app.readings(page.actor(), &asks, None)?;
            let before: Vec<_> = figures
                .iter()
                .map(|(_, f)| (f.id.to_string(), Ask::period(Period::year(year - 1))))
                .collect();
            let before = app.readings(page.actor(), &before, None)?;
            let rows = figures.iter().zip(now.iter().zip(&before)).map(
                |((ledger, figure), (now, before))| {
                    Row::to(
                        routes::figure(&figure.id, &now.ask, None),
                        vec![
                            Cell::text(figure.name.as_str()),
                            number(now),
                            number(before),
                            Cell::text(figure.unit.as_str()),
                            Cell::text(figure.kind.word()),
                            Cell::text(ledger.name.as_str()),
                        ],
                    )
                },
            );
            let list = table(&Table {
                caption: module.name.clone(),
                columns: vec![
                    Column::wide("数据"),
                    Column::number(format!("{year} 年")),
                    Column::number(format!("{} 年", year - 1)),
                    Column::short("单位"),
                    Column::short("算法"),
                    Column::text("出自台账"),
                ],
                rows: rows.collect(),
                ..Table::default()
            });
            parts.push(panel(&Panel::new(
                module.id.to_string(),
                module.name.as_str(),
                list,
            )));
        }
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
        let main = html! { (head) (filters) @for part in &parts { (part) } };
        page.show(View::of(Area::Figures, "数据", main))
    })
    .await
}

fn number(reading: &Reading) -> Cell {
    reading
        .text()
        .map_or_else(|| Cell::Text("无数据".to_owned()), Cell::Text)
}

/// What the address asks of a figure.
fn ask_of(page: &Page) -> Result<(Ask, Option<u64>), AppError> {
    let year = page.app().clock.today().year();
    let mut ask = Ask::period(Period::year(year));
    let mut as_of = None;
    let asked: BTreeMap<String, String> = page.query().into_iter().collect();
    let day = |name: &str| -> Result<Option<Date>, AppError> {
        match asked.get(name).map(String::as_str).unwrap_or_default() {
            "" => Ok(None),
            text => app::values::dates::parse_date(text)
                .map(Some)
                .map_err(|e| AppError::Input(format!("日期“{text}”读不懂：{e}"))),
        }
    };
    if let Some(year) = asked.get("year").and_then(|y| y.parse().ok()) {
        ask = Ask::period(Period::year(year));
    } else if let Some(to) = day("to")? {
        ask.from = day("from")?;
        ask.to = to;
    }
    for (name, value) in &asked {
        if let Some(dimension) = name.strip_prefix("only.").filter(|_| !value.is_empty()) {
            ask.only.insert(dimension.to_owned(), value.clone());
        }
        if name == "as_of" {
            as_of = value.parse().ok();
        }
    }
    Ok((ask, as_of))
}

/// A period in words.
pub fn period_words(ask: &Ask) -> String {
    match ask.from.and_then(|from| Period::new(from, ask.to)) {
        Some(period) => period.chinese(),
        None => format!("截至{}", app::values::dates::chinese(ask.to)),
    }
}

/// The page of a figure.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ask, as_of) = ask_of(page)?;
        figure_page(page, &id, &ask, as_of)
    })
    .await
}

fn figure_page(page: &Page, id: &str, ask: &Ask, as_of: Option<u64>) -> Answer {
    let app = page.app();
    let one = [(id.to_owned(), ask.clone())];
    let reading = app.readings(page.actor(), &one, as_of)?.remove(0);
    let figure = &reading.figure;
    let mut kicker = period_words(ask);
    for (dimension, value) in &ask.only {
        let name = figure
            .by
            .iter()
            .find(|d| d.field.as_str() == dimension)
            .map(|d| d.name.as_str());
        kicker.push_str(&format!(" · {}：{value}", name.unwrap_or(dimension)));
    }
    let head = page_head(&PageHead {
        title: figure.name.clone(),
        kicker: Some(kicker),
        lede: Some(figure.about.clone()).filter(|a| !a.is_empty()),
        actions: vec![Button::go("全部数据", routes::FIGURES)],
        ..PageHead::default()
    });
    let main = html! {
        (head)
        @if let Some(size) = as_of {
            (notice(&Notice::new(Tone::Current, format!("这是定稿时（存证大小 {size}）的数，之后的更正不计入。"))
                .with(html! { a href=(routes::figure(id, ask, None)) { "看现在的数" } })))
        }
        (stats(&[headline(page, &reading, as_of)?]))
        (columns(&Columns {
            main: html! {
                (terms(page, &reading, as_of))
                (course(page, &reading)?)
                (parts(page, &reading, as_of)?)
                (behind(page, &reading, as_of)?)
            },
            aside: definition(page, figure),
            aside_first: false,
        }))
    };
    page.show(
        View::of(Area::Figures, figure.name.clone(), main)
            .below(vec![Link::new("数据", routes::FIGURES)]),
    )
}

fn headline(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Stat, AppError> {
    let figure = &reading.figure;
    let earlier = reading
        .ask
        .shifted(app::catalogue::definition::PeriodShift::PreviousYear);
    let delta = if reading.ask.from.is_some() {
        let asks = [(figure.id.to_string(), earlier)];
        let before = page.app().readings(page.actor(), &asks, as_of)?.remove(0);
        Some(
            match (reading.answer.value, before.answer.value, before.text()) {
                (Some(now), Some(then), Some(text)) => {
                    let change = now.checked_sub(then).map(|d| {
                        let d = d.decimal(figure.decimals, app::values::decimal::Rounding::HalfUp);
                        if d.units() > 0 {
                            format!("+{d}")
                        } else {
                            d.to_string()
                        }
                    });
                    let unit = if figure.unit == "%" {
                        "个百分点"
                    } else {
                        figure.unit.as_str()
                    };
                    format!(
                        "上年 {text}{}，变化 {}{unit}",
                        figure.unit,
                        change.unwrap_or_default()
                    )
                }
                _ => "上年没有数据".to_owned(),
            },
        )
    } else {
        None
    };
    Ok(Stat {
        label: format!("{}，{}", figure.name, period_words(&reading.ask)),
        value: reading.text(),
        unit: figure.unit.clone(),
        delta,
        ..Stat::default()
    })
}

/// The formula with the values of its operands.
fn terms(page: &Page, reading: &Reading, as_of: Option<u64>) -> Markup {
    let FigureKind::Formula(calculation) = &reading.figure.kind else {
        return html! {};
    };
    let sign = match calculation.operation {
        Operation::Sum => "+",
        Operation::Difference => "−",
        Operation::Growth
        | Operation::Rate
        | Operation::Share
        | Operation::Coverage
        | Operation::Average => "÷",
    };
    let mut terms = Vec::new();
    for (at, (operand, ask, answer)) in reading.answer.operands.iter().enumerate() {
        if at > 0 {
            terms.push(Term::Sign(sign.to_owned()));
        }
        let figure = page.app().catalogue().figure(&operand.figure);
        let mut name = figure.map_or_else(|| operand.figure.to_string(), |f| f.name.clone());
        if *ask != reading.ask {
            name = format!("{name}（{}）", period_words(ask));
        }
        let decimals = figure.map_or(0, |f| f.decimals);
        let value = answer.value.map_or_else(
            || "无数据".to_owned(),
            |v| {
                v.decimal(decimals, app::values::decimal::Rounding::HalfUp)
                    .to_string()
            },
        );
        terms.push(Term::Figure {
            name,
            value,
            href: routes::figure(&operand.figure, ask, as_of),
        });
    }
    match calculation.operation {
        Operation::Rate | Operation::Share | Operation::Coverage => {
            terms.push(Term::Sign("× 100%".to_owned()));
        }
        Operation::Growth => terms.push(Term::Sign("− 1，× 100%".to_owned())),
        _ => {}
    }
    panel(&Panel::new("formula", "怎么算出来的", formula(&terms)))
}

/// A point of a chart: floating point is for drawing only.
fn point(label: &str, reading: &Reading) -> Point {
    match (reading.answer.value, reading.text()) {
        (Some(value), Some(text)) => {
            let drawn = value.numerator() as f64 / value.denominator() as f64;
            Point::new(label, drawn, text)
        }
        _ => Point::missing(label),
    }
}

/// The figure month by month, or year by year for longer periods.
fn course(page: &Page, reading: &Reading) -> Result<Markup, AppError> {
    let figure = &reading.figure;
    let months = page
        .app()
        .by_month(page.actor(), &figure.id, &reading.ask)?;
    if months.len() < 2 || months.len() > 24 {
        return Ok(html! {});
    }
    let points = months.iter().map(|(month, r)| {
        let label = format!("{}月", month[5..].trim_start_matches('0'));
        point(&label, r).to(routes::figure(&figure.id, &r.ask, None))
    });
    let view = chart::column::Columns {
        id: "course".to_owned(),
        title: format!("{}，按月", figure.name),
        unit: figure.unit.clone(),
        points: points.collect(),
    };
    Ok(panel(&Panel::new(
        "by-month",
        "按月",
        chart::column::columns(&view),
    )))
}

/// The figure by each of its dimensions.
fn parts(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Markup, AppError> {
    const PARTS_MAX: usize = 30;
    let figure = &reading.figure;
    let mut panels = Vec::new();
    for dimension in figure
        .by
        .iter()
        .filter(|d| !reading.ask.only.contains_key(d.field.as_str()))
    {
        let field = dimension.field.as_str();
        let mut values =
            page.app()
                .by_dimension(page.actor(), &figure.id, &reading.ask, field, as_of)?;
        if values.len() < 2 {
            continue;
        }
        let amount = |r: &Reading| {
            r.answer
                .value
                .map(|v| v.numerator() * 1_000 / v.denominator().max(1))
        };
        values.sort_by_key(|(_, r)| std::cmp::Reverse(amount(r)));
        let rest = values.len().saturating_sub(PARTS_MAX);
        let points = values
            .iter()
            .take(PARTS_MAX)
            .map(|(value, r)| point(value, r).to(routes::figure(&figure.id, &r.ask, as_of)));
        let view = chart::bar::Bars {
            title: format!("{}，按{}", figure.name, dimension.name),
            unit: figure.unit.clone(),
            points: points.collect(),
        };
        let body = html! {
            (chart::bar::bars(&view))
            @if rest > 0 { p.hint { "另有 " (rest) " 项较小的没有画出。" } }
        };
        panels.push(panel(&Panel::new(
            format!("by-{field}"),
            format!("按{}", dimension.name),
            body,
        )));
    }
    Ok(html! { @for one in &panels { (one) } })
}

/// The entries behind the figure.
fn behind(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Markup, AppError> {
    let figure = &reading.figure;
    if figure.kind.fold().is_none() {
        return Ok(html! {});
    }
    let after = app::figures::cursor_of(&page.asked("after"));
    let paged = after.is_some();
    let drill = page
        .app()
        .behind(page.actor(), &figure.id, &reading.ask, as_of, after, ROWS)?;
    if drill.hidden {
        let words = "背后的记录由主管科室保管，您可以看到总数，看不到明细。";
        return Ok(panel(&Panel::new(
            "entries",
            "背后的记录",
            notice(&Notice::new(Tone::Soon, words)),
        )));
    }
    let summed = matches!(
        figure.kind.fold().map(|f| &f.measure),
        Some(Measure::Sum(_) | Measure::Rows(_) | Measure::RowsSum(..))
    );
    let rows = drill.entries.iter().map(|entry| {
        let mut cells = vec![
            Cell::text(if entry.title.is_empty() {
                "（未命名）"
            } else {
                entry.title.as_str()
            }),
            Cell::text(entry.number.as_str()),
            Cell::text(entry.happened_on.as_str()),
        ];
        if summed {
            cells.push(Cell::text(page.app().in_unit(figure, entry.value)));
        }
        Row::to(routes::entry(&entry.entry_id), cells)
    });
    let mut heads = vec![
        Column::wide("记录"),
        Column::text("编号"),
        Column::short("计入日期"),
    ];
    if summed {
        heads.push(Column::number("计入").in_unit(figure.unit.as_str()));
    }
    let list = table(&Table {
        caption: "背后的记录".to_owned(),
        columns: heads,
        rows: rows.collect(),
        empty: Some(Empty {
            title: "这个期间没有记录".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let base = routes::figure(&figure.id, &reading.ask, as_of);
    let older = drill.next.map(|cursor| {
        let join = if base.contains('?') { '&' } else { '?' };
        let cursor = app::figures::cursor_text(&cursor);
        let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        format!("{base}{join}after={cursor}#entries")
    });
    let pages = pager(&Pager {
        shown: format!("本页 {} 条，新的在前", drill.entries.len()),
        newer: paged.then(|| format!("{base}#entries")),
        older,
        sizes: Vec::new(),
    });
    let ledger = page.app().catalogue().ledger(&figure.ledger);
    let mut view = Panel::new("entries", "背后的记录", html! { (list) (pages) });
    if let Some(ledger) = ledger {
        view.actions = vec![Button::go(
            format!("打开{}", ledger.name),
            routes::ledger(&ledger.id),
        )];
    }
    Ok(panel(&view))
}

/// What the figure means, in the words of its definition.
fn definition(page: &Page, figure: &Figure) -> Markup {
    let catalogue = page.app().catalogue();
    let ledger = catalogue.ledger(&figure.ledger);
    let field_name = |id: &str| {
        let field = ledger.and_then(|l| l.field(id));
        field.map_or_else(|| id.to_owned(), |f| f.name.clone())
    };
    let mut known = vec![
        Fact::new("编号", figure.id.as_str()),
        Fact::new("算法", figure.kind.word()),
        Fact::new("单位", figure.unit.as_str()),
    ];
    if let Some(fold) = figure.kind.fold() {
        let what = match &fold.measure {
            Measure::Entries if fold.keys.is_empty() => "每条记录计 1".to_owned(),
            Measure::Entries => {
                let keys: Vec<_> = fold.keys.iter().map(|k| field_name(k)).collect();
                format!("不同的{}计 1", keys.join("、"))
            }
            Measure::Action(action) => {
                let name = ledger
                    .and_then(|l| l.action(action))
                    .map(|a| a.name.clone());
                format!("每次“{}”计 1", name.unwrap_or_else(|| action.to_string()))
            }
            Measure::Sum(field) => format!("“{}”相加", field_name(field)),
            Measure::Rows(field) => format!("“{}”的行数", field_name(field)),
            Measure::RowsSum(field, _) => format!("“{}”各行相加", field_name(field)),
        };
        known.push(Fact::new("计什么", what));
        if let Some(when) = &fold.when {
            known.push(Fact::wide(
                "条件",
                Cell::Other(html! { code { (when.source()) } }),
            ));
        }
        if let Some(until) = &fold.until {
            known.push(Fact::new("到何时为止", field_name(until)));
        }
    }
    if !figure.by.is_empty() {
        let names: Vec<_> = figure.by.iter().map(|d| d.name.as_str()).collect();
        known.push(Fact::new("可按", names.join("、")));
    }
    if let Some(law) = &figure.law {
        known.push(Fact::new("依据", law.to_string()));
    }
    if let Some(ledger) = ledger {
        let may = page
            .app()
            .ledger(page.actor(), Action::Read, &ledger.id)
            .is_ok();
        let cell = if may {
            Cell::Link(ledger.name.clone(), routes::ledger(&ledger.id))
        } else {
            Cell::text(ledger.name.as_str())
        };
        known.push(Fact::new("出自台账", cell));
        known.push(Fact::new("定义版本", format!("自 {} 起", ledger.effective)));
        known.push(Fact::new("定义文件", ledger.file.as_str()));
    }
    panel(&Panel::new("definition", "定义", facts(&known)))
}

//! The page of a figure: value, formula, course, parts, definition, and the entries behind it.

use std::collections::BTreeMap;

use app::{
    Action, AppError,
    catalogue::definition::{Catalogue, Figure, FigureKind, Measure, Operation},
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

use super::{ask_words, charts, entries::behind, period_words};
use crate::{
    context::{Answer, Page, Web},
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        facts::{Fact, facts},
        filter::{Filter, FilterBar, filter_bar},
        head::{Columns, PageHead, Panel, columns, page_head, panel},
        notice::{Link, Notice, notice},
        receipt::{Term, formula},
        shell::Area,
        stat::{Stat, stats},
        table::Cell,
        tabs::{Tab, tabs},
    },
};

/// What the address asks of a figure.
pub fn ask_of(page: &Page) -> Result<(Ask, Option<u64>), AppError> {
    let mut ask = Ask::period(Period::year(super::usual_year(page)));
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
    let ledger = app.catalogue().ledger(&figure.ledger);
    let open = ledger.filter(|l| app.ledger(page.actor(), Action::Read, &l.id).is_ok());
    let mut actions = Vec::new();
    if let Some(ledger) = open {
        let name = format!("打开{}", ledger.name);
        actions.push(Button::go(name, routes::ledger(&ledger.id)));
    }
    let head = page_head(&PageHead {
        title: figure.name.clone(),
        kicker: Some(ask_words(page, id, ask)),
        lede: Some(figure.about.clone()).filter(|a| !a.is_empty()),
        actions,
        ..PageHead::default()
    });
    let main = html! {
        (head)
        @if let Some(size) = as_of {
            (notice(&Notice::new(Tone::Current, format!("这是定稿时（存证大小 {size}）的数，之后的更正不计入。"))
                .with(html! { a href=(routes::figure(id, ask, None)) { "看现在的数" } })))
        }
        (periods(page, id, ask, as_of))
        (stats(&[headline(page, &reading, as_of)?]))
        (columns(&Columns {
            main: html! {
                (terms(page, &reading, as_of))
                (charts::course(page, &reading, as_of)?)
                (charts::parts(page, &reading, as_of)?)
            },
            aside: definition(page, figure),
            aside_first: false,
        }))
        (behind(page, &reading, as_of)?)
    };
    page.show(
        View::of(Area::Figures, figure.name.clone(), main)
            .below(vec![Link::new("数据", routes::FIGURES)]),
    )
}

/// Other periods: the last years by one press, any days by their dates.
fn periods(page: &Page, id: &str, ask: &Ask, as_of: Option<u64>) -> Markup {
    let this = page.app().clock.today().year();
    let years = (this - 3..=this).rev().map(|year| {
        let of = Ask {
            only: ask.only.clone(),
            ..Ask::period(Period::year(year))
        };
        Tab::new(
            format!("{year} 年"),
            routes::figure(id, &of, as_of),
            of == *ask,
        )
    });
    let mut kept: Vec<(String, String)> = ask
        .only
        .iter()
        .map(|(dimension, value)| (format!("only.{dimension}"), value.clone()))
        .collect();
    kept.extend(as_of.map(|size| ("as_of".to_owned(), size.to_string())));
    let from = ask.from.map(|day| day.to_string()).unwrap_or_default();
    html! {
        (tabs("期间", &years.collect::<Vec<_>>()))
        (filter_bar(&FilterBar {
            id: "period".to_owned(),
            action: format!("/figures/{id}"),
            filters: vec![Filter::Dates {
                label: "期间".to_owned(),
                from: ("from".to_owned(), from),
                to: ("to".to_owned(), ask.to.to_string()),
            }],
            kept,
            ..FilterBar::default()
        }))
    }
}

/// How much a figure has changed against an earlier reading: `+2.1个百分点`; nothing where one of
/// them has no data.
pub fn change(now: &Reading, before: &Reading) -> Option<String> {
    let figure = &now.figure;
    let change = now.answer.value?.checked_sub(before.answer.value?)?;
    let change = change.decimal(figure.decimals, app::values::decimal::Rounding::HalfUp);
    let sign = if change.units() > 0 { "+" } else { "" };
    let unit = match figure.unit.as_str() {
        "%" => "个百分点",
        unit => unit,
    };
    Some(format!("{sign}{change}{unit}"))
}

fn headline(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Stat, AppError> {
    let figure = &reading.figure;
    let earlier = reading
        .ask
        .shifted(app::catalogue::definition::PeriodShift::PreviousYear);
    let delta = if reading.ask.from.is_some() {
        let asks = [(figure.id.to_string(), earlier)];
        let before = page.app().readings(page.actor(), &asks, as_of)?.remove(0);
        Some(match (before.text(), change(reading, &before)) {
            (Some(text), Some(change)) => format!("上年 {text}{}，变化 {change}", figure.unit),
            _ => "上年没有数据".to_owned(),
        })
    } else {
        None
    };
    Ok(Stat {
        label: period_words(&reading.ask),
        value: reading.text(),
        unit: figure.unit.clone(),
        delta,
        ..Stat::default()
    })
}

fn terms(page: &Page, reading: &Reading, as_of: Option<u64>) -> Markup {
    let terms = terms_of(page, reading, as_of);
    if terms.is_empty() {
        return html! {};
    }
    panel(&Panel::new("formula", "怎么算出来的", formula(&terms)))
}

/// The formula with the values of its operands; nothing for what is not a formula.
pub fn terms_of(page: &Page, reading: &Reading, as_of: Option<u64>) -> Vec<Term> {
    let FigureKind::Formula(calculation) = &reading.figure.kind else {
        return Vec::new();
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
    terms
}

/// What a figure counts, in a sentence; nothing for formulas.
pub fn counted(catalogue: &Catalogue, figure: &Figure) -> Option<String> {
    let fold = figure.kind.fold()?;
    let ledger = catalogue.ledger(&figure.ledger);
    let field_name = |id: &str| {
        let field = ledger.and_then(|l| l.field(id));
        field.map_or_else(|| id.to_owned(), |f| f.name.clone())
    };
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
    Some(what)
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
        let what = counted(catalogue, figure).unwrap_or_default();
        known.push(Fact::new("计什么", what));
        if let Some(when) = &fold.when {
            known.push(Fact::wide(
                "条件",
                Cell::Other(html! { code { (when.source()) } }),
            ));
        }
        if let Some(until) = &fold.until {
            let name = field_name(until);
            let name = match fold.through {
                true => format!("{name}（含当天）"),
                false => name,
            };
            known.push(Fact::new("到何时为止", name));
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

//! The charts of a figure: its course over months, quarters and years, and its parts.
//!
//! What adds up stands in columns, what is a state or a rate is a line, with the year before beside
//! it. Parts that make up the whole are shares of one bar; what is to be compared stands in bars.

use app::{
    AppError,
    catalogue::definition::{Dimension, FieldType, FigureKind},
    figures::{Reading, parts::Step},
    kernel::Ask,
    values::{dates::Period, decimal::Rounding, ratio::Ratio},
};
use maud::{Markup, html};

use super::point;
use crate::{
    context::Page,
    routes,
    ui::{
        chart::{
            Point,
            bar::{Bars, bars},
            column::{Columns, columns},
            line::{Lines, Series, lines},
            share::{Shares, shares},
        },
        head::{Panel, panel},
    },
};

/// Months that still can be told apart.
const MONTHS_MAX: usize = 24;
/// Years of the course over years.
const YEARS: i16 = 5;
/// Bars of one chart.
const BARS_MAX: usize = 30;
/// Shares of one bar that can be told apart.
const SHARES_MAX: usize = 6;

/// The figure month by month and by quarters, and over the years.
pub fn course(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Markup, AppError> {
    let (app, actor) = (page.app(), page.actor());
    let (figure, ask) = (&reading.figure, &reading.ask);
    let by_step = |ask: &Ask, step| app.by_step(actor, &figure.id, ask, step, as_of);
    let is_year = *ask == of_year(ask, ask.to.year());
    let adds_up = matches!(figure.kind, FigureKind::Flow(_));
    let points = |values: &[(String, Reading)]| -> Vec<Point> {
        let linked = |(name, r): &(String, Reading)| {
            point(name, r).to(routes::figure(&figure.id, &r.ask, as_of))
        };
        values.iter().map(linked).collect()
    };
    let drawn = |id: &str, title: String, series: Vec<Series>| {
        let (id, unit) = (id.to_owned(), figure.unit.clone());
        match <[Series; 1]>::try_from(series) {
            Ok([Series { points, .. }]) if adds_up => columns(&Columns {
                id,
                title,
                unit,
                points,
            }),
            Ok(series) => lines(&Lines {
                id,
                title,
                unit,
                series: series.into(),
            }),
            Err(series) => lines(&Lines {
                id,
                title,
                unit,
                series,
            }),
        }
    };
    let of = |year: i16, values: &[(String, Reading)]| Series {
        name: format!("{year}年"),
        points: points(values),
    };
    let mut panels = Vec::new();
    let months = by_step(ask, Step::Month)?;
    if (2..=MONTHS_MAX).contains(&months.len()) {
        let mut series = vec![of(ask.to.year(), &months)];
        if is_year && !adds_up {
            let year = ask.to.year() - 1;
            let before = by_step(&of_year(ask, year), Step::Month)?;
            if before.iter().any(|(_, r)| r.answer.value.is_some()) {
                series.push(of(year, &before));
            }
        }
        let chart = drawn("course", format!("{}，按月", figure.name), series);
        panels.push(panel(&Panel::new("by-month", "按月", chart)));
    }
    if is_year {
        let quarters = by_step(ask, Step::Quarter)?;
        let series = vec![of(ask.to.year(), &quarters)];
        let chart = drawn("quarters", format!("{}，按季度", figure.name), series);
        panels.push(panel(&Panel::new("by-quarter", "按季度", chart)));
        let years = app.by_year(actor, &figure.id, ask, YEARS, as_of)?;
        let known = years.iter().filter(|(_, r)| r.answer.value.is_some());
        if known.count() > 1 {
            let chart = lines(&Lines {
                id: "years".to_owned(),
                title: format!("{}，历年", figure.name),
                unit: figure.unit.clone(),
                series: vec![Series {
                    name: figure.name.clone(),
                    points: points(&years),
                }],
            });
            panels.push(panel(&Panel::new("by-year", "历年", chart)));
        }
    }
    Ok(html! { @for one in &panels { (one) } })
}

/// The same question of a whole year.
fn of_year(ask: &Ask, year: i16) -> Ask {
    Ask {
        only: ask.only.clone(),
        ..Ask::period(Period::year(year))
    }
}

/// The figure by each of its dimensions, and by the kinds of the units that one names.
pub fn parts(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Markup, AppError> {
    let (app, actor) = (page.app(), page.actor());
    let (figure, ask) = (&reading.figure, &reading.ask);
    let mut panels = Vec::new();
    let open = |d: &&Dimension| !ask.only.contains_key(d.field.as_str());
    for dimension in figure.by.iter().filter(open) {
        let field = dimension.field.as_str();
        let mut values = app.by_dimension(actor, &figure.id, ask, field, as_of)?;
        if values.len() < 2 {
            continue;
        }
        values.sort_by_key(|(_, r)| std::cmp::Reverse(r.answer.value));
        let parts: Vec<Part> = values
            .iter()
            .map(|(name, r)| Part {
                value: r.answer.value,
                point: point(name, r).to(routes::figure(&figure.id, &r.ask, as_of)),
            })
            .collect();
        let name = &dimension.name;
        let body = if is_choice(page, reading, field) && make_up(reading, &parts) {
            share_of(reading, field, name, parts)
        } else {
            compare(reading, name, parts)
        };
        let by = |name: &str, body| panel(&Panel::new(format!("by-{field}"), name, body));
        panels.push(by(&format!("按{name}"), body));
        let kinds = app.by_unit_kind(actor, field, &values)?;
        if kinds.len() > 1 {
            let decimals = figure.decimals;
            let parts = kinds.into_iter().map(|(kind, value)| {
                let text = value.decimal(decimals, Rounding::HalfUp).to_string();
                Part {
                    value: Some(value),
                    point: Point::new(kind, drawn(value), text),
                }
            });
            let name = format!("{name}类别");
            let body = compare(reading, &name, parts.collect());
            panels.push(panel(&Panel::new(
                format!("by-{field}-kind"),
                format!("按{name}"),
                body,
            )));
        }
    }
    Ok(html! { @for one in &panels { (one) } })
}

/// A part of a figure.
struct Part {
    value: Option<Ratio>,
    point: Point,
}

fn drawn(value: Ratio) -> f64 {
    value.numerator() as f64 / value.denominator() as f64
}

/// Whether a dimension is one of few given words, so that its parts read as a whole divided.
fn is_choice(page: &Page, reading: &Reading, field: &str) -> bool {
    let ledger = page.app().catalogue().ledger(&reading.figure.ledger);
    let field = ledger.and_then(|ledger| ledger.field(field));
    field.is_some_and(|f| matches!(f.kind, FieldType::Choice { .. } | FieldType::Flag))
}

/// Whether few parts add up to exactly the whole, none below zero.
fn make_up(reading: &Reading, parts: &[Part]) -> bool {
    let nothing = Ratio::integer(0);
    let adds = |sum: Ratio, part: &Part| sum.checked_add(part.value.filter(|v| *v >= nothing)?);
    let sum = parts.iter().try_fold(nothing, adds);
    parts.len() <= SHARES_MAX && sum > Some(nothing) && sum == reading.answer.value
}

fn share_of(reading: &Reading, field: &str, name: &str, parts: Vec<Part>) -> Markup {
    let figure = &reading.figure;
    let percent = |part: &Part| {
        let share = part.value?.checked_div(reading.answer.value?)?;
        Some(share.percent(1, Rounding::HalfUp))
    };
    let points = parts.into_iter().map(|part| {
        let percent = percent(&part).map_or_else(String::new, |p| format!("（{p}%）"));
        let mut point = part.point;
        point.text.push_str(&percent);
        point
    });
    shares(&Shares {
        id: format!("shares-{field}"),
        title: format!("{}，按{name}", figure.name),
        unit: figure.unit.clone(),
        points: points.collect(),
    })
}

fn compare(reading: &Reading, name: &str, parts: Vec<Part>) -> Markup {
    let figure = &reading.figure;
    let rest = parts.len().saturating_sub(BARS_MAX);
    let points = parts.into_iter().map(|part| part.point).take(BARS_MAX);
    let view = Bars {
        title: format!("{}，按{name}", figure.name),
        unit: figure.unit.clone(),
        points: points.collect(),
    };
    html! {
        (bars(&view))
        @if rest > 0 { p.hint { "另有 " (rest) " 项较小的没有画出。" } }
    }
}

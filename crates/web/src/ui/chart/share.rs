//! Parts of a whole: one stacked bar, and a legend that is a table. Never a pie.

use maud::{Markup, html};

use super::super::sample::Sample;
use super::{Point, linked, percent, said};

/// Parts of a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Prefix of ids, unique on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// Measure word.
    pub unit: String,
    /// Parts, largest first; the text may carry its percentage. Beyond six the shades repeat, so
    /// the view gathers the small ones as `其他`.
    pub points: Vec<Point>,
}

/// Shades that can be told apart; they are numbered in the legend too.
const SHADES: usize = 6;

/// Parts of a whole. Negative parts cannot be drawn and are only in the legend.
pub fn shares(view: &Shares) -> Markup {
    let part = |point: &Point| point.drawn().unwrap_or(0.0).max(0.0);
    let largest = view
        .points
        .iter()
        .map(part)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    // Scaled by the largest first: sums of large values must not overflow.
    let whole: f64 = view.points.iter().map(|point| part(point) / largest).sum();
    let whole = whole.max(f64::MIN_POSITIVE);
    let mut from = 0.0;
    let parts: Vec<(usize, f64, f64)> = view
        .points
        .iter()
        .enumerate()
        .map(|(at, point)| {
            let share = part(point) / largest / whole;
            let start = from;
            from += share;
            (at, start, share)
        })
        .collect();
    let (title_id, text_id) = (format!("{}-title", view.id), format!("{}-text", view.id));
    html! {
        figure.chart {
            figcaption {
                (view.title)
                @if !view.unit.is_empty() { " " span.unit { "（" (view.unit) "）" } }
            }
            svg.shares width="100%" height="24" role="img"
                aria-labelledby={ (title_id) " " (text_id) } {
                title id=(title_id) { (view.title) }
                desc id=(text_id) { (said(&view.points)) }
                @for (at, start, share) in parts {
                    rect class=(shade(at)) x=(percent(start)) width=(percent(share)) y="0" height="24" {}
                }
            }
            table.shares-legend {
                caption.unseen { (view.title) }
                tbody {
                    @for (at, point) in view.points.iter().enumerate() {
                        tr {
                            th scope="row" {
                                svg.swatch width="12" height="12" aria-hidden="true" {
                                    rect class=(shade(at)) width="12" height="12" {}
                                }
                                (point.label)
                            }
                            td { (linked(point)) }
                        }
                    }
                }
            }
        }
    }
}

fn shade(at: usize) -> &'static str {
    const CLASSES: [&str; SHADES] = [
        "share-1", "share-2", "share-3", "share-4", "share-5", "share-6",
    ];
    CLASSES[at % SHADES]
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let kinds = Shares {
        id: "sample-shares".into(),
        title: "12345 投诉涉及的事项，2022 年".into(),
        unit: "件".into(),
        points: vec![
            Point::new("校外培训退费", 121.0, "121（39.8%）").to("#a"),
            Point::new("招生入学", 78.0, "78（25.7%）"),
            Point::new("收费", 44.0, "44（14.5%）"),
            Point::new("师德", 31.0, "31（10.2%）"),
            Point::new("安全", 18.0, "18（5.9%）"),
            Point::new("其他", 12.0, "12（3.9%）"),
        ],
    };
    let nothing = Shares {
        id: "sample-shares-none".into(),
        points: vec![Point::new("招生入学", 0.0, "0"), Point::missing("收费")],
        ..kinds.clone()
    };
    vec![
        Sample::named("shares", shares(&kinds)),
        Sample::named("shares, zero", shares(&nothing)),
    ]
}

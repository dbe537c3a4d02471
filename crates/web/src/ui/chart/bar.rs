//! Horizontal bars: a table whose cells have bars, so long Chinese names wrap and never meet.

use maud::{Markup, html};

use super::super::sample::Sample;
use super::{Point, Span, linked, percent};

/// Amounts by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// Title.
    pub title: String,
    /// Measure word.
    pub unit: String,
    /// Values, in the order to show.
    pub points: Vec<Point>,
}

/// Bars. Negative amounts grow to the left of a common line.
pub fn bars(view: &Bars) -> Markup {
    let span = Span::of(view.points.iter().filter_map(Point::drawn));
    html! {
        table.bars {
            caption {
                (view.title)
                @if !view.unit.is_empty() { " " span.unit { "（" (view.unit) "）" } }
            }
            tbody {
                @for point in &view.points {
                    tr {
                        th scope="row" { span.bars-name { (point.label) } }
                        td.bars-drawing { (bar(span, point)) }
                        td.bars-value { (linked(point)) }
                    }
                }
            }
        }
    }
}

fn bar(span: Span, point: &Point) -> Markup {
    // From the left: the share from the top, turned round.
    let across = |value| 1.0 - span.share_from_top(value);
    html! {
        @let zero_line = percent(across(0.0));
        svg.bar width="100%" height="12" aria-hidden="true" {
            @if let Some(value) = point.drawn() {
                @let (zero, end) = (across(0.0), across(value));
                rect class=(if value < 0.0 { "share-4" } else { "share-1" })
                    x=(percent(zero.min(end))) width=(percent((end - zero).abs())) y="0" height="12" {}
            }
            line.base x1=(zero_line) x2=(zero_line) y1="0" y2="12" {}
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let districts = Bars {
        title: "12345 投诉受理，按区，2022 年".into(),
        unit: "件".into(),
        points: vec![
            Point::new("东山区", 152.0, "152").to("#east"),
            Point::new("西河区", 84.0, "84").to("#west"),
            Point::new("南湖区", 68.0, "68").to("#south"),
            Point::new("市直属学校和内地民族班办学单位", 0.0, "0"),
            Point::missing("开发区"),
        ],
    };
    let change = Bars {
        title: "比 2021 年".into(),
        unit: "件".into(),
        points: vec![
            Point::new("收费", 18.0, "+18"),
            Point::new("师德", -6.0, "−6"),
            Point::new("招生", 4.0, "+4"),
        ],
    };
    vec![
        Sample::named("bars", bars(&districts)),
        Sample::named("bars, change", bars(&change)),
    ]
}

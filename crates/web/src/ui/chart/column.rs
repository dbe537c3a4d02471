//! Columns by month or year: the value above each, the name below.

use maud::{Markup, html};

use super::super::sample::Sample;
use super::{Frame, Point, Span, Strides, data_table, frame, no_data, percent, said};

/// Amounts by month or year.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Prefix of ids, unique on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// Measure word.
    pub unit: String,
    /// Values in time.
    pub points: Vec<Point>,
}

/// Top of the plot, its height, and the line of labels, in pixels.
const TOP: f64 = 22.0;
const HEIGHT: f64 = 120.0;
const LABELS: f64 = TOP + HEIGHT + 18.0;

/// Columns.
pub fn columns(view: &Columns) -> Markup {
    let span = Span::of(view.points.iter().filter_map(Point::drawn));
    let slot = 1.0 / view.points.len().max(1) as f64;
    // Few columns stay slim.
    let width = (0.64 * slot).min(0.1);
    let names = Strides::of(view.points.iter().map(|point| point.label.as_str()));
    let values = Strides::of(view.points.iter().map(|point| point.text.as_str()));
    let zero = TOP + HEIGHT * span.share_from_top(0.0);
    let (title_id, text_id) = (format!("{}-title", view.id), format!("{}-text", view.id));
    let drawing = html! {
        svg.plot width="100%" height=(LABELS + 8.0) role="img"
            aria-labelledby={ (title_id) " " (text_id) } {
            title id=(title_id) { (view.title) }
            desc id=(text_id) { (said(&view.points)) }
            @for (at, point) in view.points.iter().enumerate() {
                @let middle = percent((at as f64 + 0.5) * slot);
                @if let Some(value) = point.drawn() {
                    @let end = TOP + HEIGHT * span.share_from_top(value);
                    rect.share-1 x=(percent((at as f64 + 0.5) * slot - width / 2.0)) width=(percent(width))
                        y=(format!("{:.1}", zero.min(end))) height=(format!("{:.1}", (end - zero).abs())) {}
                    @if let Some(class) = values.class(at) {
                        text class=(class) x=(middle) y=(format!("{:.1}", zero.min(end) - 6.0)) { (point.text) }
                    }
                }
                @if let Some(class) = names.class(at) {
                    text class=(format!("{class} name")) x=(middle) y=(LABELS) { (point.label) }
                }
            }
            line.base x1="0" x2="100%" y1=(format!("{zero:.1}")) y2=(format!("{zero:.1}")) {}
        }
    };
    let drawing = if view.points.iter().all(|point| point.drawn().is_none()) {
        no_data()
    } else {
        drawing
    };
    let data = data_table(&view.title, &view.points);
    frame(Frame {
        id: &view.id,
        title: &view.title,
        unit: &view.unit,
        drawing,
        data,
    })
}

pub(crate) fn by_month(id: &str) -> Columns {
    const COUNTS: [u32; 12] = [12, 9, 31, 28, 24, 19, 22, 41, 57, 26, 20, 15];
    Columns {
        id: id.into(),
        title: "12345 投诉受理，按月，2022 年".into(),
        unit: "件".into(),
        points: (1..)
            .zip(COUNTS)
            .map(|(month, count)| {
                Point::new(format!("{month}月"), f64::from(count), count.to_string()).to("#month")
            })
            .collect(),
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let years = Columns {
        id: "sample-columns-years".into(),
        title: "退还学费".into(),
        unit: "元".into(),
        points: vec![
            Point::missing("2019年"),
            Point::new("2020年", 203_400.0, "203,400.00"),
            Point::new("2021年", 886_120.5, "886,120.50"),
            Point::new("2022年", 1_289_520.5, "1,289,520.50"),
        ],
    };
    let nothing = Columns {
        id: "sample-columns-none".into(),
        points: Vec::new(),
        ..years.clone()
    };
    vec![
        Sample::named("columns", columns(&by_month("sample-columns"))),
        Sample::named("columns, wide texts and a gap", columns(&years)),
        Sample::named("columns, empty", columns(&nothing)),
    ]
}

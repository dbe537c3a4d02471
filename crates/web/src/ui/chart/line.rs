//! Lines: a course over time, at most three together, told apart by shape as well as colour.

use maud::{Markup, html};

use super::super::sample::Sample;
use super::super::words;
use super::{Frame, Point, Span, Strides, frame, linked, no_data, percent, said};

/// A course over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// `2022 年`.
    pub name: String,
    /// Values, under the same labels in all series.
    pub points: Vec<Point>,
}

/// Courses over time; only the first [`SERIES_MAX`] are drawn, all are in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// Prefix of ids, unique on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// Measure word.
    pub unit: String,
    /// The main course first.
    pub series: Vec<Series>,
}

/// More lines than this cannot be told apart.
pub const SERIES_MAX: usize = 3;

const TOP: f64 = 22.0;
const HEIGHT: f64 = 120.0;
const LABELS: f64 = TOP + HEIGHT + 20.0;

/// Lines.
pub fn lines(view: &Lines) -> Markup {
    let shown = || view.series.iter().take(SERIES_MAX);
    let span = Span::of_course(shown().flat_map(|one| &one.points).filter_map(Point::drawn));
    let labels = view.series.first().map_or(&[][..], |first| &first.points);
    let names = Strides::of(labels.iter().map(|point| point.label.as_str()));
    let middle = |at: usize| percent((at as f64 + 0.5) / labels.len().max(1) as f64);
    let (title_id, text_id) = (format!("{}-title", view.id), format!("{}-text", view.id));
    let spoken: Vec<String> = shown()
        .map(|one| format!("{}：{}", one.name, said(&one.points)))
        .collect();
    let zero = format!("{:.1}", TOP + HEIGHT * span.share_from_top(0.0));
    let drawing = html! {
        @if view.series.len() > 1 { (legend(view)) }
        svg.plot width="100%" height=(LABELS + 8.0) role="img"
            aria-labelledby={ (title_id) " " (text_id) } {
            title id=(title_id) { (view.title) }
            desc id=(text_id) { (spoken.join("。")) }
            line.base .base-cut[!span.has_zero()] x1="0" x2="100%" y1=(zero) y2=(zero) {}
            @for (at, point) in labels.iter().enumerate() {
                @if let Some(class) = names.class(at) {
                    text class=(format!("{class} name")) x=(middle(at)) y=(LABELS) { (point.label) }
                }
            }
            // The main course is drawn last, above the others.
            @for (number, one) in shown().enumerate().collect::<Vec<_>>().into_iter().rev() {
                (course(number, &one.points, span, &middle))
            }
        }
        @if !span.has_zero() { p.hint { (words::NOT_FROM_ZERO) } }
    };
    let drawing = if shown()
        .flat_map(|one| &one.points)
        .all(|point| point.drawn().is_none())
    {
        no_data()
    } else {
        drawing
    };
    frame(Frame {
        id: &view.id,
        title: &view.title,
        unit: &view.unit,
        drawing,
        data: table(view, labels),
    })
}

fn course(number: usize, points: &[Point], span: Span, middle: &dyn Fn(usize) -> String) -> Markup {
    let y = |value| TOP + HEIGHT * span.share_from_top(value);
    let drawn: Vec<(usize, f64)> = points
        .iter()
        .enumerate()
        .filter_map(|(at, point)| Some((at, point.drawn()?)))
        .collect();
    let told = told(&drawn);
    html! {
        g class=(format!("course course-{}", number + 1)) {
            @for pair in drawn.windows(2) {
                // A gap in the data is a gap in the line.
                @if pair[1].0 == pair[0].0 + 1 {
                    line x1=(middle(pair[0].0)) y1=(format!("{:.1}", y(pair[0].1)))
                        x2=(middle(pair[1].0)) y2=(format!("{:.1}", y(pair[1].1))) {}
                }
            }
            @for (at, value) in &drawn {
                circle cx=(middle(*at)) cy=(format!("{:.1}", y(*value))) r="3" {}
                @if number == 0 && told.contains(at) {
                    text.tick x=(middle(*at)) y=(format!("{:.1}", y(*value) - 9.0)) { (points[*at].text) }
                }
            }
        }
    }
}

/// Which values of the main course are written beside it: the largest and the last, when the two
/// are far enough from each other.
fn told(drawn: &[(usize, f64)]) -> Vec<usize> {
    let last = drawn.last().map(|(at, _)| *at);
    let largest = drawn
        .iter()
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .map(|(at, _)| *at);
    match (largest, last) {
        (Some(largest), Some(last)) if last - largest >= 3 || largest == last => {
            vec![largest, last]
        }
        (Some(largest), _) => vec![largest],
        (None, _) => Vec::new(),
    }
}

fn legend(view: &Lines) -> Markup {
    html! {
        ul.legend {
            @for (number, one) in view.series.iter().take(SERIES_MAX).enumerate() {
                li {
                    svg class=(format!("course course-{}", number + 1)) width="28" height="10" aria-hidden="true" {
                        line x1="0" y1="5" x2="28" y2="5" {}
                        circle cx="14" cy="5" r="3" {}
                    }
                    (one.name)
                }
            }
        }
    }
}

fn table(view: &Lines, labels: &[Point]) -> Markup {
    html! {
        table.chart-table {
            caption.unseen { (view.title) }
            thead { tr { td {} @for one in &view.series { th scope="col" { (one.name) } } } }
            tbody {
                @for (at, label) in labels.iter().enumerate() {
                    tr {
                        th scope="row" { (label.label) }
                        @for one in &view.series {
                            td { @if let Some(point) = one.points.get(at) { (linked(point)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let year = |name: &str, rates: [f64; 12]| Series {
        name: name.into(),
        points: (1..)
            .zip(rates)
            .map(|(month, rate)| Point::new(format!("{month}月"), rate, format!("{rate:.1}")))
            .collect(),
    };
    let mut before = year(
        "2021 年",
        [
            91.0, 92.5, 90.1, 93.3, 94.0, 95.2, 93.8, 90.0, 88.5, 94.4, 96.0, 96.9,
        ],
    );
    before.points[6] = Point::missing("7月");
    let now = year(
        "2022 年",
        [
            95.0, 96.1, 97.4, 96.8, 98.0, 98.8, 97.9, 96.5, 99.1, 98.4, 98.9, 99.0,
        ],
    );
    let both = Lines {
        id: "sample-lines".into(),
        title: "12345 投诉办结率，按月".into(),
        unit: "%".into(),
        series: vec![now, before],
    };
    let nothing = Lines {
        id: "sample-lines-none".into(),
        series: Vec::new(),
        ..both.clone()
    };
    vec![
        Sample::named("lines", lines(&both)),
        Sample::named("lines, empty", lines(&nothing)),
    ]
}

//! Charts, drawn by the server as SVG.
//!
//! | to show | use |
//! |---|---|
//! | amounts by name (districts, kinds) | [`bar::bars`] |
//! | amounts by month or year | [`column::columns`] |
//! | a course over time, this year beside last | [`line::lines`] |
//! | parts of a whole | [`share::shares`] (never a pie) |
//! | a hint of a course in a card | [`spark::spark`] |
//!
//! Positions are percentages and letters keep their size, so a chart fits any width and care mode;
//! labels are thinned out by their measured width, so they never meet. Each chart has a title, a
//! description and its data as a table. Values are floating point because they are only drawn: what
//! is printed comes as text from the figure. A missing value leaves a gap and is not zero.

pub mod bar;
pub mod column;
pub mod line;
pub mod share;
pub mod spark;

use maud::{Markup, html};

use super::sample::Sample;
use super::words;

/// One value of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// `东山区`, `3月`.
    pub label: String,
    /// Where it is drawn; none when there are no data.
    pub value: Option<f64>,
    /// As printed, without measure word: `152`, `99.0%`.
    pub text: String,
    /// The entries behind it.
    pub href: Option<String>,
}

impl Point {
    /// A value.
    pub fn new(label: impl Into<String>, value: f64, text: impl Into<String>) -> Self {
        let value = Some(value).filter(|value| value.is_finite());
        Self {
            label: label.into(),
            value,
            text: text.into(),
            href: None,
        }
    }

    /// No data under this label.
    pub fn missing(label: impl Into<String>) -> Self {
        let text = words::NO_DATA.to_string();
        Self {
            label: label.into(),
            value: None,
            text,
            href: None,
        }
    }

    /// The same value with the entries behind it.
    pub fn to(self, href: impl Into<String>) -> Self {
        Self {
            href: Some(href.into()),
            ..self
        }
    }

    /// The value, unless it cannot be drawn.
    fn drawn(&self) -> Option<f64> {
        self.value.filter(|value| value.is_finite())
    }
}

/// Frame of a chart: title, drawing, data.
struct Frame<'a> {
    id: &'a str,
    title: &'a str,
    unit: &'a str,
    drawing: Markup,
    data: Markup,
}

fn frame(view: Frame) -> Markup {
    html! {
        figure.chart {
            figcaption {
                (view.title)
                @if !view.unit.is_empty() { " " span.unit { "（" (view.unit) "）" } }
            }
            (view.drawing)
            details.chart-data id=(format!("{}-data", view.id)) {
                summary { (words::CHART_DATA) }
                (view.data)
            }
        }
    }
}

/// In place of a drawing without any value.
fn no_data() -> Markup {
    html! { p.missing { (words::NO_DATA) } }
}

/// Label and value, with links: the same chart for those who do not see it.
fn data_table(title: &str, points: &[Point]) -> Markup {
    html! {
        table.chart-table {
            caption.unseen { (title) }
            tbody {
                @for point in points {
                    tr {
                        th scope="row" { (point.label) }
                        td { (linked(point)) }
                    }
                }
            }
        }
    }
}

fn linked(point: &Point) -> Markup {
    html! {
        @match &point.href { Some(href) => a href=(href) { (point.text) }, None => (point.text) }
    }
}

/// `1月 12，2月 30`: read aloud as the description of a drawing.
fn said(points: &[Point]) -> String {
    let parts: Vec<String> = points
        .iter()
        .map(|point| format!("{} {}", point.label, point.text))
        .collect();
    parts.join("，")
}

/// Width of a text in pixels at 12 px: Chinese characters are square, others about 0.58.
fn text_width(text: &str) -> f64 {
    const PIXELS: f64 = 12.0;
    text.chars()
        .map(|letter| if letter.is_ascii() { 0.58 } else { 1.0 })
        .sum::<f64>()
        * PIXELS
}

/// Which labels are drawn: every `wide`-th, of those every `narrow`-th also on small screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Strides {
    wide: usize,
    narrow: usize,
}

/// Least widths of a drawing, in pixels: from 30 rem on, and on a 360 px screen.
const WIDE: f64 = 448.0;
const NARROW: f64 = 288.0;
const GAP: f64 = 6.0;

impl Strides {
    fn of<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        let count = texts.clone().count().max(1);
        let widest = texts.map(text_width).fold(0.0, f64::max) + GAP;
        let fits = |width: f64| {
            let most = (width / widest).floor().max(1.0) as usize;
            count.div_ceil(most).max(1)
        };
        let wide = fits(WIDE);
        // Labels of small screens are among those of wide ones.
        let narrow = fits(NARROW).div_ceil(wide) * wide;
        Self { wide, narrow }
    }

    /// Class of the label at a place: none when it is not drawn.
    fn class(self, at: usize) -> Option<&'static str> {
        if !at.is_multiple_of(self.wide) {
            None
        } else if at.is_multiple_of(self.narrow) {
            Some("tick")
        } else {
            Some("tick tick-wide")
        }
    }
}

/// The span of values that a drawing shows: with zero, except for courses far above it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    least: f64,
    most: f64,
}

impl Span {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (least, most) = values.fold((0.0_f64, 0.0_f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        if least == most {
            Self {
                least: 0.0,
                most: 1.0,
            }
        } else {
            Self { least, most }
        }
    }

    /// The span of a course: where all values are far above zero (rates near 100 %), the lowest
    /// value and some air below, so that the course can be seen; the chart then says so.
    fn of_course(values: impl Iterator<Item = f64> + Clone) -> Self {
        let with_zero = Self::of(values.clone());
        let lowest = values.fold(f64::INFINITY, f64::min);
        if lowest.is_finite() && lowest > with_zero.most * 0.6 && lowest < with_zero.most {
            let air = (with_zero.most - lowest) * 0.25;
            Self {
                least: lowest - air,
                most: with_zero.most,
            }
        } else {
            with_zero
        }
    }

    /// Whether the foot of the drawing is zero or below.
    fn has_zero(self) -> bool {
        self.least <= 0.0
    }

    /// Share of the height from the top, 0 to 1.
    fn share_from_top(self, value: f64) -> f64 {
        // Halves first: the difference of two large values must not overflow.
        let whole = self.most / 2.0 - self.least / 2.0;
        ((self.most / 2.0 - value / 2.0) / whole).clamp(0.0, 1.0)
    }
}

/// A percentage for an SVG attribute.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    [
        bar::samples(),
        column::samples(),
        line::samples(),
        share::samples(),
        spark::samples(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_labels_count_as_wide_as_they_are() {
        assert!(text_width("东山区") > 2.0 * text_width("abc") * 0.8);
        assert_eq!(text_width("月"), 12.0);
    }

    #[test]
    fn labels_that_would_meet_are_left_out() {
        let months: Vec<String> = (1..=12).map(|month| format!("{month}月")).collect();
        let strides = Strides::of(months.iter().map(String::as_str));
        assert_eq!(strides, Strides { wide: 1, narrow: 2 });
        let long = ["义务教育阶段随迁子女"; 12];
        let strides = Strides::of(long.into_iter());
        assert!(
            strides.wide >= 4 && strides.narrow.is_multiple_of(strides.wide),
            "{strides:?}"
        );
    }

    #[test]
    fn values_at_the_edge_stay_inside_the_drawing() {
        for values in [
            vec![0.0],
            vec![f64::MAX, f64::MIN],
            vec![-3.0, -1.0],
            vec![1e-300],
        ] {
            let span = Span::of(values.iter().copied());
            for value in values {
                let share = span.share_from_top(value);
                assert!((0.0..=1.0).contains(&share), "{value} at {share}");
            }
        }
    }

    #[test]
    fn only_a_course_far_above_zero_leaves_zero_out() {
        let rates = [95.0, 99.0];
        assert!(!Span::of_course(rates.into_iter()).has_zero());
        assert!(Span::of(rates.into_iter()).has_zero());
        assert!(Span::of_course([1.0, 99.0].into_iter()).has_zero());
        assert!(Span::of_course([7.0, 7.0].into_iter()).has_zero());
        assert!(Span::of_course(std::iter::empty()).has_zero());
    }

    #[test]
    fn what_is_not_a_number_is_missing() {
        assert_eq!(Point::new("一", f64::NAN, "?").value, None);
    }

    #[test]
    fn percentages_are_short() {
        assert_eq!(percent(0.5), "50%");
        assert_eq!(percent(1.0 / 3.0), "33.33%");
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(1.0), "100%");
    }
}

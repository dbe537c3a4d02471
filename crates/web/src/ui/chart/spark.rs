//! A spark: a hint of a course, small, in a card. Its words come with it.

use maud::{Markup, html};

use super::super::sample::Sample;
use super::Span;

/// A hint of a course.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spark {
    /// Values in time; those that are not numbers are left out.
    pub values: Vec<f64>,
    /// What is said of it: `1月 12 件，9月最多 57 件，12月 15 件`.
    pub said: String,
}

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 24.0;
const EDGE: f64 = 3.0;

/// A spark; nothing with fewer than two values.
pub fn spark(view: &Spark) -> Markup {
    let values: Vec<f64> = view
        .values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    if values.len() < 2 {
        return html! {};
    }
    let span = Span::of(values.iter().copied());
    let steps = (values.len() - 1) as f64;
    let place = |(at, value): (usize, &f64)| {
        let x = EDGE + (WIDTH - 2.0 * EDGE) * at as f64 / steps;
        (
            x,
            EDGE + (HEIGHT - 2.0 * EDGE) * span.share_from_top(*value),
        )
    };
    let places: Vec<(f64, f64)> = values.iter().enumerate().map(place).collect();
    let points: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    html! {
        svg.spark viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) height=(HEIGHT) role="img"
            aria-label=(view.said) {
            polyline points=(points.join(" ")) {}
            @if let Some((x, y)) = places.last() {
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2.2" {}
            }
        }
    }
}

pub(crate) fn sample() -> Spark {
    Spark {
        values: [12, 9, 31, 28, 24, 19, 22, 41, 57, 26, 20, 15]
            .map(f64::from)
            .to_vec(),
        said: "按月：1月 12 件，9月最多 57 件，12月 15 件".into(),
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::named("spark", spark(&sample()))]
}

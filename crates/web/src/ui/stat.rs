//! Cards of numbers: number, measure word, label, change against last year, link to what it counts.

use maud::{Markup, html};

use super::badge::Tone;
use super::chart::spark::{Spark, spark};
use super::sample::Sample;
use super::words;

/// A number that matters.
#[derive(Debug, Clone, Default)]
pub struct Stat {
    /// What it is.
    pub label: String,
    /// As printed; none when there are no data, which is not zero.
    pub value: Option<String>,
    /// Measure word.
    pub unit: String,
    /// The list behind it, or its page.
    pub href: Option<String>,
    /// Change: `比 2021 年 +2.1 个百分点`.
    pub delta: Option<String>,
    /// [`Tone::Late`] when something is overdue.
    pub tone: Tone,
    /// The year by months.
    pub spark: Option<Spark>,
}

/// Numbers in a row.
pub fn stats(views: &[Stat]) -> Markup {
    html! {
        ul.stats {
            @for view in views {
                li class={ "stat " (view.tone.class()) } {
                    p.stat-label { (view.label) }
                    p.stat-value {
                        @match (&view.value, &view.href) {
                            (None, _) => span.missing { (words::NO_DATA) },
                            (Some(value), Some(href)) => a href=(href) { (value) },
                            (Some(value), None) => (value),
                        }
                        @if view.value.is_some() { " " span.unit { (view.unit) } }
                    }
                    @if let Some(delta) = &view.delta { p.stat-delta { (delta) } }
                    @if let Some(line) = &view.spark { (spark(line)) }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let stat = |label: &str, value: &str, unit: &str, delta: &str| Stat {
        label: label.into(),
        value: Some(value.into()),
        unit: unit.into(),
        href: Some("#list".into()),
        delta: Some(delta.into()),
        ..Stat::default()
    };
    vec![
        Sample::empty(stats(&[Stat {
            label: "宪法宣传活动".into(),
            ..Stat::default()
        }])),
        Sample::usual(stats(&[
            Stat {
                spark: Some(super::chart::spark::sample()),
                ..stat("12345 投诉受理", "304", "件", "比 2021 年 +18")
            },
            stat("办结率", "99.0", "%", "比 2021 年 +2.1 个百分点"),
            stat("退还学费", "1,289,520.50", "元", "2021 年没有数据"),
            Stat {
                tone: Tone::Late,
                delta: None,
                ..stat("逾期", "1", "件", "")
            },
        ])),
    ]
}

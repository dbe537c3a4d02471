//! Tabs: links to views of the same thing, so each has its own address.

use maud::{Markup, html};

use super::sample::Sample;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// What it says.
    pub label: String,
    /// Address.
    pub href: String,
    /// How many are there.
    pub count: Option<String>,
    /// Shown now.
    pub current: bool,
}

impl Tab {
    /// A tab.
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            count: None,
            current,
        }
    }

    /// The same tab with a count.
    pub fn count(self, count: impl ToString) -> Self {
        Self {
            count: Some(count.to_string()),
            ..self
        }
    }
}

/// Tabs; `label` says what is chosen between.
pub fn tabs(label: &str, views: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for view in views {
                    li {
                        a href=(view.href) aria-current=[view.current.then_some("page")] {
                            (view.label)
                            @if let Some(count) = &view.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::usual(tabs(
        "期限范围",
        &[
            Tab::new("今天", "#today", false).count(3),
            Tab::new("本周", "#week", true).count(8),
            Tab::new("逾期", "#over", false).count(1),
            Tab::new("全部", "#all", false),
        ],
    ))]
}

//! The filter bar: a GET form, so the address is the state and can be shared and printed.
//!
//! With JavaScript a choice applies at once; without, the button applies it.

use maud::{Markup, html};

use super::icons::{Icon, icon};
use super::sample::Sample;
use super::words;

/// One choice of a filter or a form: value and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Value in the address or form.
    pub value: String,
    /// What it says.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }

    /// A choice whose value is what it says.
    pub fn same(label: impl Into<String>) -> Self {
        let label = label.into();
        Self {
            value: label.clone(),
            label,
        }
    }
}

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// One of several; the empty value means all.
    Select {
        /// Name in the address.
        name: String,
        /// Label.
        label: String,
        /// Chosen value, empty for all.
        value: String,
        /// Choices, without "all".
        choices: Vec<Choice>,
    },
    /// A span of days, ISO dates; empty for open.
    Dates {
        /// Label.
        label: String,
        /// Name and value of the first day.
        from: (String, String),
        /// Name and value of the last day.
        to: (String, String),
    },
    /// Words to contain.
    Words {
        /// Name in the address.
        name: String,
        /// Label.
        label: String,
        /// Value.
        value: String,
    },
}

/// A filter that is on, with the address without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveFilter {
    /// `环节：承办`.
    pub label: String,
    /// The same list without it.
    pub without: String,
}

/// The filter bar of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilterBar {
    /// Prefix of ids; unique on the page.
    pub id: String,
    /// Where the form leads: the list itself.
    pub action: String,
    /// Name and value of the full-text search in this list.
    pub search: Option<(String, String)>,
    /// Filters.
    pub filters: Vec<Filter>,
    /// What else the address says and must keep (sorting, page size).
    pub kept: Vec<(String, String)>,
    /// Filters that are on.
    pub active: Vec<ActiveFilter>,
    /// The list without any filter.
    pub clear: Option<String>,
}

/// The filter bar.
pub fn filter_bar(view: &FilterBar) -> Markup {
    html! {
        form.filter-bar method="get" action=(view.action) role="search" aria-label=(words::FILTER_BAR) data-autosubmit id=(view.id) {
            @for (name, value) in &view.kept { input type="hidden" name=(name) value=(value); }
            @if let Some((name, value)) = &view.search {
                (search_box(&view.id, name, value))
            }
            @for one in &view.filters { (filter(&view.id, one)) }
            button.btn type="submit" { (words::FILTER) }
        }
        @if !view.active.is_empty() {
            ul.active-filters {
                @for one in &view.active {
                    li {
                        a.chip href=(one.without) {
                            span.unseen { (words::REMOVE) " " }
                            (one.label) (icon(Icon::Cross))
                        }
                    }
                }
                @if let Some(clear) = &view.clear { li { a href=(clear) { (words::CLEAR) } } }
            }
        }
    }
}

fn search_box(prefix: &str, name: &str, value: &str) -> Markup {
    let id = format!("{prefix}-{name}");
    html! {
        div.filter.filter-search {
            label.unseen for=(id) { (words::SEARCH) }
            (icon(Icon::Search))
            input type="search" id=(id) name=(name) value=(value) placeholder=(words::SEARCH)
                data-search-here;
        }
    }
}

fn filter(prefix: &str, view: &Filter) -> Markup {
    match view {
        Filter::Select {
            name,
            label,
            value,
            choices,
        } => {
            let id = format!("{prefix}-{name}");
            html! {
                div.filter {
                    label for=(id) { (label) }
                    select id=(id) name=(name) {
                        option value="" selected[value.is_empty()] { (words::ALL) }
                        @for one in choices {
                            option value=(one.value) selected[one.value == *value] { (one.label) }
                        }
                    }
                }
            }
        }
        Filter::Dates { label, from, to } => html! {
            fieldset.filter {
                legend { (label) }
                @for ((name, value), word) in [(from, words::FROM), (to, words::TO)] {
                    label.unseen for=(format!("{prefix}-{name}")) { (label) (word) }
                    input type="date" id=(format!("{prefix}-{name}")) name=(name) value=(value);
                }
            }
        },
        Filter::Words { name, label, value } => {
            let id = format!("{prefix}-{name}");
            html! {
                div.filter {
                    label for=(id) { (label) }
                    input type="text" id=(id) name=(name) value=(value);
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let select = |name: &str, label: &str, value: &str, choices: &[&str]| Filter::Select {
        name: name.into(),
        label: label.into(),
        value: value.into(),
        choices: choices.iter().copied().map(Choice::same).collect(),
    };
    let usual = FilterBar {
        id: "sample-filter".into(),
        action: "#list".into(),
        search: Some(("q".into(), String::new())),
        filters: vec![
            select("year", "年份", "2022", &["2022", "2021", "2020"]),
            select("stage", "环节", "", &["受理", "承办", "办结"]),
            select("district", "区", "", &["东山区", "西河区", "南湖区"]),
        ],
        ..FilterBar::default()
    };
    let mut full = FilterBar {
        id: "sample-filter-full".into(),
        search: Some(("q".into(), "培训机构 退费".into())),
        active: vec![
            ActiveFilter {
                label: "年份：2022".into(),
                without: "#a".into(),
            },
            ActiveFilter {
                label: "含“培训机构 退费”".into(),
                without: "#b".into(),
            },
        ],
        clear: Some("#clear".into()),
        kept: vec![("sort".into(), "-due".into())],
        ..usual.clone()
    };
    full.filters.push(Filter::Dates {
        label: "收到日期".into(),
        from: ("from".into(), "2022-01-01".into()),
        to: ("to".into(), "2022-12-31".into()),
    });
    full.filters.push(Filter::Words {
        name: "who".into(),
        label: "承办人".into(),
        value: String::new(),
    });
    vec![
        Sample::usual(filter_bar(&usual)),
        Sample::full(filter_bar(&full)),
    ]
}

//! Pagination by key: the first page, the next one, and how many per page.
//!
//! There are no page numbers: a page starts after a key, so it stays the same page while entries
//! are added, and the millionth entry opens as fast as the first.

use maud::{Markup, html};

use super::sample::Sample;
use super::words;

/// A page size that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSize {
    /// Rows per page.
    pub rows: u32,
    /// The list with this size.
    pub href: String,
    /// In use now.
    pub current: bool,
}

/// Pagination of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    /// `显示 50 件，共 304 件`.
    pub shown: String,
    /// The first page, when this is another.
    pub first: Option<String>,
    /// The page after, if any.
    pub next: Option<String>,
    /// Page sizes.
    pub sizes: Vec<PageSize>,
}

/// The pagination below a table.
pub fn pager(view: &Pager) -> Markup {
    html! {
        nav.pager aria-label=(words::PAGES) {
            p { (view.shown) }
            @if !view.sizes.is_empty() {
                p {
                    (words::PER_PAGE)
                    @for one in &view.sizes {
                        " "
                        @if one.current { b aria-current="true" { (one.rows) } }
                        @else { a href=(one.href) { (one.rows) } }
                    }
                }
            }
            @if view.first.is_some() || view.next.is_some() {
                div.btn-row {
                    (step(words::FIRST_PAGE, view.first.as_deref(), "first"))
                    (step(words::NEXT_PAGE, view.next.as_deref(), "next"))
                }
            }
        }
    }
}

fn step(word: &str, href: Option<&str>, rel: &str) -> Markup {
    html! {
        @match href {
            Some(href) => a.btn href=(href) rel=(rel) { (word) },
            None => span.btn.btn-off aria-disabled="true" { (word) },
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let size = |rows, current| PageSize {
        rows,
        href: "#size".into(),
        current,
    };
    vec![
        Sample::empty(pager(&Pager {
            shown: "共 3 件".into(),
            ..Pager::default()
        })),
        Sample::usual(pager(&Pager {
            shown: "显示 50 件，共 304 件".into(),
            first: None,
            next: Some("#older".into()),
            sizes: vec![size(50, true), size(100, false), size(200, false)],
        })),
    ]
}

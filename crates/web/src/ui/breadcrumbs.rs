//! Breadcrumbs: where this page is, the last one is the page itself.

use maud::{Markup, html};

use super::notice::{Link, link};
use super::sample::Sample;
use super::words;

/// Breadcrumbs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breadcrumbs {
    /// Pages above, outermost first.
    pub above: Vec<Link>,
    /// This page.
    pub here: String,
}

/// The breadcrumbs; nothing when there is no page above.
pub fn breadcrumbs(view: &Breadcrumbs) -> Markup {
    html! {
        @if !view.above.is_empty() {
            nav.crumbs aria-label=(words::WHERE) {
                ol {
                    @for one in &view.above { li { (link(one)) } }
                    li aria-current="page" { (view.here) }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::usual(breadcrumbs(&Breadcrumbs {
        above: vec![
            Link::new("台账", "#ledgers"),
            Link::new("12345 投诉", "#ledger"),
        ],
        here: "12345-2022-0304".into(),
    }))]
}

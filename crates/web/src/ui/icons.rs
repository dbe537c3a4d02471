//! A handful of icons, one stroke weight, always beside a word.
//!
//! An icon never stands alone: it is hidden from screen readers and the word carries the meaning.

use maud::{Markup, html};

use super::raw::{Strokes, svg_icon};
use super::sample::Sample;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Today's work.
    Today,
    /// A ledger.
    Ledger,
    /// Figures and charts.
    Figure,
    /// A report or document.
    Report,
    /// The log and its proofs.
    Proof,
    /// A horn: publications.
    Publish,
    /// Settings and administration.
    Admin,
    /// Search.
    Search,
    /// Add.
    Add,
    /// Bring a sheet in.
    Import,
    /// Take a sheet or file out.
    Export,
    /// Print.
    Print,
    /// Edit or correct.
    Edit,
    /// A date or time limit.
    Clock,
    /// Done, agreed.
    Check,
    /// Refused, void, remove.
    Cross,
    /// Attention.
    Alert,
    /// Explanation.
    Info,
    /// A file attached.
    File,
    /// A person.
    Person,
    /// Help.
    Help,
}

impl Icon {
    /// All icons, for the gallery.
    pub const ALL: [Icon; 21] = [
        Icon::Today,
        Icon::Ledger,
        Icon::Figure,
        Icon::Report,
        Icon::Proof,
        Icon::Publish,
        Icon::Admin,
        Icon::Search,
        Icon::Add,
        Icon::Import,
        Icon::Export,
        Icon::Print,
        Icon::Edit,
        Icon::Clock,
        Icon::Check,
        Icon::Cross,
        Icon::Alert,
        Icon::Info,
        Icon::File,
        Icon::Person,
        Icon::Help,
    ];

    fn strokes(self) -> Strokes {
        Strokes(match self {
            Icon::Today => "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3M6 10.2l1.5 1.4L10.2 9",
            Icon::Ledger => "M3.5 2.5h9v11h-9zM6 2.5v11M8 6h2.5M8 9h2.5",
            Icon::Figure => "M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6",
            Icon::Report => "M3.5 2h6l3 3v9h-9zM9.5 2v3h3M6 8h4M6 11h4",
            Icon::Publish => "M3 6.5h2.5L12 3v10L5.5 9.5H3zM6 9.8L7 13",
            Icon::Proof => "M8 2l5 2v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4zM5.8 8l1.6 1.6L10.4 6.6",
            Icon::Admin => "M2.5 4.5h7M12.5 4.5h1M9.5 3v3M2.5 11.5h1M6.5 11.5h7M6.5 10v3",
            Icon::Search => "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3l3.2 3.2",
            Icon::Add => "M8 3v10M3 8h10",
            Icon::Import => "M8 10V2.5M5 5.2l3-3 3 3M2.5 11v2.5h11V11",
            Icon::Export => "M8 2v7.5M5 6.8l3 3 3-3M2.5 11v2.5h11V11",
            Icon::Print => "M4.5 6V2.5h7V6M4.5 11h-2V6h11v5h-2M4.5 9.5h7v4h-7z",
            Icon::Edit => "M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4zM9.6 4.2l2.2 2.2",
            Icon::Clock => "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 4.8V8l2.2 1.6",
            Icon::Check => "M3 8.5l3.2 3.2L13 4.8",
            Icon::Cross => "M4 4l8 8M12 4l-8 8",
            Icon::Alert => "M8 2.5l6 10.8H2zM8 6.5v3.2M8 11.2v.6",
            Icon::Info => "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 7.3v3.6M8 4.9v.6",
            Icon::File => {
                "M11.5 6.5l-4.6 4.6a1.6 1.6 0 0 1-2.3-2.3L9.8 3.7a2.5 2.5 0 0 1 3.6 3.6L8 12.6"
            }
            Icon::Person => {
                "M8 2.3a2.7 2.7 0 1 0 0 5.4a2.7 2.7 0 1 0 0-5.4M2.8 13.7c.4-2.6 2.5-4 5.2-4s4.8 1.4 5.2 4"
            }
            Icon::Help => {
                "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M6.2 6.3c.1-2.3 3.7-2.2 3.7 0 0 1.4-1.9 1.4-1.9 2.9M8 10.9v.6"
            }
        })
    }
}

/// One icon.
pub fn icon(icon: Icon) -> Markup {
    svg_icon(icon.strokes())
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::full(html! {
        ul.icon-set {
            @for one in Icon::ALL { li { (icon(one)) " " (format!("{one:?}")) } }
        }
    })]
}

//! The only place with raw markup.
//!
//! Everything else is escaped by construction; `clippy.toml` bans `maud::PreEscaped` elsewhere.
//! What enters here is `&'static str`, so text of users and of the database cannot reach it.

use maud::{DOCTYPE, Markup, html};

/// The document type declaration.
pub fn doctype() -> Markup {
    html! { (DOCTYPE) }
}

/// Static path data of an icon, drawn on a 16 × 16 grid with one stroke weight.
#[derive(Debug, Clone, Copy)]
pub struct Strokes(pub &'static str);

/// An icon: decoration beside a word, therefore hidden from screen readers.
pub fn svg_icon(strokes: Strokes) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(strokes.0) {}
        }
    }
}

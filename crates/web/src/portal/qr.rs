//! A QR code as a drawing.

use maud::{Markup, html};

/// The code of an address, with what it is; nothing where the site's own address is not known.
pub fn code(address: &str, what: &str) -> Markup {
    let Some(rows) = app::publication::paper::squares(address) else {
        return html! {};
    };
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let side = rows.len();
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) width="132" height="132" role="img" aria-label=(what) {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

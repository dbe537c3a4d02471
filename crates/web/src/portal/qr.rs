//! A QR code as a drawing.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// The code of an address, with what it is; nothing where the site's own address is not known.
pub fn code(address: &str, what: &str) -> Markup {
    const QUIET: i32 = 4;
    if !address.starts_with("http") {
        return html! {};
    }
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Medium) else {
        return html! {};
    };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let all = size + 2 * QUIET;
    html! {
        svg.qr viewBox=(format!("0 0 {all} {all}")) width="132" height="132" role="img" aria-label=(what) {
            rect width=(all) height=(all) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

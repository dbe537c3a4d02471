//! The proof as its readers see it: findings drawn under the text that they blame.

use diagnostic::render_text;

use super::*;

mod branches;
mod fields;
mod figures;
mod fixtures;
mod ledgers;
mod overlays;
mod papers;
mod procedures;
mod reports;
mod robust;
mod shipped;

use fixtures::{LEDGER, PAPER, base, drawn, drawn_with};

/// Asserts that exactly one finding was drawn: its code, its first words and its remedy.
#[track_caller]
fn finds(drawn: &str, code: &str, words: &str, remedy: &str) {
    assert!(drawn.contains(code), "{drawn}");
    assert!(drawn.contains(words), "{drawn}");
    assert!(drawn.contains(&format!("建议: {remedy}")), "{drawn}");
    assert!(drawn.contains("共 1 个问题"), "{drawn}");
}

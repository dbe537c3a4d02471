//! The proof as its readers see it: findings drawn under the text that they blame.

use diagnostic::render_text;

use super::*;

mod fields;
mod figures;
mod fixtures;
mod ledgers;
mod overlays;
mod procedures;
mod reports;
mod robust;
mod shipped;

use fixtures::{LEDGER, base, drawn, drawn_with};

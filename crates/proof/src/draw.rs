//! Verifiable draws: who is inspected and by whom, so that nobody can steer it and anybody can
//! recompute it.
//!
//! The plan and the population are fixed and witnessed before the seed can be known; the seed comes
//! from sources named in advance; everything after that is arithmetic. `docs/draw.md` is the
//! specification; a second verifier in JavaScript was written from it alone.

pub mod assign;
pub mod beacon;
pub mod population;
pub mod rates;
pub mod rfc3797;
pub mod select;
pub mod source;
pub mod suite;
mod time;

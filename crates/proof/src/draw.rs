//! Verifiable draws: who is inspected and by whom, so that nobody can steer it and anybody can
//! recompute it.
//!
//! The plan and the population are fixed and witnessed before the seed can be known; the seed comes
//! from sources named in advance; everything after that is arithmetic. `docs/draw.md` is the
//! specification; a second verifier in JavaScript was written from it alone.
//!
//! Reading order: [`plan`], [`population`], [`roster`] (what is frozen), [`source`] and [`beacon`]
//! (the seed), [`select`] and [`rates`] (who is drawn), [`assign`] (who visits), [`bundle`] and
//! [`verify`] (what is published and checked), [`event`] and [`replace`] (what comes after).

pub mod assign;
pub mod beacon;
pub mod bundle;
pub mod event;
pub mod plan;
pub mod population;
pub mod rates;
pub mod replace;
pub mod rfc3797;
pub mod roster;
pub mod select;
pub mod source;
pub mod suite;
mod time;
pub mod verify;

#[cfg(all(test, feature = "drand"))]
#[allow(clippy::unwrap_used)]
mod tests;

//! The site over real HTTP: a listener on port 0, a store in memory, the shipped catalogue with
//! one ledger more, and clients that are nobody, a clerk, the legal officer and a leader.
//!
//! Rules are tested where they live; here is what only a front door can get wrong: sessions, form
//! tokens, headers, escaping, addresses, uploads and downloads.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step is a failed test"
)]

mod access;
mod aims;
mod attacks;
mod browser;
mod cases;
mod draws;
mod erased;
mod everywhere;
mod forms;
mod guarded;
mod hostile;
mod identity;
mod joint;
mod keys;
mod ledgers;
mod matrix;
mod outsiders;
mod pages;
mod people;
mod portal;
mod robot;
mod secrets;
mod server;
mod sheets;
mod sign_in;
mod uploads;
mod walked;

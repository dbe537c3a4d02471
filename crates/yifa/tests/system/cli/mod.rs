//! The program as somebody at a terminal meets it: what it says, and its exit codes.
#![allow(clippy::unwrap_used)]

#[path = "../../../../web/tests/http/browser.rs"]
#[allow(dead_code)]
mod browser;
mod catalogue;
mod check;
mod demo;
mod handover;
mod log;
mod overlay;
mod portal;
mod program;
mod setup;
mod workdays;

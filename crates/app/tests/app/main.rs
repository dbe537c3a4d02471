//! The use cases as an office meets them, each over a database file of its own.
#![allow(clippy::unwrap_used)]

mod annual;
mod evenness;
mod handover;
mod masked;
mod office;
mod proof;
mod properties;
mod sealed;
mod session;
mod sheets;
mod verify;

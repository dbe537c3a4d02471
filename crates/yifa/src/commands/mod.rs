//! Commands, one file each.

pub mod catalogue;
pub mod check;
pub mod demo;
pub mod draw;
pub mod handover;
pub mod log;
pub mod portal;
pub mod serve;
pub mod setup;
pub mod witness;
pub mod workdays;

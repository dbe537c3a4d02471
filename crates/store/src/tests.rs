//! Tests of the whole interface.
#![allow(clippy::unwrap_used)]

mod double;
mod draws;
mod encryption;
pub(crate) mod engines;
pub(crate) mod explain;
mod faults;
mod figures;
mod handover;
mod kept;
mod lists;
mod migrations;
mod people;
pub(crate) mod samples;
mod search;
mod server_faults;
mod several;
mod story;

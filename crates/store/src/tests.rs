//! Tests of the whole interface.
#![allow(clippy::unwrap_used)]

pub(crate) mod explain;

//! The kernel as its callers see it: stories in the words of the office, figures against a naive
//! count over states, and properties over random histories.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dated;
mod figures;
mod fixture;
mod joint;
mod properties;
mod refusals;
mod stories;
mod walks;

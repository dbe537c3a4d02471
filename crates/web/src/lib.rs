//! Workbench, portal and API.

pub mod ui;

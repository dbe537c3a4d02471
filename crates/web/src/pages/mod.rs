//! The pages of the workbench, one module per family: handlers and views side by side.

pub mod admin;
pub mod below;
pub mod case_file;
pub mod collections;
pub mod deadlines;
pub mod draws;
pub mod duties;
pub mod entry;
pub mod evidence;
pub mod field;
pub mod figures;
mod guide;
pub mod home;
pub mod identity;
pub mod import;
pub mod inbox;
pub mod ledgers;
pub mod log;
pub mod me;
pub mod papers;
pub mod registers;
pub mod reports;
pub mod sign_in;

//! A case from filing to archive: papers, numbers, evidence, the record, the case file, notices;
//! and what happens when two act at once or the power goes.
#![allow(clippy::unwrap_used)]

mod concurrency;
mod evidence;
mod file;
mod joint;
mod lost_server;
mod notices;
mod office;
mod papers;
mod power_cut;
mod refusals;
mod taking_back;

//! The law as data: TOML definitions to checked, versioned definitions.
//!
//! Reading order: [`definition`] (what the rest of the system passes around), [`value`] (what fields
//! hold), [`field`] (how people write it), [`condition`] and [`report`] (the two small languages),
//! [`paper`] (templates of papers), [`flow`] (a procedure as a chart and as paths), then [`load()`]
//! (the reader and the proof). The format for authors is `docs/catalogue.md`.
pub mod codes;
pub mod condition;
mod decimal;
pub mod definition;
pub mod field;
pub mod flow;
pub mod id;
pub mod load;
pub mod paper;
pub mod reference;
pub mod report;
pub mod schema;
mod suggest;
pub mod value;

pub use load::{Files, load};

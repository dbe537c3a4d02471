//! The law as data: TOML definitions to checked, versioned definitions.
//!
//! Reading order: [`definition`] (what the rest of the system passes around), [`value`] (what fields
//! hold), then the reader and the proof. The format for authors is `docs/catalogue.md`.
pub mod definition;
pub mod id;
pub mod value;

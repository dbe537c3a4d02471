//! What an outsider recomputes: the Merkle log, its checkpoints and proofs, and the draws.
//!
//! This crate is the part of the system that nobody has to trust: it holds the formats that leave
//! the house and the functions that check them. It is pure (no input or output, no clock, no
//! chance), uses no other crate of ours and never panics on foreign bytes, so that a citizen, a
//! witness or a court can build it alone.
//!
//! Reading order: [`leaf`] and [`canonical`] (what enters the log), [`hash`], [`merkle`] and [`tile`]
//! (how it is stored), [`note`], [`checkpoint`] and [`witness`] (what is said about it to others).
//! Then [`draw`]. The formats are written down in `docs/log.md` and `docs/draw.md`, each with an
//! example that a test recomputes.

pub mod canonical;
pub mod checkpoint;
pub mod draw;
pub mod hash;
pub mod leaf;
pub mod merkle;
pub mod note;
pub mod tile;
pub mod witness;

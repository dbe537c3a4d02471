//! What needs things outside of this crate: the shared vectors, the documents, and Node for the
//! second verifier.
//!
//! All are extras: the crate proves itself with its own fixtures, and where one is absent a
//! loud line says so.

#![allow(clippy::unwrap_used)]

mod docs {
    #[cfg(feature = "drand")]
    mod draw;
    mod log;
}

mod shared {
    mod draw;
    mod log;
    mod note;
    mod vectors;
}

#[cfg(feature = "drand")]
mod second;

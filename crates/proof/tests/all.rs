//! What needs files outside of this crate: the shared vectors and the documents.
//!
//! Both are extras: the crate proves itself with its own fixtures, and where a file is absent a
//! loud line says so.

#![allow(clippy::unwrap_used)]

mod docs {
    mod log;
}

mod shared {
    mod draw;
    mod log;
    mod note;
    mod vectors;
}

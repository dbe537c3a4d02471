//! Against the vectors that the project shares with other programs. They are an extra: the crate
//! proves itself with its own fixtures, and where the vectors are absent a loud line says so.

#![allow(clippy::unwrap_used)]

mod shared {
    mod log;
    mod note;
    mod vectors;
}

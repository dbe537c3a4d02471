//! The draw as people use it: on files, on the server with witnesses, and back from the field.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod after;
mod files;
mod office;
mod relay;
mod story;
mod witness;

//! The crate as others use it: files made, files read, files broken on purpose.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod docx_annotate;
mod docx_read;
mod docx_write;
mod hostile;
mod support;
mod xlsx_read;
mod xlsx_write;

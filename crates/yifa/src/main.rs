//! The yifa program.
fn main() {}

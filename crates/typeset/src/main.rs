//! The page-setter.
fn main() {}

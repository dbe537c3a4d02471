//! Query plans.

/// Remember a statement that a test has run.
pub(crate) fn note(_sql: &str) {}

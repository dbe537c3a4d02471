//! Why there is no PDF: one sentence for the person at the desk, one exit code for the caller.

use std::fmt;

/// The two ways to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The order is understood but cannot be set on this machine: exit code 1.
    CannotSet(String),
    /// The order itself is wrong; the sentence names the field: exit code 2.
    BadInput(String),
}

impl Failure {
    /// The exit code of the program.
    pub fn code(&self) -> u8 {
        match self {
            Failure::CannotSet(_) => 1,
            Failure::BadInput(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::CannotSet(sentence) | Failure::BadInput(sentence) => f.write_str(sentence),
        }
    }
}

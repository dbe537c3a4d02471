//! What can go wrong, in two kinds: refusals are answers, faults are alarms.

use kernel::Refusal;
use store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Law, state or input says no; the text is for the user.
    #[error("{0}")]
    Refused(Refusal),
    /// The actor may not; the text is for the user.
    #[error("{0}")]
    Denied(#[from] crate::authorise::Denied),
    /// It is not there, or the actor may not know that it is.
    #[error("没有找到{0}，或您无权查看。")]
    NotFound(&'static str),
    /// The input cannot be read; the text is for the user.
    #[error("{0}")]
    Input(String),
    /// The database says no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that must hold does not: a fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, AppError>;

//! What can go wrong in the store, sorted by what somebody can do about it.
//!
//! The texts here are for the log; `app` words the variants for people.

use std::path::PathBuf;

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program holds the database; trying again in a moment helps.
    #[error("the database is busy")]
    Busy,
    /// The disk is full (or a quota reached); nothing of the transaction was kept.
    #[error("the disk is full")]
    DiskFull,
    /// The server of the database does not answer, went away, or does not let us in; what was not
    /// acknowledged may or may not have been kept.
    #[error("the database server cannot be reached: {detail}")]
    Unreachable {
        /// What was noticed.
        detail: String,
    },
    /// The address of the server asks for an encryption that cannot be kept.
    #[error("the address asks for an encryption that cannot be kept: {0}")]
    Encryption(String),
    /// The file or its folder cannot be opened or written.
    #[error("cannot open or write {}", path.display())]
    Unwritable {
        /// The database file (empty for a database in memory).
        path: PathBuf,
    },
    /// The file is damaged, is no database, or is not ours.
    #[error("the database is damaged or foreign: {detail}")]
    Corrupt {
        /// What was noticed.
        detail: String,
    },
    /// A hand-over was loaded and never accepted: it was interrupted, or its log is not sound.
    #[error("the database was loaded from a hand-over and not accepted")]
    Unaccepted,
    /// A newer version of the program has written this database.
    #[error("the database has schema {found}, this program knows {known}")]
    TooNew {
        /// The schema of the file.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// A rule of the schema was broken; see [`crate::constraint`] for the names.
    #[error("the rule {0} of the schema was broken")]
    Constraint(String),
    /// Anything else: a fault to be looked into.
    #[error("unexpected fault of the store")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The names of [`StoreError::Constraint`] that a user can cause, so that a form can name the field.
pub mod constraint {
    /// Two accounts with one login.
    pub const LOGIN: &str = "account.login";
    /// Two entries of a ledger with one natural key.
    pub const NATURAL_KEY: &str = "entry_key.natural_key";
    /// A row names an organ, account or parent that does not exist, or that is still needed.
    pub const REFERENCE: &str = "reference";
    /// One contribution negated twice.
    pub const NEGATED_TWICE: &str = "contribution.negates";
    /// An event of an entry with a sequence number that is taken: somebody was faster.
    pub const EVENT_SEQUENCE: &str = "event.seq";
}

impl StoreError {
    pub(crate) fn other(message: impl Into<String>) -> StoreError {
        StoreError::Other(message.into().into())
    }
}

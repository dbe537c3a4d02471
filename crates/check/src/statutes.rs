//! Known statutes (filled below).

/// A statute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statute {
    /// Its name.
    pub name: String,
}

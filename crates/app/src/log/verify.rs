//! Verify: derive everything again and name every row that differs.
//!
//! What is trusted: the key of the log, and through the signed checkpoints the root of its leaves.
//! What is derived: each leaf from its event, values and salts; the tree from the leaves; the
//! state, index values, key, open clocks and contributions of each entry from its events; roll-ups
//! and counts from those; papers, evidence, records and kept files from their hashes. A changed
//! byte in one of these rows makes a finding with table and row, and so does a row that is missing,
//! moved or too much.
//!
//! What is not evidence is left out: the full-text index, accounts, sessions, uploads, and the time
//! noted beside a checkpoint, which is not signed. Due dates move when a holiday notice comes: they
//! are derived by the calendar of this program (see `App::refresh_deadlines`). Work and time are linear in the log; memory grows with the roll-ups alone.
//!
//! Reading order: `leaves` (the log drives everything), `entries`, `rollups`.

mod entries;
mod kept;
mod leaves;
mod rollups;
mod together;

use store::StoreError;

use crate::{App, error::Result};

/// Something that is not as the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFinding {
    /// The table.
    pub table: &'static str,
    /// The row.
    pub row: String,
    /// What is wrong.
    pub what: String,
}

/// The result of a verification.
#[derive(Clone, Debug, Default)]
pub struct LogReport {
    /// Leaves verified.
    pub leaves: u64,
    /// Entries verified.
    pub entries: u64,
    /// Contributions verified.
    pub contributions: u64,
    /// Checkpoints verified.
    pub checkpoints: u64,
    /// Personal values that were erased as the law asks, with their ground written down.
    pub erased: u64,
    /// Everything that is wrong; at most `FINDINGS_MAX` are kept.
    pub findings: Vec<LogFinding>,
}

/// No more findings than this are kept: beyond it, the database is not the one that was signed.
pub const FINDINGS_MAX: usize = 1000;

impl LogReport {
    fn find(&mut self, table: &'static str, row: impl Into<String>, what: impl Into<String>) {
        let finding = LogFinding {
            table,
            row: row.into(),
            what: what.into(),
        };
        if self.findings.len() < FINDINGS_MAX && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Takes what was read; what cannot be read is a finding, unless the database itself fails.
    fn readable<T>(
        &mut self,
        table: &'static str,
        row: impl Into<String>,
        read: std::result::Result<T, StoreError>,
    ) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_in_the_row(&error) => {
                self.find(table, row, format!("读不出来：{error}"));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says whether everything is as the log says.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Whether an error tells of a damaged row rather than of a database that cannot be used.
fn is_in_the_row(error: &StoreError) -> bool {
    !matches!(
        error,
        StoreError::Busy
            | StoreError::DiskFull
            | StoreError::Unreachable { .. }
            | StoreError::Unwritable { .. }
            | StoreError::TooNew { .. }
    )
}

impl App {
    /// Verifies the whole system against its log. `progress` is told the leaves done so far.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn verify_log(&self, mut progress: impl FnMut(u64, u64)) -> Result<LogReport> {
        self.store
            .read(|db| leaves::Verifier::new(self, db).run(&mut progress))
    }
}

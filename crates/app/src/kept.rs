//! What is kept with an entry: papers, evidence, the record of the whole process, the case file.
//!
//! Each is a row (or a file by its hash) and an event that names the hash, written in one
//! transaction: the event proves the row, and `yifa log verify` compares the two.

pub mod case_file;
pub mod evidence;
pub mod number;
pub mod paper;
pub mod print;
pub mod process;
mod reading;
pub mod sniff;
pub mod upload;

use kernel::Command;
use sha2::{Digest, Sha256};
use store::Db;
use values::dates::Date;

use crate::{
    App,
    append::Change,
    authorise::{Action, Actor},
    entry::Entry,
    error::Result,
};

/// SHA-256 in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl App {
    /// Keeps something with an entry: `make` writes its rows and answers the command, which is
    /// decided and appended in the same transaction.
    pub(crate) fn keep(
        &self,
        actor: &Actor,
        entry: &str,
        on: Option<Date>,
        make: impl FnOnce(&Db, &Entry) -> Result<Command>,
    ) -> Result<()> {
        let recorded_at = self.clock.now().to_string();
        let day = on.unwrap_or_else(|| self.clock.today());
        self.store.write(|db| {
            let entry = self.load(db, actor, Action::Act, entry)?;
            crate::report::refuse_by_hand(&entry.ledger)?;
            let command = make(db, &entry)?;
            let organ = self.organ(&actor.organ)?;
            let who = self.who(actor, &organ);
            let events = kernel::decide(&entry.ledger, Some(&entry.state), command, &who, day)?;
            let change = Change {
                ledger: entry.ledger,
                entry: entry.id,
                opened_at: entry.opened_at,
                recorded_at: recorded_at.clone(),
                before: Some(entry.state),
                events,
            };
            self.append(db, &actor.organ, &[change])
        })
    }
}

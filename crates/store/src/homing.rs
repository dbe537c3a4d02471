//! Homing: what a large write has put into the write-ahead log of a file is brought into the file
//! itself in the background, so that nobody waits for it who only wanted it to be durable, which it
//! is once it stands in that log.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::JoinHandle;

use crate::engine::Role;
use crate::engine::sqlite::Sqlite;
use crate::store::lock;
use crate::{StoreError, Target};

/// Size of a write-ahead log that is worth a thread. Smaller ones the engine brings home itself.
const WORTH_IT: u64 = 24 << 20;

/// The thread at it, if there is one. It is waited for before the store is gone.
#[derive(Default)]
pub(crate) struct Homing(Mutex<Option<JoinHandle<()>>>);

impl Homing {
    /// Start it if there is much to bring home and nobody at it.
    pub(crate) fn look(&self, target: &Target) {
        let Target::SqliteFile(path) = target else {
            return;
        };
        let size = fs::metadata(log_of(path)).map_or(0, |log| log.len());
        if size < WORTH_IT {
            return;
        }
        let mut thread = lock(&self.0);
        if thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let path = path.clone();
        let started = std::thread::Builder::new()
            .name("homing".into())
            .spawn(move || {
                if let Err(error) = bring_home(&path) {
                    tracing::warn!(%error, "Cannot bring the write-ahead log home");
                }
            });
        // Without a thread the engine does it in the course of a later write.
        *thread = started.ok();
    }
}

impl Drop for Homing {
    fn drop(&mut self) {
        if let Some(thread) = lock(&self.0).take() {
            // It has said what went wrong.
            let _ = thread.join();
        }
    }
}

fn bring_home(path: &Path) -> Result<(), StoreError> {
    Sqlite::open_file(path, Role::Reader)?.batch("PRAGMA wal_checkpoint(PASSIVE)")
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::tests::samples::{entry, sqlite};

    #[test]
    fn a_large_write_is_brought_home_behind_the_back_of_whoever_wrote_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yifa.db");
        let store = Store::open(&Target::SqliteFile(path.clone())).unwrap();
        let before = fs::metadata(&path).unwrap().len();
        let large = crate::EntryRow {
            fields: "x".repeat(2 * WORTH_IT as usize),
            ..entry("e1", "2024-01-01")
        };
        store
            .write(|db| {
                // The engine itself leaves it where it is.
                sqlite(db).batch("PRAGMA wal_autocheckpoint = 0")?;
                db.put_entries(&[large])
            })
            .unwrap();
        let homing = store.homing();
        let thread = lock(&homing.0).take().expect("somebody is at it");
        thread.join().unwrap();
        assert!(fs::metadata(&path).unwrap().len() > before + WORTH_IT);
    }
}

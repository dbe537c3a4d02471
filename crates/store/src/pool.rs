//! Connections for reading, kept open between uses.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::store::lock;
use crate::{Db, StoreError, Target};

/// Readers kept open between uses.
const IDLE_MAX: usize = 16;
/// Connections of readers to a server at once: a server allows some hundred for all programs.
const OF_SERVER_MAX: usize = 16;
/// How long to wait for another reader to be done.
const WAIT: Duration = Duration::from_secs(20);

/// The readers of a store.
pub(crate) struct Pool {
    state: Mutex<State>,
    returned: Condvar,
    most: usize,
}

#[derive(Default)]
struct State {
    idle: Vec<Db>,
    out: usize,
}

impl Pool {
    pub(crate) fn new(target: &Target) -> Pool {
        Pool {
            state: Mutex::default(),
            returned: Condvar::new(),
            most: match target {
                Target::Postgres(_) => OF_SERVER_MAX,
                Target::SqliteFile(_) | Target::SqliteMemory => usize::MAX,
            },
        }
    }

    /// A place for one more reader, with an idle one if there is.
    pub(crate) fn place(&self) -> Result<(Place<'_>, Option<Db>), StoreError> {
        let state = lock(&self.state);
        let (mut state, _) = self
            .returned
            .wait_timeout_while(state, WAIT, |state| state.out >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if state.out >= self.most {
            return Err(StoreError::Busy);
        }
        state.out += 1;
        Ok((Place { pool: self }, state.idle.pop()))
    }
}

/// The right to one more connection; given back when dropped.
pub(crate) struct Place<'p> {
    pool: &'p Pool,
}

impl Place<'_> {
    /// Keep a reader for the next one, unless its connection was lost.
    pub(crate) fn keep(self, reader: Db) {
        let mut state = lock(&self.pool.state);
        if state.idle.len() < IDLE_MAX && !reader.is_lost() {
            state.idle.push(reader);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.pool.state).out -= 1;
        self.pool.returned.notify_one();
    }
}

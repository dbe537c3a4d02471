//! What signing in keeps in memory and nowhere else: who waits for a second factor, how often an
//! address has failed, and how often a name that is nobody's was tried.
//!
//! A name that is nobody's is locked like an account, after as many failures and for as long, so
//! that locking tells nobody which names there are.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use store::AccountRow;

use super::{instant, token_hash};
use crate::{
    App,
    error::{AppError, Result},
};

/// Failures after which an account is locked.
pub(super) const ATTEMPTS_MAX: u32 = 5;
/// How long it is locked.
pub(super) const LOCK: SignedDuration = SignedDuration::from_mins(15);
/// How long the second factor is waited for.
pub(crate) const PENDING: SignedDuration = SignedDuration::from_mins(5);
/// Failures from one address within a quarter of an hour, over all accounts.
const ADDRESS_FAILURES_MAX: u32 = 100;
/// Names that are nobody's, remembered at once: the addresses that try more are stopped before.
const STRANGERS_MAX: usize = 10_000;
/// Lines about strangers in a quarter of an hour.
const STRANGERS_NOTED_MAX: usize = 200;
/// Sessions that have ended, remembered at once.
const ENDED_MAX: usize = 10_000;
/// How long an ended session is remembered: as long as it could have lasted.
const ENDED_FOR: SignedDuration = SignedDuration::from_hours(12);
/// One sentence for whatever is locked.
const LOCKED: &str = "连续输错次数过多，请十五分钟后再试。";

/// What is held in memory only: passwords that were right and wait for their second factor, and
/// how often each address has failed.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(super) pending: HashMap<String, Pending>,
    failures: HashMap<String, (u32, Timestamp)>,
    /// By the hash of a name that is nobody's: how often a password was tried for it, and when last.
    strangers: HashMap<String, (u32, Timestamp)>,
    /// When lines about strangers were written.
    noted: Vec<Timestamp>,
    /// Sessions that were ended, by the hash of their token: whose, and until when to remember.
    ended: HashMap<String, (String, String, Timestamp)>,
    /// By account: what a new security key has to sign, and until when.
    pub(crate) new_keys: HashMap<String, (String, Timestamp)>,
}

/// A password that was right and waits for its second factor.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) organ: String,
    pub(crate) account: String,
    /// The password that was right, as its hash: another one set meanwhile ends the waiting.
    pub(super) password_hash: String,
    /// What a security key has to sign, base64url.
    pub(crate) challenge: String,
    pub(super) until: Timestamp,
    pub(super) tries: u32,
}

impl Waiting {
    pub(crate) fn forget(&mut self, now: Timestamp) {
        self.pending.retain(|_, pending| pending.until > now);
        self.new_keys.retain(|_, (_, until)| *until > now);
        self.failures.retain(|_, (_, since)| *since + LOCK > now);
        self.strangers.retain(|_, (_, last)| *last + LOCK > now);
    }

    /// Whether one more line about strangers is written.
    pub(crate) fn may_note_stranger(&mut self, now: Timestamp) -> bool {
        self.noted.retain(|at| *at + LOCK > now);
        let may = self.noted.len() < STRANGERS_NOTED_MAX;
        if may {
            self.noted.push(now);
        }
        may
    }

    /// Remembers that a session was ended.
    pub(super) fn remember_ended(&mut self, hash: &str, who: (&str, &str), now: Timestamp) {
        self.ended.retain(|_, (.., until)| *until > now);
        if self.ended.len() < ENDED_MAX {
            let (organ, account) = (who.0.to_owned(), who.1.to_owned());
            let whose = (organ, account, now + ENDED_FOR);
            self.ended.insert(hash.to_owned(), whose);
        }
    }

    /// Whose session it was that somebody uses after its end; told once.
    pub(super) fn used_after_end(&mut self, hash: &str) -> Option<(String, String)> {
        let (organ, account, _) = self.ended.remove(hash)?;
        Some((organ, account))
    }
}

/// A locked account stays locked, whatever is shown for it.
pub(crate) fn refuse_locked(account: &AccountRow, now: Timestamp) -> Result<()> {
    let locked = account.locked_until.as_deref().and_then(instant);
    match locked.is_some_and(|until| until > now) {
        true => Err(AppError::Input(LOCKED.to_owned())),
        false => Ok(()),
    }
}

impl App {
    pub(crate) fn waiting(&self) -> Result<std::sync::MutexGuard<'_, Waiting>> {
        let poisoned = |_| AppError::Fault("the sign-in memory is poisoned".to_owned());
        self.waiting.lock().map_err(poisoned)
    }

    pub(crate) fn refuse_hammering(&self, address: &str, now: Timestamp) -> Result<()> {
        let mut waiting = self.waiting()?;
        waiting.forget(now);
        let failures = waiting.failures.get(address).map_or(0, |(n, _)| *n);
        if failures >= ADDRESS_FAILURES_MAX {
            return Err(AppError::Input(
                "这个网络地址连续登录失败过多，请十五分钟后再试。".to_owned(),
            ));
        }
        Ok(())
    }

    pub(crate) fn count_failure(&self, address: &str, now: Timestamp) {
        // A poisoned memory refuses the next sign-in by itself.
        if let Ok(mut waiting) = self.waiting() {
            waiting
                .failures
                .entry(address.to_owned())
                .or_insert((0, now))
                .0 += 1;
        }
    }

    /// Counts a try of a name that is nobody's, and refuses it like a locked account after too many.
    pub(super) fn try_of_stranger(&self, login: &str, now: Timestamp) -> Result<()> {
        let mut waiting = self.waiting()?;
        waiting.forget(now);
        let key = token_hash(login);
        let tries = waiting.strangers.get(&key).map_or(0, |(tries, _)| *tries);
        if tries >= ATTEMPTS_MAX {
            return Err(AppError::Input(LOCKED.to_owned()));
        }
        if tries > 0 || waiting.strangers.len() < STRANGERS_MAX {
            waiting.strangers.insert(key, (tries + 1, now));
        }
        Ok(())
    }

    /// What waits for its second factor under a token; none where it has waited too long.
    pub(crate) fn pending(&self, pending: &str) -> Result<Option<Pending>> {
        let mut waiting = self.waiting()?;
        waiting.forget(self.clock.now());
        Ok(waiting.pending.get(&token_hash(pending)).cloned())
    }

    /// Counts a try of a second factor; answers what waits and its account.
    pub(crate) fn tried(&self, pending: &str) -> Result<(Pending, AccountRow)> {
        let key = token_hash(pending);
        let known = {
            let mut waiting = self.waiting()?;
            waiting.forget(self.clock.now());
            let known = waiting.pending.get_mut(&key);
            known.map(|known| {
                known.tries += 1;
                known.clone()
            })
        };
        let again = || AppError::Input("登录已超时，请重新输入用户名和口令。".to_owned());
        let known = known.ok_or_else(again)?;
        let account = self
            .store
            .read(|db| db.account(&known.organ, &known.account))?;
        let same = |a: &AccountRow| a.state == "active" && a.password_hash == known.password_hash;
        let account = account.filter(same).ok_or_else(again)?;
        if known.tries > ATTEMPTS_MAX {
            self.waiting()?.pending.remove(&key);
            return Err(again());
        }
        Ok((known, account))
    }
}

//! Signing in: passwords (argon2), sessions, form tokens.
//!
//! The cookie holds a random token; the database holds only its hash, so a stolen database signs
//! nobody in. Sessions end after twelve hours, or after one hour without use.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{AccountRow, Db, SessionRow, UnitRow};

use crate::{
    App,
    authorise::{Actor, OwnUnit},
    error::{AppError, Result},
};

const LIFE: SignedDuration = SignedDuration::from_hours(12);
const IDLE: SignedDuration = SignedDuration::from_hours(1);
const ATTEMPTS_MAX: u32 = 5;
const LOCK: SignedDuration = SignedDuration::from_mins(15);
/// One sentence for every failure: it must not tell whether the account exists.
const WRONG: &str = "用户名或口令不正确，请重新输入。";

/// A signed-in session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// The token that every form carries.
    pub csrf: String,
}

/// Makes the stored form of a password.
///
/// # Errors
/// When hashing fails, which is a fault of ours.
pub fn hash_password(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash
        .map_err(|e| AppError::Fault(e.to_string()))?
        .to_string())
}

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

impl App {
    /// Signs in; answers the token for the cookie.
    ///
    /// # Errors
    /// One sentence for a wrong name, a wrong password and a disabled account alike.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<String> {
        let now = self.clock.now();
        let account = self.store.read(|db| db.account_by_login(login.trim()))?;
        let Some(account) = account.filter(|a| a.state == "active") else {
            // The same work as for a real account, so that time tells nothing.
            let _ = hash_password(password)?;
            return Err(AppError::Input(WRONG.to_owned()));
        };
        let locked = account
            .locked_until
            .as_deref()
            .and_then(|t| t.parse::<Timestamp>().ok());
        if locked.is_some_and(|until| until > now) {
            return Err(AppError::Input(
                "连续输错次数过多，请十五分钟后再试。".to_owned(),
            ));
        }
        if !verify(password, &account.password_hash) {
            let failed = account.failed_count + 1;
            let lock = (failed >= ATTEMPTS_MAX).then(|| (now + LOCK).to_string());
            let failed = if lock.is_some() { 0 } else { failed };
            self.store.write(|db| {
                db.put_accounts(&[AccountRow {
                    failed_count: failed,
                    locked_until: lock.clone(),
                    ..account.clone()
                }])?;
                db.put_audit(&[self.audit(
                    &account.organ_id,
                    &account.account_id,
                    "sign-in-failed",
                )])
            })?;
            return Err(AppError::Input(WRONG.to_owned()));
        }
        let token = hex::encode(self.chance.bytes32());
        let session = SessionRow {
            token_hash: token_hash(&token),
            organ_id: account.organ_id.clone(),
            account_id: account.account_id.clone(),
            csrf: hex::encode(self.chance.bytes32()),
            created_at: now.to_string(),
            seen_at: now.to_string(),
            expires_at: (now + LIFE).to_string(),
        };
        self.store.write(|db| {
            if account.failed_count > 0 || account.locked_until.is_some() {
                let row = AccountRow {
                    failed_count: 0,
                    locked_until: None,
                    ..account.clone()
                };
                db.put_accounts(&[row])?;
            }
            db.delete_expired_sessions(&now.to_string())?;
            db.put_audit(&[self.audit(&account.organ_id, &account.account_id, "sign-in")])?;
            db.put_session(&session)
        })?;
        Ok(token)
    }

    /// Finds the session of a cookie; `None` when there is none or it has ended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn session(&self, token: &str) -> Result<Option<Session>> {
        let now = self.clock.now();
        let hash = token_hash(token);
        let found = self.store.read(|db| {
            let Some(session) = db.session(&hash)? else {
                return Ok::<_, AppError>(None);
            };
            let account = db.account(&session.organ_id, &session.account_id)?;
            let Some(account) = account.filter(|a| a.state == "active") else {
                return Ok(None);
            };
            Ok(Some((session, self.actor_of(db, account)?)))
        })?;
        let Some((session, actor)) = found else {
            return Ok(None);
        };
        let instant = |text: &str| text.parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH);
        let seen = instant(&session.seen_at);
        if instant(&session.expires_at) <= now || seen + IDLE <= now {
            self.store.write(|db| db.delete_session(&hash))?;
            return Ok(None);
        }
        // Written at most once a minute: reading pages must not turn into writing.
        if now.duration_since(seen) > SignedDuration::from_mins(1) {
            self.store
                .write(|db| db.touch_session(&hash, &now.to_string(), &session.expires_at))?;
        }
        Ok(Some(Session {
            actor,
            csrf: session.csrf,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sign_out(&self, token: &str) -> Result<()> {
        Ok(self
            .store
            .write(|db| db.delete_session(&token_hash(token)))?)
    }
}

impl App {
    /// The actor of an account: with its unit, and the organs below its own.
    pub(crate) fn actor_of(&self, db: &Db, account: AccountRow) -> Result<Actor> {
        let unit = db.unit_of_account(&account.organ_id, &account.account_id)?;
        Ok(Actor {
            below: self.below(&account.organ_id),
            account: account.account_id,
            organ: account.organ_id,
            name: account.name,
            post: account.post,
            section: account.section_id.unwrap_or_default(),
            roles: account
                .roles
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            unit: unit.map(|unit| Arc::new(own_unit(unit))),
        })
    }
}

fn own_unit(unit: UnitRow) -> OwnUnit {
    let former = unit.former_names.lines().map(str::to_owned);
    OwnUnit {
        id: unit.unit_id,
        names: std::iter::once(unit.name).chain(former).collect(),
    }
}

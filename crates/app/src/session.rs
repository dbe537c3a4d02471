//! Signing in: passwords, second factors, sessions, form tokens.
//!
//! The cookie holds a random token; the database holds only its hash, so a stolen database signs
//! nobody in. Sessions end after twelve hours, or after one hour without use. Between the password
//! and the second factor nothing is stored but a few words in memory, for five minutes.

mod waiting;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{AccountRow, CredentialRow, Db, PartRow, SessionRow, UnitRow};

use crate::{
    App,
    authorise::{Actor, OwnUnit},
    error::{AppError, Result},
    password::{self, hash_password, verify},
    second_factor,
    security_key::encoded,
};

use waiting::{ATTEMPTS_MAX, LOCK, Pending};
pub(crate) use waiting::{PENDING, Waiting, refuse_locked};

const LIFE: SignedDuration = SignedDuration::from_hours(12);
const IDLE: SignedDuration = SignedDuration::from_hours(1);
/// One sentence for every failure: it must not tell whether the account exists.
const WRONG: &str = "用户名或口令不正确，请重新输入。";
/// One sentence for every code that is not taken.
pub(crate) const WRONG_CODE: &str = "动态码不正确或已经用过，请等下一个码再试。";
/// Where the key by which the seed was sealed is gone.
const LOST_SEED: &str = "您的动态码读不出来了（系统恢复后缺少原来的密钥）：请用恢复码登录，再到“我的账号”重新设置；没有恢复码，请找系统管理员清除第二因素。";

/// A signed-in session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// The token that every form carries.
    pub csrf: String,
    /// What has to be done before anything else.
    pub must: Option<Must>,
    /// Which of the account's sessions it is.
    pub id: String,
}

/// What a session has to do before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// Change the password: a first sign-in, or one whose term is over.
    ChangePassword,
    /// Set up the second factor that the organ asks for.
    SetUpSecondFactor,
}

/// What a right password leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// A session: the token for the cookie.
    Session(String),
    /// The second factor is asked for: what the form has to send back with the code.
    Pending(String),
}

/// An own session, as the page of one's account lists it.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Which one.
    pub id: String,
    /// Since when, RFC 3339.
    pub created_at: String,
    /// Last used, RFC 3339.
    pub seen_at: String,
}

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The public name of a session: of its hash a part that finds it and does not open it.
fn session_id(token_hash: &str) -> String {
    token_hash.chars().take(16).collect()
}

/// The credential of an account that has none yet.
pub(crate) fn no_credential(organ: &str, account: &str, now: Timestamp) -> CredentialRow {
    CredentialRow {
        organ_id: organ.to_owned(),
        account_id: account.to_owned(),
        unit_id: None,
        must_change: false,
        one_time_until: None,
        changed_at: now.to_string(),
        former_hashes: String::new(),
        second_factor: None,
        second_step: 0,
        recovery_codes: String::new(),
    }
}

impl App {
    /// Signs in with name and password, from an address of the network.
    ///
    /// # Errors
    /// One sentence for a wrong name, a wrong password and a disabled account alike.
    pub fn sign_in(&self, login: &str, password: &str, address: &str) -> Result<SignedIn> {
        let account = self.with_right_password(login, password, address)?;
        self.after_password(&account, address, self.clock.now())
    }

    /// The account whose password this is; what is wrong is counted, locked and written down.
    pub(crate) fn with_right_password(
        &self,
        login: &str,
        password: &str,
        address: &str,
    ) -> Result<AccountRow> {
        let now = self.clock.now();
        self.refuse_hammering(address, now)?;
        let login = login.trim();
        let account = self.store.read(|db| db.account_by_login(login))?;
        let account = account.filter(|a| a.state == "active");
        // From here on the same is done for a name that is nobody's, so that neither answer nor
        // time tells which names there are.
        match &account {
            Some(account) => refuse_locked(account, now)?,
            None => self.try_of_stranger(login, now)?,
        }
        let right = match &account {
            Some(account) => verify(password, &account.password_hash),
            None => hash_password(password, &self.chance).map(|_| false)?,
        };
        let who = self.who_failed(account.as_ref());
        let credential = self.store.read(|db| db.credential(&who.0, &who.1))?;
        let code_is_over = credential.is_some_and(|c| {
            let until = c.one_time_until.as_deref().and_then(instant);
            until.is_some_and(|until| until <= now)
        });
        match account {
            Some(account) if right && !code_is_over => Ok(account),
            account => {
                self.count_failure(address, now);
                match account {
                    Some(account) => self.wrong(&account, address, now)?,
                    None => self.wrong_name(login, address)?,
                }
                Err(AppError::Input(WRONG.to_owned()))
            }
        }
    }

    /// Organ and account that a failure is asked and written about: nobody of the first organ for a
    /// name that is nobody's.
    fn who_failed(&self, account: Option<&AccountRow>) -> (String, String) {
        match account {
            Some(account) => (account.organ_id.clone(), account.account_id.clone()),
            None => {
                let organ = self.top_organ().map(|o| o.id.clone());
                (organ.unwrap_or_default(), String::new())
            }
        }
    }

    /// Writes down a failure of a name that is nobody's, by the statements of [`App::wrong`].
    fn wrong_name(&self, login: &str, address: &str) -> Result<()> {
        let (organ, nobody) = self.who_failed(None);
        self.store.write(|db| {
            db.account(&organ, &nobody)?;
            db.put_accounts(&[])?;
            let detail = format!("用户名“{login}”，来自 {address}");
            self.note_audit(db, (&organ, ""), "sign-in-failed", "", &detail)
        })
    }

    /// What comes after the password, or after what stands in its place: the second factor, or a
    /// session.
    pub(crate) fn after_password(
        &self,
        account: &AccountRow,
        address: &str,
        now: Timestamp,
    ) -> Result<SignedIn> {
        let who = (account.organ_id.as_str(), account.account_id.as_str());
        let has_factor = self.store.read(|db| {
            let credential = db.credential(who.0, who.1)?;
            let codes = credential.is_some_and(|c| c.second_factor.is_some());
            Ok::<_, AppError>(codes || !db.security_keys(who.0, who.1)?.is_empty())
        })?;
        if !has_factor {
            return self.begin(account, address, now).map(SignedIn::Session);
        }
        let token = hex::encode(self.chance.bytes32());
        let pending = Pending {
            organ: account.organ_id.clone(),
            account: account.account_id.clone(),
            password_hash: account.password_hash.clone(),
            challenge: encoded(&self.chance.bytes32()),
            until: now + PENDING,
            tries: 0,
        };
        let mut waiting = self.waiting()?;
        waiting.forget(now);
        waiting.pending.insert(token_hash(&token), pending);
        Ok(SignedIn::Pending(token))
    }

    /// Finishes signing in with a code of the second factor, or a recovery code.
    ///
    /// # Errors
    /// When the code is not right, or too much time has passed.
    pub fn second_step(&self, pending: &str, code: &str, address: &str) -> Result<String> {
        let now = self.clock.now();
        let (_, account) = self.tried(pending)?;
        let who = (account.organ_id.as_str(), account.account_id.as_str());
        let mut lost = false;
        let taken = self.store.write(|db| {
            let Some(mut row) = db.credential(who.0, who.1)? else {
                return Ok::<_, AppError>(false);
            };
            let seed = self.seed_of(&row);
            lost = row.second_factor.is_some() && seed.is_none();
            let seed = seed.unwrap_or_default();
            let step = second_factor::step_of(&seed, code, now.as_second(), row.second_step);
            let left = second_factor::without_recovery_code(&row.recovery_codes, code);
            match (step, left) {
                (Some(step), _) => row.second_step = step,
                (None, Some(left)) => {
                    row.recovery_codes = left;
                    self.note_audit(db, who, "second-factor", "", "用了一个恢复码")?;
                }
                (None, None) => return Ok(false),
            }
            db.put_credentials(&[row])?;
            Ok(true)
        })?;
        if !taken {
            // Counted by the account alone: the password was right, and others share the address.
            self.wrong(&account, address, now)?;
            let words = if lost { LOST_SEED } else { WRONG_CODE };
            return Err(AppError::Input(words.to_owned()));
        }
        self.finish(pending, &account, address, now)
    }

    /// Begins the session for which a second factor was waited for.
    pub(crate) fn finish(
        &self,
        pending: &str,
        account: &AccountRow,
        address: &str,
        now: Timestamp,
    ) -> Result<String> {
        // Of two that answer at once, one finds nothing left to finish.
        let waited = self.waiting()?.pending.remove(&token_hash(pending));
        if waited.is_none() {
            let words = "登录已超时，请重新输入用户名和口令。";
            return Err(AppError::Input(words.to_owned()));
        }
        self.begin(account, address, now)
    }

    /// A session is made anew at every signing in: a token that somebody planted is worth nothing.
    fn begin(&self, account: &AccountRow, address: &str, now: Timestamp) -> Result<String> {
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
        let looked_at = account;
        self.store.write(|db| {
            // Read again: while the password was hashed, the account may have been closed, its
            // password set anew, or a role taken back. Nothing of that is undone.
            let account = db.account(&looked_at.organ_id, &looked_at.account_id)?;
            let same = |now: &AccountRow| {
                now.state == "active" && now.password_hash == looked_at.password_hash
            };
            let changed = || AppError::Input(WRONG.to_owned());
            let account = account.filter(same).ok_or_else(changed)?;
            if account.failed_count > 0 || account.locked_until.is_some() {
                let row = AccountRow {
                    failed_count: 0,
                    locked_until: None,
                    ..account.clone()
                };
                db.put_accounts(&[row])?;
            }
            db.delete_expired_sessions(&now.to_string())?;
            let who = (account.organ_id.as_str(), account.account_id.as_str());
            let detail = format!("来自 {address}");
            self.note_audit(db, who, "sign-in", &account.login, &detail)?;
            Ok::<_, AppError>(db.put_session(&session)?)
        })?;
        Ok(token)
    }

    /// Counts a failure of an account, and locks it after the last one.
    pub(crate) fn wrong(&self, account: &AccountRow, address: &str, now: Timestamp) -> Result<()> {
        let who = (account.organ_id.as_str(), account.account_id.as_str());
        self.store.write(|db| {
            // Read again: two failures at once count as two.
            let Some(account) = db.account(who.0, who.1)? else {
                return Ok(());
            };
            let failed = account.failed_count + 1;
            let lock = (failed >= ATTEMPTS_MAX).then(|| (now + LOCK).to_string());
            let locked = lock.is_some();
            db.put_accounts(&[AccountRow {
                failed_count: if locked { 0 } else { failed },
                locked_until: lock,
                ..account.clone()
            }])?;
            let detail = format!("来自 {address}");
            self.note_audit(db, who, "sign-in-failed", &account.login, &detail)?;
            if locked {
                self.note_audit(db, who, "locked", &account.login, "连续输错，锁定十五分钟")?;
            }
            Ok(())
        })
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
            let credential = db.credential(&session.organ_id, &session.account_id)?;
            let asked = db.meta(&asks_second_factor(&session.organ_id))?;
            let actor = self.actor_of(db, account)?;
            let mut must = must(&actor, credential.as_ref(), asked.as_deref(), now);
            if must == Some(Must::SetUpSecondFactor) {
                let keys = db.security_keys(&session.organ_id, &session.account_id)?;
                must = must.filter(|_| keys.is_empty());
            }
            Ok(Some((session, actor, must)))
        })?;
        let Some((session, actor, must)) = found else {
            let whose = self.waiting()?.used_after_end(&hash);
            if let Some((organ, account)) = whose {
                let what = "会话已经退出，又有人用它的凭证";
                self.store.write(|db| {
                    self.note_audit(db, (&organ, &account), "refused", "cookie", what)
                })?;
            }
            return Ok(None);
        };
        let at = |text: &str| instant(text).unwrap_or(Timestamp::UNIX_EPOCH);
        let seen = at(&session.seen_at);
        if at(&session.expires_at) <= now || seen + IDLE <= now {
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
            must,
            id: session_id(&hash),
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sign_out(&self, token: &str) -> Result<()> {
        let hash = token_hash(token);
        self.store.write(|db| {
            if let Some(session) = db.session(&hash)? {
                let who = (session.organ_id.as_str(), session.account_id.as_str());
                self.note_audit(db, who, "sign-out", "", "")?;
                let now = self.clock.now();
                self.waiting()?.remember_ended(&hash, who, now);
            }
            Ok::<_, AppError>(db.delete_session(&hash)?)
        })
    }

    /// The actor's own sessions that have not ended, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn own_sessions(&self, actor: &Actor) -> Result<Vec<OwnSession>> {
        let now = self.clock.now();
        let rows = self
            .store
            .read(|db| db.sessions(&actor.organ, &actor.account))?;
        let open = rows.into_iter().filter(|row| {
            let over = instant(&row.expires_at).is_none_or(|at| at <= now);
            let idle = instant(&row.seen_at).is_none_or(|at| at + IDLE <= now);
            !over && !idle
        });
        let mut open: Vec<OwnSession> = open
            .map(|row| OwnSession {
                id: session_id(&row.token_hash),
                created_at: row.created_at,
                seen_at: row.seen_at,
            })
            .collect();
        open.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        Ok(open)
    }

    /// Ends one of the actor's own sessions.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not the actor's, or there is none.
    pub fn end_session(&self, actor: &Actor, id: &str) -> Result<()> {
        self.store.write(|db| {
            let rows = db.sessions(&actor.organ, &actor.account)?;
            let row = rows.into_iter().find(|r| session_id(&r.token_hash) == id);
            let row = row.ok_or(AppError::NotFound("该会话"))?;
            db.delete_session(&row.token_hash)?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "session-ended", "", "本人结束")
        })
    }

    /// Changes the actor's own password; all other sessions of the account end.
    ///
    /// # Errors
    /// When the old one is wrong, or the new one is not taken.
    pub fn change_password(
        &self,
        actor: &Actor,
        session: &str,
        old: &str,
        new: &str,
        again: &str,
    ) -> Result<()> {
        let input = |text: &str| Err(AppError::Input(text.to_owned()));
        if new != again {
            return input("两次输入的新口令不一样。");
        }
        let (account, credential) = self.own_account(actor)?;
        if !verify(old, &account.password_hash) {
            return input("原口令（或者一次性口令）不正确。");
        }
        if let Some(words) = password::objection(new, &account.login, &account.name) {
            return Err(AppError::Input(words));
        }
        let mut former: Vec<&str> = credential.former_hashes.lines().collect();
        former.insert(0, &account.password_hash);
        if former.iter().any(|hash| verify(new, hash)) {
            return Err(AppError::Input(format!(
                "不能用最近 {} 次用过的口令。",
                password::FORMER_MAX
            )));
        }
        former.truncate(password::FORMER_MAX);
        let row = CredentialRow {
            must_change: false,
            one_time_until: None,
            changed_at: self.clock.now().to_string(),
            former_hashes: former.join("\n"),
            ..credential.clone()
        };
        let changed = AccountRow {
            password_hash: hash_password(new, &self.chance)?,
            ..account.clone()
        };
        self.store.write(|db| {
            db.put_accounts(&[changed])?;
            db.put_credentials(&[row])?;
            for other in db.sessions(&actor.organ, &actor.account)? {
                if session_id(&other.token_hash) != session {
                    db.delete_session(&other.token_hash)?;
                }
            }
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "password", &account.login, "本人修改")
        })
    }

    pub(crate) fn own_account(&self, actor: &Actor) -> Result<(AccountRow, CredentialRow)> {
        let now = self.clock.now();
        self.store.read(|db| {
            let account = db.account(&actor.organ, &actor.account)?;
            let account = account.ok_or(AppError::NotFound("该账号"))?;
            let credential = db.credential(&actor.organ, &actor.account)?;
            let none = || no_credential(&actor.organ, &actor.account, now);
            Ok((account, credential.unwrap_or_else(none)))
        })
    }

    /// The actor of an account: with its unit, and the organs below its own.
    pub(crate) fn actor_of(&self, db: &Db, account: AccountRow) -> Result<Actor> {
        let unit = db.unit_of_account(&account.organ_id, &account.account_id)?;
        let section = account.section_id.unwrap_or_default();
        let sections = match section.as_str() {
            "" => Vec::new(),
            _ => db.sections(&account.organ_id)?,
        };
        let own = sections.iter().find(|s| s.part_id == section);
        let section_name = own.map_or_else(String::new, |s| s.name.clone());
        let same = |s: &&PartRow| s.name == section_name && s.part_id != section;
        let also = sections.iter().filter(same);
        let also = also.map(|s| s.part_id.clone()).collect();
        Ok(Actor {
            also,
            section_name,
            below: self.below(&account.organ_id),
            account: account.account_id,
            organ: account.organ_id,
            name: account.name,
            post: account.post,
            section,
            roles: account
                .roles
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            unit: unit.map(|unit| Arc::new(own_unit(unit))),
        })
    }
}

/// Key of the note that says of whom an organ asks a second factor: `all`, `administrators`.
pub(crate) fn asks_second_factor(organ: &str) -> String {
    format!("second-factor/{organ}")
}

pub(crate) fn is_asked(actor: &Actor, asked: Option<&str>) -> bool {
    match asked {
        Some("all") => true,
        Some("administrators") => actor.administers(),
        _ => false,
    }
}

fn must(
    actor: &Actor,
    credential: Option<&CredentialRow>,
    asked: Option<&str>,
    now: Timestamp,
) -> Option<Must> {
    let over = |c: &CredentialRow| {
        let changed = instant(&c.changed_at).unwrap_or(Timestamp::UNIX_EPOCH);
        c.must_change || changed + password::TERM <= now
    };
    if credential.is_some_and(over) {
        return Some(Must::ChangePassword);
    }
    let has_factor = credential.is_some_and(|c| c.second_factor.is_some());
    (is_asked(actor, asked) && !has_factor).then_some(Must::SetUpSecondFactor)
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

pub(crate) fn own_unit(unit: UnitRow) -> OwnUnit {
    let former = unit.former_names.lines().map(str::to_owned);
    OwnUnit {
        id: unit.unit_id,
        names: std::iter::once(unit.name).chain(former).collect(),
    }
}

#[cfg(test)]
mod tests;

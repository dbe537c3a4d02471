//! One's own second factors: codes of the telephone, security keys, and the recovery codes that
//! stand in for both. Setting one up or taking one away asks for the password again.

use jiff::Timestamp;
use store::{CredentialRow, Db, SecurityKeyRow};

use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
    password::verify,
    second_factor,
    security_key::{self, Assertion, encoded},
    session::{PENDING, WRONG_CODE, asks_second_factor, is_asked},
};

/// Keys of one account: more are not a factor but a collection.
const KEYS_MAX: usize = 10;
/// One sentence for every key that is not taken.
const WRONG_KEY: &str = "安全密钥没有通过核对，请再试一次。";

/// What a browser has to be told so that it asks for a key that is known.
#[derive(Clone, Debug)]
pub struct KeyAsk {
    /// The challenge, base64url.
    pub challenge: String,
    /// The site.
    pub site: String,
    /// The keys, base64url.
    pub keys: Vec<String>,
}

/// What a browser has to be told so that it makes a new key.
#[derive(Clone, Debug)]
pub struct NewKeyAsk {
    /// The challenge, the site, and the keys that are there already.
    pub ask: KeyAsk,
    /// The account as the key knows it, base64url.
    pub account: String,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
}

impl App {
    /// Says whether the actor has codes as a second factor, and how many recovery codes are left.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn second_factor(&self, actor: &Actor) -> Result<Option<usize>> {
        let (_, credential) = self.own_account(actor)?;
        let left = credential.recovery_codes.lines().count();
        Ok(credential.second_factor.map(|_| left))
    }

    /// A fresh secret for the actor's second factor, and the address that the picture holds.
    ///
    /// # Errors
    /// When the organ is not known.
    pub fn propose_second_factor(&self, actor: &Actor) -> Result<(String, String)> {
        let secret = second_factor::secret(&self.chance);
        let address = self.second_factor_address(actor, &secret)?;
        Ok((secret, address))
    }

    /// The address that the picture of a proposed secret holds.
    ///
    /// # Errors
    /// When the organ is not known.
    pub fn second_factor_address(&self, actor: &Actor, secret: &str) -> Result<String> {
        let (account, _) = self.own_account(actor)?;
        let organ = &self.organ(&actor.organ)?.name;
        Ok(second_factor::address(secret, organ, &account.login))
    }

    /// Sets the second factor up: the password once more, and a right code of the new secret.
    /// Answers the recovery codes, which are shown once.
    ///
    /// # Errors
    /// When password or code are wrong.
    pub fn set_second_factor(
        &self,
        actor: &Actor,
        password: &str,
        secret: &str,
        code: &str,
    ) -> Result<Vec<String>> {
        let (account, credential) = self.with_password(actor, password)?;
        let step = second_factor::step_of(secret, code, self.clock.now().as_second(), 0);
        let well_formed = hex::decode(secret).is_ok_and(|bytes| bytes.len() == 20);
        let Some(step) = step.filter(|_| well_formed) else {
            return Err(AppError::Input(WRONG_CODE.to_owned()));
        };
        let (codes, recovery_codes) = second_factor::recovery_codes(&self.chance);
        let row = CredentialRow {
            second_step: step,
            recovery_codes,
            ..credential
        };
        self.store.write(|db| {
            self.put_seed(db, row, secret)?;
            self.note_factor(db, actor, &account.login, "启用动态码")
        })?;
        Ok(codes)
    }

    /// Takes the codes away, where the organ asks for no second factor or a key is left.
    ///
    /// # Errors
    /// When the password is wrong, or the organ asks for it.
    pub fn remove_second_factor(&self, actor: &Actor, password: &str) -> Result<()> {
        let (account, credential) = self.with_password(actor, password)?;
        let asked = self.second_factor_is_asked(actor)?;
        self.store.write(|db| {
            let keys = db.security_keys(&actor.organ, &actor.account)?;
            if keys.is_empty() && asked {
                return Err(AppError::Input(
                    "本局要求使用动态码或安全密钥，不能停用；换手机时请重新设置。".to_owned(),
                ));
            }
            let recovery_codes = match keys.is_empty() {
                true => String::new(),
                false => credential.recovery_codes.clone(),
            };
            db.put_credentials(&[CredentialRow {
                second_factor: None,
                recovery_codes,
                ..credential
            }])?;
            self.note_factor(db, actor, &account.login, "停用动态码")
        })
    }

    /// Says whether the organ asks the actor for a second factor.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn second_factor_is_asked(&self, actor: &Actor) -> Result<bool> {
        let asked = self.note(&asks_second_factor(&actor.organ))?;
        Ok(is_asked(actor, asked.as_deref()))
    }

    /// The actor's own security keys.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn own_security_keys(&self, actor: &Actor) -> Result<Vec<SecurityKeyRow>> {
        let keys = self
            .store
            .read(|db| db.security_keys(&actor.organ, &actor.account))?;
        Ok(keys)
    }

    /// Begins to add a key at a site, by host name. The challenge counts for five minutes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn ask_new_key(&self, actor: &Actor, site: &str) -> Result<NewKeyAsk> {
        let (account, _) = self.own_account(actor)?;
        let challenge = encoded(&self.chance.bytes32());
        let until = self.clock.now() + PENDING;
        let mut waiting = self.waiting()?;
        waiting.forget(self.clock.now());
        let waits = (challenge.clone(), until);
        waiting.new_keys.insert(actor.account.clone(), waits);
        drop(waiting);
        let keys = self.own_security_keys(actor)?;
        Ok(NewKeyAsk {
            ask: KeyAsk {
                challenge,
                site: site.to_owned(),
                keys: keys.into_iter().map(|key| key.key_id).collect(),
            },
            account: encoded(actor.account.as_bytes()),
            login: account.login,
            name: account.name,
        })
    }

    /// Adds a key: the password once more, and what the browser brought back. Answers recovery
    /// codes where it is the first factor; they are shown once.
    ///
    /// # Errors
    /// When the password is wrong or the key is not taken.
    pub fn add_security_key(
        &self,
        actor: &Actor,
        password: &str,
        (site, name): (&str, &str),
        (client_data, attestation): (&str, &str),
    ) -> Result<Vec<String>> {
        let (account, credential) = self.with_password(actor, password)?;
        let now = self.clock.now();
        let challenge = {
            let mut waiting = self.waiting()?;
            waiting.forget(now);
            // Whatever comes of it: a challenge is answered once.
            waiting.new_keys.remove(&actor.account)
        };
        let (challenge, _) = challenge
            .ok_or_else(|| AppError::Input("等得太久了，请重新登记安全密钥。".to_owned()))?;
        let new = security_key::registered(client_data, attestation, &challenge, site)
            .map_err(|why| AppError::Input(format!("这把安全密钥不能登记：{why}。")))?;
        let name = match name.trim() {
            "" => "安全密钥".to_owned(),
            name => name.chars().take(40).collect(),
        };
        let row = SecurityKeyRow {
            organ_id: actor.organ.clone(),
            account_id: actor.account.clone(),
            key_id: new.key_id,
            name,
            site: site.to_owned(),
            public_key: new.public_key,
            counter: new.counter,
            created_at: now.to_string(),
            used_at: None,
        };
        self.store.write(|db| {
            let known = db.security_keys(&actor.organ, &actor.account)?;
            if known.len() >= KEYS_MAX || known.iter().any(|key| key.key_id == row.key_id) {
                let words = format!("这把密钥已经登记过，或者已有 {KEYS_MAX} 把。");
                return Err(AppError::Input(words));
            }
            db.put_security_key(&row)?;
            let mut shown = Vec::new();
            if credential.recovery_codes.is_empty() {
                let (codes, recovery_codes) = second_factor::recovery_codes(&self.chance);
                shown = codes;
                db.put_credentials(&[CredentialRow {
                    recovery_codes,
                    ..credential
                }])?;
            }
            let what = format!("登记安全密钥“{}”", row.name);
            self.note_factor(db, actor, &account.login, &what)?;
            Ok(shown)
        })
    }

    /// Takes a key away, where it is not the last factor of somebody who must have one.
    ///
    /// # Errors
    /// When the password is wrong, the key is not the actor's, or the organ asks for it.
    pub fn remove_security_key(&self, actor: &Actor, password: &str, key: &str) -> Result<()> {
        let (account, credential) = self.with_password(actor, password)?;
        let asked = self.second_factor_is_asked(actor)?;
        self.store.write(|db| {
            let (organ, id) = (actor.organ.as_str(), actor.account.as_str());
            let last =
                db.security_keys(organ, id)?.len() == 1 && credential.second_factor.is_none();
            if last && asked {
                return Err(AppError::Input(
                    "本局要求使用动态码或安全密钥：请先启用另一种，再停用这把密钥。".to_owned(),
                ));
            }
            if !db.delete_security_key(organ, id, key)? {
                return Err(AppError::NotFound("这把安全密钥"));
            }
            if last {
                db.put_credentials(&[CredentialRow {
                    recovery_codes: String::new(),
                    ..credential
                }])?;
            }
            self.note_factor(db, actor, &account.login, "停用安全密钥")
        })
    }

    /// What the browser has to be told so that a key finishes a sign-in; none where the account
    /// has no key for this site.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn pending_keys(&self, pending: &str, site: &str) -> Result<Option<KeyAsk>> {
        let Some(known) = self.pending(pending)? else {
            return Ok(None);
        };
        let keys = self
            .store
            .read(|db| db.security_keys(&known.organ, &known.account))?;
        let keys: Vec<String> = keys
            .into_iter()
            .filter(|key| key.site == site)
            .map(|key| key.key_id)
            .collect();
        Ok((!keys.is_empty()).then(|| KeyAsk {
            challenge: known.challenge,
            site: site.to_owned(),
            keys,
        }))
    }

    /// Finishes signing in with a security key.
    ///
    /// # Errors
    /// When the key is not right, or too much time has passed.
    pub fn key_step(&self, pending: &str, given: &Assertion, address: &str) -> Result<String> {
        let now = self.clock.now();
        let (known, account) = self.tried(pending)?;
        let who = (account.organ_id.as_str(), account.account_id.as_str());
        let key = self.store.read(|db| db.security_keys(who.0, who.1))?;
        let key = key.into_iter().find(|key| key.key_id == given.key_id);
        let held = key.ok_or("不是这个账号的密钥").and_then(|key| {
            // The site is the key's own, not the one that the request names.
            let counter =
                security_key::signed(given, &key.public_key, &known.challenge, &key.site)?;
            // A key that counts and has not counted on has a double.
            match (counter, key.counter) {
                (0, 0) => Ok((key, 0)),
                (new, old) if new > old => Ok((key, new)),
                _ => Err("密钥的计数没有增加，可能被复制"),
            }
        });
        let (key, counter) = match held {
            Ok(held) => held,
            Err(why) => {
                self.failed_with(&account, address, now, why)?;
                return Err(AppError::Input(WRONG_KEY.to_owned()));
            }
        };
        self.store.write(|db| {
            db.put_security_key(&SecurityKeyRow {
                counter,
                used_at: Some(now.to_string()),
                ..key
            })
        })?;
        self.finish(pending, &account, address, now)
    }

    /// The actor's account, if this is its password.
    pub(crate) fn with_password(
        &self,
        actor: &Actor,
        password: &str,
    ) -> Result<(store::AccountRow, CredentialRow)> {
        let own = self.own_account(actor)?;
        if !verify(password, &own.0.password_hash) {
            return Err(AppError::Input("口令不正确。".to_owned()));
        }
        Ok(own)
    }

    fn note_factor(&self, db: &Db, actor: &Actor, login: &str, what: &str) -> Result<()> {
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.note_audit(db, who, "second-factor", login, what)
    }

    fn failed_with(
        &self,
        account: &store::AccountRow,
        address: &str,
        now: Timestamp,
        why: &str,
    ) -> Result<()> {
        self.count_failure(address, now);
        self.wrong(account, &format!("{address}，安全密钥：{why}"), now)
    }
}

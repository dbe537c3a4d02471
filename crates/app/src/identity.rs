//! Signing in through an organ's own identity provider (OpenID Connect, the code flow with PKCE).
//!
//! Off until the security administrator sets it up. The provider says who somebody is there; who that
//! is here, a link says, and a link is made once, by the person, with the password of the account:
//! nobody becomes somebody because a provider says so, and no account comes into being. Afterwards the
//! provider stands in place of the password; the second factor of the account, lockout, sessions and
//! the audit trail are the same as ever ([`crate::session`]).
//!
//! One question is asked with a state, a nonce and a verifier of its own, bound to one browser by a
//! cookie, and is answered once, within ten minutes, at one address. What the provider signs is read
//! in `token`, how it is asked in `provider`.
//!
//! Leaves out: other flows, dynamic registration, being told by the provider that somebody left.

mod provider;
mod settings;
mod token;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{AccountRow, IdentityLinkRow, IdentityProviderRow};

use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
    security_key::encoded,
    session::{SignedIn, refuse_locked},
};
use provider::Metadata;
use token::Expected;

pub use settings::{IdentityLink, IdentityProvider};

/// The path at which a provider sends people back.
pub const BACK: &str = "/sign-in/back";
/// How long an answer of the provider, or the password of a link, is waited for.
const WAIT: SignedDuration = SignedDuration::from_mins(10);
/// Questions under way at once: beyond, somebody is filling our memory.
const ASKED_MAX: usize = 10_000;
/// How long what a provider says about itself is kept.
const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// Passwords that may be tried for one link.
const TRIES_MAX: u32 = 5;
/// One sentence for every answer that is not the one we wait for.
const NOT_OURS: &str = "这次登录请求已经失效或已用过，请重新登录。";
/// One sentence for every token that is not taken; the audit trail has the reason.
const NOT_TAKEN: &str = "统一身份认证没有通过核对，请重新登录；一再出现时请联系安全管理员。";
/// What an administrator is told.
const ADMINISTRATORS_BY_PASSWORD: &str =
    "系统、安全、审计管理员不经统一身份认证登录，请用用户名和口令。";
/// One sentence for everybody who is nobody here.
const NOBODY: &str = "认证平台上的这个身份在本系统没有可用的账号，请联系系统管理员。";

/// What is held in memory: questions under way, links that wait for their password, what providers say.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    flows: HashMap<String, Flow>,
    links: HashMap<String, Waiting>,
    known: HashMap<String, (String, Metadata, Timestamp)>,
}

/// A question under way, by the hash of its state.
#[derive(Clone, Debug)]
struct Flow {
    organ: String,
    issuer: String,
    browser: String,
    nonce: String,
    verifier: String,
    next: String,
    until: Timestamp,
}

/// A person of the provider whose account is known and not yet linked, by the hash of a token.
#[derive(Clone, Debug)]
struct Waiting {
    organ: String,
    login: String,
    issuer: String,
    subject: String,
    tries: u32,
    until: Timestamp,
}

/// A question for the provider.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where the browser goes.
    pub address: String,
    /// What the browser keeps, to show when it comes back.
    pub browser: String,
}

/// What a browser brings back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The state of the question.
    pub state: String,
    /// The code.
    pub code: String,
    /// Who says so.
    pub issuer: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// What the browser kept.
    pub browser: String,
}

/// What an answer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// Somebody whom we know; where to go.
    Known(SignedIn, String),
    /// Somebody whose account has to be linked, with its password.
    ToLink {
        /// What the form has to send back.
        token: String,
        /// The account, by its name to sign in with.
        login: String,
        /// Where to go afterwards.
        next: String,
    },
}

fn hashed(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

impl Asked {
    fn forget(&mut self, now: Timestamp) {
        self.flows.retain(|_, flow| flow.until > now);
        self.links.retain(|_, link| link.until > now);
        self.known.retain(|_, (_, _, until)| *until > now);
    }
}

impl App {
    fn asked(&self) -> Result<std::sync::MutexGuard<'_, Asked>> {
        let poisoned = |_| AppError::Fault("the memory of sign-ins is poisoned".to_owned());
        let mut asked = self.asked.lock().map_err(poisoned)?;
        asked.forget(self.clock.now());
        Ok(asked)
    }

    /// The provider of an organ, where people may come through it.
    fn provider_in_use(&self, organ: &str) -> Result<IdentityProviderRow> {
        let row = self.provider_row(organ)?;
        let in_use = row.filter(|row| row.enabled && !row.client_secret.is_empty());
        in_use.ok_or(AppError::NotFound("这种登录方式"))
    }

    /// What the provider says about itself, asked every ten minutes at most.
    fn metadata(&self, row: &IdentityProviderRow) -> Result<Metadata> {
        if let Some((issuer, known, _)) = self.asked()?.known.get(&row.organ_id)
            && *issuer == row.issuer
        {
            return Ok(known.clone());
        }
        let found = provider::discover(row).map_err(|why| {
            tracing::warn!(
                organ = row.organ_id,
                why,
                "The identity provider does not answer"
            );
            AppError::Input(format!("{}现在连接不上，请用用户名和口令登录。", row.name))
        })?;
        let kept = (row.issuer.clone(), found.clone(), self.clock.now() + KEPT);
        self.asked()?.known.insert(row.organ_id.clone(), kept);
        Ok(found)
    }

    /// Begins to sign in through the provider of an organ.
    ///
    /// # Errors
    /// When there is none, or it does not answer.
    pub fn ask_provider(&self, organ: &str, next: &str) -> Result<Question> {
        let row = self.provider_in_use(organ)?;
        let metadata = self.metadata(&row)?;
        let secret = || encoded(&self.chance.bytes32());
        let (state, nonce, verifier, browser) = (secret(), secret(), secret(), secret());
        let challenge = encoded(&Sha256::digest(verifier.as_bytes()));
        let scope = match row.claim.as_str() {
            "email" => "openid profile email",
            _ => "openid profile",
        };
        let redirect = settings::redirect(&row.site);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &row.client_id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("scope", scope)
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let flow = Flow {
            organ: row.organ_id,
            issuer: row.issuer,
            browser: hashed(&browser),
            nonce,
            verifier,
            next: next.to_owned(),
            until: self.clock.now() + WAIT,
        };
        let mut asked = self.asked()?;
        if asked.flows.len() >= ASKED_MAX {
            return Err(AppError::Input("登录请求过多，请稍后再试。".to_owned()));
        }
        asked.flows.insert(hashed(&state), flow);
        Ok(Question {
            address: with_query(&metadata.authorization_endpoint, &query),
            browser,
        })
    }

    /// Takes what the browser brings back.
    ///
    /// # Errors
    /// One sentence; the reason stands in the audit trail.
    pub fn take_answer(&self, answer: &Answer, address: &str) -> Result<Came> {
        let now = self.clock.now();
        self.refuse_hammering(address, now)?;
        // Whatever comes of it: a question is answered once.
        let flow = self.asked()?.flows.remove(&hashed(&answer.state));
        let ours = flow
            .clone()
            .filter(|flow| flow.browser == hashed(&answer.browser));
        let Some(flow) = ours else {
            let top = self.top_organ().map(|organ| organ.id.clone());
            let organ = flow.map_or_else(|| top.unwrap_or_default(), |flow| flow.organ);
            self.refuse_identity((&organ, ""), "不是这个浏览器问出的", address)?;
            return Err(AppError::Input(NOT_OURS.to_owned()));
        };
        let row = self.provider_in_use(&flow.organ)?;
        let who = (flow.organ.as_str(), "");
        let person = match self.person_of(&row, &flow, answer) {
            Ok(person) => person,
            Err(why) => {
                self.refuse_identity(who, &why, address)?;
                return Err(AppError::Input(NOT_TAKEN.to_owned()));
            }
        };
        let linked = self
            .store
            .read(|db| db.identity_link_of(&row.organ_id, &row.issuer, &person.subject))?;
        if let Some(link) = linked {
            return self.linked_in(link, &flow, address);
        }
        let Some(account) = self.account_to_link(&row, person.claimed.as_deref())? else {
            let claimed = person.claimed.unwrap_or_default();
            let why = format!("身份“{claimed}”没有可关联的账号");
            self.refuse_identity(who, &why, address)?;
            return Err(AppError::Input(NOBODY.to_owned()));
        };
        let token = hex::encode(self.chance.bytes32());
        let waiting = Waiting {
            organ: row.organ_id,
            login: account.login.clone(),
            issuer: row.issuer,
            subject: person.subject,
            tries: 0,
            until: now + WAIT,
        };
        self.asked()?.links.insert(hashed(&token), waiting);
        Ok(Came::ToLink {
            token,
            login: account.login,
            next: flow.next,
        })
    }

    /// Who the answer is about, or why it is not taken.
    fn person_of(
        &self,
        row: &IdentityProviderRow,
        flow: &Flow,
        answer: &Answer,
    ) -> std::result::Result<token::Person, String> {
        let metadata = self.metadata(row).map_err(|error| error.to_string())?;
        if row.issuer != flow.issuer {
            return Err("认证平台已经更换".to_owned());
        }
        let named = answer.issuer.as_deref();
        let must_name = metadata.authorization_response_iss_parameter_supported;
        if named.map_or(must_name, |issuer| issuer != row.issuer) {
            return Err("答复不是来自这个认证平台".to_owned());
        }
        if let Some(error) = &answer.error {
            return Err(format!("认证平台答复 {error}"));
        }
        let redirect = settings::redirect(&row.site);
        let given = (
            answer.code.as_str(),
            flow.verifier.as_str(),
            redirect.as_str(),
        );
        let token = provider::exchange(row, &metadata, given)?;
        let keys = provider::keys(row, &metadata)?;
        let expected = Expected {
            issuer: &row.issuer,
            client_id: &row.client_id,
            nonce: &flow.nonce,
            now: self.clock.now().as_second(),
            claim: &row.claim,
        };
        token::verified(&token, &keys, &expected).map_err(str::to_owned)
    }

    /// Somebody whose account is linked.
    fn linked_in(&self, link: IdentityLinkRow, flow: &Flow, address: &str) -> Result<Came> {
        let now = self.clock.now();
        let who = (link.organ_id.as_str(), link.account_id.as_str());
        let account = self.store.read(|db| db.account(who.0, who.1))?;
        let Some(account) = account.filter(|account| account.state == "active") else {
            self.refuse_identity(who, "账号已停用", address)?;
            return Err(AppError::Input(NOBODY.to_owned()));
        };
        // Whoever sets the provider up would else be every administrator.
        if crate::people::is_administrator(&account) {
            self.refuse_identity(who, "管理员账号不经认证平台登录", address)?;
            return Err(AppError::Input(ADMINISTRATORS_BY_PASSWORD.to_owned()));
        }
        refuse_locked(&account, now)?;
        let used = IdentityLinkRow {
            used_at: Some(now.to_string()),
            ..link.clone()
        };
        self.store.write(|db| db.put_identity_link(&used))?;
        let from = format!("{address}，经认证平台 {}", link.issuer);
        let signed = self.after_password(&account, &from, now)?;
        Ok(Came::Known(signed, flow.next.clone()))
    }

    /// The account that a claim names, in the provider's organ and not linked with anybody else.
    fn account_to_link(
        &self,
        row: &IdentityProviderRow,
        claimed: Option<&str>,
    ) -> Result<Option<AccountRow>> {
        let Some(login) = claimed else {
            return Ok(None);
        };
        self.store.read(|db| {
            let account = db.account_by_login(login)?;
            let account = account.filter(|a| a.state == "active" && a.organ_id == row.organ_id);
            let account = account.filter(|a| !crate::people::is_administrator(a));
            let Some(account) = account else {
                return Ok(None);
            };
            let taken = db.identity_link(&account.organ_id, &account.account_id)?;
            Ok(Some(account).filter(|_| taken.is_none()))
        })
    }

    /// Links an account with who came through the provider, with the account's password.
    ///
    /// # Errors
    /// When the password is wrong, or too much time has passed.
    pub fn link_identity(&self, token: &str, password: &str, address: &str) -> Result<SignedIn> {
        let now = self.clock.now();
        let key = hashed(token);
        let waiting = {
            let mut asked = self.asked()?;
            let waiting = asked.links.get_mut(&key);
            waiting.map(|waiting| {
                waiting.tries += 1;
                waiting.clone()
            })
        };
        let over = || AppError::Input(NOT_OURS.to_owned());
        let waiting = waiting.ok_or_else(over)?;
        if waiting.tries > TRIES_MAX {
            self.asked()?.links.remove(&key);
            return Err(over());
        }
        let account = self.with_right_password(&waiting.login, password, address)?;
        // Of two that answer at once, one finds nothing left to link.
        self.asked()?.links.remove(&key).ok_or_else(over)?;
        let who = (account.organ_id.as_str(), account.account_id.as_str());
        self.store.write(|db| {
            let known = db.identity_link(who.0, who.1)?.is_some();
            let taken = db.identity_link_of(who.0, &waiting.issuer, &waiting.subject)?;
            if known || taken.is_some() || who.0 != waiting.organ {
                return Err(AppError::Input(NOBODY.to_owned()));
            }
            db.put_identity_link(&IdentityLinkRow {
                organ_id: account.organ_id.clone(),
                account_id: account.account_id.clone(),
                issuer: waiting.issuer.clone(),
                subject: waiting.subject.clone(),
                claimed: waiting.login.clone(),
                linked_at: now.to_string(),
                used_at: Some(now.to_string()),
            })?;
            let detail = format!("本人关联 {}", waiting.issuer);
            self.note_audit(db, who, "identity", &account.login, &detail)
        })?;
        let from = format!("{address}，经认证平台 {}", waiting.issuer);
        self.after_password(&account, &from, now)
    }

    /// Where somebody who has signed out here can sign out at the provider as well.
    ///
    /// # Errors
    /// When the organ has no provider in use, or it knows no such thing.
    pub fn sign_out_of_provider(&self, organ: &str) -> Result<String> {
        let row = self.provider_in_use(organ)?;
        let end = self.metadata(&row)?.end_session_endpoint;
        let end = end.ok_or(AppError::NotFound("这种退出方式"))?;
        let back = format!("{}/sign-in", row.site);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &row.client_id)
            .append_pair("post_logout_redirect_uri", &back)
            .finish();
        Ok(with_query(&end, &query))
    }

    /// The actor's own link: the provider's name, and who the actor is there.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn own_identity(&self, actor: &Actor) -> Result<Option<(String, String)>> {
        self.store.read(|db| {
            let link = db.identity_link(&actor.organ, &actor.account)?;
            let provider = db.identity_provider(&actor.organ)?;
            Ok(link
                .zip(provider.filter(|p| p.enabled))
                .map(|(link, provider)| (provider.name, link.claimed)))
        })
    }

    /// Takes the actor's own link away, with the password.
    ///
    /// # Errors
    /// When the password is wrong or there is no link.
    pub fn unlink_own_identity(&self, actor: &Actor, password: &str) -> Result<()> {
        let (account, _) = self.with_password(actor, password)?;
        self.store.write(|db| {
            if !db.delete_identity_link(&actor.organ, &actor.account)? {
                return Err(AppError::NotFound("这个关联"));
            }
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "identity", &account.login, "本人解除关联")
        })
    }

    fn refuse_identity(&self, who: (&str, &str), why: &str, address: &str) -> Result<()> {
        self.count_failure(address, self.clock.now());
        let detail = format!("统一身份认证：{why}，来自 {address}");
        self.store
            .write(|db| self.note_audit(db, who, "sign-in-failed", "", &detail))
    }
}

fn with_query(address: &str, query: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{query}")
}

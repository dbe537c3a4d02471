//! What is done to the account of an administrator takes two.
//!
//! Whoever may set a password of the security administrator could sign in as that administrator and
//! grant what he likes; whoever may close the audit administrator's account works unseen. So the
//! system administrator only asks. The security administrator confirms, and where the account is of
//! a security administrator, the audit administrator. A new one-time code comes in two halves: one
//! is shown to who asks, the other to who confirms, and the person puts them together. Neither of
//! the two can sign in alone.
//!
//! Leaves out: an organ whose two remaining administrators have both lost their passwords. Then the
//! operator restores a backup, or founds the organ's administrators anew from the organ above.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{AccountRow, Db};

use crate::{
    App,
    authorise::{ADMINISTRATORS, Action, Actor, Resource, authorise},
    error::{AppError, Result},
    password,
};

/// What came of giving an account a new one-time code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// The code, which is kept nowhere else.
    Code(String),
    /// The account is an administrator's: the first half, of use when the other has been confirmed.
    Half(String),
}

/// What is asked for an administrator's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// A new one-time code.
    Renew,
    /// The same, and the second factor taken away.
    RenewAll,
    /// Closing the account.
    Close,
    /// Opening it.
    Open,
}

impl Asked {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Renew => "重发一次性口令",
            Self::RenewAll => "重发一次性口令并取消动态码和安全密钥",
            Self::Close => "停用账号",
            Self::Open => "启用账号",
        }
    }
}

/// Something that waits for being confirmed.
#[derive(Clone, Debug)]
pub struct ToConfirm {
    /// The account.
    pub account: AccountRow,
    /// What is asked.
    pub asked: Asked,
    /// Name of whoever asks.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    asked: Asked,
    by: String,
    at: String,
    /// The first half of the code, sealed.
    half: String,
}

fn key_of(organ: &str, account: &str) -> String {
    format!("asked-for/{organ}/{account}")
}

/// An account with which one of the three administrators signs in.
pub(crate) fn is_administrator(row: &AccountRow) -> bool {
    let mut roles = row.roles.split_whitespace();
    roles.any(|role| ADMINISTRATORS.contains(&role))
}

impl App {
    /// Says whether an account is one of the three administrators'.
    pub fn is_administrator(&self, account: &AccountRow) -> bool {
        is_administrator(account)
    }

    /// Asks for something about an administrator's account, in place of doing it; answers the first
    /// half of a new code.
    pub(super) fn ask_for(
        &self,
        db: &Db,
        who: (&str, &str),
        row: &AccountRow,
        asked: Asked,
    ) -> Result<String> {
        let half = half_of(&password::one_time_code(&self.chance), 0);
        let key = key_of(who.0, &row.account_id);
        let kept = Kept {
            asked,
            by: who.1.to_owned(),
            at: self.clock.now().to_string(),
            half: self.sealed(&key, &half)?,
        };
        let text = serde_json::to_string(&kept).map_err(|e| AppError::Fault(e.to_string()))?;
        db.put_meta(&key, &text)?;
        let detail = format!("申请{}，待确认", asked.words());
        self.note_audit(db, who, "account", &row.login, &detail)?;
        Ok(half)
    }

    fn kept(&self, db: &Db, organ: &str, account: &str) -> Result<Option<Kept>> {
        let text = db.meta(&key_of(organ, account))?.unwrap_or_default();
        let kept: Option<Kept> = serde_json::from_str(&text).ok();
        let in_time = |kept: &Kept| {
            let at: Option<Timestamp> = kept.at.parse().ok();
            at.is_some_and(|at| at + password::CODE_TERM > self.clock.now())
        };
        Ok(kept.filter(in_time))
    }

    /// What waits for the actor to confirm it.
    ///
    /// # Errors
    /// A denial.
    pub fn to_confirm(&self, actor: &Actor) -> Result<Vec<ToConfirm>> {
        authorise(actor, Action::ConfirmAdministrators, Resource::Organ)?;
        self.store.read(|db| {
            let accounts = db.accounts(&actor.organ)?;
            let mut found = Vec::new();
            for account in &accounts {
                if !confirms(actor, account) {
                    continue;
                }
                let Some(kept) = self.kept(db, &actor.organ, &account.account_id)? else {
                    continue;
                };
                let by = accounts.iter().find(|a| a.account_id == kept.by);
                found.push(ToConfirm {
                    account: account.clone(),
                    asked: kept.asked,
                    by: by.map(|a| a.name.clone()).unwrap_or_default(),
                    at: kept.at,
                });
            }
            Ok(found)
        })
    }

    /// Confirms what was asked for an administrator's account, or refuses it; answers the second
    /// half of a new code.
    ///
    /// # Errors
    /// A denial; an input error where nothing was asked, or somebody else has to confirm it.
    pub fn confirm_asked(
        &self,
        actor: &Actor,
        account: &str,
        agree: bool,
    ) -> Result<Option<String>> {
        authorise(actor, Action::ConfirmAdministrators, Resource::Organ)?;
        let who = (actor.organ.as_str(), actor.account.as_str());
        let second = half_of(&password::one_time_code(&self.chance), 1);
        self.store.write(|db| {
            let row = self.account_row(db, who.0, account)?;
            if !confirms(actor, &row) {
                let words = "这个账号的申请由另一名管理员确认。";
                return Err(AppError::Input(words.to_owned()));
            }
            let kept = self.kept(db, who.0, account)?;
            let none = || AppError::Input("没有等待确认的申请，或者申请已过期。".to_owned());
            let kept = kept.ok_or_else(none)?;
            let key = key_of(who.0, account);
            db.put_meta(&key, "")?;
            let words = kept.asked.words();
            if !agree {
                let detail = format!("不同意{words}");
                self.note_audit(db, who, "account", &row.login, &detail)?;
                return Ok(None);
            }
            let detail = format!("确认{words}");
            self.note_audit(db, who, "account", &row.login, &detail)?;
            match kept.asked {
                Asked::Close | Asked::Open => {
                    self.write_active(db, who, row, kept.asked == Asked::Open)?;
                    Ok(None)
                }
                Asked::Renew | Asked::RenewAll => {
                    let first = self.unsealed(&key, &kept.half).ok_or_else(none)?;
                    let code = format!("{first}-{second}");
                    let factor = kept.asked == Asked::RenewAll;
                    self.write_code(db, who, row, &code, factor)?;
                    Ok(Some(second.clone()))
                }
            }
        })
    }
}

/// Who confirms: the security administrator, for his own kind the audit administrator; never the
/// person.
fn confirms(actor: &Actor, of: &AccountRow) -> bool {
    let by = match of.roles.split_whitespace().any(|r| r == "security_admin") {
        true => "audit_admin",
        false => "security_admin",
    };
    is_administrator(of) && actor.is(by) && actor.account != of.account_id
}

/// Two of the four groups of a code.
fn half_of(code: &str, nth: usize) -> String {
    let groups: Vec<&str> = code.split('-').collect();
    let half: Vec<&str> = groups.iter().skip(nth * 2).take(2).copied().collect();
    half.join("-")
}

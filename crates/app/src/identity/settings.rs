//! Setting an organ's identity provider up: the security administrator's.

use store::IdentityProviderRow;

use super::{BACK, provider};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// What the form of the provider holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What people call it.
    pub name: String,
    /// Who it says it is: an address.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What we prove it with. Never handed out; empty when given: as it was.
    pub client_secret: String,
    /// Whether there is one.
    pub has_secret: bool,
    /// The claim that names the account.
    pub claim: String,
    /// Our own address, as the provider knows it.
    pub site: String,
    /// Certificates of authorities of the house, in PEM.
    pub authorities: String,
    /// Whether people may come through it.
    pub enabled: bool,
}

/// An account that is linked.
#[derive(Clone, Debug)]
pub struct IdentityLink {
    /// The account.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// The name to sign in with.
    pub login: String,
    /// What the provider calls the person.
    pub subject: String,
    /// Since when, RFC 3339.
    pub linked_at: String,
    /// When it was last used, RFC 3339.
    pub used_at: Option<String>,
}

/// The one address at which a provider sends people back.
pub(super) fn redirect(site: &str) -> String {
    format!("{site}{BACK}")
}

impl App {
    /// The providers that people may come through: organ, the organ's name, what people call it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sign_in_providers(&self) -> Result<Vec<[String; 3]>> {
        let rows = self.store.read(|db| db.identity_providers())?;
        let in_use = rows
            .into_iter()
            .filter(|row| row.enabled && self.provider_opens(row));
        in_use
            .map(|row| {
                let organ = self.organ(&row.organ_id)?.name.clone();
                Ok([row.organ_id, organ, row.name])
            })
            .collect()
    }

    /// The provider of the actor's organ, without its secret.
    ///
    /// # Errors
    /// A denial: this is the security administrator's.
    pub fn identity_provider(&self, actor: &Actor) -> Result<Option<IdentityProvider>> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let row = self.provider_row(&actor.organ)?;
        Ok(row.map(|row| IdentityProvider {
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            client_secret: String::new(),
            has_secret: !row.client_secret.is_empty(),
            claim: row.claim,
            site: row.site,
            authorities: row.authorities,
            enabled: row.enabled,
        }))
    }

    /// Sets the provider of the actor's organ up. One that people may come through is asked first.
    ///
    /// # Errors
    /// A denial; an input error that says what is wrong with it, or with its answer.
    pub fn set_identity_provider(&self, actor: &Actor, given: &IdentityProvider) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let before = self.provider_row(&actor.organ)?;
        let row = self.row_of(actor, given, before.as_ref());
        if let Some(words) = objection(&row) {
            return Err(AppError::Input(words));
        }
        if row.enabled {
            let trouble = |why: String| AppError::Input(format!("没有启用：{why}。"));
            let metadata = provider::discover(&row).map_err(trouble)?;
            if provider::keys(&row, &metadata).map_err(trouble)?.usable() == 0 {
                let words = "没有启用：认证平台没有公布 RS256 或 ES256 的签名密钥。";
                return Err(AppError::Input(words.to_owned()));
            }
        }
        // People of another provider are other people, whatever they are called there.
        let another = before.as_ref().is_some_and(|old| old.issuer != row.issuer);
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            self.put_provider(db, &row)?;
            let gone = match another {
                true => db.delete_identity_links(who.0)?,
                false => 0,
            };
            let state = if row.enabled { "启用" } else { "停用" };
            let mut detail = format!("{state}，签发者 {}", row.issuer);
            detail += &format!("，账号声明 {}，本系统地址 {}", row.claim, row.site);
            if gone > 0 {
                detail += &format!("，更换了认证平台，解除 {gone} 个关联");
            }
            self.note_audit(db, who, "configuration", "统一身份认证", &detail)
        })?;
        self.asked()?.known.remove(&actor.organ);
        Ok(())
    }

    fn row_of(
        &self,
        actor: &Actor,
        given: &IdentityProvider,
        before: Option<&IdentityProviderRow>,
    ) -> IdentityProviderRow {
        let or = |text: &str, usual: &str| match text.trim() {
            "" => usual.to_owned(),
            text => text.to_owned(),
        };
        let kept = before.map_or("", |row| row.client_secret.as_str());
        IdentityProviderRow {
            organ_id: actor.organ.clone(),
            name: or(&given.name, "统一身份认证"),
            issuer: given.issuer.trim().to_owned(),
            client_id: given.client_id.trim().to_owned(),
            client_secret: or(&given.client_secret, kept),
            claim: or(&given.claim, "preferred_username"),
            site: given.site.trim().trim_end_matches('/').to_owned(),
            authorities: given.authorities.trim().to_owned(),
            enabled: given.enabled,
            changed_at: self.clock.now().to_string(),
        }
    }

    /// The accounts of the actor's organ that are linked.
    ///
    /// # Errors
    /// A denial: this is the security administrator's.
    pub fn identity_links(&self, actor: &Actor) -> Result<Vec<IdentityLink>> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        self.store.read(|db| {
            let accounts = db.accounts(&actor.organ)?;
            let links = db.identity_links(&actor.organ)?.into_iter();
            Ok(links
                .filter_map(|link| {
                    let account = accounts.iter().find(|a| a.account_id == link.account_id)?;
                    Some(IdentityLink {
                        account: link.account_id,
                        name: account.name.clone(),
                        login: account.login.clone(),
                        subject: link.subject,
                        linked_at: link.linked_at,
                        used_at: link.used_at,
                    })
                })
                .collect())
        })
    }

    /// Takes the link of an account away; its sessions end.
    ///
    /// # Errors
    /// A denial, or there is none.
    pub fn unlink_identity(&self, actor: &Actor, account: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        self.store.write(|db| {
            let row = db.account(&actor.organ, account)?;
            let row = row.ok_or(AppError::NotFound("该账号"))?;
            if !db.delete_identity_link(&actor.organ, account)? {
                return Err(AppError::NotFound("这个关联"));
            }
            db.delete_sessions(&actor.organ, account)?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "identity", &row.login, "安全管理员解除关联")
        })
    }
}

/// What is wrong with a provider before anybody asked it.
fn objection(row: &IdentityProviderRow) -> Option<String> {
    let words = |text: &str| Some(text.to_owned());
    if !provider::is_safe(&row.issuer) || row.issuer.contains(['?', '#']) {
        return words("签发者应是认证平台的 https 地址，不带“?”和“#”。");
    }
    let place = row.site.split_once("://").map_or("", |(_, place)| place);
    if !provider::is_safe(&row.site) || place.contains(['/', '?', '#']) {
        return words("本系统地址应写成 https://主机，不带路径。");
    }
    if row.client_id.is_empty() || row.client_secret.is_empty() {
        return words("请填写客户端标识和客户端密钥（在认证平台登记本系统时得到）。");
    }
    if row.name.chars().count() > 30 || row.claim.len() > 100 {
        return words("名称最多 30 个字，声明名称最多 100 个字符。");
    }
    if !row.authorities.is_empty()
        && let Err(why) = provider::certificates(&row.authorities)
    {
        return Some(format!("{why}。"));
    }
    None
}

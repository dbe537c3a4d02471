//! Grants: the security administrator gives, takes back and reviews roles.
//!
//! Nobody changes the own account; the three administrators hold one role each; accounts of units
//! hold the role of a unit and no other. What counts stands in the account; who gave it, when and
//! why stays in the history of grants.

use store::{AccountRow, Db, GrantRow};

use crate::{
    App,
    authorise::{ADMINISTRATORS, Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// The role of accounts that speak for a unit.
pub const UNIT_ROLE: &str = "school";

/// An account with its roles, as the page of grants lists it.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The account.
    pub account: AccountRow,
    /// Its unit, by name.
    pub unit: Option<String>,
    /// Its roles: id, name, and the grant behind it where it is known.
    pub roles: Vec<(String, String, Option<GrantRow>)>,
}

impl App {
    /// Everybody in the organ with their roles.
    ///
    /// # Errors
    /// A denial.
    pub fn holders(&self, actor: &Actor) -> Result<Vec<Holder>> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let (accounts, grants, credentials, units) = self.store.read(|db| {
            let organ = &actor.organ;
            Ok::<_, AppError>((
                db.accounts(organ)?,
                db.grants(organ)?,
                db.credentials(organ)?,
                db.units(organ)?,
            ))
        })?;
        let unit_of = |account: &str| {
            let credential = credentials.iter().find(|c| c.account_id == account)?;
            let id = credential.unit_id.as_ref()?;
            units
                .iter()
                .find(|u| u.unit_id == *id)
                .map(|u| u.name.clone())
        };
        let holders = accounts.into_iter().map(|account| {
            let roles = account.roles.split_whitespace().map(|role| {
                let name = self.role_name(role);
                let grant = grants.iter().rfind(|g| {
                    g.account_id == account.account_id && g.role == role && g.revoked_at.is_none()
                });
                (role.to_owned(), name, grant.cloned())
            });
            Holder {
                roles: roles.collect(),
                unit: unit_of(&account.account_id),
                account,
            }
        });
        Ok(holders.collect())
    }

    /// The name of a role.
    pub fn role_name(&self, role: &str) -> String {
        let known = self.catalogue().roles().iter().find(|r| *r.id == *role);
        known.map_or_else(|| role.to_owned(), |r| r.name.clone())
    }

    /// Gives a role.
    ///
    /// # Errors
    /// A denial; an input error where the rules of separation forbid it.
    pub fn grant(&self, actor: &Actor, account: &str, role: &str, reason: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let refuse = |words: &str| Err(AppError::Input(words.to_owned()));
        if account == actor.account {
            return refuse("不能给自己授权。");
        }
        if reason.trim().is_empty() {
            return refuse("请写明授权理由（任命文件、岗位调整等）。");
        }
        if !self.catalogue().roles().iter().any(|r| *r.id == *role) {
            return Err(AppError::NotFound("该角色"));
        }
        self.change_roles(actor, account, |db, row| {
            if row.roles.split_whitespace().any(|held| held == role) {
                return refuse("已有这个角色。");
            }
            let of_unit = db
                .unit_of_account(&row.organ_id, &row.account_id)?
                .is_some();
            if of_unit != (role == UNIT_ROLE) {
                return refuse("学校、机构的账号只有“学校”角色，本局人员不能有。");
            }
            let administers = ADMINISTRATORS.contains(&role);
            let held_administrator = row
                .roles
                .split_whitespace()
                .any(|held| ADMINISTRATORS.contains(&held));
            if held_administrator || (administers && !row.roles.is_empty()) {
                return refuse("三员（系统、安全、审计管理员）不得兼任，也不得有其他角色。");
            }
            row.roles = format!("{} {role}", row.roles).trim().to_owned();
            db.put_grants(&[GrantRow {
                organ_id: row.organ_id.clone(),
                account_id: row.account_id.clone(),
                role: role.to_owned(),
                granted_at: self.clock.now().to_string(),
                granted_by: actor.account.clone(),
                reason: reason.trim().to_owned(),
                reviewed_at: None,
                reviewed_by: None,
                revoked_at: None,
                revoked_by: None,
            }])?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            let detail = format!("{}：{}", self.role_name(role), reason.trim());
            self.note_audit(db, who, "grant", &row.login, &detail)
        })
    }

    /// Takes a role back; all sessions of the account end.
    ///
    /// # Errors
    /// A denial, or when the account does not hold it.
    pub fn revoke(&self, actor: &Actor, account: &str, role: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        if account == actor.account {
            return Err(AppError::Input("不能收回自己的角色。".to_owned()));
        }
        self.change_roles(actor, account, |db, row| {
            let rest: Vec<&str> = row
                .roles
                .split_whitespace()
                .filter(|held| *held != role)
                .collect();
            if rest.len() == row.roles.split_whitespace().count() {
                return Err(AppError::NotFound("该角色"));
            }
            row.roles = rest.join(" ");
            let now = self.clock.now().to_string();
            let open: Vec<GrantRow> = db
                .grants(&row.organ_id)?
                .into_iter()
                .filter(|g| g.account_id == row.account_id && g.role == role)
                .filter(|g| g.revoked_at.is_none())
                .map(|g| GrantRow {
                    revoked_at: Some(now.clone()),
                    revoked_by: Some(actor.account.clone()),
                    ..g
                })
                .collect();
            db.put_grants(&open)?;
            db.delete_sessions(&row.organ_id, &row.account_id)?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "revoke", &row.login, &self.role_name(role))
        })
    }

    /// Notes that the roles of an account were looked at and are still right.
    ///
    /// # Errors
    /// A denial.
    pub fn review_roles(&self, actor: &Actor, account: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        if account == actor.account {
            return Err(AppError::Input("自己的角色由别人复核。".to_owned()));
        }
        self.change_roles(actor, account, |db, row| {
            let now = self.clock.now().to_string();
            let known = db.grants(&row.organ_id)?;
            let mut reviewed = Vec::new();
            for role in row.roles.split_whitespace() {
                let grant = known.iter().rfind(|g| {
                    g.account_id == row.account_id && g.role == role && g.revoked_at.is_none()
                });
                // Roles from the set-up have no grant yet: the review is their first word.
                let grant = grant.cloned().unwrap_or_else(|| GrantRow {
                    organ_id: row.organ_id.clone(),
                    account_id: row.account_id.clone(),
                    role: role.to_owned(),
                    granted_at: now.clone(),
                    granted_by: "system".to_owned(),
                    reason: "建局时设定".to_owned(),
                    reviewed_at: None,
                    reviewed_by: None,
                    revoked_at: None,
                    revoked_by: None,
                });
                reviewed.push(GrantRow {
                    reviewed_at: Some(now.clone()),
                    reviewed_by: Some(actor.account.clone()),
                    ..grant
                });
            }
            db.put_grants(&reviewed)?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "review", &row.login, &row.roles)
        })
    }

    fn change_roles(
        &self,
        actor: &Actor,
        account: &str,
        change: impl FnOnce(&Db, &mut AccountRow) -> Result<()>,
    ) -> Result<()> {
        self.store.write(|db| {
            let row = db.account(&actor.organ, account)?;
            let mut row = row.ok_or(AppError::NotFound("该账号"))?;
            change(db, &mut row)?;
            Ok::<_, AppError>(db.put_accounts(&[row])?)
        })
    }
}

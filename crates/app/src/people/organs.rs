//! Organs below, and the first organ of a deployment: each begins with its three administrators.
//!
//! A new organ is at work at once. Its administrators are made by the system administrator above,
//! without roles, and get them from the security administrator above, so that nobody makes himself
//! master of an organ alone. Once its own security administrator is there, the organ above has no
//! say in it any more. The first organ has nobody above it and is founded from the command line.

use store::{AccountRow, CredentialRow, Db, GrantRow, OrganRow, PartRow};

use super::NewPerson;
use crate::{
    App,
    authorise::{ADMINISTRATORS, Action, Actor, Resource, authorise},
    error::{AppError, Result},
    organ::Organ,
    password::{self, hash_password},
    session::no_credential,
};

/// The posts of the three administrators, in the order of [`ADMINISTRATORS`].
const POSTS: [&str; 3] = ["系统管理员", "安全管理员", "审计管理员"];
/// The ends of their sign-in names, in the same order.
const LOGINS: [&str; 3] = ["system", "security", "audit"];

/// An organ to make, with the names of its administrators: system, security, audit.
#[derive(Clone, Debug, Default)]
pub struct NewOrgan {
    /// Id: small letters, digits and `-`.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Short name, which also stands in document numbers.
    pub short: String,
    /// Who administers it.
    pub administrators: [String; 3],
}

/// A first account: the person's name, the sign-in name, the one-time code.
pub type FirstAccount = (String, String, String);

/// An administrator of an organ below who has no role yet.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// The organ.
    pub organ: String,
    /// Its name.
    pub organ_name: String,
    /// Names of the people, each with the post.
    pub people: Vec<(String, String)>,
}

impl App {
    /// Adds an organ below the actor's own, at work at once, with three administrators who wait
    /// for their roles. Their one-time codes are kept nowhere else.
    ///
    /// # Errors
    /// A denial, or an id or sign-in name that is taken or malformed.
    pub fn add_organ(&self, actor: &Actor, new: &NewOrgan) -> Result<Vec<FirstAccount>> {
        let who = self.manages(actor)?;
        let made = self.make_organ(Some(who.0), new, |db, _| {
            self.note_audit(db, who, "section", &new.id, &new.name)
        })?;
        Ok(made)
    }

    /// Founds the first organ of a deployment, its administrators with their roles: the command
    /// line of the server stands above it.
    ///
    /// # Errors
    /// When there is an organ already, or a name is malformed.
    pub fn found(&self, new: &NewOrgan) -> Result<Vec<FirstAccount>> {
        if self.organs().next().is_some() {
            return Err(AppError::Input("这里已经有机关了。".to_owned()));
        }
        self.make_organ(None, new, |db, accounts| {
            self.give_first_roles(db, accounts, "system", "建局时设定")?;
            self.note_audit(db, (&new.id, "system"), "section", &new.id, &new.name)
        })
    }

    fn make_organ(
        &self,
        parent: Option<&str>,
        new: &NewOrgan,
        then: impl FnOnce(&Db, Vec<AccountRow>) -> Result<()>,
    ) -> Result<Vec<FirstAccount>> {
        let (id, name) = (new.id.trim(), new.name.trim());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let input = |words: &str| Err(AppError::Input(words.to_owned()));
        if id.is_empty() || id.len() > 24 || !id.chars().all(plain) {
            return input("标识用小写字母、数字和“-”，最多 24 个。");
        }
        if name.is_empty() || new.short.trim().is_empty() {
            return input("全称和简称都要填写。");
        }
        let people: Vec<&str> = new.administrators.iter().map(|n| n.trim()).collect();
        let alike = (0..3).any(|n| people[..n].contains(&people[n]));
        if people.iter().any(|n| n.is_empty()) || alike {
            return input("系统、安全、审计三名管理员都要填写，并且是三个人。");
        }
        let mut codes = Vec::new();
        let mut hashes = Vec::new();
        for (person, login) in people.iter().zip(LOGINS) {
            let code = password::one_time_code(&self.chance);
            hashes.push(hash_password(&code, &self.chance)?);
            codes.push(((*person).to_owned(), format!("{id}-{login}"), code));
        }
        self.store.write(|db| {
            if db.organ(id)?.is_some() {
                return Err(AppError::Input("这个标识已经有机关在用。".to_owned()));
            }
            db.put_organs(&[OrganRow {
                organ_id: id.to_owned(),
                parent_id: parent.map(str::to_owned),
                name: name.to_owned(),
                short_name: new.short.trim().to_owned(),
                document_name: new.short.trim().to_owned(),
                kind: "bureau".to_owned(),
            }])?;
            db.put_sections(&self.usual_sections(id))?;
            let mut accounts = Vec::new();
            for (at, (person, login, _)) in codes.iter().enumerate() {
                let first = NewPerson {
                    login: login.clone(),
                    name: person.clone(),
                    post: POSTS[at].to_owned(),
                    ..NewPerson::default()
                };
                accounts.push(self.first_account(db, id, &first, &hashes[at])?);
            }
            then(db, accounts)
        })?;
        self.load_organs()?;
        Ok(codes)
    }

    /// The sections that the catalogue knows: its ledgers find somebody in charge. An organ calls
    /// them as it likes afterwards.
    fn usual_sections(&self, organ: &str) -> Vec<PartRow> {
        let known = (0..).zip(self.catalogue().sections());
        let row = |(ordinal, section): (u32, &catalogue::definition::Named<_>)| PartRow {
            organ_id: organ.to_owned(),
            part_id: ToString::to_string(&section.id),
            name: section.name.clone(),
            ordinal,
        };
        known.map(row).collect()
    }

    fn first_account(
        &self,
        db: &Db,
        organ: &str,
        new: &NewPerson,
        password_hash: &str,
    ) -> Result<AccountRow> {
        let now = self.clock.now();
        if db.account_by_login(&new.login)?.is_some() {
            let words = format!("用户名“{}”已经有人在用，请换一个标识。", new.login);
            return Err(AppError::Input(words));
        }
        let row = AccountRow {
            organ_id: organ.to_owned(),
            account_id: self.chance.uuid7(now),
            login: new.login.clone(),
            name: new.name.clone(),
            post: new.post.clone(),
            section_id: None,
            roles: String::new(),
            password_hash: password_hash.to_owned(),
            state: "active".to_owned(),
            failed_count: 0,
            locked_until: None,
        };
        db.put_accounts(std::slice::from_ref(&row))?;
        db.put_credentials(&[CredentialRow {
            must_change: true,
            one_time_until: Some((now + password::CODE_TERM).to_string()),
            ..no_credential(organ, &row.account_id, now)
        }])?;
        Ok(row)
    }

    fn give_first_roles(
        &self,
        db: &Db,
        accounts: Vec<AccountRow>,
        by: &str,
        reason: &str,
    ) -> Result<()> {
        let now = self.clock.now().to_string();
        for account in accounts {
            let Some(role) = first_role(&account) else {
                continue;
            };
            db.put_grants(&[GrantRow {
                organ_id: account.organ_id.clone(),
                account_id: account.account_id.clone(),
                role: role.to_owned(),
                granted_at: now.clone(),
                granted_by: by.to_owned(),
                reason: reason.to_owned(),
                reviewed_at: None,
                reviewed_by: None,
                revoked_at: None,
                revoked_by: None,
            }])?;
            db.put_accounts(&[AccountRow {
                roles: role.to_owned(),
                ..account
            }])?;
        }
        Ok(())
    }

    /// The organs right below whose administrators wait for their roles.
    ///
    /// # Errors
    /// A denial: this is the security administrator's.
    pub fn awaiting_roles(&self, actor: &Actor) -> Result<Vec<Awaiting>> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let mut found = Vec::new();
        for organ in self.organs() {
            if organ.parent.as_deref() != Some(&actor.organ) {
                continue;
            }
            let waiting = self.store.read(|db| waiting(db, &organ))?;
            if !waiting.is_empty() {
                let people = waiting.into_iter().map(|a| (a.name, a.post)).collect();
                found.push(Awaiting {
                    organ: organ.id.clone(),
                    organ_name: organ.name.clone(),
                    people,
                });
            }
        }
        Ok(found)
    }

    /// Gives the first administrators of an organ right below their roles.
    ///
    /// # Errors
    /// A denial; not found where nobody waits.
    pub fn confirm_administrators(&self, actor: &Actor, organ: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let missing = || AppError::NotFound("该机关");
        let organ = self.organ(organ).map_err(|_| missing())?;
        if organ.parent.as_deref() != Some(&actor.organ) {
            return Err(missing());
        }
        self.store.write(|db| {
            let waiting = waiting(db, &organ)?;
            if waiting.is_empty() {
                return Err(missing());
            }
            self.give_first_roles(db, waiting, &actor.account, "上级机关建局授权")?;
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "grant", &organ.id, "授予新建机关三员的角色")?;
            let theirs = (organ.id.as_str(), actor.account.as_str());
            self.note_audit(db, theirs, "grant", &organ.id, "由上级机关授予三员的角色")
        })
    }

    /// Renames the actor's organ; pages, papers and reports bear the new name from then on, and what
    /// was signed or frozen keeps the old one. Its place in the tree stays.
    ///
    /// # Errors
    /// A denial, or a name that is empty.
    pub fn rename_organ(&self, actor: &Actor, name: &str, short: &str, papers: &str) -> Result<()> {
        let who = self.manages(actor)?;
        let names = [name, short, papers].map(str::trim);
        if names.contains(&"") {
            let words = "全称、简称和文书编号里的名称都要填写。";
            return Err(AppError::Input(words.to_owned()));
        }
        self.store.write(|db| {
            let row = db.organ(who.0)?.ok_or(AppError::NotFound("该机关"))?;
            let detail = format!("更名：{}改为{}", row.name, names[0]);
            db.put_organs(&[OrganRow {
                name: names[0].to_owned(),
                short_name: names[1].to_owned(),
                document_name: names[2].to_owned(),
                ..row
            }])?;
            self.note_audit(db, who, "section", who.0, &detail)
        })?;
        self.load_organs()
    }

    /// Adds a district to the actor's organ; fields and filters know it at once.
    ///
    /// # Errors
    /// A denial, or a name that is empty or there already.
    pub fn add_district(&self, actor: &Actor, name: &str) -> Result<()> {
        let who = self.manages(actor)?;
        let name = name.trim();
        self.store.write(|db| {
            let known = db.districts(who.0)?;
            if name.is_empty() || known.iter().any(|d| d.name == name) {
                let words = "区县名称不能为空，也不能与已有的相同。";
                return Err(AppError::Input(words.to_owned()));
            }
            let ordinal = known.iter().map(|d| d.ordinal + 1).max().unwrap_or(0);
            db.put_districts(&[PartRow {
                organ_id: who.0.to_owned(),
                part_id: self.chance.uuid7(self.clock.now()),
                name: name.to_owned(),
                ordinal,
            }])?;
            self.note_audit(db, who, "section", name, "新增区县")
        })?;
        self.load_organs()
    }
}

/// The role that a first administrator waits for.
fn first_role(account: &AccountRow) -> Option<&'static str> {
    let at = POSTS.iter().position(|post| *post == account.post)?;
    ADMINISTRATORS.get(at).copied()
}

/// The first administrators of an organ, while nobody there could give them their roles.
fn waiting(db: &Db, organ: &Organ) -> Result<Vec<AccountRow>> {
    let accounts = db.accounts(&organ.id)?;
    let holds = |role: &str| {
        let has = |a: &AccountRow| a.roles.split_whitespace().any(|held| held == role);
        accounts.iter().any(has)
    };
    if holds(ADMINISTRATORS[1]) {
        return Ok(Vec::new());
    }
    let waits =
        |a: &AccountRow| a.roles.is_empty() && a.state == "active" && first_role(a).is_some();
    Ok(accounts.into_iter().filter(waits).collect())
}

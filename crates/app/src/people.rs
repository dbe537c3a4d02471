//! Organs, units and accounts, kept by the system administrator; hand-over when somebody leaves.
//!
//! The system administrator makes accounts and takes them away, and gives no role: an account of
//! the office can do nothing until the security administrator grants it something. A first sign-in
//! is a one-time code, shown once, good for a week, and changed before anything else. What is done to
//! an administrator's account takes a second administrator (`administrators`).

mod administrators;
mod handover;
mod import;
mod organs;

pub(crate) use administrators::is_administrator;
pub use administrators::{Asked, Renewed, ToConfirm};
pub use handover::HandedOver;
pub use import::{Imported, ImportedRow};
pub use organs::{Awaiting, FirstAccount, NewOrgan};

use jiff::Timestamp;
use store::{AccountRow, CredentialRow, Db, PartRow, PostRow, UnitRow};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
    password::{self, hash_password},
    roles::UNIT_ROLE,
    session::no_credential,
};

/// The kinds of units.
pub const UNIT_KINDS: [&str; 5] = ["学校", "幼儿园", "培训机构", "直属单位", "其他"];

/// A person or unit, as the list of accounts shows it.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: AccountRow,
    /// Its unit, by name.
    pub unit: Option<String>,
    /// It has not signed in for the first time yet.
    pub waits: bool,
    /// It has a second factor.
    pub second_factor: bool,
}

/// An account to make.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Post.
    pub post: String,
    /// Section id, for the organ's people.
    pub section: String,
    /// Unit by name, for units.
    pub unit: String,
}

impl App {
    fn manages<'a>(&self, actor: &'a Actor) -> Result<(&'a str, &'a str)> {
        authorise(actor, Action::ManagePeople, Resource::Organ)?;
        Ok((&actor.organ, &actor.account))
    }

    /// All accounts of the organ.
    ///
    /// # Errors
    /// A denial.
    pub fn people(&self, actor: &Actor) -> Result<Vec<Person>> {
        let (organ, _) = self.manages(actor)?;
        let (accounts, credentials, units) = self.store.read(|db| {
            Ok::<_, AppError>((
                db.accounts(organ)?,
                db.credentials(organ)?,
                db.units(organ)?,
            ))
        })?;
        let person = |account: AccountRow| {
            let own = |c: &&CredentialRow| c.account_id == account.account_id;
            let credential = credentials.iter().find(own);
            let unit = credential.and_then(|c| c.unit_id.as_ref());
            let unit = unit.and_then(|id| units.iter().find(|u| u.unit_id == *id));
            Person {
                unit: unit.map(|u| u.name.clone()),
                waits: credential.is_some_and(|c| c.one_time_until.is_some()),
                second_factor: credential.is_some_and(|c| c.second_factor.is_some()),
                account,
            }
        };
        Ok(accounts.into_iter().map(person).collect())
    }

    /// The units of the organ, by id. Names of units are no secret within the organ.
    ///
    /// # Errors
    /// A denial for people of units.
    pub fn all_units(&self, actor: &Actor) -> Result<Vec<UnitRow>> {
        if self.manages(actor).is_err() {
            authorise(actor, Action::Collect, Resource::Organ)?;
        }
        Ok(self.store.read(|db| db.units(&actor.organ))?)
    }

    /// The sections of the organ, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sections(&self, organ: &str) -> Result<Vec<PartRow>> {
        Ok(self.store.read(|db| db.sections(organ))?)
    }

    /// Makes or renames a section.
    ///
    /// # Errors
    /// A denial, or an id that is none.
    pub fn put_section(&self, actor: &Actor, id: &str, name: &str) -> Result<()> {
        let who = self.manages(actor)?;
        let known = self.catalogue().sections().iter().any(|s| *s.id == *id);
        if !known || name.trim().is_empty() {
            return Err(AppError::Input("请选择科室并填写名称。".to_owned()));
        }
        self.store.write(|db| {
            let sections = db.sections(who.0)?;
            let found = sections.iter().find(|s| s.part_id == id);
            let ordinal = found.map_or(sections.len() as u32, |s| s.ordinal);
            db.put_sections(&[PartRow {
                organ_id: who.0.to_owned(),
                part_id: id.to_owned(),
                name: name.trim().to_owned(),
                ordinal,
            }])?;
            self.note_audit(db, who, "section", id, name)
        })
    }

    /// Makes or changes a unit. A changed name keeps the former one: entries written under it stay
    /// the unit's own.
    ///
    /// # Errors
    /// A denial, or a name that is taken.
    pub fn put_unit(&self, actor: &Actor, unit: UnitRow) -> Result<()> {
        let who = self.manages(actor)?;
        self.store.write(|db| self.write_unit(db, who, unit))
    }

    pub(crate) fn write_unit(&self, db: &Db, who: (&str, &str), unit: UnitRow) -> Result<()> {
        let input = |words: &str| Err(AppError::Input(words.to_owned()));
        let mut unit = UnitRow {
            organ_id: who.0.to_owned(),
            name: unit.name.trim().to_owned(),
            ..unit
        };
        if unit.name.is_empty() {
            return input("单位名称不能为空。");
        }
        if !UNIT_KINDS.contains(&unit.kind.as_str()) {
            return Err(AppError::Input(format!(
                "单位类别要是：{}。",
                UNIT_KINDS.join("、")
            )));
        }
        let organ = self.organ(who.0)?;
        if !unit.district.is_empty() && !organ.districts.contains(&unit.district) {
            return Err(AppError::Input(format!(
                "没有“{}”这个区县：请先新增，或者填 {}。",
                unit.district,
                organ.districts.join("、")
            )));
        }
        let same = db.unit_by_name(who.0, &unit.name)?;
        if same.is_some_and(|other| other.unit_id != unit.unit_id) {
            return input("已有同名的单位。");
        }
        if unit.unit_id.is_empty() {
            unit.unit_id = self.chance.uuid7(self.clock.now());
        } else if let Some(before) = db
            .units(who.0)?
            .into_iter()
            .find(|u| u.unit_id == unit.unit_id)
        {
            let mut names: Vec<&str> = before.former_names.lines().collect();
            if before.name != unit.name && !names.contains(&before.name.as_str()) {
                names.insert(0, &before.name);
            }
            unit.former_names = names.join("\n");
        }
        db.put_units(std::slice::from_ref(&unit))?;
        self.note_audit(db, who, "unit", &unit.name, &unit.kind)
    }

    /// Makes an account; answers its one-time code, which is kept nowhere else.
    ///
    /// # Errors
    /// A denial, a login that is taken, an unknown section or unit.
    pub fn add_person(&self, actor: &Actor, new: &NewPerson) -> Result<String> {
        let who = self.manages(actor)?;
        let code = password::one_time_code(&self.chance);
        let hash = hash_password(&code, &self.chance)?;
        self.store
            .write(|db| self.write_person(db, who, new, hash))?;
        Ok(code)
    }

    pub(crate) fn write_person(
        &self,
        db: &Db,
        who: (&str, &str),
        new: &NewPerson,
        password_hash: String,
    ) -> Result<()> {
        let now = self.clock.now();
        let input = |words: String| Err(AppError::Input(words));
        let (login, name) = (new.login.trim(), new.name.trim());
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if login.len() < 2 || login.len() > 40 || !login.chars().all(plain) {
            return input(format!(
                "用户名“{login}”要是 2 至 40 个字母、数字或 . _ -。"
            ));
        }
        if name.is_empty() {
            return input(format!("“{login}”没有写姓名。"));
        }
        if db.account_by_login(login)?.is_some() {
            return input(format!("用户名“{login}”已经有人在用。"));
        }
        let unit = match new.unit.trim() {
            "" => None,
            unit => match db.unit_by_name(who.0, unit)? {
                Some(unit) => Some(unit.unit_id),
                None => return input(format!("没有名为“{unit}”的单位。")),
            },
        };
        let sections = db.sections(who.0)?;
        let section = new.section.trim();
        let section = sections
            .iter()
            .find(|s| s.part_id == section || s.name == section);
        if unit.is_none() && section.is_none() && !new.section.trim().is_empty() {
            return input(format!("没有名为“{}”的科室。", new.section.trim()));
        }
        let account_id = self.chance.uuid7(now);
        db.put_accounts(&[AccountRow {
            organ_id: who.0.to_owned(),
            account_id: account_id.clone(),
            login: login.to_owned(),
            name: name.to_owned(),
            post: new.post.trim().to_owned(),
            section_id: section
                .filter(|_| unit.is_none())
                .map(|s| s.part_id.clone()),
            roles: unit
                .as_ref()
                .map(|_| UNIT_ROLE)
                .unwrap_or_default()
                .to_owned(),
            password_hash,
            state: "active".to_owned(),
            failed_count: 0,
            locked_until: None,
        }])?;
        db.put_credentials(&[CredentialRow {
            unit_id: unit,
            must_change: true,
            one_time_until: Some((now + password::CODE_TERM).to_string()),
            ..no_credential(who.0, &account_id, now)
        }])?;
        self.note_audit(db, who, "account", login, "新建")
    }

    /// Gives an account a new one-time code; its sessions end. With `second_factor`, the second
    /// factor is taken away as well (the telephone is lost). For an administrator's account this
    /// is asked for only, and answers half of the code.
    ///
    /// # Errors
    /// A denial, or an unknown account.
    pub fn renew_code(&self, actor: &Actor, account: &str, second_factor: bool) -> Result<Renewed> {
        let who = self.manages(actor)?;
        self.refuse_own(actor, account)?;
        self.store.write(|db| {
            let row = self.account_row(db, who.0, account)?;
            if is_administrator(&row) {
                let asked = match second_factor {
                    true => Asked::RenewAll,
                    false => Asked::Renew,
                };
                return Ok(Renewed::Half(self.ask_for(db, who, &row, asked)?));
            }
            let code = password::one_time_code(&self.chance);
            self.write_code(db, who, row, &code, second_factor)?;
            Ok(Renewed::Code(code))
        })
    }

    fn write_code(
        &self,
        db: &Db,
        who: (&str, &str),
        row: AccountRow,
        code: &str,
        second_factor: bool,
    ) -> Result<()> {
        let now = self.clock.now();
        let account = row.account_id.clone();
        let credential = db.credential(who.0, &account)?;
        let credential = credential.unwrap_or_else(|| no_credential(who.0, &account, now));
        let mut credential = CredentialRow {
            must_change: true,
            one_time_until: Some((now + password::CODE_TERM).to_string()),
            changed_at: now.to_string(),
            ..credential
        };
        if second_factor {
            credential.second_factor = None;
            credential.recovery_codes = String::new();
            db.delete_security_keys(who.0, &account)?;
        }
        let login = row.login.clone();
        db.put_accounts(&[AccountRow {
            password_hash: hash_password(code, &self.chance)?,
            failed_count: 0,
            locked_until: None,
            ..row
        }])?;
        db.put_credentials(&[credential])?;
        db.delete_sessions(who.0, &account)?;
        self.note_audit(db, who, "account", &login, "重发一次性口令")
    }

    /// Closes or opens an account; answers whether it was done: for an administrator's account it is
    /// asked for only. Closing ends its sessions; old acts keep their name.
    ///
    /// # Errors
    /// A denial, an unknown account, or one that still has work to hand over.
    pub fn set_active(&self, actor: &Actor, account: &str, active: bool) -> Result<bool> {
        let who = self.manages(actor)?;
        self.refuse_own(actor, account)?;
        let work = match active {
            true => 0,
            false => self
                .store
                .read(|db| self.open_work(db, who.0, account))?
                .len(),
        };
        if work > 0 {
            return Err(AppError::Input(format!(
                "名下还有 {work} 件没有办完的工作：请先由科室负责人办理工作交接，再停用。"
            )));
        }
        self.store.write(|db| {
            let row = self.account_row(db, who.0, account)?;
            if is_administrator(&row) {
                let asked = if active { Asked::Open } else { Asked::Close };
                self.ask_for(db, who, &row, asked)?;
                return Ok(false);
            }
            self.write_active(db, who, row, active)?;
            Ok(true)
        })
    }

    fn write_active(
        &self,
        db: &Db,
        who: (&str, &str),
        row: AccountRow,
        active: bool,
    ) -> Result<()> {
        let (state, words) = match active {
            true => ("active", "启用"),
            false => ("closed", "停用"),
        };
        let (login, account) = (row.login.clone(), row.account_id.clone());
        db.put_accounts(&[AccountRow {
            state: state.to_owned(),
            ..row
        }])?;
        db.delete_sessions(who.0, &account)?;
        self.note_audit(db, who, "account", &login, words)
    }

    /// Changes name, post and section of an account. What was done before keeps the old ones.
    ///
    /// # Errors
    /// A denial, or an unknown account or section.
    pub fn move_person(
        &self,
        actor: &Actor,
        account: &str,
        name: &str,
        post: &str,
        section: &str,
    ) -> Result<()> {
        let who = self.manages(actor)?;
        self.store.write(|db| {
            let row = self.account_row(db, who.0, account)?;
            let known = db.sections(who.0)?.iter().any(|s| s.part_id == section);
            if name.trim().is_empty() || (!section.is_empty() && !known) {
                return Err(AppError::Input("姓名不能为空，科室要是本局的。".to_owned()));
            }
            db.put_posts(&[PostRow {
                organ_id: who.0.to_owned(),
                account_id: account.to_owned(),
                until: self.clock.now().to_string(),
                name: row.name.clone(),
                post: row.post.clone(),
                section_id: row.section_id.clone(),
            }])?;
            let login = row.login.clone();
            db.put_accounts(&[AccountRow {
                name: name.trim().to_owned(),
                post: post.trim().to_owned(),
                section_id: Some(section.to_owned()).filter(|s| !s.is_empty()),
                ..row
            }])?;
            self.note_audit(db, who, "account", &login, "变更姓名、职务或科室")
        })
    }

    /// Sets of whom the organ asks a second factor: `all`, `administrators` or nobody.
    ///
    /// # Errors
    /// A denial: this is the security administrator's.
    pub fn ask_second_factor(&self, actor: &Actor, of: &str) -> Result<()> {
        authorise(actor, Action::GrantRoles, Resource::Organ)?;
        let of = ["all", "administrators"]
            .into_iter()
            .find(|known| *known == of)
            .unwrap_or("none");
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            db.put_meta(&crate::session::asks_second_factor(who.0), of)?;
            self.note_audit(db, who, "configuration", "动态码", of)
        })
    }

    /// Of whom the organ asks a second factor.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn second_factor_policy(&self, organ: &str) -> Result<String> {
        let key = crate::session::asks_second_factor(organ);
        Ok(self.note(&key)?.unwrap_or_else(|| "none".to_owned()))
    }

    fn refuse_own(&self, actor: &Actor, account: &str) -> Result<()> {
        if actor.account == account {
            return Err(AppError::Input("自己的账号由别人处理。".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn account_row(&self, db: &Db, organ: &str, account: &str) -> Result<AccountRow> {
        db.account(organ, account)?
            .ok_or(AppError::NotFound("该账号"))
    }
}

/// What an account was called at an instant: by its former posts, else as it is called now.
pub(crate) fn called_at(posts: &[PostRow], account: &AccountRow, at: &str) -> String {
    let at: Option<Timestamp> = at.parse().ok();
    let then = posts.iter().find(|p| {
        let until: Option<Timestamp> = p.until.parse().ok();
        p.account_id == account.account_id && at < until
    });
    let (name, post) = then.map_or((&account.name, &account.post), |p| (&p.name, &p.post));
    let moved = posts.iter().any(|p| p.account_id == account.account_id);
    // Whoever never moved is called by name; where posts differ, the post tells which it was.
    match moved && !post.is_empty() {
        true => format!("{name}（{post}）"),
        false => name.clone(),
    }
}

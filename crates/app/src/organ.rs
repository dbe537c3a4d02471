//! Organs, their districts, sections and accounts.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use catalogue::field::FieldContext;
use store::{AccountRow, CredentialRow, OrganRow, PartRow, UnitRow};

use crate::{
    App,
    error::{AppError, Result},
    password::hash_password,
};

/// An organ as the system knows it at work.
#[derive(Clone, Debug)]
pub struct Organ {
    /// Id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// The organ above it.
    pub parent: Option<String>,
    /// The organs below it, at any depth.
    pub below: Arc<Vec<String>>,
    /// Name in document numbers: 云教.
    pub document_name: String,
    /// Districts in order, its own schools last.
    pub districts: Vec<String>,
}

impl Organ {
    /// What fields need to know of it.
    pub fn context(&self) -> FieldContext<'_> {
        FieldContext {
            districts: &self.districts,
        }
    }
}

/// The organs that are at work: read at the start and after every change, shared by all clones.
pub(crate) type Organs = Arc<RwLock<BTreeMap<String, Arc<Organ>>>>;

/// What is needed to set up an organ.
#[derive(Clone, Debug)]
pub struct OrganSetup {
    /// Id.
    pub id: String,
    /// The organ above it.
    pub parent: Option<String>,
    /// Full name: 云川市教育局.
    pub name: String,
    /// Short name: 云川教育.
    pub short_name: String,
    /// Name in document numbers: 云教.
    pub document_name: String,
    /// Districts in order: id and name.
    pub districts: Vec<(String, String)>,
    /// Sections in order: id and name.
    pub sections: Vec<(String, String)>,
    /// Accounts.
    pub accounts: Vec<AccountSetup>,
}

/// An account to set up.
#[derive(Clone, Debug)]
pub struct AccountSetup {
    /// Sign-in name.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// Post.
    pub post: String,
    /// Section id.
    pub section: String,
    /// Roles, space separated.
    pub roles: String,
    /// First password.
    pub password: String,
}

/// A unit to set up, with its account.
#[derive(Clone, Debug)]
pub struct UnitSetup {
    /// Name.
    pub name: String,
    /// Kind, one of [`crate::people::UNIT_KINDS`].
    pub kind: String,
    /// District, by name.
    pub district: String,
    /// Sign-in name, name of the person and password of its account, if it has one.
    pub account: Option<[String; 3]>,
}

impl App {
    /// Sets up units of an organ: demonstrations, tests. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_up_units(&self, organ: &str, units: &[UnitSetup]) -> Result<()> {
        let now = self.clock.now();
        self.store.write(|db| {
            for unit in units {
                if db.unit_by_name(organ, &unit.name)?.is_some() {
                    continue;
                }
                let unit_id = self.chance.uuid7(now);
                db.put_units(&[UnitRow {
                    organ_id: organ.to_owned(),
                    unit_id: unit_id.clone(),
                    name: unit.name.clone(),
                    former_names: String::new(),
                    kind: unit.kind.clone(),
                    district: unit.district.clone(),
                    code: String::new(),
                    state: "active".to_owned(),
                }])?;
                let Some([login, name, password]) = &unit.account else {
                    continue;
                };
                let account_id = self.chance.uuid7(now);
                db.put_accounts(&[AccountRow {
                    organ_id: organ.to_owned(),
                    account_id: account_id.clone(),
                    login: login.clone(),
                    name: name.clone(),
                    post: String::new(),
                    section_id: None,
                    roles: crate::roles::UNIT_ROLE.to_owned(),
                    password_hash: hash_password(password, &self.chance)?,
                    state: "active".to_owned(),
                    failed_count: 0,
                    locked_until: None,
                }])?;
                db.put_credentials(&[CredentialRow {
                    unit_id: Some(unit_id),
                    ..crate::session::no_credential(organ, &account_id, now)
                }])?;
            }
            Ok(())
        })
    }

    /// An organ by id.
    ///
    /// # Errors
    /// When there is none.
    pub fn organ(&self, id: &str) -> Result<Arc<Organ>> {
        let organs = self.organs.read().unwrap_or_else(PoisonError::into_inner);
        let organ = organs.get(id).map(Arc::clone);
        organ.ok_or(AppError::NotFound("该机关"))
    }

    /// All organs as they are now.
    pub fn organs(&self) -> impl Iterator<Item = Arc<Organ>> + use<> {
        let organs = self.organs.read().unwrap_or_else(PoisonError::into_inner);
        let organs: Vec<_> = organs.values().map(Arc::clone).collect();
        organs.into_iter()
    }

    /// The organ at the top, whose portal and whose name the deployment shows.
    pub fn top_organ(&self) -> Option<Arc<Organ>> {
        self.organs().find(|organ| organ.parent.is_none())
    }

    /// The organs below one, at any depth.
    pub(crate) fn below(&self, id: &str) -> Arc<Vec<String>> {
        let organ = self.organ(id).ok();
        organ
            .map(|organ| Arc::clone(&organ.below))
            .unwrap_or_default()
    }

    /// The name of an account, for display; the id itself when it is not known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn account_names(&self, organ: &str) -> Result<BTreeMap<String, String>> {
        let accounts = self.store.read(|db| db.accounts(organ))?;
        let mut names: BTreeMap<String, String> = accounts
            .into_iter()
            .map(|a| (a.account_id, a.name))
            .collect();
        names.insert("system".to_owned(), "系统".to_owned());
        Ok(names)
    }

    /// The people whose deadlines the actor may look at: of the section asked for, or of all
    /// sections for those who look everywhere. Id and name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn colleagues(&self, actor: &crate::Actor, section: &str) -> Result<Vec<(String, String)>> {
        let everywhere = actor.is("leader") || actor.is("legal_section");
        let accounts = self.store.read(|db| db.accounts(&actor.organ))?;
        let near = |a: &AccountRow| match (everywhere, section) {
            (true, "") => a.section_id.is_some(),
            (true, section) => a.section_id.as_deref() == Some(section),
            (false, _) => a.section_id.as_deref().is_some_and(|s| actor.keeps(s)),
        };
        let shown = accounts
            .into_iter()
            .filter(|a| a.state == "active" && near(a));
        Ok(shown.map(|a| (a.account_id, a.name)).collect())
    }

    /// Sets up an organ. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_up_organ(&self, setup: &OrganSetup) -> Result<()> {
        self.store.write(|db| {
            db.put_organs(&[OrganRow {
                organ_id: setup.id.clone(),
                parent_id: setup.parent.clone(),
                name: setup.name.clone(),
                short_name: setup.short_name.clone(),
                document_name: setup.document_name.clone(),
                kind: "bureau".to_owned(),
            }])?;
            db.put_districts(&parts(&setup.id, &setup.districts))?;
            db.put_sections(&parts(&setup.id, &setup.sections))?;
            Ok::<_, AppError>(())
        })?;
        self.add_accounts(&setup.id, &setup.accounts)?;
        self.load_organs()
    }

    /// Sets up accounts of an organ with their passwords. Logins that are taken stay as they are.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_accounts(&self, organ: &str, accounts: &[AccountSetup]) -> Result<()> {
        let rows: Vec<AccountRow> = accounts
            .iter()
            .map(|a| {
                Ok(AccountRow {
                    organ_id: organ.to_owned(),
                    account_id: self.chance.uuid7(self.clock.now()),
                    login: a.login.clone(),
                    name: a.name.clone(),
                    post: a.post.clone(),
                    section_id: Some(a.section.clone()).filter(|s| !s.is_empty()),
                    roles: a.roles.clone(),
                    password_hash: hash_password(&a.password, &self.chance)?,
                    state: "active".to_owned(),
                    failed_count: 0,
                    locked_until: None,
                })
            })
            .collect::<Result<_>>()?;
        self.store.write(|db| {
            for row in &rows {
                if db.account_by_login(&row.login)?.is_none() {
                    db.put_accounts(std::slice::from_ref(row))?;
                }
            }
            Ok(())
        })
    }

    /// Reads the organs anew: at the start, and after every change of them.
    pub(crate) fn load_organs(&self) -> Result<()> {
        let organs = self.store.read(|db| {
            let mut organs = BTreeMap::new();
            let rows = db.organs()?;
            let tree = rows.clone();
            for row in rows {
                let districts = db.districts(&row.organ_id)?;
                let organ = Organ {
                    id: row.organ_id.clone(),
                    parent: row.parent_id,
                    below: Arc::new(below(&tree, &row.organ_id)),
                    name: row.name,
                    short_name: row.short_name,
                    document_name: row.document_name,
                    districts: districts.into_iter().map(|d| d.name).collect(),
                };
                organs.insert(row.organ_id, Arc::new(organ));
            }
            Ok::<_, AppError>(organs)
        })?;
        *self.organs.write().unwrap_or_else(PoisonError::into_inner) = organs;
        Ok(())
    }
}

/// The organs below one, at any depth; the tree is a few hundred rows.
fn below(tree: &[OrganRow], id: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut look = vec![id.to_owned()];
    while let Some(above) = look.pop() {
        for row in tree.iter().filter(|r| r.parent_id.as_ref() == Some(&above)) {
            // A ring in the tree is damage; it must not hang the program.
            if row.organ_id != id && !found.contains(&row.organ_id) {
                found.push(row.organ_id.clone());
                look.push(row.organ_id.clone());
            }
        }
    }
    found.sort();
    found
}

fn parts(organ: &str, named: &[(String, String)]) -> Vec<PartRow> {
    let row = |(ordinal, (id, name)): (u32, &(String, String))| PartRow {
        organ_id: organ.to_owned(),
        part_id: id.clone(),
        name: name.clone(),
        ordinal,
    };
    (0..).zip(named).map(row).collect()
}

impl App {
    /// The actor of a sign-in name, for commands that run on the server itself.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn actor_by_login(&self, login: &str) -> Result<Option<crate::Actor>> {
        self.store.read(|db| {
            let account = db.account_by_login(login)?;
            account
                .map(|account| self.actor_of(db, account))
                .transpose()
        })
    }

    /// A note that the deployment keeps about itself.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn note(&self, key: &str) -> Result<Option<String>> {
        Ok(self.store.read(|db| db.meta(key))?)
    }

    /// Sets a note.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_note(&self, key: &str, value: &str) -> Result<()> {
        Ok(self.store.write(|db| db.put_meta(key, value))?)
    }
}

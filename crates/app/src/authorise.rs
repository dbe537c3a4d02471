//! Who may do what: the one function that every use case asks.
//!
//! It answers with a [`Scope`], the row filter that every query of lists takes, and whether names are
//! shown; telephones, addresses and numbers of persons are masked by the type of their field. Which act
//! of a procedure is open at which stage, and to which role, the kernel decides from the definition.
//! The compiler does not make a use case ask: what the system does for itself (deadlines, registers,
//! figures) makes a filter of its own, in the few files that `tidy` of crate `yifa` names. The tests of
//! the routes hold it, once with the table of routes switched off.
//!
//! What the law of the house says stands in [`RULES`], one line for each action; who holds which
//! role is data (grants, kept by the security administrator). To add an action: a variant of
//! [`Action`] and a line of [`RULES`]; the tests fail while the line is missing.

mod rules;

use std::sync::Arc;

use catalogue::definition::{Ledger, UnitAccess};
use store::RowFilter;

pub use rules::{RULES, Rule};

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Opaque id of the account, as written into events.
    pub account: String,
    /// The organ that the account belongs to.
    pub organ: String,
    /// Name, for display only.
    pub name: String,
    /// Post, for display only.
    pub post: String,
    /// Section.
    pub section: String,
    /// What the organ calls it.
    pub section_name: String,
    /// Sections of the catalogue whose work the organ has given to the same section of its own:
    /// those that it calls by the same name.
    pub also: Vec<String>,
    /// Roles (`catalogue/roles.toml`).
    pub roles: Vec<String>,
    /// The school or training institution that the account belongs to; none for the organ's own
    /// people.
    pub unit: Option<Arc<OwnUnit>>,
    /// The organs below the actor's own.
    pub below: Arc<Vec<String>>,
}

/// The unit that somebody signs in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUnit {
    /// Its id in the organ's register of units.
    pub id: String,
    /// Its name, then its former names: entries written under any of them are its own.
    pub names: Vec<String>,
}

/// The three administrators (三员): none of them works with ledgers, none holds another's role.
pub const ADMINISTRATORS: [&str; 3] = ["system_admin", "security_admin", "audit_admin"];

/// The roles of people who work in a section. Everybody else is a leader, an administrator, an
/// outsider, or speaks for a unit.
const SECTION_PEOPLE: [&str; 10] = [
    "clerk",
    "registry",
    "officer",
    "case_section",
    "legal_section",
    "presider",
    "section_head",
    "disclosure_office",
    "petition_office",
    "archive",
];

/// The roles that look at everything in the organ and lead it.
const LEADERS: [&str; 3] = ["leader", "head", "meeting"];

impl Actor {
    /// Says whether the actor holds a role.
    pub fn is(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }
    /// Says whether the actor holds one of several roles.
    pub fn is_any(&self, roles: &[&str]) -> bool {
        roles.iter().any(|role| self.is(role))
    }
    /// Somebody whom nobody knows: a reader of the portal.
    pub fn public(organ: &str) -> Self {
        Self {
            account: "public".to_owned(),
            name: String::new(),
            roles: Vec::new(),
            ..Self::system(organ)
        }
    }
    /// The system itself, at work for an organ: set-up, demonstration, jobs.
    pub fn system(organ: &str) -> Self {
        Self {
            account: "system".to_owned(),
            organ: organ.to_owned(),
            name: "系统".to_owned(),
            post: String::new(),
            section: String::new(),
            section_name: String::new(),
            also: Vec::new(),
            roles: vec!["system".to_owned()],
            unit: None,
            below: Arc::default(),
        }
    }
    /// Says whether a section's work is the actor's.
    pub fn keeps(&self, section: &str) -> bool {
        self.section == section || self.also.iter().any(|also| also == section)
    }
    /// One of the three administrators.
    pub fn administers(&self) -> bool {
        self.is_any(&ADMINISTRATORS)
    }
    /// The names of the unit that the actor speaks for.
    pub fn unit_names(&self) -> Option<&[String]> {
        self.unit.as_ref().map(|unit| unit.names.as_slice())
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look at entries, their history and the proof.
    Read,
    /// Open, import.
    Write,
    /// Do an act of a procedure; which one, the kernel decides by the roles.
    Act,
    /// Correct or void what others wrote.
    Correct,
    /// Take data out of the system.
    Export,
    /// See a masked value whole, with a reason.
    Unmask,
    /// Look at figures and reports.
    ReadFigures,
    /// Write a report.
    Draft,
    /// Freeze a report.
    Freeze,
    /// Look at the log.
    ReadLog,
    /// Write, review, publish and withdraw; questionnaires and exams. Who may release what, the
    /// procedure of the ledger says.
    Publish,
    /// Handle what citizens hand in.
    Receive,
    /// Read what is published.
    Visit,
    /// Hand something in, as anybody may.
    Apply,
    /// Plan and carry out draws.
    Draw,
    /// Look at draws and what came of them, before they are public.
    ReadDraws,
    /// Visit drawn units and bring the records back.
    Inspect,
    /// Keep organs, sections, units and accounts.
    ManagePeople,
    /// Give and take roles, and review them.
    GrantRoles,
    /// Confirm what the system administrator asks for another administrator's account.
    ConfirmAdministrators,
    /// Hold exams: names, codes and results of those who sit them.
    HoldExams,
    /// Read the audit trail.
    ReadAudit,
    /// Ask units for ledgers by a date; return or accept what they hand in.
    Collect,
    /// Hand in what was asked for.
    HandIn,
    /// Give one's work, or that of one's section, to somebody else.
    HandOver,
    /// Erase personal data and give out what is held about a person.
    KeepPersonalData,
}

/// What it is done to.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// A ledger of the actor's own organ.
    Ledger(&'a Ledger),
    /// An entry of any organ.
    Entry {
        /// Its ledger.
        ledger: &'a Ledger,
        /// Its organ.
        organ: &'a str,
        /// The unit that it is about, by name.
        unit: Option<&'a str>,
    },
    /// Figures.
    Figures,
    /// Reports.
    Reports,
    /// The log.
    Log,
    /// What is published, and the in-box.
    Portal,
    /// What belongs to the organ as a whole: people, grants, the audit trail, collections, draws,
    /// publications.
    Organ,
}

impl<'a> Resource<'a> {
    fn ledger(&self) -> Option<&'a Ledger> {
        match self {
            Self::Ledger(ledger) | Self::Entry { ledger, .. } => Some(ledger),
            _ => None,
        }
    }
}

/// Somebody, as a rule names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever holds the role.
    Role(&'static str),
    /// People of the section that keeps the ledger.
    Section,
    /// Whoever holds a role that an act of the ledger's procedure, or the signing of a paper, names.
    Named,
    /// The unit that the entry is about, where the ledger is open to units.
    Unit,
    /// Leaders and legal officers of an organ above, where the ledger says so.
    Above,
    /// Everybody who works in the organ: not units, not administrators.
    Staff,
    /// Whoever speaks for a unit.
    AnyUnit,
    /// Leaders.
    Leader,
    /// Anybody, known or not.
    Anybody,
    /// The system itself.
    System,
}

/// What the actor may see of it: the filter of every query.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Rows.
    pub rows: RowFilter,
    /// Persons' names are shown whole. Numbers, addresses and minors' names are masked for
    /// everybody and unmasked one by one, with a reason.
    pub personal: bool,
}

/// The actor may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What was tried.
    pub action: Action,
    /// Who may, in words.
    pub who_may: &'static str,
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = rules::find(self.action).map_or("办理", |rule| rule.word);
        write!(f, "您没有“{what}”的权限，须由{}办理。", self.who_may)
    }
}

impl std::error::Error for Denied {}

/// Decides whether `actor` may do `action` to `resource`, and over which rows.
///
/// # Errors
/// [`Denied`], naming who may.
pub fn authorise(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<Scope, Denied> {
    let rule = rules::find(action).filter(|rule| (rule.on)(&resource));
    let may = rule.is_some_and(|rule| {
        let fits = |who: &Who| matches(*who, actor, action, &resource);
        rule.who.iter().any(fits)
    });
    if !may {
        return Err(Denied {
            action,
            who_may: rule.map_or("本局工作人员", |rule| rule.who_may),
        });
    }
    let organ = match resource {
        Resource::Entry { organ, .. } => organ,
        _ => &actor.organ,
    };
    let rows = RowFilter::organ(organ).of_units(actor.unit_names().map(<[String]>::to_vec));
    let sees_names =
        |ledger| own_section(actor, ledger) || actor.is_any(&["legal_section", "head", "system"]);
    let personal =
        organ == actor.organ && (actor.unit.is_some() || resource.ledger().is_some_and(sees_names));
    Ok(Scope { rows, personal })
}

fn matches(who: Who, actor: &Actor, action: Action, resource: &Resource<'_>) -> bool {
    // An account holds the work of one side only, whatever roles a careless grant has added.
    let administers = actor.administers();
    let office = actor.unit.is_none() && !administers;
    let own_organ = match resource {
        Resource::Entry { organ, .. } => *organ == actor.organ,
        _ => true,
    };
    let ledger = resource.ledger();
    match who {
        Who::Above => {
            let Resource::Entry { ledger, organ, .. } = resource else {
                return false;
            };
            office
                && ledger.above
                && actor.below.iter().any(|below| below == organ)
                && (actor.is_any(&LEADERS) || actor.is("legal_section"))
        }
        _ if !own_organ => false,
        Who::Unit => {
            let open = ledger.is_some_and(|ledger| match action {
                Action::Read | Action::Export => ledger.units != UnitAccess::None,
                _ => ledger.units == UnitAccess::Write,
            });
            open && actor.is("school") && speaks_for(actor, resource)
        }
        Who::Anybody => true,
        Who::AnyUnit => actor.unit.is_some() && actor.is("school"),
        Who::Role(role) if ADMINISTRATORS.contains(&role) => {
            actor.unit.is_none() && only(actor, role)
        }
        _ if !office => false,
        Who::Role(role) => actor.is(role),
        Who::Section => ledger.is_some_and(|ledger| own_section(actor, ledger)),
        Who::Named => ledger.is_some_and(|ledger| named(actor, ledger)),
        Who::Staff => actor.is_any(&SECTION_PEOPLE) || actor.is_any(&LEADERS),
        Who::Leader => actor.is_any(&LEADERS),
        Who::System => actor.is("system"),
    }
}

/// Of the three administrators, an account may be one: two at once is none.
fn only(actor: &Actor, role: &str) -> bool {
    actor.is(role) && actor.roles.len() == 1
}

fn own_section(actor: &Actor, ledger: &Ledger) -> bool {
    let keeps = actor.keeps(&ledger.section) && actor.is_any(&SECTION_PEOPLE);
    // A bureau without a legal section gives its ledgers to the legal officers, wherever they sit.
    keeps || (*ledger.section == *"legal" && actor.is("legal_section"))
}

fn named(actor: &Actor, ledger: &Ledger) -> bool {
    let section_bound = [
        "clerk",
        "case_section",
        "officer",
        "registry",
        "section_head",
    ];
    let acts = ledger.actions.iter().flat_map(|act| &act.by);
    let papers = ledger.documents.iter().flat_map(|document| &document.sign);
    let mut roles = acts.chain(papers);
    roles.any(|role| !section_bound.contains(&role.as_str()) && actor.is(role))
}

/// A list of a ledger is cut by the row filter; an entry must be about the unit.
fn speaks_for(actor: &Actor, resource: &Resource<'_>) -> bool {
    let Some(own) = actor.unit_names() else {
        return false;
    };
    match resource {
        Resource::Entry { unit, .. } => unit.is_some_and(|unit| own.iter().any(|n| n == unit)),
        _ => true,
    }
}

#[cfg(test)]
mod tests;

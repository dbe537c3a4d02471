//! Who may do what: the one function that every use case asks.
//!
//! It answers with a [`Scope`], the row filter that every query of the store takes. There is no way
//! to read rows without one, so a use case that forgets to ask does not compile.

use store::RowFilter;

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
    /// Roles (`catalogue/roles.toml`).
    pub roles: Vec<String>,
}

impl Actor {
    /// Says whether the actor holds a role.
    pub fn is(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }
    /// The system itself, at work for an organ: set-up, demonstration, jobs.
    pub fn system(organ: &str) -> Self {
        Self {
            account: "system".to_owned(),
            organ: organ.to_owned(),
            name: "系统".to_owned(),
            post: String::new(),
            section: String::new(),
            roles: vec!["system".to_owned()],
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look at entries, their history and the proof.
    Read,
    /// Open, import, act.
    Write,
    /// Correct or void what others wrote.
    Correct,
    /// Take data out of the system.
    Export,
    /// Look at figures and reports.
    ReadFigures,
    /// Write a report.
    Draft,
    /// Freeze a report.
    Freeze,
    /// Look at the log.
    ReadLog,
}

/// What it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A ledger, kept by a section.
    Ledger {
        /// The section that keeps it.
        section: &'a str,
    },
    /// Figures.
    Figures,
    /// Reports.
    Reports,
    /// The log.
    Log,
}

/// What the actor may see of it: the filter of every query.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Rows.
    pub rows: RowFilter,
    /// Personal fields are shown unmasked.
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
        let what = match self.action {
            Action::Read => "查看",
            Action::Write => "登记和办理",
            Action::Correct => "更正或作废",
            Action::Export => "导出",
            Action::ReadFigures => "查看数据",
            Action::Draft => "编写报告",
            Action::Freeze => "定稿",
            Action::ReadLog => "查看存证",
        };
        write!(f, "您没有“{what}”的权限，须由{}办理。", self.who_may)
    }
}

impl std::error::Error for Denied {}

/// Decides whether `actor` may do `action` to `resource`, and over which rows.
///
/// The rules of part A: a section keeps its own ledgers; the legal section keeps reports and may
/// look everywhere; leaders look everywhere and change nothing.
///
/// # Errors
/// [`Denied`], naming who may.
pub fn authorise(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<Scope, Denied> {
    let legal = actor.is("legal_section");
    let looks_everywhere = legal || actor.is("leader") || actor.is("system");
    let own = |section: &str| actor.is("clerk") && actor.section == section;
    let (may, who_may) = match (action, resource) {
        (Action::Read | Action::Export, Resource::Ledger { section }) => (
            looks_everywhere || own(section),
            "台账主管科室、法规科或局领导",
        ),
        (Action::Write | Action::Correct, Resource::Ledger { section }) => {
            let own_legal = legal && (actor.section == section || section == "legal");
            (
                own(section) || own_legal || actor.is("system"),
                "台账主管科室",
            )
        }
        (Action::ReadFigures, Resource::Figures) => {
            (looks_everywhere || actor.is("clerk"), "本局工作人员")
        }
        (Action::ReadFigures, Resource::Reports) => {
            (looks_everywhere || actor.is("clerk"), "本局工作人员")
        }
        (Action::Draft | Action::Freeze, Resource::Reports) => {
            (legal || actor.is("system"), "法规科")
        }
        (Action::ReadLog, Resource::Log) => (looks_everywhere || actor.is("clerk"), "本局工作人员"),
        _ => (false, "本局工作人员"),
    };
    if !may {
        return Err(Denied { action, who_may });
    }
    let rows = RowFilter {
        organ_ids: vec![actor.organ.clone()],
        sections: None,
        units: None,
    };
    let personal = match resource {
        Resource::Ledger { section } => own(section) || legal,
        _ => false,
    };
    Ok(Scope { rows, personal })
}

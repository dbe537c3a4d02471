//! Checked definitions: what the rest of the system passes around.
//!
//! Everything here has been proved by [`crate::load()`]: ids resolve, types fit, conditions compile.
//! Nothing here is mutable and nothing reads a file.

use std::{collections::BTreeMap, sync::Arc};

use values::dates::Date;

use crate::{
    id::{FieldId, FigureId, LedgerId, ModuleId, RoleId, SectionId},
    paper::PaperTemplate,
    report::ReportTemplate,
};

mod field;
mod figure;
mod procedure;

pub use field::*;
pub use figure::*;
pub use procedure::*;

/// All definitions in force for one organ: the built-in ones with the organ's overlay applied.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The ledgers in order of module and then name of file.
    pub(crate) order: Vec<LedgerId>,
    /// Every version of every ledger; the versions of one ledger are sorted by `effective`.
    pub(crate) ledgers: BTreeMap<LedgerId, Vec<Arc<Ledger>>>,
    /// Every figure by id, as its newest version defines it.
    pub(crate) figures: BTreeMap<FigureId, Arc<Figure>>,
    /// The folders of the catalogue, in reading order.
    pub(crate) modules: Vec<Named<ModuleId>>,
    /// The sections that ledgers are assigned to, in reading order.
    pub(crate) sections: Vec<Named<SectionId>>,
    /// The roles that actions are given to.
    pub(crate) roles: Vec<Named<RoleId>>,
    /// The statutes that may be cited.
    pub(crate) statutes: Vec<Statute>,
    /// Report templates.
    pub(crate) reports: Vec<Arc<ReportTemplate>>,
    /// Templates of papers by name: `penalty_ordinary/decision`.
    pub(crate) papers: BTreeMap<String, Arc<PaperTemplate>>,
}

/// An id with the name that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<Id> {
    /// The id.
    pub id: Id,
    /// The Chinese name.
    pub name: String,
    /// What it is, for people; may be empty.
    pub about: String,
}

impl Catalogue {
    /// The newest version of every ledger, in order of module and then name of file.
    pub fn ledgers(&self) -> impl Iterator<Item = &Arc<Ledger>> {
        self.order.iter().filter_map(|id| self.ledger(id))
    }
    /// The newest version of a ledger.
    pub fn ledger(&self, id: &str) -> Option<&Arc<Ledger>> {
        self.ledgers.get(id)?.last()
    }
    /// The version of a ledger that is in force on `date`: the one an entry is opened under.
    /// Before the first version there is only the first.
    pub fn ledger_on(&self, id: &str, date: Date) -> Option<&Arc<Ledger>> {
        let versions = self.ledgers.get(id)?;
        versions
            .iter()
            .rev()
            .find(|v| v.effective <= date)
            .or(versions.first())
    }
    /// The exact version under which an entry was opened.
    pub fn version(&self, id: &str, effective: Date) -> Option<&Arc<Ledger>> {
        self.ledgers
            .get(id)?
            .iter()
            .find(|v| v.effective == effective)
    }
    /// A figure by id.
    pub fn figure(&self, id: &str) -> Option<&Arc<Figure>> {
        self.figures.get(id)
    }
    /// All figures.
    pub fn figures(&self) -> impl Iterator<Item = &Arc<Figure>> {
        self.figures.values()
    }
    /// The folders of the catalogue.
    pub fn modules(&self) -> &[Named<ModuleId>] {
        &self.modules
    }
    /// The sections that ledgers are assigned to.
    pub fn sections(&self) -> &[Named<SectionId>] {
        &self.sections
    }
    /// The roles that actions are given to.
    pub fn roles(&self) -> &[Named<RoleId>] {
        &self.roles
    }
    /// Every version of a ledger, the oldest first.
    pub fn versions(&self, id: &str) -> &[Arc<Ledger>] {
        self.ledgers.get(id).map_or(&[], Vec::as_slice)
    }
    /// A report template by id.
    pub fn report(&self, id: &str) -> Option<&Arc<ReportTemplate>> {
        self.reports.iter().find(|template| &*template.id == id)
    }
    /// The template of a paper by the name that a [`Document`] gives.
    pub fn paper(&self, template: &str) -> Option<&Arc<PaperTemplate>> {
        self.papers.get(template)
    }
    /// The statutes that may be cited.
    pub fn statutes(&self) -> &[Statute] {
        &self.statutes
    }
    /// Report templates.
    pub fn reports(&self) -> &[Arc<ReportTemplate>] {
        &self.reports
    }
}

/// How sure we are of what a citation says; carried from the reference into the definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mark {
    /// The text of the rule was seen.
    #[default]
    Verified,
    /// A commentary, report or implementation that follows the rule was seen.
    Secondary,
    /// A rule of one place: an example.
    Local,
    /// Known, not seen: a legal officer confirms before relying on it.
    Recalled,
}

/// A statute of the list `catalogue/statutes.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statute {
    /// Short name, as cited: `行政处罚法`.
    pub name: String,
    /// Law, regulation, rule, document.
    pub kind: String,
    /// When this version was adopted.
    pub adopted: Option<Date>,
    /// From when it binds.
    pub in_force: Option<Date>,
    /// Until when it bound, where repealed or replaced.
    pub until: Option<Date>,
    /// Other names under which it is cited.
    pub aliases: Vec<String>,
    /// Confidence.
    pub mark: Mark,
}

/// A citation: `行政处罚法 第六十条`, optionally with a mark: `行政处罚法 第六十条 [recalled]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Name of a statute in the list.
    pub statute: String,
    /// What is cited of it (`第六十条`, `第二十条第一款`); empty for the whole.
    pub article: String,
    /// Confidence.
    pub mark: Mark,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "《{}》{}", self.statute, self.article)
    }
}

/// One version of a ledger (台账).
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Id, unique over the catalogue.
    pub id: LedgerId,
    /// Chinese name.
    pub name: String,
    /// The folder that the file stands in.
    pub module: ModuleId,
    /// The section that keeps it.
    pub section: SectionId,
    /// First day of this version.
    pub effective: Date,
    /// The law that the work rests on.
    pub law: Vec<Citation>,
    /// One or two sentences for the person who keeps the ledger.
    pub about: String,
    /// Natural key: the fields that together name one entry; may be empty.
    pub key: Vec<FieldId>,
    /// The fields that an entry is called by in lists.
    pub title: Vec<FieldId>,
    /// The date field that says when the work happened; without one, the day of entry.
    pub date: Option<FieldId>,
    /// Fields in the order of the form.
    pub fields: Vec<Field>,
    /// Procedure; empty for a simple ledger.
    pub stages: Vec<Stage>,
    /// Acts.
    pub actions: Vec<Action>,
    /// Work that runs beside the stages.
    pub branches: Vec<Branch>,
    /// Entries of other ledgers that belong to an entry of this one.
    pub subcases: Vec<Subcase>,
    /// Time limits.
    pub clocks: Vec<Clock>,
    /// Papers.
    pub documents: Vec<Document>,
    /// What the public sees, if anything.
    pub publication: Option<Publication>,
    /// What schools and training institutions may do with their own entries.
    pub units: UnitAccess,
    /// Organs above may read the entries, not only the figures.
    pub above: bool,
    /// Personal values are kept for so many years after the work happened; without one, for
    /// [`KEEP_YEARS`].
    pub keep_years: Option<u8>,
    /// Figures over this ledger's entries, and formulas kept with them.
    pub figures: Vec<Arc<Figure>>,
    /// Name of the file, for messages.
    pub file: String,
}

/// For how long personal values are kept where a ledger says nothing: our own choice, the shorter of
/// the two fixed terms that archives of organs know (30 and 10 years). No law sets a term per
/// ledger; each organ has its approved retention table and writes its terms into its overlay.
pub const KEEP_YEARS: u8 = 10;

impl Ledger {
    /// For how many years personal values are kept after the work happened.
    pub fn kept_years(&self) -> u8 {
        self.keep_years.unwrap_or(KEEP_YEARS)
    }
    /// A field by id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| &*f.id == id)
    }
    /// The field that says which unit an entry is about: the first one of that type.
    pub fn unit_field(&self) -> Option<&Field> {
        self.fields.iter().find(|f| f.kind == FieldType::Unit)
    }
    /// An action by id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|a| &*a.id == id)
    }
    /// A stage by id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| &*s.id == id)
    }
    /// A clock by id.
    pub fn clock(&self, id: &str) -> Option<&Clock> {
        self.clocks.iter().find(|c| &*c.id == id)
    }
    /// A document by id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|d| &*d.id == id)
    }
    /// A branch by id.
    pub fn branch(&self, id: &str) -> Option<&Branch> {
        self.branches.iter().find(|b| &*b.id == id)
    }
    /// A kind of subcase by id.
    pub fn subcase(&self, id: &str) -> Option<&Subcase> {
        self.subcases.iter().find(|s| &*s.id == id)
    }
    /// The stage of a new entry: the first one defined.
    pub fn first_stage(&self) -> Option<&Stage> {
        self.stages.first()
    }
}

/// What a unit may do with the entries that are about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnitAccess {
    /// Nothing.
    #[default]
    None,
    /// Read them.
    Read,
    /// Read, open and correct them.
    Write,
}

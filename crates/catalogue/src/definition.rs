//! Checked definitions: what the rest of the system passes around.
//!
//! Everything here has been proved by [`crate::load()`]: ids resolve, types fit, conditions compile.
//! Nothing here is mutable and nothing reads a file.

use std::{collections::BTreeMap, sync::Arc};

use values::{calendar::Limit, dates::Date};

use crate::{
    condition::Condition,
    id::{
        ActionId, BranchId, ClockId, DocumentId, FieldId, FigureId, LedgerId, ModuleId, RoleId,
        SectionId, StageId, SubcaseId,
    },
    paper::PaperTemplate,
    report::ReportTemplate,
};

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

/// A field of a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Id, unique within the ledger.
    pub id: FieldId,
    /// Chinese name: form label, sheet column, list heading.
    pub name: String,
    /// What it holds.
    pub kind: FieldType,
    /// Must be filled when the entry is opened.
    pub required: bool,
    /// Can be filtered and sorted by.
    pub index: bool,
    /// What the public and the log's leaves may show.
    pub public: Visibility,
    /// Hint shown with the field.
    pub help: String,
    /// Law that asks for this field.
    pub law: Option<Citation>,
    /// Measure word or unit shown behind the value.
    pub unit: String,
    /// It names a minor: masked for everybody, never public.
    pub minor: bool,
    /// Pattern of the number (案号) that opening an entry takes where the field is left empty; empty
    /// for none.
    pub number: String,
}

/// What may be shown of a field outside the organ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Nothing.
    #[default]
    Hidden,
    /// All of it.
    Shown,
    /// Masked by the rule of its type (a person's name, a number).
    Masked,
}

/// The types of the domain. Values are JSON-shaped: see [`crate::value::Value`].
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// One line, at most `max` characters.
    Text {
        /// Longest value in characters.
        max: u32,
    },
    /// Several lines.
    LongText,
    /// A number with a fixed count of decimals, stored as an integer scaled by `10^decimals`.
    Number {
        /// Decimals kept.
        decimals: u8,
        /// Least value allowed, scaled.
        min: Option<i64>,
        /// Greatest value allowed, scaled.
        max: Option<i64>,
    },
    /// An amount in fen.
    Money,
    /// A civil date.
    Date,
    /// Two dates, both included.
    DateRange,
    /// One of the options.
    Choice {
        /// Options in order.
        options: Vec<String>,
    },
    /// Any of the options.
    Choices {
        /// Options in order.
        options: Vec<String>,
    },
    /// Yes or no.
    Flag,
    /// A district of the organ (its list is part of the organ, not of the catalogue).
    District,
    /// An entry of the subject register, by name.
    Subject,
    /// A school, kindergarten or training institution, by name.
    Unit,
    /// An officer with a certificate, by name.
    Officer,
    /// A natural person's name; personal data.
    Person,
    /// A telephone number; personal data.
    Phone,
    /// A postal address; personal data.
    Address,
    /// A resident identity number; personal data, checksum verified.
    IdentityNumber,
    /// A unified social credit code, checksum verified (a warning, not a refusal).
    CreditCode,
    /// A citation of a statute.
    LawCitation,
    /// A file, by the hash of its content.
    File,
    /// A small table inside the entry.
    Rows {
        /// Its columns; no column is itself `Rows`.
        columns: Vec<Field>,
    },
    /// The key or title of an entry of another ledger.
    Reference {
        /// The other ledger.
        ledger: LedgerId,
    },
}

impl FieldType {
    /// Says whether values of this type are personal data and get a commitment of their own.
    pub fn is_personal(&self) -> bool {
        matches!(
            self,
            Self::Person | Self::Phone | Self::Address | Self::IdentityNumber
        )
    }
}

/// A stage (环节).
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Id.
    pub id: StageId,
    /// Chinese name.
    pub name: String,
    /// The procedure ends here.
    pub end: bool,
}

/// An action (办理).
#[derive(Clone, Debug)]
pub struct Action {
    /// Id.
    pub id: ActionId,
    /// Chinese name: a verb with its object.
    pub name: String,
    /// Stages in which it can be done.
    pub from: Vec<StageId>,
    /// Stage that it leads to; `None` keeps the stage.
    pub to: Option<StageId>,
    /// Roles that may do it.
    pub by: Vec<String>,
    /// Whoever did one of these may not do it.
    pub not_by: Vec<ActionId>,
    /// Officers with a valid certificate who must act together (0: no officer needed).
    pub officers: u8,
    /// Ground for that.
    pub officers_law: Option<Citation>,
    /// What must be there first.
    pub needs: Vec<Need>,
    /// Fields that the act asks for; those marked required in the ledger are required here.
    pub asks: Vec<FieldId>,
    /// Condition over the entry.
    pub when: Option<Condition>,
    /// Conditions that say what is wrong where they do not hold, with their own ground.
    pub guards: Vec<Guard>,
    /// The date field that records the day of the act: doing the act fills it, and an entry taken
    /// from a book in which it is filled counts as one where the act was done that day.
    pub date: Option<FieldId>,
    /// Clocks after whose last day it may not be done any more.
    pub within: Vec<ClockId>,
    /// Clocks whose last day no longer forbids anything once this was done; they stay missed.
    pub excuses: Vec<ClockId>,
    /// Ground.
    pub law: Option<Citation>,
    /// May be done more than once.
    pub repeat: bool,
}

/// A condition of an act with words for the person who does not meet it.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Over the entry, with the fields that the act fills.
    pub when: Condition,
    /// What is missing or wrong, as a sentence without a full stop.
    pub say: String,
    /// Ground.
    pub law: Option<Citation>,
}

/// Work that runs beside the stages (并行): an expert argument next to a risk assessment.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Id.
    pub id: BranchId,
    /// Chinese name.
    pub name: String,
    /// The act that begins it.
    pub begins: ActionId,
    /// The acts that end it; any one is enough.
    pub ends: Vec<ActionId>,
    /// Only where this holds; elsewhere nobody waits for it.
    pub when: Option<Condition>,
    /// Ground.
    pub law: Option<Citation>,
}

/// Entries of another ledger that belong to an entry of this one (子案): a hearing inside a case.
#[derive(Clone, Debug)]
pub struct Subcase {
    /// Id.
    pub id: SubcaseId,
    /// Chinese name.
    pub name: String,
    /// The other ledger.
    pub ledger: LedgerId,
    /// Its reference field that names the entry here.
    pub field: FieldId,
    /// There must be one where this holds; without a condition, only those that exist must end.
    pub when: Option<Condition>,
    /// Ground.
    pub law: Option<Citation>,
}

/// Something an action needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// A signed document of this kind.
    Document(DocumentId),
    /// At least one piece of evidence.
    Evidence,
    /// An earlier action.
    Action(ActionId),
    /// A filled field.
    Field(FieldId),
    /// The time of a clock is over: its last day has passed, or it was stopped before.
    Over(ClockId),
    /// A branch has ended, or was not called for.
    Branch(BranchId),
    /// Every subcase of this kind has ended.
    Subcase(SubcaseId),
}

/// What makes a clock start, stop, pause or go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// The entry is opened.
    Opened,
    /// A stage is entered.
    Stage(StageId),
    /// An action is done.
    Action(ActionId),
    /// The date in a field.
    Field(FieldId),
}

/// A clock (期限).
#[derive(Clone, Debug)]
pub struct Clock {
    /// Id.
    pub id: ClockId,
    /// Chinese name.
    pub name: String,
    /// What starts it.
    pub starts: Trigger,
    /// What stops it; any one is enough.
    pub stops: Vec<Trigger>,
    /// How long.
    pub limit: Limit,
    /// Set by law, or promised by the organ.
    pub statutory: bool,
    /// A time that the party has: it is waited for, and nobody here is late when it passes.
    pub party: bool,
    /// What suspends it, and what ends that.
    pub suspended: Vec<(Trigger, Trigger)>,
    /// The action that extends it, and by how much.
    pub extension: Option<(ActionId, Limit)>,
    /// Ground.
    pub law: Option<Citation>,
}

/// A document (文书).
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Id.
    pub id: DocumentId,
    /// Chinese name.
    pub name: String,
    /// Pattern of its number (`{organ}罚决字〔{year}〕{seq}号`); empty for none.
    pub number: String,
    /// Name of its template under `catalogue/documents/`.
    pub template: String,
    /// It is served on the party, and the day counts.
    pub served: bool,
    /// Roles that may sign it off (签发); empty where everybody may who works on the entry.
    pub sign: Vec<String>,
    /// What it is for; may be empty.
    pub about: String,
    /// Ground.
    pub law: Option<Citation>,
}

/// What of an entry is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// The column of the disclosure catalogue.
    pub column: String,
    /// What makes it due.
    pub after: Trigger,
    /// Within which time.
    pub within: Option<Limit>,
    /// For how long it stays.
    pub term: Option<Limit>,
    /// Ground.
    pub law: Option<Citation>,
}

/// A figure (数据): a fold over the entries of a ledger, or a formula over figures.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Id, unique over the catalogue and stable across versions.
    pub id: FigureId,
    /// Chinese name.
    pub name: String,
    /// Measure word: 件, 人次, %.
    pub unit: String,
    /// How it is computed.
    pub kind: FigureKind,
    /// Dimensions it can be broken down by; for formulas those that all operands share.
    pub by: Vec<Dimension>,
    /// Decimals shown.
    pub decimals: u8,
    /// What it means and what it leaves out.
    pub about: String,
    /// The law or rule that asks for it.
    pub law: Option<Citation>,
    /// The ledger whose file defines it.
    pub ledger: LedgerId,
}

/// How a figure is computed.
#[derive(Clone, Debug)]
pub enum FigureKind {
    /// Adds up over a period.
    Flow(Fold),
    /// What stands at the end of the period.
    Stock(Fold),
    /// How many different keys occur in the period.
    Distinct(Fold),
    /// How many different keys stand at the end of the period.
    DistinctStock(Fold),
    /// The last value by date, summed over the keys (no key: the one last value).
    Latest(Fold),
    /// An exact calculation over other figures.
    Formula(Formula),
}

impl FigureKind {
    /// The fold, unless it is a formula.
    pub fn fold(&self) -> Option<&Fold> {
        match self {
            Self::Flow(f) | Self::Stock(f) | Self::Distinct(f) | Self::DistinctStock(f) => Some(f),
            Self::Latest(f) => Some(f),
            Self::Formula(_) => None,
        }
    }
    /// The Chinese word for the kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Flow(_) => "期间累计",
            Self::Stock(_) => "期末存量",
            Self::Distinct(_) => "期间去重",
            Self::DistinctStock(_) => "期末去重",
            Self::Latest(_) => "最新值",
            Self::Formula(_) => "计算",
        }
    }
}

/// What an entry contributes to a figure.
#[derive(Clone, Debug)]
pub struct Fold {
    /// The quantity.
    pub measure: Measure,
    /// The date it counts at.
    pub on: DateSource,
    /// For stocks: the date field at which the entry leaves the stock (the day it is gone).
    pub until: Option<FieldId>,
    /// Keys that make contributions different (`distinct`) or separate (`latest`).
    pub keys: Vec<FieldId>,
    /// Only entries for which this holds.
    pub when: Option<Condition>,
}

/// A quantity of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// One per entry.
    Entries,
    /// One per time the action was done.
    Action(ActionId),
    /// The value of a number or money field.
    Sum(FieldId),
    /// The number of rows of a rows field.
    Rows(FieldId),
    /// The sum of a column of a rows field.
    RowsSum(FieldId, FieldId),
}

/// Which date a contribution counts at.
#[derive(Clone, Debug, PartialEq)]
pub enum DateSource {
    /// The entry's own date (the ledger's `date` field, or the day of entry).
    Entry,
    /// Another date field; entries without it do not count.
    Field(FieldId),
    /// The day the action was done (with [`Measure::Action`]).
    Action,
}

/// A dimension of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// The field whose value is the dimension.
    pub field: FieldId,
    /// Chinese name.
    pub name: String,
}

/// An exact calculation over other figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The calculation.
    pub operation: Operation,
    /// First operands (several only for sums).
    pub of: Vec<Operand>,
    /// Second operand.
    pub base: Option<Operand>,
}

/// The calculations there are. Results in percent are 100 times the ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// 100 · of ÷ base, where `of` is a part of `base` (办结率).
    Rate,
    /// 100 · of ÷ base, part of a whole (占比).
    Share,
    /// 100 · of ÷ base over a register (覆盖率).
    Coverage,
    /// 100 · (of − base) ÷ base (增长率).
    Growth,
    /// of − base.
    Difference,
    /// Sum of `of`.
    Sum,
    /// of ÷ base (平均).
    Average,
}

/// A figure as operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The figure.
    pub figure: FigureId,
    /// The period relative to the asked one.
    pub period: PeriodShift,
    /// Fixed dimension values.
    pub only: BTreeMap<FieldId, String>,
}

/// The period of an operand relative to the asked period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PeriodShift {
    /// The same.
    #[default]
    Same,
    /// The same days one year earlier.
    PreviousYear,
    /// The day before the period begins: for stocks.
    Eve,
    /// From the beginning of the records to the end of the period.
    ToDate,
}

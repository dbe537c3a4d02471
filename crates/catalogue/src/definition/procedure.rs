//! Procedures: stages, acts and what they need, clocks, papers, publication.

use values::calendar::Limit;

use crate::{
    condition::Condition,
    definition::Citation,
    id::{ActionId, BranchId, ClockId, DocumentId, FieldId, LedgerId, StageId, SubcaseId},
};

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
    /// Whoever did one of these in the case that a reference field names may not do it.
    pub not_by_case: Vec<(FieldId, ActionId)>,
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
    /// The reference field that names the matter of the same ledger to which it joins this one (并案).
    pub joins: Option<FieldId>,
    /// Clocks after whose last day it may not be done any more.
    pub within: Vec<ClockId>,
    /// Clocks whose last day no longer forbids anything once this was done; they stay missed.
    pub excuses: Vec<ClockId>,
    /// Acts and documents that no longer count after it: they have to be done and made anew.
    pub again: Vec<Need>,
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
    /// The stages of the other ledger of which one must be reached where there must be one; without
    /// them, any end is enough.
    pub until: Vec<StageId>,
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
    /// What makes it needless: it ends then, and nobody was in time or late.
    pub moot: Vec<Trigger>,
    /// How long.
    pub limit: Limit,
    /// What is counted from the end of that, where the law has two periods in a row.
    pub then: Option<Limit>,
    /// Set by law, or promised by the organ.
    pub statutory: bool,
    /// A time that the party has: it is waited for, and nobody here is late when it passes.
    pub party: bool,
    /// It is there to pass, not to be kept: nobody is late who acts when it is over.
    pub waited: bool,
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

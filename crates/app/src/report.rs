//! Reports: draft from a template, edit, find untraced numbers, freeze, compare afterwards.
//!
//! A draft is an entry of the ledger [`LEDGER`]; saving is a correction, freezing an action. The
//! frozen snapshot (text, every figure with its exact value, definition version and tree size) is
//! kept by its hash, and the hash is in the log.

mod compare;
mod compose;
pub(crate) mod document;
mod freeze;
mod proof_read;
mod text;

pub use compare::Change;
pub use document::DOCX;
pub use freeze::{FrozenFigure, Snapshot};
pub use proof_read::Remark;
pub use text::{Paper, PaperParagraph, PaperPart, PaperPiece, Untraced};

use std::collections::BTreeMap;

use catalogue::{
    definition::{Field, FieldType, Ledger},
    report::ReportTemplate,
    value::{Fields, Value},
};
use kernel::{Command, State};
use values::dates::Period;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::{Door, Entry, NewEntry},
    error::{AppError, Result},
};

/// The ledger that reports are entries of.
pub const LEDGER: &str = "report";
/// Media type of the file that freezing keeps.
pub(crate) const SNAPSHOT_TYPE: &str = "application/json";

/// A report as it is edited: its parts as text with slots.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The entry.
    pub id: String,
    /// Its revision: what a save must be based on.
    pub revision: u32,
    /// Template id.
    pub template: String,
    /// The year reported on.
    pub year: i16,
    /// Title.
    pub title: String,
    /// Parts in order.
    pub parts: Vec<DraftPart>,
    /// Hash of the snapshot, once frozen.
    pub snapshot: Option<String>,
    /// When it was frozen.
    pub frozen_on: Option<String>,
}

impl Draft {
    /// Whether a part has a text of its own, or one of the parts below it has.
    pub(crate) fn filled(&self, at: usize) -> bool {
        let level = self.parts[at].level;
        let below = self.parts[at..].iter().enumerate();
        below
            .take_while(|(i, part)| *i == 0 || part.level > level)
            .any(|(_, part)| !part.text.trim().is_empty())
    }
}

/// A part of a draft.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DraftPart {
    /// Id within the template.
    pub id: String,
    /// Level of the heading, 0 for none.
    pub level: u8,
    /// Heading without its ordinal.
    pub name: String,
    /// Paragraphs, one a line, with slots.
    pub text: String,
}

impl Draft {
    /// The year as a period.
    pub fn period(&self) -> Period {
        Period::year(self.year)
    }
}

impl App {
    /// All reports, newest first.
    ///
    /// # Errors
    /// A denial.
    pub fn reports(&self, actor: &Actor) -> Result<Vec<Entry>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let query = crate::listing::all_of(&actor.organ, LEDGER);
        let rows = self.store.read(|db| db.list(&query))?.rows;
        rows.into_iter().map(|row| self.entry_of(row)).collect()
    }

    /// Starts a report for a year: the draft that the ledgers can write. Where there is a report
    /// of this template for this year that is not frozen, answers that one.
    ///
    /// # Errors
    /// A denial, or an unknown template.
    pub fn start_report(&self, actor: &Actor, template: &str, year: i16) -> Result<String> {
        authorise(actor, Action::Draft, Resource::Reports)?;
        for entry in self.reports(actor)? {
            let draft = draft_of(&entry)?;
            if draft.template == template && draft.year == year && draft.snapshot.is_none() {
                return Ok(draft.id);
            }
        }
        let template = self.template(template)?;
        let parts = self.compose(actor, template, year)?;
        let organ = self.organ(&actor.organ)?;
        let title = template
            .title
            .replace("{organ}", &organ.name)
            .replace("{year}", &year.to_string());
        let fields = Fields::from([
            ("template".to_owned(), Value::from(template.id.as_str())),
            ("year".to_owned(), Value::from(i64::from(year))),
            ("title".to_owned(), Value::from(title)),
            (
                "parts".to_owned(),
                Value::from(crate::append::to_json(&parts)?),
            ),
        ]);
        let new = NewEntry {
            happened_on: self.clock.today(),
            fields,
        };
        // Reports are kept by the legal section, whoever else may read them.
        let changes = {
            let ledger = self
                .catalogue()
                .ledger(LEDGER)
                .ok_or(AppError::NotFound("报告台账"))?;
            self.decide_openings(actor, ledger, vec![new])?
        };
        self.store
            .write(|db| self.append(db, &actor.organ, &changes))?;
        let id = changes.into_iter().next().map(|c| c.entry);
        id.ok_or_else(|| AppError::Fault("nothing was opened".to_owned()))
    }

    /// A draft or frozen report.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or a denial.
    pub fn draft(&self, actor: &Actor, id: &str) -> Result<Draft> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let row = self.store.read(|db| db.entry(&actor.organ, id))?;
        let row = row
            .filter(|r| r.ledger == LEDGER)
            .ok_or(AppError::NotFound("该报告"))?;
        draft_of(&self.entry_of(row)?)
    }

    /// Saves title and parts of a draft.
    ///
    /// # Errors
    /// A refusal (frozen, changed by somebody else), a slot that cannot be read, or a denial.
    pub fn save_draft(
        &self,
        actor: &Actor,
        id: &str,
        based_on: u32,
        title: &str,
        parts: &[DraftPart],
    ) -> Result<()> {
        authorise(actor, Action::Draft, Resource::Reports)?;
        let draft = self.draft(actor, id)?;
        if draft.snapshot.is_some() {
            return Err(AppError::Input(
                "报告已经定稿，不能再改；如需修改请另起一稿。".to_owned(),
            ));
        }
        for part in parts {
            text::check_slots(self.catalogue(), part)?;
        }
        let changes = BTreeMap::from([
            ("title".to_owned(), Some(Value::from(title.trim()))),
            (
                "parts".to_owned(),
                Some(Value::from(crate::append::to_json(&parts)?)),
            ),
        ]);
        let command = Command::Amend {
            changes,
            reason: "编写".to_owned(),
        };
        let (action, door) = (Action::Correct, Door::ReportDesk);
        match self.command(actor, action, door, id, Some(based_on), command, None) {
            Err(AppError::Refused(kernel::Refusal::Unchanged)) => Ok(()),
            other => other,
        }
    }

    /// A template by id.
    pub(crate) fn template(&self, id: &str) -> Result<&ReportTemplate> {
        let found = self
            .catalogue()
            .reports()
            .iter()
            .find(|t| t.id.as_str() == id);
        found
            .map(AsRef::as_ref)
            .ok_or(AppError::NotFound("该报告模板"))
    }
}

/// Reports are written and frozen at the report desk, where slots are checked and snapshots made.
pub(crate) fn refuse_by_hand(ledger: &Ledger) -> Result<()> {
    if &*ledger.id == LEDGER {
        return Err(AppError::Input(
            "年度报告在“报告”页编写和定稿，不能在台账里直接改。".to_owned(),
        ));
    }
    if &*ledger.id == crate::publication::LEDGER {
        return Err(AppError::Input(
            "公开信息在“公开”页起草、送审、发布和撤回，不能在台账里直接改。".to_owned(),
        ));
    }
    Ok(())
}

/// The hashes of the files that an entry names: attached ones, and the snapshot of a report.
pub(crate) fn files_of(ledger: &Ledger, state: &State) -> Vec<String> {
    let is_file = |f: &&Field| matches!(f.kind, FieldType::File);
    let mut names: Vec<&str> = ledger
        .fields
        .iter()
        .filter(is_file)
        .map(|f| &*f.id)
        .collect();
    if &*ledger.id == LEDGER {
        names.push("snapshot");
    }
    let hash = |name: &str| state.fields.get(name)?.as_text().map(str::to_owned);
    names.into_iter().filter_map(hash).collect()
}

/// A frozen report does not change any more, by whichever way the change comes.
pub(crate) fn refuse_frozen(entry: &Entry) -> Result<()> {
    if &*entry.ledger.id == LEDGER && entry.state.fields.contains_key("snapshot") {
        return Err(AppError::Input(
            "报告已经定稿，不能再改；如需修改请另起一稿。".to_owned(),
        ));
    }
    Ok(())
}

pub(crate) fn draft_of(entry: &Entry) -> Result<Draft> {
    let text = |field: &str| entry.state.fields.get(field).and_then(Value::as_text);
    let fault = |what: &str| AppError::Fault(format!("报告 {} 缺少 {what}", entry.id));
    let year = entry.state.fields.get("year").and_then(Value::as_integer);
    let parts = text("parts").ok_or_else(|| fault("parts"))?;
    Ok(Draft {
        id: entry.id.clone(),
        revision: entry.state.revision,
        template: text("template")
            .ok_or_else(|| fault("template"))?
            .to_owned(),
        year: year
            .and_then(|y| i16::try_from(y).ok())
            .ok_or_else(|| fault("year"))?,
        title: text("title").unwrap_or_default().to_owned(),
        parts: serde_json::from_str(parts).map_err(|e| AppError::Fault(e.to_string()))?,
        snapshot: text("snapshot").map(str::to_owned),
        frozen_on: text("frozen_on").map(str::to_owned),
    })
}

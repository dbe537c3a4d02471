//! What follows from what an inspection found: a rectification order or a case, opened in one act
//! with unit, item and facts carried over, and known from either side.
//!
//! The inspection keeps the number of what follows from it; the order and the case keep the number
//! of the inspection. When the order is found to be obeyed, the inspection learns the day, so that
//! the figure of what was put right fills itself.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use kernel::{Command, contribution::text_of};
use store::{Db, Filter, FilterOp};

use super::field::{KeptRecord, Record};
use crate::{
    App,
    append::{Change, index_value},
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, NewEntry, refuse_known_keys},
    error::{AppError, Result},
    listing::all_of,
};

/// The ledger of results.
pub const INSPECTIONS: &str = "random_inspection";
/// The field of what follows that says which inspection it comes from.
const ORIGIN: &str = "random_inspection";
/// What an inspection that found nothing says.
const NOTHING_FOUND: &str = "未发现问题";

/// What can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// An order to put things right.
    Rectification,
    /// A case.
    Case,
}

impl FollowUp {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rectification, Self::Case];

    /// By the name in an address.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.ledger() == name)
    }

    /// The ledger that it is opened in.
    pub fn ledger(self) -> &'static str {
        match self {
            Self::Rectification => "rectification",
            Self::Case => "penalty_ordinary",
        }
    }

    /// What the inspection says of it.
    pub fn said(self) -> &'static str {
        match self {
            Self::Rectification => "责令改正",
            Self::Case => "立案查处",
        }
    }

    /// What the act is called.
    pub fn act(self) -> &'static str {
        match self {
            Self::Rectification => "责令改正",
            Self::Case => "立案",
        }
    }

    /// The field of its number.
    fn number(self) -> &'static str {
        match self {
            Self::Rectification => "number",
            Self::Case => "case_number",
        }
    }

    /// What is asked for beside what is required.
    pub fn asked(self) -> &'static [&'static str] {
        match self {
            Self::Rectification => &["due_on"],
            Self::Case => &["officer", "second_officer", "facts", "basis"],
        }
    }
}

fn said(fields: &Fields, id: &str) -> String {
    fields.get(id).map(text_of).unwrap_or_default()
}

/// Whether an inspection found something that nothing has followed from yet.
fn is_open(inspection: &Entry) -> bool {
    let fields = &inspection.state.fields;
    let found = said(fields, "result");
    !inspection.state.voided
        && found != NOTHING_FOUND
        && !found.is_empty()
        && said(fields, "follow_up_number").is_empty()
}

impl App {
    /// What can follow from an inspection: nothing where nothing was found, or something followed.
    pub fn can_follow(&self, actor: &Actor, inspection: &Entry) -> Vec<FollowUp> {
        if inspection.ledger.id.as_str() != INSPECTIONS || !is_open(inspection) {
            return Vec::new();
        }
        let may = |kind: &FollowUp| {
            self.ledger(actor, Action::Correct, INSPECTIONS).is_ok()
                && self.ledger(actor, Action::Write, kind.ledger()).is_ok()
        };
        FollowUp::ALL.into_iter().filter(may).collect()
    }

    /// What a rectification order or a case begins with: unit, item, facts and officers of the
    /// inspection. Which rule was broken is left to whoever opens it: what an item rests on is the
    /// right to inspect, not the rule.
    ///
    /// # Errors
    /// A denial, or there is nothing to follow.
    pub fn propose_follow_up(&self, actor: &Actor, id: &str, kind: FollowUp) -> Result<Fields> {
        let (ledger, _) = self.ledger(actor, Action::Write, kind.ledger())?;
        let organ = self.organ(&actor.organ)?;
        let context = organ.context();
        self.store.read(|db| {
            let inspection = self.to_follow(db, actor, id)?;
            let fields = &inspection.state.fields;
            let text = |id: &str| said(fields, id);
            let record = self.record_of(db, &actor.organ, &text("draw"), id)?;
            let facts = facts_of(fields, record.as_ref());
            let today = self.clock.today().to_string();
            let mut pairs = vec![
                ("party", text("target")),
                ("facts", facts),
                (ORIGIN, inspection.number.clone()),
            ];
            match kind {
                FollowUp::Rectification => pairs.extend([
                    ("found_on", text("checked_on")),
                    (
                        "requirement",
                        "改正上述问题，并在改正期限届满前提交整改报告。".to_owned(),
                    ),
                ]),
                FollowUp::Case => pairs.extend([
                    ("filed_on", today),
                    ("source", "双随机抽查".to_owned()),
                    ("party_kind", party_kind(&text("target_kind")).to_owned()),
                    ("officer", text("officer")),
                    ("second_officer", text("second_officer")),
                ]),
            }
            let mut proposed = Fields::new();
            for (id, typed) in pairs {
                // What the field would not take is left to whoever opens it.
                let field = ledger.field(id).filter(|_| !typed.is_empty());
                let value = field.and_then(|f| f.parse(&typed, &context).ok());
                if let Some(Some(value)) = value {
                    proposed.insert(id.to_owned(), value);
                }
            }
            Ok(proposed)
        })
    }

    /// Opens what follows, and notes it in the inspection: both or neither.
    ///
    /// # Errors
    /// A refusal with every field that is wrong, a denial, or something has followed already.
    pub fn follow_up(
        &self,
        actor: &Actor,
        id: &str,
        kind: FollowUp,
        mut fields: Fields,
    ) -> Result<String> {
        let (ledger, _) = self.ledger(actor, Action::Write, kind.ledger())?;
        self.store.write(|db| {
            let inspection = self.to_follow(db, actor, id)?;
            fields.insert(ORIGIN.to_owned(), inspection.number.clone().into());
            let new = NewEntry {
                happened_on: self.clock.today(),
                fields: fields.clone(),
            };
            let new = self.numbered(db, &actor.organ, &ledger, vec![new])?;
            let number = new.first().map(|new| said(&new.fields, kind.number()));
            let number = number.unwrap_or_default();
            let mut changes = self.decide_openings(actor, &ledger, new)?;
            refuse_known_keys(db, &actor.organ, &changes)?;
            let opened = changes.first().map(|c| c.entry.clone()).unwrap_or_default();
            let text = |text: &str| Some(Value::Text(text.to_owned()));
            let command = Command::Amend {
                changes: BTreeMap::from([
                    ("follow_up".to_owned(), text(kind.said())),
                    ("follow_up_number".to_owned(), text(&number)),
                ]),
                reason: format!("后续处理：{}（{number}）", kind.said()),
            };
            changes.push(self.decided(actor, inspection, command)?);
            self.append(db, &actor.organ, &changes)?;
            Ok(opened)
        })
    }

    /// An inspection that something may follow from.
    fn to_follow(&self, db: &Db, actor: &Actor, id: &str) -> Result<Entry> {
        let inspection = self.load(db, actor, Action::Correct, id)?;
        if inspection.ledger.id.as_str() != INSPECTIONS {
            return Err(AppError::NotFound("这条检查记录"));
        }
        if is_open(&inspection) {
            return Ok(inspection);
        }
        let number = said(&inspection.state.fields, "follow_up_number");
        Err(AppError::Input(if number.is_empty() {
            "这次检查没有发现问题，没有需要后续处理的。".to_owned()
        } else {
            format!("这次检查已有后续处理：{number}。")
        }))
    }

    /// The record of the field that opened an entry.
    fn record_of(&self, db: &Db, organ: &str, draw: &str, entry: &str) -> Result<Option<Record>> {
        let rows = db.field_records(organ, draw)?;
        let row = rows
            .iter()
            .find(|row| row.entry_id.as_deref() == Some(entry));
        row.map(|row| super::json(&row.body)).transpose()
    }

    /// The entries of a ledger with a value in a field that is indexed.
    pub(super) fn by_field(
        &self,
        db: &Db,
        organ: &str,
        ledger: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<Entry>> {
        let mut query = all_of(organ, ledger);
        query.filters = vec![Filter {
            field: field.to_owned(),
            op: FilterOp::Eq(index_value(&value.into())),
        }];
        let rows = db.list(&query)?.rows;
        rows.into_iter().map(|row| self.entry_of(row)).collect()
    }

    /// The entries of the results of a draw, by id.
    ///
    /// # Errors
    /// A denial.
    pub fn inspected(
        &self,
        actor: &Actor,
        records: &[KeptRecord],
    ) -> Result<BTreeMap<String, Entry>> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let ids = records.iter().filter_map(|record| record.entry.as_deref());
        let mut found = BTreeMap::new();
        for id in ids {
            match self.entry(actor, id) {
                Ok(entry) => {
                    found.insert(id.to_owned(), entry);
                }
                // Not everybody who organises draws reads the ledger.
                Err(AppError::NotFound(_) | AppError::Denied(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(found)
    }

    /// An order that is found to be obeyed: the inspections that it comes from learn the day.
    pub(crate) fn report_back(
        &self,
        db: &Db,
        organ: &str,
        ledger: &str,
        state: &kernel::State,
    ) -> Result<()> {
        let done = state.stage.as_deref() == Some("done");
        let day = said(&state.fields, "checked_on");
        if ledger != FollowUp::Rectification.ledger() || !done || day.is_empty() {
            return Ok(());
        }
        let number = said(&state.fields, "number");
        let found = self.by_field(db, organ, INSPECTIONS, "follow_up_number", &number)?;
        let system = Actor::system(organ);
        let mut changes: Vec<Change> = Vec::new();
        for inspection in found {
            if inspection.state.voided || inspection.state.fields.contains_key("rectified_on") {
                continue;
            }
            let command = Command::Amend {
                changes: BTreeMap::from([(
                    "rectified_on".to_owned(),
                    Some(Value::Text(day.clone())),
                )]),
                reason: format!("复查已改正（{number}）"),
            };
            changes.push(self.decided(&system, inspection, command)?);
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.append(db, organ, &changes)
    }
}

/// What was found, in words: the problem as it was written down, and the points that failed.
fn facts_of(fields: &Fields, record: Option<&Record>) -> String {
    let mut facts = format!(
        "{}抽查“{}”发现：",
        said(fields, "checked_on"),
        said(fields, "matter")
    );
    let problem = said(fields, "problem");
    let result = said(fields, "result");
    let found = [problem.trim_end_matches('。'), &result];
    let found = found.into_iter().find(|words| !words.is_empty());
    facts.push_str(found.unwrap_or_default());
    let failed: Vec<&str> = record
        .iter()
        .flat_map(|record| &record.answers)
        .filter(|answer| answer.finding == "不符合")
        .map(|answer| answer.point.as_str())
        .collect();
    if !failed.is_empty() {
        facts.push_str(&format!("。不符合的检查内容：{}", failed.join("；")));
    }
    facts.push('。');
    facts
}

fn party_kind(target_kind: &str) -> &'static str {
    match target_kind {
        "幼儿园" => "幼儿园",
        "校外培训机构" => "校外培训机构",
        _ => "学校",
    }
}

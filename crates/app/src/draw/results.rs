//! Results made public within their term, and what the inspected unit gets to read.
//!
//! A result is an entry of `random_inspection` from the moment its record arrives; its clock (twenty
//! working days) runs from the day of the visit. Publishing puts the day of publication into all
//! results of a draw that wait, in one act; the portal's register of results shows what has such a
//! day, in the columns that the ledger opens. Whoever recorded a result does not publish it.
//!
//! The unit reads its own record, with the problem in words, behind the code that the inspector
//! showed it ([`App::visit_record`]); the problem in words is not public.

use std::collections::BTreeMap;

use catalogue::value::Value;
use kernel::{Command, contribution::text_of};
use store::Db;
use values::dates::Date;

use super::{Draw, field::Record, follow::INSPECTIONS};
use crate::{
    App,
    append::Change,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
};

/// The field that says when a result became public.
const PUBLISHED: &str = "published_on";

/// Results of a draw that are not public yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Those that the reader may publish.
    pub ready: usize,
    /// Those that the reader recorded: somebody else publishes them.
    pub own: usize,
    /// The first last day among all of them.
    pub due: Option<Date>,
    /// How many are past theirs.
    pub late: usize,
}

/// What an inspection of one item found, as the unit reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The item.
    pub matter: String,
    /// The day of the visit, ISO.
    pub checked_on: String,
    /// The result.
    pub result: String,
    /// What is wrong, in words.
    pub problem: String,
    /// The points that were not met.
    pub failed: Vec<String>,
    /// What follows, with its number.
    pub follow_up: String,
    /// The day on which it was found to be put right, ISO.
    pub rectified_on: String,
    /// The day of publication, ISO.
    pub published_on: String,
}

fn said(entry: &Entry, field: &str) -> String {
    let value = entry.state.fields.get(field);
    value.map(text_of).unwrap_or_default()
}

fn is_waiting(entry: &Entry) -> bool {
    !entry.state.voided && !entry.state.fields.contains_key(PUBLISHED)
}

fn is_recorded_by(entry: &Entry, actor: &Actor) -> bool {
    let mut done = entry.state.history.iter();
    done.any(|d| d.what == "opened" && d.actor == actor.account)
}

impl App {
    /// The results of a draw that are not public yet, and when they have to be.
    ///
    /// # Errors
    /// A denial.
    pub fn waiting_results(&self, actor: &Actor, draw: &str) -> Result<Waiting> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let found = self
            .store
            .read(|db| self.by_field(db, &actor.organ, INSPECTIONS, "draw", draw))?;
        let mut waiting = Waiting::default();
        let today = self.clock.today();
        for entry in found.iter().filter(|entry| is_waiting(entry)) {
            match is_recorded_by(entry, actor) {
                true => waiting.own += 1,
                false => waiting.ready += 1,
            }
            let clocks = self.entry_clocks(entry);
            let open = clocks.iter().filter(|(due, _)| due.stopped_on.is_none());
            if let Some(last) = open.map(|(due, _)| due.due_on).min() {
                waiting.due = Some(waiting.due.map_or(last, |first| first.min(last)));
                waiting.late += usize::from(last < today);
            }
        }
        Ok(waiting)
    }

    /// Publishes the results of a draw that wait, except those that the actor recorded; answers how
    /// many.
    ///
    /// # Errors
    /// A denial; the draw is not public yet, the portal has no register of results, or there is
    /// nothing that this person may publish.
    pub fn publish_results(&self, actor: &Actor, id: &str) -> Result<usize> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let site = self.site(&actor.organ)?;
        let shown = |c: &&crate::publication::Column| c.ledger.as_deref() == Some(INSPECTIONS);
        let columns = self.portal.columns.iter().filter(shown);
        if !columns
            .into_iter()
            .any(|c| site.registers.contains_key(&c.id))
        {
            return Err(AppError::Input(
                "门户上还没有抽查结果栏目：先在“公开”里公开双随机抽查台账，再公示结果。".to_owned(),
            ));
        }
        let today = Value::Text(self.clock.today().to_string());
        self.store.write(|db| {
            let draw = self.load_draw(db, &actor.organ, id)?;
            if !draw.is_public(self.clock.now()) {
                return Err(AppError::Input(
                    "这次抽取的结果还没有公开，检查结果要等它公开之后才能公示。".to_owned(),
                ));
            }
            let found = self.by_field(db, &actor.organ, INSPECTIONS, "draw", id)?;
            let (own, ready): (Vec<Entry>, Vec<Entry>) = found
                .into_iter()
                .filter(is_waiting)
                .partition(|entry| is_recorded_by(entry, actor));
            if ready.is_empty() {
                return Err(AppError::Input(match own.len() {
                    0 => "没有等待公示的检查结果。".to_owned(),
                    n => format!("等待公示的 {n} 条都是您自己录入的，请由另一人核对后公示。"),
                }));
            }
            let changes = ready.into_iter().map(|entry| {
                let command = Command::Amend {
                    changes: BTreeMap::from([(PUBLISHED.to_owned(), Some(today.clone()))]),
                    reason: "已在门户公示".to_owned(),
                };
                self.decided(actor, entry, command)
            });
            let changes: Vec<Change> = changes.collect::<Result<_>>()?;
            self.append(db, &actor.organ, &changes)?;
            Ok(changes.len())
        })
    }

    /// What was found at a unit, for whoever holds the code that the inspector showed there.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn visit_record(&self, draw: &Draw, unit: &str, key: &str) -> Result<Vec<Outcome>> {
        authorise(&Actor::public(&draw.organ), Action::Visit, Resource::Portal)?;
        // Without a secret of the draw anybody could work the code out.
        if draw.secret.is_none() || key != draw.notice_key(unit) {
            return Ok(Vec::new());
        }
        self.store.read(|db| self.outcomes(db, draw, unit))
    }

    fn outcomes(&self, db: &Db, draw: &Draw, unit: &str) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for row in db.field_records(&draw.organ, &draw.id)? {
            let Some(id) = row.entry_id.filter(|_| row.unit_id == unit) else {
                continue;
            };
            let Some(kept) = db.entry(&draw.organ, &id)?.filter(|kept| !kept.voided) else {
                continue;
            };
            let record: Record = super::json(&row.body)?;
            outcomes.push(outcome(&self.entry_of(kept)?, &record));
        }
        Ok(outcomes)
    }
}

fn outcome(entry: &Entry, record: &Record) -> Outcome {
    let said = |field: &str| said(entry, field);
    let failed = record.answers.iter().filter(|a| a.finding == "不符合");
    let number = said("follow_up_number");
    let follow_up = match number.is_empty() {
        true => said("follow_up"),
        false => format!("{}（{number}）", said("follow_up")),
    };
    Outcome {
        matter: said("matter"),
        checked_on: said("checked_on"),
        result: said("result"),
        problem: said("problem"),
        failed: failed.map(|a| a.point.clone()).collect(),
        follow_up,
        rectified_on: said("rectified_on"),
        published_on: said(PUBLISHED),
    }
}

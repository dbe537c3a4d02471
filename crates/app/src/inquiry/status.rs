//! Where something handed in stands, for whoever has its receipt and code.

use std::collections::BTreeMap;

use catalogue::value::Value;
use kernel::{Command, decide};
use store::InboxRow;
use values::calendar::{LastDayRule, Limit};

use super::{Kind, RATINGS, Remedy, Reply, Status, code_hash, item_of, tidy};
use crate::{
    App,
    append::Change,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
    kept::paper::papers_of,
};

impl App {
    /// Where an item stands, for whoever has receipt and code.
    ///
    /// # Errors
    /// One sentence for a wrong number and a wrong code alike.
    pub fn status(&self, organ: &str, receipt: &str, code: &str) -> Result<Status> {
        authorise(&Actor::public(organ), Action::Apply, Resource::Portal)?;
        let wrong = || AppError::Input("没有查到：请核对回执编号和查询码。".to_owned());
        let receipt = tidy(receipt);
        let row = self.inbox.read(|db| db.inbox_item(organ, &receipt))?;
        let row = row
            .filter(|r| r.code_hash == code_hash(&receipt, &tidy(code)))
            .ok_or_else(wrong)?;
        let item = item_of(row)?;
        let mut status = Status {
            entry: None,
            due: None,
            steps: Vec::new(),
            stages: Vec::new(),
            replies: Vec::new(),
            remedy: None,
            item,
        };
        let Some(id) = &status.item.entry else {
            return Ok(status);
        };
        let Some(row) = self.store.read(|db| db.entry(organ, id))? else {
            return Ok(status);
        };
        let entry = self.entry_of(row)?;
        let clocks = self.entry_clocks(&entry);
        let running = clocks.iter().map(|(due, _)| due);
        if let Some(first) = running.into_iter().find(|c| c.stopped_on.is_none()) {
            status.due = Some((first.what.clone(), first.due_on, first.statutory));
            status.steps = first.steps.clone();
        }
        status.stages = stages_of(&entry);
        status.replies = self.replies(organ, &entry)?;
        status.remedy = match status.item.kind {
            Kind::Disclosure => self.remedy(&entry),
            _ => None,
        };
        status.entry = Some(entry);
        Ok(status)
    }

    /// Counted from the day of the answer: whoever got it later has longer, nobody shorter.
    fn remedy(&self, entry: &Entry) -> Option<Remedy> {
        let on = entry.state.fields.get("answered_on")?.as_text()?;
        let from = on.parse().ok()?;
        let due = |limit: Limit| limit.due(from, &self.calendar, LastDayRule::NextWorkingDay);
        let (review, suit) = (due(Limit::CalendarDays(60)), due(Limit::Months(6)));
        Some(Remedy {
            from,
            review_by: review.date,
            suit_by: suit.date,
            provisional: review.provisional || suit.provisional,
        })
    }

    /// The papers in force that are served and addressed to the sender. A notice to a third party
    /// in the same case bears another name, so it is none of them.
    fn replies(&self, organ: &str, entry: &Entry) -> Result<Vec<Reply>> {
        let fields = &entry.state.fields;
        let sender = ["applicant", "petitioner", "complainant"];
        let mut sender = sender.iter().filter_map(|id| fields.get(*id)?.as_text());
        let Some(sender) = sender.next() else {
            return Ok(Vec::new());
        };
        let rows = self.store.read(|db| db.papers(organ, &entry.id))?;
        let served = |document: &str| {
            let mut known = entry.ledger.documents.iter();
            known.any(|d| d.served && d.id.as_str() == document)
        };
        let mut replies: Vec<Reply> = papers_of(entry, rows, &BTreeMap::new())?
            .into_iter()
            .filter(|paper| served(&paper.document))
            .filter_map(|paper| {
                let version = paper.in_force()?;
                let to = version.text.to.trim().trim_end_matches('：');
                (to == sender).then(|| Reply {
                    name: paper.name.clone(),
                    number: version.number.clone(),
                    on: version.date,
                    text: version.text.clone(),
                })
            })
            .collect();
        replies.sort_by_key(|reply| std::cmp::Reverse(reply.on));
        Ok(replies)
    }

    /// Keeps the sender's rating of an answer, and writes it into the ledger of complaints.
    ///
    /// # Errors
    /// As [`App::status`]; nothing to rate yet, or rated before.
    pub fn rate(&self, organ: &str, receipt: &str, code: &str, rating: &str) -> Result<()> {
        let status = self.status(organ, receipt, code)?;
        if !RATINGS.contains(&rating) {
            return Err(AppError::Input("请选择满意、基本满意或不满意。".to_owned()));
        }
        if !status.item.rating.is_empty() {
            return Err(AppError::Input("已经评价过了，谢谢。".to_owned()));
        }
        let Some(entry) = status.entry else {
            return Err(AppError::Input("还没有答复，答复后再请您评价。".to_owned()));
        };
        self.inbox.write(|db| {
            let row = db.inbox_item(organ, &status.item.receipt)?;
            let row = row.ok_or(AppError::NotFound("这一件"))?;
            Ok::<_, AppError>(db.update_inbox(&InboxRow {
                rating: rating.to_owned(),
                ..row
            })?)
        })?;
        self.write_rating(organ, entry, rating)
    }

    fn write_rating(&self, organ: &str, entry: Entry, rating: &str) -> Result<()> {
        let fields = &entry.state.fields;
        let rated = fields.get("satisfaction").and_then(Value::as_text);
        if entry.ledger.field("satisfaction").is_none() || rated.is_some_and(|r| r != "未评价") {
            return Ok(());
        }
        let system = Actor::system(organ);
        let known = self.organ(organ)?;
        let who = self.who(&system, &known);
        let command = Command::Amend {
            changes: BTreeMap::from([("satisfaction".to_owned(), Some(rating.into()))]),
            reason: "来件人在门户评价".to_owned(),
        };
        let today = self.clock.today();
        let events = decide(&entry.ledger, Some(&entry.state), command, &who, today)?;
        let change = Change {
            ledger: entry.ledger,
            entry: entry.id,
            opened_at: entry.opened_at,
            recorded_at: self.clock.now().to_string(),
            before: Some(entry.state),
            events,
        };
        self.store.write(|db| self.append(db, organ, &[change]))
    }
}

/// The stages that an entry has reached, each with its day, the first one included.
fn stages_of(entry: &Entry) -> Vec<(String, String)> {
    let name = |id: &str| {
        let found = entry.ledger.stages.iter().find(|s| s.id.as_str() == id);
        found.map(|s| s.name.clone())
    };
    let opened = entry.state.history.first().map(|d| d.on.clone());
    let first = entry.ledger.first_stage().map(|s| s.name.clone());
    let mut stages: Vec<(String, String)> = first.zip(opened).into_iter().collect();
    for done in entry.state.history.iter().filter(|d| !d.retracted) {
        let Some(name) = done.to.as_deref().and_then(name) else {
            continue;
        };
        if stages.last().is_none_or(|(last, _)| *last != name) {
            stages.push((name, done.on.clone()));
        }
    }
    stages
}

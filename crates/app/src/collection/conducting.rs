//! What the bureau does with a collection: judges what is handed in, reminds, closes.

use store::{CollectionRow, Db, HandInRow};
use values::dates::Date;

use super::{Standing, open_hand_in, refuse_closed};
use crate::{
    App,
    authorise::{Action, Actor, Denied, Resource, authorise},
    error::{AppError, Result},
};

/// Days before the due day on which units are reminded by themselves.
const REMINDED_BEFORE: [i32; 3] = [3, 1, 0];

/// Whoever judges, reminds and closes: the section that asked, the legal officers, leaders.
pub(super) fn conducts(actor: &Actor, of: &CollectionRow) -> Result<()> {
    authorise(actor, Action::Collect, Resource::Organ)?;
    let own_section = !of.section_id.is_empty() && actor.section == of.section_id;
    let leads = actor.is_any(&["legal_section", "leader", "head", "meeting", "system"]);
    if own_section || leads || actor.account == of.created_by {
        return Ok(());
    }
    Err(AppError::Denied(Denied {
        action: Action::Collect,
        who_may: "发起这项任务的科室、法规科或局领导",
    }))
}

impl App {
    /// Accepts or returns a hand-in.
    ///
    /// # Errors
    /// A denial; an input error where there is nothing to judge, or a return without reason.
    pub fn judge_hand_in(
        &self,
        actor: &Actor,
        id: &str,
        unit: &str,
        accept: bool,
        note: &str,
    ) -> Result<()> {
        authorise(actor, Action::Collect, Resource::Organ)?;
        if !accept && note.trim().is_empty() {
            return Err(AppError::Input("退回要写明需要补正什么。".to_owned()));
        }
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            let (collection, row) = open_hand_in(db, who.0, id, unit)?;
            conducts(actor, &collection)?;
            if row.state != "handed-in" {
                return Err(AppError::Input("这个单位没有等待审核的报送。".to_owned()));
            }
            let (state, words) = match accept {
                true => ("accepted", "已接收"),
                false => ("returned", "已退回"),
            };
            let at = self.clock.now().to_string();
            db.put_hand_ins(&[HandInRow {
                state: state.to_owned(),
                changed_at: at.clone(),
                changed_by: who.1.to_owned(),
                note: note.trim().chars().take(500).collect(),
                ..row
            }])?;
            let text = format!("“{}”{words}。{}", collection.title, note.trim());
            let about = format!("collection/{id}/{state}/{at}");
            self.tell_units(db, who.0, &[unit], &about, &text)?;
            self.note_audit(db, who, "collection", id, &format!("{unit} {words}"))
        })
    }

    /// Reminds all units that have to do something; at most once a day each. Answers how many.
    ///
    /// # Errors
    /// A denial.
    pub fn remind(&self, actor: &Actor, id: &str) -> Result<usize> {
        authorise(actor, Action::Collect, Resource::Organ)?;
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            let collection = db.collection(who.0, id)?;
            let collection = collection.ok_or(AppError::NotFound("该填报任务"))?;
            conducts(actor, &collection)?;
            refuse_closed(&collection)?;
            let reminded = self.remind_open(db, &collection)?;
            let detail = format!("催报 {reminded} 个单位");
            self.note_audit(db, who, "collection", id, &detail)?;
            Ok(reminded)
        })
    }

    fn remind_open(&self, db: &Db, collection: &CollectionRow) -> Result<usize> {
        let today = self.clock.today();
        let now = self.clock.now().to_string();
        let mut rows = db.hand_ins(&collection.organ_id, &collection.collection_id)?;
        rows.retain(|row| {
            let standing = Standing::of(row, &collection.due_on, today);
            let day = row.reminded_at.as_deref().and_then(|t| t.parse().ok());
            standing.is_open() && day.map(crate::clock::civil) != Some(today)
        });
        for row in &mut rows {
            row.reminded_at = Some(now.clone());
        }
        db.put_hand_ins(&rows)?;
        let units: Vec<&str> = rows.iter().map(|r| r.unit_id.as_str()).collect();
        let about = format!("collection/{}/{today}", collection.collection_id);
        let text = format!(
            "请尽快报送“{}”，截止 {}。",
            collection.title, collection.due_on
        );
        self.tell_units(db, &collection.organ_id, &units, &about, &text)?;
        Ok(units.len())
    }

    /// Reminds by itself: three days and one day before the due day, on it, and every Monday after.
    /// Doing it twice on a day changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remind_of_collections(&self) -> Result<()> {
        let today = self.clock.today();
        for organ in self.organs() {
            let open = self.store.read(|db| db.collections(&organ.id))?;
            for collection in open.iter().filter(|c| c.closed_at.is_none()) {
                let Ok(due) = collection.due_on.parse::<Date>() else {
                    continue;
                };
                let left = values::dates::days_between(today, due);
                let monday = today.weekday() == jiff::civil::Weekday::Monday;
                if REMINDED_BEFORE.contains(&left) || (left < 0 && monday) {
                    self.store.write(|db| self.remind_open(db, collection))?;
                }
            }
        }
        Ok(())
    }

    /// Closes a collection: nothing is handed in any more.
    ///
    /// # Errors
    /// A denial, or an unknown collection.
    pub fn close_collection(&self, actor: &Actor, id: &str) -> Result<()> {
        authorise(actor, Action::Collect, Resource::Organ)?;
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            let row = db.collection(who.0, id)?;
            let row = row.ok_or(AppError::NotFound("该填报任务"))?;
            conducts(actor, &row)?;
            refuse_closed(&row)?;
            db.put_collections(&[CollectionRow {
                closed_at: Some(self.clock.now().to_string()),
                ..row
            }])?;
            self.note_audit(db, who, "collection", id, "结束")
        })
    }
}

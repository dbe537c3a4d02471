//! Hand-over: somebody leaves or moves, and the work goes to somebody else with its clocks.
//!
//! Whose work an entry is: of its keeper where it was handed over, else of whoever opened it. Old
//! acts keep their name. A hand-over is counted and audited; clocks run on as they are, since they
//! belong to the entry, and stand on the board under the new name.

use std::collections::BTreeSet;

use store::{Db, DeadlineQuery, Filter, FilterOp, KeeperRow, ListQuery, RowFilter};

use crate::{
    App,
    append::STAGE_FIELD,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
};

/// Clocks that are looked through: of all that are open in an organ.
const CLOCKS_MAX: usize = 1_000_000;
/// Entries in hand that are looked through at a time.
const PAGE: usize = 5_000;

/// What a hand-over did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Entries that have a new keeper.
    pub moved: usize,
    /// Entries that are the giver's and that whoever hands over may not see: they stay.
    pub left: usize,
}

impl App {
    /// The open entries that are an account's work: those with a clock or a procedure that has not
    /// ended.
    ///
    /// # Errors
    /// A denial.
    pub fn work_of(&self, actor: &Actor, account: &str) -> Result<Vec<Entry>> {
        let own = actor.account == account;
        if !own {
            authorise(actor, Action::HandOver, Resource::Organ)?;
        }
        let mut work = self
            .store
            .read(|db| self.open_work(db, &actor.organ, account))?;
        work.retain(|entry| crate::entry::may_read(actor, entry));
        Ok(work)
    }

    /// The open entries that are an account's work, whoever asks.
    pub(super) fn open_work(&self, db: &Db, organ: &str, account: &str) -> Result<Vec<Entry>> {
        let open = self.open_entries(db, organ)?;
        let kept: BTreeSet<String> = db
            .keepers_of(organ, account)?
            .into_iter()
            .map(|k| k.entry_id)
            .collect();
        let mut work = Vec::new();
        for id in open {
            let mine = match db.keeper(organ, &id)? {
                Some(_) => kept.contains(&id),
                None => db.opener(organ, &id)?.as_deref() == Some(account),
            };
            if mine {
                work.push(id);
            }
        }
        let entries = db.entries(organ, &work)?.into_iter();
        let entries = entries.map(|row| self.entry_of(row));
        let mut entries = entries.collect::<Result<Vec<Entry>>>()?;
        entries.retain(|entry| {
            let stage = entry.state.stage.as_deref();
            !stage.is_some_and(|s| entry.ledger.stage(s).is_some_and(|s| s.end))
        });
        Ok(entries)
    }

    /// The entries of an organ that are not done: with an open clock, or in a stage that is not
    /// the end of its procedure.
    fn open_entries(&self, db: &Db, organ: &str) -> Result<BTreeSet<String>> {
        let query = DeadlineQuery {
            organ_id: organ,
            section_id: None,
            account_id: None,
            from: "0000-01-01",
            to: "9999-12-31",
        };
        let due = db.deadlines(&query, CLOCKS_MAX)?.into_iter();
        let mut open: BTreeSet<String> = due.map(|row| row.entry_id).collect();
        for ledger in self.catalogue().ledgers() {
            let going_on = ledger.stages.iter().filter(|s| !s.end);
            let stages: Vec<String> = going_on.map(|s| s.id.to_string()).collect();
            if stages.is_empty() {
                continue;
            }
            let mut query = ListQuery::new(organ, &ledger.id, RowFilter::organ(organ));
            query.limit = PAGE;
            query.filters = vec![Filter {
                field: STAGE_FIELD.to_owned(),
                op: FilterOp::OneOf(stages),
            }];
            loop {
                let page = db.list(&query)?;
                open.extend(page.rows.into_iter().map(|row| row.entry_id));
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(open)
    }

    /// Gives the open work of one account to another, as far as whoever hands over may see it.
    ///
    /// # Errors
    /// A denial, or a receiver who cannot take it.
    pub fn hand_over(
        &self,
        actor: &Actor,
        from: &str,
        to: &str,
        reason: &str,
    ) -> Result<HandedOver> {
        authorise(actor, Action::HandOver, Resource::Organ)?;
        if from == to || reason.trim().is_empty() {
            return Err(AppError::Input(
                "交出人和接收人要不同，并写明交接原因。".to_owned(),
            ));
        }
        let all = self
            .store
            .read(|db| self.open_work(db, &actor.organ, from))?;
        let (work, left): (Vec<Entry>, Vec<Entry>) = all
            .into_iter()
            .partition(|entry| crate::entry::may_read(actor, entry));
        let left = left.len();
        let who = (actor.organ.as_str(), actor.account.as_str());
        let since = self.clock.now().to_string();
        self.store.write(|db| {
            let (giver, taker) = (
                self.account_row(db, who.0, from)?,
                self.account_row(db, who.0, to)?,
            );
            if taker.state != "active" {
                return Err(AppError::Input("接收人的账号已停用。".to_owned()));
            }
            let receiver = self.actor_of(db, taker.clone())?;
            let may_act = |entry: &&Entry| {
                let resource = Resource::Entry {
                    ledger: &entry.ledger,
                    organ: who.0,
                    unit: crate::entry::unit_of(&entry.ledger, &entry.state.fields),
                };
                authorise(&receiver, Action::Act, resource).is_ok()
            };
            if let Some(entry) = work.iter().find(|entry| !may_act(entry)) {
                return Err(AppError::Input(format!(
                    "{}无权办理“{}”里的工作，不能接收。",
                    taker.name, entry.ledger.name
                )));
            }
            let rows: Vec<KeeperRow> = work
                .iter()
                .map(|entry| KeeperRow {
                    organ_id: who.0.to_owned(),
                    entry_id: entry.id.clone(),
                    account_id: to.to_owned(),
                    since: since.clone(),
                })
                .collect();
            db.put_keepers(&rows)?;
            for entry in &work {
                db.hand_deadlines_over(who.0, &entry.id, to)?;
            }
            let moved = rows.len();
            let detail = format!("交给{}，{moved} 件：{}", taker.name, reason.trim());
            self.note_audit(db, who, "hand-over", &giver.login, &detail)?;
            Ok(HandedOver { moved, left })
        })
    }
}

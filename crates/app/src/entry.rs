//! Entries: open, correct, act, void; read with history.

use std::{collections::BTreeMap, sync::Arc};

use catalogue::{
    definition::Ledger,
    value::{Fields, Value},
};
use kernel::{Command, Done, Event, Happening, Refusal, State, Who, apply, decide};
use store::{Db, EntryRow, EventRow};
use values::dates::Date;

use crate::{
    App,
    append::{Change, natural_key},
    authorise::{Action, Actor, Resource, Scope, authorise},
    clock::Ids,
    error::{AppError, Result},
    organ::Organ,
};

/// An entry as a page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Id.
    pub id: String,
    /// The definition it was opened under.
    pub ledger: Arc<Ledger>,
    /// Its number.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// Its state.
    pub state: State,
    /// When it was opened and last changed, RFC 3339.
    pub opened_at: String,
    /// See `opened_at`.
    pub changed_at: String,
}

/// One event of an entry's history, as a page shows it.
#[derive(Clone, Debug)]
pub struct Past {
    /// What happened.
    pub event: Event,
    /// Name of whoever did it.
    pub actor: String,
    /// When it was recorded, RFC 3339.
    pub recorded_at: String,
    /// Its leaf in the log.
    pub leaf_index: u64,
    /// Personal values of this event were erased.
    pub erased: bool,
}

/// An entry to open: the day it happened and its fields.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The day on which it happened.
    pub happened_on: Date,
    /// Its fields.
    pub fields: Fields,
}

/// An entry written down in the past.
#[derive(Clone, Debug)]
pub struct PastEntry {
    /// Who wrote it down.
    pub actor: Actor,
    /// The ledger.
    pub ledger: &'static str,
    /// When it was written down.
    pub recorded_at: jiff::Timestamp,
    /// The entry.
    pub entry: NewEntry,
}

/// An act of a procedure, as somebody does it.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    /// The revision that the actor saw, if it is to be checked.
    pub based_on: Option<u32>,
    /// The action.
    pub action: String,
    /// The fields that it fills.
    pub fields: Fields,
    /// The day on which it happened; today without one.
    pub happened_on: Option<Date>,
    /// Names of the officers who act together.
    pub officers: Vec<String>,
}

/// What goes with a command.
struct Order {
    action: Action,
    door: Door,
    based_on: Option<u32>,
    happened_on: Option<Date>,
    officers: Vec<String>,
}

/// Where a command comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The pages of any ledger.
    Workbench,
    /// The report desk, which alone writes and freezes reports.
    ReportDesk,
}

impl App {
    /// The newest definition of a ledger, if the actor may do `action` with it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`].
    pub fn ledger(&self, actor: &Actor, action: Action, id: &str) -> Result<(Arc<Ledger>, Scope)> {
        let ledger = self
            .catalogue()
            .ledger(id)
            .ok_or(AppError::NotFound("该台账"))?;
        let scope = authorise(actor, action, Resource::Ledger(ledger))?;
        if matches!(action, Action::Write | Action::Correct) {
            crate::report::refuse_by_hand(ledger)?;
        }
        Ok((Arc::clone(ledger), scope))
    }

    /// The ledgers that the actor may do `action` with.
    pub fn ledgers(&self, actor: &Actor, action: Action) -> Vec<Arc<Ledger>> {
        let may = |l: &&Arc<Ledger>| authorise(actor, action, Resource::Ledger(l)).is_ok();
        self.catalogue().ledgers().filter(may).cloned().collect()
    }

    /// Opens an entry; answers its id.
    ///
    /// # Errors
    /// A refusal with every field that is wrong, or a denial.
    pub fn open(&self, actor: &Actor, ledger: &str, new: NewEntry) -> Result<String> {
        let ids = self.open_many(actor, ledger, vec![new])?;
        ids.into_iter()
            .next()
            .ok_or_else(|| AppError::Fault("nothing was opened".to_owned()))
    }

    /// Opens entries in one transaction: all or none. Answers their ids.
    ///
    /// # Errors
    /// The first refusal, or a denial.
    pub fn open_many(
        &self,
        actor: &Actor,
        ledger: &str,
        new: Vec<NewEntry>,
    ) -> Result<Vec<String>> {
        let (newest, _) = self.ledger(actor, Action::Write, ledger)?;
        self.store.write(|db| {
            let new = self.numbered(db, &actor.organ, &newest, new)?;
            let changes = self.decide_openings(actor, &newest, new)?;
            refuse_known_keys(db, &actor.organ, &changes)?;
            self.append(db, &actor.organ, &changes)?;
            Ok(changes.into_iter().map(|change| change.entry).collect())
        })
    }

    /// Opens what was written down on one day by several people and in several ledgers, in one
    /// transaction for all days given: demonstration years, transfers from other systems. The
    /// clock must be a simulated one; it is moved to each record's day.
    ///
    /// # Errors
    /// The first refusal or denial, naming the ledger.
    pub fn open_past(&self, records: Vec<PastEntry>) -> Result<()> {
        let Some(organ) = records.first().map(|r| r.actor.organ.clone()) else {
            return Ok(());
        };
        let mut changes = Vec::with_capacity(records.len());
        for record in records {
            self.clock.set(record.recorded_at);
            let (newest, _) = self.ledger(&record.actor, Action::Write, record.ledger)?;
            changes.extend(self.decide_openings(&record.actor, &newest, vec![record.entry])?);
        }
        self.store.write(|db| {
            refuse_known_keys(db, &organ, &changes)?;
            self.append(db, &organ, &changes)
        })
    }

    /// Decides the opening of entries without writing anything.
    pub(crate) fn decide_openings(
        &self,
        actor: &Actor,
        newest: &Arc<Ledger>,
        new: Vec<NewEntry>,
    ) -> Result<Vec<Change>> {
        let organ = self.organ(&actor.organ)?;
        let who = self.who(actor, &organ);
        let now = self.clock.now();
        let mut ids = Ids::new(&self.chance, now);
        let mut changes = Vec::with_capacity(new.len());
        for mut entry in new {
            fill_own_unit(actor, newest, &mut entry.fields);
            let ledger = self.catalogue().ledger_on(&newest.id, entry.happened_on);
            let ledger = ledger.unwrap_or(newest);
            let command = Command::Open {
                fields: entry.fields,
            };
            let events = decide(ledger, None, command, &who, entry.happened_on)?;
            refuse_other_units(actor, ledger, &events)?;
            changes.push(Change {
                ledger: Arc::clone(ledger),
                entry: ids.next_id(),
                opened_at: String::new(),
                recorded_at: now.to_string(),
                before: None,
                events,
            });
        }
        Ok(changes)
    }

    /// Corrects fields of an entry. `based_on` is the revision that the actor saw.
    ///
    /// # Errors
    /// A refusal, among them [`Refusal::Stale`], or a denial.
    pub fn amend(
        &self,
        actor: &Actor,
        entry: &str,
        based_on: u32,
        changes: BTreeMap<String, Option<Value>>,
        reason: String,
    ) -> Result<()> {
        let command = Command::Amend { changes, reason };
        let door = Door::Workbench;
        self.command(
            actor,
            Action::Correct,
            door,
            entry,
            Some(based_on),
            command,
            None,
        )
    }

    /// Declares an entry void.
    ///
    /// # Errors
    /// As [`App::amend`].
    pub fn void(&self, actor: &Actor, entry: &str, based_on: u32, reason: String) -> Result<()> {
        let command = Command::Void { reason };
        let door = Door::Workbench;
        self.command(
            actor,
            Action::Correct,
            door,
            entry,
            Some(based_on),
            command,
            None,
        )
    }

    /// Does an act of the procedure.
    ///
    /// # Errors
    /// As [`App::amend`].
    pub fn act(
        &self,
        actor: &Actor,
        entry: &str,
        based_on: Option<u32>,
        action: &str,
        fields: Fields,
        happened_on: Option<Date>,
    ) -> Result<()> {
        let deed = Deed {
            based_on,
            action: action.to_owned(),
            fields,
            happened_on,
            officers: Vec::new(),
        };
        self.act_together(actor, entry, deed)
    }

    /// Does an act of the procedure, together with officers where it needs them.
    ///
    /// # Errors
    /// As [`App::amend`].
    pub fn act_together(&self, actor: &Actor, entry: &str, deed: Deed) -> Result<()> {
        let command = Command::Act {
            action: deed.action,
            fields: deed.fields,
        };
        let order = Order {
            action: Action::Act,
            door: Door::Workbench,
            based_on: deed.based_on,
            happened_on: deed.happened_on,
            officers: deed.officers,
        };
        self.ordered(actor, entry, order, command)
    }

    /// Takes back the last act of the procedure: it was a mistake, and stays visible. Whoever may
    /// do the act may take it back.
    ///
    /// # Errors
    /// As [`App::amend`].
    pub fn retract(&self, actor: &Actor, entry: &str, based_on: u32, reason: String) -> Result<()> {
        let command = Command::Retract { reason };
        let door = Door::Workbench;
        self.command(
            actor,
            Action::Act,
            door,
            entry,
            Some(based_on),
            command,
            None,
        )
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one inner function behind the named ones"
    )]
    pub(crate) fn command(
        &self,
        actor: &Actor,
        action: Action,
        door: Door,
        entry: &str,
        based_on: Option<u32>,
        command: Command,
        happened_on: Option<Date>,
    ) -> Result<()> {
        let order = Order {
            action,
            door,
            based_on,
            happened_on,
            officers: Vec::new(),
        };
        self.ordered(actor, entry, order, command)
    }

    fn ordered(&self, actor: &Actor, entry: &str, order: Order, command: Command) -> Result<()> {
        let done = self.carried_out(actor, entry, order, command);
        if let Err(AppError::Refused(Refusal::Stale { .. })) = &done {
            // Two clerks at once, or a form that is sent a second time: the trail tells which.
            self.audit(
                actor,
                "refused",
                entry,
                "按旧页面提交：交了两次，或者他人已改",
            )?;
        }
        done
    }

    fn carried_out(
        &self,
        actor: &Actor,
        entry: &str,
        order: Order,
        command: Command,
    ) -> Result<()> {
        let Order {
            action,
            door,
            based_on,
            happened_on,
            officers,
        } = order;
        let now = self.clock.now();
        let recorded_at = now.to_string();
        self.store.write(|db| {
            let entry = self.load(db, actor, action, entry)?;
            crate::report::refuse_frozen(&entry)?;
            if door == Door::Workbench && !matches!(command, Command::Void { .. }) {
                crate::report::refuse_by_hand(&entry.ledger)?;
            }
            let current = entry.state.revision;
            if based_on.is_some_and(|seen| seen != current) {
                let based_on = based_on.unwrap_or_default();
                return Err(Refusal::Stale {
                    based_on,
                    now: current,
                }
                .into());
            }
            let day = happened_on.unwrap_or_else(|| self.clock.today());
            let organ = self.organ(&actor.organ)?;
            let mut facts = self.facts(db, &actor.organ, &entry, &officers, day)?;
            self.add_facts(db, actor, &entry, &command, &mut facts)?;
            let who = Who {
                facts,
                ..self.who(actor, &organ)
            };
            let events = decide(&entry.ledger, Some(&entry.state), command, &who, day)?;
            refuse_other_units(actor, &entry.ledger, &events)?;
            let change = Change {
                ledger: entry.ledger,
                entry: entry.id,
                opened_at: entry.opened_at,
                recorded_at: recorded_at.clone(),
                before: Some(entry.state),
                events,
            };
            let before = change.before.clone();
            let after = change
                .events
                .iter()
                .fold(before, |s, e| Some(apply(s, e, None)));
            self.append(db, &actor.organ, std::slice::from_ref(&change))?;
            match after {
                Some(after) => {
                    self.report_back(db, &actor.organ, &change.ledger.id, &after)?;
                    self.tell_next(db, actor, &change, &after)
                }
                None => Ok(()),
            }
        })
    }

    /// Who acts, as the kernel sees it, in which organ.
    pub fn who<'a>(&'a self, actor: &'a Actor, organ: &'a Organ) -> Who<'a> {
        Who {
            actor: &actor.account,
            roles: &actor.roles,
            role_names: self.catalogue().roles(),
            today: self.clock.today(),
            context: organ.context(),
            calendar: &self.calendar,
            facts: kernel::Facts::default(),
        }
    }

    /// An entry, if the actor may see it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it does not exist or the actor may not know that it does.
    pub fn entry(&self, actor: &Actor, id: &str) -> Result<Entry> {
        self.store.read(|db| self.load(db, actor, Action::Read, id))
    }

    pub(crate) fn load(&self, db: &Db, actor: &Actor, action: Action, id: &str) -> Result<Entry> {
        let row = db
            .entry(&actor.organ, id)?
            .ok_or(AppError::NotFound("该记录"))?;
        let entry = self.entry_of(row)?;
        let unit = unit_of(&entry.ledger, &entry.state.fields);
        let resource = Resource::Entry {
            ledger: &entry.ledger,
            organ: &actor.organ,
            unit,
        };
        // Whoever may not read it may not learn that it is there.
        if authorise(actor, Action::Read, resource).is_err() {
            return Err(AppError::NotFound("该记录"));
        }
        authorise(actor, action, resource)?;
        Ok(entry)
    }

    pub(crate) fn entry_of(&self, row: EntryRow) -> Result<Entry> {
        let version: Option<Date> = row.version.parse().ok();
        let ledger = version
            .and_then(|v| self.catalogue().version(&row.ledger, v))
            .or_else(|| self.catalogue().ledger(&row.ledger))
            .ok_or_else(|| AppError::Fault(format!("台账 {} 的定义不在目录中", row.ledger)))?;
        let stored = |e: serde_json::Error| AppError::Fault(format!("记录 {}：{e}", row.entry_id));
        let fields: Fields = serde_json::from_str(&row.fields).map_err(stored)?;
        let history: Vec<Done> = serde_json::from_str(&row.history).map_err(stored)?;
        let opened_on = history.first().and_then(|d| d.on.parse().ok());
        let state = State {
            revision: u32::try_from(row.revision).unwrap_or(u32::MAX),
            fields,
            stage: row.stage,
            history,
            voided: row.voided,
            opened_on: opened_on.unwrap_or_default(),
        };
        Ok(Entry {
            id: row.entry_id,
            ledger: Arc::clone(ledger),
            number: row.number.unwrap_or_default(),
            title: row.title,
            state,
            opened_at: row.opened_at,
            changed_at: row.changed_at,
        })
    }

    /// The history of an entry, oldest first.
    ///
    /// # Errors
    /// As [`App::entry`].
    pub fn history(&self, actor: &Actor, id: &str) -> Result<Vec<Past>> {
        let organ = actor.organ.as_str();
        let (rows, accounts, posts, erased) = self.store.read(|db| {
            self.load(db, actor, Action::Read, id)?;
            Ok::<_, AppError>((
                db.events(organ, id)?,
                db.accounts(organ)?,
                db.posts(organ)?,
                db.erasures(organ, id)?,
            ))
        })?;
        // An act keeps the name and the post of its day.
        let called = |row: &EventRow| {
            let account = accounts.iter().find(|a| a.account_id == row.actor);
            match account {
                Some(account) => crate::people::called_at(&posts, account, &row.recorded_at),
                None if row.actor == "system" => "系统".to_owned(),
                None => row.actor.clone(),
            }
        };
        rows.into_iter()
            .map(|row| {
                let event = event_of(&row)?;
                let actor = called(&row);
                Ok(Past {
                    event,
                    actor,
                    recorded_at: row.recorded_at,
                    leaf_index: row.leaf_index,
                    erased: erased.iter().any(|e| e.seq == row.seq),
                })
            })
            .collect()
    }
}

/// Reads an event from its row.
pub(crate) fn event_of(row: &EventRow) -> Result<Event> {
    let fault = |what: String| {
        AppError::Fault(format!(
            "event 表 {} 第 {} 条：{what}",
            row.entry_id, row.seq
        ))
    };
    let what: Happening = serde_json::from_str(&row.body).map_err(|e| fault(e.to_string()))?;
    Ok(Event {
        seq: u32::try_from(row.seq).map_err(|e| fault(e.to_string()))?,
        actor: row.actor.clone(),
        happened_on: row
            .happened_on
            .parse()
            .map_err(|_| fault("日期不成立".to_owned()))?,
        what,
    })
}

/// The unit that an entry is about, by name.
pub(crate) fn unit_of<'a>(ledger: &Ledger, fields: &'a Fields) -> Option<&'a str> {
    fields.get(ledger.unit_field()?.id.as_str())?.as_text()
}

/// Whoever speaks for a unit need not say which one it is.
fn fill_own_unit(actor: &Actor, ledger: &Ledger, fields: &mut Fields) {
    if let (Some(own), Some(field)) = (&actor.unit, ledger.unit_field()) {
        let name = own.names.first().cloned().unwrap_or_default();
        let id = field.id.to_string();
        fields.entry(id).or_insert_with(|| Value::from(name));
    }
}

/// Refuses events by which a unit would write about another one.
pub(crate) fn refuse_other_units(actor: &Actor, ledger: &Ledger, events: &[Event]) -> Result<()> {
    let Some(field) = ledger.unit_field() else {
        return Ok(());
    };
    let id = field.id.as_str();
    let others = events.iter().any(|event| match &event.what {
        Happening::Opened { fields, .. } => !is_own(actor, fields.get(id)),
        Happening::Acted { fields, .. } => {
            fields.contains_key(id) && !is_own(actor, fields.get(id))
        }
        Happening::Amended { changes, .. } => {
            let change = changes.get(id);
            change.is_some_and(|value| !is_own(actor, value.as_ref()))
        }
        // Nothing else carries fields.
        _ => false,
    });
    if others {
        return Err(AppError::Input(other_unit(actor, field)));
    }
    Ok(())
}

/// Says whether a value names the unit that the actor speaks for; always, for the office.
pub(crate) fn is_own(actor: &Actor, value: Option<&Value>) -> bool {
    let Some(own) = actor.unit_names() else {
        return true;
    };
    let name = value.and_then(Value::as_text);
    name.is_some_and(|name| own.iter().any(|n| n == name))
}

/// What is said to a unit that writes about another one.
pub(crate) fn other_unit(actor: &Actor, field: &catalogue::definition::Field) -> String {
    let own = actor.unit_names().and_then(<[String]>::first);
    let own = own.map(String::as_str).unwrap_or_default();
    format!("“{}”只能填本单位：{own}。", field.name)
}

/// Says whether the actor may read an entry of the own organ.
pub(crate) fn may_read(actor: &Actor, entry: &Entry) -> bool {
    let resource = Resource::Entry {
        ledger: &entry.ledger,
        organ: &actor.organ,
        unit: unit_of(&entry.ledger, &entry.state.fields),
    };
    authorise(actor, Action::Read, resource).is_ok()
}

pub(crate) fn opening_fields(events: &[Event]) -> Option<&Fields> {
    match &events.first()?.what {
        Happening::Opened { fields, .. } => Some(fields),
        _ => None,
    }
}

/// A natural key names one entry: opening a second one is refused.
pub(crate) fn refuse_known_keys(db: &Db, organ: &str, changes: &[Change]) -> Result<()> {
    for change in changes {
        let fields = opening_fields(&change.events);
        let Some(key) = fields.and_then(|f| natural_key(&change.ledger, f)) else {
            continue;
        };
        if db.entry_by_key(organ, &change.ledger.id, &key)?.is_some() {
            let names: Vec<_> = change
                .ledger
                .key
                .iter()
                .filter_map(|id| change.ledger.field(id).map(|f| f.name.as_str()))
                .collect();
            return Err(AppError::Input(format!(
                "已有{}为“{}”的记录：请打开那一条更正，不要重复登记。",
                names.join("、"),
                key.replace('\u{1f}', " · ")
            )));
        }
    }
    Ok(())
}

//! Joint matters (并案): which entries are joined to one, and what the kernel must know of them.
//!
//! An act that joins (`joins` in the definition) names the other matter as people write it, by its
//! number, and the event keeps its id. So the way from the joined one is sure; the way back goes
//! over the field and is held against that id.

use catalogue::{
    definition::{FieldType, Ledger},
    value::Value,
};
use kernel::{CaseAct, Command, Facts, Lead, Matter};
use store::{Db, Filter, FilterOp, ListQuery, RowFilter};

use crate::{
    App,
    append::key_of_number,
    authorise::{Action, Actor},
    entry::{Entry, event_of, may_read},
    error::{AppError, Result},
    related::{called, names},
};

/// How many can be joined to one.
const JOINED_MAX: usize = 200;

impl App {
    /// The matters that are joined to an entry, and to those, as far as the actor may read them;
    /// the first joined first.
    ///
    /// # Errors
    /// The store's.
    pub fn joined(&self, actor: &Actor, entry: &Entry) -> Result<Vec<Entry>> {
        let read = |db: &Db| self.joined_with(db, &actor.organ, entry);
        let mut found = self.store.read(read)?;
        found.retain(|other| may_read(actor, other));
        Ok(found)
    }

    /// The matter that an entry is joined to, if it is and the actor may read it.
    ///
    /// # Errors
    /// The store's.
    pub fn leads(&self, actor: &Actor, entry: &Entry) -> Result<Option<Entry>> {
        let Some(id) = entry.state.joined_to() else {
            return Ok(None);
        };
        match self.entry(actor, id) {
            Ok(lead) => Ok(Some(lead)),
            Err(AppError::NotFound(_) | AppError::Denied(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn joined_with(&self, db: &Db, organ: &str, entry: &Entry) -> Result<Vec<Entry>> {
        let mut found: Vec<Entry> = Vec::new();
        let mut open = vec![entry.clone()];
        while let Some(lead) = open.pop() {
            for field in joining(&lead.ledger) {
                let mut query = ListQuery::new(organ, &lead.ledger.id, RowFilter::organ(organ));
                query.filters = vec![Filter {
                    field: field.to_owned(),
                    op: FilterOp::OneOf(called(&lead)),
                }];
                query.descending = false;
                query.limit = JOINED_MAX;
                for row in db.list(&query)?.rows {
                    let other = self.entry_of(row)?;
                    let joined = other.state.joined_to() == Some(&*lead.id);
                    if joined && found.len() < JOINED_MAX {
                        open.push(other.clone());
                        found.push(other);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Adds what a command asks of other matters and of the entry's own past.
    pub(crate) fn add_facts(
        &self,
        db: &Db,
        actor: &Actor,
        entry: &Entry,
        command: &Command,
        facts: &mut Facts,
    ) -> Result<()> {
        facts.cases = self.case_acts(db, &actor.organ, entry)?;
        let joined = self.joined_with(db, &actor.organ, entry)?;
        facts.joined = joined.iter().map(matter).collect();
        match command {
            Command::Retract { .. } => {
                let rows = db.events(&actor.organ, &entry.id)?;
                facts.past = rows.iter().map(event_of).collect::<Result<_>>()?;
                if let Some(id) = entry.state.joined_to() {
                    let row = db.entry(&actor.organ, id)?;
                    let lead = row.map(|row| self.entry_of(row)).transpose()?;
                    facts.lead = lead.map(|lead| Lead::There(matter(&lead)));
                }
            }
            Command::Act { action, fields } => {
                let action = entry.ledger.action(action);
                let field = action.and_then(|action| action.joins.as_ref());
                if let Some(named) = field.and_then(|field| fields.get(field.as_str())) {
                    facts.lead = Some(self.lead(db, actor, entry, named)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Who did, in the case that an entry belongs to or in one joined to that, what separation of
    /// duties asks for. A case that is not kept here cannot be asked.
    fn case_acts(&self, db: &Db, organ: &str, entry: &Entry) -> Result<Vec<CaseAct>> {
        let mut found = Vec::new();
        let asked = entry.ledger.actions.iter().flat_map(|a| &a.not_by_case);
        for (field, act) in asked {
            let kind = entry.ledger.field(field).map(|field| &field.kind);
            let Some(FieldType::Reference { ledger }) = kind else {
                continue;
            };
            let named = entry.state.fields.get(field.as_str());
            let (Some(named), Some(ledger)) = (named, self.catalogue().ledger(ledger)) else {
                continue;
            };
            let Some(id) = named_so(db, organ, ledger, named)? else {
                continue;
            };
            let Some(row) = db.entry(organ, &id)? else {
                continue;
            };
            let case = self.entry_of(row)?;
            let joined = self.joined_with(db, organ, &case)?;
            let all = std::iter::once(&case).chain(&joined);
            let done = all.flat_map(|one| one.state.acts(act).cloned().collect::<Vec<_>>());
            let action = case.ledger.action(act);
            found.push(CaseAct {
                field: field.to_string(),
                action: act.to_string(),
                name: action.map_or_else(|| act.to_string(), |action| action.name.clone()),
                done: done.collect(),
            });
        }
        Ok(found)
    }

    fn lead(&self, db: &Db, actor: &Actor, entry: &Entry, named: &Value) -> Result<Lead> {
        let Some(id) = named_so(db, &actor.organ, &entry.ledger, named)? else {
            return Ok(Lead::Unknown);
        };
        if id == entry.id {
            return Ok(Lead::Itself);
        }
        match self.load(db, actor, Action::Read, &id) {
            Ok(lead) => Ok(Lead::There(matter(&lead))),
            Err(AppError::NotFound(_) | AppError::Denied(_)) => Ok(Lead::Unknown),
            Err(other) => Err(other),
        }
    }
}

/// The fields by which matters of a ledger are joined.
fn joining(ledger: &Ledger) -> Vec<&str> {
    let fields = ledger.actions.iter().filter_map(|a| a.joins.as_deref());
    let mut fields: Vec<&str> = fields.collect();
    fields.dedup();
    fields
}

/// The one entry that is called so: by its whole number, else by a name that only one has.
fn named_so(db: &Db, organ: &str, ledger: &Ledger, named: &Value) -> Result<Option<String>> {
    let Some(text) = named.as_text() else {
        return Ok(None);
    };
    if let Some(id) = db.entry_by_key(organ, &ledger.id, &key_of_number(text))? {
        return Ok(Some(id));
    }
    for field in names(ledger) {
        let mut query = ListQuery::new(organ, &ledger.id, RowFilter::organ(organ));
        query.filters = vec![Filter {
            field: field.to_owned(),
            op: FilterOp::OneOf(vec![text.to_owned()]),
        }];
        query.limit = 2;
        if let [one] = &db.list(&query)?.rows[..] {
            return Ok(Some(one.entry_id.clone()));
        }
    }
    Ok(None)
}

fn matter(entry: &Entry) -> Matter {
    let mut names = [&entry.number, &entry.title].into_iter();
    let name = names.find(|name| !name.is_empty());
    Matter {
        id: entry.id.clone(),
        title: name.cloned().unwrap_or_default(),
        stage: entry.state.stage.clone(),
        voided: entry.state.voided,
        happened_on: entry.state.happened_on(&entry.ledger),
        history: entry.state.history.clone(),
    }
}

//! Entries that belong together: what an entry refers to, and what refers to it.
//!
//! A reference is written as people write it: the number or the name of the other entry. A number
//! made of several fields, as lists show it, is a number too. It is looked up when a page asks, so
//! an entry may be referred to before it is there, and a sheet needs no ids. Nobody learns of
//! entries of a ledger that they may not read.

use std::sync::Arc;

use catalogue::{
    definition::{FieldType, Ledger},
    value::{Fields, Value},
};
use store::{Db, Filter, FilterOp, ListQuery, RowFilter};

use crate::{
    App,
    append::{index_value, key_of_number},
    authorise::{Action, Actor},
    entry::Entry,
    envelope::is_personal,
    error::{AppError, Result},
};

/// Entries shown of one kind of relation.
pub const SHOWN: usize = 8;
/// Relations are counted up to here.
const COUNT_MAX: usize = 1_000;

/// Entries of one ledger that belong to an entry by one field.
#[derive(Clone, Debug)]
pub struct Related {
    /// Their ledger.
    pub ledger: Arc<Ledger>,
    /// What the reference is called.
    pub field: String,
    /// The entry asked about refers to them; otherwise they refer to it.
    pub outward: bool,
    /// The newest of them.
    pub entries: Vec<Entry>,
    /// How many there are.
    pub count: usize,
}

/// A ledger whose entries can refer to an entry, by one of its fields.
#[derive(Clone, Debug)]
pub struct Onward {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The field of the reference.
    pub field: String,
    /// What the reference is called.
    pub name: String,
}

/// The fields by which entries of a ledger are called in references: words of the office's own.
pub(crate) fn names(ledger: &Ledger) -> Vec<&str> {
    let words = |id: &&str| {
        let field = ledger.field(id);
        field.is_some_and(|f| {
            matches!(
                f.kind,
                FieldType::Text { .. } | FieldType::Unit | FieldType::Subject
            )
        })
    };
    let mut names: Vec<&str> = Vec::new();
    for id in ledger.key.iter().chain(&ledger.title) {
        if !names.contains(&id.as_str()) && words(&id.as_str()) {
            names.push(id.as_str());
        }
    }
    names
}

/// The reference fields of a ledger: id, name, ledger referred to.
fn references(ledger: &Ledger) -> impl Iterator<Item = (&str, &str, &str)> {
    ledger.fields.iter().filter_map(|field| match &field.kind {
        FieldType::Reference { ledger } => {
            Some((field.id.as_str(), field.name.as_str(), ledger.as_str()))
        }
        _ => None,
    })
}

/// What an entry is called by where one name is enough.
fn called_first(entry: &Entry) -> Option<String> {
    let names = [&entry.number, &entry.title];
    names.into_iter().find(|name| !name.is_empty()).cloned()
}

/// What an entry is called by in references to it.
pub(crate) fn called(entry: &Entry) -> Vec<String> {
    let fields = names(&entry.ledger);
    let fields = fields.iter();
    let values = fields.filter_map(|id| entry.state.fields.get(*id).map(index_value));
    let whole = [entry.title.clone(), entry.number.clone()];
    let mut called: Vec<String> = values.chain(whole).collect();
    called.retain(|name| !name.is_empty());
    called
}

impl App {
    /// Everything that belongs to an entry, as far as the actor may read it.
    ///
    /// # Errors
    /// The store's.
    pub fn related(&self, actor: &Actor, entry: &Entry) -> Result<Vec<Related>> {
        let mut found = Vec::new();
        for (id, name, other) in references(&entry.ledger) {
            let Some(value @ Value::Text(_)) = entry.state.fields.get(id) else {
                continue;
            };
            let Ok((other, scope)) = self.ledger(actor, Action::Read, other) else {
                continue;
            };
            if let Some(one) = self.numbered_so(actor, &other, value)? {
                found.push(Related {
                    ledger: other,
                    field: name.to_owned(),
                    outward: true,
                    entries: vec![one],
                    count: 1,
                });
                continue;
            }
            let value = vec![index_value(value)];
            let by = names(&other);
            let each = by.iter().map(|field| (*field, value.clone()));
            found.extend(self.first(&actor.organ, &other, &scope.rows, each, name, true)?);
        }
        let own = called(entry);
        for other in self.ledgers(actor, Action::Read) {
            let (_, scope) = self.ledger(actor, Action::Read, &other.id)?;
            for (id, name, _) in references(&other).filter(|(_, _, to)| *to == &*entry.ledger.id) {
                let by = std::iter::once((id, own.clone()));
                found.extend(self.first(&actor.organ, &other, &scope.rows, by, name, false)?);
            }
        }
        Ok(found)
    }

    /// The ledgers in which the actor may open an entry that refers to this one.
    pub fn onward(&self, actor: &Actor, entry: &Entry) -> Vec<Onward> {
        let mut found = Vec::new();
        for ledger in self.ledgers(actor, Action::Write) {
            let mut fields = references(&ledger).filter(|(_, _, to)| *to == &*entry.ledger.id);
            let first = fields.next().map(|(id, name, _)| Onward {
                field: id.to_owned(),
                name: name.to_owned(),
                ledger: Arc::clone(&ledger),
            });
            found.extend(first);
        }
        found
    }

    /// What the newest entries of a ledger are called, for whoever writes a reference to one;
    /// nothing of a ledger that they may not read.
    ///
    /// # Errors
    /// The store's.
    pub fn newest_called(&self, actor: &Actor, ledger: &str) -> Result<Vec<String>> {
        let Ok((ledger, scope)) = self.ledger(actor, Action::Read, ledger) else {
            return Ok(Vec::new());
        };
        let query = ListQuery::new(&actor.organ, &ledger.id, scope.rows);
        let page = self.store.read(|db| Ok::<_, AppError>(db.list(&query)?))?;
        let entries = page.rows.into_iter().map(|row| self.entry_of(row));
        let names = entries.map(|entry| entry.map(|entry| called_first(&entry)));
        names.filter_map(Result::transpose).collect()
    }

    /// What a new entry of a ledger takes over from one that it comes from: the reference to it, and
    /// what both ledgers keep under one name. Days, numbers and personal data are not taken over.
    ///
    /// # Errors
    /// A denial, or the entry is not there.
    pub fn carried_over(&self, actor: &Actor, from: &str, to: &Ledger) -> Result<Fields> {
        let from = self.entry(actor, from)?;
        let name = called_first(&from);
        let mut carried = Fields::new();
        for field in &to.fields {
            let same = from
                .ledger
                .field(&field.id)
                .filter(|f| f.kind == field.kind);
            let stays = to.key.contains(&field.id)
                || !field.number.is_empty()
                || is_personal(field)
                || field.is_sensitive()
                || matches!(field.kind, FieldType::Date | FieldType::DateRange);
            let value = match &field.kind {
                FieldType::Reference { ledger } if *ledger == from.ledger.id => {
                    name.as_deref().map(Into::into)
                }
                _ if stays => None,
                _ => same.and_then(|f| from.state.fields.get(f.id.as_str()).cloned()),
            };
            carried.extend(value.map(|value| (field.id.to_string(), value)));
        }
        Ok(carried)
    }

    /// The entry of a ledger whose whole number is written in a reference.
    fn numbered_so(&self, actor: &Actor, ledger: &Ledger, value: &Value) -> Result<Option<Entry>> {
        let Some(number) = value.as_text() else {
            return Ok(None);
        };
        let key = key_of_number(number);
        let id = self
            .store
            .read(|db| db.entry_by_key(&actor.organ, &ledger.id, &key))?;
        let Some(id) = id else {
            return Ok(None);
        };
        match self.entry(actor, &id) {
            Ok(entry) => Ok(Some(entry)),
            Err(AppError::NotFound(_) | AppError::Denied(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The entries of the first of the fields that has one of the values.
    fn first<'a>(
        &self,
        organ: &str,
        ledger: &Arc<Ledger>,
        rows: &RowFilter,
        by: impl Iterator<Item = (&'a str, Vec<String>)>,
        field: &str,
        outward: bool,
    ) -> Result<Option<Related>> {
        for (id, values) in by {
            let mut query = ListQuery::new(organ, &ledger.id, rows.clone());
            query.filters = vec![Filter {
                field: id.to_owned(),
                op: FilterOp::OneOf(values),
            }];
            query.limit = SHOWN;
            let read =
                |db: &Db| Ok::<_, AppError>((db.list(&query)?, db.count(&query, COUNT_MAX)?));
            let (page, count) = self.store.read(read)?;
            if page.rows.is_empty() {
                continue;
            }
            let entries = page.rows.into_iter().map(|row| self.entry_of(row));
            return Ok(Some(Related {
                ledger: Arc::clone(ledger),
                field: field.to_owned(),
                outward,
                entries: entries.collect::<Result<_>>()?,
                count: count.n as usize,
            }));
        }
        Ok(None)
    }
}

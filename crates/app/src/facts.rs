//! Facts that the kernel asks of the registers: certificates of the officers who act together, and
//! the entries of other ledgers that belong to an entry.
//!
//! What is not found is not passed on, and the kernel refuses what needs it.

use kernel::Command;
use kernel::facts::{Certificate as Held, Facts, Officer, SubcaseFact};
use store::{AccountRow, Db, Filter, FilterOp, ListQuery, RowFilter};
use values::dates::Date;

use crate::{
    App,
    authorise::Actor,
    entry::Entry,
    error::{AppError, Result},
    organ::Organ,
    register::{Certificate, Holds},
    related::called,
};

impl App {
    /// Who acts on an entry, as the kernel sees it, with what the registers say.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn who_on<'a>(
        &'a self,
        actor: &'a Actor,
        organ: &'a Organ,
        entry: &Entry,
    ) -> Result<kernel::Who<'a>> {
        // A page asks too whether the last act could be taken back.
        let asked = Command::Retract {
            reason: String::new(),
        };
        let facts = self.store.read(|db| {
            let mut facts = self.facts(db, &actor.organ, entry, &[], self.clock.today())?;
            self.add_facts(db, actor, entry, &asked, &mut facts)?;
            Ok::<_, AppError>(facts)
        })?;
        Ok(kernel::Who {
            facts,
            ..self.who(actor, organ)
        })
    }

    /// What the registers say: of the officers by name, on the day of the act.
    pub(crate) fn facts(
        &self,
        db: &Db,
        organ: &str,
        entry: &Entry,
        officers: &[String],
        on: Date,
    ) -> Result<Facts> {
        let names = officers.iter().map(|n| n.trim()).filter(|n| !n.is_empty());
        let accounts = match officers {
            [] => Vec::new(),
            _ => db.accounts(organ)?,
        };
        Ok(Facts {
            officers: names
                .map(|name| self.officer(db, organ, &accounts, name, on))
                .collect::<Result<_>>()?,
            subcases: self.subcases(db, organ, entry)?,
            ..Facts::default()
        })
    }

    fn officer(
        &self,
        db: &Db,
        organ: &str,
        accounts: &[AccountRow],
        name: &str,
        on: Date,
    ) -> Result<Officer> {
        let mut held = self.certificates_of(db, organ, name)?;
        // Of several, one that holds.
        let rank = |c: &Certificate| match c.on(on) {
            Holds::Valid | Holds::Ending(_) => 0,
            Holds::Expired | Holds::Future => 1,
            Holds::Cancelled => 2,
        };
        held.sort_by_key(rank);
        let best = held.into_iter().next();
        let account = accounts.iter().find(|a| a.name == name);
        let id = match (account, &best) {
            (Some(account), _) => account.account_id.clone(),
            (None, Some(best)) => format!("certificate:{}", best.number),
            (None, None) => "unknown".to_owned(),
        };
        Ok(Officer {
            id,
            name: name.to_owned(),
            certificate: best.map(|c| Held {
                number: c.number,
                from: c.issued_on,
                until: c.valid_until,
                cancelled_on: c.cancelled.map(|(on, _)| on),
            }),
        })
    }

    /// Entries of the ledgers that the definition names, which refer to this one.
    fn subcases(&self, db: &Db, organ: &str, entry: &Entry) -> Result<Vec<SubcaseFact>> {
        let mut found = Vec::new();
        let names = called(entry);
        if names.is_empty() {
            return Ok(found);
        }
        for subcase in &entry.ledger.subcases {
            let ledger = &*subcase.ledger;
            let mut query = ListQuery::new(organ, ledger, RowFilter::organ(organ));
            query.filters = vec![Filter {
                field: subcase.field.to_string(),
                op: FilterOp::OneOf(names.clone()),
            }];
            for row in db.list(&query)?.rows {
                let other = self.entry_of(row)?;
                let stage = other.state.stage.as_deref();
                let stage = stage.and_then(|s| other.ledger.stage(s));
                found.push(SubcaseFact {
                    ledger: ledger.to_owned(),
                    field: subcase.field.to_string(),
                    title: other.title.clone(),
                    ended: stage.is_some_and(|s| s.end),
                    reached: stage.is_some_and(|s| {
                        s.end && (subcase.until.is_empty() || subcase.until.contains(&s.id))
                    }),
                });
            }
        }
        Ok::<_, AppError>(found)
    }
}

//! Taking a sheet in, on several threads: one reads, one works out the rows of the store, one writes
//! them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{Receiver, channel, sync_channel},
    },
};

use catalogue::{definition::Ledger, value::Value};
use store::{Db, Sums};

use super::{Applied, IN_FLIGHT, Opening, Outcome, PlannedRow, REASON};
use crate::{
    App,
    append::{Change, Job, LogEnd, Rows},
    authorise::Actor,
    clock::Ids,
    entry::Entry,
    error::{AppError, Result},
};

/// Rows written at a time: sorted, neighbours in a table come together.
const WRITTEN_AT_ONCE: usize = 2_000;

fn received(prepared: &Receiver<Result<Rows>>) -> Result<Rows> {
    prepared.recv().map_err(gone)?
}

fn gone<T>(_: T) -> AppError {
    AppError::Fault("the preparing thread is gone".to_owned())
}

impl App {
    /// Takes the rows of a sheet in: they are taken out of the file on one thread, understood on
    /// another, and matched on this one.
    pub(super) fn import(
        &self,
        db: &Db,
        actor: &Actor,
        ledger: &Arc<Ledger>,
        bytes: &[u8],
        good_rows_only: bool,
    ) -> Result<Applied> {
        let mut applied = Applied::default();
        let mut ids = Ids::new(&self.chance, self.clock.now());
        self.take_in(db, &actor.organ, |sink| {
            let read = self.each_planned(db, actor, ledger, bytes, |rows| {
                for row in &rows {
                    applied.add(&row.outcome);
                }
                if applied.refused > 0 && !good_rows_only {
                    // Nothing will be taken in; the rest is only counted.
                    return Ok(());
                }
                sink(self.changes_of(actor, &mut ids, rows)?)
            });
            read.map(drop)
        })?;
        Ok(applied)
    }

    /// Takes changes in, chunk by chunk as `feed` hands them to its sink: their rows of the store are
    /// worked out on a thread of their own, and written on this one.
    pub(super) fn take_in(
        &self,
        db: &Db,
        organ: &str,
        feed: impl FnOnce(&mut dyn FnMut(Vec<Change>) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut end = LogEnd::load(db)?;
        std::thread::scope(|scope| {
            let (to_prepare, waiting) = sync_channel::<Vec<Job>>(IN_FLIGHT);
            let (done, prepared) = channel();
            let (give_back, written) = channel::<Rows>();
            let sums = scope.spawn(move || {
                let mut sums = Sums::default();
                for jobs in waiting {
                    // Nobody listens any more only where another error has been found.
                    let _ = done.send(self.prepare_all(organ, jobs, &mut sums));
                    // What was written is freed where it was made, which is quicker.
                    written.try_iter().for_each(drop);
                }
                sums
            });
            let mut in_flight = 0;
            let mut gathered = Rows::default();
            let mut sink = |changes: Vec<Change>| -> Result<()> {
                let mut jobs = Vec::with_capacity(changes.len());
                for change in changes {
                    jobs.push(end.place(db, organ, change)?);
                }
                if in_flight == IN_FLIGHT {
                    gathered.extend(&mut received(&prepared)?);
                    in_flight -= 1;
                }
                in_flight += 1;
                to_prepare.send(jobs).map_err(gone)?;
                if gathered.len() >= WRITTEN_AT_ONCE {
                    end.write(db, organ, &gathered)?;
                    // Where nobody takes them, they are freed here.
                    let _ = give_back.send(std::mem::take(&mut gathered));
                }
                Ok(())
            };
            feed(&mut sink)?;
            drop(to_prepare);
            for _ in 0..in_flight {
                gathered.extend(&mut received(&prepared)?);
            }
            end.write(db, organ, &gathered)?;
            end.finish(db, &sums.join().map_err(gone)?)
        })
    }

    fn prepare_all(&self, organ: &str, jobs: Vec<Job>, sums: &mut Sums) -> Result<Rows> {
        let mut rows = Rows::default();
        for job in jobs {
            self.prepare(organ, job, &mut rows)?;
        }
        rows.settle(sums)?;
        Ok(rows)
    }

    fn changes_of(
        &self,
        actor: &Actor,
        ids: &mut Ids,
        rows: Vec<PlannedRow>,
    ) -> Result<Vec<Change>> {
        let recorded_at = self.clock.now().to_string();
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            match row.outcome {
                Outcome::New(Opening { ledger, events }) => changes.push(Change {
                    ledger,
                    entry: ids.next_id(),
                    opened_at: String::new(),
                    recorded_at: recorded_at.clone(),
                    before: None,
                    events,
                }),
                Outcome::Changed {
                    entry,
                    changes: fields,
                } => changes.push(self.decide_import(actor, *entry, fields)?),
                Outcome::Same(_) | Outcome::Refused(_) => {}
            }
        }
        Ok(changes)
    }

    fn decide_import(
        &self,
        actor: &Actor,
        entry: Entry,
        changes: BTreeMap<String, Option<Value>>,
    ) -> Result<Change> {
        let command = kernel::Command::Amend {
            changes,
            reason: REASON.to_owned(),
        };
        let today = self.clock.today();
        let organ = self.organ(&actor.organ)?;
        let who = self.who(actor, &organ);
        let events = kernel::decide(&entry.ledger, Some(&entry.state), command, &who, today)?;
        crate::entry::refuse_other_units(actor, &entry.ledger, &events)?;
        Ok(Change {
            ledger: entry.ledger,
            entry: entry.id,
            opened_at: entry.opened_at,
            recorded_at: self.clock.now().to_string(),
            before: Some(entry.state),
            events,
        })
    }
}

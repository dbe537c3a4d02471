//! Taking a sheet in, on several threads: one reads, one works out the rows of the store, one writes
//! them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel, sync_channel},
    },
};

use catalogue::{definition::Ledger, value::Value};
use store::{Db, Sums};

use super::{Applied, Opening, Outcome, PlannedRow, REASON};
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
/// Chunks of rows between the threads that place and that prepare them: as many as one write takes and
/// then some, so that nobody waits for it.
const PREPARED_BEHIND: usize = 8;

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
            let (to_prepare, waiting) = sync_channel(PREPARED_BEHIND);
            let (done, prepared) = channel();
            let (give_back, written) = channel();
            let sums = scope.spawn(move || self.prepare_all(organ, waiting, &done, &written));
            // Written as they become ready, before more is handed over: nobody waits in a circle.
            let write = |end: &mut LogEnd, rows: Result<Rows>| -> Result<()> {
                let rows = rows?;
                end.write(db, organ, &rows)?;
                // Where nobody takes them, they are freed here.
                let _ = give_back.send(rows);
                Ok(())
            };
            let mut sink = |changes: Vec<Change>| -> Result<()> {
                for rows in prepared.try_iter() {
                    write(&mut end, rows)?;
                }
                let mut jobs = Vec::with_capacity(changes.len());
                for change in changes {
                    jobs.push(end.place(db, organ, change)?);
                }
                to_prepare.send(jobs).map_err(gone)
            };
            feed(&mut sink)?;
            drop(to_prepare);
            for rows in prepared {
                write(&mut end, rows)?;
            }
            end.finish(db, &sums.join().map_err(gone)?)
        })
    }

    /// Works out the rows of changes as they come, and hands them on many at a time, sorted; what was
    /// written is freed here, where it was made, which is quicker. Answers what they add up to.
    fn prepare_all(
        &self,
        organ: &str,
        waiting: Receiver<Vec<Job>>,
        done: &Sender<Result<Rows>>,
        written: &Receiver<Rows>,
    ) -> Sums {
        let mut sums = Sums::default();
        let mut rows = Rows::default();
        // Nobody listens any more only where another error has been found.
        let mut hand_on = |rows: &mut Rows| {
            let mut rows = std::mem::take(rows);
            let settled = rows.settle(&mut sums);
            let _ = done.send(settled.map(|()| rows));
            written.try_iter().for_each(drop);
        };
        for jobs in waiting {
            for job in jobs {
                if let Err(error) = self.prepare(organ, job, &mut rows) {
                    let _ = done.send(Err(error));
                }
            }
            if rows.len() >= WRITTEN_AT_ONCE {
                hand_on(&mut rows);
            }
        }
        hand_on(&mut rows);
        sums
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

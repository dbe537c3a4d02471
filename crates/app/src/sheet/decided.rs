//! What a preview has decided, kept for the confirmation that mostly follows within a minute: then
//! the sheet need not be read and decided a second time.
//!
//! It is good only while nothing was written since, on the same day; otherwise the sheet is planned
//! anew. Only entries to open are kept, packed, in a file without a name that is gone with the
//! program: memory does not grow with the sheet. Nothing is lost with it.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, Write},
    sync::{Arc, mpsc::sync_channel},
};

use catalogue::definition::Ledger;
use kernel::{Event, Happening};
use values::dates::Date;

use super::{
    Applied, IN_FLIGHT, Outcome, PlannedRow,
    packed::{Packer, Unpacker},
};
use crate::{
    App,
    append::Change,
    authorise::Actor,
    clock::Ids,
    error::{AppError, Result},
};

/// The openings of a planned sheet, chunk by chunk.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The day on which they were decided.
    day: Date,
    pub counts: Applied,
    /// The definitions that entries are opened under; rows name them by their number.
    ledgers: Vec<Arc<Ledger>>,
    /// Each chunk behind its length; none where there is something else in the sheet, or no room.
    file: Option<File>,
}

impl Decided {
    pub fn new(day: Date) -> Self {
        let file = tempfile::tempfile();
        if let Err(error) = &file {
            tracing::warn!(%error, "Sheets will be read twice: there is no place for temporary files");
        }
        Self {
            day,
            counts: Applied::default(),
            ledgers: Vec::new(),
            file: file.ok(),
        }
    }

    /// Keeps the openings of some rows.
    pub fn take(&mut self, rows: &[PlannedRow]) {
        let Some(file) = &mut self.file else { return };
        let packed = pack(rows, &mut self.ledgers);
        let written = packed.map(|packed| file.write_all(&packed));
        if !matches!(written, Some(Ok(()))) {
            self.file = None;
        }
    }

    /// Whether it says all there is to do, on this day.
    pub fn is_good(&self, today: Date) -> bool {
        self.file.is_some() && self.day == today
    }
}

/// The openings of some rows behind the length of them; none where rows do anything else.
fn pack(rows: &[PlannedRow], ledgers: &mut Vec<Arc<Ledger>>) -> Option<Vec<u8>> {
    let mut packer = Packer::behind_length();
    for row in rows {
        let opening = match &row.outcome {
            Outcome::New(opening) => opening,
            Outcome::Same(_) | Outcome::Refused(_) => continue,
            Outcome::Changed { .. } => return None,
        };
        let [event] = opening.events.as_slice() else {
            return None;
        };
        let Happening::Opened { fields, stage } = &event.what else {
            return None;
        };
        let known = ledgers.iter().position(|l| Arc::ptr_eq(l, &opening.ledger));
        let ledger = known.unwrap_or_else(|| {
            ledgers.push(opening.ledger.clone());
            ledgers.len() - 1
        });
        packer.number(ledger);
        packer.day(event.happened_on);
        packer.text_opt(stage.as_deref());
        packer.fields(&opening.ledger, fields)?;
    }
    packer.finish()
}

/// The next chunk of a file; none at its end.
fn next_chunk(file: &mut impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut chunk = vec![0; u32::from_le_bytes(length) as usize];
    file.read_exact(&mut chunk)?;
    Ok(Some(chunk))
}

impl App {
    /// Hands on the openings as changes: they are unpacked on a thread of its own.
    pub(super) fn each_decided(
        &self,
        actor: &Actor,
        decided: Decided,
        mut each: impl FnMut(Vec<Change>) -> Result<()>,
    ) -> Result<()> {
        let lost = |what: String| AppError::Fault(format!("what was decided is lost: {what}"));
        let Decided { ledgers, file, .. } = decided;
        let mut file = file.ok_or_else(|| lost("no file".to_owned()))?;
        file.rewind().map_err(|e| lost(e.to_string()))?;
        let mut ids = Ids::new(&self.chance, self.clock.now());
        std::thread::scope(|scope| {
            let (to, unpacked) = sync_channel(IN_FLIGHT);
            scope.spawn(move || {
                let mut file = BufReader::new(file);
                loop {
                    let changes = match next_chunk(&mut file) {
                        Ok(None) => return,
                        Ok(Some(chunk)) => self
                            .unpacked(actor, &ledgers, &chunk, &mut ids)
                            .ok_or_else(|| lost("not as it was written".to_owned())),
                        Err(error) => Err(lost(error.to_string())),
                    };
                    if to.send(changes).is_err() {
                        // Nobody wants the rest.
                        return;
                    }
                }
            });
            unpacked.into_iter().try_for_each(|changes| each(changes?))
        })
    }

    fn unpacked(
        &self,
        actor: &Actor,
        ledgers: &[Arc<Ledger>],
        chunk: &[u8],
        ids: &mut Ids,
    ) -> Option<Vec<Change>> {
        let recorded_at = self.clock.now().to_string();
        let mut unpacker = Unpacker::new(chunk);
        let mut changes = Vec::with_capacity(super::read::CHUNK_ROWS);
        while !unpacker.is_at_end() {
            let ledger = ledgers.get(unpacker.number()?)?;
            let happened_on = unpacker.day()?;
            let stage = unpacker.text_opt()?;
            let fields = unpacker.fields(ledger)?;
            changes.push(Change {
                ledger: ledger.clone(),
                entry: ids.next_id(),
                opened_at: String::new(),
                recorded_at: recorded_at.clone(),
                before: None,
                events: vec![Event {
                    seq: 1,
                    actor: actor.account.clone(),
                    happened_on,
                    what: Happening::Opened { fields, stage },
                }],
            });
        }
        Some(changes)
    }
}

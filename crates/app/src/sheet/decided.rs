//! What a preview has decided, kept for the confirmation that mostly follows within a minute: then
//! the sheet need not be read and decided a second time.
//!
//! It is good only while nothing was written since, on the same day; otherwise the sheet is planned
//! anew. Only entries to open are kept, packed: some 100 bytes a row. Nothing is lost with it.

use std::{
    borrow::Cow,
    io::{Read, Write},
    sync::mpsc::sync_channel,
};

use catalogue::{definition::Ledger, value::Fields};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use kernel::{Event, Happening};
use values::dates::Date;

use super::{Applied, IN_FLIGHT, Outcome, PlannedRow};
use crate::{
    App,
    append::{Change, to_json},
    authorise::Actor,
    clock::Ids,
    error::{AppError, Result},
};

/// Larger sheets are read again.
const KEPT_BYTES_MAX: usize = 16 << 20;

/// The openings of a planned sheet, chunk by chunk.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The day on which they were decided.
    day: Date,
    pub counts: Applied,
    chunks: Vec<Vec<u8>>,
    bytes: usize,
    /// There is something else in the sheet, or too much of it.
    given_up: bool,
}

/// An opening: version of the definition, day, fields, stage.
type Opened<'a> = (
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, Fields>,
    Cow<'a, Option<String>>,
);

impl Decided {
    pub fn new(day: Date) -> Self {
        Self {
            day,
            counts: Applied::default(),
            chunks: Vec::new(),
            bytes: 0,
            given_up: false,
        }
    }

    /// Keeps the openings of some rows.
    pub fn take(&mut self, rows: &[PlannedRow]) -> Result<()> {
        if self.given_up {
            return Ok(());
        }
        let Some(openings) = openings_of(rows) else {
            self.give_up();
            return Ok(());
        };
        if openings.is_empty() {
            return Ok(());
        }
        let packed = pack(&to_json(&openings)?).map_err(|e| AppError::Fault(e.to_string()))?;
        self.bytes += packed.len();
        self.chunks.push(packed);
        if self.bytes > KEPT_BYTES_MAX {
            self.give_up();
        }
        Ok(())
    }

    fn give_up(&mut self) {
        self.given_up = true;
        self.chunks = Vec::new();
    }

    /// Whether it says all there is to do, on this day.
    pub fn is_good(&self, today: Date) -> bool {
        !self.given_up && self.day == today
    }
}

/// The openings of some rows; none where they do anything else.
fn openings_of(rows: &[PlannedRow]) -> Option<Vec<Opened<'_>>> {
    let mut openings = Vec::with_capacity(rows.len());
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
        openings.push((
            opening.ledger.effective.to_string().into(),
            event.happened_on.to_string().into(),
            Cow::Borrowed(fields),
            Cow::Borrowed(stage),
        ));
    }
    Some(openings)
}

fn pack(text: &str) -> std::io::Result<Vec<u8>> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes())?;
    packer.finish()
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut text)?;
    Ok(text)
}

impl App {
    /// Hands on the openings as changes: they are unpacked on a thread of its own.
    pub(super) fn each_decided(
        &self,
        actor: &Actor,
        ledger: &Ledger,
        decided: &Decided,
        mut each: impl FnMut(Vec<Change>) -> Result<()>,
    ) -> Result<()> {
        let mut ids = Ids::new(&self.chance, self.clock.now());
        std::thread::scope(|scope| {
            let (to, unpacked) = sync_channel(IN_FLIGHT);
            scope.spawn(move || {
                for packed in &decided.chunks {
                    if to
                        .send(self.unpacked(actor, ledger, packed, &mut ids))
                        .is_err()
                    {
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
        ledger: &Ledger,
        packed: &[u8],
        ids: &mut Ids,
    ) -> Result<Vec<Change>> {
        let fault = |what: String| AppError::Fault(format!("what was decided is lost: {what}"));
        let text = unpack(packed).map_err(|e| fault(e.to_string()))?;
        let openings: Vec<Opened<'static>> =
            serde_json::from_slice(&text).map_err(|e| fault(e.to_string()))?;
        let recorded_at = self.clock.now().to_string();
        let mut changes = Vec::with_capacity(openings.len());
        for (version, day, fields, stage) in openings {
            let version = version.parse().map_err(|_| fault(version.to_string()))?;
            let definition = self.catalogue().version(&ledger.id, version);
            let definition = definition.ok_or_else(|| fault(version.to_string()))?;
            changes.push(Change {
                ledger: definition.clone(),
                entry: ids.next_id(),
                opened_at: String::new(),
                recorded_at: recorded_at.clone(),
                before: None,
                events: vec![Event {
                    seq: 1,
                    actor: actor.account.clone(),
                    happened_on: day.parse().map_err(|_| fault(day.to_string()))?,
                    what: Happening::Opened {
                        fields: fields.into_owned(),
                        stage: stage.into_owned(),
                    },
                }],
            });
        }
        Ok(changes)
    }
}

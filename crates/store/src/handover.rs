//! A whole system as one stream of bytes: every row of every table of ours, and every kept file.
//!
//! The stream is the same from either engine, byte for byte, when the rows are the same: tables by
//! name, rows by key, texts as they are. It is written from one moment while the system works, and
//! read in one transaction. Moving a system is writing and reading at once.
//!
//! A stream that is foreign, cut off or changed on its way is refused before anything is kept. A
//! change by somebody who also mends the checksum is for the log to find: what was loaded stays
//! marked until [`Store::accept`] is called, and nobody else can open it.
//!
//! Files that the system keeps beside its rows and its evidence go along, named by whoever hands
//! over; what they mean is theirs.
//!
//! Left out: the search index with its queue, which is made anew from the entries, and the key of
//! the log, which the store does not know.

mod bulk;
mod stream;
pub(crate) mod tables;

use std::io::{Read, Write};
use std::path::Path;

use self::stream::{Item, StreamReader, StreamWriter};
use self::tables::{Table, Value};
use crate::engine::{Engine, Role};
use crate::files::fault;
use crate::sql::{Arg, args};
use crate::store::{connect, finish};
use crate::{Db, Files, Store, StoreError, Target, migrate};

/// The mark in `meta` of a system that was loaded and not yet accepted.
pub(crate) const MARK: &str = "handover.unverified";

/// What keeps a hand-over from being written or read.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The stream is no hand-over file of ours.
    #[error("this is no hand-over file")]
    Foreign,
    /// The stream ends too early.
    #[error("the hand-over file is cut off")]
    Cut,
    /// The stream is not what was written.
    #[error("the hand-over file is damaged: {0}")]
    Damaged(String),
    /// There is something where it should go.
    #[error("the target is not empty")]
    NotEmpty,
    /// The stream cannot be read or written.
    #[error("cannot read or write the hand-over file")]
    Stream(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file that goes along with a system: what it keeps beside its rows and its evidence.
pub struct Beside {
    /// What it is called in the stream.
    pub name: String,
    /// Its bytes.
    pub bytes: std::fs::File,
}

/// Takes a file that goes along out of a stream: its name and its bytes, which it reads to the end.
pub type KeepBeside<'k> = dyn FnMut(&str, &mut dyn Read) -> std::io::Result<()> + 'k;

/// How much was handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// Rows of all tables.
    pub rows: u64,
    /// Kept files.
    pub files: u64,
}

impl Store {
    /// Write the whole system, as it is at this moment, while others work on.
    ///
    /// # Errors
    /// When the database, a file or the stream fails.
    pub fn hand_over(&self, files: &Files, out: impl Write) -> Result<Handed, HandoverError> {
        self.hand_over_with(files, Vec::new(), out)
    }

    /// Write the whole system with files that go along.
    ///
    /// # Errors
    /// As [`Store::hand_over`].
    pub fn hand_over_with(
        &self,
        files: &Files,
        beside: Vec<Beside>,
        out: impl Write,
    ) -> Result<Handed, HandoverError> {
        self.read(|db| write(db, files, beside, out))
    }

    /// Read a whole system into an empty place, without the files that go along. It is kept in one
    /// transaction, marked, and only this store can use it until [`Store::accept`].
    ///
    /// # Errors
    /// When the stream is refused, the place is not empty or fails; then nothing is kept.
    pub fn take_over(
        target: &Target,
        files: &Files,
        input: impl Read,
    ) -> Result<(Store, Handed), HandoverError> {
        Self::take_over_with(target, files, input, &mut |_, bytes| {
            std::io::copy(bytes, &mut std::io::sink()).map(drop)
        })
    }

    /// Read a whole system into an empty place, and give the files that go along to `keep`.
    ///
    /// # Errors
    /// As [`Store::take_over`], and what `keep` says.
    pub fn take_over_with(
        target: &Target,
        files: &Files,
        input: impl Read,
        keep: &mut KeepBeside<'_>,
    ) -> Result<(Store, Handed), HandoverError> {
        let mut stream = StreamReader::begin(input)?;
        let schema = stream.schema()?;
        let known = migrate::SQLITE.len() as u32;
        if schema > known || schema == 0 {
            return Err(StoreError::TooNew {
                found: schema,
                known,
            }
            .into());
        }
        let db = connect(target, Role::Writer)?;
        if !migrate::is_empty(&db)? {
            return Err(HandoverError::NotEmpty);
        }
        migrate::run_list(&db, &migrate::SQLITE[..schema as usize])?;
        let taken = bulk::prepare(&db)
            .map_err(HandoverError::from)
            .and_then(|()| {
                db.begin(Role::Writer)?;
                finish(&db, |db| {
                    let indexes = bulk::take_indexes_away(db)?;
                    let handed = load(db, files, &mut stream, keep)?;
                    bulk::put_indexes_back(db, &indexes)?;
                    db.put_meta(MARK, "1")?;
                    Ok(handed)
                })
            });
        let opened = taken.and_then(|handed| {
            bulk::settle(&db)?;
            Ok((Store::over(target, db)?, handed))
        });
        if opened.is_err() {
            wipe(target);
        }
        opened
    }

    /// Read a whole system from another store into an empty place, in one go and one moment, as
    /// [`Store::take_over`] does.
    ///
    /// # Errors
    /// When either side fails; then nothing is kept.
    pub fn copy_to(
        &self,
        files: &Files,
        target: &Target,
        target_files: &Files,
    ) -> Result<(Store, Handed), HandoverError> {
        let (out_of_here, into_there) = std::io::pipe()?;
        std::thread::scope(|scope| {
            let handing = scope.spawn(move || self.hand_over(files, into_there));
            let taken = Store::take_over(target, target_files, out_of_here);
            let handed = handing
                .join()
                .unwrap_or_else(|_| Err(StoreError::other("the copying stopped").into()));
            match (taken, handed) {
                // What the reading side met is the cause; it closed the pipe.
                (Err(error), Ok(_) | Err(HandoverError::Stream(_))) => Err(error),
                (_, Err(error)) => Err(error),
                (Ok(taken), Ok(_)) => Ok(taken),
            }
        })
    }

    /// What was loaded is right: take the mark away.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn accept(&self) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute("DELETE FROM meta WHERE key = $1", &args![MARK])
                .map(drop)
        })
    }

    /// What was loaded is wrong: take all of it away again. Does nothing to an accepted system.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reject(self) -> Result<(), StoreError> {
        if self.read(|db| db.meta(MARK))?.is_none() {
            return Ok(());
        }
        let target = self.target().clone();
        drop(self);
        wipe(&target);
        Ok(())
    }
}

/// Write all rows that the transaction sees, then the files. A file that arrives meanwhile and that
/// no row names yet does no harm.
pub(crate) fn write(
    db: &Db,
    files: &Files,
    beside: Vec<Beside>,
    out: impl Write,
) -> Result<Handed, HandoverError> {
    let mut stream = StreamWriter::begin(out)?;
    let mut handed = Handed::default();
    stream.schema(migrate::found(db)?)?;
    for table in tables::handed_over(db)? {
        stream.table(&table)?;
        tables::visit(db, &table, |row| {
            handed.rows += 1;
            Ok::<(), HandoverError>(stream.row(&table, row)?)
        })?;
    }
    files.each(|organ, hash, size, bytes| {
        handed.files += 1;
        Ok::<(), HandoverError>(stream.file(organ, hash, size, bytes)?)
    })?;
    for mut one in beside {
        let size = one.bytes.metadata()?.len();
        stream.beside(&one.name, size, &mut one.bytes)?;
    }
    stream.end()?;
    Ok(handed)
}

/// Take in tables and files until the end, whose checksum must be right.
fn load<R: Read>(
    db: &Db,
    files: &Files,
    stream: &mut StreamReader<R>,
    keep: &mut KeepBeside<'_>,
) -> Result<Handed, HandoverError> {
    db.batch(match db.engine {
        Engine::Sqlite(_) => "PRAGMA defer_foreign_keys = ON",
        Engine::Postgres(_) => "SET CONSTRAINTS ALL DEFERRED",
    })?;
    let known = tables::handed_over(db)?;
    // What a migration has put in is part of what was handed over.
    for table in &known {
        db.batch(&format!("DELETE FROM {}", table.name))?;
    }
    let mut handed = Handed::default();
    let mut item = stream.item()?;
    loop {
        item = match item {
            Item::Table(told) => {
                let known = known.iter().find(|t| t.name == told.name);
                let Some(table) = known.filter(|t| t.columns == told.columns) else {
                    let what = format!("the table {} is not known", told.name);
                    return Err(HandoverError::Damaged(what));
                };
                load_table(db, table, stream, &mut handed)?
            }
            Item::File { organ, hash } => {
                stream.file_into(|bytes| files.take_in(&organ, &hash, bytes))?;
                handed.files += 1;
                stream.item()?
            }
            Item::Beside { name } => {
                stream
                    .file_into(|bytes| keep(&name, bytes).map_err(|e| fault(Path::new(""), e)))?;
                stream.item()?
            }
            Item::Row(_) => return Err(HandoverError::Damaged("a row of no table".to_owned())),
            Item::End => return Ok(handed),
        };
    }
}

/// Take in the rows of a table; the item after them.
fn load_table<R: Read>(
    db: &Db,
    table: &Table,
    stream: &mut StreamReader<R>,
    handed: &mut Handed,
) -> Result<Item, HandoverError> {
    let mut after = Item::End;
    tables::fill(db, table, |put| {
        loop {
            match stream.item()? {
                Item::Row(values) => {
                    handed.rows += 1;
                    let row: Vec<Arg<'_>> = values.iter().map(Value::arg).collect();
                    put(&row)?;
                }
                other => {
                    after = other;
                    return Ok::<(), HandoverError>(());
                }
            }
        }
    })?;
    Ok(after)
}

/// Nothing of what was begun may stay; what cannot be taken away is said in the log.
fn wipe(target: &Target) {
    let wiped = match target {
        Target::SqliteMemory => Ok(()),
        Target::SqliteFile(path) => {
            for end in ["", "-wal", "-shm", "-journal"] {
                let mut name = path.clone().into_os_string();
                name.push(end);
                if let Err(error) = std::fs::remove_file(&name)
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    tracing::error!(error = %error, "Cannot remove {}", path.display());
                }
            }
            Ok(())
        }
        Target::Postgres(_) => connect(target, Role::Writer).and_then(|db| tables::drop_all(&db)),
    };
    if let Err(error) = wiped {
        tracing::error!(error = %error, "Cannot take away what was begun in {target}");
    }
}

//! The log: checkpoints, proofs, tiles for outsiders.
//!
//! Acknowledged on commit: events are durable and have their leaf; a signed checkpoint follows
//! (the server makes one each second while there is something new).

mod calendar;
mod verify;

pub use verify::{LogFinding, LogReport};

use proof::{
    checkpoint::{Checkpoint, TlogProof},
    hash::Hash,
    merkle::Tree,
    tile::{TileKind, TilePath, encode_bundle},
};
use store::{CheckpointRow, Db, EventRow, StoreError};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// Key of the note that holds the verifying key.
const VERIFIER_KEY: &str = "log-verifier-key";

/// A signed head of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When it was made, RFC 3339; empty before the first.
    pub created_at: String,
}

/// The proof that an event is in the log.
#[derive(Clone, Debug)]
pub struct EventProof {
    /// Place in the entry's history.
    pub seq: u64,
    /// The leaf.
    pub leaf_index: u64,
    /// Hash of the leaf.
    pub leaf_hash: Hash,
    /// The leaf itself.
    pub leaf: String,
    /// The path to the root, from the leaf up.
    pub path: Vec<Hash>,
    /// The head it leads to.
    pub head: Head,
    /// Root in the head.
    pub root: Hash,
    /// The proof as a file to carry home (c2sp.org/tlog-proof).
    pub file: String,
}

/// The proof of an event of a published record.
#[derive(Clone, Debug)]
pub struct PublicProof {
    /// The entry.
    pub entry: String,
    /// Place in the entry's history.
    pub seq: u64,
    /// What happened, in a word.
    pub what: &'static str,
    /// Day on which it was recorded.
    pub recorded_on: String,
    /// The leaf.
    pub leaf_index: u64,
    /// The proof as a file to carry home (c2sp.org/tlog-proof).
    pub file: String,
}

impl App {
    /// Signs the head of the log if something was appended since the last one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn checkpoint(&self) -> Result<Head> {
        let newest = self
            .store
            .read(|db| Ok::<_, AppError>((db.log_size()?, last(db)?)))?;
        if let (size, Some(head)) = &newest
            && head.size == *size
        {
            return Ok(head.clone());
        }
        let created_at = self.clock.now().to_string();
        self.store.write(|db| {
            let size = db.log_size()?;
            if let Some(head) = last(db)?.filter(|head| head.size == size) {
                return Ok(head);
            }
            let root = with_tree(db, size, |tree| tree.root())?;
            let checkpoint = Checkpoint::new(self.signer.name(), size, root);
            let note = checkpoint
                .sign(&self.signer)
                .map_err(|e| AppError::Fault(e.to_string()))?;
            db.put_checkpoint(&CheckpointRow {
                size,
                note: note.clone(),
                created_at: created_at.clone(),
            })?;
            Ok(Head {
                size,
                note,
                created_at,
            })
        })
    }

    /// The last signed head.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn head(&self) -> Result<Option<Head>> {
        self.store.read(last)
    }

    /// The text of the key that verifies checkpoints.
    pub fn verifier_key(&self) -> String {
        self.signer.verifier(proof::note::KeyKind::Note).to_string()
    }

    /// Writes the verifying key down where a process without the signing key finds it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_verifier_key(&self) -> Result<()> {
        let key = self.verifier_key();
        if self.note(VERIFIER_KEY)?.as_deref() == Some(&key) {
            return Ok(());
        }
        self.set_note(VERIFIER_KEY, &key)
    }

    /// The text of the key that verifies checkpoints, as the office's process has noted it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn noted_verifier_key(&self) -> Result<String> {
        let noted = self.note(VERIFIER_KEY)?;
        Ok(noted.unwrap_or_else(|| self.verifier_key()))
    }

    /// The proofs of all events of an entry, oldest first.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn proofs(&self, actor: &Actor, entry: &str) -> Result<Vec<EventProof>> {
        authorise(actor, Action::ReadLog, Resource::Log)?;
        let head = self.checkpoint()?;
        self.store.read(|db| {
            self.load(db, actor, Action::Read, entry)?;
            let events = db.events(&actor.organ, entry)?;
            events
                .iter()
                .map(|e| prove(db, &head, e.seq, e.leaf_index))
                .collect()
        })
    }

    /// The proofs of a record that is published, for everybody; none for what is not published.
    /// What each event was is told in a word, who did it is not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn public_proofs(&self, organ: &str, entry: &str) -> Result<Vec<PublicProof>> {
        let site = self.site(organ)?;
        let is_public = site.articles.iter().any(|a| a.id == entry)
            || site.registers.values().any(|r| r.row(entry).is_some());
        let Some(head) = self.head()?.filter(|_| is_public) else {
            return Ok(Vec::new());
        };
        let events = self.store.read(|db| db.events(organ, entry))?;
        let signed = events.iter().filter(|e| e.leaf_index < head.size);
        signed
            .map(|e| {
                let what = match e.kind.as_str() {
                    "opened" => "登记",
                    "amended" => "修改",
                    "voided" => "作废",
                    _ => "办理",
                };
                self.public_proof(&head, e, what)
            })
            .collect()
    }

    /// The proof of one event, with a word for what it was.
    pub(crate) fn public_proof(
        &self,
        head: &Head,
        row: &EventRow,
        what: &'static str,
    ) -> Result<PublicProof> {
        let proof = self
            .store
            .read(|db| prove(db, head, row.seq, row.leaf_index))?;
        let at = row.recorded_at.parse().map(crate::clock::civil);
        Ok(PublicProof {
            entry: row.entry_id.clone(),
            seq: row.seq,
            what,
            recorded_on: at.map(|d| d.to_string()).unwrap_or_default(),
            leaf_index: row.leaf_index,
            file: proof.file,
        })
    }

    /// A file of the log as outsiders read it: `checkpoint`, `tile/0/x001/234`, `tile/entries/…`.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a path that is none, or that lies beyond the last head.
    pub fn log_file(&self, path: &str) -> Result<Vec<u8>> {
        let missing = || AppError::NotFound("该存证文件");
        let head = self.head()?.ok_or_else(missing)?;
        if path == "checkpoint" {
            return Ok(head.note.into_bytes());
        }
        let path: TilePath = path.parse().map_err(|_| missing())?;
        let first = path.index().checked_mul(256).ok_or_else(missing)?;
        let width = path.width();
        self.store.read(|db| match path.kind() {
            TileKind::Hashes(level) => {
                // Nothing that the head does not vouch for is handed out.
                let hashes = head.size.checked_shr(8 * u32::from(level)).unwrap_or(0);
                if first.saturating_add(width as u64) > hashes {
                    return Err(missing());
                }
                let bytes = db.tile(level, path.index())?.ok_or_else(missing)?;
                bytes
                    .get(..width * 32)
                    .map(<[u8]>::to_vec)
                    .ok_or_else(missing)
            }
            TileKind::Entries => {
                let end = first.saturating_add(width as u64);
                if end > head.size {
                    return Err(missing());
                }
                let leaves = db.leaves(first, width)?;
                encode_bundle(leaves.iter().map(|l| l.data.as_slice()))
                    .map_err(|e| AppError::Fault(e.to_string()))
            }
        })
    }
}

fn last(db: &Db) -> Result<Option<Head>> {
    let row = db.last_checkpoint()?;
    Ok(row.map(|r| Head {
        size: r.size,
        note: r.note,
        created_at: r.created_at,
    }))
}

/// Runs a question to the tree of a size over the stored tiles.
pub(crate) fn with_tree<T>(
    db: &Db,
    size: u64,
    ask: impl FnOnce(
        &mut Tree<&mut dyn FnMut(u8, u64) -> Option<Vec<u8>>>,
    ) -> std::result::Result<T, proof::merkle::TreeError>,
) -> Result<T> {
    let mut failed: Option<StoreError> = None;
    let mut read = |level: u8, index: u64| match db.tile(level, index) {
        Ok(tile) => tile,
        Err(error) => {
            failed = Some(error);
            None
        }
    };
    let read: &mut dyn FnMut(u8, u64) -> Option<Vec<u8>> = &mut read;
    let answer = ask(&mut Tree::new(size, read));
    match (failed, answer) {
        (Some(error), _) => Err(error.into()),
        (None, answer) => answer.map_err(|e| AppError::Fault(format!("存证日志不完整：{e}"))),
    }
}

fn prove(db: &Db, head: &Head, seq: u64, leaf_index: u64) -> Result<EventProof> {
    let leaf = db.leaves(leaf_index, 1)?.into_iter().next();
    let leaf = leaf.ok_or_else(|| AppError::Fault(format!("log_leaf 表缺少第 {leaf_index} 条")))?;
    let (path, root) = with_tree(db, head.size, |tree| {
        Ok((tree.inclusion_proof(leaf_index)?, tree.root()?))
    })?;
    let file = TlogProof {
        extra: None,
        index: leaf_index,
        hashes: path.clone(),
        checkpoint: head.note.clone(),
    };
    Ok(EventProof {
        seq,
        leaf_index,
        leaf_hash: proof::hash::leaf_hash(&leaf.data),
        leaf: String::from_utf8_lossy(&leaf.data).into_owned(),
        path,
        head: head.clone(),
        root,
        file: file.to_text(),
    })
}

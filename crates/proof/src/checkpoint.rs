//! Checkpoints: what a log says about itself (c2sp.org/tlog-checkpoint), and the offline proof that
//! something stands in it (c2sp.org/tlog-proof).
//!
//! Whoever holds a [`TlogProof`], the leaf data and the keys of log and witnesses needs neither the
//! log nor a network to be sure.

use crate::hash::{EMPTY_ROOT, Hash, leaf_hash};
use crate::merkle::{ProofError, verify_inclusion};
use crate::note::{self, KeyKind, NoteError, SigningKey, VerifierKey};

mod offline;

pub use offline::{TlogProof, TlogProofError};

/// The unsigned content of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, equal to the name of its key.
    pub origin: String,
    /// How many leaves the log has.
    pub size: u64,
    /// The root of the tree of this size.
    pub root: Hash,
    /// Further lines, which we never write and only keep.
    pub extensions: Vec<String>,
}

/// Why a text is not the body of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The first line is missing or empty.
    #[error("the origin is missing")]
    Origin,
    /// The second line is not a decimal number without leading zeros.
    #[error("the size is not a plain decimal number of 64 bits")]
    Size,
    /// The third line is not a hash.
    #[error("the root is not 32 bytes in base64")]
    Root,
    /// An empty tree has exactly one root.
    #[error("the root of an empty log is wrong")]
    EmptyRoot,
    /// A further line is empty, or there is a carriage return or no last line feed.
    #[error("the lines are malformed")]
    Lines,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// Reads the body: origin, size, root and further lines, each ended by a line feed.
    pub fn parse(body: &str) -> Result<Self, BodyError> {
        let body = body.strip_suffix('\n').ok_or(BodyError::Lines)?;
        let mut lines = body.split('\n');
        let origin = lines
            .next()
            .filter(|line| !line.is_empty())
            .ok_or(BodyError::Origin)?;
        let size = lines
            .next()
            .and_then(parse_decimal)
            .ok_or(BodyError::Size)?;
        let root = lines
            .next()
            .and_then(Hash::from_base64)
            .ok_or(BodyError::Root)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) || body.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(BodyError::Lines);
        }
        if size == 0 && root != EMPTY_ROOT {
            return Err(BodyError::EmptyRoot);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }

    /// The body, which is what gets signed.
    pub fn body(&self) -> String {
        let mut body = format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            self.root.to_base64()
        );
        for line in &self.extensions {
            body.push_str(line);
            body.push('\n');
        }
        body
    }

    /// The signed checkpoint, as it is published.
    pub fn sign(&self, key: &SigningKey) -> Result<String, NoteError> {
        key.sign_note(&self.body())
    }
}

/// A checkpoint that the log has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What the log says.
    pub checkpoint: Checkpoint,
    /// Which of the known witnesses saw it, and when.
    pub cosignatures: Vec<Cosignature>,
}

/// A witness saw the checkpoint and found it consistent with all that it had seen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// Seconds since 1970.
    pub time: u64,
}

/// Why a signed checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note or one of its signatures is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The signed text is not a checkpoint.
    #[error("malformed checkpoint: {0}")]
    Body(#[from] BodyError),
    /// The checkpoint is of another log.
    #[error("the checkpoint belongs to {found}, not to {expected}")]
    Origin {
        /// The name of the log whose key was given.
        expected: String,
        /// The name in the checkpoint.
        found: String,
    },
    /// Only witnesses have signed, not the log itself.
    #[error("the log itself has not signed")]
    NotSignedByLog,
}

/// Opens a signed checkpoint with the key of the log and those of the witnesses that the reader
/// trusts. How many of them must have signed, and by when, is the reader's rule.
pub fn open(
    note: &[u8],
    log: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<SignedCheckpoint, CheckpointError> {
    let mut known = vec![log.clone()];
    known.extend(
        witnesses
            .iter()
            .filter(|key| key.kind() == KeyKind::Cosignature)
            .cloned(),
    );
    let opened = note::open(note, &known)?;
    let checkpoint = Checkpoint::parse(opened.text)?;
    if checkpoint.origin != log.name() {
        let (expected, found) = (log.name().to_owned(), checkpoint.origin);
        return Err(CheckpointError::Origin { expected, found });
    }
    let by_log = |v: &note::Verified| v.name == log.name() && v.key_id == log.id();
    if !opened.verified.iter().any(by_log) {
        return Err(CheckpointError::NotSignedByLog);
    }
    let cosignatures = opened
        .verified
        .into_iter()
        .filter(|v| !by_log(v))
        .filter_map(|v| {
            Some(Cosignature {
                time: v.time?,
                witness: v.name,
            })
        })
        .collect();
    Ok(SignedCheckpoint {
        checkpoint,
        cosignatures,
    })
}

impl SignedCheckpoint {
    /// Whether leaf data stand at an index of this log.
    pub fn contains(&self, leaf_data: &[u8], index: u64, proof: &[Hash]) -> Result<(), ProofError> {
        let Checkpoint { size, root, .. } = &self.checkpoint;
        verify_inclusion(&leaf_hash(leaf_data), index, *size, proof, root)
    }
}

/// A decimal number of 64 bits without sign and without leading zeros.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if plain && !leading_zero {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

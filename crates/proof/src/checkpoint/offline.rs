//! The proof that one carries home: index, inclusion proof and signed checkpoint in one file.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{CheckpointError, SignedCheckpoint, open, parse_decimal};
use crate::hash::Hash;
use crate::merkle::ProofError;
use crate::note::VerifierKey;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^64 leaves has no longer proof.
const HASHES_MAX: usize = 64;

/// An offline proof that a leaf stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Opaque bytes that nothing protects.
    pub extra: Option<Vec<u8>>,
    /// Index of the leaf.
    pub index: u64,
    /// The inclusion proof.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, word for word.
    pub checkpoint: String,
}

/// Why an offline proof does not convince.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The text is not an offline proof.
    #[error("malformed proof: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead from the leaf to the checkpoint.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, TlogProofError> {
        let malformed = TlogProofError::Malformed;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(malformed("no checkpoint after a blank line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed("the first line names another format"));
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            None => None,
            Some(line) => Some(
                STANDARD
                    .decode(&line["extra ".len()..])
                    .map_err(|_| malformed("the extra line is not base64"))?,
            ),
        };
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(parse_decimal)
            .ok_or(malformed("the index line is missing or no plain number"))?;
        let hashes: Vec<Hash> = lines
            .map(Hash::from_base64)
            .collect::<Option<_>>()
            .ok_or(malformed("a hash is not 32 bytes in base64"))?;
        if HASHES_MAX < hashes.len() {
            return Err(malformed("more than 64 hashes"));
        }
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Writes the text form.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            let _ = writeln!(text, "extra {}", STANDARD.encode(extra));
        }
        let _ = writeln!(text, "index {}", self.index);
        for hash in &self.hashes {
            let _ = writeln!(text, "{}", hash.to_base64());
        }
        text + "\n" + &self.checkpoint
    }

    /// Whether these leaf data stand in the log; gives the checkpoint with its cosignatures.
    pub fn verify(
        &self,
        leaf_data: &[u8],
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<SignedCheckpoint, TlogProofError> {
        let signed = open(self.checkpoint.as_bytes(), log, witnesses)?;
        signed.contains(leaf_data, self.index, &self.hashes)?;
        Ok(signed)
    }
}

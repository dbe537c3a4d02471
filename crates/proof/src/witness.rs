//! The decision of a witness (c2sp.org/tlog-witness, `add-checkpoint`), without network or store.
//!
//! A witness keeps, per log, the largest checkpoint that it has seen, and cosigns a new one only
//! when it extends that one. So a log cannot show different histories to different people as long
//! as they ask for enough cosignatures.
//!
//! The caller must compare and store in one transaction, store before answering, and pass in the
//! time; everything else is decided here.

use crate::checkpoint::{Checkpoint, parse_decimal};
use crate::hash::{EMPTY_ROOT, Hash};
use crate::merkle::verify_consistency;
use crate::note::{self, NoteError, SigningKey, VerifierKey};

/// More proof lines than any tree needs.
const PROOF_LINES_MAX: usize = 63;
/// The largest request body worth reading.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// A parsed request: which tree the log believes was seen last, the proof, and the new checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    old_size: u64,
    proof: Vec<Hash>,
    note: String,
    checkpoint: Checkpoint,
}

/// What a witness remembers of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// Size of the checkpoint cosigned last; 0 if none was.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl LogState {
    /// The state before the first checkpoint.
    pub const NEW: Self = Self {
        size: 0,
        root: EMPTY_ROOT,
    };
}

/// A checkpoint that may be cosigned once its state is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Which log.
    pub origin: String,
    /// What to remember from now on.
    pub state: LogState,
    body: String,
}

impl Accepted {
    /// The answer to the log, to be made after the state is stored.
    pub fn cosign(&self, key: &SigningKey, time: u64) -> Result<String, NoteError> {
        key.cosign(&self.body, time)
    }
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request is not in the form of the protocol.
    #[error("malformed request: {0}")]
    Malformed(&'static str),
    /// The witness does not know this log.
    #[error("unknown log")]
    UnknownLog,
    /// No signature by a key of this log.
    #[error("no valid signature by the log")]
    NotSigned,
    /// The witness has seen another size than the log says; the log asks again from there.
    #[error("the size seen last is {recorded}")]
    OtherSize {
        /// The size on record.
        recorded: u64,
    },
    /// The same size with another root: the log has forked.
    #[error("another root of the same size was seen")]
    Fork {
        /// The size on record.
        recorded: u64,
    },
    /// The new tree does not extend the old one.
    #[error("the consistency proof does not verify")]
    Inconsistent,
}

impl Refusal {
    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::OtherSize { .. } | Self::Fork { .. } => 409,
            Self::Inconsistent => 422,
        }
    }

    /// Content type and body of the answer.
    pub fn body(&self) -> (&'static str, String) {
        match self {
            Self::OtherSize { recorded } | Self::Fork { recorded } => {
                ("text/x.tlog.size", format!("{recorded}\n"))
            }
            _ => ("text/plain; charset=utf-8", format!("{self}\n")),
        }
    }
}

/// Writes a request, as a log does.
pub fn format_request(old_size: u64, proof: &[Hash], checkpoint_note: &str) -> String {
    let proof: String = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("old {old_size}\n{proof}\n{checkpoint_note}")
}

impl AddCheckpoint {
    /// Reads a request body.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        if REQUEST_BYTES_MAX < body.len() {
            return Err(Refusal::Malformed("the request is too large"));
        }
        let body = std::str::from_utf8(body).map_err(|_| Refusal::Malformed("not UTF-8"))?;
        let (head, note) = body
            .split_once("\n\n")
            .ok_or(Refusal::Malformed("no blank line"))?;
        let mut lines = head.split('\n');
        let old_size = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .and_then(parse_decimal)
            .ok_or(Refusal::Malformed("the first line is not an old size"))?;
        let proof: Vec<Hash> = lines
            .map(Hash::from_base64)
            .collect::<Option<_>>()
            .ok_or(Refusal::Malformed("a proof line is not 32 bytes in base64"))?;
        if PROOF_LINES_MAX < proof.len() {
            return Err(Refusal::Malformed("more than 63 proof lines"));
        }
        let (text, _) = note::split(note.as_bytes())
            .map_err(|_| Refusal::Malformed("the checkpoint is not a note"))?;
        let checkpoint = Checkpoint::parse(text)
            .map_err(|_| Refusal::Malformed("the checkpoint is malformed"))?;
        if checkpoint.size < old_size {
            return Err(Refusal::Malformed(
                "the old size is above the size of the checkpoint",
            ));
        }
        Ok(Self {
            old_size,
            proof,
            note: note.to_owned(),
            checkpoint,
        })
    }

    /// The log that asks: by it the caller finds keys and state.
    pub fn origin(&self) -> &str {
        &self.checkpoint.origin
    }

    /// Decides with the keys and the state of the log, or `None` for an unknown log.
    pub fn decide(&self, log: Option<(&[VerifierKey], &LogState)>) -> Result<Accepted, Refusal> {
        let (keys, state) = log.ok_or(Refusal::UnknownLog)?;
        note::open(self.note.as_bytes(), keys).map_err(|_| Refusal::NotSigned)?;
        if self.old_size != state.size {
            return Err(Refusal::OtherSize {
                recorded: state.size,
            });
        }
        let Checkpoint {
            origin, size, root, ..
        } = &self.checkpoint;
        if self.old_size == 0 {
            if !self.proof.is_empty() {
                return Err(Refusal::Inconsistent);
            }
        } else {
            if state.size == *size && state.root != *root {
                return Err(Refusal::Fork {
                    recorded: state.size,
                });
            }
            verify_consistency(state.size, *size, &self.proof, &state.root, root)
                .map_err(|_| Refusal::Inconsistent)?;
        }
        let state = LogState {
            size: *size,
            root: *root,
        };
        Ok(Accepted {
            origin: origin.clone(),
            state,
            body: self.checkpoint.body(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::checkpoint;
    use crate::hash::leaf_hash;
    use crate::merkle::{Appender, Tree};
    use crate::note::KeyKind;

    /// A log of some leaves, able to ask a witness.
    struct Log {
        key: SigningKey,
        leaves: Vec<Hash>,
    }

    impl Log {
        fn new(leaves: u8) -> Self {
            let key = SigningKey::from_seed("log.example/a", &[1; 32]).unwrap();
            Self {
                key,
                leaves: (0..leaves).map(|i| leaf_hash(&[i])).collect(),
            }
        }

        fn tree(&self, size: u64) -> Tree<impl FnMut(u8, u64) -> Option<Vec<u8>>> {
            let tiles = Appender::new().append(self.leaves.iter().copied()).tiles;
            Tree::new(size, move |level, index| {
                let tile = tiles
                    .iter()
                    .find(|t| (t.level, t.index) == (level, index))?;
                Some(tile.bytes.clone())
            })
        }

        fn request(&self, old: u64, new: u64) -> String {
            let mut tree = self.tree(new);
            let checkpoint = Checkpoint::new("log.example/a", new, tree.root().unwrap());
            let note = checkpoint.sign(&self.key).unwrap();
            format_request(old, &tree.consistency_proof(old).unwrap(), &note)
        }

        fn state(&self, size: u64) -> LogState {
            LogState {
                size,
                root: self.tree(size).root().unwrap(),
            }
        }
    }

    fn ask(request: &str, state: &LogState) -> Result<Accepted, Refusal> {
        let keys = [Log::new(0).key.verifier(KeyKind::Note)];
        AddCheckpoint::parse(request.as_bytes())?.decide(Some((&keys, state)))
    }

    #[test]
    fn a_witness_follows_a_growing_log_and_cosigns() {
        let log = Log::new(20);
        let mut state = LogState::NEW;
        for (old, new) in [(0, 0), (0, 7), (7, 7), (7, 20)] {
            let accepted = ask(&log.request(old, new), &state).unwrap();
            assert_eq!(accepted.state, log.state(new));
            state = accepted.state.clone();

            let witness = SigningKey::from_seed("witness.example", &[2; 32]).unwrap();
            let request = log.request(old, new);
            let (_, note) = request.split_once("\n\n").unwrap();
            let note = format!("{note}{}", accepted.cosign(&witness, 99).unwrap());
            let key = log.key.verifier(KeyKind::Note);
            let witnesses = [witness.verifier(KeyKind::Cosignature)];
            let signed = checkpoint::open(note.as_bytes(), &key, &witnesses).unwrap();
            assert_eq!(signed.cosignatures[0].time, 99);
        }
    }

    #[test]
    fn a_fork_is_not_cosigned() {
        let (log, mut fork) = (Log::new(20), Log::new(20));
        fork.leaves[3] = leaf_hash(b"another history");
        let refused = ask(&fork.request(7, 20), &log.state(7));
        assert_eq!(refused, Err(Refusal::Inconsistent));
        let refused = ask(&fork.request(20, 20), &log.state(20)).unwrap_err();
        assert_eq!(refused, Refusal::Fork { recorded: 20 });
        assert_eq!(refused.status(), 409);
    }

    #[test]
    fn the_answer_to_another_size_names_the_recorded_one() {
        let log = Log::new(20);
        let refused = ask(&log.request(9, 20), &log.state(5)).unwrap_err();
        assert_eq!(
            (refused.status(), refused.body().1),
            (409, "5\n".to_owned())
        );
        assert_eq!(refused.body().0, "text/x.tlog.size");
    }

    #[test]
    fn strangers_and_malformed_requests_are_refused() {
        let log = Log::new(20);
        let good = log.request(9, 20);
        let status = |request: &str| ask(request, &log.state(9)).unwrap_err().status();
        let parsed = AddCheckpoint::parse(good.as_bytes()).unwrap();
        assert_eq!(parsed.decide(None).unwrap_err().status(), 404);
        assert_eq!(status(&good.replace("\n20\n", "\n21\n")), 403);
        assert_eq!(status(&good.replace("old 9", "old 09")), 400);
        assert_eq!(status(&good.replace("old 9", "old 21")), 400);
        assert_eq!(status(&good.replacen("=\n", "\n", 1)), 400);
        assert_eq!(status(&format!("old 9\n{}\n{good}", "x\n".repeat(3))), 400);
        assert_eq!(status(&"x".repeat(REQUEST_BYTES_MAX + 1)), 400);
        let hash = EMPTY_ROOT.to_base64() + "\n";
        assert_eq!(
            status(&good.replace("old 9\n", &format!("old 9\n{}", hash.repeat(60)))),
            400
        );
        assert_eq!(
            status(&good.replace("old 9\n", &format!("old 9\n{hash}"))),
            422
        );
        // With old size 0 nothing is proven, so a proof is a mistake.
        let first = log
            .request(0, 20)
            .replace("old 0\n", &format!("old 0\n{hash}"));
        assert_eq!(ask(&first, &LogState::NEW), Err(Refusal::Inconsistent));
    }
}

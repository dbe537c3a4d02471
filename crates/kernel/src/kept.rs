//! What is kept with an entry besides its fields: papers (文书), evidence (证据材料) and the record of
//! the whole process (执法全过程记录).
//!
//! The kernel sees only what proves them: ids, versions, numbers and hashes. The texts and files
//! themselves lie beside the events; an event that names the hash makes every changed byte visible.

use catalogue::definition::Ledger;
use serde::{Deserialize, Serialize};

use crate::{
    event::Happening,
    refusal::Refusal,
    state::{Done, State},
};

/// One version of a paper. Versions are never overwritten: a correction is a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Which document of the ledger it is.
    pub document: String,
    /// The paper: all its versions have this id.
    pub paper: String,
    /// From 1.
    pub version: u32,
    /// Its number (文号), taken when it is signed off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// SHA-256 of its text, in hex.
    pub hash: String,
}

/// A file that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub evidence: String,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// SHA-256 of what was said about it (who, when, where), in hex.
    pub about: String,
    /// Bytes.
    pub size: u64,
    /// As found out from the bytes.
    pub media_type: String,
}

/// A piece of the record of the whole process. Once written it is only read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub record: String,
    /// SHA-256 of what it says, in hex.
    pub hash: String,
}

impl State {
    /// Says whether evidence was added.
    pub fn has_evidence(&self) -> bool {
        self.history.iter().any(|done| done.what == EVIDENCE)
    }
}

/// Whether a document of this kind was signed off in a part of a history.
pub(crate) fn is_signed_in(history: &[Done], document: &str) -> bool {
    let signed = |what: &str| what.strip_prefix(SIGNED) == Some(document);
    history.iter().any(|done| signed(&done.what))
}

const WRITTEN: &str = "written:";
const SIGNED: &str = "signed:";
const EVIDENCE: &str = "evidence";

/// How the history of an entry names what is kept; `None` for what is not kept but done.
pub(crate) fn done_as(what: &Happening) -> Option<String> {
    match what {
        Happening::PaperWritten(paper) => Some(format!("{WRITTEN}{}", paper.document)),
        Happening::PaperSigned(paper) => Some(format!("{SIGNED}{}", paper.document)),
        Happening::EvidenceAdded(_) => Some(EVIDENCE.to_owned()),
        Happening::ProcessRecorded(_) => Some("recorded".to_owned()),
        _ => None,
    }
}

/// A paper is one of the ledger's documents.
pub(crate) fn known_document(ledger: &Ledger, paper: Paper) -> Result<Paper, Refusal> {
    let known = ledger.documents.iter().any(|d| *d.id == *paper.document);
    if known {
        Ok(paper)
    } else {
        Err(Refusal::NoSuchDocument(paper.document))
    }
}

//! Events (留痕): one thing that happened to an entry.
//!
//! The JSON shape of [`Happening`] is a file format: it is stored for ever and must stay readable.
//! New kinds may be added; existing ones keep their keys (see the fixtures in the tests).

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use serde::{Deserialize, Serialize};
use values::dates::Date;

use crate::kept::{Evidence, Paper, Record};

/// One event of one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Place in the entry's history, from 1.
    pub seq: u32,
    /// Who did it: the opaque id of an account, never a name.
    pub actor: String,
    /// The day on which it happened, as the office says.
    pub happened_on: Date,
    /// What happened.
    pub what: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happening {
    /// The entry was opened.
    Opened {
        /// Its fields.
        fields: Fields,
        /// The stage to which the dates of a book had brought it, where not the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
    },
    /// Fields were corrected; the old values stay in the earlier events.
    Amended {
        /// New values; `None` removes a field.
        changes: BTreeMap<String, Option<Value>>,
        /// Why.
        reason: String,
        /// The stage to which the dates now bring an entry kept as a book.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
    },
    /// An act of the procedure was done.
    Acted {
        /// The action.
        action: String,
        /// The stage it led to, if it changed the stage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The fields it filled.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        /// The officers who acted together: opaque ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        officers: Vec<String>,
        /// The entry that this one was joined to (并案).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        joined_to: Option<String>,
    },
    /// A mistaken act was taken back; the act stays visible.
    Retracted {
        /// The event that is taken back.
        seq: u32,
        /// The stage that the entry is in again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
        /// The fields that the act had filled and that are empty again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cleared: Vec<String>,
        /// The values that the act had overwritten and that are back.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        restored: Fields,
        /// Why.
        reason: String,
    },
    /// The entry was declared void: it no longer counts, and stays visible.
    Voided {
        /// Why.
        reason: String,
    },
    /// A version of a paper was written.
    PaperWritten(Paper),
    /// A version of a paper was signed off; it holds until a later one is signed off.
    PaperSigned(Paper),
    /// Evidence was added.
    EvidenceAdded(Evidence),
    /// A piece of the record of the whole process was written.
    ProcessRecorded(Record),
}

impl Happening {
    /// The kind, as stored and as named in the log: `opened`, `amended`, `paper_signed`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Amended { .. } => "amended",
            Self::Acted { .. } => "acted",
            Self::Retracted { .. } => "retracted",
            Self::Voided { .. } => "voided",
            Self::PaperWritten(_) => "paper_written",
            Self::PaperSigned(_) => "paper_signed",
            Self::EvidenceAdded(_) => "evidence_added",
            Self::ProcessRecorded(_) => "process_recorded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every shape ever written must still load, and be written the same way again.
    #[test]
    fn stored_shapes_still_load() {
        for stored in [
            r#"{"type":"opened","fields":{"amount":1200,"held_on":"2022-03-05","kinds":["甲","乙"],"open":true,"rows":[{"n":1}]}}"#,
            r#"{"type":"amended","changes":{"amount":1300,"note":null},"reason":"笔误"}"#,
            r#"{"type":"acted","action":"close","to":"closed","fields":{"closed_on":"2022-03-09"}}"#,
            r#"{"type":"acted","action":"remind"}"#,
            r#"{"type":"opened","fields":{"closed_on":"2022-03-05"},"stage":"closed"}"#,
            r#"{"type":"amended","changes":{"closed_on":"2022-03-05"},"reason":"补登","stage":"closed"}"#,
            r#"{"type":"acted","action":"check","officers":["a1","b2"]}"#,
            r#"{"type":"acted","action":"join","to":"joined","joined_to":"e1"}"#,
            r#"{"type":"retracted","seq":3,"stage":"open","cleared":["closed_on"],"reason":"误点"}"#,
            r#"{"type":"retracted","seq":3,"stage":"open","restored":{"amount":1200},"reason":"误点"}"#,
            r#"{"type":"voided","reason":"重复登记"}"#,
            r#"{"type":"paper_written","document":"decision","paper":"p1","version":1,"hash":"ab"}"#,
            r#"{"type":"paper_signed","document":"decision","paper":"p1","version":2,"number":"云教罚决字〔2022〕1号","hash":"ab"}"#,
            r#"{"type":"evidence_added","evidence":"e1","hash":"ab","about":"cd","size":3,"media_type":"image/png"}"#,
            r#"{"type":"process_recorded","record":"r1","hash":"ab"}"#,
        ] {
            let event: Happening = serde_json::from_str(stored).expect(stored);
            assert_eq!(serde_json::to_string(&event).expect("serialises"), stored);
        }
    }
}

//! The envelope: how an event becomes a leaf of the log, and how the leaf is re-derived.
//!
//! A leaf names organ, ledger, entry, sequence, definition version, opaque actor and dates in the
//! clear, and holds salted commitments to everything else: one for each personal field, one for
//! the rest. No field value is in the clear: what the public may see is released by a publication,
//! not by the log. Values and salts stay in the event's row; deleting both erases them and leaves
//! the proof valid.

use std::collections::BTreeMap;

use catalogue::definition::{Field, FieldType, Ledger};
use kernel::{Event, Happening};
use proof::{
    hash::{Hash, leaf_hash},
    leaf::{Leaf, Salt, commitment},
};
use serde_json::{Value as Json, json};

use crate::clock::Chance;

/// What identifies an event outside of its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<'a> {
    /// The organ.
    pub organ: &'a str,
    /// The ledger.
    pub ledger: &'a str,
    /// The entry.
    pub entry: &'a str,
    /// First day of the definition version, `2021-01-01`.
    pub version: &'a str,
    /// When it was recorded, RFC 3339, UTC.
    pub recorded_at: &'a str,
}

/// Salts by pointer; 32 bytes each, in hex.
pub type Salts = BTreeMap<String, String>;

/// Pointer of the joint commitment.
const REST: &str = "/what";

/// Says whether a field gets a commitment of its own.
pub fn is_personal(field: &Field) -> bool {
    match &field.kind {
        FieldType::Rows { columns } => columns.iter().any(|c| c.kind.is_personal()),
        kind => kind.is_personal(),
    }
}

/// The parts of an event that are committed to, by pointer: personal fields one by one, and the
/// rest of the body together.
fn parts(ledger: &Ledger, what: &Happening) -> serde_json::Result<BTreeMap<String, Json>> {
    let mut body = serde_json::to_value(what)?;
    let mut parts = BTreeMap::new();
    for holder in ["fields", "changes", "restored"] {
        let Some(Json::Object(fields)) = body.get_mut(holder) else {
            continue;
        };
        for field in ledger.fields.iter().filter(|f| is_personal(f)) {
            if let Some(value) = fields.remove(field.id.as_str()) {
                parts.insert(format!("/person/{}", field.id), value);
            }
        }
    }
    parts.insert(REST.to_owned(), body);
    Ok(parts)
}

/// The pointers of the commitments of an event, sorted.
pub fn pointers(ledger: &Ledger, what: &Happening) -> Vec<String> {
    let ids: Vec<&String> = match what {
        Happening::Opened { fields, .. } | Happening::Acted { fields, .. } => {
            fields.keys().collect()
        }
        Happening::Amended { changes, .. } => changes.keys().collect(),
        Happening::Retracted { restored, .. } => restored.keys().collect(),
        _ => Vec::new(),
    };
    let personal = |id: &&&String| ledger.field(id).is_some_and(is_personal);
    let mut pointers: Vec<String> = ids
        .iter()
        .filter(personal)
        .map(|id| format!("/person/{id}"))
        .collect();
    pointers.push(REST.to_owned());
    pointers.sort();
    pointers
}

/// Draws a fresh salt for every commitment of an event.
pub fn fresh_salts(ledger: &Ledger, what: &Happening, chance: &Chance) -> Salts {
    let pointers = pointers(ledger, what);
    let mut bytes = vec![0; 32 * pointers.len()];
    chance.fill(&mut bytes);
    let salts = bytes.chunks(32).map(hex::encode);
    pointers.into_iter().zip(salts).collect()
}

/// The leaf of an event: the same bytes whenever they are derived from the same event and salts.
///
/// # Errors
/// When the body holds what the log does not accept (numbers beyond 2^53, text not in NFC), or a
/// salt is missing or malformed.
pub fn leaf(
    ledger: &Ledger,
    envelope: &Envelope<'_>,
    event: &Event,
    salts: &Salts,
) -> Result<Vec<u8>, String> {
    let mut private = BTreeMap::new();
    for (pointer, value) in parts(ledger, &event.what).map_err(|e| e.to_string())? {
        let salt = salts.get(&pointer).and_then(|s| Hash::from_hex(s));
        let salt = salt.ok_or_else(|| format!("no salt for {pointer}"))?;
        let hash = commitment(&pointer, &Salt(salt.0), &value).map_err(|e| e.to_string())?;
        private.insert(pointer, hash);
    }
    let Json::Object(data) = json!({
        "actor": event.actor,
        "entry": envelope.entry,
        "happened_on": event.happened_on.to_string(),
        "ledger": envelope.ledger,
        "organ": envelope.organ,
        "seq": event.seq,
        "version": envelope.version,
    }) else {
        return Err("not an object".to_owned());
    };
    let leaf = Leaf {
        kind: format!("entry.{}", event.what.kind()),
        time: envelope.recorded_at.to_owned(),
        reference: format!("{}/{}/{}", envelope.ledger, envelope.entry, event.seq),
        data,
        private,
    };
    leaf.encode().map_err(|e| e.to_string())
}

/// The hash of a leaf.
pub fn hash_of(leaf: &[u8]) -> Hash {
    leaf_hash(leaf)
}

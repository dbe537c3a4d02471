//! The envelope: how an event becomes a leaf of the log, and how the leaf is re-derived.
//!
//! A leaf names organ, ledger, entry, sequence, definition version, opaque actor and dates in the
//! clear, and holds salted commitments to everything else: one for each personal field, one for
//! the rest. No field value is in the clear: what the public may see is released by a publication,
//! not by the log. Values and salts stay in the event's row; deleting both erases them and leaves
//! the proof valid.

use std::collections::BTreeMap;

use catalogue::{
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};
use kernel::{Event, Happening};
use proof::{
    canonical,
    hash::{Hash, leaf_hash},
    leaf::{Leaf, commitment_to},
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

/// The parts of an event that are committed to, as canonical JSON by pointer: personal fields one by
/// one, and the rest of the body together.
fn parts(ledger: &Ledger, what: &Happening) -> Result<BTreeMap<String, Vec<u8>>, String> {
    // Nearly all events open an entry from a sheet: they are written without a tree in between.
    if let Happening::Opened { fields, stage } = what
        && let Some(parts) = parts_of_opening(ledger, fields, stage.as_deref())
    {
        return Ok(parts);
    }
    parts_of_any(ledger, what)
}

fn parts_of_any(ledger: &Ledger, what: &Happening) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut body = serde_json::to_value(what).map_err(|e| e.to_string())?;
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
    let written = |(pointer, value)| {
        let bytes = canonical::to_vec(&value).map_err(|e| e.to_string())?;
        Ok((pointer, bytes))
    };
    parts.into_iter().map(written).collect()
}

/// The same for an opening; none where it takes another way, or has no canonical form.
fn parts_of_opening(
    ledger: &Ledger,
    fields: &Fields,
    stage: Option<&str>,
) -> Option<BTreeMap<String, Vec<u8>>> {
    let personal = ledger.fields.iter().filter(|f| is_personal(f));
    let personal: Vec<&str> = personal.map(|f| f.id.as_str()).collect();
    let mut parts = BTreeMap::new();
    let mut rest = Vec::with_capacity(1024);
    rest.extend_from_slice(b"{\"fields\":");
    let mut is_first = true;
    for (id, value) in fields {
        if personal.contains(&id.as_str()) {
            let mut one = Vec::new();
            write_value(value, &mut one)?;
            parts.insert(format!("/person/{id}"), one);
        } else {
            write_member(id, value, &mut is_first, &mut rest)?;
        }
    }
    rest.extend_from_slice(if is_first { b"{}" } else { b"}" });
    if let Some(stage) = stage {
        rest.extend_from_slice(b",\"stage\":");
        canonical::write_string(stage, &mut rest).ok()?;
    }
    rest.extend_from_slice(b",\"type\":\"opened\"}");
    parts.insert(REST.to_owned(), rest);
    Some(parts)
}

fn write_member(id: &str, value: &Value, is_first: &mut bool, out: &mut Vec<u8>) -> Option<()> {
    // Other names may sort otherwise than their bytes do; ids have none such.
    if !id.is_ascii() {
        return None;
    }
    out.push(if *is_first { b'{' } else { b',' });
    *is_first = false;
    canonical::write_string(id, out).ok()?;
    out.push(b':');
    write_value(value, out)
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => canonical::write_integer(*number, out).ok()?,
        Value::Text(text) => canonical::write_string(text, out).ok()?,
        Value::List(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Record(cells) => {
            let mut is_first = true;
            for (id, cell) in cells {
                write_member(id, cell, &mut is_first, out)?;
            }
            out.extend_from_slice(if is_first { b"{}" } else { b"}" });
        }
    }
    Some(())
}

/// The pointers of the commitments of an event, sorted.
pub fn pointers(ledger: &Ledger, what: &Happening) -> Vec<String> {
    let has = |id: &str| match what {
        Happening::Opened { fields, .. } | Happening::Acted { fields, .. } => {
            fields.contains_key(id)
        }
        Happening::Amended { changes, .. } => changes.contains_key(id),
        Happening::Retracted { restored, .. } => restored.contains_key(id),
        _ => false,
    };
    let personal = ledger
        .fields
        .iter()
        .filter(|f| is_personal(f) && has(&f.id));
    let mut pointers: Vec<String> = personal.map(|f| format!("/person/{}", f.id)).collect();
    pointers.push(REST.to_owned());
    pointers.sort();
    pointers
}

/// Draws a fresh salt for every commitment of an event.
pub fn fresh_salts(ledger: &Ledger, what: &Happening, chance: &Chance) -> Salts {
    let pointers = pointers(ledger, what);
    let mut bytes = vec![0; 32 * pointers.len()];
    chance.fill(&mut bytes);
    let salts = bytes.as_chunks().0.iter().map(|salt| Hash(*salt).to_hex());
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
    for (pointer, value) in parts(ledger, &event.what)? {
        let salt = salts.get(&pointer);
        let hash = salt.and_then(|salt| commitment_to(&pointer, salt, &value));
        let hash = hash.ok_or_else(|| format!("no salt for {pointer}"))?;
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use catalogue::{Files, load};
    use proptest::prelude::*;

    use super::*;

    fn ledger() -> std::sync::Arc<Ledger> {
        let field = |id: &str, kind: &str| {
            format!("[[field]]\nid = \"{id}\"\nname = \"{id}\"\ntype = \"{kind}\"\n")
        };
        let fields = [
            ("a", "text"),
            ("b", "person"),
            ("c", "number"),
            ("d", "phone"),
        ];
        let fields: String = fields.map(|(id, kind)| field(id, kind)).concat();
        let ledger = format!(
            "id = \"work\"\nname = \"工作\"\nsection = \"office\"\neffective = 2021-01-01\n{fields}\
             [[figure]]\nid = \"works\"\nname = \"工作\"\nunit = \"件\"\ncount = \"entries\"\n"
        );
        let files = Files::new("")
            .with("modules.toml", "[[module]]\nid = \"m\"\nname = \"模块\"\n")
            .with(
                "sections.toml",
                "[[section]]\nid = \"office\"\nname = \"办公室\"\n",
            )
            .with("roles.toml", "")
            .with("statutes.toml", "")
            .with("m/work.toml", ledger);
        let (catalogue, findings) = load(&files, None);
        catalogue
            .ledger("work")
            .unwrap_or_else(|| panic!("{findings:?}"))
            .clone()
    }

    /// Any value, of a few levels.
    pub(crate) fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Flag),
            any::<i64>().prop_map(Value::Integer),
            (-99..99i64).prop_map(Value::Integer),
            "[ -~\\n\\t\"\\\\一-龥]{0,9}".prop_map(Value::Text),
            ".{0,9}".prop_map(Value::Text),
        ];
        leaf.prop_recursive(2, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::List),
                prop::collection::btree_map("[a-z_é]{1,3}", inner, 0..3).prop_map(Value::Record),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_opening_is_committed_to_in_the_same_bytes_by_the_short_way(
            fields in prop::collection::btree_map("[a-e]{1,2}", value(), 0..6),
            stage in prop::option::of("[a-z]{1,5}"),
        ) {
            let ledger = ledger();
            let what = Happening::Opened { fields: fields.clone(), stage: stage.clone() };
            let long = parts_of_any(&ledger, &what);
            if let Some(short) = parts_of_opening(&ledger, &fields, stage.as_deref()) {
                prop_assert_eq!(Ok(short), long.clone());
            }
            let pointers: Vec<String> = pointers(&ledger, &what);
            if let Ok(long) = long {
                prop_assert!(pointers.iter().eq(long.keys()));
            }
        }
    }

    #[test]
    fn a_usual_opening_takes_the_short_way() {
        let fields = Fields::from([
            ("a".to_owned(), Value::from("云川市第一中学")),
            ("b".to_owned(), Value::from("王小明")),
        ]);
        let parts = parts_of_opening(&ledger(), &fields, None).unwrap();
        let text = |pointer: &str| String::from_utf8(parts[pointer].clone()).unwrap();
        assert_eq!(text("/person/b"), "\"王小明\"");
        assert_eq!(
            text(REST),
            r#"{"fields":{"a":"云川市第一中学"},"type":"opened"}"#
        );
    }
}

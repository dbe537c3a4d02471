//! Leaves: what of an event enters the log, and what stays outside behind a commitment.
//!
//! Leaf data are the canonical JSON of the envelope `{v, type, time, ref, data, private}`. Personal
//! data never stand in it: `private` maps the JSON pointer of a field to a salted commitment. With
//! value and salt anyone can check the field; without the salt nobody can guess it. Deleting both
//! erases the value for good and leaves the log as it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, CanonicalError};
use crate::hash::{Hash, leaf_hash};
use crate::tile::ENTRY_BYTES_MAX;

/// The version of the envelope.
const VERSION: u64 = 1;

/// The envelope of one event.
///
/// Any value may be put in; [`Leaf::encode`] refuses what the format forbids.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// What happened, in lower-case words joined by dots, as in `draw.plan.published`.
    pub kind: String,
    /// When it was recorded: UTC, as in `2026-03-01T01:00:00Z`.
    pub time: String,
    /// The case, draw or entry it belongs to.
    pub reference: String,
    /// What is public.
    pub data: Map<String, Value>,
    /// Commitments to what is not, by JSON pointer.
    pub private: BTreeMap<String, Hash>,
}

/// Why an event makes no leaf, or bytes are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// A value has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A field of the envelope is missing, unknown or not in its form.
    #[error("the field {0:?} of the leaf is missing, unknown or malformed")]
    Field(String),
    /// The leaf does not fit into a bundle.
    #[error("the leaf has {bytes} bytes, at most {ENTRY_BYTES_MAX} are allowed")]
    TooLong {
        /// Its size.
        bytes: usize,
    },
}

impl Leaf {
    /// The leaf data: what is hashed and published.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        self.check()?;
        // Member by member in canonical order: nothing is copied into a tree before.
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(b"{\"data\":");
        canonical::write_map(&self.data, &mut bytes).map_err(|error| error.under("data"))?;
        if !self.private.is_empty() {
            bytes.extend_from_slice(b",\"private\":");
            self.write_private(&mut bytes)?;
        }
        let members = [
            (b",\"ref\":".as_slice(), "ref", &self.reference),
            (b",\"time\":", "time", &self.time),
            (b",\"type\":", "type", &self.kind),
        ];
        for (start, name, text) in members {
            bytes.extend_from_slice(start);
            canonical::write_string(text, &mut bytes).map_err(|error| error.under(name))?;
        }
        bytes.extend_from_slice(format!(",\"v\":{VERSION}}}").as_bytes());
        if ENTRY_BYTES_MAX < bytes.len() {
            return Err(LeafError::TooLong { bytes: bytes.len() });
        }
        Ok(bytes)
    }

    fn write_private(&self, bytes: &mut Vec<u8>) -> Result<(), LeafError> {
        let private = self.private.iter();
        let private = private.map(|(at, c)| (at.clone(), commitment_text(c).into()));
        let private: Map<String, Value> = private.collect();
        Ok(canonical::write_map(&private, bytes).map_err(|error| error.under("private"))?)
    }

    /// Reads leaf data, which must be canonical to the last byte.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        if ENTRY_BYTES_MAX < bytes.len() {
            return Err(LeafError::TooLong { bytes: bytes.len() });
        }
        let field = |name: &str| LeafError::Field(name.to_owned());
        let Value::Object(mut envelope) = canonical::parse_canonical(bytes)? else {
            return Err(field(""));
        };
        if envelope.remove("v").and_then(|v| v.as_u64()) != Some(VERSION) {
            return Err(field("v"));
        }
        let mut text = |name: &str| match envelope.remove(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(field(name)),
        };
        let (kind, time, reference) = (text("type")?, text("time")?, text("ref")?);
        let Some(Value::Object(data)) = envelope.remove("data") else {
            return Err(field("data"));
        };
        let private = match envelope.remove("private") {
            None => BTreeMap::new(),
            Some(Value::Object(members)) if !members.is_empty() => members
                .into_iter()
                .map(|(at, text)| Some((at, parse_commitment(text.as_str()?)?)))
                .collect::<Option<_>>()
                .ok_or_else(|| field("private"))?,
            Some(_) => return Err(field("private")),
        };
        if let Some(unknown) = envelope.keys().next() {
            return Err(field(unknown));
        }
        let leaf = Self {
            kind,
            time,
            reference,
            data,
            private,
        };
        leaf.check()?;
        Ok(leaf)
    }

    /// The hash of the leaf data.
    pub fn hash(&self) -> Result<Hash, LeafError> {
        Ok(leaf_hash(&self.encode()?))
    }

    /// Whether a disclosed value is the one behind the commitment of this leaf.
    pub fn opens(&self, opening: &Opening) -> bool {
        self.private.get(&opening.path).is_some_and(|expected| {
            opening
                .commitment()
                .is_ok_and(|commitment| commitment == *expected)
        })
    }

    fn check(&self) -> Result<(), LeafError> {
        let checks = [
            ("type", valid_kind(&self.kind)),
            ("time", valid_time(&self.time)),
            ("ref", !self.reference.is_empty()),
            (
                "private",
                self.private.keys().all(|pointer| valid_pointer(pointer)),
            ),
        ];
        match checks.iter().find(|(_, valid)| !valid) {
            Some((name, _)) => Err(LeafError::Field((*name).to_owned())),
            None => Ok(()),
        }
    }
}

/// What is disclosed to prove one private field: kept in the database, erased when the law asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// JSON pointer of the field.
    pub path: String,
    /// Thirty-two random bytes of its own for each field of each event.
    pub salt: Salt,
    /// The value.
    pub value: Value,
}

impl Opening {
    /// The commitment that stands in the leaf.
    pub fn commitment(&self) -> Result<Hash, CanonicalError> {
        commitment(&self.path, &self.salt, &self.value)
    }
}

/// What hides a private value: 32 random bytes, which the caller draws.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(secret)")
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hash(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Hash::deserialize(deserializer)?.0))
    }
}

/// Commits to the value of a field: SHA-256 of `commit/v1`, the JSON pointer, the salt in
/// hexadecimal and the canonical JSON of the value, each followed by a line feed.
pub fn commitment(pointer: &str, salt: &Salt, value: &Value) -> Result<Hash, CanonicalError> {
    let salt = Hash(salt.0).to_hex();
    Ok(committed(pointer, &salt, &canonical::to_vec(value)?))
}

/// Commits to a value of which the canonical JSON is at hand, with a salt as it is kept: 64 lower-case
/// hexadecimal digits. `None` where it is no salt.
pub fn commitment_to(pointer: &str, salt: &str, canonical: &[u8]) -> Option<Hash> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_salt = salt.len() == 64 && salt.bytes().all(is_digit);
    is_salt.then(|| committed(pointer, salt, canonical))
}

fn committed(pointer: &str, salt: &str, canonical: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"commit/v1\n");
    hasher.update(pointer.as_bytes());
    hasher.update(b"\n");
    hasher.update(salt.as_bytes());
    hasher.update(b"\n");
    hasher.update(canonical);
    hasher.update(b"\n");
    Hash(hasher.finalize().into())
}

/// A commitment as it stands in a leaf: `sha256:` and hexadecimal digits.
pub fn commitment_text(commitment: &Hash) -> String {
    format!("sha256:{commitment}")
}

/// Reads a commitment as it stands in a leaf.
pub fn parse_commitment(text: &str) -> Option<Hash> {
    Hash::from_hex(text.strip_prefix("sha256:")?)
}

fn valid_kind(kind: &str) -> bool {
    kind.split('.').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    })
}

/// A JSON pointer to a member of an object, without line feeds, which separate the parts of a
/// commitment.
fn valid_pointer(pointer: &str) -> bool {
    let escapes_ok = pointer
        .split('~')
        .skip(1)
        .all(|rest| rest.starts_with(['0', '1']));
    pointer.starts_with('/') && escapes_ok && !pointer.contains(char::is_control)
}

/// `2026-03-01T01:00:00Z`, with up to nine decimals of a second.
fn valid_time(time: &str) -> bool {
    let Some((seconds, rest)) = time.split_at_checked(19) else {
        return false;
    };
    let decimals_ok = match rest.strip_suffix('Z') {
        None => false,
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        }),
    };
    let form_ok = seconds
        .bytes()
        .zip(b"0000-00-00T00:00:00")
        .all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            mark => byte == *mark,
        });
    if !form_ok || !decimals_ok {
        return false;
    }
    let number = |from: usize, to: usize| seconds[from..to].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day) && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn opening() -> Opening {
        let salt = "1b6765116268f2a7a5391eba25fc836edc849d0096e871e5bb9a45f0893c7be5";
        let json = json!({"path": "/actor/name", "salt": salt, "value": "王样例"});
        serde_json::from_value(json).unwrap()
    }

    fn leaf() -> Leaf {
        Leaf {
            kind: "inspection.record.signed".into(),
            time: "2026-03-20T03:15:42Z".into(),
            reference: "CASE-EXAMPLE-0007".into(),
            data: json!({"unit": "U0009", "pages": 2})
                .as_object()
                .unwrap()
                .clone(),
            private: BTreeMap::from([("/actor/name".into(), opening().commitment().unwrap())]),
        }
    }

    #[test]
    fn a_leaf_is_canonical_json_with_commitments() {
        let bytes = leaf().encode().unwrap();
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            "{\"data\":{\"pages\":2,\"unit\":\"U0009\"},\"private\":{\"/actor/name\":\
             \"sha256:1238aeae879a016f80cdc28940f9c4e2c5403cd9ae2e15fe4cb97b121a607666\"},\
             \"ref\":\"CASE-EXAMPLE-0007\",\"time\":\"2026-03-20T03:15:42Z\",\
             \"type\":\"inspection.record.signed\",\"v\":1}"
        );
        assert_eq!(Leaf::decode(&bytes).unwrap(), leaf());
        assert_eq!(leaf().hash().unwrap(), leaf_hash(&bytes));
    }

    #[test]
    fn a_disclosed_value_opens_its_commitment_and_nothing_else_does() {
        let good = opening();
        assert!(leaf().opens(&good));
        let other_value = Opening {
            value: "李样例".into(),
            ..good.clone()
        };
        let other_path = Opening {
            path: "/actor/other".into(),
            ..good.clone()
        };
        let other_salt = Opening {
            salt: Salt([0; 32]),
            ..good.clone()
        };
        let no_value = Opening {
            value: json!(0.5),
            ..good.clone()
        };
        for bad in [other_value, other_path, other_salt, no_value] {
            assert!(!leaf().opens(&bad), "{bad:?}");
        }
        assert!(
            !format!("{good:?}").contains("1b67"),
            "a salt does not reach a log file"
        );
        let text = serde_json::to_string(&good).unwrap();
        assert_eq!(serde_json::from_str::<Opening>(&text).unwrap(), good);
    }

    #[test]
    fn envelopes_out_of_form_are_refused_both_ways() {
        let refused = |change: &dyn Fn(&mut Leaf)| {
            let mut leaf = leaf();
            change(&mut leaf);
            leaf.encode().unwrap_err()
        };
        let field = |name: &str| LeafError::Field(name.into());
        assert_eq!(refused(&|l| l.kind = "Signed".into()), field("type"));
        assert_eq!(refused(&|l| l.kind = "a..b".into()), field("type"));
        assert_eq!(refused(&|l| l.reference.clear()), field("ref"));
        for time in [
            "2026-03-20T03:15:42",
            "2026-02-29T00:00:00Z",
            "2026-03-20 03:15:42Z",
            "2026-03-20T24:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-20T03:15:42.Z",
            "",
            "二",
        ] {
            assert_eq!(refused(&|l| l.time = time.into()), field("time"), "{time}");
        }
        for pointer in ["actor", "", "/a~2", "/a\nb"] {
            let private = BTreeMap::from([(pointer.to_owned(), Hash::default())]);
            let change = |l: &mut Leaf| l.private = private.clone();
            assert_eq!(refused(&change), field("private"), "{pointer:?}");
        }
        let fraction = |l: &mut Leaf| drop(l.data.insert("sum".into(), json!(1.5)));
        assert!(matches!(refused(&fraction), LeafError::Canonical(_)));

        let good = String::from_utf8(leaf().encode().unwrap()).unwrap();
        let decoded =
            |from: &str, to: &str| Leaf::decode(good.replace(from, to).as_bytes()).unwrap_err();
        assert_eq!(decoded("\"v\":1", "\"v\":2"), field("v"));
        assert_eq!(decoded("\"v\":1", "\"v\":1,\"w\":1"), field("w"));
        assert_eq!(decoded("\"ref\"", "\"reg\""), field("ref"));
        assert_eq!(decoded("sha256:1", "sha256:A"), field("private"));
        assert_eq!(
            decoded("\"v\":1", "\"v\": 1"),
            LeafError::Canonical(CanonicalError::NotCanonical)
        );
        assert_eq!(Leaf::decode(b"[]").unwrap_err(), field(""));
    }

    #[test]
    fn leap_days_and_decimals_of_a_second_are_times() {
        for time in ["2024-02-29T23:59:59Z", "2000-02-29T00:00:00.123456789Z"] {
            assert!(
                Leaf {
                    time: time.into(),
                    ..leaf()
                }
                .encode()
                .is_ok(),
                "{time}"
            );
        }
    }

    #[test]
    fn a_leaf_has_room_up_to_the_limit_of_a_bundle() {
        let sized = |extra: usize| {
            let mut leaf = leaf();
            leaf.data.insert("x".into(), "y".repeat(extra).into());
            leaf.encode()
        };
        let base = sized(0).unwrap().len();
        let room = ENTRY_BYTES_MAX - base;
        assert_eq!(sized(room).unwrap().len(), ENTRY_BYTES_MAX);
        assert_eq!(
            sized(room + 1).unwrap_err(),
            LeafError::TooLong {
                bytes: ENTRY_BYTES_MAX + 1
            }
        );
    }
}

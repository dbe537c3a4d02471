//! Finding and reading a file of vectors.

use proof::hash::Hash;
use serde_json::Value;
use std::io::Write as _;

/// A file of shared vectors, or nothing with a loud line.
pub fn load(name: &str) -> Option<Value> {
    let path = format!(
        "{}/../../../shared/vectors/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: {name}: shared vectors not found"
            ));
            None
        }
    }
}

/// The rows of an array.
pub fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A number.
pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Bytes written in hexadecimal.
pub fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).unwrap()
}

/// A hash written in hexadecimal, if it has 32 bytes.
pub fn hash(value: &Value) -> Option<Hash> {
    Hash::from_slice(&bytes(value))
}

/// A proof, if every hash has 32 bytes.
pub fn hashes(value: &Value) -> Option<Vec<Hash>> {
    rows(value).iter().map(hash).collect()
}

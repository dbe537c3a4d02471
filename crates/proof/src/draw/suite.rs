//! The hash of a draw: SHA-256, or SM3 where the plan asks for it.
//!
//! Everything that is hashed in a draw is a text of fields, each followed by a line feed, so that
//! anyone can repeat it with `printf` and `sha256sum`.

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::hash::Hash;

/// The hash function of seeds and tickets. The trees stay SHA-256 in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// SHA-256.
    Sha256,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl Suite {
    /// Hashes some fields, each followed by a line feed.
    pub fn hash(self, fields: &[&str]) -> Hash {
        self.start(fields).finish(&[])
    }

    /// Begins a text that many hashes share.
    pub fn start(self, fields: &[&str]) -> Started {
        let mut started = match self {
            Self::Sha256 => Started::Sha256(sha2::Sha256::new()),
            Self::Sm3 => Started::Sm3(sm3::Sm3::new()),
        };
        started.fields(fields);
        started
    }
}

/// The beginning of a text, hashed once for all that follow it.
#[derive(Clone)]
pub enum Started {
    /// SHA-256.
    Sha256(sha2::Sha256),
    /// SM3.
    Sm3(sm3::Sm3),
}

impl Started {
    /// The hash of the text with further fields.
    pub fn finish(&self, fields: &[&str]) -> Hash {
        let mut copy = self.clone();
        copy.fields(fields);
        Hash(match copy {
            Self::Sha256(hasher) => hasher.finalize().into(),
            Self::Sm3(hasher) => hasher.finalize().into(),
        })
    }

    fn fields(&mut self, fields: &[&str]) {
        // Millions of short texts are hashed in a large draw: one update each is twice as fast.
        let mut buffer = [0u8; 128];
        let mut used = 0;
        for field in fields {
            let end = used + field.len() + 1;
            if buffer.len() < end {
                self.update(&buffer[..used]);
                self.update(field.as_bytes());
                self.update(b"\n");
                used = 0;
                continue;
            }
            buffer[used..end - 1].copy_from_slice(field.as_bytes());
            buffer[end - 1] = b'\n';
            used = end;
        }
        self.update(&buffer[..used]);
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sm3(hasher) => hasher.update(bytes),
        }
    }
}

/// Whether a text may be a field: not empty, no control characters, in Unicode NFC.
pub fn is_field(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control) && unicode_normalization::is_nfc(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_value_of_sm3() {
        // GB/T 32905-2016, annex A.1, hashes "abc" without a line feed; with one:
        // printf 'abc\n' | openssl dgst -sm3
        let expected = "12d4e804e1fcfdc181ed383aa07ba76cc69d8aedcbb7742d6e28ff4fb7776c34";
        assert_eq!(Suite::Sm3.hash(&["abc"]).to_hex(), expected);
    }

    #[test]
    fn a_field_is_one_line_in_one_spelling() {
        assert!(is_field("云川市第一中学"));
        for bad in ["", "a\nb", "a\tb", "\u{7f}", "A\u{30a}"] {
            assert!(!is_field(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_shared_beginning_changes_nothing() {
        for suite in [Suite::Sha256, Suite::Sm3] {
            assert_eq!(
                suite.start(&["a", "b"]).finish(&["c"]),
                suite.hash(&["a", "b", "c"])
            );
            let long = "x".repeat(200);
            let text = format!("a\n{long}\nb\n");
            let joined = suite.hash(&[&text[..text.len() - 1]]);
            assert_eq!(suite.hash(&["a", &long, "b"]), joined);
            assert_ne!(suite.hash(&["ab"]), suite.hash(&["a", "b"]));
        }
    }
}

//! Signed notes (c2sp.org/signed-note) and Ed25519 cosignatures (c2sp.org/tlog-cosignature).
//!
//! A note is a text, a blank line and one line per signature. Whoever opens a note names the keys
//! that it knows: unknown signatures are ignored, a wrong signature by a known key refuses the
//! note, and at least one known key must have signed.
//!
//! Left out: ECDSA and ML-DSA keys; such signatures count as unknown.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;

use crate::hash::Hash;

mod open;

pub(crate) use open::split;
pub use open::{NoteError, Opened, SIGNATURES_MAX, Verified, open};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The text of a note (type 01).
    Note,
    /// A time and the text of a note (type 04): what witnesses do.
    Cosignature,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not three (for a private key: five) parts with an identifier of eight lower-case digits.
    #[error("not in the form name+id+key")]
    Form,
    /// Names are not empty and have neither white space, control characters nor '+'.
    #[error("the name of a key is not empty and has no white space and no '+'")]
    Name,
    /// Neither an Ed25519 key for notes (type 01) nor one for cosignatures (type 04).
    #[error("the key is of a kind that is not supported")]
    Kind,
    /// Not a usable Ed25519 key.
    #[error("the key is not a valid Ed25519 key")]
    Key,
    /// The identifier is not the one of this name and key.
    #[error("the identifier does not belong to this name and key")]
    Id,
}

/// A public key with its name, written `name+identifier+base64(type, key)`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// A key from its parts.
    pub fn new(name: &str, kind: KeyKind, public_key: &[u8; 32]) -> Result<Self, KeyError> {
        if !valid_name(name) {
            return Err(KeyError::Name);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(public_key).map_err(|_| KeyError::Key)?;
        if key.is_weak() {
            return Err(KeyError::Key);
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            id: key_id(name, kind, public_key),
            key,
        })
    }

    /// Reads the text form. The base64 part may contain '+' itself.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, body) = split_key(text)?;
        let (kind, public_key) = match body.split_first() {
            Some((1, key)) => (KeyKind::Note, key),
            Some((4, key)) => (KeyKind::Cosignature, key),
            _ => return Err(KeyError::Kind),
        };
        let key = Self::new(
            name,
            kind,
            public_key.try_into().map_err(|_| KeyError::Key)?,
        )?;
        if key.id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// The name of the key; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The four bytes by which a signature line names the key.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The bare public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Checks the bytes of a signature line (without identifier) over the text of a note.
    /// A cosignature gives its time.
    fn verify(&self, text: &str, signature: &[u8]) -> Option<Option<u64>> {
        let check = |message: &[u8], signature: &[u8]| {
            let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
            self.key.verify_strict(message, &signature).ok()
        };
        match self.kind {
            KeyKind::Note => {
                check(text.as_bytes(), signature)?;
                Some(None)
            }
            KeyKind::Cosignature => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                check(cosigned_message(text, time).as_bytes(), signature)?;
                Some(Some(time))
            }
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = [&[self.kind.byte()][..], &self.public_key()].concat();
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.id),
            STANDARD.encode(body)
        )
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// A private key with its name. It signs notes as a log and cosigns them as a witness, under
/// different identifiers.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// A key from 32 secret bytes, which the caller drew at random.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        if !valid_name(name) {
            return Err(KeyError::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            key: ed25519_dalek::SigningKey::from_bytes(seed),
        })
    }

    /// Reads `PRIVATE+KEY+name+identifier+base64(01, seed)`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text
            .trim_ascii_end()
            .strip_prefix(PRIVATE_PREFIX)
            .ok_or(KeyError::Form)?;
        let (name, id, body) = split_key(text)?;
        let Some((1, seed)) = body.split_first() else {
            return Err(KeyError::Kind);
        };
        let key = Self::from_seed(name, seed.try_into().map_err(|_| KeyError::Key)?)?;
        if key.verifier(KeyKind::Note).id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// The text form for a key file. It is the secret itself.
    pub fn to_secret_text(&self) -> String {
        let id = hex::encode(self.verifier(KeyKind::Note).id);
        let body = [&[1][..], self.key.as_bytes()].concat();
        format!(
            "{PRIVATE_PREFIX}{}+{id}+{}",
            self.name,
            STANDARD.encode(body)
        )
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key to hand out for signatures of a kind.
    pub fn verifier(&self, kind: KeyKind) -> VerifierKey {
        let key = self.key.verifying_key();
        let id = key_id(&self.name, kind, key.as_bytes());
        VerifierKey {
            name: self.name.clone(),
            kind,
            id,
            key,
        }
    }

    /// The signature line over the text of a note.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        open::check_text(text)?;
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        Ok(self.line(KeyKind::Note, &signature))
    }

    /// The whole note: text, blank line, signature line.
    pub fn sign_note(&self, text: &str) -> Result<String, NoteError> {
        Ok(format!("{text}\n{}", self.sign(text)?))
    }

    /// The cosignature line over the text of a note at a time in seconds since 1970.
    pub fn cosign(&self, text: &str, time: u64) -> Result<String, NoteError> {
        open::check_text(text)?;
        let signature = self
            .key
            .sign(cosigned_message(text, time).as_bytes())
            .to_bytes();
        Ok(self.line(
            KeyKind::Cosignature,
            &[&time.to_be_bytes()[..], &signature].concat(),
        ))
    }

    fn line(&self, kind: KeyKind, signature: &[u8]) -> String {
        let payload = [&self.verifier(kind).id[..], signature].concat();
        format!("\u{2014} {} {}\n", self.name, STANDARD.encode(payload))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, secret)", self.name)
    }
}

fn cosigned_message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn key_id(name: &str, kind: KeyKind, public_key: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] =
        Hash::of(&[name.as_bytes(), b"\n", &[kind.byte()], public_key].concat()).0;
    [a, b, c, d]
}

/// Name, identifier and decoded body of `name+identifier+base64`.
fn split_key(text: &str) -> Result<(&str, [u8; 4], Vec<u8>), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id_text), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    if !valid_name(name) {
        return Err(KeyError::Name);
    }
    let mut id = [0; 4];
    hex::decode_to_slice(id_text, &mut id).map_err(|_| KeyError::Form)?;
    if hex::encode(id) != id_text {
        return Err(KeyError::Form);
    }
    let body = STANDARD.decode(body).map_err(|_| KeyError::Key)?;
    Ok((name, id, body))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

//! Reading a note and judging its signatures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{VerifierKey, valid_name};

/// The largest note that is read.
const NOTE_BYTES_MAX: usize = 1_000_000;
/// How many signatures a note may carry.
pub const SIGNATURES_MAX: usize = 100;

/// Why a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The bytes are not a note.
    #[error("malformed note: {0}")]
    Malformed(&'static str),
    /// Two of the given keys have the name and identifier of a signature.
    #[error("more than one known key is called {name}")]
    AmbiguousKey {
        /// Name of the key.
        name: String,
    },
    /// A signature by a known key is wrong.
    #[error("the signature by {name} is wrong")]
    BadSignature {
        /// Name of the key.
        name: String,
    },
    /// Nobody who is known has signed.
    #[error("no known key has signed")]
    NoKnownSignature,
}

/// A note whose known signatures are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The signed text with its last line feed.
    pub text: &'a str,
    /// The known keys that signed, each once, in the order of the note.
    pub verified: Vec<Verified>,
    /// Names on the signatures by unknown keys.
    pub unknown: Vec<&'a str>,
}

/// A right signature by a known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Name of the key.
    pub name: String,
    /// Identifier of the key.
    pub key_id: [u8; 4],
    /// Seconds since 1970, where it is a cosignature.
    pub time: Option<u64>,
}

/// Opens a note with the keys that the reader knows.
pub fn open<'a>(note: &'a [u8], known: &[VerifierKey]) -> Result<Opened<'a>, NoteError> {
    let (text, lines) = split(note)?;
    let mut opened = Opened {
        text,
        verified: Vec::new(),
        unknown: Vec::new(),
    };
    for (count, line) in lines.split_terminator('\n').enumerate() {
        if SIGNATURES_MAX <= count {
            return Err(NoteError::Malformed("too many signatures"));
        }
        let (name, payload) = signature_line(line)?;
        let Some((id, signature)) = payload.split_first_chunk::<4>() else {
            return Err(NoteError::Malformed("a signature is too short"));
        };
        let mut keys = known
            .iter()
            .filter(|key| key.name() == name && key.id() == *id);
        let Some(key) = keys.next() else {
            opened.unknown.push(name);
            continue;
        };
        if keys.next().is_some() {
            return Err(NoteError::AmbiguousKey {
                name: name.to_owned(),
            });
        }
        let Some(time) = key.verify(text, signature) else {
            return Err(NoteError::BadSignature {
                name: name.to_owned(),
            });
        };
        if !opened
            .verified
            .iter()
            .any(|seen| seen.name == name && seen.key_id == *id)
        {
            opened.verified.push(Verified {
                name: name.to_owned(),
                key_id: *id,
                time,
            });
        }
    }
    if opened.verified.is_empty() {
        Err(NoteError::NoKnownSignature)
    } else {
        Ok(opened)
    }
}

/// The text and the signature lines, split at the last blank line.
pub(crate) fn split(note: &[u8]) -> Result<(&str, &str), NoteError> {
    if NOTE_BYTES_MAX < note.len() {
        return Err(NoteError::Malformed("larger than 1 MB"));
    }
    let note = std::str::from_utf8(note).map_err(|_| NoteError::Malformed("not UTF-8"))?;
    let blank = note
        .rfind("\n\n")
        .ok_or(NoteError::Malformed("no blank line"))?;
    let (text, lines) = (&note[..=blank], &note[blank + 2..]);
    check_text(text)?;
    if lines.is_empty() || !lines.ends_with('\n') {
        return Err(NoteError::Malformed(
            "no signature line or its line feed is missing",
        ));
    }
    Ok((text, lines))
}

/// A text that can be signed: lines without control characters, the last one ended.
pub(super) fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed(
            "the text does not end with a line feed",
        ));
    }
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(NoteError::Malformed(
            "the text contains a control character",
        ));
    }
    Ok(())
}

/// Name and payload of a signature line without its line feed.
fn signature_line(line: &str) -> Result<(&str, Vec<u8>), NoteError> {
    let rest = line.strip_prefix("\u{2014} ").ok_or(NoteError::Malformed(
        "a signature line does not begin with a dash",
    ))?;
    let (name, payload) = rest
        .split_once(' ')
        .ok_or(NoteError::Malformed("a signature line has no signature"))?;
    if !valid_name(name) {
        return Err(NoteError::Malformed("a signature line has no valid name"));
    }
    let payload = STANDARD
        .decode(payload)
        .map_err(|_| NoteError::Malformed("a signature is not base64"))?;
    if payload.len() < 5 {
        return Err(NoteError::Malformed("a signature is too short"));
    }
    Ok((name, payload))
}

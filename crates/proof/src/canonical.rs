//! Canonical JSON: one value, one sequence of bytes (RFC 8785), restricted to what a leaf allows.
//!
//! Only integers up to 2^53-1 in either direction, no fractions, no duplicate keys, strings in
//! Unicode NFC. Everything else is refused before it is hashed, so that no two programs can
//! disagree about a number or about how a name is spelt. Keys are sorted by UTF-16 code units.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use unicode_normalization::is_nfc;

/// The largest integer that every JSON reader keeps exactly.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why a value has no canonical form here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number is a fraction or beyond 2^53-1.
    #[error("{at}: the number is not an integer of at most 2^53-1")]
    Number {
        /// JSON pointer of the number; empty for the whole value.
        at: String,
    },
    /// A string or a key is not in Unicode NFC.
    #[error("{at}: the text is not in Unicode NFC")]
    NotNfc {
        /// JSON pointer of the text, or of the object with the key.
        at: String,
    },
    /// The text is no JSON, or an object has a key twice.
    #[error("not the JSON of a leaf: {0}")]
    Syntax(String),
    /// The text is the JSON of a value, but not its canonical form.
    #[error("the JSON is not in canonical form")]
    NotCanonical,
}

impl CanonicalError {
    /// The same fault of a value that stands under a member.
    pub(crate) fn under(self, member: &str) -> Self {
        let below = |at: String| format!("/{member}{at}");
        match self {
            Self::Number { at } => Self::Number { at: below(at) },
            Self::NotNfc { at } => Self::NotNfc { at: below(at) },
            other => other,
        }
    }
}

/// The canonical bytes of a value.
pub fn to_vec(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out)?;
    Ok(out)
}

/// The canonical text of a value.
pub fn to_string(value: &Value) -> Result<String, CanonicalError> {
    String::from_utf8(to_vec(value)?).map_err(|error| CanonicalError::Syntax(error.to_string()))
}

/// Appends the canonical bytes of a value.
pub fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    write_value(value, out).map_err(Fault::named)
}

/// Appends the canonical bytes of a text.
pub fn write_string(text: &str, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    write_text(text, out).map_err(Fault::named)
}

/// Appends the canonical bytes of an integer.
pub fn write_integer(number: i64, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    write_number(&number.into(), out).map_err(Fault::named)
}

/// Appends the canonical bytes of an object.
pub fn write_map(members: &Map<String, Value>, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    write_object(members, out).map_err(Fault::named)
}

/// Reads JSON of which the canonical form exists: duplicate keys, which other readers drop
/// silently, are refused. The bytes themselves need not be canonical.
pub fn parse(json: &[u8]) -> Result<Value, CanonicalError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let syntax = |error: serde_json::Error| CanonicalError::Syntax(error.to_string());
    let value = Strict.deserialize(&mut reader).map_err(syntax)?;
    reader.end().map_err(syntax)?;
    to_vec(&value)?;
    Ok(value)
}

/// Reads JSON that must be canonical to the last byte.
pub fn parse_canonical(json: &[u8]) -> Result<Value, CanonicalError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let syntax = |error: serde_json::Error| CanonicalError::Syntax(error.to_string());
    let value = Strict.deserialize(&mut reader).map_err(syntax)?;
    reader.end().map_err(syntax)?;
    if to_vec(&value)? == json {
        Ok(value)
    } else {
        Err(CanonicalError::NotCanonical)
    }
}

/// A fault with the way to it, innermost step first; written out only when there is a fault.
struct Fault {
    way: Vec<String>,
    number: bool,
}

impl Fault {
    fn at(number: bool) -> Self {
        Self {
            way: Vec::new(),
            number,
        }
    }

    fn under(mut self, step: &str) -> Self {
        self.way.push(step.replace('~', "~0").replace('/', "~1"));
        self
    }

    fn named(self) -> CanonicalError {
        let at = self
            .way
            .iter()
            .rev()
            .map(|step| format!("/{step}"))
            .collect();
        if self.number {
            CanonicalError::Number { at }
        } else {
            CanonicalError::NotNfc { at }
        }
    }
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out).map_err(|fault| fault.under(&index.to_string()))?;
            }
            out.push(b']');
        }
        Value::Object(members) => write_object(members, out)?,
    }
    Ok(())
}

fn write_object(members: &Map<String, Value>, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    if members.iter().all(|(key, _)| key.is_ascii()) {
        members.sort_unstable_by_key(|(key, _)| key.as_bytes());
    } else {
        members.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    out.push(b'{');
    for (index, (key, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(key, out)?;
        out.push(b':');
        write_value(value, out).map_err(|fault| fault.under(key))?;
    }
    out.push(b'}');
    Ok(())
}

fn write_number(number: &Number, out: &mut Vec<u8>) -> Result<(), Fault> {
    let magnitude = number
        .as_i64()
        .map(i64::unsigned_abs)
        .or_else(|| number.as_u64());
    if magnitude.is_none_or(|magnitude| INTEGER_MAX < magnitude) {
        return Err(Fault::at(true));
    }
    out.extend_from_slice(number.to_string().as_bytes());
    Ok(())
}

/// Characters that are in NFC whatever stands beside them, as nearly all text is made of: Latin
/// letters, Chinese characters, their punctuation.
fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3029}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
}

fn write_text(text: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    if !text.chars().all(is_plain) && !is_nfc(text) {
        return Err(Fault::at(false));
    }
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain_from = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            0x00..0x20 => b'u',
            _ => continue,
        };
        out.extend_from_slice(&bytes[plain_from..index]);
        plain_from = index + 1;
        if short == b'u' {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            out.extend_from_slice(&[b'\\', short]);
        }
    }
    out.extend_from_slice(&bytes[plain_from..]);
    out.push(b'"');
    Ok(())
}

/// Builds a value and refuses an object with the same key twice.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom("fractions and exponents are not allowed"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Strict)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Strict)?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} occurs twice"
                )));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn canonical(json: &str) -> Result<String, CanonicalError> {
        to_string(&parse(json.as_bytes())?)
    }

    #[test]
    fn what_passes_for_plain_is_nfc_in_any_neighbourhood() {
        let plain: String = ('\0'..=char::MAX).filter(|c| is_plain(*c)).collect();
        assert!(20_000 < plain.chars().count());
        assert!(is_nfc(&plain));
        assert!(is_nfc(&plain.chars().rev().collect::<String>()));
    }

    #[test]
    fn keys_are_sorted_by_utf_16_and_texts_escaped_as_the_rfc_says() {
        let json =
            "{ \"\\ud83d\\ude02\": 1, \"\\uff5e\": 2, \"\\r\": 3, \"1\": 4, \"\u{f6}\": [ ] }";
        assert_eq!(
            canonical(json).unwrap(),
            "{\"\\r\":3,\"1\":4,\"\u{f6}\":[],\"\u{1f602}\":1,\"\u{ff5e}\":2}"
        );
        let text = "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\u007f\"";
        assert_eq!(
            canonical(text).unwrap(),
            "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\""
        );
        assert_eq!(
            canonical(" [null , true,false,\"\\b\\f\\t\"]").unwrap(),
            "[null,true,false,\"\\b\\f\\t\"]"
        );
    }

    #[test]
    fn integers_have_limits_and_fractions_are_refused() {
        assert_eq!(
            canonical("[9007199254740991,-9007199254740991,0]").unwrap(),
            "[9007199254740991,-9007199254740991,0]"
        );
        let number = |at: &str| Err(CanonicalError::Number { at: at.into() });
        assert_eq!(
            canonical("{\"a/b\":[1,9007199254740992]}"),
            number("/a~1b/1")
        );
        assert_eq!(canonical("-9007199254740992"), number(""));
        assert_eq!(canonical("18446744073709551615"), number(""));
        for fraction in [
            "1.5",
            "1.0",
            "1e3",
            "-0",
            "-0.0",
            "123456789012345678901234567890",
        ] {
            assert!(canonical(fraction).is_err(), "{fraction}");
        }
        assert_eq!(
            to_vec(&json!({"a": 0.5})),
            Err(CanonicalError::Number { at: "/a".into() })
        );
    }

    #[test]
    fn one_name_has_one_spelling() {
        let decomposed = "{\"name\":\"A\u{30a}\"}";
        assert_eq!(
            canonical(decomposed),
            Err(CanonicalError::NotNfc { at: "/name".into() })
        );
        assert_eq!(
            canonical("{\"A\u{30a}\":1}"),
            Err(CanonicalError::NotNfc { at: String::new() })
        );
        assert!(canonical("\"\u{c5}\u{5e02}\u{6559}\u{80b2}\u{5c40}\"").is_ok());
    }

    #[test]
    fn what_other_readers_overlook_is_refused() {
        for bad in [
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":2}",
            "[1,]",
            "1 2",
            "",
            "\"\\ud800\"",
            "nul",
        ] {
            assert!(
                matches!(canonical(bad), Err(CanonicalError::Syntax(_))),
                "{bad}"
            );
        }
        assert!(parse(b"\"\xff\"").is_err());
        assert!(
            parse("[".repeat(100_000).as_bytes()).is_err(),
            "no stack is exhausted"
        );
    }

    #[test]
    fn canonical_bytes_are_demanded_to_the_last() {
        assert!(parse_canonical(b"{\"a\":1,\"b\":2}").is_ok());
        for other in [
            "{\"b\":2,\"a\":1}",
            "{\"a\":1, \"b\":2}",
            "{\"a\":1,\"b\":2}\n",
            "{\"\\u0061\":1}",
        ] {
            assert_eq!(
                parse_canonical(other.as_bytes()),
                Err(CanonicalError::NotCanonical),
                "{other}"
            );
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(INTEGER_MAX as i64)..=INTEGER_MAX as i64).prop_map(Value::from),
            "[\\x00-\\x7f市教育]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-c\u{e000}\u{1f600}\"]{0,3}", inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_bytes_return_and_are_stable(value in value()) {
            let bytes = to_vec(&value).unwrap();
            prop_assert_eq!(&parse_canonical(&bytes).unwrap(), &value);
            let spaced = serde_json::to_vec_pretty(&value).unwrap();
            prop_assert_eq!(to_vec(&parse(&spaced).unwrap()).unwrap(), bytes);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, text in "[\\[\\]{}\",:0-9eE.\\\\u -]{0,30}") {
            let _ = parse(&bytes);
            let _ = parse(text.as_bytes());
        }
    }
}

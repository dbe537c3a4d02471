//! Values of fields: JSON-shaped, with integers only, so that they hash the same everywhere.
//!
//! | type | shape |
//! | --- | --- |
//! | text, long text, choice, district, subject, unit, officer, person, phone, address, citation, reference | text |
//! | date | text `2022-03-05` |
//! | date range | list of two such texts |
//! | number | integer scaled by `10^decimals` |
//! | money | integer, fen |
//! | yes/no | flag |
//! | choices | list of texts |
//! | file | text: SHA-256 of the content, hex |
//! | rows | list of records |
//!
//! An absent field is absent, never null or empty.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// An integer: number, money.
    Integer(i64),
    /// Text.
    Text(String),
    /// Several values.
    List(Vec<Value>),
    /// A row of a rows field.
    Record(BTreeMap<String, Value>),
}

/// The fields of an entry by id.
pub type Fields = BTreeMap<String, Value>;

/// By hand: trying one variant after the other makes an error message for each that does not fit,
/// which took most of the time of reading an entry.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shape)
    }
}

struct Shape;

impl<'de> Visitor<'de> for Shape {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flag, an integer, a text, a list or a record")
    }
    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        let number = i64::try_from(number).map_err(|_| E::custom("the integer is too large"))?;
        Ok(Value::Integer(number))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut cells = BTreeMap::new();
        while let Some((name, cell)) = map.next_entry()? {
            cells.insert(name, cell);
        }
        Ok(Value::Record(cells))
    }
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
    /// The integer, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_values_are_read_as_they_were_written() {
        for stored in [
            "true",
            "-9007199254740991",
            r#""2022-03-05""#,
            "[]",
            r#"["甲",["乙"],{"n":1,"ok":false}]"#,
        ] {
            let value: Value = serde_json::from_str(stored).expect(stored);
            assert_eq!(serde_json::to_string(&value).expect("serialises"), stored);
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for stored in [
            "null",
            "1.5",
            "1e3",
            "9223372036854775808",
            "[null]",
            r#"{"a":null}"#,
        ] {
            assert!(serde_json::from_str::<Value>(stored).is_err(), "{stored}");
        }
    }
}

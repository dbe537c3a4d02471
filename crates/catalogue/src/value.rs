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

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

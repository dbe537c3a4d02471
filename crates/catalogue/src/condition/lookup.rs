//! What conditions are evaluated over: values are handed to the interpreter one by one, when the
//! program asks for them, and texts are borrowed.

use std::{collections::BTreeMap, fmt, sync::Arc};

use cel::{
    ExecutionError,
    common::{
        traits::Indexer,
        types::{
            CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelString, MAP_TYPE, Type,
        },
        value::{CowVal, Val},
    },
    context::VariableResolver,
};

use super::{Condition, EvalError};
use crate::value::{Fields, Value};

/// One thing that a condition can read.
#[derive(Clone, Copy, Debug)]
pub enum Datum<'a> {
    /// A value of a field.
    Value(&'a Value),
    /// A whole number.
    Integer(i64),
    /// A number with decimals: a rate.
    Decimal(f64),
}

/// Something that conditions look names up in. What is absent is `None`.
pub trait Lookup: Sync {
    /// The datum of this name.
    fn get(&self, name: &str) -> Option<Datum<'_>>;
}

impl Lookup for Fields {
    fn get(&self, name: &str) -> Option<Datum<'_>> {
        BTreeMap::get(self, name).map(Datum::Value)
    }
}

/// Figures by id.
impl Lookup for BTreeMap<String, f64> {
    fn get(&self, name: &str) -> Option<Datum<'_>> {
        let number = *BTreeMap::get(self, name)?;
        // A figure without decimals compares with whole numbers as such.
        let is_whole = number.fract() == 0.0 && number.abs() < 9.0e15;
        Some(if is_whole {
            Datum::Integer(number as i64)
        } else {
            Datum::Decimal(number)
        })
    }
}

/// One entry (or one set of figures) under its root name: evaluates any number of conditions.
pub struct Scope<'a> {
    root: &'a str,
    source: &'a dyn Lookup,
}

impl<'a> Scope<'a> {
    /// A scope in which `root` names `source`.
    pub fn new(root: &'a str, source: &'a dyn Lookup) -> Self {
        Self { root, source }
    }

    /// The fields of an entry, as `entry`.
    pub fn entry(fields: &'a Fields) -> Self {
        Self::new("entry", fields)
    }

    /// Says whether a condition holds here.
    pub fn holds(&self, condition: &Condition) -> Result<bool, EvalError> {
        condition.evaluate(self)
    }

    /// Says whether a condition holds here; none always does.
    pub fn allows(&self, condition: Option<&Condition>) -> Result<bool, EvalError> {
        condition.map_or(Ok(true), |condition| self.holds(condition))
    }
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        (variable == self.root).then(|| CowVal::owned(Root(self.source)))
    }
}

/// The root as the interpreter sees it: a map whose values are made when asked for.
struct Root<'a>(&'a dyn Lookup);

impl fmt::Debug for Root<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root")
    }
}

impl Val for Root<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }
    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }
    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }
    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(Root(self.0))
    }
}

impl<'a> Root<'a> {
    fn find<'v>(&self, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        'a: 'v,
    {
        let name = key
            .downcast_ref::<CelString>()
            .map_or("", |key| key.inner());
        match self.0.get(name) {
            Some(datum) => Ok(to_cel(datum)),
            None => Err(ExecutionError::NoSuchKey(Arc::new(name.to_owned()))),
        }
    }
}

impl Indexer for Root<'_> {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.find(key).map(CowVal::Owned)
    }
    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.find(key)
    }
}

fn to_cel<'v>(datum: Datum<'v>) -> Box<dyn Val + 'v> {
    match datum {
        Datum::Integer(number) => Box::new(CelInt::from(number)),
        Datum::Decimal(number) => Box::new(CelDouble::from(number)),
        Datum::Value(value) => value_to_cel(value),
    }
}

fn value_to_cel<'v>(value: &'v Value) -> Box<dyn Val + 'v> {
    match value {
        Value::Flag(flag) => Box::new(CelBool::from(*flag)),
        Value::Integer(number) => Box::new(CelInt::from(*number)),
        Value::Text(text) => Box::new(CelString::from(text.as_str())),
        Value::List(items) => {
            let items: Vec<Box<dyn Val + 'v>> = items.iter().map(value_to_cel).collect();
            Box::new(CelList::from(items))
        }
        Value::Record(fields) => {
            let map: std::collections::HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> = fields
                .iter()
                .map(|(key, value)| (CelMapKey::from(key.as_str()), value_to_cel(value)))
                .collect();
            Box::new(CelMap::from(map))
        }
    }
}

/// Yes or no, if the value is one.
pub(super) fn as_bool(value: &dyn Val) -> Option<bool> {
    value.downcast_ref::<CelBool>().map(|flag| *flag.inner())
}

//! The events of a draw in the log: what is said in public, and when.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::plan::Plan;
use super::population::Population;
use crate::canonical::CanonicalError;
use crate::hash::Hash;
use crate::leaf::Leaf;

/// Type of the event that publishes a plan.
pub const PLAN_PUBLISHED: &str = "draw.plan.published";
/// Type of the event that freezes population and roster.
pub const FROZEN: &str = "draw.population.frozen";
/// Type of the event that publishes the bundle.
pub const RESULT: &str = "draw.result";
/// Type of the event that declares a draw void.
pub const VOID: &str = "draw.void";

/// The publication of a plan.
pub fn plan_published(plan: &Plan, time: &str) -> Result<Leaf, CanonicalError> {
    Ok(leaf(
        PLAN_PUBLISHED,
        &plan.draw,
        time,
        plan_data(plan, &plan.hash()?),
    ))
}

/// The freeze of the lists.
pub fn frozen(plan: &Plan, population: &Population, roster: Option<&Hash>, time: &str) -> Leaf {
    leaf(FROZEN, &plan.draw, time, freeze_data(population, roster))
}

/// The publication of the bundle.
pub fn result(draw: &str, bundle: &Hash, time: &str) -> Leaf {
    leaf(RESULT, draw, time, object(json!({"bundle": bundle})))
}

/// A draw that does not count, with the reason that people read.
pub fn void(draw: &str, reason: &str, time: &str) -> Leaf {
    leaf(VOID, draw, time, object(json!({"reason": reason})))
}

pub(super) fn plan_data(plan: &Plan, plan_hash: &Hash) -> Map<String, Value> {
    let sources: Vec<&str> = plan
        .sources
        .iter()
        .map(|source| source.name.as_str())
        .collect();
    object(json!({"plan_hash": plan_hash, "suite": plan.suite, "seed_sources": sources}))
}

pub(super) fn freeze_data(population: &Population, roster: Option<&Hash>) -> Map<String, Value> {
    let mut data = object(json!({
        "population_root": population.root(),
        "count": population.items().len(),
        "strata": population.strata(),
    }));
    if let Some(root) = roster {
        data.insert("roster_root".into(), json!(root));
    }
    data
}

fn leaf(kind: &str, draw: &str, time: &str, data: Map<String, Value>) -> Leaf {
    let (kind, reference) = (kind.to_owned(), draw.to_owned());
    Leaf {
        kind,
        time: time.to_owned(),
        reference,
        data,
        private: BTreeMap::new(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

//! The proof bundle: one JSON file with all that is needed to recompute a draw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assign::{Cut, Team};
use super::plan::{Plan, PlanProblem};
use super::population::{Item, Population};
use super::roster::{Roster, RosterError};
use super::select::{Method, Ranked, rank};
use super::source::seed;
use crate::canonical::{self, CanonicalError};
use crate::hash::Hash;

/// The bundle as it is published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Version of the format: 1.
    pub v: u64,
    /// The plan, word for word.
    pub plan: Value,
    /// SHA-256 of its canonical JSON.
    pub plan_hash: Hash,
    /// The frozen list, in the order of the identifiers.
    pub population: Vec<Item>,
    /// The root of its tree.
    pub population_root: Hash,
    /// The frozen list of officers, where officers are assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Roster>,
    /// The root of its tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster_root: Option<Hash>,
    /// That plan and freeze are in the log, where the plan names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogEvidence>,
    /// The values of the sources, in the order of the plan.
    pub sources: Vec<SourceValue>,
    /// The seed.
    pub seed: Hash,
    /// The drawn units and the reserve lists, in the order of the plan.
    pub strata: Vec<StratumResult>,
    /// Who visits whom, where officers are assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentResult>,
    /// The hash of all the rest, see [`Bundle::content_hash`]; the log names the bundle by it.
    pub hash: Hash,
}

/// Two events with their proofs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEvidence {
    /// The publication of the plan.
    pub plan: LoggedEvent,
    /// The freeze of the lists.
    pub freeze: LoggedEvent,
}

/// An event and the offline proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedEvent {
    /// The leaf data, word for word.
    pub leaf: String,
    /// The offline proof (c2sp.org/tlog-proof).
    pub proof: String,
}

/// The value of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceValue {
    /// Its name.
    pub name: String,
    /// Its canonical value.
    pub value: String,
    /// For a beacon: the signature of the round, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// For a chained beacon: the signature of the round before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_signature: Option<String>,
}

/// The order of a stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumResult {
    /// Name of the stratum.
    pub name: String,
    /// How many of the ranking are drawn; the others are the reserve, in this order.
    pub take: u64,
    /// The units, best first.
    pub ranking: Vec<RankedUnit>,
}

/// A unit in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedUnit {
    /// The unit.
    pub unit: String,
    /// The ticket that counts.
    pub ticket: Hash,
    /// With the method of tickets: its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// With the exponential method: the logarithm of the ticket, in decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
}

/// The teams, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentResult {
    /// With an even load: the load that nobody exceeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<u32>,
    /// With an even load: why one less is not possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_cut: Option<Cut>,
    /// The teams, in the order in which the units were taken; empty if there is a cut.
    pub teams: Vec<Team>,
    /// Why no complete assignment exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

/// Why a draw cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrawError {
    /// The plan breaks a rule.
    #[error("the plan: {0}")]
    Plan(PlanProblem),
    /// The plan has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A unit is in a stratum, or has a weight, that the plan does not name.
    #[error("the plan knows neither stratum nor weight of {unit}")]
    Unit {
        /// The unit.
        unit: String,
    },
    /// A stratum has fewer units than are to be drawn.
    #[error("the stratum {stratum} has fewer units than are to be drawn")]
    TooFew {
        /// The stratum.
        stratum: String,
    },
    /// The plan assigns officers and there is no roster, or the other way round.
    #[error("officers are assigned exactly if there is a roster")]
    Roster,
    /// The roster is not in form.
    #[error("the roster: {0}")]
    RosterForm(#[from] RosterError),
    /// The values are not those of the sources of the plan, in its order.
    #[error("the values do not fit the sources of the plan")]
    Sources,
}

/// Draws: everything that follows from the frozen things and the values of the sources.
///
/// The values are taken as they are; whether they are true is what [`super::verify`] asks.
pub fn draw(
    plan: &Plan,
    population: &Population,
    roster: Option<&Roster>,
    sources: Vec<SourceValue>,
    log: Option<LogEvidence>,
) -> Result<Bundle, DrawError> {
    if let Some(problem) = plan.problems().into_iter().next() {
        return Err(DrawError::Plan(problem));
    }
    fits(plan, population)?;
    if plan.assignment.is_some() != roster.is_some() {
        return Err(DrawError::Roster);
    }
    if let Some(roster) = roster {
        roster.check()?;
    }
    let names = plan.sources.iter().map(|source| &source.name);
    if !sources.iter().map(|source| &source.name).eq(names) {
        return Err(DrawError::Sources);
    }
    let plan_json =
        serde_json::to_value(plan).map_err(|error| CanonicalError::Syntax(error.to_string()))?;
    let (plan_hash, population_root) = (super::plan::hash_of(&plan_json)?, population.root());
    let roster_root = roster.map(Roster::root);
    let values: Vec<(String, String)> = sources
        .iter()
        .map(|source| (source.name.clone(), source.value.clone()))
        .collect();
    let (suite, id) = (plan.suite, plan.draw.as_str());
    let seed = seed(
        suite,
        id,
        &plan_hash,
        &population_root,
        roster_root.as_ref(),
        &values,
    );
    let strata = select(plan, population, &seed);
    let assignment = match (&plan.assignment, roster) {
        (Some(rules), Some(roster)) => {
            let units = drawn(&strata);
            let problem = roster.problem(rules, &units)?;
            Some(assign(plan, &problem, rules.even, &seed))
        }
        _ => None,
    };
    let mut bundle = Bundle {
        v: 1,
        plan: plan_json,
        plan_hash,
        population: population.items().to_vec(),
        population_root,
        roster: roster.cloned(),
        roster_root,
        log,
        sources,
        seed,
        strata,
        assignment,
        hash: Hash::default(),
    };
    bundle.hash = bundle.content_hash()?;
    Ok(bundle)
}

/// Whether every unit fits the plan and every stratum has enough.
pub fn fits(plan: &Plan, population: &Population) -> Result<(), DrawError> {
    let names: std::collections::BTreeSet<&str> = plan
        .strata
        .iter()
        .map(|stratum| stratum.name.as_str())
        .collect();
    let weighted = plan.method != Method::Equal;
    for item in population.items() {
        let weight = if weighted {
            plan.weights.values().any(|weight| *weight == item.weight)
        } else {
            item.weight == 1
        };
        if !weight || !names.contains(item.stratum.as_str()) {
            return Err(DrawError::Unit {
                unit: item.id.clone(),
            });
        }
    }
    let units = population.strata();
    for stratum in &plan.strata {
        let available = units.get(stratum.name.as_str()).copied().unwrap_or(0);
        if stratum.count.is_some_and(|count| available < count) {
            return Err(DrawError::TooFew {
                stratum: stratum.name.clone(),
            });
        }
    }
    Ok(())
}

/// The rankings of all strata, as long as they are published.
pub(super) fn select(plan: &Plan, population: &Population, seed: &Hash) -> Vec<StratumResult> {
    let takes = plan.takes(&population.strata());
    let mut by_stratum: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in population.items() {
        by_stratum.entry(&item.stratum).or_default().push(item);
    }
    let strata = plan.strata.iter().zip(takes).map(|(stratum, take)| {
        let items = by_stratum.remove(stratum.name.as_str()).unwrap_or_default();
        let ranked = rank(
            plan.suite,
            plan.method,
            seed,
            &plan.draw,
            &stratum.name,
            &items,
        );
        let shown = plan.reserve.map_or(usize::MAX, |reserve| {
            usize::try_from(take.saturating_add(reserve)).unwrap_or(usize::MAX)
        });
        let unit = |ranked: &Ranked| RankedUnit {
            unit: items[ranked.item].id.clone(),
            ticket: ranked.ticket,
            number: (plan.method == Method::Tickets).then_some(ranked.number),
            waiting: ranked.waiting.map(|waiting| waiting.to_string()),
        };
        let ranking = ranked.iter().take(shown).map(unit).collect();
        StratumResult {
            name: stratum.name.clone(),
            take,
            ranking,
        }
    });
    strata.collect()
}

/// The drawn units of all strata, in the order of the plan and of their tickets.
pub fn drawn(strata: &[StratumResult]) -> Vec<&str> {
    strata
        .iter()
        .flat_map(|stratum| {
            let take = usize::try_from(stratum.take).unwrap_or(usize::MAX);
            stratum
                .ranking
                .iter()
                .take(take)
                .map(|ranked| ranked.unit.as_str())
        })
        .collect()
}

/// The assignment that the plan and the seed lead to.
pub(super) fn assign(
    plan: &Plan,
    problem: &super::assign::Problem,
    even: bool,
    seed: &Hash,
) -> AssignmentResult {
    let nothing = AssignmentResult {
        load: None,
        load_cut: None,
        teams: Vec::new(),
        cut: None,
    };
    let (problem, load, load_cut) = if even {
        match problem.smallest_load() {
            Err(cut) => {
                return AssignmentResult {
                    cut: Some(cut),
                    ..nothing
                };
            }
            Ok((load, cut)) => (&problem.with_load(load), Some(load), cut),
        }
    } else {
        (problem, None, None)
    };
    match problem.assign(plan.suite, seed, &plan.draw) {
        Ok(assignment) => AssignmentResult {
            load,
            load_cut,
            teams: assignment.teams,
            cut: None,
        },
        Err(cut) => AssignmentResult {
            cut: Some(cut),
            ..nothing
        },
    }
}

impl Bundle {
    /// The published file: canonical JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, CanonicalError> {
        let value = serde_json::to_value(self)
            .map_err(|error| CanonicalError::Syntax(error.to_string()))?;
        canonical::to_vec(&value)
    }

    /// SHA-256 of the canonical JSON of everything but the hash itself.
    pub fn content_hash(&self) -> Result<Hash, CanonicalError> {
        let mut value = serde_json::to_value(self)
            .map_err(|error| CanonicalError::Syntax(error.to_string()))?;
        if let Value::Object(members) = &mut value {
            members.remove("hash");
        }
        Ok(Hash::of(&canonical::to_vec(&value)?))
    }
}

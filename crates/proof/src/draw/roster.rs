//! The officers who can be assigned, frozen together with the population.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::assign::{ListId, Problem, ProblemError};
use super::plan::{AssignmentPlan, PlacePlan};
use super::suite::is_field;
use super::time::is_date;
use crate::hash::{Hash, leaf_hash};
use crate::merkle::root_of;

/// Officers, districts of units, and who must not visit whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The officers, in the order of their identifiers.
    pub inspectors: Vec<Inspector>,
    /// The district of a unit, where it has one; in the order of the units.
    pub regions: Vec<UnitRegion>,
    /// Pairs that must not meet, whatever the reason; in order.
    pub conflicts: Vec<Conflict>,
}

/// An officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector {
    /// Identifier in the officer register.
    pub id: String,
    /// The office.
    pub office: String,
    /// How many units at most.
    pub capacity: u32,
    /// Whether the officer may lead a team.
    pub lead: bool,
    /// The last day of the certificate.
    pub certificate_until: String,
    /// The districts the officer serves, in order.
    pub regions: Vec<String>,
}

/// The district of a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitRegion {
    /// The unit.
    pub unit: String,
    /// The district.
    pub region: String,
}

/// An officer who must not visit a unit: related to it, or there last time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// The unit.
    pub unit: String,
    /// The officer.
    pub inspector: String,
}

/// Why a roster cannot be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// A text is empty, not one line or not in NFC, or a date is none.
    #[error("{id}: a text is empty or not one line in NFC, or a date is none")]
    Field {
        /// The officer or unit.
        id: String,
    },
    /// A list is not in order, or has something twice.
    #[error("{id} is not in its place or occurs twice")]
    Order {
        /// The officer or unit.
        id: String,
    },
    /// The assignment cannot be posed.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

impl Roster {
    /// Puts the lists in order.
    pub fn sort(&mut self) {
        self.inspectors.sort_by(|a, b| a.id.cmp(&b.id));
        for inspector in &mut self.inspectors {
            inspector.regions.sort_unstable();
        }
        self.regions.sort_unstable();
        self.conflicts.sort_unstable();
    }

    /// Whether everything is in form and in order.
    pub fn check(&self) -> Result<(), RosterError> {
        for officer in &self.inspectors {
            let fields = [&officer.id, &officer.office];
            let fields_ok = fields
                .into_iter()
                .chain(&officer.regions)
                .all(|text| is_field(text));
            if !fields_ok || !is_date(&officer.certificate_until) {
                return Err(RosterError::Field {
                    id: officer.id.clone(),
                });
            }
            if officer.regions.windows(2).any(|pair| pair[0] >= pair[1]) {
                return Err(RosterError::Order {
                    id: officer.id.clone(),
                });
            }
        }
        let officers: Vec<&str> = self.inspectors.iter().map(|o| o.id.as_str()).collect();
        let regions: Vec<&str> = self.regions.iter().map(|r| r.unit.as_str()).collect();
        for ids in [officers, regions] {
            if let Some(pair) = ids.windows(2).find(|pair| pair[0] >= pair[1]) {
                return Err(RosterError::Order {
                    id: pair[1].to_owned(),
                });
            }
        }
        if let Some(pair) = self.conflicts.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(RosterError::Order {
                id: pair[1].unit.clone(),
            });
        }
        let regions = self.regions.iter().map(|r| (&r.unit, &r.region));
        let conflicts = self.conflicts.iter().map(|c| (&c.unit, &c.inspector));
        match regions
            .chain(conflicts)
            .find(|(a, b)| !is_field(a) || !is_field(b))
        {
            Some((unit, _)) => Err(RosterError::Field { id: unit.clone() }),
            None => Ok(()),
        }
    }

    /// The leaves of the roster tree, in the order of their bytes.
    pub fn leaf_texts(&self) -> Vec<String> {
        let officer = |o: &Inspector| {
            let role = if o.lead { "lead" } else { "member" };
            let regions: String = o
                .regions
                .iter()
                .map(|region| format!("{region}\n"))
                .collect();
            format!(
                "inspector/v1\n{}\n{}\n{}\n{role}\n{}\n{regions}",
                o.id, o.office, o.capacity, o.certificate_until
            )
        };
        let region = |r: &UnitRegion| format!("unit-region/v1\n{}\n{}\n", r.unit, r.region);
        let conflict = |c: &Conflict| format!("conflict/v1\n{}\n{}\n", c.unit, c.inspector);
        let mut texts: Vec<String> = self.inspectors.iter().map(officer).collect();
        texts.extend(self.regions.iter().map(region));
        texts.extend(self.conflicts.iter().map(conflict));
        texts.sort_unstable();
        texts
    }

    /// The root of the roster tree.
    pub fn root(&self) -> Hash {
        let leaves = self.leaf_texts();
        root_of(
            &leaves
                .iter()
                .map(|text| leaf_hash(text.as_bytes()))
                .collect::<Vec<_>>(),
        )
    }

    /// The assignment problem of some drawn units.
    pub fn problem(&self, plan: &AssignmentPlan, units: &[&str]) -> Result<Problem, RosterError> {
        let officers = self
            .inspectors
            .iter()
            .map(|o| (o.id.clone(), o.capacity))
            .collect();
        let mut problem = Problem::new(officers)?;
        let regions: BTreeMap<&str, &str> = self
            .regions
            .iter()
            .map(|r| (r.unit.as_str(), r.region.as_str()))
            .collect();
        let mut conflicts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for conflict in &self.conflicts {
            conflicts
                .entry(&conflict.unit)
                .or_default()
                .insert(&conflict.inspector);
        }
        let nobody = BTreeSet::new();
        let mut known: HashMap<(usize, Option<&str>, &BTreeSet<&str>), ListId> = HashMap::new();
        for unit in units {
            let region = regions.get(unit).copied();
            let barred = conflicts.get(unit).unwrap_or(&nobody);
            let mut lists = Vec::with_capacity(plan.places.len());
            for (number, place) in plan.places.iter().enumerate() {
                let list = match known.get(&(number, region, barred)) {
                    Some(list) => *list,
                    None => {
                        let members = self.inspectors.iter().filter(|officer| {
                            !barred.contains(officer.id.as_str())
                                && officer.may(place, region, &plan.until)
                        });
                        let list = problem.add_list(members.map(|officer| officer.id.as_str()))?;
                        known.insert((number, region, barred), list);
                        list
                    }
                };
                lists.push(list);
            }
            problem.add_unit(unit, &lists)?;
        }
        Ok(problem)
    }
}

impl Inspector {
    /// Whether the officer may take a place at a unit of a district, conflicts apart.
    pub fn may(&self, place: &PlacePlan, region: Option<&str>, until: &str) -> bool {
        let certificate = until <= self.certificate_until.as_str();
        let lead = self.lead || !place.lead;
        let office = place.offices.is_empty() || place.offices.contains(&self.office);
        let serves = region.is_none_or(|region| self.regions.iter().any(|r| r == region));
        certificate && lead && office && serves
    }
}

//! What happens after a draw: a unit has closed, an officer turns out to be related to it.
//!
//! Nobody chooses the substitute. A unit is replaced by the next one of its reserve list; an
//! officer by the next candidate of the same order of hashes who may come and has room. Each
//! replacement is an event with its reason, numbered, and anyone can recompute it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::assign::Team;
use super::bundle::Bundle;
use super::plan::{AssignmentPlan, Plan};
use super::roster::Roster;
use super::suite::is_field;
use crate::hash::Hash;
use crate::leaf::Leaf;

/// Type of the event of a replacement.
pub const REPLACED: &str = "draw.replaced";

/// One replacement, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// 1 for the first replacement of a draw.
    pub number: u64,
    /// The hash of the bundle.
    pub bundle: Hash,
    /// Why, in words for the public.
    pub reason: String,
    /// What was replaced by what.
    pub change: Change,
}

/// What was replaced by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Change {
    /// A drawn unit cannot be inspected.
    Unit {
        /// Its stratum.
        stratum: String,
        /// The drawn unit.
        out: String,
        /// The next of the reserve list.
        substitute: String,
        /// Who visits it, where officers are assigned.
        inspectors: Vec<String>,
    },
    /// An officer cannot visit a unit.
    Inspector {
        /// The unit.
        unit: String,
        /// The place in the team, from 0.
        place: usize,
        /// The officer who stays away.
        out: String,
        /// The next candidate.
        substitute: String,
    },
}

/// Why something is not replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceError {
    /// The bundle cannot be read; it should have been verified before.
    #[error("the plan in the bundle cannot be read")]
    Bundle,
    /// The unit is not among those to be inspected.
    #[error("{unit} is not among the units to be inspected")]
    NotDrawn {
        /// The unit.
        unit: String,
    },
    /// The officer does not visit the unit.
    #[error("{inspector} does not visit {unit}")]
    NotInTeam {
        /// The officer.
        inspector: String,
        /// The unit.
        unit: String,
    },
    /// The reserve list is used up.
    #[error("the reserve list of {stratum} is used up")]
    NoReserve {
        /// The stratum.
        stratum: String,
    },
    /// Nobody may visit the unit and has room.
    #[error("no other officer may visit {unit} and has room")]
    NoOfficer {
        /// The unit.
        unit: String,
    },
    /// The reason is empty or more than one line.
    #[error("the reason is one line of text")]
    Reason,
    /// A recorded replacement is not the one that the rule demands.
    #[error("replacement {number} is not the one that the rule demands")]
    Wrong {
        /// Its number.
        number: u64,
    },
}

/// A draw with the replacements so far.
pub struct Standing<'a> {
    plan: Plan,
    bundle: &'a Bundle,
    /// Per stratum: the units to be inspected, and how many of its ranking are used.
    strata: BTreeMap<&'a str, (Vec<String>, usize)>,
    teams: BTreeMap<String, Vec<String>>,
    loads: BTreeMap<String, u32>,
    barred: BTreeSet<(String, String)>,
    replacements: Vec<Replacement>,
}

impl<'a> Standing<'a> {
    /// The draw as the bundle has it.
    pub fn new(bundle: &'a Bundle) -> Result<Self, ReplaceError> {
        let plan: Plan =
            serde_json::from_value(bundle.plan.clone()).map_err(|_| ReplaceError::Bundle)?;
        let strata = bundle.strata.iter().map(|stratum| {
            let take = usize::try_from(stratum.take).unwrap_or(usize::MAX);
            let units: Vec<String> = stratum
                .ranking
                .iter()
                .take(take)
                .map(|ranked| ranked.unit.clone())
                .collect();
            (stratum.name.as_str(), (units.clone(), units.len()))
        });
        let teams = bundle
            .assignment
            .iter()
            .flat_map(|assignment| &assignment.teams);
        let mut standing = Self {
            plan,
            bundle,
            strata: strata.collect(),
            teams: BTreeMap::new(),
            loads: BTreeMap::new(),
            barred: BTreeSet::new(),
            replacements: Vec::new(),
        };
        for Team { unit, inspectors } in teams {
            standing.seat(unit, inspectors.clone());
        }
        Ok(standing)
    }

    /// Replays recorded replacements and refuses the first that the rule does not demand.
    pub fn replay(bundle: &'a Bundle, recorded: &[Replacement]) -> Result<Self, ReplaceError> {
        let mut standing = Self::new(bundle)?;
        for replacement in recorded {
            let reason = &replacement.reason;
            let made = match &replacement.change {
                Change::Unit { out, .. } => standing.replace_unit(out, reason)?,
                Change::Inspector { unit, out, .. } => {
                    standing.replace_inspector(unit, out, reason)?
                }
            };
            if made != *replacement {
                return Err(ReplaceError::Wrong {
                    number: made.number,
                });
            }
        }
        Ok(standing)
    }

    /// The units to be inspected now, per stratum.
    pub fn units(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.strata
            .iter()
            .map(|(name, (units, _))| (*name, units.as_slice()))
    }

    /// The officers who visit a unit now.
    pub fn team(&self, unit: &str) -> Option<&[String]> {
        self.teams.get(unit).map(Vec::as_slice)
    }

    /// Replaces a unit that cannot be inspected by the next of its reserve list.
    pub fn replace_unit(&mut self, out: &str, reason: &str) -> Result<Replacement, ReplaceError> {
        let reason = reason_text(reason)?;
        let not_drawn = || ReplaceError::NotDrawn {
            unit: out.to_owned(),
        };
        let stratum = self
            .bundle
            .strata
            .iter()
            .find(|stratum| {
                let units = self.strata.get(stratum.name.as_str());
                units.is_some_and(|(units, _)| units.iter().any(|unit| unit == out))
            })
            .ok_or_else(not_drawn)?;
        let name = stratum.name.as_str();
        let used = self.strata.get(name).map_or(0, |(_, used)| *used);
        let substitute = stratum
            .ranking
            .get(used)
            .ok_or_else(|| ReplaceError::NoReserve {
                stratum: name.to_owned(),
            })?
            .unit
            .clone();
        let old_team = self.unseat(out);
        let inspectors = match self.new_team(&substitute) {
            Ok(inspectors) => inspectors,
            Err(error) => {
                if let Some(team) = old_team {
                    self.seat(out, team);
                }
                return Err(error);
            }
        };
        if let Some((units, used)) = self.strata.get_mut(name) {
            units.retain(|unit| unit != out);
            units.push(substitute.clone());
            *used += 1;
        }
        if !inspectors.is_empty() {
            self.seat(&substitute, inspectors.clone());
        }
        let (stratum, out) = (name.to_owned(), out.to_owned());
        Ok(self.record(
            reason,
            Change::Unit {
                stratum,
                out,
                substitute,
                inspectors,
            },
        ))
    }

    /// Replaces an officer who cannot visit a unit by the next candidate for the place.
    pub fn replace_inspector(
        &mut self,
        unit: &str,
        out: &str,
        reason: &str,
    ) -> Result<Replacement, ReplaceError> {
        let reason = reason_text(reason)?;
        let missing = || ReplaceError::NotInTeam {
            inspector: out.into(),
            unit: unit.into(),
        };
        let mut team = self.teams.get(unit).cloned().ok_or_else(missing)?;
        let place = team
            .iter()
            .position(|member| member == out)
            .ok_or_else(missing)?;
        let (rules, roster) = self.rules().ok_or_else(missing)?;
        let mut barred = self.barred.clone();
        barred.insert((unit.to_owned(), out.to_owned()));
        let substitute = self
            .candidates(rules, roster, unit, place, &barred)
            .into_iter()
            .find(|officer| !team.contains(officer))
            .ok_or_else(|| ReplaceError::NoOfficer {
                unit: unit.to_owned(),
            })?;
        self.barred = barred;
        self.unseat(unit);
        team[place] = substitute.clone();
        self.seat(unit, team);
        let (unit, out) = (unit.to_owned(), out.to_owned());
        Ok(self.record(
            reason,
            Change::Inspector {
                unit,
                place,
                out,
                substitute,
            },
        ))
    }

    fn record(&mut self, reason: String, change: Change) -> Replacement {
        let number = self.replacements.len() as u64 + 1;
        let made = Replacement {
            number,
            bundle: self.bundle.hash,
            reason,
            change,
        };
        self.replacements.push(made.clone());
        made
    }

    fn rules(&self) -> Option<(&AssignmentPlan, &'a Roster)> {
        self.plan
            .assignment
            .as_ref()
            .zip(self.bundle.roster.as_ref())
    }

    /// A team for a substitute: for each place the first candidate with room, as all else stands.
    fn new_team(&self, unit: &str) -> Result<Vec<String>, ReplaceError> {
        let Some((rules, roster)) = self.rules() else {
            return Ok(Vec::new());
        };
        let mut team: Vec<String> = Vec::new();
        for place in 0..rules.places.len() {
            let candidates = self.candidates(rules, roster, unit, place, &self.barred);
            let officer = candidates
                .into_iter()
                .find(|officer| !team.contains(officer));
            let nobody = || ReplaceError::NoOfficer {
                unit: unit.to_owned(),
            };
            team.push(officer.ok_or_else(nobody)?);
        }
        Ok(team)
    }

    /// Officers who may take a place at a unit and have room, in the order of their hashes.
    fn candidates(
        &self,
        rules: &AssignmentPlan,
        roster: &Roster,
        unit: &str,
        place: usize,
        barred: &BTreeSet<(String, String)>,
    ) -> Vec<String> {
        let Some(rule) = rules.places.get(place) else {
            return Vec::new();
        };
        let region = roster
            .regions
            .iter()
            .find(|r| r.unit == unit)
            .map(|r| r.region.as_str());
        let conflict = |officer: &str| {
            barred.contains(&(unit.to_owned(), officer.to_owned()))
                || roster
                    .conflicts
                    .iter()
                    .any(|c| c.unit == unit && c.inspector == officer)
        };
        let room =
            |officer: &str, capacity: u32| self.loads.get(officer).copied().unwrap_or(0) < capacity;
        let (suite, seed) = (self.plan.suite, self.bundle.seed.to_hex());
        let shared = suite.start(&["assign-pair/v1", &seed, &self.plan.draw, unit]);
        let mut ranked: Vec<(Hash, String)> = roster
            .inspectors
            .iter()
            .filter(|officer| officer.may(rule, region, &rules.until))
            .filter(|officer| room(&officer.id, officer.capacity) && !conflict(&officer.id))
            .map(|officer| (shared.finish(&[&officer.id]), officer.id.clone()))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, officer)| officer).collect()
    }

    fn seat(&mut self, unit: &str, team: Vec<String>) {
        for officer in &team {
            *self.loads.entry(officer.clone()).or_default() += 1;
        }
        self.teams.insert(unit.to_owned(), team);
    }

    fn unseat(&mut self, unit: &str) -> Option<Vec<String>> {
        let team = self.teams.remove(unit)?;
        for officer in &team {
            if let Some(load) = self.loads.get_mut(officer) {
                *load = load.saturating_sub(1);
            }
        }
        Some(team)
    }
}

impl Replacement {
    /// The event of the replacement.
    pub fn event(&self, draw: &str, time: &str) -> Leaf {
        let data = match json!(self) {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        let private = BTreeMap::new();
        let (time, reference) = (time.to_owned(), draw.to_owned());
        Leaf {
            kind: REPLACED.to_owned(),
            time,
            reference,
            data,
            private,
        }
    }
}

fn reason_text(reason: &str) -> Result<String, ReplaceError> {
    if is_field(reason) {
        Ok(reason.to_owned())
    } else {
        Err(ReplaceError::Reason)
    }
}

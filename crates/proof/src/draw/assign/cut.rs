//! The proof that no assignment exists: places and officers that anyone can count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::flow::Flow;
use super::search::{Open, Start};
use super::{Bits, Problem};

/// Some places and some officers such that the places outnumber what can fill them: the capacity
/// of these officers, and one place for each pair of a unit and an officer who is not among them
/// but admissible in one of its listed places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Unit and place in its team.
    pub slots: Vec<(String, usize)>,
    /// Officers who are wanted by these places beyond their capacity.
    pub inspectors: Vec<String>,
    /// How many places there are.
    pub demand: u64,
    /// The capacity of the officers.
    pub capacity: u64,
    /// Pairs of a unit and another officer who could take one of its places.
    pub outside_pairs: u64,
    /// How many places stay empty at least.
    pub shortfall: u64,
}

/// Why a cut proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// A place or an officer is not in the problem, is listed twice or out of order.
    #[error(
        "the cut names a place or an officer that does not exist, or one twice or out of order"
    )]
    Unknown,
    /// The stated counts are not those of the listed places and officers.
    #[error("the counts of the cut are wrong")]
    Counts,
    /// The places do not outnumber what can fill them.
    #[error("the cut does not prove anything: the places can be filled")]
    Feasible,
}

/// A cut in numbers: unit to its listed places, and officers.
struct Sides {
    places: BTreeMap<usize, Vec<usize>>,
    officers: Bits,
}

impl Cut {
    /// Adds the cut up, with nothing but the problem.
    pub fn check(&self, problem: &Problem) -> Result<(), CutError> {
        let in_order =
            self.slots.is_sorted_by(|a, b| a < b) && self.inspectors.is_sorted_by(|a, b| a < b);
        if !in_order {
            return Err(CutError::Unknown);
        }
        let numbers: BTreeMap<&str, usize> = problem
            .units
            .iter()
            .enumerate()
            .map(|(n, (id, _))| (id.as_str(), n))
            .collect();
        let mut sides = Sides {
            places: BTreeMap::new(),
            officers: Bits::new(problem.inspectors.len()),
        };
        for (unit, place) in &self.slots {
            let unit = *numbers.get(unit.as_str()).ok_or(CutError::Unknown)?;
            let places = sides.places.entry(unit).or_default();
            let exists = *place < problem.profiles[problem.units[unit].1].len();
            if !exists || places.contains(place) {
                return Err(CutError::Unknown);
            }
            places.push(*place);
        }
        for id in &self.inspectors {
            let officer = problem
                .inspectors
                .binary_search(id)
                .map_err(|_| CutError::Unknown)?;
            if sides.officers.contains(officer as u32) {
                return Err(CutError::Unknown);
            }
            sides.officers.insert(officer as u32);
        }
        let counted = sides.count(problem);
        let stated = (self.demand, self.capacity, self.outside_pairs);
        if counted != stated || self.demand.checked_sub(self.filled()) != Some(self.shortfall) {
            return Err(CutError::Counts);
        }
        if self.shortfall == 0 {
            Err(CutError::Feasible)
        } else {
            Ok(())
        }
    }

    /// How many of the places can be filled at most.
    fn filled(&self) -> u64 {
        self.capacity + self.outside_pairs
    }

    /// The smallest proof among those that begin at a place without officer, made smaller until
    /// every unit in it is needed.
    pub(super) fn smallest(flow: &mut Flow, short: &[usize]) -> Option<Self> {
        /// Enough to find a small trouble beside a large one.
        const STARTS_MAX: usize = 100;
        let problem = flow.problem;
        let units = problem.units_by_profile();
        let mut best: Option<(u64, Vec<usize>, Vec<u32>)> = None;
        for &node in short.iter().take(STARTS_MAX) {
            let start = Start::Place { node, missing: 1 };
            if flow.reroute(start, &mut Open::none()).is_some() {
                continue;
            }
            let nodes = flow.visits.reached_nodes();
            let size = nodes
                .iter()
                .map(|&n| u64::from(units[flow.nodes[n].0]))
                .sum::<u64>();
            if best.as_ref().is_none_or(|(smallest, ..)| size < *smallest) {
                best = Some((size, nodes, flow.visits.reached_officers().collect()));
            }
        }
        let (_, nodes, officers) = best?;
        let mut listed: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for node in nodes {
            let (profile, place) = flow.nodes[node];
            listed.entry(profile).or_default().push(place);
        }
        let places = problem
            .units
            .iter()
            .enumerate()
            .filter_map(|(unit, (_, profile))| Some((unit, listed.get(profile)?.clone())))
            .collect();
        let mut sides = Sides {
            places,
            officers: Bits::new(problem.inspectors.len()),
        };
        officers
            .into_iter()
            .for_each(|officer| sides.officers.insert(officer));
        sides.shrink(problem);
        Some(sides.to_cut(problem))
    }
}

impl Sides {
    /// Places, capacity and outside pairs.
    fn count(&self, problem: &Problem) -> (u64, u64, u64) {
        let demand = self.places.values().map(|places| places.len() as u64).sum();
        let capacity = self
            .officers
            .iter()
            .map(|o| u64::from(problem.capacity[o as usize]))
            .sum();
        let outside = self
            .places
            .iter()
            .map(|(unit, places)| self.outside(problem, *unit, places));
        (demand, capacity, outside.sum())
    }

    /// How many other officers could take one of the listed places of a unit.
    fn outside(&self, problem: &Problem, unit: usize, places: &[usize]) -> u64 {
        let able = able(problem, unit, places);
        let words = able.0.iter().zip(&self.officers.0);
        words
            .map(|(able, listed)| u64::from((able & !listed).count_ones()))
            .sum()
    }

    /// Leaves out units and officers without which the proof still holds, until all are needed.
    fn shrink(&mut self, problem: &Problem) {
        loop {
            let before = (self.places.len(), self.officers.len());
            self.drop_units(problem);
            self.drop_officers(problem);
            if before == (self.places.len(), self.officers.len()) {
                return;
            }
        }
    }

    fn drop_units(&mut self, problem: &Problem) {
        let (demand, capacity, outside) = self.count(problem);
        let mut shortfall = demand.saturating_sub(capacity + outside);
        let units: Vec<usize> = self.places.keys().copied().collect();
        for unit in units {
            let places = self.places.get(&unit).map_or(&[][..], Vec::as_slice);
            let outside = self.outside(problem, unit, places);
            let adds = (places.len() as u64).saturating_sub(outside);
            if adds < shortfall {
                self.places.remove(&unit);
                shortfall -= adds;
            }
        }
    }

    /// An officer wanted no more often than the capacity says only lengthens the list.
    fn drop_officers(&mut self, problem: &Problem) {
        let mut wanted = vec![0u64; problem.inspectors.len()];
        for (unit, places) in &self.places {
            let able = able(problem, *unit, places);
            able.both(&self.officers)
                .for_each(|officer| wanted[officer as usize] += 1);
        }
        let listed: Vec<u32> = self.officers.iter().collect();
        for officer in listed {
            if wanted[officer as usize] <= u64::from(problem.capacity[officer as usize]) {
                self.officers.remove(officer);
            }
        }
    }

    fn to_cut(&self, problem: &Problem) -> Cut {
        let (demand, capacity, outside_pairs) = self.count(problem);
        let mut slots: Vec<(String, usize)> = self
            .places
            .iter()
            .flat_map(|(unit, places)| {
                places
                    .iter()
                    .map(|place| (problem.units[*unit].0.clone(), *place))
            })
            .collect();
        slots.sort_unstable();
        let name = |officer: u32| problem.inspectors[officer as usize].clone();
        let inspectors = self.officers.iter().map(name).collect();
        let shortfall = demand.saturating_sub(capacity + outside_pairs);
        Cut {
            slots,
            inspectors,
            demand,
            capacity,
            outside_pairs,
            shortfall,
        }
    }
}

/// The officers admissible in at least one of some places of a unit.
fn able(problem: &Problem, unit: usize, places: &[usize]) -> Bits {
    let mut able = Bits::new(problem.inspectors.len());
    for place in places {
        let list = problem.list(problem.units[unit].1, *place);
        able.0
            .iter_mut()
            .zip(&list.bits.0)
            .for_each(|(all, some)| *all |= some);
    }
    able
}

//! Who inspects what: the canonical assignment of officers to drawn units.
//!
//! Units are taken in an order that the seed decides, and so are the candidates of each place in a
//! team. Each place gets the first candidate for which all the rest can still be completed. The
//! result is the lexicographically first complete assignment in that order: unique, whatever
//! program computes it, and fair between officers who may do the same.
//!
//! Whether the rest can be completed is a question of flows: unit places against capacities, with
//! nobody taking two places in one team. Units with the same admissible officers are counted
//! together, which is exact (every such count can be split into teams, by König's theorem on edge
//! colouring), so the search stays small where a hundred thousand units fall into a few districts.
//!
//! Where no complete assignment exists, a [`Cut`] says why, and anyone can add it up.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use super::suite::Suite;
use crate::hash::Hash;

mod cut;
mod flow;
mod search;

pub use cut::{Cut, CutError};
use flow::Flow;

/// The largest team.
pub const TEAM_MAX: usize = 4;

/// What is to be assigned: officers with capacities, units with admissible officers per place.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// Identifiers, in the order of their bytes.
    inspectors: Vec<String>,
    capacity: Vec<u32>,
    lists: Vec<List>,
    profiles: Vec<Vec<ListId>>,
    profile_of: HashMap<Vec<ListId>, usize>,
    /// Identifier and profile.
    units: Vec<(String, usize)>,
}

/// A list of admissible officers that many units share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(usize);

#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    members: Vec<u32>,
    bits: Bits,
}

/// Admissible officers of one place of one unit, the smallest hash first.
///
/// Mostly one of the first few is taken, so they are not sorted, and the beginnings of the hashes
/// are compared before the whole.
struct Candidates<'a> {
    heap: BinaryHeap<Reverse<(u64, u32)>>,
    /// The hash of every officer with this unit, as far as it was asked for.
    hashes: &'a [(usize, Hash)],
    /// Those whose hashes begin alike, the smallest last.
    alike: Vec<u32>,
}

impl<'a> Candidates<'a> {
    fn of(
        members: &[u32],
        hashes: &'a [(usize, Hash)],
        mut room: Vec<Reverse<(u64, u32)>>,
    ) -> Self {
        room.clear();
        room.extend(members.iter().map(|&officer| {
            let (beginning, _) = hashes[officer as usize].1.0.split_at(8);
            Reverse((
                u64::from_be_bytes(beginning.try_into().unwrap_or_default()),
                officer,
            ))
        }));
        Self {
            heap: room.into(),
            hashes,
            alike: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<u32> {
        if let Some(officer) = self.alike.pop() {
            return Some(officer);
        }
        let Reverse((beginning, first)) = self.heap.pop()?;
        while let Some(Reverse((same, officer))) = self.heap.peek().copied()
            && same == beginning
        {
            self.heap.pop();
            self.alike.push(officer);
        }
        if self.alike.is_empty() {
            return Some(first);
        }
        self.alike.push(first);
        // Officers are numbered in the order of their identifiers: ties by id.
        self.alike
            .sort_unstable_by_key(|&officer| Reverse((self.hashes[officer as usize].1, officer)));
        self.alike.pop()
    }

    /// What held the candidates, for the next place.
    fn into_room(self) -> Vec<Reverse<(u64, u32)>> {
        self.heap.into_vec()
    }
}

/// A set of officers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn all(size: usize) -> Self {
        let mut bits = Self::new(size);
        (0..size).for_each(|index| bits.insert(index as u32));
        bits
    }

    fn insert(&mut self, index: u32) {
        self.0[index as usize / 64] |= 1 << (index % 64);
    }

    fn remove(&mut self, index: u32) {
        self.0[index as usize / 64] &= !(1 << (index % 64));
    }

    fn contains(&self, index: u32) -> bool {
        self.0[index as usize / 64] >> (index % 64) & 1 == 1
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.both(self)
    }

    fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The members of both sets.
    fn both(&self, other: &Self) -> impl Iterator<Item = u32> {
        self.0
            .iter()
            .zip(&other.0)
            .enumerate()
            .flat_map(|(word, (a, b))| Self::members(word, a & b))
    }

    /// The members of one word.
    fn members(word: usize, mut bits: u64) -> impl Iterator<Item = u32> {
        std::iter::from_fn(move || {
            let bit = bits.trailing_zeros();
            bits &= bits.checked_sub(1)?;
            Some(word as u32 * 64 + bit)
        })
    }
}

/// Why a problem cannot be posed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// Two officers have the same identifier.
    #[error("the officer {id} occurs twice")]
    DuplicateInspector {
        /// The identifier.
        id: String,
    },
    /// A team has no place or too many.
    #[error("the team of {unit} has {places} places, 1 to {TEAM_MAX} are possible")]
    Team {
        /// The unit.
        unit: String,
        /// How many places were asked for.
        places: usize,
    },
    /// A list names an officer who is not there.
    #[error("the officer {id} is not known")]
    UnknownInspector {
        /// The identifier.
        id: String,
    },
}

impl Problem {
    /// A problem with officers and how many units each can take.
    pub fn new(mut inspectors: Vec<(String, u32)>) -> Result<Self, ProblemError> {
        inspectors.sort_unstable();
        if let Some(pair) = inspectors.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(ProblemError::DuplicateInspector {
                id: pair[0].0.clone(),
            });
        }
        let (inspectors, capacity) = inspectors.into_iter().unzip();
        Ok(Self {
            inspectors,
            capacity,
            ..Self::default()
        })
    }

    /// A list of admissible officers, to be shared between units.
    pub fn add_list<'a>(
        &mut self,
        members: impl IntoIterator<Item = &'a str>,
    ) -> Result<ListId, ProblemError> {
        let mut list = List {
            members: Vec::new(),
            bits: Bits::new(self.inspectors.len()),
        };
        for id in members {
            let index = self
                .inspectors
                .binary_search_by(|known| known.as_str().cmp(id))
                .map_err(|_| ProblemError::UnknownInspector { id: id.to_owned() })?;
            list.bits.insert(index as u32);
            list.members.push(index as u32);
        }
        list.members.sort_unstable();
        list.members.dedup();
        self.lists.push(list);
        Ok(ListId(self.lists.len() - 1))
    }

    /// A unit with the list of each place of its team.
    pub fn add_unit(&mut self, id: &str, places: &[ListId]) -> Result<(), ProblemError> {
        if places.is_empty() || TEAM_MAX < places.len() {
            return Err(ProblemError::Team {
                unit: id.to_owned(),
                places: places.len(),
            });
        }
        let next = self.profiles.len();
        let profile = *self.profile_of.entry(places.to_vec()).or_insert(next);
        if profile == next {
            self.profiles.push(places.to_vec());
        }
        self.units.push((id.to_owned(), profile));
        Ok(())
    }

    /// The same problem with nobody taking more than some number of units.
    pub fn with_load(&self, load: u32) -> Self {
        let mut capped = self.clone();
        for capacity in &mut capped.capacity {
            *capacity = load.min(*capacity);
        }
        capped
    }

    /// The smallest load that suffices when nobody takes more than it; with the proof that one
    /// less does not, or with the proof that no load does.
    pub fn smallest_load(&self) -> Result<(u32, Option<Cut>), Cut> {
        let mut enough = self.capacity.iter().copied().max().unwrap_or(0);
        if let Some(cut) = Flow::fill(self, enough).cut() {
            return Err(cut);
        }
        let mut from = 0;
        while from < enough {
            let middle = from + (enough - from) / 2;
            if Flow::fill(self, middle).is_complete() {
                enough = middle;
            } else {
                from = middle + 1;
            }
        }
        let cut = enough
            .checked_sub(1)
            .and_then(|less| Flow::fill(&self.with_load(less), less).cut());
        Ok((enough, cut))
    }

    /// The canonical assignment: units in the order of the seed, each with its team, or the proof
    /// that there is none.
    pub fn assign(&self, suite: Suite, seed: &Hash, draw: &str) -> Result<Assignment, Cut> {
        let mut flow = Flow::fill(self, u32::MAX);
        if let Some(cut) = flow.cut() {
            return Err(cut);
        }
        let seed = seed.to_hex();
        let mut order: Vec<(Hash, usize)> = (0..self.units.len())
            .map(|unit| {
                (
                    suite.hash(&["assign-unit/v1", &seed, draw, &self.units[unit].0]),
                    unit,
                )
            })
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| self.units[a.1].0.cmp(&self.units[b.1].0))
        });
        let pairs = suite.start(&["assign-pair/v1", &seed, draw]);
        let mut hashes = vec![(usize::MAX, Hash::default()); self.inspectors.len()];
        let mut room = Vec::new();
        let teams = order.into_iter().map(|(_, unit)| {
            let (id, profile) = &self.units[unit];
            for list in &self.profiles[*profile] {
                for &inspector in &self.lists[list.0].members {
                    let (hashed_for, hash) = &mut hashes[inspector as usize];
                    if *hashed_for != unit {
                        *hash = pairs.finish(&[id, &self.inspectors[inspector as usize]]);
                        *hashed_for = unit;
                    }
                }
            }
            let team = flow.settle(*profile, &hashes, &mut room);
            let name = |inspector: u32| self.inspectors[inspector as usize].clone();
            Team {
                unit: id.clone(),
                inspectors: team.into_iter().map(name).collect(),
            }
        });
        Ok(Assignment {
            teams: teams.collect(),
        })
    }

    /// How many places there are in all.
    pub fn places(&self) -> u64 {
        self.units
            .iter()
            .map(|(_, profile)| self.profiles[*profile].len() as u64)
            .sum()
    }

    fn list(&self, profile: usize, place: usize) -> &List {
        &self.lists[self.profiles[profile][place].0]
    }

    /// Units of each profile.
    fn units_by_profile(&self) -> Vec<u32> {
        let mut counts = vec![0; self.profiles.len()];
        for (_, profile) in &self.units {
            counts[*profile] += 1;
        }
        counts
    }
}

/// A complete assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Teams in the order in which the units were taken.
    pub teams: Vec<Team>,
}

/// The team of one unit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The unit.
    pub unit: String,
    /// One officer for each place, in the order of the places.
    pub inspectors: Vec<String>,
}

impl Assignment {
    /// How many units each officer got; officers without any are absent.
    pub fn loads(&self) -> BTreeMap<&str, u32> {
        let mut loads = BTreeMap::new();
        for inspector in self.teams.iter().flat_map(|team| &team.inspectors) {
            *loads.entry(inspector.as_str()).or_default() += 1;
        }
        loads
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

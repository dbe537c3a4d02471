//! A complete assignment in counts, kept complete while teams are settled one after the other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::search::{Open, Start, Visits};
use super::{Bits, Candidates, Cut, Problem, TEAM_MAX};
use crate::hash::Hash;

/// How many units of each profile have each officer in each place.
///
/// Invariant: no officer is in more units than the capacity says, nor twice in one unit; outside of
/// `fill`, every place of every unit is taken.
pub(super) struct Flow<'a> {
    pub(super) problem: &'a Problem,
    /// Units of each profile that are not settled yet.
    pub(super) open_units: Vec<u32>,
    /// Place of a profile to its number: the first of its profile plus the place.
    pub(super) first_node: Vec<usize>,
    /// Number of a place to profile and place.
    pub(super) nodes: Vec<(usize, usize)>,
    /// Per numbered place: officer to count.
    pub(super) counts: Vec<BTreeMap<u32, u32>>,
    /// Per profile: officer to count over all places, and the same ordered by count.
    totals: Vec<BTreeMap<u32, u32>>,
    by_total: Vec<BTreeSet<(u32, u32)>>,
    /// Per officer: the numbered places where the count is not 0.
    pub(super) held: Vec<BTreeSet<usize>>,
    /// Units of each officer, settled ones included.
    pub(super) load: Vec<u32>,
    capacity: Vec<u32>,
    /// Officers who can take another unit.
    pub(super) roomy: Bits,
    /// Per numbered place: for how many units it lacks an officer.
    missing: Vec<u32>,
    /// Kept between searches, which are many and short.
    pub(super) visits: Visits,
}

impl<'a> Flow<'a> {
    /// A largest assignment with nobody taking more than some number of units.
    pub(super) fn fill(problem: &'a Problem, load: u32) -> Self {
        let mut first_node = Vec::new();
        let mut nodes = Vec::new();
        for (profile, places) in problem.profiles.iter().enumerate() {
            first_node.push(nodes.len());
            nodes.extend((0..places.len()).map(|place| (profile, place)));
        }
        let (officers, profiles) = (problem.inspectors.len(), problem.profiles.len());
        let mut flow = Self {
            problem,
            open_units: problem.units_by_profile(),
            first_node,
            counts: vec![BTreeMap::new(); nodes.len()],
            missing: Vec::new(),
            roomy: Bits::all(officers),
            capacity: problem
                .capacity
                .iter()
                .map(|capacity| load.min(*capacity))
                .collect(),
            visits: Visits::new(officers, nodes.len()),
            nodes,
            totals: vec![BTreeMap::new(); profiles],
            by_total: vec![BTreeSet::new(); profiles],
            held: vec![BTreeSet::new(); officers],
            load: vec![0; officers],
        };
        (0..officers as u32).for_each(|officer| flow.take(officer, 0));
        for node in 0..flow.nodes.len() {
            let missing = flow.fill_directly(node);
            flow.missing.push(missing);
        }
        for node in 0..flow.nodes.len() {
            while flow.missing[node] > 0 {
                let start = Start::Place {
                    node,
                    missing: flow.missing[node],
                };
                let Some(moved) = flow.reroute(start, &mut Open::none()) else {
                    break;
                };
                flow.missing[node] -= moved;
            }
        }
        flow
    }

    /// Whether every place of every unit has an officer.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.iter().all(|missing| *missing == 0)
    }

    /// Why the assignment is not complete, if it is not.
    pub(super) fn cut(&mut self) -> Option<Cut> {
        let short: Vec<usize> = (0..self.missing.len())
            .filter(|&node| self.missing[node] > 0)
            .collect();
        Cut::smallest(self, &short)
    }

    /// Takes officers with room, without moving anybody; gives how many places stay empty.
    fn fill_directly(&mut self, node: usize) -> u32 {
        let (profile, place) = self.nodes[node];
        let units = self.open_units[profile];
        let mut missing = units;
        let problem = self.problem;
        for &officer in &problem.list(profile, place).members {
            let room = self
                .room(officer)
                .min(units - self.total(profile, officer))
                .min(missing);
            self.add(node, officer, room);
            missing -= room;
            if missing == 0 {
                break;
            }
        }
        missing
    }

    /// Settles one unit of a profile: each place gets its first candidate for which everything
    /// else can still be completed.
    pub(super) fn settle(
        &mut self,
        profile: usize,
        hashes: &[(usize, Hash)],
        room: &mut Vec<Reverse<(u64, u32)>>,
    ) -> Vec<u32> {
        let problem = self.problem;
        let lists = &problem.profiles[profile];
        let mut open = Open {
            profile: Some(profile),
            settled: 0,
            team: self.take_out(profile),
        };
        for (place, &list) in lists.iter().enumerate() {
            let members = &problem.lists[list.0].members;
            let mut candidates = Candidates::of(members, hashes, std::mem::take(room));
            let mut hopeless = Bits::new(self.load.len());
            while let Some(officer) = candidates.next() {
                if hopeless.contains(officer) || open.team[..place].contains(&officer) {
                    continue;
                }
                if open.team[place] == officer || self.force(&mut open, place, officer) {
                    break;
                }
                // Nobody whom a search from this officer reached has a way to somebody with room.
                if !self.visits.reached_open_unit() {
                    self.visits
                        .reached_officers()
                        .for_each(|officer| hopeless.insert(officer));
                }
            }
            open.settled = place + 1;
            *room = candidates.into_room();
        }
        open.team
    }

    /// Puts an officer into a place of the open unit, if all the rest can be completed after it.
    fn force(&mut self, open: &mut Open, place: usize, officer: u32) -> bool {
        let old = open.team[place];
        let displaced = (place + 1..open.team.len()).find(|&other| open.team[other] == officer);
        let settled = std::mem::replace(&mut open.settled, place + 1);
        self.give_back(old, 1);
        open.team[place] = officer;
        let possible = match displaced {
            Some(other) => self
                .reroute(Start::Displaced { place: other }, open)
                .is_some(),
            None => {
                self.take(officer, 1);
                let fits = self.load[officer as usize] <= self.capacity[officer as usize];
                fits || self.reroute(Start::Overfull { officer }, open).is_some()
            }
        };
        if !possible {
            self.take(old, 1);
            open.team[place] = old;
            if displaced.is_none() {
                self.give_back(officer, 1);
            }
            open.settled = settled;
        }
        possible
    }

    /// Takes one unit out of the counts of its profile, with a team that leaves the others whole:
    /// officers who are in every unit of the profile must be in this one. Loads stay as they are.
    fn take_out(&mut self, profile: usize) -> Vec<u32> {
        let units = self.open_units[profile];
        let everywhere: Vec<u32> = self.by_total[profile]
            .iter()
            .rev()
            .take_while(|(total, _)| *total == units)
            .map(|(_, officer)| *officer)
            .collect();
        let places = self.problem.profiles[profile].len();
        let mut team = Vec::with_capacity(places);
        self.complete_team(profile, places, &everywhere, &mut team);
        for (place, &officer) in team.iter().enumerate() {
            self.take(officer, 1);
            self.remove(self.first_node[profile] + place, officer, 1);
        }
        self.open_units[profile] -= 1;
        team
    }

    /// Finds distinct officers for the remaining places, with all of `everywhere` among them. By
    /// the edge-colouring argument there is such a team, and among any place's other officers the
    /// first few suffice, since a team has few places.
    fn complete_team(
        &self,
        profile: usize,
        places: usize,
        everywhere: &[u32],
        team: &mut Vec<u32>,
    ) -> bool {
        let place = team.len();
        if place == places {
            return everywhere.iter().all(|officer| team.contains(officer));
        }
        let counts = &self.counts[self.first_node[profile] + place];
        let must = everywhere
            .iter()
            .copied()
            .filter(|officer| counts.contains_key(officer));
        let others = counts
            .keys()
            .copied()
            .filter(|officer| !everywhere.contains(officer))
            .take(TEAM_MAX);
        for officer in must.chain(others) {
            if !team.contains(&officer) {
                team.push(officer);
                if self.complete_team(profile, places, everywhere, team) {
                    return true;
                }
                team.pop();
            }
        }
        false
    }

    /// An officer takes some units.
    pub(super) fn take(&mut self, officer: u32, count: u32) {
        self.load[officer as usize] += count;
        if self.room(officer) == 0 {
            self.roomy.remove(officer);
        }
    }

    /// An officer gives some units up.
    pub(super) fn give_back(&mut self, officer: u32, count: u32) {
        self.load[officer as usize] -= count;
        if self.room(officer) > 0 {
            self.roomy.insert(officer);
        }
    }

    /// How many more units an officer can take.
    pub(super) fn room(&self, officer: u32) -> u32 {
        self.capacity[officer as usize].saturating_sub(self.load[officer as usize])
    }

    /// In how many units of a profile an officer is.
    pub(super) fn total(&self, profile: usize, officer: u32) -> u32 {
        self.totals[profile].get(&officer).copied().unwrap_or(0)
    }

    /// Whether some officer is in every unit of a profile that is not settled.
    pub(super) fn someone_everywhere(&self, profile: usize) -> bool {
        let most = self.by_total[profile].last();
        most.is_some_and(|(total, _)| self.open_units[profile] <= *total)
    }

    /// The officers admissible in a numbered place.
    pub(super) fn admissible(&self, node: usize) -> &'a Bits {
        let (profile, place) = self.nodes[node];
        &self.problem.list(profile, place).bits
    }

    pub(super) fn add(&mut self, node: usize, officer: u32, count: u32) {
        if count == 0 {
            return;
        }
        *self.counts[node].entry(officer).or_default() += count;
        self.held[officer as usize].insert(node);
        self.take(officer, count);
        let profile = self.nodes[node].0;
        let total = self.total(profile, officer);
        self.set_total(profile, officer, total, total + count);
    }

    pub(super) fn remove(&mut self, node: usize, officer: u32, count: u32) {
        if let Some(current) = self.counts[node].get_mut(&officer) {
            *current -= count;
            if *current == 0 {
                self.counts[node].remove(&officer);
                self.held[officer as usize].remove(&node);
            }
        }
        self.give_back(officer, count);
        let profile = self.nodes[node].0;
        let total = self.total(profile, officer);
        self.set_total(profile, officer, total, total - count);
    }

    fn set_total(&mut self, profile: usize, officer: u32, old: u32, new: u32) {
        self.by_total[profile].remove(&(old, officer));
        if new == 0 {
            self.totals[profile].remove(&officer);
        } else {
            self.totals[profile].insert(officer, new);
            self.by_total[profile].insert((new, officer));
        }
    }
}

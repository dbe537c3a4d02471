//! The search for a way to complete an assignment by moving others along.
//!
//! It is a breadth-first search in the residual graph of the flow. Each officer, each numbered
//! place and each place of the open unit is visited once.

use std::collections::VecDeque;

use super::Bits;
use super::flow::Flow;

/// The unit whose team is being settled: it is no longer in the counts.
pub(super) struct Open {
    pub(super) profile: Option<usize>,
    /// How many places are settled; the later ones may still be moved.
    pub(super) settled: usize,
    pub(super) team: Vec<u32>,
}

impl Open {
    /// No unit is open.
    pub(super) fn none() -> Self {
        Self {
            profile: None,
            settled: 0,
            team: Vec::new(),
        }
    }
}

/// What has to be put right.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// A numbered place lacks officers for some units.
    Place { node: usize, missing: u32 },
    /// An officer has one unit too many.
    Overfull { officer: u32 },
    /// A place of the open unit has lost its officer to a settled place.
    Displaced { place: usize },
}

#[derive(Clone, Copy)]
enum Stop {
    Officer(u32),
    Node(usize),
    Place(usize),
}

/// How a stop was reached.
#[derive(Clone, Copy)]
enum From {
    Start,
    /// An officer is taken by this numbered place, or this place of the open unit.
    Node(usize),
    Place(usize),
    /// A place gives up this officer, who is needed elsewhere.
    Officer(u32),
    /// A place gives up this officer to another place of the same units.
    SwapNode(usize, u32),
    SwapPlace(usize, u32),
}

/// What a search has reached; after a search without success, the one side of a cut.
pub(super) struct Visits {
    /// Officers who were not reached.
    unseen: Bits,
    all_officers: Bits,
    officers: Vec<From>,
    /// Number of the search in which a place was reached, and how.
    nodes: Vec<(u64, From)>,
    search: u64,
    places: Vec<Option<From>>,
    queue: VecDeque<Stop>,
    /// The officers with room, if they are few: where nothing is spare there is one.
    roomy: Vec<u32>,
}

/// So many officers with room are looked through as a set.
const FEW: usize = 4;

impl Visits {
    pub(super) fn new(officers: usize, nodes: usize) -> Self {
        let all_officers = Bits::all(officers);
        Self {
            unseen: all_officers.clone(),
            all_officers,
            officers: vec![From::Start; officers],
            nodes: vec![(0, From::Start); nodes],
            search: 0,
            places: Vec::new(),
            queue: VecDeque::new(),
            roomy: Vec::new(),
        }
    }

    fn restart(&mut self, places: usize) {
        self.unseen.0.copy_from_slice(&self.all_officers.0);
        self.search += 1;
        self.places.clear();
        self.places.resize(places, None);
        self.queue.clear();
    }

    /// The officers reached by the last search.
    pub(super) fn reached_officers(&self) -> impl Iterator<Item = u32> {
        self.all_officers
            .iter()
            .filter(|officer| !self.unseen.contains(*officer))
    }

    /// Whether the last search went through the open unit.
    pub(super) fn reached_open_unit(&self) -> bool {
        self.places.iter().any(Option::is_some)
    }

    /// The numbered places reached by the last search.
    pub(super) fn reached_nodes(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|&node| self.nodes[node].0 == self.search)
            .collect()
    }

    fn officer(&mut self, officer: u32, from: From) {
        self.unseen.remove(officer);
        self.officers[officer as usize] = from;
        self.queue.push_back(Stop::Officer(officer));
    }

    /// Says whether it was not reached before.
    fn node(&mut self, node: usize, from: From) -> bool {
        let new = self.nodes[node].0 != self.search;
        if new {
            self.nodes[node] = (self.search, from);
            self.queue.push_back(Stop::Node(node));
        }
        new
    }

    fn place(&mut self, place: usize, from: From) {
        if self.places[place].is_none() {
            self.places[place] = Some(from);
            self.queue.push_back(Stop::Place(place));
        }
    }

    fn from(&self, at: Stop) -> From {
        match at {
            Stop::Officer(officer) => self.officers[officer as usize],
            Stop::Node(node) => self.nodes[node].1,
            Stop::Place(place) => self.places[place].unwrap_or(From::Start),
        }
    }
}

impl Flow<'_> {
    /// Puts a start right by moving others, and gives for how many units that was done at once;
    /// nothing if it cannot be done.
    pub(super) fn reroute(&mut self, start: Start, open: &mut Open) -> Option<u32> {
        let mut visits = std::mem::replace(&mut self.visits, Visits::new(0, 0));
        visits.restart(open.team.len());
        visits.roomy.clear();
        visits.roomy.extend(self.roomy.iter().take(FEW));
        let end = self.search(start, open, &mut visits);
        let moved = end.map(|officer| {
            let most = match start {
                Start::Place { missing, .. } => missing,
                _ => 1,
            };
            let count = self.narrowest(&visits, officer, most);
            self.apply(&visits, officer, count, open);
            count
        });
        self.visits = visits;
        moved
    }

    /// An officer with room to whom a way leads.
    fn search(&self, start: Start, open: &Open, visits: &mut Visits) -> Option<u32> {
        match start {
            Start::Place { node, .. } => {
                visits.node(node, From::Start);
            }
            Start::Overfull { officer } => visits.officer(officer, From::Start),
            Start::Displaced { place } => visits.place(place, From::Start),
        }
        while let Some(stop) = visits.queue.pop_front() {
            let end = match stop {
                Stop::Officer(officer) => self.leave_officer(officer, open, visits),
                Stop::Node(node) => self.leave_node(node, visits),
                Stop::Place(place) => self.leave_place(place, open, visits),
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }

    /// An officer has to give up one unit.
    fn leave_officer(&self, officer: u32, open: &Open, visits: &mut Visits) -> Option<u32> {
        for &node in &self.held[officer as usize] {
            // Whom a place leads to does not depend on how it was reached: looked at once.
            if !visits.node(node, From::Officer(officer)) {
                continue;
            }
            // Mostly the next step leads to somebody with room: look before going further.
            let profile = self.nodes[node].0;
            let crowded = self.someone_everywhere(profile);
            let admissible = self.admissible(node);
            let fits = |roomy: &u32| {
                visits.unseen.contains(*roomy)
                    && !(crowded && self.open_units[profile] <= self.total(profile, *roomy))
            };
            let end = if visits.roomy.len() < FEW {
                let mut few = visits.roomy.iter().copied();
                few.find(|roomy| admissible.contains(*roomy) && fits(roomy))
            } else {
                admissible.both(&self.roomy).find(fits)
            };
            if let Some(end) = end {
                visits.officer(end, From::Node(node));
                return Some(end);
            }
        }
        for place in open.settled..open.team.len() {
            if open.team[place] == officer {
                visits.place(place, From::Officer(officer));
            }
        }
        None
    }

    /// One unit of a profile needs another officer in a place.
    fn leave_node(&self, node: usize, visits: &mut Visits) -> Option<u32> {
        let (profile, place) = self.nodes[node];
        let crowded = self.someone_everywhere(profile);
        let admissible = self.admissible(node);
        for word in 0..admissible.0.len() {
            let reachable = Bits::members(word, admissible.0[word] & visits.unseen.0[word]);
            for officer in reachable {
                if !(crowded && self.open_units[profile] <= self.total(profile, officer)) {
                    visits.officer(officer, From::Node(node));
                    if self.room(officer) > 0 {
                        return Some(officer);
                    }
                    continue;
                }
                // The officer is in every unit of the profile: one can change places within a unit.
                for other in 0..self.problem.profiles[profile].len() {
                    let other_node = self.first_node[profile] + other;
                    if other != place && self.counts[other_node].contains_key(&officer) {
                        visits.node(other_node, From::SwapNode(node, officer));
                    }
                }
            }
        }
        None
    }

    /// A place of the open unit needs another officer.
    fn leave_place(&self, place: usize, open: &Open, visits: &mut Visits) -> Option<u32> {
        let admissible = &self.problem.list(open.profile?, place).bits;
        let reachable: Vec<u32> = admissible.both(&visits.unseen).collect();
        for officer in reachable {
            match open.team.iter().position(|member| *member == officer) {
                None => {
                    visits.officer(officer, From::Place(place));
                    if self.room(officer) > 0 {
                        return Some(officer);
                    }
                }
                Some(other) if open.settled <= other && other != place => {
                    visits.place(other, From::SwapPlace(place, officer));
                }
                Some(_) => {}
            }
        }
        None
    }

    /// For how many units the way to an officer with room can be gone at once.
    fn narrowest(&self, visits: &Visits, end: u32, most: u32) -> u32 {
        let mut count = most.min(self.room(end));
        let mut at = Stop::Officer(end);
        loop {
            match (at, visits.from(at)) {
                (Stop::Officer(officer), From::Node(node)) => {
                    let profile = self.nodes[node].0;
                    count = count.min(self.open_units[profile] - self.total(profile, officer));
                    at = Stop::Node(node);
                }
                (Stop::Node(node), From::Officer(officer)) => {
                    count = count.min(self.counts[node].get(&officer).copied().unwrap_or(0));
                    at = Stop::Officer(officer);
                }
                (Stop::Node(node), From::SwapNode(by, officer)) => {
                    count = count.min(self.counts[node].get(&officer).copied().unwrap_or(0));
                    at = Stop::Node(by);
                }
                // Through the open unit goes one at most.
                (_, From::Place(_) | From::SwapPlace(..)) | (Stop::Place(_), _) => return 1,
                _ => return count,
            }
        }
    }

    /// Goes the way back from an officer with room and moves everybody along.
    fn apply(&mut self, visits: &Visits, end: u32, count: u32, open: &mut Open) {
        let mut at = Stop::Officer(end);
        loop {
            at = match (at, visits.from(at)) {
                (Stop::Officer(officer), From::Node(node)) => {
                    self.add(node, officer, count);
                    Stop::Node(node)
                }
                (Stop::Officer(officer), From::Place(place)) => {
                    open.team[place] = officer;
                    self.take(officer, 1);
                    Stop::Place(place)
                }
                (Stop::Node(node), From::Officer(officer)) => {
                    self.remove(node, officer, count);
                    Stop::Officer(officer)
                }
                (Stop::Node(node), From::SwapNode(by, officer)) => {
                    self.remove(node, officer, count);
                    self.add(by, officer, count);
                    Stop::Node(by)
                }
                (Stop::Place(_), From::Officer(officer)) => {
                    self.give_back(officer, 1);
                    Stop::Officer(officer)
                }
                (Stop::Place(_), From::SwapPlace(by, officer)) => {
                    open.team[by] = officer;
                    Stop::Place(by)
                }
                _ => return,
            };
        }
    }
}

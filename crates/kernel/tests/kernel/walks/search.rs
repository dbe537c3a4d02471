//! A way to a goal: to an end of the procedure, or to one of its acts.
//!
//! Everything that people can supply is supplied: papers, evidence, ended subcases, other people,
//! time. What remains is what the definition itself allows; where no way is found, nobody has one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use catalogue::definition::{Action, Ledger, Need};
use kernel::{Command, SubcaseFact, again::is_signed, clocks};

use super::{
    case::{CALENDAR, Case},
    values::{Tape, any, decisive, later},
};

/// How many cases are looked at before the search gives up.
const NODES: usize = 2_000;

/// No way needs more acts: a longer one goes round what can be done anew.
const ACTS: usize = 60;

/// What is looked for.
#[derive(Clone, Copy)]
pub enum Goal<'a> {
    /// An end stage.
    End,
    /// An act of this kind.
    Act(&'a str),
}

/// A case that has reached the goal, if one can be found from here; other choices fill the acts in
/// otherwise.
pub fn reach<'a>(case: &Case<'a>, goal: Goal<'_>, choices: &'a [u16]) -> Option<Case<'a>> {
    reach_within(case, goal, choices, NODES)
}

/// The same, looking at fewer cases.
pub fn reach_within<'a>(
    case: &Case<'a>,
    goal: Goal<'_>,
    choices: &'a [u16],
    most: usize,
) -> Option<Case<'a>> {
    let mut start = case.clone();
    start.is_held = false;
    supply(&mut start);
    let distances = distances(start.ledger, goal);
    let mut search = Search {
        goal,
        distances,
        decisive: decisive(start.ledger),
        seen: BTreeSet::new(),
        left: most,
        choices,
    };
    search.visit(start)
}

/// The papers that are not there, or no longer count.
fn signs_what_is_missing(case: &mut Case<'_>) {
    let ledger = case.ledger;
    for document in &ledger.documents {
        if !is_signed(ledger, &case.state, &document.id) {
            case.signs(&document.id);
        }
    }
}

/// Everything that is only work.
fn supply(case: &mut Case<'_>) {
    let ledger = case.ledger;
    signs_what_is_missing(case);
    if !case.state.has_evidence() {
        case.adds_evidence();
    }
    for fact in &mut case.subcases {
        fact.ended = true;
    }
    for subcase in &ledger.subcases {
        case.subcases.push(SubcaseFact {
            ledger: subcase.ledger.to_string(),
            field: subcase.field.to_string(),
            title: subcase.name.clone(),
            ended: true,
            reached: true,
        });
    }
    // Fields that an act needs and no act asks for are entered by a correction.
    let asked = |id: &str| {
        let asks = |a: &Action| a.asks.iter().chain(&a.date).any(|field| **field == *id);
        ledger.actions.iter().any(asks)
    };
    let needs = ledger.actions.iter().flat_map(|action| &action.needs);
    let missing: Vec<String> = needs
        .filter_map(|need| match need {
            Need::Field(id) => Some(id.to_string()),
            _ => None,
        })
        .filter(|id| !asked(id) && !case.state.fields.contains_key(id))
        .collect();
    for id in missing {
        let value = any(
            ledger.field(&id).unwrap(),
            &mut Tape::new(&[2; 32]),
            case.today,
        );
        let command = Command::Amend {
            changes: BTreeMap::from([(id, Some(value))]),
            reason: "补登".into(),
        };
        let (person, day) = (&case.people[0], case.today);
        case.does(person, command, Vec::new(), day).ok();
    }
}

/// How many acts each stage is from the goal.
fn distances(ledger: &Ledger, goal: Goal<'_>) -> BTreeMap<String, usize> {
    let goals: Vec<String> = match goal {
        Goal::End => {
            let ends = ledger.stages.iter().filter(|stage| stage.end);
            ends.map(|stage| stage.id.to_string()).collect()
        }
        Goal::Act(id) => {
            let action = ledger.action(id).expect("a known act");
            action.from.iter().map(ToString::to_string).collect()
        }
    };
    let mut found: BTreeMap<String, usize> = goals.iter().map(|s| (s.clone(), 0)).collect();
    let mut queue: VecDeque<String> = goals.into();
    while let Some(stage) = queue.pop_front() {
        let next = found[&stage] + 1;
        let into = ledger.actions.iter();
        for action in into.filter(|a| a.to.as_deref() == Some(stage.as_str())) {
            for from in action.from.iter().map(ToString::to_string) {
                if !found.contains_key(&from) {
                    found.insert(from.clone(), next);
                    queue.push_back(from);
                }
            }
        }
    }
    found
}

struct Search<'a> {
    goal: Goal<'a>,
    distances: BTreeMap<String, usize>,
    decisive: BTreeSet<&'a str>,
    seen: BTreeSet<String>,
    /// How many cases may still be looked at.
    left: usize,
    choices: &'a [u16],
}

impl<'a> Search<'a> {
    fn visit<'c: 'a>(&mut self, case: Case<'c>) -> Option<Case<'c>> {
        if self.is_there(&case) {
            return Some(case);
        }
        let acts = case.state.history.iter();
        let acts = acts.filter(|done| done.what.starts_with("action:"));
        if self.left == 0 || acts.count() > ACTS || !self.seen.insert(self.key(&case)) {
            return None;
        }
        self.left -= 1;
        for action in self.order(&case) {
            for next in self.tries(&case, action) {
                if let Some(found) = self.visit(next) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn is_there(&self, case: &Case<'_>) -> bool {
        match self.goal {
            Goal::End => case.has_ended(),
            Goal::Act(id) => case.done().contains(&id),
        }
    }

    /// What makes two cases the same for the search.
    fn key(&self, case: &Case<'_>) -> String {
        let fields = case.state.fields.iter();
        let decisive: Vec<_> = fields
            .filter(|(id, _)| self.decisive.contains(id.as_str()))
            .collect();
        format!("{:?} {:?} {decisive:?}", case.state.stage, case.done())
    }

    /// What leads on first, then what is needed there, then the rest.
    fn order<'c>(&self, case: &Case<'c>) -> Vec<&'c Action> {
        let here = case.state.stage.as_deref().unwrap_or_default();
        let distance = |stage: &str| self.distances.get(stage).copied().unwrap_or(usize::MAX);
        let mut acts: Vec<&Action> = case.ledger.actions.iter().collect();
        acts.retain(|action| action.from.iter().any(|from| **from == *here));
        let done = case.done();
        acts.sort_by_key(|action| match &action.to {
            _ if matches!(self.goal, Goal::Act(id) if id == action.id.as_str()) => (0, 0),
            Some(to) if distance(to) < distance(here) => (1, distance(to)),
            None if !done.contains(&action.id.as_str()) => (2, 0),
            Some(to) => (3, distance(to)),
            None => (4, 0),
        });
        acts
    }

    /// The case after an act, in the ways in which it can be done: today, or after waiting.
    fn tries<'c>(&self, case: &Case<'c>, action: &Action) -> Vec<Case<'c>> {
        let mut ready = case.clone();
        let waited = action.needs.iter().filter_map(|need| match need {
            Need::Over(id) => Some(id),
            _ => None,
        });
        for id in waited {
            let running = clocks(case.ledger, &case.state, &CALENDAR);
            let open = running
                .iter()
                .find(|r| r.clock.id == *id && r.stopped_on.is_none());
            if let Some(open) = open {
                ready.today = ready.today.max(later(open.due(), 1));
            }
        }
        let on = ready.today;
        let free = ready.people.iter().filter(|person| {
            let mut earlier = action.not_by.iter();
            let may = action.by.iter().any(|role| person.roles.contains(role));
            may && !earlier.any(|id| ready.state.acts(id).any(|done| done.is_by(&person.id)))
        });
        let Some(person) = free.max_by_key(|person| person.roles.len()) else {
            return Vec::new();
        };
        let team = ready.team(action);
        let mut tape = Tape::new(self.choices);
        let fillings = ready.fillings(action, person, on, &mut tape, 12);
        fillings
            .into_iter()
            .map(|fields| {
                let mut next = ready.clone();
                next.acts(action, person, fields, team.clone(), on)
                    .expect("it was accepted a moment ago");
                signs_what_is_missing(&mut next);
                next
            })
            .collect()
    }
}

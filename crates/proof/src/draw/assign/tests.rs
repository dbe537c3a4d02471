//! Against a plain backtracking search on small random problems.

use proptest::prelude::*;

use super::*;

const DRAW: &str = "D";

/// Capacities, and for each unit the admissible officers of each place.
type Small = (Vec<u32>, Vec<Vec<Vec<usize>>>);

fn officer(index: usize) -> String {
    format!("I{index:03}")
}

fn unit(index: usize) -> String {
    format!("U{index:03}")
}

fn problem((capacity, units): &Small) -> Problem {
    let officers = capacity
        .iter()
        .enumerate()
        .map(|(i, c)| (officer(i), *c))
        .collect();
    let mut problem = Problem::new(officers).unwrap();
    let mut known: HashMap<&Vec<usize>, ListId> = HashMap::new();
    for (index, places) in units.iter().enumerate() {
        let lists: Vec<ListId> = places
            .iter()
            .map(|list| {
                *known.entry(list).or_insert_with(|| {
                    let names: Vec<String> = list.iter().map(|i| officer(*i)).collect();
                    problem.add_list(names.iter().map(String::as_str)).unwrap()
                })
            })
            .collect();
        problem.add_unit(&unit(index), &lists).unwrap();
    }
    problem
}

/// The definition: units and candidates in the order of their hashes, first complete assignment.
fn by_backtracking((capacity, units): &Small, seed: &Hash) -> Option<Vec<(String, Vec<String>)>> {
    let seed = seed.to_hex();
    let hash = |fields: &[&str]| {
        let fields = [&[fields[0], &seed, DRAW], &fields[1..]].concat();
        Suite::Sha256.hash(&fields)
    };
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|u| hash(&["assign-unit/v1", &unit(*u)]));
    let mut places = Vec::new();
    for &u in &order {
        for list in &units[u] {
            let mut candidates = list.clone();
            candidates.sort_by_key(|i| hash(&["assign-pair/v1", &unit(u), &officer(*i)]));
            places.push((u, candidates));
        }
    }
    fn go(
        places: &[(usize, Vec<usize>)],
        left: &mut Vec<u32>,
        chosen: &mut Vec<(usize, usize)>,
    ) -> bool {
        let Some((unit, candidates)) = places.get(chosen.len()) else {
            return true;
        };
        for &candidate in candidates {
            if left[candidate] > 0 && !chosen.contains(&(*unit, candidate)) {
                left[candidate] -= 1;
                chosen.push((*unit, candidate));
                if go(places, left, chosen) {
                    return true;
                }
                chosen.pop();
                left[candidate] += 1;
            }
        }
        false
    }
    let mut chosen = Vec::new();
    if !go(&places, &mut capacity.clone(), &mut chosen) {
        return None;
    }
    let mut teams: Vec<(String, Vec<String>)> = Vec::new();
    for (u, i) in chosen {
        match teams.last_mut() {
            Some((last, team)) if *last == unit(u) => team.push(officer(i)),
            _ => teams.push((unit(u), vec![officer(i)])),
        }
    }
    Some(teams)
}

fn small() -> impl Strategy<Value = Small> {
    (2usize..6).prop_flat_map(|officers| {
        let list = prop::collection::vec(0..officers, 1..=officers).prop_map(|mut list| {
            list.sort_unstable();
            list.dedup();
            list
        });
        let places = prop::collection::vec(list, 1..=3);
        // A few kinds of units, each several times: counts above one matter.
        let kinds = prop::collection::vec((places, 1usize..4), 1..4);
        let units = kinds.prop_map(|kinds| {
            kinds
                .into_iter()
                .flat_map(|(places, n)| std::iter::repeat_n(places, n))
                .collect()
        });
        (prop::collection::vec(0u32..6, officers), units)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_assignment_is_the_first_complete_one(small in small(), seed: [u8; 32]) {
        let problem = problem(&small);
        let seed = Hash(seed);
        match (problem.assign(Suite::Sha256, &seed, DRAW), by_backtracking(&small, &seed)) {
            (Ok(assignment), Some(expected)) => {
                let teams: Vec<_> =
                    assignment.teams.iter().map(|t| (t.unit.clone(), t.inspectors.clone())).collect();
                prop_assert_eq!(teams, expected);
            }
            (Err(cut), None) => {
                prop_assert_eq!(cut.check(&problem), Ok(()));
                // Every unit in it is needed.
                for (unit, _) in &cut.slots {
                    let slots: Vec<_> =
                        cut.slots.iter().filter(|(u, _)| u != unit).cloned().collect();
                    let without = Cut { slots, ..cut.clone() };
                    prop_assert!(recounted(&without, &problem).check(&problem).is_err());
                }
            }
            (ours, theirs) => prop_assert!(false, "{ours:?} {theirs:?}"),
        }
    }

    #[test]
    fn the_smallest_load_is_proven_from_both_sides(small in small()) {
        let problem = problem(&small);
        let seed = Hash::of(b"");
        match problem.smallest_load() {
            Ok((load, cut)) => {
                let capped = problem.with_load(load);
                let assignment = capped.assign(Suite::Sha256, &seed, DRAW).unwrap();
                prop_assert_eq!(assignment.loads().into_values().max(), Some(load));
                prop_assert_eq!(cut.unwrap().check(&problem.with_load(load - 1)), Ok(()));
            }
            Err(cut) => prop_assert_eq!(cut.check(&problem), Ok(())),
        }
    }
}

/// A cut with the counts that belong to its places and officers.
fn recounted(cut: &Cut, problem: &Problem) -> Cut {
    let mut cut = cut.clone();
    for demand in 0..=cut.slots.len() as u64 {
        for outside_pairs in 0..=100 {
            cut.demand = demand;
            cut.outside_pairs = outside_pairs;
            cut.shortfall = demand.saturating_sub(cut.capacity + outside_pairs);
            if cut.check(problem) != Err(CutError::Counts) {
                return cut;
            }
        }
    }
    cut
}

#[test]
fn a_district_without_enough_officers_is_named() {
    // Four units of a district whose two officers can take three and four, two places each; five
    // more elsewhere that are no part of the trouble.
    let mut units = vec![vec![vec![0, 1], vec![0, 1]]; 4];
    units.extend(vec![vec![vec![2, 3, 4], vec![2, 3, 4]]; 5]);
    let problem = problem(&(vec![3, 4, 9, 9, 9], units));
    let cut = problem
        .assign(Suite::Sha256, &Hash::of(b""), DRAW)
        .unwrap_err();
    assert_eq!(cut.inspectors, ["I000"]);
    assert_eq!(
        cut.slots
            .iter()
            .map(|(unit, _)| unit.as_str())
            .collect::<Vec<_>>(),
        [
            "U000", "U000", "U001", "U001", "U002", "U002", "U003", "U003"
        ]
    );
    assert_eq!(
        (cut.demand, cut.capacity, cut.outside_pairs, cut.shortfall),
        (8, 3, 4, 1)
    );
}

#[test]
fn of_two_troubles_the_smaller_one_is_named() {
    let mut units = vec![vec![vec![0], vec![1]]; 6];
    units.push(vec![vec![], vec![2]]);
    let problem = problem(&(vec![1, 1, 9], units));
    let cut = problem
        .assign(Suite::Sha256, &Hash::of(b""), DRAW)
        .unwrap_err();
    assert_eq!(
        (cut.slots, cut.inspectors),
        (vec![("U006".to_owned(), 0)], vec![])
    );
}

#[test]
fn an_officer_who_is_wanted_no_more_than_he_can_is_not_blamed() {
    let both = vec![vec![0, 1], vec![0]];
    let problem = problem(&(
        vec![4, 2],
        vec![
            vec![vec![0]],
            vec![vec![0]],
            both.clone(),
            both.clone(),
            both,
        ],
    ));
    let cut = problem
        .assign(Suite::Sha256, &Hash::of(b""), DRAW)
        .unwrap_err();
    assert_eq!(cut.check(&problem), Ok(()));
    let units: std::collections::BTreeSet<&str> =
        cut.slots.iter().map(|(u, _)| u.as_str()).collect();
    assert_eq!(
        units.into_iter().collect::<Vec<_>>(),
        ["U002", "U003", "U004"]
    );
    assert_eq!(cut.inspectors, ["I001"]);
}

#[test]
fn a_false_cut_is_refused() {
    let problem = problem(&(vec![2, 2], vec![vec![vec![0, 1]]; 5]));
    let cut = problem
        .assign(Suite::Sha256, &Hash::of(b""), DRAW)
        .unwrap_err();
    assert_eq!(cut.check(&problem), Ok(()));
    let changed = |change: &dyn Fn(&mut Cut)| {
        let mut cut = cut.clone();
        change(&mut cut);
        cut.check(&problem)
    };
    assert_eq!(changed(&|c| c.demand += 1), Err(CutError::Counts));
    assert_eq!(changed(&|c| c.shortfall += 1), Err(CutError::Counts));
    assert_eq!(changed(&|c| c.slots[0].1 = 1), Err(CutError::Unknown));
    assert_eq!(
        changed(&|c| c.slots.push(c.slots[0].clone())),
        Err(CutError::Unknown)
    );
    assert_eq!(
        changed(&|c| c.inspectors.push("I009".into())),
        Err(CutError::Unknown)
    );
    let empty = Cut {
        slots: vec![],
        inspectors: vec![],
        demand: 0,
        capacity: 0,
        outside_pairs: 0,
        shortfall: 0,
    };
    assert_eq!(empty.check(&problem), Err(CutError::Feasible));
}

#[test]
fn problems_that_cannot_be_posed_are_refused() {
    let twice = Problem::new(vec![("a".into(), 1), ("a".into(), 2)]);
    assert_eq!(
        twice.err(),
        Some(ProblemError::DuplicateInspector { id: "a".into() })
    );
    let mut problem = Problem::new(vec![("a".into(), 1)]).unwrap();
    let unknown = problem.add_list(["b"]).err();
    assert_eq!(
        unknown,
        Some(ProblemError::UnknownInspector { id: "b".into() })
    );
    let list = problem.add_list(["a", "a"]).unwrap();
    let team = |places| ProblemError::Team {
        unit: "u".into(),
        places,
    };
    assert_eq!(problem.add_unit("u", &[]).err(), Some(team(0)));
    assert_eq!(problem.add_unit("u", &[list; 5]).err(), Some(team(5)));
    assert_eq!(problem.add_unit("u", &[list; 4]), Ok(()));
    let nothing = Problem::new(vec![]).unwrap();
    assert_eq!(
        nothing
            .assign(Suite::Sm3, &Hash::of(b""), DRAW)
            .unwrap()
            .teams,
        []
    );
    assert_eq!(nothing.smallest_load(), Ok((0, None)));
}

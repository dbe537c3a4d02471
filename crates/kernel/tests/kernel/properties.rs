//! Properties over random histories: whatever people try, in whatever order.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use kernel::{Command, Contribution, Event, State, apply, apply_owned, contributions, replay};
use proptest::prelude::*;

use crate::fixture::Office;

const SCHOOLS: [&str; 3] = ["一中", "二中", "三小"];
const DISTRICTS: [&str; 3] = ["海云区", "海北区", "市直属"];
const KINDS: [&str; 2] = ["日常", "专项"];
const ACTIONS: [&str; 5] = ["remind", "hear", "decide", "close", "seal"];

/// Something that somebody tries; much of it is refused.
#[derive(Clone, Debug)]
pub enum Step {
    Open {
        entry: u8,
        month: u8,
        school: u8,
        people: i64,
    },
    Amend {
        entry: u8,
        field: u8,
        to: u8,
    },
    Act {
        entry: u8,
        action: u8,
        by: bool,
        day: u8,
    },
    Void {
        entry: u8,
    },
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..8u8, 1..=12u8, 0..4u8, 0..100i64)
            .prop_map(|(entry, month, school, people)| Step::Open { entry, month, school, people }),
        5 => (0..8u8, 0..8u8, any::<u8>()).prop_map(|(entry, field, to)| Step::Amend { entry, field, to }),
        4 => (0..8u8, 0..5u8, any::<bool>(), 1..28u8)
            .prop_map(|(entry, action, by, day)| Step::Act { entry, action, by, day }),
        1 => (0..8u8).prop_map(|entry| Step::Void { entry }),
    ];
    prop::collection::vec(step, 1..40)
}

fn pick<'a>(from: &[&'a str], at: u8) -> Option<&'a str> {
    from.get(usize::from(at) % (from.len() + 1)).copied()
}

/// A field and a new value for it; sometimes none, sometimes a wrong one.
fn change(field: u8, to: u8) -> (&'static str, Option<Value>) {
    let year = 2021 + i16::from(to % 3);
    let date = format!("{year}-{:02}-{:02}", 1 + to % 12, 1 + to % 28);
    match field {
        0 => ("held_on", Some(date.into())),
        1 => ("ended_on", (!to.is_multiple_of(4)).then(|| date.into())),
        2 => ("school", pick(&SCHOOLS, to).map(Value::from)),
        3 => ("district", pick(&DISTRICTS, to).map(Value::from)),
        4 => ("kind", pick(&KINDS, to).map(Value::from)),
        5 => ("people", Some(Value::Integer(i64::from(to) - 3))),
        6 => (
            "score",
            (!to.is_multiple_of(5)).then(|| Value::Integer(i64::from(to))),
        ),
        _ => {
            let row = |n: u8| {
                Value::Record(BTreeMap::from([
                    ("what".to_owned(), "墙".into()),
                    ("count".to_owned(), i64::from(n).into()),
                ]))
            };
            (
                "items",
                (!to.is_multiple_of(6)).then(|| Value::List((0..1 + to % 5).map(row).collect())),
            )
        }
    }
}

/// The office after these steps. What is refused leaves no trace.
pub fn office_after(steps: &[Step]) -> Office {
    let mut office = Office::new();
    for step in steps {
        let before = (
            office.log.len(),
            office.entries.clone(),
            office.appended.len(),
        );
        let done = match step {
            Step::Open {
                entry,
                month,
                school,
                people,
            } => {
                let mut fields = Fields::from([
                    ("number".to_owned(), entry.to_string().into()),
                    ("held_on".to_owned(), format!("2022-{month:02}-15").into()),
                    ("people".to_owned(), (*people).into()),
                    ("fee".to_owned(), (people * 37).into()),
                ]);
                if let Some(school) = pick(&SCHOOLS, *school) {
                    fields.insert("school".to_owned(), school.into());
                    fields.insert(
                        "district".to_owned(),
                        DISTRICTS[usize::from(*month) % 3].into(),
                    );
                }
                office.opens(&entry.to_string(), fields)
            }
            Step::Amend { entry, field, to } => {
                office.amends(&entry.to_string(), change(*field, *to))
            }
            Step::Act {
                entry,
                action,
                by,
                day,
            } => {
                let actor = if *by { "王五" } else { "局长" };
                let on = format!("2022-{:02}-{day:02}", 1 + day % 12);
                office.acts(
                    actor,
                    &entry.to_string(),
                    ACTIONS[usize::from(*action)],
                    &on,
                )
            }
            Step::Void { entry } => office.voids(&entry.to_string()),
        };
        if done.is_err() {
            let after = (
                office.log.len(),
                office.entries.clone(),
                office.appended.len(),
            );
            assert_eq!(before, after, "a refusal left a trace: {step:?}");
        }
    }
    office
}

fn sums(lines: impl IntoIterator<Item = Contribution>) -> BTreeMap<Contribution, i64> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let value = line.value;
        *sums.entry(Contribution { value: 0, ..line }).or_insert(0) += value;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever was appended, corrections and annulments among it, comes to what the events alone
    /// say today.
    #[test]
    fn running_contributions_equal_a_rebuild(steps in steps()) {
        let office = office_after(&steps);
        let ledger = office.ledger();
        let mut histories: BTreeMap<&String, Vec<&Event>> = BTreeMap::new();
        for (entry, event) in &office.log {
            histories.entry(entry).or_default().push(event);
        }
        let mut rebuilt = Vec::new();
        for (entry, events) in histories {
            let state = replay(events, Some("open")).unwrap();
            prop_assert_eq!(&state, &office.entries[entry]);
            rebuilt.extend(contributions(&ledger, &state));
        }
        prop_assert_eq!(sums(office.appended.iter().cloned()), sums(rebuilt.iter().cloned()));
        let mut standing: Vec<_> = office.lines.iter().map(|(_, _, l)| l.clone()).collect();
        standing.sort();
        rebuilt.sort();
        prop_assert_eq!(standing, rebuilt);
    }

    /// What was decided can be applied, numbered without gaps, to a state that satisfies its
    /// ledger: replay of stored JSON gives the same.
    #[test]
    fn decided_events_apply_and_survive_storage(steps in steps()) {
        let office = office_after(&steps);
        let mut seqs: BTreeMap<&String, u32> = BTreeMap::new();
        let mut states = BTreeMap::new();
        for (entry, event) in &office.log {
            let seq = seqs.entry(entry).or_insert(0);
            *seq += 1;
            prop_assert_eq!(event.seq, *seq);
            let stored = serde_json::to_string(&event.what).unwrap();
            let read = Event { what: serde_json::from_str(&stored).unwrap(), ..event.clone() };
            prop_assert_eq!(&read, event);
            let before: Option<State> = states.remove(entry);
            let state = apply(before.clone(), &read, Some("open"));
            prop_assert_eq!(&apply_owned(before, read, Some("open")), &state);
            let context = catalogue::field::FieldContext { districts: &office.districts };
            prop_assert_eq!(office.ledger().validate(&state.fields, &context), Ok(()));
            prop_assert_eq!(state.revision, *seq);
            states.insert(entry, state);
        }
    }

    /// Taking back what a change took back gives what was there before.
    #[test]
    fn a_difference_leads_from_one_state_to_the_other(a in steps(), b in steps()) {
        let lines = |steps: &[Step]| {
            let office = office_after(steps);
            let mut lines: Vec<Contribution> = office.lines.into_iter().map(|(_, _, l)| l).collect();
            lines.sort();
            lines
        };
        let (before, after) = (lines(&a), lines(&b));
        let (removed, added) = kernel::contribution::difference(&before, &after);
        let mut rest = before.clone();
        for line in &removed {
            let at = rest.iter().position(|l| l == line).expect("removed what was there");
            rest.remove(at);
        }
        prop_assert!(added.iter().all(|l| !rest.contains(l) || after.iter().filter(|x| *x == l).count() > 1));
        rest.extend(added);
        rest.sort();
        prop_assert_eq!(rest, after);
    }
}

#[test]
fn an_annulled_entry_counts_for_nothing_and_cannot_be_touched() {
    let steps = [
        Step::Open {
            entry: 1,
            month: 3,
            school: 0,
            people: 60,
        },
        Step::Act {
            entry: 1,
            action: 0,
            by: true,
            day: 9,
        },
        Step::Void { entry: 1 },
    ];
    let mut office = office_after(&steps);
    assert!(office.lines.is_empty());
    assert!(sums(office.appended.clone()).is_empty());
    assert!(!office.appended.is_empty());
    let command = Command::Act {
        action: "remind".into(),
        fields: Fields::new(),
    };
    assert!(office.does("王五", "1", command, "2022-06-02").is_err());
}

//! Random walks of every procedure that is shipped, and a way to every act and to an end.
//!
//! A walk is a list of numbers from which everything is chosen: who does what, on which day, with
//! which values, what is signed, corrected or taken back. It is the same for the same seed;
//! `YIFA_WALKS=200 YIFA_WALK_SEED=7 cargo test -p kernel --test kernel walks` walks longer and
//! elsewhere. A failure shows the shortest walk that fails and its story.

pub mod case;
mod laws;
mod search;
pub mod values;

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use ::values::dates::Date;
use catalogue::{
    Files,
    definition::{Catalogue, Ledger},
};
use kernel::{Command, SubcaseFact};
use proptest::{
    collection::vec,
    prelude::any as any_of,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

use self::{
    case::{Case, Person, officers, opening, people},
    search::{Goal, reach},
    values::{Tape, mixed},
};

pub static SHIPPED: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut files = Files::new("catalogue/");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    read(&folder, "", &mut files);
    let (catalogue, findings) = catalogue::load(&files, None);
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    catalogue
});

fn read(folder: &Path, below: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.add(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// Every version of every ledger with a procedure.
pub fn procedures() -> Vec<&'static Ledger> {
    let ledgers = SHIPPED.ledgers();
    let versions = ledgers.flat_map(|ledger| SHIPPED.versions(&ledger.id));
    versions
        .map(|ledger| &**ledger)
        .filter(|ledger| !ledger.actions.is_empty())
        .collect()
}

/// The newest version of one of them.
pub fn procedure(id: &str) -> &'static Ledger {
    SHIPPED
        .ledger(id)
        .unwrap_or_else(|| panic!("no ledger {id}"))
}

fn number(name: &str, otherwise: u32) -> u32 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| text.parse().unwrap())
}

fn first_day() -> Date {
    "2024-01-22".parse().unwrap()
}

/// Something to do, by chance. Refusals are answers; what must hold is checked on every step.
fn step(case: &mut Case<'_>, tape: &mut Tape<'_>) {
    match tape.below(16) {
        0..=6 => offered(case, tape),
        7 | 8 => tried(case, tape),
        9..=11 => {
            let documents: Vec<&str> = case.ledger.documents.iter().map(|d| &*d.id).collect();
            if let Some(document) = tape.pick(&documents) {
                case.signs(document);
            }
        }
        12 => case.adds_evidence(),
        13 => case.waits(i64::try_from(tape.below(45)).unwrap()),
        14 => changed(case, tape),
        _ => subcase(case, tape),
    }
}

/// An act that the page offers to somebody is accepted once it is filled in.
fn offered(case: &mut Case<'_>, tape: &mut Tape<'_>) {
    let people = case.people;
    let days = if tape.one_in(4) { tape.below(9) } else { 0 };
    let on = values::later(case.today, -i64::try_from(days).unwrap());
    let mut offers = Vec::new();
    for action in &case.ledger.actions {
        let may = |p: &&Person| case.is_offered(action, p, on);
        let who: Vec<&Person> = people.iter().filter(may).collect();
        offers.extend(tape.pick(&who).map(|person| (action, *person)));
    }
    let Some(&(action, person)) = tape.pick(&offers) else {
        return;
    };
    let fillings = case.fillings(action, person, on, tape, 1);
    let Some(fields) = fillings.into_iter().next() else {
        let story = case.story.join("\n");
        panic!(
            "“{}” is offered, but nothing fills it in\n{story}",
            action.name
        );
    };
    let team = case.team(action);
    case.acts(action, person, fields, team, on)
        .expect("it was accepted a moment ago");
}

/// Anybody tries anything, with any officers, on any day; what is let through was offered too.
fn tried(case: &mut Case<'_>, tape: &mut Tape<'_>) {
    let (ledger, people) = (case.ledger, case.people);
    let action = tape.pick(&ledger.actions).unwrap();
    let person = tape.pick(people).unwrap();
    let on = values::later(case.today, i64::try_from(tape.below(40)).unwrap() - 38);
    let asks = action.asks.iter().filter(|_| tape.below(2) == 0);
    let ids: Vec<_> = asks.collect();
    let fields = ids
        .into_iter()
        .map(|id| {
            let field = ledger.field(id).unwrap();
            (id.to_string(), values::any(field, tape, case.today))
        })
        .collect();
    let all = officers();
    let team = (0..tape.below(4))
        .filter_map(|_| tape.pick(&all).cloned())
        .collect();
    let was_offered = case.is_offered(action, person, on);
    let before = (case.state.clone(), case.events.len());
    match case.acts(action, person, fields, team, on) {
        Ok(()) => assert!(
            was_offered,
            "“{}” was done and not offered\n{}",
            action.name,
            case.story.join("\n")
        ),
        Err(refusal) => {
            assert_eq!(before, (case.state.clone(), case.events.len()));
            assert!(refusal.to_string().chars().count() > 5, "{refusal:?}");
        }
    }
}

/// A correction, or the last act taken back.
fn changed(case: &mut Case<'_>, tape: &mut Tape<'_>) {
    let (ledger, people, day) = (case.ledger, case.people, case.today);
    let person = tape.pick(people).unwrap();
    if tape.one_in(2) {
        let reason = "误点".to_owned();
        case.does(person, Command::Retract { reason }, Vec::new(), day)
            .ok();
        return;
    }
    let field = tape.pick(&ledger.fields).unwrap();
    // What the way on turns on is changed, not emptied: then only a correction would lead on.
    let clears = tape.one_in(4) && !values::decisive(ledger).contains(field.id.as_str());
    let value = (!clears).then(|| values::any(field, tape, day));
    // An entry kept as a book is completed by further corrections, not by acts.
    let mut acts = ledger.actions.iter();
    let is_date = acts.any(|action| action.date.as_ref() == Some(&field.id));
    if is_date && !case.state.has_acts() {
        return;
    }
    let command = Command::Amend {
        changes: [(field.id.to_string(), value)].into(),
        reason: "笔误".into(),
    };
    case.does(person, command, Vec::new(), day).ok();
}

/// A subcase is opened or ends.
fn subcase(case: &mut Case<'_>, tape: &mut Tape<'_>) {
    let open = case.subcases.iter().position(|fact| !fact.ended);
    match (open, tape.pick(&case.ledger.subcases)) {
        (Some(at), _) => {
            let passed = tape.below(3) > 0;
            let fact = &mut case.subcases[at];
            (fact.ended, fact.reached) = (true, passed);
        }
        (None, Some(kind)) => case.subcases.push(SubcaseFact {
            ledger: kind.ledger.to_string(),
            field: kind.field.to_string(),
            title: kind.name.clone(),
            ended: false,
            reached: false,
        }),
        (None, None) => {}
    }
}

fn walk(ledger: &Ledger, people: &[Person], choices: &[u16]) {
    let mut tape = Tape::new(choices);
    let today = values::later(first_day(), i64::try_from(tape.below(360)).unwrap());
    let fields = opening(ledger, &mut tape, today);
    let mut case = Case::open(ledger, &SHIPPED, people, fields, today);
    while !tape.is_over() {
        step(&mut case, &mut tape);
    }
    let story = case.story.join("\n");
    assert!(
        reach(&case, Goal::End, &[]).is_some(),
        "no way to an end\n{story}"
    );
}

#[test]
fn every_shipped_procedure_holds_on_random_walks() {
    let cases = number("YIFA_WALKS", 12);
    let seed = [u8::try_from(number("YIFA_WALK_SEED", 0) % 256).unwrap(); 32];
    let people = people(&SHIPPED);
    let ledgers = procedures();
    assert!(ledgers.len() >= 32, "{}", ledgers.len());
    let mut failures = Vec::new();
    for ledger in ledgers {
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 400,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let outcome = runner.run(&vec(any_of::<u16>(), 0..260), |choices| {
            let walked = std::panic::catch_unwind(|| walk(ledger, &people, &choices));
            walked.map_err(|panic| {
                let said = panic.downcast_ref::<String>().cloned();
                TestCaseError::fail(said.unwrap_or_else(|| "it failed without a word".into()))
            })
        });
        if let Err(TestError::Fail(why, choices)) = outcome {
            failures.push(format!("{}: {why}\n{choices:?}", ledger.id));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// No act that nobody can do: for each there is a way from some opening.
#[test]
fn there_is_a_way_to_every_act_of_every_procedure() {
    let people = people(&SHIPPED);
    let mut unreached = Vec::new();
    for ledger in procedures() {
        // What lies on the way to one act need not be looked for again.
        let mut reached: BTreeSet<String> = BTreeSet::new();
        for opening_number in 0..40 {
            let choices = mixed(opening_number);
            let fields = opening(ledger, &mut Tape::new(&choices), first_day());
            let case = Case::open(ledger, &SHIPPED, &people, fields, first_day());
            for action in &ledger.actions {
                if !reached.contains(action.id.as_str()) {
                    let found = reach(&case, Goal::Act(&action.id), &choices);
                    let done = found.iter().flat_map(|case| case.done());
                    reached.extend(done.map(str::to_owned));
                }
            }
            if reached.len() == ledger.actions.len() {
                break;
            }
        }
        let all = ledger.actions.iter().map(|action| action.id.to_string());
        let missing = all.filter(|action| !reached.contains(action));
        unreached.extend(missing.map(|action| format!("{} {action}", ledger.id)));
    }
    assert!(unreached.is_empty(), "{unreached:#?}");
}

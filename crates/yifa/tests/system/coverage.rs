//! Every duty that bureaus report about is served by something that is there, or says what is open.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use catalogue::{
    definition::{FieldType, Ledger},
    value::Value,
};
use yifa::{
    builtin, command_names, coverage,
    demo::{DemoBureau, DemoRecord, Profile},
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn no_target_is_gone() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let list = coverage::builtin_list().expect("the list");
    let problems = coverage::problems(&list, &catalogue, &command_names());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_target_that_is_gone_is_found() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let mut list = coverage::builtin_list().expect("the list");
    for gone in [
        "ledger:gone",
        "figure:gone",
        "report:gone",
        "page:/gone",
        "command:gone",
        "gone",
    ] {
        list.duty[0].serves = vec![gone.to_owned()];
        let problems = coverage::problems(&list, &catalogue, &command_names());
        assert!(
            problems.len() == 1 && problems[0].contains(gone),
            "{gone}: {problems:?}"
        );
    }
}

#[test]
fn every_duty_is_in_the_list_once() {
    let duties = fs::read_to_string(root().join("crates/yifa/tests/system/coverage/duties.txt"));
    let duties = duties.expect("the duties");
    let all: BTreeSet<&str> = duties.lines().collect();
    let list = coverage::builtin_list().expect("the list");
    let listed: BTreeSet<&str> = list.duty.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(all.len(), 221);
    assert_eq!(listed.len(), list.duty.len(), "an id is there twice");
    assert_eq!(all, listed);
}

#[test]
fn every_named_test_exists() {
    let list = coverage::builtin_list().expect("the list");
    for duty in list.duty.iter().filter(|d| !d.test.is_empty()) {
        let (file, function) = duty.test.split_once("::").expect("file::function");
        let text = fs::read_to_string(root().join(file));
        let text = text.unwrap_or_else(|e| panic!("{}: {file}: {e}", duty.id));
        assert!(
            text.contains(&format!("fn {function}(")),
            "{}: no {function} in {file}",
            duty.id
        );
    }
}

#[test]
fn the_page_of_the_documentation_is_what_the_command_writes() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let list = coverage::builtin_list().expect("the list");
    let written = coverage::markdown(&list, &catalogue);
    let page = fs::read_to_string(root().join("docs/coverage.md")).expect("docs/coverage.md");
    assert!(
        page == written,
        "docs/coverage.md is old: yifa catalogue coverage > docs/coverage.md"
    );
}

/// Ledgers that nobody fills by hand: what writes them in the demonstration.
const WRITTEN_BY_THE_SYSTEM: &[(&str, &str)] = &[
    ("report", "the report desk: `draft_and_freeze`"),
    (
        "proactive_disclosure",
        "the publishing desk: `demo::portal`",
    ),
    ("inspection_item", "the draws: `demo::draws`"),
    ("inspection_plan", "the draws: `demo::draws`"),
];

fn records() -> Vec<DemoRecord> {
    let profiles = [Profile::Wuhai, Profile::Heping, Profile::Conghua];
    let of = |profile| DemoBureau::new(profile, 1).records().collect::<Vec<_>>();
    profiles.into_iter().flat_map(of).collect()
}

#[test]
fn every_ledger_that_serves_a_duty_is_filled_in_some_demonstration() {
    let filled: BTreeSet<&str> = records().iter().map(|r| r.ledger).collect();
    let list = coverage::builtin_list().expect("the list");
    for duty in &list.duty {
        for target in &duty.serves {
            let Some(ledger) = target.strip_prefix("ledger:") else {
                continue;
            };
            let written = WRITTEN_BY_THE_SYSTEM.iter().any(|(id, _)| *id == ledger);
            assert!(
                written || filled.contains(ledger),
                "{}: no demonstration has an entry of {ledger}",
                duty.id
            );
        }
    }
    // Nothing is excused that is filled anyway.
    for (id, _) in WRITTEN_BY_THE_SYSTEM {
        assert!(!filled.contains(id), "{id} is filled");
    }
}

#[test]
fn every_ledger_of_the_catalogue_serves_a_duty() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let list = coverage::builtin_list().expect("the list");
    let named: BTreeSet<&str> = list
        .duty
        .iter()
        .flat_map(|d| &d.serves)
        .filter_map(|target| target.strip_prefix("ledger:"))
        .collect();
    let idle: Vec<&str> = catalogue
        .ledgers()
        .map(|l| l.id.as_str())
        .filter(|id| !named.contains(id))
        .collect();
    assert!(idle.is_empty(), "nothing asks for {idle:?}");
}

#[test]
fn no_two_figures_have_the_same_name() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ledger in catalogue.ledgers() {
        for figure in &ledger.figures {
            let at = format!("{}.{}", ledger.id, figure.id);
            names.entry(&figure.name).or_default().push(at);
        }
    }
    names.retain(|_, at| at.len() > 1);
    assert!(names.is_empty(), "{names:#?}");
}

/// Pairs of ledgers whose entries may name the same thing on the same day, and why that is not the
/// same fact twice.
const TOLD_APART: &[(&str, &str, &str)] = &[(
    "law_teacher",
    "after_school_service",
    "two returns of schools, asked for on the same day of autumn",
)];

/// What an entry says happened to something on a day: a name and a date, both of its own.
fn facts(ledger: &Ledger, record: &DemoRecord) -> BTreeSet<(String, String)> {
    let text = |id: &str| match record.fields.get(id) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let of = |wanted: &dyn Fn(&FieldType) -> bool| -> Vec<String> {
        let fields = ledger.fields.iter().filter(|f| wanted(&f.kind));
        fields.filter_map(|f| text(f.id.as_str())).collect()
    };
    let names = of(&|kind| matches!(kind, FieldType::Unit | FieldType::Subject));
    // The days of the year's returns say nothing: whole ledgers share them.
    let dates = of(&|kind| matches!(kind, FieldType::Date));
    names
        .iter()
        .flat_map(|name| dates.iter().map(move |date| (name.clone(), date.clone())))
        .collect()
}

/// A fact that two ledgers keep shows itself in the demonstration: most entries of one name the
/// same unit and the same day as entries of the other.
#[test]
fn no_two_ledgers_keep_the_same_fact() {
    let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
    let mut kept: BTreeMap<&str, Vec<BTreeSet<(String, String)>>> = BTreeMap::new();
    for record in records() {
        let ledger = catalogue.ledger(record.ledger).expect("a ledger");
        let facts = facts(ledger, &record);
        if !facts.is_empty() {
            kept.entry(record.ledger).or_default().push(facts);
        }
    }
    let all: BTreeMap<&str, BTreeSet<&(String, String)>> = kept
        .iter()
        .map(|(id, entries)| (*id, entries.iter().flatten().collect()))
        .collect();
    let mut twice = Vec::new();
    for (one, entries) in &kept {
        for (other, theirs) in all.iter().filter(|(other, _)| *other != one) {
            let shared = entries
                .iter()
                .filter(|e| e.iter().any(|f| theirs.contains(f)));
            let shared = shared.count();
            let excused = TOLD_APART
                .iter()
                .any(|(a, b, _)| (a, b) == (one, other) || (b, a) == (one, other));
            if shared >= 3 && shared * 2 > entries.len() && !excused {
                twice.push(format!("{one} → {other}: {shared} of {}", entries.len()));
            }
        }
    }
    assert!(twice.is_empty(), "{twice:#?}");
}

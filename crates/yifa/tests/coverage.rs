//! Every duty that bureaus report about is served by something that is there, or says what is open.

use std::{collections::BTreeSet, fs, path::Path};

use yifa::{builtin, command_names, coverage};

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
    let duties = fs::read_to_string(root().join("crates/yifa/tests/coverage/duties.txt"));
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

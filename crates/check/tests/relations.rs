//! Every line of `data/relations.txt`, once consistent and once not, and of `data/clean.txt`.
#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use check::{Extent, Options, check};

/// A line of the fixture: the code of the rule and both texts.
fn cases() -> Vec<(&'static str, String, String)> {
    include_str!("data/relations.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (code, text) = line.split_once(": ").unwrap();
            let text = &text.replace("\\n", "\n");
            let (before, rest) = text.split_once('{').unwrap();
            let (choice, after) = rest.split_once('}').unwrap();
            let (right, wrong) = choice.split_once('|').unwrap();
            // An empty choice is the consistent one.
            let (right, wrong) = if wrong.is_empty() {
                (wrong, right)
            } else {
                (right, wrong)
            };
            (
                code,
                format!("{before}{right}{after}"),
                format!("{before}{wrong}{after}"),
            )
        })
        .collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    let options = Options {
        extent: Extent::Excerpt,
        ..Options::default()
    };
    check(text, &options)
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn figures_side_by_side_are_left_alone() {
    let noisy: Vec<_> = include_str!("data/clean.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|text| (codes(&text.replace("\\n", "\n")), text))
        .filter(|(codes, _)| !codes.is_empty())
        .collect();
    assert!(noisy.is_empty(), "{noisy:#?}");
}

#[test]
fn consistent_figures_are_left_alone() {
    let noisy: Vec<_> = cases()
        .into_iter()
        .map(|(_, right, _)| (codes(&right), right))
        .filter(|(codes, _)| !codes.is_empty())
        .collect();
    assert!(noisy.is_empty(), "{noisy:#?}");
}

#[test]
fn inconsistent_figures_are_found() {
    let missed: Vec<_> = cases()
        .into_iter()
        .map(|(code, _, wrong)| (code, codes(&wrong), wrong))
        .filter(|(code, codes, _)| !codes.contains(code))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

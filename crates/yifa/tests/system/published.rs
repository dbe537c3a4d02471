//! The demonstration years give the figures of the published reports that they reproduce.
//!
//! The mapping of every published row stands in `tests/published/`: which figure, which period and
//! dimensions, what the ledgers say, and why where that differs from print.

use std::io::Write as _;
use std::{fs, path::Path, process::Command};

use serde::Deserialize;

#[derive(Deserialize)]
struct Published {
    rows: usize,
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    indicator: String,
    published: String,
    unit: String,
    expected: String,
    verdict: String,
    #[serde(default)]
    reason: String,
}

fn mapping(name: &str) -> Published {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/published")
        .join(name);
    toml::from_str(&fs::read_to_string(path).expect("the mapping")).expect("its shape")
}

/// The lines of `figures.tsv` that the demonstration of a profile writes: indicator, value, unit.
fn figures(profile: &str) -> Vec<[String; 3]> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(["demo", "--no-serve", "--profile", profile, "--data"])
        .arg(folder.path())
        .output()
        .expect("yifa runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let table = fs::read_to_string(folder.path().join("report/figures.tsv")).expect("figures.tsv");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("indicator_id\tvalue\tunit"));
    let cells = |line: &str| -> [String; 3] {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        cells.try_into().expect("three cells")
    };
    lines.map(cells).collect()
}

#[track_caller]
fn every_row_is_shown(profile: &str, file: &str, rows: usize) {
    let published = mapping(file);
    assert_eq!(
        (published.rows, published.row.len()),
        (rows, rows),
        "no row may be left out"
    );
    let shown = figures(profile);
    assert_eq!(shown.len(), rows);
    for (row, [indicator, value, unit]) in published.row.iter().zip(&shown) {
        assert_eq!((&row.indicator, &row.unit), (indicator, unit));
        assert_eq!(&row.expected, value, "{indicator}");
        match row.verdict.as_str() {
            "same" | "about" => assert_eq!(row.published, row.expected, "{indicator}"),
            "ledger_differs" => assert!(!row.reason.is_empty(), "{indicator}: say why"),
            other => panic!("{indicator}: no verdict {other}"),
        }
    }
}

#[test]
fn all_112_figures_of_the_city_report_come_out() {
    every_row_is_shown("wuhai", "wuhai-2022.toml", 112);
}

#[test]
fn all_16_figures_of_the_district_report_come_out() {
    every_row_is_shown("heping", "heping-2024.toml", 16);
}

#[test]
fn all_13_figures_of_the_second_district_report_come_out() {
    every_row_is_shown("conghua", "conghua-2020.toml", 13);
}

/// The mapping against the published files themselves, where they are at hand.
#[test]
fn the_mapping_names_every_published_row() {
    for (file, tsv) in [
        ("wuhai-2022.toml", "wuhai-2022"),
        ("heping-2024.toml", "heping-2024"),
        ("conghua-2020.toml", "conghua-2020"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../../../shared/reports/{tsv}.figures.tsv"));
        let Ok(table) = fs::read_to_string(&path) else {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: {} not found, the mapping was not compared with it",
                path.display()
            ));
            continue;
        };
        let published = mapping(file);
        for (row, line) in published.row.iter().zip(table.lines().skip(1)) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(
                [&row.indicator, &row.published, &row.unit],
                [cells[2], cells[3], cells[4]]
            );
        }
    }
}

/// A relation between published figures: see `tests/published/relations.toml`.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Relation {
    id: String,
    sum: Vec<String>,
    equals: String,
    parts: Vec<String>,
    whole: String,
    rate: Vec<String>,
    growth: Vec<String>,
    same: Vec<String>,
    words: String,
}

#[derive(Deserialize)]
struct Relations {
    relation: Vec<Relation>,
}

fn relations() -> Vec<Relation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published/relations.toml");
    let text = fs::read_to_string(path).expect("the relations");
    toml::from_str::<Relations>(&text)
        .expect("their shape")
        .relation
}

impl Relation {
    /// Whether the values of the ledgers keep it.
    fn holds(&self, value: &dyn Fn(&str) -> f64) -> bool {
        let rounded = |exact: f64, name: &str| {
            // As many decimals as the row has: 23.8 is not 24.
            [1.0, 10.0]
                .iter()
                .any(|n| ((exact * n).round() / n - value(name)).abs() < 1e-9)
        };
        let kept = [
            self.sum.is_empty()
                || self.sum.iter().map(|n| value(n)).sum::<f64>() == value(&self.equals),
            self.parts.iter().all(|n| value(n) <= value(&self.whole)),
            self.same.iter().all(|n| value(n) == value(&self.same[0])),
            match self.rate.as_slice() {
                [of, base, rate] => rounded(100.0 * value(of) / value(base), rate),
                _ => self.rate.is_empty(),
            },
            match self.growth.as_slice() {
                [new, old, rate] => rounded(100.0 * (value(new) - value(old)) / value(old), rate),
                _ => self.growth.is_empty(),
            },
        ];
        let figures = [&self.sum, &self.parts, &self.same, &self.rate, &self.growth];
        let of_figures = figures.iter().any(|names| !names.is_empty());
        // It is one of figures, or it is said why not.
        of_figures == self.words.is_empty() && kept.iter().all(|k| *k)
    }
}

/// The ledgers' values, which the tests above hold against the system, keep every relation that is
/// one of figures.
#[test]
fn the_relations_between_published_figures_are_kept() {
    let rows: Vec<Row> = ["wuhai-2022.toml", "heping-2024.toml", "conghua-2020.toml"]
        .iter()
        .flat_map(|file| mapping(file).row)
        .collect();
    for relation in relations() {
        // The first letters name the report: two reports may call a figure the same.
        let from = match &relation.id[..4] {
            "r000" => 0..112,
            "r001" => 112..128,
            _ => 128..141,
        };
        let value = |name: &str| {
            let row = rows[from.clone()].iter().find(|r| r.indicator == name);
            let text = row.map_or(name, |r| r.expected.as_str());
            let number = text.parse::<f64>();
            number.unwrap_or_else(|_| panic!("{}: no figure {name}", relation.id))
        };
        assert!(relation.holds(&value), "{}", relation.id);
    }
}

/// Every published relation is there, where the published lists are at hand.
#[test]
fn every_published_relation_is_looked_at() {
    let mine: Vec<String> = relations().into_iter().map(|r| r.id).collect();
    for report in ["wuhai-2022", "heping-2024", "conghua-2020"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../../../shared/reports/{report}.relations.tsv"));
        let Ok(table) = fs::read_to_string(&path) else {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: {} not found",
                path.display()
            ));
            continue;
        };
        for line in table.lines().skip(1) {
            let id = line.split('\t').next().expect("an id");
            assert!(mine.iter().any(|m| m == id), "{id} is not looked at");
        }
    }
}

//! House rules that a program can check. Each failure names the remedy.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The arrows of docs/ARCHITECTURE.md: who may use whom.
const ARROWS: [(&str, &[&str]); 12] = [
    ("values", &[]),
    ("diagnostic", &[]),
    ("proof", &[]),
    ("catalogue", &["values", "diagnostic"]),
    ("kernel", &["catalogue", "values", "diagnostic"]),
    ("check", &["values", "diagnostic"]),
    ("office", &["values", "diagnostic"]),
    ("store", &["values"]),
    (
        "app",
        &[
            "values",
            "diagnostic",
            "catalogue",
            "kernel",
            "proof",
            "check",
            "office",
            "store",
        ],
    ),
    ("web", &["app"]),
    (
        "yifa",
        &[
            "values",
            "diagnostic",
            "catalogue",
            "proof",
            "check",
            "office",
            "app",
            "web",
        ],
    ),
    ("typeset", &[]),
];

fn dependencies(manifest: &toml::Table, table: &str) -> Vec<String> {
    let found = manifest.get(table).and_then(toml::Value::as_table);
    found
        .map(|t| t.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn arrows_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for entry in fs::read_dir(root().join("crates")).expect("the crates are there") {
        let folder = entry.expect("a folder").path();
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = text.parse().expect("TOML");
        let allowed = allowed.get(name.as_str());
        let allowed = allowed.unwrap_or_else(|| panic!("{name}: give it a place in ARROWS"));
        for used in dependencies(&manifest, "dependencies") {
            let ours = ARROWS.iter().any(|(known, _)| *known == used);
            assert!(
                !ours || allowed.contains(&used.as_str()),
                "{name} uses {used}: turn the arrow round, see docs/ARCHITECTURE.md"
            );
        }
    }
}

/// Crates that do no I/O, read no clock and use no async.
const PURE: [&str; 6] = [
    "values",
    "diagnostic",
    "proof",
    "catalogue",
    "kernel",
    "check",
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The text of a file without its tests, which may read fixtures.
fn without_tests(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("readable");
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests") || path.ends_with("tests.rs")
}

#[test]
fn domain_crates_know_only_values() {
    for name in PURE {
        let mut files = Vec::new();
        rust_files(&root().join("crates").join(name).join("src"), &mut files);
        for path in files.iter().filter(|p| !is_test(p)) {
            let text = without_tests(path);
            for banned in [
                "std::fs",
                "std::net",
                "std::process",
                "std::thread::sleep",
                "async fn",
            ] {
                assert!(
                    !text.contains(banned),
                    "{}: {banned} belongs into app, store or yifa",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn sql_is_in_the_store_only() {
    for name in ["app", "web", "kernel", "yifa"] {
        let mut files = Vec::new();
        rust_files(&root().join("crates").join(name).join("src"), &mut files);
        for path in files.iter().filter(|p| !is_test(p)) {
            let text = without_tests(path);
            for banned in ["SELECT ", "INSERT INTO", "DELETE FROM", "rusqlite"] {
                assert!(
                    !text.contains(banned),
                    "{}: {banned} belongs into crates/store",
                    path.display()
                );
            }
        }
    }
}

/// Where the system makes a row filter for itself: what it answers there is no list of entries that
/// somebody asked for, or it is authorised in the same function.
const OWN_FILTERS: [(&str, &str); 9] = [
    ("authorise.rs", "the one place that decides"),
    (
        "collection.rs",
        "counts of a unit, shown where the ledger may be read",
    ),
    ("facts.rs", "what a procedure knows of its subcases"),
    (
        "figures.rs",
        "sums; who may look at figures sees all of the organ",
    ),
    (
        "joint.rs",
        "entries joined to one that was authorised, each asked for again",
    ),
    ("listing.rs", "small ledgers that the system keeps"),
    (
        "handover.rs",
        "the work of somebody who leaves, each entry asked for again",
    ),
    (
        "personal_data.rs",
        "what is past its term, for who keeps personal data",
    ),
    ("register.rs", "certificates of officers"),
];

#[test]
fn row_filters_are_made_where_somebody_has_looked() {
    for name in ["app", "web", "yifa"] {
        let mut files = Vec::new();
        rust_files(&root().join("crates").join(name).join("src"), &mut files);
        for path in files.iter().filter(|p| !is_test(p)) {
            let file = path.file_name().expect("a name").to_string_lossy();
            let known = name == "app" && OWN_FILTERS.iter().any(|(known, _)| *known == file);
            assert!(
                known || !without_tests(path).contains("RowFilter::"),
                "{}: ask `authorise` for the rows, or say in OWN_FILTERS why not",
                path.display()
            );
        }
    }
}

/// Licences under which a stranger may enter the house; an expression is fine when every name in
/// it is one of these (or stands beside one with OR).
const LICENCES: [&str; 10] = [
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "Zlib",
    "Unlicense",
    "0BSD",
    "Unicode-3.0",
    "BSL-1.0",
    "ISC",
    // The list of the public authorities of the web: data.
    "CDLA-Permissive-2.0",
];

fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], "");
    expression.split(" AND ").all(|part| {
        part.split(" OR ").any(|name| {
            let name = name.trim();
            LICENCES.contains(&name.split(" WITH ").next().unwrap_or(name))
        })
    })
}

/// What cargo knows of the crates, by the lock file alone.
fn metadata() -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn strangers_have_licences_that_we_may_keep() {
    let metadata = metadata();
    // The page-setter is a program of its own, outside the default members.
    let reached = reached_without(&metadata, "typeset");
    for package in metadata["packages"].as_array().expect("packages") {
        let id = package["id"].as_str().unwrap_or_default();
        if !reached.contains(id) {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(
            is_allowed(licence),
            "{}: {licence}: take another crate",
            package["name"]
        );
    }
}

/// Crates that come in more than one version, outside of the page-setter, with who brings the older
/// one. A version more is code more to watch: a new line here needs a reason.
const TWICE: &[(&str, &str)] = &[
    ("base64", "cel and postgres"),
    ("block-buffer", "bls12_381"),
    ("const-oid", "x509-cert, of postgres over TLS"),
    ("cpufeatures", "bls12_381"),
    ("crypto-common", "bls12_381"),
    ("der", "x509-cert, of postgres over TLS"),
    (
        "digest",
        "bls12_381 hashes to the curve with the generation before",
    ),
    ("fallible-iterator", "postgres"),
    ("getrandom", "ring"),
    ("hashbrown", "libflate, of the dictionary"),
    ("nom", "cel"),
    ("sha2", "bls12_381"),
    ("spki", "x509-cert, of postgres over TLS"),
    ("syn", "macros, at build time only"),
    ("wasi", "mio and wasite, on no platform of ours"),
    ("windows-sys", "ring, on no platform of ours"),
];

#[test]
fn no_stranger_comes_twice_without_a_reason() {
    let metadata = metadata();
    let reached = reached_without(&metadata, "typeset");
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("packages") {
        if reached.contains(package["id"].as_str().unwrap_or_default()) {
            let name = package["name"].as_str().unwrap_or_default();
            *versions.entry(name).or_default() += 1;
        }
    }
    versions.retain(|name, count| *count > 1 && !TWICE.iter().any(|(known, _)| known == name));
    assert!(
        versions.is_empty(),
        "{versions:?}: bring the versions together, or write down why not"
    );
}

/// What is built is what was looked at: from the one registry, under a checksum, from no branch of
/// anybody's repository.
#[test]
fn strangers_come_from_the_registry_under_a_checksum() {
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file");
    let lock: toml::Table = text.parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    assert!(packages.len() > 100);
    for package in packages {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        let Some(source) = text("source") else {
            let name = text("name").unwrap_or_default();
            assert!(
                ARROWS.iter().any(|(ours, _)| *ours == name),
                "{name}: from nowhere"
            );
            continue;
        };
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(source, registry, "{:?}", text("name"));
        let checksum = text("checksum").unwrap_or_default();
        assert!(checksum.len() == 64, "{:?} has no checksum", text("name"));
    }
}

fn reached_without(
    metadata: &serde_json::Value,
    left_out: &str,
) -> std::collections::BTreeSet<String> {
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let used = node["dependencies"].as_array().into_iter().flatten();
        let used = used.filter_map(|d| d.as_str()).collect();
        edges.insert(node["id"].as_str().unwrap_or_default(), used);
    }
    let ours = metadata["packages"].as_array().into_iter().flatten();
    let ours = ours.filter(|p| p["source"].is_null() && p["name"] != left_out);
    let mut open: Vec<&str> = ours.filter_map(|p| p["id"].as_str()).collect();
    let mut reached = std::collections::BTreeSet::new();
    while let Some(id) = open.pop() {
        if reached.insert(id.to_owned()) {
            open.extend(edges.get(id).into_iter().flatten());
        }
    }
    reached
}

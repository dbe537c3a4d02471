//! `yifa catalogue`: what is wrong with a definition, where, and what to do.

use std::fs;

use crate::cli::program::yifa;

const WRONG: &str = r#"id = "reading_circle"
name = "读书会"
section = "legal"
effective = 2021-01-01
date = "held_on"

[[field]]
id = "held_on"
name = "日期"
type = "dat"

[[figure]]
id = "reading_circles"
name = "读书会"
unit = "次"
count = "entries"
when = 'entry.nothing == 1'
"#;

/// A folder with one own ledger.
fn overlay(text: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("legal_education");
    fs::create_dir(&module).unwrap();
    fs::write(module.join("reading_circle.toml"), text).unwrap();
    folder
}

#[test]
fn what_is_built_in_is_sound() {
    let run = yifa(&["catalogue", "check"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("没有问题"), "{run:?}");
}

#[test]
fn a_mistake_is_shown_with_line_caret_and_remedy() {
    let folder = overlay(WRONG.as_bytes());
    let path = folder.path().to_str().unwrap();
    let run = yifa(&["catalogue", "check", "--overlay", path]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("reading_circle.toml:10:8"), "{}", run.out);
    assert!(run.out.contains("10 | type = \"dat\""), "{}", run.out);
    assert!(run.out.contains("^^^"), "{}", run.out);
    assert!(run.out.contains("建议"), "{}", run.out);
    for command in [
        ["serve", "--data", "nowhere"],
        ["log", "verify", "--data=x"],
    ] {
        let refused = yifa(&[&command[..], &["--overlay", path]].concat());
        assert_eq!(refused.code, 2, "{refused:?}");
    }
}

#[test]
fn machines_read_the_same_findings() {
    let folder = overlay(WRONG.as_bytes());
    let path = folder.path().to_str().unwrap();
    let run = yifa(&["catalogue", "check", "--overlay", path, "--format", "json"]);
    assert_eq!(run.code, 1);
    let found: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(found.to_string().contains("reading_circle.toml"), "{found}");
    let run = yifa(&["catalogue", "check", "--overlay", path, "--format", "sarif"]);
    assert_eq!(run.code, 1);
    let sarif: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
    yifa(&["catalogue", "check", "--format", "xml"]).fails_with("sarif");
}

#[test]
fn garbage_is_refused_with_a_place_and_never_a_panic() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("id = \"{}\"", "长".repeat(1_000_000));
    let garbage: [&[u8]; 9] = [
        b"",
        b"\xff\xfe\x00\x01",
        b"id = ",
        b"[[field]\n",
        b"id = \"a\"\nid = \"b\"\n",
        b"overlay = \"no_such_ledger\"\n",
        b"id = 7\nname = []\n[[field]]\nid = {}\n",
        deep.as_bytes(),
        long.as_bytes(),
    ];
    for text in garbage {
        let folder = overlay(text);
        let path = folder.path().to_str().unwrap();
        let run = yifa(&["catalogue", "check", "--overlay", path]);
        let start = String::from_utf8_lossy(&text[..text.len().min(40)]).into_owned();
        assert_eq!(run.code, 1, "{start}: {}", run.err);
        assert!(run.out.contains("错误["), "{start}: {}", run.out);
        assert!(
            run.out.contains("reading_circle.toml"),
            "{start}: {}",
            run.out
        );
    }
}

#[test]
fn ledgers_are_listed_and_shown() {
    let run = yifa(&["catalogue", "list"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("complaint") && run.out.contains("投诉诉求办理"));
    let run = yifa(&["catalogue", "show", "complaint"]);
    assert_eq!(run.code, 0);
    for known in ["投诉诉求办理", "受理日期", "投诉诉求办结率"] {
        assert!(run.out.contains(known), "{known}: {}", run.out);
    }
    yifa(&["catalogue", "show", "no_such"]).fails_with("catalogue list");
    yifa(&["catalogue", "check", "/no/such/folder"]).fails_with("/no/such/folder");
    let run = yifa(&["catalogue", "schema"]);
    assert_eq!(run.code, 0);
    let schema: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(schema["$schema"].is_string(), "{schema}");
}

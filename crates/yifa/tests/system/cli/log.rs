//! `yifa log`: verify, checkpoint, prove.

use std::fs;

use crate::cli::program::{copy, over, yifa};

#[test]
fn what_nobody_touched_is_sound() {
    let data = copy();
    let run = yifa(&over(&["log", "verify"], data.path()));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("全部相符"), "{run:?}");
}

#[test]
fn a_changed_byte_of_the_file_is_found_with_table_and_row() {
    let data = copy();
    let file = data.path().join("yifa.db");
    let mut bytes = fs::read(&file).unwrap();
    // A digit in the body of the event written last: what stands before it in the file may be left
    // over from a page that was split.
    let body = br#"{"type":"opened","fields":{"#;
    let at = bytes.windows(body.len()).rposition(|w| w == body).unwrap();
    let digit = at + bytes[at..].iter().position(u8::is_ascii_digit).unwrap();
    bytes[digit] = if bytes[digit] == b'7' { b'8' } else { b'7' };
    fs::write(&file, bytes).unwrap();
    let run = yifa(&over(&["log", "verify"], data.path()));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("event 表，记录 "), "{run:?}");
    assert!(run.out.contains("处不符"), "{run:?}");
}

#[test]
fn a_checkpoint_is_a_signed_note() {
    let data = copy();
    let run = yifa(&over(&["log", "checkpoint"], data.path()));
    assert_eq!(run.code, 0, "{run:?}");
    let mut lines = run.out.lines();
    assert_eq!(lines.next(), Some("yifa.example/log"));
    assert!(lines.next().unwrap().parse::<u64>().unwrap() > 100);
    assert!(run.out.contains("\n\n— yifa.example/log "), "{run:?}");
    assert!(run.out.contains("验证公钥：yifa.example/log+"), "{run:?}");
}

#[test]
fn every_event_of_an_entry_is_proved() {
    let data = copy();
    let file = fs::read(data.path().join("yifa.db")).unwrap();
    let text = String::from_utf8_lossy(&file);
    // A leaf names its entry: `"entry":"<uuid>"`.
    let (_, rest) = text.split_once("\"entry\":\"").unwrap();
    let entry = &rest[..36];
    let run = yifa(&over(&["log", "prove", entry], data.path()));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("c2sp.org/tlog-proof@v1"), "{run:?}");
    assert!(run.out.contains(entry), "{run:?}");
    let unknown = "01859e8e-0000-789b-a3e1-8ed4536db636";
    yifa(&over(&["log", "prove", unknown], data.path())).fails_with(unknown);
}

#[test]
fn a_folder_without_data_is_not_made_into_one() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("nothing");
    for command in ["verify", "checkpoint"] {
        yifa(&over(&["log", command], &nothing)).fails_with("--data");
    }
    assert!(!nothing.exists());
}

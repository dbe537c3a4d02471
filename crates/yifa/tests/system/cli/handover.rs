//! `yifa backup` and `yifa restore`: all that a data folder keeps but its keys.

use std::{fs, path::Path};

use app::{Files, Target};

use crate::cli::program::{copy_folder, demo, over, yifa};

/// All that a folder keeps.
const ALL: [&str; 6] = [
    "yifa.db",
    "inbox.db",
    "portal.toml",
    "files",
    "log.key",
    "secret.key",
];

/// A folder with files of the demonstration.
fn with(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let (from, to) = (demo().join(name), folder.path().join(name));
        match from.is_dir() {
            true => copy_folder(&from, &to),
            false => drop(fs::copy(&from, &to).unwrap()),
        }
    }
    folder
}

fn inbox_of(data: &Path) -> (u64, Vec<u8>) {
    let target = Target::SqliteFile(data.join("inbox.db"));
    let mut bytes = Vec::new();
    let store = app::open_store(&target).unwrap();
    let handed = store.hand_over(&Files::memory(), &mut bytes).unwrap();
    (handed.rows, bytes)
}

#[test]
fn what_citizens_handed_in_comes_back_with_the_rest() {
    let old = with(&ALL);
    // A line about holidays that says nothing: the file itself goes along.
    fs::write(old.path().join("calendar.txt"), "# 还没有通知\n").unwrap();
    let new = with(&["log.key", "secret.key"]);
    let file = new.path().join("all.backup");
    let run = |command: &str, file: &Path, data: &Path| {
        yifa(&over(&[command, file.to_str().unwrap()], data))
    };
    let written = run("backup", &file, old.path());
    assert_eq!(written.code, 0, "{written:?}");
    let names = fs::read_dir(new.path()).unwrap();
    assert_eq!(names.count(), 3, "nothing half written lies about");

    let restored = run("restore", &file, new.path());
    assert_eq!(restored.code, 0, "{restored:?}");
    let (rows, inbox) = inbox_of(old.path());
    assert!(rows > 20, "the demonstration has an in-box: {rows}");
    assert!(
        inbox_of(new.path()).1 == inbox,
        "receipts and answers are there"
    );
    for name in ["portal.toml", "calendar.txt"] {
        let read = |data: &Path| fs::read(data.join(name)).unwrap();
        assert_eq!(read(new.path()), read(old.path()), "{name}");
    }
    let again = new.path().join("again.backup");
    assert_eq!(run("backup", &again, new.path()).code, 0);
    assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap());

    // Where there is an in-box already, nothing is touched.
    let taken = with(&["log.key", "secret.key", "inbox.db"]);
    let before = fs::read(taken.path().join("inbox.db")).unwrap();
    run("restore", &file, taken.path()).fails_with("inbox.db 已存在");
    assert!(!taken.path().join("yifa.db").exists());
    assert!(fs::read(taken.path().join("inbox.db")).unwrap() == before);
}

#[test]
fn a_backup_that_is_refused_leaves_no_in_box() {
    let old = with(&ALL);
    let new = with(&["log.key", "secret.key"]);
    let file = old.path().join("all.backup");
    assert_eq!(
        yifa(&over(&["backup", file.to_str().unwrap()], old.path())).code,
        0
    );
    let mut bytes = fs::read(&file).unwrap();
    let near_the_end = bytes.len() - 400;
    bytes[near_the_end] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let run = yifa(&over(&["restore", file.to_str().unwrap()], new.path()));
    assert_eq!(run.code, 2, "{run:?}");
    let mut left: Vec<String> = fs::read_dir(new.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".key"))
        .collect();
    left.retain(|name| name != "files");
    assert!(left.is_empty(), "{left:?}");
}

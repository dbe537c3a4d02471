//! The power goes at every write of an act: afterwards there is the whole act, or nothing of it.
//!
//! SQLite writes a transaction to its write-ahead log page by page before anything else. So the
//! database is copied as it stood before the act, with every beginning of what the act wrote to
//! that log: whole pages and torn ones. Each copy is opened as after a restart.

use std::{fs, path::Path};

use app::{Files, Target};

use crate::office::{Office, text};

/// A page of the write-ahead log, with its header.
const FRAME: usize = 8192 + 24;

#[test]
fn after_a_power_cut_there_is_the_whole_act_or_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::at(folder.path());
    let case = office.files_case("案1");
    let (app, who) = (&office.app, &office.officer);
    let paper = app
        .write_paper(who, &case, "decision", None, text("决定。"), "")
        .unwrap();
    app.checkpoint().unwrap();
    let (database, log) = (
        folder.path().join("yifa.db"),
        folder.path().join("yifa.db-wal"),
    );
    let before = fs::read(&log).unwrap().len();
    // One act that writes everywhere: number, paper, event, leaf, tiles, entry, values, deadlines.
    app.sign_paper(who, &case, &paper, 1, app.clock.today())
        .unwrap();
    let (base, written) = (fs::read(&database).unwrap(), fs::read(&log).unwrap());
    assert!(
        written.len() >= before + 5 * FRAME,
        "{} bytes",
        written.len() - before
    );
    let mut seen = [0, 0];
    let mut cut = before;
    while cut <= written.len() {
        for torn in [0, FRAME / 2] {
            let end = (cut + torn).min(written.len());
            let whole = restart(&base, &written[..end], &case, &paper);
            seen[usize::from(whole)] += 1;
            assert_eq!(
                whole,
                end == written.len(),
                "cut at {end} of {}",
                written.len()
            );
        }
        cut += FRAME;
    }
    assert!(seen[0] > 10 && seen[1] > 0, "{seen:?}");
}

/// Opens what a power cut left; says whether the act is there, and that it is whole or not at all.
fn restart(base: &[u8], log: &[u8], case: &str, paper: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("yifa.db"), base).unwrap();
    fs::write(path("yifa.db-wal"), log).unwrap();
    let office = Office::over(&Target::SqliteFile(path("yifa.db")), files(folder.path()));
    let (app, who) = (&office.app, &office.officer);
    let entry = app.entry(who, case).unwrap();
    let signed = app
        .case_paper(who, case, paper)
        .unwrap()
        .in_force()
        .is_some();
    let history = app.history(who, case).unwrap();
    assert_eq!(entry.state.revision, if signed { 3 } else { 2 });
    assert_eq!(history.len() as u32, entry.state.revision);
    let report = app.verify_log(|_, _| ()).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    if !signed {
        // The number was given back with the rest.
        app.sign_paper(who, case, paper, 1, app.clock.today())
            .unwrap();
    }
    let found = app.case_paper(who, case, paper).unwrap();
    let number = found.in_force().unwrap().number.clone();
    assert_eq!(number.as_deref(), Some("云教罚决字〔2023〕1号"));
    signed
}

fn files(folder: &Path) -> Files {
    Files::folder(folder.join("files"))
}

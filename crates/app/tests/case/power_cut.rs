//! The power goes at every write of an act: afterwards there is the whole act, or nothing of it.
//!
//! SQLite writes a transaction to its write-ahead log page by page before anything else. So the
//! database is copied as it stood before the act, with every beginning of what the act wrote to
//! that log: whole pages and torn ones. Each copy is opened as after a restart.

use std::{fs, path::Path};

use app::{Files, Target};
use catalogue::value::Fields;

use crate::office::{Office, jpeg, photo, text};

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
    // One act that writes everywhere: number, paper, event, leaf, tiles, entry, values, deadlines.
    cut_everywhere(
        folder.path(),
        || {
            app.sign_paper(who, &case, &paper, 1, app.clock.today())
                .unwrap();
        },
        |office| signed_or_not(office, &case, &paper),
    );
}

#[test]
fn after_a_power_cut_the_case_has_moved_on_wholly_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::at(folder.path());
    let case = office.files_case("案1");
    let (app, who) = (&office.app, &office.officer);
    office.signs(&case, "decision");
    app.add_evidence(who, &case, photo(), &jpeg(1)).unwrap();
    app.checkpoint().unwrap();
    let decide = |office: &Office| {
        let fields = Fields::new();
        office
            .app
            .act(&office.officer, &case, None, "decide", fields, None)
    };
    cut_everywhere(
        folder.path(),
        || decide(&office).unwrap(),
        |office| {
            let state = office.app.entry(&office.officer, &case).unwrap().state;
            let history = office.app.history(&office.officer, &case).unwrap();
            let done = state.stage.as_deref() == Some("decided");
            assert_eq!(
                (state.revision, history.len()),
                if done { (5, 5) } else { (4, 4) }
            );
            // It stopped with the act, or runs on without it.
            let running = office.app.board(&office.head, None, None, 10).unwrap();
            let open: u64 = running.iter().map(|group| group.count).sum();
            assert_eq!(open, u64::from(!done));
            assert_eq!(decide(office).is_ok(), !done);
            done
        },
    );
}

/// Does something, and then, for every beginning of what it wrote, starts again after a power cut
/// there: `look` says whether the act is there. It is, only once everything was written.
fn cut_everywhere(folder: &Path, act: impl FnOnce(), look: impl Fn(&Office) -> bool) {
    let (database, log) = (folder.join("yifa.db"), folder.join("yifa.db-wal"));
    let before = fs::read(&log).unwrap().len();
    act();
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
            let whole = restart(&base, &written[..end], &look);
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

/// Opens what a power cut left; says whether the act is there. The log is sound either way.
fn restart(base: &[u8], log: &[u8], look: &impl Fn(&Office) -> bool) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("yifa.db"), base).unwrap();
    fs::write(path("yifa.db-wal"), log).unwrap();
    let files = Files::memory();
    let office = Office::over(&Target::SqliteFile(path("yifa.db")), files);
    let findings = office.app.verify_log(|_, _| ()).unwrap().findings;
    // The evidence itself lies elsewhere, and was on the disk before its event.
    let in_the_books = findings.iter().filter(|f| f.table != "证据文件");
    assert_eq!(in_the_books.count(), 0, "{findings:?}");
    look(&office)
}

/// Whether a paper was signed, wholly or not at all; if not, it can be signed now.
fn signed_or_not(office: &Office, case: &str, paper: &str) -> bool {
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

//! A hand-over is taken when its log says so, and taken away again when not.

use app::Target;

use crate::{
    annual::YEAR,
    office::{app_over, office_in_a_file, over},
};

#[test]
fn a_hand_over_is_taken_when_its_log_says_so_and_taken_away_again_when_not() {
    let office = office_in_a_file();
    office.import(&YEAR);
    office.app.checkpoint().expect("it signs");
    let files = app::Files::memory();
    let written = |target: &Target| {
        let store = app::open_store(target).expect("it opens");
        let mut bytes = Vec::new();
        store.hand_over(&files, &mut bytes).expect("it is written");
        bytes
    };
    let here = Target::SqliteFile(office.database.clone());
    while office.app.index_search(100).expect("it indexes") > 0 {}
    let sound = written(&here);

    // Somebody changes a row behind the system's back, then hands over.
    let file = rusqlite::Connection::open(&office.database).expect("it opens");
    let sql = "UPDATE event SET body = replace(body, '违规补课', '违规办学')";
    assert!(file.execute(sql, []).expect(sql) > 0);
    drop(file);
    let changed = written(&here);
    assert_ne!(changed, sound);

    let target = match Target::scratch() {
        Target::SqliteMemory => Target::SqliteFile(office.database.with_file_name("there.db")),
        server => server,
    };
    let take = |bytes: &[u8]| {
        let taken = app::handover::take_over(&target, &files, bytes, &mut |_, _| Ok(()));
        app_over(taken.expect("it is whole").0)
    };
    let report = take(&changed).settle_in(|_, _| ()).expect("it reads");
    assert!(
        report.findings.iter().any(|f| f.table == "event"),
        "{:?}",
        report.findings
    );
    // The place is empty again: the sound one fits in, and all of it is there.
    let report = take(&sound).settle_in(|_, _| ()).expect("it reads");
    assert!(report.is_clean(), "{:?}", report.findings);
    let there = over(&target);
    assert!(written(&target) == sound, "the same byte for byte");
    let clerk = there
        .actor_by_login("clerk")
        .expect("readable")
        .expect("there");
    let found = there.search(&clerk, "乱收费").expect("it searches");
    assert_eq!(found.len(), 1, "the words were taken into the index");
}

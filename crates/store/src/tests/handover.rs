//! Hand-overs: the same system elsewhere, byte for byte, or nothing.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::engines::{Kind, on, on_both_engines};
use super::samples::{LEDGER, ORGAN, store};
use crate::engine::Role;
use crate::handover::{self, tables};
use crate::migrate::{self, SQLITE, run_list};
use crate::store::connect;
use crate::{Files, HandoverError, SearchText, Store, StoreError, Target};

on_both_engines! {
    a_system_taken_over_is_the_same_byte_for_byte
    a_file_that_is_not_whole_or_not_ours_leaves_nothing
    what_was_loaded_is_nobodys_until_it_is_accepted
    nothing_is_loaded_over_something
    an_older_systems_file_is_brought_up_to_date
    a_newer_systems_file_is_refused
    indexes_and_what_the_planner_is_told_are_as_in_a_new_place
}

const EVIDENCE: &[u8] = b"evidence";

fn hash_of(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().map(|b| format!("{b:02x}")).collect()
}

/// A system with a past and a piece of evidence.
fn lived() -> (Store, Files) {
    let store = store();
    super::story::live(&store);
    let files = Files::memory();
    files.put(ORGAN, &hash_of(EVIDENCE), EVIDENCE).unwrap();
    (store, files)
}

fn handed_over(store: &Store, files: &Files) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.hand_over(files, &mut bytes).unwrap();
    bytes
}

fn a_system_taken_over_is_the_same_byte_for_byte() {
    let (store, files) = lived();
    let bytes = handed_over(&store, &files);
    assert_eq!(handed_over(&store, &files), bytes, "the same twice");
    // Onto the engine under test, and onto the other one and back.
    for target in [super::engines::fresh(), Target::SqliteMemory] {
        let there = Files::memory();
        let (copy, handed) = Store::take_over(&target, &there, &bytes[..]).unwrap();
        assert!(handed.rows > 30, "{handed:?}");
        assert_eq!(handed.files, 1);
        copy.accept().unwrap();
        assert!(handed_over(&copy, &there) == bytes, "{target}");
        let mut kept = Vec::new();
        let file = there.open(ORGAN, &hash_of(EVIDENCE)).unwrap();
        file.unwrap().read_to_end(&mut kept).unwrap();
        assert_eq!(kept, EVIDENCE);
        let back = Files::memory();
        let target = super::engines::fresh();
        let (back_store, _) = copy.copy_to(&there, &target, &back).unwrap();
        back_store.accept().unwrap();
        assert!(handed_over(&back_store, &back) == bytes, "{target}");
        it_goes_on(&back_store);
    }
}

/// The numbers that the engine gives continue after those that came.
fn it_goes_on(store: &Store) {
    store
        .write(|db| {
            let lines = db.audit(ORGAN, None, 1_000)?;
            let newest = lines.first().cloned().unwrap();
            db.put_audit(std::slice::from_ref(&newest))?;
            let after = db.audit(ORGAN, None, 1)?.remove(0);
            assert!(after.audit_id > newest.audit_id);
            db.queue_search(&[SearchText {
                organ_id: ORGAN.into(),
                ledger: LEDGER.into(),
                entry_id: "later".into(),
                text: "后来的记录".into(),
                ..SearchText::default()
            }])?;
            while db.index_pending(100)? > 0 {}
            let found = db.search(ORGAN, &crate::SearchWithin::ledger(None), "后来", None, 5)?;
            assert_eq!(found.len(), 1);
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

fn a_file_that_is_not_whole_or_not_ours_leaves_nothing() {
    let (store, files) = lived();
    let bytes = handed_over(&store, &files);
    let target = super::engines::fresh();
    let refused = |bytes: &[u8]| {
        let error = Store::take_over(&target, &Files::memory(), bytes)
            .map(|_| ())
            .unwrap_err();
        // Nothing is left: it is an empty place for the next one.
        let again = Store::take_over(&target, &Files::memory(), &b"yifa hand"[..]);
        assert!(matches!(again, Err(HandoverError::Foreign)));
        error
    };
    for end in [
        0,
        10,
        16,
        19,
        40,
        bytes.len() / 2,
        bytes.len() - 40,
        bytes.len() - 1,
    ] {
        let error = refused(&bytes[..end]);
        assert!(
            matches!(error, HandoverError::Cut | HandoverError::Foreign),
            "{end}: {error:?}"
        );
    }
    assert!(matches!(
        refused(b"PK\x03\x04 some archive of others"),
        HandoverError::Foreign
    ));
    // One bit, anywhere.
    for at in (16..bytes.len()).step_by(bytes.len() / 20) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        refused(&changed);
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(refused(&longer), HandoverError::Damaged(_)));
    // Evidence that is not what its name says, with a checksum made to fit.
    let mut changed = bytes.clone();
    let at = changed
        .windows(EVIDENCE.len())
        .rposition(|w| w == EVIDENCE)
        .unwrap();
    changed[at] = b'E';
    let end = changed.len() - 32;
    let sum = Sha256::digest(&changed[..end]);
    changed[end..].copy_from_slice(&sum);
    assert!(matches!(
        refused(&changed),
        HandoverError::Store(StoreError::Corrupt { .. })
    ));
    let (whole, _) = Store::take_over(&target, &Files::memory(), &bytes[..]).unwrap();
    whole.accept().unwrap();
}

fn what_was_loaded_is_nobodys_until_it_is_accepted() {
    let (store, files) = lived();
    let bytes = handed_over(&store, &files);
    let folder = tempfile::tempdir().unwrap();
    let targets = match super::engines::fresh() {
        Target::SqliteMemory => Target::SqliteFile(folder.path().join("yifa.db")),
        server => server,
    };
    let take = || {
        Store::take_over(&targets, &Files::memory(), &bytes[..])
            .unwrap()
            .0
    };
    let loaded = take();
    let early = Store::open(&targets).map(drop);
    assert!(matches!(early, Err(StoreError::Unaccepted)), "{early:?}");
    loaded.reject().unwrap();
    let loaded = take();
    loaded.accept().unwrap();
    drop(loaded);
    let opened = Store::open(&targets).unwrap();
    assert!(handed_over(&opened, &files) == bytes);
    // An accepted system cannot be taken away by mistake.
    opened.reject().unwrap();
    Store::open(&targets).unwrap();
}

fn nothing_is_loaded_over_something() {
    let (store, files) = lived();
    let bytes = handed_over(&store, &files);
    let folder = tempfile::tempdir().unwrap();
    let target = match super::engines::fresh() {
        Target::SqliteMemory => Target::SqliteFile(folder.path().join("yifa.db")),
        server => server,
    };
    let there = Store::open(&target).unwrap();
    let refused = Store::take_over(&target, &files, &bytes[..]).map(drop);
    assert!(
        matches!(refused, Err(HandoverError::NotEmpty)),
        "{refused:?}"
    );
    there.read(|db| db.organs()).unwrap();
}

fn an_older_systems_file_is_brought_up_to_date() {
    let old = connect(&super::engines::fresh(), Role::Writer).unwrap();
    run_list(&old, &SQLITE[..1]).unwrap();
    old.put_meta("a", "b").unwrap();
    let mut bytes = Vec::new();
    handover::write(&old, &Files::memory(), &mut bytes).unwrap();
    let target = super::engines::fresh();
    let (store, _) = Store::take_over(&target, &Files::memory(), &bytes[..]).unwrap();
    store.accept().unwrap();
    assert_eq!(store.read(|db| db.meta("a")).unwrap().as_deref(), Some("b"));
    assert_eq!(store.read(migrate::found).unwrap() as usize, SQLITE.len());
    super::story::live(&store);
}

fn a_newer_systems_file_is_refused() {
    let (store, files) = lived();
    let mut bytes = handed_over(&store, &files);
    let newer = u32::try_from(SQLITE.len()).unwrap() + 1;
    bytes[16..20].copy_from_slice(&newer.to_be_bytes());
    let refused = Store::take_over(&super::engines::fresh(), &files, &bytes[..]).map(drop);
    assert!(
        matches!(
            refused,
            Err(HandoverError::Store(StoreError::TooNew { .. }))
        ),
        "{refused:?}"
    );
}

/// Indexes with their statements, and what the planner of a file is told.
fn indexes(store: &Store) -> Vec<[String; 3]> {
    let read = |db: &crate::Db| {
        let sql: &[&str] = match db.engine {
            crate::engine::Engine::Sqlite(_) => &[
                "SELECT name, tbl_name, COALESCE(sql, '') FROM sqlite_schema
                 WHERE type = 'index' ORDER BY name",
                "SELECT COALESCE(idx, ''), tbl, stat FROM sqlite_stat1 ORDER BY tbl, idx",
            ],
            // The statements name their schema, which is another for each place.
            crate::engine::Engine::Postgres(_) => {
                &["SELECT indexname::text COLLATE \"C\", tablename::text,
                 replace(indexdef, schemaname || '.', '') FROM pg_indexes
                 WHERE schemaname = current_schema() ORDER BY 1"]
            }
        };
        let mut out = Vec::new();
        for sql in sql {
            out.extend(db.query(sql, &[], |row| {
                Ok([row.text(0)?, row.text(1)?, row.text(2)?])
            })?);
        }
        if let crate::engine::Engine::Sqlite(_) = db.engine {
            let mode = db.query("PRAGMA journal_mode", &[], |row| row.text(0))?;
            out.push([mode.concat(), String::new(), String::new()]);
        }
        Ok::<_, StoreError>(out)
    };
    store.read(read).unwrap()
}

fn indexes_and_what_the_planner_is_told_are_as_in_a_new_place() {
    let (store, files) = lived();
    let bytes = handed_over(&store, &files);
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| match super::engines::fresh() {
        Target::SqliteMemory => Target::SqliteFile(folder.path().join(name)),
        server => server,
    };
    let new = Store::open(&place("new.db")).unwrap();
    let (taken, _) = Store::take_over(&place("taken.db"), &files, &bytes[..]).unwrap();
    taken.accept().unwrap();
    let (found, expected) = (indexes(&taken), indexes(&new));
    assert!(expected.len() > 40, "{}", expected.len());
    assert_eq!(found, expected);
}

#[test]
fn both_engines_have_the_same_tables_columns_and_orders() {
    let of_sqlite = store().read(tables::all).unwrap();
    assert!(of_sqlite.len() > 20);
    for table in &of_sqlite {
        assert!(
            !table.order.is_empty(),
            "{}: give it a primary key",
            table.name
        );
    }
    on(Kind::Postgres, || {
        let of_postgres = store().read(tables::all).unwrap();
        assert_eq!(of_postgres, of_sqlite);
    });
}

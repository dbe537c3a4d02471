//! What happens when things go wrong with a server, and what must hold on either engine.

use std::sync::Barrier;

use super::engines::{Kind, fresh, on, on_both_engines};
use super::samples::{ORGAN, entry, store};
use crate::engine::Role;
use crate::store::connect;
use crate::{Store, StoreError, Target};

on_both_engines! {
    what_failed_or_panicked_is_gone
    writers_of_two_programs_take_turns
    a_reader_sees_one_moment
    a_reader_cannot_change_anything
}

fn exists(store: &Store, entry_id: &str) -> bool {
    let found = store.read(|db| db.entry(ORGAN, entry_id)).unwrap();
    found.is_some()
}

fn what_failed_or_panicked_is_gone() {
    let store = store();
    let failed: Result<(), StoreError> = store.write(|db| {
        db.put_entries(&[entry("e1", "2024-03-01")])?;
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|db| {
            db.put_entries(&[entry("e2", "2024-03-01")])?;
            if true {
                std::panic::panic_any("a fault in the caller");
            }
            Ok::<(), StoreError>(())
        })
    }));
    assert!(panicked.is_err());
    assert!(!exists(&store, "e1") && !exists(&store, "e2"));
    store
        .write(|db| db.put_entries(&[entry("e3", "2024-03-01")]))
        .unwrap();
    assert!(exists(&store, "e3"));
}

/// A file for two programs, where the engine is SQLite.
fn shared(folder: &tempfile::TempDir) -> Target {
    match fresh() {
        Target::SqliteMemory => Target::SqliteFile(folder.path().join("yifa.db")),
        server => server,
    }
}

fn writers_of_two_programs_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let target = shared(&folder);
    let stores = [Store::open(&target).unwrap(), Store::open(&target).unwrap()];
    let mut numbers: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let store = stores[n % 2].clone();
                scope.spawn(move || {
                    let take = |_| store.write(|db| db.next_number(ORGAN, "decision", 2024));
                    (0..25).map(take).collect::<Result<Vec<_>, _>>().unwrap()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|t| t.join().unwrap())
            .collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
}

fn a_reader_sees_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&shared(&folder)).unwrap();
    let (before, after) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            before.wait();
            store
                .write(|db| db.put_entries(&[entry("e1", "2024-03-01")]))
                .unwrap();
            after.wait();
        });
        store
            .read(|db| {
                assert_eq!(db.entry(ORGAN, "e1")?, None);
                before.wait();
                after.wait();
                assert_eq!(db.entry(ORGAN, "e1")?, None);
                Ok::<(), StoreError>(())
            })
            .unwrap();
    });
    assert!(exists(&store, "e1"));
}

fn a_reader_cannot_change_anything() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&shared(&folder)).unwrap();
    let refused = store.read(|db| db.put_meta("a", "b"));
    assert!(
        matches!(refused, Err(StoreError::Unwritable { .. })),
        "{refused:?}"
    );
    assert_eq!(store.read(|db| db.meta("a")).unwrap(), None);
}

/// The server would turn such a commit into a roll-back and say that all is well.
#[test]
fn on_a_server_a_failed_statement_cannot_be_committed() {
    on(Kind::Postgres, || {
        let store = store();
        let done = store.write(|db| {
            db.put_meta("a", "b")?;
            drop(db.batch("SELECT no_such_thing()"));
            Ok::<(), StoreError>(())
        });
        assert!(done.is_err());
        assert_eq!(store.read(|db| db.meta("a")).unwrap(), None);
    });
}

/// End all connections to the schema of a store but the one that asks.
fn cut_all(target: &Target) {
    let db = connect(target, Role::Reader).unwrap();
    let mine = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity, (
        SELECT pg_backend_pid() AS me, current_setting('search_path') AS path) m
        WHERE pid <> me AND application_name = 'yifa ' || path";
    db.query_one(mine, &[], |row| row.int(0)).unwrap();
}

#[test]
fn on_a_server_that_was_restarted_work_goes_on() {
    on(Kind::Postgres, || {
        let Target::Postgres(address) = fresh() else {
            unreachable!("a server")
        };
        let path = address.rsplit("%3D").next().unwrap_or_default().to_owned();
        let target = Target::Postgres(format!("{address}&application_name=yifa%20{path}"));
        let store = Store::open(&target).unwrap();
        store.write(|db| db.put_meta("a", "b")).unwrap();
        store.read(|db| db.meta("a")).unwrap();
        cut_all(&target);
        // The first question after the cut is answered, by a reader as by the writer.
        assert_eq!(store.read(|db| db.meta("a")).unwrap().as_deref(), Some("b"));
        store.write(|db| db.put_meta("a", "c")).unwrap();
        // In the middle of a transaction nothing can be saved, and that is said.
        let lost = store.write(|db| {
            db.put_meta("a", "d")?;
            cut_all(&target);
            db.put_meta("a", "e")
        });
        assert!(
            matches!(lost, Err(StoreError::Unreachable { .. })),
            "{lost:?}"
        );
        assert_eq!(store.read(|db| db.meta("a")).unwrap().as_deref(), Some("c"));
        store.write(|db| db.put_meta("a", "f")).unwrap();
    });
}

#[test]
fn on_a_server_another_program_that_writes_makes_us_busy() {
    on(Kind::Postgres, || {
        let target = fresh();
        let store = Store::open(&target).unwrap();
        let other = connect(&target, Role::Writer).unwrap();
        other.begin(Role::Writer).unwrap();
        // Not to wait for the whole patience in a test.
        store
            .inner_writer(|db| db.batch("SET lock_timeout = '10ms'"))
            .unwrap();
        let busy = store.write(|db| db.put_meta("a", "b"));
        assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
        // Reading need not wait.
        assert_eq!(store.read(|db| db.meta("a")).unwrap(), None);
        other.roll_back();
        store.write(|db| db.put_meta("a", "b")).unwrap();
    });
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    let target = Target::parse("postgres://yifa:secret@127.0.0.1:1/yifa");
    let Err(error) = Store::open(&target) else {
        panic!("opened")
    };
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?} {target} {target:?}").contains("secret"));
    let nonsense = Target::Postgres("postgres://[".into());
    assert!(matches!(
        Store::open(&nonsense).map(drop),
        Err(StoreError::Unreachable { .. })
    ));
}

#[test]
fn on_a_server_foreign_and_newer_databases_are_left_alone() {
    on(Kind::Postgres, || {
        let target = fresh();
        let db = connect(&target, Role::Writer).unwrap();
        db.batch("CREATE TABLE theirs (a TEXT)").unwrap();
        let refused = Store::open(&target).map(drop);
        assert!(
            matches!(refused, Err(StoreError::Corrupt { .. })),
            "{refused:?}"
        );
        let target = fresh();
        drop(Store::open(&target).unwrap());
        let db = connect(&target, Role::Writer).unwrap();
        db.batch("UPDATE yifa_schema SET number = 9999").unwrap();
        let refused = Store::open(&target).map(drop);
        assert!(
            matches!(refused, Err(StoreError::TooNew { found: 9999, .. })),
            "{refused:?}"
        );
    });
}

#[test]
fn on_a_server_a_new_place_opened_twice_at_once_is_set_up_once() {
    on(Kind::Postgres, || {
        let target = fresh();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Store::open(&target)))
                .collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
    });
}

#[test]
fn on_a_server_readers_wait_for_one_another_beyond_the_most() {
    on(Kind::Postgres, || {
        let store = store();
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| {
                    store
                        .read(|db| {
                            db.batch("SELECT pg_sleep(0.01)")?;
                            db.meta("a")
                        })
                        .unwrap()
                });
            }
        });
    });
}

//! What happens when things go wrong: panics, second writers, full disks, damaged files.

use std::path::{Path, PathBuf};

use super::samples::{ORGAN, entry, sqlite, store};
use crate::{Store, StoreError, Target};

fn file(folder: &tempfile::TempDir) -> (PathBuf, Target) {
    let path = folder.path().join("yifa.db");
    (path.clone(), Target::SqliteFile(path))
}

fn exists(store: &Store, entry_id: &str) -> bool {
    store
        .read(|db| db.entry(ORGAN, entry_id))
        .unwrap()
        .is_some()
}

#[test]
fn a_number_of_a_failed_transaction_is_given_again() {
    let store = store();
    let failed: Result<u64, StoreError> = store.write(|db| {
        db.next_number(ORGAN, "decision", 2024)?;
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    assert_eq!(
        store
            .write(|db| db.next_number(ORGAN, "decision", 2024))
            .unwrap(),
        1
    );
}

#[test]
fn a_full_disk_is_named_and_leaves_the_books_usable() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&file(&folder).1).unwrap();
    store
        .write(|db| db.put_entries(&[entry("e1", "2024-03-01")]))
        .unwrap();
    let limit = |pages: &str| {
        store
            .write(|db| {
                let sql = format!("PRAGMA max_page_count = {pages}");
                sqlite(db)
                    .connection
                    .query_row(&sql, [], |_| Ok(()))
                    .map_err(|e| sqlite(db).fault(e))
            })
            .unwrap();
    };
    limit("1"); // No less than the file has: not one page more.
    let mut large = entry("e2", "2024-03-01");
    large.fields = "x".repeat(1_000_000);
    let full = store.write(|db| db.put_entries(&[large.clone()]));
    assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
    assert!(exists(&store, "e1") && !exists(&store, "e2"));
    limit("1000000");
    store.write(|db| db.put_entries(&[large])).unwrap();
    assert!(exists(&store, "e2"));
}

fn refused(path: &Path) -> StoreError {
    match Store::open(&Target::SqliteFile(path.to_owned())) {
        Err(error) => error,
        Ok(_) => panic!("{} was opened", path.display()),
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("yifa.db");
    let error = refused(&path);
    assert!(
        matches!(&error, StoreError::Unwritable { path: p } if *p == path),
        "{error:?}"
    );
}

#[test]
fn a_folder_in_place_of_the_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(folder.path());
    assert!(matches!(&error, StoreError::Unwritable { .. }), "{error:?}");
}

#[test]
fn a_file_that_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder);
    std::fs::write(&path, "某市教育局行政处罚台账".repeat(500)).unwrap();
    assert!(matches!(refused(&path), StoreError::Corrupt { .. }));
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE theirs (a)").unwrap();
    drop(other);
    assert!(matches!(refused(&path), StoreError::Corrupt { .. }));
    let other = rusqlite::Connection::open(&path).unwrap();
    let tables: i64 = other
        .query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = file(&folder);
    drop(Store::open(&target).unwrap());
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 9999").unwrap();
    drop(newer);
    let error = refused(&path);
    assert!(
        matches!(error, StoreError::TooNew { found: 9999, .. }),
        "{error:?}"
    );
}

/// Reads all there is; damage may show anywhere, and must show as an error.
fn read_all(store: &Store) -> Result<(), StoreError> {
    store.read(|db| {
        db.scan_entries(|_| Ok::<(), StoreError>(()))?;
        db.scan_leaves(0, |_| Ok::<(), StoreError>(()))?;
        db.list(&crate::ListQuery::new(
            ORGAN,
            "penalty",
            crate::RowFilter::organ(ORGAN),
        ))?;
        db.organs().map(drop)
    })
}

#[test]
fn damage_anywhere_in_the_file_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = file(&folder);
    let store = Store::open(&target).unwrap();
    let entries: Vec<_> = (0..200)
        .map(|n| entry(&format!("e{n:03}"), "2024-03-01"))
        .collect();
    store.write(|db| db.put_entries(&entries)).unwrap();
    drop(store);
    let sound = std::fs::read(&path).unwrap();
    let mut found = 0;
    for page in 0..sound.len() / 4096 {
        let mut damaged = sound.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xa5);
        std::fs::write(&path, &damaged).unwrap();
        match Store::open(&target).and_then(|store| read_all(&store)) {
            Err(StoreError::Corrupt { .. }) => found += 1,
            Err(error) => panic!("page {page}: {error:?}"),
            // A page of a table that was not read.
            Ok(()) => {}
        }
    }
    assert!(found >= 5, "{found}");
}

#[test]
fn a_value_of_the_wrong_kind_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = file(&folder);
    let store = Store::open(&target).unwrap();
    store
        .write(|db| db.put_entries(&[entry("e1", "2024-03-01")]))
        .unwrap();
    let behind = rusqlite::Connection::open(&path).unwrap();
    behind
        .execute("UPDATE entry SET revision = -1", [])
        .unwrap();
    let error = store.read(|db| db.entry(ORGAN, "e1"));
    assert!(
        matches!(error, Err(StoreError::Corrupt { .. })),
        "{error:?}"
    );
    behind
        .execute(
            "UPDATE entry SET revision = 1, title = CAST(x'ff00' AS TEXT)",
            [],
        )
        .unwrap();
    let error = store.read(|db| db.entry(ORGAN, "e1"));
    assert!(
        matches!(error, Err(StoreError::Corrupt { .. })),
        "{error:?}"
    );
}

#[test]
fn another_program_that_holds_the_file_makes_us_busy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = file(&folder);
    let store = Store::open(&target).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // Not to wait for the whole patience in a test.
    store
        .inner_writer(|db| {
            sqlite(db)
                .connection
                .busy_timeout(std::time::Duration::ZERO)
        })
        .unwrap();
    // Opening and reading need not wait.
    let reader = Store::open(&target).unwrap();
    assert_eq!(reader.read(|db| db.meta("a")).unwrap(), None);
    let busy = store.write(|db| db.put_meta("a", "b"));
    assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
    other.execute_batch("COMMIT").unwrap();
    store.write(|db| db.put_meta("a", "b")).unwrap();
}

//! The schema's history: an office that upgrades has the schema of a new one.

use super::samples::{sqlite, store};
use crate::engine::Role;
use crate::migrate::{SQLITE, run_list};
use crate::store::connect;
use crate::{Db, Store, Target};

/// The schema as text, one object per line.
fn schema(db: &Db) -> Vec<String> {
    let mut statement = sqlite(db)
        .connection
        .prepare(
            "SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_schema
             ORDER BY type, name",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn empty() -> Db {
    connect(&Target::SqliteMemory, Role::Writer).unwrap()
}

#[test]
fn each_step_of_the_history_leads_to_the_schema_of_a_new_office() {
    let fresh = empty();
    run_list(&fresh, SQLITE).unwrap();
    for released in 1..=SQLITE.len() {
        let old = empty();
        run_list(&old, &SQLITE[..released]).unwrap();
        run_list(&old, SQLITE).unwrap();
        assert_eq!(schema(&old), schema(&fresh));
    }
}

#[test]
fn running_again_changes_nothing() {
    let db = empty();
    run_list(&db, SQLITE).unwrap();
    let before = schema(&db);
    run_list(&db, SQLITE).unwrap();
    assert_eq!(schema(&db), before);
}

#[test]
fn a_migration_that_fails_leaves_the_schema_as_it_was() {
    let db = empty();
    run_list(&db, SQLITE).unwrap();
    let before = schema(&db);
    let broken: Vec<&str> = SQLITE
        .iter()
        .copied()
        .chain(["CREATE TABLE half (a); CREATE TABLE half (a);"])
        .collect();
    assert!(run_list(&db, &broken).is_err());
    assert_eq!(schema(&db), before);
    run_list(&db, SQLITE).unwrap();
}

#[test]
fn a_new_file_opened_twice_at_once_is_set_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::SqliteFile(folder.path().join("yifa.db"));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| Store::open(&target)))
            .collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    });
}

#[test]
fn every_table_leads_with_the_organ_but_those_of_the_deployment() {
    let of_the_deployment = [
        "log_leaf",
        "log_tile",
        "log_checkpoint",
        "log_cosignature",
        "meta",
        "session",
    ];
    // Row ids that give an order; each has an index that leads with the organ.
    let by_row_id = ["audit", "event", "search_entry"];
    let store = store();
    store
        .read(|db| {
            let mut tables = sqlite(db)
                .connection
                .prepare(
                    "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
                     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
                     AND t.name NOT LIKE 'search_text%'
                     AND c.cid = (SELECT MIN(cid) FROM pragma_table_info(t.name)
                                  WHERE pk = 1 OR cid = 0)",
                )
                .unwrap();
            let rows = tables
                .query_map([], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
                })
                .unwrap();
            let mut seen = 0;
            for (table, first) in rows.map(Result::unwrap) {
                seen += 1;
                if of_the_deployment.contains(&&*table) || by_row_id.contains(&&*table) {
                    continue;
                }
                assert_eq!(first, "organ_id", "{table}");
            }
            assert!(seen > 20);
            Ok::<(), crate::StoreError>(())
        })
        .unwrap();
}

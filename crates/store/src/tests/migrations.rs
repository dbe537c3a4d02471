//! The schema's history: an office that upgrades has the schema of a new one.

use super::engines::on_both_engines;
use super::samples::{LEDGER, ORGAN, entry, sqlite, store, value};
use crate::engine::Role;
use crate::handover::tables;
use crate::migrate::{SQLITE, found, run_list};
use crate::store::connect;
use crate::{Db, Store, StoreError, Target, indexed_text};

on_both_engines! {
    what_an_entry_is_indexed_by_is_carried_over_into_its_row
}

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

fn what_an_entry_is_indexed_by_is_carried_over_into_its_row() -> Result<(), StoreError> {
    let before = |sql: &&str| sql.contains("ADD COLUMN indexed");
    let before = SQLITE.iter().position(before).unwrap();
    let db = connect(&super::engines::fresh(), Role::Writer)?;
    run_list(&db, &SQLITE[..before])?;
    let e = entry("e1", "2024-02-08");
    let odd = "云川\"\\/\u{1f}\t\u{7f}é";
    let values = [
        value(&e, "@unit", odd),
        value(&e, "cause", "b"),
        value(&e, "tags", "1"),
        value(&e, "tags", "2"),
    ];
    db.begin(Role::Writer)?;
    for (id, voided) in [("e1", 0), ("e2", 1), ("e3", 0)] {
        db.batch(&format!(
            "INSERT INTO entry (organ_id, entry_id, ledger, version, title, happened_on, revision,
             opened_at, changed_at, voided, fields, history) VALUES ('{ORGAN}', '{id}', '{LEDGER}',
             'v', 't', '2024-02-08', 1, '', '', {voided}, '{{}}', '[]')"
        ))?;
    }
    db.put_values(&values)?;
    db.commit()?;
    run_list(&db, SQLITE)?;
    let pairs = values.iter().map(|v| (v.field.as_str(), v.value.as_str()));
    let indexed = |id: &str| db.entry(ORGAN, id).map(|e| e.unwrap().indexed);
    assert_eq!(indexed("e1")?, indexed_text(pairs));
    assert_eq!((indexed("e2")?, indexed("e3")?), ("{}".into(), "{}".into()));
    assert_eq!(db.values_named(ORGAN, "e1")?, values);
    db.delete_values(ORGAN, "e1")?;
    let mut left = 0;
    db.scan_values(|_| {
        left += 1;
        Ok::<_, StoreError>(())
    })?;
    assert_eq!(left, 0);
    Ok(())
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

/// Tables of the whole deployment: small, or the log. On a cluster every machine has a copy of
/// them, or the first one keeps them (`docs/scale.md`).
const OF_THE_DEPLOYMENT: [&str; 7] = [
    "log_leaf",
    "log_tile",
    "log_checkpoint",
    "log_cosignature",
    "meta",
    "session",
    "yifa_schema",
];

/// Name of a unique index, its table, its columns.
const UNIQUE_INDEXES: &str = "SELECT i.indexrelid::regclass::text, t.relname::text,
    (SELECT string_agg(c.attname, ' ' ORDER BY k.place)
     FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
     JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = k.attnum)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace AND i.indisunique ORDER BY 1";

/// What lets the tables be spread over machines by organ: every key, and every other promise that
/// something is there once, names the organ.
#[test]
fn on_a_server_every_key_leads_with_the_organ() {
    // A sign-in name and a draw's place in the log are one of a kind in the deployment; accounts and
    // the events of draws, which are few, are copied to every machine.
    let promises_of_the_deployment = ["account_login", "draw_event_by_leaf"];
    super::engines::on(super::engines::Kind::Postgres, || {
        let indexes = store()
            .read(|db| {
                db.query(UNIQUE_INDEXES, &[], |row| {
                    Ok((row.text(0)?, row.text(1)?, row.text(2)?))
                })
            })
            .unwrap();
        assert!(indexes.len() > 25, "{indexes:?}");
        for (index, table, columns) in indexes {
            let name = index.rsplit('.').next().unwrap_or_default();
            if OF_THE_DEPLOYMENT.contains(&&*table) || promises_of_the_deployment.contains(&name) {
                continue;
            }
            assert_eq!(
                columns.split(' ').next(),
                Some("organ_id"),
                "{index} on {table}"
            );
        }
    });
}

/// A copy comes table by table: what refers to a row may come before it.
#[test]
fn on_a_server_references_may_wait_for_the_end_of_a_transaction() {
    super::engines::on(super::engines::Kind::Postgres, || {
        let sql = "SELECT conname::text, condeferrable FROM pg_constraint
            WHERE connamespace = current_schema()::regnamespace AND contype = 'f' ORDER BY 1";
        let found = store()
            .read(|db| db.query(sql, &[], |row| Ok((row.text(0)?, row.flag(1)?))))
            .unwrap();
        assert!(found.len() >= 4, "{found:?}");
        for (name, deferrable) in found {
            assert!(deferrable, "{name}");
        }
    });
}

#[test]
fn on_a_server_each_step_leads_to_the_schema_of_a_new_office() {
    super::engines::on(super::engines::Kind::Postgres, || {
        let described = |released: usize| {
            let db = connect(&super::engines::fresh(), Role::Writer).unwrap();
            run_list(&db, &SQLITE[..released]).unwrap();
            run_list(&db, SQLITE).unwrap();
            run_list(&db, SQLITE).unwrap();
            (tables::all(&db).unwrap(), found(&db).unwrap())
        };
        let fresh = described(SQLITE.len());
        for released in 1..SQLITE.len() {
            assert_eq!(described(released), fresh);
        }
    });
}

/// Whoever adds a table says where it goes on a cluster.
#[test]
fn every_table_has_its_place_on_a_cluster() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scale.md");
    let document = std::fs::read_to_string(document).unwrap();
    let (_, rows) = document.split_once("| tables | on a cluster |").unwrap();
    let rows = rows
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let named = rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`'));
    let is_name =
        |text: &&str| !text.is_empty() && text.chars().all(|c| c == '_' || c.is_ascii_lowercase());
    let mut named: Vec<&str> = named.filter(is_name).collect();
    named.sort_unstable();
    let db = empty();
    run_list(&db, SQLITE).unwrap();
    let lines = schema(&db);
    let tables = lines.iter().filter_map(|line| line.strip_prefix("table "));
    let tables = tables.filter_map(|line| line.split(':').next());
    // The full-text index keeps tables of its own beside itself.
    let own = |name: &&str| !name.starts_with("sqlite_") && !name.starts_with("search_text_");
    // A server keeps the number of its schema in a table.
    let mut tables: Vec<&str> = tables.filter(own).chain(["yifa_schema"]).collect();
    tables.sort_unstable();
    assert_eq!(named, tables);
}

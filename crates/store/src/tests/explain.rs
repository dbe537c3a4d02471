//! The plan of every statement: none reads a whole table that is not listed here with its reason.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::samples::{LEDGER, ORGAN, sqlite, store};
use crate::{Db, Filter, FilterOp, ListQuery, RowFilter, Sort, Store, StoreError};

thread_local! {
    static RUN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Remember a statement that this thread has run.
pub(crate) fn note(sql: &str) {
    RUN.with_borrow_mut(|run| {
        if !run.contains(sql) {
            run.insert(sql.to_owned());
        }
    });
}

/// Scans that are meant, by the line of the plan.
const MEANT: [&str; 10] = [
    // One row, from the end of the table.
    "SCAN log_leaf",
    "SCAN log_checkpoint",
    // Some rows, from the start of the table.
    "SCAN search_pending USING INDEX sqlite_autoindex_search_pending_1",
    // A few hundred rows.
    "SCAN organ USING INDEX sqlite_autoindex_organ_1",
    // A rebuild reads everything.
    "SCAN contribution",
    "SCAN entry USING INDEX entry_by_date",
    "SCAN entry USING COVERING INDEX entry_by_date",
    // Not tables: parts of a statement that have been bounded before.
    "SCAN part",
    "SCAN ranked",
    "SCAN counted",
];

fn plan(db: &Db, sql: &str) -> Vec<String> {
    let mut statement = sqlite(db)
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    for n in 1..=statement.parameter_count() {
        statement
            .raw_bind_parameter(n, rusqlite::types::Null)
            .unwrap();
    }
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get(3).unwrap());
    }
    lines
}

fn is_scan_of_a_table(line: &str) -> bool {
    line.starts_with("SCAN ")
        && !MEANT.contains(&line)
        // The values that a statement itself brings along.
        && line != "SCAN CONSTANT ROW"
        && !line.ends_with("-ROW VALUES CLAUSE")
        && !line.contains("VIRTUAL TABLE INDEX")
        && !line.starts_with("SCAN (")
}

/// Lists of all kinds, over the different ways to a page.
fn lists() -> Vec<ListQuery> {
    let filter = |field: &str, op| Filter {
        field: field.into(),
        op,
    };
    let eq = filter("cause", FilterOp::Eq("c".into()));
    let one_of = filter("tag", FilterOp::OneOf(vec!["a".into(), "b".into()]));
    let range = filter(
        "amount",
        FilterOp::Range(Some("1".into()), Some("2".into())),
    );
    let scopes = [
        RowFilter::organ(ORGAN),
        RowFilter {
            sections: Some(vec!["s1".into()]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter {
            units: Some(vec!["u1".into()]),
            ..RowFilter::organ(ORGAN)
        },
    ];
    let filters = [
        vec![],
        vec![eq.clone()],
        vec![one_of.clone()],
        vec![range.clone()],
        vec![eq.clone(), range.clone()],
        vec![eq, one_of],
    ];
    let mut out = Vec::new();
    for scope in scopes {
        for filters in &filters {
            for sort in [Sort::ByDate, Sort::ByField("amount".into())] {
                for descending in [true, false] {
                    out.push(ListQuery {
                        filters: filters.clone(),
                        sort: sort.clone(),
                        descending,
                        from: Some("2024-01-01".into()),
                        to: Some("2024-12-31".into()),
                        ..ListQuery::new(ORGAN, LEDGER, scope.clone())
                    });
                }
            }
        }
    }
    out.push(ListQuery {
        sort: Sort::ByField("amount".into()),
        ..ListQuery::new(ORGAN, LEDGER, RowFilter::organ(ORGAN))
    });
    out
}

/// The statements that a piece of work runs.
fn statements(work: impl FnOnce()) -> BTreeSet<String> {
    RUN.take();
    work();
    RUN.take()
}

fn run_lists(store: &Store) {
    for query in lists() {
        // The second page has conditions of its own.
        let after = crate::Cursor::decode(
            "323032342d30312d30310a65310a3d31", // 2024-01-01, e1, with the value 1
        );
        assert!(after.is_some());
        let found = ListQuery {
            ids: Some(vec!["e1".into(), "e2".into()]),
            ..query.clone()
        };
        for query in [
            ListQuery {
                after,
                ..query.clone()
            },
            query,
            found,
        ] {
            store
                .read(|db| {
                    db.list(&query)?;
                    // What a wide condition would do, whatever is in the table.
                    db.walk_anyway(&query)?;
                    db.count(&query, 10).map(drop)
                })
                .unwrap();
        }
    }
}

#[test]
fn no_statement_reads_a_whole_table() {
    let store = store();
    let run = statements(|| {
        super::story::live(&store);
        super::draws::live(&store);
        super::people::live(&store);
        super::kept::live(&store);
        store.write(|db| db.rebuild_rollups()).unwrap();
        store.write(|db| db.rebuild_counts()).unwrap();
        store.write(|db| db.delete_figure(ORGAN, "cases")).unwrap();
        store.read(super::figures::ask_everything).unwrap();
        run_lists(&store);
    });
    assert!(run.len() > 150, "only {} statements seen", run.len());
    let found: Vec<String> = store
        .read(|db| {
            let scans = run
                .iter()
                .filter(|sql| plan(db, sql).iter().any(|l| is_scan_of_a_table(l)));
            Ok::<_, StoreError>(
                scans
                    .map(|sql| format!("{sql}\n{:#?}", plan(db, sql)))
                    .collect(),
            )
        })
        .unwrap();
    assert!(
        found.is_empty(),
        "whole tables are read:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_walk_needs_no_sorting() {
    let store = store();
    let run = statements(|| run_lists(&store));
    let mut walks = 0;
    store
        .read(|db| {
            for sql in run
                .iter()
                .filter(|sql| sql.contains("ORDER BY") && sql.contains("happened_on"))
                // A collection is what is sorted.
                .filter(|sql| !sql.contains("k.value >=") && !sql.contains("k.value IN"))
            {
                walks += 1;
                let plan = plan(db, sql);
                assert!(
                    !plan.iter().any(|l| l.contains("TEMP B-TREE")),
                    "{sql}\n{plan:#?}"
                );
                // A value is asked for along the primary key, where neighbours are close.
                let by_value = sql.matches("f.entry_id BETWEEN").count();
                let along_key = plan
                    .iter()
                    .filter(|l| l.contains("SEARCH f") && l.contains("PRIMARY KEY"))
                    .count();
                assert_eq!(along_key, by_value, "{sql}\n{plan:#?}");
            }
            Ok::<(), StoreError>(())
        })
        .unwrap();
    assert!(walks > 50, "{walks}");
}

/// Every statement of the story with its plan, for reading.
#[test]
fn plans() {
    let store = store();
    let run = statements(|| {
        super::story::live(&store);
        store.read(super::figures::ask_everything).unwrap();
        let sections = RowFilter {
            sections: Some(vec!["s1".into()]),
            ..RowFilter::organ(ORGAN)
        };
        for query in lists()
            .iter()
            .filter(|q| q.scope == sections && q.descending)
        {
            store
                .read(|db| db.list(query).and_then(|_| db.walk_anyway(query)))
                .unwrap();
        }
    });
    let mut text = String::new();
    store
        .read(|db| {
            for sql in run {
                let words: Vec<&str> = sql.split_whitespace().collect();
                text.push_str(&format!("{}\n", words.join(" ")));
                for line in plan(db, &sql) {
                    text.push_str(&format!("    {line}\n"));
                }
            }
            Ok::<(), StoreError>(())
        })
        .unwrap();
    insta::assert_snapshot!(text);
}

/// The board of one section or person reads no clocks of others: the planner is not left a choice.
#[test]
fn the_board_of_a_section_or_person_uses_its_own_index() {
    use crate::deadline::{
        COUNT_OF_PERSON, COUNT_OF_SECTION, FROM_TO_OF_PERSON, FROM_TO_OF_SECTION,
    };
    let statements = [
        (FROM_TO_OF_SECTION, "deadline_by_section"),
        (COUNT_OF_SECTION, "deadline_by_section"),
        (FROM_TO_OF_PERSON, "deadline_by_person"),
        (COUNT_OF_PERSON, "deadline_by_person"),
    ];
    store()
        .read(|db| {
            for (sql, index) in statements {
                let plan = plan(db, sql);
                let searched = plan.iter().find(|line| line.starts_with("SEARCH deadline"));
                assert!(
                    searched.is_some_and(|line| line.contains(index)),
                    "{plan:?}"
                );
            }
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

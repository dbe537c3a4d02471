//! Figures against plain folds over the contributions.

use std::collections::{BTreeMap, BTreeSet};

use super::engines::on_both_engines;
use super::samples::{Chance, ORGAN, contribution, entry, negation, store};
use crate::engine::Role;
use crate::store::connect;
use crate::{
    ContributionRow, Db, FigureCursor, FigureQuery, Listed, RollupDistinctRow, RollupItemRow,
    RollupRow, RollupYearRow, RowFilter, Store, StoreError, Target, constraint,
};

on_both_engines! {
    sums_of_any_period_are_the_fold_of_its_contributions
    items_are_present_once_while_anything_stands_for_them
    the_number_of_items_is_that_of_those_that_are_present
    items_that_end_and_come_again_are_counted_at_every_end
    the_latest_state_of_an_item_is_the_last_that_stands
    a_figure_lists_the_entries_that_it_counts
    what_has_come_to_an_end_is_listed_until_then
    what_came_since_is_told_in_the_order_of_the_log
    a_stranger_sees_no_entries_of_a_figure
    roll_ups_rebuilt_are_the_roll_ups_kept
    a_figure_derived_anew_is_as_before_and_others_are_left_alone
    nothing_is_taken_back_twice
    a_sum_beyond_64_bits_is_an_error_and_leaves_nothing
}

const FIGURES: [&str; 2] = ["cases", "parties"];

const DIMS: [&str; 4] = [
    r#"{"cause":"c0"}"#,
    r#"{"cause":"c1"}"#,
    r#"{"cause":"c1","place":"north"}"#,
    "{}",
];

/// Contributions over two years, every fifth or so taken back by a later leaf.
fn contributions(seed: u64) -> Vec<ContributionRow> {
    let mut chance = Chance(seed);
    let mut rows: Vec<ContributionRow> = Vec::new();
    let mut taken_back = BTreeSet::new();
    for leaf in 0..400 {
        if leaf > 0 && chance.below(5) == 0 {
            let victim = rows[chance.below(rows.len() as u64) as usize].clone();
            if victim.negates_leaf.is_none() && taken_back.insert(victim.leaf_index) {
                rows.push(negation(&victim, leaf));
                continue;
            }
        }
        let date = format!(
            "{}-{:02}-{:02}",
            2023 + chance.below(2),
            1 + chance.below(12),
            1 + chance.below(28)
        );
        let mut row = contribution(FIGURES[(leaf % 2) as usize], &date, leaf);
        row.value = chance.below(100) as i64;
        row.dims = DIMS[chance.below(4) as usize].to_owned();
        row.distinct = row.figure == "parties";
        row.item = if row.distinct {
            format!("p{}", chance.below(20))
        } else {
            String::new()
        };
        rows.push(row);
    }
    rows
}

/// A store that received the contributions in uneven portions.
fn stored(rows: &[ContributionRow]) -> Store {
    let store = store();
    for (n, portion) in rows.chunks(37).enumerate() {
        store
            .write(|db| {
                let ids: BTreeSet<&str> = portion.iter().map(|r| r.entry_id.as_str()).collect();
                let entries: Vec<_> = ids.iter().map(|id| entry(id, "2024-01-01")).collect();
                db.put_entries(&entries)?;
                if n % 2 == 0 {
                    return db.put_contributions(portion);
                }
                portion
                    .iter()
                    .try_for_each(|r| db.put_contributions(std::slice::from_ref(r)))
            })
            .unwrap();
    }
    store
}

const PERIODS: [(Option<&str>, Option<&str>); 12] = [
    (Some("2022-11-20"), Some("2024-02-29")),
    (Some("2023-04-01"), Some("2025-06-03")),
    (None, None),
    (None, Some("2023-12-31")),
    (Some("2023-01-01"), Some("2024-12-31")),
    (Some("2023-01-01"), Some("2023-12-31")),
    (Some("2023-03-10"), Some("2024-02-05")),
    (None, Some("2024-06-17")),
    (Some("2023-12-31"), None),
    (Some("2023-05-05"), Some("2023-05-20")),
    (Some("2023-04-20"), Some("2023-05-10")),
    (Some("2024-05-01"), Some("2023-05-01")),
];

fn each_question(mut ask: impl FnMut(FigureQuery<'static>)) {
    for figure in FIGURES {
        for (from, to) in PERIODS {
            for as_of in [None, Some(0), Some(150), Some(10_000)] {
                ask(FigureQuery {
                    organ_id: ORGAN,
                    figure,
                    from,
                    to,
                    as_of,
                });
            }
        }
    }
}

fn counted<'r>(
    rows: &'r [ContributionRow],
    q: &FigureQuery<'static>,
) -> impl Iterator<Item = &'r ContributionRow> {
    let q = *q;
    rows.iter().filter(move |r| {
        r.figure == q.figure
            && q.from.is_none_or(|from| &*r.happened_on >= from)
            && q.to.is_none_or(|to| &*r.happened_on <= to)
            && q.as_of.is_none_or(|n| r.leaf_index < n)
    })
}

fn sign(r: &ContributionRow) -> i64 {
    if r.negates_leaf.is_some() { -1 } else { 1 }
}

/// Those that were not taken back, as far as the question can know.
fn standing<'r>(rows: &'r [ContributionRow], q: &FigureQuery<'static>) -> Vec<&'r ContributionRow> {
    let gone: BTreeSet<u64> = counted(rows, q).filter_map(|r| r.negates_leaf).collect();
    counted(rows, q)
        .filter(|r| r.negates_leaf.is_none() && !gone.contains(&r.leaf_index))
        .collect()
}

fn sums_of_any_period_are_the_fold_of_its_contributions() {
    let rows = contributions(1);
    let store = stored(&rows);
    each_question(|q| {
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let mut months: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for r in counted(&rows, &q) {
            let sum = sums.entry(r.dims.clone()).or_default();
            *sum = (sum.0 + r.value, sum.1 + sign(r));
            let month = months
                .entry((r.happened_on[..7].into(), r.dims.clone()))
                .or_default();
            *month = (month.0 + r.value, month.1 + sign(r));
        }
        sums.retain(|_, sum| *sum != (0, 0));
        months.retain(|_, sum| *sum != (0, 0));
        let found = store.read(|db| db.figure_sum(&q)).unwrap();
        let found: BTreeMap<_, _> = found
            .into_iter()
            .map(|r| (r.dims, (r.value, r.entries)))
            .collect();
        assert_eq!(found, sums, "{q:?}");
        let found = store.read(|db| db.figure_months(&q)).unwrap();
        let found: BTreeMap<_, _> = found
            .into_iter()
            .map(|r| ((r.month, r.dims), (r.value, r.entries)))
            .collect();
        assert_eq!(found, months, "{q:?}");
    });
}

fn items_are_present_once_while_anything_stands_for_them() {
    let rows = contributions(2);
    let store = stored(&rows);
    each_question(|q| {
        if q.figure != "parties" {
            return;
        }
        let mut sums: BTreeMap<_, i64> = BTreeMap::new();
        for r in counted(&rows, &q) {
            *sums.entry((r.dims.clone(), r.item.clone())).or_default() += r.value;
        }
        let expected: Vec<_> = sums
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(k, _)| k)
            .collect();
        let found = store.read(|db| db.figure_distinct(&q)).unwrap();
        let found: Vec<_> = found.into_iter().map(|r| (r.dims, r.item)).collect();
        assert_eq!(found, expected, "{q:?}");
    });
}

/// Fixed dimensions: none, some, all, some that nothing has.
const ONLY: [&[(&str, &str)]; 6] = [
    &[],
    &[("cause", "c1")],
    &[("cause", "c1"), ("place", "north")],
    &[("place", "north")],
    &[("place", "south")],
    &[("colour", "red")],
];

/// The number of items against the fold over contributions, for every question.
fn check_items(rows: &[ContributionRow], store: &Store, figure: &str) {
    each_question(|q| {
        for only in ONLY {
            let only: BTreeMap<String, String> = only
                .iter()
                .map(|(d, v)| ((*d).to_owned(), (*v).to_owned()))
                .collect();
            if q.figure != figure {
                return;
            }
            let mut sums: BTreeMap<(&str, &str), i64> = BTreeMap::new();
            for r in counted(rows, &q) {
                *sums.entry((&r.dims, &r.item)).or_default() += r.value;
            }
            let fits = |dims: &str| {
                let dims: BTreeMap<String, String> = serde_json::from_str(dims).unwrap();
                only.iter().all(|(d, v)| dims.get(d) == Some(v))
            };
            let standing = sums.iter().filter(|((dims, _), n)| **n > 0 && fits(dims));
            let expected: BTreeSet<&str> = standing.map(|((_, item), _)| *item).collect();
            let found = store.read(|db| db.figure_items(&q, &only)).unwrap();
            assert_eq!(found, expected.len() as u64, "{q:?} {only:?}");
        }
    });
}

fn the_number_of_items_is_that_of_those_that_are_present() {
    for seed in 30..34 {
        let rows = contributions(seed);
        let store = stored(&rows);
        check_items(&rows, &store, "parties");
        store.write(|db| db.rebuild_rollups()).unwrap();
        check_items(&rows, &store, "parties");
    }
}

/// Terms of office: each has a first day, and mostly a last one, on which it is taken away again.
/// Some end before they begin, as typed by mistake, and some are corrected.
fn terms(seed: u64) -> Vec<ContributionRow> {
    let mut chance = Chance(seed);
    let mut rows: Vec<ContributionRow> = Vec::new();
    for leaf in 0..300 {
        let victim = rows
            .get(chance.below(rows.len().max(1) as u64) as usize)
            .cloned();
        if let Some(victim) = victim.filter(|v| v.negates_leaf.is_none() && leaf % 4 == 0) {
            if !rows
                .iter()
                .any(|r| r.negates_leaf == Some(victim.leaf_index))
            {
                rows.push(negation(&victim, leaf));
            }
            continue;
        }
        let mut day = || {
            let (year, month) = (2023 + chance.below(2), 1 + chance.below(12));
            format!("{year}-{month:02}-{:02}", 1 + chance.below(28))
        };
        let (first, last) = (day(), day());
        let mut row = contribution("parties", &first, leaf);
        row.dims = DIMS[chance.below(4) as usize].to_owned();
        row.distinct = true;
        row.item = format!("p{}", chance.below(30));
        if chance.below(3) > 0 {
            let mut end = row.clone();
            end.happened_on = last;
            end.value = -1;
            end.ordinal = 1;
            rows.push(end);
        }
        rows.push(row);
    }
    rows
}

fn items_that_end_and_come_again_are_counted_at_every_end() {
    for seed in 40..44 {
        let rows = terms(seed);
        let store = stored(&rows);
        check_items(&rows, &store, "parties");
        let kept = rollups(&store);
        store.write(|db| db.rebuild_rollups()).unwrap();
        assert_eq!(rollups(&store), kept);
    }
}

fn the_latest_state_of_an_item_is_the_last_that_stands() {
    let rows = contributions(3);
    let store = stored(&rows);
    each_question(|q| {
        let mut expected: BTreeMap<String, &ContributionRow> = BTreeMap::new();
        for r in standing(&rows, &q) {
            let last = expected.entry(r.item.clone()).or_insert(r);
            if (&last.happened_on, last.leaf_index) < (&r.happened_on, r.leaf_index) {
                *last = r;
            }
        }
        let found = store.read(|db| db.figure_latest(&q)).unwrap();
        assert_eq!(found.len(), expected.len(), "{q:?}");
        for row in found {
            let r = expected[&row.item];
            assert_eq!(
                (row.dims, row.value, row.happened_on, row.entry_id),
                (
                    r.dims.clone(),
                    r.value,
                    r.happened_on.clone(),
                    r.entry_id.clone()
                ),
                "{q:?}"
            );
        }
    });
}

fn a_figure_lists_the_entries_that_it_counts() {
    let rows = contributions(4);
    let store = stored(&rows);
    let scope = RowFilter::organ(ORGAN);
    let dims = [DIMS[0].to_owned(), DIMS[2].to_owned()];
    each_question(|q| {
        for dims in [None, Some(&dims[..])] {
            let listed = Listed {
                dims,
                standing: false,
            };
            let mut expected: Vec<_> = standing(&rows, &q)
                .into_iter()
                .filter(|r| dims.is_none_or(|d| d.contains(&r.dims)))
                .map(|r| (r.happened_on.clone(), r.leaf_index, r.value))
                .collect();
            expected.sort();
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let page = store
                    .read(|db| db.figure_entries(&q, listed, &scope, after.as_ref(), 13))
                    .unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.cursor());
                assert!(
                    page.iter()
                        .all(|e| e.title == format!("案件{}", e.entry_id))
                );
                found.extend(
                    page.into_iter()
                        .map(|e| (e.happened_on, e.leaf_index, e.value)),
                );
            }
            assert_eq!(found, expected, "{q:?}");
            let count = store
                .read(|db| db.figure_entry_count(&q, listed, &scope, 1_000))
                .unwrap();
            assert_eq!(count.n as usize, expected.len());
        }
    });
}

fn what_has_come_to_an_end_is_listed_until_then() {
    let line = |entry: &str, day: &str, leaf, value| ContributionRow {
        entry_id: entry.into(),
        value,
        ..contribution("cases", day, leaf)
    };
    let mistaken = line("e3", "2023-06-01", 4, -2);
    let store = stored(&[
        line("e1", "2023-01-10", 0, 1),
        line("e2", "2023-02-01", 1, 1),
        line("e3", "2023-03-01", 2, 2),
        line("e2", "2024-05-01", 3, -1),
        mistaken.clone(),
        negation(&mistaken, 5),
    ]);
    let listed = Listed {
        dims: None,
        standing: true,
    };
    for (to, as_of, expected) in [
        ("2023-12-31", None, &["e1", "e2", "e3"][..]),
        ("2024-04-30", None, &["e1", "e2", "e3"]),
        ("2024-05-01", None, &["e1", "e3"]),
        ("2024-12-31", Some(3), &["e1", "e2", "e3"]),
        ("2024-12-31", Some(5), &["e1"]),
    ] {
        let q = FigureQuery {
            organ_id: ORGAN,
            figure: "cases",
            from: None,
            to: Some(to),
            as_of,
        };
        let scope = RowFilter::organ(ORGAN);
        let found = store
            .read(|db| db.figure_entries(&q, listed, &scope, None, 10))
            .unwrap();
        let ids: Vec<&str> = found.iter().map(|row| &*row.entry_id).collect();
        assert_eq!(ids, expected, "{to} {as_of:?}");
        let sum = store.read(|db| db.figure_sum(&q)).unwrap();
        let sum: i64 = sum.iter().map(|row| row.value).sum();
        assert_eq!(found.iter().map(|row| row.value).sum::<i64>(), sum);
    }
}

fn what_came_since_is_told_in_the_order_of_the_log() {
    let rows = contributions(7);
    let store = stored(&rows);
    each_question(|q| {
        let since = q.as_of.unwrap_or(0);
        let q = FigureQuery { as_of: None, ..q };
        let expected: Vec<&ContributionRow> = counted(&rows, &q)
            .filter(|r| r.leaf_index >= since)
            .collect();
        let found = store.read(|db| db.figure_since(&q, since)).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{q:?}");
    });
}

fn a_stranger_sees_no_entries_of_a_figure() {
    let store = stored(&contributions(5));
    let q = FigureQuery {
        organ_id: ORGAN,
        figure: "cases",
        from: None,
        to: None,
        as_of: None,
    };
    let other_organ = RowFilter::organ("330200");
    let other_section = RowFilter {
        sections: Some(vec!["s9".into()]),
        ..RowFilter::organ(ORGAN)
    };
    let other_unit = RowFilter {
        units: Some(vec!["u9".into()]),
        ..RowFilter::organ(ORGAN)
    };
    for scope in [other_organ, other_section, other_unit] {
        let rows = store
            .read(|db| db.figure_entries(&q, Listed::default(), &scope, None, 10))
            .unwrap();
        assert_eq!(rows, [], "{scope:?}");
        let count = store
            .read(|db| db.figure_entry_count(&q, Listed::default(), &scope, 10))
            .unwrap();
        assert_eq!(count.n, 0);
    }
}

/// Each kind of question once, for its plan.
pub(crate) fn ask_everything(db: &Db) -> Result<(), StoreError> {
    let now = FigureQuery {
        organ_id: ORGAN,
        figure: "cases",
        from: None,
        to: None,
        as_of: None,
    };
    let units = RowFilter {
        units: Some(vec!["u1".into()]),
        ..RowFilter::organ(ORGAN)
    };
    let sections = RowFilter {
        sections: Some(vec!["s1".into()]),
        ..RowFilter::organ(ORGAN)
    };
    let after = FigureCursor {
        happened_on: "2024-01-01".into(),
        leaf_index: 0,
        ordinal: 0,
    };
    for q in [
        now,
        FigureQuery {
            as_of: Some(1),
            ..now
        },
    ] {
        db.figure_sum(&q)?;
        for to in ["2024-12-31", "2025-06-30", "2025-06-01"] {
            db.figure_sum(&FigureQuery {
                from: Some("2024-01-01"),
                to: Some(to),
                ..q
            })?;
        }
        db.figure_months(&q)?;
        db.figure_distinct(&q)?;
        db.figure_items(&q, &BTreeMap::new())?;
        db.figure_latest(&q)?;
        db.figure_since(&q, 1)?;
        for scope in [&RowFilter::organ(ORGAN), &units, &sections] {
            let dims = &["a".to_owned()][..];
            for (dims, standing) in [(None, false), (Some(dims), false), (None, true)] {
                let listed = Listed { dims, standing };
                db.figure_entries(&q, listed, scope, None, 10)?;
                db.figure_entries(&q, listed, scope, Some(&after), 10)?;
                db.figure_entry_count(&q, listed, scope, 10)?;
            }
        }
    }
    Ok(())
}

type Rollups = (
    Vec<RollupRow>,
    Vec<RollupItemRow>,
    Vec<RollupDistinctRow>,
    Vec<RollupYearRow>,
);

fn rollups(store: &Store) -> Rollups {
    let (mut sums, mut items, mut distinct) = (Vec::new(), Vec::new(), Vec::new());
    let mut years = Vec::new();
    store
        .read(|db| {
            db.scan_rollups(|r| {
                sums.push(r);
                Ok::<(), StoreError>(())
            })?;
            db.scan_rollup_years(|r| {
                years.push(r);
                Ok::<(), StoreError>(())
            })?;
            db.scan_rollup_items(|r| {
                items.push(r);
                Ok::<(), StoreError>(())
            })?;
            db.scan_rollup_distinct(|r| {
                distinct.push(r);
                Ok::<(), StoreError>(())
            })
        })
        .unwrap();
    (sums, items, distinct, years)
}

fn roll_ups_rebuilt_are_the_roll_ups_kept() {
    for seed in 10..20 {
        let store = stored(&contributions(seed));
        let kept = rollups(&store);
        assert!(!kept.0.is_empty() && !kept.1.is_empty() && !kept.2.is_empty());
        store.write(|db| db.rebuild_rollups()).unwrap();
        assert_eq!(rollups(&store), kept);
    }
}

/// An office that upgrades gets the roll-ups of later versions from what it has.
#[test]
fn roll_ups_of_a_migration_are_those_of_a_new_office() {
    use crate::migrate::{SQLITE, run_list};
    const ROLLUP_DAY_CAME: usize = 10;
    let rows = terms(50);
    let folder = tempfile::tempdir().unwrap();
    let target = Target::SqliteFile(folder.path().join("yifa.db"));
    let old = connect(&target, Role::Writer).unwrap();
    run_list(&old, &SQLITE[..ROLLUP_DAY_CAME]).unwrap();
    old.put_lines(&rows).unwrap();
    old.batch(
        "INSERT INTO rollup SELECT organ_id, figure, substr(happened_on, 1, 7), dims, SUM(value),
         SUM(CASE WHEN negates_leaf IS NULL THEN 1 ELSE -1 END)
         FROM contribution GROUP BY 1, 2, 3, 4",
    )
    .unwrap();
    drop(old);
    let upgraded = rollups(&Store::open(&target).unwrap());
    assert_eq!(upgraded, rollups(&stored(&rows)));
}

fn a_figure_derived_anew_is_as_before_and_others_are_left_alone() {
    let rows = contributions(6);
    let store = stored(&rows);
    let before = rollups(&store);
    store
        .write(|db| db.delete_figure(ORGAN, "parties"))
        .unwrap();
    let (sums, items, distinct, _) = rollups(&store);
    assert!(!sums.is_empty() && sums.iter().all(|r| r.figure == "cases"));
    assert!(items.is_empty() && distinct.is_empty());
    let again: Vec<_> = rows.into_iter().filter(|r| r.figure == "parties").collect();
    store.write(|db| db.put_contributions(&again)).unwrap();
    assert_eq!(rollups(&store), before);
}

fn nothing_is_taken_back_twice() {
    let store = store();
    let row = contribution("cases", "2024-03-01", 0);
    let twice = [row.clone(), negation(&row, 1), negation(&row, 2)];
    let refused = store.write(|db| db.put_contributions(&twice));
    assert!(
        matches!(&refused, Err(StoreError::Constraint(name)) if name == constraint::NEGATED_TWICE),
        "{refused:?}"
    );
}

fn a_sum_beyond_64_bits_is_an_error_and_leaves_nothing() {
    let store = store();
    let mut row = contribution("cases", "2024-03-01", 0);
    row.value = i64::MAX;
    store
        .write(|db| db.put_contributions(std::slice::from_ref(&row)))
        .unwrap();
    let more = ContributionRow {
        leaf_index: 1,
        ..row.clone()
    };
    assert!(
        store
            .write(|db| db.put_contributions(std::slice::from_ref(&more)))
            .is_err()
    );
    let both = [
        ContributionRow {
            leaf_index: 2,
            ..row.clone()
        },
        more,
    ];
    assert!(store.write(|db| db.put_contributions(&both)).is_err());
    let (sums, ..) = rollups(&store);
    assert_eq!(sums.iter().map(|r| r.value).collect::<Vec<_>>(), [i64::MAX]);
}

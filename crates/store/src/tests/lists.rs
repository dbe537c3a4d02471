//! Lists against a plain model: all rows in memory, filtered and sorted by hand.

use super::engines::on_both_engines;
use super::samples::{Chance, LEDGER, ORGAN, entry, indexed, store, value};
use crate::value::UNIT_FIELD;
use crate::{
    Cursor, EntryRow, Filter, FilterOp, ListQuery, RowFilter, Sort, Store, StoreError, ValueRow,
};

on_both_engines! {
    every_combination_agrees_with_the_model
    a_period_and_found_ids_narrow_a_list
    a_count_stops_at_its_cap_and_the_whole_ledger_is_known_without_counting
    a_year_is_known_without_counting
    counts_rebuilt_are_the_counts_kept
    the_menu_of_a_filter_lists_each_value_once
    a_cursor_that_somebody_typed_is_no_cursor
}

struct Model {
    store: Store,
    entries: Vec<EntryRow>,
    values: Vec<ValueRow>,
}

impl Model {
    /// Some hundred entries with few different dates and values, so that ties are common.
    fn new(seed: u64) -> Model {
        let mut chance = Chance(seed);
        let mut entries = Vec::new();
        let mut values = Vec::new();
        for n in 0..150 {
            let day = 1 + chance.below(9);
            let mut e = entry(&format!("e{n:03}"), &format!("2024-03-0{day}"));
            e.voided = chance.below(10) == 0;
            e.section_id =
                [None, Some("s1".into()), Some("s2".into())][chance.below(3) as usize].clone();
            if chance.below(20) == 0 {
                e.ledger = "complaint".into();
            }
            let of_entry = values.len();
            values.push(value(&e, "cause", &format!("c{}", chance.below(4))));
            values.push(value(&e, UNIT_FIELD, &format!("u{}", chance.below(3))));
            if chance.below(4) > 0 {
                values.push(value(&e, "amount", &format!("{:03}", chance.below(12))));
            }
            for tag in ["red", "green", "blue"] {
                if chance.below(3) == 0 {
                    values.push(value(&e, "tags", tag));
                }
            }
            if e.voided {
                values.truncate(of_entry);
            }
            entries.push(indexed(e, &values[of_entry..]));
        }
        let store = store();
        store
            .write(|db| {
                db.put_entries(&entries)?;
                db.put_values(&values)
            })
            .unwrap();
        Model {
            store,
            entries,
            values,
        }
    }

    fn values_of<'m>(&'m self, entry_id: &'m str, field: &'m str) -> impl Iterator<Item = &'m str> {
        self.values
            .iter()
            .filter(move |v| v.entry_id == entry_id && v.field == field)
            .map(|v| v.value.as_str())
    }

    fn meets(&self, e: &EntryRow, f: &Filter) -> bool {
        self.values_of(&e.entry_id, &f.field).any(|v| match &f.op {
            FilterOp::Eq(x) => v == x,
            FilterOp::OneOf(xs) => xs.iter().any(|x| x == v),
            FilterOp::Range(lo, hi) => {
                lo.as_deref().is_none_or(|lo| lo <= v) && hi.as_deref().is_none_or(|hi| v <= hi)
            }
        })
    }

    /// The ids that a list should have, in order.
    fn expected(&self, q: &ListQuery) -> Vec<String> {
        let mut rows: Vec<&EntryRow> = self
            .entries
            .iter()
            .filter(|e| e.ledger == q.ledger && (q.include_voided || !e.voided))
            .filter(|e| q.scope.admits(&e.organ_id))
            .filter(|e| {
                let section = e.section_id.as_ref();
                q.scope
                    .sections
                    .as_ref()
                    .is_none_or(|s| section.is_some_and(|x| s.contains(x)))
            })
            .filter(|e| {
                q.scope.units.as_ref().is_none_or(|units| {
                    self.values_of(&e.entry_id, UNIT_FIELD)
                        .any(|u| units.iter().any(|x| x == u))
                })
            })
            .filter(|e| q.from.as_ref().is_none_or(|from| &e.happened_on >= from))
            .filter(|e| q.to.as_ref().is_none_or(|to| &e.happened_on <= to))
            .filter(|e| q.ids.as_ref().is_none_or(|ids| ids.contains(&e.entry_id)))
            .filter(|e| q.filters.iter().all(|f| self.meets(e, f)))
            .collect();
        let key = |e: &EntryRow| {
            let value = match &q.sort {
                Sort::ByDate => None,
                Sort::ByField(field) => {
                    self.values_of(&e.entry_id, field).next().map(str::to_owned)
                }
            };
            (value, e.happened_on.clone(), e.entry_id.clone())
        };
        rows.sort_by_key(|e| key(e));
        if q.descending {
            rows.reverse();
        }
        if matches!(q.sort, Sort::ByField(_)) {
            // Without a value: last, whichever way.
            let (with, without): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|e| key(e).0.is_some());
            rows = with.into_iter().chain(without).collect();
        }
        rows.into_iter().map(|e| e.entry_id.clone()).collect()
    }

    /// All pages of a list, put together; cursors pass through their text form.
    fn paged(&self, q: &ListQuery) -> Result<Vec<String>, StoreError> {
        let mut q = q.clone();
        let mut out = Vec::new();
        loop {
            let page = self.store.read(|db| db.list(&q))?;
            assert!(page.rows.len() <= q.limit);
            out.extend(page.rows.into_iter().map(|e| e.entry_id));
            let Some(next) = page.next else {
                return Ok(out);
            };
            q.after = Some(Cursor::decode(&next.encode()).unwrap());
        }
    }

    fn check(&self, q: &ListQuery) {
        let expected = self.expected(q);
        assert_eq!(self.paged(q).unwrap(), expected, "{q:?}");
        let count = self.store.read(|db| db.count(q, 1_000)).unwrap();
        assert_eq!(
            (count.n, count.capped),
            (expected.len() as u64, false),
            "{q:?}"
        );
    }
}

fn query(limit: usize) -> ListQuery {
    ListQuery {
        limit,
        ..ListQuery::new(ORGAN, LEDGER, RowFilter::organ(ORGAN))
    }
}

fn filter(field: &str, op: FilterOp) -> Filter {
    Filter {
        field: field.into(),
        op,
    }
}

fn eq(field: &str, value: &str) -> Filter {
    filter(field, FilterOp::Eq(value.into()))
}

fn one_of(field: &str, values: &[&str]) -> Filter {
    filter(
        field,
        FilterOp::OneOf(values.iter().map(|v| v.to_string()).collect()),
    )
}

fn range(field: &str, lo: Option<&str>, hi: Option<&str>) -> Filter {
    filter(
        field,
        FilterOp::Range(lo.map(Into::into), hi.map(Into::into)),
    )
}

fn every_combination_agrees_with_the_model() {
    let model = Model::new(1);
    let filters = [
        vec![],
        vec![eq("cause", "c1")],
        vec![one_of("cause", &["c0", "c3", "c3"])],
        vec![one_of("tags", &["red", "blue"])],
        vec![range("amount", Some("003"), Some("007"))],
        vec![range("amount", None, Some("001")), eq("cause", "c2")],
        vec![eq("cause", "c2"), one_of("tags", &["green", "red"])],
        vec![
            range("amount", Some("010"), None),
            range("cause", Some("c1"), Some("c2")),
        ],
        vec![eq("cause", "none")],
        vec![one_of("cause", &[])],
        // Wider than what is ever collected, alone and together.
        vec![range("cause", Some("c0"), Some("c3"))],
        vec![
            range("cause", None, None),
            range("amount", Some("002"), None),
        ],
        vec![
            range("cause", None, None),
            one_of("cause", &["c0", "c1", "c2"]),
        ],
    ];
    let scopes = [
        RowFilter::organ(ORGAN),
        RowFilter {
            sections: Some(vec!["s1".into()]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter {
            sections: Some(vec!["s2".into(), "s1".into()]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter {
            sections: Some(vec![]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter {
            units: Some(vec!["u0".into(), "u2".into()]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter {
            units: Some(vec![]),
            ..RowFilter::organ(ORGAN)
        },
        RowFilter::organ("330200"),
    ];
    let sorts = [
        Sort::ByDate,
        Sort::ByField("amount".into()),
        Sort::ByField("absent".into()),
    ];
    for filters in &filters {
        for scope in &scopes {
            for sort in &sorts {
                for (descending, include_voided) in [(true, false), (false, true)] {
                    model.check(&ListQuery {
                        filters: filters.clone(),
                        scope: scope.clone(),
                        sort: sort.clone(),
                        descending,
                        include_voided,
                        ..query(17)
                    });
                }
            }
        }
    }
}

fn a_period_and_found_ids_narrow_a_list() {
    let model = Model::new(2);
    let some_ids: Vec<String> = (0..150).step_by(3).map(|n| format!("e{n:03}")).collect();
    for ids in [
        None,
        Some(some_ids),
        Some(vec![]),
        Some(vec!["unknown".into(), "e001".into()]),
    ] {
        for sort in [Sort::ByDate, Sort::ByField("amount".into())] {
            for filters in [vec![], vec![eq("cause", "c1")]] {
                model.check(&ListQuery {
                    ids: ids.clone(),
                    sort: sort.clone(),
                    filters,
                    from: Some("2024-03-02".into()),
                    to: Some("2024-03-06".into()),
                    ..query(7)
                });
            }
        }
    }
}

fn a_count_stops_at_its_cap_and_the_whole_ledger_is_known_without_counting() {
    let model = Model::new(5);
    let capped = ListQuery {
        filters: vec![eq("cause", "c1")],
        ..query(10)
    };
    let count = model.store.read(|db| db.count(&capped, 5)).unwrap();
    assert_eq!((count.n, count.capped), (5, true));
    let all = model.store.read(|db| db.count(&query(10), 5)).unwrap();
    assert_eq!(all.n as usize, model.expected(&query(10)).len());
    assert!(!all.capped);
}

fn a_year_is_known_without_counting() {
    let model = Model::new(8);
    for year in ["2023", "2024"] {
        model.check(&ListQuery {
            from: Some(format!("{year}-01-01")),
            to: Some(format!("{year}-12-31")),
            ..query(50)
        });
    }
}

fn counts_rebuilt_are_the_counts_kept() {
    let model = Model::new(7);
    let counts = || {
        let mut rows = Vec::new();
        let scan = |db: &crate::Db| {
            db.scan_counts(|row| {
                rows.push(row);
                Ok::<(), StoreError>(())
            })
        };
        model.store.read(scan).unwrap();
        rows
    };
    // Entries move to another year, become void and valid again.
    let mut moved = model.entries.clone();
    for (n, e) in moved.iter_mut().enumerate() {
        e.voided ^= n % 3 == 0;
        e.happened_on = format!("20{}-01-01", 20 + n % 4);
    }
    model.store.write(|db| db.put_entries(&moved)).unwrap();
    model.store.write(|db| db.put_entries(&moved[..9])).unwrap();
    let kept = counts();
    assert!(kept.len() > 4);
    model.store.write(|db| db.rebuild_counts()).unwrap();
    assert_eq!(counts(), kept);
}

fn the_menu_of_a_filter_lists_each_value_once() {
    let model = Model::new(6);
    let menu = |limit| {
        model
            .store
            .read(|db| db.distinct_values(ORGAN, LEDGER, "cause", limit))
            .unwrap()
    };
    assert_eq!(menu(10), ["c0", "c1", "c2", "c3"]);
    assert_eq!(menu(2), ["c0", "c1"]);
}

fn a_cursor_that_somebody_typed_is_no_cursor() {
    for text in [
        "", "0", "zz", "00", "3030", "e4b8", "ff0a0a", "30-0", "中文",
    ] {
        assert_eq!(Cursor::decode(text), None, "{text}");
    }
}

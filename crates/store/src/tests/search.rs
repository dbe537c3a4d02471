//! Search, as somebody at a desk uses it.

use super::engines::on_both_engines;
use super::samples::{LEDGER, ORGAN, entry, store};
use crate::{SearchGroup, SearchText, SearchWithin, Store};

on_both_engines! {
    words_find_entries_newest_first
    a_ledger_and_an_organ_see_their_own
    fragments_and_single_characters_are_looked_for_in_titles
    numbers_and_latin_letters_are_found_by_their_beginning
    nothing_asked_is_nothing_found
    operators_in_a_query_are_words
    a_later_text_replaces_the_earlier_and_an_empty_one_removes_it
    the_next_page_begins_after_the_last_hit
    names_find_for_those_who_see_them_and_units_find_their_own
}

const TEXTS: [(&str, &str, &str); 4] = [
    ("e1", LEDGER, "未经批准举办面向学龄儿童的校外培训机构"),
    ("e2", LEDGER, "关于学校食堂采购公开招标的通知"),
    ("e3", "complaint", "家长反映校外培训机构退费难 ABC123"),
    (
        "e4",
        "complaint",
        "杭教罚决字〔2024〕17号 \"引号\" * AND NOT (括号)",
    ),
];

fn filled() -> Store {
    let store = store();
    store
        .write(|db| {
            let mut entries = Vec::new();
            let mut texts = Vec::new();
            for (id, ledger, text) in TEXTS {
                let mut e = entry(id, "2024-03-01");
                e.ledger = ledger.into();
                e.title = text.into();
                entries.push(e);
                texts.push(SearchText {
                    organ_id: ORGAN.into(),
                    ledger: ledger.into(),
                    entry_id: id.into(),
                    text: text.into(),
                    ..SearchText::default()
                });
            }
            db.put_entries(&entries)?;
            db.queue_search(&texts)?;
            assert_eq!(db.index_pending(3)?, 3);
            assert_eq!(db.index_pending(3)?, 1);
            assert_eq!(db.index_pending(3)?, 0);
            Ok::<(), crate::StoreError>(())
        })
        .unwrap();
    store
}

fn found(store: &Store, ledger: Option<&str>, query: &str) -> Vec<String> {
    let hits = store
        .read(|db| db.search(ORGAN, &SearchWithin::ledger(ledger), query, None, 10))
        .unwrap();
    hits.into_iter().map(|hit| hit.entry_id).collect()
}

fn words_find_entries_newest_first() {
    let store = filled();
    assert_eq!(found(&store, None, "校外培训"), ["e3", "e1"]);
    assert_eq!(found(&store, None, "机构 退费"), ["e3"]);
    assert_eq!(found(&store, None, "采购"), ["e2"]);
    assert_eq!(found(&store, None, "预算"), [""; 0]);
}

fn a_ledger_and_an_organ_see_their_own() {
    let store = filled();
    assert_eq!(found(&store, Some(LEDGER), "校外培训"), ["e1"]);
    let other = store
        .read(|db| db.search("330200", &SearchWithin::ledger(None), "校外培训", None, 10))
        .unwrap();
    assert_eq!(other, []);
    let other = store
        .read(|db| db.search("330200", &SearchWithin::ledger(None), "备", None, 10))
        .unwrap();
    assert_eq!(other, []);
}

fn fragments_and_single_characters_are_looked_for_in_titles() {
    let store = filled();
    assert_eq!(found(&store, None, "堂采"), ["e2"]);
    assert_eq!(found(&store, None, "罚"), ["e4"]);
    assert_eq!(found(&store, Some(LEDGER), "罚"), [""; 0]);
}

fn numbers_and_latin_letters_are_found_by_their_beginning() {
    let store = filled();
    assert_eq!(found(&store, None, "abc1"), ["e3"]);
    assert_eq!(found(&store, None, "2024 17"), ["e4"]);
}

fn nothing_asked_is_nothing_found() {
    let store = filled();
    for query in ["", "  ", "，。！", "\"", "*", "%"] {
        assert_eq!(found(&store, None, query), [""; 0], "{query}");
    }
}

fn operators_in_a_query_are_words() {
    let store = filled();
    for query in [
        "引号\" OR \"采购",
        "words : x",
        "NOT",
        "(括号",
        "^采购^",
        "a\0b",
        "采购%_!",
    ] {
        // None of these is a fault; what they find is what their words say.
        found(&store, None, query);
    }
    assert_eq!(found(&store, None, "\"引号\""), ["e4"]);
}

fn a_later_text_replaces_the_earlier_and_an_empty_one_removes_it() {
    let store = filled();
    let put = |text: &str| {
        let text = SearchText {
            organ_id: ORGAN.into(),
            ledger: LEDGER.into(),
            entry_id: "e2".into(),
            text: text.into(),
            ..SearchText::default()
        };
        store
            .write(|db| {
                db.queue_search(&[text])?;
                db.index_pending(10)
            })
            .unwrap();
    };
    put("预算");
    assert_eq!(found(&store, None, "预算"), ["e2"]);
    put("");
    assert_eq!(found(&store, None, "预算"), [""; 0]);
}

fn the_next_page_begins_after_the_last_hit() {
    let store = filled();
    let page = |before| {
        store
            .read(|db| db.search(ORGAN, &SearchWithin::ledger(None), "校外培训", before, 1))
            .unwrap()
    };
    let first = page(None);
    assert_eq!(first[0].entry_id, "e3");
    let second = page(Some(first[0].row_id));
    assert_eq!(second[0].entry_id, "e1");
    assert_eq!(page(Some(second[0].row_id)), []);
}

fn names_find_for_those_who_see_them_and_units_find_their_own() {
    let store = store();
    let entries = [("n1", LEDGER, "一中"), ("n2", "complaint", "二中")];
    store
        .write(|db| {
            for (id, ledger, unit) in entries {
                let mut e = entry(id, "2024-03-01");
                e.ledger = ledger.into();
                e.title = "情况".into();
                db.put_entries(&[e])?;
                db.queue_search(&[SearchText {
                    organ_id: ORGAN.into(),
                    ledger: ledger.into(),
                    entry_id: id.into(),
                    text: "退费情况".into(),
                    names: "欧阳修远".into(),
                    unit: Some(unit.into()),
                }])?;
            }
            while db.index_pending(1)? > 0 {}
            Ok::<(), crate::StoreError>(())
        })
        .unwrap();
    let group = |ledgers: Option<&[&str]>, names| SearchGroup {
        ledgers: ledgers.map(|l| l.iter().map(|l| (*l).to_owned()).collect()),
        names,
    };
    let found = |groups: &[SearchGroup], units: Option<&str>, query: &str| {
        let within = SearchWithin {
            groups: groups.to_vec(),
            units: units.map(|u| vec![u.to_owned()]),
        };
        let hits = store.read(|db| db.search(ORGAN, &within, query, None, 10));
        let ids = hits.unwrap().into_iter().map(|hit| hit.entry_id);
        ids.collect::<Vec<_>>().join(" ")
    };
    let sees = [group(None, true)];
    let masked = [group(None, false)];
    assert_eq!(found(&sees, None, "欧阳修远"), "n2 n1");
    assert_eq!(found(&sees, None, "欧阳修远 退费"), "n2 n1");
    for query in ["欧阳修远", "欧阳", "欧", "远", "欧阳修远 退费"] {
        assert_eq!(found(&masked, None, query), "", "{query}");
    }
    // Names in one ledger, without them in the other; a ledger that is not named is not there.
    let mixed = [
        group(Some(&[LEDGER]), true),
        group(Some(&["complaint"]), false),
    ];
    assert_eq!(found(&mixed, None, "欧阳修远"), "n1");
    assert_eq!(found(&mixed, None, "退费"), "n2 n1");
    assert_eq!(found(&mixed[1..], None, "退费"), "n2");
    assert_eq!(found(&[], None, "退费"), "");
    assert_eq!(found(&[group(Some(&[]), true)], None, "退费"), "");
    // A unit's own, also by fragments.
    assert_eq!(found(&sees, Some("一中"), "退费"), "n1");
    assert_eq!(found(&sees, Some("一中"), "情"), "n1");
    assert_eq!(found(&sees, Some("三中"), "退费"), "");
}

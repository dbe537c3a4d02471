//! One story through the whole interface: an office keeps its ledger for a while.
//!
//! It names no engine, so that each engine can be made to live it.

use super::engines::on_both_engines;
use super::samples::{LEDGER, ORGAN, contribution, entry, event, indexed, negation, organ, value};
use crate::{
    AccountRow, AuditRow, BlobRow, CheckpointRow, Db, EntryRow, FigureQuery, Filter, FilterOp,
    ImportBatchRow, KeyRow, LeafRow, ListQuery, PartRow, RowFilter, SearchText, SessionRow, Store,
    StoreError, Target, ValueRow, constraint, encode_integer,
};

on_both_engines! { an_office_lives }

fn an_office_lives() {
    let target = super::engines::fresh();
    let store = Store::open(&target).unwrap();
    live(&store);
    // All of it is there for another program too.
    if matches!(target, Target::Postgres(_)) {
        let store = Store::open(&target).unwrap();
        store.read(the_books_are_right).unwrap();
    }
}

#[test]
fn an_office_lives_on_a_sqlite_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::SqliteFile(folder.path().join("yifa.db"));
    let store = Store::open(&target).unwrap();
    live(&store);
    drop(store);
    // All of it is there after a restart.
    let store = Store::open(&target).unwrap();
    store.read(the_books_are_right).unwrap();
}

pub(crate) fn live(store: &Store) {
    store.write(the_office_is_set_up).unwrap();
    people_sign_in(store);
    store.write(a_case_is_opened).unwrap();
    store.write(the_case_goes_on).unwrap();
    the_same_row_is_not_entered_twice(store);
    store.write(the_log_is_signed).unwrap();
    store.write(a_file_and_an_import_come_in).unwrap();
    store.write(what_was_wrong_is_made_void).unwrap();
    store.write(somebody_is_forgotten).unwrap();
    store.read(the_books_are_right).unwrap();
    store.read(everything_can_be_read_in_order).unwrap();
}

fn the_office_is_set_up(db: &Db) -> Result<(), StoreError> {
    assert_eq!(db.meta("log.key")?, None);
    db.put_meta("log.key", "one")?;
    db.put_meta("log.key", "two")?;
    assert_eq!(db.meta("log.key")?.as_deref(), Some("two"));

    db.put_organs(&[organ("330000", None), organ(ORGAN, Some("330000"))])?;
    let mut renamed = organ(ORGAN, Some("330000"));
    renamed.short_name = "教育局".into();
    db.put_organs(&[renamed.clone()])?;
    assert_eq!(db.organ(ORGAN)?, Some(renamed));
    assert_eq!(db.organ("999999")?, None);
    assert_eq!(db.organs()?.len(), 2);

    let part = |part_id: &str, ordinal| PartRow {
        organ_id: ORGAN.into(),
        part_id: part_id.into(),
        name: part_id.into(),
        ordinal,
    };
    db.put_districts(&[part("d2", 1), part("d1", 2)])?;
    db.put_sections(&[part("s1", 2), part("s2", 1)])?;
    db.put_sections(&[part("s1", 0)])?;
    let ids = |parts: Vec<PartRow>| parts.into_iter().map(|p| p.part_id).collect::<Vec<_>>();
    assert_eq!(ids(db.districts(ORGAN)?), ["d2", "d1"]);
    assert_eq!(ids(db.sections(ORGAN)?), ["s1", "s2"]);
    Ok(())
}

fn account(account_id: &str, login: &str) -> AccountRow {
    AccountRow {
        organ_id: ORGAN.into(),
        account_id: account_id.into(),
        login: login.into(),
        name: "张三".into(),
        post: "科员".into(),
        section_id: Some("s1".into()),
        roles: "clerk reviewer".into(),
        password_hash: "hash".into(),
        state: "active".into(),
        failed_count: 0,
        locked_until: None,
    }
}

fn session(token_hash: &str, expires_at: &str) -> SessionRow {
    SessionRow {
        token_hash: token_hash.into(),
        organ_id: ORGAN.into(),
        account_id: "a1".into(),
        csrf: "c".into(),
        created_at: "2024-03-01T08:00:00Z".into(),
        seen_at: "2024-03-01T08:00:00Z".into(),
        expires_at: expires_at.into(),
    }
}

fn refused_by<T: std::fmt::Debug>(result: Result<T, StoreError>, name: &str) {
    assert!(
        matches!(&result, Err(StoreError::Constraint(n)) if n == name),
        "{result:?}"
    );
}

fn people_sign_in(store: &Store) {
    store
        .write(|db| db.put_accounts(&[account("a1", "zhang"), account("a2", "li")]))
        .unwrap();
    refused_by(
        store.write(|db| db.put_accounts(&[account("a3", "li")])),
        constraint::LOGIN,
    );
    let mut stranger = account("a4", "wang");
    stranger.organ_id = "999999".into();
    refused_by(
        store.write(|db| db.put_accounts(&[stranger])),
        constraint::REFERENCE,
    );

    let mut locked = account("a1", "zhang");
    locked.failed_count = 5;
    locked.locked_until = Some("2024-03-01T09:00:00Z".into());
    store
        .write(|db| {
            db.put_accounts(&[locked.clone()])?;
            assert_eq!(db.account_by_login("zhang")?, Some(locked.clone()));
            assert_eq!(db.account(ORGAN, "a1")?, Some(locked));
            assert_eq!(db.account_by_login("nobody")?, None);
            assert_eq!(db.accounts(ORGAN)?.len(), 2);

            db.put_session(&session("t1", "2024-03-01T10:00:00Z"))?;
            db.put_session(&session("t2", "2024-03-01T12:00:00Z"))?;
            db.put_session(&session("t3", "2024-03-01T12:00:00Z"))?;
            db.touch_session("t2", "2024-03-01T09:30:00Z", "2024-03-01T13:00:00Z")?;
            let touched = db.session("t2")?.unwrap();
            assert_eq!(touched.seen_at, "2024-03-01T09:30:00Z");
            assert_eq!(touched.expires_at, "2024-03-01T13:00:00Z");
            assert_eq!(db.delete_expired_sessions("2024-03-01T10:00:00Z")?, 1);
            assert_eq!(db.session("t1")?, None);
            assert_eq!(db.sessions(ORGAN, "a1")?.len(), 2);
            db.delete_session("t3")?;
            assert_eq!(db.delete_sessions(ORGAN, "a1")?, 1);
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

fn leaf(leaf_index: u64, entry_id: &str, seq: u64) -> LeafRow {
    LeafRow {
        leaf_index,
        organ_id: ORGAN.into(),
        ledger: LEDGER.into(),
        entry_id: entry_id.into(),
        seq,
        data: vec![leaf_index as u8; 40],
    }
}

fn key(entry_id: &str, natural_key: &str) -> KeyRow {
    KeyRow {
        organ_id: ORGAN.into(),
        ledger: LEDGER.into(),
        natural_key: natural_key.into(),
        entry_id: entry_id.into(),
    }
}

/// The first state of the case.
fn case() -> EntryRow {
    EntryRow {
        content_hash: Some("h1".into()),
        section_id: Some("s1".into()),
        ..entry("e1", "2024-02-08")
    }
}

fn a_case_is_opened(db: &Db) -> Result<(), StoreError> {
    assert_eq!(db.log_size()?, 0);
    assert_eq!(db.last_number(ORGAN, "penalty/decision", 2024)?, 0);
    assert_eq!(db.next_number(ORGAN, "penalty/decision", 2024)?, 1);
    assert_eq!(db.last_number(ORGAN, "penalty/decision", 2024)?, 1);
    assert_eq!(db.next_number(ORGAN, "penalty/decision", 2024)?, 2);
    assert_eq!(db.next_number(ORGAN, "penalty/decision", 2025)?, 1);

    let e = case();
    let values = [
        value(&e, "cause", "unlicensed"),
        value(&e, "amount", &encode_integer(500)),
    ];
    let e = indexed(e, &values);
    db.put_entries(&[e.clone(), entry("e2", "2023-12-30")])?;
    db.put_values(&values)?;
    db.put_values(&[value(&e, "cause", "unlicensed")])?;
    db.put_keys(&[key("e1", "k1"), key("e2", "k2")])?;
    db.put_events(&[event("e1", 1, 0), event("e2", 1, 1)])?;
    db.put_leaves(&[leaf(0, "e1", 1), leaf(1, "e2", 1)])?;
    db.put_contributions(&[contribution("cases", "2024-02-08", 0)])?;
    db.queue_search(&[SearchText {
        organ_id: ORGAN.into(),
        ledger: LEDGER.into(),
        entry_id: "e1".into(),
        text: "校外培训机构".into(),
        ..SearchText::default()
    }])?;
    assert_eq!(db.index_pending(10)?, 1);
    assert_eq!(
        db.search(
            ORGAN,
            &crate::SearchWithin::ledger(Some(LEDGER)),
            "培训",
            None,
            10
        )?[0]
            .entry_id,
        "e1"
    );
    assert_eq!(db.entry(ORGAN, "e1")?, Some(e));
    assert_eq!(db.entry("330000", "e1")?, None);
    assert_eq!(db.ledger_counts(ORGAN, LEDGER)?, [(2023, 1), (2024, 1)]);
    Ok(())
}

fn the_case_goes_on(db: &Db) -> Result<(), StoreError> {
    // The date moves: the values are written anew, the contribution is taken back and made again.
    let days = |days: &[&str]| {
        let place = |day: &&str| ("cases".to_owned(), (*day).to_owned());
        days.iter().map(place).collect()
    };
    let first = db.contributions_of(ORGAN, "e1", &days(&["2024-02-08"]))?;
    let e = EntryRow {
        happened_on: "2024-03-05".into(),
        stage: Some("decided".into()),
        number: Some("某教罚决字〔2024〕1号".into()),
        revision: 2,
        ..case()
    };
    let values = [
        value(&e, "amount", &encode_integer(800)),
        value(&e, "cause", "unlicensed"),
    ];
    let e = indexed(e, &values);
    let before = db.values_named(ORGAN, "e1")?;
    assert_eq!(before.len(), 2);
    db.delete_values(ORGAN, "e1")?;
    assert!(db.values_there(&before)?.is_empty());
    db.put_entries(std::slice::from_ref(&e))?;
    db.put_values(&values)?;
    db.put_events(&[event("e1", 2, 2)])?;
    db.put_leaves(&[leaf(2, "e1", 2)])?;
    let mut again = contribution("cases", "2024-03-05", 2);
    again.ordinal = 1;
    db.put_contributions(&[negation(&first[0], 2), again])?;
    let all = days(&["2024-02-08", "2024-03-05"]);
    assert_eq!(db.contributions_of(ORGAN, "e1", &all)?.len(), 3);
    assert_eq!(db.values_named(ORGAN, "e1")?, values);
    let there: Vec<ValueRow> = db
        .values_there(&[before, values.to_vec()].concat())?
        .into_iter()
        .collect();
    assert_eq!(there, values);
    Ok(())
}

fn the_same_row_is_not_entered_twice(store: &Store) {
    refused_by(
        store.write(|db| db.put_keys(&[key("e3", "k1")])),
        constraint::NATURAL_KEY,
    );
    refused_by(
        store.write(|db| db.put_events(&[event("e1", 2, 9)])),
        constraint::EVENT_SEQUENCE,
    );
    assert!(
        store
            .write(|db| db.put_leaves(&[leaf(2, "e9", 1)]))
            .is_err()
    );
    store
        .write(|db| {
            assert_eq!(db.entry_by_key(ORGAN, LEDGER, "k1")?.as_deref(), Some("e1"));
            let found = db.entries_by_keys(ORGAN, LEDGER, &["k2", "k9", "k1"])?;
            assert_eq!(
                found.into_iter().collect::<Vec<_>>(),
                [
                    ("k1".to_owned(), "e1".to_owned()),
                    ("k2".to_owned(), "e2".to_owned())
                ]
            );
            assert_eq!(db.entries_by_content(ORGAN, LEDGER, "h1")?, ["e1"]);
            let found = db.entries_by_contents(ORGAN, LEDGER, &["h9", "h1"])?;
            assert_eq!(
                found.into_iter().collect::<Vec<_>>(),
                [("h1".to_owned(), vec!["e1".to_owned()])]
            );
            // A key that changes frees the one before.
            db.put_keys(&[key("e2", "k2b")])?;
            assert_eq!(db.entry_by_key(ORGAN, LEDGER, "k2")?, None);
            db.delete_key(ORGAN, "e2")?;
            assert_eq!(db.entry_by_key(ORGAN, LEDGER, "k2b")?, None);
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

fn the_log_is_signed(db: &Db) -> Result<(), StoreError> {
    assert_eq!(db.log_size()?, 3);
    assert_eq!(db.leaves(1, 1)?, [leaf(1, "e2", 1)]);
    assert_eq!(db.tile(0, 0)?, None);
    db.put_tiles(&[(0, 0, vec![1; 64]), (1, 0, vec![2; 32])])?;
    db.put_tiles(&[(0, 0, vec![1; 96])])?;
    assert_eq!(db.tile(0, 0)?, Some(vec![1; 96]));
    assert_eq!(db.last_checkpoint()?, None);
    let checkpoint = |size, note: &str| CheckpointRow {
        size,
        note: note.into(),
        created_at: "2024-03-05T10:00:00Z".into(),
    };
    db.put_checkpoint(&checkpoint(2, "two"))?;
    db.put_checkpoint(&checkpoint(3, "three"))?;
    db.put_checkpoint(&checkpoint(3, "three, witnessed"))?;
    assert_eq!(
        db.last_checkpoint()?,
        Some(checkpoint(3, "three, witnessed"))
    );
    assert_eq!(db.checkpoints(0, 10)?.len(), 2);
    assert_eq!(db.checkpoints(3, 10)?.len(), 1);
    Ok(())
}

fn a_file_and_an_import_come_in(db: &Db) -> Result<(), StoreError> {
    let blob = BlobRow {
        organ_id: ORGAN.into(),
        hash: "b1".into(),
        media_type: "application/pdf".into(),
        bytes: vec![0, 159, 146, 150],
    };
    db.put_blob(&blob)?;
    db.put_blob(&blob)?;
    assert_eq!(db.blob(ORGAN, "b1")?, Some(blob));
    assert_eq!(db.blob_size(ORGAN, "b1")?, Some(4));
    assert_eq!(db.blob("330000", "b1")?, None);

    let batch = |batch_id: &str, state: &str| ImportBatchRow {
        organ_id: ORGAN.into(),
        batch_id: batch_id.into(),
        ledger: LEDGER.into(),
        account_id: "a1".into(),
        created_at: format!("2024-03-0{}T00:00:00Z", batch_id.len()),
        state: state.into(),
        file_name: "台账.xlsx".into(),
        file_hash: "b1".into(),
        summary: "{}".into(),
    };
    db.put_import_batch(&batch("i", "checked"))?;
    db.put_import_batch(&batch("ii", "checked"))?;
    db.put_import_batch(&batch("i", "done"))?;
    assert_eq!(db.import_batch(ORGAN, "i")?, Some(batch("i", "done")));
    let latest = db.import_batches(ORGAN, 10)?;
    assert_eq!(latest, [batch("ii", "checked"), batch("i", "done")]);

    let line = |kind: &str, leaf_index| AuditRow {
        audit_id: 0,
        organ_id: ORGAN.into(),
        at: "2024-03-05T10:00:00Z".into(),
        account_id: "a1".into(),
        kind: kind.into(),
        subject: "e1".into(),
        detail: String::new(),
        leaf_index,
        salt: String::new(),
    };
    db.put_audit(&[line("sign-in", None), line("import", Some(2))])?;
    let newest = db.audit(ORGAN, None, 1)?;
    assert_eq!(
        (newest[0].kind.as_str(), newest[0].leaf_index),
        ("import", Some(2))
    );
    let before = db.audit(ORGAN, Some(newest[0].audit_id), 10)?;
    assert_eq!(before.len(), 1);
    assert_eq!(
        (before[0].kind.as_str(), before[0].leaf_index),
        ("sign-in", None)
    );
    Ok(())
}

fn what_was_wrong_is_made_void(db: &Db) -> Result<(), StoreError> {
    let void = EntryRow {
        voided: true,
        revision: 2,
        ..entry("e2", "2023-12-30")
    };
    db.put_entries(std::slice::from_ref(&void))?;
    db.put_entries(&[void])?;
    db.put_events(&[event("e2", 2, 3)])?;
    db.put_leaves(&[leaf(3, "e2", 2)])?;
    Ok(())
}

fn somebody_is_forgotten(db: &Db) -> Result<(), StoreError> {
    db.erase_event(ORGAN, "e2", 1, r#"{"erased":true}"#, "{}")?;
    let events = db.events(ORGAN, "e2")?;
    assert_eq!(events[0].body, r#"{"erased":true}"#);
    assert_eq!(events[1].body, "{}");
    Ok(())
}

/// What must hold at the end, and after a restart.
fn the_books_are_right(db: &Db) -> Result<(), StoreError> {
    assert_eq!(db.ledger_counts(ORGAN, LEDGER)?, [(2024, 1)]);
    let open = ListQuery::new(ORGAN, LEDGER, RowFilter::organ(ORGAN));
    let page = db.list(&open)?;
    assert_eq!(page.rows.len(), 1);
    assert_eq!(
        page.rows[0].number.as_deref(),
        Some("某教罚决字〔2024〕1号")
    );
    assert_eq!(page.next, None);
    assert_eq!(db.count(&open, 10)?.n, 1);
    let fined = Filter {
        field: "amount".into(),
        op: FilterOp::Range(Some(encode_integer(600)), None),
    };
    assert_eq!(
        db.count(
            &ListQuery {
                filters: vec![fined],
                ..open.clone()
            },
            10
        )?
        .n,
        1
    );
    assert_eq!(
        db.list(&ListQuery {
            include_voided: true,
            ..open
        })?
        .rows
        .len(),
        2
    );
    assert_eq!(
        db.distinct_values(ORGAN, LEDGER, "cause", 10)?,
        ["unlicensed"]
    );
    let both = db.entries(ORGAN, &["e2", "gone", "e1"])?;
    assert_eq!(
        both.iter().map(|e| e.entry_id.as_str()).collect::<Vec<_>>(),
        ["e2", "e1"]
    );

    let events = db.events(ORGAN, "e1")?;
    assert_eq!(
        events
            .iter()
            .map(|e| (e.seq, e.leaf_index))
            .collect::<Vec<_>>(),
        [(1, 0), (2, 2)]
    );
    assert_eq!(db.events_from(1, 2)?.len(), 2);

    let year = FigureQuery {
        organ_id: ORGAN,
        figure: "cases",
        from: Some("2024-01-01"),
        to: Some("2024-12-31"),
        as_of: None,
    };
    let sums = db.figure_sum(&year)?;
    assert_eq!((sums.len(), sums[0].value, sums[0].entries), (1, 1, 1));
    let months = db.figure_months(&year)?;
    assert_eq!(
        months.iter().map(|m| m.month.as_str()).collect::<Vec<_>>(),
        ["2024-03"]
    );
    // The report frozen before the correction still counts the case in February.
    let frozen = db.figure_months(&FigureQuery {
        as_of: Some(2),
        ..year
    })?;
    assert_eq!(
        frozen.iter().map(|m| m.month.as_str()).collect::<Vec<_>>(),
        ["2024-02"]
    );
    assert_eq!(
        db.search(
            ORGAN,
            &crate::SearchWithin::ledger(None),
            "校外培训",
            None,
            10
        )?
        .len(),
        1
    );
    Ok(())
}

fn everything_can_be_read_in_order(db: &Db) -> Result<(), StoreError> {
    let mut seen = Vec::new();
    db.scan_leaves(0, |l| {
        seen.push(format!("leaf {}", l.leaf_index));
        Ok::<(), StoreError>(())
    })?;
    db.scan_events(2, |e| {
        seen.push(format!("event {}", e.leaf_index));
        // A visitor may ask other questions meanwhile.
        assert!(db.entry(&e.organ_id, &e.entry_id)?.is_some());
        Ok::<(), StoreError>(())
    })?;
    db.scan_entries(|e| {
        seen.push(format!("entry {}", e.entry_id));
        Ok::<(), StoreError>(())
    })?;
    db.scan_contributions(|c| {
        seen.push(format!("contribution {}.{}", c.leaf_index, c.ordinal));
        Ok::<(), StoreError>(())
    })?;
    assert_eq!(
        seen,
        [
            "leaf 0",
            "leaf 1",
            "leaf 2",
            "leaf 3",
            "event 2",
            "event 3",
            "entry e1",
            "entry e2",
            "contribution 0.0",
            "contribution 2.0",
            "contribution 2.1"
        ]
    );
    let mut kept = Vec::new();
    db.scan_values(|v| {
        kept.push(format!("{} {}", v.entry_id, v.field));
        Ok::<(), StoreError>(())
    })?;
    db.scan_keys(|k| {
        kept.push(format!("{} {}", k.entry_id, k.natural_key));
        Ok::<(), StoreError>(())
    })?;
    db.scan_counts(|c| {
        kept.push(format!("{} {}", c.year, c.open_count));
        Ok::<(), StoreError>(())
    })?;
    assert_eq!(kept, ["e1 amount", "e1 cause", "e1 k1", "2024 1"]);
    let stopped = db.scan_leaves(0, |_| Err(StoreError::Busy));
    assert!(matches!(stopped, Err(StoreError::Busy)));
    Ok(())
}

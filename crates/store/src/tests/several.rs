//! The rows of several entries at once, as a verification reads them.

use super::engines::on_both_engines;
use super::samples::{LEDGER, ORGAN, contribution, entry, event, store, value};
use crate::{DeadlineRow, EntryRow, KeyRow, StoreError, ValueRow};

on_both_engines! { the_rows_of_several_entries_are_those_of_each }

const DAY: &str = "2024-03-01";

fn clock(entry_id: &str, clock: &str) -> DeadlineRow {
    DeadlineRow {
        organ_id: ORGAN.into(),
        entry_id: entry_id.into(),
        clock: clock.into(),
        ledger: LEDGER.into(),
        section_id: "s1".into(),
        due_on: "2024-04-01".into(),
        started_on: DAY.into(),
        statutory: true,
        provisional: false,
        suspended: false,
        account_id: entry_id.into(),
    }
}

fn values_of(row: &EntryRow) -> [ValueRow; 2] {
    [value(row, "cause", "a"), value(row, "tag", "b")]
}

fn the_rows_of_several_entries_are_those_of_each() -> Result<(), StoreError> {
    let store = store();
    store.write(|db| {
        for (at, id) in (0..).zip(["f1", "f2", "f3"]) {
            let row = entry(id, DAY);
            db.open_entries(std::slice::from_ref(&row))?;
            db.put_values(&values_of(&row))?;
            db.put_deadlines(ORGAN, &[], &[clock(id, "answer"), clock(id, "close")])?;
            db.put_events(&[event(id, 1, at), event(id, 2, at + 10)])?;
            db.put_contributions(&[contribution("cases", DAY, at)])?;
            db.put_keys(&[KeyRow {
                organ_id: ORGAN.into(),
                ledger: row.ledger.clone(),
                natural_key: format!("key of {id}"),
                entry_id: id.into(),
            }])?;
        }
        Ok::<(), StoreError>(())
    })?;
    store.read(|db| {
        let mut ids: Vec<String> = Vec::new();
        db.scan_entries(|entry| {
            ids.extend((entry.organ_id == ORGAN).then_some(entry.entry_id));
            Ok::<(), StoreError>(())
        })?;
        assert_eq!(ids.len(), 3);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (mut events, mut clocks) = (Vec::new(), Vec::new());
        for id in &ids {
            events.extend(db.events(ORGAN, id)?);
            clocks.extend(db.deadlines_of(ORGAN, id)?);
        }
        assert_eq!(db.events_of(ORGAN, &ids)?, events);
        assert_eq!(db.deadlines_of_many(ORGAN, &ids)?, clocks);
        assert_eq!(clocks.len(), 6);
        let values: Vec<ValueRow> = ids
            .iter()
            .flat_map(|id| values_of(&entry(id, DAY)))
            .collect();
        let other = value(&entry("f9", DAY), "tag", "b");
        let there = db.values_there(values.iter().chain([&other]))?;
        assert_eq!(
            there,
            values.into_iter().collect(),
            "the other is not there"
        );
        let keys = db.keys_of(ORGAN, &ids)?;
        assert_eq!((keys.len(), events.len()), (3, 6));
        for key in keys {
            let found = db.entry_by_key(ORGAN, &key.ledger, &key.natural_key)?;
            assert_eq!(found, Some(key.entry_id));
        }
        let (mut lines, mut same) = (0, 0);
        db.scan_contributions(|line| {
            lines += 1;
            let place = (line.figure.as_str(), line.happened_on.as_str());
            let leaves: Vec<u64> = (0..200).map(|n| line.leaf_index + n).collect();
            let found = db.contributions_at(&line.organ_id, place, &leaves)?;
            same += usize::from(found.contains(&line));
            Ok::<(), StoreError>(())
        })?;
        assert!(lines > 0 && lines == same, "{lines} {same}");
        Ok::<(), StoreError>(())
    })
}

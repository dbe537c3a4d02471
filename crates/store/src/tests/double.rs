//! Work that two organs wrote down: the same, perhaps the same, or not.

use super::engines::on_both_engines;
use super::samples::{LEDGER, ORGAN, entry, store};
use crate::{KeyRow, StoreError};

on_both_engines! {
    the_same_is_told_from_what_cannot_be_decided
}

fn the_same_is_told_from_what_cannot_be_decided() {
    let store = store();
    let pair = store.write(|db| {
        for organ in [ORGAN, "below"] {
            // Each pair agrees in day and title; the first in its key, too, the second has another,
            // the third has none.
            for (n, key) in [(1, Some("k1")), (2, Some(organ)), (3, None)] {
                let mut e = entry(&format!("{organ}-{n}"), "2024-03-01");
                e.organ_id = organ.into();
                e.title = format!("第 {n} 件");
                db.put_entries(std::slice::from_ref(&e))?;
                if let Some(key) = key {
                    db.put_keys(&[KeyRow {
                        organ_id: organ.into(),
                        ledger: LEDGER.into(),
                        natural_key: key.into(),
                        entry_id: e.entry_id.clone(),
                    }])?;
                }
            }
        }
        let same = db.same_work(ORGAN, "below", LEDGER)?;
        let perhaps = db.perhaps_same_work(ORGAN, "below", LEDGER, "2024-01-01", "2024-12-31")?;
        let before = db.perhaps_same_work(ORGAN, "below", LEDGER, "2023-01-01", "2023-12-31")?;
        Ok::<_, StoreError>((same, perhaps, before))
    });
    assert_eq!(pair.unwrap(), (vec!["below-1".to_owned()], 2, 0));
}

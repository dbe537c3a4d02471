//! A draw, what comes back from the field, and what witnesses say.

use super::engines::on_both_engines;
use super::samples::{ORGAN, store};
use crate::{Db, DrawEventRow, DrawRow, FieldRecordRow, Store, StoreError};

on_both_engines! {
    a_draw_keeps_its_plan_and_moves_on
    a_record_arrives_once
}

fn draw(draw_id: &str, draw_time: &str) -> DrawRow {
    DrawRow {
        organ_id: ORGAN.into(),
        draw_id: draw_id.into(),
        title: "春季抽查".into(),
        stage: "planned".into(),
        draw_time: draw_time.into(),
        public_from: None,
        created_at: "2026-03-01T01:00:00Z".into(),
        setup: "{}".into(),
        plan: "{\"v\":1}".into(),
        names: "{}".into(),
        secret: Some("00".repeat(32)),
        population: None,
        roster: None,
        sources: "[]".into(),
        bundle: None,
    }
}

fn event(seq: u64, leaf_index: u64) -> DrawEventRow {
    DrawEventRow {
        organ_id: ORGAN.into(),
        draw_id: "d-1".into(),
        seq,
        leaf_index,
        kind: "draw.plan.published".into(),
        actor: "a1".into(),
        recorded_at: "2026-03-01T01:00:00Z".into(),
        body: String::new(),
    }
}

fn record(record_id: &str, entry_id: Option<&str>) -> FieldRecordRow {
    FieldRecordRow {
        organ_id: ORGAN.into(),
        record_id: record_id.into(),
        draw_id: "d-1".into(),
        unit_id: "u1".into(),
        matter: "食堂".into(),
        account_id: "a1".into(),
        recorded_at: "2026-03-10T01:00:00Z".into(),
        received_at: "2026-03-10T02:00:00Z".into(),
        entry_id: entry_id.map(Into::into),
        body: "{}".into(),
    }
}

/// Every statement of this noun, for the test of plans.
pub(crate) fn live(store: &Store) {
    store.write(a_draw_is_made).unwrap();
    store.write(records_come_in).unwrap();
    store.write(witnesses_cosign).unwrap();
}

fn a_draw_is_made(db: &Db) -> Result<(), StoreError> {
    assert_eq!(db.draw(ORGAN, "d-1")?, None);
    db.put_draw(&draw("d-1", "2026-03-03T02:00:00Z"))?;
    db.put_draw(&draw("d-2", "2026-04-03T02:00:00Z"))?;
    let later = DrawRow {
        title: "改名".into(),
        plan: "{\"v\":2}".into(),
        stage: "frozen".into(),
        population: Some("[]".into()),
        ..draw("d-1", "2026-03-03T02:00:00Z")
    };
    db.put_draw(&later)?;
    let kept = db.draw(ORGAN, "d-1")?.unwrap();
    // Title and plan were published and stand.
    assert_eq!(
        (kept.title.as_str(), kept.plan.as_str()),
        ("春季抽查", "{\"v\":1}")
    );
    assert_eq!(
        (kept.stage.as_str(), kept.population.as_deref()),
        ("frozen", Some("[]"))
    );
    let ids: Vec<String> = db
        .draws(ORGAN, 10)?
        .into_iter()
        .map(|d| d.draw_id)
        .collect();
    assert_eq!(ids, ["d-2", "d-1"]);
    assert!(db.draws("999999", 10)?.is_empty());
    db.put_draw_event(&event(1, 7))?;
    db.put_draw_event(&event(2, 9))?;
    assert_eq!(db.draw_events(ORGAN, "d-1")?.len(), 2);
    assert_eq!(db.draw_events_from(8, 10)?, [event(2, 9)]);
    Ok(())
}

fn records_come_in(db: &Db) -> Result<(), StoreError> {
    assert!(db.put_field_record(&record("r1", Some("e1")))?);
    // Sent again, even with other content: the first stands.
    assert!(!db.put_field_record(&record("r1", None))?);
    assert!(db.put_field_record(&record("r2", None))?);
    assert_eq!(
        db.field_record(ORGAN, "r1")?,
        Some(record("r1", Some("e1")))
    );
    assert_eq!(db.field_records(ORGAN, "d-1")?.len(), 2);
    Ok(())
}

fn witnesses_cosign(db: &Db) -> Result<(), StoreError> {
    db.put_cosignature(5, "w2", "second")?;
    db.put_cosignature(5, "w1", "first")?;
    db.put_cosignature(5, "w1", "later")?;
    db.put_cosignature(9, "w1", "ninth")?;
    let all = db.cosignatures(5, 10)?;
    let lines: Vec<&str> = all.iter().map(|(_, _, line)| line.as_str()).collect();
    assert_eq!(lines, ["first", "second", "ninth"]);
    assert_eq!(db.cosignatures(6, 10)?.len(), 1);
    Ok(())
}

fn a_draw_keeps_its_plan_and_moves_on() {
    let store = store();
    store.write(a_draw_is_made).unwrap();
    // A place of the log belongs to one event.
    let taken = store.write(|db| db.put_draw_event(&event(3, 9)));
    assert!(taken.is_err());
}

fn a_record_arrives_once() {
    live(&store());
}

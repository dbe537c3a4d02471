//! Draws, their events, and what is recorded in the field.
//!
//! Plans, lists and bundles are texts of JSON that pass through unread.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A draw as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawRow {
    /// The organ that draws.
    pub organ_id: String,
    /// The identifier, never used twice.
    pub draw_id: String,
    /// What people call it.
    pub title: String,
    /// How far it is.
    pub stage: String,
    /// When it is drawn, UTC.
    pub draw_time: String,
    /// The result is not public before.
    pub public_from: Option<String>,
    /// When its plan was published.
    pub created_at: String,
    /// What was chosen to make the plan, JSON.
    pub setup: String,
    /// The plan, JSON.
    pub plan: String,
    /// Names of units and officers by id, JSON.
    pub names: String,
    /// The organ's own secret, until it is published.
    pub secret: Option<String>,
    /// The frozen units, JSON.
    pub population: Option<String>,
    /// The frozen officers, JSON.
    pub roster: Option<String>,
    /// The values of the sources that have come in, JSON.
    pub sources: String,
    /// The bundle, JSON.
    pub bundle: Option<String>,
}

/// An event of a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawEventRow {
    /// The organ.
    pub organ_id: String,
    /// The draw.
    pub draw_id: String,
    /// Number within the draw, from 1.
    pub seq: u64,
    /// Position in the log.
    pub leaf_index: u64,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// What the event says beyond what the draw says, JSON.
    pub body: String,
}

/// What a device sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRecordRow {
    /// The organ.
    pub organ_id: String,
    /// The key that the device gave it.
    pub record_id: String,
    /// The draw.
    pub draw_id: String,
    /// The unit that was visited.
    pub unit_id: String,
    /// The item that was inspected.
    pub matter: String,
    /// Who sent it.
    pub account_id: String,
    /// When it was recorded, by the clock of the device.
    pub recorded_at: String,
    /// When it arrived.
    pub received_at: String,
    /// The entry that it opened; none for a second record of the same task.
    pub entry_id: Option<String>,
    /// The record, JSON.
    pub body: String,
}

/// Primary key.
const PUT: &str = "INSERT INTO draw (organ_id, draw_id, title, stage, draw_time, public_from,
    created_at, setup, plan, names, secret, population, roster, sources, bundle)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (organ_id, draw_id) DO UPDATE SET stage = excluded.stage,
    names = excluded.names, secret = excluded.secret, population = excluded.population,
    roster = excluded.roster, sources = excluded.sources, bundle = excluded.bundle";
/// Primary key.
const GET: &str = "SELECT organ_id, draw_id, title, stage, draw_time, public_from, created_at,
    setup, plan, names, secret, population, roster, sources, bundle FROM draw
    WHERE organ_id = $1 AND draw_id = $2";
/// Index `draw_by_time`.
const ALL: &str = "SELECT organ_id, draw_id, title, stage, draw_time, public_from, created_at,
    setup, plan, names, secret, NULL, NULL, sources, NULL FROM draw
    WHERE organ_id = $1 ORDER BY draw_time DESC, draw_id DESC LIMIT $2";
/// Primary key.
const PUT_EVENT: &str = "INSERT INTO draw_event (organ_id, draw_id, seq, leaf_index, kind, actor,
    recorded_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// Primary key.
const EVENTS: &str = "SELECT organ_id, draw_id, seq, leaf_index, kind, actor, recorded_at, body
    FROM draw_event WHERE organ_id = $1 AND draw_id = $2 ORDER BY seq";
/// Index `draw_event_by_leaf`.
const EVENTS_FROM: &str =
    "SELECT organ_id, draw_id, seq, leaf_index, kind, actor, recorded_at, body
    FROM draw_event WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
/// Primary key.
const PUT_RECORD: &str = "INSERT INTO field_record (organ_id, record_id, draw_id, unit_id, matter,
    account_id, recorded_at, received_at, entry_id, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (organ_id, record_id) DO NOTHING";
/// Primary key.
const RECORD: &str = "SELECT organ_id, record_id, draw_id, unit_id, matter, account_id,
    recorded_at, received_at, entry_id, body FROM field_record
    WHERE organ_id = $1 AND record_id = $2";
/// Index `field_record_by_unit`.
const RECORDS: &str = "SELECT organ_id, record_id, draw_id, unit_id, matter, account_id,
    recorded_at, received_at, entry_id, body FROM field_record
    WHERE organ_id = $1 AND draw_id = $2 ORDER BY unit_id, received_at, record_id";

fn draw(row: &Row<'_>) -> Result<DrawRow, StoreError> {
    Ok(DrawRow {
        organ_id: row.text(0)?,
        draw_id: row.text(1)?,
        title: row.text(2)?,
        stage: row.text(3)?,
        draw_time: row.text(4)?,
        public_from: row.text_opt(5)?,
        created_at: row.text(6)?,
        setup: row.text(7)?,
        plan: row.text(8)?,
        names: row.text(9)?,
        secret: row.text_opt(10)?,
        population: row.text_opt(11)?,
        roster: row.text_opt(12)?,
        sources: row.text(13)?,
        bundle: row.text_opt(14)?,
    })
}

fn event(row: &Row<'_>) -> Result<DrawEventRow, StoreError> {
    Ok(DrawEventRow {
        organ_id: row.text(0)?,
        draw_id: row.text(1)?,
        seq: row.natural(2)?,
        leaf_index: row.natural(3)?,
        kind: row.text(4)?,
        actor: row.text(5)?,
        recorded_at: row.text(6)?,
        body: row.text(7)?,
    })
}

fn record(row: &Row<'_>) -> Result<FieldRecordRow, StoreError> {
    Ok(FieldRecordRow {
        organ_id: row.text(0)?,
        record_id: row.text(1)?,
        draw_id: row.text(2)?,
        unit_id: row.text(3)?,
        matter: row.text(4)?,
        account_id: row.text(5)?,
        recorded_at: row.text(6)?,
        received_at: row.text(7)?,
        entry_id: row.text_opt(8)?,
        body: row.text(9)?,
    })
}

impl Db {
    /// Keep a draw; identifier, title, time and plan never change.
    pub fn put_draw(&self, d: &DrawRow) -> Result<(), StoreError> {
        let args = args![
            &d.organ_id,
            &d.draw_id,
            &d.title,
            &d.stage,
            &d.draw_time,
            &d.public_from,
            &d.created_at,
            &d.setup,
            &d.plan,
            &d.names,
            &d.secret,
            &d.population,
            &d.roster,
            &d.sources,
            &d.bundle
        ];
        self.execute(PUT, &args).map(drop)
    }

    /// A draw.
    pub fn draw(&self, organ_id: &str, draw_id: &str) -> Result<Option<DrawRow>, StoreError> {
        self.query_one(GET, &args![organ_id, draw_id], draw)
    }

    /// The draws of an organ, newest first, without their lists and bundles.
    pub fn draws(&self, organ_id: &str, limit: usize) -> Result<Vec<DrawRow>, StoreError> {
        self.query(ALL, &args![organ_id, limit], draw)
    }

    /// Append an event of a draw.
    pub fn put_draw_event(&self, e: &DrawEventRow) -> Result<(), StoreError> {
        let args = args![
            &e.organ_id,
            &e.draw_id,
            e.seq,
            e.leaf_index,
            &e.kind,
            &e.actor,
            &e.recorded_at,
            &e.body
        ];
        self.execute(PUT_EVENT, &args).map(drop)
    }

    /// The events of a draw, in order.
    pub fn draw_events(
        &self,
        organ_id: &str,
        draw_id: &str,
    ) -> Result<Vec<DrawEventRow>, StoreError> {
        self.query(EVENTS, &args![organ_id, draw_id], event)
    }

    /// Events of draws from a position of the log on, in order.
    pub fn draw_events_from(
        &self,
        leaf_index: u64,
        limit: usize,
    ) -> Result<Vec<DrawEventRow>, StoreError> {
        self.query(EVENTS_FROM, &args![leaf_index, limit], event)
    }

    /// Keep what a device sent; says whether it was new.
    pub fn put_field_record(&self, r: &FieldRecordRow) -> Result<bool, StoreError> {
        let args = args![
            &r.organ_id,
            &r.record_id,
            &r.draw_id,
            &r.unit_id,
            &r.matter,
            &r.account_id,
            &r.recorded_at,
            &r.received_at,
            &r.entry_id,
            &r.body
        ];
        Ok(self.execute(PUT_RECORD, &args)? == 1)
    }

    /// What a device sent under a key.
    pub fn field_record(
        &self,
        organ_id: &str,
        record_id: &str,
    ) -> Result<Option<FieldRecordRow>, StoreError> {
        self.query_one(RECORD, &args![organ_id, record_id], record)
    }

    /// All that devices sent for a draw.
    pub fn field_records(
        &self,
        organ_id: &str,
        draw_id: &str,
    ) -> Result<Vec<FieldRecordRow>, StoreError> {
        self.query(RECORDS, &args![organ_id, draw_id], record)
    }
}

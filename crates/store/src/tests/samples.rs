//! Rows with defaults; a test says only what matters to it.

use crate::engine::Engine;
use crate::engine::sqlite::Sqlite;
use crate::{ContributionRow, Db, EntryRow, EventRow, OrganRow, Store, ValueRow};

pub(crate) const ORGAN: &str = "330100";
pub(crate) const LEDGER: &str = "penalty";

/// An empty database of the engine under test.
pub(crate) fn store() -> Store {
    Store::open(&super::engines::fresh()).unwrap()
}

/// The connection of a test that looks behind the interface.
pub(crate) fn sqlite(db: &Db) -> &Sqlite {
    match &db.engine {
        Engine::Sqlite(sqlite) => sqlite,
        Engine::Postgres(_) => panic!("a test of SQLite alone"),
    }
}

pub(crate) fn organ(organ_id: &str, parent_id: Option<&str>) -> OrganRow {
    OrganRow {
        organ_id: organ_id.into(),
        parent_id: parent_id.map(Into::into),
        name: "某市教育局".into(),
        short_name: "市教育局".into(),
        document_name: "某教".into(),
        kind: "city".into(),
    }
}

pub(crate) fn entry(entry_id: &str, happened_on: &str) -> EntryRow {
    EntryRow {
        organ_id: ORGAN.into(),
        entry_id: entry_id.into(),
        ledger: LEDGER.into(),
        version: "2021-07-15".into(),
        number: None,
        title: format!("案件{entry_id}"),
        stage: Some("filed".into()),
        section_id: None,
        happened_on: happened_on.into(),
        revision: 1,
        opened_at: "2024-03-01T08:00:00Z".into(),
        changed_at: "2024-03-01T08:00:00Z".into(),
        voided: false,
        fields: "{}".into(),
        history: "{}".into(),
        content_hash: None,
        indexed: "{}".into(),
    }
}

/// An entry whose row names these values.
pub(crate) fn indexed(entry: EntryRow, values: &[ValueRow]) -> EntryRow {
    let pairs = values.iter().map(|v| (v.field.as_str(), v.value.as_str()));
    EntryRow {
        indexed: crate::indexed_text(pairs),
        ..entry
    }
}

pub(crate) fn value(entry: &EntryRow, field: &str, value: &str) -> ValueRow {
    ValueRow {
        organ_id: entry.organ_id.clone(),
        ledger: entry.ledger.clone(),
        field: field.into(),
        value: value.into(),
        happened_on: entry.happened_on.clone(),
        entry_id: entry.entry_id.clone(),
    }
}

pub(crate) fn event(entry_id: &str, seq: u64, leaf_index: u64) -> EventRow {
    EventRow {
        organ_id: ORGAN.into(),
        entry_id: entry_id.into(),
        seq,
        ledger: LEDGER.into(),
        kind: "opened".into(),
        version: "2021-07-15".into(),
        actor: "a1".into(),
        happened_on: "2024-03-01".into(),
        recorded_at: "2024-03-01T08:00:00Z".into(),
        body: "{}".into(),
        salts: "{}".into(),
        leaf_index,
    }
}

pub(crate) fn contribution(figure: &str, happened_on: &str, leaf_index: u64) -> ContributionRow {
    ContributionRow {
        organ_id: ORGAN.into(),
        figure: figure.into(),
        happened_on: happened_on.into(),
        leaf_index,
        ordinal: 0,
        ledger: LEDGER.into(),
        entry_id: format!("e{leaf_index}"),
        value: 1,
        dims: String::new(),
        item: String::new(),
        distinct: false,
        negates_leaf: None,
        negates_ordinal: None,
    }
}

/// The negation of a contribution by a later leaf.
pub(crate) fn negation(of: &ContributionRow, leaf_index: u64) -> ContributionRow {
    ContributionRow {
        leaf_index,
        value: -of.value,
        negates_leaf: Some(of.leaf_index),
        negates_ordinal: Some(of.ordinal),
        ..of.clone()
    }
}

/// Numbers that look random and are the same in each run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

//! Collections (填报任务): a set of units is asked for given ledgers by a date.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionRow {
    /// The organ that asks.
    pub organ_id: String,
    /// Its id.
    pub collection_id: String,
    /// What it is called.
    pub title: String,
    /// What the units should know.
    pub note: String,
    /// The ledgers asked for, separated by spaces.
    pub ledgers: String,
    /// First day of the period.
    pub from_on: String,
    /// Last day of the period.
    pub to_on: String,
    /// The day by which to hand in.
    pub due_on: String,
    /// The section that asks.
    pub section_id: String,
    /// Who asks.
    pub created_by: String,
    /// Since when.
    pub created_at: String,
    /// When it was closed.
    pub closed_at: Option<String>,
}

/// Primary key.
const PUT: &str = "INSERT INTO collection (organ_id, collection_id, title, note, ledgers, from_on, to_on, due_on, section_id, created_by, created_at, closed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (organ_id, collection_id)
    DO UPDATE SET title = excluded.title, note = excluded.note, due_on = excluded.due_on, closed_at = excluded.closed_at";
/// Primary key; a few hundred rows.
const OF_ORGAN: &str = "SELECT organ_id, collection_id, title, note, ledgers, from_on, to_on, due_on, section_id, created_by, created_at, closed_at FROM collection
    WHERE organ_id = $1 ORDER BY collection_id";
/// Primary key.
const BY_ID: &str = "SELECT organ_id, collection_id, title, note, ledgers, from_on, to_on, due_on, section_id, created_by, created_at, closed_at FROM collection
    WHERE organ_id = $1 AND collection_id = $2";

fn collection(row: &Row<'_>) -> Result<CollectionRow, StoreError> {
    Ok(CollectionRow {
        organ_id: row.text(0)?,
        collection_id: row.text(1)?,
        title: row.text(2)?,
        note: row.text(3)?,
        ledgers: row.text(4)?,
        from_on: row.text(5)?,
        to_on: row.text(6)?,
        due_on: row.text(7)?,
        section_id: row.text(8)?,
        created_by: row.text(9)?,
        created_at: row.text(10)?,
        closed_at: row.text_opt(11)?,
    })
}

impl Db {
    /// Start or change collections.
    pub fn put_collections(&self, rows: &[CollectionRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.collection_id,
                &r.title,
                &r.note,
                &r.ledgers,
                &r.from_on,
                &r.to_on,
                &r.due_on,
                &r.section_id,
                &r.created_by,
                &r.created_at,
                &r.closed_at
            ])?;
        }
        Ok(())
    }

    /// The collections of an organ, oldest first.
    pub fn collections(&self, organ_id: &str) -> Result<Vec<CollectionRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], collection)
    }

    /// A collection.
    pub fn collection(
        &self,
        organ_id: &str,
        collection_id: &str,
    ) -> Result<Option<CollectionRow>, StoreError> {
        self.query_one(BY_ID, &args![organ_id, collection_id], collection)
    }
}

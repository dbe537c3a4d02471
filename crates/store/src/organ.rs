//! Organs with their districts and sections.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A bureau that keeps ledgers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganRow {
    /// Its id.
    pub organ_id: String,
    /// The organ above it.
    pub parent_id: Option<String>,
    /// Full name.
    pub name: String,
    /// Short name, for lists.
    pub short_name: String,
    /// The name in document numbers.
    pub document_name: String,
    /// What kind of organ it is.
    pub kind: String,
}

/// A district or a section of an organ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// The organ.
    pub organ_id: String,
    /// Its id within the organ.
    pub part_id: String,
    /// Name.
    pub name: String,
    /// Place in lists.
    pub ordinal: u32,
}

/// Primary key.
const PUT_ORGAN: &str = "INSERT INTO organ
    (organ_id, parent_id, name, short_name, document_name, kind)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organ_id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name,
    short_name = excluded.short_name, document_name = excluded.document_name,
    kind = excluded.kind";
/// Primary key.
const ORGAN: &str = "SELECT organ_id, parent_id, name, short_name, document_name, kind FROM organ
    WHERE organ_id = $1";
/// The whole table, a few hundred rows, by primary key.
const ORGANS: &str = "SELECT organ_id, parent_id, name, short_name, document_name, kind FROM organ
    ORDER BY organ_id";
/// Primary key.
const PUT_DISTRICT: &str = "INSERT INTO district (organ_id, district_id, name, ordinal)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (organ_id, district_id) DO UPDATE SET name = excluded.name,
    ordinal = excluded.ordinal";
/// Primary key, then a sort of a few rows.
const DISTRICTS: &str = "SELECT organ_id, district_id, name, ordinal FROM district
    WHERE organ_id = $1 ORDER BY ordinal, district_id";
/// Primary key.
const PUT_SECTION: &str = "INSERT INTO section (organ_id, section_id, name, ordinal)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (organ_id, section_id) DO UPDATE SET name = excluded.name,
    ordinal = excluded.ordinal";
/// Primary key, then a sort of a few rows.
const SECTIONS: &str = "SELECT organ_id, section_id, name, ordinal FROM section
    WHERE organ_id = $1 ORDER BY ordinal, section_id";

fn organ(row: &Row<'_>) -> Result<OrganRow, StoreError> {
    Ok(OrganRow {
        organ_id: row.text(0)?,
        parent_id: row.text_opt(1)?,
        name: row.text(2)?,
        short_name: row.text(3)?,
        document_name: row.text(4)?,
        kind: row.text(5)?,
    })
}

fn part(row: &Row<'_>) -> Result<PartRow, StoreError> {
    Ok(PartRow {
        organ_id: row.text(0)?,
        part_id: row.text(1)?,
        name: row.text(2)?,
        ordinal: row.small(3)?,
    })
}

impl Db {
    /// Create or change organs; parents first.
    pub fn put_organs(&self, organs: &[OrganRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT_ORGAN)?;
        for o in organs {
            statement.execute(&args![
                &o.organ_id,
                &o.parent_id,
                &o.name,
                &o.short_name,
                &o.document_name,
                &o.kind
            ])?;
        }
        Ok(())
    }

    /// One organ.
    pub fn organ(&self, organ_id: &str) -> Result<Option<OrganRow>, StoreError> {
        self.query_one(ORGAN, &args![organ_id], organ)
    }

    /// All organs of the deployment, by id.
    pub fn organs(&self) -> Result<Vec<OrganRow>, StoreError> {
        self.query(ORGANS, &[], organ)
    }

    /// Create or change districts.
    pub fn put_districts(&self, rows: &[PartRow]) -> Result<(), StoreError> {
        self.put_parts(PUT_DISTRICT, rows)
    }

    /// The districts of an organ, in their order.
    pub fn districts(&self, organ_id: &str) -> Result<Vec<PartRow>, StoreError> {
        self.query(DISTRICTS, &args![organ_id], part)
    }

    /// Create or change sections.
    pub fn put_sections(&self, rows: &[PartRow]) -> Result<(), StoreError> {
        self.put_parts(PUT_SECTION, rows)
    }

    /// The sections of an organ, in their order.
    pub fn sections(&self, organ_id: &str) -> Result<Vec<PartRow>, StoreError> {
        self.query(SECTIONS, &args![organ_id], part)
    }

    fn put_parts(&self, sql: &str, rows: &[PartRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(sql)?;
        for r in rows {
            statement.execute(&args![&r.organ_id, &r.part_id, &r.name, r.ordinal])?;
        }
        Ok(())
    }
}

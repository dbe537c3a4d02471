//! Papers, evidence and the record of the whole process: rows that are only ever added.
//!
//! Each belongs to an event that names its hash. The bytes of evidence are in [`crate::Files`].

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// One version of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// The paper.
    pub paper_id: String,
    /// From 1.
    pub version: u32,
    /// Which document of the ledger.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its number, once it is signed off.
    pub number: Option<String>,
    /// Signed off.
    pub signed: bool,
    /// What it says, as JSON.
    pub body: String,
    /// Hash of the body.
    pub hash: String,
    /// Who wrote or signed it.
    pub account_id: String,
    /// The day that it bears.
    pub made_on: String,
    /// When that was.
    pub made_at: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// Its id.
    pub evidence_id: String,
    /// Hash of its bytes.
    pub hash: String,
    /// As found out from the bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Name, who, when, where: as JSON.
    pub about: String,
    /// Who added it.
    pub account_id: String,
    /// When.
    pub made_at: String,
}

/// A piece of the record of the whole process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRow {
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
    /// Its id.
    pub record_id: String,
    /// What it says, as JSON.
    pub body: String,
    /// Hash of the body.
    pub hash: String,
    /// Who wrote it.
    pub account_id: String,
    /// When.
    pub made_at: String,
}

/// Primary key.
const PUT_PAPER: &str = "INSERT INTO paper (organ_id, entry_id, paper_id, version, document, title,
    number, signed, body, hash, account_id, made_on, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
/// Primary key, in its order.
const PAPERS: &str =
    "SELECT organ_id, entry_id, paper_id, version, document, title, number, signed,
    body, hash, account_id, made_on, made_at FROM paper
    WHERE organ_id = $1 AND entry_id = $2 ORDER BY paper_id, version";
/// Primary key.
const PUT_EVIDENCE: &str =
    "INSERT INTO evidence (organ_id, entry_id, evidence_id, hash, media_type,
    size, about, account_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
/// Primary key, in its order.
const EVIDENCE: &str = "SELECT organ_id, entry_id, evidence_id, hash, media_type, size, about,
    account_id, made_at FROM evidence WHERE organ_id = $1 AND entry_id = $2 ORDER BY evidence_id";
/// Primary key.
const PUT_RECORD: &str = "INSERT INTO process_record (organ_id, entry_id, record_id, body, hash,
    account_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// Primary key, in its order.
const RECORDS: &str = "SELECT organ_id, entry_id, record_id, body, hash, account_id, made_at
    FROM process_record WHERE organ_id = $1 AND entry_id = $2 ORDER BY record_id";

/// The tables of what is kept with entries, as [`Db::scan_keeping`] knows them.
pub const KEPT_TABLES: [&str; 3] = ["paper", "evidence", "process_record"];
/// Entries looked at in one go.
const PAGE: usize = 1_000;
/// Primary key, in its order.
const PAPERS_OF: &str = "SELECT DISTINCT organ_id, entry_id FROM paper
    WHERE (organ_id, entry_id) > ($1, $2) ORDER BY organ_id, entry_id LIMIT $3";
/// Primary key, in its order.
const EVIDENCE_OF: &str = "SELECT DISTINCT organ_id, entry_id FROM evidence
    WHERE (organ_id, entry_id) > ($1, $2) ORDER BY organ_id, entry_id LIMIT $3";
/// Primary key, in its order.
const RECORDS_OF: &str = "SELECT DISTINCT organ_id, entry_id FROM process_record
    WHERE (organ_id, entry_id) > ($1, $2) ORDER BY organ_id, entry_id LIMIT $3";

impl Db {
    /// Organ and id of every entry with rows in one of [`KEPT_TABLES`]: for verification.
    pub fn scan_keeping<E: From<StoreError>>(
        &self,
        table: &str,
        mut visit: impl FnMut(String, String) -> Result<(), E>,
    ) -> Result<(), E> {
        let statement = match table {
            "paper" => PAPERS_OF,
            "evidence" => EVIDENCE_OF,
            _ => RECORDS_OF,
        };
        let (mut organ, mut entry) = (String::new(), String::new());
        loop {
            let page = self.query(statement, &args![&organ, &entry, PAGE], |row| {
                Ok((row.text(0)?, row.text(1)?))
            })?;
            let full = page.len() == PAGE;
            if let Some(last) = page.last() {
                organ.clone_from(&last.0);
                entry.clone_from(&last.1);
            }
            for (organ, entry) in page {
                visit(organ, entry)?;
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// Keep a version of a paper.
    pub fn put_paper(&self, r: &PaperRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.entry_id,
            &r.paper_id,
            r.version,
            &r.document,
            &r.title,
            &r.number,
            r.signed,
            &r.body,
            &r.hash,
            &r.account_id,
            &r.made_on,
            &r.made_at
        ];
        self.execute(PUT_PAPER, &args).map(drop)
    }

    /// All versions of the papers of an entry, each paper's in order.
    pub fn papers(&self, organ_id: &str, entry_id: &str) -> Result<Vec<PaperRow>, StoreError> {
        self.query(PAPERS, &args![organ_id, entry_id], paper)
    }

    /// Keep a piece of evidence.
    pub fn put_evidence(&self, r: &EvidenceRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.entry_id,
            &r.evidence_id,
            &r.hash,
            &r.media_type,
            r.size,
            &r.about,
            &r.account_id,
            &r.made_at
        ];
        self.execute(PUT_EVIDENCE, &args).map(drop)
    }

    /// The evidence of an entry, in the order in which it came.
    pub fn evidence(&self, organ_id: &str, entry_id: &str) -> Result<Vec<EvidenceRow>, StoreError> {
        self.query(EVIDENCE, &args![organ_id, entry_id], |row| {
            Ok(EvidenceRow {
                organ_id: row.text(0)?,
                entry_id: row.text(1)?,
                evidence_id: row.text(2)?,
                hash: row.text(3)?,
                media_type: row.text(4)?,
                size: row.natural(5)?,
                about: row.text(6)?,
                account_id: row.text(7)?,
                made_at: row.text(8)?,
            })
        })
    }

    /// Keep a piece of the record of the whole process.
    pub fn put_process_record(&self, r: &ProcessRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.entry_id,
            &r.record_id,
            &r.body,
            &r.hash,
            &r.account_id,
            &r.made_at
        ];
        self.execute(PUT_RECORD, &args).map(drop)
    }

    /// The record of the whole process of an entry, in the order in which it was written.
    pub fn process_records(
        &self,
        organ_id: &str,
        entry_id: &str,
    ) -> Result<Vec<ProcessRow>, StoreError> {
        self.query(RECORDS, &args![organ_id, entry_id], |row| {
            Ok(ProcessRow {
                organ_id: row.text(0)?,
                entry_id: row.text(1)?,
                record_id: row.text(2)?,
                body: row.text(3)?,
                hash: row.text(4)?,
                account_id: row.text(5)?,
                made_at: row.text(6)?,
            })
        })
    }
}

fn paper(row: &Row<'_>) -> Result<PaperRow, StoreError> {
    Ok(PaperRow {
        organ_id: row.text(0)?,
        entry_id: row.text(1)?,
        paper_id: row.text(2)?,
        version: row.small(3)?,
        document: row.text(4)?,
        title: row.text(5)?,
        number: row.text_opt(6)?,
        signed: row.flag(7)?,
        body: row.text(8)?,
        hash: row.text(9)?,
        account_id: row.text(10)?,
        made_on: row.text(11)?,
        made_at: row.text(12)?,
    })
}

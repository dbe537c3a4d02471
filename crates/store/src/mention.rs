//! Where a text occurs, looked for in the rows themselves.
//!
//! For questions that must be answered completely and as of now, such as what is held about a
//! person: the search index follows behind and knows words, not texts. Every row of the organ is
//! read through, which takes seconds for a million entries; nobody asks it in passing.

use crate::engine::Engine;
use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A row of a table other than events, in which a text occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionRow {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The entry it belongs to, if to one.
    pub entry_id: Option<String>,
    /// When it was made, a day or an instant.
    pub at: String,
}

/// A kind of rows in which a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionIn {
    /// Papers.
    Papers,
    /// Records of the process.
    Records,
    /// What is said of evidence; the files themselves are not read.
    Evidence,
    /// What citizens handed in.
    Inbox,
    /// Candidates of exams, by their whole name.
    Candidates,
    /// Draws: rosters and outcomes.
    Draws,
    /// Records that inspectors brought back.
    FieldRecords,
}

impl MentionIn {
    /// Id, title, entry, time; `has(column)` is true where the text occurs. Primary keys, by organ.
    fn sql(self) -> &'static str {
        match self {
            MentionIn::Papers => {
                "SELECT paper_id, title, entry_id, made_on FROM paper
                WHERE organ_id = $1 AND (has(body) OR has(title))
                ORDER BY entry_id, paper_id, version"
            }
            MentionIn::Records => {
                "SELECT record_id, '', entry_id, made_at FROM process_record
                WHERE organ_id = $1 AND has(body) ORDER BY entry_id, record_id"
            }
            MentionIn::Evidence => {
                "SELECT evidence_id, '', entry_id, made_at FROM evidence
                WHERE organ_id = $1 AND has(about) ORDER BY entry_id, evidence_id"
            }
            MentionIn::Inbox => {
                "SELECT receipt, kind, entry_id, received_at FROM inbox_item
                WHERE organ_id = $1 AND has(form) ORDER BY receipt"
            }
            MentionIn::Candidates => {
                "SELECT candidate, unit, NULL, COALESCE(started_at, '') FROM exam_candidate
                WHERE organ_id = $1 AND name = $2 ORDER BY exam_id, candidate"
            }
            MentionIn::Draws => {
                "SELECT draw_id, title, NULL, draw_time FROM draw
                WHERE organ_id = $1 AND (has(names) OR has(roster) OR has(bundle))
                ORDER BY draw_id"
            }
            MentionIn::FieldRecords => {
                "SELECT record_id, matter, entry_id, recorded_at FROM field_record
                WHERE organ_id = $1 AND has(body) ORDER BY record_id"
            }
        }
    }
}

/// Index `event_by_entry`, its first column.
const ENTRIES: &str = "SELECT DISTINCT entry_id FROM event
    WHERE organ_id = $1 AND has(body) ORDER BY entry_id";
/// Index `event_by_entry`, its first column.
const ACTS: &str = "SELECT COUNT(*) FROM event WHERE organ_id = $1 AND actor = $2";
/// Index `audit_by_organ`.
const LINES: &str = "SELECT COUNT(*) FROM audit WHERE organ_id = $1 AND account_id = $2";

fn mention(row: &Row<'_>) -> Result<MentionRow, StoreError> {
    Ok(MentionRow {
        id: row.text(0)?,
        title: row.text(1)?,
        entry_id: row.text_opt(2)?,
        at: row.text(3)?,
    })
}

/// Inside of JSON, quotes and backslashes are written otherwise.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

impl Db {
    /// The entries in one of whose events a text occurs, by id: values that were corrected since
    /// are found too.
    pub fn entries_mentioning(
        &self,
        organ_id: &str,
        text: &str,
    ) -> Result<Vec<String>, StoreError> {
        let text = in_json(text);
        self.query(&self.spelled(ENTRIES), &args![organ_id, &text], |row| {
            row.text(0)
        })
    }

    /// The rows of a kind in which a text occurs.
    pub fn mentions(
        &self,
        of: MentionIn,
        organ_id: &str,
        text: &str,
    ) -> Result<Vec<MentionRow>, StoreError> {
        let text = match of {
            MentionIn::Candidates => text.to_owned(),
            _ => in_json(text),
        };
        self.query(&self.spelled(of.sql()), &args![organ_id, &text], mention)
    }

    /// How many events an account has caused, and how many lines of the audit trail are its own.
    pub fn traces_of(&self, organ_id: &str, account_id: &str) -> Result<(u64, u64), StoreError> {
        let count = |sql| self.query_one(sql, &args![organ_id, account_id], |row| row.natural(0));
        Ok((count(ACTS)?.unwrap_or(0), count(LINES)?.unwrap_or(0)))
    }

    fn spelled(&self, sql: &str) -> String {
        let function = match self.engine {
            Engine::Sqlite(_) => "instr(",
            Engine::Postgres(_) => "strpos(",
        };
        let mut out = String::new();
        let mut pieces = sql.split("has(");
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (column, rest) = piece.split_once(')').unwrap_or((piece, ""));
            out.push_str(&format!("{function}{column}, $2) > 0{rest}"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::engines::on_both_engines;
    use crate::tests::samples::{ORGAN, event, store};
    use crate::{EventRow, InboxRow};

    on_both_engines! {
        a_text_is_found_in_the_rows_themselves
    }

    fn inbox(receipt: &str, form: &str) -> InboxRow {
        InboxRow {
            organ_id: ORGAN.into(),
            receipt: receipt.into(),
            kind: "complaint".into(),
            state: "waiting".into(),
            code_hash: String::new(),
            form_hash: receipt.into(),
            subject: String::new(),
            received_at: "2024-03-01T08:00:00Z".into(),
            form: form.into(),
            files: "[]".into(),
            entry_id: None,
            remark: String::new(),
            rating: String::new(),
        }
    }

    fn a_text_is_found_in_the_rows_themselves() -> Result<(), StoreError> {
        store().write(|db| {
            let said = |entry: &str, leaf: u64, body: &str| EventRow {
                body: body.into(),
                ..event(entry, 1, leaf)
            };
            db.put_events(&[
                said("e1", 0, r#"{"caller":"张三"}"#),
                said("e2", 1, r#"{"caller":"李四 \"小李\""}"#),
                said("e3", 2, r#"{"text":"张三和李四 100%_"}"#),
                EventRow {
                    organ_id: "other".into(),
                    ..said("e4", 3, r#"{"caller":"张三"}"#)
                },
            ])?;
            let found = |text: &str| db.entries_mentioning(ORGAN, text);
            assert_eq!(found("张三")?, ["e1", "e3"]);
            assert_eq!(found("李四 \"小李\"")?, ["e2"], "as JSON writes it");
            assert_eq!(found("100%_")?, ["e3"], "nothing is a wildcard");
            assert!(found("%")?.len() == 1 && found("zhang")?.is_empty());
            assert_eq!(db.traces_of(ORGAN, "a1")?, (3, 0));
            db.put_inbox(&inbox("r1", r#"{"name":"张三"}"#))?;
            db.put_inbox(&inbox("r2", r#"{"name":"别人"}"#))?;
            for of in [
                MentionIn::Papers,
                MentionIn::Records,
                MentionIn::Evidence,
                MentionIn::Candidates,
                MentionIn::Draws,
                MentionIn::FieldRecords,
            ] {
                assert!(db.mentions(of, ORGAN, "张三")?.is_empty(), "{of:?}");
            }
            let letters = db.mentions(MentionIn::Inbox, ORGAN, "张三")?;
            assert_eq!(letters.len(), 1);
            assert_eq!((&*letters[0].id, &letters[0].entry_id), ("r1", &None));
            Ok::<(), StoreError>(())
        })
    }
}

//! The in-box: what citizens hand in, before an office has taken it into a ledger.
//!
//! An item is kept the moment its receipt is given out. `form_hash` is the hash of the form that it
//! was written on: sending the same form twice is one item.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// Something that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// The organ.
    pub organ_id: String,
    /// Number of the receipt.
    pub receipt: String,
    /// What it is: an application, a complaint, an opinion.
    pub kind: String,
    /// Where it stands: waiting, held, taken, refused.
    pub state: String,
    /// Hash of the code that its status is asked for with.
    pub code_hash: String,
    /// Hash of the form it was written on.
    pub form_hash: String,
    /// What it is about, if about something published; else empty.
    pub subject: String,
    /// When, RFC 3339.
    pub received_at: String,
    /// What was written, as JSON.
    pub form: String,
    /// Attached files, as JSON.
    pub files: String,
    /// The entry it became.
    pub entry_id: Option<String>,
    /// The office's answer or reason.
    pub remark: String,
    /// The sender's rating of the answer.
    pub rating: String,
}

/// Index `inbox_item_once`.
const PUT: &str = "INSERT INTO inbox_item (organ_id, receipt, kind, state, code_hash, form_hash,
    subject, received_at, form, files, entry_id, remark, rating)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (organ_id, form_hash) DO NOTHING";
/// Primary key.
const UPDATE: &str = "UPDATE inbox_item SET state = $3, entry_id = $4, remark = $5, rating = $6,
    form = $7, files = $8
    WHERE organ_id = $1 AND receipt = $2";
/// Primary key.
const ERASE: &str =
    "UPDATE inbox_item SET form = $3, files = '[]' WHERE organ_id = $1 AND receipt = $2";
/// Primary key of `blob`; what else may name the file is read through, since nobody erases in
/// passing.
const ERASE_FILE: &str = "DELETE FROM blob WHERE organ_id = $1 AND hash = $2
    AND media_type = 'application/octet-stream'
    AND NOT EXISTS (SELECT 1 FROM inbox_item WHERE organ_id = $1 AND files LIKE $3)
    AND NOT EXISTS (SELECT 1 FROM event WHERE organ_id = $1 AND body LIKE $3)";
/// The columns of [`row`]; completed by a condition on an index.
const ONE: &str =
    "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject, received_at,
    form, files, entry_id, remark, rating FROM inbox_item WHERE organ_id = $1 AND receipt = $2";
/// Index `inbox_item_once`.
const BY_FORM: &str = "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject,
    received_at, form, files, entry_id, remark, rating FROM inbox_item
    WHERE organ_id = $1 AND form_hash = $2";
/// Index `inbox_item_by_state`.
const BY_STATE: &str = "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject,
    received_at, form, files, entry_id, remark, rating FROM inbox_item
    WHERE organ_id = $1 AND state = $2 ORDER BY receipt DESC LIMIT $3";
/// Index `inbox_item_by_state`.
const PAGE: &str = "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject,
    received_at, form, files, entry_id, remark, rating FROM inbox_item
    WHERE organ_id = $1 AND state = $2 ORDER BY receipt LIMIT $3 OFFSET $4";
/// Index `inbox_item_by_state`.
const COUNT: &str = "SELECT COUNT(*) FROM inbox_item WHERE organ_id = $1 AND state = $2";
/// Index `inbox_item_by_state`; what goes into a ledger by itself, whatever else waits before it.
const BY_ITSELF: &str = "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject,
    received_at, form, files, entry_id, remark, rating FROM inbox_item
    WHERE organ_id = $1 AND state = 'waiting'
    AND kind IN ('complaint', 'consultation', 'petition') ORDER BY receipt LIMIT $2";
/// Index `inbox_item_by_subject`.
const BY_SUBJECT: &str = "SELECT organ_id, receipt, kind, state, code_hash, form_hash, subject,
    received_at, form, files, entry_id, remark, rating FROM inbox_item
    WHERE organ_id = $1 AND subject = $2 ORDER BY receipt LIMIT $3";

fn row(row: &Row<'_>) -> Result<InboxRow, StoreError> {
    Ok(InboxRow {
        organ_id: row.text(0)?,
        receipt: row.text(1)?,
        kind: row.text(2)?,
        state: row.text(3)?,
        code_hash: row.text(4)?,
        form_hash: row.text(5)?,
        subject: row.text(6)?,
        received_at: row.text(7)?,
        form: row.text(8)?,
        files: row.text(9)?,
        entry_id: row.text_opt(10)?,
        remark: row.text(11)?,
        rating: row.text(12)?,
    })
}

impl Db {
    /// Keep an item; `false` when one written on the same form is there already.
    pub fn put_inbox(&self, r: &InboxRow) -> Result<bool, StoreError> {
        let args = args![
            &r.organ_id,
            &r.receipt,
            &r.kind,
            &r.state,
            &r.code_hash,
            &r.form_hash,
            &r.subject,
            &r.received_at,
            &r.form,
            &r.files,
            &r.entry_id,
            &r.remark,
            &r.rating
        ];
        Ok(self.execute(PUT, &args)? == 1)
    }

    /// Write down where an item stands now; its receipt and code stay as they are.
    pub fn update_inbox(&self, r: &InboxRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.receipt,
            &r.state,
            &r.entry_id,
            &r.remark,
            &r.rating,
            &r.form,
            &r.files
        ];
        self.execute(UPDATE, &args).map(drop)
    }

    /// Take out of an item what was written and attached; `form` is what stays. Files go too, unless
    /// something else names them. Standing, answer and receipt stay.
    pub fn erase_inbox(
        &self,
        organ_id: &str,
        receipt: &str,
        form: &str,
        files: &[&str],
    ) -> Result<(), StoreError> {
        self.execute(ERASE, &args![organ_id, receipt, form])?;
        for hash in files {
            let anywhere = format!("%{hash}%");
            self.execute(ERASE_FILE, &args![organ_id, *hash, &anywhere])?;
        }
        Ok(())
    }

    /// An item by its receipt.
    pub fn inbox_item(
        &self,
        organ_id: &str,
        receipt: &str,
    ) -> Result<Option<InboxRow>, StoreError> {
        self.query_one(ONE, &args![organ_id, receipt], row)
    }

    /// The item written on a form.
    pub fn inbox_by_form(
        &self,
        organ_id: &str,
        form_hash: &str,
    ) -> Result<Option<InboxRow>, StoreError> {
        self.query_one(BY_FORM, &args![organ_id, form_hash], row)
    }

    /// Items in a state, newest first.
    pub fn inbox_in_state(
        &self,
        organ_id: &str,
        state: &str,
        limit: usize,
    ) -> Result<Vec<InboxRow>, StoreError> {
        self.query(BY_STATE, &args![organ_id, state, limit], row)
    }

    /// A page of the items in a state, oldest first: who waits longest stands first.
    pub fn inbox_page(
        &self,
        organ_id: &str,
        state: &str,
        skip: usize,
        limit: usize,
    ) -> Result<Vec<InboxRow>, StoreError> {
        self.query(PAGE, &args![organ_id, state, limit, skip], row)
    }

    /// How many items are in a state.
    pub fn inbox_count(&self, organ_id: &str, state: &str) -> Result<u64, StoreError> {
        let found = self.query_one(COUNT, &args![organ_id, state], |row| row.natural(0))?;
        Ok(found.unwrap_or(0))
    }

    /// The oldest waiting items that go into a ledger by themselves.
    pub fn inbox_by_itself(
        &self,
        organ_id: &str,
        limit: usize,
    ) -> Result<Vec<InboxRow>, StoreError> {
        self.query(BY_ITSELF, &args![organ_id, limit], row)
    }

    /// Items about something published, oldest first.
    pub fn inbox_about(
        &self,
        organ_id: &str,
        subject: &str,
        limit: usize,
    ) -> Result<Vec<InboxRow>, StoreError> {
        self.query(BY_SUBJECT, &args![organ_id, subject, limit], row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, Target};

    #[test]
    fn the_same_form_is_one_item_and_its_state_moves() -> Result<(), StoreError> {
        let item = |receipt: &str| InboxRow {
            organ_id: "o".into(),
            receipt: receipt.into(),
            kind: "complaint".into(),
            state: "waiting".into(),
            code_hash: "c".into(),
            form_hash: "f".into(),
            subject: "s".into(),
            received_at: "2022-03-01T00:00:00Z".into(),
            form: "{}".into(),
            files: "[]".into(),
            entry_id: None,
            remark: String::new(),
            rating: String::new(),
        };
        let store = Store::open(&Target::SqliteMemory)?;
        store.write(|db| {
            assert!(db.put_inbox(&item("1"))?);
            assert!(!db.put_inbox(&item("2"))?, "the same form again");
            assert_eq!(db.inbox_by_form("o", "f")?, Some(item("1")));
            let taken = InboxRow {
                state: "taken".into(),
                entry_id: Some("e".into()),
                ..item("1")
            };
            db.update_inbox(&taken)?;
            assert_eq!(db.inbox_item("o", "1")?, Some(taken.clone()));
            assert_eq!(db.inbox_in_state("o", "waiting", 9)?, []);
            assert_eq!(db.inbox_about("o", "s", 9)?, [taken]);
            assert_eq!(db.inbox_by_itself("o", 9)?, []);
            // An application that waits stands before complaints and holds none of them back.
            for (receipt, kind) in [("3", "disclosure"), ("4", "complaint"), ("5", "complaint")] {
                db.put_inbox(&InboxRow {
                    kind: kind.into(),
                    form_hash: receipt.into(),
                    ..item(receipt)
                })?;
            }
            let numbers = |rows: Vec<InboxRow>| -> Vec<String> {
                rows.into_iter().map(|r| r.receipt).collect()
            };
            assert_eq!(numbers(db.inbox_by_itself("o", 1)?), ["4"]);
            assert_eq!(numbers(db.inbox_page("o", "waiting", 1, 9)?), ["4", "5"]);
            assert_eq!(db.inbox_count("o", "waiting")?, 3);
            Ok::<_, StoreError>(())
        })
    }

    #[test]
    fn an_erased_item_takes_its_files_along_unless_another_has_them() -> Result<(), StoreError> {
        let item = |receipt: &str, files: &str| InboxRow {
            organ_id: "o".into(),
            receipt: receipt.into(),
            kind: "complaint".into(),
            state: "refused".into(),
            code_hash: "c".into(),
            form_hash: receipt.into(),
            subject: String::new(),
            received_at: "2022-03-01T00:00:00Z".into(),
            form: r#"{"name":"张三"}"#.into(),
            files: files.into(),
            entry_id: None,
            remark: "不属于本局".into(),
            rating: String::new(),
        };
        let file = |hash: &str| crate::BlobRow {
            organ_id: "o".into(),
            hash: hash.into(),
            media_type: "application/octet-stream".into(),
            bytes: vec![1],
        };
        let store = Store::open(&Target::SqliteMemory)?;
        store.write(|db| {
            for hash in ["aa", "bb"] {
                db.put_blob(&file(hash))?;
            }
            db.put_inbox(&item("1", r#"[{"hash":"aa"},{"hash":"bb"}]"#))?;
            db.put_inbox(&item("2", r#"[{"hash":"bb"}]"#))?;
            db.erase_inbox("o", "1", "{}", &["aa", "bb"])?;
            let left = db
                .inbox_item("o", "1")?
                .map(|row| (row.form, row.files, row.remark));
            let expected = ("{}".to_owned(), "[]".to_owned(), "不属于本局".to_owned());
            assert_eq!(left, Some(expected));
            assert_eq!(db.blob("o", "aa")?, None);
            assert_eq!(db.blob("o", "bb")?, Some(file("bb")), "another sent it too");
            assert!(db.mentions(crate::MentionIn::Inbox, "o", "张三")?.len() == 1);
            Ok::<_, StoreError>(())
        })
    }
}

//! Full-text search over entries.
//!
//! Texts are queued in the transaction that writes an entry and indexed soon after, so that nobody
//! waits for it. Found is newest first. What the words do not find (single characters, fragments of
//! words), the titles and numbers of the newest entries are looked through for.

use crate::sql::{Row, args};
use crate::text::SqlText;
use crate::{Db, Store, StoreError, tokens};

/// How many of the newest entries (of the ledger, if one is given) are looked through.
const LOOK_THROUGH_MAX: usize = 5_000;

/// Parts of a query, between spaces, that are looked for in titles.
const PARTS_MAX: usize = 8;

/// The text of an entry to be found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText {
    /// The organ.
    pub organ_id: String,
    /// The ledger.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
    /// All text; empty takes the entry out of the index.
    pub text: String,
}

/// An entry found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// Its place: the `before` of the next page.
    pub row_id: u64,
    /// The ledger.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
}

/// Primary key.
const QUEUE: &str = "INSERT INTO search_pending (organ_id, entry_id, ledger, text)
    VALUES ($1, $2, $3, $4) ON CONFLICT (organ_id, entry_id)
    DO UPDATE SET ledger = excluded.ledger, text = excluded.text";
/// Row id, the oldest first.
const PENDING: &str = "SELECT organ_id, ledger, entry_id, text FROM search_pending
    ORDER BY rowid LIMIT $1";
/// Primary key.
const UNQUEUE: &str = "DELETE FROM search_pending WHERE organ_id = $1 AND entry_id = $2";
/// Index `search_entry_by_entry`.
const PLACE: &str = "INSERT INTO search_entry (organ_id, ledger, entry_id) VALUES ($1, $2, $3)
    ON CONFLICT (organ_id, entry_id) DO UPDATE SET ledger = excluded.ledger RETURNING row_id";
/// Row id.
const FORGET: &str = "DELETE FROM search_text WHERE rowid = $1";
/// Row id.
const INDEX: &str = "INSERT INTO search_text (rowid, scope, words) VALUES ($1, $2, $3)";
/// The full-text index, from its end; `search_entry` by row id.
const MATCH: &str = "SELECT s.row_id, s.ledger, s.entry_id
    FROM search_text t JOIN search_entry s ON s.row_id = t.rowid
    WHERE search_text MATCH $1 AND t.rowid < $2 ORDER BY t.rowid DESC LIMIT $3";
/// The full-text index, from its end, by organ and ledger alone; `search_entry` by row id, primary
/// key of `entry`. Completed by conditions on the title.
const LOOK_THROUGH: &str = "SELECT s.row_id, s.ledger, s.entry_id FROM (
    SELECT rowid AS row_id FROM search_text WHERE search_text MATCH $1 AND rowid < $2
    ORDER BY rowid DESC LIMIT $3) t
    JOIN search_entry s ON s.row_id = t.row_id
    JOIN entry e ON e.organ_id = s.organ_id AND e.entry_id = s.entry_id";

fn hit(row: &Row<'_>) -> Result<SearchHit, StoreError> {
    Ok(SearchHit {
        row_id: row.natural(0)?,
        ledger: row.text(1)?,
        entry_id: row.text(2)?,
    })
}

/// Organ or ledger as one word of the index, whatever characters it has.
fn scope_word(kind: char, id: &str) -> String {
    let hex: String = id.bytes().map(|b| format!("{b:02x}")).collect();
    format!("{kind}{hex}")
}

impl Store {
    /// Load the dictionary in the background, so that the first search need not wait for it.
    pub fn warm(&self) {
        let started = std::thread::Builder::new()
            .name("dictionary".into())
            .spawn(tokens::load);
        if let Err(error) = started {
            tracing::warn!(error = %error, "Cannot load the dictionary in the background");
        }
    }
}

impl Db {
    /// Queue texts for the index; a later text of an entry takes the place of an earlier one.
    pub fn queue_search(&self, texts: &[SearchText]) -> Result<(), StoreError> {
        let mut statement = self.prepare(QUEUE)?;
        for t in texts {
            statement.execute(&args![&t.organ_id, &t.entry_id, &t.ledger, &t.text])?;
        }
        Ok(())
    }

    /// Index up to `limit` queued texts; how many there were. Loads the dictionary if needed.
    pub fn index_pending(&self, limit: usize) -> Result<usize, StoreError> {
        let pending = self.query(PENDING, &args![limit], |row| {
            Ok(SearchText {
                organ_id: row.text(0)?,
                ledger: row.text(1)?,
                entry_id: row.text(2)?,
                text: row.text(3)?,
            })
        })?;
        for t in &pending {
            let place = args![&t.organ_id, &t.ledger, &t.entry_id];
            let row_id = self
                .query_one(PLACE, &place, |row| row.int(0))?
                .ok_or_else(|| StoreError::other("no place in the index"))?;
            let scope = format!(
                "{} {}",
                scope_word('o', &t.organ_id),
                scope_word('l', &t.ledger)
            );
            self.execute(FORGET, &args![row_id])?;
            let words = tokens::index_text(&t.text);
            if !words.is_empty() {
                self.execute(INDEX, &args![row_id, &scope, &words])?;
            }
            self.execute(UNQUEUE, &args![&t.organ_id, &t.entry_id])?;
        }
        Ok(pending.len())
    }

    /// Entries of an organ (of one ledger, if given) in whose text all words of the query occur,
    /// newest first; `before` is the last `row_id` of the page before.
    pub fn search(
        &self,
        organ_id: &str,
        ledger: Option<&str>,
        query: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let terms = tokens::match_terms(query);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let mut scope = scope_word('o', organ_id);
        if let Some(ledger) = ledger {
            scope = format!("{scope} {}", scope_word('l', ledger));
        }
        let scope = format!("scope : ({scope})");
        let expression = format!("{scope} AND words : ({})", terms.join(" "));
        let before = before.unwrap_or(u64::MAX);
        let hits = self.query(MATCH, &args![&expression, before, limit], hit)?;
        if !hits.is_empty() {
            return Ok(hits);
        }
        self.look_through(&scope, query, before, limit)
    }

    fn look_through(
        &self,
        scope: &str,
        query: &str,
        before: u64,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let patterns: Vec<String> = query
            .split_whitespace()
            .take(PARTS_MAX)
            .map(like_pattern)
            .collect();
        let mut sql = SqlText::new(LOOK_THROUGH);
        sql.args_of_start(args![scope, before, LOOK_THROUGH_MAX]);
        for (n, pattern) in patterns.iter().enumerate() {
            sql.push(if n == 0 {
                " WHERE (e.title LIKE "
            } else {
                " AND (e.title LIKE "
            });
            sql.bind(pattern)
                .push(" ESCAPE '!' OR e.number LIKE ")
                .bind(pattern);
            sql.push(" ESCAPE '!')");
        }
        sql.push(" ORDER BY t.row_id DESC LIMIT ").bind(limit);
        self.query(sql.text(), sql.args(), hit)
    }
}

/// Occurs anywhere; nothing in it is a wildcard.
fn like_pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

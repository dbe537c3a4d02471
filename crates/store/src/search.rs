//! Full-text search over entries.
//!
//! Nobody waits for the index: it follows the log. Beside it stands how far it has come
//! ([`Db::searched_to`]); whoever indexes reads the events after that. Texts of entries that changed
//! without an event (an erasure) are queued. Found is newest first. What the words do not find (single characters, fragments of
//! words), the titles and numbers of the newest entries are looked through for.

use crate::engine::{Engine, Sql};
use crate::sql::{Arg, Row, args};
use crate::text::SqlText;
use crate::tokens::{self, Term};
use crate::{Db, Store, StoreError};

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
/// Primary key, in its order: within an organ the oldest entry first.
const PENDING: &str = "SELECT organ_id, ledger, entry_id, text FROM search_pending
    ORDER BY organ_id, entry_id LIMIT $1";
/// Primary key.
const UNQUEUE: &str = "DELETE FROM search_pending WHERE organ_id = $1 AND entry_id = $2";
/// Index `search_entry_by_entry`.
const PLACE: &str = "INSERT INTO search_entry (organ_id, ledger, entry_id) VALUES ($1, $2, $3)
    ON CONFLICT (organ_id, entry_id) DO UPDATE SET ledger = excluded.ledger RETURNING row_id";
/// Row id; primary key.
const FORGET: Sql = Sql {
    sqlite: "DELETE FROM search_text WHERE rowid = $1",
    postgres: "DELETE FROM search_text WHERE row_id = $1 AND organ_id = $2",
};
/// Row id; primary key.
const INDEX: Sql = Sql {
    sqlite: "INSERT INTO search_text (rowid, scope, words) VALUES ($1, $2, $3)",
    postgres: "INSERT INTO search_text (row_id, words, organ_id)
        VALUES ($1, array_to_tsvector(string_to_array($2 || ' ' || $3, ' ')), $4)",
};
/// The full-text index, from its end; `search_entry` by row id. The server chooses between its
/// index of words and its primary key backwards, as the words are rare or common.
const MATCH: Sql = Sql {
    sqlite: "SELECT s.row_id, s.ledger, s.entry_id
        FROM search_text t JOIN search_entry s ON s.row_id = t.rowid
        WHERE search_text MATCH $1 AND t.rowid < $2 ORDER BY t.rowid DESC LIMIT $3",
    postgres: "SELECT s.row_id, s.ledger, s.entry_id
        FROM search_text t JOIN search_entry s
        ON s.organ_id = t.organ_id AND s.row_id = t.row_id
        WHERE t.words @@ CAST($1::text AS tsquery) AND t.row_id < $2 AND t.organ_id = $4
        ORDER BY t.row_id DESC LIMIT $3",
};
/// The same by organ and ledger alone; `search_entry` by row id, primary key of `entry`. Completed
/// by conditions on the title.
const LOOK_THROUGH: Sql = Sql {
    sqlite: "SELECT s.row_id, s.ledger, s.entry_id FROM (
        SELECT rowid AS row_id FROM search_text WHERE search_text MATCH $1 AND rowid < $2
        ORDER BY rowid DESC LIMIT $3) t
        JOIN search_entry s ON s.row_id = t.row_id
        JOIN entry e ON e.organ_id = s.organ_id AND e.entry_id = s.entry_id",
    postgres: "SELECT s.row_id, s.ledger, s.entry_id FROM (
        SELECT organ_id, row_id FROM search_text
        WHERE words @@ CAST($1::text AS tsquery) AND row_id < $2 AND organ_id = $4
        ORDER BY row_id DESC LIMIT $3) t
        JOIN search_entry s ON s.organ_id = t.organ_id AND s.row_id = t.row_id
        JOIN entry e ON e.organ_id = s.organ_id AND e.entry_id = s.entry_id",
};

/// How far the index has come, in `meta`; absent before anything was indexed.
const SEARCHED_TO: &str = "searched_to";
/// Row id.
const WRITTEN: &str = "SELECT leaf_index, organ_id, entry_id FROM event
    WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";

/// An entry that an event changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The place of the event in the log.
    pub leaf_index: u64,
    /// The organ.
    pub organ_id: String,
    /// The entry.
    pub entry_id: String,
}

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

/// The words of organ and ledger as an engine keeps them: SQLite in a column of their own,
/// PostgreSQL among the others, with a sign that no word of a text has.
fn scope_words(engine: &Engine, organ_id: &str, ledger: Option<&str>) -> Vec<String> {
    let words = [Some(('o', organ_id)), ledger.map(|ledger| ('l', ledger))];
    let words = words
        .into_iter()
        .flatten()
        .map(|(kind, id)| scope_word(kind, id));
    match engine {
        Engine::Sqlite(_) => words.collect(),
        Engine::Postgres(_) => words.map(|word| format!("@{word}")).collect(),
    }
}

/// What to look for, in the language of the engine. Words have neither spaces nor quotes.
fn expression(engine: &Engine, scope: &[String], terms: &[Term]) -> String {
    let star = |term: &Term, sign| if term.is_beginning { sign } else { "" };
    match engine {
        Engine::Sqlite(_) => {
            let mut text = format!("scope : ({})", scope.join(" "));
            if !terms.is_empty() {
                let terms = terms
                    .iter()
                    .map(|t| format!("\"{}\"{}", t.word, star(t, "*")));
                let terms: Vec<String> = terms.collect();
                text.push_str(&format!(" AND words : ({})", terms.join(" ")));
            }
            text
        }
        Engine::Postgres(_) => {
            let scope = scope.iter().map(|word| format!("'{word}'"));
            let terms = terms
                .iter()
                .map(|t| format!("'{}'{}", t.word, star(t, ":*")));
            scope.chain(terms).collect::<Vec<_>>().join(" & ")
        }
    }
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
        self.index_texts(&pending)?;
        for t in &pending {
            self.execute(UNQUEUE, &args![&t.organ_id, &t.entry_id])?;
        }
        Ok(pending.len())
    }

    /// Whether texts are queued.
    pub fn has_queued_search(&self) -> Result<bool, StoreError> {
        let first = self.query_one(PENDING, &args![1usize], |row| row.text(0))?;
        Ok(first.is_some())
    }

    /// Index texts; each takes the place of what its entry was found by.
    pub fn index_texts(&self, texts: &[SearchText]) -> Result<(), StoreError> {
        for t in texts {
            let place = args![&t.organ_id, &t.ledger, &t.entry_id];
            let row_id = self
                .query_one(PLACE, &place, |row| row.int(0))?
                .ok_or_else(|| StoreError::other("no place in the index"))?;
            let scope = scope_words(&self.engine, &t.organ_id, Some(&t.ledger)).join(" ");
            let forget = self.index_args(&args![row_id], &t.organ_id);
            self.execute(self.text_of(&FORGET), &forget)?;
            let words = tokens::index_text(&t.text);
            if !words.is_empty() {
                let index = self.index_args(&args![row_id, &scope, &words], &t.organ_id);
                self.execute(self.text_of(&INDEX), &index)?;
            }
        }
        Ok(())
    }

    /// The entries of which events before this place of the log are in the index or queued for it.
    pub fn searched_to(&self) -> Result<u64, StoreError> {
        let told = self.meta(SEARCHED_TO)?;
        // What is no number was written behind our back: the index is made anew.
        Ok(told.and_then(|place| place.parse().ok()).unwrap_or(0))
    }

    /// Say how far the index has come.
    pub fn set_searched_to(&self, place: u64) -> Result<(), StoreError> {
        self.put_meta(SEARCHED_TO, &place.to_string())
    }

    /// The events from a place of the log on, in order, by the entries that they changed.
    pub fn written_from(&self, place: u64, limit: usize) -> Result<Vec<Written>, StoreError> {
        self.query(WRITTEN, &args![place, limit], |row| {
            Ok(Written {
                leaf_index: row.natural(0)?,
                organ_id: row.text(1)?,
                entry_id: row.text(2)?,
            })
        })
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
        let terms = tokens::terms(query);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let scope = scope_words(&self.engine, organ_id, ledger);
        let wanted = expression(&self.engine, &scope, &terms);
        let before = before.unwrap_or(u64::MAX);
        let args = self.index_args(&args![&wanted, before, limit], organ_id);
        let hits = self.query(self.text_of(&MATCH), &args, hit)?;
        if !hits.is_empty() {
            return Ok(hits);
        }
        let all = expression(&self.engine, &scope, &[]);
        let start = self.index_args(&args![&all, before, LOOK_THROUGH_MAX], organ_id);
        self.look_through(&start, query, limit)
    }

    /// Arguments for a statement on the index: the server's table of it leads with the organ.
    fn index_args<'a>(&self, args: &[Arg<'a>], organ_id: &'a str) -> Vec<Arg<'a>> {
        let mut args = args.to_vec();
        if matches!(self.engine, Engine::Postgres(_)) {
            args.push(Arg::Text(organ_id));
        }
        args
    }

    fn look_through(
        &self,
        start: &[Arg<'_>],
        query: &str,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        // Both find small letters by capitals and the other way round, in the Latin alphabet only.
        let like = match self.engine {
            Engine::Sqlite(_) => " LIKE ",
            Engine::Postgres(_) => " ILIKE ",
        };
        let patterns: Vec<String> = query
            .split_whitespace()
            .take(PARTS_MAX)
            .map(like_pattern)
            .collect();
        let mut sql = SqlText::new(self.text_of(&LOOK_THROUGH));
        sql.args_of_start(start);
        for (n, pattern) in patterns.iter().enumerate() {
            sql.push(if n == 0 { " WHERE " } else { " AND " });
            sql.push("(e.title").push(like).bind(pattern);
            sql.push(" ESCAPE '!' OR e.number").push(like).bind(pattern);
            sql.push(" ESCAPE '!')");
        }
        sql.push(" ORDER BY t.row_id DESC LIMIT ").bind(limit);
        self.query(sql.text(), sql.args(), hit)
    }
}

/// Occurs anywhere; nothing in it is a wildcard.
fn like_pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.chars().filter(|c| !c.is_control()) {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

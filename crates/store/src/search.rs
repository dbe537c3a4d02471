//! Full-text search over entries.
//!
//! Nobody waits for the index: it follows the log. Beside it stands how far it has come
//! ([`Db::searched_to`]); whoever indexes reads the events after that. Texts of entries that changed
//! without an event (an erasure) are queued. Found is newest first. What the words do not find (single characters, fragments of
//! words), the titles and numbers of the newest entries are looked through for.
//!
//! Persons' names stand in the index with a sign of their own before each word, so that they find
//! an entry only for whoever sees them in it: a search must not tell what a mask hides. Ledger and
//! unit of an entry are words too, so that what somebody may not read is not among the first hits
//! of what he may.

use crate::engine::{Engine, Sql};
use crate::sql::{Arg, Row, args};
use crate::text::SqlText;
use crate::tokens::{self, Term};
use crate::{Db, Store, StoreError};

/// How many of the newest entries (of the ledger, if one is given) are looked through.
const LOOK_THROUGH_MAX: usize = 5_000;

/// Parts of a query, between spaces, that are looked for in titles.
const PARTS_MAX: usize = 8;

/// Stands before a word of a person's name in the index: a letter to the engines that no query has.
const NAME_SIGN: char = '\u{e000}';
/// Between the parts of a queued text.
const PART: char = '\u{1f}';

/// The text of an entry to be found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The organ.
    pub organ_id: String,
    /// The ledger.
    pub ledger: String,
    /// The entry.
    pub entry_id: String,
    /// All text that every reader sees; where this and `names` are empty, the entry is taken out of
    /// the index.
    pub text: String,
    /// Persons' names: found by whoever sees them.
    pub names: String,
    /// The unit that the entry is about.
    pub unit: Option<String>,
}

impl SearchText {
    /// As it stands in the queue.
    fn packed(&self) -> String {
        let plain = |text: &str| text.replace(PART, " ");
        let unit = self.unit.as_deref().unwrap_or_default();
        let parts = [plain(&self.text), plain(&self.names), plain(unit)];
        parts.join(&PART.to_string())
    }

    fn unpacked(self) -> Self {
        let mut parts = self.text.split(PART).map(str::to_owned);
        let text = parts.next().unwrap_or_default();
        let names = parts.next().unwrap_or_default();
        let unit = parts.next().filter(|unit| !unit.is_empty());
        Self {
            text,
            names,
            unit,
            ..self
        }
    }
}

/// Ledgers that a search looks into in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchGroup {
    /// The ledgers; none is every ledger.
    pub ledgers: Option<Vec<String>>,
    /// Persons' names find there, too.
    pub names: bool,
}

/// Where a search looks: nowhere without a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchWithin {
    /// Ledgers.
    pub groups: Vec<SearchGroup>,
    /// Only entries about one of these units, by name.
    pub units: Option<Vec<String>>,
}

impl SearchWithin {
    /// All of an organ, or one ledger; persons' names find.
    pub fn ledger(ledger: Option<&str>) -> Self {
        let ledgers = ledger.map(|ledger| vec![ledger.to_owned()]);
        Self {
            groups: vec![SearchGroup {
                ledgers,
                names: true,
            }],
            units: None,
        }
    }

    fn is_nowhere(&self) -> bool {
        let nothing = |group: &SearchGroup| group.ledgers.as_ref().is_some_and(Vec::is_empty);
        self.groups.iter().all(nothing) || self.units.as_ref().is_some_and(Vec::is_empty)
    }
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
pub(crate) const SEARCHED_TO: &str = "searched_to_with_names";
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

/// A word about where an entry belongs, as an engine keeps it: SQLite in a column of its own,
/// PostgreSQL among the others, with a sign that no word of a text has.
fn placed(engine: &Engine, kind: char, id: &str) -> String {
    let word = scope_word(kind, id);
    match engine {
        Engine::Sqlite(_) => word,
        Engine::Postgres(_) => format!("@{word}"),
    }
}

/// One of these, in the language of the engine.
fn any_of(engine: &Engine, words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match engine {
        Engine::Sqlite(_) => format!("({})", words.join(" OR ")),
        Engine::Postgres(_) => format!("({})", words.join(" | ")),
    }
}

/// All of these, in the language of the engine.
fn all_of(engine: &Engine, parts: &[String]) -> String {
    match engine {
        Engine::Sqlite(_) => parts.join(" AND "),
        Engine::Postgres(_) => parts.join(" & "),
    }
}

/// A word, or one that begins so, in the language of the engine. Words have neither spaces nor
/// quotes.
fn quoted(engine: &Engine, word: &str, is_beginning: bool) -> String {
    match (engine, is_beginning) {
        (Engine::Sqlite(_), false) => format!("\"{word}\""),
        (Engine::Sqlite(_), true) => format!("\"{word}\"*"),
        (Engine::Postgres(_), false) => format!("'{word}'"),
        (Engine::Postgres(_), true) => format!("'{word}':*"),
    }
}

/// What to look for in a group of ledgers.
fn expression_of(
    engine: &Engine,
    organ_id: &str,
    group: &SearchGroup,
    units: Option<&[String]>,
    terms: &[Term],
) -> String {
    let word = |kind, id: &str| quoted(engine, &placed(engine, kind, id), false);
    let mut scope = vec![word('o', organ_id)];
    if let Some(ledgers) = &group.ledgers {
        scope.push(any_of(engine, ledgers.iter().map(|id| word('l', id))));
    }
    if let Some(units) = units {
        scope.push(any_of(engine, units.iter().map(|name| word('u', name))));
    }
    let term = |term: &Term| {
        let plain = quoted(engine, &term.word, term.is_beginning);
        let name = format!("{NAME_SIGN}{}", term.word);
        let name = group
            .names
            .then(|| quoted(engine, &name, term.is_beginning));
        any_of(engine, std::iter::once(plain).chain(name))
    };
    let terms: Vec<String> = terms.iter().map(term).collect();
    let scope = all_of(engine, &scope);
    let words = all_of(engine, &terms);
    match (engine, terms.is_empty()) {
        (Engine::Sqlite(_), true) => format!("(scope : ({scope}))"),
        (Engine::Sqlite(_), false) => format!("(scope : ({scope}) AND words : ({words}))"),
        (Engine::Postgres(_), true) => format!("({scope})"),
        (Engine::Postgres(_), false) => format!("({scope} & {words})"),
    }
}

/// What to look for, in the language of the engine.
fn expression(engine: &Engine, organ_id: &str, within: &SearchWithin, terms: &[Term]) -> String {
    let looked_into = |group: &&SearchGroup| group.ledgers.as_ref().is_none_or(|l| !l.is_empty());
    let units = within.units.as_deref();
    let groups = within.groups.iter().filter(looked_into);
    any_of(
        engine,
        groups.map(|group| expression_of(engine, organ_id, group, units, terms)),
    )
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
            statement.execute(&args![&t.organ_id, &t.entry_id, &t.ledger, &t.packed()])?;
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
                ..SearchText::default()
            }
            .unpacked())
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
            let placed = |kind, id: &str| placed(&self.engine, kind, id);
            let mut scope = vec![placed('o', &t.organ_id), placed('l', &t.ledger)];
            scope.extend(t.unit.as_deref().map(|unit| placed('u', unit)));
            let scope = scope.join(" ");
            let forget = self.index_args(&args![row_id], &t.organ_id);
            self.execute(self.text_of(&FORGET), &forget)?;
            let names = tokens::index_text(&t.names);
            let names = names.split_whitespace().map(|w| format!("{NAME_SIGN}{w}"));
            let words = tokens::index_text(&t.text);
            let words = words.split_whitespace().map(str::to_owned);
            let words = words.chain(names).collect::<Vec<_>>().join(" ");
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

    /// Entries of an organ in whose text all words of the query occur, newest first; `before` is
    /// the last `row_id` of the page before.
    pub fn search(
        &self,
        organ_id: &str,
        within: &SearchWithin,
        query: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let terms = tokens::terms(query);
        if terms.is_empty() || within.is_nowhere() {
            return Ok(Vec::new());
        }
        let wanted = expression(&self.engine, organ_id, within, &terms);
        let before = before.unwrap_or(u64::MAX);
        let args = self.index_args(&args![&wanted, before, limit], organ_id);
        let hits = self.query(self.text_of(&MATCH), &args, hit)?;
        if !hits.is_empty() {
            return Ok(hits);
        }
        let all = expression(&self.engine, organ_id, within, &[]);
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

//! Search over everything published: titles before bodies, slips forgiven.
//!
//! The index is made from a site, so it cannot find what is not shown. Words are looked for as they
//! stand, in simplified characters, half width and lower case, which finds any fragment. What is
//! nowhere as it was typed is cut into the words of the dictionary, each of which must occur. Only
//! when nothing is found so does it forgive: first characters that sound alike (the usual slip of
//! somebody who types by sound), then titles that share most pairs of characters.
//!
//! What is found can be narrowed by column, year, issuing organ and document number; each filter
//! counts what the others leave. A filter without words lists all that fits.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use values::numerals::to_half_width;

use super::{Article, Register, Settings, plain};

/// A longer query is cut; nobody types more.
const QUERY_CHARS_MAX: usize = 60;
/// Shared pairs of characters, in hundredths, from which a title is alike.
const ALIKE: usize = 45;
/// Words that a question has and a text need not have.
const PARTICLES: [&str; 10] = ["的", "了", "吗", "呢", "和", "与", "及", "在", "是", "有"];

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAsk {
    /// Words.
    pub words: String,
    /// Only in this column (id).
    pub column: String,
    /// Only of this year.
    pub year: String,
    /// Only from this organ (its name).
    pub organ: String,
    /// Only with this document number or index number, or a part of it.
    pub number: String,
    /// Hits left out at the start.
    pub skip: usize,
    /// Hits answered at most.
    pub take: usize,
}

impl SearchAsk {
    /// Nothing is asked for.
    fn is_empty(&self) -> bool {
        [
            &self.words,
            &self.column,
            &self.year,
            &self.organ,
            &self.number,
        ]
        .iter()
        .all(|t| t.trim().is_empty())
    }
}

/// Where a hit leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An article, by slug.
    Article(String),
    /// A row of a register: column and entry.
    Row(String, String),
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it leads.
    pub target: Target,
    /// Title.
    pub title: String,
    /// Id of the column.
    pub column: String,
    /// Day, ISO.
    pub on: String,
    /// Number, if any.
    pub number: String,
    /// The organ that it comes from.
    pub organ: String,
    /// The text around the first word, if it was found in the text.
    pub excerpt: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Hits of this page, the best first.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub count: usize,
    /// How many in each column, for narrowing: of what the other filters leave.
    pub columns: Vec<(String, usize)>,
    /// How many of each year, the newest first.
    pub years: Vec<(String, usize)>,
    /// How many of each organ.
    pub organs: Vec<(String, usize)>,
    /// Nothing was found as typed; these are alike.
    pub forgiven: bool,
}

#[derive(Clone, Debug)]
struct Doc {
    hit: Hit,
    title: String,
    sound: String,
    pairs: BTreeSet<(char, char)>,
    /// Document number and index number, as they are typed.
    number: String,
    /// The same without brackets, strokes and blanks, which people type in many ways.
    bare_number: String,
    body: String,
    /// The same as it is looked through, so that no search folds it anew.
    folded: String,
}

impl Doc {
    fn year(&self) -> &str {
        self.hit.on.get(..4).unwrap_or_default()
    }
}

/// A filter of a search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    Column,
    Year,
    Organ,
    Number,
}

const FILTERS: [Filter; 4] = [Filter::Column, Filter::Year, Filter::Organ, Filter::Number];

impl Filter {
    fn lets(self, ask: &SearchAsk, doc: &Doc) -> bool {
        let is = |asked: &str, own: &str| asked.is_empty() || asked == own;
        match self {
            Self::Column => is(&ask.column, &doc.hit.column),
            Self::Year => is(&ask.year, doc.year()),
            Self::Organ => is(&ask.organ, &doc.hit.organ),
            Self::Number => doc.bare_number.contains(&bare(&ask.number)),
        }
    }
}

/// The index of a site.
#[derive(Clone, Debug, Default)]
pub struct Index {
    docs: Vec<Doc>,
}

impl Index {
    pub(super) fn of(
        articles: &[Arc<Article>],
        registers: &BTreeMap<String, Arc<Register>>,
        settings: &Settings,
        organ: &str,
    ) -> Self {
        let mut docs: Vec<Doc> = articles
            .iter()
            .filter(|a| a.withdrawn.is_none())
            .map(|a| article_doc(a))
            .collect();
        for column in &settings.columns {
            let Some(register) = registers.get(&column.id) else {
                continue;
            };
            for row in &register.rows {
                let hit = Hit {
                    target: Target::Row(column.id.clone(), row.entry.clone()),
                    title: row.title.clone(),
                    column: column.id.clone(),
                    on: row.on.clone(),
                    number: row.cell("decision_number").to_owned(),
                    organ: organ.to_owned(),
                    excerpt: String::new(),
                };
                let body: Vec<&str> = row.cells.iter().map(|(_, _, t)| t.as_str()).collect();
                docs.push(doc(hit, "", &body.join("\n")));
            }
        }
        Self { docs }
    }

    /// Looks for words.
    pub fn search(&self, ask: &SearchAsk) -> Found {
        if ask.is_empty() {
            return Found::default();
        }
        let words: String = ask.words.chars().take(QUERY_CHARS_MAX).collect();
        let words = normal(&words);
        let mut parts: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let mut scored = self.with_all(&words, &parts);
        if scored.is_empty() {
            parts = segments(&words);
            scored = self.with_all(&words, &parts);
        }
        let forgiven = scored.is_empty();
        if forgiven {
            scored = self.alike(&words);
        }
        // Stable: of equal rank, the order of the site stays, newest first.
        scored.sort_by_key(|one| std::cmp::Reverse(one.0));
        let but = |left_out: Filter| {
            let others = FILTERS.into_iter().filter(move |f| *f != left_out);
            let others: Vec<Filter> = others.collect();
            let fits = move |doc: &&Doc| others.iter().all(|f| f.lets(ask, doc));
            scored.iter().map(|(_, doc)| *doc).filter(fits)
        };
        let columns = counted(but(Filter::Column).map(|d| d.hit.column.as_str()));
        let organs = counted(but(Filter::Organ).map(|d| d.hit.organ.as_str()));
        let mut years = counted(but(Filter::Year).map(Doc::year));
        years.sort_by(|a, b| b.cmp(a));
        scored.retain(|(_, doc)| FILTERS.iter().all(|f| f.lets(ask, doc)));
        let hits = scored.iter().skip(ask.skip).take(ask.take);
        Found {
            hits: hits.map(|(_, doc)| with_excerpt(doc, &parts)).collect(),
            count: scored.len(),
            columns,
            years,
            organs,
            forgiven: forgiven && !scored.is_empty(),
        }
    }

    /// What has every word, with its rank; everything where there is no word.
    fn with_all(&self, words: &str, parts: &[String]) -> Vec<(u32, &Doc)> {
        let scored = self.docs.iter();
        scored
            .filter_map(|doc| Some((score(doc, words, parts)?, doc)))
            .collect()
    }

    fn alike(&self, words: &str) -> Vec<(u32, &Doc)> {
        let words: String = words.split_whitespace().collect();
        let sound = sound_of(&words);
        let pairs = pairs_of(&words);
        // Typed by sound, without a mark between the syllables.
        let run = as_run(&words);
        let near = |doc: &Doc| {
            if run.len() >= 4 && spelled_short(&doc.sound).contains(&run) {
                return Some(1_000);
            }
            if words.chars().count() >= 2 && doc.sound.contains(&sound) {
                return Some(1_000);
            }
            let shared = doc.pairs.intersection(&pairs).count();
            let alike = 100 * shared / pairs.len().max(1);
            (!pairs.is_empty() && alike >= ALIKE).then_some(alike as u32)
        };
        let found = self.docs.iter().filter_map(|doc| Some((near(doc)?, doc)));
        found.collect()
    }
}

/// Values with how often they occur, in the order in which they come; nothing is no value.
fn counted<'a>(values: impl Iterator<Item = &'a str>) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for value in values.filter(|v| !v.is_empty()) {
        match counts.iter_mut().find(|(known, _)| known == value) {
            Some((_, n)) => *n += 1,
            None => counts.push((value.to_owned(), 1)),
        }
    }
    counts
}

/// The words of the dictionary in what was typed in one go.
fn segments(words: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in store::words_of(words) {
        if !PARTICLES.contains(&word.as_str()) && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

fn article_doc(article: &Article) -> Doc {
    let hit = Hit {
        target: Target::Article(article.slug().to_owned()),
        title: article.title.clone(),
        column: article.column.clone(),
        on: article.day().to_owned(),
        number: article.document_number.clone(),
        organ: article.source.clone(),
        excerpt: String::new(),
    };
    let mut body = article.summary.clone();
    for (name, value) in &article.facts {
        body.push('\n');
        body.push_str(name);
        body.push('：');
        body.push_str(value);
    }
    body.push('\n');
    body.push_str(&plain(&article.body));
    doc(hit, &article.index_number, &body)
}

fn doc(hit: Hit, index_number: &str, body: &str) -> Doc {
    let title = normal(&hit.title);
    let number = normal(&format!("{} {index_number}", hit.number));
    Doc {
        sound: sound_of(&title),
        pairs: pairs_of(&title),
        bare_number: bare(&number),
        number,
        folded: normal(body),
        body: body.to_owned(),
        title,
        hit,
    }
}

/// How well a document answers; `None` when a word is nowhere in it.
fn score(doc: &Doc, words: &str, parts: &[String]) -> Option<u32> {
    let mut score = 0;
    for part in parts {
        if doc.title.contains(part.as_str()) {
            score += 100;
        } else if doc.number.contains(part.as_str()) {
            score += 80;
        } else if doc.folded.contains(part.as_str()) {
            score += 10;
        } else {
            return None;
        }
    }
    let whole = doc.title == words || doc.number.split_whitespace().any(|n| n == words);
    Some(score / parts.len().max(1) as u32 + if whole { 200 } else { 0 })
}

fn with_excerpt(doc: &Doc, parts: &[String]) -> Hit {
    const BEFORE: usize = 24;
    const LENGTH: usize = 90;
    let mut hit = doc.hit.clone();
    let flat: Vec<char> = doc
        .body
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    let folded: Vec<char> = flat
        .iter()
        .map(|c| normal(&c.to_string()).chars().next().unwrap_or(*c))
        .collect();
    let at = parts.iter().find_map(|part| {
        let part: Vec<char> = part.chars().collect();
        folded.windows(part.len().max(1)).position(|w| w == part)
    });
    let start = at.unwrap_or(0).saturating_sub(BEFORE);
    let piece: String = flat.iter().skip(start).take(LENGTH).collect();
    let piece = piece.trim();
    if !piece.is_empty() {
        let front = if start > 0 { "…" } else { "" };
        let back = if start + LENGTH < flat.len() {
            "…"
        } else {
            ""
        };
        hit.excerpt = format!("{front}{piece}{back}");
    }
    hit
}

/// Simplified, half width, lower case.
fn normal(text: &str) -> String {
    let half = to_half_width(text).to_lowercase();
    if half.is_ascii() {
        return half;
    }
    static SIMPLIFY: OnceLock<Option<OpenCC>> = OnceLock::new();
    let simplify = SIMPLIFY.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    match simplify {
        Some(converter) => converter.convert(&half),
        None => half,
    }
}

/// A number without what people type in many ways: brackets, strokes, blanks.
fn bare(number: &str) -> String {
    normal(number)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Letters as somebody types syllables in one go; empty for a text
/// that is not only letters.
fn as_run(words: &str) -> String {
    if words.is_empty() || !words.bytes().all(|b| b.is_ascii_lowercase()) {
        return String::new();
    }
    spelled_short(words)
}

/// Syllables without marks between them, and without what the ear of many does not tell apart.
fn spelled_short(sound: &str) -> String {
    let mut run = sound.replace('\'', "");
    for (full, short) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")] {
        run = run.replace(full, short);
    }
    run
}

/// How a text sounds, without tones; what makes no sound stays.
fn sound_of(text: &str) -> String {
    let mut sound = String::new();
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        match c.to_pinyin() {
            // Speakers of many dialects do not tell these apart, nor do their typing habits.
            Some(p) => {
                let plain = p.plain();
                let plain = plain
                    .strip_suffix('g')
                    .filter(|p| p.ends_with('n'))
                    .unwrap_or(plain);
                sound.push_str(
                    &plain
                        .replacen("zh", "z", 1)
                        .replacen("ch", "c", 1)
                        .replacen("sh", "s", 1),
                );
                sound.push('\'');
            }
            None => sound.push(c),
        }
    }
    sound
}

fn pairs_of(text: &str) -> BTreeSet<(char, char)> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(2).map(|w| (w[0], w[1])).collect()
}

#[cfg(test)]
mod tests;

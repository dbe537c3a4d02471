//! Search over everything published: titles before bodies, slips forgiven.
//!
//! The index is made from a site, so it cannot find what is not shown. Words are looked for as they
//! stand, in simplified characters, half width and lower case, which needs no dictionary and finds
//! any fragment. Only when nothing is found does it forgive: first characters that sound alike
//! (the usual slip of somebody who types by sound), then titles that share most pairs of
//! characters.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use values::numerals::to_half_width;

use super::{Article, Register, Settings};

/// A longer query is cut; nobody types more.
const QUERY_CHARS_MAX: usize = 60;
/// Shared pairs of characters, in hundredths, from which a title is alike.
const ALIKE: usize = 45;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAsk {
    /// Words.
    pub words: String,
    /// Only in this column (id).
    pub column: String,
    /// Only of this year.
    pub year: String,
    /// Hits left out at the start.
    pub skip: usize,
    /// Hits answered at most.
    pub take: usize,
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
    /// How many in each column, for narrowing.
    pub columns: Vec<(String, usize)>,
    /// How many of each year, the newest first.
    pub years: Vec<(String, usize)>,
    /// Nothing was found as typed; these are alike.
    pub forgiven: bool,
}

#[derive(Clone, Debug)]
struct Doc {
    hit: Hit,
    title: String,
    sound: String,
    pairs: BTreeSet<(char, char)>,
    number: String,
    body: String,
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
                    number: String::new(),
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
        let words: String = ask.words.chars().take(QUERY_CHARS_MAX).collect();
        let words = normal(&words);
        let parts: Vec<&str> = words.split_whitespace().collect();
        if parts.is_empty() {
            return Found::default();
        }
        let mut scored: Vec<(u32, &Doc)> = self
            .docs
            .iter()
            .filter_map(|doc| Some((score(doc, &words, &parts)?, doc)))
            .collect();
        let forgiven = scored.is_empty();
        if forgiven {
            scored = self.alike(&words);
        }
        // Stable: of equal rank, the order of the site stays, newest first.
        scored.sort_by_key(|one| std::cmp::Reverse(one.0));
        let mut columns: Vec<(String, usize)> = Vec::new();
        let mut years: BTreeMap<String, usize> = BTreeMap::new();
        for (_, doc) in &scored {
            match columns.iter_mut().find(|(id, _)| *id == doc.hit.column) {
                Some((_, n)) => *n += 1,
                None => columns.push((doc.hit.column.clone(), 1)),
            }
            let year = doc.hit.on.get(..4).unwrap_or_default().to_owned();
            *years.entry(year).or_default() += 1;
        }
        let fits = |doc: &Doc| {
            (ask.column.is_empty() || doc.hit.column == ask.column)
                && (ask.year.is_empty() || doc.hit.on.starts_with(&ask.year))
        };
        scored.retain(|(_, doc)| fits(doc));
        let hits = scored.iter().skip(ask.skip).take(ask.take);
        Found {
            hits: hits.map(|(_, doc)| with_excerpt(doc, &parts)).collect(),
            count: scored.len(),
            columns,
            years: years.into_iter().rev().collect(),
            forgiven: forgiven && !scored.is_empty(),
        }
    }

    fn alike(&self, words: &str) -> Vec<(u32, &Doc)> {
        let words: String = words.split_whitespace().collect();
        let sound = sound_of(&words);
        let pairs = pairs_of(&words);
        let near = |doc: &Doc| {
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

fn article_doc(article: &Article) -> Doc {
    let hit = Hit {
        target: Target::Article(article.slug().to_owned()),
        title: article.title.clone(),
        column: article.column.clone(),
        on: article.day().to_owned(),
        number: article.document_number.clone(),
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
    body.push_str(&article.body);
    doc(hit, &article.index_number, &body)
}

fn doc(hit: Hit, index_number: &str, body: &str) -> Doc {
    let title = normal(&hit.title);
    Doc {
        sound: sound_of(&title),
        pairs: pairs_of(&title),
        number: normal(&format!("{} {index_number}", hit.number)),
        body: body.to_owned(),
        title,
        hit,
    }
}

/// How well a document answers; `None` when a word is nowhere in it.
fn score(doc: &Doc, words: &str, parts: &[&str]) -> Option<u32> {
    let body = OnceLock::new();
    let mut score = 0;
    for part in parts {
        if doc.title.contains(part) {
            score += 100;
        } else if doc.number.contains(part) {
            score += 80;
        } else if body.get_or_init(|| normal(&doc.body)).contains(part) {
            score += 10;
        } else {
            return None;
        }
    }
    let whole = doc.title == words || doc.number.split_whitespace().any(|n| n == words);
    Some(score / parts.len() as u32 + if whole { 200 } else { 0 })
}

fn with_excerpt(doc: &Doc, parts: &[&str]) -> Hit {
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
mod tests {
    use super::*;

    fn index() -> Index {
        let hit = |slug: &str, title: &str, on: &str| Hit {
            target: Target::Article(slug.to_owned()),
            title: title.to_owned(),
            column: "documents".to_owned(),
            on: on.to_owned(),
            number: "云教发〔2022〕7号".to_owned(),
            excerpt: String::new(),
        };
        let docs = vec![
            doc(
                hit("1", "关于校车的通知", "2022-01-05"),
                "J/2022-00001",
                "义务教育招生不收费。",
            ),
            doc(
                hit("2", "义务教育招生简章", "2021-03-01"),
                "J/2021-00002",
                "就近入学。",
            ),
        ];
        Index { docs }
    }

    fn titles(words: &str) -> (Vec<String>, bool) {
        let found = index().search(&SearchAsk {
            words: words.to_owned(),
            take: 10,
            ..SearchAsk::default()
        });
        let titles = found.hits.into_iter().map(|h| h.title).collect();
        (titles, found.forgiven)
    }

    #[test]
    fn titles_come_before_bodies() {
        let (found, forgiven) = titles("招生");
        assert_eq!(found, ["义务教育招生简章", "关于校车的通知"]);
        assert!(!forgiven);
    }

    #[test]
    fn full_width_and_traditional_characters_are_the_same_words() {
        assert_eq!(titles("義務教育招生簡章").0, ["义务教育招生简章"]);
        assert_eq!(titles("Ｊ／２０２２").0, ["关于校车的通知"]);
    }

    #[test]
    fn a_slip_is_forgiven_and_said() {
        let (found, forgiven) = titles("招声简章");
        assert_eq!(found, ["义务教育招生简章"]);
        assert!(forgiven);
        assert_eq!(
            titles("义务教育招聘简章").0.first().map(String::as_str),
            Some("义务教育招生简章")
        );
        assert!(titles("完全不相干").0.is_empty());
    }

    #[test]
    fn the_text_around_the_word_is_shown() {
        let found = index().search(&SearchAsk {
            words: "不收费".to_owned(),
            take: 1,
            ..SearchAsk::default()
        });
        assert!(found.hits[0].excerpt.contains("招生不收费"));
    }
}

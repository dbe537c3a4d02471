//! Words of Chinese text, for search: one tokeniser for indexing and asking, whatever the engine.
//!
//! The dictionary takes a moment and some 30 MB: it is loaded once, when first needed or by
//! [`crate::Store::warm`].

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jieba_rs::Jieba;

/// A longer query is cut; nobody types more.
const QUERY_CHARS_MAX: usize = 100;
/// A longer word is cut, in texts as in queries.
const WORD_CHARS_MAX: usize = 100;
/// The words of one text take no more; an engine keeps at most a MiB.
const TEXT_BYTES_MAX: usize = 512 << 10;

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// Load the dictionary now.
pub(crate) fn load() {
    jieba();
}

/// The words of a text, with the shorter words within longer ones; letters and digits only.
///
/// What the dictionary does not know falls apart into characters instead of being guessed at: a
/// guess depends on what stands around it, and a query would be cut otherwise than the text.
fn words(text: &str) -> Vec<String> {
    jieba()
        .cut_for_search(text, false)
        .iter()
        .flat_map(|token| token.word.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS_MAX).collect::<String>())
        .map(|word| word.to_lowercase())
        .collect()
}

/// The words of a text as a reader would cut it, in lower case; letters and digits only.
pub fn words_of(text: &str) -> Vec<String> {
    let tokens = jieba().cut(text, false);
    tokens
        .iter()
        .filter(|token| token.word.chars().any(char::is_alphanumeric))
        .map(|token| token.word.to_lowercase())
        .collect()
}

/// The different words of a text for the index, separated by spaces.
pub(crate) fn index_text(text: &str) -> String {
    let mut out = String::new();
    let words: BTreeSet<String> = words(text).into_iter().collect();
    for word in words {
        if out.len() + word.len() >= TEXT_BYTES_MAX {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
    }
    out
}

/// A word that must occur.
pub(crate) struct Term {
    /// Letters and digits.
    pub(crate) word: String,
    /// Longer words count too: Latin letters and digits are typed only as far as needed.
    pub(crate) is_beginning: bool,
}

/// What to look for; nothing when a query has no word.
pub(crate) fn terms(query: &str) -> Vec<Term> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let term = |word: String| Term {
        is_beginning: word.is_ascii(),
        word,
    };
    words(&query).into_iter().map(term).collect()
}

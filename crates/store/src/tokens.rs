//! Words of Chinese text, for search: one tokeniser for indexing and asking, whatever the engine.
//!
//! The dictionary takes a moment and some 30 MB: it is loaded once, when first needed or by
//! [`crate::Store::warm`].

use std::sync::OnceLock;

use jieba_rs::Jieba;

/// A longer query is cut; nobody types more.
const QUERY_CHARS_MAX: usize = 100;

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// Load the dictionary now.
pub(crate) fn load() {
    jieba();
}

/// The words of a text, with the shorter words within longer ones.
///
/// What the dictionary does not know falls apart into characters instead of being guessed at: a
/// guess depends on what stands around it, and a query would be cut otherwise than the text.
fn words(text: &str) -> Vec<String> {
    jieba()
        .cut_for_search(text, false)
        .iter()
        .map(|token| token.word)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .collect()
}

/// The words of a text for the index, separated by spaces.
pub(crate) fn index_text(text: &str) -> String {
    words(text).join(" ")
}

/// A query as terms that must all occur, each quoted so that nothing in it is an operator; a term
/// in Latin letters or digits also finds longer ones. Empty when there is nothing to look for.
pub(crate) fn match_terms(query: &str) -> Vec<String> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    words(&query)
        .into_iter()
        .map(|word| {
            let longer = if word.is_ascii() { "*" } else { "" };
            format!("\"{}\"{longer}", word.replace('"', "\"\""))
        })
        .collect()
}

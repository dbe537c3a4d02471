//! One spelling: text as the log accepts it (Unicode NFC).
//!
//! What looks the same must be the same bytes, or equal values would have different commitments.
//! Keyboards and office programs nearly always write this form already; what they do not write so
//! is rewritten before it is compared or decided.

use std::{borrow::Cow, collections::BTreeMap};

use catalogue::value::{Fields, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text in its one spelling.
pub fn spelled(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// Characters that have one spelling only, whatever stands beside them, as nearly all text is made
/// of: Latin letters, Chinese characters, their punctuation.
fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3029}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
}

/// Rewrites every text of the fields.
pub fn spell_fields(fields: &mut Fields) {
    fields.values_mut().for_each(spell);
}

/// Rewrites every text of a correction.
pub(crate) fn spell_changes(changes: &mut BTreeMap<String, Option<Value>>) {
    changes.values_mut().flatten().for_each(spell);
}

fn spell(value: &mut Value) {
    match value {
        Value::Text(text) => {
            if let Cow::Owned(rewritten) = spelled(text) {
                *text = rewritten;
            }
        }
        Value::List(items) => items.iter_mut().for_each(spell),
        Value::Record(cells) => cells.values_mut().for_each(spell),
        Value::Integer(_) | Value::Flag(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_take_one_spelling_wherever_they_stand() {
        // e and a combining accent, an angle bracket of the compatibility kind, an Ohm sign.
        assert_eq!(spelled("Re\u{301}sume\u{301}"), "R\u{e9}sum\u{e9}");
        assert_eq!(spelled("\u{2329}办法\u{232A}"), "〈办法〉");
        let row = Value::Record(BTreeMap::from([("unit".to_owned(), "\u{2126}".into())]));
        let mut fields = Fields::from([
            ("rows".to_owned(), Value::List(vec![row])),
            ("n".to_owned(), 3.into()),
        ]);
        spell_fields(&mut fields);
        let row = Value::Record(BTreeMap::from([("unit".to_owned(), "Ω".into())]));
        assert_eq!(fields["rows"], Value::List(vec![row]));
    }

    #[test]
    fn plain_characters_are_spelled_in_one_way_alone_and_together() {
        let plain: String = ('\0'..=char::MAX).filter(|c| is_plain(*c)).collect();
        assert!(plain.chars().count() > 20_000);
        assert!(unicode_normalization::is_nfc(&plain));
        let backwards: String = plain.chars().rev().collect();
        assert!(unicode_normalization::is_nfc(&backwards));
        let other = |c: char| unicode_normalization::char::canonical_combining_class(c) != 0;
        assert!(!plain.chars().any(other));
    }

    #[test]
    fn usual_text_is_not_copied() {
        assert!(matches!(
            spelled("云川市教育局，2022 年“双减”"),
            Cow::Borrowed(_)
        ));
    }
}

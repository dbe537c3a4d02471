//! Small helpers about text that more than one format needs.
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes on screen: a Chinese character takes two.
pub fn display_width(text: &str) -> usize {
    text.lines()
        .map(UnicodeWidthStr::width_cjk)
        .max()
        .unwrap_or(0)
}

/// Without characters that XML 1.0 cannot hold, which would make a file unreadable.
pub(crate) fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    let forbidden = |c: char| {
        (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    if text.contains(forbidden) {
        text.replace(forbidden, "").into()
    } else {
        text.into()
    }
}

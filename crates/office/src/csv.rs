//! Comma-separated values: RFC 4180 with a byte order mark, as Excel wants Chinese text.
//!
//! Spreadsheets run a field that begins with `=`, `+`, `-` or `@` as a formula, so such a text gets
//! an apostrophe in front when it is written, unless it is a plain number. Reading takes UTF-8 only
//! and says so: guessing between encodings would change names without anybody noticing.
use crate::{OfficeError, Result};

/// Rows as a file, with byte order mark and `\r\n`.
pub fn write<R, F>(rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = F>,
    F: AsRef<str>,
{
    let mut out = String::from('\u{FEFF}');
    for row in rows {
        for (at, field) in row.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_field(field.as_ref(), &mut out);
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn push_field(field: &str, out: &mut String) {
    let guarded = field.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        && !is_number(field);
    // A field with a blank at its end is quoted too: some programs trim the others.
    let quoted = field.contains([',', '"', '\n', '\r'])
        || field.starts_with(char::is_whitespace)
        || field.ends_with(char::is_whitespace);
    if quoted {
        out.push('"');
    }
    if guarded {
        out.push('\'');
    }
    if quoted {
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
}

/// Digits with at most one sign and one point: nothing that a spreadsheet would compute.
fn is_number(field: &str) -> bool {
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1
}

/// Rows of a file in UTF-8, with or without byte order mark; lines without any text are left out.
///
/// Each row comes with the number of its first line.
pub fn read(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>> {
    if bytes.is_empty() {
        return Err(OfficeError::EmptyFile);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        OfficeError::NotUtf8 {
            line: before.iter().filter(|b| **b == b'\n').count() + 1,
        }
    })?;
    let mut reader = Reader::default();
    for sign in text.strip_prefix('\u{FEFF}').unwrap_or(text).chars() {
        reader.take(sign);
    }
    reader.finish()
}

struct Reader {
    rows: Vec<(usize, Vec<String>)>,
    row: Vec<String>,
    field: String,
    state: State,
    line: usize,
    /// First lines of the open row and of the open quoted field.
    row_line: usize,
    field_line: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            row: Vec::new(),
            field: String::new(),
            state: State::default(),
            line: 1,
            row_line: 1,
            field_line: 1,
        }
    }
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Begin,
    Plain,
    Quoted,
    /// Behind a quote inside of a quoted field: its end, or half of a doubled one.
    QuoteSeen,
}

impl Reader {
    fn take(&mut self, sign: char) {
        match (self.state, sign) {
            (State::Begin, '"') => {
                self.state = State::Quoted;
                self.field_line = self.line;
            }
            (State::Quoted, '"') => self.state = State::QuoteSeen,
            (State::QuoteSeen, '"') => {
                self.field.push('"');
                self.state = State::Quoted;
            }
            (State::Quoted, other) => self.field.push(other),
            (_, ',') => self.end_field(),
            (_, '\n') => self.end_row(),
            (_, '\r') => {}
            (State::Begin | State::Plain | State::QuoteSeen, other) => {
                self.field.push(other);
                self.state = State::Plain;
            }
        }
        if sign == '\n' {
            self.line += 1;
            if self.state != State::Quoted {
                self.row_line = self.line;
            }
        }
    }

    fn end_field(&mut self) {
        self.row.push(std::mem::take(&mut self.field));
        self.state = State::Begin;
    }

    fn end_row(&mut self) {
        self.end_field();
        let row = std::mem::take(&mut self.row);
        if row.iter().any(|field| !field.trim().is_empty()) {
            self.rows.push((self.row_line, row));
        }
    }

    fn finish(mut self) -> Result<Vec<(usize, Vec<String>)>> {
        if self.state == State::Quoted {
            return Err(OfficeError::UnclosedQuote {
                line: self.field_line,
            });
        }
        self.end_row();
        Ok(self.rows)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(rows: &[&[&str]]) -> String {
        String::from_utf8(write(rows.iter().copied())).unwrap()
    }

    #[test]
    fn chinese_opens_in_excel_and_formulas_do_not_run() {
        assert_eq!(
            text(&[
                &["姓名", "=1+1"],
                &["-12.5", "+86 138"],
                &["@甲", "a,\"b\"\nc"]
            ]),
            "\u{FEFF}姓名,'=1+1\r\n-12.5,'+86 138\r\n'@甲,\"a,\"\"b\"\"\nc\"\r\n"
        );
        assert_eq!(
            text(&[&["=a,b"], &["--1"], &["-"]]),
            "\u{FEFF}\"'=a,b\"\r\n'--1\r\n'-\r\n"
        );
    }

    #[test]
    fn rows_carry_the_number_of_their_first_line() {
        let rows = read("\u{FEFF}甲,\"一\n二\"\r\n\r\n,,\n乙,\"a\"\"b\"\n丙".as_bytes()).unwrap();
        let expected = [
            (1, vec!["甲".to_owned(), "一\n二".to_owned()]),
            (5, vec!["乙".to_owned(), "a\"b".to_owned()]),
            (6, vec!["丙".to_owned()]),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn other_encodings_and_open_quotes_are_named_with_their_line() {
        assert_eq!(read(b""), Err(OfficeError::EmptyFile));
        assert_eq!(
            read(b"a\n\xD0\xD5\xC3\xFB"),
            Err(OfficeError::NotUtf8 { line: 2 })
        );
        assert_eq!(
            read(b"a\nb,\"c\nd\n"),
            Err(OfficeError::UnclosedQuote { line: 2 })
        );
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(rows in proptest::collection::vec(proptest::collection::vec("[a\",甲 \n]{0,5}x", 1..4), 0..6)) {
            let bytes = write(rows.iter().map(|row| row.iter()));
            let back: Vec<Vec<String>> = read(&bytes).unwrap().into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(back, rows);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}

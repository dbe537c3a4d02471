//! Finding the header row: people put titles above it, star required columns, swap columns.
use std::collections::HashMap;
use std::ops::ControlFlow;

use super::sheet::Row;
use super::{Book, REASON_HEADER, RECORD_HEADER};
use crate::Result;

/// Rows looked at before we say that there is no header.
const ROWS_LOOKED_AT: u32 = 30;

/// Where the expected columns stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The header row's number as Excel shows it; data begin below.
    pub row: u32,
    /// For each expected name its column counted from zero, or `None` where it is missing.
    pub columns: Vec<Option<u16>>,
    /// The column of record ids, where there is one.
    pub record: Option<u16>,
    /// Headers that were not expected, with their columns.
    pub unknown: Vec<(u16, String)>,
    /// Headers that stand there twice, with the second column.
    pub repeated: Vec<(u16, String)>,
}

impl Header {
    /// How many of the expected columns it has.
    pub fn found(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}

/// The row among the first thirty that holds most of the `expected` names; `None` when no row holds
/// even one.
pub fn find(book: &mut Book<'_>, sheet: usize, expected: &[&str]) -> Result<Option<Header>> {
    let mut best: Option<Header> = None;
    let mut looked_at = 0;
    book.rows(sheet, |row| {
        let header = match_row(row, expected);
        if header.found() > best.as_ref().map_or(0, Header::found) {
            best = Some(header);
        }
        looked_at += 1;
        let all = best
            .as_ref()
            .is_some_and(|header| header.found() == expected.len());
        if all || looked_at >= ROWS_LOOKED_AT {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(best)
}

/// What `row` would mean as a header.
pub fn match_row(row: &Row<'_>, expected: &[&str]) -> Header {
    let places: HashMap<String, usize> = expected
        .iter()
        .enumerate()
        .map(|(at, name)| (plain(name), at))
        .collect();
    let mut header = Header {
        row: row.number,
        columns: vec![None; expected.len()],
        ..Header::default()
    };
    for cell in &row.cells {
        let name = cell.value.to_text();
        let plain_name = plain(&name);
        if plain_name == REASON_HEADER {
            continue;
        }
        match places.get(&plain_name) {
            Some(&at) if header.columns[at].is_none() => header.columns[at] = Some(cell.column),
            Some(_) => header.repeated.push((cell.column, name)),
            None if plain_name == RECORD_HEADER => header.record = Some(cell.column),
            None => header.unknown.push((cell.column, name)),
        }
    }
    header
}

/// A name without what people and templates add: blanks, line breaks, stars, width of brackets.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | '\u{FEFF}'))
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '：' => ':',
            other => other,
        })
        .collect()
}

//! Small tables in one text: `甲 | 3；乙 | 5`.
//!
//! Cells stand in the order of the columns, `|` between them, `；` or a line end between rows.
//! A sign that belongs to the value itself is written behind a backslash (`\；`).

use super::{FieldContext, FieldError, parse::trim};
use crate::{
    definition::Field,
    value::{Fields, Value},
};

/// Most rows in one field.
pub(super) const ROWS_MAX: usize = 1000;

pub(super) fn parse(
    text: &str,
    columns: &[Field],
    context: &FieldContext<'_>,
) -> Result<Value, FieldError> {
    let mut rows = Vec::new();
    for (index, cells) in split(text).into_iter().enumerate() {
        if cells.iter().all(|cell| trim(cell).is_empty()) {
            continue;
        }
        if rows.len() == ROWS_MAX {
            return Err(FieldError::TooLong {
                length: rows.len() + 1,
                max: ROWS_MAX,
            });
        }
        rows.push(row(&cells, columns, context, index + 1)?);
    }
    if rows.is_empty() {
        Err(FieldError::Missing)
    } else {
        Ok(Value::List(rows))
    }
}

fn row(
    cells: &[String],
    columns: &[Field],
    context: &FieldContext<'_>,
    row: usize,
) -> Result<Value, FieldError> {
    if cells.len() > columns.len() {
        return Err(FieldError::Cells {
            found: cells.len(),
            columns: columns.iter().map(|column| column.name.clone()).collect(),
        });
    }
    let mut record = Fields::new();
    for (index, column) in columns.iter().enumerate() {
        let cell = cells.get(index).map_or("", String::as_str);
        let value = column
            .parse(cell, context)
            .map_err(|error| FieldError::InRow {
                row,
                column: column.name.clone(),
                error: Box::new(error),
            })?;
        if let Some(value) = value {
            record.insert(column.id.to_string(), value);
        }
    }
    Ok(Value::Record(record))
}

/// Rows of cells, with backslashes taken away from the signs that they protect.
fn split(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '；' | ';' | '\n' => rows.push(vec![String::new()]),
            '|' | '｜' => {
                if let Some(row) = rows.last_mut() {
                    row.push(String::new());
                }
            }
            '\\' => match characters.next() {
                Some('n') => push(&mut rows, '\n'),
                Some(protected) if is_sign(protected) => push(&mut rows, protected),
                Some(other) => {
                    push(&mut rows, '\\');
                    push(&mut rows, other);
                }
                None => push(&mut rows, '\\'),
            },
            _ => push(&mut rows, character),
        }
    }
    rows
}

fn push(rows: &mut [Vec<String>], character: char) {
    if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
        cell.push(character);
    }
}

fn is_sign(character: char) -> bool {
    matches!(character, '；' | ';' | '|' | '｜' | '\\')
}

/// A cell in which every sign of ours stands behind a backslash.
pub(super) fn escape(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for character in cell.chars() {
        match character {
            '\n' => text.push_str("\\n"),
            _ => {
                if is_sign(character) {
                    text.push('\\');
                }
                text.push(character);
            }
        }
    }
    text
}

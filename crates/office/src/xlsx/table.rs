//! A list as a workbook: what a clerk sees on the screen, taken away.
//!
//! The first row is the header, so that filters, pivot tables and other programs find it; notes
//! (what was filtered, when it was made) stand below the data.
use rust_xlsxwriter::{IgnoreError, Workbook};

use super::datum::{Datum, Formats, Look, print_setup, sheet_name, workbook, write_text};
use crate::text::display_width;
use crate::{OfficeError, Result};

const WIDTH_MIN: usize = 6;
const WIDTH_MAX: usize = 48;
const ROWS_MAX: u32 = 1_048_576;

/// A list to be written.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Name of the sheet; signs that Excel forbids are replaced.
    pub sheet: String,
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows, each with a datum per column.
    pub rows: Vec<Vec<Datum>>,
    /// Notes below the rows.
    pub notes: Vec<String>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// How its numbers are shown.
    pub kind: Kind,
}

/// How the values of a column are shown. A datum of another type keeps its own look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As they are.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with so many decimals.
    Decimal(u8),
    /// Yuan with two decimals.
    Money,
    /// Days.
    Date,
    /// Percentages with so many decimals.
    Percent(u8),
}

impl Kind {
    fn look(self) -> Look {
        match self {
            Self::Text => Look::Text,
            Self::Integer => Look::Number(0),
            Self::Decimal(decimals) => Look::Number(decimals),
            Self::Percent(decimals) => Look::Percent(decimals),
            Self::Money => Look::Money,
            Self::Date => Look::Date,
        }
    }
}

/// Writes a list in one go.
pub fn write_table(table: &Table) -> Result<Vec<u8>> {
    let mut writer = TableWriter::new(&table.sheet, &table.columns)?;
    for row in &table.rows {
        writer.push(row)?;
    }
    writer.finish(&table.notes)
}

/// Writes a list row by row; rows go to a temporary file, so memory stays flat.
pub struct TableWriter {
    workbook: Workbook,
    formats: Formats,
    columns: Vec<Column>,
    widths: Vec<usize>,
    next_row: u32,
}

impl TableWriter {
    /// Begins a list with its header.
    pub fn new(sheet: &str, columns: &[Column]) -> Result<Self> {
        let mut workbook = workbook(sheet)?;
        let formats = Formats::new();
        let page = workbook.add_worksheet_with_low_memory()?;
        page.set_name(sheet_name(sheet))?;
        page.set_row_height(0, 24)?;
        for (at, column) in (0_u16..).zip(columns) {
            let name = super::datum::fitted(&column.name);
            page.write_string_with_format(0, at, &*name, &formats.header)?;
            page.set_column_format(at, formats.of(column.kind.look()))?;
        }
        page.set_freeze_panes(1, 0)?;
        print_setup(page, 0)?;
        let widths = columns
            .iter()
            .map(|column| display_width(&column.name) + 4)
            .collect();
        Ok(Self {
            workbook,
            formats,
            columns: columns.to_vec(),
            widths,
            next_row: 1,
        })
    }

    /// Adds a row; missing data stay empty, superfluous ones are an error.
    pub fn push(&mut self, row: &[Datum]) -> Result<()> {
        if self.columns.len() < row.len() {
            return Err(OfficeError::CannotWrite(format!(
                "一行有 {} 个值，但只有 {} 列",
                row.len(),
                self.columns.len()
            )));
        }
        if self.next_row >= ROWS_MAX {
            return Err(OfficeError::CannotWrite(
                "超过 Excel 的最大行数 1048576".to_owned(),
            ));
        }
        let page = self.workbook.worksheet_from_index(0)?;
        let described = self.columns.iter().zip(&mut self.widths);
        for ((at, datum), (column, width)) in (0_u16..).zip(row).zip(described) {
            datum.write(page, (self.next_row, at), &self.formats, column.kind.look())?;
            *width = (*width).max(width_of(datum));
        }
        self.next_row += 1;
        Ok(())
    }

    /// Ends the list and returns the file.
    pub fn finish(mut self, notes: &[String]) -> Result<Vec<u8>> {
        let page = self.workbook.worksheet_from_index(0)?;
        let last_row = self.next_row - 1;
        if let Some(last_column) = (0_u16..).zip(&self.columns).map(|(at, _)| at).last() {
            page.autofilter(0, 0, last_row, last_column)?;
            page.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        }
        for (at, width) in (0_u16..).zip(&self.widths) {
            let width = u16::try_from((*width).clamp(WIDTH_MIN, WIDTH_MAX)).unwrap_or(u16::MAX);
            page.set_column_width(at, width)?;
        }
        for (row, note) in (self.next_row + 1..ROWS_MAX).zip(notes) {
            write_text(page, row, 0, note, &self.formats)?;
        }
        Ok(self.workbook.save_to_buffer()?)
    }
}

/// Columns of screen that a datum takes, with a little air.
fn width_of(datum: &Datum) -> usize {
    match datum {
        Datum::Empty => 0,
        Datum::Text(text) if text.is_ascii() => text.len() + 2,
        Datum::Text(text) => display_width(text) + 2,
        Datum::Date(_) => 12,
        // The separators of thousands take a third more.
        Datum::Money(_) => datum.to_text().len() * 4 / 3 + 2,
        other => other.to_text().len() + 2,
    }
}

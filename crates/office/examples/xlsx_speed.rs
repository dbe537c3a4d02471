//! Speed of writing and streaming a list of 100,000 × 20, beside a bare read by `calamine`.
//!
//! `cargo run --release -p office --example xlsx_speed [-- write|ours|calamine FILE]`
use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

use calamine::{Reader, Xlsx, open_workbook};
use office::Limits;
use office::xlsx::{Book, Column, Datum, Kind, TableWriter};

const ROWS: i64 = 100_000;
const COLUMNS: i64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "all".to_owned());
    let file = arguments.next().map_or_else(
        || std::env::temp_dir().join("xlsx_speed.xlsx"),
        std::path::PathBuf::from,
    );
    let all = what == "all";
    if all || what == "write" {
        timed("write", || write(&file))?;
    }
    for _ in 0..if all { 3 } else { 1 } {
        if all || what == "calamine" {
            timed("calamine", || bare(&file))?;
        }
        if all || what == "ours" {
            timed("ours", || ours(&file))?;
        }
    }
    Ok(())
}

fn timed(
    name: &str,
    work: impl FnOnce() -> Result<u64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let count = work()?;
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    println!(
        "{name:10} {:.2} s, {count} cells or bytes, {peak}",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Half numbers, half texts, most texts repeated, as lists are.
fn write(file: &std::path::Path) -> Result<u64, Box<dyn Error>> {
    let columns: Vec<Column> = (0..COLUMNS)
        .map(|n| Column {
            name: format!("第{n}列"),
            kind: if n % 2 == 0 {
                Kind::Text
            } else {
                Kind::Integer
            },
        })
        .collect();
    let mut writer = TableWriter::new("大表", &columns)?;
    for row in 0..ROWS {
        let datum = |column| match column % 2 {
            0 => Datum::Text(format!("云川市第{}小学", row * column % 5_000)),
            _ => Datum::Integer(row * column),
        };
        writer.push(&(0..COLUMNS).map(datum).collect::<Vec<_>>())?;
    }
    let bytes = writer.finish(&[])?;
    std::fs::write(file, &bytes)?;
    Ok(bytes.len() as u64)
}

fn ours(file: &std::path::Path) -> Result<u64, Box<dyn Error>> {
    let mut book = Book::from_path(file, &Limits::default())?;
    let mut cells = 0;
    book.rows(0, |row| {
        cells += row.cells.len() as u64;
        ControlFlow::Continue(())
    })?;
    Ok(cells)
}

fn bare(file: &std::path::Path) -> Result<u64, Box<dyn Error>> {
    let mut book: Xlsx<_> = open_workbook(file)?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let mut cells = 0;
    while reader.next_cell()?.is_some() {
        cells += 1;
    }
    Ok(cells)
}

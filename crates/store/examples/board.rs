//! How fast the deadline board is over many open clocks.
//!
//! `cargo run --release -p store --example board [CLOCKS]`, by default 1 000 000 open clocks of 20
//! sections and 400 people over two years, in a file of the temporary folder.

use std::time::{Duration, Instant};

use store::{DeadlineQuery, DeadlineRow, Store, StoreError, Target};

const ORGAN: &str = "330100";
const LINES: usize = 200;
const COUNT_MAX: usize = 1_000;
const TIMES: u32 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clocks: u64 = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let store = Store::open(&Target::SqliteFile(folder.path().join("board.db")))?;
    let started = Instant::now();
    for from in (0..clocks).step_by(20_000) {
        let rows: Vec<DeadlineRow> = (from..(from + 20_000).min(clocks)).map(row).collect();
        store.write(|db| db.put_deadlines(ORGAN, &[], &rows))?;
    }
    println!("{clocks} open clocks written in {:.1?}", started.elapsed());
    for (name, section, person) in [
        ("whole organ", None, None),
        ("one section", Some("s3"), None),
        ("one person", None, Some("p77")),
    ] {
        let mut all: Vec<Duration> = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let lines = board(&store, section, person)?;
            all.push(begun.elapsed());
            assert!(lines > 0);
        }
        all.sort();
        let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
        println!("{name}: median {:.2?}, 99 % {:.2?}", at(0.5), at(0.99));
    }
    Ok(())
}

/// The four groups of the board, lines and counts, as the page asks for them.
fn board(store: &Store, section: Option<&str>, person: Option<&str>) -> Result<usize, StoreError> {
    let spans = [
        ("0000-01-01", "2023-01-09"),
        ("2023-01-10", "2023-01-10"),
        ("2023-01-11", "2023-01-17"),
        ("2023-01-18", "9999-12-31"),
    ];
    store.read(|db| {
        let mut lines = 0;
        for (from, to) in spans {
            let query = DeadlineQuery {
                organ_id: ORGAN,
                section_id: section,
                account_id: person,
                from,
                to,
            };
            lines += db.deadlines(&query, LINES)?.len();
            db.deadline_count(&query, COUNT_MAX)?;
        }
        Ok(lines)
    })
}

fn row(n: u64) -> DeadlineRow {
    // Spread without pattern.
    let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
    let day = mixed % 730;
    let (year, day) = (2022 + day / 365, day % 365);
    let (month, day) = (day / 31 + 1, day % 28 + 1);
    DeadlineRow {
        organ_id: ORGAN.to_owned(),
        entry_id: format!("{n:032x}"),
        clock: "decide".to_owned(),
        ledger: "penalty".to_owned(),
        section_id: format!("s{}", mixed % 20),
        due_on: format!("{year}-{month:02}-{day:02}"),
        started_on: "2022-01-01".to_owned(),
        statutory: !mixed.is_multiple_of(3),
        provisional: false,
        suspended: false,
        account_id: format!("p{}", mixed % 400),
    }
}

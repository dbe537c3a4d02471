//! How fast the system is where it counts, as ratios to a baseline taken in the same run.
//!
//! ```text
//! cargo build --release -p yifa && cargo run --release -p yifa --example bench -- all
//! cargo run --release -p yifa --example bench -- import|million|append|lists|http [N] [FOLDER]
//! ```
//!
//! `all` runs `import`, `million`, `append`, `lists` and `http`, each in a process of its own.
//! `import` takes a sheet of N (100,000) rows of 20 columns in, beside a bare streaming read of the
//! same file; `million` reads one of a million rows, for its memory; `append` opens entries one by one and many at once; `lists` asks for list pages,
//! figure pages and a year's report over a demonstration of about N (1,000,000) entries, which it
//! keeps in FOLDER for the next run; `http` asks the built server (`cargo build --release -p yifa`)
//! for the same pages over the same data, and measures its start and its memory.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

mod cost;
mod demonstration;
mod import;
mod pages;
mod server;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let n: Option<usize> = arguments.next().map(|n| n.parse()).transpose()?;
    let folder = arguments.next().map(PathBuf::from);
    match what.as_str() {
        "all" => all(),
        "million" => import::million(n.unwrap_or(1_000_000)),
        "import" => import::import(n.unwrap_or(100_000)),
        "append" => import::append(n.unwrap_or(20_000)),
        "lists" => pages::lists(n.unwrap_or(1_000_000), folder),
        "http" => server::http(n.unwrap_or(1_000_000), folder),
        _ => Err(anyhow!("all, import, million, append, lists or http")),
    }
}

/// Everything that is promised, one after the other: each in a process of its own, so that its memory
/// is its own.
fn all() -> Result<()> {
    for what in ["import", "million", "append", "lists", "http"] {
        println!("== {what}");
        let done = std::process::Command::new(std::env::current_exe()?)
            .arg(what)
            .status()?;
        if !done.success() {
            return Err(anyhow!("{what}: {done}"));
        }
    }
    Ok(())
}

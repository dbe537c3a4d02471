//! How fast the system is where it counts, as ratios to a baseline taken in the same run.
//!
//! ```text
//! cargo run --release -p yifa --example bench -- import|append|lists|http [N] [FOLDER]
//! ```
//!
//! `import` takes a sheet of N (100,000) rows of 20 columns in, beside a bare streaming read of the
//! same file; `append` opens entries one by one and many at once; `lists` asks for list pages,
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
        "import" => import::import(n.unwrap_or(100_000)),
        "append" => import::append(n.unwrap_or(20_000)),
        "lists" => pages::lists(n.unwrap_or(1_000_000), folder),
        "http" => server::http(n.unwrap_or(1_000_000), folder),
        _ => Err(anyhow!("import, append, lists or http")),
    }
}

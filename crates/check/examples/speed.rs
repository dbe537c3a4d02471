//! Measures how many megabytes of text are checked per second:
//! `cargo run --release -p check --example speed -- report.txt 10`.

use std::time::Instant;

use check::{Options, check};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: speed FILE [MEGABYTES]")?;
    let megabytes: usize = arguments
        .next()
        .unwrap_or_else(|| "10".to_owned())
        .parse()?;
    let piece = std::fs::read_to_string(path)?;
    let mut text = String::new();
    while text.len() < (megabytes << 20).max(1) {
        text.push_str(&piece);
        text.push('\n');
    }
    let start = Instant::now();
    let report = check(text.as_str(), &Options::default());
    let seconds = start.elapsed().as_secs_f64();
    let size = text.len() as f64 / f64::from(1 << 20);
    println!(
        "{size:.2} MB in {seconds:.3} s: {:.1} MB/s, {} findings, {} checked relations",
        size / seconds,
        report.findings.len(),
        report.checked.len()
    );
    Ok(())
}

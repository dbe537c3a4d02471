//! Measures how many megabytes of text are checked per second of processor time (on a machine that
//! does other things too, the clock on the wall says little):
//! `cargo run --release -p check --example speed -- report.txt 10`.

use std::time::{Duration, Instant};

use check::{Options, check};

/// Processor time of this process so far, where the system tells it.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds = told.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

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
    let (start, before) = (Instant::now(), on_processor());
    let report = check(text.as_str(), &Options::default());
    let wall = start.elapsed();
    let spent = before.and_then(|before| on_processor()?.checked_sub(before));
    let seconds = spent.unwrap_or(wall).as_secs_f64();
    let size = text.len() as f64 / f64::from(1 << 20);
    println!(
        "{size:.2} MB in {seconds:.3} s of one core ({:.3} s on the wall): {:.1} MB/s, {} findings, {} checked relations",
        wall.as_secs_f64(),
        size / seconds,
        report.findings.len(),
        report.checked.len()
    );
    Ok(())
}

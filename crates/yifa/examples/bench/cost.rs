//! What things cost, as ratios to a baseline of the same run.

use std::{path::Path, time::Instant};

use anyhow::Result;

/// What something cost: time that passed, and processor time of all threads. On a machine that
/// others use as well, the second says more.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Cost {
    /// Seconds that passed.
    pub wall: f64,
    /// Seconds of processors at work.
    pub cpu: f64,
}

/// Prints a cost, and how many times the baseline it is.
pub fn told(name: &str, cost: Cost, baseline: Option<Cost>) {
    let ratio = baseline.map_or(String::new(), |b| {
        format!(
            "{:8.2} × ({:.2} × cpu)",
            cost.wall / b.wall,
            cost.cpu / b.cpu
        )
    });
    println!(
        "{name:<44} {:>10.3} ms {:>10.3} ms cpu {ratio}",
        cost.wall * 1e3,
        cost.cpu * 1e3
    );
}

/// Processor time of this program so far, in seconds.
fn cpu() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let mut ticks = after_name.split_whitespace().skip(11);
    let mut next = || ticks.next().and_then(|t| t.parse::<f64>().ok());
    (next().unwrap_or(0.0) + next().unwrap_or(0.0)) / TICKS_PER_SECOND
}

pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
    let (begun, spent) = (Instant::now(), cpu());
    let value = work()?;
    let cost = Cost {
        wall: begun.elapsed().as_secs_f64(),
        cpu: cpu() - spent,
    };
    Ok((value, cost))
}

/// Processor time of this thread so far, in seconds: as exact as single questions need.
fn cpu_of_thread() -> f64 {
    cpu_of_task(Path::new("/proc/thread-self"))
}

/// Processor time of a thread, in seconds.
pub fn cpu_of_task(task: &Path) -> f64 {
    let stat = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// The median of some runs; processor time is that of the own thread, on the average.
pub fn median(runs: usize, mut work: impl FnMut() -> Result<()>) -> Result<Cost> {
    let spent = cpu_of_thread();
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let begun = Instant::now();
        work()?;
        times.push(begun.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(Cost {
        wall: times[runs / 2],
        cpu: (cpu_of_thread() - spent) / runs as f64,
    })
}

pub fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or_default().to_owned()
}

/// What was written to the disk so far.
pub fn written() -> String {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find(|line| line.starts_with("write_bytes"));
    line.unwrap_or_default().to_owned()
}

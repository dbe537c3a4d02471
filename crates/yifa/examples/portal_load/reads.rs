//! Reading pages: how many the server hands out, and what each costs it.

use std::{
    collections::{BTreeSet, VecDeque},
    net::TcpStream,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::{Result, anyhow, bail};

use crate::{
    Arguments,
    wire::{cpu_seconds, send},
};

/// Addresses that are asked for in turn.
const ADDRESSES_MAX: usize = 300;
/// Threads with one kept connection each.
const CLIENTS: usize = 16;
/// What browsers say.
const GZIP: &str = "accept-encoding: gzip\r\n";

/// Finds reading pages by following links, warms them, and then asks for them.
pub fn run(arguments: &Arguments, server: u32) -> Result<()> {
    let addresses = addresses(arguments.port)?;
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::with_capacity(arguments.pages));
    let (begun, before) = (Instant::now(), cpu_seconds(server));
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| ask(arguments, &addresses, &next, &times)))
            .collect();
        for client in clients {
            client.join().map_err(|_| anyhow!("a client panicked"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let cpu = cpu_seconds(server) - before;
    let wall = begun.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize] as f64 / 1e3;
    println!(
        "{} pages, {} requests: {:.0} in a second; {:.0} in a second of the server's processor; \
         p50 {:.2} ms, p99 {:.2} ms",
        addresses.len(),
        times.len(),
        times.len() as f64 / wall,
        times.len() as f64 / cpu,
        at(0.5),
        at(0.99)
    );
    Ok(())
}

fn ask(
    arguments: &Arguments,
    addresses: &[String],
    next: &AtomicUsize,
    times: &Mutex<Vec<u32>>,
) -> Result<()> {
    let mut connection = None;
    let mut mine = Vec::new();
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= arguments.pages {
            break;
        }
        let begun = Instant::now();
        let path = &addresses[n % addresses.len()];
        let answer = send(arguments.port, &mut connection, "GET", path, GZIP, "")?;
        if answer.status != 200 {
            bail!("{path}: {}", answer.status);
        }
        mine.push(begun.elapsed().as_micros() as u32);
    }
    let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
    times.extend(mine);
    Ok(())
}

/// Pages that links lead to from the first one: articles, columns, rows of registers.
fn addresses(port: u16) -> Result<Vec<String>> {
    let mut connection: Option<TcpStream> = None;
    let mut seen = BTreeSet::new();
    let mut open = VecDeque::from(["/portal".to_owned()]);
    let mut found = Vec::new();
    while let Some(path) = open.pop_front() {
        let reading = ["/portal/columns", "/portal/articles/", "/portal/rows/"];
        let fits = path == "/portal" || reading.iter().any(|r| path.starts_with(r));
        if !fits || path.contains('?') || path.contains(".") || !seen.insert(path.clone()) {
            continue;
        }
        let answer = send(port, &mut connection, "GET", &path, "", "")?;
        let page = String::from_utf8_lossy(&answer.body);
        for link in page.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap_or_default();
            open.push_back(link.split('#').next().unwrap_or_default().to_owned());
        }
        if answer.status == 200 {
            found.push(path);
        }
        if found.len() >= ADDRESSES_MAX {
            break;
        }
    }
    Ok(found)
}

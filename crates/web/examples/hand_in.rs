//! Load: many schools hand in at the same time, over real HTTP, and none is lost.
//!
//! ```text
//! cargo run --release -p web --example hand_in -- [schools] [seconds] [file or postgres://…]
//! ```
//!
//! Each school opens the form and posts it at its moment, spread over the seconds (0: all at once).
//! What counts is the time from the first byte of the question to the last byte of the answer after
//! the commit. Meanwhile the program's own upkeep runs. Afterwards every hand-in is looked for, and
//! the log is verified. Without a database, a file in a temporary folder is used.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "borrows the site of the HTTP tests; a failed step ends the measurement"
)]

#[path = "../tests/http/browser.rs"]
mod browser;
#[path = "../tests/http/server.rs"]
mod server;

use std::{
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use app::{Actor, Target, listing::ListAsk};
use browser::Browser;
use server::{Server, visit};

/// Sessions that the schools share: signing in is slow on purpose and is not what is measured.
const SESSIONS: usize = 8;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |at: usize, usual: u64| args.get(at).map_or(usual, |n| n.parse().expect("a number"));
    let (schools, seconds) = (number(0, 300), number(1, 60));
    let folder = tempfile::tempdir().expect("a folder");
    let target = match args.get(2) {
        Some(text) => Target::parse(text),
        None => Target::SqliteFile(folder.path().join("yifa.db")),
    };
    let server = Server::over(&target);
    let sessions: Vec<Browser> = (0..SESSIONS).map(|_| server.signed_in("clerk")).collect();

    let done = AtomicBool::new(false);
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                server.app().checkpoint().expect("it signs");
                server.app().index_search(2_000).expect("it indexes");
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        let begun = Instant::now();
        let threads: Vec<_> = (0..schools)
            .map(|school| {
                let mut browser = Browser::new(server.address);
                browser.cookie = sessions[school as usize % SESSIONS].cookie.clone();
                scope.spawn(move || {
                    let moment = Duration::from_millis(seconds * 1_000 * school / schools);
                    std::thread::sleep(moment.saturating_sub(begun.elapsed()));
                    hand_in(&mut browser, school)
                })
            })
            .collect();
        let times = threads.into_iter().filter_map(|t| t.join().ok().flatten());
        let times = times.collect();
        done.store(true, Ordering::Relaxed);
        times
    });

    times.sort();
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1];
    println!("{target}: {schools} schools in {seconds} s");
    println!(
        "answered {}: median {:.1?}, p95 {:.1?}, p99 {:.1?}, slowest {:.1?}",
        times.len(),
        at(50),
        at(95),
        at(99),
        at(100)
    );
    let kept = kept(&server);
    let report = server.app().verify_log(|_, _| ()).expect("it reads");
    println!(
        "kept {kept}; log of {} leaves is sound: {}",
        report.leaves,
        report.is_clean()
    );
    if kept == schools && times.len() as u64 == schools && report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Opens the form and posts it; the time, if it was taken.
fn hand_in(browser: &mut Browser, school: u64) -> Option<Duration> {
    let number = format!("报-{school:04}");
    let fields = visit(&[("number", &number), ("matter", "消防演练")]);
    let begun = Instant::now();
    let answer = browser.submit("/ledgers/visit/new", &fields);
    let took = begun.elapsed();
    if answer.status != 303 {
        eprintln!("school {school}: {}", answer.status);
        return None;
    }
    Some(took)
}

fn kept(server: &Server) -> u64 {
    let clerk: Actor = server
        .app()
        .actor_by_login("clerk")
        .expect("readable")
        .expect("there");
    let page = server
        .app()
        .list(&clerk, "visit", &ListAsk::default(), 1)
        .expect("a list");
    page.count
}

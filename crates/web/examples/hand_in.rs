//! Load: many schools hand in at the same time, over real HTTP, and none is lost.
//!
//! ```text
//! cargo run --release -p web --example hand_in -- [schools] [seconds] [file or postgres://…]
//! ```
//!
//! Each school has its own account. At its moment, spread over the seconds (0: all at once), it
//! opens the form of a drill, posts it, and hands the collection in: three questions, each timed
//! from its first byte to the last byte of the answer, which comes after the commit. Meanwhile the
//! program's own upkeep runs. Afterwards every drill and every hand-in is looked for, and the log
//! is verified. Without a database, a file in a temporary folder is used. Signing in is slow on
//! purpose and is done before.
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

use app::{
    Actor, Target,
    collection::{NewCollection, Standing},
    listing::ListAsk,
    organ::UnitSetup,
};
use browser::Browser;
use server::{PASSWORD, Server, drill};

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
    let (collection, visitors) = prepare(&server, schools);

    let done = AtomicBool::new(false);
    let taken: Vec<[Duration; 3]> = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                server.app().checkpoint().expect("it signs");
                server.app().index_search(2_000).expect("it indexes");
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        let begun = Instant::now();
        let threads: Vec<_> = (0..schools)
            .zip(visitors)
            .map(|(school, mut browser)| {
                let collection = &collection;
                scope.spawn(move || {
                    let moment = Duration::from_millis(seconds * 1_000 * school / schools);
                    std::thread::sleep(moment.saturating_sub(begun.elapsed()));
                    hand_in(&mut browser, collection, school)
                })
            })
            .collect();
        let taken = threads.into_iter().filter_map(|t| t.join().ok().flatten());
        let taken = taken.collect();
        done.store(true, Ordering::Relaxed);
        taken
    });

    println!("{target}: {schools} schools in {seconds} s");
    for (at, what) in ["form", "entry", "hand-in"].into_iter().enumerate() {
        said(what, taken.iter().map(|times| times[at]).collect());
    }
    let (drills, handed) = kept(&server, &collection);
    let report = server.app().verify_log(|_, _| ()).expect("it reads");
    println!(
        "kept {drills} drills, {handed} hand-ins; log of {} leaves is sound: {}",
        report.leaves,
        report.is_clean()
    );
    let all = [drills, handed, taken.len() as u64]
        .iter()
        .all(|n| *n == schools);
    if all && report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn said(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).max(1) - 1;
        times.get(place).copied().unwrap_or_default()
    };
    println!(
        "{what}: answered {}, median {:.1?}, p95 {:.1?}, p99 {:.1?}, slowest {:.1?}",
        times.len(),
        at(50),
        at(95),
        at(99),
        at(100)
    );
}

fn actor(server: &Server, login: &str) -> Actor {
    let found = server.app().actor_by_login(login).expect("readable");
    found.expect("there")
}

fn name(school: u64) -> String {
    format!("第{school:04}小学")
}

/// Schools with accounts, what is asked of them, and everybody signed in.
fn prepare(server: &Server, schools: u64) -> (String, Vec<Browser>) {
    let units: Vec<UnitSetup> = (0..schools)
        .map(|school| UnitSetup {
            name: name(school),
            kind: "学校".to_owned(),
            district: "东区".to_owned(),
            account: Some([format!("s{school:04}"), name(school), PASSWORD.to_owned()]),
        })
        .collect();
    server.app().set_up_units("test", &units).expect("set up");
    let asked = NewCollection {
        title: "第四季度演练".to_owned(),
        ledgers: vec!["emergency_drill".to_owned()],
        from: "2022-10-01".to_owned(),
        to: "2022-12-31".to_owned(),
        due_on: "2023-01-15".to_owned(),
        ..NewCollection::default()
    };
    let app = server.app();
    let collection = app.start_collection(&actor(server, "safety"), &asked);
    let sign_in = |school| server.signed_in(&format!("s{school:04}"));
    (
        collection.expect("asked"),
        (0..schools).map(sign_in).collect(),
    )
}

/// Opens the form, posts it, hands in; how long each took, if all were taken.
fn hand_in(browser: &mut Browser, collection: &str, school: u64) -> Option<[Duration; 3]> {
    const FORM: &str = "/ledgers/emergency_drill/new";
    let begun = Instant::now();
    let token = browser.get(FORM).token()?;
    let form = begun.elapsed();

    let name = name(school);
    let mut fields = drill(&name, "2022-11-09");
    fields.push(("token", &token));
    let begun = Instant::now();
    let entered = browser.post(FORM, &fields).status;
    let entry = begun.elapsed();

    let begun = Instant::now();
    let path = format!("/collections/{collection}/hand-in");
    let handed = browser.post(&path, &[("token", &token)]).status;
    let hand_in = begun.elapsed();
    if (entered, handed) != (303, 303) {
        eprintln!("school {school}: {entered}, {handed}");
        return None;
    }
    Some([form, entry, hand_in])
}

/// How many drills and hand-ins there are.
fn kept(server: &Server, collection: &str) -> (u64, u64) {
    let safety = actor(server, "safety");
    let app = server.app();
    let page = app.list(&safety, "emergency_drill", &ListAsk::default(), 1);
    let board = app.collection(&safety, collection).expect("a board");
    let handed = board.count(Standing::HandedIn);
    (page.expect("a list").count, handed as u64)
}

//! How fast the log grows and answers: `cargo bench -p proof`.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use proof::canonical;
use proof::draw::assign::Problem;
use proof::draw::population::{Item, Population};
use proof::draw::select::{Method, rank};
use proof::draw::suite::Suite;
use proof::hash::{Hash, leaf_hash};
use proof::merkle::{Appender, Tree};
use serde_json::json;

fn measure<T>(what: &str, count: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = black_box(work());
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {count} in {seconds:.3} s, {:.0} per second",
        count as f64 / seconds
    );
    result
}

fn main() {
    draws();
    if std::env::var_os("DRAWS_ONLY").is_none() {
        log();
    }
}

fn log() {
    let count = 1_000_000u64;
    let leaves: Vec<Hash> = measure("leaf hashes of 200 bytes", count, || {
        (0..count)
            .map(|i| leaf_hash(format!("{i:0200}").as_bytes()))
            .collect()
    });
    let mut tiles = HashMap::new();
    let mut appender = Appender::new();
    measure("appends in one batch", count, || {
        for tile in appender.append(leaves.iter().copied()).tiles {
            tiles.insert((tile.level, tile.index), tile.bytes);
        }
    });
    measure("appends one by one", 100_000, || {
        for leaf in &leaves[..100_000] {
            black_box(appender.append([*leaf]));
        }
    });
    let read = |level: u8, index: u64| tiles.get(&(level, index)).cloned();
    measure("inclusion proofs", 1000, || {
        for index in 0..1000 {
            let _ = black_box(Tree::new(count, read).inclusion_proof(index * 997));
        }
    });
    measure("loads of the right edge", 1000, || {
        for size in count - 1000..count {
            let _ = black_box(Appender::load(size, read));
        }
    });
    let event = json!({"v": 1, "type": "entry.amended", "time": "2026-03-20T03:15:42Z", "ref": "0198",
        "data": {"ledger": "penalty", "sequence": 7, "organ": "150301", "unit": "云川市第一中学"},
        "private": {"/party": "sha256:1238aeae879a016f80cdc28940f9c4e2c5403cd9ae2e15fe4cb97b121a607666"}});
    measure("canonical leaves", 200_000, || {
        for _ in 0..200_000 {
            let _ = black_box(canonical::to_vec(&event));
        }
    });
}

fn draws() {
    let count = 1_000_000u64;
    let items = (0..count).map(|i| Item {
        id: format!("U{i:07}"),
        stratum: "school".into(),
        weight: 1 + (i % 8) as u32,
    });
    let items: Vec<Item> = items.collect();
    let seed = Hash::of(b"seed");
    let population = measure("units frozen", count, || {
        Population::freeze(items).map(|p| (p.root(), p))
    });
    let Ok((_, population)) = population else {
        return;
    };
    let items: Vec<&Item> = population.items().iter().collect();
    for (what, suite, method) in [
        ("units drawn, SHA-256, equal", Suite::Sha256, Method::Equal),
        ("units drawn, SM3, equal", Suite::Sm3, Method::Equal),
        (
            "units drawn, SHA-256, exponential",
            Suite::Sha256,
            Method::Exponential,
        ),
    ] {
        measure(what, count, || {
            rank(suite, method, &seed, "2026-EXAMPLE", "school", &items)
        });
    }
    for (what, spare, conflicts) in [
        ("units assigned, a quarter spare", 250, false),
        ("units assigned, nothing spare", 200, false),
        ("units assigned, nothing spare, a conflict each", 200, true),
    ] {
        let problem = district_problem(100_000, 1000, spare, conflicts);
        let draw = "2026-EXAMPLE";
        measure(what, 100_000, || {
            problem
                .assign(Suite::Sha256, &seed, draw)
                .map(|a| a.teams.len())
                .ok()
        });
        measure("smallest load of the same", 1, || {
            problem.smallest_load().map(|(load, _)| load).ok()
        });
    }
}

/// Units in ten districts; each officer serves one district, the next one, and one in five leads.
fn district_problem(units: u32, officers: u32, capacity: u32, conflicts: bool) -> Problem {
    let name = |officer: u32| format!("I{officer:04}");
    let all = (0..officers).map(|o| (name(o), capacity)).collect();
    let mut problem = Problem::new(all).unwrap_or_default();
    let admissible = |district: u32, lead: bool, without: Option<u32>| -> Vec<String> {
        (0..officers)
            .filter(|o| {
                (o % 10 == district || o % 10 == (district + 9) % 10) && Some(*o) != without
            })
            .filter(|o| !lead || (o / 10) % 2 == 0)
            .map(name)
            .collect()
    };
    let mut shared = HashMap::new();
    for unit in 0..units {
        let district = unit % 10;
        let without = conflicts.then_some(unit * 7 % officers);
        let lists: Vec<_> = [true, false]
            .into_iter()
            .filter_map(|lead| {
                let key = (district, lead, without);
                if let Some(list) = shared.get(&key) {
                    return Some(*list);
                }
                let members = admissible(district, lead, without);
                let list = problem.add_list(members.iter().map(String::as_str)).ok()?;
                shared.insert(key, list);
                Some(list)
            })
            .collect();
        let _ = problem.add_unit(&format!("U{unit:06}"), &lists);
    }
    problem
}

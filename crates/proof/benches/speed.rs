//! How fast the log grows and answers: `cargo bench -p proof`.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use proof::canonical;
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

//! merkle.json, jcs.json and log-leaf.json.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proof::canonical::{self, CanonicalError};
use proof::hash::{Hash, leaf_hash};
use proof::leaf::{self, Leaf, Opening};
use proof::merkle::{Appender, Tree, root_of, verify_consistency, verify_inclusion};
use proof::tile::{TileKind, TilePath, encode_bundle, paths_of};
use serde_json::{Value, json};

use super::vectors::{bytes, hash, hashes, load, number, rows, text};

type Tiles = BTreeMap<(u8, u64), Vec<u8>>;

fn tiles_of(leaves: &[Hash]) -> Tiles {
    let appended = Appender::new().append(leaves.iter().copied());
    appended
        .tiles
        .into_iter()
        .map(|t| ((t.level, t.index), t.bytes))
        .collect()
}

fn tree(tiles: &Tiles, size: u64) -> Tree<impl FnMut(u8, u64) -> Option<Vec<u8>> + '_> {
    Tree::new(size, move |level, index| {
        tiles.get(&(level, index)).cloned()
    })
}

fn inclusion_verdict(row: &Value) -> bool {
    let read = (
        hash(&row["leaf_hash"]),
        hashes(&row["proof"]),
        hash(&row["root"]),
    );
    let (Some(leaf), Some(proof), Some(root)) = read else {
        return false;
    };
    verify_inclusion(
        &leaf,
        number(&row["index"]),
        number(&row["size"]),
        &proof,
        &root,
    )
    .is_ok()
}

fn consistency_verdict(row: &Value) -> bool {
    // A few rows have a short text in place of a root; only whether two are equal matters then.
    let root = |name: &str| hash(&row[name]).unwrap_or_else(|| Hash::of(&bytes(&row[name])));
    let Some(proof) = hashes(&row["proof"]) else {
        return false;
    };
    let (old, new) = (number(&row["size1"]), number(&row["size2"]));
    verify_consistency(old, new, &proof, &root("root1"), &root("root2")).is_ok()
}

#[test]
fn merkle_verdicts() {
    let Some(vectors) = load("merkle.json") else {
        return;
    };
    for row in rows(&vectors["probes"]["inclusion"]) {
        assert_eq!(
            Some(inclusion_verdict(row)),
            row["valid"].as_bool(),
            "{}",
            row["id"]
        );
    }
    for row in rows(&vectors["probes"]["consistency"]) {
        assert_eq!(
            Some(consistency_verdict(row)),
            row["valid"].as_bool(),
            "{}",
            row["id"]
        );
    }
    assert!(inclusion_verdict(&vectors["real_log"]["inclusion"]));
    assert!(consistency_verdict(&vectors["real_log"]["consistency"]));
}

#[test]
fn merkle_proofs_are_reproduced() {
    let Some(vectors) = load("merkle.json") else {
        return;
    };
    let reference = &vectors["reference_tree"];
    let leaves: Vec<Hash> = rows(&reference["leaf_data_hex"])
        .iter()
        .map(|data| leaf_hash(&bytes(data)))
        .collect();
    check_tree(&leaves, reference);
    let leaves: Vec<Hash> = (0..70_000)
        .map(|i| leaf_hash(format!("leaf {i}").as_bytes()))
        .collect();
    let synthetic = &vectors["synthetic_log"];
    check_tree(&leaves, synthetic);
    let tiles = tiles_of(&leaves);
    for (size, root) in synthetic["roots"].as_object().unwrap() {
        let size = size.parse().unwrap();
        assert_eq!(tree(&tiles, size).root().ok(), hash(root), "{size}");
    }
}

fn check_tree(leaves: &[Hash], vectors: &Value) {
    let tiles = tiles_of(leaves);
    for row in rows(&vectors["inclusion"]) {
        let proof = tree(&tiles, number(&row["size"])).inclusion_proof(number(&row["index"]));
        assert_eq!(proof.ok(), hashes(&row["proof"]));
        assert!(inclusion_verdict(row));
    }
    for row in rows(&vectors["consistency"]) {
        let proof = tree(&tiles, number(&row["size2"])).consistency_proof(number(&row["size1"]));
        assert_eq!(proof.ok(), hashes(&row["proof"]));
        assert!(consistency_verdict(row));
    }
}

#[test]
fn tile_files_have_the_published_bytes() {
    let Some(vectors) = load("merkle.json") else {
        return;
    };
    for row in rows(&vectors["tiles"]["index_paths"]) {
        let path = TilePath::new(TileKind::Hashes(0), number(&row["index"]), 256).unwrap();
        assert_eq!(path.to_string(), format!("tile/0/{}", text(&row["path"])));
    }
    for bad in rows(&vectors["tiles"]["invalid_paths"]) {
        assert!(text(bad).parse::<TilePath>().is_err(), "{bad}");
    }
    for row in rows(&vectors["tiles"]["layout"]) {
        let size = number(&row["size"]);
        for level in rows(&row["tiles"]) {
            let kind = TileKind::Hashes(u8::try_from(number(&level["level"])).unwrap());
            let last = paths_of(kind, size).last().map(|path| path.to_string());
            assert_eq!(
                last.as_deref(),
                level["last_path"].as_str(),
                "{size} {level}"
            );
        }
        let last = paths_of(TileKind::Entries, size)
            .last()
            .map(|path| path.to_string());
        assert_eq!(last.as_deref(), row["last_entry_bundle"].as_str(), "{size}");
    }

    let leaf_data: Vec<String> = (0..70_000).map(|i| format!("leaf {i}")).collect();
    let leaf_tiles = |data: &[String]| {
        tiles_of(
            &data
                .iter()
                .map(|d| leaf_hash(d.as_bytes()))
                .collect::<Vec<_>>(),
        )
    };
    let tiles = leaf_tiles(&leaf_data);
    let synthetic = &vectors["synthetic_log"];
    for row in rows(&synthetic["tiles"])
        .iter()
        .chain(rows(&synthetic["entry_bundles"]))
    {
        let file = file_of(&leaf_data, &tiles, text(&row["path"]));
        assert_eq!(file.len() as u64, number(&row["bytes"]), "{row}");
        assert_eq!(Some(Hash::of(&file)), hash(&row["sha256"]), "{row}");
    }
    let golden = &vectors["golden_log"];
    let leaf_data: Vec<String> = rows(&golden["leaf_data_text"])
        .iter()
        .map(|data| text(data).to_owned())
        .collect();
    for (path, content) in golden["files"].as_object().unwrap() {
        let width = path.parse::<TilePath>().unwrap().width();
        let data = &leaf_data[..width];
        assert_eq!(
            file_of(data, &leaf_tiles(data), path),
            bytes(content),
            "{path}"
        );
    }
}

/// The content of a tile file of a log.
fn file_of(leaf_data: &[String], tiles: &Tiles, path: &str) -> Vec<u8> {
    let path: TilePath = path.parse().unwrap();
    let from = usize::try_from(path.index()).unwrap() * 256;
    match path.kind() {
        TileKind::Entries => {
            let range = &leaf_data[from..from + path.width()];
            encode_bundle(range.iter().map(|data| data.as_bytes())).unwrap()
        }
        TileKind::Hashes(level) => tiles[&(level, path.index())].clone(),
    }
}

#[test]
fn accumulated_digests_of_all_small_trees() {
    let Some(vectors) = load("merkle.json") else {
        return;
    };
    let derived = &vectors["accumulated"]["derived"];
    let max = number(&vectors["accumulated"]["max_size"]);
    let leaves: Vec<Hash> = (0..max)
        .map(|i| leaf_hash(&[u8::try_from(i).unwrap()]))
        .collect();
    let tiles = tiles_of(&leaves);
    let (mut roots, mut inclusion, mut consistency) = (String::new(), String::new(), String::new());
    let line = |out: &mut String, head: String, proof: Vec<Hash>| {
        out.push_str(&head);
        for hash in proof {
            let _ = write!(out, " {hash}");
        }
        out.push('\n');
    };
    for size in 0..=max {
        let mut tree = tree(&tiles, size);
        let _ = writeln!(roots, "{size} {}", tree.root().unwrap());
        for index in 0..size {
            let proof = tree.inclusion_proof(index).unwrap();
            line(&mut inclusion, format!("{index} {size}"), proof);
        }
        for old in 1..=size {
            let proof = tree.consistency_proof(old).unwrap();
            line(&mut consistency, format!("{old} {size}"), proof);
        }
    }
    for (name, print) in [
        ("roots", roots),
        ("inclusion", inclusion),
        ("consistency", consistency),
    ] {
        assert_eq!(
            Some(Hash::of(print.as_bytes())),
            hash(&derived[name]["sha256"]),
            "{name}"
        );
    }
}

#[test]
fn canonical_json_of_the_rfc_author() {
    let Some(vectors) = load("jcs.json") else {
        return;
    };
    for row in rows(&vectors["rows"]) {
        let result =
            canonical::parse(&bytes(&row["input_hex"])).and_then(|v| canonical::to_vec(&v));
        // Three files hold what a leaf may not: fractions, and texts that are not in NFC.
        match text(&row["name"]) {
            "structures" | "values" => {
                assert!(matches!(result, Err(CanonicalError::Syntax(_))), "{row}");
            }
            "unicode" | "weird" => {
                assert!(
                    matches!(result, Err(CanonicalError::NotNfc { .. })),
                    "{row}"
                );
            }
            _ => assert_eq!(result.unwrap(), bytes(&row["canonical_hex"]), "{row}"),
        }
    }
}

#[test]
fn leaves_and_commitments_of_the_project() {
    let Some(vectors) = load("log-leaf.json") else {
        return;
    };
    let mut all = Vec::new();
    for row in rows(&vectors["events"]) {
        let data = canonical::to_vec(&row["event"]).unwrap();
        assert_eq!(data, bytes(&row["canonical_hex"]));
        let leaf = Leaf::decode(&data).unwrap();
        assert_eq!(leaf.encode().unwrap(), data);
        assert_eq!(Some(leaf.hash().unwrap()), hash(&row["leaf_hash"]));
        all.push(data);
    }
    let bundle = encode_bundle(all.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(bundle, bytes(&vectors["entry_bundle_hex"]));
    let leaves: Vec<Hash> = all.iter().map(|data| leaf_hash(data)).collect();
    for (size, root) in rows(&vectors["roots_by_size"]).iter().enumerate() {
        assert_eq!(Some(root_of(&leaves[..size])), hash(root));
    }

    let leaves: Vec<Leaf> = all.iter().map(|data| Leaf::decode(data).unwrap()).collect();
    let opening = |row: &Value| -> Opening {
        let fields = json!({"path": row["path"], "salt": row["salt"], "value": row["value"]});
        serde_json::from_value(fields).unwrap()
    };
    for row in rows(&vectors["private_openings"]) {
        assert!(leaves.iter().any(|leaf| leaf.opens(&opening(row))), "{row}");
        assert_eq!(
            canonical::to_string(&row["value"]).unwrap(),
            text(&row["value_canonical"])
        );
        let commitment = opening(row).commitment().unwrap();
        assert_eq!(
            leaf::commitment_text(&commitment),
            format!("sha256:{}", text(&row["commitment"]))
        );
    }
    for row in rows(&vectors["must_fail"]) {
        assert!(
            !leaves.iter().any(|leaf| leaf.opens(&opening(row))),
            "{row}"
        );
    }
}

//! The worked example of docs/log.md, computed.

use proof::checkpoint::{self, Checkpoint, TlogProof};
use proof::hash::{Hash, leaf_hash, node_hash};
use proof::leaf::{Leaf, Opening, Salt, commitment_text};
use proof::merkle::{Appender, Tree};
use proof::note::{KeyKind, SigningKey};
use proof::tile::encode_bundle;
use proof::witness::format_request;
use serde_json::json;
use std::io::Write as _;

/// The document, or nothing with a loud line.
pub fn document(name: &str) -> Option<String> {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: docs/{name} not found"
        ));
    }
    text
}

fn seed(what: &str) -> [u8; 32] {
    Hash::of(format!("docs/log.md {what}").as_bytes()).0
}

fn leaves() -> (Vec<Vec<u8>>, Opening) {
    let opening = Opening {
        path: "/party/name".into(),
        salt: Salt(seed("salt")),
        value: "云川市样例培训学校".into(),
    };
    let leaf = |kind: &str, time: &str, data: serde_json::Value| Leaf {
        kind: kind.into(),
        time: time.into(),
        reference: "0198-EXAMPLE".into(),
        data: data.as_object().unwrap().clone(),
        private: Default::default(),
    };
    let mut filed = leaf(
        "entry.opened",
        "2026-03-02T01:00:00Z",
        json!({"ledger": "penalty"}),
    );
    filed
        .private
        .insert(opening.path.clone(), opening.commitment().unwrap());
    let fined = leaf(
        "entry.acted",
        "2026-03-09T02:30:00Z",
        json!({"action": "decide", "fine": 50_000}),
    );
    let closed = leaf(
        "entry.acted",
        "2026-03-20T08:00:00Z",
        json!({"action": "close"}),
    );
    (
        vec![
            filed.encode().unwrap(),
            fined.encode().unwrap(),
            closed.encode().unwrap(),
        ],
        opening,
    )
}

/// Every value that the example shows, in its order.
fn example() -> Vec<String> {
    let (leaves, opening) = leaves();
    let mut shown: Vec<String> = leaves
        .iter()
        .map(|leaf| String::from_utf8(leaf.clone()).unwrap())
        .collect();
    shown.push(format!(
        "printf 'commit/v1\\n/party/name\\n{}\\n\"云川市样例培训学校\"\\n' | sha256sum",
        Hash(opening.salt.0)
    ));
    shown.push(commitment_text(&opening.commitment().unwrap()));

    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let inner = node_hash(&hashes[0], &hashes[1]);
    let mut log = Appender::new();
    let first = log.append(hashes[..2].iter().copied());
    let second = log.append(hashes[2..].iter().copied());
    shown.extend(hashes.iter().map(|hash| hash.to_hex()));
    shown.push(format!("inner = {inner}"));
    shown.push(format!("root  = {}", second.root));
    let bundle = encode_bundle(leaves.iter().map(Vec::as_slice)).unwrap();
    shown.push(format!(
        "tile/entries/000.p/3  {} bytes, begins with {}",
        bundle.len(),
        hex::encode(&bundle[..4])
    ));
    shown.push(format!(
        "tile/0/000.p/3        {} bytes, begins with {}",
        second.tiles[0].bytes.len(),
        hex::encode(&second.tiles[0].bytes[..4])
    ));

    let key = SigningKey::from_seed("log.example/yunchuan", &seed("log key")).unwrap();
    let witness =
        SigningKey::from_seed("witness.example/university", &seed("witness key")).unwrap();
    let (log_key, witness_key) = (
        key.verifier(KeyKind::Note),
        witness.verifier(KeyKind::Cosignature),
    );
    shown.push(log_key.to_string());
    shown.push(witness_key.to_string());
    let checkpoint = Checkpoint::new("log.example/yunchuan", 3, second.root);
    let cosigned = witness.cosign(&checkpoint.body(), 1_773_993_700).unwrap();
    let note = checkpoint.sign(&key).unwrap();
    let mut tree = Tree::new(3, |_, _| Some(second.tiles[0].bytes.clone()));
    let consistency = tree.consistency_proof(2).unwrap();
    proof::merkle::verify_consistency(2, 3, &consistency, &first.root, &second.root).unwrap();
    shown.push(format_request(2, &consistency, &note));
    let both = format!("{note}{cosigned}");
    let signed = checkpoint::open(
        both.as_bytes(),
        &log_key,
        std::slice::from_ref(&witness_key),
    )
    .unwrap();
    assert_eq!(signed.cosignatures.len(), 1);
    let hashes = tree.inclusion_proof(1).unwrap();
    let offline = TlogProof {
        extra: None,
        index: 1,
        hashes,
        checkpoint: both,
    };
    offline
        .verify(&leaves[1], &log_key, &[witness_key])
        .unwrap();
    shown.push(offline.to_text());
    shown
}

#[test]
fn the_example_of_the_document_is_what_the_program_computes() {
    let Some(document) = document("log.md") else {
        return;
    };
    let mut rest = document.as_str();
    for shown in example() {
        let Some(at) = rest.find(&shown) else {
            panic!("docs/log.md does not show, in this place:\n{shown}");
        };
        rest = &rest[at + shown.len()..];
    }
}

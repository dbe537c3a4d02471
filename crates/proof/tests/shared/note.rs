//! signed-note.json.

use proof::checkpoint::{self, Checkpoint, TlogProof};
use proof::hash::Hash;
use proof::note::{self, KeyKind, NoteError, SigningKey, VerifierKey};
use proof::witness::{AddCheckpoint, LogState};
use serde_json::Value;

use super::vectors::{bytes, hash, hashes, load, number, rows, text};

fn known(keys: &Value) -> Vec<VerifierKey> {
    rows(keys)
        .iter()
        .map(|key| VerifierKey::parse(text(key)).unwrap())
        .collect()
}

#[test]
fn keys_and_notes() {
    let Some(vectors) = load("signed-note.json") else {
        return;
    };
    for row in rows(&vectors["vkeys"]) {
        let key = VerifierKey::parse(text(&row["vkey"]));
        assert_eq!(Some(key.is_ok()), row["valid"].as_bool(), "{row}");
        if let Ok(key) = key {
            assert_eq!(key.to_string(), text(&row["vkey"]));
            assert_eq!(key.name(), text(&row["name"]));
            assert_eq!(key.public_key().to_vec(), bytes(&row["public_key_hex"]));
            assert_eq!(key.id().to_vec(), bytes(&row["key_id"]));
        }
    }
    for row in rows(&vectors["signing_keys"]) {
        let key = SigningKey::parse(text(&row["test_signing_key"])).unwrap();
        assert_eq!(key.verifier(KeyKind::Note).to_string(), text(&row["vkey"]));
    }
    for row in rows(&vectors["sign"]) {
        let key = SigningKey::parse(text(&row["signing_key"])).unwrap();
        assert_eq!(
            key.sign_note(text(&row["text"])).unwrap(),
            text(&row["signed_note"])
        );
    }
    for row in rows(&vectors["open"]) {
        let note = match &row["note"] {
            Value::String(note) => note.clone().into_bytes(),
            _ => bytes(&row["note_hex"]),
        };
        let opened = note::open(&note, &known(&row["known_vkeys"]));
        if text(&row["result"]) == "ok" {
            let opened = opened.unwrap();
            let verified: Vec<&str> = opened.verified.iter().map(|v| v.name.as_str()).collect();
            assert_eq!(serde_json::json!(verified), row["verified"]);
            assert_eq!(serde_json::json!(opened.unknown), row["unverified"]);
        } else {
            let malformed = matches!(opened, Err(NoteError::Malformed(_)));
            assert!(opened.is_err(), "{row}");
            assert_eq!(malformed, text(&row["why"]) == "malformed", "{row}");
        }
    }
}

#[test]
fn checkpoints_and_cosignatures() {
    let Some(vectors) = load("signed-note.json") else {
        return;
    };
    let log = VerifierKey::parse(text(&vectors["checkpoints"]["vkey"])).unwrap();
    for row in rows(&vectors["checkpoints"]["rows"]) {
        let signed = checkpoint::open(text(&row["checkpoint"]).as_bytes(), &log, &[]).unwrap();
        assert_eq!(signed.checkpoint.size, number(&row["size"]));
    }
    for row in rows(&vectors["checkpoint_bodies"]) {
        let parsed = Checkpoint::parse(text(&row["body"]));
        assert_eq!(Some(parsed.is_ok()), row["valid"].as_bool(), "{row}");
    }
    for row in rows(&vectors["cosignatures"]) {
        let key = SigningKey::parse(text(&row["test_signing_key"])).unwrap();
        let witness = VerifierKey::parse(text(&row["cosigner_vkey"])).unwrap();
        assert_eq!(key.verifier(KeyKind::Cosignature), witness);
        let note = text(&row["checkpoint"]);
        let (body, _) = note.rsplit_once("\n\n").unwrap();
        let line = key
            .cosign(&format!("{body}\n"), number(&row["timestamp"]))
            .unwrap();
        assert_eq!(line, text(&row["signature_line"]));
        let signed =
            checkpoint::open(format!("{note}{line}").as_bytes(), &log, &[witness]).unwrap();
        assert_eq!(signed.cosignatures[0].time, number(&row["timestamp"]));
    }

    let real = &vectors["real_witnessed_tree_head"];
    for row in rows(&real["cosignatures"]) {
        let key = Hash::from_slice(&bytes(&row["public_key_hex"])).unwrap().0;
        let witness = VerifierKey::new(text(&row["witness"]), KeyKind::Cosignature, &key).unwrap();
        let note = format!("{}\n{}", text(&real["body"]), text(&row["signature_line"]));
        let opened = note::open(note.as_bytes(), &[witness]).unwrap();
        assert_eq!(opened.verified[0].time, row["timestamp"].as_u64());
    }
}

#[test]
fn witness_answers() {
    let (Some(vectors), Some(merkle)) = (load("signed-note.json"), load("merkle.json")) else {
        return;
    };
    let roots = hashes(&merkle["golden_log"]["roots_by_size"]).unwrap();
    let log = [VerifierKey::parse(text(&vectors["witness_requests"]["log_vkey"])).unwrap()];
    for row in rows(&vectors["witness_requests"]["rows"]) {
        let size = number(&row["state_size"]);
        let state = LogState {
            size,
            root: roots[usize::try_from(size).unwrap()],
        };
        let answer = AddCheckpoint::parse(text(&row["request"]).as_bytes()).and_then(|request| {
            request.decide((request.origin() == log[0].name()).then_some((&log[..], &state)))
        });
        let status = answer.map_or_else(|refusal| refusal.status(), |_| 200);
        assert_eq!(u64::from(status), number(&row["status"]), "{row}");
    }
}

#[test]
fn offline_proofs() {
    let Some(vectors) = load("signed-note.json") else {
        return;
    };
    for row in rows(&vectors["tlog_proofs"]) {
        let log = VerifierKey::parse(text(&row["log_vkey"])).unwrap();
        let proof = TlogProof::parse(text(&row["proof"])).unwrap();
        assert_eq!(proof.to_text(), text(&row["proof"]));
        let verdict = proof
            .verify(text(&row["leaf_data_text"]).as_bytes(), &log, &[])
            .is_ok();
        assert_eq!(Some(verdict), row["valid"].as_bool(), "{row}");
    }
    let leaf = &vectors["real_witnessed_tree_head"];
    let root = hash(&leaf["root_hex"]).unwrap();
    let (leaf, size) = (&leaf["leaf"], number(&leaf["size"]));
    let (proof, index) = (hashes(&leaf["proof"]).unwrap(), number(&leaf["index"]));
    let leaf_hash = hash(&leaf["leaf_hash"]).unwrap();
    assert!(proof::merkle::verify_inclusion(&leaf_hash, index, size, &proof, &root).is_ok());
}

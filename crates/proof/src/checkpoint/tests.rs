//! Against a golden log and altered texts.

use super::*;

const LOG: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
const BODY: &str = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";
const NOTE: &str = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n\
    \u{2014} example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6\
    zdkdIQzd/fmwlM/dlPWF74ewI=\n";
const HASHES: &str = "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=\n\
    nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=\n\
    zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=\n\
    5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=\n";

fn log() -> VerifierKey {
    VerifierKey::parse(LOG).unwrap()
}

#[test]
fn a_golden_checkpoint_is_read_and_written() {
    let signed = open(NOTE.as_bytes(), &log(), &[]).unwrap();
    assert_eq!(signed.checkpoint.size, 15);
    assert_eq!(signed.checkpoint.body(), BODY);
    assert_eq!(BODY.len(), 73);
    assert!(signed.cosignatures.is_empty());
}

#[test]
fn malformed_bodies_are_refused_with_the_reason() {
    let root = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=";
    let cases = [
        (format!("\n15\n{root}\n"), BodyError::Origin),
        (format!("a\n015\n{root}\n"), BodyError::Size),
        (format!("a\n+15\n{root}\n"), BodyError::Size),
        (format!("a\n\n{root}\n"), BodyError::Size),
        (
            format!("a\n18446744073709551616\n{root}\n"),
            BodyError::Size,
        ),
        (format!("a\r\n15\r\n{root}\r\n"), BodyError::Size),
        (format!("a\n15\n{}\n", &root[..43]), BodyError::Root),
        (
            format!("a\n15\n{}\n", root.replace('/', "_")),
            BodyError::Root,
        ),
        ("a\n15\n".to_owned(), BodyError::Root),
        (format!("a\n15\n{root}"), BodyError::Lines),
        (format!("a\n15\n{root}\n\nextension\n"), BodyError::Lines),
        (format!("a\n0\n{root}\n"), BodyError::EmptyRoot),
    ];
    for (body, reason) in cases {
        assert_eq!(Checkpoint::parse(&body), Err(reason), "{body:?}");
    }
    let extended = format!("Go sum\n18446744073709551615\n{root}\nextension line\n");
    assert_eq!(Checkpoint::parse(&extended).unwrap().body(), extended);
}

#[test]
fn only_the_log_itself_can_speak_for_the_log() {
    let other = SigningKey::from_seed("example.com/other", &[7; 32]).unwrap();
    let note = other.sign_note(BODY).unwrap();
    let refused = open(note.as_bytes(), &other.verifier(KeyKind::Note), &[]);
    assert!(
        matches!(refused, Err(CheckpointError::Origin { .. })),
        "{refused:?}"
    );

    let witness = other.verifier(KeyKind::Cosignature);
    let note = format!("{BODY}\n{}", other.cosign(BODY, 1).unwrap());
    let refused = open(note.as_bytes(), &log(), std::slice::from_ref(&witness));
    assert_eq!(refused, Err(CheckpointError::NotSignedByLog));

    let note = format!("{NOTE}{}", other.cosign(BODY, 1_767_225_600).unwrap());
    let signed = open(note.as_bytes(), &log(), &[witness]).unwrap();
    let seen = Cosignature {
        witness: "example.com/other".into(),
        time: 1_767_225_600,
    };
    assert_eq!(signed.cosignatures, [seen]);
}

#[test]
fn an_offline_proof_convinces_of_its_leaf_and_no_other() {
    let text = format!("c2sp.org/tlog-proof@v1\nindex 4\n{HASHES}\n{NOTE}");
    let proof = TlogProof::parse(&text).unwrap();
    assert_eq!(proof.to_text(), text);
    assert_eq!(
        proof.verify(b"five", &log(), &[]).unwrap().checkpoint.size,
        15
    );
    let refused = proof.verify(b"FIVE", &log(), &[]);
    assert_eq!(
        refused,
        Err(TlogProofError::Proof(ProofError::RootMismatch))
    );
    let moved = TlogProof {
        index: 5,
        ..proof.clone()
    };
    assert!(moved.verify(b"five", &log(), &[]).is_err());
    let extra = TlogProof {
        extra: Some(b"salt".to_vec()),
        ..proof
    };
    assert_eq!(TlogProof::parse(&extra.to_text()), Ok(extra));
}

#[test]
fn malformed_offline_proofs_are_refused() {
    let good = format!("c2sp.org/tlog-proof@v1\nindex 4\n{HASHES}\n{NOTE}");
    for bad in [
        String::new(),
        good.replace("@v1", "@v2"),
        good.replace("index 4", "index 04"),
        good.replace("index 4", "index -4"),
        good.replace("index 4\n", ""),
        good.replace("index 4", "extra !\nindex 4"),
        good.replace("yiM+", "yiM"),
        good.replace(HASHES, &HASHES.repeat(17)),
    ] {
        let refused = TlogProof::parse(&bad);
        assert!(
            matches!(refused, Err(TlogProofError::Malformed(_))),
            "{bad}"
        );
    }
}

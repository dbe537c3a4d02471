//! Against published notes and against altered ones.

use proptest::prelude::*;

use super::*;

const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGU\
                          gYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const ENOCH_LINE: &str = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp\
                          +vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn key(text: &str) -> VerifierKey {
    VerifierKey::parse(text).unwrap()
}

fn names(opened: &Opened) -> Vec<String> {
    opened.verified.iter().map(|v| v.name.clone()).collect()
}

#[test]
fn the_published_note_is_signed_byte_for_byte() {
    let signer = SigningKey::parse(PETER_SECRET).unwrap();
    assert_eq!(
        signer.sign_note(TEXT).unwrap(),
        format!("{TEXT}\n{PETER_LINE}")
    );
    assert_eq!(signer.to_secret_text(), PETER_SECRET);
    assert_eq!(signer.verifier(KeyKind::Note).to_string(), PETER);
    assert!(
        !format!("{signer:?}").contains("AYEK"),
        "a secret does not reach a log file"
    );
}

#[test]
fn known_signatures_count_and_unknown_ones_do_not() {
    let note = format!("{TEXT}\n{PETER_LINE}{ENOCH_LINE}");
    let opened = open(note.as_bytes(), &[key(PETER)]).unwrap();
    assert_eq!(opened.text, TEXT);
    assert_eq!(
        (names(&opened), opened.unknown),
        (vec!["PeterNeumann".into()], vec!["EnochRoot"])
    );
    let opened = open(note.as_bytes(), &[key(ENOCH), key(PETER)]).unwrap();
    assert_eq!(names(&opened), ["PeterNeumann", "EnochRoot"]);
    assert_eq!(open(note.as_bytes(), &[]), Err(NoteError::NoKnownSignature));
}

#[test]
fn a_wrong_signature_by_a_known_key_refuses_the_note() {
    let altered = TEXT.replace("answer", "Answer");
    let note = format!("{altered}\n{PETER_LINE}");
    let bad = NoteError::BadSignature {
        name: "PeterNeumann".into(),
    };
    assert_eq!(open(note.as_bytes(), &[key(PETER)]), Err(bad.clone()));
    // Also behind a right one by somebody else, and after a right one by the same key.
    let signer = SigningKey::parse(PETER_SECRET).unwrap();
    let right = signer.sign(&altered).unwrap();
    let note = format!("{altered}\n{right}{PETER_LINE}");
    assert_eq!(open(note.as_bytes(), &[key(PETER)]), Err(bad));
}

#[test]
fn a_key_given_twice_is_ambiguous_where_it_signed() {
    let note = format!("{TEXT}\n{ENOCH_LINE}");
    let twice = [key(ENOCH), key(PETER), key(ENOCH)];
    let ambiguous = NoteError::AmbiguousKey {
        name: "EnochRoot".into(),
    };
    assert_eq!(open(note.as_bytes(), &twice), Err(ambiguous));
    let note = format!("{TEXT}\n{PETER_LINE}");
    assert_eq!(
        names(&open(note.as_bytes(), &twice).unwrap()),
        ["PeterNeumann"]
    );
}

#[test]
fn malformed_notes_are_refused() {
    let good = format!("{TEXT}\n{PETER_LINE}");
    for bad in [
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        good.trim_end().to_owned(),
        format!("\u{1}{good}"),
        good.replace("PeterNeumann", "Peter Neumann"),
        good.replace("PeterNeumann", "Peter\u{a0}Neumann"),
        format!("{good}Unexpected line.\n"),
        good.replace('\n', "\r\n"),
        good.replace('=', ""),
        format!("{TEXT}\n\u{2014} PeterNeumann x08goA==\n"),
        format!("\n{PETER_LINE}"),
        String::new(),
    ] {
        let refused = open(bad.as_bytes(), &[key(PETER)]);
        assert!(
            matches!(refused, Err(NoteError::Malformed(_))),
            "{bad:?} {refused:?}"
        );
    }
    let note = [b"\xff", good.as_bytes()].concat();
    assert_eq!(
        open(&note, &[key(PETER)]),
        Err(NoteError::Malformed("not UTF-8"))
    );
}

#[test]
fn a_note_carries_a_hundred_signatures_and_no_more() {
    let lines = |count| ENOCH_LINE.repeat(count);
    let note = format!("{TEXT}\n{}{PETER_LINE}", lines(SIGNATURES_MAX - 1));
    assert!(open(note.as_bytes(), &[key(PETER)]).is_ok());
    let note = format!("{TEXT}\n{}{PETER_LINE}", lines(SIGNATURES_MAX));
    let refused = open(note.as_bytes(), &[key(PETER)]);
    assert_eq!(refused, Err(NoteError::Malformed("too many signatures")));
}

#[test]
fn a_blank_line_may_stand_inside_the_text() {
    let signer = SigningKey::parse(PETER_SECRET).unwrap();
    let note = signer.sign_note("first\n\nthird\n").unwrap();
    assert_eq!(
        open(note.as_bytes(), &[key(PETER)]).unwrap().text,
        "first\n\nthird\n"
    );
    assert!(signer.sign("no line feed").is_err());
    assert!(signer.sign("tab\t\n").is_err());
}

#[test]
fn wrong_key_texts_are_refused_with_the_reason() {
    let cases = [
        ("PeterNeumann+c74f20a3", KeyError::Form),
        (
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Form,
        ),
        (
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Id,
        ),
        (
            "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Id,
        ),
        (
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Name,
        ),
        (
            "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Name,
        ),
        (
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Kind,
        ),
        (
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
            KeyError::Key,
        ),
    ];
    for (text, reason) in cases {
        assert_eq!(VerifierKey::parse(text).err(), Some(reason), "{text}");
    }
    // Base64 with a '+' of its own.
    assert_eq!(
        key("example.com+3753d3de+AebBhMcghIUoavZpjuDofa4sW6fYHyVn7gvwDBfvkvuM").name(),
        "example.com"
    );
    let with_plus = "sigsum.org+e4ade967+AZuUY6B08pW3QVHu8uvsrxWPcAv9nykap2Nb4oxCee+r";
    assert_eq!(key(with_plus).to_string(), with_plus);
    // The neutral element is a key under which anything can be signed.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert_eq!(
        VerifierKey::new("weak", KeyKind::Note, &weak).err(),
        Some(KeyError::Key)
    );
}

#[test]
fn the_published_cosignature_is_made_and_read() {
    let witness =
        SigningKey::parse("PRIVATE+KEY+Wit1+55ee4561+AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE")
            .unwrap();
    let known = key("Wit1+9b3fb2d5+BFhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk");
    assert_eq!(witness.verifier(KeyKind::Cosignature), known);
    let text = "example.com/log/testdata\n9\nCvhHViE3S9E3htHLR+25mapWoGCJ3WckMq1UtC3VmEY=\n";
    let line = witness.cosign(text, 1_735_689_600).unwrap();
    assert_eq!(
        line,
        "\u{2014} Wit1 mz+y1QAAAABndIWAOgDkY0TdjaWAW+rwwshkak6z8tqlJ0ELDAgwNx19qcbuBNw3fTEs1afT1Ghy\
         i3bBs23OJyghP/hX4cY5j5XZCA==\n"
    );
    let note = format!("{text}\n{line}");
    let opened = open(note.as_bytes(), std::slice::from_ref(&known)).unwrap();
    assert_eq!(opened.verified[0].time, Some(1_735_689_600));
    // Another time in the payload is not what was signed.
    let note = note.replace("AAAABndIWA", "AAAABndIWB");
    assert!(matches!(
        open(note.as_bytes(), &[known]),
        Err(NoteError::BadSignature { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_flipped_bit_of_a_note_is_noticed(at: prop::sample::Index, bit in 0u8..8) {
        let mut note = format!("{TEXT}\n{PETER_LINE}").into_bytes();
        let at = at.index(note.len());
        note[at] ^= 1 << bit;
        prop_assert!(open(&note, &[key(PETER)]).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, text in "(— |[a-z+\n =]){0,60}") {
        prop_assert!(open(&bytes, &[key(PETER)]).is_err());
        prop_assert!(open(text.as_bytes(), &[key(PETER)]).is_err());
        prop_assert!(VerifierKey::parse(&text).is_err());
    }
}

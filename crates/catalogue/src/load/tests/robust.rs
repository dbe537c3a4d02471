//! No text panics, whatever it says.

use proptest::prelude::*;

use super::*;

/// Loads a text as every kind of file and draws what is found.
fn survives(text: &str) {
    for path in [
        "enforcement/case.toml",
        "statutes.toml",
        "roles.toml",
        "reports/annual.toml",
    ] {
        let files = base(LEDGER).with(path, text);
        let own = Files::new("own/").with("case.toml", text);
        let (_, found) = load(&files, Some(&own));
        let _ = render_text(&found, &files.sources());
    }
}

/// Changes one line of the small ledger as a hurried person would.
fn mutated() -> impl Strategy<Value = String> {
    let lines = LEDGER.lines().count();
    let values = prop_oneof![
        Just("\"\"".to_owned()),
        Just("1".to_owned()),
        Just("-9223372036854775808".to_owned()),
        Just("1e999".to_owned()),
        Just("true".to_owned()),
        Just("[]".to_owned()),
        Just("[[]]".to_owned()),
        Just("{}".to_owned()),
        Just("2021-02-29".to_owned()),
        Just("\"case\"".to_owned()),
        Just("\"open_share\"".to_owned()),
        Just("[\"cases\", \"growth\", \"open_share\"]".to_owned()),
        Just("\"action:decide\"".to_owned()),
        Just("\"entry.fine >\"".to_owned()),
        Just("\"\\u0000{\"".to_owned()),
        "\"[a-z{}|.:()= 甲“]{0,12}\"",
    ];
    let change = (0..lines, values, 0_u8..5);
    proptest::collection::vec(change, 1..4).prop_map(|changes| {
        let mut lines: Vec<String> = LEDGER.lines().map(str::to_owned).collect();
        for (at, value, how) in changes {
            let at = at.min(lines.len() - 1);
            match how {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines[at] = format!("{} # {value}", lines[at].replace('=', "")),
                _ => {
                    if let Some((key, _)) = lines[at].clone().split_once('=') {
                        lines[at] = format!("{key}= {value}");
                    }
                }
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn no_toml_panics(text in "((\\[\\[?(field|figure|stage|action|clock|part|statute)\\]?\\]|(id|name|of|when|law|type|by|text) = (\"[a-z:{}|]{0,6}\"|[0-9]{1,3}|\\[\"a\"\\]|true))\n){0,14}") {
        survives(&text);
    }

    #[test]
    fn no_mutation_panics(text in mutated()) {
        let files = base(&text);
        let (catalogue, found) = load(&files, None);
        let _ = render_text(&found, &files.sources());
        // What is let through resolves in itself.
        for figure in catalogue.figures() {
            if let crate::definition::FigureKind::Formula(formula) = &figure.kind {
                for operand in formula.of.iter().chain(&formula.base) {
                    prop_assert!(catalogue.figure(&operand.figure).is_some());
                }
            }
        }
    }
}

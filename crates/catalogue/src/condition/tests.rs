use super::*;
use crate::value::Value;

fn fields() -> Fields {
    Fields::from([
        ("kind".into(), "师德师风".into()),
        ("held_on".into(), "2022-09-01".into()),
        ("count".into(), 12.into()),
        ("open".into(), true.into()),
        ("tags".into(), Value::List(vec!["甲".into(), "乙".into()])),
        (
            "items".into(),
            Value::List(vec![Value::Record(Fields::from([("n".into(), 5.into())]))]),
        ),
    ])
}

fn holds(source: &str) -> Result<bool, EvalError> {
    Condition::parse(source).unwrap().holds("entry", &fields())
}

#[test]
fn values_of_every_shape_can_be_asked() {
    for source in [
        r#"entry.kind == "师德师风""#,
        r#"entry.held_on >= "2022-09-01" && entry.held_on < "2023-01-01""#,
        "entry.count > 10 && entry.count % 2 == 0",
        "entry.open",
        r#""乙" in entry.tags && size(entry.tags) == 2"#,
        "entry.items.exists(item, item.n > 4)",
        "!has(entry.closed_on)",
        r#"has(entry.closed_on) && entry.closed_on == "x" || entry.open"#,
        r#"entry.kind in ["师德师风", "校园安全"]"#,
        r#"entry["kind"].startsWith("师德")"#,
    ] {
        assert_eq!(holds(source), Ok(true), "{source}");
    }
    assert_eq!(holds("entry.count > 100"), Ok(false));
}

#[test]
fn an_absent_field_is_named() {
    assert_eq!(
        holds("entry.closed_on == 'x'"),
        Err(EvalError::Absent {
            field: "closed_on".into()
        })
    );
    assert_eq!(holds("entry.count"), Err(EvalError::NotABoolean));
    assert!(matches!(
        holds("entry.count > 'x'"),
        Err(EvalError::Unfit { .. })
    ));
    assert!(matches!(
        holds("1 / (entry.count - 12) > 0"),
        Err(EvalError::Unfit { .. })
    ));
}

#[test]
fn one_scope_serves_many_conditions() {
    let fields = fields();
    let scope = Scope::entry(&fields);
    let even = Condition::parse("entry.count % 2 == 0").unwrap();
    let large = Condition::parse("entry.count > 100").unwrap();
    assert_eq!(scope.holds(&even), Ok(true));
    assert_eq!(scope.holds(&large), Ok(false));
    assert_eq!(scope.allows(None), Ok(true));
}

#[test]
fn figures_are_whole_numbers_or_decimals() {
    let figures = std::collections::BTreeMap::from([
        ("penalties".to_owned(), 0.0),
        ("coverage".to_owned(), 99.5),
    ]);
    let scope = Scope::new("figure", &figures);
    for source in [
        "figure.penalties == 0",
        "figure.coverage > 99",
        "figure.coverage < 99.6",
    ] {
        assert_eq!(
            scope.holds(&Condition::parse(source).unwrap()),
            Ok(true),
            "{source}"
        );
    }
}

#[test]
fn what_it_reads_is_known_before_it_runs() {
    let source = r#"has(entry.a) && entry.b == "甲" && entry.items.all(x, x.n > figure.c)"#;
    let condition = Condition::parse(source).unwrap();
    assert_eq!(
        condition.variables().collect::<Vec<_>>(),
        ["entry", "figure"]
    );
    assert_eq!(
        condition.fields("entry").collect::<Vec<_>>(),
        ["a", "b", "items"]
    );
    assert_eq!(condition.fields("figure").collect::<Vec<_>>(), ["c"]);
    assert_eq!(
        condition.unguarded("entry").collect::<Vec<_>>(),
        ["b", "items"]
    );
    let [comparison] = condition.comparisons() else {
        panic!("one comparison")
    };
    assert_eq!(comparison.field, "b");
    assert_eq!(comparison.literal, Literal::Text("甲".into()));
}

#[test]
fn the_usual_slips_are_named() {
    for (source, words) in [
        ("", "条件是空的"),
        ("entry.a = 3", "“等于”写作 =="),
        ("entry.a == 3 and entry.b", "&&"),
        ("entry.a == “甲”", "半角"),
        ("(entry.a == 3", "括号没有成对"),
        ("entry.a == 'x", "引号没有成对"),
        ("sise(entry.a) > 1", "是不是 size？"),
        ("entry.a.matches('x')", "没有名为 matches 的函数"),
        ("kind == 'x'", "不能单独用 kind"),
        ("entry[entry.a] == 1", "直接写出"),
    ] {
        let error = Condition::parse(source).expect_err(source);
        assert!(error.message.contains(words), "{source}: {error}");
    }
}

#[test]
fn errors_know_their_column() {
    let error = Condition::parse("entry.open &&\n  && entry.count > 1").unwrap_err();
    assert_eq!((error.line, error.column), (2, 3));
}

/// Refused or evaluated, but never a stack overflow: on a thread with a small stack.
fn survives(source: String) {
    let run = move || {
        if let Ok(condition) = Condition::parse(&source) {
            let _ = condition.holds("entry", &fields());
        }
    };
    let thread = std::thread::Builder::new()
        .stack_size(3 << 19)
        .spawn(run)
        .unwrap();
    thread.join().unwrap();
}

#[test]
fn deep_brackets_are_refused() {
    survives(format!("{}true{}", "(".repeat(500), ")".repeat(500)));
    survives(format!("{}true{}", "(".repeat(6), ")".repeat(6)));
    survives(format!("{}entry.tags{}", "size(".repeat(6), ")".repeat(6)));
}

#[test]
fn long_signs_are_refused() {
    survives(format!("{}entry.open", "!".repeat(1500)));
    survives(format!("{}entry.open", "! ".repeat(60)));
    survives(format!("{}entry.open", "-".repeat(60)));
}

#[test]
fn long_paths_are_refused() {
    survives(format!("entry.a{}", ".b".repeat(900)));
    survives(format!("entry.tags{}", "[0]".repeat(600)));
}

#[test]
fn long_chains_are_refused() {
    survives(format!("{} true", "true ? true : ".repeat(130)));
    survives(format!("{} true", "true ? true : ".repeat(8)));
    survives(format!("true{}", " && true".repeat(240)));
    survives(format!("1{} == 1", " + 1".repeat(400)));
    survives(format!("entry.tags{}", ".map(x, x)".repeat(150)));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(source in "[ -~甲“]{0,60}") {
        if let Ok(condition) = Condition::parse(&source) {
            let _ = condition.holds("entry", &fields());
        }
    }

    #[test]
    fn no_sequence_of_tokens_panics(tokens in proptest::collection::vec(
        proptest::sample::select(vec![
            "entry", ".", "kind", "count", "(", ")", "[", "]", "{", "}", "==", "<", "in", "&&",
            "||", "!", "-", "?", ":", ",", "has", "exists", "1", "0.5", "\"甲\"", "'", "true",
            "null", "b'x'", "\\", "size", "`", "9223372036854775808", "/", "%", "*",
        ]), 0..14)) {
        let source = tokens.concat();
        if let Ok(condition) = Condition::parse(&source) {
            let _ = condition.holds("entry", &fields());
        }
    }
}

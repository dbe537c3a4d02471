//! What a cell, a condition and a catalogue cost: `cargo run --release -p catalogue --example speed`.
//!
//! An import of 100,000 rows of 20 cells reads 2,000,000 cells; the whole should stay within five
//! times the bare reading of the sheet.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use catalogue::{
    Files,
    condition::Condition,
    definition::FieldType,
    field::FieldContext,
    load,
    value::{Fields, Value},
};

fn main() {
    cells();
    conditions();
    catalogue();
}

fn per_run(name: &str, runs: u32, mut run: impl FnMut()) {
    let start = Instant::now();
    (0..runs).for_each(|_| run());
    let each: Duration = start.elapsed() / runs;
    println!("{name}: {each:?}");
}

fn cells() {
    let districts = ["海云区", "山南区", "市直学校"].map(str::to_owned);
    let context = FieldContext {
        districts: &districts,
    };
    let options = ["集中学习", "线上学习", "专题研讨"]
        .map(str::to_owned)
        .to_vec();
    for (kind, typed) in [
        (
            FieldType::Text { max: 200 },
            "云川市第一中学法治副校长聘任情况",
        ),
        (
            FieldType::Number {
                decimals: 0,
                min: Some(0),
                max: None,
            },
            "123",
        ),
        (FieldType::Money, "1,200.50"),
        (FieldType::Date, "2022-03-05"),
        (FieldType::Date, "2022年3月5日"),
        (
            FieldType::Choice {
                options: options.clone(),
            },
            "线上学习",
        ),
        (FieldType::Choices { options }, "线上学习；专题研讨"),
        (FieldType::District, "市直学校"),
    ] {
        per_run(&format!("cell {} {typed}", kind.words()), 200_000, || {
            black_box(kind.parse(black_box(typed), &context).is_ok());
        });
    }
}

fn conditions() {
    let fields = Fields::from([
        ("kind".to_owned(), Value::from("师德师风")),
        ("fine".to_owned(), Value::from(12)),
        ("held_on".to_owned(), Value::from("2022-09-01")),
    ]);
    for source in [
        "has(entry.fine) && entry.fine > 10",
        "entry.kind == \"师德师风\" && entry.held_on >= \"2022-01-01\"",
    ] {
        per_run(&format!("compile {source}"), 200, || {
            black_box(Condition::parse(source).is_ok());
        });
        let Ok(condition) = Condition::parse(source) else {
            continue;
        };
        per_run(&format!("evaluate {source}"), 50_000, || {
            black_box(condition.holds("entry", &fields).is_ok());
        });
    }
}

/// The shipped catalogue, read from the repository.
fn catalogue() {
    let mut files = Files::new("catalogue/");
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue"));
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let (Ok(text), Ok(name)) =
                (std::fs::read_to_string(&path), path.strip_prefix(root))
            {
                files.add(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    let count = files.iter().count();
    per_run(&format!("load {count} files"), 3, || {
        black_box(load(&files, None).1.len());
    });
}

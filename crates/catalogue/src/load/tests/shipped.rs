//! The catalogue that is shipped proves clean.

use std::{fs, path::Path};

use super::*;

fn read(folder: &Path, below: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.add(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

#[test]
fn the_shipped_catalogue_has_no_findings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let mut files = Files::new("catalogue/");
    read(Path::new(folder), "", &mut files);
    let (catalogue, found) = load(&files, None);
    assert!(
        found.is_empty(),
        "{}",
        render_text(&found, &files.sources())
    );
    assert!(catalogue.ledgers().count() > 0);
    assert!(catalogue.figures().count() > 0);
}

/// The first example of the manual is a whole ledger: who copies it starts from something right.
#[test]
fn the_example_of_the_manual_proves_clean() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/catalogue.md");
    let manual = fs::read_to_string(manual).unwrap();
    let example = manual
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let files = base(LEDGER)
        .with(
            "modules.toml",
            "[[module]]\nid = \"legal_education\"\nname = \"普法\"\n",
        )
        .with(
            "statutes.toml",
            "[[statute]]\nname = \"法治政府建设与责任落实督察工作规定\"\nkind = \"党内法规\"\n",
        )
        .with("legal_education/study_session.toml", example);
    let (catalogue, found) = load(&files, None);
    let about_it = found.iter().filter(|found| match &found.place {
        diagnostic::Place::Text { source, .. } => source.contains("study_session"),
        _ => true,
    });
    assert_eq!(about_it.collect::<Vec<_>>(), Vec::<&Diagnostic>::new());
    assert_eq!(catalogue.ledger("study_session").unwrap().figures.len(), 2);
}

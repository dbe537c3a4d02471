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

fn shipped() -> Files {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let mut files = Files::new("catalogue/");
    read(Path::new(folder), "", &mut files);
    files
}

#[test]
fn an_answer_names_the_request_by_its_number_and_itself_by_its_own() {
    let (catalogue, _) = load(&shipped(), None);
    let says = |template: &str, given: &[(&'static str, &str)]| -> Vec<String> {
        let template = catalogue.paper(template).unwrap();
        let id = template.name.split('/').next().unwrap();
        let given = given
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let fields = [("number".to_owned(), "云依申请〔2023〕7号".into())].into();
        let ledger = catalogue.ledger(id).unwrap();
        let paper = crate::paper::fill(template, ledger, &fields, &given.collect());
        paper.blocks.into_iter().map(|block| block.text).collect()
    };
    let answer = says("foi_request/answer", &[("number", "云公复字〔2023〕2号")]);
    assert!(
        answer.contains(&"云公复字〔2023〕2号".to_owned()),
        "{answer:?}"
    );
    let request = |text: &String| text.contains("登记号云依申请〔2023〕7号");
    assert!(answer.iter().any(request), "{answer:?}");
    // A paper without a number of its own.
    let defence = says("litigation/defence", &[]);
    assert!(defence[0].contains("云依申请〔2023〕7号"), "{defence:?}");
}

#[test]
fn the_shipped_catalogue_has_no_findings() {
    let files = shipped();
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

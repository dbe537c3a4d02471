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

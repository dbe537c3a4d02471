//! Reads records `{"id", "text" or "file"}`, one per line, and writes the findings as JSON Lines:
//! `cargo run -p check --example score -- excerpts.jsonl > findings.jsonl`.

use std::io::{BufRead as _, Write as _};
use std::path::Path;

use check::{Extent, Options, Origin, check, finding_json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::env::args().skip(1) {
        let file = std::io::BufReader::new(std::fs::File::open(&path)?);
        for line in file.lines() {
            let record: serde_json::Value = serde_json::from_str(&line?)?;
            let id = record["id"].as_str().unwrap_or_default();
            let (text, extent) = match record["text"].as_str() {
                Some(text) => (text.to_owned(), Extent::Excerpt),
                None => {
                    let name = record["file"].as_str().unwrap_or_default();
                    let folder = Path::new(&path).parent().unwrap_or(Path::new("."));
                    (
                        std::fs::read_to_string(folder.join(name))?,
                        Extent::Automatic,
                    )
                }
            };
            let report = check(
                text.as_str(),
                &Options {
                    extent,
                    ..Options::default()
                },
            );
            for finding in report.findings.iter().chain(&report.checked) {
                writeln!(out, "{}", finding_json(finding, Origin::Id(id)))?;
            }
        }
    }
    Ok(())
}

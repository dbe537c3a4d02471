//! Records of a JSON Lines file: `{"id": "...", "text": "..."}` in, findings out, one per line.

use std::fmt;

use serde::Deserialize;

use crate::engine::check;
use crate::finding::{Origin, finding_json};
use crate::options::{Extent, Options};

/// A line that is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError(String);

impl fmt::Display for RecordError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "not a record {{\"id\", \"text\"}}: {}", self.0)
    }
}

impl std::error::Error for RecordError {}

#[derive(Deserialize)]
struct Record {
    id: String,
    text: String,
}

/// Checks one line of records; the answer is one line of JSON per finding, with the record's id.
///
/// A record is an excerpt unless the options say otherwise: nothing is missing from it.
pub fn check_record(line: &str, options: &Options) -> Result<Vec<String>, RecordError> {
    let record: Record =
        serde_json::from_str(line).map_err(|error| RecordError(error.to_string()))?;
    let mut options = options.clone();
    if options.extent == Extent::Automatic {
        options.extent = Extent::Excerpt;
    }
    let report = check(record.text.as_str(), &options);
    let shown = report
        .findings
        .iter()
        .chain(report.checked.iter().filter(|_| options.show_checked));
    Ok(shown
        .map(|finding| finding_json(finding, Origin::Id(&record.id)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_carry_the_id_and_count_characters() {
        let line = r#"{"id": "r1", "text": "办结率：聘任60人，其中女15人，占35%。", "other": 1}"#;
        let found = check_record(line, &Options::default()).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let json: serde_json::Value = serde_json::from_str(&found[0]).unwrap();
        assert_eq!(json["id"], "r1");
        assert_eq!(json["code"], "share-mismatch");
        assert_eq!(json["severity"], "error");
        assert_eq!(json["holds"], false);
        assert_eq!(
            (json["start"].as_u64(), json["end"].as_u64()),
            (Some(18), Some(21))
        );
        assert_eq!(json["computed"], "25.00%");
        assert_eq!(json["stated"], "35%");
        assert_eq!(json["related"][0]["label"], "分子");
    }

    #[test]
    fn checked_relations_come_when_asked_for() {
        let line = r#"{"id": "r1", "text": "聘任60人，其中女15人，占25%。"}"#;
        let options = Options {
            show_checked: true,
            ..Options::default()
        };
        let found = check_record(line, &options).unwrap();
        assert!(
            found.iter().any(|line| line.contains("\"holds\":true")),
            "{found:?}"
        );
        assert!(check_record(line, &Options::default()).unwrap().is_empty());
        assert!(check_record("{}", &options).is_err());
    }
}

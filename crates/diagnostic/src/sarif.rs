//! Findings as SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format), which editors and
//! code hosts read.
//!
//! Columns are declared and given in Unicode code points. SARIF knows no workbooks: a row of a
//! sheet becomes the line of its file, and the cell a logical location.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Diagnostic, Place, Severity, Sources, Span};

/// One SARIF log with one run.
#[must_use]
pub fn render_sarif(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let codes: BTreeSet<&str> = diagnostics
        .iter()
        .map(|found| found.code.as_ref())
        .collect();
    let rules: Vec<Value> = codes
        .into_iter()
        .map(|code| json!({ "id": code }))
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|found| result(found, sources))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "yifa", "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut value = json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": { "text": diagnostic.message },
    });
    if let Some(location) = location(&diagnostic.place, sources) {
        value["locations"] = json!([location]);
    }
    if let Place::Text { source, .. } = &diagnostic.place
        && !diagnostic.labels.is_empty()
    {
        let related = diagnostic.labels.iter().map(|label| {
            let mut value = physical(source, region(source, label.span, sources));
            value["message"] = json!({ "text": label.message });
            value
        });
        value["relatedLocations"] = related.collect();
    }
    if let Some(help) = &diagnostic.help {
        value["properties"]["help"] = json!(help);
    }
    if let Some(note) = &diagnostic.note {
        value["properties"]["note"] = json!(note);
    }
    value
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn location(place: &Place, sources: &Sources) -> Option<Value> {
    match place {
        Place::Text { source, span } => Some(physical(source, region(source, *span, sources))),
        Place::Sheet {
            file,
            sheet,
            row,
            column,
            ..
        } => {
            let mut value = physical(file, Some(json!({ "startLine": (*row).max(1) })));
            let cell = format!("{sheet}!{}{row}", column.as_deref().unwrap_or_default());
            value["logicalLocations"] = json!([{ "fullyQualifiedName": cell }]);
            Some(value)
        }
        Place::Whole { source } if source.is_empty() => None,
        Place::Whole { source } => Some(physical(source, None)),
    }
}

fn physical(source: &str, region: Option<Value>) -> Value {
    let mut value = json!({ "artifactLocation": { "uri": uri(source) } });
    if let Some(region) = region {
        value["region"] = region;
    }
    json!({ "physicalLocation": value })
}

fn region(source: &str, span: Span, sources: &Sources) -> Option<Value> {
    let (start, end) = sources.positions(source, span)?;
    Some(json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": start.code_point,
        "charLength": end.code_point - start.code_point,
        "byteOffset": start.byte,
        "byteLength": end.byte - start.byte,
    }))
}

/// A file name as a URI reference (RFC 3986): everything but unreserved characters and slashes is
/// escaped, so that `报告 1.txt` is valid and `a:b` is not taken for a scheme.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_code_points() {
        let sources = Sources::new().with("报告 1.txt", "概况\n合计16件");
        let found = Diagnostic::error("N101", "合计不符")
            .at("报告 1.txt", 13..15)
            .label(7..13, "此处")
            .help("改为15");
        let log: Value = serde_json::from_str(&render_sarif(&[found], &sources)).unwrap();
        assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
        assert_eq!(
            log["runs"][0]["tool"]["driver"]["rules"],
            json!([{ "id": "N101" }])
        );
        let expected = json!({
            "ruleId": "N101",
            "level": "error",
            "message": { "text": "合计不符" },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "%E6%8A%A5%E5%91%8A%201.txt" },
                "region": {
                    "startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 5,
                    "charOffset": 5, "charLength": 2, "byteOffset": 13, "byteLength": 2,
                },
            }}],
            "relatedLocations": [{
                "message": { "text": "此处" },
                "physicalLocation": {
                    "artifactLocation": { "uri": "%E6%8A%A5%E5%91%8A%201.txt" },
                    "region": {
                        "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 3,
                        "charOffset": 3, "charLength": 2, "byteOffset": 7, "byteLength": 6,
                    },
                },
            }],
            "properties": { "help": "改为15" },
        });
        assert_eq!(log["runs"][0]["results"], json!([expected]));
    }

    #[test]
    fn a_cell_is_a_logical_location() {
        let found = Diagnostic::warning("I001", "空")
            .in_sheet("a.xlsx", "处罚", 5)
            .column("C");
        let value = result(&found, &Sources::new());
        let location = &value["locations"][0];
        assert_eq!(location["physicalLocation"]["region"]["startLine"], 5);
        assert_eq!(
            location["logicalLocations"][0]["fullyQualifiedName"],
            "处罚!C5"
        );
    }

    #[test]
    fn a_finding_without_a_source_has_no_location() {
        let value = result(&Diagnostic::error("X1", "…"), &Sources::new());
        assert_eq!(value.get("locations"), None);
    }

    #[test]
    fn names_become_uris() {
        assert_eq!(uri(r"目\a b:1.toml"), "%E7%9B%AE/a%20b%3A1.toml");
    }
}

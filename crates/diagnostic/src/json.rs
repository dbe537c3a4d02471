//! Findings as JSON, for programs that show or count them.
//!
//! Positions are given in lines and columns, code points and bytes, since every consumer counts
//! differently. A position is missing where the source is not among the [`Sources`].

use serde::Serialize;
use serde_json::Value;

use crate::{Diagnostic, Place, Position, Severity, Sources, Span, Totals};

/// One document: `{"findings": […], "totals": {…}}`.
#[must_use]
pub fn render_json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let findings = diagnostics
        .iter()
        .map(|found| Finding::new(found, sources))
        .collect();
    let document = Document {
        findings,
        totals: Totals::of(diagnostics),
    };
    // Writing to memory cannot fail, and no key of these types is anything but a string.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// One finding per line, for streams.
#[must_use]
pub fn render_jsonl(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let findings = diagnostics.iter().map(|found| Finding::new(found, sources));
    findings
        .map(|found| serde_json::to_string(&found).unwrap_or_default() + "\n")
        .collect()
}

/// One finding as a value, for answers that hold more than findings.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    serde_json::to_value(Finding::new(diagnostic, sources)).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'a> {
    findings: Vec<Finding<'a>>,
    totals: Totals,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    place: PlaceOut<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum PlaceOut<'a> {
    Text {
        source: &'a str,
        #[serde(flatten)]
        stretch: Stretch,
    },
    Sheet {
        file: &'a str,
        sheet: &'a str,
        row: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<&'a str>,
    },
    Whole {
        source: &'a str,
    },
}

#[derive(Serialize)]
struct LabelOut<'a> {
    message: &'a str,
    #[serde(flatten)]
    stretch: Stretch,
}

/// A span as it was given, and its ends where the text is known.
#[derive(Serialize)]
struct Stretch {
    span: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Position>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

impl Stretch {
    fn new(source: &str, span: Span, sources: &Sources) -> Self {
        let (start, end) = sources.positions(source, span).unzip();
        Self { span, start, end }
    }
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &Sources) -> Self {
        let source = match &diagnostic.place {
            Place::Text { source, .. } | Place::Whole { source } => source,
            Place::Sheet { file, .. } => file,
        };
        let place = match &diagnostic.place {
            Place::Text { source, span } => PlaceOut::Text {
                source,
                stretch: Stretch::new(source, *span, sources),
            },
            Place::Sheet {
                file,
                sheet,
                row,
                column,
                header,
            } => PlaceOut::Sheet {
                file,
                sheet,
                row: *row,
                column: column.as_deref(),
                header: header.as_deref(),
            },
            Place::Whole { source } => PlaceOut::Whole { source },
        };
        let labels = diagnostic.labels.iter().map(|label| LabelOut {
            message: &label.message,
            stretch: Stretch::new(source, label.span, sources),
        });
        Self {
            code: &diagnostic.code,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            place,
            labels: labels.collect(),
            help: diagnostic.help.as_deref(),
            note: diagnostic.note.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_in_a_text() {
        let sources = Sources::new().with("报告.txt", "合计16件");
        let found = Diagnostic::warning("N101", "合计不符")
            .at("报告.txt", 6..8)
            .label(6..8, "应为15");
        insta::assert_snapshot!(render_jsonl(&[found], &sources), @r#"
        {"code":"N101","severity":"warning","message":"合计不符","place":{"kind":"text","source":"报告.txt","span":{"start":6,"end":8},"start":{"line":1,"column":3,"code_point":2,"byte":6},"end":{"line":1,"column":5,"code_point":4,"byte":8}},"labels":[{"message":"应为15","span":{"start":6,"end":8},"start":{"line":1,"column":3,"code_point":2,"byte":6},"end":{"line":1,"column":5,"code_point":4,"byte":8}}]}
        "#);
    }

    #[test]
    fn a_finding_in_a_sheet() {
        let found = Diagnostic::error("I001", "金额不是数")
            .in_sheet("台账.xlsx", "处罚", 5)
            .column("C")
            .header("罚款金额")
            .help("填数字");
        insta::assert_snapshot!(render_json(&[found], &Sources::new()), @r#"
        {
          "findings": [
            {
              "code": "I001",
              "severity": "error",
              "message": "金额不是数",
              "place": {
                "kind": "sheet",
                "file": "台账.xlsx",
                "sheet": "处罚",
                "row": 5,
                "column": "C",
                "header": "罚款金额"
              },
              "help": "填数字"
            }
          ],
          "totals": {
            "errors": 1,
            "warnings": 0,
            "notes": 0
          }
        }
        "#);
    }
}

//! Findings as JSON, for programs that show or count them.
//!
//! Positions are given in lines and columns, code points and bytes, since every consumer counts
//! differently. A position is missing where the source is not among the [`Sources`].

use serde_json::{Value, json};

use crate::{Diagnostic, Place, Sources, Span, Totals};

/// One document: `{"findings": […], "totals": {…}}`.
#[must_use]
pub fn render_json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let findings: Vec<Value> = diagnostics
        .iter()
        .map(|found| to_json(found, sources))
        .collect();
    let document = json!({ "findings": findings, "totals": Totals::of(diagnostics) });
    format!("{document:#}\n")
}

/// One finding per line, for streams.
#[must_use]
pub fn render_jsonl(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics
        .iter()
        .map(|found| format!("{}\n", to_json(found, sources)))
        .collect()
}

/// One finding as a value.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut value = json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "place": place(&diagnostic.place, sources),
    });
    if !diagnostic.labels.is_empty() {
        let source = match &diagnostic.place {
            Place::Text { source, .. } | Place::Whole { source } => source,
            Place::Sheet { file, .. } => file,
        };
        let labels = diagnostic.labels.iter().map(|label| {
            let mut value = json!({ "message": label.message });
            add_span(&mut value, source, label.span, sources);
            value
        });
        value["labels"] = labels.collect();
    }
    if let Some(help) = &diagnostic.help {
        value["help"] = json!(help);
    }
    if let Some(note) = &diagnostic.note {
        value["note"] = json!(note);
    }
    value
}

fn place(place: &Place, sources: &Sources) -> Value {
    match place {
        Place::Text { source, span } => {
            let mut value = json!({ "kind": "text", "source": source });
            add_span(&mut value, source, *span, sources);
            value
        }
        Place::Sheet {
            file,
            sheet,
            row,
            column,
            header,
        } => {
            let mut value = json!({ "kind": "sheet", "file": file, "sheet": sheet, "row": row });
            if let Some(column) = column {
                value["column"] = json!(column);
            }
            if let Some(header) = header {
                value["header"] = json!(header);
            }
            value
        }
        Place::Whole { source } => json!({ "kind": "whole", "source": source }),
    }
}

fn add_span(value: &mut Value, source: &str, span: Span, sources: &Sources) {
    value["span"] = json!(span);
    if let Some((start, end)) = sources.positions(source, span) {
        value["start"] = json!(start);
        value["end"] = json!(end);
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
        {"code":"N101","labels":[{"end":{"byte":8,"code_point":4,"column":5,"line":1},"message":"应为15","span":{"end":8,"start":6},"start":{"byte":6,"code_point":2,"column":3,"line":1}}],"message":"合计不符","place":{"end":{"byte":8,"code_point":4,"column":5,"line":1},"kind":"text","source":"报告.txt","span":{"end":8,"start":6},"start":{"byte":6,"code_point":2,"column":3,"line":1}},"severity":"warning"}
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
              "help": "填数字",
              "message": "金额不是数",
              "place": {
                "column": "C",
                "file": "台账.xlsx",
                "header": "罚款金额",
                "kind": "sheet",
                "row": 5,
                "sheet": "处罚"
              },
              "severity": "error"
            }
          ],
          "totals": {
            "errors": 1,
            "notes": 0,
            "warnings": 0
          }
        }
        "#);
    }
}

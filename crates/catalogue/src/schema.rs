//! The format of the definition files as JSON Schema (draft 2020-12), for editors that complete
//! and check TOML while it is written.
//!
//! Made from the same table that the reader uses, so that the two cannot disagree. It knows keys
//! and shapes; what only the proof can know (does the field exist?) stays with the proof.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::load::keys::{
    LEDGER, MODULES, OPERAND, OVERLAY, PAPER, REPORT, ROLES, SECTIONS, STATUTES, Schema, Shape,
};

/// The kinds of files that have a schema.
pub const FILES: [&str; 8] = [
    "ledger", "overlay", "report", "paper", "modules", "sections", "roles", "statutes",
];

/// The schema of a ledger's file.
pub fn json_schema() -> Value {
    document(&LEDGER)
}

/// The schema of a kind of file, see [`FILES`].
pub fn json_schema_of(file: &str) -> Option<Value> {
    let schema = match file {
        "ledger" => &LEDGER,
        "overlay" => &OVERLAY,
        "report" => &REPORT,
        "paper" => &PAPER,
        "modules" => &MODULES,
        "sections" => &SECTIONS,
        "roles" => &ROLES,
        "statutes" => &STATUTES,
        _ => return None,
    };
    Some(document(schema))
}

fn document(root: &'static Schema) -> Value {
    let mut definitions = BTreeMap::new();
    define(root, &mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": root.words,
        "$ref": reference(root),
        "$defs": definitions,
    })
}

fn reference(schema: &Schema) -> String {
    format!("#/$defs/{}", schema.name)
}

/// Adds a table and the tables below it.
fn define(schema: &'static Schema, definitions: &mut BTreeMap<&'static str, Value>) {
    if definitions.contains_key(schema.name) {
        return;
    }
    // A column may have columns by its keys; the place is taken before going down.
    definitions.insert(schema.name, Value::Null);
    let mut properties = Map::new();
    for key in schema.keys {
        let mut property = shape(key.shape, definitions);
        if let Value::Object(property) = &mut property {
            property.insert("description".into(), json!(key.about));
        }
        properties.insert(key.name.into(), property);
    }
    let required: Vec<&str> = schema
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let table = json!({
        "type": "object",
        "title": schema.words,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    definitions.insert(schema.name, table);
}

fn shape(shape: Shape, definitions: &mut BTreeMap<&'static str, Value>) -> Value {
    match shape {
        Shape::Id => id(),
        Shape::Text => json!({ "type": "string", "minLength": 1 }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole(least, greatest) => {
            json!({ "type": "integer", "minimum": least, "maximum": greatest })
        }
        Shape::Number => json!({ "type": "number" }),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Shape::Ids => json!({ "type": "array", "items": id() }),
        Shape::IdOrIds => json!({ "anyOf": [id(), { "type": "array", "items": id() }] }),
        Shape::OneOf(options) => json!({ "enum": options }),
        Shape::Pairs => json!({
            "type": "array",
            "items": {
                "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2,
            },
        }),
        Shape::Table(schema) => {
            define(schema, definitions);
            json!({ "$ref": reference(schema) })
        }
        Shape::Tables(schema) => {
            define(schema, definitions);
            json!({ "type": "array", "items": { "$ref": reference(schema) } })
        }
        Shape::Operands => {
            define(&OPERAND, definitions);
            let one = json!([id(), { "$ref": reference(&OPERAND) }]);
            json!({ "anyOf": [{ "anyOf": one }, { "type": "array", "items": { "anyOf": one } }] })
        }
        Shape::TextById => json!({
            "type": "object",
            "propertyNames": id(),
            "additionalProperties": { "type": "string", "minLength": 1 },
        }),
    }
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All `$ref`s of a value.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for file in FILES {
            let schema = json_schema_of(file).unwrap();
            let mut found = Vec::new();
            references(&schema, &mut found);
            for reference in found {
                let path = reference.trim_start_matches('#');
                assert!(
                    schema.pointer(path).is_some_and(Value::is_object),
                    "{file}: {reference}"
                );
            }
        }
        assert_eq!(json_schema_of("novel"), None);
    }

    #[test]
    fn a_stage_reads_well() {
        let schema = json_schema();
        let stage = serde_json::to_string_pretty(&schema["$defs"]["stage"]).unwrap();
        insta::assert_snapshot!(stage, @r#"
        {
          "additionalProperties": false,
          "properties": {
            "end": {
              "description": "程序在此结束",
              "type": "boolean"
            },
            "id": {
              "description": "环节标识",
              "pattern": "^[a-z][a-z0-9_]{0,63}$",
              "type": "string"
            },
            "name": {
              "description": "环节名称",
              "minLength": 1,
              "type": "string"
            }
          },
          "required": [
            "id",
            "name"
          ],
          "title": "环节",
          "type": "object"
        }
        "#);
    }

    #[test]
    fn the_manual_names_every_key() {
        let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/catalogue.md");
        let manual = std::fs::read_to_string(manual).unwrap();
        for file in ["ledger", "report", "statutes", "overlay"] {
            let schema = json_schema_of(file).unwrap();
            for (table, definition) in schema["$defs"].as_object().unwrap() {
                for key in definition["properties"].as_object().unwrap().keys() {
                    let named = ["`", "\n", "{ ", ", "].iter().any(|before| {
                        ["`", " = ", "]"]
                            .iter()
                            .any(|after| manual.contains(&format!("{before}{key}{after}")))
                    });
                    let header = manual.contains(&format!("[{key}]"))
                        || manual.contains(&format!(".{key}]"));
                    assert!(
                        named || header,
                        "docs/catalogue.md says nothing of {table}.{key}"
                    );
                }
            }
        }
    }
}

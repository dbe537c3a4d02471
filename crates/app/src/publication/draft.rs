//! A publication as it is written, and what in it must not be published.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use values::{dates::Date, personal};

use super::{desk::ORIGIN_EDITOR, rows, text};

/// A publication as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Title.
    pub title: String,
    /// Name of the column.
    pub column: String,
    /// 生成日期.
    pub made_on: Option<Date>,
    /// Day of the decision, for licences and penalties.
    pub decided_on: Option<Date>,
    /// 文号.
    pub document_number: String,
    /// 内容概述.
    pub summary: String,
    /// Lines of the text.
    pub body: String,
    /// Facts from a ledger.
    pub facts: Vec<(String, String)>,
    /// Author.
    pub author: String,
    /// Source.
    pub source: String,
    /// How it came about; empty means in the editor.
    pub origin: String,
    /// The ledger that it comes from.
    pub source_ledger: String,
    /// The entry that it comes from.
    pub source_entry: String,
    /// 有效性.
    pub validity: String,
    /// 公开期限.
    pub until_on: Option<Date>,
    /// 征求意见截止.
    pub comments_until: Option<Date>,
    /// Kind and index number of the other publication.
    pub relations: Vec<(String, String)>,
    /// Attached files: hash and name.
    pub attachments: Vec<(String, String)>,
}

/// Begins a place that the program has left for people to write in.
pub const TO_WRITE: &str = "（请填写";

/// Something that stops a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Where it stands.
    pub place: String,
    /// What it is.
    pub what: &'static str,
    /// The text, as staff see it.
    pub text: String,
}

impl Draft {
    pub(super) fn of(fields: &Fields) -> Self {
        let date = |id: &str| super::date(fields, id);
        Self {
            title: text(fields, "title"),
            column: text(fields, "column"),
            made_on: date("made_on"),
            decided_on: date("decided_on"),
            document_number: text(fields, "document_number"),
            summary: text(fields, "summary"),
            body: text(fields, "body"),
            facts: rows(fields, "facts", ["name", "value"]),
            author: text(fields, "author"),
            source: text(fields, "source"),
            origin: text(fields, "origin"),
            source_ledger: text(fields, "source_ledger"),
            source_entry: text(fields, "source_entry"),
            validity: text(fields, "validity"),
            until_on: date("until_on"),
            comments_until: date("comments_until"),
            relations: rows(fields, "relations", ["kind", "target"]),
            attachments: rows(fields, "attachments", ["file", "name"]),
        }
    }

    /// The fields of the ledger; empty ones are absent.
    pub fn fields(&self) -> Fields {
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        let origin = match self.origin.as_str() {
            "" => ORIGIN_EDITOR,
            given => given,
        };
        let texts = [
            ("title", self.title.trim().to_owned()),
            ("column", self.column.clone()),
            ("made_on", day(self.made_on)),
            ("decided_on", day(self.decided_on)),
            ("document_number", self.document_number.trim().to_owned()),
            ("summary", self.summary.trim().to_owned()),
            ("body", self.body.trim().to_owned()),
            ("author", self.author.trim().to_owned()),
            ("source", self.source.trim().to_owned()),
            ("origin", origin.to_owned()),
            ("source_ledger", self.source_ledger.clone()),
            ("source_entry", self.source_entry.clone()),
            ("validity", self.validity.clone()),
            ("until_on", day(self.until_on)),
            ("comments_until", day(self.comments_until)),
        ];
        let mut fields: Fields = texts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(id, value)| (id.to_owned(), Value::Text(value)))
            .collect();
        let mut put_rows = |id: &str, names: [&str; 2], pairs: &[(String, String)]| {
            let row = |(a, b): &(String, String)| {
                let cells = [(names[0], a), (names[1], b)];
                let cells = cells.map(|(n, v)| (n.to_owned(), Value::Text(v.clone())));
                Value::Record(BTreeMap::from(cells))
            };
            if !pairs.is_empty() {
                let list = Value::List(pairs.iter().map(row).collect());
                fields.insert(id.to_owned(), list);
            }
        };
        put_rows("facts", ["name", "value"], &self.facts);
        put_rows("relations", ["kind", "target"], &self.relations);
        put_rows("attachments", ["file", "name"], &self.attachments);
        fields
    }

    /// Everything in it that has the form of personal data, and places left to be written in.
    pub fn stops(&self) -> Vec<Stop> {
        let mut places: Vec<(String, &str)> = vec![
            ("名称".to_owned(), &self.title),
            ("内容概述".to_owned(), &self.summary),
            ("文号".to_owned(), &self.document_number),
            ("作者".to_owned(), &self.author),
            ("来源".to_owned(), &self.source),
        ];
        for (_, name) in &self.attachments {
            places.push(("附件的文件名".to_owned(), name));
        }
        for (name, _) in &self.facts {
            places.push(("要素的名称".to_owned(), name));
        }
        for (number, line) in (1..).zip(self.body.lines()) {
            places.push((format!("正文第 {number} 行"), line));
        }
        for (name, value) in &self.facts {
            places.push((format!("要素“{name}”"), value));
        }
        let mut stops = Vec::new();
        for (place, text) in &places {
            if text.contains(TO_WRITE) {
                stops.push(Stop {
                    place: place.clone(),
                    what: "还没有填写的内容",
                    text: (*text).to_owned(),
                });
            }
        }
        for (place, text) in places {
            for found in personal::find(text) {
                stops.push(Stop {
                    place: place.clone(),
                    what: found.kind.chinese(),
                    text: text
                        .get(found.start..found.end)
                        .unwrap_or_default()
                        .to_owned(),
                });
            }
        }
        stops
    }

    /// The same draft with `***` for everything that has the form of personal data.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        for text in [
            &mut self.title,
            &mut self.summary,
            &mut self.body,
            &mut self.document_number,
            &mut self.author,
            &mut self.source,
        ] {
            *text = personal::redact(text);
        }
        for (name, value) in &mut self.facts {
            *name = personal::redact(name);
            *value = personal::redact(value);
        }
        for (_, name) in &mut self.attachments {
            *name = personal::redact(name);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_found_where_it_stands_and_can_be_covered() {
        let draft = Draft {
            title: "关于某事的通知".to_owned(),
            body: "第一行。\n请联系13800138000。".to_owned(),
            ..Draft::default()
        };
        let stops = draft.stops();
        assert_eq!(stops.len(), 1);
        assert_eq!(stops[0].place, "正文第 2 行");
        let unfinished = Draft {
            body: "一、问题\n（请填写：问题和改进措施。）".to_owned(),
            ..Draft::default()
        };
        assert_eq!(unfinished.stops()[0].what, "还没有填写的内容");
        let covered = draft.redacted();
        assert!(covered.stops().is_empty());
        assert!(!covered.body.contains("13800138000"));
        // Wherever readers see it: names of files, numbers, authors, names of facts.
        let number = || "13800138000".to_owned();
        let everywhere = Draft {
            document_number: number(),
            author: number(),
            source: number(),
            attachments: vec![("abc".to_owned(), format!("{}.pdf", number()))],
            facts: vec![(number(), "甲".to_owned())],
            ..Draft::default()
        };
        let places: Vec<String> = everywhere.stops().into_iter().map(|s| s.place).collect();
        let all = ["文号", "作者", "来源", "附件的文件名", "要素的名称"];
        assert_eq!(places, all);
        assert!(everywhere.redacted().stops().is_empty());
    }

    #[test]
    fn a_draft_becomes_fields_and_comes_back() {
        let draft = Draft {
            title: "题".to_owned(),
            column: "政策文件".to_owned(),
            made_on: Some(jiff::civil::date(2022, 3, 1)),
            facts: vec![("文号".to_owned(), "一".to_owned())],
            relations: vec![("废止".to_owned(), "J/2021-00001".to_owned())],
            attachments: vec![("abc".to_owned(), "附表.xlsx".to_owned())],
            origin: ORIGIN_EDITOR.to_owned(),
            body: "正文".to_owned(),
            ..Draft::default()
        };
        assert_eq!(Draft::of(&draft.fields()), draft);
    }
}

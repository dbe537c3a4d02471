//! The case file (案卷): one case, one file, with cover, index, page numbers and all papers in order.
//!
//! Papers come in the order of the ledger's documents, then by date; behind them the record of the
//! whole process and the list of evidence with hashes. Pages are numbered by the page-setter. The
//! originals, as they are, are a ZIP with a list of hashes that `sha256sum -c` understands.

use std::{io::Write, path::Path};

use catalogue::definition::FieldType;
use office::archive::Archive;
use serde::Serialize;
use values::dates::chinese;

use super::{
    evidence::Evidence,
    paper::Paper,
    print::{SetPaper, SetPart, SetTable},
    process::Record,
    sha256,
};
use crate::{
    App,
    append::to_json,
    authorise::Actor,
    entry::Entry,
    error::{AppError, Result},
    report::document::typeset,
};

/// A label and what it says.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Label.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// Note sheet at the end.
#[derive(Clone, Debug, Serialize)]
pub struct Closing {
    /// What is noted.
    pub paragraphs: Vec<String>,
    /// Who closed the file, and when.
    pub rows: Vec<Row>,
}

/// A case file, ready to be set.
#[derive(Clone, Debug, Serialize)]
pub struct CaseFile {
    v: u32,
    kind: &'static str,
    /// Title on the cover.
    pub title: String,
    /// The organ.
    pub organ: String,
    /// The day on which it was put together.
    pub date: String,
    /// Cover.
    pub cover: Vec<Row>,
    /// Papers in order.
    pub papers: Vec<SetPaper>,
    /// Note sheet.
    pub closing: Closing,
}

impl App {
    /// Puts the case file of an entry together.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn case_file(&self, actor: &Actor, id: &str) -> Result<CaseFile> {
        let entry = self.entry(actor, id)?;
        let papers = self.papers(actor, id)?;
        let evidence = self.case_evidence(actor, id)?;
        let records = self.process_records(actor, id)?;
        let organ = self.organ(&actor.organ)?.name.clone();
        let unsigned = papers.iter().filter(|p| p.in_force().is_none()).count();
        let mut filed = in_order(&entry, papers);
        filed.extend(record_paper(&records));
        filed.extend(evidence_paper(&evidence));
        Ok(CaseFile {
            v: 1,
            kind: "case_file",
            // A bracket begins a line of its own: the title is large.
            title: format!("{}案卷", entry.ledger.name).replace('（', "\n（"),
            date: chinese(self.clock.today()),
            cover: self.cover(actor, &entry)?,
            closing: closing(&filed, unsigned, evidence.len()),
            papers: filed,
            organ,
        })
    }

    /// The case file as PDF, set by `program`.
    ///
    /// # Errors
    /// As for reading the entry; the page-setter's own sentence.
    pub fn case_file_pdf(&self, actor: &Actor, id: &str, program: &Path) -> Result<Vec<u8>> {
        let file = self.case_file(actor, id)?;
        typeset(program, to_json(&file)?.as_bytes())
    }

    /// Writes the originals as a ZIP: papers as Word documents, evidence as it came, all versions,
    /// and the list of hashes. Nothing is kept in memory but one paper at a time.
    ///
    /// # Errors
    /// As for reading the entry; a fault where a file is gone or the archive cannot be written.
    pub fn originals<W: Write>(&self, actor: &Actor, id: &str, out: W) -> Result<W> {
        let fault = |e: office::OfficeError| AppError::Fault(e.to_string());
        let mut archive = Archive::new(out);
        let mut hashes = String::new();
        let mut list = |name: &str, hash: &str| {
            hashes.push_str(&format!("{hash}  {}\n", office::archive::safe(name)));
        };
        for (at, paper) in (1..).zip(self.papers(actor, id)?) {
            for version in &paper.versions {
                let state = if version.signed { "签发" } else { "草稿" };
                let name = format!(
                    "文书/{at:02} {} 第{}稿（{state}）.docx",
                    paper.name, version.version
                );
                let bytes = self.paper_docx(actor, version, None)?;
                list(&name, &sha256(&bytes));
                archive
                    .add(&name, bytes.len() as u64, &bytes[..])
                    .map_err(fault)?;
            }
        }
        for (at, one) in (1..).zip(self.case_evidence(actor, id)?) {
            let name = format!("证据/{at:02} {}.{}", one.about.title, one.media.ending);
            let (_, file) = self.evidence_file(actor, id, &one.id)?;
            list(&name, &one.hash);
            archive.add(&name, one.size, file).map_err(fault)?;
        }
        let records = self.process_records(actor, id)?;
        if !records.is_empty() {
            let text: Vec<String> = records
                .iter()
                .map(record_lines)
                .map(|l| l.join("\n"))
                .collect();
            let text = text.join("\n\n") + "\n";
            let name = "全过程记录.txt";
            list(name, &sha256(text.as_bytes()));
            archive
                .add(name, text.len() as u64, text.as_bytes())
                .map_err(fault)?;
        }
        archive
            .add("SHA256SUMS", hashes.len() as u64, hashes.as_bytes())
            .map_err(fault)?;
        archive.finish().map_err(fault)
    }

    fn cover(&self, actor: &Actor, entry: &Entry) -> Result<Vec<Row>> {
        let row = |label: &str, value: String| Row {
            label: label.to_owned(),
            value,
        };
        let state = &entry.state;
        let names = self.account_names(&actor.organ)?;
        let mut handlers: Vec<String> = Vec::new();
        for done in &state.history {
            let name = names.get(&done.actor).unwrap_or(&done.actor).clone();
            if !handlers.contains(&name) {
                handlers.push(name);
            }
        }
        let stage = state.stage.as_deref().and_then(|s| entry.ledger.stage(s));
        let ended = stage.is_some_and(|s| s.end);
        let last = state.history.iter().rev().find(|d| d.to.is_some());
        let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), chinese);
        let party = entry.ledger.fields.iter().find_map(|field| {
            let named = matches!(
                field.kind,
                FieldType::Subject | FieldType::Unit | FieldType::Person
            );
            let value = state.fields.get(field.id.as_str()).filter(|_| named)?;
            Some(row(&field.name, field.kind.format(value)))
        });
        let mut cover = vec![
            row(
                "案卷名称",
                format!("{}　{}", entry.ledger.name, entry.title),
            ),
            row("编号", entry.number.clone()),
        ];
        cover.extend(party);
        cover.extend([
            row("立卷日期", chinese(state.opened_on)),
            row(
                "办理环节",
                stage.map_or_else(String::new, |s| s.name.clone()),
            ),
            row(
                "办结日期",
                last.filter(|_| ended)
                    .map_or_else(String::new, |d| day(&d.on)),
            ),
            row("承办人", handlers.join("、")),
            row("保管期限", String::new()),
        ]);
        Ok(cover)
    }
}

/// The papers that hold, in the order of the ledger's documents and then by date.
fn in_order(entry: &Entry, papers: Vec<Paper>) -> Vec<SetPaper> {
    let place = |paper: &Paper| {
        let documents = &entry.ledger.documents;
        let at = documents.iter().position(|d| *d.id == *paper.document);
        at.unwrap_or(documents.len())
    };
    let mut held: Vec<_> = papers
        .iter()
        .filter_map(|p| Some((place(p), p.in_force()?, p.versions.len())))
        .collect();
    held.sort_by_key(|(place, version, _)| (*place, version.date, version.made_at.clone()));
    let set = |version: &super::paper::PaperVersion| {
        let replaced = (!version.reason.is_empty()).then(|| "已更正".to_owned());
        SetPaper {
            remark: replaced.unwrap_or_default(),
            ..SetPaper::of(version)
        }
    };
    held.into_iter()
        .map(|(_, version, _)| set(version))
        .collect()
}

fn record_lines(record: &Record) -> Vec<String> {
    let said = &record.said;
    let mut lines = vec![format!("{}　{}", said.done_at, said.step)];
    let who = [("地点", &said.place), ("执法人员", &said.officers)];
    lines.extend(
        who.iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| format!("{label}：{value}")),
    );
    lines.push(said.words.clone());
    let marks = said.marks.iter();
    lines.extend(marks.map(|m| format!("音像 {}　{}", m.at(), m.what)));
    lines.push(format!("记录人：{}　校验值：{}", record.who, record.hash));
    lines
}

fn record_paper(records: &[Record]) -> Option<SetPaper> {
    let part = |record: &Record| SetPart {
        paragraphs: record_lines(record),
        ..SetPart::default()
    };
    (!records.is_empty()).then(|| SetPaper {
        title: "执法全过程记录".to_owned(),
        parts: records.iter().map(part).collect(),
        ..SetPaper::default()
    })
}

fn evidence_paper(evidence: &[Evidence]) -> Option<SetPaper> {
    let header = [
        "序号",
        "名称",
        "种类",
        "取得时间、地点、人员",
        "校验值（SHA-256）",
    ];
    let rows = (1..).zip(evidence).map(|(at, one)| {
        let about = &one.about;
        let taken = [&about.taken_at, &about.place, &about.taken_by];
        let taken: Vec<&str> = taken.into_iter().map(String::as_str).collect();
        let taken: Vec<&str> = taken.into_iter().filter(|t| !t.is_empty()).collect();
        vec![
            format!("{at}"),
            format!("{}（{}）", about.title, one.media.word),
            about.kind.clone(),
            taken.join("，"),
            one.hash.clone(),
        ]
    });
    let table = SetTable {
        header: header.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        widths: vec![6, 24, 14, 28, 28],
    };
    (!evidence.is_empty()).then(|| SetPaper {
        title: "证据材料目录".to_owned(),
        remark: "原件另存".to_owned(),
        parts: vec![SetPart {
            table: Some(table),
            ..SetPart::default()
        }],
        ..SetPaper::default()
    })
}

fn closing(filed: &[SetPaper], unsigned: usize, evidence: usize) -> Closing {
    let mut paragraphs = vec![format!(
        "本卷收入文件 {} 件，电子证据 {evidence} 份；电子证据原件和校验值清单另存。",
        filed.len()
    )];
    if unsigned > 0 {
        paragraphs.push(format!("另有 {unsigned} 份文书尚未签发，没有收入本卷。"));
    }
    let row = |label: &str| Row {
        label: label.to_owned(),
        value: String::new(),
    };
    Closing {
        paragraphs,
        rows: ["立卷人", "检查人", "立卷时间"].map(row).to_vec(),
    }
}

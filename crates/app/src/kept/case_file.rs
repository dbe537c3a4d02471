//! The case file (案卷): one case, one file, with cover, index, page numbers and all papers in order.
//!
//! Papers come in the order of the ledger's documents, then by date; behind them the record of the
//! whole process and the list of evidence with hashes. Pages are numbered by the page-setter. The
//! Of matters that were joined to this one (并案) everything follows behind, marked. The
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
        let joined = self.joined(actor, &entry)?;
        let organ = self.organ(&actor.organ)?.name.clone();
        let mut filed = self.filed(actor, &entry)?;
        for other in &joined {
            let mut part = self.filed(actor, other)?;
            part.is_of(other);
            filed.add(part);
        }
        Ok(CaseFile {
            v: 1,
            kind: "case_file",
            // A bracket begins a line of its own: the title is large.
            title: format!("{}案卷", entry.ledger.name).replace('（', "\n（"),
            date: chinese(self.clock.today()),
            cover: self.cover(actor, &entry, &joined)?,
            closing: closing(&filed, &joined),
            papers: filed.papers,
            organ,
        })
    }

    /// What one matter brings to the file.
    fn filed(&self, actor: &Actor, entry: &Entry) -> Result<Filed> {
        let papers = self.papers(actor, &entry.id)?;
        self.note_reading(actor, entry, &papers)?;
        let evidence = self.case_evidence(actor, &entry.id)?;
        let records = self.process_records(actor, &entry.id)?;
        let unsigned = papers.iter().filter(|p| p.in_force().is_none()).count();
        let mut filed = in_order(entry, papers);
        filed.extend(record_paper(&records));
        filed.extend(evidence_paper(&evidence));
        Ok(Filed {
            papers: filed,
            unsigned,
            evidence: evidence.len(),
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
        let entry = self.entry(actor, id)?;
        let mut bag = Bag {
            archive: Archive::new(out),
            hashes: String::new(),
        };
        self.put_originals(actor, id, "", &mut bag)?;
        for (at, other) in (1..).zip(self.joined(actor, &entry)?) {
            let under = format!("并入案件/{at:02} {}/", called(&other).replace('/', "-"));
            self.put_originals(actor, &other.id, &under, &mut bag)?;
        }
        bag.finish()
    }

    /// The originals of one matter, below a folder.
    fn put_originals<W: Write>(
        &self,
        actor: &Actor,
        id: &str,
        under: &str,
        bag: &mut Bag<W>,
    ) -> Result<()> {
        let papers = self.papers(actor, id)?;
        self.note_reading(actor, &self.entry(actor, id)?, &papers)?;
        for (at, paper) in (1..).zip(papers) {
            for version in &paper.versions {
                let state = if version.signed { "签发" } else { "草稿" };
                let name = format!(
                    "{under}文书/{at:02} {} 第{}稿（{state}）.docx",
                    paper.name, version.version
                );
                bag.add(&name, &self.paper_docx(actor, version, None)?)?;
            }
        }
        for (at, one) in (1..).zip(self.case_evidence(actor, id)?) {
            let name = format!(
                "{under}证据/{at:02} {}.{}",
                one.about.title, one.media.ending
            );
            let (_, file) = self.evidence_file(actor, id, &one.id)?;
            bag.list(&name, &one.hash);
            bag.archive.add(&name, one.size, file).map_err(fault)?;
        }
        let records = self.process_records(actor, id)?;
        if !records.is_empty() {
            let text: Vec<String> = records
                .iter()
                .map(record_lines)
                .map(|l| l.join("\n"))
                .collect();
            let text = text.join("\n\n") + "\n";
            bag.add(&format!("{under}全过程记录.txt"), text.as_bytes())?;
        }
        Ok(())
    }

    fn cover(&self, actor: &Actor, entry: &Entry, joined: &[Entry]) -> Result<Vec<Row>> {
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
        ]);
        if !joined.is_empty() {
            let names: Vec<String> = joined.iter().map(called).collect();
            cover.push(row("并入本件的", names.join("、")));
        }
        if let Some(lead) = self.leads(actor, entry)? {
            cover.push(row("已并入", called(&lead)));
        }
        cover.push(row("保管期限", String::new()));
        Ok(cover)
    }
}

/// What is filed of a case.
struct Filed {
    papers: Vec<SetPaper>,
    unsigned: usize,
    evidence: usize,
}

impl Filed {
    /// Marks every paper as one of a joined matter.
    fn is_of(&mut self, entry: &Entry) {
        for paper in &mut self.papers {
            let whose = format!("并入：{}", called(entry));
            paper.remark = match paper.remark.is_empty() {
                true => whose,
                false => format!("{whose}；{}", paper.remark),
            };
        }
    }

    fn add(&mut self, other: Self) {
        self.papers.extend(other.papers);
        self.unsigned += other.unsigned;
        self.evidence += other.evidence;
    }
}

/// An archive under way, with the list of its hashes.
struct Bag<W: Write> {
    archive: Archive<W>,
    hashes: String,
}

fn fault(error: office::OfficeError) -> AppError {
    AppError::Fault(error.to_string())
}

impl<W: Write> Bag<W> {
    fn list(&mut self, name: &str, hash: &str) {
        let line = format!("{hash}  {}\n", office::archive::safe(name));
        self.hashes.push_str(&line);
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.list(name, &sha256(bytes));
        let size = bytes.len() as u64;
        self.archive.add(name, size, bytes).map_err(fault)
    }

    fn finish(mut self) -> Result<W> {
        let bytes = self.hashes.as_bytes();
        let size = bytes.len() as u64;
        self.archive.add("SHA256SUMS", size, bytes).map_err(fault)?;
        self.archive.finish().map_err(fault)
    }
}

/// What a matter is called in the file: its number, else its title.
fn called(entry: &Entry) -> String {
    let mut names = [&entry.number, &entry.title].into_iter();
    let name = names.find(|name| !name.is_empty());
    name.cloned().unwrap_or_else(|| entry.ledger.name.clone())
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

fn closing(filed: &Filed, joined: &[Entry]) -> Closing {
    let mut paragraphs = vec![format!(
        "本卷收入文件 {} 件，电子证据 {} 份；电子证据原件和校验值清单另存。",
        filed.papers.len(),
        filed.evidence,
    )];
    if filed.unsigned > 0 {
        paragraphs.push(format!(
            "另有 {} 份文书尚未签发，没有收入本卷。",
            filed.unsigned
        ));
    }
    if !joined.is_empty() {
        let names: Vec<String> = joined.iter().map(called).collect();
        paragraphs.push(format!(
            "并入 {} 件：{}；其文书、记录和证据排在本件之后，备注栏注明。",
            joined.len(),
            names.join("、")
        ));
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

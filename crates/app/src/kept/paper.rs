//! Papers (文书): drafted from a template, edited, signed off, replaced.
//!
//! Every save is a version and an event; nothing is overwritten. Signing off takes the number and
//! makes the last version, which an action can then need. A signed paper is corrected by a new
//! draft that says why, and by signing that off: the number stays, and so does the old version.

use std::collections::BTreeMap;

use catalogue::{
    definition::Document,
    paper::{self as template, ParagraphKind},
};
use kernel::{Command, Refusal, kept};
use serde::{Deserialize, Serialize};
use store::{Db, PaperRow};
use values::dates::{self, Date};

use super::sha256;
use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor},
    entry::Entry,
    error::{AppError, Result},
};

/// Stands in a draft for the number that signing off takes.
pub const NUMBER_TO_COME: &str = "（签发时取号）";
/// Characters of a paper at most.
const TEXT_MAX: usize = 100_000;

/// What a paper says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperText {
    /// The organ's name above the title; may be empty.
    #[serde(default)]
    pub issuer: String,
    /// Title.
    pub title: String,
    /// To whom; may be empty.
    #[serde(default)]
    pub to: String,
    /// Paragraphs in order.
    pub blocks: Vec<Block>,
    /// Ends with the organ's name, the date and the seal.
    pub seal: bool,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What kind of paragraph.
    pub kind: Kind,
    /// Its text.
    pub text: String,
}

/// Kinds of paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Running text.
    Body,
    /// A heading within the paper.
    Heading,
    /// One line at the margin.
    Line,
    /// A line for signatures.
    Sign,
    /// Small print below.
    Note,
}

impl From<template::Paper> for PaperText {
    fn from(paper: template::Paper) -> Self {
        let block = |block: template::Block| Block {
            kind: match block.kind {
                ParagraphKind::Body => Kind::Body,
                ParagraphKind::Heading => Kind::Heading,
                ParagraphKind::Line => Kind::Line,
                ParagraphKind::Sign => Kind::Sign,
                ParagraphKind::Note => Kind::Note,
            },
            text: block.text,
        };
        Self {
            issuer: paper.issuer,
            title: paper.title,
            to: paper.to,
            // A line of its own for the number is set below the title, see `print`.
            blocks: paper
                .blocks
                .into_iter()
                .map(block)
                .filter(|b| b.text.trim() != NUMBER_TO_COME)
                .collect(),
            seal: paper.seal,
        }
    }
}

/// Kinds of paragraphs by the mark that begins a line where people edit them.
const MARKS: [(&str, Kind); 4] = [
    ("# ", Kind::Heading),
    ("> ", Kind::Line),
    ("@ ", Kind::Sign),
    ("* ", Kind::Note),
];

impl PaperText {
    /// The paragraphs as people edit them: one line each, its kind as a mark in front.
    pub fn lines(&self) -> String {
        let line = |block: &Block| {
            let mark = MARKS.iter().find(|(_, kind)| *kind == block.kind);
            format!("{}{}", mark.map_or("", |(mark, _)| mark), block.text)
        };
        self.blocks.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Paragraphs of edited lines; empty lines are left out.
    pub fn blocks_of(lines: &str) -> Vec<Block> {
        let block = |line: &str| {
            let mark = MARKS.iter().find(|(mark, _)| line.starts_with(mark));
            let (skip, kind) = mark.map_or((0, Kind::Body), |(mark, kind)| (mark.len(), *kind));
            Block {
                kind,
                text: line[skip..].trim().to_owned(),
            }
        };
        let lines = lines.lines().map(str::trim).filter(|l| !l.is_empty());
        lines.map(block).filter(|b| !b.text.is_empty()).collect()
    }

    fn numbered(mut self, number: &str) -> Self {
        let fill = |text: &mut String| *text = text.replace(NUMBER_TO_COME, number);
        fill(&mut self.title);
        self.blocks.iter_mut().for_each(|b| fill(&mut b.text));
        self
    }
}

/// A version as it is stored and hashed.
#[derive(Serialize, Deserialize)]
struct Body {
    v: u32,
    document: String,
    number: Option<String>,
    date: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(flatten)]
    text: PaperText,
}

/// One version of a paper.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperVersion {
    /// From 1.
    pub version: u32,
    /// Signed off.
    pub signed: bool,
    /// The number, once taken.
    pub number: Option<String>,
    /// The day that it bears.
    pub date: Date,
    /// When it was written or signed, RFC 3339.
    pub made_at: String,
    /// Name of whoever did.
    pub who: String,
    /// Why a signed paper was written anew.
    pub reason: String,
    /// What it says.
    pub text: PaperText,
    /// SHA-256 of what is stored, as the log names it.
    pub hash: String,
}

/// A paper with all its versions, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Id.
    pub id: String,
    /// Which document of the ledger.
    pub document: String,
    /// What that document is called.
    pub name: String,
    /// The versions.
    pub versions: Vec<PaperVersion>,
}

impl Paper {
    /// The version that holds: the last one signed off.
    pub fn in_force(&self) -> Option<&PaperVersion> {
        self.versions.iter().rev().find(|v| v.signed)
    }
    /// The newest version.
    pub fn newest(&self) -> Option<&PaperVersion> {
        self.versions.last()
    }
    /// A version by its number; the one in force, else the newest, without one.
    pub fn version(&self, version: Option<u32>) -> Option<&PaperVersion> {
        match version {
            Some(wanted) => self.versions.iter().find(|v| v.version == wanted),
            None => self.in_force().or(self.newest()),
        }
    }
}

impl App {
    /// The papers of an entry, in the order in which they were begun.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn papers(&self, actor: &Actor, entry: &str) -> Result<Vec<Paper>> {
        let names = self.account_names(&actor.organ)?;
        let (entry, rows) = self.store.read(|db| {
            let entry = self.load(db, actor, Action::Read, entry)?;
            let rows = db.papers(&actor.organ, &entry.id)?;
            Ok::<_, AppError>((entry, rows))
        })?;
        papers_of(&entry, rows, &names)
    }

    /// What a new paper says: its template, filled with what the entry knows.
    ///
    /// # Errors
    /// As for reading the entry, or when the ledger has no such document.
    pub fn draft_text(&self, actor: &Actor, entry: &str, document: &str) -> Result<PaperText> {
        let entry = self.entry(actor, entry)?;
        let document = document_of(&entry, document)?;
        let organ = self.organ(&actor.organ)?.name.clone();
        let Some(template) = self.catalogue().paper(&document.template) else {
            return Ok(outline(&entry, document, &organ));
        };
        let mut given = BTreeMap::from([
            ("organ", organ),
            ("date", dates::chinese(self.clock.today())),
        ]);
        // A paper that takes no number of its own means that of the entry.
        if !document.number.is_empty() {
            given.insert("number", NUMBER_TO_COME.to_owned());
        }
        let filled = template::fill(template, &entry.ledger, &entry.state.fields, &given);
        Ok(filled.into())
    }

    /// Keeps a draft: a new paper, or a new version of one. `seen` is the version that was edited.
    ///
    /// # Errors
    /// A refusal, among them [`Refusal::Stale`] where somebody else was faster.
    pub fn write_paper(
        &self,
        actor: &Actor,
        entry: &str,
        document: &str,
        paper: Option<(&str, u32)>,
        text: PaperText,
        reason: &str,
    ) -> Result<String> {
        let text = checked(text)?;
        let id = match paper {
            Some((id, _)) => id.to_owned(),
            None => self.chance.uuid7(self.clock.now()),
        };
        let today = self.clock.today();
        self.keep(actor, entry, None, |db, entry| {
            let known = document_of(entry, document)?;
            let version = match paper {
                Some((id, seen)) => {
                    let newest = newest_of(db, actor, entry, id)?;
                    not_stale(seen, newest.version)?;
                    refuse_unreasoned(db, actor, entry, id, reason)?;
                    Version::after(&newest)
                }
                None => Version::first(&known.id),
            };
            let row = self.paper_row(actor, entry, &id, version, text, today, reason, false)?;
            db.put_paper(&row)?;
            self.tell_signers(db, actor, entry, known, &row)?;
            Ok(Command::WritePaper(event_of(&row)))
        })?;
        Ok(id)
    }

    /// Signs a paper off: it takes its number, bears the day, and holds from then on.
    ///
    /// # Errors
    /// A refusal, among them [`Refusal::Stale`], and one for a paper that is signed already.
    pub fn sign_paper(
        &self,
        actor: &Actor,
        entry: &str,
        paper: &str,
        seen: u32,
        on: Date,
    ) -> Result<()> {
        self.keep(actor, entry, Some(on), |db, entry| {
            let newest = newest_of(db, actor, entry, paper)?;
            not_stale(seen, newest.version)?;
            if newest.signed {
                return Err(AppError::Input(
                    "这份文书已经签发；要改动它，请先修改成新的一稿并写明理由。".to_owned(),
                ));
            }
            let document = document_of(entry, &newest.document)?;
            let mut version = Version::after(&newest);
            if version.number.is_none() && !document.number.is_empty() {
                let organ = &actor.organ;
                version.number = Some(self.take_number(db, organ, &document.number, on)?);
            }
            let stored = read_body(&newest)?;
            let text = match &version.number {
                Some(number) => stored.text.numbered(number),
                None => stored.text,
            };
            let reason = stored.reason;
            let row = self.paper_row(actor, entry, paper, version, text, on, &reason, true)?;
            db.put_paper(&row)?;
            Ok(Command::SignPaper(event_of(&row)))
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    fn paper_row(
        &self,
        actor: &Actor,
        entry: &Entry,
        paper: &str,
        version: Version,
        text: PaperText,
        on: Date,
        reason: &str,
        signed: bool,
    ) -> Result<PaperRow> {
        let title = text.title.clone();
        let body = to_json(&Body {
            v: 1,
            document: version.document.clone(),
            number: version.number.clone(),
            date: on.to_string(),
            reason: reason.trim().to_owned(),
            text,
        })?;
        Ok(PaperRow {
            organ_id: actor.organ.clone(),
            entry_id: entry.id.clone(),
            paper_id: paper.to_owned(),
            version: version.version,
            document: version.document,
            title,
            number: version.number,
            signed,
            hash: sha256(body.as_bytes()),
            body,
            account_id: actor.account.clone(),
            made_on: on.to_string(),
            made_at: self.clock.now().to_string(),
        })
    }
}

/// What the next version takes over.
struct Version {
    document: String,
    version: u32,
    number: Option<String>,
}

impl Version {
    fn first(document: &str) -> Self {
        Self {
            document: document.to_owned(),
            version: 1,
            number: None,
        }
    }
    fn after(row: &PaperRow) -> Self {
        Self {
            document: row.document.clone(),
            version: row.version + 1,
            number: row.number.clone(),
        }
    }
}

pub(crate) fn papers_of(
    entry: &Entry,
    rows: Vec<PaperRow>,
    names: &BTreeMap<String, String>,
) -> Result<Vec<Paper>> {
    let mut papers: Vec<Paper> = Vec::new();
    for row in rows {
        let body = read_body(&row)?;
        let version = PaperVersion {
            version: row.version,
            signed: row.signed,
            number: row.number.clone(),
            date: row
                .made_on
                .parse()
                .map_err(|_| damaged(&row, "日期不成立"))?,
            made_at: row.made_at.clone(),
            who: names
                .get(&row.account_id)
                .unwrap_or(&row.account_id)
                .clone(),
            reason: body.reason,
            text: body.text,
            hash: row.hash.clone(),
        };
        match papers.last_mut().filter(|p| p.id == row.paper_id) {
            Some(paper) => paper.versions.push(version),
            None => papers.push(Paper {
                id: row.paper_id,
                name: document_of(entry, &row.document)
                    .map_or_else(|_| row.document.clone(), |d| d.name.clone()),
                document: row.document,
                versions: vec![version],
            }),
        }
    }
    Ok(papers)
}

fn read_body(row: &PaperRow) -> Result<Body> {
    serde_json::from_str(&row.body).map_err(|e| damaged(row, &e.to_string()))
}

fn damaged(row: &PaperRow, what: &str) -> AppError {
    AppError::Fault(format!(
        "paper 表 {} 第 {} 稿：{what}",
        row.paper_id, row.version
    ))
}

fn document_of<'a>(entry: &'a Entry, id: &str) -> Result<&'a Document> {
    let known = entry.ledger.documents.iter().find(|d| *d.id == *id);
    known.ok_or_else(|| Refusal::NoSuchDocument(id.to_owned()).into())
}

fn newest_of(db: &Db, actor: &Actor, entry: &Entry, paper: &str) -> Result<PaperRow> {
    let rows = db.papers(&actor.organ, &entry.id)?;
    let newest = rows.into_iter().rfind(|row| row.paper_id == paper);
    newest.ok_or(AppError::NotFound("该文书"))
}

fn not_stale(based_on: u32, now: u32) -> Result<()> {
    if based_on == now {
        return Ok(());
    }
    Err(Refusal::Stale { based_on, now }.into())
}

/// What was signed is corrected with a reason.
fn refuse_unreasoned(
    db: &Db,
    actor: &Actor,
    entry: &Entry,
    paper: &str,
    reason: &str,
) -> Result<()> {
    let rows = db.papers(&actor.organ, &entry.id)?;
    let was_signed = rows.iter().any(|r| r.paper_id == paper && r.signed);
    if was_signed && reason.trim().is_empty() {
        return Err(Refusal::ReasonMissing.into());
    }
    Ok(())
}

fn event_of(row: &PaperRow) -> kept::Paper {
    kept::Paper {
        document: row.document.clone(),
        paper: row.paper_id.clone(),
        version: row.version,
        number: row.number.clone(),
        hash: row.hash.clone(),
    }
}

fn checked(mut text: PaperText) -> Result<PaperText> {
    let spell = |text: &mut String| *text = kernel::spelling::spelled(text.trim()).into_owned();
    spell(&mut text.issuer);
    spell(&mut text.title);
    spell(&mut text.to);
    text.blocks.iter_mut().for_each(|b| spell(&mut b.text));
    let length: usize = text.blocks.iter().map(|b| b.text.chars().count()).sum();
    if text.title.is_empty() {
        return Err(AppError::Input("请填写文书标题。".to_owned()));
    }
    if text.blocks.is_empty() {
        return Err(AppError::Input("请填写文书正文。".to_owned()));
    }
    if length > TEXT_MAX {
        return Err(AppError::Input(format!(
            "正文有 {length} 个字，最多 {TEXT_MAX} 个字。长材料请作为证据材料上传。"
        )));
    }
    Ok(text)
}

/// A paper without a template: what the entry knows, one line for each field, and room to write.
fn outline(entry: &Entry, document: &Document, organ: &str) -> PaperText {
    let line = |kind, text: String| Block { kind, text };
    let mut blocks = Vec::new();
    for field in &entry.ledger.fields {
        if let Some(value) = entry.state.fields.get(field.id.as_str()) {
            let text = format!("{}：{}", field.name, field.kind.format(value));
            blocks.push(line(Kind::Line, text));
        }
    }
    blocks.push(line(Kind::Body, "____________".to_owned()));
    PaperText {
        issuer: organ.to_owned(),
        title: document.name.clone(),
        to: String::new(),
        blocks,
        seal: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edited_lines_keep_their_kinds() {
        let lines = "# 一、事实\n某机构擅自办学。\n\n> 当事人：某机构\n@ 执法人员：\n* 一式两份";
        let text = PaperText {
            blocks: PaperText::blocks_of(lines),
            ..PaperText::default()
        };
        let kinds: Vec<Kind> = text.blocks.iter().map(|b| b.kind).collect();
        use Kind::{Body, Heading, Line, Note, Sign};
        assert_eq!(kinds, [Heading, Body, Line, Sign, Note]);
        assert_eq!(text.lines(), lines.replace("\n\n", "\n"));
    }
}

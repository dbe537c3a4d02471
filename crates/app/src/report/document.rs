//! The report as a file: DOCX to edit further, PDF through the page-setter.

use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use office::docx::{self, Docx, Run, Style};
use serde::Serialize;
use values::dates::Date;

use super::{Paper, PaperPiece};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    duties::{day, text},
    entry::Entry,
    error::{AppError, Result},
};

/// The media type of DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// What the page-setter reads: the shape is described in `crates/typeset`.
#[derive(Serialize)]
struct Order<'a> {
    v: u32,
    kind: &'a str,
    title: &'a str,
    organ: &'a str,
    date: String,
    parts: Vec<OrderPart<'a>>,
}

#[derive(Serialize)]
struct OrderPart<'a> {
    level: u8,
    heading: &'a str,
    paragraphs: Vec<String>,
}

impl App {
    /// The report as a Word document.
    ///
    /// # Errors
    /// A denial, or a fault of the writer.
    pub fn report_docx(&self, actor: &Actor, paper: &Paper) -> Result<Vec<u8>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let organ = self.organ(&actor.organ)?;
        let mut blocks = Vec::new();
        for part in &paper.parts {
            if !part.heading.is_empty() {
                let runs = vec![Run::new(part.heading.as_str())];
                blocks.push(docx::Block::Heading {
                    level: part.level,
                    runs,
                });
            }
            for paragraph in &part.paragraphs {
                let run = |piece: &PaperPiece| match piece {
                    PaperPiece::Words { text } => Run::new(text.as_str()),
                    PaperPiece::Figure { text, .. } | PaperPiece::Sourced { text, .. } => {
                        Run::styled(text.as_str(), Style::Figure)
                    }
                    PaperPiece::Untraced { text } => Run::styled(text.as_str(), Style::Untraced),
                };
                blocks.push(docx::Block::Paragraph(
                    paragraph.pieces.iter().map(run).collect(),
                ));
            }
        }
        let dated = self.dated(paper);
        let mut document = Docx {
            title: broken(&paper.title, &organ.name),
            author: organ.name.clone(),
            made_on: Some(dated),
            blocks,
            signature: Some(docx::Signature {
                organ: organ.name.clone(),
                date: dated,
                sealed: false,
            }),
            ..Docx::default()
        };
        if let Some(issue) = self.issue_of(actor, &paper.title)? {
            furnish(&mut document, &issue, &organ.name);
            document.note = self.note_of(actor, &issue);
        }
        docx::write(&document).map_err(|e| AppError::Fault(e.to_string()))
    }

    /// The day that a report bears: a draft that of today, a frozen one that of its freeze.
    fn dated(&self, paper: &Paper) -> Date {
        let frozen = paper.dated.parse();
        frozen.unwrap_or_else(|_| self.clock.today())
    }

    /// The entry of [`ISSUES`] that issues the report of this title.
    fn issue_of(&self, actor: &Actor, title: &str) -> Result<Option<Entry>> {
        let entries = self.all_entries(actor, ISSUES)?;
        Ok(entries.into_iter().find(|e| text(e, "title") == title))
    }

    /// The note below the date: whom the superior may ask, or that everybody may read it. A published
    /// report names no contact, and to whom personal fields are masked neither does any other.
    fn note_of(&self, actor: &Actor, issue: &Entry) -> Option<String> {
        if day(issue, "published_on").is_some() {
            return Some("此件公开发布".to_owned());
        }
        let (_, scope) = self.ledger(actor, Action::Read, ISSUES).ok()?;
        let (contact, phone) = (text(issue, "contact"), text(issue, "phone"));
        let known = scope.personal && !contact.is_empty() && !phone.is_empty();
        known.then(|| format!("联系人：{contact}，联系电话：{phone}"))
    }

    /// The report as PDF: `program` reads the order on standard input and writes the file to
    /// standard output.
    ///
    /// # Errors
    /// A denial; an input error with the program's own sentence (a missing font, say).
    pub fn report_pdf(&self, actor: &Actor, paper: &Paper, program: &Path) -> Result<Vec<u8>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let organ = self.organ(&actor.organ)?;
        let issue = self.issue_of(actor, &paper.title)?;
        let signed_on = issue.and_then(|issue| day(&issue, "signed_on"));
        let part = |p: &'_ super::PaperPart| -> Vec<String> {
            p.paragraphs
                .iter()
                .map(super::PaperParagraph::text)
                .collect()
        };
        let order = Order {
            v: 1,
            kind: "report",
            title: &paper.title,
            organ: &organ.name,
            date: values::dates::chinese(signed_on.unwrap_or_else(|| self.dated(paper))),
            parts: paper
                .parts
                .iter()
                .filter(|p| !p.heading.is_empty() || !p.paragraphs.is_empty())
                .map(|p| OrderPart {
                    level: p.level,
                    heading: &p.heading,
                    paragraphs: part(p),
                })
                .collect(),
        };
        let order = crate::append::to_json(&order)?;
        typeset(program, order.as_bytes())
    }
}

/// Half characters that a line of a title holds with room to spare: twenty of 二号 fill it.
const TITLE_WIDTH: usize = 38;

/// A title that does not fit into a line is broken behind the organ's name, not within a word.
fn broken(title: &str, organ: &str) -> String {
    let rest = title.strip_prefix(organ).filter(|rest| !rest.is_empty());
    match rest {
        Some(rest) if office::display_width(title) > TITLE_WIDTH => format!("{organ}\n{rest}"),
        _ => title.to_owned(),
    }
}

/// The ledger of signing, numbering, sending and publishing of reports.
const ISSUES: &str = "report_issue";

/// Head, addressee, date and imprint of an official document, as its issue is registered.
fn furnish(document: &mut Docx, issue: &Entry, organ: &str) {
    let words = |field: &str| Some(text(issue, field).to_owned()).filter(|t| !t.is_empty());
    document.addressee = words("addressee");
    if let Some(number) = words("number") {
        document.head = Some(docx::RedHead {
            organ_mark: format!("{organ}文件"),
            number,
            signers: words("signer").into_iter().collect(),
            urgency: None,
        });
    }
    if let (Some(signature), Some(signed_on)) = (&mut document.signature, day(issue, "signed_on")) {
        signature.date = signed_on;
        signature.sealed = true;
    }
    if let Some(printed_by) = words("printing_office") {
        document.imprint = Some(docx::Imprint {
            copies_to: words("copy_to"),
            printed_by,
            printed_on: day(issue, "issued_on"),
        });
    }
}

/// How long the page-setter may take: a case file of three hundred pages takes it some ten seconds.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often is asked whether it is done.
const GLANCE: Duration = Duration::from_millis(5);

/// Runs the page-setter.
pub(crate) fn typeset(program: &Path, order: &[u8]) -> Result<Vec<u8>> {
    typeset_within(program, order, PATIENCE)
}

fn typeset_within(program: &Path, order: &[u8], patience: Duration) -> Result<Vec<u8>> {
    let fault = |e: std::io::Error| AppError::Fault(format!("{}：{e}", program.display()));
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    let (input, output, words) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        // A program that ends early says why on its own; that it did not listen is no fault of ours.
        scope.spawn(move || input.map(|mut input| input.write_all(order)));
        let output = scope.spawn(move || all_of(output));
        let words = scope.spawn(move || all_of(words));
        let begun = Instant::now();
        let ended = loop {
            match child.try_wait().map_err(fault)? {
                Some(status) => break Some(status),
                None if begun.elapsed() > patience => {
                    child.kill().and_then(|()| child.wait()).map_err(fault)?;
                    break None;
                }
                None => std::thread::sleep(GLANCE),
            }
        };
        let output = output.join().unwrap_or_default();
        let words = words.join().unwrap_or_default();
        match ended {
            Some(status) if status.success() => Ok(output),
            Some(_) => Err(AppError::Input(
                String::from_utf8_lossy(&words).trim().to_owned(),
            )),
            None => Err(AppError::Input(
                "排版程序没有按时完成，已停止。请稍后再试，或下载 DOCX。".to_owned(),
            )),
        }
    })
}

/// What a program says until it ends.
fn all_of(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What was said before an interruption counts.
        drop(from.read_to_end(&mut bytes));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::PermissionsExt};

    use super::*;

    /// A program of these lines.
    fn program(lines: &str) -> tempfile::TempPath {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        write!(file, "#!/bin/sh\n{lines}\n").expect("written");
        let path = file.into_temp_path();
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&path, mode).expect("it may run");
        path
    }

    #[test]
    fn a_page_setter_that_hangs_or_ends_early_is_told_of() {
        let long = vec![b'x'; 1 << 20];
        let order = &long[..];
        let done = typeset_within(&program("cat"), order, PATIENCE);
        assert_eq!(done.expect("it is done"), order);
        let early = typeset_within(&program("echo 缺少字体 >&2; exit 1"), order, PATIENCE);
        assert!(matches!(early, Err(AppError::Input(words)) if words == "缺少字体"));
        let hangs = typeset_within(&program("exec sleep 600"), order, Duration::from_millis(50));
        assert!(matches!(hangs, Err(AppError::Input(words)) if words.contains("没有按时完成")));
    }

    #[test]
    fn a_long_title_is_broken_behind_the_organ() {
        let long = "云川市教育局关于2022年度法治政府建设工作情况的报告";
        assert_eq!(
            broken(long, "云川市教育局"),
            "云川市教育局\n关于2022年度法治政府建设工作情况的报告"
        );
        let short = "云川市教育局2022年度工作报告";
        assert_eq!(broken(short, "云川市教育局"), short);
        assert_eq!(broken(long, "别的局"), long);
    }
}

//! The report as a file: DOCX to edit further, PDF through the page-setter.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use office::docx::{self, Docx, Run, Style};
use serde::Serialize;

use super::{Paper, PaperPiece};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
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
        let today = self.clock.today();
        let document = Docx {
            title: paper.title.clone(),
            author: organ.name.clone(),
            made_on: Some(today),
            blocks,
            signature: Some(docx::Signature {
                organ: organ.name.clone(),
                date: today,
                sealed: false,
            }),
            ..Docx::default()
        };
        docx::write(&document).map_err(|e| AppError::Fault(e.to_string()))
    }

    /// The report as PDF: `program` reads the order on standard input and writes the file to
    /// standard output.
    ///
    /// # Errors
    /// A denial; an input error with the program's own sentence (a missing font, say).
    pub fn report_pdf(&self, actor: &Actor, paper: &Paper, program: &Path) -> Result<Vec<u8>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let organ = self.organ(&actor.organ)?;
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
            date: values::dates::chinese(self.clock.today()),
            parts: paper
                .parts
                .iter()
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

/// Runs the page-setter.
fn typeset(program: &Path, order: &[u8]) -> Result<Vec<u8>> {
    let fault = |e: std::io::Error| AppError::Fault(format!("{}：{e}", program.display()));
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(order).map_err(fault)?;
    }
    let output = child.wait_with_output().map_err(fault)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(AppError::Input(
        String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    ))
}

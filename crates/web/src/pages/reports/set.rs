//! The paper of a report on the desk: every number leads to its receipt, which stands beside it.

use std::collections::BTreeMap;

use app::{
    kernel::Ask,
    report::{Change, Paper, PaperPiece},
};

use super::Desktop;
use crate::{
    routes,
    ui::{
        desk::OutlineLine,
        paper::{self, Block, Run},
    },
};

/// A figure quoted in a paper.
pub struct Quoted {
    /// The figure.
    pub figure: String,
    /// What was asked of it.
    pub ask: Ask,
}

/// How numbers are shown.
pub enum Marks<'a> {
    /// As words: the paper as it prints.
    Clean,
    /// As links to receipts, with what is untraced, sourced or changed marked.
    Desk {
        /// The number whose receipt is open, counted from 1.
        open: Option<usize>,
        /// What changed since the freeze.
        changes: &'a [Change],
    },
}

/// The figures of a paper in the order of the text: the numbers in the addresses of receipts.
pub fn quoted(paper: &Paper) -> Vec<Quoted> {
    let paragraphs = paper.parts.iter().flat_map(|p| &p.paragraphs);
    let pieces = paragraphs.flat_map(|p| &p.pieces);
    pieces.filter_map(quote).collect()
}

fn quote(piece: &PaperPiece) -> Option<Quoted> {
    let PaperPiece::Figure {
        figure,
        from,
        to,
        only,
        ..
    } = piece
    else {
        return None;
    };
    Some(Quoted {
        figure: figure.clone(),
        ask: asked(from, to, only)?,
    })
}

pub fn asked(from: &Option<String>, to: &str, only: &BTreeMap<String, String>) -> Option<Ask> {
    let from = match from {
        Some(from) => Some(from.parse().ok()?),
        None => None,
    };
    Some(Ask {
        from,
        to: to.parse().ok()?,
        only: only.clone(),
    })
}

/// The outline of a paper, with the untraced numbers of each part.
pub fn outline(desktop: &Desktop) -> Vec<OutlineLine> {
    let parts = desktop
        .paper
        .parts
        .iter()
        .filter(|p| (1..=2).contains(&p.level) && !p.heading.is_empty());
    parts
        .map(|part| {
            let pieces = part.paragraphs.iter().flat_map(|p| &p.pieces);
            let untraced = pieces
                .filter(|p| matches!(p, PaperPiece::Untraced { .. }))
                .count();
            OutlineLine {
                level: part.level,
                text: part.heading.clone(),
                href: format!("#part-{}", part.id),
                untraced: u32::try_from(untraced).unwrap_or(u32::MAX),
                current: false,
            }
        })
        .collect()
}

/// The address of a number's receipt beside the paper.
pub fn receipt_href(report: &str, number: usize) -> String {
    let address = routes::with_query(&routes::report(report), &[("receipt", &number.to_string())]);
    format!("{address}#n{number}")
}

/// The paper as a view.
pub fn paper_view(desktop: &Desktop, marks: &Marks<'_>) -> paper::Paper {
    let mut setter = Setter {
        report: &desktop.draft.id,
        marks,
        figures: 0,
        untraced: 0,
        notes: Vec::new(),
    };
    let mut blocks = Vec::new();
    for part in &desktop.paper.parts {
        if !part.heading.is_empty() {
            blocks.push(Block::Heading {
                level: part.level,
                id: format!("part-{}", part.id),
                text: part.heading.clone(),
            });
        }
        for paragraph in &part.paragraphs {
            let runs = paragraph.pieces.iter().map(|piece| setter.run(piece));
            blocks.push(Block::Paragraph(runs.collect()));
        }
    }
    paper::Paper {
        title: desktop.draft.title.clone(),
        blocks,
        notes: setter.notes,
        signed: signed(&desktop.paper),
        mark: (desktop.frozen.is_none()).then(|| "草稿".to_owned()),
        ..paper::Paper::default()
    }
}

/// Organ and day below a frozen report.
pub fn signed(paper: &Paper) -> Option<(String, String)> {
    let day = paper.dated.parse().ok()?;
    Some((paper.organ.clone(), app::values::dates::chinese(day)))
}

/// Sets pieces one after the other, counting as it goes.
struct Setter<'a> {
    report: &'a str,
    marks: &'a Marks<'a>,
    figures: usize,
    untraced: usize,
    notes: Vec<String>,
}

impl Setter<'_> {
    fn run(&mut self, piece: &PaperPiece) -> Run {
        let Marks::Desk { open, changes } = self.marks else {
            return Run::text(piece.text());
        };
        match piece {
            PaperPiece::Figure { text, .. } => {
                let Some(quoted) = quote(piece) else {
                    return Run::text(text.as_str());
                };
                self.figures += 1;
                Run::Figure {
                    text: text.clone(),
                    href: receipt_href(self.report, self.figures),
                    id: Some(format!("n{}", self.figures)),
                    open: *open == Some(self.figures),
                    now: change_of(changes, &quoted).map(|c| c.now.clone()),
                }
            }
            PaperPiece::Sourced { text, source } => {
                self.notes.push(source.clone());
                Run::Sourced {
                    text: text.clone(),
                    note: u16::try_from(self.notes.len()).unwrap_or(u16::MAX),
                }
            }
            PaperPiece::Untraced { text } => {
                self.untraced += 1;
                Run::Untraced {
                    text: text.clone(),
                    id: format!("untraced-{}", self.untraced),
                }
            }
            PaperPiece::Words { text } => Run::text(text.as_str()),
        }
    }
}

/// What happened to a quoted figure since the freeze.
pub fn change_of<'a>(changes: &'a [Change], quoted: &Quoted) -> Option<&'a Change> {
    changes.iter().find(|change| {
        let frozen = &change.frozen;
        frozen.figure == quoted.figure
            && asked(&frozen.from, &frozen.to, &frozen.only).as_ref() == Some(&quoted.ask)
    })
}

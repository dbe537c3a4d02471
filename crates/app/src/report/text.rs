//! Text of a report: pieces with the values of their figures, ordinals, untraced numbers.

use catalogue::{
    definition::{Catalogue, Figure},
    report::{Given, Piece, Slot, parse_text},
};
use kernel::Ask;
use serde::{Deserialize, Serialize};

use values::{dates::Period, numerals};

use super::{Draft, DraftPart};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
    figures::Lines,
};

/// A report as it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Title.
    pub title: String,
    /// Parts in order.
    pub parts: Vec<PaperPart>,
    /// Name of the organ whose report it is.
    #[serde(default)]
    pub organ: String,
    /// The day on which it was frozen, ISO; empty while it is a draft.
    #[serde(default)]
    pub dated: String,
}

/// A part as it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperPart {
    /// Id within the template.
    pub id: String,
    /// Level of the heading, 0 for none.
    pub level: u8,
    /// Heading with its ordinal: `一、…`, `（一）…`.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<PaperParagraph>,
}

/// A paragraph as it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperParagraph {
    /// Pieces in order.
    pub pieces: Vec<PaperPiece>,
}

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PaperPiece {
    /// Words.
    Words {
        /// The words.
        text: String,
    },
    /// A number that neither is a figure nor has a source.
    Untraced {
        /// As written.
        text: String,
    },
    /// A figure.
    Figure {
        /// As printed.
        text: String,
        /// The figure.
        figure: String,
        /// First day, unless from the beginning of the records.
        from: Option<String>,
        /// Last day.
        to: String,
        /// Fixed dimension values.
        only: std::collections::BTreeMap<String, String>,
        /// The exact value as numerator and denominator, as text; absent for "no data".
        exact: Option<(String, String)>,
        /// The names of entries are shown instead of the number.
        #[serde(default)]
        titles: bool,
    },
    /// A number with its source.
    Sourced {
        /// As written.
        text: String,
        /// Where it comes from.
        source: String,
    },
}

impl PaperPiece {
    /// As printed.
    pub fn text(&self) -> &str {
        match self {
            Self::Words { text }
            | Self::Untraced { text }
            | Self::Figure { text, .. }
            | Self::Sourced { text, .. } => text,
        }
    }
}

impl PaperParagraph {
    /// The paragraph as plain text.
    pub fn text(&self) -> String {
        self.pieces.iter().map(PaperPiece::text).collect()
    }
}

/// An untraced number, for the list beside the paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Untraced {
    /// The part it stands in.
    pub part: String,
    /// The number as written.
    pub number: String,
    /// Some words around it.
    pub around: String,
}

impl Paper {
    /// Every untraced number.
    pub fn untraced(&self) -> Vec<Untraced> {
        let mut found = Vec::new();
        for part in &self.parts {
            for paragraph in &part.paragraphs {
                for (at, piece) in paragraph.pieces.iter().enumerate() {
                    if let PaperPiece::Untraced { text } = piece {
                        let before = at.checked_sub(1).map_or("", |i| paragraph.pieces[i].text());
                        let after = paragraph.pieces.get(at + 1).map_or("", PaperPiece::text);
                        let skip = before.chars().count().saturating_sub(8);
                        let before: String = before.chars().skip(skip).collect();
                        let after: String = after.chars().take(8).collect();
                        found.push(Untraced {
                            part: part.heading.clone(),
                            number: text.clone(),
                            around: format!("{before}{text}{after}"),
                        });
                    }
                }
            }
        }
        found
    }
    /// The paper as plain text, headings and paragraphs one a line.
    pub fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        for part in &self.parts {
            if !part.heading.is_empty() {
                lines.push(part.heading.clone());
            }
            lines.extend(part.paragraphs.iter().map(PaperParagraph::text));
        }
        lines.join("\n")
    }
}

/// What a slot asks, within a report on `period`.
pub(crate) fn ask_of(slot: &Slot, period: Period) -> (String, Ask) {
    let mut ask = Ask::period(slot.period.unwrap_or(period)).shifted(slot.shift);
    for (dimension, value) in &slot.only {
        ask.only.insert(dimension.to_string(), value.clone());
    }
    (slot.figure.to_string(), ask)
}

/// Refuses text whose slots cannot be read or name no figure.
pub(crate) fn check_slots(catalogue: &Catalogue, part: &DraftPart) -> Result<()> {
    for (line, paragraph) in part.text.lines().enumerate() {
        let place = || format!("“{}”第 {} 段", part.name, line + 1);
        let pieces =
            parse_text(paragraph).map_err(|e| AppError::Input(format!("{}：{e}", place())))?;
        for piece in &pieces {
            if let Piece::Figure(slot) = piece
                && catalogue.figure(&slot.figure).is_none()
            {
                return Err(AppError::Input(format!(
                    "{}：没有编号为 {} 的数据，请从右侧“插入数据”里选择。",
                    place(),
                    slot.figure
                )));
            }
        }
    }
    Ok(())
}

impl App {
    /// A report as it reads now: figures with today's values, or as of an earlier tree size.
    ///
    /// # Errors
    /// A denial or a fault.
    pub fn paper(&self, actor: &Actor, draft: &Draft, as_of: Option<u64>) -> Result<Paper> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        self.store
            .read(|db| self.set_paper(&Lines::new(db, &actor.organ, as_of), draft))
    }

    pub(crate) fn set_paper(&self, lines: &Lines<'_>, draft: &Draft) -> Result<Paper> {
        let template = self.template(&draft.template).ok();
        let required = |part: &DraftPart| {
            let defined = template.and_then(|t| t.parts.iter().find(|p| p.id == part.id));
            defined.is_none_or(|p| p.required)
        };
        let mut ordinals = [0u32; 4];
        let mut parts = Vec::new();
        for (at, part) in draft.parts.iter().enumerate() {
            let mut paragraphs = Vec::new();
            for paragraph in part.text.lines().filter(|l| !l.trim().is_empty()) {
                paragraphs.push(self.set_paragraph(lines, paragraph, draft)?);
            }
            parts.push(PaperPart {
                id: part.id.clone(),
                level: part.level,
                // What need not be said and is not said has no heading, and takes no number.
                heading: match draft.filled(at) || required(part) {
                    true => heading(&mut ordinals, part),
                    false => String::new(),
                },
                paragraphs,
            });
        }
        Ok(Paper {
            title: draft.title.clone(),
            parts,
            organ: self.organ(lines.organ)?.name.clone(),
            dated: String::new(),
        })
    }

    fn set_paragraph(
        &self,
        lines: &Lines<'_>,
        paragraph: &str,
        draft: &Draft,
    ) -> Result<PaperParagraph> {
        let parsed = parse_text(paragraph).unwrap_or_else(|_| {
            // Text that was accepted once is shown as it stands.
            vec![Piece::Words(paragraph.to_owned())]
        });
        let mut pieces = Vec::new();
        for piece in parsed {
            pieces.push(match piece {
                Piece::Words(text) => PaperPiece::Words { text },
                Piece::Sourced { number, source } => PaperPiece::Sourced {
                    text: number,
                    source,
                },
                Piece::Figure(slot) => self.set_figure(lines, &slot, draft.period())?,
                Piece::Given(Given::Organ) => PaperPiece::Words {
                    text: self.organ(lines.organ)?.name.clone(),
                },
                Piece::Given(Given::Year) => PaperPiece::Words {
                    text: draft.year.to_string(),
                },
            });
        }
        Ok(PaperParagraph {
            pieces: mark_untraced(pieces),
        })
    }

    fn set_figure(&self, lines: &Lines<'_>, slot: &Slot, period: Period) -> Result<PaperPiece> {
        let (id, ask) = ask_of(slot, period);
        let reading = self.reading(lines, &id, &ask)?;
        let text = if slot.titles {
            self.titles(lines, &reading.figure, &ask)?
        } else {
            reading.words()
        };
        let exact = reading.answer.value.map(|v| {
            let v = v.reduced();
            (v.numerator().to_string(), v.denominator().to_string())
        });
        Ok(PaperPiece::Figure {
            text,
            figure: id,
            from: ask.from.map(|d| d.to_string()),
            to: ask.to.to_string(),
            only: ask.only,
            exact,
            titles: slot.titles,
        })
    }

    /// The names of the entries behind a figure, oldest first, joined as a list in a sentence; where
    /// there are more than a sentence bears, it says so.
    fn titles(&self, lines: &Lines<'_>, figure: &Figure, ask: &Ask) -> Result<String> {
        const NAMED_MAX: usize = 20;
        let page = lines.behind(figure, ask, None, NAMED_MAX + 1)?;
        let more = page.len() > NAMED_MAX;
        let mut titles: Vec<String> = page.into_iter().map(|r| r.title).collect();
        titles.truncate(NAMED_MAX);
        titles.dedup();
        let titles = titles.join("、");
        Ok(if more { titles + "等" } else { titles })
    }
}

/// Splits words at the numbers that a reader would ask the source of.
fn mark_untraced(pieces: Vec<PaperPiece>) -> Vec<PaperPiece> {
    // Numbers are read in the whole paragraph, so that what stands around a slot is understood.
    let text: String = pieces.iter().map(PaperPiece::text).collect();
    let numbers: Vec<_> = check::numbers::read_numbers(&text)
        .into_iter()
        .filter(|n| n.countable())
        .collect();
    let mut marked = Vec::new();
    let mut at = 0;
    for piece in pieces {
        let end = at + piece.text().len();
        let PaperPiece::Words { text: words } = &piece else {
            marked.push(piece);
            at = end;
            continue;
        };
        let mut from = at;
        for number in &numbers {
            // A number that begins in a figure (a measure word read along with it) is traced.
            let (start, stop) = (number.span.start.max(from), number.span.end.min(end));
            if number.span.start < at || number.span.start >= end || start >= stop {
                continue;
            }
            if start > from {
                marked.push(PaperPiece::Words {
                    text: words[from - at..start - at].to_owned(),
                });
            }
            marked.push(PaperPiece::Untraced {
                text: words[start - at..stop - at].to_owned(),
            });
            from = stop;
        }
        if from < end {
            marked.push(PaperPiece::Words {
                text: words[from - at..].to_owned(),
            });
        }
        at = end;
    }
    marked
}

fn heading(ordinals: &mut [u32; 4], part: &DraftPart) -> String {
    let level = usize::from(part.level);
    if level == 0 || level > 3 {
        return String::new();
    }
    ordinals[level] += 1;
    ordinals[level + 1..].fill(0);
    let n = ordinals[level];
    match level {
        1 => format!("{}、{}", numerals::to_chinese(u64::from(n)), part.name),
        2 => format!("（{}）{}", numerals::to_chinese(u64::from(n)), part.name),
        _ => format!("{n}.{}", part.name),
    }
}

//! Freeze: the report as it was, for ever.

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use kernel::Command;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::BlobRow;

use super::{Draft, Paper, PaperPiece};
use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor, Resource, authorise},
    entry::Door,
    error::{AppError, Result},
    figures::Lines,
};

/// What freezing keeps: the file format of a frozen report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of this shape.
    pub v: u32,
    /// The organ.
    pub organ: String,
    /// Template id.
    pub template: String,
    /// The year reported on.
    pub year: i16,
    /// Number of leaves of the log that the values rest on.
    pub tree_size: u64,
    /// The signed checkpoint over them.
    pub checkpoint: String,
    /// The text with every value.
    pub paper: Paper,
    /// The figures quoted, once each.
    pub figures: Vec<FrozenFigure>,
}

/// A quoted figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenFigure {
    /// The figure.
    pub figure: String,
    /// Its name.
    pub name: String,
    /// Its measure word.
    pub unit: String,
    /// The ledger that defines it, and the version of that definition.
    pub ledger: String,
    /// See `ledger`.
    pub version: String,
    /// First day, unless from the beginning of the records.
    pub from: Option<String>,
    /// Last day.
    pub to: String,
    /// Fixed dimension values.
    pub only: BTreeMap<String, String>,
    /// As printed.
    pub text: String,
    /// The exact value.
    pub exact: Option<(String, String)>,
}

impl App {
    /// Freezes a report. Required parts must have text.
    ///
    /// # Errors
    /// A refusal that names the empty required parts, or a denial.
    pub fn freeze(&self, actor: &Actor, id: &str, based_on: u32) -> Result<()> {
        authorise(actor, Action::Freeze, Resource::Reports)?;
        let draft = self.draft(actor, id)?;
        if draft.snapshot.is_some() {
            return Err(AppError::Input("报告已经定稿。".to_owned()));
        }
        self.refuse_empty_parts(&draft)?;
        // The checkpoint comes first: what the snapshot rests on is signed before it is taken.
        let checkpoint = self.checkpoint()?;
        let (paper, size) = self.store.read(|db| {
            let size = checkpoint.size;
            let lines = Lines::new(db, &actor.organ, Some(size));
            let paper = Paper {
                dated: self.clock.today().to_string(),
                ..self.set_paper(&lines, &draft)?
            };
            Ok::<_, AppError>((paper, size))
        })?;
        let figures = self.quoted(&paper);
        let snapshot = Snapshot {
            v: 1,
            organ: actor.organ.clone(),
            template: draft.template.clone(),
            year: draft.year,
            tree_size: size,
            checkpoint: checkpoint.note,
            paper,
            figures,
        };
        let bytes = to_json(&snapshot)?.into_bytes();
        let hash = hex::encode(Sha256::digest(&bytes));
        let text_hash = hex::encode(Sha256::digest(snapshot.paper.text().as_bytes()));
        self.store.write(|db| {
            db.put_blob(&BlobRow {
                organ_id: actor.organ.clone(),
                hash: hash.clone(),
                media_type: super::SNAPSHOT_TYPE.to_owned(),
                bytes,
            })
        })?;
        let fields = Fields::from([
            (
                "frozen_on".to_owned(),
                Value::from(self.clock.today().to_string()),
            ),
            (
                "tree_size".to_owned(),
                Value::from(i64::try_from(size).unwrap_or(i64::MAX)),
            ),
            ("text_hash".to_owned(), Value::from(text_hash)),
            ("snapshot".to_owned(), Value::from(hash)),
        ]);
        let command = Command::Act {
            action: "freeze".to_owned(),
            fields,
        };
        let door = Door::ReportDesk;
        self.command(
            actor,
            Action::Write,
            door,
            id,
            Some(based_on),
            command,
            None,
        )
    }

    fn refuse_empty_parts(&self, draft: &Draft) -> Result<()> {
        let template = self.template(&draft.template)?;
        let empty: Vec<&str> = template
            .parts
            .iter()
            .filter(|part| part.required)
            .filter(|part| {
                let at = draft.parts.iter().position(|p| p.id == part.id);
                !at.is_some_and(|at| draft.filled(at))
            })
            .map(|part| part.name.as_str())
            .collect();
        if empty.is_empty() {
            return Ok(());
        }
        Err(AppError::Input(format!(
            "必备部分还没有内容，不能定稿：{}。请补写后再定稿。",
            empty.join("；")
        )))
    }

    /// The figures that a paper quotes, once each, in order.
    pub(crate) fn quoted(&self, paper: &Paper) -> Vec<FrozenFigure> {
        let mut quoted: Vec<FrozenFigure> = Vec::new();
        let pieces = paper
            .parts
            .iter()
            .flat_map(|p| &p.paragraphs)
            .flat_map(|p| &p.pieces);
        for piece in pieces {
            let PaperPiece::Figure {
                text,
                figure,
                from,
                to,
                only,
                exact,
                titles: false,
            } = piece
            else {
                continue;
            };
            let known = quoted
                .iter()
                .any(|q| q.figure == *figure && q.from == *from && q.to == *to && q.only == *only);
            let Some(definition) = self.catalogue().figure(figure).filter(|_| !known) else {
                continue;
            };
            let version = self
                .catalogue()
                .ledger(&definition.ledger)
                .map(|l| l.effective.to_string());
            quoted.push(FrozenFigure {
                figure: figure.clone(),
                name: definition.name.clone(),
                unit: definition.unit.clone(),
                ledger: definition.ledger.to_string(),
                version: version.unwrap_or_default(),
                from: from.clone(),
                to: to.clone(),
                only: only.clone(),
                text: text.clone(),
                exact: exact.clone(),
            });
        }
        quoted
    }

    /// The snapshot of a frozen report.
    ///
    /// # Errors
    /// A denial; a fault where the stored bytes do not have their hash.
    pub fn snapshot(&self, actor: &Actor, draft: &Draft) -> Result<Option<Snapshot>> {
        authorise(actor, Action::ReadFigures, Resource::Reports)?;
        let Some(hash) = &draft.snapshot else {
            return Ok(None);
        };
        let blob = self.store.read(|db| db.blob(&actor.organ, hash))?;
        let blob = blob.ok_or_else(|| AppError::Fault(format!("定稿快照 {hash} 不在库中")))?;
        if hex::encode(Sha256::digest(&blob.bytes)) != *hash {
            return Err(AppError::Fault(format!(
                "定稿快照 {hash} 的内容与其摘要不符"
            )));
        }
        let snapshot = serde_json::from_slice(&blob.bytes);
        Ok(Some(snapshot.map_err(|e| {
            AppError::Fault(format!("定稿快照 {hash}：{e}"))
        })?))
    }
}

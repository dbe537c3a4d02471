//! The events of draws in the log, their proofs, and the witnesses who saw them in time.

use proof::{
    checkpoint::{self, TlogProof},
    draw::{
        bundle::{LogEvidence, LoggedEvent},
        event,
        plan::{FREEZE_LEAD_SECONDS, Plan, WitnessPlan},
        population::Population,
        replace::{REPLACED, Replacement},
        roster::Roster,
    },
    leaf::Leaf,
    note::{KeyKind, VerifierKey},
    witness::format_request,
};
use store::{Db, DrawEventRow, LeafRow};

use super::Draw;
use crate::{
    App,
    append::LogEnd,
    error::{AppError, Result},
    log::with_tree,
};

/// The ledger column of the leaves of draws: no ledger has this id.
pub(crate) const DRAW_LEDGER: &str = "@draw";

/// What a witness is asked.
#[derive(Clone, Debug)]
pub struct WitnessRequest {
    /// Size of the checkpoint.
    pub size: u64,
    /// The body of `add-checkpoint`.
    pub body: String,
}

/// What an event says beyond what the draw's own row says.
pub(super) enum Happening<'a> {
    Planned,
    Frozen,
    Drawn,
    Void(&'a str),
    Replaced(&'a Replacement),
}

impl Happening<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Planned => event::PLAN_PUBLISHED,
            Self::Frozen => event::FROZEN,
            Self::Drawn => event::RESULT,
            Self::Void(_) => event::VOID,
            Self::Replaced(_) => REPLACED,
        }
    }

    fn body(&self) -> Result<String> {
        match self {
            Self::Void(reason) => crate::append::to_json(reason),
            Self::Replaced(replacement) => crate::append::to_json(replacement),
            _ => Ok(String::new()),
        }
    }
}

/// The leaf of an event, from the draw and the event's own row.
fn leaf(draw: &Draw, kind: &str, body: &str, time: &str) -> std::result::Result<Leaf, String> {
    let missing = |what: &str| format!("抽取 {} 没有{what}", draw.id);
    let json = |e: serde_json::Error| e.to_string();
    Ok(match kind {
        event::PLAN_PUBLISHED => {
            event::plan_published(&draw.plan, time).map_err(|e| e.to_string())?
        }
        event::FROZEN => {
            let population: &Population =
                draw.population.as_ref().ok_or_else(|| missing("名单"))?;
            let root = draw.roster.as_ref().map(Roster::root);
            event::frozen(&draw.plan, population, root.as_ref(), time)
        }
        event::RESULT => {
            let bundle = draw.bundle.as_ref().ok_or_else(|| missing("结果"))?;
            let hash = bundle.content_hash().map_err(|e| e.to_string())?;
            event::result(&draw.id, &hash, time)
        }
        event::VOID => {
            let reason: String = serde_json::from_str(body).map_err(json)?;
            event::void(&draw.id, &reason, time)
        }
        REPLACED => {
            let replacement: Replacement = serde_json::from_str(body).map_err(json)?;
            replacement.event(&draw.id, time)
        }
        other => return Err(format!("没有“{other}”这种留痕")),
    })
}

impl App {
    /// Appends an event of a draw to the log, within the transaction of `db`.
    pub(super) fn record(
        &self,
        db: &Db,
        draw: &mut Draw,
        actor: &str,
        what: &Happening<'_>,
    ) -> Result<()> {
        let recorded_at = self.clock.now().to_string();
        let (kind, body) = (what.kind(), what.body()?);
        let data = leaf(draw, kind, &body, &recorded_at)
            .and_then(|leaf| leaf.encode().map_err(|e| e.to_string()))
            .map_err(AppError::Fault)?;
        let seq = draw.events.len() as u64 + 1;
        let mut end = LogEnd::load(db)?;
        let leaf_index = end.write_leaf(db, |leaf_index| LeafRow {
            leaf_index,
            organ_id: draw.organ.clone(),
            ledger: DRAW_LEDGER.to_owned(),
            entry_id: draw.id.clone(),
            seq,
            data,
        })?;
        let row = DrawEventRow {
            organ_id: draw.organ.clone(),
            draw_id: draw.id.clone(),
            seq,
            leaf_index,
            kind: kind.to_owned(),
            actor: actor.to_owned(),
            recorded_at,
            body,
        };
        db.put_draw_event(&row)?;
        draw.events.push(row);
        Ok(db.put_draw(&draw.row()?)?)
    }

    /// The witnesses that a plan names: all that this system knows, most of whom must have seen it.
    pub(super) fn witness_plan(&self) -> Option<WitnessPlan> {
        if self.witnesses.is_empty() {
            return None;
        }
        Some(WitnessPlan {
            log: self.verifier_key(),
            keys: self.witnesses.iter().map(ToString::to_string).collect(),
            quorum: self.witnesses.len() as u64 / 2 + 1,
        })
    }

    /// What to ask a witness now; nothing if it has seen the newest checkpoint.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn witness_request(&self, witness: &VerifierKey) -> Result<Option<WitnessRequest>> {
        let head = self.checkpoint()?;
        self.store.read(|db| {
            let known = db.cosignatures(head.size, self.witnesses.len().max(16))?;
            if known.iter().any(|(_, name, _)| name == witness.name()) {
                return Ok(None);
            }
            let old: u64 = db
                .meta(&seen_key(witness))?
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            // A witness that knows of more than there is has seen another history.
            if head.size < old {
                return Err(AppError::Fault(format!(
                    "见证人 {} 见过 {old} 条，日志只有 {} 条：数据被退回过旧的状态",
                    witness.name(),
                    head.size
                )));
            }
            let proof = match old {
                0 => Vec::new(),
                old => with_tree(db, head.size, |tree| tree.consistency_proof(old))?,
            };
            Ok(Some(WitnessRequest {
                size: head.size,
                body: format_request(old, &proof, &head.note),
            }))
        })
    }

    /// Keeps what a witness answered, if it is its cosignature of the checkpoint of that size.
    ///
    /// # Errors
    /// When the answer is no valid cosignature.
    pub fn take_cosignature(&self, witness: &VerifierKey, size: u64, answer: &str) -> Result<()> {
        let log = self.signer.verifier(KeyKind::Note);
        self.store.write(|db| {
            let head = db
                .checkpoints(size, 1)?
                .into_iter()
                .find(|head| head.size == size)
                .ok_or(AppError::NotFound("该存证点"))?;
            for line in answer.lines().filter(|line| !line.is_empty()) {
                let note = format!("{}{line}\n", head.note);
                let opened = checkpoint::open(note.as_bytes(), &log, std::slice::from_ref(witness));
                if opened.is_ok_and(|opened| opened.cosignatures.len() == 1) {
                    db.put_cosignature(size, witness.name(), line)?;
                    return Ok(db.put_meta(&seen_key(witness), &size.to_string())?);
                }
            }
            Err(AppError::Input(format!(
                "见证人 {} 的签名不成立。",
                witness.name()
            )))
        })
    }

    /// Notes what size a witness says it has seen (its answer 409).
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn witness_has_seen(&self, witness: &VerifierKey, size: u64) -> Result<()> {
        Ok(self
            .store
            .write(|db| db.put_meta(&seen_key(witness), &size.to_string()))?)
    }

    /// The proofs that plan and freeze are in the log, under a checkpoint that enough witnesses
    /// have seen in time; none as long as there is no such checkpoint.
    pub(super) fn draw_evidence(&self, db: &Db, draw: &Draw) -> Result<Option<LogEvidence>> {
        let Some(witness) = &draw.plan.witness else {
            return Ok(None);
        };
        let place = |kind: &str| draw.events.iter().find(|e| e.kind == kind);
        let (Some(plan), Some(freeze)) = (place(event::PLAN_PUBLISHED), place(event::FROZEN))
        else {
            return Ok(None);
        };
        let Some(note) = self.note_in_time(db, &draw.plan, witness, freeze.leaf_index)? else {
            return Ok(None);
        };
        let size = note.0;
        let logged = |at: &DrawEventRow| -> Result<LoggedEvent> {
            let leaf = db.leaves(at.leaf_index, 1)?.into_iter().next();
            let leaf = leaf.ok_or_else(|| AppError::Fault("log_leaf 表缺行".to_owned()))?;
            let hashes = with_tree(db, size, |tree| tree.inclusion_proof(at.leaf_index))?;
            let proof = TlogProof {
                extra: None,
                index: at.leaf_index,
                hashes,
                checkpoint: note.1.clone(),
            };
            Ok(LoggedEvent {
                leaf: String::from_utf8_lossy(&leaf.data).into_owned(),
                proof: proof.to_text(),
            })
        };
        Ok(Some(LogEvidence {
            plan: logged(plan)?,
            freeze: logged(freeze)?,
        }))
    }

    /// The first checkpoint with the freeze in it that enough witnesses cosigned in time.
    fn note_in_time(
        &self,
        db: &Db,
        plan: &Plan,
        witness: &WitnessPlan,
        freeze: u64,
    ) -> Result<Option<(u64, String)>> {
        let (Some(log), Some(keys), Some(known)) = (
            witness.log_key(),
            witness.witness_keys(),
            plan.first_known(),
        ) else {
            return Ok(None);
        };
        let deadline = u64::try_from(known - FREEZE_LEAD_SECONDS).unwrap_or(0);
        let lines = db.cosignatures(freeze + 1, COSIGNATURES_READ)?;
        for group in lines.chunk_by(|a, b| a.0 == b.0) {
            let size = group[0].0;
            let Some(head) = db
                .checkpoints(size, 1)?
                .into_iter()
                .find(|h| h.size == size)
            else {
                continue;
            };
            let lines: String = group
                .iter()
                .map(|(_, _, line)| format!("{line}\n"))
                .collect();
            let note = head.note + &lines;
            let Ok(opened) = checkpoint::open(note.as_bytes(), &log, &keys) else {
                continue;
            };
            let in_time = opened.cosignatures.iter().filter(|c| c.time <= deadline);
            if witness.quorum <= in_time.count() as u64 {
                return Ok(Some((size, note)));
            }
        }
        Ok(None)
    }
}

/// Cosignatures looked through for the first checkpoint that will do.
const COSIGNATURES_READ: usize = 400;

fn seen_key(witness: &VerifierKey) -> String {
    format!("witness.{}", witness.name())
}

/// The leaf that an event's row stands for, derived anew: what a verification compares.
pub(crate) fn derive(db: &Db, row: &DrawEventRow) -> std::result::Result<Vec<u8>, String> {
    let draw = db
        .draw(&row.organ_id, &row.draw_id)
        .map_err(|e| e.to_string())?
        .ok_or_else(|| "draw 表中没有这次抽取".to_owned())?;
    let draw = Draw::of(draw, Vec::new()).map_err(|e| e.to_string())?;
    leaf(&draw, &row.kind, &row.body, &row.recorded_at)?
        .encode()
        .map_err(|e| e.to_string())
}

//! Group commit for answers: many people write at once, one transaction keeps them all.
//!
//! Whoever hands in something is told so only after the transaction is on the disk, so nothing
//! acknowledged is ever lost, also when the program is killed. While one transaction is written,
//! what arrives gathers for the next one: the busier it is, the cheaper each answer becomes.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use store::{AnswerRow, CandidateRow, ExamAnswerRow, Store, StoreError};

use crate::error::{AppError, Result};

/// Waiting for more than this many answers would take longer than people wait.
const WAITING_MAX: usize = 20_000;
/// Written in one transaction at most.
const TOGETHER_MAX: usize = 2_000;

/// Something to keep.
#[derive(Clone, Debug)]
pub enum Op {
    /// An answer to a questionnaire, unless the seal was used before.
    Answer {
        /// The seal of the device or code.
        seal: String,
        /// The answer.
        answer: AnswerRow,
    },
    /// A paper handed out.
    Begin(CandidateRow),
    /// An answer of an exam.
    Save(ExamAnswerRow),
    /// A paper handed in.
    Finish(CandidateRow),
}

/// Told after the commit: whether it was taken (`false`: the seal was used before).
pub type Told = Box<dyn FnOnce(Result<bool>) + Send>;

/// The writer of answers.
pub(crate) struct Batch {
    sender: SyncSender<(Op, Told)>,
}

impl Batch {
    /// Starts the writer over a store; it ends with the last sender.
    pub(crate) fn start(store: Store) -> Result<Self> {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("answers".into())
            .spawn(move || run(&store, &receiver))
            .map_err(|e| AppError::Fault(e.to_string()))?;
        Ok(Self { sender })
    }

    /// Hands something in. Never waits: when too many wait already, this one is refused at once.
    pub(crate) fn hand_in(&self, op: Op, told: Told) {
        if let Err(refused) = self.sender.try_send((op, told)) {
            let (TrySendError::Full((_, told)) | TrySendError::Disconnected((_, told))) = refused;
            told(Err(AppError::Store(StoreError::Busy)));
        }
    }
}

fn run(store: &Store, receiver: &Receiver<(Op, Told)>) {
    while let Ok(first) = receiver.recv() {
        let mut together = vec![first];
        while together.len() < TOGETHER_MAX
            && let Ok(next) = receiver.try_recv()
        {
            together.push(next);
        }
        let (ops, told): (Vec<Op>, Vec<Told>) = together.into_iter().unzip();
        let written = store.write(|db| {
            let each = ops.iter().map(|op| keep(db, op));
            each.collect::<std::result::Result<Vec<bool>, StoreError>>()
        });
        match written {
            Ok(taken) => {
                for (told, taken) in told.into_iter().zip(taken) {
                    told(Ok(taken));
                }
            }
            Err(error) => {
                tracing::error!(%error, "Answers were not kept: {error}");
                for told in told {
                    told(Err(AppError::Store(StoreError::Busy)));
                }
            }
        }
    }
}

fn keep(db: &store::Db, op: &Op) -> std::result::Result<bool, StoreError> {
    match op {
        Op::Answer { seal, answer } => {
            if !db.use_seal(&answer.organ_id, &answer.questionnaire_id, seal)? {
                return Ok(false);
            }
            db.put_answer(answer)?;
        }
        Op::Begin(row) => db.begin_sitting(row)?,
        Op::Save(row) => db.save_exam_answer(row)?,
        Op::Finish(row) => db.finish_sitting(row)?,
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use store::Target;

    use super::*;

    #[test]
    fn everything_told_is_kept_and_a_seal_counts_once() -> Result<()> {
        let store = Store::open(&Target::SqliteMemory)?;
        let batch = Batch::start(store.clone())?;
        let (sender, receiver) = channel();
        for n in 0..300_u32 {
            let sender = sender.clone();
            let op = Op::Answer {
                seal: format!("{}", n % 200),
                answer: AnswerRow {
                    organ_id: "o".into(),
                    questionnaire_id: "q".into(),
                    answer_id: n.to_string(),
                    unit: String::new(),
                    body: "{}".into(),
                },
            };
            batch.hand_in(
                op,
                Box::new(move |told| {
                    let _ = sender.send(told.is_ok_and(|t| t));
                }),
            );
        }
        let taken = receiver.iter().take(300).filter(|taken| *taken).count();
        assert_eq!(taken, 200);
        assert_eq!(store.read(|db| db.answer_count("o", "q"))?, 200);
        Ok(())
    }
}

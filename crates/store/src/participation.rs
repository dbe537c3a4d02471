//! Questionnaires and exams: definitions, answers, and who has answered.
//!
//! Writers hand in many answers at once (a group commit); every write here may be repeated.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A questionnaire or an exam: its definition is JSON that the store does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundRow {
    /// The organ.
    pub organ_id: String,
    /// Id.
    pub id: String,
    /// `open`, `closed`.
    pub state: String,
    /// First day (questionnaires) or moment (exams).
    pub opens: String,
    /// Last day or moment.
    pub closes: String,
    /// Questions and rules.
    pub definition: String,
}

/// One answer to a questionnaire: no time, no sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// The organ.
    pub organ_id: String,
    /// The questionnaire.
    pub questionnaire_id: String,
    /// Random.
    pub answer_id: String,
    /// School or district it is about.
    pub unit: String,
    /// The answers, as JSON.
    pub body: String,
}

/// Somebody on the list of an exam, and the sitting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CandidateRow {
    /// The organ.
    pub organ_id: String,
    /// The exam.
    pub exam_id: String,
    /// Hash of the code from the school's list.
    pub candidate: String,
    /// Name.
    pub name: String,
    /// School.
    pub unit: String,
    /// Class.
    pub class: String,
    /// When the paper was handed out.
    pub started_at: Option<String>,
    /// When it was handed in.
    pub finished_at: Option<String>,
    /// Numbers of the questions drawn, as JSON.
    pub paper: String,
    /// Points.
    pub score: Option<u32>,
}

/// One saved answer of an exam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExamAnswerRow {
    /// The organ.
    pub organ_id: String,
    /// The exam.
    pub exam_id: String,
    /// The candidate.
    pub candidate: String,
    /// Number of the question in the bank.
    pub question: u32,
    /// What was chosen.
    pub choice: String,
    /// When, RFC 3339.
    pub saved_at: String,
}

/// How a school stands in an exam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExamUnitRow {
    /// School.
    pub unit: String,
    /// On the list.
    pub due: u64,
    /// Have started.
    pub started: u64,
    /// Have handed in.
    pub finished: u64,
    /// Have at least the pass mark.
    pub passed: u64,
    /// Sum of points of those who handed in.
    pub points: u64,
}

/// Primary key.
const PUT_QUESTIONNAIRE: &str = "INSERT INTO questionnaire
    (organ_id, questionnaire_id, state, opens_on, closes_on, definition)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, questionnaire_id)
    DO UPDATE SET state = excluded.state, opens_on = excluded.opens_on,
    closes_on = excluded.closes_on, definition = excluded.definition";
/// Primary key; there are few.
const QUESTIONNAIRES: &str = "SELECT organ_id, questionnaire_id, state, opens_on, closes_on,
    definition FROM questionnaire WHERE organ_id = $1 ORDER BY questionnaire_id DESC";
/// Primary key.
const SEAL: &str = "INSERT INTO questionnaire_seal (organ_id, questionnaire_id, seal)
    VALUES ($1, $2, $3) ON CONFLICT (organ_id, questionnaire_id, seal) DO NOTHING";
/// Primary key.
const ANSWER: &str = "INSERT INTO questionnaire_answer
    (organ_id, questionnaire_id, answer_id, unit, body) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (organ_id, questionnaire_id, answer_id) DO NOTHING";
/// Primary key.
const ANSWERS: &str = "SELECT organ_id, questionnaire_id, answer_id, unit, body
    FROM questionnaire_answer WHERE organ_id = $1 AND questionnaire_id = $2 ORDER BY answer_id";
/// Primary key.
const ANSWER_COUNT: &str = "SELECT COUNT(*) FROM questionnaire_answer
    WHERE organ_id = $1 AND questionnaire_id = $2";
/// Primary key.
const PUT_EXAM: &str =
    "INSERT INTO exam (organ_id, exam_id, state, opens_at, closes_at, definition)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organ_id, exam_id)
    DO UPDATE SET state = excluded.state, opens_at = excluded.opens_at,
    closes_at = excluded.closes_at, definition = excluded.definition";
/// Primary key; there are few.
const EXAMS: &str = "SELECT organ_id, exam_id, state, opens_at, closes_at, definition
    FROM exam WHERE organ_id = $1 ORDER BY exam_id DESC";
/// Primary key. Who is on the list already keeps the sitting.
const PUT_CANDIDATE: &str = "INSERT INTO exam_candidate (organ_id, exam_id, candidate, name, unit,
    class, paper) VALUES ($1, $2, $3, $4, $5, $6, '[]')
    ON CONFLICT (organ_id, exam_id, candidate) DO UPDATE SET name = excluded.name,
    unit = excluded.unit, class = excluded.class";
/// Primary key.
const CANDIDATE: &str = "SELECT organ_id, exam_id, candidate, name, unit, class, started_at,
    finished_at, paper, score FROM exam_candidate
    WHERE organ_id = $1 AND exam_id = $2 AND candidate = $3";
/// Primary key.
const ERASE_NAME: &str = "UPDATE exam_candidate SET name = ''
    WHERE organ_id = $1 AND exam_id = $2 AND candidate = $3";
/// Index `exam_candidate_by_unit`.
const OF_UNIT: &str = "SELECT organ_id, exam_id, candidate, name, unit, class, started_at,
    finished_at, paper, score FROM exam_candidate
    WHERE organ_id = $1 AND exam_id = $2 AND unit = $3 ORDER BY class, candidate";
/// Primary key. A paper is handed out once.
const BEGIN: &str = "UPDATE exam_candidate SET started_at = $4, paper = $5
    WHERE organ_id = $1 AND exam_id = $2 AND candidate = $3 AND started_at IS NULL";
/// Primary key. A paper is handed in once.
const FINISH: &str = "UPDATE exam_candidate SET finished_at = $4, score = $5
    WHERE organ_id = $1 AND exam_id = $2 AND candidate = $3 AND finished_at IS NULL";
/// Primary key.
const SAVE: &str = "INSERT INTO exam_answer
    (organ_id, exam_id, candidate, question, choice, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organ_id, exam_id, candidate, question)
    DO UPDATE SET choice = excluded.choice, saved_at = excluded.saved_at";
/// Primary key.
const SAVED: &str = "SELECT organ_id, exam_id, candidate, question, choice, saved_at
    FROM exam_answer WHERE organ_id = $1 AND exam_id = $2 AND candidate = $3 ORDER BY question";
/// Primary key.
const SAVED_COUNT: &str = "SELECT COUNT(*) FROM exam_answer WHERE organ_id = $1 AND exam_id = $2";
/// Index `exam_candidate_by_unit`.
const BY_UNIT: &str = "SELECT unit, COUNT(*),
    COUNT(started_at), COUNT(finished_at),
    COUNT(CASE WHEN score >= $3 THEN 1 END), CAST(SUM(COALESCE(score, 0)) AS BIGINT)
    FROM exam_candidate WHERE organ_id = $1 AND exam_id = $2 GROUP BY unit ORDER BY unit";

fn round(row: &Row<'_>) -> Result<RoundRow, StoreError> {
    Ok(RoundRow {
        organ_id: row.text(0)?,
        id: row.text(1)?,
        state: row.text(2)?,
        opens: row.text(3)?,
        closes: row.text(4)?,
        definition: row.text(5)?,
    })
}

fn candidate(row: &Row<'_>) -> Result<CandidateRow, StoreError> {
    Ok(CandidateRow {
        organ_id: row.text(0)?,
        exam_id: row.text(1)?,
        candidate: row.text(2)?,
        name: row.text(3)?,
        unit: row.text(4)?,
        class: row.text(5)?,
        started_at: row.text_opt(6)?,
        finished_at: row.text_opt(7)?,
        paper: row.text(8)?,
        score: row.small_opt(9)?,
    })
}

fn round_args(r: &RoundRow) -> [crate::sql::Arg<'_>; 6] {
    args![
        &r.organ_id,
        &r.id,
        &r.state,
        &r.opens,
        &r.closes,
        &r.definition
    ]
}

impl Db {
    /// Create or change a questionnaire.
    pub fn put_questionnaire(&self, r: &RoundRow) -> Result<(), StoreError> {
        self.execute(PUT_QUESTIONNAIRE, &round_args(r)).map(drop)
    }

    /// All questionnaires, the newest first.
    pub fn questionnaires(&self, organ_id: &str) -> Result<Vec<RoundRow>, StoreError> {
        self.query(QUESTIONNAIRES, &args![organ_id], round)
    }

    /// Use up a seal (a device, a code); `false` when it was used before.
    pub fn use_seal(
        &self,
        organ_id: &str,
        questionnaire_id: &str,
        seal: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(SEAL, &args![organ_id, questionnaire_id, seal])? == 1)
    }

    /// Keep an answer.
    pub fn put_answer(&self, r: &AnswerRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.questionnaire_id,
            &r.answer_id,
            &r.unit,
            &r.body
        ];
        self.execute(ANSWER, &args).map(drop)
    }

    /// Each answer to a questionnaire, one at a time in memory, in an order that means nothing.
    pub fn each_answer<E: From<StoreError>>(
        &self,
        organ_id: &str,
        questionnaire_id: &str,
        mut each: impl FnMut(AnswerRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.visit(ANSWERS, &args![organ_id, questionnaire_id], |row| {
            each(AnswerRow {
                organ_id: row.text(0)?,
                questionnaire_id: row.text(1)?,
                answer_id: row.text(2)?,
                unit: row.text(3)?,
                body: row.text(4)?,
            })
        })
    }

    /// How many answers a questionnaire has.
    pub fn answer_count(&self, organ_id: &str, questionnaire_id: &str) -> Result<u64, StoreError> {
        let args = args![organ_id, questionnaire_id];
        let count = self.query_one(ANSWER_COUNT, &args, |row| row.natural(0))?;
        Ok(count.unwrap_or(0))
    }

    /// Create or change an exam.
    pub fn put_exam(&self, r: &RoundRow) -> Result<(), StoreError> {
        self.execute(PUT_EXAM, &round_args(r)).map(drop)
    }

    /// All exams, the newest first.
    pub fn exams(&self, organ_id: &str) -> Result<Vec<RoundRow>, StoreError> {
        self.query(EXAMS, &args![organ_id], round)
    }

    /// Put candidates on the list of an exam.
    pub fn put_candidates(&self, rows: &[CandidateRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(PUT_CANDIDATE)?;
        for r in rows {
            statement.execute(&args![
                &r.organ_id,
                &r.exam_id,
                &r.candidate,
                &r.name,
                &r.unit,
                &r.class
            ])?;
        }
        Ok(())
    }

    /// Somebody on the list.
    pub fn candidate(
        &self,
        organ_id: &str,
        exam_id: &str,
        code_hash: &str,
    ) -> Result<Option<CandidateRow>, StoreError> {
        self.query_one(CANDIDATE, &args![organ_id, exam_id, code_hash], candidate)
    }

    /// The candidates of a school.
    pub fn candidates_of(
        &self,
        organ_id: &str,
        exam_id: &str,
        unit: &str,
    ) -> Result<Vec<CandidateRow>, StoreError> {
        self.query(OF_UNIT, &args![organ_id, exam_id, unit], candidate)
    }

    /// Take the name of a candidate away; the sitting counts on.
    pub fn erase_candidate(
        &self,
        organ_id: &str,
        exam_id: &str,
        candidate: &str,
    ) -> Result<(), StoreError> {
        let args = args![organ_id, exam_id, candidate];
        self.execute(ERASE_NAME, &args).map(drop)
    }

    /// Hand out a paper, unless one was handed out before.
    pub fn begin_sitting(&self, r: &CandidateRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.exam_id,
            &r.candidate,
            &r.started_at,
            &r.paper
        ];
        self.execute(BEGIN, &args).map(drop)
    }

    /// Take a paper in, unless it was taken in before.
    pub fn finish_sitting(&self, r: &CandidateRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.exam_id,
            &r.candidate,
            &r.finished_at,
            r.score
        ];
        self.execute(FINISH, &args).map(drop)
    }

    /// Save an answer; a later one takes the place of an earlier one.
    pub fn save_exam_answer(&self, r: &ExamAnswerRow) -> Result<(), StoreError> {
        let args = args![
            &r.organ_id,
            &r.exam_id,
            &r.candidate,
            r.question,
            &r.choice,
            &r.saved_at
        ];
        self.execute(SAVE, &args).map(drop)
    }

    /// The answers that a candidate has saved.
    pub fn exam_answers(
        &self,
        organ_id: &str,
        exam_id: &str,
        candidate: &str,
    ) -> Result<Vec<ExamAnswerRow>, StoreError> {
        self.query(SAVED, &args![organ_id, exam_id, candidate], |row| {
            Ok(ExamAnswerRow {
                organ_id: row.text(0)?,
                exam_id: row.text(1)?,
                candidate: row.text(2)?,
                question: row.small(3)?,
                choice: row.text(4)?,
                saved_at: row.text(5)?,
            })
        })
    }

    /// How many answers of an exam are saved.
    pub fn exam_answer_count(&self, organ_id: &str, exam_id: &str) -> Result<u64, StoreError> {
        let count = self.query_one(SAVED_COUNT, &args![organ_id, exam_id], |row| row.natural(0))?;
        Ok(count.unwrap_or(0))
    }

    /// How each school stands.
    pub fn exam_by_unit(
        &self,
        organ_id: &str,
        exam_id: &str,
        pass_mark: u32,
    ) -> Result<Vec<ExamUnitRow>, StoreError> {
        self.query(BY_UNIT, &args![organ_id, exam_id, pass_mark], |row| {
            Ok(ExamUnitRow {
                unit: row.text(0)?,
                due: row.natural(1)?,
                started: row.natural(2)?,
                finished: row.natural(3)?,
                passed: row.natural(4)?,
                points: row.natural(5)?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, Target};

    #[test]
    fn a_seal_is_used_once_and_a_paper_is_handed_in_once() -> Result<(), StoreError> {
        let store = Store::open(&Target::SqliteMemory)?;
        store.write(|db| {
            assert!(db.use_seal("o", "q", "s")?);
            assert!(!db.use_seal("o", "q", "s")?);
            assert!(db.use_seal("o", "other", "s")?);
            let anna = CandidateRow {
                organ_id: "o".into(),
                exam_id: "x".into(),
                candidate: "c".into(),
                name: "甲".into(),
                unit: "一小".into(),
                class: "一班".into(),
                paper: "[3,1]".into(),
                started_at: Some("09:00".into()),
                finished_at: Some("09:10".into()),
                score: Some(90),
            };
            db.put_candidates(std::slice::from_ref(&anna))?;
            db.begin_sitting(&anna)?;
            let again = CandidateRow {
                paper: "[9]".into(),
                ..anna.clone()
            };
            db.begin_sitting(&again)?;
            db.finish_sitting(&anna)?;
            let worse = CandidateRow {
                score: Some(10),
                ..anna.clone()
            };
            db.finish_sitting(&worse)?;
            db.put_candidates(std::slice::from_ref(&anna))?;
            assert_eq!(db.candidate("o", "x", "c")?, Some(anna));
            let board = db.exam_by_unit("o", "x", 60)?;
            assert_eq!((board[0].due, board[0].passed, board[0].points), (1, 1, 90));
            Ok::<_, StoreError>(())
        })
    }

    /// What joins an answer to somebody would have to stand in one of these tables: a time, a number
    /// in order of coming, a sender. None of them has a place for it.
    #[test]
    fn an_answer_has_no_place_for_time_order_or_sender() -> Result<(), StoreError> {
        let store = Store::open(&Target::SqliteMemory)?;
        store.write(|db| {
            for (table, columns) in [
                (
                    "questionnaire_answer",
                    &["organ_id", "questionnaire_id", "answer_id", "unit", "body"][..],
                ),
                (
                    "questionnaire_seal",
                    &["organ_id", "questionnaire_id", "seal"],
                ),
            ] {
                let sql = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
                let found: Vec<String> = db.query(sql, &args![table], |row| row.text(0))?;
                assert_eq!(found, columns, "{table}");
                // No hidden number of the row either, which would tell the order of coming.
                let numbered = format!("SELECT rowid FROM {table}");
                let rows = db.query(&numbered, &args![], |row| row.natural(0));
                assert!(rows.is_err(), "{table} numbers its rows");
            }
            // Three that came one after the other come back in the order of their random ids.
            for id in ["c", "a", "b"] {
                db.put_answer(&AnswerRow {
                    organ_id: "o".into(),
                    questionnaire_id: "q".into(),
                    answer_id: id.into(),
                    unit: "一小".into(),
                    body: "{}".into(),
                })?;
            }
            let mut ids = Vec::new();
            db.each_answer("o", "q", |row| {
                ids.push(row.answer_id);
                Ok::<_, StoreError>(())
            })?;
            assert_eq!(ids, ["a", "b", "c"]);
            Ok::<_, StoreError>(())
        })
    }
}

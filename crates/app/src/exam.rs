//! Exams: a bank of questions, a paper for each candidate, answers saved one by one.
//!
//! Candidates come from the school's list with a code; the list holds only the code's hash. The
//! paper is drawn from a hash of exam and candidate, so it is the same after an interruption and
//! nobody chooses it. Each answer is on the disk before the candidate reads that it is saved. When
//! the exam is closed, each school's counts become an entry of `law_exam`.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use catalogue::value::{Fields, Value};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{CandidateRow, ExamAnswerRow, ExamUnitRow, RoundRow};

use crate::{
    App,
    append::to_json,
    authorise::{Action, Actor, Resource, authorise},
    batch::{Op, Told},
    entry::NewEntry,
    error::{AppError, Result},
    report::document::typeset,
};

/// A question of the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamQuestion {
    /// The question.
    pub text: String,
    /// Options.
    pub options: Vec<String>,
    /// Numbers of the right options, from 0; several where several are to be chosen.
    pub right: Vec<usize>,
    /// Why, shown with the result.
    #[serde(default)]
    pub explanation: String,
}

/// An exam as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exam {
    /// Title.
    pub title: String,
    /// What it is and who takes part.
    pub intro: String,
    /// Kind, as the ledger `law_exam` names it; empty writes no entries of that ledger.
    #[serde(default)]
    pub kind: String,
    /// The bank.
    pub bank: Vec<ExamQuestion>,
    /// Questions on a paper.
    pub questions: usize,
    /// Time for a paper.
    pub minutes: i64,
    /// Points, of 100, from which it is passed.
    pub pass_mark: u32,
}

/// An exam with its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExamRound {
    /// Id.
    pub id: String,
    /// When papers are handed out first.
    pub opens_at: Timestamp,
    /// When the last paper is handed out.
    pub closes_at: Timestamp,
    /// It was closed and counted.
    pub counted: bool,
    /// What it asks.
    pub exam: Exam,
}

/// A candidate to put on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCandidate {
    /// Name.
    pub name: String,
    /// School.
    pub unit: String,
    /// Class.
    pub class: String,
}

/// A certificate for the page-setter: the shape is described in `crates/typeset`.
#[derive(Serialize)]
struct CertificateOrder {
    v: u32,
    kind: &'static str,
    title: &'static str,
    organ: String,
    date: String,
    number: String,
    to: String,
    paragraphs: Vec<String>,
}

/// A candidate at work.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// The exam.
    pub round: Arc<ExamRound>,
    /// The candidate.
    pub candidate: CandidateRow,
    /// Numbers of the questions in the bank, in the order of the paper.
    pub paper: Vec<u32>,
    /// What was chosen, by number in the bank.
    pub answers: BTreeMap<u32, (Vec<usize>, String)>,
}

impl Sitting {
    /// When the paper has to be handed in.
    pub fn ends_at(&self) -> Option<Timestamp> {
        let started: Timestamp = self.candidate.started_at.as_deref()?.parse().ok()?;
        Some(started + SignedDuration::from_mins(self.round.exam.minutes))
    }
    /// It was handed in, or the time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.candidate.finished_at.is_some() || self.ends_at().is_some_and(|end| end < now)
    }
    /// Points of 100, rounded down.
    pub fn points(&self) -> u32 {
        let right = |number: &&u32| {
            let question = self.round.exam.bank.get(**number as usize);
            let given = self.answers.get(*number).map(|(chosen, _)| chosen);
            question.is_some_and(|q| given.is_some_and(|g| *g == q.right))
        };
        let right = self.paper.iter().filter(right).count();
        (100 * right / self.paper.len().max(1)) as u32
    }
    /// Number of the certificate.
    pub fn certificate_number(&self) -> String {
        let hash = self.candidate.candidate.get(..12).unwrap_or_default();
        hash.to_uppercase()
    }
    /// Whom the certificate is for: school, class, name.
    pub fn bearer(&self) -> String {
        let parts = [
            &self.candidate.unit,
            &self.candidate.class,
            &self.candidate.name,
        ];
        let parts = parts
            .into_iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    }
    /// What it says.
    pub fn certified(&self) -> String {
        let points = self.candidate.score.unwrap_or(0);
        let title = &self.round.exam.title;
        format!("在“{title}”中取得 {points} 分，成绩合格，特发此证。")
    }
    /// It was passed.
    pub fn passed(&self) -> bool {
        let points = self.candidate.score.unwrap_or(0);
        self.candidate.finished_at.is_some() && points >= self.round.exam.pass_mark
    }
}

impl Exam {
    /// What is wrong with it, in words.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.title.trim().is_empty() {
            problems.push("请写考试名称。".to_owned());
        }
        if self.questions == 0 || self.questions > self.bank.len() {
            problems.push(format!(
                "每卷 {} 题，题库有 {} 题：题库不能少于每卷题数。",
                self.questions,
                self.bank.len()
            ));
        }
        if !(1..=300).contains(&self.minutes) || self.pass_mark > 100 {
            problems.push("时长应为 1 到 300 分钟，及格分不超过 100。".to_owned());
        }
        for (number, question) in (1..).zip(&self.bank) {
            let fits = question.options.len() >= 2
                && !question.right.is_empty()
                && question.right.iter().all(|r| *r < question.options.len())
                && question.right.is_sorted();
            if !fits {
                problems.push(format!("题库第 {number} 题的选项或答案不完整。"));
            }
        }
        problems
    }

    /// The paper of a candidate: the questions with the smallest hashes.
    fn paper(&self, exam: &str, candidate: &str) -> Vec<u32> {
        let mut tickets: Vec<([u8; 32], u32)> = (0..self.bank.len() as u32)
            .map(|number| {
                let hash = Sha256::new()
                    .chain_update(exam)
                    .chain_update(candidate)
                    .chain_update(number.to_be_bytes())
                    .finalize();
                (hash.into(), number)
            })
            .collect();
        tickets.sort_unstable();
        tickets.truncate(self.questions);
        tickets.into_iter().map(|(_, number)| number).collect()
    }
}

impl App {
    /// Opens an exam; answers its id.
    ///
    /// # Errors
    /// What is wrong with it, or a denial.
    pub fn open_exam(
        &self,
        actor: &Actor,
        exam: &Exam,
        opens_at: Timestamp,
        closes_at: Timestamp,
    ) -> Result<String> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let problems = exam.problems();
        if !problems.is_empty() {
            return Err(AppError::Input(problems.join("")));
        }
        let id = self.chance.uuid7(self.clock.now());
        let definition = serde_json::to_string(exam).map_err(|e| AppError::Fault(e.to_string()))?;
        self.inbox.write(|db| {
            db.put_exam(&RoundRow {
                organ_id: actor.organ.clone(),
                id: id.clone(),
                state: "open".to_owned(),
                opens: opens_at.to_string(),
                closes: closes_at.to_string(),
                definition: definition.clone(),
            })
        })?;
        self.participation.forget();
        Ok(id)
    }

    /// All exams of an organ, the newest first.
    ///
    /// # Errors
    /// When the in-box cannot be read.
    pub fn exams(&self, organ: &str) -> Result<Vec<ExamRound>> {
        authorise(&Actor::public(organ), Action::Visit, Resource::Portal)?;
        let rows = self.inbox.read(|db| db.exams(organ))?;
        rows.into_iter().map(round_of).collect()
    }

    /// One exam.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn exam(&self, organ: &str, id: &str) -> Result<Arc<ExamRound>> {
        let now = self.clock.now().as_second();
        self.participation.exam(organ, id, now, || {
            let all = self.exams(organ)?;
            all.into_iter()
                .find(|r| r.id == id)
                .ok_or(AppError::NotFound("这场考试"))
        })
    }

    /// Puts candidates on the list; answers their codes in order. The same list again gives the
    /// same codes, so a lost sheet can be printed anew.
    ///
    /// # Errors
    /// A denial.
    pub fn put_candidates(
        &self,
        actor: &Actor,
        exam: &str,
        candidates: &[NewCandidate],
    ) -> Result<Vec<String>> {
        self.holds_exams(actor)?;
        self.exam(&actor.organ, exam)?;
        let mut namesakes: BTreeMap<String, u32> = BTreeMap::new();
        let mut codes = Vec::with_capacity(candidates.len());
        let mut rows = Vec::with_capacity(candidates.len());
        for c in candidates {
            let place = format!("{exam}:{}:{}:{}", c.unit, c.class, c.name);
            let nth = namesakes.entry(place.clone()).or_default();
            *nth += 1;
            let code = self.short_code("exam", &format!("{place}:{nth}"))?;
            rows.push(CandidateRow {
                organ_id: actor.organ.clone(),
                exam_id: exam.to_owned(),
                candidate: code_hash(exam, &code),
                name: c.name.clone(),
                unit: c.unit.clone(),
                class: c.class.clone(),
                ..CandidateRow::default()
            });
            codes.push(code);
        }
        self.inbox.write(|db| db.put_candidates(&rows))?;
        Ok(codes)
    }

    /// The sitting of a code.
    ///
    /// # Errors
    /// A code that is not on the list.
    pub fn sitting(&self, organ: &str, exam: &str, code: &str) -> Result<Sitting> {
        authorise(&Actor::public(organ), Action::Apply, Resource::Portal)?;
        let round = self.exam(organ, exam)?;
        let candidate = code_hash(exam, &tidy(code));
        let found = self.inbox.read(|db| {
            let Some(row) = db.candidate(organ, exam, &candidate)? else {
                return Ok::<_, AppError>(None);
            };
            let answers = match row.started_at {
                Some(_) => db.exam_answers(organ, exam, &candidate)?,
                None => Vec::new(),
            };
            Ok(Some((row, answers)))
        })?;
        let (candidate, answers) = found
            .ok_or_else(|| AppError::Input("准考码不对：请核对学校发的八位准考码。".to_owned()))?;
        let answers = answers
            .into_iter()
            .map(|a| (a.question, (chosen_of(&a.choice), a.saved_at)))
            .collect();
        Ok(Sitting {
            paper: serde_json::from_str(&candidate.paper).unwrap_or_default(),
            round,
            candidate,
            answers,
        })
    }

    /// Hands out the paper; `told` hears when it is on the disk.
    ///
    /// # Errors
    /// Outside of the exam's term.
    pub fn begin_exam(&self, sitting: &Sitting, told: Told) -> Result<()> {
        let now = self.clock.now();
        let round = &sitting.round;
        if round.counted || now < round.opens_at || now > round.closes_at {
            return Err(AppError::Input("现在不在考试时间内。".to_owned()));
        }
        let paper = round.exam.paper(&round.id, &sitting.candidate.candidate);
        let op = Op::Begin(CandidateRow {
            started_at: Some(now.to_string()),
            paper: serde_json::to_string(&paper).map_err(|e| AppError::Fault(e.to_string()))?,
            ..sitting.candidate.clone()
        });
        self.answer_writer()?.hand_in(op, told);
        Ok(())
    }

    /// Saves one answer; `told` hears when it is on the disk.
    ///
    /// # Errors
    /// A question that is not on the paper; the time is over.
    pub fn save_answer(
        &self,
        sitting: &Sitting,
        question: u32,
        chosen: &[usize],
        told: Told,
    ) -> Result<()> {
        let now = self.clock.now();
        if sitting.is_over(now) {
            return Err(AppError::Input(
                "考试时间已到或已经交卷，这一题没有再保存。".to_owned(),
            ));
        }
        if !sitting.paper.contains(&question) {
            return Err(AppError::NotFound("这道题"));
        }
        let choice: Vec<String> = chosen.iter().map(usize::to_string).collect();
        let op = Op::Save(ExamAnswerRow {
            organ_id: sitting.candidate.organ_id.clone(),
            exam_id: sitting.candidate.exam_id.clone(),
            candidate: sitting.candidate.candidate.clone(),
            question,
            choice: choice.join(","),
            saved_at: now.to_string(),
        });
        self.answer_writer()?.hand_in(op, told);
        Ok(())
    }

    /// Takes the paper in; `told` hears when it is on the disk.
    ///
    /// # Errors
    /// When it was never handed out.
    pub fn finish_exam(&self, sitting: &Sitting, told: Told) -> Result<()> {
        if sitting.candidate.started_at.is_none() {
            return Err(AppError::Input("还没有开始考试。".to_owned()));
        }
        let op = Op::Finish(CandidateRow {
            finished_at: Some(self.clock.now().to_string()),
            score: Some(sitting.points()),
            ..sitting.candidate.clone()
        });
        self.answer_writer()?.hand_in(op, told);
        Ok(())
    }

    /// The certificate of a sitting that was passed, as PDF set by `program`.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that was not; the page-setter's own sentence.
    pub fn certificate_pdf(&self, sitting: &Sitting, program: &Path) -> Result<Vec<u8>> {
        let finished = sitting.candidate.finished_at.as_deref();
        let finished: Option<Timestamp> = finished.and_then(|at| at.parse().ok());
        let at = finished
            .filter(|_| sitting.passed())
            .ok_or(AppError::NotFound("成绩证书"))?;
        let order = CertificateOrder {
            v: 1,
            kind: "certificate",
            title: "成绩证书",
            organ: self.organ(&sitting.candidate.organ_id)?.name.clone(),
            date: values::dates::chinese(crate::clock::civil(at)),
            number: format!("编号 {}", sitting.certificate_number()),
            to: sitting.bearer(),
            paragraphs: vec![sitting.certified()],
        };
        typeset(program, to_json(&order)?.as_bytes())
    }

    /// How each school stands: the participation board.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn exam_board(&self, organ: &str, exam: &str) -> Result<Vec<ExamUnitRow>> {
        let round = self.exam(organ, exam)?;
        let pass_mark = round.exam.pass_mark;
        Ok(self
            .inbox
            .read(|db| db.exam_by_unit(organ, exam, pass_mark))?)
    }

    /// How many answers are saved so far, for staff.
    ///
    /// # Errors
    /// A denial.
    pub fn exam_answers_so_far(&self, actor: &Actor, exam: &str) -> Result<u64> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let organ = &actor.organ;
        Ok(self.inbox.read(|db| db.exam_answer_count(organ, exam))?)
    }

    /// The candidates of a school with their results, for the exam authority.
    ///
    /// # Errors
    /// A denial.
    pub fn exam_candidates(
        &self,
        actor: &Actor,
        exam: &str,
        unit: &str,
    ) -> Result<Vec<CandidateRow>> {
        self.holds_exams(actor)?;
        Ok(self
            .inbox
            .read(|db| db.candidates_of(&actor.organ, exam, unit))?)
    }

    /// Whether the actor may see who sits an exam and how.
    ///
    /// # Errors
    /// A denial: names and results are for the section that keeps the exams, not for all staff.
    pub fn holds_exams(&self, actor: &Actor) -> Result<()> {
        let ledger = self
            .catalogue()
            .ledger("law_exam")
            .ok_or(AppError::NotFound("学法考试台账"))?;
        authorise(actor, Action::HoldExams, Resource::Ledger(ledger))?;
        Ok(())
    }

    /// Closes an exam: papers whose time is over are taken in, each school's counts become an entry.
    ///
    /// # Errors
    /// A denial, or closed before.
    pub fn close_exam(&self, actor: &Actor, id: &str) -> Result<usize> {
        self.holds_exams(actor)?;
        let organ = &actor.organ;
        let rows = self.inbox.read(|db| db.exams(organ))?;
        let row = rows.into_iter().find(|r| r.id == id);
        let row = row.ok_or(AppError::NotFound("这场考试"))?;
        if row.state == "closed" {
            return Err(AppError::Input("这场考试已经结束并计数。".to_owned()));
        }
        // What the ledger does not take leaves the exam as it was.
        let put = |state: &str| {
            let state = state.to_owned();
            let row = RoundRow {
                state,
                ..row.clone()
            };
            let put = self.inbox.write(|db| db.put_exam(&row));
            self.participation.forget();
            put
        };
        put("closed")?;
        let counted = self.exam_into_ledger(organ, Arc::new(round_of(row.clone())?));
        if counted.is_err() {
            put(&row.state)?;
        }
        counted
    }

    /// Takes in what was not handed in, and opens an entry for each unit that took part.
    fn exam_into_ledger(&self, organ: &str, round: Arc<ExamRound>) -> Result<usize> {
        let units = self.exam_board(organ, &round.id)?;
        for unit in &units {
            self.take_in_left_papers(organ, &round, &unit.unit)?;
        }
        if round.exam.kind.is_empty() {
            return Ok(0);
        }
        let ledger = self
            .catalogue()
            .ledger("law_exam")
            .ok_or_else(|| AppError::Fault("目录里没有学法考试台账".to_owned()))?;
        let day = crate::clock::civil(round.closes_at).min(self.clock.today());
        let units = self.exam_board(organ, &round.id)?;
        let new = units.iter().filter(|u| u.started > 0);
        let new = new.map(|unit| exam_entry(&round.exam, unit, day)).collect();
        let system = Actor::system(organ);
        let changes = self.decide_openings(&system, ledger, new)?;
        self.store.write(|db| {
            crate::entry::refuse_known_keys(db, organ, &changes)?;
            self.append(db, organ, &changes)
        })?;
        Ok(changes.len())
    }

    /// Papers that were begun and never handed in count with what was saved.
    fn take_in_left_papers(&self, organ: &str, round: &Arc<ExamRound>, unit: &str) -> Result<()> {
        let now = self.clock.now().to_string();
        self.inbox.write(|db| {
            for candidate in db.candidates_of(organ, &round.id, unit)? {
                if candidate.started_at.is_none() || candidate.finished_at.is_some() {
                    continue;
                }
                let answers = db.exam_answers(organ, &round.id, &candidate.candidate)?;
                let answers = answers
                    .into_iter()
                    .map(|a| (a.question, (chosen_of(&a.choice), a.saved_at)));
                let sitting = Sitting {
                    paper: serde_json::from_str(&candidate.paper).unwrap_or_default(),
                    answers: answers.collect(),
                    round: Arc::clone(round),
                    candidate,
                };
                db.finish_sitting(&CandidateRow {
                    finished_at: Some(now.clone()),
                    score: Some(sitting.points()),
                    ..sitting.candidate.clone()
                })?;
            }
            Ok::<_, AppError>(())
        })
    }
}

fn exam_entry(exam: &Exam, unit: &ExamUnitRow, day: values::dates::Date) -> NewEntry {
    let number = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let mut fields = Fields::from([
        ("exam".to_owned(), exam.title.as_str().into()),
        ("kind".to_owned(), exam.kind.as_str().into()),
        ("unit_name".to_owned(), unit.unit.as_str().into()),
        ("held_on".to_owned(), day.to_string().into()),
        ("due".to_owned(), number(unit.due)),
        ("taken".to_owned(), number(unit.finished)),
        ("passed".to_owned(), number(unit.passed)),
    ]);
    // One decimal, kept as tenths.
    if let Some(average) = (10 * unit.points).checked_div(unit.finished) {
        fields.insert("average".to_owned(), number(average));
    }
    NewEntry {
        happened_on: day,
        fields,
    }
}

fn round_of(row: RoundRow) -> Result<ExamRound> {
    let fault = |what: String| AppError::Fault(format!("exam {}：{what}", row.id));
    let instant = |text: &str| text.parse().map_err(|_| fault(format!("时间 {text}")));
    Ok(ExamRound {
        opens_at: instant(&row.opens)?,
        closes_at: instant(&row.closes)?,
        counted: row.state == "closed",
        exam: serde_json::from_str(&row.definition).map_err(|e| fault(e.to_string()))?,
        id: row.id,
    })
}

fn chosen_of(text: &str) -> Vec<usize> {
    let numbers = text.split(',').filter_map(|n| n.parse().ok());
    numbers.collect()
}

fn code_hash(exam: &str, code: &str) -> String {
    hex::encode(&Sha256::digest(format!("{exam}:{code}").as_bytes())[..16])
}

fn tidy(text: &str) -> String {
    values::numerals::to_half_width(text)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect::<String>()
        .to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exam() -> Exam {
        let question = |n: usize| ExamQuestion {
            text: format!("第{n}题"),
            options: vec!["甲".to_owned(), "乙".to_owned()],
            right: vec![n % 2],
            explanation: String::new(),
        };
        Exam {
            title: "考试".to_owned(),
            intro: String::new(),
            kind: String::new(),
            bank: (0..40).map(question).collect(),
            questions: 10,
            minutes: 10,
            pass_mark: 60,
        }
    }

    #[test]
    fn a_paper_is_the_same_again_and_differs_between_candidates() {
        let exam = exam();
        let one = exam.paper("x", "a");
        assert_eq!(one, exam.paper("x", "a"));
        assert_ne!(one, exam.paper("x", "b"));
        assert_eq!(one.len(), 10);
        let mut all = one.clone();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 10, "no question twice");
    }

    #[test]
    fn a_bank_that_is_too_small_or_has_no_answer_is_refused() {
        let mut exam = exam();
        assert!(exam.problems().is_empty());
        exam.questions = 41;
        exam.bank[3].right = vec![7];
        assert_eq!(exam.problems().len(), 2);
    }

    #[test]
    fn points_are_what_was_right_of_a_hundred() {
        let exam = exam();
        let paper = exam.paper("x", "a");
        let answers = paper.iter().take(7).map(|n| {
            let right = exam.bank[*n as usize].right.clone();
            (*n, (right, String::new()))
        });
        let sitting = Sitting {
            answers: answers.collect(),
            paper: paper.clone(),
            candidate: CandidateRow::default(),
            round: Arc::new(ExamRound {
                id: "x".to_owned(),
                opens_at: Timestamp::UNIX_EPOCH,
                closes_at: Timestamp::UNIX_EPOCH,
                counted: false,
                exam,
            }),
        };
        assert_eq!(sitting.points(), 70);
    }
}

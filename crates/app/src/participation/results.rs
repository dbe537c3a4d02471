//! The results of a questionnaire: counts, never single answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Answers, Ask, Round};
use crate::{App, error::Result, exam::ExamRound};

/// A school with fewer answers is not shown alone: single voices could be heard out of it.
pub const SMALL: i64 = 5;
/// Longest list of open answers kept for staff.
const WORDS_MAX: usize = 5_000;

/// The results of one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionResult {
    /// How many answered it.
    pub answered: i64,
    /// Lines (one for each row of a matrix, else one without a name) with counts per option.
    pub lines: Vec<(String, Vec<(String, i64)>)>,
    /// Open answers, in an order that means nothing; for staff only.
    pub words: Vec<String>,
}

/// The results of one school.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitResult {
    /// Answers.
    pub returned: i64,
    /// Answers that count as satisfied, if a question asks that.
    pub satisfied: Option<i64>,
}

/// All results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Answers in all.
    pub returned: i64,
    /// Per question.
    pub questions: Vec<QuestionResult>,
    units: BTreeMap<String, UnitResult>,
}

impl Results {
    /// The results of a school.
    pub fn unit(&self, name: &str) -> Option<&UnitResult> {
        self.units.get(name)
    }
    /// The schools with enough answers to be shown, and how many answers the others have.
    pub fn shown_units(&self) -> (Vec<(&str, &UnitResult)>, i64) {
        let small: i64 = self
            .units
            .values()
            .map(|u| u.returned)
            .filter(|n| *n < SMALL)
            .sum();
        let large = self.units.iter().filter(|(_, u)| u.returned >= SMALL);
        (large.map(|(name, u)| (name.as_str(), u)).collect(), small)
    }
}

impl App {
    pub(super) fn count_answers(&self, organ: &str, round: &Round) -> Result<Results> {
        let questions = &round.questionnaire.questions;
        let mut results = Results {
            questions: questions.iter().map(|q| empty(&q.ask)).collect(),
            ..Results::default()
        };
        let satisfaction = questions.iter().position(|q| q.satisfaction);
        self.inbox.read(|db| {
            db.each_answer(organ, &round.id, |row| {
                let answers: Answers = serde_json::from_str(&row.body).unwrap_or_default();
                results.returned += 1;
                for (at, question) in questions.iter().enumerate() {
                    let given = answers.get(&at).map(Vec::as_slice).unwrap_or_default();
                    count(&question.ask, given, &mut results.questions[at]);
                }
                let unit = results.units.entry(row.unit).or_default();
                unit.returned += 1;
                if let Some(at) = satisfaction {
                    let good = is_satisfied(&questions[at].ask, answers.get(&at));
                    *unit.satisfied.get_or_insert(0) += i64::from(good);
                }
                Ok::<_, crate::error::AppError>(())
            })
        })?;
        Ok(results)
    }
}

fn empty(ask: &Ask) -> QuestionResult {
    let zero = |options: &[String]| options.iter().map(|o| (o.clone(), 0)).collect();
    let lines = match ask {
        Ask::Single { options } | Ask::Multiple { options } => vec![(String::new(), zero(options))],
        Ask::Scale { max, .. } => {
            let numbers: Vec<String> = (1..=*max).map(|n| n.to_string()).collect();
            vec![(String::new(), zero(&numbers))]
        }
        Ask::Matrix { rows, options } => rows.iter().map(|r| (r.clone(), zero(options))).collect(),
        Ask::Open { .. } => Vec::new(),
    };
    QuestionResult {
        lines,
        ..QuestionResult::default()
    }
}

fn count(ask: &Ask, given: &[String], result: &mut QuestionResult) {
    if given.iter().all(String::is_empty) {
        return;
    }
    result.answered += 1;
    let mut add = |line: usize, value: &str| {
        let counts = result.lines.get_mut(line).map(|(_, counts)| counts);
        let found = counts.and_then(|c| c.iter_mut().find(|(option, _)| option == value));
        if let Some((_, n)) = found {
            *n += 1;
        }
    };
    match ask {
        Ask::Open { .. } => {
            let words = given.first().filter(|_| result.words.len() < WORDS_MAX);
            result.words.extend(words.cloned());
        }
        Ask::Matrix { .. } => {
            for (line, value) in given.iter().enumerate() {
                add(line, value);
            }
        }
        Ask::Single { .. } | Ask::Multiple { .. } | Ask::Scale { .. } => {
            for value in given {
                add(0, value);
            }
        }
    }
}

/// The first two options are the good ones; of a scale, the two greatest numbers.
fn is_satisfied(ask: &Ask, given: Option<&Vec<String>>) -> bool {
    let Some(value) = given.and_then(|g| g.first()) else {
        return false;
    };
    match ask {
        Ask::Single { options } => options.iter().take(2).any(|o| o == value),
        Ask::Scale { max, .. } => value.parse::<u8>().is_ok_and(|n| n + 1 >= *max),
        _ => false,
    }
}

/// Definitions that everybody asks for at once, kept for a few seconds.
#[derive(Default)]
pub(crate) struct Rounds {
    questionnaires: Kept<Round>,
    exams: Kept<ExamRound>,
}

/// Another process that changes a definition is noticed after so many seconds.
const KEPT_SECONDS: i64 = 10;

type Kept<T> = Mutex<BTreeMap<(String, String), (i64, Arc<T>)>>;

fn kept<T>(
    cell: &Kept<T>,
    organ: &str,
    id: &str,
    now: i64,
    load: impl FnOnce() -> Result<T>,
) -> Result<Arc<T>> {
    let key = (organ.to_owned(), id.to_owned());
    let lock = || cell.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((since, round)) = lock().get(&key)
        && now - since < KEPT_SECONDS
    {
        return Ok(Arc::clone(round));
    }
    let round = Arc::new(load()?);
    lock().insert(key, (now, Arc::clone(&round)));
    Ok(round)
}

impl Rounds {
    pub(crate) fn questionnaire(
        &self,
        organ: &str,
        id: &str,
        now: i64,
        load: impl FnOnce() -> Result<Round>,
    ) -> Result<Arc<Round>> {
        kept(&self.questionnaires, organ, id, now, load)
    }
    pub(crate) fn exam(
        &self,
        organ: &str,
        id: &str,
        now: i64,
        load: impl FnOnce() -> Result<ExamRound>,
    ) -> Result<Arc<ExamRound>> {
        kept(&self.exams, organ, id, now, load)
    }
    /// A definition was changed here.
    pub(crate) fn forget(&self) {
        let lock = |m: &Kept<Round>| m.lock().unwrap_or_else(PoisonError::into_inner).clear();
        lock(&self.questionnaires);
        self.exams
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

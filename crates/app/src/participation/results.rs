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
    districts: BTreeMap<String, UnitResult>,
}

impl Results {
    /// The results of a school.
    pub fn unit(&self, name: &str) -> Option<&UnitResult> {
        self.units.get(name)
    }
    /// The schools with enough answers to be shown, and how many answers the others have.
    pub fn shown_units(&self) -> (Vec<(&str, UnitResult)>, i64) {
        shown(&self.units)
    }
    /// The same by district.
    pub fn shown_districts(&self) -> (Vec<(&str, UnitResult)>, i64) {
        shown(&self.districts)
    }
    /// There are too few answers to say what they say.
    pub fn too_few(&self) -> bool {
        self.returned < SMALL
    }
    /// What may be told to everybody: of few answers, only how many there are.
    pub(super) fn for_readers(mut self) -> Self {
        if self.too_few() {
            for question in &mut self.questions {
                *question = QuestionResult::default();
            }
        }
        self
    }
}

/// The groups that are large enough. Where the small ones together are few as well, the smallest of
/// the large ones loses its share of the satisfied: else a subtraction would tell theirs.
fn shown(groups: &BTreeMap<String, UnitResult>) -> (Vec<(&str, UnitResult)>, i64) {
    let returned = groups.values().map(|u| u.returned);
    let small: i64 = returned.filter(|n| *n < SMALL).sum();
    let large = groups.iter().filter(|(_, u)| u.returned >= SMALL);
    let mut large: Vec<(&str, UnitResult)> =
        large.map(|(name, u)| (name.as_str(), u.clone())).collect();
    if (1..SMALL).contains(&small)
        && let Some((_, least)) = large.iter_mut().min_by_key(|(_, u)| u.returned)
    {
        least.satisfied = None;
    }
    (large, small)
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
                let good = satisfaction
                    .map(|at| i64::from(is_satisfied(&questions[at].ask, answers.get(&at))));
                let asked = round
                    .questionnaire
                    .units
                    .iter()
                    .find(|u| u.name == row.unit);
                let district = asked.map(|u| u.district.clone()).unwrap_or_default();
                let groups = [
                    results.units.entry(row.unit).or_default(),
                    results.districts.entry(district).or_default(),
                ];
                for group in groups {
                    group.returned += 1;
                    if let Some(good) = good {
                        *group.satisfied.get_or_insert(0) += good;
                    }
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
    /// Results as they were last shown while a questionnaire runs.
    shown: Mutex<BTreeMap<(String, String), Results>>,
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
    pub(super) fn shown(&self, organ: &str, id: &str) -> Option<Results> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(&(organ.to_owned(), id.to_owned())).cloned()
    }
    pub(super) fn show(&self, organ: &str, id: &str, results: &Results) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert((organ.to_owned(), id.to_owned()), results.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(sizes: &[(&str, i64)]) -> BTreeMap<String, UnitResult> {
        let group = |(name, returned): &(&str, i64)| {
            let result = UnitResult {
                returned: *returned,
                satisfied: Some(1),
            };
            ((*name).to_owned(), result)
        };
        sizes.iter().map(group).collect()
    }

    #[test]
    fn small_groups_are_neither_shown_nor_to_be_reckoned() {
        let all = groups(&[("甲", 9), ("乙", 6), ("丙", 2)]);
        let (large, small) = shown(&all);
        assert_eq!(small, 2);
        let told: Vec<(&str, bool)> = large
            .iter()
            .map(|(name, u)| (*name, u.satisfied.is_some()))
            .collect();
        assert_eq!(told, [("乙", false), ("甲", true)]);
        // Two small ones that are enough together hide each other.
        let all = groups(&[("甲", 9), ("丙", 4), ("丁", 4)]);
        let (large, _) = shown(&all);
        assert!(large.iter().all(|(_, u)| u.satisfied.is_some()));
    }

    #[test]
    fn of_few_answers_only_the_number_is_told() {
        let results = |returned| Results {
            returned,
            questions: vec![QuestionResult {
                answered: returned,
                ..QuestionResult::default()
            }],
            ..Results::default()
        };
        assert_eq!(results(4).for_readers().questions[0].answered, 0);
        assert_eq!(results(5).for_readers().questions[0].answered, 5);
    }
}

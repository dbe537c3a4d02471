//! Questionnaires: anonymous by construction, counted in public.
//!
//! An answer is kept under a random id without time or sender; that a device or a code has answered
//! is kept apart as a seal, the hash of something that the sender has. Both come in the same
//! transaction and nothing joins them. A questionnaire is an entry of the ledger `survey`; when it
//! closes, each school's counts become an entry of `survey_return`. Single answers never leave
//! their table.

mod results;
pub mod text;

use std::collections::BTreeMap;

use catalogue::value::{Fields, Value};
use serde::{Deserialize, Serialize};
use store::{AnswerRow, RoundRow};
use values::dates::Date;

pub(crate) use results::Rounds;
pub use results::{QuestionResult, Results, SMALL, UnitResult};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    batch::{Op, Told},
    entry::NewEntry,
    error::{AppError, Result},
};

/// What a question asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Ask {
    /// One of the options.
    Single {
        /// Options.
        options: Vec<String>,
    },
    /// Any of the options.
    Multiple {
        /// Options.
        options: Vec<String>,
    },
    /// A number from 1.
    Scale {
        /// Greatest number.
        max: u8,
        /// What 1 means.
        low: String,
        /// What the greatest means.
        high: String,
    },
    /// One option for each row.
    Matrix {
        /// Rows.
        rows: Vec<String>,
        /// Options.
        options: Vec<String>,
    },
    /// Words.
    Open {
        /// Longest answer in characters.
        max: u16,
    },
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub text: String,
    /// What it asks.
    #[serde(flatten)]
    pub ask: Ask,
    /// Must be answered.
    #[serde(default)]
    pub required: bool,
    /// Its first two options count as satisfied in the ledger.
    #[serde(default)]
    pub satisfaction: bool,
}

/// A school or district that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedUnit {
    /// Name.
    pub name: String,
    /// District.
    #[serde(default)]
    pub district: String,
    /// How many are asked to answer.
    #[serde(default)]
    pub invited: i64,
}

/// How somebody answers only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Once {
    /// Once per device.
    Device,
    /// Once per code, handed out by the school.
    Code,
}

/// A questionnaire as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Title.
    pub title: String,
    /// What it is for and what happens with the answers.
    pub intro: String,
    /// Topic, as the ledger names it.
    pub topic: String,
    /// Audience, as the ledger names it.
    pub audience: String,
    /// How somebody answers only once.
    pub once: Once,
    /// Schools or districts; empty asks everybody without telling apart.
    #[serde(default)]
    pub units: Vec<AskedUnit>,
    /// Questions.
    pub questions: Vec<Question>,
    /// Results are shown while it runs.
    #[serde(default)]
    pub open_results: bool,
}

/// A questionnaire with its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Id: the entry of the ledger `survey`.
    pub id: String,
    /// First day.
    pub opens_on: Date,
    /// Last day.
    pub closes_on: Date,
    /// It was closed and counted.
    pub counted: bool,
    /// What it asks.
    pub questionnaire: Questionnaire,
}

impl Round {
    /// Answers are taken on this day.
    pub fn is_open(&self, today: Date) -> bool {
        !self.counted && (self.opens_on..=self.closes_on).contains(&today)
    }
}

/// Answers by the number of the question; of a matrix one for each row, of several options each.
pub type Answers = BTreeMap<usize, Vec<String>>;

impl Questionnaire {
    /// What is wrong with its definition, in words.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.title.trim().is_empty() {
            problems.push("请写问卷名称。".to_owned());
        }
        if self.questions.is_empty() || self.questions.len() > 100 {
            problems.push("问卷应有 1 到 100 道题。".to_owned());
        }
        for (number, question) in (1..).zip(&self.questions) {
            let fits = match &question.ask {
                Ask::Single { options } | Ask::Multiple { options } => options.len() >= 2,
                Ask::Scale { max, .. } => (2..=10).contains(max),
                Ask::Matrix { rows, options } => !rows.is_empty() && options.len() >= 2,
                Ask::Open { max } => (1..=2_000).contains(max),
            };
            if !fits || question.text.trim().is_empty() {
                problems.push(format!("第 {number} 题不完整：题目和至少两个选项都要写。"));
            }
        }
        problems
    }

    /// What is wrong with answers: number of the question and what to do.
    pub fn check(&self, answers: &Answers) -> Vec<(usize, String)> {
        let mut wrong = Vec::new();
        for (at, question) in self.questions.iter().enumerate() {
            let given = answers.get(&at).map(Vec::as_slice).unwrap_or_default();
            let filled = given.iter().filter(|g| !g.is_empty()).count();
            let wanted = match &question.ask {
                Ask::Matrix { rows, .. } => rows.len(),
                _ => 1,
            };
            if question.required && filled < wanted {
                wrong.push((at, "请回答这一题。".to_owned()));
            } else if !fits(&question.ask, given) {
                wrong.push((at, "请从给出的选项里选。".to_owned()));
            }
        }
        wrong
    }
}

fn fits(ask: &Ask, given: &[String]) -> bool {
    let among = |options: &[String]| given.iter().all(|g| g.is_empty() || options.contains(g));
    match ask {
        Ask::Single { options } => given.len() <= 1 && among(options),
        Ask::Multiple { options } => given.len() <= options.len() && among(options),
        Ask::Scale { max, .. } => given
            .iter()
            .all(|g| g.is_empty() || g.parse::<u8>().is_ok_and(|n| (1..=*max).contains(&n))),
        Ask::Matrix { rows, options } => given.len() <= rows.len() && among(options),
        Ask::Open { max } => {
            given.len() <= 1 && given.iter().all(|g| g.chars().count() <= usize::from(*max))
        }
    }
}

impl App {
    /// Opens a questionnaire: an entry of the ledger, and a round that takes answers.
    ///
    /// # Errors
    /// What is wrong with it, or a denial.
    pub fn open_questionnaire(
        &self,
        actor: &Actor,
        questionnaire: &Questionnaire,
        opens_on: Date,
        closes_on: Date,
    ) -> Result<String> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let mut problems = questionnaire.problems();
        if closes_on < opens_on {
            problems.push("截止日期不能早于开始日期。".to_owned());
        }
        if !problems.is_empty() {
            return Err(AppError::Input(problems.join("")));
        }
        let ledger = self
            .catalogue()
            .ledger("survey")
            .ok_or_else(|| AppError::Fault("目录里没有问卷台账".to_owned()))?;
        let mut fields: Fields = [
            ("title", questionnaire.title.clone()),
            ("topic", questionnaire.topic.clone()),
            ("audience", questionnaire.audience.clone()),
            ("opened_on", opens_on.to_string()),
            ("closed_on", closes_on.to_string()),
        ]
        .into_iter()
        .map(|(id, value)| (id.to_owned(), Value::Text(value)))
        .collect();
        fields.insert("anonymous".to_owned(), Value::Flag(true));
        let new = NewEntry {
            happened_on: self.clock.today(),
            fields,
        };
        // Planned earlier, the survey stands in the ledger already: its key is its title.
        let title = questionnaire.title.trim();
        let known = self
            .store
            .read(|db| db.entry_by_key(&actor.organ, "survey", title))?;
        let id = match known {
            Some(known) => known,
            None => {
                let changes = self.decide_openings(actor, ledger, vec![new])?;
                self.store
                    .write(|db| self.append(db, &actor.organ, &changes))?;
                changes.first().map(|c| c.entry.clone()).unwrap_or_default()
            }
        };
        let definition = serde_json::to_string(questionnaire);
        let definition = definition.map_err(|e| AppError::Fault(e.to_string()))?;
        self.inbox.write(|db| {
            db.put_questionnaire(&RoundRow {
                organ_id: actor.organ.clone(),
                id: id.clone(),
                state: "open".to_owned(),
                opens: opens_on.to_string(),
                closes: closes_on.to_string(),
                definition: definition.clone(),
            })
        })?;
        self.participation.forget();
        Ok(id)
    }

    /// All questionnaires of an organ, the newest first.
    ///
    /// # Errors
    /// When the in-box cannot be read.
    pub fn questionnaires(&self, organ: &str) -> Result<Vec<Round>> {
        authorise(&Actor::public(organ), Action::Visit, Resource::Portal)?;
        let rows = self.inbox.read(|db| db.questionnaires(organ))?;
        rows.into_iter().map(round_of).collect()
    }

    /// One questionnaire; kept in memory for a moment, since everybody who answers asks for it.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn questionnaire(&self, organ: &str, id: &str) -> Result<std::sync::Arc<Round>> {
        let now = self.clock.now().as_second();
        self.participation.questionnaire(organ, id, now, || {
            let all = self.questionnaires(organ)?;
            all.into_iter()
                .find(|r| r.id == id)
                .ok_or(AppError::NotFound("这份问卷"))
        })
    }

    /// Takes an answer in; `told` hears after it is on the disk whether it counts.
    ///
    /// # Errors
    /// What is wrong with the answers, or a code that is none.
    pub fn answer(
        &self,
        organ: &str,
        id: &str,
        who: &str,
        unit: &str,
        answers: &Answers,
        told: Told,
    ) -> Result<()> {
        authorise(&Actor::public(organ), Action::Apply, Resource::Portal)?;
        let round = self.questionnaire(organ, id)?;
        if !round.is_open(self.clock.today()) {
            return Err(AppError::Input("这份问卷现在不收答卷。".to_owned()));
        }
        let asked = &round.questionnaire;
        if asked.once == Once::Code && !self.is_questionnaire_code(id, who)? {
            return Err(AppError::Input(
                "答题码不对：请核对学校发的八位答题码。".to_owned(),
            ));
        }
        if !asked.units.is_empty() && !asked.units.iter().any(|u| u.name == unit) {
            return Err(AppError::Input("请选择学校或区县。".to_owned()));
        }
        if !asked.check(answers).is_empty() {
            return Err(AppError::Input("有的题还没有答，或答得不对。".to_owned()));
        }
        let body = serde_json::to_string(answers).map_err(|e| AppError::Fault(e.to_string()))?;
        let seal = self.seal("questionnaire", &format!("{id}:{}", tidy(who)))?;
        let op = Op::Answer {
            seal,
            answer: AnswerRow {
                organ_id: organ.to_owned(),
                questionnaire_id: id.to_owned(),
                answer_id: hex::encode(self.chance.bytes32()),
                unit: unit.to_owned(),
                body,
            },
        };
        self.answer_writer()?.hand_in(op, told);
        Ok(())
    }

    /// Codes for a questionnaire, to be handed out by schools; the same number gives the same ones.
    ///
    /// # Errors
    /// A denial.
    pub fn questionnaire_codes(&self, actor: &Actor, id: &str, count: u32) -> Result<Vec<String>> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        (1..=count)
            .map(|serial| self.questionnaire_code(id, serial))
            .collect()
    }

    fn questionnaire_code(&self, id: &str, serial: u32) -> Result<String> {
        let mac = self.short_code("questionnaire-code", &format!("{id}:{serial}"))?;
        Ok(format!("{mac}{serial}"))
    }

    fn is_questionnaire_code(&self, id: &str, code: &str) -> Result<bool> {
        let code = tidy(code);
        let serial: Option<u32> = code.get(8..).and_then(|s| s.parse().ok());
        match serial {
            Some(serial) => Ok(self.questionnaire_code(id, serial)? == code),
            None => Ok(false),
        }
    }

    /// Closes a questionnaire: each school's counts become an entry of the ledger.
    ///
    /// # Errors
    /// A denial, or closed before.
    pub fn close_questionnaire(&self, actor: &Actor, id: &str) -> Result<usize> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let rows = self.inbox.read(|db| db.questionnaires(&actor.organ))?;
        let row = rows.into_iter().find(|r| r.id == id);
        let row = row.ok_or(AppError::NotFound("这份问卷"))?;
        let round = round_of(row.clone())?;
        if round.counted {
            return Err(AppError::Input("这份问卷已经结束并计数。".to_owned()));
        }
        // No answer comes after the counts: first the round is closed, then it is counted. What
        // the ledger does not take leaves the round as it was.
        let put = |state: &str| {
            let state = state.to_owned();
            let row = RoundRow {
                state,
                ..row.clone()
            };
            let put = self.inbox.write(|db| db.put_questionnaire(&row));
            self.participation.forget();
            put
        };
        put("closed")?;
        let counted = self.count_into_ledger(actor, &round);
        if counted.is_err() {
            put(&row.state)?;
        }
        counted
    }

    /// Opens an entry of the ledger for each unit that gave answers.
    fn count_into_ledger(&self, actor: &Actor, round: &Round) -> Result<usize> {
        let results = self.count_answers(&actor.organ, round)?;
        let ledger = self
            .catalogue()
            .ledger("survey_return")
            .ok_or_else(|| AppError::Fault("目录里没有问卷回收台账".to_owned()))?;
        let new: Vec<NewEntry> = round
            .questionnaire
            .units
            .iter()
            .filter_map(|unit| Some((unit, results.unit(&unit.name)?)))
            .filter(|(_, result)| result.returned > 0)
            .map(|(unit, result)| return_entry(round, unit, result, self.clock.today()))
            .collect();
        let system = Actor::system(&actor.organ);
        let changes = self.decide_openings(&system, ledger, new)?;
        self.store.write(|db| {
            crate::entry::refuse_known_keys(db, &actor.organ, &changes)?;
            self.append(db, &actor.organ, &changes)
        })?;
        Ok(changes.len())
    }

    /// How many answers there are so far, for staff.
    ///
    /// # Errors
    /// A denial.
    pub fn answers_so_far(&self, actor: &Actor, id: &str) -> Result<u64> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        Ok(self.inbox.read(|db| db.answer_count(&actor.organ, id))?)
    }

    /// The results of a questionnaire, for the public when it has ended or shows them while it
    /// runs.
    ///
    /// # Errors
    /// [`AppError::Input`] while they are not shown yet.
    pub fn questionnaire_results(&self, organ: &str, id: &str) -> Result<Results> {
        let round = self.questionnaire(organ, id)?;
        let ended = round.counted || round.closes_on < self.clock.today();
        if !ended && !round.questionnaire.open_results {
            return Err(AppError::Input("问卷结束后公布结果。".to_owned()));
        }
        let results = if ended {
            self.count_answers(organ, &round)?
        } else {
            self.running_results(organ, &round)?
        };
        Ok(results.for_readers())
    }

    /// The results of a questionnaire that still runs: they move on by [`SMALL`] answers at least,
    /// so that nobody sees from the difference what the last one said.
    fn running_results(&self, organ: &str, round: &Round) -> Result<Results> {
        let now = self.inbox.read(|db| db.answer_count(organ, &round.id))?;
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        if let Some(shown) = self.participation.shown(organ, &round.id)
            && now < shown.returned + SMALL
        {
            return Ok(shown);
        }
        let results = self.count_answers(organ, round)?;
        if results.returned >= SMALL {
            self.participation.show(organ, &round.id, &results);
        }
        Ok(results)
    }
}

fn return_entry(round: &Round, unit: &AskedUnit, result: &UnitResult, today: Date) -> NewEntry {
    let asked = &round.questionnaire;
    let texts = [
        ("survey", &asked.title),
        ("topic", &asked.topic),
        ("audience", &asked.audience),
        ("school", &unit.name),
        ("district", &unit.district),
    ];
    let mut fields: Fields = texts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(id, value)| (id.to_owned(), Value::Text(value.clone())))
        .collect();
    fields.insert("collected_on".to_owned(), today.to_string().into());
    let invited = unit.invited.max(result.returned);
    fields.insert("invited".to_owned(), Value::Integer(invited));
    fields.insert("returned".to_owned(), Value::Integer(result.returned));
    // Of few answers the share says what single persons think.
    if let Some(satisfied) = result.satisfied.filter(|_| result.returned >= SMALL) {
        fields.insert("satisfied".to_owned(), Value::Integer(satisfied));
    }
    NewEntry {
        happened_on: today,
        fields,
    }
}

fn round_of(row: RoundRow) -> Result<Round> {
    let fault = |what: String| AppError::Fault(format!("questionnaire {}：{what}", row.id));
    let day = |text: &str| text.parse().map_err(|_| fault(format!("日期 {text}")));
    Ok(Round {
        opens_on: day(&row.opens)?,
        closes_on: day(&row.closes)?,
        counted: row.state == "closed",
        questionnaire: serde_json::from_str(&row.definition).map_err(|e| fault(e.to_string()))?,
        id: row.id,
    })
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

    fn asked(ask: Ask, required: bool) -> Questionnaire {
        Questionnaire {
            title: "问卷".to_owned(),
            intro: String::new(),
            topic: "其他".to_owned(),
            audience: "家长".to_owned(),
            once: Once::Device,
            units: Vec::new(),
            questions: vec![Question {
                text: "题".to_owned(),
                ask,
                required,
                satisfaction: false,
            }],
            open_results: false,
        }
    }

    #[test]
    fn answers_that_were_not_offered_are_refused() {
        let options: Vec<String> = vec!["是".to_owned(), "否".to_owned()];
        let single = asked(
            Ask::Single {
                options: options.clone(),
            },
            true,
        );
        let given = |texts: &[&str]| {
            let texts = texts.iter().map(|t| (*t).to_owned()).collect();
            Answers::from([(0, texts)])
        };
        assert!(single.check(&given(&["是"])).is_empty());
        assert_eq!(single.check(&given(&["也许"])).len(), 1);
        assert_eq!(single.check(&Answers::new()).len(), 1);
        let rows = vec!["甲".to_owned(), "乙".to_owned()];
        let matrix = asked(Ask::Matrix { rows, options }, true);
        assert_eq!(matrix.check(&given(&["是"])).len(), 1, "a row is missing");
        assert!(matrix.check(&given(&["是", "否"])).is_empty());
        let scale = asked(
            Ask::Scale {
                max: 5,
                low: String::new(),
                high: String::new(),
            },
            false,
        );
        assert!(scale.check(&Answers::new()).is_empty());
        assert_eq!(scale.check(&given(&["6"])).len(), 1);
    }
}

//! A case that is worked: everything goes through `decide`, and every step is held against the
//! laws that hold for all procedures.

use std::{collections::BTreeMap, sync::LazyLock};

use catalogue::{
    definition::{Action, Catalogue, FieldType, Ledger, Need},
    field::FieldContext,
    id::RoleId,
    value::{Fields, Value},
};
use kernel::{
    Certificate, Command, Event, Facts, Happening, Lead, Matter, Officer, Refusal, State,
    SubcaseFact, Who, apply, decide,
    decide::{Given, obstacle_on},
    kept::{Evidence, Paper},
};
use values::{calendar::Calendar, dates::Date};

use super::{
    laws,
    values::{Tape, any, later, turning},
};

pub static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);

/// Somebody who works in the office.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub roles: Vec<String>,
}

/// Two people for every role, and some who hold all of them.
pub fn people(catalogue: &Catalogue) -> Vec<Person> {
    let roles = || catalogue.roles().iter().map(|role| role.id.to_string());
    let of_role = |role: String| {
        (1..=2).map(move |n| Person {
            id: format!("{role}{n}"),
            roles: vec![role.clone()],
        })
    };
    let all = (1..=8).map(|n| Person {
        id: format!("all{n}"),
        roles: roles().collect(),
    });
    roles().flat_map(of_role).chain(all).collect()
}

/// Officers: a few good ones, one without a certificate, one whose certificate has run out.
pub fn officers() -> Vec<Officer> {
    let officer = |n: usize, until: Option<&str>| Officer {
        id: format!("officer{n}"),
        name: format!("执法{n}"),
        certificate: until.map(|day| Certificate {
            number: format!("06{n:02}"),
            from: None,
            until: Some(day.parse().unwrap()),
            cancelled_on: None,
        }),
    };
    let good = (2..8).map(|n| officer(n, Some("2099-12-31")));
    [officer(0, None), officer(1, Some("2020-12-31"))]
        .into_iter()
        .chain(good)
        .collect()
}

/// A case under way.
#[derive(Clone)]
pub struct Case<'a> {
    pub ledger: &'a Ledger,
    pub roles: &'a [catalogue::definition::Named<RoleId>],
    pub people: &'a [Person],
    pub state: State,
    pub events: Vec<Event>,
    pub subcases: Vec<SubcaseFact>,
    pub today: Date,
    /// Every step is held against the laws; a search, which tries thousands, does without.
    pub is_held: bool,
    /// What happened, in words, for whoever reads a failure.
    pub story: Vec<String>,
}

impl<'a> Case<'a> {
    /// Opens a case with these fields; tells where even that cannot be done.
    pub fn open(
        ledger: &'a Ledger,
        catalogue: &'a Catalogue,
        people: &'a [Person],
        fields: Fields,
        today: Date,
    ) -> Self {
        let mut case = Self {
            ledger,
            roles: catalogue.roles(),
            people,
            state: State {
                revision: 0,
                fields: Fields::new(),
                stage: None,
                history: Vec::new(),
                voided: false,
                opened_on: today,
            },
            events: Vec::new(),
            subcases: Vec::new(),
            today,
            is_held: true,
            story: vec![format!("{today} 登记 {fields:?}")],
        };
        let command = Command::Open { fields };
        let who = case.who(&people[0], Vec::new());
        let events = decide(ledger, None, command, &who, today).expect("it can be opened");
        let first = ledger.first_stage().map(|stage| &*stage.id);
        case.state = apply(None, &events[0], first);
        case.events = events;
        case
    }

    pub fn who<'b>(&'b self, person: &'b Person, officers: Vec<Officer>) -> Who<'b> {
        Who {
            actor: &person.id,
            roles: &person.roles,
            role_names: self.roles,
            today: self.today,
            context: FieldContext { districts: &[] },
            calendar: &CALENDAR,
            facts: Facts {
                officers,
                subcases: self.subcases.clone(),
                lead: Some(Lead::There(self.other())),
                ..Facts::default()
            },
        }
    }

    /// An older matter of the same kind, as far as this one has come: it can be joined to that one.
    fn other(&self) -> Matter {
        Matter {
            id: "other".into(),
            title: "先立案的一件".into(),
            stage: self.state.stage.clone(),
            voided: false,
            happened_on: Date::MIN,
            history: Vec::new(),
        }
    }

    /// The stage in which the matter that this one was joined to still stands.
    fn parted_in(&self) -> Option<String> {
        let (_, last) = self.state.last_act()?;
        let action = self.ledger.action(last.what.strip_prefix("action:")?)?;
        action.from.first().map(ToString::to_string)
    }

    /// Does something, and checks what always holds.
    pub fn does(
        &mut self,
        person: &Person,
        command: Command,
        officers: Vec<Officer>,
        on: Date,
    ) -> Result<(), Refusal> {
        let mut who = self.who(person, officers);
        if matches!(command, Command::Retract { .. }) {
            who.facts.past = self.events.clone();
            who.facts.lead = Some(Lead::There(Matter {
                stage: self.parted_in(),
                ..self.other()
            }));
        }
        let events = decide(self.ledger, Some(&self.state), command, &who, on)?;
        for event in events {
            let told = serde_json::to_string(&event.what).unwrap();
            self.story
                .push(format!("{} {} {told}", event.happened_on, person.id));
            if self.is_held {
                laws::event(self, person, &event);
            }
            self.state = apply(Some(self.state.clone()), &event, None);
            self.events.push(event);
        }
        if self.is_held {
            laws::state(self);
        }
        Ok(())
    }

    pub fn signs(&mut self, document: &str) {
        let paper = Paper {
            document: document.to_owned(),
            paper: format!("p{}", self.events.len()),
            version: 1,
            number: None,
            hash: "ab".into(),
        };
        let person = self.people.last().expect("somebody with all roles");
        let day = self.today;
        self.does(person, Command::SignPaper(paper), Vec::new(), day)
            .expect("a paper of the ledger can be signed");
    }

    pub fn adds_evidence(&mut self) {
        let evidence = Evidence {
            evidence: format!("e{}", self.events.len()),
            hash: "ab".into(),
            about: "cd".into(),
            size: 3,
            media_type: "image/png".into(),
        };
        let person = &self.people[0];
        let day = self.today;
        self.does(person, Command::AddEvidence(evidence), Vec::new(), day)
            .expect("evidence can be added");
    }

    /// Whether the page would offer the act to somebody.
    pub fn is_offered(&self, action: &Action, person: &Person, on: Date) -> bool {
        let who = self.who(person, Vec::new());
        obstacle_on(self.ledger, &self.state, action, Given::Later, &who, on).is_none()
    }

    /// The officers who could take part in an act.
    pub fn team(&self, action: &Action) -> Vec<Officer> {
        let free = officers().into_iter().skip(2).filter(|officer| {
            let mut barred = action.not_by.iter();
            !barred.any(|earlier| self.state.acts(earlier).any(|done| done.is_by(&officer.id)))
        });
        free.take(usize::from(action.officers)).collect()
    }

    /// Ways to fill in an act that the engine accepts, at most `max`, each with other values of the
    /// fields on which conditions turn.
    pub fn fillings(
        &self,
        action: &Action,
        person: &Person,
        on: Date,
        tape: &mut Tape<'_>,
        max: usize,
    ) -> Vec<Fields> {
        let needed = |id: &str| {
            let is = |need: &Need| matches!(need, Need::Field(field) if field.as_str() == id);
            let absent = !self.state.fields.contains_key(id);
            absent && (action.needs.iter().any(is) || self.ledger.field(id).unwrap().required)
        };
        let mut choices: Vec<(String, Vec<Option<Value>>)> = Vec::new();
        for id in &action.asks {
            let field = self.ledger.field(id).unwrap();
            let turning = turning(self.ledger, field, on);
            let values = match turning.is_empty() {
                true if needed(id) || tape.below(2) == 0 => vec![Some(any(field, tape, on))],
                true => vec![None],
                false => {
                    let absent = (!needed(id)).then_some(None);
                    turning.into_iter().map(Some).chain(absent).collect()
                }
            };
            choices.push((id.to_string(), values));
        }
        let combinations: usize = choices.iter().map(|(_, values)| values.len()).product();
        let officers = self.team(action);
        let mut accepted = Vec::new();
        let start = tape.below(combinations);
        let stride = stride(combinations);
        for step in 0..combinations.min(4_000) {
            let mut rest = (start + step * stride) % combinations;
            let mut fields = Fields::new();
            for (id, values) in &choices {
                if let Some(value) = &values[rest % values.len()] {
                    fields.insert(id.clone(), value.clone());
                }
                rest /= values.len();
            }
            let command = Command::Act {
                action: action.id.to_string(),
                fields: fields.clone(),
            };
            let who = self.who(person, officers.clone());
            if decide(self.ledger, Some(&self.state), command, &who, on).is_ok() {
                accepted.push(fields);
                if accepted.len() >= max {
                    break;
                }
            }
        }
        accepted
    }

    pub fn acts(
        &mut self,
        action: &Action,
        person: &Person,
        fields: Fields,
        officers: Vec<Officer>,
        on: Date,
    ) -> Result<(), Refusal> {
        let command = Command::Act {
            action: action.id.to_string(),
            fields,
        };
        self.does(person, command, officers, on)
    }

    /// The end of the procedure, where it stands there.
    pub fn has_ended(&self) -> bool {
        let stage = self.state.stage.as_deref().unwrap_or_default();
        self.ledger.stage(stage).is_some_and(|stage| stage.end)
    }

    /// The acts that were done and stand.
    pub fn done(&self) -> Vec<&str> {
        let stands = self.state.history.iter().filter(|done| !done.retracted);
        let mut acts: Vec<&str> = stands
            .filter_map(|done| done.what.strip_prefix("action:"))
            .collect();
        acts.sort_unstable();
        acts.dedup();
        acts
    }

    /// Time passes.
    pub fn waits(&mut self, days: i64) {
        self.today = later(self.today, days);
    }
}

/// A step that visits all of so many places and comes soon to far ones, so that the first few
/// fillings differ in every field.
fn stride(places: usize) -> usize {
    let coprime = |step: &usize| {
        let (mut a, mut b) = (places, *step);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a == 1
    };
    let golden = places * 618 / 1_000;
    (1..=golden.max(1)).rev().find(coprime).unwrap_or(1)
}

/// The fields of a new case: what is required, and of the rest some that no act fills.
pub fn opening(ledger: &Ledger, tape: &mut Tape<'_>, today: Date) -> Fields {
    let by_act = |id: &str| {
        let asks = |action: &Action| action.asks.iter().chain(&action.date).any(|f| **f == *id);
        ledger.actions.iter().any(asks)
    };
    let mut fields = BTreeMap::new();
    for field in &ledger.fields {
        let id = field.id.as_str();
        let wanted = field.required || (!by_act(id) && tape.one_in(2));
        if !wanted {
            continue;
        }
        let turning = turning(ledger, field, today);
        let value = match (ledger.date.as_deref() == Some(id), turning.is_empty()) {
            (true, _) => later(today, -i64::try_from(tape.below(4)).unwrap())
                .to_string()
                .into(),
            (_, false) => tape.pick(&turning).unwrap().clone(),
            _ if field.kind == FieldType::Date => today.to_string().into(),
            _ => any(field, tape, today),
        };
        fields.insert(id.to_owned(), value);
    }
    fields
}

/// What an event says was done, if it was an act.
pub fn acted(event: &Event) -> Option<&str> {
    match &event.what {
        Happening::Acted { action, .. } => Some(action),
        _ => None,
    }
}

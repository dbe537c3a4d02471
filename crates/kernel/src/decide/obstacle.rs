//! What stands in the way of an act: stage, role, separation of duties, officers, papers, time
//! limits and conditions, each with its ground.

use catalogue::{
    condition::Condition,
    definition::{Action, Citation, Field, FieldType, Ledger, Need},
    value::Fields,
};
use values::dates::Date;

use super::{Who, fillable::could_hold};
use crate::{
    again::{is_signed, was_done, was_done_here},
    clock::{Standing, running},
    happened::{branch_is_open, days_of_action, last_move},
    refusal::Refusal,
    state::{State, acts_in},
};

/// The fields that an act fills.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// They are given now: everything is judged.
    Now(&'a Fields),
    /// They will be asked for: what depends on them, and on who acts with whom, is not judged yet.
    Later,
}

/// Why an action cannot be done today, if it cannot. `fields` are those that the act would fill.
pub fn obstacle(
    ledger: &Ledger,
    state: &State,
    action: &Action,
    fields: &Fields,
    who: &Who<'_>,
) -> Option<Refusal> {
    obstacle_on(ledger, state, action, Given::Now(fields), who, who.today)
}

/// Why an action cannot be done on a day, if it cannot: asked by [`super::decide`] and by the page
/// that shows what can be done.
pub fn obstacle_on(
    ledger: &Ledger,
    state: &State,
    action: &Action,
    given: Given<'_>,
    who: &Who<'_>,
    on: Date,
) -> Option<Refusal> {
    let mut after = state.fields.clone();
    if let Given::Now(fields) = given {
        after.extend(fields.clone());
    }
    let act = Act {
        ledger,
        state,
        action,
        given,
        after: &after,
        who,
        on,
    };
    act.stage()
        .or_else(|| role(action, who))
        .or_else(|| act.too_early())
        .or_else(|| act.same_person())
        .or_else(|| act.needs())
        .or_else(|| act.too_late())
        .or_else(|| act.conditions())
        .or_else(|| act.officers())
}

/// Whether somebody's roles allow an action.
pub(super) fn role(action: &Action, who: &Who<'_>) -> Option<Refusal> {
    let may = action.by.is_empty() || action.by.iter().any(|role| who.roles.contains(role));
    (!may).then(|| Refusal::WrongRole {
        action: action.name.clone(),
        allowed: action.by.iter().map(|role| who.role_name(role)).collect(),
        law: action.law.clone().map(Box::new),
    })
}

/// An act that is being judged.
struct Act<'a> {
    ledger: &'a Ledger,
    state: &'a State,
    action: &'a Action,
    given: Given<'a>,
    /// The fields as they would be.
    after: &'a Fields,
    who: &'a Who<'a>,
    on: Date,
}

impl Act<'_> {
    fn name(&self) -> String {
        self.action.name.clone()
    }

    fn law(&self) -> Option<Box<Citation>> {
        self.action.law.clone().map(Box::new)
    }

    fn name_of(&self, action: &str) -> String {
        let action_name = |action: &Action| action.name.clone();
        self.ledger
            .action(action)
            .map_or_else(|| action.to_owned(), action_name)
    }

    fn stage(&self) -> Option<Refusal> {
        let stage = self.state.stage.as_deref().unwrap_or_default();
        if !self.ledger.stages.is_empty() && !self.action.from.iter().any(|s| **s == *stage) {
            let word = |id: &str| {
                let stage = self.ledger.stage(id);
                stage.map_or_else(|| id.to_owned(), |s| s.name.clone())
            };
            return Some(Refusal::WrongStage {
                action: self.name(),
                stage: word(stage),
                allowed: self.action.from.iter().map(|s| word(s)).collect(),
                law: self.law(),
            });
        }
        let again = !self.action.repeat && self.action.to.is_none();
        let done = again && was_done_here(self.ledger, self.state, self.action);
        done.then(|| Refusal::AlreadyDone {
            action: self.name(),
        })
    }

    /// Nothing is done before the entry was there, before its stage began, or before an act that it
    /// rests on: days given out of order would let clocks run for ever, or never.
    fn too_early(&self) -> Option<Refusal> {
        let opened = self
            .state
            .opened_on
            .min(self.state.happened_on(self.ledger));
        let first = std::iter::once(("登记".to_owned(), opened));
        let moved = last_move(self.ledger, self.state);
        let moved = moved.map(|(action, day)| (action.name.clone(), day));
        let needed = self.action.needs.iter().filter_map(|need| match need {
            Need::Action(id) => self.ledger.action(id),
            _ => None,
        });
        let begun = self.ledger.branches.iter();
        let begun = begun
            .filter(|branch| branch.ends.contains(&self.action.id))
            .filter_map(|branch| self.ledger.action(&branch.begins));
        let rested = needed.chain(begun).filter_map(|action| {
            let day = days_of_action(action, self.state).pop()?;
            Some((action.name.clone(), day))
        });
        let all = first.chain(moved).chain(rested);
        let (after, since) = all.max_by_key(|(_, day)| *day)?;
        (self.on < since).then(|| Refusal::TooEarly {
            action: self.name(),
            given: self.on,
            after,
            since,
        })
    }

    fn same_person(&self) -> Option<Refusal> {
        let law = || self.law();
        for earlier in &self.action.not_by {
            if self.was_done_by(earlier, self.who.actor) {
                return Some(Refusal::SamePerson {
                    action: self.name(),
                    earlier: self.name_of(earlier),
                    law: law(),
                });
            }
            for officer in &self.who.facts.officers {
                if self.was_done_by(earlier, &officer.id) {
                    return Some(Refusal::SameOfficer {
                        action: self.name(),
                        officer: officer.name.clone(),
                        earlier: self.name_of(earlier),
                        law: law(),
                    });
                }
            }
        }
        for (field, earlier) in &self.action.not_by_case {
            let cases = self.who.facts.cases.iter();
            let mine = cases.filter(|act| *act.field == **field && *act.action == **earlier);
            for act in mine {
                let did = |person: &str| act.done.iter().any(|done| done.is_by(person));
                if did(self.who.actor) {
                    return Some(Refusal::SamePerson {
                        action: self.name(),
                        earlier: act.name.clone(),
                        law: law(),
                    });
                }
                if let Some(officer) = self.who.facts.officers.iter().find(|o| did(&o.id)) {
                    return Some(Refusal::SameOfficer {
                        action: self.name(),
                        officer: officer.name.clone(),
                        earlier: act.name.clone(),
                        law: law(),
                    });
                }
            }
        }
        None
    }

    /// Whether somebody took part in an act here, or in a matter that is joined to this one.
    fn was_done_by(&self, earlier: &str, person: &str) -> bool {
        let joined = self.who.facts.joined.iter();
        let mut here = std::iter::once(&self.state.history)
            .chain(joined.map(|matter| &matter.history))
            .flat_map(|history| acts_in(history, earlier));
        here.any(|done| done.is_by(person))
    }

    fn officers(&self) -> Option<Refusal> {
        if self.action.officers == 0 || matches!(self.given, Given::Later) {
            return None;
        }
        let officers = &self.who.facts.officers;
        let mut ids: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let barred: Vec<String> = officers.iter().filter_map(|o| o.barred(self.on)).collect();
        if usize::from(self.action.officers) <= ids.len() && barred.is_empty() {
            return None;
        }
        let ground = self.action.officers_law.clone();
        Some(Refusal::Officers {
            action: self.name(),
            needed: self.action.officers,
            given: ids.len(),
            barred,
            law: ground.map(Box::new).or_else(|| self.law()),
        })
    }

    fn needs(&self) -> Option<Refusal> {
        let begin = self.ledger.branches.iter().filter(|branch| {
            let ends = branch.ends.contains(&self.action.id);
            ends && !branch_is_open(self.ledger, &branch.id, self.state)
        });
        let mut what: Vec<String> = begin
            .map(|branch| format!("先办理“{}”", self.name_of(&branch.begins)))
            .collect();
        what.extend(
            self.action
                .needs
                .iter()
                .filter_map(|need| self.missing(need)),
        );
        (!what.is_empty()).then(|| Refusal::Missing {
            action: self.name(),
            what,
            law: self.law(),
        })
    }

    /// Names a need that is not met.
    fn missing(&self, need: &Need) -> Option<String> {
        match need {
            Need::Action(id) => {
                let action = self.ledger.action(id)?;
                (!was_done(self.ledger, self.state, action))
                    .then(|| format!("先办理“{}”", action.name))
            }
            Need::Field(id) => {
                let later = matches!(self.given, Given::Later) && self.asks(id);
                let filled = later || self.after.contains_key(id.as_str());
                let name = self.ledger.field(id).map_or(id.as_str(), |f| &f.name);
                (!filled).then(|| format!("填写“{name}”"))
            }
            Need::Document(id) => {
                let signed = is_signed(self.ledger, self.state, id);
                let name = self.ledger.document(id).map_or(id.as_str(), |d| &d.name);
                (!signed).then(|| format!("制作并签发《{name}》"))
            }
            Need::Evidence => (!self.state.has_evidence()).then(|| "附证据材料".to_owned()),
            Need::Over(id) => self.not_over(id),
            Need::Branch(id) => {
                let branch = self.ledger.branch(id)?;
                let begins = self.ledger.action(&branch.begins);
                let begun = begins.is_some_and(|a| was_done_here(self.ledger, self.state, a));
                let called_for = branch.when.as_ref().is_none_or(|when| self.holds(when));
                let waits = match begun {
                    true => branch_is_open(self.ledger, id, self.state),
                    false => called_for,
                };
                waits.then(|| format!("“{}”办理完毕", branch.name))
            }
            Need::Subcase(id) => self.open_subcase(id),
        }
    }

    fn not_over(&self, id: &str) -> Option<String> {
        let clock = self.ledger.clock(id)?;
        let Some(running) = running(self.ledger, clock, self.state, self.who.calendar) else {
            return Some(format!("“{}”还没有开始", clock.name));
        };
        let stopped = running.stopped_on.is_some_and(|day| day <= self.on);
        let over = stopped || running.due() < self.on;
        let due = values::dates::chinese(running.due());
        (!over).then(|| format!("“{}”届满（{due}）", clock.name))
    }

    fn open_subcase(&self, id: &str) -> Option<String> {
        let subcase = self.ledger.subcase(id)?;
        let facts = self.who.facts.subcases.iter();
        let mine: Vec<_> = facts.filter(|fact| fact.is_of(subcase)).collect();
        let open = mine.iter().filter(|fact| !fact.ended);
        let open: Vec<&str> = open.map(|fact| &*fact.title).collect();
        if !open.is_empty() {
            return Some(format!("办结“{}”（{}）", subcase.name, open.join("、")));
        }
        let wanted = subcase.when.as_ref().is_some_and(|when| self.holds(when));
        let reached = mine.iter().any(|fact| fact.reached);
        match (wanted && !reached, mine.is_empty()) {
            (false, _) => None,
            (true, true) => Some(format!("登记并办结“{}”", subcase.name)),
            (true, false) => Some(format!(
                "“{}”通过（已办结的没有通过，须重新登记办理）",
                subcase.name
            )),
        }
    }

    fn too_late(&self) -> Option<Refusal> {
        for id in &self.action.within {
            let excusing = |action: &&Action| action.excuses.contains(id);
            let Some(clock) = self.ledger.clock(id) else {
                continue;
            };
            let excused = |action: &Action| {
                action.excuses.contains(id) && self.state.acts(&action.id).next().is_some()
            };
            if self.ledger.actions.iter().any(excused) {
                continue;
            }
            let running = running(self.ledger, clock, self.state, self.who.calendar);
            if let Some(late) = running.filter(|r| r.standing(self.on) == Standing::Overdue) {
                let extension = clock.extension.as_ref().map(|(action, _)| action);
                let prolongs = extension.is_some_and(|action| *action == self.action.id);
                let extension = extension.filter(|_| !prolongs);
                let excuse = self.ledger.actions.iter().find(excusing);
                return Some(Refusal::TooLate {
                    action: self.name(),
                    clock: clock.name.clone(),
                    due: late.due(),
                    extension: extension.map(|action| self.name_of(action)),
                    excuse: excuse
                        .filter(|_| !prolongs)
                        .map(|action| action.name.clone()),
                    law: clock.law.clone().map(Box::new).or_else(|| self.law()),
                });
            }
        }
        None
    }

    fn conditions(&self) -> Option<Refusal> {
        for guard in &self.action.guards {
            if !self.passes(&guard.when) {
                let ground = guard.law.clone().map(Box::new);
                return Some(Refusal::Guard {
                    action: self.name(),
                    say: guard.say.clone(),
                    law: ground.or_else(|| self.law()),
                });
            }
        }
        let when = self.action.when.as_ref()?;
        (!self.passes(when)).then(|| Refusal::Condition {
            action: self.name(),
            wants: self.wants(when),
            law: self.law(),
        })
    }

    /// What would have to be filled in otherwise, field by field: the options with which the
    /// condition would hold, where there are few.
    fn wants(&self, condition: &Condition) -> Vec<String> {
        let fields = condition.fields("entry");
        let fields = fields.filter_map(|id| self.ledger.field(id));
        let want = |field: &Field| {
            let options = match &field.kind {
                FieldType::Choice { options } => options.as_slice(),
                _ => &[],
            };
            let fits = |option: &&String| {
                let mut otherwise = self.after.clone();
                otherwise.insert(field.id.to_string(), option.as_str().into());
                condition.holds("entry", &otherwise) == Ok(true)
            };
            let fits: Vec<String> = options
                .iter()
                .filter(fits)
                .map(|option| format!("“{option}”"))
                .collect();
            match fits.len() {
                1..=3 => format!("“{}”须为{}", field.name, fits.join("或")),
                _ => format!("请核对“{}”", field.name),
            }
        };
        fields.map(want).collect()
    }

    /// Whether a condition holds, or can still be met by what the act will ask for.
    fn passes(&self, condition: &Condition) -> bool {
        match self.given {
            Given::Now(_) => self.holds(condition),
            Given::Later => {
                could_hold(self.ledger, condition, self.after, |field| self.asks(field))
            }
        }
    }

    fn asks(&self, field: &str) -> bool {
        let mut asks = self.action.asks.iter().chain(&self.action.date);
        asks.any(|asked| **asked == *field)
    }

    /// A condition that cannot be evaluated (an absent field) does not hold.
    fn holds(&self, condition: &Condition) -> bool {
        condition.holds("entry", self.after).unwrap_or(false)
    }
}

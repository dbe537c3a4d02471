//! The deadline board: what is overdue, due today, this week and later, and how it was counted.

use std::collections::BTreeMap;

use catalogue::definition::Ledger;
use kernel::{Done, Running, Standing, State, clocks};
use sha2::{Digest, Sha256};
use store::{DeadlineQuery, DeadlineRow, OutcomeRow};
use values::{
    calendar::{Calendar, Step},
    dates::Date,
};

use crate::{
    App,
    append::Change,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
};

/// An open clock on the board.
#[derive(Clone, Debug)]
pub struct Due {
    /// The entry.
    pub entry: Entry,
    /// What has to be done: the clock's name.
    pub what: String,
    /// The last day.
    pub due_on: Date,
    /// The day that started it.
    pub started_on: Date,
    /// The day it was stopped.
    pub stopped_on: Option<Date>,
    /// Days left, negative when late; working days where the limit is in working days and one has
    /// passed.
    pub left: i64,
    /// `left` counts working days.
    pub working_days: bool,
    /// Set by law, not promised.
    pub statutory: bool,
    /// The last day may still move: a holiday notice is missing.
    pub provisional: bool,
    /// Suspended.
    pub suspended: bool,
    /// Time given to the party: once it is over the right has lapsed, and nobody here is late.
    pub party: bool,
    /// A time of the party that was not kept late but ran out: it was waited for, or the procedure
    /// has ended.
    pub ran_out: bool,
    /// Ground.
    pub law: Option<String>,
    /// How it was counted, step by step.
    pub steps: Vec<String>,
}

/// A group of the board.
#[derive(Clone, Debug)]
pub struct DueGroup {
    /// `overdue`, `today`, `week` or `later`.
    pub id: &'static str,
    /// Its Chinese name.
    pub name: &'static str,
    /// The first of them, the most urgent first.
    pub dues: Vec<Due>,
    /// How many there are; counting stops at [`COUNT_MAX`].
    pub count: u64,
}

/// Overdue rate of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionRate {
    /// Section id.
    pub section: String,
    /// Clocks stopped in time.
    pub met: i64,
    /// Clocks stopped late.
    pub missed: i64,
    /// Clocks that run and are late now.
    pub overdue: u64,
}

/// Counting on the board stops here.
pub const COUNT_MAX: usize = 1_000;
const FIRST: &str = "0000-01-01";
const LAST: &str = "9999-12-31";

impl App {
    /// The board of one section, or of all that the actor may see; of one person, if one is named.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn board(
        &self,
        actor: &Actor,
        section: Option<&str>,
        person: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DueGroup>> {
        let today = self.clock.today();
        let week_end = today.saturating_add(jiff::Span::new().days(7));
        let day = |d: Date| d.to_string();
        let yesterday = today.yesterday().map_or(FIRST.to_owned(), day);
        let tomorrow = today.tomorrow().map_or(LAST.to_owned(), day);
        let after_week = week_end.tomorrow().map_or(LAST.to_owned(), day);
        let spans = [
            ("overdue", "逾期", FIRST.to_owned(), yesterday),
            ("today", "今天", day(today), day(today)),
            ("week", "七天内", tomorrow, day(week_end)),
            ("later", "以后", after_week, LAST.to_owned()),
        ];
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        let person = self.board_person(actor, person)?;
        let person = person.as_deref();
        let sections = match person {
            Some(_) => vec![None],
            None => Self::board_sections(actor, section),
        };
        self.store.read(|db| {
            let mut groups = Vec::new();
            for (id, name, from, to) in &spans {
                let (mut rows, mut count) = (Vec::new(), 0);
                for section in &sections {
                    let query = DeadlineQuery {
                        organ_id: &actor.organ,
                        section_id: section.as_deref(),
                        account_id: person,
                        from,
                        to,
                    };
                    rows.extend(db.deadlines(&query, limit)?);
                    count += db.deadline_count(&query, COUNT_MAX)?;
                }
                if sections.len() > 1 {
                    rows.sort_by(|a, b| a.due_on.cmp(&b.due_on));
                    rows.truncate(limit);
                    count = count.min(COUNT_MAX as u64);
                }
                let ids: Vec<&str> = rows.iter().map(|r| r.entry_id.as_str()).collect();
                let mut entries = BTreeMap::new();
                for row in db.entries(&actor.organ, &ids)? {
                    entries.insert(row.entry_id.clone(), self.entry_of(row)?);
                }
                let dues = rows.iter().filter_map(|row| {
                    let entry = entries.get(&row.entry_id)?;
                    crate::entry::may_read(actor, entry)
                        .then(|| self.due(entry, row, today))
                        .flatten()
                });
                groups.push(DueGroup {
                    id,
                    name,
                    dues: dues.collect(),
                    count,
                });
            }
            Ok::<_, AppError>(groups)
        })
    }

    /// Clerks see the work of their own section; those who look everywhere may choose. Nothing is
    /// all sections.
    fn board_sections(actor: &Actor, asked: Option<&str>) -> Vec<Option<String>> {
        if actor.is("leader") || actor.is("legal_section") {
            vec![asked.filter(|s| !s.is_empty()).map(str::to_owned)]
        } else {
            let own = std::iter::once(&actor.section).chain(&actor.also);
            own.cloned().map(Some).collect()
        }
    }

    /// Everybody asks for himself, clerks for people of their own section.
    fn board_person(&self, actor: &Actor, asked: Option<&str>) -> Result<Option<String>> {
        let Some(asked) = asked.filter(|p| !p.is_empty()) else {
            return Ok(None);
        };
        if asked == actor.account {
            return Ok(Some(asked.to_owned()));
        }
        let near = self.colleagues(actor, "")?;
        let known = near.into_iter().find(|(id, _)| id == asked);
        Ok(Some(known.ok_or(AppError::NotFound("该人员"))?.0))
    }

    fn due(&self, entry: &Entry, row: &DeadlineRow, today: Date) -> Option<Due> {
        let running = clocks(&entry.ledger, &entry.state, &self.calendar);
        let running = running
            .into_iter()
            .find(|r| r.clock.id.as_str() == row.clock)?;
        Some(due_of(entry, &running, &self.calendar, today))
    }

    /// All clocks of an entry: open ones with days left, stopped ones with their outcome.
    ///
    /// # Errors
    /// As for reading the entry.
    pub fn entry_clocks(&self, entry: &Entry) -> Vec<(Due, Standing)> {
        let today = self.clock.today();
        clocks(&entry.ledger, &entry.state, &self.calendar)
            .iter()
            .map(|r| (due_of(entry, r, &self.calendar, today), r.standing(today)))
            .collect()
    }

    /// How many clocks each section met and missed in a year, and how many are late now.
    ///
    /// # Errors
    /// A denial.
    pub fn section_rates(&self, actor: &Actor, year: i16) -> Result<Vec<SectionRate>> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        let today = self.clock.today();
        let yesterday = today
            .yesterday()
            .map_or(FIRST.to_owned(), |d| d.to_string());
        let (from, to) = (format!("{year:04}-01"), format!("{year:04}-12"));
        self.store.read(|db| {
            let mut sections: BTreeMap<String, SectionRate> = BTreeMap::new();
            let empty = |section: &str| SectionRate {
                section: section.to_owned(),
                met: 0,
                missed: 0,
                overdue: 0,
            };
            for row in db.outcomes(&actor.organ, &from, &to)? {
                let rate = sections
                    .entry(row.section_id.clone())
                    .or_insert_with(|| empty(&row.section_id));
                rate.met += row.met;
                rate.missed += row.missed;
            }
            for section in self.catalogue().sections() {
                let overdue = db.deadline_count(
                    &DeadlineQuery {
                        organ_id: &actor.organ,
                        section_id: Some(&section.id),
                        account_id: None,
                        from: FIRST,
                        to: &yesterday,
                    },
                    COUNT_MAX,
                )?;
                if overdue > 0 {
                    sections
                        .entry(section.id.to_string())
                        .or_insert_with(|| empty(&section.id))
                        .overdue = overdue;
                }
            }
            Ok::<_, AppError>(sections.into_values().collect())
        })
    }

    /// The rows that the clocks of a changed entry leave: open ones, and differences of outcomes.
    pub(crate) fn clock_rows(
        &self,
        organ: &str,
        change: &Change,
        after: &State,
    ) -> (Vec<DeadlineRow>, Vec<OutcomeRow>) {
        let ledger = &change.ledger;
        if ledger.clocks.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let mut outcomes = Vec::new();
        if let Some(before) = &change.before {
            let running = clocks(ledger, before, &self.calendar);
            outcomes.extend(running.iter().filter_map(|r| outcome(organ, change, r, -1)));
        }
        let mut open = Vec::new();
        for running in clocks(ledger, after, &self.calendar) {
            outcomes.extend(outcome(organ, change, &running, 1));
            // Nobody here is late when a time of the party passes.
            if running.stopped_on.is_none() && !running.clock.party {
                open.push(DeadlineRow {
                    organ_id: organ.to_owned(),
                    entry_id: change.entry.clone(),
                    clock: running.clock.id.to_string(),
                    ledger: ledger.id.to_string(),
                    section_id: ledger.section.to_string(),
                    due_on: running.due().to_string(),
                    started_on: running.started_on.to_string(),
                    statutory: running.clock.statutory,
                    provisional: running.counted.provisional,
                    suspended: running.suspended_since.is_some(),
                    account_id: at_it(ledger, after),
                });
            }
        }
        (open, outcomes)
    }
}

/// Events of a feed at most.
const FEED_MAX: usize = 500;
/// The note under which the secret of the feeds' addresses is kept.
pub(crate) const FEED_SECRET: &str = "feed-secret";

impl App {
    /// The secret part of the address of a person's calendar feed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn feed_token(&self, actor: &Actor) -> Result<String> {
        let secret = match self.feed_secret()? {
            Some(secret) => secret,
            None => self.new_feed_secret()?,
        };
        let text = format!("feed/v1\n{secret}\n{}\n{}\n", actor.organ, actor.account);
        Ok(hex::encode(&Sha256::digest(text.as_bytes())[..16]))
    }

    /// A person's open deadlines as iCalendar; `None` where account and token do not belong
    /// together.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn feed(&self, account: &str, token: &str) -> Result<Option<Vec<u8>>> {
        let mut found = None;
        for organ in self.organs() {
            let row = self.store.read(|db| db.account(&organ.id, account))?;
            found = found.or(row.filter(|a| a.state == "active"));
        }
        let Some(account) = found else {
            return Ok(None);
        };
        let actor = self.store.read(|db| self.actor_of(db, account))?;
        let staff = authorise(&actor, Action::ReadFigures, Resource::Figures).is_ok();
        if self.feed_token(&actor)? != token || !staff {
            return Ok(None);
        }
        let mut events = Vec::new();
        for group in self.board(&actor, None, Some(&actor.account), FEED_MAX)? {
            for due in group.dues.into_iter().filter(|d| !d.suspended) {
                let name = [&due.entry.title, &due.entry.number]
                    .into_iter()
                    .find(|t| !t.is_empty());
                let name = name
                    .cloned()
                    .unwrap_or_else(|| due.entry.ledger.name.clone());
                let law = due
                    .law
                    .as_ref()
                    .map(|l| format!("依据：{l}\n"))
                    .unwrap_or_default();
                events.push(office::calendar::Event {
                    uid: format!("{}-{}@yifa", due.entry.id, due.what),
                    day: due.due_on,
                    last_day: due.due_on,
                    summary: format!("{}：{name}", due.what),
                    description: format!(
                        "{}\n{law}{}",
                        due.entry.ledger.name,
                        due.steps.join("\n")
                    ),
                    url: None,
                    alarms: vec![1, 3],
                    changed_at: due
                        .entry
                        .changed_at
                        .parse()
                        .unwrap_or_else(|_| self.clock.now()),
                    sequence: due.entry.state.revision,
                    cancelled: false,
                });
            }
        }
        Ok(Some(
            office::calendar::write_ics("依法 · 期限", &events).into_bytes(),
        ))
    }
}

/// Roles that decide what others work on: who approves an extension does not take the case over.
const DECIDE: [&str; 3] = ["head", "section_head", "meeting"];

/// Who is at an entry: whoever did the last act of its procedure that was more than a decision of
/// those above, else whoever opened it.
fn at_it(ledger: &Ledger, state: &State) -> String {
    let works = |done: &&Done| {
        let id = done.what.strip_prefix("action:");
        let action = id.and_then(|id| ledger.action(id));
        let above = |role: &String| DECIDE.contains(&role.as_str());
        !done.retracted && action.is_some_and(|a| a.by.is_empty() || !a.by.iter().all(above))
    };
    let last = state.history.iter().rev().find(works);
    let last = last.or(state.history.first());
    last.map(|d| d.actor.clone()).unwrap_or_default()
}

fn outcome(organ: &str, change: &Change, running: &Running<'_>, sign: i64) -> Option<OutcomeRow> {
    // What the party let pass, and what ended with the procedure, says nothing of the office.
    if running.clock.party || running.lapsed {
        return None;
    }
    let stopped_on = running.stopped_on?;
    let missed = stopped_on > running.due();
    Some(OutcomeRow {
        organ_id: organ.to_owned(),
        section_id: change.ledger.section.to_string(),
        ledger: change.ledger.id.to_string(),
        clock: running.clock.id.to_string(),
        month: stopped_on.to_string()[..7].to_owned(),
        met: if missed { 0 } else { sign },
        missed: if missed { sign } else { 0 },
    })
}

/// The days left until a last day, negative when it is past, and whether they are working days:
/// on a weekend after it no working day is over, and days of the calendar are counted.
fn days_left(calendar: &Calendar, working_days: bool, today: Date, due_on: Date) -> (i64, bool) {
    let working = match due_on >= today {
        true => calendar.working_days_between(today, due_on),
        false => -calendar.working_days_between(due_on, today),
    };
    match working_days && (working != 0 || due_on >= today) {
        true => (working, true),
        false => (i64::from(values::dates::days_between(today, due_on)), false),
    }
}

fn due_of(entry: &Entry, running: &Running<'_>, calendar: &Calendar, today: Date) -> Due {
    use values::calendar::Limit;
    let due_on = running.due();
    let working_days = matches!(running.clock.limit, Limit::WorkingDays(_));
    let (left, working_days) = days_left(calendar, working_days, today, due_on);
    Due {
        entry: entry.clone(),
        what: running.clock.name.clone(),
        due_on,
        started_on: running.started_on,
        stopped_on: running.stopped_on,
        left,
        working_days,
        statutory: running.clock.statutory,
        provisional: running.counted.provisional,
        suspended: running.suspended_since.is_some(),
        party: running.clock.party,
        ran_out: running.clock.waited || (running.clock.party && running.lapsed),
        law: running.clock.law.as_ref().map(ToString::to_string),
        steps: running
            .counted
            .steps
            .iter()
            .map(Step::to_string)
            .chain(running.lapsed.then(|| ended_with(entry)))
            .collect(),
    }
}

/// Why a clock stopped without the thing being done: the procedure ended before.
fn ended_with(entry: &Entry) -> String {
    let acts = entry.state.history.iter().filter(|done| !done.retracted);
    let last = acts.rev().find(|done| done.to.is_some());
    let action = last.and_then(|done| {
        let id = done.what.strip_prefix("action:")?;
        entry.ledger.action(id)
    });
    let name = action.map_or("程序结束", |action| &action.name);
    let joined = match entry.state.joined_to() {
        Some(_) => "；由并入的那一件按它的期限继续办理",
        None => "",
    };
    let ground = action.and_then(|action| action.law.as_ref());
    let ground = ground.map_or_else(String::new, |law| format!("（依据：{law}）"));
    format!("因“{name}”，本件程序结束，期限不再计算{joined}{ground}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekend_after_the_last_day_is_late_by_days_of_the_calendar() {
        let calendar = Calendar::builtin();
        let left = |today: &str| {
            let (today, due) = (today.parse(), "2022-12-30".parse());
            days_left(&calendar, true, today.expect("a day"), due.expect("a day"))
        };
        assert_eq!(left("2022-12-29"), (1, true));
        assert_eq!(left("2022-12-30"), (0, true));
        assert_eq!(left("2022-12-31"), (-1, false), "a Saturday");
        assert_eq!(
            left("2023-01-03"),
            (-1, true),
            "the first day after the holiday"
        );
    }
}

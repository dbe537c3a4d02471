//! Clocks (期限): which time limits run on an entry, until when, and how that was counted.
//!
//! Derived from the entry's state, its definition and the calendar alone: the answer is the same
//! whenever it is asked, so due dates are kept as rows only to be found quickly. Nothing here reads
//! today's date; whether a clock is overdue is asked of a [`Running`] with a day.

use catalogue::definition::{Action, Clock, Ledger, Trigger};
use values::{
    calendar::{Calendar, Counted, Limit, Term},
    dates::{Date, Period},
};

use crate::{
    happened::{brings, days_of, days_of_action, ended},
    state::State,
};

/// A clock that has started on an entry.
#[derive(Clone, Debug)]
pub struct Running<'a> {
    /// Its definition.
    pub clock: &'a Clock,
    /// The day of the event that started it; counting begins the day after.
    pub started_on: Date,
    /// The last day, with every step of the counting.
    pub counted: Counted,
    /// The day it was stopped.
    pub stopped_on: Option<Date>,
    /// It stopped only because the procedure ended or the thing was needless by then, not because
    /// it was done.
    pub lapsed: bool,
    /// Since when it is suspended, if it is now.
    pub suspended_since: Option<Date>,
}

/// Where a clock stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Stopped in time.
    Met,
    /// Stopped after its last day.
    Missed,
    /// Suspended: its last day will move.
    Suspended,
    /// Runs, and its last day has not passed.
    Open,
    /// Runs, and its last day has passed.
    Overdue,
}

impl Running<'_> {
    /// The day after which it is late.
    #[expect(
        clippy::misnamed_getters,
        reason = "late is who acts after the moved day, not after the counted one"
    )]
    pub fn due(&self) -> Date {
        self.counted.legal
    }
    /// Where it stands on a day.
    pub fn standing(&self, today: Date) -> Standing {
        match (self.stopped_on, self.suspended_since) {
            (Some(on), _) if on > self.due() => Standing::Missed,
            (Some(_), _) => Standing::Met,
            (None, Some(_)) => Standing::Suspended,
            (None, None) if today > self.due() => Standing::Overdue,
            (None, None) => Standing::Open,
        }
    }
}

/// The clocks that have started on an entry, in the order of the definition. A void entry has none.
pub fn clocks<'a>(ledger: &'a Ledger, state: &State, calendar: &Calendar) -> Vec<Running<'a>> {
    if state.voided {
        return Vec::new();
    }
    ledger
        .clocks
        .iter()
        .filter_map(|clock| running(ledger, clock, state, calendar))
        .collect()
}

/// One clock of an entry; `None` while it has not started.
pub(crate) fn running<'a>(
    ledger: &Ledger,
    clock: &'a Clock,
    state: &State,
    calendar: &Calendar,
) -> Option<Running<'a>> {
    let days_of = |trigger: &Trigger| days_of(ledger, trigger, state);
    let started_on = days_of(&clock.starts).into_iter().min()?;
    let known_on = known_on(ledger, clock, state, started_on);
    let stopped_on = clock
        .stops
        .iter()
        .flat_map(days_of)
        .filter(|day| *day >= known_on)
        .min();
    let moot = clock.moot.iter().flat_map(days_of);
    let moot = moot.filter(|day| *day >= known_on).min();
    // What is done on the day on which it becomes needless was done.
    let stopped_on = stopped_on.filter(|on| moot.is_none_or(|day| *on <= day));
    let end = end_of(ledger, clock, state).map(|day| day.max(started_on));
    let end = moot.into_iter().chain(end).min();
    let lapsed = stopped_on.is_none() && end.is_some();
    let stopped_on = stopped_on.or(end);
    let mut term = Term::new(started_on, clock.limit);
    if let Some(then) = clock.then {
        term = term.then(then);
    }
    let mut suspended_since = None;
    for pair in &clock.suspended {
        let mut ends = days_of(&pair.1);
        ends.sort();
        let waited_for = waited_for(ledger, pair);
        for begin in days_of(&pair.0) {
            let answered = ends.iter().find(|end| **end >= begin).copied();
            let at_most = waited_for.map(|limit| Term::new(begin, limit).count(calendar).legal);
            match answered.into_iter().chain(at_most).min() {
                Some(end) => {
                    if let Some(period) = Period::new(begin, end) {
                        term = term.suspended(period);
                    }
                }
                None => suspended_since = Some(begin),
            }
        }
    }
    if let Some((action, limit)) = &clock.extension {
        for _ in state.acts(action) {
            term = term.extended(*limit);
        }
    }
    let counted = term.count(calendar);
    let suspended_since = suspended_since.filter(|_| stopped_on.is_none());
    Some(Running {
        clock,
        started_on,
        counted,
        stopped_on,
        lapsed,
        suspended_since,
    })
}

/// The time that a party has for what a suspension waits for: a clock of the party that the same
/// acts start and stop. The suspension lasts no longer, so that nobody's silence keeps a matter.
fn waited_for(ledger: &Ledger, (from, to): &(Trigger, Trigger)) -> Option<Limit> {
    let (Trigger::Action(from), Trigger::Action(to)) = (from, to) else {
        return None;
    };
    let (from, to) = (ledger.action(from)?, ledger.action(to)?);
    let times = ledger.clocks.iter().filter(|clock| clock.party);
    let mut times = times.filter(|clock| {
        brings(from, &clock.starts) && clock.stops.iter().any(|stop| brings(to, stop))
    });
    times.next().map(|clock| clock.limit)
}

/// The day from which the clock can be stopped. A date that somebody fixed for later (整改期限) can
/// be met before it comes, and what was entered late may have been answered before it was entered.
fn known_on(ledger: &Ledger, clock: &Clock, state: &State, started_on: Date) -> Date {
    match &clock.starts {
        Trigger::Field(field) => {
            let fills = |action: &&Action| {
                let mut fills = action.asks.iter().chain(&action.date);
                fills.any(|filled| filled == field)
            };
            let acts = ledger.actions.iter().filter(fills);
            let days = acts.flat_map(|action| days_of_action(action, state));
            // A day that is itself the last one was known before it was entered: a plan's entry may
            // even bear it as its date.
            let earliest = match clock.limit {
                Limit::CalendarDays(0) => Date::MIN,
                _ => state.opened_on.min(state.happened_on(ledger)),
            };
            days.max().unwrap_or(earliest).min(started_on)
        }
        Trigger::Action(_) => started_on,
        Trigger::Opened | Trigger::Stage(_) if started_on == state.opened_on => {
            started_on.min(state.happened_on(ledger))
        }
        Trigger::Opened | Trigger::Stage(_) => started_on,
    }
}

/// The day on which the end of the procedure ends the clock too: not one that the end starts, nor
/// one that an act which is done after the end would stop (公示 after 送达).
fn end_of(ledger: &Ledger, clock: &Clock, state: &State) -> Option<Date> {
    let (stage, day) = ended(ledger, state)?;
    let started_by_it = match &clock.starts {
        Trigger::Stage(start) => **start == *stage,
        Trigger::Action(start) => {
            let action = ledger.action(start);
            action.is_some_and(|action| action.to.as_deref() == Some(&stage))
        }
        Trigger::Opened | Trigger::Field(_) => false,
    };
    let after_it = |action: &&Action| action.from.iter().any(|from| **from == *stage);
    let mut after_it = ledger.actions.iter().filter(after_it);
    let can_stop = after_it.any(|action| clock.stops.iter().any(|stop| brings(action, stop)));
    (!started_by_it && !can_stop).then_some(day)
}

#[cfg(test)]
mod tests {
    use catalogue::{Files, load, value::Value};
    use values::dates::Date;

    use super::*;
    use crate::event::{Event, Happening};
    use crate::state::replay;

    const LEDGER: &str = r#"
id = "request"
name = "申请"
section = "legal"
effective = 2020-01-01
title = ["received_on"]

[[field]]
id = "received_on"
name = "收到日期"
type = "date"
required = true

[[field]]
id = "answered_on"
name = "答复日期"
type = "date"

[[stage]]
id = "open"
name = "办理"

[[stage]]
id = "done"
name = "办结"
end = true

[[action]]
id = "consult"
name = "征求第三方意见"
from = ["open"]
by = ["clerk"]
repeat = true

[[action]]
id = "consulted"
name = "第三方答复"
from = ["open"]
by = ["clerk"]
repeat = true

[[action]]
id = "extend"
name = "延期"
from = ["open"]
by = ["clerk"]

[[action]]
id = "close"
name = "办结"
from = ["open"]
to = "done"
by = ["clerk"]

[[clock]]
id = "answer"
name = "答复"
starts = "field:received_on"
stops = ["action:close", "field:answered_on"]
limit = "20 working days"
suspended = [["action:consult", "action:consulted"]]
extension = { action = "extend", limit = "20 working days" }
"#;

    fn ledger() -> std::sync::Arc<Ledger> {
        loaded(LEDGER)
    }

    fn loaded(toml: &str) -> std::sync::Arc<Ledger> {
        let files = Files::new("")
            .with("m/request.toml", toml)
            .with("modules.toml", "[[module]]\nid = \"m\"\nname = \"模块\"\n")
            .with(
                "sections.toml",
                "[[section]]\nid = \"legal\"\nname = \"法规科\"\n",
            )
            .with(
                "roles.toml",
                "[[role]]\nid = \"clerk\"\nname = \"科室人员\"\n",
            )
            .with("statutes.toml", "");
        let (catalogue, findings) = load(&files, None);
        assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
        catalogue.ledger("request").expect("it is there").clone()
    }

    fn state(ledger: &Ledger, story: &[(&str, &str)]) -> State {
        let event = |seq: usize, (day, what): &(&str, &str)| {
            let happened_on: Date = day.parse().expect("a date");
            let what = match *what {
                "receive" => Happening::Opened {
                    fields: [("received_on".to_owned(), Value::from(*day))].into(),
                    stage: None,
                },
                action => Happening::Acted {
                    action: action.to_owned(),
                    to: ledger
                        .action(action)
                        .and_then(|a| a.to.as_ref().map(|t| t.to_string())),
                    fields: Default::default(),
                    officers: Vec::new(),
                    joined_to: None,
                },
            };
            let seq = u32::try_from(seq + 1).expect("few");
            Event {
                seq,
                actor: "a".to_owned(),
                happened_on,
                what,
            }
        };
        let events: Vec<Event> = story.iter().enumerate().map(|(n, s)| event(n, s)).collect();
        replay(&events, Some("open")).expect("it was opened")
    }

    #[track_caller]
    fn check(story: &[(&str, &str)], today: &str, due: &str, standing: Standing) {
        let ledger = ledger();
        let state = state(&ledger, story);
        let running = clocks(&ledger, &state, &Calendar::builtin());
        assert_eq!(running.len(), 1);
        assert_eq!(running[0].due().to_string(), due);
        assert_eq!(
            running[0].standing(today.parse().expect("a date")),
            standing
        );
    }

    #[test]
    fn twenty_working_days_skip_the_spring_festival_and_count_the_made_up_days() {
        // 2022: rest 31 January to 6 February, made up on 29 and 30 January.
        check(
            &[("2022-01-20", "receive")],
            "2022-02-18",
            "2022-02-22",
            Standing::Open,
        );
        check(
            &[("2022-01-20", "receive")],
            "2022-02-23",
            "2022-02-22",
            Standing::Overdue,
        );
    }

    #[test]
    fn consulting_third_parties_stops_the_count_until_they_answer() {
        let story = [("2022-03-01", "receive"), ("2022-03-07", "consult")];
        check(&story, "2022-06-01", "2022-03-29", Standing::Suspended);
        let story = [
            ("2022-03-01", "receive"),
            ("2022-03-07", "consult"),
            ("2022-03-11", "consulted"),
        ];
        // Five working days stood still; 2 April was worked for the holiday after it.
        check(&story, "2022-04-01", "2022-04-06", Standing::Open);
    }

    #[test]
    fn a_clock_of_the_first_stage_starts_when_the_entry_is_opened() {
        let mut ledger = (*ledger()).clone();
        let first = ledger.first_stage().expect("it has stages").id.clone();
        ledger.clocks[0].starts = Trigger::Stage(first);
        let state = state(&ledger, &[("2022-03-01", "receive")]);
        let running = clocks(&ledger, &state, &Calendar::builtin());
        assert_eq!(running[0].due().to_string(), "2022-03-29");
    }

    #[test]
    fn a_date_that_somebody_fixed_is_itself_the_last_day() {
        let toml = LEDGER.replace("20 working days\"\nsuspended", "on the day\"\nsuspended");
        let ledger = loaded(&toml);
        let state = state(&ledger, &[("2022-03-04", "receive")]);
        let running = clocks(&ledger, &state, &Calendar::builtin());
        assert_eq!(running[0].due().to_string(), "2022-03-04");
    }

    #[test]
    fn an_extension_adds_its_own_days() {
        let story = [("2022-03-01", "receive"), ("2022-03-20", "extend")];
        // Forty in all: 22 in March, then 18 with 2 and 24 April, which were worked.
        check(&story, "2022-04-01", "2022-04-26", Standing::Open);
    }

    #[test]
    fn what_became_needless_is_neither_in_time_nor_late() {
        let toml = LEDGER.replace(
            "stops = [\"action:close\", \"field:answered_on\"]",
            "stops = [\"action:extend\"]\nmoot = [\"action:close\"]",
        );
        assert_ne!(toml, LEDGER, "the clock is another");
        let ledger = loaded(&toml);
        let ends = |story: &[(&str, &str)]| {
            let state = state(&ledger, story);
            let running = clocks(&ledger, &state, &Calendar::builtin());
            let stopped_on = running[0].stopped_on.map(|on| on.to_string());
            (stopped_on, running[0].lapsed)
        };
        let received = ("2022-03-01", "receive");
        assert_eq!(ends(&[received]), (None, false));
        let needless = ends(&[received, ("2022-06-30", "close")]);
        assert_eq!(needless, (Some("2022-06-30".to_owned()), true));
        let done = ends(&[received, ("2022-03-20", "extend"), ("2022-06-30", "close")]);
        assert_eq!(done, (Some("2022-03-20".to_owned()), false));
    }

    #[test]
    fn closing_in_time_meets_the_clock_and_a_day_later_misses_it() {
        let met = [("2022-03-01", "receive"), ("2022-03-29", "close")];
        check(&met, "2022-12-31", "2022-03-29", Standing::Met);
        let missed = [("2022-03-01", "receive"), ("2022-03-30", "close")];
        check(&missed, "2022-12-31", "2022-03-29", Standing::Missed);
    }

    /// A plan is dated by the day on which it is due.
    const PLAN: &str = r#"
id = "request"
name = "计划"
section = "legal"
effective = 2020-01-01
date = "due_on"
title = ["due_on"]

[[field]]
id = "due_on"
name = "计划日期"
type = "date"
required = true

[[field]]
id = "done_on"
name = "完成日期"
type = "date"

[[clock]]
id = "done"
name = "完成"
starts = "field:due_on"
stops = ["field:done_on"]
limit = "on the day"
statutory = false
"#;

    #[test]
    fn what_is_done_before_its_day_is_not_overdue() {
        let ledger = loaded(PLAN);
        let standing = |done: Option<&str>| {
            let mut fields: catalogue::value::Fields =
                [("due_on".to_owned(), Value::from("2024-03-29"))].into();
            fields.extend(done.map(|day| ("done_on".to_owned(), Value::from(day))));
            let opened = Event {
                seq: 1,
                actor: "a".to_owned(),
                happened_on: "2024-03-29".parse().expect("a date"),
                what: Happening::Opened {
                    fields,
                    stage: None,
                },
            };
            let state = replay(&[opened], None).expect("it was opened");
            let running = clocks(&ledger, &state, &Calendar::builtin());
            running[0].standing("2024-12-31".parse().expect("a date"))
        };
        assert_eq!(standing(Some("2024-03-11")), Standing::Met);
        assert_eq!(standing(Some("2024-04-02")), Standing::Missed);
        assert_eq!(standing(None), Standing::Overdue);
    }
}

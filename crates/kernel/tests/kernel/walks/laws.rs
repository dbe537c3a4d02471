//! What holds on every step of every walk, worked out here again from the events alone.

use catalogue::{
    definition::{Action, Clock, Trigger},
    value::Fields,
};
use kernel::{Done, Event, Happening, Standing, clock::Running, clocks, replay};
use values::{
    calendar::Limit,
    dates::{Date, Period},
};

use super::case::{CALENDAR, Case, Person, acted, officers};

/// What holds of an act at the moment it is done.
pub fn event(case: &Case<'_>, person: &Person, event: &Event) {
    let Happening::Acted {
        action: id,
        officers: together,
        to,
        ..
    } = &event.what
    else {
        return;
    };
    let story = || case.story.join("\n");
    let action = case.ledger.action(id).expect("a known act");
    let stage = case.state.stage.as_deref().unwrap_or_default();
    assert!(
        action.from.iter().any(|from| **from == *stage),
        "{}",
        story()
    );
    assert_eq!(action.to.as_deref(), to.as_deref(), "{}", story());
    assert!(
        action.by.iter().any(|role| person.roles.contains(role)),
        "{} may not do “{}”\n{}",
        person.id,
        action.name,
        story()
    );
    // Separation of duties: from the events, not from what the state remembers of them.
    let taken_back = |seq: u32| {
        let back = |e: &Event| matches!(e.what, Happening::Retracted { seq: of, .. } if of == seq);
        case.events.iter().any(back)
    };
    for earlier in &case.events {
        let bars = acted(earlier).is_some_and(|done| action.not_by.iter().any(|id| **id == *done));
        if !bars || taken_back(earlier.seq) {
            continue;
        }
        let Happening::Acted { officers: then, .. } = &earlier.what else {
            unreachable!("an act");
        };
        let before: Vec<&String> = then.iter().chain([&earlier.actor]).collect();
        let mut now = together.iter().chain([&event.actor]);
        assert!(
            !now.any(|one| before.contains(&one)),
            "the same person did “{}”\n{}",
            action.name,
            story()
        );
    }
    // As many officers as the law asks for, each with a certificate that was valid that day.
    let mut distinct = together.clone();
    distinct.sort();
    distinct.dedup();
    assert!(
        distinct.len() >= usize::from(action.officers),
        "{}",
        story()
    );
    for officer in officers().iter().filter(|o| together.contains(&o.id)) {
        assert_eq!(officer.barred(event.happened_on), None, "{}", story());
    }
}

/// What holds of a case after each step.
pub fn state(case: &Case<'_>) {
    let story = || case.story.join("\n");
    let first = case.ledger.first_stage().map(|stage| &*stage.id);
    // The events alone, as they are stored, give the same state.
    let stored: Vec<Event> = case
        .events
        .iter()
        .map(|event| {
            let text = serde_json::to_string(&event.what).unwrap();
            Event {
                what: serde_json::from_str(&text).unwrap(),
                ..event.clone()
            }
        })
        .collect();
    let again = replay(&stored, first).expect("it was opened");
    assert_eq!(again, case.state, "{}", story());
    as_if_never_done(case, first);
    let running = clocks(case.ledger, &again, &CALENDAR);
    for clock in &case.ledger.clocks {
        let found = running.iter().find(|r| r.clock.id == clock.id);
        let starts = days(case, &clock.starts);
        let Some(running) = found else {
            assert!(
                starts.is_empty(),
                "“{}” did not start\n{}",
                clock.name,
                story()
            );
            continue;
        };
        assert!(
            starts.contains(&running.started_on),
            "“{}” started on no such day\n{}",
            clock.name,
            story()
        );
        let due = naive_due(case, clock, running.started_on);
        assert_eq!(
            running.due(),
            due,
            "“{}”, {}\n{}",
            clock.name,
            clock.limit,
            story()
        );
        ended(case, running);
    }
}

/// What was taken back leaves nothing: fields and stage are those of the events without the act, and
/// without the corrections of its day.
fn as_if_never_done(case: &Case<'_>, first: Option<&str>) {
    let taken_back = |seq: u32| {
        let back = |e: &&Event| matches!(e.what, Happening::Retracted { seq: of, .. } if of == seq);
        case.events.iter().find(back).map(|e| e.seq)
    };
    let is_date = |id: &str| {
        let mut dates = case.ledger.actions.iter();
        dates.any(|action| action.date.as_deref() == Some(id))
    };
    let gone: Vec<(&Fields, u32, u32)> = case
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Acted { fields, .. } => Some((fields, event.seq, taken_back(event.seq)?)),
            _ => None,
        })
        .collect();
    let mut kept = Vec::new();
    for event in &case.events {
        let mut event = event.clone();
        match &mut event.what {
            Happening::Retracted { .. } => continue,
            Happening::Acted { .. } if taken_back(event.seq).is_some() => continue,
            Happening::Amended { changes, .. } => changes.retain(|id, _| {
                let of_it = |(given, from, to): &(&Fields, u32, u32)| {
                    given.contains_key(id) && (*from..*to).contains(&event.seq)
                };
                !(is_date(id) && gone.iter().any(of_it))
            }),
            _ => {}
        }
        kept.push(event);
    }
    let without = replay(&kept, first).expect("it was opened");
    let story = || case.story.join("\n");
    assert_eq!(without.fields, case.state.fields, "{}", story());
    assert_eq!(without.stage, case.state.stage, "{}", story());
}

/// Where the procedure has ended, no clock runs on that the end did not start and that nothing
/// which is done after the end would stop.
fn ended(case: &Case<'_>, running: &Running<'_>) {
    let standing = running.standing(case.today);
    let runs = matches!(
        standing,
        Standing::Open | Standing::Overdue | Standing::Suspended
    );
    if !case.has_ended() || !runs || can_stop(case, running.clock) {
        return;
    }
    let at_the_end = case.state.history.iter().filter(|done| !done.retracted);
    let since = at_the_end
        .filter(|done| done.to.is_some())
        .map(|done| done.on.as_str());
    let since = since.max().unwrap_or_default();
    assert!(
        running.started_on.to_string().as_str() >= since,
        "“{}” runs on after the end\n{}",
        running.clock.name,
        case.story.join("\n")
    );
}

/// Whether an act of the present stage stops a clock.
fn can_stop(case: &Case<'_>, clock: &Clock) -> bool {
    let stage = case.state.stage.as_deref().unwrap_or_default();
    let here = |action: &&Action| action.from.iter().any(|from| **from == *stage);
    let mut here = case.ledger.actions.iter().filter(here);
    here.any(|action| {
        clock
            .stops
            .iter()
            .chain(&clock.moot)
            .any(|stop| match stop {
                Trigger::Opened => false,
                Trigger::Action(id) => *id == action.id,
                Trigger::Stage(to) => action.to.as_ref() == Some(to),
                Trigger::Field(id) => action.date.as_ref() == Some(id) || action.asks.contains(id),
            })
    })
}

fn standing_acts<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Done> {
    case.state.history.iter().filter(|done| !done.retracted)
}

fn filled(fields: &Fields, field: &str) -> Option<Date> {
    fields.get(field)?.as_text()?.parse().ok()
}

/// The days on which an act was done. The date field of the only act of its kind is the office's
/// word for its day; an act that only the book knows of is done on the day in that field.
fn act_days(case: &Case<'_>, action: &Action) -> Vec<Date> {
    let is = |done: &&Done| done.what.strip_prefix("action:") == Some(action.id.as_str());
    let acts: Vec<&Done> = standing_acts(case).filter(is).collect();
    let date = action.date.as_ref();
    let date = date.and_then(|field| filled(&case.state.fields, field));
    let fits = action.when.as_ref();
    let fits = fits.is_none_or(|when| when.holds("entry", &case.state.fields) == Ok(true));
    match (acts.len(), date) {
        (0, Some(day)) if fits => vec![day],
        (1, Some(day)) => vec![day],
        _ => acts.iter().map(|done| done.on.parse().unwrap()).collect(),
    }
}

/// The days of a trigger.
fn days(case: &Case<'_>, trigger: &Trigger) -> Vec<Date> {
    match trigger {
        Trigger::Opened => vec![case.state.opened_on],
        Trigger::Field(field) => filled(&case.state.fields, field).into_iter().collect(),
        Trigger::Action(id) => act_days(case, case.ledger.action(id).unwrap()),
        Trigger::Stage(stage) => {
            let first = case.ledger.first_stage();
            let first = first.is_some_and(|first| first.id == *stage);
            let opened = first.then_some(case.state.opened_on);
            let into = case.ledger.actions.iter();
            let into = into.filter(|action| action.to.as_ref() == Some(stage));
            into.flat_map(|action| act_days(case, action))
                .chain(opened)
                .collect()
        }
    }
}

/// The time that the party has for what an act asks it.
fn party_has(case: &Case<'_>, from: &Trigger) -> Option<Limit> {
    let Trigger::Action(from) = from else {
        return None;
    };
    let asked = case.ledger.action(from)?.date.as_ref()?;
    let mut times = case.ledger.clocks.iter().filter(|clock| clock.party);
    let is_it = |clock: &&Clock| matches!(&clock.starts, Trigger::Field(on) if on == asked);
    times.find(is_it).map(|clock| clock.limit)
}

/// The last day, counted day by day.
fn naive_due(case: &Case<'_>, clock: &Clock, start: Date) -> Date {
    let mut still: Vec<Period> = Vec::new();
    for (from, to) in &clock.suspended {
        let ends = acts_of(case, to);
        for begin in acts_of(case, from) {
            let end = ends.iter().filter(|end| **end >= begin).min().copied();
            let silent = party_has(case, from).map(|limit| count(begin, limit, &[]));
            let end = end.into_iter().chain(silent).min();
            still.extend(end.and_then(|end| Period::new(begin, end)));
        }
    }
    let extensions = clock.extension.iter().flat_map(|(action, by)| {
        let times = case.state.acts(action).count();
        std::iter::repeat_n(*by, times)
    });
    let mut last = start;
    let mut kind = clock.limit;
    let set = std::iter::once(clock.limit).chain(clock.then);
    for limit in set.chain(extensions) {
        kind = limit;
        last = count(last, limit, &still);
    }
    if matches!(
        kind,
        Limit::CalendarDays(_) | Limit::Months(_) | Limit::Years(_)
    ) {
        while !CALENDAR.is_working_day(last) {
            last = last.tomorrow().unwrap();
        }
    }
    last
}

fn acts_of(case: &Case<'_>, trigger: &Trigger) -> Vec<Date> {
    let mut days = days(case, trigger);
    days.sort();
    days.dedup();
    days
}

fn count(from: Date, limit: Limit, still: &[Period]) -> Date {
    use jiff::ToSpan;
    let (mut left, working) = match limit {
        Limit::WorkingDays(days) => (days, true),
        Limit::CalendarDays(days) => (days, false),
        Limit::Months(months) | Limit::Years(months) => {
            let years = matches!(limit, Limit::Years(_));
            let months = i64::from(months) * if years { 12 } else { 1 };
            let end = from.checked_add(months.months()).unwrap();
            (
                u32::try_from(from.until(end).unwrap().get_days()).unwrap(),
                false,
            )
        }
        Limit::Hours(hours) => (hours / 24, false),
    };
    let hours = matches!(limit, Limit::Hours(_));
    let mut day = from;
    while left > 0 {
        day = day.tomorrow().unwrap();
        let stands_still = !hours && still.iter().any(|period| period.contains(day));
        if !stands_still && (!working || CALENDAR.is_working_day(day)) {
            left -= 1;
        }
    }
    day
}

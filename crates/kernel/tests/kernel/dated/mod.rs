//! Dated stories: whole cases from the first notice to the archive, with public holidays inside.
//!
//! A story is text (`dated/stories/*.txt`), one line for one thing:
//!
//! ```text
//! = title                                  a new story
//! ledger ID                                its procedure
//! DAY open [FIELD=VALUE …]                 required fields not named are filled in somehow
//! DAY ACTION [FIELD=VALUE …]               papers and evidence that it needs are made before
//! DAY ! ACTION [FIELD=VALUE …] | WORDS     it is refused in these words
//! DAY subcase ID                           a case inside the case has ended
//! due CLOCK RECIPE = DAY                   the last day of a clock that runs or has run
//! on DAY CLOCK STANDING                    met, missed, suspended, open, overdue on that day
//! end STAGE                                where the story ends
//! ```
//!
//! The days after `=` were not counted by this system: `dated/calendar.py` works the recipes out
//! with the calendar of the Python package chinesecalendar, and is not run here.

use std::{fs, path::Path};

use catalogue::{
    definition::{Action, Ledger, Need},
    field::FieldContext,
    value::{Fields, Value},
};
use kernel::{Standing, SubcaseFact, again::is_signed, clocks};
use values::dates::Date;

use crate::walks::{
    SHIPPED,
    case::{CALENDAR, Case, Person, opening, people},
    procedure,
    values::{Tape, any},
};

fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("not a day: {text}"))
}

/// `a=1 b=2`, read by the types of the fields.
fn given(ledger: &Ledger, words: &str) -> Fields {
    let context = FieldContext { districts: &[] };
    words
        .split_whitespace()
        .map(|pair| {
            let (id, text) = pair.split_once('=').expect(pair);
            let field = ledger.field(id).unwrap_or_else(|| panic!("no field {id}"));
            let value = field.kind.parse(text, &context).expect(pair);
            (id.to_owned(), value)
        })
        .collect()
}

/// A story that is being told.
struct Telling<'a> {
    ledger: Option<&'static Ledger>,
    people: &'a [Person],
    case: Option<Case<'a>>,
    ended: bool,
}

impl<'a> Telling<'a> {
    fn case(&mut self) -> &mut Case<'a> {
        self.case.as_mut().expect("it was opened")
    }

    fn line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').expect(line);
        match word {
            "ledger" => self.ledger = Some(procedure(rest)),
            "due" => self.due(rest),
            "on" => self.stands(rest),
            "end" => {
                assert_eq!(self.case().state.stage.as_deref(), Some(rest));
                assert!(self.case().has_ended());
                self.ended = true;
            }
            on => {
                let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                self.happens(day(on), what, rest);
            }
        }
    }

    fn happens(&mut self, on: Date, what: &str, rest: &str) {
        let ledger = self.ledger.expect("a ledger");
        match what {
            "open" => {
                let mut fields = opening(ledger, &mut Tape::new(&[]), on);
                fields.extend(given(ledger, rest));
                self.case = Some(Case::open(ledger, &SHIPPED, self.people, fields, on));
            }
            "subcase" => {
                let subcase = ledger.subcase(rest).expect(rest);
                self.case().subcases.push(SubcaseFact {
                    ledger: subcase.ledger.to_string(),
                    field: subcase.field.to_string(),
                    title: subcase.name.clone(),
                    ended: true,
                    reached: true,
                });
            }
            "!" => {
                let (act, words) = rest.split_once('|').expect("what is said");
                let (action, rest) = act.trim().split_once(' ').unwrap_or((act.trim(), ""));
                let said = self.acts(on, ledger.action(action).expect(action), rest);
                let said = said.expect_err("it was not refused").to_string();
                assert!(said.contains(words.trim()), "it was said: {said}");
            }
            action => {
                let done = self.acts(on, ledger.action(action).expect(action), rest);
                done.unwrap_or_else(|refusal| panic!("refused: {refusal}"));
            }
        }
    }

    fn acts(&mut self, on: Date, action: &Action, rest: &str) -> Result<(), kernel::Refusal> {
        let ledger = self.ledger.expect("a ledger");
        let case = self.case();
        case.today = on;
        let mut fields = given(ledger, rest);
        for need in &action.needs {
            match need {
                Need::Document(id) if !is_signed(case.ledger, &case.state, id) => case.signs(id),
                Need::Evidence if !case.state.has_evidence() => case.adds_evidence(),
                Need::Field(id) if action.asks.contains(id) => {
                    let somehow = || any(ledger.field(id).unwrap(), &mut Tape::new(&[]), on);
                    if !case.state.fields.contains_key(id.as_str()) {
                        fields.entry(id.to_string()).or_insert_with(somehow);
                    }
                }
                _ => {}
            }
        }
        let free = case.people.iter().find(|person| {
            let may = action.by.iter().any(|role| person.roles.contains(role));
            let mut earlier = action.not_by.iter();
            may && !earlier.any(|id| case.state.acts(id).any(|done| done.is_by(&person.id)))
        });
        let team = case.team(action);
        case.acts(action, free.expect("somebody may"), fields, team, on)
    }

    fn due(&mut self, rest: &str) {
        let (recipe, expected) = rest
            .split_once(" = ")
            .expect("the day that calendar.py writes");
        let (clock, _) = recipe.split_once(' ').expect(recipe);
        let case = self.case();
        let running = clocks(case.ledger, &case.state, &CALENDAR);
        let found = running.iter().find(|running| *running.clock.id == *clock);
        let found = found.unwrap_or_else(|| panic!("“{clock}” has not started"));
        assert_eq!(found.due(), day(expected), "{:#?}", found.counted.steps);
        assert!(!found.counted.provisional, "a notice for the year is known");
    }

    fn stands(&mut self, rest: &str) {
        let words: Vec<&str> = rest.split(' ').collect();
        let case = self.case();
        let running = clocks(case.ledger, &case.state, &CALENDAR);
        let found = running
            .iter()
            .find(|running| *running.clock.id == *words[1]);
        let standing = match words[2] {
            "met" => Standing::Met,
            "missed" => Standing::Missed,
            "suspended" => Standing::Suspended,
            "open" => Standing::Open,
            "overdue" => Standing::Overdue,
            other => panic!("no such standing: {other}"),
        };
        let found = found.map(|running| running.standing(day(words[0])));
        assert_eq!(found, Some(standing));
    }
}

/// The stories of a file: title, and lines with their numbers.
fn stories(text: &str) -> Vec<(&str, Vec<(usize, &str)>)> {
    let mut stories: Vec<(&str, Vec<(usize, &str)>)> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if let Some(title) = line.strip_prefix("= ") {
            stories.push((title, Vec::new()));
        } else if !line.is_empty() && !line.starts_with('#') {
            stories
                .last_mut()
                .expect("a title first")
                .1
                .push((number, line));
        }
    }
    stories
}

#[test]
fn dated_stories_have_the_last_days_of_a_calendar_made_elsewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel/dated/stories");
    let people = people(&SHIPPED);
    let mut failures = Vec::new();
    let (mut told, mut dues) = (0, 0);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (title, lines) in stories(&text) {
            let mut telling = Telling {
                ledger: None,
                people: &people,
                case: None,
                ended: false,
            };
            for (number, line) in &lines {
                let told = std::panic::AssertUnwindSafe(|| telling.line(line));
                if let Err(panic) = std::panic::catch_unwind(told) {
                    let said = panic.downcast_ref::<String>().cloned();
                    let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).into()));
                    let name = file.file_name().unwrap().to_string_lossy();
                    let said = said.unwrap_or_default();
                    failures.push(format!("{name}:{number} {title}\n{line}\n{said}"));
                    break;
                }
                dues += usize::from(line.starts_with("due "));
            }
            told += usize::from(telling.ended);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(
        told >= 40 && dues >= 100,
        "{told} stories, {dues} last days"
    );
}

/// A value that shows that the helper above reads fields as forms do.
#[test]
fn fields_of_a_story_are_read_by_their_types() {
    let fields = given(
        procedure("penalty_ordinary"),
        "fine=200.5 major=是 penalties=警告、罚款",
    );
    assert_eq!(fields["fine"], Value::Integer(20_050));
    assert_eq!(fields["major"], Value::Flag(true));
    assert_eq!(fields["penalties"].as_list().map(<[Value]>::len), Some(2));
}

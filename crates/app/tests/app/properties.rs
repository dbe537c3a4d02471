//! Whatever people do, in whatever order: the stored state, index values, keys, clocks, lines and
//! sums are what the events alone give.

use std::collections::BTreeMap;

use app::{AppError, Result, Store, entry::NewEntry};
use catalogue::value::{Fields, Value};
use proptest::prelude::*;

use crate::office::{Office, office};

/// Something that somebody tries; much of it is refused.
#[derive(Clone, Debug)]
enum Step {
    Complaint {
        number: u8,
        month: u8,
        east: bool,
    },
    Case {
        month: u8,
        school: u8,
        fine: Option<i64>,
    },
    Correct {
        entry: u8,
        field: u8,
        to: u8,
    },
    Decide {
        entry: u8,
        month: u8,
        fine: i64,
    },
    Void {
        entry: u8,
    },
    Import {
        rows: Vec<(u8, u8, bool)>,
    },
    Checkpoint,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = || (0..6u8, 1..13u8, any::<bool>());
    let step = prop_oneof![
        3 => row().prop_map(|(number, month, east)| Step::Complaint { number, month, east }),
        3 => (1..13u8, 0..3u8, prop::option::of(0..9_999i64))
            .prop_map(|(month, school, fine)| Step::Case { month, school, fine }),
        5 => (any::<u8>(), 0..6u8, any::<u8>())
            .prop_map(|(entry, field, to)| Step::Correct { entry, field, to }),
        2 => (any::<u8>(), 1..13u8, 0..9_999i64)
            .prop_map(|(entry, month, fine)| Step::Decide { entry, month, fine }),
        1 => any::<u8>().prop_map(|entry| Step::Void { entry }),
        2 => prop::collection::vec(row(), 1..5).prop_map(|rows| Step::Import { rows }),
        1 => Just(Step::Checkpoint),
    ];
    prop::collection::vec(step, 1..20)
}

fn day(month: u8) -> String {
    format!("2022-{month:02}-15")
}

/// A field, and a new value for it; sometimes none, sometimes a wrong one.
fn change(field: u8, to: u8) -> (&'static str, Option<Value>) {
    let date = Some(Value::from(day(1 + to % 12)));
    match field {
        0 => ("received_on", date),
        1 => ("closed_on", date.filter(|_| !to.is_multiple_of(3))),
        2 => (
            "district",
            to.is_multiple_of(2).then(|| Value::from("东山区")),
        ),
        3 => (
            "school",
            Some(Value::from(["一中", "二中"][usize::from(to % 2)])),
        ),
        4 => (
            "fine",
            (!to.is_multiple_of(4)).then(|| Value::Integer(i64::from(to) - 9)),
        ),
        _ => ("number", Some(Value::from((to % 6).to_string()))),
    }
}

struct Work {
    office: Office,
    entries: Vec<String>,
}

impl Work {
    /// Does a step. What is refused must leave no trace, so whether it was is of no interest.
    fn step(&mut self, step: &Step) {
        let opened = match step {
            Step::Complaint {
                number,
                month,
                east,
            } => {
                let mut fields = Fields::from([
                    ("number".to_owned(), Value::from(number.to_string())),
                    ("received_on".to_owned(), Value::from(day(*month))),
                    ("matter".to_owned(), Value::from("收费")),
                    ("caller".to_owned(), Value::from("王某")),
                ]);
                if *east {
                    fields.insert("district".to_owned(), Value::from("东山区"));
                }
                self.open("complaint", *month, fields)
            }
            Step::Case {
                month,
                school,
                fine,
            } => {
                let mut fields = Fields::from([
                    ("found_on".to_owned(), Value::from(day(*month))),
                    ("school".to_owned(), Value::from(format!("{school}中"))),
                ]);
                fields.extend(fine.map(|fine| ("fine".to_owned(), Value::Integer(fine))));
                self.open("case", *month, fields)
            }
            Step::Correct { entry, field, to } => {
                let (id, value) = change(*field, *to);
                let changes = BTreeMap::from([(id.to_owned(), value)]);
                self.on(*entry, |office, id, revision| {
                    let reason = "更正".to_owned();
                    office
                        .app
                        .amend(&office.clerk, id, revision, changes, reason)
                });
                return;
            }
            Step::Decide { entry, month, fine } => {
                let fields = Fields::from([
                    ("fine".to_owned(), Value::Integer(*fine)),
                    ("decided_on".to_owned(), Value::from(day(*month))),
                ]);
                let on = day(*month).parse().ok();
                self.on(*entry, |office, id, _| {
                    office
                        .app
                        .act(&office.clerk, id, None, "decide", fields, on)
                });
                return;
            }
            Step::Void { entry } => {
                self.on(*entry, |office, id, revision| {
                    office
                        .app
                        .void(&office.clerk, id, revision, "重复".to_owned())
                });
                return;
            }
            Step::Import { rows } => {
                self.import(rows);
                return;
            }
            Step::Checkpoint => {
                self.office.app.checkpoint().unwrap();
                return;
            }
        };
        self.entries.extend(opened);
    }

    fn open(&self, ledger: &str, month: u8, fields: Fields) -> Option<String> {
        let new = NewEntry {
            happened_on: day(month).parse().unwrap(),
            fields,
        };
        self.office.app.open(&self.office.clerk, ledger, new).ok()
    }

    fn on(&self, entry: u8, act: impl FnOnce(&Office, &str, u32) -> Result<()>) {
        if self.entries.is_empty() {
            return;
        }
        let id = &self.entries[usize::from(entry) % self.entries.len()];
        let seen = self.office.app.entry(&self.office.clerk, id).unwrap();
        let _ = act(&self.office, id, seen.state.revision);
    }

    fn import(&self, rows: &[(u8, u8, bool)]) {
        let rows: Vec<[String; 5]> = rows
            .iter()
            .map(|(number, month, east)| {
                let district = if *east { "东山区" } else { "" };
                [
                    number.to_string(),
                    day(*month),
                    "食堂".into(),
                    district.into(),
                    String::new(),
                ]
            })
            .collect();
        let rows: Vec<[&str; 5]> = rows
            .iter()
            .map(|r| r.each_ref().map(String::as_str))
            .collect();
        let (app, clerk) = (&self.office.app, &self.office.clerk);
        let sheet = crate::office::sheet(&rows);
        let (batch, plan) = app
            .upload_sheet(clerk, "complaint", "a.xlsx", sheet)
            .unwrap();
        let applied = app.apply_sheet(clerk, &batch, true).unwrap();
        assert_eq!(applied, plan.counts(), "what was shown is what is done");
        let again = app.upload_sheet(clerk, "complaint", "a.xlsx", crate::office::sheet(&rows));
        let counts = again.unwrap().1.counts();
        assert_eq!(
            (counts.new, counts.changed),
            (0, 0),
            "twice changes nothing"
        );
    }
}

/// Everything that is derived, as one text; what has come to nothing is left out.
fn derived(store: &Store) -> String {
    let mut out = String::new();
    let mut line = |row: &dyn std::fmt::Debug, counts: bool| {
        if counts {
            out.push_str(&format!("{row:?}\n"));
        }
        Ok::<_, AppError>(())
    };
    store
        .read(|db| {
            db.scan_rollups(|r| line(&r, r.value != 0 || r.entries != 0))?;
            db.scan_rollup_items(|r| line(&r, true))?;
            db.scan_rollup_distinct(|r| line(&r, true))?;
            db.scan_counts(|r| line(&r, r.open_count != 0))?;
            db.scan_deadlines(|r| line(&r, true))?;
            db.scan_outcomes(|r| line(&r, r.met != 0 || r.missed != 0))
        })
        .unwrap();
    out
}

/// On a server, each case makes all tables anew: fewer do there, since the file has seen the rest.
fn cases() -> u32 {
    match app::Target::scratch() {
        app::Target::Postgres(_) => 6,
        _ => 24,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_derived_is_what_the_events_give(steps in steps()) {
        let mut work = Work { office: office(), entries: Vec::new() };
        steps.iter().for_each(|step| work.step(step));
        let app = &work.office.app;
        app.checkpoint().unwrap();
        let report = app.verify_log(|_, _| ()).unwrap();
        prop_assert!(report.is_clean(), "{:?}", report.findings);

        // Due dates counted anew, as after a holiday notice, are the same as those kept all along.
        let store = app::open_store(&work.office.target).unwrap();
        let before = derived(&store);
        prop_assert!(!app.refresh_deadlines().unwrap(), "no other calendar is known");
        app.set_note("calendar", "last year").unwrap();
        prop_assert!(app.refresh_deadlines().unwrap());
        prop_assert!(!app.refresh_deadlines().unwrap(), "once is enough");
        prop_assert_eq!(derived(&store), before);
    }
}

//! Many at once: one wins, the others are told, no number is skipped or given twice.

use std::io::Write as _;
use std::{collections::BTreeSet, sync::Barrier};

use app::{
    AppError, Files, Target,
    entry::{Deed, NewEntry},
    kernel::Refusal,
};
use catalogue::value::Fields;

use crate::office::{CERTIFIED, Office, jpeg, photo, text};

#[test]
fn numbers_have_no_gaps_while_many_sign_and_some_fail() {
    const THREADS: usize = 8;
    const EACH: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    let office = Office::at(folder.path());
    let work: Vec<Vec<(String, String)>> = (0..THREADS)
        .map(|thread| {
            (0..EACH)
                .map(|n| {
                    let case = office.files_case(&format!("案{thread}-{n}"));
                    let paper = office
                        .app
                        .write_paper(&office.officer, &case, "decision", None, text("决定。"), "")
                        .unwrap();
                    (case, paper)
                })
                .collect()
        })
        .collect();
    let (start, today) = (Barrier::new(THREADS), office.app.clock.today());
    std::thread::scope(|scope| {
        for cases in &work {
            let (office, start) = (&office, &start);
            scope.spawn(move || {
                start.wait();
                for (case, paper) in cases {
                    // Taken and given back: tomorrow has not come.
                    let tomorrow = today.tomorrow().unwrap();
                    assert!(
                        office
                            .app
                            .sign_paper(&office.officer, case, paper, 1, tomorrow)
                            .is_err()
                    );
                    office
                        .app
                        .sign_paper(&office.officer, case, paper, 1, today)
                        .unwrap();
                }
            });
        }
    });
    let number = |(case, paper): &(String, String)| {
        let found = office.app.case_paper(&office.officer, case, paper).unwrap();
        found.in_force().unwrap().number.clone().unwrap()
    };
    let taken: BTreeSet<String> = work.iter().flatten().map(number).collect();
    let wanted: BTreeSet<String> = (1..=THREADS * EACH)
        .map(|n| format!("云教罚决字〔2023〕{n}号"))
        .collect();
    assert_eq!(taken, wanted);
}

/// Where concurrent work is tried: a file, and a server where one is named for tests.
fn places(folder: &std::path::Path, name: &str) -> Vec<Office> {
    let mut places = vec![Office::at(folder)];
    match std::env::var("YIFA_TEST_POSTGRES") {
        Ok(address) => {
            let schema = format!("{name}_{}", std::process::id());
            let target = Target::Postgres(address).in_schema(&schema);
            places.push(Office::over(&target, Files::memory()));
        }
        Err(_) => drop(writeln!(
            std::io::stderr(),
            "SKIPPED: no PostgreSQL; set YIFA_TEST_POSTGRES to try it there too"
        )),
    }
    places
}

#[test]
fn cases_are_numbered_without_gaps_while_many_open_and_some_fail() {
    const THREADS: usize = 6;
    const EACH: usize = 5;
    let folder = tempfile::tempdir().unwrap();
    for office in places(folder.path(), "numbers") {
        // One was numbered by hand, ahead of its time: it is stepped over.
        office.files_case("云教罚立〔2023〕7号");
        let start = Barrier::new(THREADS);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (office, start) = (&office, &start);
                scope.spawn(move || {
                    start.wait();
                    for n in 0..EACH {
                        let party = format!("第{thread}{n}学校");
                        let mut fields = Fields::from([
                            ("filed_on".to_owned(), "2023-01-09".into()),
                            ("party".to_owned(), party.as_str().into()),
                        ]);
                        let open = |fields: &Fields| {
                            let new = NewEntry {
                                happened_on: "2023-01-09".parse().unwrap(),
                                fields: fields.clone(),
                            };
                            office.app.open(&office.officer, "case", new)
                        };
                        // Taken and given back: what is not there cannot be filled in.
                        let party = fields.remove("party").unwrap();
                        assert!(open(&fields).is_err());
                        fields.insert("party".to_owned(), party);
                        open(&fields).unwrap();
                    }
                });
            }
        });
        let ask = app::listing::ListAsk::default();
        let page = office.app.list(&office.officer, "case", &ask, 100).unwrap();
        let taken: BTreeSet<String> = page.entries.iter().map(|e| e.number.clone()).collect();
        let wanted: BTreeSet<String> = (1..=THREADS * EACH + 1)
            .map(|n| format!("云教罚立〔2023〕{n}号"))
            .collect();
        assert_eq!(taken, wanted);
    }
}

#[test]
fn of_two_officers_in_the_same_second_one_wins_and_the_other_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for office in places(folder.path(), "seconds") {
        for round in 0..20 {
            one_wins(&office, &format!("案{round}"));
        }
        assert!(office.app.verify_log(|_, _| ()).unwrap().is_clean());
    }
}

fn one_wins(office: &Office, number: &str) {
    let case = office.files_case(number);
    office.signs(&case, "decision");
    office
        .app
        .add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    let seen = office
        .app
        .entry(&office.officer, &case)
        .unwrap()
        .state
        .revision;
    let start = Barrier::new(2);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let act = |who| {
            let (case, start) = (&case, &start);
            scope.spawn(move || {
                start.wait();
                let fields = Fields::new();
                office
                    .app
                    .act(who, case, Some(seen), "decide", fields, None)
            })
        };
        let threads = [act(&office.officer), act(&office.colleague)];
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let told: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    assert!(
        matches!(told[..], [AppError::Refused(Refusal::Stale { based_on, now })]
            if *based_on == seen && *now == seen + 1),
        "{outcomes:?}"
    );
    let history = office.app.history(&office.officer, &case).unwrap();
    let decided = history
        .iter()
        .filter(|p| p.event.what.kind() == "acted")
        .count();
    assert_eq!((decided, history.len() as u32), (1, seen + 1));
}

/// Both have looked into the same case: what the slower one found is not lost, he is told, looks
/// again and writes it down.
#[test]
fn of_two_who_investigate_a_shipped_case_at_once_the_slower_one_is_told_and_nothing_is_lost() {
    let office = Office::shipped();
    let case = office.files_penalty("2023-01-10");
    let revision = || {
        let entry = office.app.entry(&office.officer, &case).unwrap();
        entry.state.revision
    };
    let seen = revision();
    let investigates = |who, facts: &str, based_on| {
        let deed = Deed {
            action: "investigate".to_owned(),
            fields: Fields::from([("facts".to_owned(), facts.into())]),
            officers: CERTIFIED.map(str::to_owned).to_vec(),
            based_on: Some(based_on),
            ..Deed::default()
        };
        office.app.act_together(who, &case, deed)
    };
    let start = Barrier::new(2);
    let found = ["招生简章夸大师资。", "教室没有消防验收。"];
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let people = [&office.officer, &office.colleague];
        let threads = people.into_iter().zip(found).map(|(who, facts)| {
            let (start, investigates) = (&start, &investigates);
            scope.spawn(move || {
                start.wait();
                investigates(who, facts, seen)
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let slower = outcomes.iter().position(Result::is_err).unwrap();
    assert!(
        matches!(&outcomes[slower], Err(AppError::Refused(Refusal::Stale { based_on, now }))
            if *based_on == seen && *now == seen + 1),
        "{outcomes:?}"
    );
    assert!(outcomes[1 - slower].is_ok(), "{outcomes:?}");
    let who = [&office.officer, &office.colleague][slower];
    investigates(who, found[slower], revision()).unwrap();
    let history = office.app.history(&office.officer, &case).unwrap();
    let told: Vec<String> = history.iter().map(|p| format!("{:?}", p.event)).collect();
    for words in found {
        let times = told.iter().filter(|event| event.contains(words)).count();
        assert_eq!(times, 1, "{words}: {told:#?}");
    }
    assert!(office.app.verify_log(|_, _| ()).unwrap().is_clean());
}

#[test]
fn of_two_writers_of_one_paper_the_slower_one_is_told() {
    let office = Office::new();
    let case = office.files_case("案1");
    let (app, who) = (&office.app, &office.officer);
    let paper = app
        .write_paper(who, &case, "decision", None, text("甲"), "")
        .unwrap();
    let save = |words: &str| {
        app.write_paper(
            &office.colleague,
            &case,
            "decision",
            Some((&paper, 1)),
            text(words),
            "",
        )
    };
    save("乙").unwrap();
    let late = save("丙");
    assert!(
        matches!(
            late,
            Err(AppError::Refused(Refusal::Stale {
                based_on: 1,
                now: 2
            }))
        ),
        "{late:?}"
    );
    let signing = app.sign_paper(who, &case, &paper, 1, app.clock.today());
    assert!(
        matches!(signing, Err(AppError::Refused(Refusal::Stale { .. }))),
        "unread text is not signed"
    );
}

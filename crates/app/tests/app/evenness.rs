//! Time tells nothing: what must look the same is done by the same steps, in the same order.
//!
//! Nothing is timed. Counted are the two things that take time: passwords hashed, and statements
//! asked of the database, each of which leaves a trace event.

use std::sync::{Arc, Mutex};

use app::{
    Actor, AppError,
    entry::NewEntry,
    kept::{evidence::About, paper::PaperText},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::office::{Office, office};

/// What was done, in order: `hashed`, or the text of a statement.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);

struct Said(String);

impl Visit for Said {
    fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{value:?}");
    }
    fn record_str(&mut self, _: &Field, value: &str) {
        self.0 += value;
    }
}

impl Subscriber for Steps {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("yifa::")
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        if !self.enabled(event.metadata()) {
            return;
        }
        let mut said = Said(String::new());
        event.record(&mut said);
        self.0.lock().unwrap().push(said.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// What a piece of work on this thread does.
fn steps(work: impl FnOnce()) -> Vec<String> {
    let steps = Steps::default();
    tracing::subscriber::with_default(steps.clone(), work);
    steps.0.lock().unwrap().clone()
}

fn hashings(steps: &[String]) -> usize {
    steps.iter().filter(|step| *step == "hashed").count()
}

fn fail(office: &Office, login: &str) -> (Vec<String>, String) {
    let mut words = String::new();
    let done = steps(|| {
        let refused = office.app.sign_in(login, "wrong horse", "127.0.0.1");
        words = refused.unwrap_err().to_string();
    });
    (done, words)
}

#[test]
fn a_name_that_is_nobodys_costs_the_same_steps_as_a_wrong_password() {
    let office = office();
    // What is written for the first time in a place may take a step more.
    fail(&office, "legal");
    fail(&office, "warming-up");
    for round in 1..=6 {
        let (known, words) = fail(&office, "clerk");
        let (nobodys, same) = fail(&office, "nobody-of-this-name");
        assert_eq!(words, same, "round {round}");
        // The fifth failure locks and says so in the trail of the account; the sixth asks nothing.
        let hashed = if round <= 5 { 1 } else { 0 };
        assert_eq!(hashings(&known), hashed, "round {round}: {known:#?}");
        assert_eq!(hashings(&nobodys), hashed, "round {round}");
        if round != 5 {
            assert_eq!(known, nobodys, "round {round}");
        }
    }
    assert!(fail(&office, "clerk").1.contains("十五分钟"));
}

#[test]
fn a_right_password_is_hashed_once_as_a_wrong_one() {
    let office = office();
    let right = steps(|| {
        office
            .app
            .sign_in("clerk", "correct horse", "127.0.0.1")
            .unwrap();
    });
    assert_eq!(hashings(&right), 1);
}

/// Somebody of the same organ who may read neither ledger.
fn stranger(office: &Office) -> Actor {
    Actor {
        account: "stranger".to_owned(),
        section: "elsewhere".to_owned(),
        roles: vec!["clerk".to_owned()],
        ..office.clerk.clone()
    }
}

#[test]
fn an_entry_of_others_and_one_that_is_not_there_take_the_same_steps_and_words() {
    let office = office();
    let new = NewEntry {
        happened_on: "2022-06-01".parse().unwrap(),
        fields: [
            ("number", "1"),
            ("received_on", "2022-06-01"),
            ("matter", "收费"),
            ("caller", "欧阳修远"),
        ]
        .into_iter()
        .map(|(id, value)| (id.to_owned(), value.into()))
        .collect(),
    };
    let app = &office.app;
    let entry = app.open(&office.clerk, "complaint", new).unwrap();
    assert!(app.entry(&office.clerk, &entry).is_ok());
    let outsider = stranger(&office);
    let absent = "01890000-0000-7000-8000-000000000000".to_owned();
    type Try = fn(&app::App, &Actor, &str) -> Result<(), AppError>;
    let tries: [(&str, Try); 19] = [
        ("read", |app, who, id| app.entry(who, id).map(drop)),
        ("history", |app, who, id| app.history(who, id).map(drop)),
        ("proofs", |app, who, id| app.proofs(who, id).map(drop)),
        ("unmask", |app, who, id| {
            app.unmask(who, id, "电话回访本人").map(drop)
        }),
        ("amend", |app, who, id| {
            let nothing = std::collections::BTreeMap::new();
            app.amend(who, id, 1, nothing, "试一试".to_owned())
        }),
        ("void", |app, who, id| {
            app.void(who, id, 1, "试一试".to_owned())
        }),
        ("retract", |app, who, id| {
            app.retract(who, id, 1, "试一试".to_owned())
        }),
        ("act", |app, who, id| {
            let fields = app::catalogue::value::Fields::new();
            app.act(who, id, Some(1), "decide", fields, None)
        }),
        ("case file", |app, who, id| app.case_file(who, id).map(drop)),
        ("originals", |app, who, id| {
            app.originals(who, id, Vec::new()).map(drop)
        }),
        ("papers", |app, who, id| app.papers(who, id).map(drop)),
        ("paper", |app, who, id| {
            app.case_paper(who, id, "paper").map(drop)
        }),
        ("draft of a paper", |app, who, id| {
            app.draft_text(who, id, "decision").map(drop)
        }),
        ("write a paper", |app, who, id| {
            let text = PaperText {
                title: "决定书".to_owned(),
                blocks: PaperText::blocks_of("决定如下。"),
                ..PaperText::default()
            };
            app.write_paper(who, id, "decision", None, text, "")
                .map(drop)
        }),
        ("sign a paper", |app, who, id| {
            app.sign_paper(who, id, "paper", 1, app.clock.today())
        }),
        ("evidence", |app, who, id| {
            app.case_evidence(who, id).map(drop)
        }),
        ("file of evidence", |app, who, id| {
            app.evidence_file(who, id, "evidence").map(drop)
        }),
        ("add evidence", |app, who, id| {
            let about = About {
                title: "网页截图".to_owned(),
                kind: "电子数据".to_owned(),
                ..About::default()
            };
            app.add_evidence(who, id, about, b"%PDF-1.4").map(drop)
        }),
        ("records of the process", |app, who, id| {
            app.process_records(who, id).map(drop)
        }),
    ];
    // A search for what only others may read takes as long as one for what nobody wrote.
    while app.index_search(100).unwrap() > 0 {}
    let search = |words: &str| {
        let mut found = usize::MAX;
        let done = steps(|| found = app.search(&outsider, words).unwrap().len());
        assert_eq!(found, 0, "{words}");
        done
    };
    assert_eq!(app.search(&office.clerk, "欧阳修远").unwrap().len(), 1);
    assert_eq!(search("欧阳修远"), search("司马相如"));
    for (what, attempt) in tries {
        let words = |id: &str| attempt(app, &outsider, id).unwrap_err().to_string();
        assert_eq!(words(&entry), words(&absent), "{what}");
        let done = |id: &str| steps(|| drop(attempt(app, &outsider, id)));
        let (there, nowhere) = (done(&entry), done(&absent));
        assert!(!there.is_empty(), "{what} asks the database");
        assert_eq!(there, nowhere, "{what}");
    }
}

//! Joint matters (并案), and taking an act back that overwrote something.

use catalogue::{
    definition::Ledger,
    field::FieldContext,
    value::{Fields, Value},
};
use kernel::{
    CaseAct, Command, Done, Event, Facts, Happening, Lead, Matter, Refusal, State, SubcaseFact,
    Who, apply, decide,
};
use values::calendar::Calendar;

use crate::fixture::{catalogue_of, day};

const MATTER: &str = r#"id = "matter"
name = "案件"
section = "legal"
effective = 2021-01-01
date = "filed_on"
key = ["number"]
title = ["number"]

[[field]]
id = "number"
name = "案号"
type = "text"
required = true
[[field]]
id = "filed_on"
name = "立案日期"
type = "date"
required = true
[[field]]
id = "facts"
name = "事实"
type = "text"
[[field]]
id = "checked_on"
name = "复查日期"
type = "date"
[[field]]
id = "lead"
name = "并入的案件"
type = "reference"
of = "matter"

[[stage]]
id = "filed"
name = "立案"
[[stage]]
id = "decided"
name = "决定"
end = true
[[stage]]
id = "joined"
name = "并入他案"
end = true

[[action]]
id = "check"
name = "复查"
from = ["filed"]
by = ["officer"]
asks = ["facts"]
date = "checked_on"
repeat = true
[[action]]
id = "decide"
name = "作出决定"
from = ["filed"]
to = "decided"
by = ["officer"]
not_by = ["check"]
law = "行政处罚法 第五十七条"
[[action]]
id = "join"
name = "并案"
from = ["filed"]
to = "joined"
by = ["officer"]
asks = ["lead"]
joins = "lead"

[[clock]]
id = "decide"
name = "作出决定"
starts = "field:filed_on"
stops = ["action:decide"]
limit = "90 calendar days"
law = "行政处罚法 第六十条"
"#;

fn ledger() -> std::sync::Arc<Ledger> {
    let catalogue = catalogue_of("matter", MATTER);
    catalogue.ledger("matter").unwrap().clone()
}

/// One matter with its events.
struct Book {
    ledger: std::sync::Arc<Ledger>,
    calendar: Calendar,
    state: Option<State>,
    events: Vec<Event>,
    facts: Facts,
}

impl Book {
    fn opened(number: &str, on: &str) -> Self {
        let mut book = Self {
            ledger: ledger(),
            calendar: Calendar::builtin(),
            state: None,
            events: Vec::new(),
            facts: Facts::default(),
        };
        let fields = fields(&[("number", number), ("filed_on", on)]);
        book.does("张三", Command::Open { fields }, on).unwrap();
        book
    }

    fn state(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    fn does(&mut self, actor: &str, command: Command, on: &str) -> Result<(), Refusal> {
        let who = Who {
            actor,
            roles: &["officer".to_owned()],
            role_names: &[],
            today: day("2024-06-01"),
            context: FieldContext { districts: &[] },
            calendar: &self.calendar,
            facts: Facts {
                past: self.events.clone(),
                ..self.facts.clone()
            },
        };
        let events = decide(&self.ledger, self.state.as_ref(), command, &who, day(on))?;
        for event in events {
            self.state = Some(apply(self.state.take(), &event, Some("filed")));
            self.events.push(event);
        }
        Ok(())
    }

    fn acts(&mut self, actor: &str, action: &str, given: &[(&str, &str)]) -> Result<(), Refusal> {
        let command = Command::Act {
            action: action.to_owned(),
            fields: fields(given),
        };
        self.does(actor, command, "2024-03-01")
    }

    fn back(&mut self) -> Result<(), Refusal> {
        let reason = "误点".to_owned();
        self.does("张三", Command::Retract { reason }, "2024-03-05")
    }

    fn amends(&mut self, field: &str, value: &str) -> Result<(), Refusal> {
        let command = Command::Amend {
            changes: [(field.to_owned(), Some(value.into()))].into(),
            reason: "笔误".to_owned(),
        };
        self.does("张三", command, "2024-03-02")
    }

    fn field(&self, id: &str) -> Option<&str> {
        self.state().fields.get(id).and_then(Value::as_text)
    }

    /// As another one sees it.
    fn matter(&self, id: &str) -> Matter {
        Matter {
            id: id.to_owned(),
            title: self.field("number").unwrap().to_owned(),
            stage: self.state().stage.clone(),
            voided: self.state().voided,
            happened_on: self.state().happened_on(&self.ledger),
            history: self.state().history.clone(),
        }
    }
}

fn fields(given: &[(&str, &str)]) -> Fields {
    let pair = |(id, value): &(&str, &str)| ((*id).to_owned(), Value::from(*value));
    given.iter().map(pair).collect()
}

fn said(result: Result<(), Refusal>) -> String {
    result.expect_err("is refused").to_string()
}

/// A leading matter of January and one of February that names it.
fn two() -> (Book, Book) {
    let (lead, mut later) = (
        Book::opened("甲", "2024-01-08"),
        Book::opened("乙", "2024-02-01"),
    );
    later.facts.lead = Some(Lead::There(lead.matter("e1")));
    (lead, later)
}

#[test]
fn a_joined_matter_ends_and_its_clocks_with_it() {
    let (_, mut later) = two();
    later.acts("张三", "join", &[("lead", "甲")]).unwrap();
    assert_eq!(later.state().stage.as_deref(), Some("joined"));
    assert_eq!(later.state().joined_to(), Some("e1"));
    let clocks = kernel::clocks(&later.ledger, later.state(), &later.calendar);
    assert!(clocks[0].lapsed && clocks[0].stopped_on == Some(day("2024-03-01")));
    let late = said(later.acts("张三", "decide", &[]));
    assert!(late.contains("不能在“并入他案”环节办理"), "{late}");
    // Which matter leads is no slip of the pen.
    let amended = said(later.amends("lead", "丙"));
    assert!(amended.contains("由办理“并案”填写"), "{amended}");
    // Taken back, it goes on as before.
    later.back().unwrap();
    assert_eq!(later.state().stage.as_deref(), Some("filed"));
    assert_eq!(
        (later.state().joined_to(), later.field("lead")),
        (None, None)
    );
    let clocks = kernel::clocks(&later.ledger, later.state(), &later.calendar);
    assert_eq!(clocks[0].stopped_on, None);
}

#[test]
fn a_matter_is_not_joined_to_itself_to_nothing_to_what_ended_or_to_what_began_later() {
    let (lead, mut later) = two();
    let tries = |book: &mut Book, lead: Option<Lead>| {
        book.facts.lead = lead;
        said(book.acts("张三", "join", &[("lead", "甲")]))
    };
    for (lead, words) in [
        (None, "没有找到“甲”"),
        (Some(Lead::Unknown), "没有找到“甲”"),
        (Some(Lead::Itself), "不能并入本件自己"),
        (
            Some(Lead::There(Matter {
                voided: true,
                ..lead.matter("e1")
            })),
            "“甲”已作废",
        ),
        (
            Some(Lead::There(Matter {
                stage: Some("decided".into()),
                ..lead.matter("e1")
            })),
            "“甲”已在“决定”环节",
        ),
        // What was joined itself leads nothing: no ring can close.
        (
            Some(Lead::There(Matter {
                stage: Some("joined".into()),
                ..lead.matter("e1")
            })),
            "“甲”已在“并入他案”环节",
        ),
        (
            Some(Lead::There(Matter {
                happened_on: day("2024-02-02"),
                ..lead.matter("e1")
            })),
            "“甲”始于2024年2月2日，晚于本件",
        ),
    ] {
        let said = tries(&mut later, lead);
        assert!(said.contains(words), "{words}: {said}");
    }
    let empty = said(later.acts("张三", "join", &[]));
    assert!(empty.contains("填写“并入的案件”"), "{empty}");
    assert_eq!(later.state().stage.as_deref(), Some("filed"));
}

#[test]
fn who_investigated_one_of_two_does_not_decide_both() {
    let (mut lead, mut later) = two();
    later.acts("李四", "check", &[]).unwrap();
    later.acts("张三", "join", &[("lead", "甲")]).unwrap();
    lead.facts.joined = vec![later.matter("e2")];
    let refused = said(lead.acts("李四", "decide", &[]));
    assert!(refused.contains("办理过“复查”的人不得办理"), "{refused}");
    lead.acts("张三", "decide", &[]).unwrap();
}

#[test]
fn what_leads_keeps_its_name_and_is_not_void_and_what_was_decided_as_one_is_not_parted() {
    let (mut lead, mut later) = two();
    later.acts("张三", "join", &[("lead", "甲")]).unwrap();
    lead.facts.joined = vec![later.matter("e2")];
    let named = said(lead.amends("number", "甲一"));
    assert!(named.contains("不能更正“案号”：“乙”已并入本件"), "{named}");
    let reason = "重复".to_owned();
    let void = said(lead.does("张三", Command::Void { reason }, "2024-03-02"));
    assert!(void.contains("不能作废本件"), "{void}");
    lead.acts("张三", "decide", &[]).unwrap();
    later.facts.lead = Some(Lead::There(lead.matter("e1")));
    let parted = said(later.back());
    assert!(parted.contains("“甲”已办到“决定”"), "{parted}");
    // The decision taken back first, the two can be parted.
    lead.back().unwrap();
    later.facts.lead = Some(Lead::There(lead.matter("e1")));
    later.back().unwrap();
}

#[test]
fn what_an_act_overwrote_is_back_when_it_is_taken_back() {
    let mut book = Book::opened("甲", "2024-01-08");
    book.acts(
        "张三",
        "check",
        &[("facts", "一"), ("checked_on", "2024-02-01")],
    )
    .unwrap();
    let before = book.state().clone();
    book.acts(
        "张三",
        "check",
        &[("facts", "二"), ("checked_on", "2024-02-09")],
    )
    .unwrap();
    book.back().unwrap();
    assert_eq!(book.state().fields, before.fields);
    assert_eq!(book.state().stage, before.stage);
    let Some(Happening::Retracted {
        restored, cleared, ..
    }) = book.events.last().map(|event| &event.what)
    else {
        panic!("it was taken back");
    };
    assert_eq!((restored.len(), cleared.len()), (2, 0));
    // The first one too: then everything is empty again.
    book.back().unwrap();
    assert_eq!(
        (book.field("facts"), book.field("checked_on")),
        (None, None)
    );
}

#[test]
fn a_correction_made_since_stands_but_not_of_the_day_of_the_act() {
    let mut book = Book::opened("甲", "2024-01-08");
    book.acts(
        "张三",
        "check",
        &[("facts", "一"), ("checked_on", "2024-02-01")],
    )
    .unwrap();
    book.acts(
        "张三",
        "check",
        &[("facts", "二"), ("checked_on", "2024-02-09")],
    )
    .unwrap();
    book.amends("facts", "三").unwrap();
    book.amends("checked_on", "2024-02-10").unwrap();
    book.back().unwrap();
    assert_eq!(book.field("facts"), Some("三"));
    assert_eq!(book.field("checked_on"), Some("2024-02-01"));
}

#[test]
fn without_the_whole_past_nothing_is_taken_back() {
    let mut book = Book::opened("甲", "2024-01-08");
    book.acts("张三", "check", &[]).unwrap();
    book.events.pop();
    assert!(matches!(book.back(), Err(Refusal::Stale { .. })));
}

/// An entry of a shipped ledger in a stage, as far as an obstacle asks.
fn standing(stage: &str, given: Fields) -> State {
    State {
        revision: 1,
        fields: given,
        stage: Some(stage.to_owned()),
        history: Vec::new(),
        voided: false,
        opened_on: day("2024-01-08"),
    }
}

fn obstacle(ledger: &str, state: &State, action: &str, role: &str, facts: Facts) -> String {
    let ledger = crate::walks::procedure(ledger);
    let calendar = Calendar::builtin();
    let who = Who {
        actor: "张三",
        roles: &[role.to_owned()],
        role_names: &[],
        today: day("2024-03-01"),
        context: FieldContext { districts: &[] },
        calendar: &calendar,
        facts,
    };
    let action = ledger.action(action).unwrap();
    let refusal = kernel::decide::obstacle_on(
        ledger,
        state,
        action,
        kernel::decide::Given::Later,
        &who,
        day("2024-03-01"),
    );
    refusal.map_or_else(String::new, |refusal| refusal.to_string())
}

#[test]
fn a_review_that_was_withdrawn_is_no_review() {
    let major = Fields::from([("major".to_owned(), Value::Flag(true))]);
    let state = standing("noticed", major);
    let review = |ended, reached| Facts {
        subcases: vec![SubcaseFact {
            ledger: "legal_review".into(),
            field: "case".into(),
            title: "送审一".into(),
            ended,
            reached,
        }],
        ..Facts::default()
    };
    let says = |facts| obstacle("penalty_ordinary", &state, "decide", "head", facts);
    assert!(says(Facts::default()).contains("登记并办结“法制审核”"));
    assert!(says(review(false, false)).contains("办结“法制审核”（送审一）"));
    assert!(says(review(true, false)).contains("“法制审核”通过（已办结的没有通过"));
    assert!(!says(review(true, true)).contains("法制审核"));
}

#[test]
fn who_investigated_the_case_neither_presides_over_its_hearing_nor_reviews_it() {
    let done = Done {
        what: "action:investigate".into(),
        actor: "李四".into(),
        on: "2024-01-09".into(),
        to: None,
        officers: vec!["张三".into()],
        filled: Vec::new(),
        joined_to: None,
        retracted: false,
    };
    let facts = Facts {
        cases: vec![CaseAct {
            field: "case".into(),
            action: "investigate".into(),
            name: "调查取证".into(),
            done: vec![done],
        }],
        ..Facts::default()
    };
    for (ledger, stage, action, role, law) in [
        (
            "penalty_hearing",
            "arranged",
            "hold",
            "presider",
            "第六十四条",
        ),
        (
            "legal_review",
            "sent",
            "review",
            "legal_section",
            "第五十八条",
        ),
    ] {
        let state = standing(stage, Fields::new());
        let said = obstacle(ledger, &state, action, role, facts.clone());
        assert!(
            said.contains("办理过“调查取证”的人不得办理") && said.contains(law),
            "{said}"
        );
        let said = obstacle(ledger, &state, action, role, Facts::default());
        assert!(!said.contains("调查取证"), "{said}");
    }
}

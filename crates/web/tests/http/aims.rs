//! The way to an act, found without pages and gone over the pages.
//!
//! The search is the kernel's own (its tests prove with it that there is a way to every act): it
//! tries thousands of histories without a server. What it has found is then done by people who
//! open the forms and send them.

// The kernel's tests share what they walk procedures with.
#[expect(dead_code, reason = "only the search is used here")]
#[path = "../../../kernel/tests/kernel/walks/case.rs"]
mod case;
#[path = "../../../kernel/tests/kernel/walks/laws.rs"]
mod laws;
#[expect(dead_code, reason = "only ways to acts are sought here")]
#[path = "../../../kernel/tests/kernel/walks/search.rs"]
mod search;
#[expect(dead_code, reason = "only the search is used here")]
#[path = "../../../kernel/tests/kernel/walks/values.rs"]
mod values;

use std::{collections::BTreeSet, sync::Arc};

use app::{
    catalogue::{
        definition::{Action, Catalogue, FieldType, Ledger, Need, Subcase},
        value::Fields,
    },
    kernel::Happening,
};
use jiff::civil::Date;

use self::{
    case::{Case, opening, people},
    search::{Goal, reach_within},
    values::{Tape, mixed},
};
use crate::{
    robot::{Dice, How, Sent, fill_known},
    walked::{Office, PEOPLE, Walk, Way as Manner, offered},
};

/// How many cases the search looks at before another opening is tried.
const LOOKED_AT: usize = 2_000;

/// Matters of another ledger that are walked for one case.
const SUBCASES: u16 = 6;

/// A way to an act: what the entry is opened with, and the acts with their days and fields.
pub struct Way {
    opened: Fields,
    acts: Vec<(Date, String, Fields)>,
}

/// The way to an act that one of the openings allows.
pub fn way(
    catalogue: &Catalogue,
    ledger: &Ledger,
    act: &str,
    today: Date,
    number: u16,
) -> Option<Way> {
    let (people, choices) = (people(catalogue), mixed(number));
    let opened = opening(ledger, &mut Tape::new(&choices), today);
    if !could_lead_to(ledger, ledger.action(act)?, &opened) {
        return None;
    }
    let case = Case::open(ledger, catalogue, &people, opened.clone(), today);
    let found = reach_within(&case, Goal::Act(act), &choices, LOOKED_AT)?;
    let acts = found.events.iter().filter_map(|event| match &event.what {
        Happening::Acted { action, fields, .. } => {
            Some((event.happened_on, action.clone(), fields.clone()))
        }
        _ => None,
    });
    Some(Way {
        opened,
        acts: acts.collect(),
    })
}

/// Whether an opening leaves the conditions of an act open: those that turn on what no act fills
/// but by yes and no are held against it, so that nothing is sought in vain.
fn could_lead_to(ledger: &Ledger, act: &Action, opened: &Fields) -> bool {
    let filled = |id: &str| {
        let fills = |a: &Action| a.asks.iter().chain(&a.date).any(|field| **field == *id);
        ledger.actions.iter().any(fills)
    };
    let is_flag = |id: &str| ledger.field(id).is_some_and(|f| f.kind == FieldType::Flag);
    let guards = act.guards.iter().map(|guard| &guard.when);
    guards.chain(&act.when).all(|when| {
        let (asked, kept): (Vec<&str>, Vec<&str>) = when.fields("entry").partition(|id| filled(id));
        if kept.is_empty() || !asked.iter().all(|id| is_flag(id)) {
            return true;
        }
        [true, false].into_iter().any(|flag| {
            let mut fields = opened.clone();
            fields.extend(asked.iter().map(|id| ((*id).to_owned(), flag.into())));
            when.holds("entry", &fields) == Ok(true)
        })
    })
}

/// Goes a way over the pages: the acts that were done, and what stopped it.
pub fn goes(office: &mut Office, ledger: &Arc<Ledger>, way: &Way) -> (BTreeSet<String>, String) {
    // What is joined is joined to an older matter that has come as far.
    let joins = |(_, act, _): &&(Date, String, Fields)| {
        let action = ledger.action(act);
        action.is_some_and(|action| action.joins.is_some())
    };
    let before = way.acts.iter().take_while(|act| !joins(act)).count();
    let form = format!("/ledgers/{}/new", ledger.id);
    let older = match way.acts.get(before) {
        None => None,
        Some(_) => {
            match goes_from(
                office,
                ledger,
                &form,
                (&way.opened, &way.acts[..before]),
                None,
            ) {
                Ok((older, _)) => Some(older),
                Err(stuck) => return stuck,
            }
        }
    };
    match goes_from(office, ledger, &form, (&way.opened, &way.acts), older) {
        Ok((_, done)) => (done, String::new()),
        Err(stuck) => stuck,
    }
}

/// The same from a form, where an older matter may be there: the number of the new one, and what
/// was done.
fn goes_from(
    office: &mut Office,
    ledger: &Arc<Ledger>,
    form: &str,
    (opened, acts): (&Fields, &[(Date, String, Fields)]),
    older: Option<String>,
) -> Result<(String, BTreeSet<String>), (BTreeSet<String>, String)> {
    let entry = sends(office, ledger, None, (form, "entry"), opened)
        .map_err(|why| (BTreeSet::new(), format!("登记：{why}")))?;
    let mut walk = Walk::new(office, ledger, entry, Manner::Short);
    for (day, act, fields) in acts {
        let today: Date = walk.office.today().parse().unwrap();
        let days = today.until(*day).unwrap().get_days();
        if days > 0 {
            walk.office.waits(i64::from(days));
        }
        let action = ledger.action(act).expect("an act of the ledger");
        supplies(&mut walk, action);
        let n = walk.who_may(action);
        let path = format!("{}/act/{act}", walk.entry);
        let mut fields = fields.clone();
        if let Some((field, older)) = action.joins.as_ref().zip(older.as_deref()) {
            fields.insert(field.to_string(), older.into());
        }
        match sends(
            walk.office,
            ledger,
            Some((action, n)),
            (&path, "act"),
            &fields,
        ) {
            Ok(_) => walk.did(act, n),
            Err(why) => return Err((walk.done, format!("{act}：{why}"))),
        }
    }
    Ok((walk.office.number(&walk.entry, ledger), walk.done))
}

fn sends(
    office: &mut Office,
    ledger: &Ledger,
    act: Option<(&Action, usize)>,
    form: (&str, &str),
    fields: &Fields,
) -> Result<String, String> {
    let how = How {
        ledger,
        skips: &|_| true,
        today: office.today(),
    };
    let mut dice = Dice::new(office.dice.below(1_000_000) as u64);
    let browser = match act {
        Some((action, _)) if action.by.iter().all(|role| role == "school") => office.school(),
        Some((_, n)) => office.person(&ledger.section, n),
        None => office.person(&ledger.section, 0),
    };
    match fill_known(browser, form, &how, &mut dice, fields) {
        Sent::Taken(to) => Ok(to),
        Sent::Refused(why) | Sent::NoForm(why) => Err(why),
    }
}

/// Makes what an act needs: papers, evidence, matters of other ledgers.
fn supplies(walk: &mut Walk<'_>, action: &Action) {
    let ledger = Arc::clone(&walk.ledger);
    for need in &action.needs {
        let link = match need {
            Need::Document(id) => format!("{}/papers/new/{id}", walk.entry),
            Need::Evidence => format!("{}/evidence/new", walk.entry),
            Need::Subcase(id) => {
                ends_well(walk, ledger.subcase(id).expect("a kind of subcase"));
                continue;
            }
            Need::Field(_) | Need::Action(_) | Need::Over(_) | Need::Branch(_) => continue,
        };
        if !walk.begun.contains(&link) {
            walk.begins(&link, 0);
        }
    }
}

/// Walks a matter of another ledger that the case needs, to the end that it needs; another one
/// where that did not come about.
fn ends_well(walk: &mut Walk<'_>, kind: &Subcase) {
    let catalogue = Arc::clone(walk.office.server.app().catalogue());
    let other = catalogue.ledger(&kind.ledger).expect("a ledger");
    let start = format!("/ledgers/{}/", kind.ledger);
    let passes = |action: &&Action| {
        let to = action.to.as_ref();
        to.is_some_and(|to| kind.until.contains(to))
    };
    for opening in 0..SUBCASES {
        let page = walk.office.person(&walk.ledger.section, 0).get(&walk.entry);
        let begin = offered(&page.text(), &walk.entry).begin;
        let Some(link) = begin.into_iter().find(|link| link.starts_with(&start)) else {
            return;
        };
        let Some(act) = other.actions.iter().find(passes) else {
            walk.begins(&link, 0);
            continue;
        };
        let today = walk.office.today().parse().unwrap();
        if let Some(way) = way(&catalogue, other, &act.id, today, opening) {
            goes_from(walk.office, other, &link, (&way.opened, &way.acts), None).ok();
        }
    }
}

impl Walk<'_> {
    /// Somebody whom no earlier act keeps from this one.
    fn who_may(&self, action: &Action) -> usize {
        let barred = |n: &usize| {
            action
                .not_by
                .iter()
                .any(|id| self.by.contains(&(id.to_string(), *n)))
        };
        let kept = usize::from(!action.not_by_case.is_empty());
        (kept..PEOPLE).find(|n| !barred(n)).unwrap_or(PEOPLE - 1)
    }

    fn did(&mut self, act: &str, n: usize) {
        self.done.insert(act.to_owned());
        self.by.insert((act.to_owned(), n));
    }
}

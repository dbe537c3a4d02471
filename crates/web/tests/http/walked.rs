//! Every procedure walked from its first form to an end, by a robot that knows nothing but the
//! pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
};

use app::{
    catalogue::{
        definition::{Action, Catalogue, Field, Ledger},
        value::Value,
    },
    entry::Entry,
};

use crate::{
    aims,
    browser::Browser,
    robot::{Dice, How, Sent, fill},
    server::{self, Server, staffed},
};

/// Steps before a walk is given up.
const STEPS: usize = 90;
/// Ledgers that the system keeps itself, from the report desk and the portal's desk.
const KEPT_BY_ITSELF: [&str; 2] = ["report", "proactive_disclosure"];
/// People of a section who take turns.
pub const PEOPLE: usize = 3;
/// Openings from which a way is sought to an act that the walks have not met.
const OPENINGS: u16 = 30;
/// Ways that are gone before an act is given up.
const WAYS: usize = 4;
/// The acts that no walk does, each with the reason.
const LEFT: &str = include_str!("left.txt");

/// The office of all sections, and who has signed in.
pub struct Office {
    pub server: Server,
    browsers: BTreeMap<String, Browser>,
    /// The password of the school.
    password: String,
    pub dice: Dice,
}

impl Office {
    fn start(seed: u64) -> Self {
        let mut office = Self {
            server: staffed(PEOPLE),
            browsers: BTreeMap::new(),
            password: server::PASSWORD.to_owned(),
            dice: Dice::new(seed),
        };
        for n in 1..=4 {
            let (officer, number) = (format!("执法{n}"), format!("06{n:03}"));
            let fields = [
                ("officer", officer.as_str()),
                ("number", number.as_str()),
                ("issued_on", "2021-01-05"),
                ("valid_until", "2099-12-31"),
            ];
            let clerk = office.person("legal", 0);
            let answer = clerk.submit("/ledgers/officer_certificate/new", &fields);
            assert_eq!(answer.status, 303, "{}", answer.text());
        }
        office
    }

    /// Somebody of a section, signed in.
    pub fn person(&mut self, section: &str, n: usize) -> &mut Browser {
        let login = format!("{section}-{n}");
        let server = &self.server;
        self.browsers
            .entry(login.clone())
            .or_insert_with(|| server.signed_in(&login))
    }

    /// A school, signed in. Years pass in the office: where the site asks for a new password, the
    /// school gives it one.
    pub fn school(&mut self) -> &mut Browser {
        let (login, today) = ("school", self.today());
        let (server, old) = (&self.server, &mut self.password);
        self.browsers.entry(login.to_owned()).or_insert_with(|| {
            let mut browser = server.nobody();
            let given = [("login", login), ("password", &**old)];
            assert_eq!(browser.post("/sign-in", &given).status, 303);
            if browser.get("/").status == 303 {
                let new = format!("Hetao-{today}-lv");
                let change = [("old", &**old), ("new", &*new), ("again", &*new)];
                let answer = browser.submit("/me/password", &change);
                assert_eq!(answer.status, 303, "{}", answer.text());
                *old = new;
            }
            browser
        })
    }

    /// What an entry is known by to those who refer to it.
    pub fn number(&self, entry: &str, ledger: &Ledger) -> String {
        let entry = self.entry(entry, ledger);
        let number = ledger
            .key
            .first()
            .and_then(|id| entry.state.fields.get(id.as_str()));
        number
            .and_then(Value::as_text)
            .unwrap_or_default()
            .to_owned()
    }

    fn entry(&self, entry: &str, ledger: &Ledger) -> Entry {
        let actor = format!("{}-0", ledger.section);
        let actor = self.server.app().actor_by_login(&actor).unwrap().unwrap();
        let id = entry.trim_start_matches("/entries/");
        self.server.app().entry(&actor, id).unwrap()
    }

    pub fn today(&self) -> String {
        self.server.clock.today().to_string()
    }

    /// Time passes; everybody signs in again.
    pub fn waits(&mut self, days: i64) {
        let days = jiff::SignedDuration::from_hours(24 * days);
        let now = self.server.clock.now();
        self.server.clock.set(now + days);
        self.browsers.clear();
    }

    /// Opens an entry through its form.
    fn opens(&mut self, ledger: &Ledger, path: &str) -> Result<String, String> {
        let later = |field: &Field| {
            let asks =
                |act: &Action| act.asks.contains(&field.id) || act.date.as_ref() == Some(&field.id);
            !field.required && ledger.actions.iter().any(asks)
        };
        let how = How {
            ledger,
            skips: &later,
            today: self.today(),
        };
        let mut dice = Dice::new(self.dice.below(1_000_000) as u64);
        let clerk = self.person(&ledger.section, 0);
        match fill(clerk, path, "entry", &how, &mut dice) {
            Sent::Taken(to) => Ok(to),
            Sent::Refused(why) | Sent::NoForm(why) => Err(why),
        }
    }

    fn stage(&self, entry: &str, ledger: &Ledger) -> (String, bool) {
        let entry = self.entry(entry, ledger);
        let stage = entry.state.stage.unwrap_or_default();
        let ends = ledger.stage(&stage).is_some_and(|stage| stage.end);
        (stage, ends)
    }
}

/// Whether who did an act may not do another one.
fn bars(ledger: &Ledger, act: &str) -> bool {
    let id = act.rsplit('/').next().unwrap_or_default();
    let mut barred = ledger.actions.iter().flat_map(|action| &action.not_by);
    barred.any(|earlier| **earlier == *id)
}

/// How many acts lie between each stage and an end, at least.
fn distances(ledger: &Ledger) -> BTreeMap<String, usize> {
    let ends = ledger.stages.iter().filter(|stage| stage.end);
    let mut far: BTreeMap<String, usize> = ends.map(|stage| (stage.id.to_string(), 0)).collect();
    for step in 1..ledger.stages.len() + 1 {
        for act in &ledger.actions {
            let to = act.to.as_deref();
            if to.is_none_or(|to| far.get(to) != Some(&(step - 1))) {
                continue;
            }
            for from in &act.from {
                far.entry(from.to_string()).or_insert(step);
            }
        }
    }
    far
}

/// What the pages offer somebody who looks at a matter.
pub struct Offer {
    acts: Vec<String>,
    pub begin: Vec<String>,
}

pub fn offered(page: &str, entry: &str) -> Offer {
    let panel = page.split("id=\"acts\"").nth(1).unwrap_or_default();
    let panel = panel.split("</section>").next().unwrap_or_default();
    let here = panel.split("其他环节").next().unwrap_or_default();
    let links = here.split("href=\"").skip(1);
    let links = links.filter_map(|rest| Some(rest.split('"').next()?.replace("&amp;", "&")));
    let act = format!("{entry}/act/");
    let retract = format!("{entry}/retract");
    let (acts, begin) = links
        .filter(|link| !link.starts_with(&retract))
        .partition::<Vec<_>, _>(|link| link.starts_with(&act));
    Offer { acts, begin }
}

/// How an end is sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// By the shortest way.
    Short,
    /// After everything else that can be done.
    Long,
}

/// A matter on its way.
pub struct Walk<'a> {
    pub office: &'a mut Office,
    way: Way,
    pub ledger: Arc<Ledger>,
    pub entry: String,
    /// The acts that were done.
    pub done: BTreeSet<String>,
    /// By whom, where that is asked for.
    pub by: BTreeSet<(String, usize)>,
    /// How often each was done since time passed.
    lately: BTreeMap<String, usize>,
    /// What was begun since then.
    pub begun: BTreeSet<String>,
    story: Vec<String>,
}

impl<'a> Walk<'a> {
    pub fn new(office: &'a mut Office, ledger: &Arc<Ledger>, entry: String, way: Way) -> Self {
        Self {
            office,
            way,
            ledger: Arc::clone(ledger),
            entry,
            done: BTreeSet::new(),
            by: BTreeSet::new(),
            lately: BTreeMap::new(),
            begun: BTreeSet::new(),
            story: Vec::new(),
        }
    }

    /// Does one thing; tells whether anything could be done. New acts come first, then what acts
    /// still wait for, then acts that were done before.
    fn step(&mut self, depth: usize) -> bool {
        let first = self.office.dice.below(PEOPLE);
        let people: Vec<usize> = (0..PEOPLE).map(|n| (n + first) % PEOPLE).collect();
        let (mut acts, mut begin) = (Vec::new(), Vec::new());
        for n in people {
            let browser = self.office.person(&self.ledger.section, n);
            let page = browser.get(&self.entry);
            assert_eq!(page.status, 200, "{}: {}", self.entry, page.text());
            let offer = offered(&page.text(), &self.entry);
            // One of them keeps out of what would bar him from the rest of the way.
            let may = |act: &String| n + 1 < PEOPLE || !bars(&self.ledger, act);
            let his = offer.acts.into_iter().filter(may);
            acts.extend(his.map(|act| (act, n)));
            begin.extend(offer.begin);
        }
        let (mut new, mut again): (Vec<_>, Vec<_>) =
            acts.into_iter().partition(|(act, _)| self.times(act) == 0);
        again.retain(|(act, _)| self.times(act) < 3);
        let (stage, _) = self.office.stage(&self.entry, &self.ledger);
        let here = distances(&self.ledger).get(&stage).copied();
        let waits = |(act, _): &(String, usize)| match self.way {
            Way::Long => self.left(act) == 0,
            Way::Short => here.is_some_and(|here| self.left(act) >= here),
        };
        let (mut last, mut new): (Vec<_>, Vec<_>) = new.drain(..).partition(waits);
        if self.one_of(&mut new) {
            return true;
        }
        begin.retain(|link| !self.begun.contains(link));
        begin.sort();
        begin.dedup();
        let begun = begin.iter().filter(|link| self.begins(link, depth));
        if begun.count() > 0 {
            return true;
        }
        self.one_of(&mut again) || self.one_of(&mut last)
    }

    /// How far it is to an end after an act.
    fn left(&self, act: &str) -> usize {
        let id = act.rsplit('/').next().unwrap_or_default();
        let to = self.ledger.action(id).and_then(|act| act.to.as_deref());
        let far = distances(&self.ledger);
        to.map_or(1, |to| far.get(to).copied().unwrap_or(99))
    }

    fn times(&self, act: &str) -> usize {
        let id = act.rsplit('/').next().unwrap_or_default();
        self.lately.get(id).copied().unwrap_or_default()
    }

    /// Does one of the acts, mostly one that leads nearest to an end.
    fn one_of(&mut self, acts: &mut Vec<(String, usize)>) -> bool {
        acts.sort_by_key(|(act, _)| self.left(act));
        while !acts.is_empty() {
            let at = match self.office.dice.below(4) {
                0 => self.office.dice.below(acts.len()),
                _ => 0,
            };
            let (act, n) = acts.remove(at);
            if self.acts(&act, n) {
                return true;
            }
        }
        false
    }

    fn acts(&mut self, path: &str, n: usize) -> bool {
        let how = How {
            ledger: &self.ledger,
            skips: &|_| false,
            today: self.office.today(),
        };
        let mut dice = Dice::new(self.office.dice.below(1_000_000) as u64);
        let browser = self.office.person(&self.ledger.section, n);
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        match fill(browser, path, "act", &how, &mut dice) {
            Sent::Taken(_) => {
                *self.lately.entry(id.clone()).or_default() += 1;
                self.done.insert(id.clone());
                self.story.push(format!("{} {id}", how.today));
                true
            }
            Sent::Refused(why) | Sent::NoForm(why) => {
                self.story.push(format!("{} {id}: {why}", how.today));
                false
            }
        }
    }

    /// Begins what an act still needs: a paper, evidence, a matter of another ledger.
    pub fn begins(&mut self, link: &str, depth: usize) -> bool {
        self.story.push(link.to_owned());
        self.begun.insert(link.to_owned());
        let ledger = Arc::clone(&self.ledger);
        if link.ends_with("/evidence/new") {
            let clerk = self.office.person(&ledger.section, 0);
            return crate::cases::attach(clerk, &self.entry, crate::cases::PICTURE).status == 303;
        }
        if let Some(rest) = link.strip_prefix("/ledgers/") {
            let id = rest.split('/').next().unwrap_or_default();
            let other = self.office.server.app().catalogue().ledger(id).cloned();
            return depth == 0
                && walk(self.office, &other.expect("a ledger"), link, Way::Short, 1).is_ok();
        }
        let how = How {
            ledger: &ledger,
            skips: &|_| true,
            today: self.office.today(),
        };
        let mut dice = Dice::new(3);
        let mut paper = link.to_owned();
        if link.contains("/papers/new/") {
            let clerk = self.office.person(&ledger.section, 0);
            match fill(clerk, link, "paper", &how, &mut dice) {
                Sent::Taken(to) => paper = to,
                Sent::Refused(why) | Sent::NoForm(why) => {
                    self.story.push(why);
                    return false;
                }
            }
        }
        (0..PEOPLE).any(|n| {
            let browser = self.office.person(&ledger.section, n);
            matches!(
                fill(browser, &paper, "sign", &how, &mut dice),
                Sent::Taken(_)
            )
        })
    }
}

/// Walks a matter from its form to an end; tells which acts were done, or the story that stuck.
fn walk(
    office: &mut Office,
    ledger: &Arc<Ledger>,
    form: &str,
    way: Way,
    depth: usize,
) -> Result<BTreeSet<String>, String> {
    let entry = office.opens(ledger, form)?;
    let mut walk = Walk::new(office, ledger, entry, way);
    let mut waited = 0;
    for _ in 0..STEPS {
        let (stage, ends) = walk.office.stage(&walk.entry, ledger);
        if ends {
            let path = walk.entry.clone();
            let clerk = walk.office.person(&ledger.section, 0);
            let file = clerk.get(&format!("{path}/file"));
            assert_eq!(file.status, 200, "{}", file.text());
            return Ok(walk.done);
        }
        if walk.step(depth) {
            continue;
        }
        waited += 1;
        walk.story.push(format!("{stage}: time passes"));
        if waited > 8 {
            break;
        }
        walk.office.waits(20);
        walk.lately.clear();
        walk.begun.clear();
        walk.way = Way::Short;
    }
    let far = walk.story.len().saturating_sub(40);
    Err(walk.story[far..].join("\n"))
}

/// What came of walking several procedures.
#[derive(Default)]
struct Walked {
    /// Acts that were done, as `ledger act`.
    done: BTreeSet<String>,
    /// What stopped the last way to each of those that were not.
    stories: BTreeMap<String, String>,
    /// The stories of those that came to no end.
    stuck: Vec<String>,
}

/// Walks every second procedure: by the shortest way, by the longest, and to each act that neither
/// has met.
fn walks(half: usize) -> Walked {
    let mut office = Office::start(half as u64 + 1);
    let catalogue = Arc::clone(office.server.app().catalogue());
    let mut walked = Walked::default();
    for ledger in procedures(&catalogue).skip(half).step_by(2) {
        let form = format!("/ledgers/{}/new", ledger.id);
        let mut done = BTreeSet::new();
        for way in [Way::Short, Way::Long] {
            match walk(&mut office, ledger, &form, way, 0) {
                Ok(acts) => done.extend(acts),
                Err(story) => {
                    let head = format!("== {} {} {way:?}", ledger.id, ledger.name);
                    walked.stuck.push(format!("{head}\n{story}"));
                }
            }
        }
        for action in &ledger.actions {
            let story = aimed(&mut office, ledger, &action.id, &mut done);
            if !done.contains(action.id.as_str()) {
                let act = format!("{} {}", ledger.id, action.id);
                walked.stories.insert(act, story);
            }
        }
        let named = |act| format!("{} {act}", ledger.id);
        walked.done.extend(done.into_iter().map(named));
    }
    let report = office.server.verify();
    assert!(report.is_clean(), "{report:?}");
    walked
}

/// Procedures that people walk by the forms of their ledger.
fn procedures(catalogue: &Catalogue) -> impl Iterator<Item = &Arc<Ledger>> {
    let ledgers = catalogue.ledgers();
    ledgers.filter(|l| !l.actions.is_empty() && !KEPT_BY_ITSELF.contains(&&*l.id))
}

/// Goes to an act that no walk has met; what stopped the last way to it, if it is still not done.
fn aimed(
    office: &mut Office,
    ledger: &Arc<Ledger>,
    act: &str,
    done: &mut BTreeSet<String>,
) -> String {
    let (mut story, mut gone) = (String::new(), 0);
    for opening in 0..OPENINGS {
        if done.contains(act) || gone == WAYS {
            break;
        }
        let catalogue = Arc::clone(office.server.app().catalogue());
        let today = office.today().parse().unwrap();
        if let Some(way) = aims::way(&catalogue, ledger, act, today, opening) {
            let (acts, why) = aims::goes(office, ledger, &way);
            done.extend(acts);
            (story, gone) = (why, gone + 1);
        }
    }
    story
}

/// The list of acts that are left: `ledger act  reason`.
fn left() -> BTreeMap<String, &'static str> {
    let lines = LEFT
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (act, why) = line.split_once("  ").expect(line);
            assert!(why.trim().chars().count() > 10, "{act}: no reason");
            (act.to_owned(), why.trim())
        })
        .collect()
}

#[test]
fn every_act_of_every_procedure_is_done_by_the_pages_alone_or_named_with_the_reason() {
    let halves = [0, 1].map(|half| thread::spawn(move || walks(half)));
    let halves = halves.map(|half| half.join().unwrap());
    let stuck: Vec<&str> = halves
        .iter()
        .flat_map(|h| &h.stuck)
        .map(String::as_str)
        .collect();
    assert!(
        stuck.is_empty(),
        "{} stuck\n{}",
        stuck.len(),
        stuck.join("\n\n")
    );
    let (mut done, mut stories) = (BTreeSet::new(), BTreeMap::new());
    for half in halves {
        done.extend(half.done);
        stories.extend(half.stories);
    }
    let (catalogue, _) = app::catalogue::load(&server::shipped(), None);
    let acts = |ledger: &Arc<Ledger>| {
        let name = |action: &Action| format!("{} {}", ledger.id, action.id);
        ledger.actions.iter().map(name).collect::<Vec<_>>()
    };
    let all: BTreeSet<String> = catalogue.ledgers().flat_map(acts).collect();
    println!("{} of {} acts", done.len(), all.len());
    let left = left();
    for act in left.keys() {
        assert!(all.contains(act), "left.txt: there is no act “{act}”");
        assert!(
            !done.contains(act),
            "left.txt: “{act}” is done, strike it out"
        );
    }
    let silent: Vec<String> = all
        .iter()
        .filter(|act| !done.contains(*act) && !left.contains_key(*act))
        .map(|act| format!("{act}  {}", stories.get(act).map_or("", |story| story)))
        .collect();
    assert!(
        silent.is_empty(),
        "{} acts are neither done nor named in left.txt with the reason\n{}",
        silent.len(),
        silent.join("\n")
    );
}

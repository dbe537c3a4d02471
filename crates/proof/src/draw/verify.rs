//! The verifier: a bundle in, one verdict per question out.
//!
//! It believes nothing that it can recompute, and says of the rest what a reader has to compare
//! for himself. Every check has a stable name, so that a page can put it into words.

use serde::Serialize;
use serde_json::Value;

use super::assign::Problem;
use super::bundle::{self, AssignmentResult, Bundle, LoggedEvent};
use super::event;
use super::plan::{FREEZE_LEAD_SECONDS, Plan, hash_of};
use super::population::Population;
use super::source::seed;
use crate::canonical;
use crate::checkpoint::{SignedCheckpoint, TlogProof};
use crate::hash::Hash;
use crate::leaf::Leaf;
use crate::note::VerifierKey;

mod sources;

/// The keys that the reader trusts. Without them the keys of the plan are used, and the reader is
/// told to compare them.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Key of the log.
    pub log: Option<VerifierKey>,
    /// Keys of the witnesses.
    pub witnesses: Vec<VerifierKey>,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It cannot be decided from the bundle alone: the reader compares.
    Compare,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Stable name, as `seed` or `ranking`.
    pub name: &'static str,
    /// Where in the bundle: a JSON pointer.
    pub at: String,
    /// The answer.
    pub outcome: Outcome,
    /// What was found, in English.
    pub detail: String,
}

/// All checks, in the order of the draw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        !self.checks.is_empty() && self.failures().next().is_none()
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(|check| check.outcome == Outcome::Fail)
    }

    fn add(&mut self, name: &'static str, at: &str, outcome: Outcome, detail: impl Into<String>) {
        self.checks.push(Check {
            name,
            at: at.to_owned(),
            outcome,
            detail: detail.into(),
        });
    }

    /// Adds a pass, or a failure with its reason.
    fn check(&mut self, name: &'static str, at: &str, result: Result<String, String>) {
        match result {
            Ok(detail) => self.add(name, at, Outcome::Pass, detail),
            Err(detail) => self.add(name, at, Outcome::Fail, detail),
        }
    }
}

/// Verifies a published bundle.
pub fn verify(json: &[u8], trust: &Trust) -> Report {
    let mut report = Report::default();
    let Read {
        bundle,
        plan,
        content,
    } = match read(json) {
        Ok(read) => read,
        Err(detail) => {
            report.add("form", "", Outcome::Fail, detail);
            return report;
        }
    };
    report.add(
        "form",
        "",
        Outcome::Pass,
        "the file is a bundle of version 1",
    );
    let hash = hash_of(&content).map_err(|error| error.to_string());
    drop(content);
    let hash = hash.and_then(|hash| equal("the hash of the content", &bundle.hash, &hash));
    report.check("hash", "/hash", hash);
    check_plan(&mut report, &bundle, &plan);
    let population = match Population::frozen(bundle.population.clone()) {
        Ok(population) => population,
        Err(error) => {
            report.add(
                "population",
                "/population",
                Outcome::Fail,
                error.to_string(),
            );
            return report;
        }
    };
    check_frozen(&mut report, &bundle, &plan, &population);
    check_log(&mut report, &bundle, &plan, &population, trust);
    sources::check(&mut report, &bundle, &plan);
    let seed = check_seed(&mut report, &bundle, &plan, &population);
    // What breaks the rules is not computed any further: it could be made to last for ever.
    if plan.problems().is_empty() && bundle::fits(&plan, &population).is_ok() {
        check_rankings(&mut report, &bundle, &plan, &population, &seed);
        if bundle
            .roster
            .as_ref()
            .is_none_or(|roster| roster.check().is_ok())
        {
            check_assignment(&mut report, &bundle, &plan, &seed);
        }
    }
    report
}

struct Read {
    bundle: Bundle,
    plan: Plan,
    /// Everything but the hash, as it stands in the file.
    content: Value,
}

fn read(json: &[u8]) -> Result<Read, String> {
    let mut content = canonical::parse(json).map_err(|error| error.to_string())?;
    if let Some(at) = null_in(&content, "") {
        return Err(format!("{at}: nothing is null, absent fields are absent"));
    }
    let bundle: Bundle =
        serde_json::from_value(content.clone()).map_err(|error| error.to_string())?;
    if bundle.v != 1 {
        return Err("the version of the bundle is not 1".into());
    }
    let plan =
        serde_json::from_value(bundle.plan.clone()).map_err(|error| format!("/plan: {error}"))?;
    if let Value::Object(members) = &mut content {
        members.remove("hash");
    }
    Ok(Read {
        bundle,
        plan,
        content,
    })
}

/// Where a value is null.
fn null_in(value: &Value, at: &str) -> Option<String> {
    match value {
        Value::Null => Some(at.to_owned()),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| null_in(item, &format!("{at}/{index}")))
        }
        Value::Object(members) => members
            .iter()
            .find_map(|(key, member)| null_in(member, &format!("{at}/{key}"))),
        _ => None,
    }
}

/// A pass if two values are equal, else both.
fn equal(what: &str, stated: &Hash, computed: &Hash) -> Result<String, String> {
    if stated == computed {
        Ok(format!("{what} is {computed}"))
    } else {
        Err(format!("{what} is {computed}, the bundle says {stated}"))
    }
}

fn check_plan(report: &mut Report, bundle: &Bundle, plan: &Plan) {
    let problems = plan.problems();
    for problem in &problems {
        let at = format!("/plan{}", problem.at);
        report.add("plan", &at, Outcome::Fail, problem.rule);
    }
    if problems.is_empty() {
        report.add("plan", "/plan", Outcome::Pass, "the plan keeps the rules");
    }
    let hash = hash_of(&bundle.plan).map_err(|error| error.to_string());
    let result = hash.and_then(|hash| equal("the hash of the plan", &bundle.plan_hash, &hash));
    report.check("plan-hash", "/plan_hash", result);
}

fn check_frozen(report: &mut Report, bundle: &Bundle, plan: &Plan, population: &Population) {
    let fits = bundle::fits(plan, population);
    let count = population.items().len();
    let fits = fits.map(|()| format!("{count} units, each in a stratum of the plan"));
    report.check(
        "population",
        "/population",
        fits.map_err(|error| error.to_string()),
    );
    let root = equal(
        "the root of the population",
        &bundle.population_root,
        &population.root(),
    );
    report.check("population-root", "/population_root", root);
    match (&plan.assignment, &bundle.roster, &bundle.roster_root) {
        (None, None, None) => {}
        (Some(_), Some(roster), Some(stated)) => {
            let form = roster.check().map(|()| {
                format!(
                    "{} officers, {} conflicts",
                    roster.inspectors.len(),
                    roster.conflicts.len()
                )
            });
            report.check("roster", "/roster", form.map_err(|error| error.to_string()));
            let root = equal("the root of the roster", stated, &roster.root());
            report.check("roster-root", "/roster_root", root);
        }
        _ => {
            let detail = "roster and root are there exactly if the plan assigns officers";
            report.add("roster", "/roster", Outcome::Fail, detail);
        }
    }
}

fn check_log(
    report: &mut Report,
    bundle: &Bundle,
    plan: &Plan,
    population: &Population,
    trust: &Trust,
) {
    let (witness, log) = match (&plan.witness, &bundle.log) {
        (Some(witness), Some(log)) => (witness, log),
        (None, None) => {
            let detail = "the plan names no log: compare when plan, population and officers were \
                          published with the time when the first source became known";
            report.add("freeze-time", "/log", Outcome::Compare, detail);
            return;
        }
        _ => {
            let detail = "the proofs of the log are there exactly if the plan names a log";
            report.add("log-plan", "/log", Outcome::Fail, detail);
            return;
        }
    };
    let keys = match (&trust.log, witness.log_key(), witness.witness_keys()) {
        (Some(log), ..) => Some((log.clone(), trust.witnesses.clone())),
        (None, Some(log), Some(witnesses)) => {
            let detail = "the keys are those of the plan: compare them with what the log and the \
                          witnesses publish themselves";
            report.add("keys", "/plan/witness", Outcome::Compare, detail);
            Some((log, witnesses))
        }
        _ => None,
    };
    let Some((log_key, witnesses)) = keys else {
        return;
    };
    let open = |event: &LoggedEvent| opened(event, &log_key, &witnesses);
    let freeze_data = event::freeze_data(population, bundle.roster_root.as_ref());
    let plan_data = event::plan_data(plan, &bundle.plan_hash);
    let plan_event = open(&log.plan).and_then(|opened| {
        opened.says(event::PLAN_PUBLISHED, &plan.draw, &Value::Object(plan_data))
    });
    let freeze = open(&log.freeze)
        .and_then(|opened| opened.says(event::FROZEN, &plan.draw, &Value::Object(freeze_data)));
    let described = |event: &Result<OpenedEvent, String>| match event {
        Ok(event) => Ok(format!(
            "entry {} of the log, {}",
            event.index, event.leaf.time
        )),
        Err(detail) => Err(detail.clone()),
    };
    report.check("log-plan", "/log/plan", described(&plan_event));
    report.check("log-freeze", "/log/freeze", described(&freeze));
    let Ok(freeze) = freeze else { return };
    if plan_event.is_ok_and(|plan_event| freeze.index <= plan_event.index) {
        let detail = "the plan was published after the freeze";
        report.add("log-plan", "/log/plan", Outcome::Fail, detail);
    }
    let in_time = witnessed_in_time(plan, &freeze.checkpoint, witness.quorum);
    report.check("freeze-time", "/log/freeze", in_time);
}

/// The condition that stops grinding: enough witnesses saw the freeze ten minutes before anybody
/// could know the first source.
fn witnessed_in_time(
    plan: &Plan,
    checkpoint: &SignedCheckpoint,
    quorum: u64,
) -> Result<String, String> {
    let known = plan.first_known().ok_or("no source has a time")?;
    let deadline = known.saturating_sub(FREEZE_LEAD_SECONDS);
    let in_time = |time: u64| i64::try_from(time).is_ok_and(|time| time <= deadline);
    let count = checkpoint
        .cosignatures
        .iter()
        .filter(|c| in_time(c.time))
        .count();
    let detail = format!(
        "{count} witnesses saw the freeze ten minutes before the first source became known, \
         {quorum} are needed"
    );
    if quorum <= count as u64 {
        Ok(detail)
    } else {
        Err(detail + ": the draw is void")
    }
}

struct OpenedEvent {
    leaf: Leaf,
    index: u64,
    checkpoint: SignedCheckpoint,
}

fn opened(
    event: &LoggedEvent,
    log: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<OpenedEvent, String> {
    let proof = TlogProof::parse(&event.proof).map_err(|error| error.to_string())?;
    let leaf_data = event.leaf.as_bytes();
    let checkpoint = proof
        .verify(leaf_data, log, witnesses)
        .map_err(|error| error.to_string())?;
    let leaf = Leaf::decode(leaf_data).map_err(|error| error.to_string())?;
    Ok(OpenedEvent {
        leaf,
        index: proof.index,
        checkpoint,
    })
}

impl OpenedEvent {
    fn says(self, kind: &str, draw: &str, data: &Value) -> Result<Self, String> {
        let right = self.leaf.kind == kind
            && self.leaf.reference == draw
            && Value::Object(self.leaf.data.clone()) == *data
            && self.leaf.private.is_empty();
        if right {
            Ok(self)
        } else {
            Err(format!("the logged event is not {kind} with {data}"))
        }
    }
}

fn check_seed(report: &mut Report, bundle: &Bundle, plan: &Plan, population: &Population) -> Hash {
    let values: Vec<(String, String)> = bundle
        .sources
        .iter()
        .map(|source| (source.name.clone(), source.value.clone()))
        .collect();
    let plan_hash = hash_of(&bundle.plan).unwrap_or(bundle.plan_hash);
    let roster = bundle.roster.as_ref().map(super::roster::Roster::root);
    let root = population.root();
    let seed = seed(
        plan.suite,
        &plan.draw,
        &plan_hash,
        &root,
        roster.as_ref(),
        &values,
    );
    report.check("seed", "/seed", equal("the seed", &bundle.seed, &seed));
    seed
}

fn check_rankings(
    report: &mut Report,
    bundle: &Bundle,
    plan: &Plan,
    population: &Population,
    seed: &Hash,
) {
    let computed = bundle::select(plan, population, seed);
    if !computed
        .iter()
        .map(|s| &s.name)
        .eq(bundle.strata.iter().map(|s| &s.name))
    {
        let detail = "the strata are not those of the plan in its order";
        report.add("ranking", "/strata", Outcome::Fail, detail);
        return;
    }
    for (index, (computed, stated)) in computed.iter().zip(&bundle.strata).enumerate() {
        let (name, take) = (&computed.name, computed.take);
        let result = if take == stated.take {
            Ok(format!("{name}: {take} are drawn"))
        } else {
            Err(format!(
                "{name}: {take} are to be drawn, the bundle says {}",
                stated.take
            ))
        };
        report.check("take", &format!("/strata/{index}/take"), result);
        let at = format!("/strata/{index}/ranking");
        let wrong = (0..computed.ranking.len().max(stated.ranking.len()))
            .find(|place| computed.ranking.get(*place) != stated.ranking.get(*place));
        match wrong {
            None => {
                let detail = format!("{name}: {} units in order", computed.ranking.len());
                report.add("ranking", &at, Outcome::Pass, detail);
            }
            Some(place) => {
                let detail = match computed.ranking.get(place) {
                    Some(right) => format!(
                        "{name}: place {} belongs to {} with ticket {}",
                        place + 1,
                        right.unit,
                        right.ticket
                    ),
                    None => format!("{name}: there is no place {}", place + 1),
                };
                report.add("ranking", &format!("{at}/{place}"), Outcome::Fail, detail);
            }
        }
    }
}

fn check_assignment(report: &mut Report, bundle: &Bundle, plan: &Plan, seed: &Hash) {
    let (rules, roster, stated) = match (&plan.assignment, &bundle.roster, &bundle.assignment) {
        (None, None, None) => return,
        (Some(rules), Some(roster), Some(stated)) => (rules, roster, stated),
        _ => {
            let detail = "an assignment is there exactly if the plan demands one";
            report.add("assignment", "/assignment", Outcome::Fail, detail);
            return;
        }
    };
    let units = bundle::drawn(&bundle.strata);
    let problem = match roster.problem(rules, &units) {
        Ok(problem) => problem,
        Err(error) => {
            report.add(
                "assignment",
                "/assignment",
                Outcome::Fail,
                error.to_string(),
            );
            return;
        }
    };
    if let Some(cut) = &stated.cut {
        let short = format!("{} places cannot be filled", cut.shortfall);
        let result = cut
            .check(&problem)
            .map(|()| short)
            .map_err(|error| error.to_string());
        report.check("cut", "/assignment/cut", result);
        let alone = stated.teams.is_empty() && stated.load.is_none() && stated.load_cut.is_none();
        if !alone {
            let detail = "there is more beside the proof that there is none";
            report.add("assignment", "/assignment", Outcome::Fail, detail);
        }
        return;
    }
    let limited = match check_load(&problem, rules.even, stated) {
        Ok(None) => problem,
        Ok(Some((detail, load))) => {
            report.add("load", "/assignment/load", Outcome::Pass, detail);
            problem.with_load(load)
        }
        Err(detail) => {
            report.add("load", "/assignment/load", Outcome::Fail, detail);
            return;
        }
    };
    let Ok(computed) = limited.assign(plan.suite, seed, &plan.draw) else {
        let detail = "no complete assignment exists";
        report.add("assignment", "/assignment", Outcome::Fail, detail);
        return;
    };
    let wrong = (0..computed.teams.len().max(stated.teams.len()))
        .find(|place| computed.teams.get(*place) != stated.teams.get(*place));
    let Some(place) = wrong else {
        let detail = format!("{} teams as the rule demands", computed.teams.len());
        report.add("assignment", "/assignment/teams", Outcome::Pass, detail);
        return;
    };
    let detail = computed
        .teams
        .get(place)
        .map_or("there is no such team".to_owned(), |team| {
            format!("{} is visited by {}", team.unit, team.inspectors.join(", "))
        });
    report.add(
        "assignment",
        &format!("/assignment/teams/{place}"),
        Outcome::Fail,
        detail,
    );
}

/// Whether the stated load is the smallest one; nothing where the plan does not ask for it.
fn check_load(
    problem: &Problem,
    even: bool,
    stated: &AssignmentResult,
) -> Result<Option<(String, u32)>, String> {
    match (even, stated.load, &stated.load_cut) {
        (false, None, None) => Ok(None),
        (false, ..) => Err("the plan demands no even load".into()),
        (true, Some(0), None) => Ok(Some(("nobody has anything".into(), 0))),
        (true, Some(load), Some(cut)) if load > 0 => cut
            .check(&problem.with_load(load - 1))
            .map(|()| {
                Some((
                    format!("nobody has more than {load}, less does not suffice"),
                    load,
                ))
            })
            .map_err(|error| error.to_string()),
        _ => Err("the load or the proof of it is missing or too much".into()),
    }
}

//! The plan: everything about a draw that is decided before anybody can know the outcome.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assign::TEAM_MAX;
use super::rates::{RATE_ONE, Share, Stratum, allot};
use super::select::{Method, TICKETS_MAX};
use super::source::Source;
use super::suite::{Suite, is_field};
use super::time::{is_date, parse_utc};
use crate::canonical::{self, CanonicalError};
use crate::hash::Hash;
use crate::note::{KeyKind, VerifierKey};

/// How long before the first source becomes known the freeze must have been witnessed.
pub const FREEZE_LEAD_SECONDS: i64 = 600;

/// A plan as it is published. [`Plan::problems`] says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of the format: 1.
    pub v: u64,
    /// Identifier of the draw, never used twice.
    pub draw: String,
    /// What people call it.
    pub title: String,
    /// Who belongs to the population and who does not.
    pub scope: String,
    /// The program that will draw, with its version.
    pub program: String,
    /// The void draw that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<String>,
    /// When it is drawn, in UTC.
    pub time: String,
    /// Hash of seeds and tickets.
    pub suite: Suite,
    /// How weights count.
    pub method: Method,
    /// Weight of each class, where weights count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, u32>,
    /// How many from which stratum.
    pub strata: Vec<StratumPlan>,
    /// How many places of each reserve list are published; absent, all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<u64>,
    /// Where the seed comes from.
    pub sources: Vec<SourcePlan>,
    /// Who must have seen the freeze in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<WitnessPlan>,
    /// How officers are assigned, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentPlan>,
}

/// The number or the rate of a stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumPlan {
    /// Its name.
    pub name: String,
    /// How many units are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Or how many millionths of its units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_ppm: Option<u64>,
    /// Beside a rate: never more than so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

/// A source of the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePlan {
    /// Its name, with the exact instance.
    pub name: String,
    /// For a lottery: when its numbers are drawn, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
    /// For a secret: the commitment to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Hash>,
    /// For a secret: the offices that each hold a copy, so that no single one can withhold it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<String>,
    /// For a secret: when it is published, where the visits are to be unannounced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_after: Option<String>,
}

/// The log of the draw and its witnesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessPlan {
    /// Key of the log.
    pub log: String,
    /// Keys of the witnesses.
    pub keys: Vec<String>,
    /// How many of them must have seen the freeze in time.
    pub quorum: u64,
}

/// The rules of the assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentPlan {
    /// The places of a team, in order.
    pub places: Vec<PlacePlan>,
    /// Whether the load is spread as evenly as possible.
    pub even: bool,
    /// The last day of the visits: certificates must be valid until then.
    pub until: String,
}

/// What a place of a team demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacePlan {
    /// Only officers who may lead.
    pub lead: bool,
    /// Only officers of these offices; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offices: Vec<String>,
}

/// Something that a plan gets wrong: where, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {rule}")]
pub struct PlanProblem {
    /// JSON pointer into the plan.
    pub at: String,
    /// The rule.
    pub rule: &'static str,
}

impl Plan {
    /// The hash of the plan: SHA-256 of its canonical JSON.
    pub fn hash(&self) -> Result<Hash, CanonicalError> {
        let value = serde_json::to_value(self)
            .map_err(|error| CanonicalError::Syntax(error.to_string()))?;
        hash_of(&value)
    }

    /// The time of the draw in seconds since 1970.
    pub fn seconds(&self) -> Option<i64> {
        parse_utc(&self.time)
    }

    /// When the first source becomes known that nobody knew before.
    pub fn first_known(&self) -> Option<i64> {
        let known = |source: &SourcePlan| match source.name.parse().ok()? {
            Source::Beacon(chain, round) => Some(chain.round_time(round)),
            Source::Lottery(..) => parse_utc(source.known_at.as_deref()?),
            Source::Reveal(_) => None,
        };
        self.sources.iter().filter_map(known).min()
    }

    /// How many are drawn of each stratum, in the order of the plan, given how many units each has.
    pub fn takes(&self, units: &BTreeMap<&str, u64>) -> Vec<u64> {
        let stratum = |plan: &'_ StratumPlan| -> Share {
            match (plan.count, plan.rate_ppm) {
                (Some(count), _) => Share::Count(count),
                (None, rate) => Share::Rate(rate.unwrap_or(0)),
            }
        };
        let strata: Vec<Stratum> = self
            .strata
            .iter()
            .map(|plan| Stratum {
                name: &plan.name,
                units: units.get(plan.name.as_str()).copied().unwrap_or(0),
                share: stratum(plan),
            })
            .collect();
        let taken = allot(&strata).into_iter().zip(&self.strata);
        taken
            .map(|(taken, plan)| plan.max.map_or(taken, |max| taken.min(max)))
            .collect()
    }

    /// Everything that is wrong with the plan; nothing if it can be published.
    pub fn problems(&self) -> Vec<PlanProblem> {
        let mut problems = Problems(Vec::new());
        problems.unless(self.v == 1, "/v", "the version is 1");
        for (at, text) in [
            ("/draw", &self.draw),
            ("/title", &self.title),
            ("/scope", &self.scope),
            ("/program", &self.program),
        ] {
            problems.unless(
                is_field(text),
                at,
                "is one line of text in NFC and not empty",
            );
        }
        let repeats = self
            .repeats
            .as_ref()
            .is_none_or(|id| is_field(id) && *id != self.draw);
        problems.unless(repeats, "/repeats", "names another draw");
        problems.unless(
            self.seconds().is_some(),
            "/time",
            "is a time as 2026-03-03T02:00:00Z",
        );
        self.check_weights(&mut problems);
        self.check_strata(&mut problems);
        self.check_sources(&mut problems);
        if let Some(witness) = &self.witness {
            witness.check(&mut problems);
        }
        if let Some(assignment) = &self.assignment {
            assignment.check(&mut problems, &self.time);
        }
        problems.0
    }

    fn check_weights(&self, problems: &mut Problems) {
        let at = "/weights";
        if self.method == Method::Equal {
            problems.unless(
                self.weights.is_empty(),
                at,
                "there are none where all are equal",
            );
            return;
        }
        problems.unless(!self.weights.is_empty(), at, "are named where they count");
        let most = if self.method == Method::Tickets {
            TICKETS_MAX
        } else {
            u32::MAX
        };
        for (class, weight) in &self.weights {
            let valid = is_field(class) && (1..=most).contains(weight);
            problems.unless(
                valid,
                at,
                "are at least 1, and at most 64 with the method of tickets",
            );
        }
    }

    fn check_strata(&self, problems: &mut Problems) {
        problems.unless(!self.strata.is_empty(), "/strata", "there is at least one");
        let mut names = BTreeSet::new();
        for (index, stratum) in self.strata.iter().enumerate() {
            let at = format!("/strata/{index}");
            let named = is_field(&stratum.name) && names.insert(&stratum.name);
            problems.unless(named, &at, "has a name of its own");
            let one = stratum.count.is_some() != stratum.rate_ppm.is_some();
            problems.unless(one, &at, "has either a count or a rate");
            let rate = stratum.rate_ppm.is_none_or(|rate| rate <= RATE_ONE);
            problems.unless(rate, &at, "has a rate of at most 1000000 millionths");
            let capped = stratum.max.is_none() || stratum.rate_ppm.is_some();
            problems.unless(capped, &at, "has a maximum beside a rate only");
        }
    }

    fn check_sources(&self, problems: &mut Problems) {
        let mut names = BTreeSet::new();
        let mut public = false;
        for (index, plan) in self.sources.iter().enumerate() {
            let at = format!("/sources/{index}");
            problems.unless(names.insert(&plan.name), &at, "occurs once");
            let Ok(source) = plan.name.parse::<Source>() else {
                problems.unless(
                    false,
                    &at,
                    "has the name of a source with its exact instance",
                );
                continue;
            };
            public |= source.is_public();
            let time = self.seconds();
            match source {
                Source::Beacon(chain, round) => {
                    let first = time.map(|time| chain.first_round_after(time));
                    let rule = "is the first round strictly after the time of the draw";
                    problems.unless(first == Some(round), &at, rule);
                }
                Source::Lottery(..) => {
                    let known = plan.known_at.as_deref().and_then(parse_utc);
                    let rule = "says when its numbers are drawn, not before the time of the draw";
                    problems.unless(known.is_some() && time <= known, &at, rule);
                }
                Source::Reveal(_) => {
                    problems.unless(plan.commitment.is_some(), &at, "has a commitment");
                    let holders: BTreeSet<&String> = plan.holders.iter().collect();
                    let two = holders.len() > 1 && holders.len() == plan.holders.len();
                    problems.unless(two, &at, "is held by at least two offices");
                    let later = plan.publish_after.as_deref().map(parse_utc);
                    let valid = later.is_none_or(|later| later.is_some() && time <= later);
                    problems.unless(valid, &at, "is published after the time of the draw");
                }
            }
            let reveal = matches!(plan.name.split(':').next(), Some("reveal"));
            let own = reveal
                || (plan.commitment.is_none()
                    && plan.holders.is_empty()
                    && plan.publish_after.is_none());
            problems.unless(own, &at, "has no commitment, holders or later publication");
            let lottery = plan.name.starts_with("lottery:");
            problems.unless(
                lottery || plan.known_at.is_none(),
                &at,
                "has no time of its own",
            );
        }
        problems.unless(
            public,
            "/sources",
            "there is one that nobody can know in advance",
        );
    }
}

impl WitnessPlan {
    /// The key of the log.
    pub fn log_key(&self) -> Option<VerifierKey> {
        VerifierKey::parse(&self.log)
            .ok()
            .filter(|key| key.kind() == KeyKind::Note)
    }

    /// The keys of the witnesses, if all can be read.
    pub fn witness_keys(&self) -> Option<Vec<VerifierKey>> {
        let key = |text: &String| {
            VerifierKey::parse(text)
                .ok()
                .filter(|key| key.kind() == KeyKind::Cosignature)
        };
        self.keys.iter().map(key).collect()
    }

    fn check(&self, problems: &mut Problems) {
        problems.unless(
            self.log_key().is_some(),
            "/witness/log",
            "is the key of a log",
        );
        let keys = self.witness_keys().unwrap_or_default();
        let mut distinct: Vec<[u8; 32]> = keys.iter().map(VerifierKey::public_key).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let valid = !keys.is_empty() && distinct.len() == self.keys.len();
        problems.unless(
            valid,
            "/witness/keys",
            "are different keys for cosignatures",
        );
        let quorum = (1..=keys.len() as u64).contains(&self.quorum);
        problems.unless(
            quorum,
            "/witness/quorum",
            "is at least 1 and at most the number of keys",
        );
    }
}

impl AssignmentPlan {
    fn check(&self, problems: &mut Problems, draw_time: &str) {
        let places = (1..=TEAM_MAX).contains(&self.places.len());
        problems.unless(places, "/assignment/places", "are 1 to 4");
        for (index, place) in self.places.iter().enumerate() {
            let at = format!("/assignment/places/{index}");
            problems.unless(
                place.offices.iter().all(|o| is_field(o)),
                &at,
                "names offices",
            );
        }
        let after = is_date(&self.until) && draw_time.get(..10) <= Some(self.until.as_str());
        problems.unless(
            after,
            "/assignment/until",
            "is a date after the draw, as 2026-04-30",
        );
    }
}

/// The hash of a published plan, from its JSON as it stands.
pub fn hash_of(plan: &Value) -> Result<Hash, CanonicalError> {
    Ok(Hash::of(&canonical::to_vec(plan)?))
}

struct Problems(Vec<PlanProblem>);

impl Problems {
    fn unless(&mut self, holds: bool, at: &str, rule: &'static str) {
        if !holds {
            self.0.push(PlanProblem {
                at: at.to_owned(),
                rule,
            });
        }
    }
}

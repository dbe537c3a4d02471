//! Draws: who is inspected, by whom, decided so that anybody can recompute it.
//!
//! The pure draw is `proof::draw`; here it meets the registers, the log and the people. Every step
//! is an event of the log in the form of `docs/draw.md`: the plan is published, the lists are
//! frozen (and witnessed), the seed comes in, the result is published; what happens afterwards
//! (replacements, a void draw) is public with its reason.
//!
//! Reading order: [`setup`] (what is chosen), `register` (who can be drawn and who inspects),
//! `steps` (what is done), `log` (events and witnesses), [`view`] (what is shown), [`field`] (what
//! inspectors bring back), [`follow`] and [`results`] (what comes of it), [`year`] (the year's plan
//! against the limits of visits).

use std::collections::BTreeMap;

use jiff::Timestamp;
use proof::{
    draw::{
        bundle::{Bundle, SourceValue},
        plan::Plan,
        population::{Item, Population},
        replace::{REPLACED, Replacement, Standing},
        roster::Roster,
    },
    hash::Hash,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{DrawEventRow, DrawRow};

use crate::{
    append::to_json,
    error::{AppError, Result},
};

pub mod field;
pub mod follow;
pub(crate) mod log;
mod register;
pub mod relay;
pub mod results;
pub mod setup;
pub mod sources;
mod steps;
pub mod view;
pub mod words;
pub mod wrong;
pub mod year;

pub use log::WitnessRequest;
pub use proof::draw as pure;
pub use register::Register;
pub use setup::NewDraw;

/// How far a draw is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The plan is published.
    Planned,
    /// The lists are frozen.
    Frozen,
    /// The result is there.
    Drawn,
    /// It does not count.
    Void,
}

impl Stage {
    fn text(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Frozen => "frozen",
            Self::Drawn => "drawn",
            Self::Void => "void",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        [Self::Planned, Self::Frozen, Self::Drawn, Self::Void]
            .into_iter()
            .find(|stage| stage.text() == text)
            .ok_or_else(|| AppError::Fault(format!("draw 表：没有环节 {text}")))
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "方案已公布",
            Self::Frozen => "名单已冻结",
            Self::Drawn => "已抽取",
            Self::Void => "作废",
        }
    }
}

/// What people know a unit or an officer by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Name.
    pub name: String,
    /// Kind of a unit, office of an officer.
    pub kind: String,
}

/// A draw.
#[derive(Clone, Debug)]
pub struct Draw {
    /// The identifier.
    pub id: String,
    /// The organ that draws.
    pub organ: String,
    /// What was chosen.
    pub setup: NewDraw,
    /// How far it is.
    pub stage: Stage,
    /// When it is drawn.
    pub time: Timestamp,
    /// The result is public from then on.
    pub public_from: Option<Timestamp>,
    /// The plan.
    pub plan: Plan,
    /// Names by id.
    pub names: BTreeMap<String, Named>,
    /// The frozen units.
    pub population: Option<Population>,
    /// The frozen officers.
    pub roster: Option<Roster>,
    /// The values that have come in.
    pub sources: Vec<SourceValue>,
    /// The result.
    pub bundle: Option<Bundle>,
    /// What happened, oldest first.
    pub events: Vec<DrawEventRow>,
    secret: Option<Hash>,
    created_at: String,
}

/// Who is inspected by whom at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The unit.
    pub unit: String,
    /// Its stratum.
    pub stratum: String,
    /// The officers; empty where none are assigned.
    pub inspectors: Vec<String>,
    /// It came from the reserve list.
    pub substitute: bool,
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| AppError::Fault(format!("draw 表：{e}")))
}

fn instant(text: &str) -> Result<Timestamp> {
    text.parse()
        .map_err(|_| AppError::Fault(format!("draw 表：时间 {text} 不成立")))
}

impl Draw {
    fn of(row: DrawRow, events: Vec<DrawEventRow>) -> Result<Self> {
        let items: Option<Vec<Item>> = row.population.as_deref().map(json).transpose()?;
        let population = items
            .map(Population::frozen)
            .transpose()
            .map_err(|e| AppError::Fault(format!("draw 表：{}", words::population_error(&e))))?;
        Ok(Self {
            stage: Stage::parse(&row.stage)?,
            time: instant(&row.draw_time)?,
            public_from: row.public_from.as_deref().map(instant).transpose()?,
            setup: json(&row.setup)?,
            plan: json(&row.plan)?,
            names: json(&row.names)?,
            population,
            roster: row.roster.as_deref().map(json).transpose()?,
            sources: json(&row.sources)?,
            bundle: row.bundle.as_deref().map(json).transpose()?,
            secret: row.secret.as_deref().and_then(Hash::from_hex),
            id: row.draw_id,
            organ: row.organ_id,
            created_at: row.created_at,
            events,
        })
    }

    fn row(&self) -> Result<DrawRow> {
        Ok(DrawRow {
            organ_id: self.organ.clone(),
            draw_id: self.id.clone(),
            title: self.plan.title.clone(),
            stage: self.stage.text().to_owned(),
            draw_time: self.plan.time.clone(),
            public_from: self.public_from.map(|t| t.to_string()),
            created_at: self.created_at.clone(),
            setup: to_json(&self.setup)?,
            plan: to_json(&self.plan)?,
            names: to_json(&self.names)?,
            secret: self.secret.map(Hash::to_hex),
            population: self
                .population
                .as_ref()
                .map(|p| to_json(&p.items()))
                .transpose()?,
            roster: self.roster.as_ref().map(to_json).transpose()?,
            sources: to_json(&self.sources)?,
            bundle: self.bundle.as_ref().map(to_json).transpose()?,
        })
    }

    /// What the inspector's code carries, so that an unannounced visit can be confirmed at the door
    /// while the result is not public: nobody finds it without the organ's secret.
    fn notice_key(&self, unit: &str) -> String {
        let secret = self.secret.map(Hash::to_hex).unwrap_or_default();
        let key = Hash::of(format!("draw-notice/v1\n{}\n{secret}\n{unit}\n", self.id).as_bytes());
        key.to_hex()[..32].to_owned()
    }

    /// What people call a unit or an officer.
    pub fn name(&self, id: &str) -> String {
        self.names
            .get(id)
            .map_or_else(|| id.to_owned(), |named| named.name.clone())
    }

    /// The moment at which the first public source becomes known.
    pub fn first_known(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.plan.first_known()?).ok()
    }

    /// The last moment at which the lists may be frozen and witnessed.
    pub fn freeze_by(&self) -> Option<Timestamp> {
        let known = self.plan.first_known()?;
        Timestamp::from_second(known - proof::draw::plan::FREEZE_LEAD_SECONDS).ok()
    }

    /// Says whether the result may be shown to everybody.
    pub fn is_public(&self, now: Timestamp) -> bool {
        self.bundle.is_some() && self.public_from.is_none_or(|from| from <= now)
    }

    /// The replacements so far, in order.
    pub fn replacements(&self) -> Result<Vec<Replacement>> {
        let replaced = self.events.iter().filter(|e| e.kind == REPLACED);
        replaced.map(|event| json(&event.body)).collect()
    }

    /// The draw with its replacements, recomputed.
    fn standing(&self) -> Result<Standing<'_>> {
        let bundle = self.bundle.as_ref().ok_or(AppError::NotFound("抽取结果"))?;
        Standing::replay(bundle, &self.replacements()?)
            .map_err(|e| AppError::Fault(words::replace_error(&e)))
    }

    /// Who is inspected by whom at present, in the order of the strata.
    pub fn visits(&self) -> Result<Vec<Visit>> {
        let standing = self.standing()?;
        let drawn: Vec<&str> = self
            .bundle
            .as_ref()
            .map(|b| proof::draw::bundle::drawn(&b.strata))
            .unwrap_or_default();
        let mut visits = Vec::new();
        for (stratum, units) in standing.units() {
            for unit in units {
                visits.push(Visit {
                    unit: unit.clone(),
                    stratum: stratum.to_owned(),
                    inspectors: standing.team(unit).unwrap_or_default().to_vec(),
                    substitute: !drawn.contains(&unit.as_str()),
                });
            }
        }
        Ok(visits)
    }

    /// Why no teams could be formed, in words; nothing where they could.
    pub fn collision(&self) -> Option<words::Collision> {
        words::collision_of(self.bundle.as_ref()?, |id| self.name(id))
    }
}

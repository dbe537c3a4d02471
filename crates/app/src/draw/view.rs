//! What is shown of draws, to everybody and to the office.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proof::hash::Hash;
use store::Db;

use super::{Draw, NewDraw, Register, Stage, Visit, steps};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// A draw in a list.
#[derive(Clone, Debug)]
pub struct DrawLine {
    /// The identifier.
    pub id: String,
    /// The organ.
    pub organ: String,
    /// What people call it.
    pub title: String,
    /// How far it is.
    pub stage: Stage,
    /// When it is drawn.
    pub time: Timestamp,
    /// The result is public from then on.
    pub public_from: Option<Timestamp>,
    /// What is inspected.
    pub matters: Vec<String>,
}

/// Where a unit stands in the frozen list.
#[derive(Clone, Debug)]
pub struct OwnPlace {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its stratum.
    pub stratum: String,
    /// Its weight.
    pub weight: u32,
    /// Its place in the list, from 0.
    pub index: u64,
    /// How many there are.
    pub size: u64,
    /// The leaf text.
    pub leaf: String,
    /// The path to the root.
    pub path: Vec<Hash>,
    /// The root.
    pub root: Hash,
}

/// How a source stands.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// Its name.
    pub name: String,
    /// When its value becomes known; nothing for secrets.
    pub known_at: Option<Timestamp>,
    /// Its value, if it has come in and may be shown.
    pub value: Option<String>,
    /// Its value was checked against a signature or a commitment.
    pub proven: bool,
    /// Who keeps the secret.
    pub holders: Vec<String>,
    /// The value is typed in; otherwise the system opens it itself.
    pub typed: bool,
}

/// Draws shown at once.
const SHOWN: usize = 200;

impl App {
    pub(super) fn load_draw(&self, db: &Db, organ: &str, id: &str) -> Result<Draw> {
        let row = db.draw(organ, id)?.ok_or(AppError::NotFound("这次抽取"))?;
        Draw::of(row, db.draw_events(organ, id)?)
    }

    /// A draw as everybody may see it: before its result is public, without the result.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn public_draw(&self, id: &str) -> Result<Draw> {
        let organ = id.rsplitn(3, '-').nth(2).unwrap_or_default();
        let mut draw = self.store.read(|db| self.load_draw(db, organ, id))?;
        if !draw.is_public(self.clock.now()) {
            draw.bundle = None;
            draw.sources.clear();
        }
        Ok(draw)
    }

    /// A draw for whoever scans an inspector's code, with the visit that the code is about: shown
    /// when the result is public, or to the holder of the code.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn visit_notice(&self, id: &str, unit: &str, key: &str) -> Result<(Draw, Option<Visit>)> {
        let organ = id.rsplitn(3, '-').nth(2).unwrap_or_default();
        let draw = self.store.read(|db| self.load_draw(db, organ, id))?;
        let held = draw.secret.is_some() && key == draw.notice_key(unit);
        let visit = if draw.bundle.is_some() && (held || draw.is_public(self.clock.now())) {
            draw.visits()?.into_iter().find(|visit| visit.unit == unit)
        } else {
            None
        };
        Ok((draw, visit))
    }

    /// The draws of an organ, newest first: public.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn public_draws(&self) -> Result<Vec<DrawLine>> {
        let mut lines = Vec::new();
        for organ in self.organs() {
            let organ = &organ.id;
            for row in self.store.read(|db| db.draws(organ, SHOWN))? {
                let setup: NewDraw = super::json(&row.setup)?;
                lines.push(DrawLine {
                    stage: Stage::parse(&row.stage)?,
                    time: super::instant(&row.draw_time)?,
                    public_from: row.public_from.as_deref().map(super::instant).transpose()?,
                    id: row.draw_id,
                    organ: row.organ_id,
                    title: row.title,
                    matters: setup.matters,
                });
            }
        }
        Ok(lines)
    }

    /// A draw as the office sees it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or a denial.
    pub fn draw(&self, actor: &Actor, id: &str) -> Result<Draw> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        self.store.read(|db| self.load_draw(db, &actor.organ, id))
    }

    /// The organ's secret of a draw, for handing the second copy over to its other holder.
    ///
    /// # Errors
    /// A denial, or there is none.
    pub fn draw_secret(&self, actor: &Actor, id: &str) -> Result<String> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let draw = self.store.read(|db| self.load_draw(db, &actor.organ, id))?;
        draw.secret
            .map(Hash::to_hex)
            .ok_or(AppError::NotFound("这次抽取的秘密"))
    }

    /// The sources of a draw and how they stand.
    pub fn draw_sources(&self, draw: &Draw) -> Vec<SourceLine> {
        let own = format!("reveal:{}", super::setup::OWN_SECRET);
        let sources = draw.plan.sources.iter().map(|source| {
            let value = draw.sources.iter().find(|v| v.name == source.name);
            let reveal = source.name.starts_with("reveal:");
            SourceLine {
                name: source.name.clone(),
                known_at: steps::known_at(&source.name, source.known_at.as_deref()),
                value: value.map(|v| v.value.clone()),
                proven: reveal || value.is_some_and(|v| v.signature.is_some()),
                holders: source.holders.clone(),
                typed: !(source.name == own && draw.secret.is_some()),
            }
        });
        sources.collect()
    }

    /// Where a unit stands in the frozen list, by identifier or name.
    pub fn own_place(&self, draw: &Draw, asked: &str) -> Option<OwnPlace> {
        let asked = asked.trim();
        let population = draw.population.as_ref()?;
        let id = if population.find(asked).is_some() {
            asked
        } else {
            let named = draw.names.iter().find(|(_, named)| named.name == asked);
            named?.0
        };
        let (index, item) = population.find(id)?;
        Some(OwnPlace {
            id: item.id.clone(),
            name: draw.name(&item.id),
            stratum: item.stratum.clone(),
            weight: item.weight,
            index: index as u64,
            size: population.items().len() as u64,
            leaf: item.leaf_text(),
            path: population.prove(index as u64).ok()?,
            root: population.root(),
        })
    }

    /// How many units a register has by the values of a field, for whoever plans a draw.
    ///
    /// # Errors
    /// A denial.
    pub fn register_strata(
        &self,
        actor: &Actor,
        register: Register,
        by: &str,
    ) -> Result<BTreeMap<String, u64>> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        self.store
            .read(|db| self.strata_of(db, &actor.organ, register, by))
    }

    /// How many of the plan's witnesses have seen the freeze in time, as far as it is known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_witnessed(&self, draw: &Draw) -> Result<bool> {
        self.store
            .read(|db| Ok(self.draw_evidence(db, draw)?.is_some()))
    }

    /// The script of the second verifier, for pages.
    pub fn verifier_script(&self) -> String {
        proof::draw::verifier_script()
    }
}

//! What is done with a draw, one step after the other.

use jiff::Timestamp;
use proof::{
    draw::{
        bundle::{SourceValue, draw as run_draw},
        source::Source,
    },
    hash::Hash,
};
use store::Db;

use super::{Draw, NewDraw, Stage, log::Happening, setup::OWN_SECRET, sources, words};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// Draws looked at when late ones are declared void.
const RECENT: usize = 200;

fn refuse<T>(what: impl Into<String>) -> Result<T> {
    Err(AppError::Input(what.into()))
}

impl App {
    /// Publishes the plan of a draw; answers its identifier.
    ///
    /// # Errors
    /// Everything that is wrong with the plan, or a denial.
    pub fn plan_draw(&self, actor: &Actor, setup: NewDraw) -> Result<String> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let organ = self.organ(&actor.organ)?;
        let secret = Hash(self.chance.bytes32());
        let year = u32::from(self.clock.today().year().unsigned_abs());
        let now = self.clock.now();
        self.store.write(|db| {
            let number = db.next_number(&actor.organ, "draw", year)?;
            let id = format!("{}-{year}-{number}", organ.id);
            // A commitment is bound to the identifier: under another one it could not be opened.
            if !setup.parties.is_empty() && setup.committed_as != id {
                return refuse(format!(
                    "本次抽取的编号是 {id}，各方的承诺是按 {} 作的，打不开：请各方按 {id} 重新作承诺。",
                    if setup.committed_as.is_empty() { "别的编号" } else { &setup.committed_as }
                ));
            }
            if let Some(void) = &setup.repeats {
                let repeated = self.load_draw(db, &actor.organ, void)?;
                if repeated.stage != Stage::Void {
                    return refuse("只有作废的抽取才能重抽。");
                }
                if self.repeat_of(db, &actor.organ, void)?.is_some() {
                    return refuse("这次作废的抽取已经重抽过，不能再抽第二次。");
                }
            }
            let plan = setup.plan(&id, &organ.name, &secret, self.witness_plan())?;
            let public_from = match &setup.publish_after {
                Some(text) => Some(super::instant(text)?),
                None => None,
            };
            let mut draw = Draw {
                stage: Stage::Planned,
                time: super::instant(&plan.time)?,
                public_from,
                names: Default::default(),
                population: None,
                roster: None,
                sources: Vec::new(),
                bundle: None,
                events: Vec::new(),
                secret: (!setup.second_holder.is_empty()).then_some(secret),
                created_at: now.to_string(),
                organ: actor.organ.clone(),
                id,
                setup,
                plan,
            };
            if draw.freeze_by().is_none_or(|by| by <= now) {
                return refuse(
                    "抽取时间太近：名单须在种子可知之前至少十分钟冻结并见证，请选晚一些的时间。",
                );
            }
            self.record(db, &mut draw, &actor.account, &Happening::Planned)?;
            Ok(draw.id)
        })
    }

    /// The identifier that the next draw will have, for parties who commit themselves before.
    ///
    /// # Errors
    /// A denial.
    pub fn next_draw_id(&self, actor: &Actor) -> Result<String> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let year = u32::from(self.clock.today().year().unsigned_abs());
        let last = self
            .store
            .read(|db| db.last_number(&actor.organ, "draw", year))?;
        Ok(format!("{}-{year}-{}", actor.organ, last + 1))
    }

    /// The draw that repeats a void one, if there is one.
    fn repeat_of(&self, db: &Db, organ: &str, void: &str) -> Result<Option<String>> {
        for row in db.draws(organ, RECENT)? {
            let setup: NewDraw = super::json(&row.setup)?;
            if setup.repeats.as_deref() == Some(void) {
                return Ok(Some(row.draw_id));
            }
        }
        Ok(None)
    }

    /// Freezes the lists as the registers have them now.
    ///
    /// # Errors
    /// When a list does not fit the plan, or it is too late.
    pub fn freeze_draw(&self, actor: &Actor, id: &str) -> Result<()> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let now = self.clock.now();
        self.store.write(|db| {
            let mut draw = self.load_draw(db, &actor.organ, id)?;
            if draw.stage != Stage::Planned {
                return refuse("名单只能冻结一次。");
            }
            if draw.freeze_by().is_none_or(|by| by < now) {
                return refuse(
                    "已经来不及：名单须在种子可知之前至少十分钟冻结。请把这次作废，另作方案。",
                );
            }
            let lists = self.freeze_lists(db, &actor.organ, &draw.setup)?;
            proof::draw::bundle::fits(&draw.plan, &lists.population)
                .map_err(|e| AppError::Input(format!("{}。", words::draw_error(&e))))?;
            draw.population = Some(lists.population);
            draw.roster = lists.roster;
            draw.names = lists.names;
            draw.stage = Stage::Frozen;
            self.record(db, &mut draw, &actor.account, &Happening::Frozen)
        })
    }

    /// Takes the value of a source, verified.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn draw_value(&self, actor: &Actor, id: &str, name: &str, text: &str) -> Result<()> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let now = self.clock.now();
        self.store.write(|db| {
            let mut draw = self.load_draw(db, &actor.organ, id)?;
            if draw.stage != Stage::Frozen {
                return refuse("名单冻结之后、抽取之前，才填写种子。");
            }
            let source = draw.plan.sources.iter().find(|s| s.name == name);
            let source = source.ok_or(AppError::NotFound("这个来源"))?;
            if known_at(source.name.as_str(), source.known_at.as_deref()).is_some_and(|at| now < at)
            {
                return refuse("还没有到这个来源可知的时间。");
            }
            let value = sources::read(&draw.plan, source, text)
                .map_err(|why| AppError::Input(format!("{name}：{why}。")))?;
            if draw.sources.iter().any(|s| s.name == name && *s != value) {
                return refuse("这个来源已经有值，不能改动。");
            }
            draw.sources.retain(|s| s.name != name);
            draw.sources.push(value);
            Ok(db.put_draw(&draw.row()?)?)
        })
    }

    /// Draws, assigns, and publishes the hash of the result.
    ///
    /// # Errors
    /// What is missing. A draw that was not witnessed in time is declared void.
    pub fn run_draw(&self, actor: &Actor, id: &str) -> Result<()> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let now = self.clock.now();
        let void = self.store.write(|db| {
            let mut draw = self.load_draw(db, &actor.organ, id)?;
            if draw.stage != Stage::Frozen {
                return refuse("名单冻结之后才能抽取，而且只抽一次。");
            }
            if now < draw.time {
                return refuse("还没有到抽取时间。");
            }
            let log = self.draw_evidence(db, &draw)?;
            if draw.plan.witness.is_some() && log.is_none() {
                self.void_now(db, &mut draw, "system", UNWITNESSED)?;
                return Ok(true);
            }
            let values = values_of(&draw)?;
            let population = draw.population.as_ref().ok_or(AppError::NotFound("名单"))?;
            let bundle = run_draw(
                &draw.plan,
                population,
                draw.roster.as_ref(),
                values.clone(),
                log,
            )
            .map_err(|e| AppError::Input(format!("{}。", words::draw_error(&e))))?;
            draw.sources = values;
            draw.bundle = Some(bundle);
            draw.stage = Stage::Drawn;
            self.record(db, &mut draw, &actor.account, &Happening::Drawn)?;
            Ok(false)
        })?;
        if void {
            return refuse(format!("这次抽取已作废：{UNWITNESSED}"));
        }
        Ok(())
    }

    /// Declares a draw void, publicly.
    ///
    /// # Errors
    /// When the reason is missing or it is void already.
    pub fn void_draw(&self, actor: &Actor, id: &str, reason: &str) -> Result<()> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        let reason = reason.trim();
        if !proof::draw::suite::is_field(reason) {
            return refuse("请用一行文字写明作废的理由，理由会公开。");
        }
        self.store.write(|db| {
            let mut draw = self.load_draw(db, &actor.organ, id)?;
            if draw.stage == Stage::Void {
                return refuse("这次抽取已经作废。");
            }
            self.void_now(db, &mut draw, &actor.account, reason)
        })
    }

    fn void_now(&self, db: &Db, draw: &mut Draw, actor: &str, reason: &str) -> Result<()> {
        draw.stage = Stage::Void;
        self.record(db, draw, actor, &Happening::Void(reason))
    }

    /// Declares void what was not frozen or not witnessed in time; answers which. The server asks
    /// every second.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub fn void_late_draws(&self) -> Result<Vec<String>> {
        let now = self.clock.now();
        let mut late = Vec::new();
        for organ in self.organs() {
            let organ = &organ.id;
            for row in self.store.read(|db| db.draws(organ, RECENT))? {
                let waiting = [Stage::Planned.text(), Stage::Frozen.text()];
                if !waiting.contains(&row.stage.as_str()) {
                    continue;
                }
                let found = self.store.write(|db| {
                    let mut draw = self.load_draw(db, organ, &row.draw_id)?;
                    let reason = match draw.stage {
                        _ if draw.freeze_by().is_none_or(|by| now <= by) => None,
                        Stage::Planned => Some("名单没有在种子可知之前十分钟冻结。"),
                        Stage::Frozen if draw.plan.witness.is_none() => None,
                        Stage::Frozen if self.draw_evidence(db, &draw)?.is_some() => None,
                        Stage::Frozen => Some(UNWITNESSED),
                        _ => None,
                    };
                    match reason {
                        Some(reason) => self
                            .void_now(db, &mut draw, "system", reason)
                            .map(|()| true),
                        None => Ok(false),
                    }
                })?;
                if found {
                    late.push(row.draw_id);
                }
            }
        }
        Ok(late)
    }

    /// Replaces a unit that cannot be inspected, or an officer who cannot visit a unit, by the
    /// next in line.
    ///
    /// # Errors
    /// Why nobody can take the place.
    pub fn replace_in_draw(
        &self,
        actor: &Actor,
        id: &str,
        unit: &str,
        officer: Option<&str>,
        reason: &str,
    ) -> Result<()> {
        authorise(actor, Action::Draw, Resource::Organ)?;
        self.store.write(|db| {
            let mut draw = self.load_draw(db, &actor.organ, id)?;
            if draw.stage != Stage::Drawn {
                return refuse("抽取之后才能替换。");
            }
            let visited = db.field_records(&draw.organ, &draw.id)?;
            if officer.is_none() && visited.iter().any(|r| r.unit_id == unit) {
                return refuse("这家已经有检查记录，不能再替换。");
            }
            let made = {
                let mut standing = draw.standing()?;
                match officer {
                    None => standing.replace_unit(unit, reason.trim()),
                    Some(officer) => standing.replace_inspector(unit, officer, reason.trim()),
                }
            };
            let made = made.map_err(|e| AppError::Input(words::replace_error(&e)))?;
            self.record(db, &mut draw, &actor.account, &Happening::Replaced(&made))
        })
    }
}

const UNWITNESSED: &str = "名单冻结后，没有在种子可知之前十分钟得到足够的见证。";

/// When the value of a source becomes known; nothing for secrets.
pub(super) fn known_at(name: &str, known_at: Option<&str>) -> Option<Timestamp> {
    match name.parse() {
        Ok(Source::Beacon(chain, round)) => Timestamp::from_second(chain.round_time(round)).ok(),
        Ok(Source::Lottery(..)) => known_at?.parse().ok(),
        _ => None,
    }
}

/// All values in the order of the plan; the organ's own secret is opened here.
fn values_of(draw: &Draw) -> Result<Vec<SourceValue>> {
    let own = format!("reveal:{OWN_SECRET}");
    draw.plan
        .sources
        .iter()
        .map(|source| {
            if let Some(value) = draw.sources.iter().find(|s| s.name == source.name) {
                return Ok(value.clone());
            }
            match draw.secret {
                Some(secret) if source.name == own => Ok(SourceValue {
                    name: source.name.clone(),
                    value: secret.to_hex(),
                    signature: None,
                    previous_signature: None,
                }),
                _ => refuse(format!("还缺来源 {} 的值。", source.name)),
            }
        })
        .collect()
}

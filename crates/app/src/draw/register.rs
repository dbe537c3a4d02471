//! Who can be drawn and who can inspect: the registers, as they stand at the freeze.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::value::{Fields, Value};
use kernel::contribution::text_of;
use proof::draw::{
    population::{Item, Population},
    roster::{Conflict, Inspector, Roster, UnitRegion},
};
use serde::{Deserialize, Serialize};
use store::Db;

use super::{Named, NewDraw, setup::ONE_STRATUM, words};
use crate::{
    App,
    error::{AppError, Result},
    listing::all_of,
};

/// A ledger that lists units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Schools and kindergartens.
    School,
    /// Training institutions.
    TrainingInstitution,
}

impl Register {
    /// Both.
    pub const ALL: [Self; 2] = [Self::School, Self::TrainingInstitution];

    /// The ledger.
    pub fn ledger(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::TrainingInstitution => "training_institution",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::School => "学校和幼儿园名录库",
            Self::TrainingInstitution => "校外培训机构名录库",
        }
    }

    /// The register of a ledger.
    pub fn of(ledger: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.ledger() == ledger)
    }

    /// Fields that name a unit for ever, the best first.
    fn ids(self) -> &'static [&'static str] {
        match self {
            Self::School => &["code", "name"],
            Self::TrainingInstitution => &["credit_code", "licence_number", "name"],
        }
    }

    /// The field that says that a unit is not there any more.
    fn closed(self) -> &'static str {
        match self {
            Self::School => "closed_on",
            Self::TrainingInstitution => "left_on",
        }
    }

    /// The field for the kind of a unit, as the ledger of results counts it.
    fn kind(self, fields: &Fields) -> &'static str {
        match self {
            Self::TrainingInstitution => "校外培训机构",
            Self::School => match field(fields, "kind").as_str() {
                "幼儿园" => "幼儿园",
                "小学" | "特殊教育学校" => "小学",
                "高级中学" | "完全中学" | "十二年一贯制学校" => "高中",
                "中等职业学校" => "中职",
                _ => "初中",
            },
        }
    }
}

/// The lists of a draw.
pub(super) struct Lists {
    pub population: Population,
    pub roster: Option<Roster>,
    pub names: BTreeMap<String, Named>,
}

fn field(fields: &Fields, id: &str) -> String {
    fields.get(id).map(text_of).unwrap_or_default()
}

impl App {
    /// Every entry of a ledger that is not void.
    pub(crate) fn all_fields(&self, db: &Db, organ: &str, ledger: &str) -> Result<Vec<Fields>> {
        let mut query = all_of(organ, ledger);
        let mut all = Vec::new();
        loop {
            let page = db.list(&query)?;
            for row in page.rows {
                let fields = serde_json::from_str(&row.fields)
                    .map_err(|e| AppError::Fault(format!("记录 {}：{e}", row.entry_id)))?;
                all.push(fields);
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// The units of a register that are there on a day.
    fn units(&self, db: &Db, organ: &str, register: Register, on: &str) -> Result<Vec<Fields>> {
        let mut units = self.all_fields(db, organ, register.ledger())?;
        units.retain(|fields| {
            let closed = field(fields, register.closed());
            closed.is_empty() || on < closed.as_str()
        });
        Ok(units)
    }

    pub(super) fn freeze_lists(&self, db: &Db, organ: &str, setup: &NewDraw) -> Result<Lists> {
        let today = self.clock.today().to_string();
        let mut names = BTreeMap::new();
        let mut items = Vec::new();
        let mut regions = Vec::new();
        for fields in self.units(db, organ, setup.register, &today)? {
            let stratum = match setup.stratum_field.as_str() {
                "" => ONE_STRATUM.to_owned(),
                by => field(&fields, by),
            };
            if !setup.strata.iter().any(|(name, _)| *name == stratum) {
                continue;
            }
            let mut ids = setup.register.ids().iter().map(|id| field(&fields, id));
            let id = ids.find(|id| !id.is_empty()).unwrap_or_default();
            let weight = self.weight(setup, &fields, &id)?;
            let named = Named {
                name: field(&fields, "name"),
                kind: setup.register.kind(&fields).to_owned(),
            };
            names.insert(id.clone(), named);
            let region = field(&fields, "district");
            if !region.is_empty() {
                let unit = id.clone();
                regions.push(UnitRegion { unit, region });
            }
            items.push(Item {
                id,
                stratum,
                weight,
            });
        }
        let population = Population::freeze(items).map_err(|e| {
            AppError::Input(format!(
                "{}：{}。",
                setup.register.label(),
                words::population_error(&e)
            ))
        })?;
        let roster = match &setup.team {
            None => None,
            Some(team) => {
                Some(self.roster(db, organ, team.capacity, &today, regions, &mut names)?)
            }
        };
        Ok(Lists {
            population,
            roster,
            names,
        })
    }

    fn weight(&self, setup: &NewDraw, fields: &Fields, id: &str) -> Result<u32> {
        if setup.weight_field.is_empty() {
            return Ok(1);
        }
        let class = field(fields, &setup.weight_field);
        setup.weights.get(&class).copied().ok_or_else(|| {
            AppError::Input(format!("对象 {id} 的等级是“{class}”，方案没有给它权重。"))
        })
    }

    /// Officers with a certificate that holds today; what the inspector register adds; conflicts.
    fn roster(
        &self,
        db: &Db,
        organ: &str,
        capacity: u32,
        today: &str,
        unit_regions: Vec<UnitRegion>,
        names: &mut BTreeMap<String, Named>,
    ) -> Result<Roster> {
        let mut extra: BTreeMap<String, Fields> = BTreeMap::new();
        for fields in self.all_fields(db, organ, "inspection_officer")? {
            extra.insert(field(&fields, "number"), fields);
        }
        let all_regions: BTreeSet<String> = unit_regions.iter().map(|r| r.region.clone()).collect();
        let mut by_name: BTreeMap<String, String> = BTreeMap::new();
        let mut inspectors = Vec::new();
        for fields in self.all_fields(db, organ, "officer_certificate")? {
            let until = field(&fields, "valid_until");
            let gone = field(&fields, "cancelled_on");
            if until.as_str() < today || (!gone.is_empty() && gone.as_str() <= today) {
                continue;
            }
            let id = field(&fields, "number");
            let own = extra.get(&id);
            let office = Some(field(&fields, "home_section")).filter(|o| !o.is_empty());
            let regions = own.map(regions_of).filter(|r| !r.is_empty());
            let limit = own.and_then(|o| match o.get("capacity") {
                Some(Value::Integer(n)) => u32::try_from(*n).ok(),
                _ => None,
            });
            let name = field(&fields, "officer");
            by_name.insert(name.clone(), id.clone());
            let kind = office.clone().unwrap_or_default();
            names.insert(id.clone(), Named { name, kind });
            inspectors.push(Inspector {
                id,
                office: office.unwrap_or_else(|| "本局".to_owned()),
                capacity: limit.unwrap_or(capacity),
                lead: own.is_none_or(|o| o.get("lead") == Some(&Value::Flag(true))),
                certificate_until: until,
                regions: regions.unwrap_or_else(|| all_regions.iter().cloned().collect()),
            });
        }
        let conflicts = self.conflicts(db, organ, &by_name, names)?;
        let mut roster = Roster {
            inspectors,
            regions: unit_regions,
            conflicts,
        };
        roster.sort();
        roster.conflicts.dedup();
        roster
            .check()
            .map_err(|e| AppError::Input(format!("执法人员名录：{}。", words::roster_error(&e))))?;
        Ok(roster)
    }

    /// Registered avoidances, by name on both sides.
    fn conflicts(
        &self,
        db: &Db,
        organ: &str,
        officers: &BTreeMap<String, String>,
        names: &BTreeMap<String, Named>,
    ) -> Result<Vec<Conflict>> {
        let units: BTreeMap<&str, &str> = names
            .iter()
            .map(|(id, named)| (named.name.as_str(), id.as_str()))
            .collect();
        let mut conflicts = Vec::new();
        for fields in self.all_fields(db, organ, "inspection_avoidance")? {
            let officer = officers.get(&field(&fields, "officer"));
            let target = field(&fields, "target");
            if let (Some(inspector), Some(unit)) = (officer, units.get(target.as_str())) {
                conflicts.push(Conflict {
                    unit: (*unit).to_owned(),
                    inspector: inspector.clone(),
                });
            }
        }
        Ok(conflicts)
    }

    /// How many units of a register there are by the values of a field, for whoever plans.
    pub(super) fn strata_of(
        &self,
        db: &Db,
        organ: &str,
        register: Register,
        by: &str,
    ) -> Result<BTreeMap<String, u64>> {
        let today = self.clock.today().to_string();
        let mut counts = BTreeMap::new();
        for fields in self.units(db, organ, register, &today)? {
            let value = match by {
                "" => ONE_STRATUM.to_owned(),
                by => field(&fields, by),
            };
            *counts.entry(value).or_default() += 1;
        }
        Ok(counts)
    }
}

fn regions_of(fields: &Fields) -> Vec<String> {
    let text = field(fields, "regions");
    let mut regions: Vec<String> = text
        .split(['、', '；', ';', ',', '，', ' '])
        .map(str::trim)
        .filter(|r| !r.is_empty())
        .map(str::to_owned)
        .collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

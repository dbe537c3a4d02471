//! The draws of a demonstration: one that was carried out in its year, one that is planned.
//!
//! The beacon rounds and lottery numbers are the ones that were published at that time, so that the
//! demonstration's bundle passes every check like a real one: round 2183668 and its neighbours of
//! drand's default chain (19 August 2022, 20:31 UTC), 双色球 2024150 (29 December 2024). Witnesses of a
//! demonstration run inside the program and sign by its clock; real ones are run by others.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use app::{
    Actor, App,
    catalogue::value::{Fields, Value},
    draw::{
        NewDraw, Register,
        pure::{select::Method, suite::Suite},
        setup::{LotteryChoice, Share, Team},
    },
    entry::NewEntry,
};
use jiff::{Timestamp, civil::Date};
use proof::note::VerifierKey;

use super::{DemoBureau, Profile};
use crate::witness::{Seat, Witness, ask_all};

/// What a beacon's relay answered for round 2183668.
const ROUND: &str = r#"{"round":2183668,"randomness":"3436462283a07e695c41854bb953e5964d8737e7e29745afe54a9f4897b6c319","signature":"b06969214b8a7c8d705c4c5e00262626d95e30f8583dc21670508d6d4751ae95ddf675e76feabe1ee5f4000dd21f09d009bb2b57da6eedd10418e83c303c2d5845914175ffe13601574d039a7593c3521eaa98e43be927b4a00d423388501f05","previous_signature":"b0272269d87be8f146a0dc4f882b03add1e0f98ee7c55ee674107c231cfa7d2e40d9c88dd6e72f2f52d1abe14766b2c40dd392eec82d678a4c925c6937717246e8ae96d54d8ea70f85f8282cf14c56e5b547b7ee82df4ff61f3523a0eefcdf41"}"#;

/// The witnesses of a demonstration, in its data folder.
pub fn witnesses(folder: &Path, log: &VerifierKey) -> Result<Vec<Seat>> {
    ["justice.example/witness", "schools.example/witness"]
        .into_iter()
        .enumerate()
        .map(|(number, name)| {
            let folder = folder.join(format!("witness-{}", number + 1));
            let witness = Witness::open(&folder, name, log.clone())?;
            Ok(Seat::here(Arc::new(witness)))
        })
        .collect()
}

/// The moments of a draw.
struct Moments {
    planned: &'static str,
    frozen: &'static str,
    /// When it is drawn.
    time: &'static str,
    seeded: &'static str,
    until: &'static str,
}

impl DemoBureau {
    /// None for a year of which no published seed is at hand.
    fn moments(&self) -> Option<Moments> {
        Some(match self.profile {
            Profile::Conghua => return None,
            Profile::Wuhai => Moments {
                planned: "2022-08-15T02:00:00Z",
                frozen: "2022-08-17T02:00:00Z",
                time: "2022-08-19T20:30:30Z",
                seeded: "2022-08-22T01:00:00Z",
                until: "2023-01-13",
            },
            Profile::Heping => Moments {
                planned: "2024-12-25T02:00:00Z",
                frozen: "2024-12-27T02:00:00Z",
                time: "2024-12-29T12:00:00Z",
                seeded: "2024-12-30T01:00:00Z",
                until: "2025-01-24",
            },
        })
    }

    /// The day on which the finished draw begins: what was recorded before comes before it.
    pub fn draw_day(&self) -> Option<Date> {
        self.moments()?.planned.get(..10)?.parse().ok()
    }

    /// Carries a draw out, from the list of items to the teams.
    pub fn draw(&self, app: &App, legal: &Actor, seats: &[Seat]) -> Result<()> {
        let Some(moments) = self.moments() else {
            return Ok(());
        };
        let at = |text: &str| -> Result<()> {
            app.clock.set(text.parse::<Timestamp>()?);
            Ok(())
        };
        at(moments.planned)?;
        self.lists(app, legal)?;
        let id = app.plan_draw(legal, self.finished(&moments))?;
        witness(app, seats)?;
        at(moments.frozen)?;
        app.freeze_draw(legal, &id)?;
        witness(app, seats)?;
        at(moments.seeded)?;
        match self.profile {
            Profile::Wuhai => app.draw_value(legal, &id, "drand-default:2183668", ROUND)?,
            Profile::Heping | Profile::Conghua => {
                app.draw_value(legal, &id, "lottery:ssq:2024150", "13 14 20 22 26 32+02")?;
            }
        }
        app.run_draw(legal, &id)?;
        witness(app, seats)
    }

    /// Publishes the plan of the next draw; the clock stands on the last day.
    pub fn plan_next(&self, app: &App, legal: &Actor, seats: &[Seat]) -> Result<()> {
        let Some(moments) = self.moments() else {
            return Ok(());
        };
        let next = self.year + 1;
        let setup = NewDraw {
            title: format!("{next}年寒假校外培训机构不打招呼抽查"),
            plan_name: format!("{next}年度双随机抽查计划"),
            register: Register::TrainingInstitution,
            stratum_field: "category".to_owned(),
            strata: ["学科类", "体育类", "文化艺术类", "科技类", "其他非学科类"]
                .map(|kind| (kind.to_owned(), Share::RatePpm(200_000)))
                .to_vec(),
            matters: self.matters(0, 1),
            time: format!("{next}-01-10T02:00:00Z"),
            beacons: vec![match self.profile {
                Profile::Wuhai => "drand-default".to_owned(),
                Profile::Heping | Profile::Conghua => "drand-quicknet".to_owned(),
            }],
            lottery: None,
            second_holder: "同级司法行政部门".to_owned(),
            publish_after: Some(format!("{next}-01-31T02:00:00Z")),
            team: Some(Team {
                size: 2,
                capacity: 6,
                until: format!("{next}-01-27"),
            }),
            ..self.finished(&moments)
        };
        app.plan_draw(legal, setup)?;
        witness(app, seats)
    }

    fn matters(&self, from: usize, count: usize) -> Vec<String> {
        let all = self.plan.random_matters.iter();
        all.skip(from)
            .take(count)
            .map(|m| (*m).to_owned())
            .collect()
    }

    fn finished(&self, moments: &Moments) -> NewDraw {
        let (beacons, lottery) = match self.profile {
            Profile::Wuhai => (vec!["drand-default".to_owned()], None),
            Profile::Heping | Profile::Conghua => {
                let ssq = LotteryChoice {
                    game: "ssq".to_owned(),
                    issue: "2024150".to_owned(),
                    known_at: "2024-12-29T13:15:00Z".to_owned(),
                };
                (Vec::new(), Some(ssq))
            }
        };
        let strata: &[&str] = match self.profile {
            Profile::Wuhai => &["幼儿园", "小学", "初级中学", "九年一贯制学校"],
            Profile::Heping | Profile::Conghua => &["幼儿园", "小学", "初级中学"],
        };
        NewDraw {
            title: format!("{}年秋季学校和幼儿园双随机抽查", self.year),
            plan_name: format!("{}年度双随机抽查计划", self.year),
            matters: self.matters(1, 2),
            departments: vec!["公安".to_owned(), "市场监管".to_owned()],
            register: Register::School,
            stratum_field: "kind".to_owned(),
            strata: strata
                .iter()
                .map(|kind| ((*kind).to_owned(), Share::RatePpm(150_000)))
                .collect(),
            method: Method::Equal,
            weight_field: String::new(),
            weights: BTreeMap::new(),
            time: moments.time.to_owned(),
            suite: Suite::Sha256,
            beacons,
            lottery,
            second_holder: "同级司法行政部门".to_owned(),
            parties: Vec::new(),
            committed_as: String::new(),
            publish_after: None,
            reserve: None,
            team: Some(Team {
                size: 2,
                capacity: 8,
                until: moments.until.to_owned(),
            }),
            repeats: None,
        }
    }

    /// The list of items and the year's plan.
    fn lists(&self, app: &App, legal: &Actor) -> Result<()> {
        let today = app.clock.today();
        let text = |value: &str| Value::Text(value.to_owned());
        let several = |values: &[&str]| Value::List(values.iter().map(|v| text(v)).collect());
        let open = |ledger: &str, fields: Vec<(&str, Value)>| -> Result<()> {
            let fields: Fields = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
            let entry = NewEntry {
                happened_on: today,
                fields,
            };
            app.open(legal, ledger, entry)
                .map_err(|e| anyhow!("{ledger}：{e}"))?;
            Ok(())
        };
        for (number, matter) in self.plan.random_matters.iter().enumerate() {
            let kinds: &[&str] = match number {
                0 => &["校外培训机构"],
                _ => &["小学", "初中", "幼儿园"],
            };
            let points = format!(
                "{matter}的责任人和制度是否明确；台账是否完整、如实；现场情况是否与备案一致；上次发现的问题是否已经整改"
            );
            open(
                "inspection_item",
                vec![
                    ("matter", text(matter)),
                    ("law", text("优化营商环境条例 第五十四条")),
                    ("target_kind", several(kinds)),
                    ("content", text(&points)),
                    ("way", text("现场检查")),
                    ("share", Value::Integer(150)),
                    ("frequency", text("每年一次")),
                    ("departments", several(&["公安", "市场监管"])),
                    ("published_on", text(&today.to_string())),
                ],
            )?;
            for kind in kinds {
                let month = if number == 0 { "3月" } else { "9月" };
                open(
                    "inspection_plan",
                    vec![
                        ("year", Value::Integer(self.year.into())),
                        ("matter", text(matter)),
                        ("target_kind", text(kind)),
                        ("share", Value::Integer(150)),
                        ("month", text(month)),
                        ("limit", Value::Integer(2)),
                        ("published_on", text(&today.to_string())),
                    ],
                )?;
            }
        }
        Ok(())
    }
}

/// Signs the head of the log and has it witnessed.
fn witness(app: &App, seats: &[Seat]) -> Result<()> {
    app.checkpoint()?;
    ask_all(app, seats);
    Ok(())
}

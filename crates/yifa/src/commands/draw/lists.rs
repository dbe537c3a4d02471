//! The lists that are frozen: units, officers and conflicts, from CSV (as saved by a spreadsheet)
//! or JSON. Every mistake is told with file, row and field, all of them at once.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, anyhow, bail};
use app::draw::words;
use proof::draw::{
    plan::Plan,
    population::{Item, Population},
    roster::{Conflict, Inspector, Roster, UnitRegion},
    select::Method,
};
use serde::{Deserialize, Serialize};

use super::{read_bytes, read_json};

/// What is frozen, with the names that people know the ids by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The plan it belongs to.
    pub plan_hash: proof::hash::Hash,
    /// The units.
    pub population: Vec<Item>,
    /// Their root.
    pub population_root: proof::hash::Hash,
    /// The officers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Roster>,
    /// Their root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster_root: Option<proof::hash::Hash>,
    /// Names of units and officers, for people only: no proof depends on them.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// A table with named columns.
struct Sheet {
    file: String,
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// Mistakes of a file.
#[derive(Default)]
struct Mistakes(Vec<String>);

impl Sheet {
    fn read(path: &Path, required: &[&str], known: &[&str]) -> Result<Self> {
        let bytes = read_bytes(path)?;
        let file = path.display().to_string();
        let mut rows = office::csv::read(&bytes).map_err(|e| anyhow!("{file}：{e}"))?;
        if rows.is_empty() {
            bail!("{file} 是空的：第一行应是栏名（{}）。", required.join("、"));
        }
        let columns: Vec<String> = rows
            .remove(0)
            .1
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect();
        for name in required {
            if !columns.iter().any(|c| c == name) {
                bail!(
                    "{file} 第 1 行：缺少“{name}”一栏。应有的栏：{}。",
                    known.join("、")
                );
            }
        }
        if let Some(stranger) = columns.iter().find(|c| !known.contains(&c.as_str())) {
            bail!(
                "{file} 第 1 行：不认识“{stranger}”一栏。可用的栏：{}。",
                known.join("、")
            );
        }
        Ok(Self {
            file,
            columns,
            rows,
        })
    }

    fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let at = self.columns.iter().position(|c| c == column);
        at.and_then(|at| row.get(at)).map_or("", |text| text.trim())
    }

    fn wrong(&self, mistakes: &mut Mistakes, line: usize, column: &str, what: &str) {
        mistakes
            .0
            .push(format!("{} 第 {line} 行“{column}”：{what}", self.file));
    }
}

impl Mistakes {
    fn settle(self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let more = self.0.len().saturating_sub(20);
        let mut text = self.0.into_iter().take(20).collect::<Vec<_>>().join("\n  ");
        if more > 0 {
            text.push_str(&format!("\n  另有 {more} 处"));
        }
        bail!("名单有错，没有冻结：\n  {text}")
    }
}

/// Freezes the lists of a plan.
pub fn freeze(
    plan: &Plan,
    units: &Path,
    officers: Option<&Path>,
    conflicts: Option<&Path>,
) -> Result<Frozen> {
    let mut names = BTreeMap::new();
    let (items, regions) = read_units(plan, units, &mut names)?;
    let population = Population::freeze(items)
        .map_err(|e| anyhow!("{}：{}", units.display(), words::population_error(&e)))?;
    proof::draw::bundle::fits(plan, &population)
        .map_err(|e| anyhow!("{}：{}", units.display(), words::draw_error(&e)))?;
    if plan.assignment.is_some() != officers.is_some() {
        bail!("方案要求指派人员时，用 --officers 给出执法人员名单；不要求时不给。");
    }
    let roster = match officers {
        None => None,
        Some(path) => Some(read_roster(
            plan,
            path,
            conflicts,
            regions,
            &population,
            &mut names,
        )?),
    };
    Ok(Frozen {
        plan_hash: plan.hash()?,
        population_root: population.root(),
        population: population.items().to_vec(),
        roster_root: roster.as_ref().map(Roster::root),
        roster,
        names,
    })
}

type Units = (Vec<Item>, Vec<UnitRegion>);

fn read_units(plan: &Plan, path: &Path, names: &mut BTreeMap<String, String>) -> Result<Units> {
    if path.extension().is_some_and(|e| e == "json") {
        return Ok((read_json(path)?, Vec::new()));
    }
    let known = ["编号", "名称", "层", "权重", "片区"];
    let sheet = Sheet::read(path, &["编号", "层"], &known)?;
    let mut mistakes = Mistakes::default();
    let (mut items, mut regions) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (line, row) in &sheet.rows {
        let (id, stratum) = (sheet.cell(row, "编号"), sheet.cell(row, "层"));
        if id.is_empty() {
            sheet.wrong(&mut mistakes, *line, "编号", "不能空");
            continue;
        }
        if let Some(first) = seen.insert(id.to_owned(), *line) {
            sheet.wrong(
                &mut mistakes,
                *line,
                "编号",
                &format!("{id} 与第 {first} 行重复"),
            );
        }
        if !plan.strata.iter().any(|s| s.name == stratum) {
            let strata: Vec<&str> = plan.strata.iter().map(|s| s.name.as_str()).collect();
            let what = format!("方案里没有层“{stratum}”；有：{}", strata.join("、"));
            sheet.wrong(&mut mistakes, *line, "层", &what);
        }
        let weight = match weight(plan, sheet.cell(row, "权重")) {
            Ok(weight) => weight,
            Err(what) => {
                sheet.wrong(&mut mistakes, *line, "权重", &what);
                1
            }
        };
        let name = sheet.cell(row, "名称");
        if !name.is_empty() {
            names.insert(id.to_owned(), name.to_owned());
        }
        let region = sheet.cell(row, "片区");
        if !region.is_empty() {
            regions.push(UnitRegion {
                unit: id.to_owned(),
                region: region.to_owned(),
            });
        }
        items.push(Item {
            id: id.to_owned(),
            stratum: stratum.to_owned(),
            weight,
        });
    }
    mistakes.settle()?;
    Ok((items, regions))
}

/// The weight of a class by its name, or as a number that the plan has.
fn weight(plan: &Plan, text: &str) -> Result<u32, String> {
    if plan.method == Method::Equal {
        return match text {
            "" | "1" => Ok(1),
            _ => Err("等概率抽取不分权重，请留空".to_owned()),
        };
    }
    if let Some(weight) = plan.weights.get(text) {
        return Ok(*weight);
    }
    let number = text.parse().ok();
    number
        .filter(|n| plan.weights.values().any(|w| w == n))
        .ok_or_else(|| {
            let classes: Vec<&str> = plan.weights.keys().map(String::as_str).collect();
            format!("“{text}”不是方案里的等级；有：{}", classes.join("、"))
        })
}

fn read_roster(
    plan: &Plan,
    path: &Path,
    conflicts: Option<&Path>,
    regions: Vec<UnitRegion>,
    population: &Population,
    names: &mut BTreeMap<String, String>,
) -> Result<Roster> {
    if path.extension().is_some_and(|e| e == "json") {
        let roster: Roster = read_json(path)?;
        roster
            .check()
            .map_err(|e| anyhow!("{}：{}", path.display(), words::roster_error(&e)))?;
        return Ok(roster);
    }
    let mut roster = Roster {
        inspectors: read_officers(plan, path, names)?,
        regions,
        conflicts: match conflicts {
            Some(path) => read_conflicts(path, population)?,
            None => Vec::new(),
        },
    };
    roster.sort();
    roster.conflicts.dedup();
    roster
        .check()
        .map_err(|e| anyhow!("{}：{}", path.display(), words::roster_error(&e)))?;
    Ok(roster)
}

fn read_officers(
    plan: &Plan,
    path: &Path,
    names: &mut BTreeMap<String, String>,
) -> Result<Vec<Inspector>> {
    let known = [
        "编号",
        "姓名",
        "单位",
        "任务上限",
        "组长",
        "证件有效期至",
        "片区",
    ];
    let required = ["编号", "单位", "任务上限", "证件有效期至"];
    let sheet = Sheet::read(path, &required, &known)?;
    let until = plan.assignment.as_ref().map_or("", |a| a.until.as_str());
    let mut mistakes = Mistakes::default();
    let mut officers = Vec::new();
    for (line, row) in &sheet.rows {
        let (id, office) = (sheet.cell(row, "编号"), sheet.cell(row, "单位"));
        for (column, value) in [("编号", id), ("单位", office)] {
            if value.is_empty() {
                sheet.wrong(&mut mistakes, *line, column, "不能空");
            }
        }
        let capacity = sheet.cell(row, "任务上限").parse().unwrap_or_else(|_| {
            sheet.wrong(&mut mistakes, *line, "任务上限", "应为整数，如 10");
            0
        });
        let certificate = sheet.cell(row, "证件有效期至");
        if certificate.parse::<jiff::civil::Date>().is_err() || certificate.len() != 10 {
            sheet.wrong(
                &mut mistakes,
                *line,
                "证件有效期至",
                "应为日期，如 2027-06-30",
            );
        } else if certificate < until {
            eprintln!(
                "提示：{} 第 {line} 行 {id} 的证件 {certificate} 到期，早于检查截止日 {until}，不会被指派。",
                sheet.file
            );
        }
        let lead = match sheet.cell(row, "组长") {
            "是" | "1" | "组长" => true,
            "" | "否" | "0" => false,
            other => {
                let what = format!("应为“是”或“否”，不是“{other}”");
                sheet.wrong(&mut mistakes, *line, "组长", &what);
                false
            }
        };
        let name = sheet.cell(row, "姓名");
        if !name.is_empty() {
            names.insert(id.to_owned(), name.to_owned());
        }
        let mut regions: Vec<String> = sheet
            .cell(row, "片区")
            .split(['、', ';', '；', ' '])
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect();
        regions.sort_unstable();
        regions.dedup();
        officers.push(Inspector {
            id: id.to_owned(),
            office: office.to_owned(),
            capacity,
            lead,
            certificate_until: certificate.to_owned(),
            regions,
        });
    }
    mistakes.settle()?;
    Ok(officers)
}

fn read_conflicts(path: &Path, population: &Population) -> Result<Vec<Conflict>> {
    let sheet = Sheet::read(
        path,
        &["对象编号", "人员编号"],
        &["对象编号", "人员编号", "原因"],
    )?;
    let mut mistakes = Mistakes::default();
    let mut conflicts = Vec::new();
    for (line, row) in &sheet.rows {
        let (unit, inspector) = (sheet.cell(row, "对象编号"), sheet.cell(row, "人员编号"));
        if population.find(unit).is_none() {
            let what = format!("名单里没有对象“{unit}”");
            sheet.wrong(&mut mistakes, *line, "对象编号", &what);
        }
        if inspector.is_empty() {
            sheet.wrong(&mut mistakes, *line, "人员编号", "不能空");
        }
        conflicts.push(Conflict {
            unit: unit.to_owned(),
            inspector: inspector.to_owned(),
        });
    }
    mistakes.settle()?;
    Ok(conflicts)
}

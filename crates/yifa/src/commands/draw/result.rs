//! The draw itself, its teams, its verification.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use anyhow::{Context, Result, anyhow, bail};
use app::draw::words;
use proof::{
    draw::{
        bundle::{Bundle, LogEvidence, SourceValue, draw as run_draw, drawn},
        plan::Plan,
        population::Population,
        select::Method,
        suite::Suite,
        verify::{Outcome, Trust, verify as verify_bundle},
    },
    note::VerifierKey,
};

use super::{lists::Frozen, read_bundle, read_bytes, read_json, write_bytes};

/// Says what was frozen.
pub fn say_frozen(plan: &Plan, frozen: &Frozen) {
    println!("已冻结 {} 个对象。", frozen.population.len());
    println!("对象名单树根  {}", frozen.population_root);
    let mut strata: BTreeMap<&str, u64> = BTreeMap::new();
    for item in &frozen.population {
        *strata.entry(&item.stratum).or_default() += 1;
    }
    for (stratum, take) in plan.strata.iter().zip(plan.takes(&strata)) {
        let all = strata.get(stratum.name.as_str()).copied().unwrap_or(0);
        println!("  {}：{all} 个，将抽 {take} 个", stratum.name);
    }
    if let (Some(roster), Some(root)) = (&frozen.roster, &frozen.roster_root) {
        println!(
            "人员名单 {} 人、回避 {} 条，树根  {root}",
            roster.inspectors.len(),
            roster.conflicts.len()
        );
    }
}

/// Draws and writes the bundle.
pub fn draw(
    plan: &Plan,
    frozen: &Path,
    seed: &Path,
    log: Option<&Path>,
    out: &Path,
) -> Result<ExitCode> {
    let frozen_file: Frozen = read_json(frozen)?;
    if frozen_file.plan_hash != plan.hash()? {
        bail!(
            "{} 是按另一份方案冻结的：方案改动后要重新冻结。",
            frozen.display()
        );
    }
    let sources: Vec<SourceValue> = read_json(seed)?;
    let log: Option<LogEvidence> = log.map(read_json).transpose()?;
    if plan.witness.is_some() != log.is_some() {
        bail!("方案指定了见证时，用 --log 给出日志证明；没有指定时不给。");
    }
    let population = Population::frozen(frozen_file.population)
        .map_err(|e| anyhow!("{}：{}", frozen.display(), words::population_error(&e)))?;
    if population.root() != frozen_file.population_root {
        bail!(
            "{} 里的名单与树根不符：冻结之后被改动过。",
            frozen.display()
        );
    }
    let roster = frozen_file.roster;
    if roster.as_ref().map(proof::draw::roster::Roster::root) != frozen_file.roster_root {
        bail!(
            "{} 里的人员名单与树根不符：冻结之后被改动过。",
            frozen.display()
        );
    }
    let bundle = run_draw(plan, &population, roster.as_ref(), sources, log)
        .map_err(|e| anyhow!("{}", words::draw_error(&e)))?;
    let name = |id: &str| named(&frozen_file.names, id);
    println!("种子  {}", bundle.seed);
    for stratum in &bundle.strata {
        println!("{}：抽中 {} 个", stratum.name, stratum.take);
        for (place, unit) in (1..).zip(drawn(std::slice::from_ref(stratum))) {
            println!("  {place:>3}  {}", name(unit));
        }
    }
    write_bytes(out, &bundle.to_json()?)?;
    println!("已写入 {}（哈希 {}）", out.display(), bundle.hash);
    Ok(say_collision(&bundle, &name))
}

fn named(names: &BTreeMap<String, String>, id: &str) -> String {
    names
        .get(id)
        .map_or_else(|| id.to_owned(), |name| format!("{name}（{id}）"))
}

fn say_collision(bundle: &Bundle, name: &dyn Fn(&str) -> String) -> ExitCode {
    let Some(collision) = words::collision_of(bundle, name) else {
        return ExitCode::SUCCESS;
    };
    println!("人员排不出来：{}", collision.what);
    println!("可以这样解决：");
    for remedy in collision.remedies {
        println!("  · {remedy}");
    }
    ExitCode::from(1)
}

/// Lists the teams, or says why there are none.
pub fn teams(path: &Path, frozen: Option<&Path>, csv: Option<&Path>) -> Result<ExitCode> {
    let bundle = read_bundle(path)?;
    let names = match frozen {
        Some(path) => read_json::<Frozen>(path)?.names,
        None => BTreeMap::new(),
    };
    let Some(assignment) = &bundle.assignment else {
        bail!("{} 的方案没有要求指派人员。", path.display());
    };
    let name = |id: &str| named(&names, id);
    let code = say_collision(&bundle, &name);
    for (place, team) in (1..).zip(&assignment.teams) {
        let members: Vec<String> = team.inspectors.iter().map(|i| name(i)).collect();
        println!("{place:>3}  {}", name(&team.unit));
        println!("     检查人员：{}", members.join("、"));
    }
    if let Some(load) = assignment.load {
        println!("每人最多 {load} 家，不能再少。");
    }
    if let Some(csv) = csv {
        let head = vec![
            "对象编号".to_owned(),
            "对象".to_owned(),
            "人员编号".to_owned(),
            "人员".to_owned(),
        ];
        let plain = |id: &String| names.get(id).cloned().unwrap_or_default();
        let rows = assignment.teams.iter().flat_map(|team| {
            team.inspectors
                .iter()
                .map(|i| vec![team.unit.clone(), plain(&team.unit), i.clone(), plain(i)])
        });
        let bytes = office::csv::write(std::iter::once(head).chain(rows));
        write_bytes(csv, &bytes)?;
        println!("已写入 {}", csv.display());
    }
    Ok(code)
}

/// Verifies a bundle, one line per check.
pub fn verify(
    path: &Path,
    log_key: Option<&str>,
    witness_keys: &[String],
    json: bool,
) -> Result<ExitCode> {
    let bytes = read_bytes(path)?;
    let key = |text: &str| VerifierKey::parse(text).map_err(|e| anyhow!("公钥“{text}”读不了：{e}"));
    let trust = Trust {
        log: log_key.map(key).transpose()?,
        witnesses: witness_keys.iter().map(|k| key(k)).collect::<Result<_>>()?,
    };
    let report = verify_bundle(&bytes, &trust);
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for check in &report.checks {
            let mark = match check.outcome {
                Outcome::Pass => "✓ 成立",
                Outcome::Fail => "✗ 不成立",
                Outcome::Compare => "？请核对",
            };
            println!("{mark}  {}", words::check(check));
        }
        let failed = report.failures().count();
        if report.passed() {
            println!(
                "{} 项核对，全部成立（“请核对”的除外）。",
                report.checks.len()
            );
        } else {
            println!(
                "{} 项核对，{failed} 项不成立：这份结果不可信。",
                report.checks.len()
            );
        }
    }
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// The ticket of one unit and how to compute it by hand.
pub fn ticket(path: &Path, unit: &str) -> Result<ExitCode> {
    let bundle = read_bundle(path)?;
    let plan: Plan =
        serde_json::from_value(bundle.plan.clone()).context("证明包里的方案读不出来")?;
    let item = bundle
        .population
        .iter()
        .find(|item| item.id == unit)
        .ok_or_else(|| anyhow!("名单里没有对象 {unit}。"))?;
    let tickets = if plan.method == Method::Tickets {
        item.weight
    } else {
        1
    };
    let tool = match plan.suite {
        Suite::Sha256 => "sha256sum",
        Suite::Sm3 => "openssl dgst -sm3",
    };
    for j in 0..tickets {
        let ticket = proof::draw::select::ticket(
            plan.suite,
            &bundle.seed,
            &plan.draw,
            &item.stratum,
            unit,
            j,
        );
        println!("第 {j} 号票  {ticket}");
    }
    println!("自己核对：");
    println!(
        "  printf 'draw-ticket/v1\\n%s\\n%s\\n%s\\n%s\\n0\\n' {} '{}' '{}' '{unit}' | {tool}",
        bundle.seed, plan.draw, item.stratum
    );
    for stratum in bundle.strata.iter().filter(|s| s.name == item.stratum) {
        match stratum.ranking.iter().position(|r| r.unit == unit) {
            Some(place) if (place as u64) < stratum.take => {
                println!(
                    "“{}”第 {} 位：抽中（共抽 {} 个）",
                    stratum.name,
                    place + 1,
                    stratum.take
                );
            }
            Some(place) => println!("“{}”第 {} 位：备选", stratum.name, place + 1),
            None => println!("“{}”：未抽中，不在公布的备选名单内", stratum.name),
        }
    }
    Ok(ExitCode::SUCCESS)
}

//! What comes before and into the seed: the plan, secrets, the values of the sources.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use anyhow::{Result, anyhow, bail};
use app::draw::{sources, words};
use proof::{
    draw::{
        bundle::SourceValue,
        plan::Plan,
        source::{Source, reveal_commitment},
    },
    hash::Hash,
};

use super::{intake, read_text, write_json};
use crate::relay;

/// Checks a plan and writes it as it is published.
pub fn publish(file: &Path, out: &Path) -> Result<ExitCode> {
    let plan = intake::plan(file)?;
    println!("方案成立：{}", plan.title);
    println!("方案哈希  {}", plan.hash()?);
    for source in &plan.sources {
        let when = match source.name.parse::<Source>() {
            Ok(Source::Beacon(chain, round)) => {
                format!("可知于 {}", intake::beijing(chain.round_time(round)))
            }
            Ok(Source::Lottery(game, _)) => format!("开奖后填入；{}", words::lottery_rule(game)),
            _ => format!("由{}各存一份", source.holders.join("、")),
        };
        println!("来源  {}  {when}", source.name);
    }
    if let Some(known) = plan.first_known() {
        println!("名单最迟在 {} 前冻结并公布。", intake::beijing(known - 600));
    }
    write_json(out, &plan)
}

/// A fresh secret with its commitment.
pub fn secret(draw: &str, party: &str) -> Result<ExitCode> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| anyhow!("系统没有随机数：{e}"))?;
    let secret = Hash(bytes);
    let name = format!("reveal:{party}");
    if name.parse::<Source>().is_err() {
        bail!("来源名称“{party}”不能空，不能含“=”。");
    }
    println!("秘密（各保管单位各存一份，抽取时间之前不公开）：");
    println!("  {secret}");
    println!("写进方案的来源：");
    println!("  [[sources]]");
    println!("  name = \"{name}\"");
    println!(
        "  commitment = \"{}\"",
        reveal_commitment(draw, party, &secret)
    );
    println!("  holders = [\"甲单位\", \"乙单位\"]");
    Ok(ExitCode::SUCCESS)
}

/// Takes the values of all sources, verified, in the order of the plan.
pub fn gather(plan: &Plan, values: &[String], relay: Option<&str>, out: &Path) -> Result<ExitCode> {
    let mut given: BTreeMap<&str, String> = BTreeMap::new();
    for value in values {
        let (name, text) = value
            .split_once('=')
            .ok_or_else(|| anyhow!("“{value}”应写成 名称=值。"))?;
        let text = match text.strip_prefix('@') {
            Some(file) => read_text(Path::new(file))?,
            None => text.to_owned(),
        };
        given.insert(name, text);
    }
    let mut gathered: Vec<SourceValue> = Vec::new();
    for source in &plan.sources {
        // The round need not be typed again.
        let kind = source.name.split(':').next().unwrap_or_default();
        let typed = given
            .remove(source.name.as_str())
            .or_else(|| given.remove(kind));
        let text = match (typed, source.name.parse(), relay) {
            (Some(text), ..) => text,
            (None, Ok(Source::Beacon(chain, round)), Some(relay)) => {
                relay::fetch(relay, chain, round)?
            }
            _ => bail!("缺少来源 {} 的值。", source.name),
        };
        let value =
            sources::read(plan, source, &text).map_err(|e| anyhow!("{}：{e}", source.name))?;
        println!("{}  {}", source.name, sources::said(&value));
        gathered.push(value);
    }
    if let Some(stranger) = given.keys().next() {
        bail!("方案里没有来源 {stranger}。");
    }
    write_json(out, &gathered)
}

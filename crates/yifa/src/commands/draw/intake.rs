//! A plan as people write it: TOML or JSON, Beijing time, percentages, rounds left to the program.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, anyhow, bail};
use app::draw::{words, wrong};
use jiff::{Timestamp, civil::DateTime, tz};
use proof::{
    draw::{
        beacon::Chain,
        plan::{AssignmentPlan, PlacePlan, Plan, SourcePlan, StratumPlan, WitnessPlan},
        select::Method,
        suite::Suite,
    },
    hash::Hash,
};
use serde::Deserialize;

use super::read_text;

/// The file. What is computed (version, program, rounds) need not be in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    v: Option<u64>,
    draw: String,
    title: String,
    scope: String,
    #[serde(default)]
    program: Option<String>,
    #[serde(default)]
    repeats: Option<String>,
    time: String,
    #[serde(default)]
    suite: Option<Suite>,
    #[serde(default)]
    method: Option<Method>,
    #[serde(default)]
    weights: BTreeMap<String, u32>,
    strata: Vec<WrittenStratum>,
    #[serde(default)]
    reserve: Option<u64>,
    sources: Vec<WrittenSource>,
    #[serde(default)]
    witness: Option<WitnessPlan>,
    #[serde(default)]
    assignment: Option<WrittenAssignment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStratum {
    name: String,
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    rate: Option<String>,
    #[serde(default)]
    rate_ppm: Option<u64>,
    #[serde(default)]
    max: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    name: String,
    #[serde(default)]
    known_at: Option<String>,
    #[serde(default)]
    commitment: Option<Hash>,
    #[serde(default)]
    holders: Vec<String>,
    #[serde(default)]
    publish_after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAssignment {
    places: Vec<WrittenPlace>,
    #[serde(default)]
    even: bool,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlace {
    #[serde(default)]
    lead: bool,
    #[serde(default)]
    offices: Vec<String>,
}

/// Reads a plan and says everything that is wrong with it.
pub fn plan(path: &Path) -> Result<Plan> {
    let text = read_text(path)?;
    let json = path.extension().is_some_and(|e| e == "json");
    let written: Written = if json {
        serde_json::from_str(&text).map_err(|e| {
            let what = wrong::in_words(&e.to_string());
            anyhow!(
                "{} 第 {} 行第 {} 列：{what}",
                path.display(),
                e.line(),
                e.column()
            )
        })?
    } else {
        toml::from_str(&text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let what = wrong::in_words(e.message());
            anyhow!("{} 第 {line} 行：{what}", path.display())
        })?
    };
    let plan = finish(written).map_err(|e| anyhow!("{}：{e}", path.display()))?;
    let problems = plan.problems();
    if !problems.is_empty() {
        let lines: Vec<String> = problems.iter().map(words::problem).collect();
        bail!("{} 不能公布：\n  {}", path.display(), lines.join("\n  "));
    }
    Ok(plan)
}

fn finish(written: Written) -> Result<Plan> {
    let time = utc(&written.time)?;
    let seconds = seconds(&time)?;
    let source = |s: WrittenSource| -> Result<SourcePlan> {
        let name = match Chain::from_name(&s.name) {
            Some(chain) => format!("{}:{}", s.name, chain.first_round_after(seconds)),
            None => s.name,
        };
        Ok(SourcePlan {
            name,
            known_at: s.known_at.as_deref().map(utc).transpose()?,
            commitment: s.commitment,
            holders: s.holders,
            publish_after: s.publish_after.as_deref().map(utc).transpose()?,
        })
    };
    let stratum = |s: WrittenStratum| -> Result<StratumPlan> {
        let rate = s.rate.as_deref().map(|rate| {
            percent(rate).ok_or_else(|| anyhow!("层“{}”的比例“{rate}”应写成 20% 或 0.5%", s.name))
        });
        Ok(StratumPlan {
            rate_ppm: rate.transpose()?.or(s.rate_ppm),
            name: s.name,
            count: s.count,
            max: s.max,
        })
    };
    let place = |p: WrittenPlace| PlacePlan {
        lead: p.lead,
        offices: p.offices,
    };
    Ok(Plan {
        v: written.v.unwrap_or(1),
        draw: written.draw,
        title: written.title,
        scope: written.scope,
        program: written
            .program
            .unwrap_or_else(|| format!("yifa {}", env!("CARGO_PKG_VERSION"))),
        repeats: written.repeats,
        time,
        suite: written.suite.unwrap_or(Suite::Sha256),
        method: written.method.unwrap_or(Method::Equal),
        weights: written.weights,
        strata: written
            .strata
            .into_iter()
            .map(stratum)
            .collect::<Result<_>>()?,
        reserve: written.reserve,
        sources: written
            .sources
            .into_iter()
            .map(source)
            .collect::<Result<_>>()?,
        witness: written.witness,
        assignment: written.assignment.map(|a| AssignmentPlan {
            places: a.places.into_iter().map(place).collect(),
            even: a.even,
            until: a.until,
        }),
    })
}

/// `20%` and `0.5%` in millionths; up to four decimals, exactly.
fn percent(text: &str) -> Option<u64> {
    let number = text.trim().strip_suffix(['%', '％'])?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 4 {
        return None;
    }
    let part: u64 = format!("{part:0<4}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(10_000)?
        .checked_add(part)
}

/// A time in Beijing (`2026-03-03 10:00`) or in UTC (`…Z`), as plans keep it.
pub fn utc(text: &str) -> Result<String> {
    let wrong = || anyhow!("时间“{text}”应写成 2026-03-03 10:00（北京时间）");
    let instant = if text.ends_with('Z') {
        text.parse::<Timestamp>().map_err(|_| wrong())?
    } else {
        let civil: DateTime = text.trim().parse().map_err(|_| wrong())?;
        let zone = tz::TimeZone::fixed(tz::offset(8));
        civil.to_zoned(zone).map_err(|_| wrong())?.timestamp()
    };
    Ok(Timestamp::from_second(instant.as_second())
        .map_err(|_| wrong())?
        .to_string())
}

fn seconds(utc: &str) -> Result<i64> {
    Ok(utc.parse::<Timestamp>()?.as_second())
}

/// A time of a plan for people: `2026-03-03 10:00:03（北京时间）`.
pub fn beijing(seconds: i64) -> String {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    Timestamp::from_second(seconds).map_or_else(
        |_| String::from("未知"),
        |t| {
            t.to_zoned(zone)
                .strftime("%Y-%m-%d %H:%M:%S（北京时间）")
                .to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        assert_eq!(percent("20%"), Some(200_000));
        assert_eq!(percent("0.5 %"), Some(5_000));
        assert_eq!(percent("12.3456％"), Some(123_456));
        for bad in ["20", "%", "1.23456%", "-1%", "1e1%"] {
            assert_eq!(percent(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_beijing_unless_they_say_otherwise() {
        assert_eq!(
            utc("2026-03-03 10:00").ok().as_deref(),
            Some("2026-03-03T02:00:00Z")
        );
        assert_eq!(
            utc("2026-03-03T02:00:00Z").ok().as_deref(),
            Some("2026-03-03T02:00:00Z")
        );
        assert!(utc("三月三日").is_err());
    }
}

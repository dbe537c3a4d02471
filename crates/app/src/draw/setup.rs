//! What is chosen for a draw, and the plan that follows from it.

use std::collections::BTreeMap;

use proof::{
    draw::{
        beacon::Chain,
        plan::{AssignmentPlan, PlacePlan, Plan, SourcePlan, StratumPlan, WitnessPlan},
        select::Method,
        source::reveal_commitment,
        suite::Suite,
    },
    hash::Hash,
};
use serde::{Deserialize, Serialize};

use super::{Register, words};
use crate::error::{AppError, Result};

/// The party name of the organ's own secret.
pub const OWN_SECRET: &str = "bureau";

/// How many of a stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// So many.
    Count(u64),
    /// So many millionths.
    RatePpm(u64),
    /// So many millionths, but never more than so many.
    RateUpTo {
        /// Millionths.
        ppm: u64,
        /// The most.
        max: u64,
    },
}

/// A lottery that is a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotteryChoice {
    /// `ssq`, `dlt`, `kl8`, `fc3d`, `pl5`.
    pub game: String,
    /// Issue.
    pub issue: String,
    /// When its numbers are drawn, UTC.
    pub known_at: String,
}

/// How officers are assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Officers per unit.
    pub size: usize,
    /// How many units an officer takes at most, where the register says nothing else.
    pub capacity: u32,
    /// The last day of the visits.
    pub until: String,
}

/// A party that is present at the draw with a secret of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// The commitment to its secret, made before the plan was published.
    pub commitment: Hash,
    /// Who holds the second copy.
    pub second_holder: String,
}

/// What is chosen for a draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDraw {
    /// What people call it.
    pub title: String,
    /// Which year's plan it carries out.
    pub plan_name: String,
    /// The items that are inspected in one visit.
    pub matters: Vec<String>,
    /// The other departments that take part; none for the organ alone.
    pub departments: Vec<String>,
    /// Where the units come from.
    pub register: Register,
    /// The field that makes the strata; empty for one stratum.
    pub stratum_field: String,
    /// Strata in order.
    pub strata: Vec<(String, Share)>,
    /// How weights count.
    pub method: Method,
    /// The field whose values have weights.
    pub weight_field: String,
    /// Weights by value.
    pub weights: BTreeMap<String, u32>,
    /// When it is drawn, UTC.
    pub time: String,
    /// Hash of seeds and tickets.
    pub suite: Suite,
    /// Beacons, by name.
    pub beacons: Vec<String>,
    /// A lottery.
    pub lottery: Option<LotteryChoice>,
    /// Who holds the second copy of the organ's secret; empty for no secret.
    pub second_holder: String,
    /// The parties that will be present, each with a secret.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// The identifier under which the parties made their commitments; empty where there are none.
    #[serde(default)]
    pub committed_as: String,
    /// When the secret, and with it the result, is published; UTC.
    pub publish_after: Option<String>,
    /// Places of each reserve list that are published; none for all.
    pub reserve: Option<u64>,
    /// How officers are assigned; none for not at all.
    pub team: Option<Team>,
    /// The void draw that this one repeats.
    pub repeats: Option<String>,
}

/// The words for "all in one stratum".
pub const ONE_STRATUM: &str = "全部";

impl NewDraw {
    /// The plan, with the secret's commitment and the witnesses.
    pub(super) fn plan(
        &self,
        id: &str,
        organ: &str,
        secret: &Hash,
        witness: Option<WitnessPlan>,
    ) -> Result<Plan> {
        let wrong = |what: &str| AppError::Input(what.to_owned());
        let seconds = self
            .time
            .parse::<jiff::Timestamp>()
            .map_err(|_| wrong("请填写抽取时间。"))?
            .as_second();
        let plain = |name: String| SourcePlan {
            name,
            known_at: None,
            commitment: None,
            holders: Vec::new(),
            publish_after: None,
        };
        let mut sources = Vec::new();
        for name in &self.beacons {
            let chain = Chain::from_name(name).ok_or_else(|| wrong("没有这个随机信标。"))?;
            sources.push(plain(format!(
                "{name}:{}",
                chain.first_round_after(seconds)
            )));
        }
        if let Some(lottery) = &self.lottery {
            sources.push(SourcePlan {
                known_at: Some(lottery.known_at.clone()),
                ..plain(format!("lottery:{}:{}", lottery.game, lottery.issue))
            });
        }
        if !self.second_holder.is_empty() {
            sources.push(SourcePlan {
                commitment: Some(reveal_commitment(id, OWN_SECRET, secret)),
                holders: vec![organ.to_owned(), self.second_holder.clone()],
                publish_after: self.publish_after.clone(),
                ..plain(format!("reveal:{OWN_SECRET}"))
            });
        } else if self.publish_after.is_some() {
            return Err(wrong("要推迟公开，须有封存的秘密：请填写第二保管单位。"));
        }
        sources.extend(self.parties.iter().map(|party| SourcePlan {
            commitment: Some(party.commitment),
            holders: vec![party.name.clone(), party.second_holder.clone()],
            ..plain(format!("reveal:{}", party.name))
        }));
        let stratum = |(name, share): &(String, Share)| StratumPlan {
            name: name.clone(),
            count: match share {
                Share::Count(count) => Some(*count),
                _ => None,
            },
            rate_ppm: match share {
                Share::RatePpm(ppm) | Share::RateUpTo { ppm, .. } => Some(*ppm),
                Share::Count(_) => None,
            },
            max: match share {
                Share::RateUpTo { max, .. } => Some(*max),
                _ => None,
            },
        };
        let plan = Plan {
            v: 1,
            draw: id.to_owned(),
            title: self.title.clone(),
            scope: self.scope(),
            program: format!("yifa {}", env!("CARGO_PKG_VERSION")),
            repeats: self.repeats.clone(),
            time: self.time.clone(),
            suite: self.suite,
            method: self.method,
            weights: self.weights.clone(),
            strata: self.strata.iter().map(stratum).collect(),
            reserve: self.reserve,
            sources,
            witness,
            assignment: self.team.as_ref().map(|team| AssignmentPlan {
                places: (0..team.size)
                    .map(|place| PlacePlan {
                        lead: place == 0,
                        offices: Vec::new(),
                    })
                    .collect(),
                even: true,
                until: team.until.clone(),
            }),
        };
        let problems: Vec<String> = plan.problems().iter().map(words::problem).collect();
        if problems.is_empty() {
            Ok(plan)
        } else {
            Err(AppError::Input(problems.join("；")))
        }
    }

    /// Who belongs to the population, in words.
    fn scope(&self) -> String {
        let strata: Vec<&str> = self.strata.iter().map(|(name, _)| name.as_str()).collect();
        let which = if self.stratum_field.is_empty() {
            String::new()
        } else {
            format!("（{}）", strata.join("、"))
        };
        let weights = if self.weight_field.is_empty() {
            String::new()
        } else {
            let one = |(class, weight): (&String, &u32)| format!("{class} {weight}");
            let all: Vec<String> = self.weights.iter().map(one).collect();
            format!("；权重：{}", all.join("、"))
        };
        format!(
            "{}中在册的全部对象{which}；事项：{}{weights}",
            self.register.label(),
            self.matters.join("、")
        )
    }

    /// `部门联合` or `本部门`, as the ledger of results says.
    pub fn form(&self) -> &'static str {
        if self.departments.is_empty() {
            "本部门"
        } else {
            "部门联合"
        }
    }
}

/// Reads lines of `幼儿园 20%`, `小学 3` or `东区 20% 最多 5`.
///
/// # Errors
/// The line that cannot be read.
pub fn parse_strata(text: &str) -> std::result::Result<Vec<(String, Share)>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let wrong = || {
                format!(
                    "“{line}”应写成“层 数量”或“层 比例”，如“幼儿园 20%”“小学 3”“东区 20% 最多 5”。"
                )
            };
            let (line, most) = match line.split_once("最多") {
                Some((line, most)) => {
                    let most = most.trim().trim_end_matches(['个', '家']).trim_end();
                    (line.trim_end(), Some(most.parse().map_err(|_| wrong())?))
                }
                None => (line, None),
            };
            let (name, share) = line.rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
            let share = match (share.strip_suffix(['%', '％']), most) {
                (Some(percent), None) => Share::RatePpm(ppm(percent).ok_or_else(wrong)?),
                (Some(percent), Some(max)) => Share::RateUpTo {
                    ppm: ppm(percent).ok_or_else(wrong)?,
                    max,
                },
                (None, None) => Share::Count(share.parse().map_err(|_| wrong())?),
                (None, Some(_)) => return Err(wrong()),
            };
            Ok((name.trim().to_owned(), share))
        })
        .collect()
}

/// Percent in millionths: up to four decimals, exactly.
fn ppm(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
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

/// Reads lines of `市司法局 市纪委监委 <commitment>`: party, second holder, commitment.
///
/// # Errors
/// The line that cannot be read.
pub fn parse_parties(text: &str) -> std::result::Result<Vec<Party>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let party = match words.as_slice() {
                [name, second_holder, commitment] => {
                    let commitment = Hash::from_hex(&commitment.to_ascii_lowercase());
                    commitment.map(|commitment| Party {
                        name: (*name).to_owned(),
                        commitment,
                        second_holder: (*second_holder).to_owned(),
                    })
                }
                _ => None,
            };
            party.ok_or_else(|| {
                format!("“{line}”应写成“到场单位 第二保管单位 承诺”，承诺是 64 位十六进制数。")
            })
        })
        .collect()
}

/// Reads lines of `学科类 3`.
///
/// # Errors
/// The line that cannot be read.
pub fn parse_weights(text: &str) -> std::result::Result<BTreeMap<String, u32>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let wrong = || format!("“{line}”应写成“等级 权重”，如“学科类 3”。");
            let (class, weight) = line.rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
            let weight = weight.parse().map_err(|_| wrong())?;
            Ok((class.trim().to_owned(), weight))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_are_read_as_typed() {
        let read = parse_strata("幼儿园 20%\n\n 小学\t3 \n民办 初中 0.5％");
        let expected = vec![
            ("幼儿园".to_owned(), Share::RatePpm(200_000)),
            ("小学".to_owned(), Share::Count(3)),
            ("民办 初中".to_owned(), Share::RatePpm(5_000)),
        ];
        assert_eq!(read, Ok(expected));
        assert!(parse_strata("幼儿园").is_err());
        assert!(parse_strata("幼儿园 两成").is_err());
        let capped = Share::RateUpTo {
            ppm: 200_000,
            max: 5,
        };
        let read = parse_strata("东区 20% 最多 5 个");
        assert_eq!(read, Ok(vec![("东区".to_owned(), capped)]));
        assert!(parse_strata("东区 3 最多 5").is_err());
        assert!(parse_strata("东区 20% 最多 几个").is_err());
    }

    #[test]
    fn parties_are_read_as_typed() {
        let commitment = Hash::of(b"a commitment");
        let read = parse_parties(&format!("市司法局　市监委 {}\n", commitment.to_hex()));
        let party = Party {
            name: "市司法局".to_owned(),
            commitment,
            second_holder: "市监委".to_owned(),
        };
        assert_eq!(read, Ok(vec![party]));
        assert!(parse_parties("市司法局 市监委 abc").is_err());
        assert!(parse_parties("市司法局").is_err());
    }
}

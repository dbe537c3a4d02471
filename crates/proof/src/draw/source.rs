//! Where the seed comes from: sources named in advance, each with one exact future instance.
//!
//! A source is named in one word, as in `drand-quicknet:26566613`, `lottery:ssq:2026025` or
//! `reveal:bureau`, and has one canonical value, so that nobody can choose between spellings.

use std::fmt;
use std::str::FromStr;

use super::beacon::Chain;
use super::suite::{Suite, is_field};
use crate::hash::Hash;

/// The name of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A round of a drand beacon.
    Beacon(Chain, u64),
    /// An issue of a lottery.
    Lottery(Lottery, String),
    /// The secret of a party, committed to in the plan.
    Reveal(String),
}

impl Source {
    /// Whether nobody can know the value before its time. A secret is known to its party from the
    /// beginning, so it needs another source beside it.
    pub fn is_public(&self) -> bool {
        !matches!(self, Self::Reveal(_))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beacon(chain, round) => write!(f, "{}:{round}", chain.name()),
            Self::Lottery(game, issue) => write!(f, "lottery:{}:{issue}", game.rule().code),
            Self::Reveal(party) => write!(f, "reveal:{party}"),
        }
    }
}

/// The text names no source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the name of a source: drand-quicknet:ROUND, drand-default:ROUND, lottery:GAME:ISSUE or reveal:PARTY"
)]
pub struct NotASource;

impl FromStr for Source {
    type Err = NotASource;

    fn from_str(text: &str) -> Result<Self, NotASource> {
        let (kind, instance) = text.split_once(':').ok_or(NotASource)?;
        let source = match kind {
            "lottery" => {
                let (code, issue) = instance.split_once(':').ok_or(NotASource)?;
                let game = Lottery::from_code(code).ok_or(NotASource)?;
                let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
                if issue.is_empty() || !issue.bytes().all(plain) {
                    return Err(NotASource);
                }
                Self::Lottery(game, issue.to_owned())
            }
            "reveal" if is_field(instance) && !instance.contains('=') => {
                Self::Reveal(instance.to_owned())
            }
            _ => {
                let chain = Chain::from_name(kind).ok_or(NotASource)?;
                let round = instance.parse().map_err(|_| NotASource)?;
                Self::Beacon(chain, round)
            }
        };
        // One spelling only: no '+1', no '007', and rounds begin at 1.
        let first = !matches!(source, Self::Beacon(_, 0));
        if first && source.to_string() == text {
            Ok(source)
        } else {
            Err(NotASource)
        }
    }
}

/// The seed of a draw, from everything that was fixed before it.
///
/// Each source gives a line `name=value`, in the order of the plan. Where officers are assigned,
/// the root of their frozen list gives one more, so that a list changed later gives another seed.
pub fn seed(
    suite: Suite,
    draw: &str,
    plan_hash: &Hash,
    population_root: &Hash,
    roster_root: Option<&Hash>,
    values: &[(String, String)],
) -> Hash {
    let (plan_hash, population_root) = (plan_hash.to_hex(), population_root.to_hex());
    let mut lines: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    lines.extend(roster_root.map(|root| format!("roster={root}")));
    let mut fields = vec!["draw-seed/v1", draw, &plan_hash, &population_root];
    fields.extend(lines.iter().map(String::as_str));
    suite.hash(&fields)
}

/// What a party publishes in the plan and opens after the time of the draw: bound to draw and
/// party, so that it can be neither copied by another party nor used twice.
pub fn reveal_commitment(draw: &str, party: &str, secret: &Hash) -> Hash {
    Suite::Sha256.hash(&["draw-reveal/v1", draw, party, &secret.to_hex()])
}

/// A lottery whose numbers citizens know from press and television.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lottery {
    /// 双色球: 6 of 33 and 1 of 16.
    Ssq,
    /// 大乐透: 5 of 35 and 2 of 12.
    Dlt,
    /// 快乐8: 20 of 80.
    Kl8,
    /// 福彩3D: three digits in order.
    Fc3d,
    /// 排列5: five digits in order. 排列3 is its beginning and therefore no source of its own.
    Pl5,
}

struct Rule {
    code: &'static str,
    /// How many numbers and the largest one.
    main: (usize, u8),
    extra: (usize, u8),
    /// Digits in the order of the draw instead of balls in sorted order.
    digits: bool,
}

/// The typed numbers are not a result of the game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a result of {game}: {main} numbers up to {largest} and {extra} more are needed, each once"
)]
pub struct NotAResult {
    game: &'static str,
    main: usize,
    largest: u8,
    extra: usize,
}

impl Lottery {
    const ALL: [Self; 5] = [Self::Ssq, Self::Dlt, Self::Kl8, Self::Fc3d, Self::Pl5];

    fn rule(self) -> Rule {
        let balls = |code, main, extra| Rule {
            code,
            main,
            extra,
            digits: false,
        };
        match self {
            Self::Ssq => balls("ssq", (6, 33), (1, 16)),
            Self::Dlt => balls("dlt", (5, 35), (2, 12)),
            Self::Kl8 => balls("kl8", (20, 80), (0, 0)),
            Self::Fc3d => Rule {
                code: "fc3d",
                main: (3, 9),
                extra: (0, 0),
                digits: true,
            },
            Self::Pl5 => Rule {
                code: "pl5",
                main: (5, 9),
                extra: (0, 0),
                digits: true,
            },
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|game| game.rule().code == code)
    }

    /// The canonical text of numbers as people type them, in any order and with any separators:
    /// `03 07 12 19 25 31+08` for balls, `3 0 7` in drawn order for digits.
    pub fn canonical(self, typed: &str) -> Result<String, NotAResult> {
        let rule = self.rule();
        let ((main, largest), (extra, _)) = (rule.main, rule.extra);
        let refused = NotAResult {
            game: rule.code,
            main,
            largest,
            extra,
        };
        let numbers: Vec<u8> = typed
            .split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty())
            .map(|number| {
                if number.len() <= 2 {
                    number.parse().ok()
                } else {
                    None
                }
            })
            .collect::<Option<_>>()
            .ok_or(refused)?;
        if numbers.len() != main + extra {
            return Err(refused);
        }
        let (first, second) = numbers.split_at(main);
        if rule.digits {
            let valid = first.iter().all(|digit| *digit <= largest);
            let digits: Vec<String> = first.iter().map(u8::to_string).collect();
            return if valid {
                Ok(digits.join(" "))
            } else {
                Err(refused)
            };
        }
        let first = balls(first, rule.main.1).ok_or(refused)?;
        if extra == 0 {
            return Ok(first);
        }
        Ok(format!(
            "{first}+{}",
            balls(second, rule.extra.1).ok_or(refused)?
        ))
    }
}

/// Sorted two-digit numbers, each once, from 1 to the largest.
fn balls(numbers: &[u8], largest: u8) -> Option<String> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let valid = sorted.len() == numbers.len() && sorted.iter().all(|n| (1..=largest).contains(n));
    let texts: Vec<String> = sorted.iter().map(|number| format!("{number:02}")).collect();
    valid.then(|| texts.join(" "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        for name in [
            "drand-quicknet:26566613",
            "drand-default:1",
            "lottery:ssq:2026025",
            "lottery:pl5:EXAMPLE-1",
            "reveal:市教育局",
        ] {
            assert_eq!(name.parse::<Source>().unwrap().to_string(), name);
        }
        for bad in [
            "drand-quicknet:007",
            "drand-quicknet:0",
            "drand-quicknet:+1",
            "drand-other:1",
            "lottery:pl3:1",
            "lottery:ssq:",
            "lottery:ssq:1 2",
            "reveal:",
            "reveal:a=b",
            "roster",
            "",
        ] {
            assert_eq!(bad.parse::<Source>(), Err(NotASource), "{bad}");
        }
        assert!(!"reveal:bureau".parse::<Source>().unwrap().is_public());
    }

    #[test]
    fn lottery_numbers_have_one_text_however_they_are_typed() {
        let ssq = |typed: &str| Lottery::Ssq.canonical(typed).ok();
        let canonical = Some("03 07 12 19 25 31+08".to_owned());
        assert_eq!(ssq("03 07 12 19 25 31+08"), canonical);
        assert_eq!(ssq("红球 31,25,19,12,7,3 蓝球 8"), canonical);
        for bad in [
            "3 7 12 19 25 34 8",
            "3 7 12 19 25 25 8",
            "3 7 12 19 25 31",
            "3 7 12 19 25 31 17",
            "0 7 12 19 25 31 8",
            "3 7 12 19 25 31 8 9",
            "003 7 12 19 25 31 8",
            "",
        ] {
            assert_eq!(ssq(bad), None, "{bad}");
        }
        assert_eq!(
            Lottery::Dlt.canonical("35 1 2 3 4 - 12 11").unwrap(),
            "01 02 03 04 35+11 12"
        );
        assert_eq!(Lottery::Fc3d.canonical("3-0-7").unwrap(), "3 0 7");
        assert_eq!(Lottery::Pl5.canonical("0,0,0,0,0").unwrap(), "0 0 0 0 0");
        assert!(Lottery::Fc3d.canonical("3 0 10").is_err());
    }

    #[test]
    fn a_commitment_belongs_to_one_draw_and_one_party() {
        let secret = Hash::of(b"secret");
        let commitment = reveal_commitment("D1", "bureau", &secret);
        assert_ne!(commitment, reveal_commitment("D2", "bureau", &secret));
        assert_ne!(commitment, reveal_commitment("D1", "office", &secret));
    }

    #[test]
    fn another_roster_is_another_seed() {
        let hash = Hash::of(b"");
        let values = [("reveal:a".to_owned(), "1".to_owned())];
        let seed = |roster| seed(Suite::Sha256, "D", &hash, &hash, roster, &values);
        assert_ne!(seed(None), seed(Some(&hash)));
        assert_ne!(seed(Some(&hash)), seed(Some(&Hash::of(b"x"))));
    }
}

//! Shares in sentences or lines of their own: 甲类84件，占52.5%。乙类44件，占27.5%。丙类32件，占20%。
//! They are judged as one list, though no sentence holds two of them.

use super::bases::led_by;
use super::lists::{wrong_base, wrong_part, wrong_total};
use super::{Base, GROUP_MAX, Share, approximate, fits, part, report};
use crate::arithmetic::sum;
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::rules::Outcome;

/// Shorter rows say nothing of a common whole.
const SHORTEST: usize = 3;

/// Judges every row of such shares.
pub(super) fn run(facts: &Facts<'_>, shares: &[Share], out: &mut Outcome) {
    let mut rest = shares;
    while let Some(first) = rest.first() {
        let mut length = 1;
        while length < rest.len().min(GROUP_MAX) && goes_on(facts, &rest[length - 1], &rest[length])
        {
            length += 1;
        }
        if length >= SHORTEST && is_simple(facts, first) {
            judge(facts, &rest[..length], out);
        }
        rest = &rest[length..];
    }
}

/// An amount with its share directly behind it, outside of brackets.
fn is_simple(facts: &Facts<'_>, share: &Share) -> bool {
    let (amount, rate) = (&facts.figures[share.part], &facts.figures[share.rate]);
    share.list == 0
        && share.rate == share.part + 1
        && rate.role == Role::Share
        && amount.bracket == rate.bracket
        && !rate.approximate
        && !amount.approximate
}

/// Whether the next share follows in a sentence of its own, with nothing between.
fn goes_on(facts: &Facts<'_>, one: &Share, other: &Share) -> bool {
    let (before, next) = (&facts.figures[one.rate], &facts.figures[other.part]);
    const BETWEEN: usize = 4;
    // 占56%，环比上季度33671件下降0.04%: growth belongs to its own part.
    let growth = |index: usize| {
        matches!(
            facts.figures[index].role,
            Role::Up | Role::Down | Role::Earlier
        )
    };
    is_simple(facts, one)
        && is_simple(facts, other)
        && other.part > one.rate
        && other.part <= one.rate + 1 + BETWEEN
        && (one.rate + 1..other.part).all(growth)
        && next.unit == facts.figures[one.part].unit
        && next.sentence > before.sentence
        && next.sentence <= before.sentence + 2
}

fn judge(facts: &Facts<'_>, group: &[Share], out: &mut Outcome) {
    let bases = bases(facts, group);
    let count = |base: &Base| {
        group
            .iter()
            .filter(|share| fits(facts, share, base))
            .count()
    };
    // Among equals the first: a printed total before the sum of the parts.
    let Some((most, base)) = bases
        .iter()
        .rev()
        .map(|base| (count(base), base))
        .max_by_key(|(count, _)| *count)
    else {
        return;
    };
    if most == group.len() && base.figure.is_none() {
        wrong_total(facts, group, base, &bases, out);
    }
    if most + 1 >= group.len() && most >= 2 {
        for share in group {
            let holds = fits(facts, share, base);
            if holds || !approximate(facts, share, base) {
                report(facts, share, base, holds, out);
            }
        }
        return;
    }
    if !wrong_part(facts, group, &bases, out) {
        wrong_base(facts, group, group, &bases, out);
    }
}

/// The amounts before the row that may be its whole, the nearest first, and the sum of the parts.
fn bases(facts: &Facts<'_>, group: &[Share]) -> Vec<Base> {
    const REACH: usize = 24;
    let first = group[0].part;
    let head = &facts.figures[first];
    let printed = (first.saturating_sub(REACH)..first).rev().filter(|index| {
        let figure = &facts.figures[*index];
        figure.is_amount()
            && figure.unit == head.unit
            && figure.role == Role::Plain
            && figure.bracket == head.bracket
    });
    let mut found: Vec<Base> = led_by(facts, &group[0])
        .into_iter()
        .chain(printed)
        .map(|index| Base {
            figure: Some(index),
            value: facts.figures[index].value,
        })
        .collect();
    let values: Vec<Decimal> = group.iter().map(|share| part(facts, share)).collect();
    if let Some(value) = sum(&values) {
        found.push(Base {
            figure: None,
            value,
        });
    }
    found.retain(|base| !base.value.is_zero());
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::check_rule;

    #[test]
    fn a_sentence_for_each_share() {
        let text = |rate: &str, part: &str| {
            format!(
                "共收到家长建议180件，经审核立案160件。\n在所有立案中，课程方面提出建议{part}件，占52.5%。\
                 安全方面提出建议44件，占{rate}。食堂方面提出建议32件，占20%。"
            )
        };
        let silent = text("27.5%", "84");
        let rule = &super::super::RULE;
        check_rule(
            rule,
            crate::Extent::Excerpt,
            &text("⟦25.7%⟧", "84"),
            &silent,
        );
        check_rule(
            rule,
            crate::Extent::Excerpt,
            &text("27.5%", "⟦48⟧"),
            &silent,
        );
    }

    #[test]
    fn a_line_for_each_share() {
        let text = |rate: &str| {
            format!(
                "经审查，立案500件。其中：\n教学方面200件，占40%；\n安全方面150件，占{rate}；\n\
                 收费方面90件，占18%；\n其他60件，占12%。"
            )
        };
        check_rule(
            &super::super::RULE,
            crate::Extent::Excerpt,
            &text("⟦33%⟧"),
            &text("30%"),
        );
    }
}

//! Shares of a whole that the text does not print: each share gives a range for the whole, and the
//! ranges of one list have to meet.

use super::{RULE, Share, part, rate};
use crate::arithmetic::quotient;
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::rules::Outcome;
use crate::rules::common::rate_slip;

/// So many shares have to agree before another one is measured by them.
const AGREEING: usize = 3;

/// Judges a list of shares for which no printed whole fits; `false` where they do not agree.
pub(super) fn judged(facts: &Facts<'_>, group: &[Share], out: &mut Outcome) -> bool {
    let shares = || group.iter().filter(|share| counts(facts, share));
    if shares().count() != group.len() || group.len() < AGREEING {
        return false;
    }
    let Some(ranges) = group
        .iter()
        .map(|share| range(facts, share))
        .collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    if common(&ranges, None).is_some() {
        group
            .iter()
            .for_each(|share| out.settled[share.rate] = true);
        return true;
    }
    if group.len() <= AGREEING {
        return false;
    }
    let mut odd = (0..group.len()).filter_map(|index| Some((index, common(&ranges, Some(index))?)));
    let (Some((index, whole)), None) = (odd.next(), odd.next()) else {
        return false;
    };
    let share = &group[index];
    if out.blamed[share.rate] || !rate_slip(rate(facts, share), part(facts, share), whole) {
        return false;
    }
    report(facts, share, group, whole, out);
    true
}

fn counts(facts: &Facts<'_>, share: &Share) -> bool {
    let (rate, amount) = (&facts.figures[share.rate], &facts.figures[share.part]);
    (rate.role == Role::Share || share.list != 0)
        && !rate.approximate
        && !amount.approximate
        && !rate.value.is_zero()
}

/// Between which values the whole lies, by this share alone.
fn range(facts: &Facts<'_>, share: &Share) -> Option<(Decimal, Decimal)> {
    let (stated, own) = (rate(facts, share), part(facts, share));
    let unit = Decimal::new(1, stated.exponent);
    let (high, low) = (stated.plus(unit)?, stated.minus(unit)?);
    if low.mantissa <= 0 {
        return None;
    }
    Some((quotient(own, high, 100, 1)?, quotient(own, low, 100, 1)?))
}

/// The middle of what all ranges but one have in common, where that is narrow enough to mean
/// something: a fiftieth.
fn common(ranges: &[(Decimal, Decimal)], left_out: Option<usize>) -> Option<Decimal> {
    let rest = || {
        let all = ranges.iter().enumerate();
        all.filter(move |(index, _)| Some(*index) != left_out)
            .map(|(_, range)| range)
    };
    let units = |value: &Decimal| value.in_units_of(-1);
    let low = rest()
        .map(|(low, _)| units(low))
        .collect::<Option<Vec<_>>>()?;
    let high = rest()
        .map(|(_, high)| units(high))
        .collect::<Option<Vec<_>>>()?;
    let (low, high) = (low.into_iter().max()?, high.into_iter().min()?);
    let narrow = low <= high && (high - low).checked_mul(50)? <= low;
    narrow.then(|| Decimal::whole((low + high) / 20))
}

fn report(facts: &Facts<'_>, odd: &Share, group: &[Share], whole: Decimal, out: &mut Outcome) {
    let stated = rate(facts, odd);
    let places = stated.exponent.min(0).unsigned_abs();
    let computed = quotient(part(facts, odd), whole, 100, places)
        .map_or(String::new(), |value| format!("{value}%"));
    let message =
        format!("其余各项占比都按总数约 {whole} 计算，这一项应为 {computed}，文中是 {stated}%");
    let mut finding = RULE
        .at(facts.figures[odd.rate].span.clone(), message)
        .help("请核对这一项的数和占比")
        .figures(computed, format!("{stated}%"))
        .related(facts.figures[odd.part].span.clone(), "分子");
    for share in group.iter().filter(|share| share.rate != odd.rate) {
        finding = finding.related(facts.figures[share.rate].span.clone(), "相符的占比");
    }
    out.settled[odd.rate] = true;
    out.blamed[odd.rate] = true;
    out.findings.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::rules::check_rule;

    #[test]
    fn one_share_of_an_unprinted_whole() {
        let text = |rate: &str| {
            format!(
                "居前四位的是语文2064人、数学976人、英语824人、体育776人，\
                 分别占全体报名者的25.8%、{rate}、10.3%、9.7%。"
            )
        };
        check_rule(
            &super::super::RULE,
            crate::Extent::Excerpt,
            &text("⟦22.2%⟧"),
            &text("12.2%"),
        );
    }
}

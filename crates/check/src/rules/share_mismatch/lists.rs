//! Shares judged together: which figure of a list is the wrong one, and one share of several
//! amounts.

use super::bases::led_by;
use super::{Base, GROUP_MAX, RULE, Share, part, rate, report_at};
use crate::arithmetic::{looks_like_slip, percentage, ratio_fits, sum};
use crate::decimal::Decimal;
use crate::facts::{Facts, Figure, Role};
use crate::rules::Outcome;
use crate::rules::common::{make_a_hundred, mistyped, rate_slip, slips};

/// No share of the list fits, and one slip in a printed base makes all of them right.
pub(super) fn wrong_base(
    facts: &Facts<'_>,
    group: &[Share],
    all: &[Share],
    bases: &[Base],
    out: &mut Outcome,
) -> bool {
    let certain = group
        .iter()
        .all(|share| share.certain && !facts.figures[share.rate].approximate);
    let distinct = group.windows(2).all(|pair| pair[0].part != pair[1].part);
    if group.len() < 2 || !certain || !distinct {
        return false;
    }
    let repaired = |value: Decimal| {
        group
            .iter()
            .all(|share| ratio_fits(rate(facts, share), part(facts, share), value))
    };
    // 1680件，占27.1%: what is itself a share of something is not the whole of the next list.
    let is_part = |figure: usize| all.iter().any(|share| share.part == figure);
    let Some((base, figure)) = bases
        .iter()
        .filter_map(|base| base.figure.map(|figure| (base, figure)))
        .filter(|(_, figure)| *figure < group[0].part && !is_part(*figure))
        .find(|(base, _)| mistyped(base.value, repaired))
    else {
        return false;
    };
    let wanted = slips(base.value)
        .map(|mantissa| Decimal::new(mantissa, base.value.exponent))
        .find(|value| repaired(*value))
        .map_or(String::new(), |value| value.to_string());
    let span = facts.figures[figure].span.clone();
    let rates: Vec<String> = group
        .iter()
        .map(|share| format!("{}%", rate(facts, share)))
        .collect();
    let message = format!("总数 {} 与各项占比 {} 都不符", base.value, rates.join("、"));
    let mut finding = RULE
        .at(span, message)
        .help(format!(
            "若总数为 {wanted}，各项占比都相符；请核对总数和占比"
        ))
        .figures(wanted, base.value.to_string());
    for share in group {
        let figure = &facts.figures[share.rate];
        let computed = percentage(part(facts, share), base.value, figure.value);
        let shown = computed.map_or(String::new(), |value| format!("按总数应为 {value}%"));
        finding = finding.related(figure.span.clone(), shown);
        out.settled[share.rate] = true;
    }
    out.blamed[figure] = true;
    out.findings.push(finding);
    true
}

/// Every share fits the sum of the parts, and the printed total does not: it is one slip away, or
/// the words announce that these are its parts.
pub(super) fn wrong_total(
    facts: &Facts<'_>,
    group: &[Share],
    sum: &Base,
    bases: &[Base],
    out: &mut Outcome,
) {
    let first = &facts.figures[group[0].part];
    let printed = || {
        let printed = bases.iter().filter_map(|base| base.figure);
        printed.filter(|figure| *figure < group[0].part)
    };
    let slipped = |index: &usize| {
        let total = &facts.figures[*index];
        let led = led_by(facts, &group[0]).contains(index);
        (led || evidence_of_total(facts, total)) && looks_like_slip(total.value, sum.value)
    };
    // Two shares make a hundred of anything: only a slip in a total is one.
    let Some(index) = printed().find(slipped).or_else(|| {
        let nearest = printed().next();
        nearest.filter(|_| group.len() >= 3)
    }) else {
        return;
    };
    let total = &facts.figures[index];
    let rates: Vec<Decimal> = group.iter().map(|share| rate(facts, share)).collect();
    // A large total may stand a paragraph or two before: it is the same one but for the slip.
    let large = total.value.above(Decimal::whole(999));
    let same = slipped(&index) && large && total.paragraph + 8 >= first.paragraph;
    let near = total.unit == first.unit
        && total.bracket == first.bracket
        && (same || total.sentence + 3 >= first.sentence)
        && total.role == Role::Plain
        && !total.approximate;
    let between = &facts.text[total.whole.end..first.whole.start.max(total.whole.end)];
    let announced = total.sentence + 1 >= first.sentence
        && index + 1 == group[0].part
        && ["其中", "：", ":", "分为"]
            .iter()
            .any(|word| between.contains(word));
    let wrong =
        !total.value.same(sum.value) && (looks_like_slip(total.value, sum.value) || announced);
    if !near || !wrong || !make_a_hundred(&rates) || out.lists_with(group[0].part).next().is_some()
    {
        return;
    }
    let message = format!(
        "总数 {} 与各项之和 {} 不符，占比按后者计算",
        total.value, sum.value
    );
    let mut finding = RULE
        .at(total.span.clone(), message)
        .help("请核对总数")
        .figures(sum.value.to_string(), total.value.to_string());
    for share in group {
        finding = finding.related(facts.figures[share.part].span.clone(), "分项");
    }
    out.blamed[index] = true;
    out.findings.push(finding);
}

/// Whether the words call it a total.
fn evidence_of_total(facts: &Facts<'_>, figure: &Figure) -> bool {
    ["共", "总", "合计", "累计", "收到", "受理"]
        .iter()
        .any(|word| facts.label(figure).contains(word))
}

/// The shares divide a whole, and one slip in a part makes all of them right.
pub(super) fn wrong_part(
    facts: &Facts<'_>,
    group: &[Share],
    bases: &[Base],
    out: &mut Outcome,
) -> bool {
    let exact = |figure: usize| !facts.figures[figure].approximate;
    if group.len() < 2
        || !group
            .iter()
            .all(|share| exact(share.rate) && exact(share.part))
    {
        return false;
    }
    let rates: Vec<Decimal> = group.iter().map(|share| rate(facts, share)).collect();
    if !make_a_hundred(&rates) {
        return false;
    }
    let parts: Vec<Decimal> = group.iter().map(|share| part(facts, share)).collect();
    let Some(whole) = sum(&parts) else {
        return false;
    };
    let agree = |changed: usize, value: Decimal| {
        let base = whole
            .minus(parts[changed])
            .and_then(|rest| rest.plus(value));
        base.is_some_and(|base| {
            group.iter().enumerate().all(|(index, share)| {
                let own = if index == changed {
                    value
                } else {
                    parts[index]
                };
                ratio_fits(rate(facts, share), own, base)
            })
        })
    };
    // Of several the one whose repair makes the parts add up to a printed total.
    let repairs: Vec<(usize, Decimal)> = (0..group.len())
        .filter_map(|index| {
            let mut values = slips(parts[index])
                .map(|mantissa| Decimal::new(mantissa, parts[index].exponent))
                .filter(|value| agree(index, *value));
            let value = values.next()?;
            Some((index, whole.minus(parts[index])?.plus(value)?))
        })
        .collect();
    let printed = |(_, repaired): &&(usize, Decimal)| {
        bases
            .iter()
            .any(|base| base.figure.is_some() && base.value.same(*repaired))
    };
    let Some((culprit, _)) = repairs.iter().find(printed).or(repairs.first()).copied() else {
        return false;
    };
    let base = Base {
        figure: None,
        value: whole,
    };
    if ratio_fits(rates[culprit], parts[culprit], whole) {
        return false;
    }
    report_at(
        facts,
        group[culprit].part,
        &group[culprit],
        &base,
        false,
        out,
    );
    true
}

/// 甲783件、乙579件、丙562件，占总量的77%: one share of several amounts together. Says whether
/// the share is settled by that.
pub(super) fn together(
    facts: &Facts<'_>,
    share: &Share,
    bases: &[Base],
    out: &mut Outcome,
) -> bool {
    let last = &facts.figures[share.part];
    let mut parts = vec![share.part];
    while let Some(before) = parts[parts.len() - 1].checked_sub(1) {
        let (one, next) = (&facts.figures[before], &facts.figures[before + 1]);
        let listed = one.is_amount()
            && one.unit == last.unit
            && one.clause == last.clause
            && one.bracket == last.bracket
            && one.role == Role::Plain
            && facts.text[one.whole.end..next.whole.start].contains(['、', '和']);
        if !listed || parts.len() >= GROUP_MAX {
            break;
        }
        parts.push(before);
    }
    let values: Vec<Decimal> = parts
        .iter()
        .map(|part| facts.figures[*part].value)
        .collect();
    let Some(whole) = sum(&values).filter(|_| parts.len() >= 2) else {
        return false;
    };
    let stated = rate(facts, share);
    let printed = || {
        bases.iter().filter(|base| {
            base.figure.is_some_and(|figure| !parts.contains(&figure)) && base.value.above(whole)
        })
    };
    let earlier = earlier_wholes(facts, &parts, whole);
    let fitting = printed()
        .chain(&earlier)
        .find(|base| ratio_fits(stated, whole, base.value));
    let slipped = || {
        printed().find(|base| {
            share.named_base && share.base == base.figure && rate_slip(stated, whole, base.value)
        })
    };
    // 占全部的82.28%: with two decimals and one whole in question.
    let exact = share.certain && stated.exponent <= -2 && !last.approximate;
    let distant = || match &earlier[..] {
        [only] if exact && broken_together(stated, &values, only.value) => Some(only),
        _ => None,
    };
    let Some(base) = fitting.or_else(slipped).or_else(distant) else {
        return false;
    };
    let holds = fitting.is_some();
    let computed = percentage(whole, base.value, stated).map_or(String::new(), |v| format!("{v}%"));
    let verdict = if holds { "相符" } else { "不符" };
    let message = format!(
        "{stated}% 与几项合计 {whole}÷{}={computed} {verdict}",
        base.value
    );
    let mut finding = RULE
        .at(facts.figures[share.rate].span.clone(), message)
        .help("请核对各项、总数和百分比")
        .figures(computed, format!("{stated}%"));
    for part in parts.iter().rev() {
        finding = finding.related(facts.figures[*part].span.clone(), "分子");
    }
    if let Some(figure) = base.figure {
        finding = finding.related(facts.figures[figure].span.clone(), "分母");
    }
    finding.holds = holds;
    out.settled[share.rate] = true;
    out.blamed[share.rate] |= !holds;
    out.findings.push(finding);
    true
}

/// The amounts of the two paragraphs before that may be the whole of all these parts.
fn earlier_wholes(facts: &Facts<'_>, parts: &[usize], whole: Decimal) -> Vec<Base> {
    const REACH: usize = 16;
    let (Some(first), true) = (parts.iter().min(), parts.len() >= 3) else {
        return Vec::new();
    };
    let head = &facts.figures[*first];
    (first.saturating_sub(REACH)..*first)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            figure.is_amount()
                && figure.unit == head.unit
                && figure.role == Role::Plain
                && figure.bracket == 0
                && figure.paragraph < head.paragraph
                && figure.paragraph + 2 >= head.paragraph
                && figure.value.above(whole)
        })
        .map(|index| Base {
            figure: Some(index),
            value: facts.figures[index].value,
        })
        .collect()
}

/// Whether one slip in the share, in one of the parts or in the whole makes the share right.
fn broken_together(stated: Decimal, parts: &[Decimal], base: Decimal) -> bool {
    let Some(all) = sum(parts) else { return false };
    rate_slip(stated, all, base)
        || parts.iter().any(|part| {
            mistyped(*part, |other| {
                let repaired = all.minus(*part).and_then(|rest| rest.plus(other));
                repaired.is_some_and(|repaired| ratio_fits(stated, repaired, base))
            })
        })
}

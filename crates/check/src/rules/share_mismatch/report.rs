//! What is said of a share, and at which of its figures.

use super::{Base, RULE, Share, part, rate};
use crate::arithmetic::{looks_like_slip, percentage, quotient, ratio_fits};
use crate::facts::Facts;
use crate::rules::Outcome;
use crate::rules::common::mistyped;

/// Which figure one slip explains best: the rate, else the part, else the base.
fn culprit(facts: &Facts<'_>, share: &Share, base: &Base) -> usize {
    let (stated, own) = (rate(facts, share), part(facts, share));
    let places = stated.exponent.min(0).unsigned_abs();
    let rounded = quotient(own, base.value, 100, places);
    if rounded.is_some_and(|rounded| looks_like_slip(stated, rounded)) {
        return share.rate;
    }
    if mistyped(own, |other| ratio_fits(stated, other, base.value)) {
        return share.part;
    }
    match base.figure {
        Some(figure) if mistyped(base.value, |other| ratio_fits(stated, own, other)) => figure,
        _ => share.rate,
    }
}

pub(super) fn report(
    facts: &Facts<'_>,
    share: &Share,
    base: &Base,
    holds: bool,
    out: &mut Outcome,
) {
    let culprit = if holds {
        share.rate
    } else {
        culprit(facts, share, base)
    };
    report_at(facts, culprit, share, base, holds, out);
}

pub(super) fn report_at(
    facts: &Facts<'_>,
    at: usize,
    share: &Share,
    base: &Base,
    holds: bool,
    out: &mut Outcome,
) {
    let rate = &facts.figures[share.rate];
    let part = &facts.figures[share.part];
    let computed = percentage(part.value, base.value, rate.value)
        .map_or(String::new(), |value| format!("{value}%"));
    let stated = format!("{}%", rate.value);
    let divided = format!("{}÷{}", part.value.shown(), base.value.shown());
    let message = if holds {
        format!("{stated} 与 {divided} 相符")
    } else {
        format!("{stated} 与 {divided}={computed} 不符")
    };
    let mut finding = RULE
        .at(facts.figures[at].span.clone(), message)
        .help("请核对分子、分母和百分比，改动其中一个时其余要重算")
        .figures(computed, stated);
    let named = [
        (Some(share.rate), "百分比"),
        (Some(share.part), "分子"),
        (base.figure, "分母"),
    ];
    for (index, label) in named {
        if let Some(index) = index.filter(|index| *index != at) {
            finding = finding.related(facts.figures[index].span.clone(), label);
        }
    }
    finding.holds = holds;
    out.settled[share.rate] = true;
    if !holds {
        out.blamed[share.rate] = true;
        out.blamed[at] = true;
    }
    out.findings.push(finding);
}

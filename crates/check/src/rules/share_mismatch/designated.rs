//! The base of a single share, where the wording leaves no doubt about it.

use super::bases;
use super::{Base, Share, rate};
use crate::arithmetic::{percentage, ratio_fits, sum};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::rules::Outcome;
use crate::rules::common::{comparable, mistyped, rate_slip, within};

/// 批捕31人,不捕17人,不捕率35.4%: the whole is both together, and one slip explains the rate.
fn with_complement<'b>(facts: &Facts<'_>, share: &Share, bases: &'b [Base]) -> Option<&'b Base> {
    if !share.negated {
        return None;
    }
    let before = &facts.figures[bases::affirmed(facts, share)?];
    let part = &facts.figures[share.part];
    let whole = part.value.plus(before.value)?;
    let stated = rate(facts, share);
    let slip = rate_slip(stated, part.value, whole)
        || mistyped(before.value, |other| {
            let whole = part.value.plus(other);
            whole.is_some_and(|whole| ratio_fits(stated, part.value, whole))
        });
    bases
        .iter()
        .find(|base| slip && base.figure.is_none() && base.value.same(whole))
}

/// The base of a single share, if the wording leaves no doubt about it.
pub(super) fn designated<'b>(
    facts: &Facts<'_>,
    share: &Share,
    group: &[Share],
    bases: &'b [Base],
    out: &Outcome,
) -> Option<&'b Base> {
    let part = &facts.figures[share.part];
    let stated = rate(facts, share);
    let find = |index: usize| bases.iter().find(|base| base.figure == Some(index));
    let near = |base: &Base, reach: i128| {
        rate_slip(stated, part.value, base.value)
            || percentage(part.value, base.value, stated)
                .is_some_and(|computed| within(computed, stated, reach))
    };
    if let Some(base) = share.base.and_then(find) {
        return near(base, 50).then_some(base);
    }
    if let Some(base) = with_complement(facts, share, bases) {
        return Some(base);
    }
    let own = facts
        .paragraphs
        .partition_point(|paragraph| paragraph.figures.end <= share.part);
    let first = facts.paragraphs.get(own).map_or(0, |own| own.figures.start);
    if let [only] = bases::homonyms(facts, first, share)[..] {
        let base = find(only)?;
        return rate_slip(stated, part.value, base.value).then_some(base);
    }
    if facts.figures[share.rate].role == Role::Rate && !share.named {
        return None;
    }
    let owner = part
        .owner
        .filter(|_| share.rate != share.part && part.owner != Some(share.rate));
    if let Some(base) = owner.and_then(find)
        && facts.figures[share.rate].role != Role::Plain
    {
        return near(base, 30).then_some(base);
    }
    if let Some(list) = out
        .lists_with(share.part)
        .find(|list| list.total != share.part)
    {
        let base = find(list.total)?;
        let all = stated.same(Decimal::whole(100));
        return (near(base, 50) && !all && covers(facts, group, &list.parts)).then_some(base);
    }
    if !share.certain || group.len() > 1 && !share.named {
        return None;
    }
    // The nearest amount of the same kind before the part.
    let bracket = facts.speaks_in(share.part);
    let nearest = (share.part.saturating_sub(8)..share.part)
        .rev()
        .filter(|index| {
            let figure = &facts.figures[*index];
            // 57796人，比上年增加194人。其中高级6966人，占12.1%
            let of_which = || {
                figure.sentence + 1 == part.sentence
                    && figure.role == Role::Plain
                    && facts.text[figure.whole.end..part.whole.start].contains("。其中")
            };
            (figure.sentence == part.sentence || of_which())
                && figure.bracket == bracket
                && figure.is_amount()
                && comparable(figure, part)
                && !divides(out, *index, share.part)
                // 共187件，其中会后17件，立案175件，立案率93.6%
                && !(facts.label(figure).trim_start().starts_with("其中")
                    && figure.value.below(part.value))
        })
        .find(|index| !matches!(facts.figures[*index].role, Role::Up | Role::Down))?;
    let base = find(nearest)?;
    // In another clause it has to be nearer still.
    let of_which =
        facts.text[facts.figures[nearest].whole.end..part.whole.start].contains("。其中");
    let reach = if facts.figures[nearest].clause == part.clause || of_which {
        30
    } else {
        5
    };
    let within_whole = !base.value.below(part.value);
    // 呼入196个，接通388个，接通率95%: more than the whole, and one slip away from the rate.
    let overshoots = share.named && rate_slip(stated, part.value, base.value);
    ((within_whole && near(base, reach)) || overshoots).then_some(base)
}

/// 收到59条，其中咨询16条、投诉43条，处理55条，处理率93%: a part of a list is not the whole of what
/// stands outside of the list.
fn divides(out: &Outcome, figure: usize, part: usize) -> bool {
    out.lists_with(figure)
        .any(|list| list.holds && list.total != figure && !list.parts.contains(&part))
}

/// Whether the shares may be taken of the total of this list: those of all its parts make a hundred,
/// or they are of something larger (甲19人、乙9人，分别占全体的25%、12%，共28人).
fn covers(facts: &Facts<'_>, group: &[Share], parts: &[usize]) -> bool {
    let mut rates: Vec<Decimal> = Vec::new();
    for part in parts {
        match group.iter().find(|share| share.part == *part) {
            Some(share) => rates.push(rate(facts, share)),
            None => return true,
        }
    }
    sum(&rates).is_some_and(|sum| within(sum, Decimal::whole(100), 12))
}

/// 受理率57.71%: with two decimals a rate says by itself which whole it is taken of, if one slip in
/// one of the three figures makes it right and no other whole comes in question.
pub(super) fn by_decimals<'b>(
    facts: &Facts<'_>,
    share: &Share,
    bases: &'b [Base],
    out: &Outcome,
) -> Option<&'b Base> {
    let part = &facts.figures[share.part];
    let stated = rate(facts, share);
    let role = facts.figures[share.rate].role;
    let named = share.named || role == Role::Share && share.certain && share.base.is_none();
    let rated = role == Role::Rate || role == Role::Share;
    let decimals = named && stated.exponent <= -2 && !part.value.below(Decimal::whole(100));
    if !rated || stated.exponent > -1 {
        return None;
    }
    let wholes: Vec<&Base> = bases
        .iter()
        .filter(|base| {
            base.figure.is_some_and(|index| {
                let figure = &facts.figures[index];
                index < share.part
                && comparable(figure, part)
                && figure.bracket == part.bracket
                && figure.sentence + 2 >= part.sentence
                // 86所学校中，72所建成: the words say of what.
                && (decimals
                    || figure.clause == part.clause
                        && index + 1 == share.part
                        && facts.tail(figure).trim_end().ends_with('中'))
            }) && rate_slip(stated, part.value, base.value)
        })
        .collect();
    let whole = |base: &&&Base| {
        base.figure
            .is_some_and(|figure| !divides(out, figure, share.part))
    };
    let undivided: Vec<&&Base> = wholes.iter().filter(whole).collect();
    match (&wholes[..], &undivided[..]) {
        ([only], _) => Some(only),
        (_, [only]) => Some(**only),
        _ => None,
    }
}

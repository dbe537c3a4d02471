//! Shares and rates with the base they are taken of.

mod bases;
mod designated;
mod implied;
mod lists;
mod named;
mod pairs;
mod report;
mod serial;
mod series;

use std::ops::Range;

use super::Outcome;
use super::common::{rate_slip, shared_words, within};
use crate::arithmetic::{percentage, ratio_fits, ratio_near};
use crate::decimal::Decimal;
use crate::facts::{Facts, Role};
use crate::options::Options;

use bases::bases;
use designated::{by_decimals, designated};
use lists::{together, wrong_base, wrong_part, wrong_total};
pub(crate) use pairs::Share;
use report::{report, report_at};

rule! {
    /// ## 发现什么
    /// 占比、办结率、覆盖率等百分比与文中给出的分子、分母对不上；“分别占”“依次为”按顺序配对。
    /// ## 为什么要紧
    /// 百分比是最常被引用的数字，分母改过而百分比没有重算，是最常见的笔误。
    /// ## 例
    /// 聘任监督员60名，其中人大代表15人，占23.8%。
    /// ## 改正
    /// 占25%；或者把总人数改为63名（15÷63=23.8%）。
    /// ## 已知误报
    /// 分母不在文中时保持沉默；百分比允许四舍五入，也允许直接截去尾数。
    "share-mismatch", Error, Relation, "百分比与分子分母不符", run
}

/// A base that the text offers: a figure, or the sum of the listed parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Base {
    figure: Option<usize>,
    value: Decimal,
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let shares: Vec<Vec<Share>> = facts
        .paragraphs
        .iter()
        .map(|paragraph| pairs::shares(facts, paragraph.figures.clone()))
        .collect();
    serial::run(facts, &shares.concat(), out);
    for (paragraph, shares) in facts.paragraphs.iter().zip(&shares) {
        let mut rest = &shares[..];
        while !rest.is_empty() {
            let same = group_len(facts, rest);
            let done = shares.len() - rest.len();
            let around =
                &shares[done.saturating_sub(GROUP_MAX)..shares.len().min(done + same + GROUP_MAX)];
            judge(facts, &rest[..same], around, paragraph.figures.clone(), out);
            rest = &rest[same..];
        }
    }
}

/// How many shares make up the list at the beginning of `shares`.
fn group_len(facts: &Facts<'_>, shares: &[Share]) -> usize {
    let first = &shares[0];
    let clause = |share: &Share| facts.figures[share.rate].clause;
    let all = shares
        .iter()
        .take(GROUP_MAX)
        .take_while(|share| beside(facts, first, share))
        .count()
        .max(1);
    let own = shares[..all]
        .iter()
        .take_while(|share| clause(share) == clause(first))
        .count();
    // A；B；C list one share each; two and more in a clause are a list of their own.
    if own >= 2 { own } else { all }
}

/// Longer lists are judged piece by piece.
const GROUP_MAX: usize = 24;

/// Shares of one list: same sentence, same unit, same bracket, same kind of wording.
fn beside(facts: &Facts<'_>, one: &Share, other: &Share) -> bool {
    let (a, b) = (&facts.figures[one.part], &facts.figures[other.part]);
    // 审结率 and 纠错率 are taken of different wholes, unless 分别 makes a list of them.
    let rate = |share: &Share| facts.figures[share.rate].role == Role::Rate;
    if one.rate != other.rate && one.list == 0 && (rate(one) || rate(other)) {
        return false;
    }
    a.sentence == b.sentence
        && a.unit == b.unit
        && a.depth == b.depth
        && one.certain == other.certain
        && (one.list == other.list)
}

fn judge(
    facts: &Facts<'_>,
    group: &[Share],
    all: &[Share],
    range: Range<usize>,
    out: &mut Outcome,
) {
    let open: Vec<Share> = group
        .iter()
        .filter(|share| !out.settled[share.rate])
        .cloned()
        .collect();
    if open.is_empty() {
        return;
    }
    let group = &open[..];
    let mut bases = bases(facts, group, range.clone(), out);
    if series::judged(facts, group, &range, out) {
        return;
    }
    // Where the words name the base, another one that happens to fit explains nothing.
    let named = group[0].base.filter(|base| {
        let same = |share: &Share| share.named_base && share.base == Some(*base);
        group.iter().all(same)
    });
    let mut every = None;
    if let Some(named) = named {
        every = Some(bases.clone());
        let named = same_name(facts, group, &bases, named).unwrap_or(named);
        bases.retain(|base| base.figure == Some(named));
    }
    // The base that explains most of the list; among equals the first, which is the surest.
    let mut best: Option<(&Base, usize)> = None;
    for base in &bases {
        let count = group
            .iter()
            .filter(|share| fits(facts, share, base))
            .count();
        if best.is_none_or(|(_, most)| count > most) {
            best = Some((base, count));
        }
    }
    let most = best.map_or(0, |(_, count)| count);
    if 2 * most < group.len() && wrong_base(facts, group, all, &bases, out) {
        return;
    }
    if let Some((base, count)) = best
        && count == group.len()
        && base.figure.is_none()
    {
        wrong_total(facts, group, base, &bases, out);
    }
    if most < group.len() && wrong_part(facts, group, &bases, out) {
        return;
    }
    if most == 0 && implied::judged(facts, group, out) {
        return;
    }
    let led = bases::led_by(facts, &group[0]);
    for share in group {
        let own = best
            .filter(|(base, _)| fits(facts, share, base))
            .map(|(base, _)| base);
        let other = || bases.iter().find(|base| fits(facts, share, base));
        let majority = most >= 2 && 2 * most >= group.len();
        let fitting = own.or_else(|| {
            if majority && group.len() >= 3 {
                None
            } else {
                other()
            }
        });
        if let Some(base) = fitting {
            report(facts, share, base, true, out);
            continue;
        }
        if group.len() == 1 && together(facts, share, &bases, out) {
            continue;
        }
        let base = match best {
            _ if !share.certain && most < 3 => designated(facts, share, group, &bases, out),
            Some((base, _)) if majority => Some(base),
            // One fits and the others are near: 20件占29.8%、37件占55.2%、7件占9.8% of 71.
            Some((base, 1..)) if group.len() >= 3 && all_near(facts, group, base) => Some(base),
            // One other share of the list fits, and so do shares of other lists.
            Some((base, 1..)) if group.len() > 1 && support(facts, all, base) > 1 => Some(base),
            // 专任教师中，甲123人、乙451人，分别占15%和45%: the words name the base, and one of them fits.
            Some((base, 1..))
                if base.figure.is_some_and(|figure| led.contains(&figure))
                    && rate_slip(rate(facts, share), part(facts, share), base.value) =>
            {
                Some(base)
            }
            // 占82.8%、占17.2% of their own sum, one of them mistyped.
            Some((base, 1)) if group.len() == 2 && base.figure.is_none() => Some(base)
                .filter(|base| rate_slip(rate(facts, share), part(facts, share), base.value)),
            // 57796人。其中高级6966人，占12.1%；中级18540人，占32.1%: two shares of the only amount before.
            Some((base, 1)) if group.len() == 2 && of_which(facts, group, base) => Some(base)
                .filter(|base| rate_slip(rate(facts, share), part(facts, share), base.value)),
            // Both are the parts of a total, and the other share is taken of it.
            Some((base, 1)) if group.len() == 2 && divides_exactly(base, group, out) => Some(base),
            _ => supported(facts, share, all, &bases)
                .or_else(|| designated(facts, share, group, &bases, out))
                .or_else(|| supported(facts, share, all, every.as_deref()?)),
        };
        let base = base.or_else(|| by_decimals(facts, share, &bases, out));
        if let Some(base) = base
            && !ratio_near(rate(facts, share), part(facts, share), base.value, 0)
            && !approximate(facts, share, base)
        {
            report(facts, share, base, false, out);
        }
    }
}

/// Whether 其中 divides the base, and no other plain amount of its unit stands between.
fn of_which(facts: &Facts<'_>, group: &[Share], base: &Base) -> bool {
    let first = &facts.figures[group[0].part];
    base.figure.is_some_and(|index| {
        let whole = &facts.figures[index];
        index < group[0].part
            && whole.sentence + 1 >= first.sentence
            && facts.text[whole.whole.end..first.whole.start].contains("其中")
            && (index + 1..group[0].part).all(|between| {
                let other = &facts.figures[between];
                other.unit != first.unit || other.role != Role::Plain
            })
    })
}

/// Whether the shares are those of the two parts of a list whose total is the base.
fn divides_exactly(base: &Base, group: &[Share], out: &Outcome) -> bool {
    let Some(total) = base.figure else {
        return false;
    };
    out.lists_with(total).any(|list| {
        list.holds
            && list.total == total
            && list.parts.len() == group.len()
            && group.iter().all(|share| list.parts.contains(&share.part))
    })
}

/// 占全省新收申请总数的: of several amounts with that name the one that fits, where the nearest
/// does not.
fn same_name(facts: &Facts<'_>, group: &[Share], bases: &[Base], nearest: usize) -> Option<usize> {
    let (_, name) = facts
        .label(&facts.figures[group[0].rate])
        .split_once('占')?;
    let all_fit = |base: &Base| group.iter().all(|share| fits(facts, share, base));
    let near = bases.iter().find(|base| base.figure == Some(nearest))?;
    if group.iter().any(|share| fits(facts, share, near)) {
        return None;
    }
    let named = |base: &&Base| {
        base.figure.is_some_and(|index| {
            let figure = &facts.figures[index];
            let wanted = 3.min(name.trim_end_matches('的').chars().count());
            index < group[0].part && shared_words(name, facts.label(figure)) >= wanted
        })
    };
    bases
        .iter()
        .filter(named)
        .find(|base| all_fit(base))
        .and_then(|base| base.figure)
}

/// Whether every share of the list comes within a tenth of what the base gives.
fn all_near(facts: &Facts<'_>, group: &[Share], base: &Base) -> bool {
    group.iter().all(|share| {
        percentage(part(facts, share), base.value, rate(facts, share))
            .is_some_and(|computed| within(computed, rate(facts, share), 10))
    })
}

/// The base that at least three other shares of this unit have, if it is near for this one.
fn supported<'b>(
    facts: &Facts<'_>,
    share: &Share,
    all: &[Share],
    bases: &'b [Base],
) -> Option<&'b Base> {
    if facts.figures[share.rate].role == Role::Rate {
        return None;
    }
    let unit = facts.figures[share.part].unit;
    let alike: Vec<Share> = all
        .iter()
        .filter(|other| facts.figures[other.part].unit == unit)
        .cloned()
        .collect();
    let printed = bases.iter().filter(|base| base.figure.is_some());
    let base = printed.max_by_key(|base| support(facts, &alike, base))?;
    let (stated, own) = (rate(facts, share), part(facts, share));
    let near = rate_slip(stated, own, base.value)
        || percentage(own, base.value, stated).is_some_and(|computed| within(computed, stated, 30));
    (support(facts, &alike, base) >= 3 && near).then_some(base)
}

/// How many shares of the paragraph the base explains.
fn support(facts: &Facts<'_>, all: &[Share], base: &Base) -> usize {
    all.iter().filter(|share| fits(facts, share, base)).count()
}

fn rate(facts: &Facts<'_>, share: &Share) -> Decimal {
    facts.figures[share.rate].value
}

fn part(facts: &Facts<'_>, share: &Share) -> Decimal {
    facts.figures[share.part].value
}

fn approximate(facts: &Facts<'_>, share: &Share, base: &Base) -> bool {
    facts.figures[share.rate].approximate
        || facts.figures[share.part].approximate && !share.named_base
        || base
            .figure
            .is_some_and(|figure| facts.figures[figure].approximate)
}

fn fits(facts: &Facts<'_>, share: &Share, base: &Base) -> bool {
    if approximate(facts, share, base) {
        let computed = percentage(part(facts, share), base.value, rate(facts, share));
        return computed.is_some_and(|computed| within(computed, rate(facts, share), 10));
    }
    ratio_fits(rate(facts, share), part(facts, share), base.value)
}

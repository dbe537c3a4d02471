//! Totals and their parts.

mod breakdowns;
mod candidates;
mod evidence;
mod form;
mod lines;
mod slip;
mod spread;
mod wording;

use std::rc::Rc;

use super::{List, Outcome};
use crate::arithmetic::{roughly, sum, sum_fits};
use crate::decimal::Decimal;
use crate::facts::Facts;
use crate::facts::partition::divided;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 总数与分项之和不相等：“共……其中……”、冒号或括号后的分项、先列分项后说合计。
    /// ## 为什么要紧
    /// 总数会被层层引用，读者不会再加一遍；一处不符，整份报告的数据都会受到怀疑。
    /// ## 例
    /// 收回问卷100份（小学60份、初中30份）。
    /// ## 改正
    /// 收回问卷90份（小学60份、初中30份），或者补上漏列的分项。
    /// ## 已知误报
    /// “其中”后只列举一部分时保持沉默；带小数或以“万”“亿”计的数按四舍五入的范围比较。
    "sum-mismatch", Error, Relation, "总数与分项之和不符", run
}

/// What an exact fit is worth beside the wording of a relation that does not fit: large figures
/// do not add up by chance.
fn fitting_bonus(total: Decimal) -> i32 {
    match total.mantissa.unsigned_abs() {
        0..=99 => 6,
        100..=999 => 9,
        _ => 14,
    }
}

/// Not more parts than this are tried for one total.
const PARTS_MAX: usize = 24;

/// How the parts stand to the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In the bracket behind the total.
    Bracket,
    /// Behind the total.
    After,
    /// Before the total.
    Before,
    /// The first of each clause behind the total.
    Heads,
    /// One in each of several brackets behind the total, with the same words.
    Across,
    /// The second, third… of each clause behind the total: 小学312所,学生91635人；初中32所,学生…
    Column,
}

/// How alike the units of total and parts must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Group,
    Class,
}

/// A total with a run of figures that may be its parts.
pub(crate) struct Candidate {
    pub total: usize,
    /// The figures of a run, of which the first `count` are the parts; shorter runs share it.
    run: Rc<[usize]>,
    count: usize,
    /// What the parts add up to.
    pub sum: Option<Decimal>,
    /// A figure among them is not exact.
    pub approximate: bool,
    /// A part stands for half a unit around it.
    rounded: bool,
    pub shape: Shape,
    pub likeness: Likeness,
}

impl Candidate {
    fn new(
        facts: &Facts<'_>,
        total: usize,
        parts: Vec<usize>,
        shape: Shape,
        likeness: Likeness,
    ) -> Self {
        let mut values = parts.iter().map(|part| facts.figures[*part].value);
        let approximate = |figure: &usize| facts.figures[*figure].approximate;
        Self {
            total,
            count: parts.len(),
            sum: values.try_fold(Decimal::whole(0), Decimal::plus),
            approximate: approximate(&total) || parts.iter().any(approximate),
            rounded: parts
                .iter()
                .any(|part| facts.figures[*part].value.is_rounded()),
            run: parts.into(),
            shape,
            likeness,
        }
    }

    pub fn parts(&self) -> &[usize] {
        &self.run[..self.count]
    }
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        let mut start = paragraph.figures.start;
        while start < paragraph.figures.end {
            let end = chunk_end(facts, start, paragraph.figures.end);
            let candidates = candidates::candidates(facts, start..end, &paragraph.figures);
            let (fitting, broken): (Vec<&Candidate>, Vec<&Candidate>) = candidates
                .iter()
                .partition(|candidate| fits(facts, candidate));
            accept_holding(facts, &fitting, out);
            accept_broken(facts, &fitting, &broken, out);
            start = end;
        }
    }
    breakdowns::run(facts, out);
    lines::run(facts, out);
    spread::run(facts, out);
}

/// Where to stop looking for totals at one go: endless paragraphs are read piece by piece.
fn chunk_end(facts: &Facts<'_>, start: usize, end: usize) -> usize {
    const CHUNK: usize = 64;
    let limit = start + CHUNK;
    if end <= limit + CHUNK / 2 {
        return end;
    }
    let sentence = |index: usize| facts.figures[index].sentence;
    (start + CHUNK / 2..limit)
        .rev()
        .find(|index| sentence(*index) != sentence(index - 1))
        .unwrap_or(limit)
}

fn values(facts: &Facts<'_>, parts: &[usize]) -> Vec<Decimal> {
    parts
        .iter()
        .map(|part| facts.figures[*part].value)
        .collect()
}

fn fits(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = facts.figures[candidate.total].value;
    if candidate.approximate {
        return candidate.sum.is_some_and(|sum| roughly(total, sum));
    }
    match candidate.sum {
        // Plain counts are exact.
        Some(sum) if !total.is_rounded() && sum.exponent == 0 && !candidate.rounded => {
            total.mantissa == sum.mantissa
        }
        _ => sum_fits(total, &values(facts, candidate.parts())),
    }
}

/// Relations whose arithmetic fits: the surest first, each figure a part of one list only.
fn accept_holding(facts: &Facts<'_>, fitting: &[&Candidate], out: &mut Outcome) {
    let mut fitting: Vec<(i32, &Candidate)> = fitting
        .iter()
        .map(|candidate| (evidence::cues(facts, candidate), *candidate))
        .filter(|(score, candidate)| *score >= evidence::enough_when_fitting(facts, candidate))
        .collect();
    fitting.sort_by_key(|(score, candidate)| (-score, candidate.total, candidate.parts().len()));
    for (score, candidate) in fitting {
        let taken = touching(candidate, out).any(|list| {
            let shared = list
                .parts
                .iter()
                .any(|part| candidate.parts().contains(part));
            list.holds
                && ((list.total == candidate.total && shared) || list.parts == candidate.parts())
        });
        // 普高8所,职高2所,特教1所,进修校1所: what is itself an item of a list sums up no other items.
        let sibling = out.lists_with(candidate.total).any(|list| {
            list.holds
                && list.parts.contains(&candidate.total)
                && candidate
                    .parts()
                    .iter()
                    .any(|part| list.parts.contains(part))
        });
        let small = facts.figures[candidate.total]
            .value
            .below(Decimal::whole(1000));
        let item = small
            && matches!(candidate.shape, Shape::After | Shape::Heads)
            && wording::is_item(facts, candidate.total)
            && !wording::announced(facts, candidate);
        if !taken && !sibling && !item {
            report(facts, candidate, Some(score), true, out);
        }
    }
}

/// The lists that have a figure in common with the candidate.
fn touching<'o>(candidate: &'o Candidate, out: &'o Outcome) -> impl Iterator<Item = &'o List> {
    candidate
        .parts()
        .iter()
        .chain([&candidate.total])
        .flat_map(|figure| out.lists_with(*figure))
}

/// Whether the list fits without one of its parts: 主办29件(较去年增加5件),批示件4件,会办33件.
fn fits_without_one(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = facts.figures[candidate.total].value;
    let all = values(facts, candidate.parts());
    all.len() >= 3
        && !divided(facts, candidate.parts())
        && (1..all.len()).any(|left_out| {
            let mut rest = all.clone();
            rest.remove(left_out);
            let mut parts = candidate.parts().to_vec();
            parts.remove(left_out);
            sum_fits(total, &rest) && divided(facts, &parts)
        })
}

/// 受理101件，审结92件，包括甲53件、乙13件: these divide the 92, unless those are themselves a part of
/// the total.
fn nearer_total(facts: &Facts<'_>, candidate: &Candidate, out: &Outcome) -> bool {
    let Some(first) = candidate.parts().iter().min().copied() else {
        return false;
    };
    let (Some(before), Shape::After) = (first.checked_sub(1), candidate.shape) else {
        return false;
    };
    let (near, part) = (&facts.figures[before], &facts.figures[first]);
    let label = facts.label(part).trim_start();
    let divides = ["其中", "包括"].iter().any(|word| label.starts_with(word));
    before > candidate.total
        && divides
        && near.is_amount()
        && near.unit == part.unit
        && near.role == part.role
        && near.bracket == part.bracket
        && near.clause == part.clause
        && !out
            .lists_with(before)
            .any(|list| list.holds && list.total == candidate.total)
}

/// How far the total stands from its parts, in figures.
fn distance(candidate: &Candidate) -> usize {
    candidate
        .parts()
        .first()
        .map_or(0, |part| part.abs_diff(candidate.total))
}

/// Relations that the wording makes certain and whose arithmetic does not fit.
fn accept_broken(
    facts: &Facts<'_>,
    fitting: &[&Candidate],
    broken: &[&Candidate],
    out: &mut Outcome,
) {
    let mut broken: Vec<(i32, &Candidate)> = broken
        .iter()
        .copied()
        .filter(|candidate| evidence::counts(facts, candidate))
        .filter_map(|candidate| {
            let cues = evidence::cues(facts, candidate);
            let needed = evidence::ENOUGH_WHEN_BROKEN - cues;
            let slip = slip::slip(facts, candidate, needed - evidence::COMPANY)?;
            let company = slip::company(facts, candidate, out);
            let spoken = match candidate.shape {
                Shape::Column => company > 0,
                _ => {
                    let another = || {
                        out.lists_with(candidate.total)
                            .any(|list| list.holds && list.total == candidate.total)
                    };
                    company > 0
                        || slip >= evidence::STRIKING
                        || divided(facts, candidate.parts()) && another()
                        || wording::announced(facts, candidate)
                }
            };
            (spoken && slip + company >= needed).then_some((cues + slip + company, candidate))
        })
        .collect();
    // What adds up to another figure is no part of this one.
    let adds_up = |parts: &[usize]| {
        let mut others = fitting.iter().filter(|other| other.shape != Shape::Before);
        others.any(|other| other.parts() == parts)
    };
    // Of equally likely totals the nearest to its parts.
    broken.sort_by_key(|(score, candidate)| (-score, distance(candidate), candidate.parts().len()));
    for (score, candidate) in broken {
        let settled = touching(candidate, out).any(|list| {
            let same_total = list.total == candidate.total;
            let shared = list
                .parts
                .iter()
                .filter(|part| candidate.parts().contains(part))
                .count();
            let blocks = shared > 0 || (same_total && !list.holds);
            let bonus = if list.apart && !same_total {
                0
            } else {
                fitting_bonus(facts.figures[list.total].value)
            };
            blocks && list.score.saturating_add(bonus) >= score
        });
        if !settled
            && !adds_up(candidate.parts())
            && !nearer_total(facts, candidate, out)
            && !fits_without_one(facts, candidate)
        {
            report(facts, candidate, None, false, out);
        }
    }
}

fn report(
    facts: &Facts<'_>,
    candidate: &Candidate,
    score: Option<i32>,
    holds: bool,
    out: &mut Outcome,
) {
    let total = &facts.figures[candidate.total];
    let parts = values(facts, candidate.parts());
    let whole = sum(&parts);
    let computed = whole.map_or(String::new(), |sum| sum.to_string());
    let added = whole.map_or(String::new(), Decimal::shown);
    let shown: Vec<String> = parts.iter().map(|part| part.shown()).collect();
    let message = if holds {
        format!("总数 {} 等于分项之和", total.value.shown())
    } else {
        format!("总数 {} 与分项之和 {added} 不符", total.value.shown())
    };
    let mut finding = RULE
        .at(total.span.clone(), message)
        .help(format!(
            "{} = {added}；请核对总数和各分项",
            shown.join(" + ")
        ))
        .figures(computed, total.value.to_string());
    finding.holds = holds;
    for part in candidate.parts() {
        finding = finding.related(facts.figures[*part].span.clone(), "分项");
    }
    out.settled[candidate.total] = true;
    for part in candidate.parts() {
        out.settled[*part] = true;
    }
    if !holds {
        out.blamed[candidate.total] = true;
    }
    out.findings.push(finding);
    out.add_list(List {
        total: candidate.total,
        parts: candidate.parts().to_vec(),
        holds,
        score: score.unwrap_or(i32::MAX),
        apart: candidate
            .parts()
            .iter()
            .all(|part| *part < candidate.total && facts.figures[*part].sentence != total.sentence),
    });
}

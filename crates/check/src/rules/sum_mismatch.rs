//! Totals and their parts.

mod evidence;

use std::ops::Range;

use super::common::is_amount;
use super::{List, Outcome};
use crate::arithmetic::{roughly, sum, sum_fits};
use crate::decimal::Decimal;
use crate::facts::{Facts, Figure, Role};
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

/// What an exact fit is worth beside the wording of a relation that does not fit.
const FITTING_BONUS: i32 = 6;

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
    pub parts: Vec<usize>,
    pub shape: Shape,
    pub likeness: Likeness,
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        let mut start = paragraph.figures.start;
        while start < paragraph.figures.end {
            let end = chunk_end(facts, start, paragraph.figures.end);
            let candidates = candidates(facts, start..end, &paragraph.figures);
            accept_holding(facts, &candidates, out);
            accept_broken(facts, &candidates, out);
            start = end;
        }
    }
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

/// Every total with every run of figures around it that may be its parts.
fn candidates(facts: &Facts<'_>, totals: Range<usize>, paragraph: &Range<usize>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for total in totals {
        let figure = &facts.figures[total];
        if !is_amount(facts, figure) || figure.value.is_zero() {
            continue;
        }
        let range = facts.window(paragraph, total);
        across(facts, total, range.end, &mut found);
        heads(facts, total, range.end, &mut found);
        let mut last: [Vec<usize>; 3] = Default::default();
        for likeness in [Likeness::Same, Likeness::Group, Likeness::Class] {
            let runs = runs_around(facts, total, &range, likeness);
            // Looser units that add nothing are not tried again.
            let fresh = |kind: usize| runs[kind].len() >= 2 && runs[kind] != last[kind];
            if fresh(0) {
                let parts = runs[0].clone();
                found.push(Candidate {
                    total,
                    parts,
                    shape: Shape::Bracket,
                    likeness,
                });
            }
            if fresh(1) {
                let after = &runs[1];
                for start in 0..after.len() {
                    if start == 0 || begins_list(facts, after[start - 1], after[start]) {
                        let run = &after[start..];
                        push_runs(&mut found, total, run, Shape::After, likeness, facts);
                    }
                }
            }
            if fresh(2) {
                push_runs(&mut found, total, &runs[2], Shape::Before, likeness, facts);
            }
            last = runs;
        }
    }
    found
}

/// The figures in the bracket of the total, behind it and before it that may be parts.
fn runs_around(
    facts: &Facts<'_>,
    total: usize,
    range: &Range<usize>,
    likeness: Likeness,
) -> [Vec<usize>; 3] {
    let figure = &facts.figures[total];
    let part = |index: &usize| may_be_part(facts, figure, &facts.figures[*index], likeness);
    let level = |index: &usize| facts.figures[*index].bracket == figure.bracket;
    let inside = (total + 1..range.end)
        .take_while(|index| facts.figures[*index].depth > figure.depth)
        .filter(|index| facts.figures[*index].owner == Some(total))
        .filter(part);
    let after = (total + 1..range.end).filter(level).filter(part);
    let before = (range.start..total).rev().filter(level).filter(part);
    [
        inside.take(PARTS_MAX).collect(),
        after.take(PARTS_MAX).collect(),
        before.take(PARTS_MAX).collect(),
    ]
}

/// Whether another breakdown of the same total may begin with this figure.
fn begins_list(facts: &Facts<'_>, before: usize, figure: usize) -> bool {
    facts.figures[before].clause != facts.figures[figure].clause
}

/// 全年1087项：竣工69项，投资…；跟踪14项；结算1004项: each clause begins with a part.
fn heads(facts: &Facts<'_>, total: usize, end: usize, found: &mut Vec<Candidate>) {
    let figure = &facts.figures[total];
    let mut parts: Vec<usize> = Vec::new();
    let mut clause = None;
    for index in total + 1..end {
        let part = &facts.figures[index];
        if part.sentence > figure.sentence + 1 || parts.len() >= PARTS_MAX {
            break;
        }
        let likeness = Likeness::Group;
        if clause != Some(part.clause)
            && part.bracket == figure.bracket
            && may_be_part(facts, figure, part, likeness)
        {
            clause = Some(part.clause);
            parts.push(index);
        }
    }
    if parts.len() >= 3 {
        found.push(Candidate {
            total,
            parts,
            shape: Shape::Heads,
            likeness: Likeness::Group,
        });
    }
}

/// 应届1851人(多397人),往届201人(多87人): the brackets divide a total of their own.
fn across(facts: &Facts<'_>, total: usize, end: usize, found: &mut Vec<Candidate>) {
    let figure = &facts.figures[total];
    let label = |index: usize| facts.label(&facts.figures[index]).trim();
    let inside: Vec<usize> = (total + 1..end)
        .take_while(|index| facts.figures[*index].sentence == figure.sentence)
        .filter(|index| {
            let part = &facts.figures[*index];
            part.depth == figure.depth + 1
                && part.owner.is_some_and(|owner| owner != total)
                && may_be_part(facts, figure, part, Likeness::Same)
        })
        .take(PARTS_MAX)
        .collect();
    let Some(first) = inside.first() else { return };
    let words = label(*first);
    let same = !words.is_empty()
        && label(total).ends_with(words)
        && inside.iter().all(|index| label(*index) == words);
    let mut brackets: Vec<usize> = inside
        .iter()
        .map(|index| facts.figures[*index].bracket)
        .collect();
    brackets.dedup();
    if inside.len() >= 2 && same && brackets.len() == inside.len() {
        found.push(Candidate {
            total,
            parts: inside,
            shape: Shape::Across,
            likeness: Likeness::Same,
        });
    }
}

/// Adds the runs of two and more figures, from the nearest on.
fn push_runs(
    found: &mut Vec<Candidate>,
    total: usize,
    figures: &[usize],
    shape: Shape,
    likeness: Likeness,
    facts: &Facts<'_>,
) {
    let whole = facts.figures[total].value;
    let mut running = Decimal::whole(0);
    for (index, part) in figures.iter().enumerate() {
        let Some(next) = running.plus(facts.figures[*part].value) else {
            return;
        };
        running = next;
        if index >= 1 {
            found.push(Candidate {
                total,
                parts: figures[..=index].to_vec(),
                shape,
                likeness,
            });
        }
        // Ten times the total: a swapped first digit cannot explain more.
        let Some(limit) = whole.plus(Decimal::new(
            whole.mantissa.saturating_mul(9),
            whole.exponent,
        )) else {
            return;
        };
        if running.above(limit) {
            return;
        }
    }
}

fn may_be_part(facts: &Facts<'_>, total: &Figure, part: &Figure, likeness: Likeness) -> bool {
    if !is_amount(facts, part) || part.class != total.class {
        return false;
    }
    if part.role != total.role && !(part.role == Role::Plain && total.role == Role::Earlier) {
        return false;
    }
    alike(total.unit, part.unit) <= likeness as u8
}

/// 0 for the same unit, 1 for units that count the same kind of thing, 2 otherwise.
pub(crate) fn alike(one: &str, other: &str) -> u8 {
    const GROUPS: &[&[&str]] = &[
        &["人", "名", "位", "人次", "人份"],
        &["件", "起", "宗", "例", "件次"],
        &["所", "家", "个", "户"],
        &["项", "条", "个", "件"],
        &["场", "次", "场次", "期", "轮"],
    ];
    if one == other {
        0
    } else if GROUPS
        .iter()
        .any(|group| group.contains(&one) && group.contains(&other))
    {
        1
    } else {
        2
    }
}

fn values(facts: &Facts<'_>, parts: &[usize]) -> Vec<Decimal> {
    parts
        .iter()
        .map(|part| facts.figures[*part].value)
        .collect()
}

fn fits(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = &facts.figures[candidate.total];
    let parts = values(facts, &candidate.parts);
    let approximate = total.approximate
        || candidate
            .parts
            .iter()
            .any(|part| facts.figures[*part].approximate);
    if approximate {
        return sum(&parts).is_some_and(|sum| roughly(total.value, sum));
    }
    sum_fits(total.value, &parts)
}

/// Relations whose arithmetic fits: the surest first, each figure a part of one list only.
fn accept_holding(facts: &Facts<'_>, candidates: &[Candidate], out: &mut Outcome) {
    let mut fitting: Vec<(i32, &Candidate)> = candidates
        .iter()
        .filter(|candidate| fits(facts, candidate))
        .map(|candidate| (evidence::cues(facts, candidate), candidate))
        .filter(|(score, candidate)| *score >= evidence::enough_when_fitting(facts, candidate))
        .collect();
    fitting.sort_by_key(|(score, candidate)| (-score, candidate.total, candidate.parts.len()));
    for (score, candidate) in fitting {
        let taken = touching(candidate, out).any(|list| {
            let shared = list.parts.iter().any(|part| candidate.parts.contains(part));
            list.holds
                && ((list.total == candidate.total && shared) || list.parts == candidate.parts)
        });
        if !taken {
            report(facts, candidate, Some(score), true, out);
        }
    }
}

/// The lists that have a figure in common with the candidate.
fn touching<'o>(candidate: &'o Candidate, out: &'o Outcome) -> impl Iterator<Item = &'o List> {
    candidate
        .parts
        .iter()
        .chain([&candidate.total])
        .flat_map(|figure| out.lists_with(*figure))
}

/// How far the total stands from its parts, in figures.
fn distance(candidate: &Candidate) -> usize {
    candidate
        .parts
        .first()
        .map_or(0, |part| part.abs_diff(candidate.total))
}

/// Relations that the wording makes certain and whose arithmetic does not fit.
fn accept_broken(facts: &Facts<'_>, candidates: &[Candidate], out: &mut Outcome) {
    let mut broken: Vec<(i32, &Candidate)> = candidates
        .iter()
        .filter(|candidate| !fits(facts, candidate))
        .filter_map(|candidate| {
            let cues = evidence::cues(facts, candidate);
            let needed = evidence::ENOUGH_WHEN_BROKEN - cues;
            let slip = evidence::slip(facts, candidate, needed - evidence::COMPANY)?;
            let company = evidence::company(facts, candidate, out);
            (slip + company >= needed).then_some((cues + slip + company, candidate))
        })
        .collect();
    // Of equally likely totals the nearest to its parts.
    broken.sort_by_key(|(score, candidate)| (-score, distance(candidate), candidate.parts.len()));
    for (score, candidate) in broken {
        let settled = touching(candidate, out).any(|list| {
            let same_total = list.total == candidate.total;
            let shared = list
                .parts
                .iter()
                .filter(|part| candidate.parts.contains(part))
                .count();
            let blocks = shared > 0 || (same_total && !list.holds);
            blocks && list.score.saturating_add(FITTING_BONUS) >= score
        });
        if !settled {
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
    let parts = values(facts, &candidate.parts);
    let computed = sum(&parts).map_or(String::new(), |sum| sum.to_string());
    let shown: Vec<String> = parts.iter().map(Decimal::to_string).collect();
    let message = if holds {
        format!("总数 {} 等于分项之和", total.value)
    } else {
        format!("总数 {} 与分项之和 {computed} 不符", total.value)
    };
    let mut finding = RULE
        .at(total.span.clone(), message)
        .help(format!(
            "{} = {computed}；请核对总数和各分项",
            shown.join(" + ")
        ))
        .figures(computed, total.value.to_string());
    finding.holds = holds;
    for part in &candidate.parts {
        finding = finding.related(facts.figures[*part].span.clone(), "分项");
    }
    out.settled[candidate.total] = true;
    for part in &candidate.parts {
        out.settled[*part] = true;
    }
    if !holds {
        out.blamed[candidate.total] = true;
    }
    out.findings.push(finding);
    out.add_list(List {
        total: candidate.total,
        parts: candidate.parts.clone(),
        holds,
        score: score.unwrap_or(i32::MAX),
    });
}

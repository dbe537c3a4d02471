//! Totals and their parts.

mod breakdowns;
mod candidates;
mod evidence;

use super::{List, Outcome};
use crate::arithmetic::{roughly, sum, sum_fits};
use crate::decimal::Decimal;
use crate::facts::Facts;
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
    pub parts: Vec<usize>,
    pub shape: Shape,
    pub likeness: Likeness,
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    for paragraph in &facts.paragraphs {
        let mut start = paragraph.figures.start;
        while start < paragraph.figures.end {
            let end = chunk_end(facts, start, paragraph.figures.end);
            let candidates = candidates::candidates(facts, start..end, &paragraph.figures);
            accept_holding(facts, &candidates, out);
            accept_broken(facts, &candidates, out);
            start = end;
        }
    }
    breakdowns::run(facts, out);
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
        // 普高8所,职高2所,特教1所,进修校1所: what is itself an item of a list sums up no other items.
        let sibling = out.lists_with(candidate.total).any(|list| {
            list.holds
                && list.parts.contains(&candidate.total)
                && candidate.parts.iter().any(|part| list.parts.contains(part))
        });
        let small = facts.figures[candidate.total]
            .value
            .below(Decimal::whole(1000));
        let item = small
            && matches!(candidate.shape, Shape::After | Shape::Heads)
            && evidence::is_item(facts, candidate.total)
            && !evidence::announced(facts, candidate);
        if !taken && !sibling && !item {
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

/// Whether the list fits without one of its parts: 主办29件(较去年增加5件),批示件4件,会办33件.
fn fits_without_one(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let total = facts.figures[candidate.total].value;
    let all = values(facts, &candidate.parts);
    all.len() >= 3
        && (1..all.len()).any(|left_out| {
            let mut rest = all.clone();
            rest.remove(left_out);
            let mut parts = candidate.parts.clone();
            parts.remove(left_out);
            sum_fits(total, &rest) && evidence::divided(facts, &parts)
        })
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
        .filter(|candidate| !fits(facts, candidate) && evidence::counts(facts, candidate))
        .filter_map(|candidate| {
            let cues = evidence::cues(facts, candidate);
            let needed = evidence::ENOUGH_WHEN_BROKEN - cues;
            let slip = evidence::slip(facts, candidate, needed - evidence::COMPANY)?;
            let company = evidence::company(facts, candidate, out);
            let spoken = match candidate.shape {
                Shape::Column => company > 0,
                _ => {
                    company > 0
                        || slip >= evidence::STRIKING
                        || evidence::announced(facts, candidate)
                }
            };
            (spoken && slip + company >= needed).then_some((cues + slip + company, candidate))
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
            let bonus = fitting_bonus(facts.figures[list.total].value);
            blocks && list.score.saturating_add(bonus) >= score
        });
        if !settled && !fits_without_one(facts, candidate) {
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

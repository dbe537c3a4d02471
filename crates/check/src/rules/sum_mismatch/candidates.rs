//! Which figures may be the parts of which total: generated generously, judged elsewhere.

use std::ops::Range;
use std::rc::Rc;

use super::{Candidate, Likeness, PARTS_MAX, Shape};
use crate::decimal::Decimal;
use crate::facts::partition::divided;
use crate::facts::{Facts, Figure, Role};

/// Every total with every run of figures around it that may be its parts.
pub(super) fn candidates(
    facts: &Facts<'_>,
    totals: Range<usize>,
    paragraph: &Range<usize>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for total in totals {
        let figure = &facts.figures[total];
        if !figure.is_amount() || figure.value.is_zero() {
            continue;
        }
        let range = facts.window(paragraph, total);
        across(facts, total, range.end, &mut found);
        heads(facts, total, range.end, &mut found);
        columns(facts, total, range.end, &mut found);
        let mut last: [Vec<usize>; 3] = Default::default();
        for likeness in [Likeness::Same, Likeness::Group, Likeness::Class] {
            let runs = runs_around(facts, total, &range, likeness);
            // Looser units that add nothing are not tried again.
            let fresh = |kind: usize| runs[kind].len() >= 2 && runs[kind] != last[kind];
            if fresh(0) {
                let parts = runs[0].clone();
                found.push(Candidate::new(
                    facts,
                    total,
                    parts,
                    Shape::Bracket,
                    likeness,
                ));
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
    let part = |index: &usize| may_be_part(figure, &facts.figures[*index], likeness);
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
    let (before, figure) = (&facts.figures[before], &facts.figures[figure]);
    let label = facts.label(figure).trim_start();
    before.clause != figure.clause
        || ["其中", "包括", "按"]
            .iter()
            .any(|word| label.starts_with(word))
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
            && may_be_part(figure, part, likeness)
        {
            clause = Some(part.clause);
            parts.push(index);
        }
    }
    // All of them, those of the first sentence, and all but a last one that is another matter.
    let first = parts.first().map(|first| facts.figures[*first].sentence);
    let own = parts
        .iter()
        .take_while(|part| Some(facts.figures[**part].sentence) == first)
        .count();
    let mut lengths = vec![parts.len(), own, own.saturating_sub(1)];
    lengths.dedup();
    for length in lengths {
        let parts = &parts[..length];
        if length >= 3 || length == 2 && divided(facts, parts) {
            let parts = parts.to_vec();
            found.push(Candidate::new(
                facts,
                total,
                parts,
                Shape::Heads,
                Likeness::Group,
            ));
        }
    }
}

/// 学校349所,学生156928人,其中小学312所,学生91635人；初中32所,学生44949人: a row in each clause,
/// and the total of every column before them.
fn columns(facts: &Facts<'_>, total: usize, end: usize, found: &mut Vec<Candidate>) {
    const COLUMNS_MAX: usize = 6;
    let figure = &facts.figures[total];
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut clause = None;
    let mut previous = figure.whole.end;
    for index in total + 1..end {
        let part = &facts.figures[index];
        let between = &facts.text[previous.min(part.whole.start)..part.whole.start];
        if part.bracket != figure.bracket {
            continue;
        }
        previous = part.whole.end;
        let first_row = rows.is_empty()
            && (part.clause != figure.clause
                || ["其中", "：", ":", "包括"]
                    .iter()
                    .any(|word| between.contains(word)));
        if first_row || (!rows.is_empty() && clause != Some(part.clause)) {
            if rows.len() >= PARTS_MAX {
                break;
            }
            rows.push(Vec::new());
            clause = Some(part.clause);
        }
        if let Some(row) = rows.last_mut().filter(|row| row.len() < COLUMNS_MAX) {
            row.push(index);
        }
    }
    for column in 1..COLUMNS_MAX {
        let parts: Vec<usize> = rows
            .iter()
            .map_while(|row| row.get(column).copied())
            .take_while(|part| {
                may_be_part(figure, &facts.figures[*part], Likeness::Same)
                    && facts.figures[*part].is_amount()
            })
            .collect();
        if parts.len() >= 2 {
            push_runs(found, total, &parts, Shape::Column, Likeness::Same, facts);
        }
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
                && may_be_part(figure, part, Likeness::Same)
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
        found.push(Candidate::new(
            facts,
            total,
            inside,
            Shape::Across,
            Likeness::Same,
        ));
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
    let whole = &facts.figures[total];
    // Ten times the total: a swapped first digit cannot explain more.
    let limit = Decimal::new(
        whole.value.mantissa.saturating_mul(10),
        whole.value.exponent,
    );
    let run: Rc<[usize]> = figures.into();
    let mut running = Decimal::whole(0);
    let mut approximate = whole.approximate;
    let mut rounded = false;
    for (index, part) in figures.iter().enumerate() {
        let figure = &facts.figures[*part];
        let Some(next) = running.plus(figure.value) else {
            return;
        };
        running = next;
        approximate |= figure.approximate;
        rounded |= figure.value.is_rounded();
        if index >= 1 {
            found.push(Candidate {
                total,
                run: Rc::clone(&run),
                count: index + 1,
                sum: Some(running),
                approximate,
                rounded,
                shape,
                likeness,
            });
        }
        if running.above(limit) {
            return;
        }
    }
}

fn may_be_part(total: &Figure, part: &Figure, likeness: Likeness) -> bool {
    if !part.is_amount() || part.class != total.class {
        return false;
    }
    if part.role != total.role && !(part.role == Role::Plain && total.role == Role::Earlier) {
        return false;
    }
    total.alike(part) <= likeness as u8
}

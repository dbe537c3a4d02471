//! A total with its parts spread over the paragraphs or clauses around it: 全县学校30所，在校生33262人。
//! and then a paragraph on each kind of school with the same figures; or the totals behind such rows.
//! What stands so far apart is only believed where large figures or several columns add up.

use super::slip::one_part_mistyped;
use super::wording::names_total;
use super::{Candidate, Likeness, Shape, fits, report, values};
use crate::arithmetic::looks_like_slip;
use crate::decimal::Decimal;
use crate::facts::{Facts, Figure, Role, strip_copula};
use crate::rules::Outcome;

/// What such a list is worth.
const SURE: i32 = 8;
/// More rows than that are tables.
const ROWS_MAX: usize = 12;
/// More columns than that are tables.
const COLUMNS_MAX: usize = 12;

pub(super) fn run(facts: &Facts<'_>, out: &mut Outcome) {
    for paragraph in 0..facts.paragraphs.len() {
        below(facts, paragraph, out);
    }
    for total in 0..facts.figures.len() {
        if counted(&facts.figures[total]) {
            closing(facts, total, out);
            all_kinds(facts, total, out);
        }
    }
}

fn counted(figure: &Figure) -> bool {
    figure.is_amount() && figure.role == Role::Plain && figure.depth == 0 && !figure.approximate
}

fn plain(figure: &Figure) -> bool {
    counted(figure) && !figure.words.rest
}

/// The last two characters of what is counted: 普通高中在校生为 and 在校生 are of the same column.
fn noun<'f>(facts: &'f Facts<'_>, figure: &Figure) -> &'f str {
    let label = strip_copula(facts.label(figure)).trim_end_matches(['共', '有', '数']);
    let from = label.char_indices().rev().nth(1);
    from.map_or("", |(from, _)| &label[from..])
}

/// A paragraph with totals and the paragraphs that follow it, each with a part of every total.
fn below(facts: &Facts<'_>, paragraph: usize, out: &mut Outcome) {
    let own = facts.paragraphs[paragraph].figures.clone();
    let columns: Vec<Vec<Candidate>> = own
        .clone()
        .filter(|total| plain(&facts.figures[*total]))
        .take(COLUMNS_MAX)
        .enumerate()
        .map(|(place, total)| {
            let parts = parts_below(facts, paragraph, total, place);
            (2..=parts.len())
                .map(|rows| of(facts, total, parts[..rows].to_vec()))
                .collect()
        })
        .collect();
    let deepest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let at = |rows: usize| columns.iter().filter_map(move |column| column.get(rows));
    let best = (0..deepest)
        .map(|rows| (at(rows).filter(|one| fits(facts, one)).count(), rows))
        .max_by_key(|(count, rows)| (*count, deepest - rows));
    if let Some((1.., rows)) = best {
        let found: Vec<&Candidate> = at(rows).collect();
        judge(facts, &found, out);
    }
}

/// The first figure of each following paragraph that has the unit and the name of the total, or
/// where it has no name, its place.
fn parts_below(facts: &Facts<'_>, paragraph: usize, total: usize, place: usize) -> Vec<usize> {
    let whole = &facts.figures[total];
    let name = noun(facts, whole);
    // 7074人，430.9万元 above 4842人，金额343.9万元: by their order.
    let by_order = place == 0 || name.is_empty();
    let rows = facts.paragraphs.iter().skip(paragraph + 1).take(ROWS_MAX);
    rows.map_while(|row| {
        let mut amounts = row
            .figures
            .clone()
            .filter(|index| plain(&facts.figures[*index]))
            .take(COLUMNS_MAX)
            .enumerate();
        amounts.find_map(|(at, index)| {
            let part = &facts.figures[index];
            let named = !name.is_empty() && noun(facts, part) == name;
            (part.unit == whole.unit && (named || by_order && at == place)).then_some(index)
        })
    })
    .collect()
}

fn of(facts: &Facts<'_>, total: usize, parts: Vec<usize>) -> Candidate {
    Candidate::new(facts, total, parts, Shape::Heads, Likeness::Same)
}

/// Figures of four digits do not add up by chance, several columns not either; then the others are
/// meant to as well.
fn judge(facts: &Facts<'_>, columns: &[&Candidate], out: &mut Outcome) {
    const LARGE: i128 = 1000;
    let holding: Vec<&&Candidate> = columns.iter().filter(|one| fits(facts, one)).collect();
    let large = |candidate: &Candidate| {
        facts.figures[candidate.total].value.mantissa.unsigned_abs() >= LARGE.unsigned_abs()
    };
    if holding.len() < 2 && !holding.iter().any(|one| large(one)) {
        return;
    }
    for candidate in columns {
        let known = out
            .lists_with(candidate.total)
            .any(|list| list.total == candidate.total && list.holds)
            || candidate.parts().iter().any(|part| {
                out.lists_with(*part)
                    .any(|list| list.parts.contains(part) && list.total == candidate.total)
            });
        if known {
            continue;
        }
        let holds = fits(facts, candidate);
        let counted = facts.figures[candidate.total]
            .value
            .above(Decimal::whole(9));
        if holds || counted && !out.blamed[candidate.total] && slipped(facts, candidate) {
            report(facts, candidate, holds.then_some(SURE), holds, out);
        }
    }
}

fn slipped(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let value = facts.figures[candidate.total].value;
    candidate.sum.is_some_and(|sum| looks_like_slip(value, sum))
        || one_part_mistyped(value, &values(facts, candidate.parts()))
}

/// 高中学生310人，教工52人；初中学生521人，教工48人。学生总数831人，教工总数100人: rows of as many
/// figures before their totals.
fn closing(facts: &Facts<'_>, total: usize, out: &mut Outcome) {
    let head = &facts.figures[total];
    let sums_up = |index: &usize| {
        let label = strip_copula(facts.label(&facts.figures[*index]));
        ["总数", "总人数", "总量", "总计", "合计", "总额"]
            .iter()
            .any(|word| label.ends_with(word))
    };
    let begins = total == 0 || facts.figures[total - 1].clause != head.clause;
    let totals: Vec<usize> = (total..facts.figures.len())
        .take_while(|index| facts.figures[*index].clause == head.clause)
        .collect();
    let wide = (2..=4).contains(&totals.len());
    if !begins || !wide || !totals.iter().all(sums_up) {
        return;
    }
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut clause = None;
    for index in (0..total).rev().take(ROWS_MAX * totals.len()) {
        let figure = &facts.figures[index];
        if figure.paragraph != head.paragraph || !plain(figure) {
            break;
        }
        if clause != Some(figure.clause) {
            clause = Some(figure.clause);
            rows.push(Vec::new());
        }
        if let Some(row) = rows.last_mut() {
            row.insert(0, index);
        }
    }
    let like = |row: &&Vec<usize>| {
        row.len() == totals.len()
            && row
                .iter()
                .zip(&totals)
                .all(|(part, total)| facts.figures[*part].unit == facts.figures[*total].unit)
    };
    let rows: Vec<&Vec<usize>> = rows.iter().take_while(like).collect();
    if rows.len() < 2 {
        return;
    }
    let columns: Vec<Candidate> = totals
        .iter()
        .enumerate()
        .map(|(column, total)| of(facts, *total, rows.iter().map(|row| row[column]).collect()))
        .collect();
    judge(facts, &columns.iter().collect::<Vec<_>>(), out);
}

/// 审结各类案件7018件。审结行政案件30件，…。审结刑事案件270件，…: every kind in a clause of its own, in
/// the sentences and paragraphs behind a total of all kinds.
fn all_kinds(facts: &Facts<'_>, total: usize, out: &mut Outcome) {
    const REACH: usize = 40;
    const FEWEST: usize = 4;
    let whole = &facts.figures[total];
    let label = facts.label(whole);
    if !label.contains("各类") || !whole.value.above(Decimal::whole(999)) {
        return;
    }
    let mut clause = Some(whole.clause);
    let mut parts = Vec::new();
    for index in (total + 1..facts.figures.len()).take(REACH) {
        let part = &facts.figures[index];
        if !counted(part) || part.unit != whole.unit {
            continue;
        }
        if names_total(facts.label(part)) || facts.label(part).contains("各类") {
            break;
        }
        if clause != Some(part.clause) && part.sentence != whole.sentence {
            clause = Some(part.clause);
            parts.push(index);
        }
    }
    if parts.len() < FEWEST || parts.len() > super::PARTS_MAX {
        return;
    }
    let between = &facts.text[whole.whole.end..facts.figures[parts[0]].whole.start];
    let of_which = between.contains("其中");
    let known = out
        .lists_with(total)
        .any(|list| list.total == total && list.parts.iter().any(|part| parts.contains(part)));
    let candidate = of(facts, total, parts);
    let holds = fits(facts, &candidate);
    // 其中 may leave kinds out.
    let left_out = of_which && candidate.sum.is_some_and(|sum| whole.value.above(sum));
    let broken = || !left_out && !out.blamed[total] && slipped(facts, &candidate);
    if !known && (holds || broken()) {
        report(facts, &candidate, holds.then_some(SURE), holds, out);
    }
}

//! Formulas, when all figures are known: operands exist, nothing goes round in a circle, and a
//! formula has the dimensions that all its operands share.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    figure::FigureDraft,
    sink::{At, Sink},
};
use crate::{
    definition::{Dimension, Field, FieldType, FigureKind, Operand, Operation},
    id::{FigureId, LedgerId},
    suggest::nearest,
};

/// The fields of every ledger (its newest version), to check fixed values of dimensions.
pub(crate) type FieldsOf<'a> = BTreeMap<&'a LedgerId, &'a [Field]>;

/// Resolves the formulas among `drafts`, which hold every figure once.
///
/// Formulas that cannot be resolved are taken out, with those that stand on them; `broken` are
/// figures of files that are left out, which are not unknown as well.
pub(crate) fn resolve(
    drafts: &mut Vec<FigureDraft>,
    fields: &FieldsOf<'_>,
    broken: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) {
    let index: BTreeMap<FigureId, usize> = drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| (draft.figure.id.clone(), at))
        .collect();
    for at in 0..drafts.len() {
        check_operands(&drafts[at], drafts, &index, broken, sink);
    }
    let mut states = vec![State::Waiting; drafts.len()];
    for at in 0..drafts.len() {
        settle(at, drafts, &index, &mut states, sink);
    }
    for draft in &*drafts {
        check_fixed_values(draft, drafts, &index, fields, sink);
        check_units(draft, drafts, &index, sink);
    }
    let mut round = states.iter().map(|state| *state == State::Round);
    drafts.retain(|_| !round.next().unwrap_or(false));
    take_out_unresolved(drafts);
}

fn take_out_unresolved(drafts: &mut Vec<FigureDraft>) {
    loop {
        let before = drafts.len();
        let known: BTreeSet<FigureId> = drafts.iter().map(|d| d.figure.id.clone()).collect();
        drafts.retain(|draft| {
            operands(draft)
                .iter()
                .all(|(o, _)| known.contains(&o.figure))
        });
        if before == drafts.len() {
            return;
        }
    }
}

/// The operands of a draft with their places.
fn operands(draft: &FigureDraft) -> Vec<(&Operand, At)> {
    let FigureKind::Formula(formula) = &draft.figure.kind else {
        return Vec::new();
    };
    formula
        .of
        .iter()
        .chain(&formula.base)
        .zip(draft.operands_at.iter().copied())
        .collect()
}

fn check_operands(
    draft: &FigureDraft,
    drafts: &[FigureDraft],
    index: &BTreeMap<FigureId, usize>,
    broken: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) {
    for (operand, at) in operands(draft) {
        if index.contains_key(&operand.figure) || broken.contains(operand.figure.as_str()) {
            continue;
        }
        let ids = drafts.iter().map(|draft| draft.figure.id.as_str());
        let help = match nearest(&operand.figure, ids) {
            Some(meant) => format!("是不是 {meant}？"),
            None => "先在某个台账里定义它（[[figure]]）".into(),
        };
        sink.error(
            at,
            "operand-unknown",
            format!("没有数据 {}", operand.figure),
            help,
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Open,
    Done,
    /// Part of a circle.
    Round,
}

/// Settles dimensions and decimals of a figure after those of its operands.
fn settle(
    start: usize,
    drafts: &mut [FigureDraft],
    index: &BTreeMap<FigureId, usize>,
    states: &mut [State],
    sink: &mut Sink<'_>,
) {
    let mut path = vec![start];
    while let Some(&at) = path.last() {
        if matches!(states[at], State::Done | State::Round) {
            path.pop();
            continue;
        }
        states[at] = State::Open;
        let next = operands(&drafts[at])
            .into_iter()
            .filter_map(|(operand, place)| Some((*index.get(&operand.figure)?, place)))
            .find(|(operand, _)| !matches!(states[*operand], State::Done | State::Round));
        match next {
            Some((operand, place)) if states[operand] == State::Open => {
                let round: Vec<&str> = path
                    .iter()
                    .skip_while(|at| **at != operand)
                    .map(|at| drafts[*at].figure.id.as_str())
                    .collect();
                let message = format!("计算绕成了圈：{} → {}", round.join(" → "), round[0]);
                let help = "数据不能由自己算出；换一个 of 或 base".into();
                sink.error(place, "formula-cycle", message, help);
                path.iter().for_each(|at| states[*at] = State::Round);
                return;
            }
            Some((operand, _)) => path.push(operand),
            None => {
                derive(at, drafts, index, sink);
                states[at] = State::Done;
                path.pop();
            }
        }
    }
}

/// A formula can be broken down by what every operand can, and shows what its result needs.
fn derive(
    at: usize,
    drafts: &mut [FigureDraft],
    index: &BTreeMap<FigureId, usize>,
    sink: &mut Sink<'_>,
) {
    let FigureKind::Formula(formula) = &drafts[at].figure.kind else {
        return;
    };
    let mut shared: Option<Vec<Dimension>> = None;
    let mut decimals = 0;
    for (operand, _) in operands(&drafts[at]) {
        let Some(figure) = index.get(&operand.figure).map(|at| &drafts[*at].figure) else {
            return;
        };
        decimals = decimals.max(figure.decimals);
        let free = |d: &&Dimension| !operand.only.contains_key(&d.field);
        shared = Some(match shared {
            None => figure.by.iter().filter(free).cloned().collect(),
            Some(shared) => {
                let both = |d: &Dimension| figure.by.iter().any(|other| other.field == d.field);
                shared.into_iter().filter(|d| both(d) && free(&d)).collect()
            }
        });
    }
    if !matches!(formula.operation, Operation::Difference | Operation::Sum) {
        decimals = 1;
    }
    let mut by = shared.unwrap_or_default();
    let asked = std::mem::take(&mut drafts[at].by);
    for id in &asked {
        if by.iter().all(|dimension| *dimension.field != *id.value) {
            let message = format!("不是每个数都能按 {} 分组", id.value);
            let known: Vec<&str> = by
                .iter()
                .map(|dimension| dimension.field.as_str())
                .collect();
            let help = match known.is_empty() {
                true => "删去 by".into(),
                false => format!("可用：{}", known.join("、")),
            };
            sink.error(id.at, "formula-dimension", message, help);
        }
    }
    if !asked.is_empty() {
        by.retain(|dimension| asked.iter().any(|id| *id.value == *dimension.field));
    }
    let draft = &mut drafts[at];
    draft.figure.by = by;
    draft.figure.decimals = draft.decimals.unwrap_or(decimals);
}

/// `only = { kind = "师德师风" }`: the dimension exists and the value can occur.
fn check_fixed_values(
    draft: &FigureDraft,
    drafts: &[FigureDraft],
    index: &BTreeMap<FigureId, usize>,
    fields: &FieldsOf<'_>,
    sink: &mut Sink<'_>,
) {
    for (operand, at) in operands(draft) {
        let Some(figure) = index.get(&operand.figure).map(|at| &drafts[*at].figure) else {
            continue;
        };
        let dimensions: Vec<(&str, &str)> = operand
            .only
            .iter()
            .map(|(field, value)| (field.as_str(), value.as_str()))
            .collect();
        for problem in fixed_values(figure, &dimensions, fields) {
            sink.error(at, problem.code, problem.message, problem.help);
        }
    }
}

/// What is wrong with a fixed value of a dimension.
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Holds fixed values against the dimensions of a figure.
pub(crate) fn fixed_values(
    figure: &crate::definition::Figure,
    only: &[(&str, &str)],
    fields: &FieldsOf<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, value) in only {
        if figure
            .by
            .iter()
            .all(|dimension| &*dimension.field != *field)
        {
            let known: Vec<&str> = figure.by.iter().map(|d| d.field.as_str()).collect();
            problems.push(Problem {
                code: "dimension-unknown",
                message: format!("{} 不能按 {field} 分组", figure.id),
                help: match known.is_empty() {
                    true => format!("在 {} 的定义里写 by = [\"{field}\"]", figure.id),
                    false => format!("可用：{}；或在它的定义里补上 by", known.join("、")),
                },
            });
            continue;
        }
        let of = fields.get(&figure.ledger).copied().unwrap_or_default();
        let kind = of
            .iter()
            .find(|known| &*known.id == *field)
            .map(|field| &field.kind);
        let options: Vec<&str> = match kind {
            Some(FieldType::Choice { options }) => options.iter().map(String::as_str).collect(),
            Some(FieldType::Flag) => vec!["是", "否"],
            _ => continue,
        };
        if !options.contains(value) {
            let meant = nearest(value, options.iter().copied());
            let meant = meant
                .map(|option| format!("是不是“{option}”？"))
                .unwrap_or_default();
            problems.push(Problem {
                code: "option-unknown",
                message: format!("{field} 没有“{value}”这个值"),
                help: format!("{meant}可用：{}", options.join("、")),
            });
        }
    }
    problems
}

/// Things of different measure words are not added.
fn check_units(
    draft: &FigureDraft,
    drafts: &[FigureDraft],
    index: &BTreeMap<FigureId, usize>,
    sink: &mut Sink<'_>,
) {
    let FigureKind::Formula(formula) = &draft.figure.kind else {
        return;
    };
    if !matches!(
        formula.operation,
        Operation::Sum | Operation::Difference | Operation::Growth
    ) {
        return;
    }
    let mut units: Vec<&str> = operands(draft)
        .iter()
        .filter_map(|(operand, _)| index.get(&operand.figure))
        .map(|at| drafts[*at].figure.unit.as_str())
        .collect();
    if formula.operation != Operation::Growth {
        units.push(&draft.figure.unit);
    }
    units.dedup();
    if units.len() > 1 {
        let message = format!("量词不同的数在一起加减：{}", units.join("、"));
        sink.warning(
            draft.unit_at,
            "unit-mixed",
            message,
            "核对量词；同一种东西才能相加减".into(),
        );
    }
}

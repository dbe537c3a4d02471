//! How a public figure comes about, in words that a reader can follow: what is counted, on which
//! condition, and for what is calculated, from which other figures.

use app::{
    catalogue::definition::{
        Catalogue, Figure, FigureKind, Formula, Operand, Operation, PeriodShift,
    },
    report::FrozenFigure,
};
use maud::{Markup, html};

use crate::pages::figures::one::counted;

/// Formulas over formulas are told so deep; the catalogue has no deeper ones that are quoted.
const DEPTH_MAX: usize = 3;

/// Where a quoted figure comes from: period, fixed values, ledger, version, and how it is made.
pub fn frozen(catalogue: &Catalogue, quoted: &FrozenFigure) -> Markup {
    let ledger = catalogue.ledger(&quoted.ledger);
    let named = ledger.map_or(quoted.ledger.as_str(), |l| l.name.as_str());
    let defined = catalogue.figure(&quoted.figure);
    let since = ledger.map(|l| l.effective.to_string()).unwrap_or_default();
    html! {
        "期间：" @if let Some(from) = &quoted.from { (from) "至" } @else { "截至" } (quoted.to) "。来源：“" (named) "”台账。"
        @if !quoted.only.is_empty() {
            "只计：" @for (n, (field, value)) in quoted.only.iter().enumerate() {
                @if n > 0 { "，" } (dimension(catalogue, defined.map(|d| &**d), field)) "为“" (value) "”"
            } "。"
        }
        @match defined {
            Some(figure) => {
                (figure_words(catalogue, figure, 0))
                p.hint { "定稿所用的定义自 " (quoted.version) " 起施行。"
                    @if since != quoted.version { "定义后来改过，以上是自 " (since) " 起施行的；定稿的数不变。" } }
            },
            None => p.hint { "这项数据的定义已经不在目录里；定稿的数不变。" },
        }
    }
}

/// What a figure means and how it is made.
fn figure_words(catalogue: &Catalogue, figure: &Figure, depth: usize) -> Markup {
    html! {
        @if !figure.about.is_empty() { (figure.about) }
        "算法（" (figure.kind.word()) "）："
        @match &figure.kind {
            FigureKind::Formula(formula) => {
                (formula_words(catalogue, formula)) "。"
                @if depth < DEPTH_MAX {
                    ul { @for operand in operands(formula) {
                        @if let Some(part) = catalogue.figure(&operand.figure) {
                            li { (part.name) "：" (figure_words(catalogue, part, depth + 1)) }
                        }
                    } }
                }
            },
            _ => {
                (counted(catalogue, figure).unwrap_or_default()) "。"
                (condition(catalogue, figure))
            },
        }
    }
}

/// The condition as it is written, and what its fields are called.
fn condition(catalogue: &Catalogue, figure: &Figure) -> Markup {
    let Some(when) = figure.kind.fold().and_then(|fold| fold.when.as_ref()) else {
        return html! {};
    };
    let ledger = catalogue.ledger(&figure.ledger);
    let mut names: Vec<(&str, &str)> = ledger
        .iter()
        .flat_map(|l| &l.fields)
        .map(|f| (f.id.as_str(), f.name.as_str()))
        .filter(|(id, _)| words_of(when.source()).any(|word| word == *id))
        .collect();
    names.sort_unstable();
    html! {
        "条件：" code { (when.source()) }
        @if !names.is_empty() {
            "（其中" @for (n, (id, name)) in names.iter().enumerate() { @if n > 0 { "，" } " " code { (id) } " 是“" (name) "”" } "）"
        }
        "。"
    }
}

/// The words of a condition that could be names.
fn words_of(source: &str) -> impl Iterator<Item = &str> {
    source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

fn operands(formula: &Formula) -> Vec<&Operand> {
    let mut known: Vec<&Operand> = Vec::new();
    for operand in formula.of.iter().chain(&formula.base) {
        if !known.iter().any(|k| k.figure == operand.figure) {
            known.push(operand);
        }
    }
    known
}

/// The formula with the names of its figures.
fn formula_words(catalogue: &Catalogue, formula: &Formula) -> String {
    let name = |operand: &Operand| operand_words(catalogue, operand);
    let of: Vec<String> = formula.of.iter().map(name).collect();
    let base = formula.base.as_ref().map(name).unwrap_or_default();
    match formula.operation {
        Operation::Sum => of.join(" + "),
        Operation::Difference => format!("{} − {base}", of.join(" + ")),
        Operation::Average => format!("{} ÷ {base}", of.join(" + ")),
        Operation::Growth => format!("（{} − {base}）÷ {base} × 100%", of.join(" + ")),
        Operation::Rate | Operation::Share | Operation::Coverage => {
            format!("{} ÷ {base} × 100%", of.join(" + "))
        }
    }
}

fn operand_words(catalogue: &Catalogue, operand: &Operand) -> String {
    let figure = catalogue.figure(&operand.figure);
    let name = figure.map_or(operand.figure.as_str(), |f| f.name.as_str());
    let mut said: Vec<String> = Vec::new();
    match operand.period {
        PeriodShift::Same => {}
        PeriodShift::PreviousYear => said.push("上年同期".to_owned()),
        PeriodShift::Eve => said.push("期初".to_owned()),
        PeriodShift::ToDate => said.push("截至期末累计".to_owned()),
    }
    for (field, value) in &operand.only {
        let dimension = dimension(catalogue, figure.map(|f| &**f), field.as_str());
        said.push(format!("{dimension}为{value}"));
    }
    match said.is_empty() {
        true => format!("“{name}”"),
        false => format!("“{name}”（{}）", said.join("，")),
    }
}

/// The name of a dimension of a figure.
fn dimension(catalogue: &Catalogue, figure: Option<&Figure>, field: &str) -> String {
    let by = figure.and_then(|f| f.by.iter().find(|d| d.field.as_str() == field));
    if let Some(dimension) = by {
        return dimension.name.clone();
    }
    let ledger = figure.and_then(|f| catalogue.ledger(&f.ledger));
    let named = ledger.and_then(|l| l.field(field)).map(|f| f.name.clone());
    named.unwrap_or_else(|| field.to_owned())
}

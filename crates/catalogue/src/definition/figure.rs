//! Figures: what is counted or added up of entries, and what is worked out of figures.

use std::collections::BTreeMap;

use crate::{
    condition::Condition,
    definition::Citation,
    id::{ActionId, FieldId, FigureId, LedgerId},
};

/// A figure (数据): a fold over the entries of a ledger, or a formula over figures.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Id, unique over the catalogue and stable across versions.
    pub id: FigureId,
    /// Chinese name.
    pub name: String,
    /// Measure word: 件, 人次, %.
    pub unit: String,
    /// How it is computed.
    pub kind: FigureKind,
    /// Dimensions it can be broken down by; for formulas those that all operands share.
    pub by: Vec<Dimension>,
    /// Decimals shown.
    pub decimals: u8,
    /// What it means and what it leaves out.
    pub about: String,
    /// The law or rule that asks for it.
    pub law: Option<Citation>,
    /// The ledger whose file defines it.
    pub ledger: LedgerId,
}

/// How a figure is computed.
#[derive(Clone, Debug)]
pub enum FigureKind {
    /// Adds up over a period.
    Flow(Fold),
    /// What stands at the end of the period.
    Stock(Fold),
    /// How many different keys occur in the period.
    Distinct(Fold),
    /// How many different keys stand at the end of the period.
    DistinctStock(Fold),
    /// The last value by date, summed over the keys (no key: the one last value).
    Latest(Fold),
    /// An exact calculation over other figures.
    Formula(Formula),
}

impl FigureKind {
    /// The fold, unless it is a formula.
    pub fn fold(&self) -> Option<&Fold> {
        match self {
            Self::Flow(f) | Self::Stock(f) | Self::Distinct(f) | Self::DistinctStock(f) => Some(f),
            Self::Latest(f) => Some(f),
            Self::Formula(_) => None,
        }
    }
    /// The Chinese word for the kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Flow(_) => "期间累计",
            Self::Stock(_) => "期末存量",
            Self::Distinct(_) => "期间去重",
            Self::DistinctStock(_) => "期末去重",
            Self::Latest(_) => "最新值",
            Self::Formula(_) => "计算",
        }
    }
}

/// What an entry contributes to a figure.
#[derive(Clone, Debug)]
pub struct Fold {
    /// The quantity.
    pub measure: Measure,
    /// The date it counts at.
    pub on: DateSource,
    /// For stocks: the date field at which the entry leaves the stock (the day it is gone).
    pub until: Option<FieldId>,
    /// That date is the last day on which it still counts, as the end of a term is.
    pub through: bool,
    /// Keys that make contributions different (`distinct`) or separate (`latest`).
    pub keys: Vec<FieldId>,
    /// Only entries for which this holds.
    pub when: Option<Condition>,
}

/// A quantity of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// One per entry.
    Entries,
    /// One per time the action was done.
    Action(ActionId),
    /// The value of a number or money field.
    Sum(FieldId),
    /// The number of rows of a rows field.
    Rows(FieldId),
    /// The sum of a column of a rows field.
    RowsSum(FieldId, FieldId),
}

/// Which date a contribution counts at.
#[derive(Clone, Debug, PartialEq)]
pub enum DateSource {
    /// The entry's own date (the ledger's `date` field, or the day of entry).
    Entry,
    /// Another date field; entries without it do not count.
    Field(FieldId),
    /// The day the action was done (with [`Measure::Action`]).
    Action,
}

/// A dimension of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// The field whose value is the dimension.
    pub field: FieldId,
    /// Chinese name.
    pub name: String,
}

/// An exact calculation over other figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The calculation.
    pub operation: Operation,
    /// First operands (several only for sums).
    pub of: Vec<Operand>,
    /// Second operand.
    pub base: Option<Operand>,
}

/// The calculations there are. Results in percent are 100 times the ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// 100 · of ÷ base, where `of` is a part of `base` (办结率).
    Rate,
    /// 100 · of ÷ base, part of a whole (占比).
    Share,
    /// 100 · of ÷ base over a register (覆盖率).
    Coverage,
    /// 100 · (of − base) ÷ base (增长率).
    Growth,
    /// of − base.
    Difference,
    /// Sum of `of`.
    Sum,
    /// of ÷ base (平均).
    Average,
}

/// A figure as operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The figure.
    pub figure: FigureId,
    /// The period relative to the asked one.
    pub period: PeriodShift,
    /// Fixed dimension values.
    pub only: BTreeMap<FieldId, String>,
}

/// The period of an operand relative to the asked period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PeriodShift {
    /// The same.
    #[default]
    Same,
    /// The same days one year earlier.
    PreviousYear,
    /// The day before the period begins: for stocks.
    Eve,
    /// From the beginning of the records to the end of the period.
    ToDate,
}

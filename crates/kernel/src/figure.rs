//! Figures: exact values from folds and formulas.
//!
//! The kernel knows what a figure means; where its lines are kept is the caller's business, behind
//! [`Folds`]. Rounding never happens here: an [`Answer`] is an exact ratio.

use std::collections::BTreeMap;

use catalogue::definition::{
    Catalogue, FieldType, Figure, FigureKind, Formula, Measure, Operand, Operation, PeriodShift,
};
use values::{
    dates::{Date, Period, year_earlier},
    ratio::Ratio,
};

/// What is asked of a figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// First day; `None` is the beginning of the records.
    pub from: Option<Date>,
    /// Last day.
    pub to: Date,
    /// Fixed dimension values.
    pub only: BTreeMap<String, String>,
}

impl Ask {
    /// A whole period, no dimension fixed.
    pub fn period(period: Period) -> Self {
        Self {
            from: Some(period.from),
            to: period.to,
            only: BTreeMap::new(),
        }
    }
    /// The same ask with a dimension fixed.
    #[must_use]
    pub fn only(mut self, dimension: &str, value: &str) -> Self {
        self.only.insert(dimension.to_owned(), value.to_owned());
        self
    }
    /// The period of an operand relative to this one.
    #[must_use]
    pub fn shifted(&self, shift: PeriodShift) -> Self {
        let mut ask = self.clone();
        match shift {
            PeriodShift::Same => {}
            PeriodShift::PreviousYear => {
                ask.from = self.from.map(year_earlier);
                ask.to = year_earlier(self.to);
            }
            PeriodShift::Eve => {
                ask.from = None;
                ask.to = self
                    .from
                    .and_then(|d| d.yesterday().ok())
                    .unwrap_or(self.to);
            }
            PeriodShift::ToDate => ask.from = None,
        }
        ask
    }
}

/// Where the lines are kept.
pub trait Folds {
    /// What can go wrong there.
    type Error;
    /// Sum of the values of a figure from `from` (or the beginning) to `to`, dimensions fixed.
    fn sum(&self, figure: &Figure, ask: &Ask) -> Result<i128, Self::Error>;
    /// Number of different keys with a positive sum.
    fn distinct(&self, figure: &Figure, ask: &Ask) -> Result<i128, Self::Error>;
    /// The last value of each key up to `to`, summed; `None` if there is none at all.
    fn latest(&self, figure: &Figure, ask: &Ask) -> Result<Option<i128>, Self::Error>;
}

/// The value of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The exact value in the figure's unit; `None` is "no data".
    pub value: Option<Ratio>,
    /// For formulas: each operand with what was asked of it and what it answered.
    pub operands: Vec<(Operand, Ask, Answer)>,
}

/// Evaluates a figure. An unknown figure has no data: the catalogue's proof excludes it.
///
/// # Errors
/// Whatever the store of the lines reports.
pub fn evaluate<F: Folds>(
    catalogue: &Catalogue,
    figure: &Figure,
    ask: &Ask,
    folds: &F,
) -> Result<Answer, F::Error> {
    let known = |dimension: &String| figure.by.iter().any(|d| d.field.as_str() == dimension);
    if figure.kind.fold().is_some() && !ask.only.keys().all(known) {
        // Asked by a dimension that it does not have: nothing can be said.
        return Ok(Answer {
            value: None,
            operands: Vec::new(),
        });
    }
    let number = match &figure.kind {
        FigureKind::Flow(_) => Some(folds.sum(figure, ask)?),
        FigureKind::Stock(_) => Some(folds.sum(figure, &ask.shifted(PeriodShift::ToDate))?),
        FigureKind::Distinct(_) => Some(folds.distinct(figure, ask)?),
        FigureKind::DistinctStock(_) => {
            Some(folds.distinct(figure, &ask.shifted(PeriodShift::ToDate))?)
        }
        FigureKind::Latest(_) => folds.latest(figure, &ask.shifted(PeriodShift::ToDate))?,
        FigureKind::Formula(formula) => return calculate(catalogue, formula, ask, folds),
    };
    let value = number.and_then(|n| Ratio::new(n, scale(catalogue, figure)));
    Ok(Answer {
        value,
        operands: Vec::new(),
    })
}

/// How many stored units make one unit of the figure: fen per yuan (or per 万元, 亿元), or the
/// decimals of a number.
pub fn scale(catalogue: &Catalogue, figure: &Figure) -> i128 {
    let summed = match figure.kind.fold().map(|fold| &fold.measure) {
        Some(Measure::Sum(field)) => Some((field, None)),
        Some(Measure::RowsSum(field, column)) => Some((field, Some(column))),
        _ => None,
    };
    let Some((field, column)) = summed else {
        return 1;
    };
    let ledger = catalogue.ledger(&figure.ledger);
    let mut kind = ledger.and_then(|l| l.field(field)).map(|f| &f.kind);
    if let (Some(FieldType::Rows { columns }), Some(column)) = (kind, column) {
        kind = columns.iter().find(|c| c.id == *column).map(|c| &c.kind);
    }
    match kind {
        Some(FieldType::Number { decimals, .. }) => 10i128.pow(u32::from(*decimals)),
        Some(FieldType::Money) => match figure.unit.as_str() {
            "亿元" => 10_000_000_000,
            "万元" => 1_000_000,
            _ => 100,
        },
        _ => 1,
    }
}

fn calculate<F: Folds>(
    catalogue: &Catalogue,
    formula: &Formula,
    ask: &Ask,
    folds: &F,
) -> Result<Answer, F::Error> {
    let mut operands = Vec::new();
    for operand in formula.of.iter().chain(&formula.base) {
        let mut its = ask.shifted(operand.period);
        for (dimension, value) in &operand.only {
            its.only.insert(dimension.to_string(), value.clone());
        }
        let answer = match catalogue.figure(&operand.figure) {
            Some(figure) => evaluate(catalogue, figure, &its, folds)?,
            None => Answer {
                value: None,
                operands: Vec::new(),
            },
        };
        operands.push((operand.clone(), its, answer));
    }
    let values: Vec<Option<Ratio>> = operands.iter().map(|(_, _, a)| a.value).collect();
    let value = combine(formula.operation, &values);
    Ok(Answer { value, operands })
}

fn combine(operation: Operation, values: &[Option<Ratio>]) -> Option<Ratio> {
    let zero = Ratio::integer(0);
    let hundred = Ratio::integer(100);
    match (operation, values) {
        // A sum has data if any of its parts has.
        (Operation::Sum, parts) if parts.iter().any(Option::is_some) => parts
            .iter()
            .flatten()
            .try_fold(zero, |sum, part| sum.checked_add(*part)),
        (Operation::Rate | Operation::Share | Operation::Coverage, [Some(of), Some(base)]) => {
            of.checked_mul(hundred)?.checked_div(*base)
        }
        (Operation::Growth, [Some(of), Some(base)]) => of
            .checked_sub(*base)?
            .checked_mul(hundred)?
            .checked_div(*base),
        (Operation::Difference, [Some(of), Some(base)]) => of.checked_sub(*base),
        (Operation::Average, [Some(of), Some(base)]) => of.checked_div(*base),
        _ => None,
    }
}

/// Says whether a set of dimension values (canonical JSON of a contribution) fits an ask.
pub fn fits(dims: &str, only: &BTreeMap<String, String>) -> bool {
    if only.is_empty() {
        return true;
    }
    let values: BTreeMap<String, String> = serde_json::from_str(dims).unwrap_or_default();
    only.iter()
        .all(|(dimension, value)| values.get(dimension) == Some(value))
}

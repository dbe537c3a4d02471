//! A figure broken down: by a dimension, by the kinds of the units that a dimension names, by the
//! months, quarters and years of a period.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use catalogue::definition::{FieldType, FigureKind};
use kernel::{Ask, contribution::text_of};
use store::Db;
use values::{
    dates::{Date, Period, Quarter},
    ratio::Ratio,
};

use super::{Lines, Reading};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    draw::Register,
    error::{AppError, Result},
};

/// The word for units that the register of units does not know.
pub const NOT_REGISTERED: &str = "名录以外";
/// The kind of all training institutions.
const TRAINING: &str = "校外培训机构";

/// Periods of a course; longer ones are cut.
const PERIODS_MAX: usize = 60;

/// How long the steps of a course are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Calendar months.
    Month,
    /// Quarters of a calendar year.
    Quarter,
}

impl Step {
    /// The step that holds a day: its first and its last day.
    fn around(self, day: Date) -> (Date, Date) {
        let month = day.first_of_month();
        match self {
            Self::Month => (month, month.last_of_month()),
            Self::Quarter => {
                let quarter = Period::quarter(day.year(), Quarter::of(day));
                (quarter.from, quarter.to)
            }
        }
    }

    /// `3月`, `第一季度`, of the step that ends on a day.
    fn name(self, last: Date) -> String {
        match self {
            Self::Month => format!("{}月", last.month()),
            Self::Quarter => Quarter::of(last).chinese().to_owned(),
        }
    }
}

impl App {
    /// The values of a figure by one dimension, in order of the value names.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn by_dimension(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        dimension: &str,
        as_of: Option<u64>,
    ) -> Result<Vec<(String, Reading)>> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, as_of);
            let mut values = BTreeSet::new();
            self.dimension_values(&lines, id, ask, dimension, &mut values)?;
            values
                .into_iter()
                .map(|value| {
                    let ask = ask.clone().only(dimension, &value);
                    Ok((value, self.reading(&lines, id, &ask)?))
                })
                .collect()
        })
    }

    fn dimension_values(
        &self,
        lines: &Lines<'_>,
        id: &str,
        ask: &Ask,
        dimension: &str,
        values: &mut BTreeSet<String>,
    ) -> Result<()> {
        let figure = self
            .catalogue()
            .figure(id)
            .ok_or(AppError::NotFound("该数据"))?;
        if let FigureKind::Formula(formula) = &figure.kind {
            for operand in formula.of.iter().chain(&formula.base) {
                let mut ask = ask.shifted(operand.period);
                for (fixed, to) in &operand.only {
                    ask.only.insert(fixed.to_string(), to.clone());
                }
                self.dimension_values(lines, &operand.figure, &ask, dimension, values)?;
            }
            return Ok(());
        }
        let standing = matches!(
            figure.kind,
            FigureKind::Stock(_) | FigureKind::DistinctStock(_) | FigureKind::Latest(_)
        );
        let from = ask.from.filter(|_| !standing);
        for sum in lines.sums(&figure.id, from, ask.to)?.iter() {
            if sum.fits(&ask.only) {
                values.extend(sum.dims.get(dimension).cloned());
            }
        }
        Ok(())
    }

    /// The values of a figure step by step through a period of at most five years. The first and
    /// the last step are whole ones, though the period begin or end within them.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn by_step(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        step: Step,
        as_of: Option<u64>,
    ) -> Result<Vec<(String, Reading)>> {
        let Some(mut day) = ask.from else {
            return Ok(Vec::new());
        };
        let mut asks = Vec::new();
        while day <= ask.to && asks.len() < PERIODS_MAX {
            let (first, last) = step.around(day);
            let part = Ask {
                from: Some(first),
                to: last,
                only: ask.only.clone(),
            };
            asks.push((id.to_owned(), part));
            let Ok(next) = last.tomorrow() else { break };
            day = next;
        }
        let readings = self.readings(actor, &asks, as_of)?.into_iter();
        Ok(readings.map(|r| (step.name(r.ask.to), r)).collect())
    }

    /// The values of a figure in the years up to one, earliest first.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn by_year(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        years: i16,
        as_of: Option<u64>,
    ) -> Result<Vec<(String, Reading)>> {
        let last = ask.to.year();
        let asks: Vec<_> = (last - years + 1..=last)
            .map(|year| {
                let only = ask.only.clone();
                let whole = Ask::period(Period::year(year));
                (id.to_owned(), Ask { only, ..whole })
            })
            .collect();
        let readings = self.readings(actor, &asks, as_of)?.into_iter();
        Ok(readings
            .map(|r| (format!("{}年", r.ask.to.year()), r))
            .collect())
    }

    /// The values of a dimension added up by the kinds of the units it names (小学, 幼儿园, …),
    /// the largest first; nothing where the dimension names no units, or where the parts cannot be
    /// added.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn by_unit_kind(
        &self,
        actor: &Actor,
        dimension: &str,
        values: &[(String, Reading)],
    ) -> Result<Vec<(String, Ratio)>> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        let Some((_, first)) = values.first() else {
            return Ok(Vec::new());
        };
        let figure = &first.figure;
        let adds_up = matches!(figure.kind, FigureKind::Flow(_) | FigureKind::Stock(_));
        let ledger = self.catalogue().ledger(&figure.ledger);
        let field = ledger.and_then(|ledger| ledger.field(dimension));
        let names_units = field.is_some_and(|f| matches!(f.kind, FieldType::Unit));
        if !adds_up || !names_units {
            return Ok(Vec::new());
        }
        let kinds = self.store.read(|db| self.unit_kinds(db, &actor.organ))?;
        let mut sums: BTreeMap<&str, Ratio> = BTreeMap::new();
        for (name, reading) in values {
            let kind = kinds.get(name).map_or(NOT_REGISTERED, String::as_str);
            let sum = sums.entry(kind).or_insert(Ratio::integer(0));
            let added = reading.answer.value.and_then(|v| sum.checked_add(v));
            *sum = added.unwrap_or(*sum);
        }
        let sums = sums.into_iter();
        let mut sums: Vec<_> = sums.map(|(kind, sum)| (kind.to_owned(), sum)).collect();
        sums.sort_by_key(|(kind, sum)| (kind == NOT_REGISTERED, Reverse(*sum)));
        Ok(sums)
    }

    /// The kind of each unit that a register names, by its name or an earlier one. Where a unit
    /// signs in by itself, what its account says goes before.
    fn unit_kinds(&self, db: &Db, organ: &str) -> Result<BTreeMap<String, String>> {
        let mut kinds = BTreeMap::new();
        for register in Register::ALL {
            for fields in self.all_fields(db, organ, register.ledger())? {
                let text = |id| fields.get(id).map(text_of).filter(|text| !text.is_empty());
                let kind = match register {
                    Register::School => text("kind"),
                    Register::TrainingInstitution => Some(TRAINING.to_owned()),
                };
                if let (Some(name), Some(kind)) = (text("name"), kind) {
                    kinds.insert(name, kind);
                }
            }
        }
        for unit in db.units(organ)? {
            let names = unit.former_names.lines().chain([unit.name.as_str()]);
            for name in names.filter(|_| !unit.kind.is_empty()) {
                kinds.insert(name.to_owned(), unit.kind.clone());
            }
        }
        Ok(kinds)
    }
}

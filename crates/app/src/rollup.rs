//! Figures over the tree of organs: own, those below, all together.
//!
//! Sums add up over organs, keys are united (the same school counts once), ratios are computed from
//! the added parts. Where two organs wrote the same work down, it counts once: the same number, the
//! same day and the same title (which names the subject) are the same work, and the upper organ's
//! entry counts. The same day and title under another number, or without numbers, cannot be decided; how
//! many such pairs there are is said beside the figure. Work that one of the two wrote down under
//! another title is not found.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::definition::{Figure, FigureKind};
use kernel::{Ask, Contribution, Folds, contributions, evaluate, figure::fits};
use store::{Db, ListQuery, StoreError};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, unit_of},
    error::{AppError, Result},
    figures::{Lines, Reading},
};

/// Which organs a figure is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reach {
    /// The actor's own.
    #[default]
    Own,
    /// Those below.
    Below,
    /// Both.
    All,
}

/// A figure over several organs.
#[derive(Clone, Debug)]
pub struct RolledUp {
    /// The whole.
    pub whole: Reading,
    /// Each organ by itself: id, name, reading.
    pub parts: Vec<(String, String, Reading)>,
    /// Entries of the period that two organs wrote down and that count once.
    pub counted_once: usize,
    /// Pairs of entries of which it cannot be decided whether they are the same work.
    pub undecided: u64,
}

/// The lines of several organs as one.
struct Many<'a> {
    lines: Vec<Lines<'a>>,
    /// By organ: what the entries contribute that an organ above has too.
    doubles: BTreeMap<&'a str, Vec<Contribution>>,
}

impl Many<'_> {
    /// What the doubled entries of an organ add to a figure.
    fn doubled(&self, lines: &Lines<'_>, figure: &Figure, ask: &Ask) -> i128 {
        let doubles = self.doubles.get(lines.organ).into_iter().flatten();
        doubles
            .filter(|line| {
                let within = line.on <= ask.to && ask.from.is_none_or(|from| from <= line.on);
                line.figure == figure.id && within && fits(&line.dims, &ask.only)
            })
            .map(|line| i128::from(line.value))
            .sum()
    }
}

impl Folds for Many<'_> {
    type Error = StoreError;

    fn sum(&self, figure: &Figure, ask: &Ask) -> std::result::Result<i128, StoreError> {
        let mut sum = 0;
        for lines in &self.lines {
            sum += lines.sum(figure, ask)? - self.doubled(lines, figure, ask);
        }
        Ok(sum)
    }

    fn distinct(&self, figure: &Figure, ask: &Ask) -> std::result::Result<i128, StoreError> {
        let mut keys = BTreeSet::new();
        for lines in &self.lines {
            keys.extend(lines.keys(figure, ask)?);
        }
        Ok(i128::try_from(keys.len()).unwrap_or(i128::MAX))
    }

    fn latest(&self, figure: &Figure, ask: &Ask) -> std::result::Result<Option<i128>, StoreError> {
        let mut sum = None;
        for lines in &self.lines {
            if let Some(value) = lines.latest(figure, ask)? {
                sum = Some(sum.unwrap_or(0) + value);
            }
        }
        Ok(sum)
    }
}

impl App {
    /// A figure over the actor's own organ, those below, or all.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`] for an id that is no figure.
    pub fn rolled_up(&self, actor: &Actor, id: &str, ask: &Ask, reach: Reach) -> Result<RolledUp> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        let figure = self.catalogue().figure(id);
        let figure = figure.ok_or(AppError::NotFound("该数据"))?;
        let mut organs: Vec<&str> = Vec::new();
        if reach != Reach::Below {
            organs.push(&actor.organ);
        }
        if reach != Reach::Own {
            organs.extend(actor.below.iter().map(String::as_str));
        }
        let ledgers = self.ledgers_of(id);
        self.store.read(|db| {
            let mut doubles: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            let mut undecided = 0;
            for ledger in &ledgers {
                self.find_doubles(db, &organs, ledger, ask, &mut doubles, &mut undecided)?;
            }
            let figures = self.figures_of(id);
            let counts = |line: &Contribution| {
                let within = line.on <= ask.to && ask.from.is_none_or(|from| from <= line.on);
                within && figures.contains(line.figure.as_str()) && fits(&line.dims, &ask.only)
            };
            let mut counted_once = 0;
            let mut lines_of_doubles = BTreeMap::new();
            for (organ, ids) in doubles {
                let mut all = Vec::new();
                for lines in self.lines_of(db, organ, ids)? {
                    counted_once += usize::from(lines.iter().any(counts));
                    all.extend(lines);
                }
                lines_of_doubles.insert(organ, all);
            }
            let lines = || organs.iter().map(|organ| Lines::new(db, organ, None));
            let many = Many {
                lines: lines().collect(),
                doubles: lines_of_doubles,
            };
            let whole = Reading {
                figure: figure.clone(),
                ask: ask.clone(),
                answer: evaluate(self.catalogue(), figure, ask, &many)?,
            };
            let mut parts = Vec::new();
            for lines in lines() {
                let name = self.organ(lines.organ)?.name.clone();
                let id = lines.organ.to_owned();
                parts.push((id, name, self.reading(&lines, figure.id.as_str(), ask)?));
            }
            Ok(RolledUp {
                whole,
                parts,
                counted_once,
                undecided,
            })
        })
    }

    /// What each of some entries contributes as it is now.
    fn lines_of(
        &self,
        db: &Db,
        organ: &str,
        ids: BTreeSet<String>,
    ) -> Result<Vec<Vec<Contribution>>> {
        let ids: Vec<String> = ids.into_iter().collect();
        let mut lines = Vec::new();
        for row in db.entries(organ, &ids)? {
            let entry = self.entry_of(row)?;
            lines.push(contributions(&entry.ledger, &entry.state));
        }
        Ok(lines)
    }

    /// The ledgers whose entries a figure counts: its own, or those of its operands.
    fn ledgers_of(&self, id: &str) -> BTreeSet<String> {
        let figures = self.figures_of(id).into_iter();
        let ledger = |id: String| Some(self.catalogue().figure(&id)?.ledger.to_string());
        figures.filter_map(ledger).collect()
    }

    /// The figures that are counted for one: itself, or its operands.
    fn figures_of(&self, id: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut look = vec![id.to_owned()];
        while let Some(id) = look.pop() {
            let Some(figure) = self.catalogue().figure(&id) else {
                continue;
            };
            match &figure.kind {
                FigureKind::Formula(formula) => look.extend(
                    formula
                        .of
                        .iter()
                        .chain(&formula.base)
                        .map(|operand| operand.figure.to_string()),
                ),
                _ => drop(found.insert(id)),
            }
        }
        found
    }

    fn find_doubles<'a>(
        &self,
        db: &Db,
        organs: &[&'a str],
        ledger: &str,
        ask: &Ask,
        doubles: &mut BTreeMap<&'a str, BTreeSet<String>>,
        undecided: &mut u64,
    ) -> Result<()> {
        let from = ask.from.map_or_else(String::new, |d| d.to_string());
        let to = ask.to.to_string();
        for (at, upper) in organs.iter().enumerate() {
            for lower in organs[at + 1..].iter().copied() {
                let same = db.same_work(upper, lower, ledger)?;
                doubles.entry(lower).or_default().extend(same);
                *undecided += db.perhaps_same_work(upper, lower, ledger, &from, &to)?;
            }
        }
        Ok(())
    }
}

/// Entries of an organ below shown on one page.
const BELOW_MAX: usize = 200;
/// Entries of an organ below counted.
const COUNT_MAX: usize = 100_000;

impl App {
    /// The newest entries of a ledger of an organ below, where the definition opens them, and how
    /// many there are.
    ///
    /// # Errors
    /// A denial, which also says that the organ is not below the actor's own.
    pub fn list_below(
        &self,
        actor: &Actor,
        organ: &str,
        ledger: &str,
        year: Option<i16>,
    ) -> Result<(Vec<Entry>, u64)> {
        let ledger = self.catalogue().ledger(ledger);
        let ledger = ledger.ok_or(AppError::NotFound("该台账"))?;
        let resource = Resource::Entry {
            ledger,
            organ,
            unit: None,
        };
        let scope = authorise(actor, Action::Read, resource)?;
        let mut query = ListQuery::new(organ, &ledger.id, scope.rows);
        query.limit = BELOW_MAX;
        query.from = year.map(|y| format!("{y:04}-01-01"));
        query.to = year.map(|y| format!("{y:04}-12-31"));
        let (rows, count) = self.store.read(|db| {
            let count = db.count(&query, COUNT_MAX)?.n;
            Ok::<_, AppError>((db.list(&query)?.rows, count))
        })?;
        let entries = rows.into_iter().map(|row| self.entry_of(row));
        Ok((entries.collect::<Result<_>>()?, count))
    }

    /// An entry of an organ below, where the definition opens it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it does not exist or the actor may not know that it does.
    pub fn entry_below(&self, actor: &Actor, organ: &str, id: &str) -> Result<Entry> {
        let missing = || AppError::NotFound("该记录");
        let row = self.store.read(|db| db.entry(organ, id))?;
        let entry = self.entry_of(row.ok_or_else(missing)?)?;
        let resource = Resource::Entry {
            ledger: &entry.ledger,
            organ,
            unit: unit_of(&entry.ledger, &entry.state.fields),
        };
        authorise(actor, Action::Read, resource).map_err(|_| missing())?;
        Ok(entry)
    }
}
